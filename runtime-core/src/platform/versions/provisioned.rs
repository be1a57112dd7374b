//! Provisioned concurrency: environments that are there before requests come ("Configuring
//! provisioned concurrency for a function").
//!
//! Lambda makes up to 6,000 environments of a function a minute, and requests find none of them before
//! all are there (same page); `AllocatedProvisionedConcurrentExecutions` counts those whose INIT phase
//! is over.
//!
//! Model choices: environments are made from [`PROVISIONING_WAIT`] on, [`PROVISIONING_PORTION`] a second;
//! of an alias with two versions the main one has them; they are never recycled by themselves; where
//! one's INIT phase fails, all are given up. What changes when another amount is asked for is in
//! `resize`.
//!
//! [`PROVISIONING_PORTION`]: crate::platform::PROVISIONING_PORTION

use super::stage::{Provisioned, ProvisionedView, Stage};
use crate::platform::Platform;
use crate::platform::input::{Effect, Out, Timer};
use crate::platform::state::{Environment, Purpose, State};
use crate::timeline::{Qualifier, ShutdownReason, VersionFact};
use crate::units::{AliasId, EnvironmentId, FunctionId, Moment, Span, Version};

/// How long it takes until provisioned environments are made. AWS says "a minute or two" (model
/// choice).
pub const PROVISIONING_WAIT: Span = Span::from_secs(90);

/// What provisioned concurrency has for a request.
pub(in crate::platform) enum Found {
    /// An environment.
    Environment(EnvironmentId),
    /// There is some for the version, but none for this request.
    Nothing,
    /// The version has none that is ready.
    NotProvisioned,
}

impl Platform {
    /// All provisioned concurrency of a function.
    pub fn provisioned(&self, function: FunctionId) -> impl Iterator<Item = ProvisionedView> {
        let provisioned = self.live(function).map(|it| it.provisioned.iter());
        provisioned
            .into_iter()
            .flatten()
            .map(|(qualifier, it)| it.view(*qualifier))
    }

    pub(in crate::platform) fn provision(
        &mut self,
        at: Moment,
        id: FunctionId,
        qualifier: Qualifier,
        environments: u32,
        out: &mut Out,
    ) {
        if !self.resize(at, id, qualifier, environments, out) {
            self.provision_all(at, id, qualifier, environments, out);
        }
    }

    /// Gives up what there is, and has all environments made.
    fn provision_all(
        &mut self,
        at: Moment,
        id: FunctionId,
        qualifier: Qualifier,
        environments: u32,
        out: &mut Out,
    ) {
        self.deprovision(id, qualifier, out);
        let version = match qualifier {
            Qualifier::Version(version) => Some(version),
            Qualifier::Alias(alias) => self.aliases.get(&alias).map(|alias| alias.version),
        };
        let known = version.filter(|it| !it.is_latest() && self.version(id, *it).is_some());
        let (Some(version), Some(function)) = (known, self.functions.get_mut(&id)) else {
            return;
        };
        if environments == 0 {
            return;
        }
        let due = at + PROVISIONING_WAIT;
        let provisioned = Provisioned::new(version, environments, Stage::Waiting { due });
        self.pool.forget();
        function.provisioned.insert(qualifier, provisioned);
        out.fact(VersionFact::ProvisioningStarted {
            function: id,
            qualifier,
            environments,
        });
        out.effect(Effect::SetTimer {
            at: due,
            timer: Timer::Provision {
                function: id,
                qualifier,
                due,
            },
        });
    }

    /// The alias names another version: its environments are made anew.
    pub(super) fn provision_anew(
        &mut self,
        at: Moment,
        id: FunctionId,
        alias: AliasId,
        out: &mut Out,
    ) {
        let qualifier = Qualifier::Alias(alias);
        let function = self.functions.get(&id);
        let environments = function
            .and_then(|it| it.provisioned.get(&qualifier))
            .map(|it| it.requested);
        if let Some(environments) = environments {
            self.provision_all(at, id, qualifier, environments, out);
        }
    }

    /// Gives provisioned concurrency up: idle environments go now, busy ones when they have finished.
    pub(super) fn deprovision(&mut self, id: FunctionId, qualifier: Qualifier, out: &mut Out) {
        let function = self.functions.get_mut(&id);
        let Some(given_up) = function.and_then(|it| it.provisioned.remove(&qualifier)) else {
            return;
        };
        self.pool.forget();
        out.fact(VersionFact::ProvisioningDeleted {
            function: id,
            qualifier,
        });
        // What still runs counts as on demand from now on.
        if let Some(function) = self.functions.get_mut(&id) {
            function.in_flight = function.in_flight.saturating_add(given_up.in_flight);
        }
        self.dismiss(id, qualifier, out);
    }

    /// Ends the environments that were made for this.
    fn dismiss(&mut self, id: FunctionId, qualifier: Qualifier, out: &mut Out) {
        let reason = ShutdownReason::Deprovisioned;
        let all = self.environments.iter_mut();
        let of_it = all.filter(|(_, it)| it.function == id && it.provisioned == Some(qualifier));
        let mut free = Vec::new();
        for (environment, it) in of_it {
            it.provisioned = None;
            match it.state {
                State::Invoking { .. } => it.draining = Some(reason),
                State::Starting { .. } | State::Initializing { .. } | State::Idle { .. } => {
                    free.push(*environment);
                }
            }
        }
        for environment in free {
            self.shut_down(environment, reason, out);
        }
    }

    pub(in crate::platform) fn awaits_provisioning(
        &self,
        function: FunctionId,
        qualifier: Qualifier,
        due: Moment,
    ) -> bool {
        let function = self.live(function);
        let provisioned = function.and_then(|it| it.provisioned.get(&qualifier));
        provisioned.is_some_and(|it| it.stage.awaits(due))
    }

    /// Makes the environments, or the next portion of them: what was due then.
    pub(in crate::platform) fn make_provisioned(
        &mut self,
        due: Moment,
        id: FunctionId,
        qualifier: Qualifier,
        out: &mut Out,
    ) {
        let Some(function) = self.functions.get_mut(&id) else {
            return;
        };
        let Some(provisioned) = function.provisioned.get_mut(&qualifier) else {
            return;
        };
        provisioned.begin(due);
        let version = provisioned.version;
        let Some((_, rest)) = provisioned.stage.coming() else {
            return;
        };
        let (now, next) = function.portion.take(due, rest.count);
        rest.count -= now;
        rest.due = next;
        if rest.count > 0 {
            out.effect(Effect::SetTimer {
                at: next,
                timer: Timer::Provision {
                    function: id,
                    qualifier,
                    due: next,
                },
            });
        }
        for _ in 0..now {
            self.create(id, version, Purpose::Provision(qualifier), out);
        }
    }

    /// The INIT phase of a provisioned environment is over, and it succeeded.
    pub(in crate::platform) fn provisioned_ready(
        &mut self,
        at: Moment,
        id: EnvironmentId,
        qualifier: Qualifier,
        out: &mut Out,
    ) {
        let Some(environment) = self.environments.get_mut(&id) else {
            return;
        };
        let function = environment.function;
        if let Some(reason) = environment.draining {
            self.shut_down(id, reason, out);
            return;
        }
        environment.state = State::Idle {
            since: at,
            needs_init: false,
        };
        let owner = self.functions.get_mut(&function);
        let Some(provisioned) = owner.and_then(|it| it.provisioned.get_mut(&qualifier)) else {
            return;
        };
        match provisioned.stage {
            Stage::Adding { .. } => provisioned.added.push(id),
            _ => provisioned.idle.push_back(id),
        }
        let Some((left, _)) = provisioned.stage.coming() else {
            return;
        };
        *left = left.saturating_sub(1);
        if provisioned.is_complete() {
            out.fact(VersionFact::ProvisioningFinished {
                function,
                qualifier,
            });
        }
    }

    /// A provisioned environment could not be made, or its INIT phase failed.
    pub(in crate::platform) fn provisioned_failed(
        &mut self,
        id: EnvironmentId,
        qualifier: Qualifier,
        out: &mut Out,
    ) {
        let Some(function) = self.environments.get(&id).map(|it| it.function) else {
            return;
        };
        let owner = self.functions.get_mut(&function);
        if let Some(provisioned) = owner.and_then(|it| it.provisioned.get_mut(&qualifier)) {
            provisioned.stage = Stage::Failed;
            self.pool.forget();
            let still_running = std::mem::take(&mut provisioned.in_flight);
            provisioned.idle.clear();
            provisioned.added.clear();
            if let Some(owner) = self.functions.get_mut(&function) {
                owner.in_flight = owner.in_flight.saturating_add(still_running);
            }
            out.fact(VersionFact::ProvisioningFailed {
                function,
                qualifier,
            });
        }
        self.dismiss(function, qualifier, out);
    }

    /// A provisioned environment is gone although it is wanted: another takes its place.
    pub(in crate::platform) fn replace_provisioned(
        &mut self,
        id: EnvironmentId,
        gone: &Environment,
        qualifier: Qualifier,
        out: &mut Out,
    ) {
        let (function, version) = (gone.function, gone.version);
        let owner = self.functions.get_mut(&function).filter(|it| !it.deleted);
        let wanted = owner.and_then(|it| it.provisioned.get_mut(&qualifier));
        let wanted = wanted.filter(|it| it.version == version && it.stage != Stage::Failed);
        let Some(wanted) = wanted else {
            return;
        };
        if matches!(gone.state, State::Idle { .. } | State::Invoking { .. }) {
            wanted.lose(id);
        }
        self.create(function, version, Purpose::Provision(qualifier), out);
    }

    /// A provisioned environment for a request, if one is free and fewer than ten requests a second
    /// have come for each.
    pub(in crate::platform) fn take_provisioned(
        &mut self,
        at: Moment,
        id: FunctionId,
        named: Qualifier,
        version: Version,
    ) -> Found {
        let Some(function) = self.functions.get_mut(&id) else {
            return Found::NotProvisioned;
        };
        // Nearly all functions.
        if function.provisioned.is_empty() {
            return Found::NotProvisioned;
        }
        let mut there = false;
        for qualifier in [named, Qualifier::Version(version)] {
            let Some(provisioned) = function.provisioned.get_mut(&qualifier) else {
                continue;
            };
            let available = provisioned.available();
            if available == 0 || provisioned.version != version {
                continue;
            }
            there = true;
            if provisioned.idle.is_empty() || !provisioned.rate.take(at, available) {
                continue;
            }
            if let Some(environment) = provisioned.idle.pop_back() {
                provisioned.in_flight = provisioned.in_flight.saturating_add(1);
                return Found::Environment(environment);
            }
        }
        if there {
            Found::Nothing
        } else {
            Found::NotProvisioned
        }
    }
}
