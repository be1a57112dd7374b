//! Versions, aliases and provisioned concurrency from the timeline of a session that ended with its
//! tab.

use super::provisioned::PROVISIONING_WAIT;
use super::stage::{Provisioned, Stage};
use crate::platform::Platform;
use crate::platform::input::{Effect, Out, Timer};
use crate::platform::state::Edition;
use crate::timeline::{Qualifier, VersionFact};
use crate::units::{FunctionId, Moment, Version};

impl Platform {
    /// What the timeline says of versions.
    pub(in crate::platform) fn follow_version(&mut self, at: Moment, fact: &VersionFact) {
        match fact {
            VersionFact::VersionPublished {
                function,
                version: Version::Published(number),
                revision,
                description,
            } => {
                if let Some(function) = self.functions.get_mut(function) {
                    let configuration = function.latest.configuration.clone();
                    let edition = Edition::published(configuration, *revision, description);
                    function.published.insert(*number, edition);
                    function.last_version = function.last_version.max(number.get());
                }
            }
            VersionFact::VersionDeleted {
                function,
                version: Version::Published(number),
            } => {
                if let Some(function) = self.functions.get_mut(function) {
                    function.published.remove(number);
                }
            }
            VersionFact::AliasConfigured {
                alias,
                configuration,
            } => {
                self.last_alias = self.last_alias.max(alias.0);
                self.aliases.insert(*alias, configuration.clone());
            }
            VersionFact::AliasDeleted { alias } => {
                self.aliases.remove(alias);
            }
            VersionFact::ProvisioningStarted {
                function,
                qualifier,
                environments,
            } => {
                let version = match qualifier {
                    Qualifier::Version(version) => Some(*version),
                    Qualifier::Alias(alias) => self.aliases.get(alias).map(|it| it.version),
                };
                if let (Some(function), Some(version)) = (self.functions.get_mut(function), version)
                {
                    let due = at + PROVISIONING_WAIT;
                    let provisioned =
                        Provisioned::new(version, *environments, Stage::Waiting { due });
                    function.provisioned.insert(*qualifier, provisioned);
                }
            }
            VersionFact::ProvisioningFailed {
                function,
                qualifier,
            } => {
                let function = self.functions.get_mut(function);
                if let Some(it) = function.and_then(|it| it.provisioned.get_mut(qualifier)) {
                    it.stage = Stage::Failed;
                }
            }
            VersionFact::ProvisioningDeleted {
                function,
                qualifier,
            } => {
                if let Some(function) = self.functions.get_mut(function) {
                    function.provisioned.remove(qualifier);
                }
            }
            VersionFact::VersionPublished { .. }
            | VersionFact::VersionDeleted { .. }
            | VersionFact::RequestRouted { .. }
            | VersionFact::ProvisioningFinished { .. }
            | VersionFact::RequestSpilledOver { .. } => {}
        }
    }

    /// Provisioned environments went with the tab: they are made again, at once if their time had
    /// come.
    pub(in crate::platform) fn reopen_provisioned(&mut self, at: Moment, out: &mut Out) {
        let functions = self.functions.iter();
        let all = functions.flat_map(|(id, function)| {
            let provisioned = function.provisioned.iter();
            provisioned.map(|(qualifier, it)| (*id, *qualifier, it.stage))
        });
        let all: Vec<(FunctionId, Qualifier, Stage)> = all.collect();
        for (function, qualifier, stage) in all {
            match stage {
                Stage::Waiting { due } if due > at => out.effect(Effect::SetTimer {
                    at: due,
                    timer: Timer::Provision {
                        function,
                        qualifier,
                        due,
                    },
                }),
                // What is folded from facts is waiting or has failed.
                Stage::Waiting { .. }
                | Stage::Preparing { .. }
                | Stage::Ready
                | Stage::Growing { .. }
                | Stage::Adding { .. } => {
                    self.make_provisioned(at, function, qualifier, out);
                }
                Stage::Failed => {}
            }
        }
    }
}
