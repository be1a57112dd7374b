//! What stays when a session begins anew.

use super::Platform;
use super::state::{Edition, Function};
use crate::timeline::{LifecycleEvent, MappingState, QueueFact, StreamFact, VersionFact};
use crate::units::{FunctionId, Version};

impl Platform {
    /// The facts that set a new session up as this one is now: functions with their versions,
    /// aliases, queues, streams, what polls them, sources. [`Platform::reopen`] makes a platform of them. Messages,
    /// events that wait and environments are no part of it.
    pub fn set_up(&self) -> Vec<LifecycleEvent> {
        let mut facts = vec![LifecycleEvent::AccountConfigured {
            concurrency: self.concurrency,
            idle_expiry: self.idle_expiry,
        }];
        let functions = || self.functions.iter().filter(|(_, it)| !it.deleted);
        for (id, function) in functions() {
            function.set_up(*id, &mut facts);
        }
        for (alias, configuration) in self.aliases.iter() {
            let fact = VersionFact::AliasConfigured {
                alias: *alias,
                configuration: configuration.clone(),
            };
            facts.push(fact.into());
        }
        for (id, _) in functions() {
            for provisioned in self.provisioned(*id) {
                let fact = VersionFact::ProvisioningStarted {
                    function: *id,
                    qualifier: provisioned.qualifier,
                    environments: provisioned.requested,
                };
                facts.push(fact.into());
            }
        }
        for (queue, configuration) in self.queues() {
            let fact = QueueFact::QueueConfigured {
                queue,
                configuration: Box::new(configuration.clone()),
            };
            facts.push(fact.into());
        }
        for (stream, configuration) in self.streams() {
            let fact = StreamFact::StreamConfigured {
                stream,
                configuration: Box::new(configuration.clone()),
            };
            facts.push(fact.into());
        }
        for (mapping, configuration) in self.mappings() {
            if self.mapping_state(mapping) == Some(MappingState::Deleting) {
                continue;
            }
            let fact = QueueFact::MappingConfigured {
                mapping,
                configuration: Box::new(configuration.clone()),
            };
            facts.push(fact.into());
        }
        self.set_up_sources(&mut facts);
        facts
    }
}

impl Function {
    /// Published versions are settings that the function once had.
    fn set_up(&self, function: FunctionId, facts: &mut Vec<LifecycleEvent>) {
        let configured = |edition: &Edition| LifecycleEvent::FunctionConfigured {
            function,
            revision: edition.revision,
            configuration: edition.configuration.clone(),
        };
        let published = |version, edition: &Edition| {
            LifecycleEvent::from(VersionFact::VersionPublished {
                function,
                version,
                revision: edition.revision,
                description: edition.description.clone().into_string(),
            })
        };
        for (number, edition) in self.published.iter() {
            facts.push(configured(edition));
            facts.push(published(Version::Published(*number), edition));
        }
        facts.push(configured(&self.latest));
        // Numbers of deleted versions are not given out again.
        let last = Version::from(self.last_version);
        if self.edition(last).is_none() {
            facts.push(published(last, &self.latest));
            let version = last;
            facts.push(VersionFact::VersionDeleted { function, version }.into());
        }
    }
}
