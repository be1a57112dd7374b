//! What SnapStart keeps of every function.

use crate::timeline::{
    Entry, FunctionConfiguration, InitOutcome, LifecycleEvent, Projection, Start, Uncapturable,
};
use crate::units::OrderedMap;
use crate::units::{ByteCount, EnvironmentId, FunctionId, Moment, PayloadId, Span, Version};
use std::sync::Arc;

/// The last snapshot of every version of a function that wants one.
#[derive(Clone, Debug, Default)]
pub struct Snapshots {
    configurations: OrderedMap<FunctionId, Arc<FunctionConfiguration>>,
    records: OrderedMap<(FunctionId, Version), SnapshotRecord>,
    owners: OrderedMap<EnvironmentId, (FunctionId, Version)>,
}

/// A snapshot, or how it came that there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct SnapshotRecord {
    /// The environment that is captured.
    pub environment: EnvironmentId,
    /// Of this revision of the function.
    pub revision: u32,
    /// The function's settings then.
    pub configuration: Option<Arc<FunctionConfiguration>>,
    /// When its INIT phase began.
    pub init_started: Option<Moment>,
    /// When its INIT phase ended, how, and how long it took.
    pub init: Option<(Moment, InitOutcome, Span)>,
    /// What INIT wrote to the log.
    pub logs: Vec<(Moment, PayloadId)>,
    /// How far it is.
    pub state: SnapshotState,
    /// How many environments have begun from it.
    pub restores: u32,
}

/// How far a snapshot is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SnapshotState {
    /// Its environment is being started or is in INIT.
    Pending,
    /// It is there.
    Taken {
        /// When.
        at: Moment,
        /// The bytes that are kept of the memory.
        size: ByteCount,
    },
    /// There is none; why, if INIT itself succeeded.
    Refused(Option<Uncapturable>),
}

impl Snapshots {
    /// The snapshot of a function's `$LATEST` as it is set now.
    pub fn get(&self, function: FunctionId) -> Option<&SnapshotRecord> {
        self.records.get(&(function, Version::Latest))
    }

    fn of(&mut self, environment: EnvironmentId) -> Option<&mut SnapshotRecord> {
        let record = self.records.get_mut(self.owners.get(&environment)?)?;
        (record.environment == environment).then_some(record)
    }
}

impl Projection for Snapshots {
    fn apply(&mut self, entry: &Entry) {
        let at = entry.at;
        match &entry.event {
            LifecycleEvent::FunctionConfigured {
                function,
                configuration,
                ..
            } => {
                let configuration = Arc::new((**configuration).clone());
                self.configurations.insert(*function, configuration);
            }
            LifecycleEvent::FunctionDeleted { function } => {
                self.records.remove(&(*function, Version::Latest));
            }
            LifecycleEvent::SnapshotDeleted { function, version } => {
                self.records.remove(&(*function, *version));
            }
            LifecycleEvent::EnvironmentCreated {
                environment,
                function,
                revision,
                version,
                request,
                provisioned,
            } => {
                let owner = (*function, *version);
                self.owners.insert(*environment, owner);
                if request.is_none() && !provisioned {
                    let record = SnapshotRecord {
                        environment: *environment,
                        revision: *revision,
                        configuration: self.configurations.get(function).cloned(),
                        init_started: None,
                        init: None,
                        logs: Vec::new(),
                        state: SnapshotState::Pending,
                        restores: 0,
                    };
                    self.records.insert(owner, record);
                }
            }
            LifecycleEvent::InitStarted { environment } => {
                if let Some(record) = self.of(*environment) {
                    record.init_started = Some(at);
                }
            }
            LifecycleEvent::InitFinished {
                environment,
                outcome,
                duration,
            } => {
                if let Some(record) = self.of(*environment) {
                    record.init = Some((at, *outcome, *duration));
                }
            }
            LifecycleEvent::LogWritten {
                environment, text, ..
            } => {
                if let Some(record) = self.of(*environment) {
                    record.logs.push((at, *text));
                }
            }
            LifecycleEvent::SnapshotTaken {
                environment, size, ..
            } => {
                if let Some(record) = self.of(*environment) {
                    record.state = SnapshotState::Taken { at, size: *size };
                }
            }
            LifecycleEvent::SnapshotRefused {
                environment,
                reason,
                ..
            } => {
                if let Some(record) = self.of(*environment) {
                    record.state = SnapshotState::Refused(reason.clone());
                }
            }
            LifecycleEvent::InvocationStarted {
                environment,
                start: Start::Restored { .. },
                ..
            } => {
                let owner = self.owners.get(environment);
                if let Some(record) = owner.and_then(|it| self.records.get_mut(it)) {
                    record.restores = record.restores.saturating_add(1);
                }
            }
            LifecycleEvent::EnvironmentShutDown { environment, .. } => {
                self.owners.remove(environment);
            }
            _ => {}
        }
    }
}
