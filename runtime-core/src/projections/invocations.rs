//! A record of every request.

use crate::timeline::{
    Entry, FunctionConfiguration, InitOutcome, LifecycleEvent, Outcome, Projection, Rejection,
    SessionMeta, Start, Trigger, VersionFact,
};
use crate::units::OrderedMap;
use crate::units::{
    AliasId, ByteCount, EnvironmentId, FunctionId, IdMap, Moment, PayloadId, RequestId, Span,
    Version,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// All requests of the session by id.
#[derive(Clone, Debug, Default)]
pub struct Invocations {
    session: SessionMeta,
    /// What each version is set to.
    configurations: OrderedMap<(FunctionId, Version), Arc<FunctionConfiguration>>,
    records: IdMap<RequestId, InvocationRecord>,
    /// The INIT phase of environments that have not served their first request yet.
    inits: IdMap<EnvironmentId, Init>,
    /// Environments that are provisioned.
    provisioned: BTreeSet<EnvironmentId>,
}

#[derive(Clone, Debug, Default)]
struct Init {
    request: Option<RequestId>,
    logs: Vec<(Moment, PayloadId)>,
}

/// One request's story.
#[derive(Clone, Debug, PartialEq)]
pub struct InvocationRecord {
    /// Which.
    pub request: RequestId,
    /// The function it was for.
    pub function: FunctionId,
    /// The function's settings when it arrived; `None` if there was no such function.
    pub configuration: Option<Arc<FunctionConfiguration>>,
    /// The version that it went to.
    pub version: Version,
    /// The alias that it named, if any.
    pub alias: Option<AliasId>,
    /// What sent it.
    pub trigger: Trigger,
    /// When it arrived.
    pub arrived: Moment,
    /// The event.
    pub event: PayloadId,
    /// The event's size.
    pub event_bytes: ByteCount,
    /// The environment that was made for it or that took it.
    pub environment: Option<EnvironmentId>,
    /// The environment that took it is provisioned.
    pub provisioned: bool,
    /// When its environment's INIT phase began, if one was made for it.
    pub init_started: Option<Moment>,
    /// Its environment's INIT phase, if one was made for it and the phase is over.
    pub init: Option<(InitOutcome, Span)>,
    /// When its environment's RESTORE phase began, if one was made for it.
    pub restore_started: Option<Moment>,
    /// That RESTORE phase, if it is over.
    pub restore: Option<RestorePhase>,
    /// Output of the INIT or RESTORE phase.
    pub init_logs: Vec<(Moment, PayloadId)>,
    /// When the handler got it, and what it found.
    pub started: Option<(Moment, Start)>,
    /// Output of the handler.
    pub logs: Vec<(Moment, PayloadId)>,
    /// How far it is.
    pub stage: Stage,
}

/// A RESTORE phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestorePhase {
    /// When it ended.
    pub at: Moment,
    /// How.
    pub outcome: InitOutcome,
    /// Until when the snapshot was there.
    pub restoring: Span,
    /// How long it took.
    pub duration: Span,
}

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It waits for the worker of its new environment.
    Starting,
    /// Its environment is in the INIT or RESTORE phase.
    Initializing,
    /// A handler has it.
    Invoking,
    /// A handler had it.
    Finished(End),
    /// It was refused.
    Rejected {
        /// When.
        at: Moment,
        /// Why.
        rejection: Rejection,
    },
}

/// How an invocation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Moment,
    /// How.
    pub outcome: Outcome,
    /// REPORT's Duration.
    pub duration: Span,
    /// REPORT's Max Memory Used.
    pub max_memory: ByteCount,
    /// The response or the handler's own error JSON.
    pub response: Option<PayloadId>,
}

impl InvocationRecord {
    /// The request whose id AWS shows: all attempts of an asynchronous event have the same.
    pub fn shown(&self) -> RequestId {
        self.trigger.shown(self.request)
    }

    /// The RESTORE phase of its environment and what of it is billed with this invocation, if any.
    pub fn restored(&self) -> Option<(Span, Span)> {
        match self.started {
            Some((_, Start::Restored { restore, billed })) => Some((restore, billed)),
            _ => None,
        }
    }

    /// The INIT phase that is billed with this invocation, if any.
    pub fn billed_init(&self) -> Option<Span> {
        match self.started {
            Some((_, Start::Cold { init })) => Some(init),
            _ => None,
        }
    }

    /// Whether its environment was made for it: a cold start, however its first phase went.
    pub fn is_cold(&self) -> bool {
        self.init_started.is_some() || self.restore_started.is_some()
    }

    /// How it ended, if a handler had it.
    pub fn end(&self) -> Option<End> {
        match self.stage {
            Stage::Finished(end) => Some(end),
            _ => None,
        }
    }

    /// Billed Duration in ms: one rounding up, of INIT and handler together (AWS Compute Blog,
    /// "AWS Lambda standardizes billing for INIT Phase", 2025-04-29), or of what is billed of
    /// RESTORE and handler.
    pub fn billed_millis(&self) -> Option<u64> {
        let restored = self.restored().map(|(_, billed)| billed);
        let init = self.billed_init().or(restored).unwrap_or_default();
        self.end().map(|end| (init + end.duration).billed_millis())
    }
}

impl Invocations {
    /// The record of a request.
    pub fn get(&self, request: RequestId) -> Option<&InvocationRecord> {
        self.records.get(&request)
    }

    /// All records in the order of arrival.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &InvocationRecord> {
        self.records.values()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// True before the first request.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The session's seed and wall clock.
    pub fn session(&self) -> SessionMeta {
        self.session
    }

    fn follow_version(&mut self, fact: &VersionFact) {
        match fact {
            VersionFact::VersionPublished {
                function, version, ..
            } => {
                let latest = self.configurations.get(&(*function, Version::Latest));
                if let Some(latest) = latest.cloned() {
                    self.configurations.insert((*function, *version), latest);
                }
            }
            VersionFact::RequestRouted {
                request,
                version,
                alias,
            } => {
                let function = self.records.get(request).map(|record| record.function);
                let of = |function| self.configurations.get(&(function, *version));
                let configuration = function.and_then(of).cloned();
                self.change(*request, |record| {
                    (record.version, record.alias) = (*version, *alias);
                    record.configuration = configuration;
                });
            }
            _ => {}
        }
    }

    fn change(&mut self, request: RequestId, change: impl FnOnce(&mut InvocationRecord)) {
        if let Some(record) = self.records.get_mut(&request) {
            change(record);
        }
    }
}

impl Projection for Invocations {
    fn apply(&mut self, entry: &Entry) {
        let at = entry.at;
        match &entry.event {
            LifecycleEvent::SessionOpened(session) => self.session = *session,
            LifecycleEvent::FunctionConfigured {
                function,
                configuration,
                ..
            } => {
                self.configurations.insert(
                    (*function, Version::Latest),
                    Arc::new((**configuration).clone()),
                );
            }
            LifecycleEvent::RequestArrived {
                request,
                function,
                trigger,
                event,
                bytes,
            } => {
                let record = InvocationRecord {
                    request: *request,
                    function: *function,
                    configuration: self
                        .configurations
                        .get(&(*function, Version::Latest))
                        .cloned(),
                    version: Version::Latest,
                    alias: None,
                    trigger: *trigger,
                    arrived: at,
                    event: *event,
                    event_bytes: *bytes,
                    environment: None,
                    provisioned: false,
                    init_started: None,
                    init: None,
                    restore_started: None,
                    restore: None,
                    init_logs: Vec::new(),
                    started: None,
                    logs: Vec::new(),
                    stage: Stage::Starting,
                };
                self.records.insert(*request, record);
            }
            LifecycleEvent::RequestRejected { request, rejection } => {
                let rejection = *rejection;
                self.change(*request, |record| {
                    record.stage = Stage::Rejected { at, rejection }
                });
            }
            LifecycleEvent::EnvironmentCreated {
                environment,
                request,
                provisioned,
                ..
            } => {
                if *provisioned {
                    self.provisioned.insert(*environment);
                }
                let init = Init {
                    request: *request,
                    logs: Vec::new(),
                };
                self.inits.insert(*environment, init);
                if let Some(request) = request {
                    self.change(*request, |record| record.environment = Some(*environment));
                }
            }
            LifecycleEvent::RestoreStarted { environment } => {
                let request = self.inits.get(environment).and_then(|init| init.request);
                if let Some(request) = request {
                    self.change(request, |record| {
                        record.stage = Stage::Initializing;
                        record.restore_started = Some(at);
                    });
                }
            }
            LifecycleEvent::RestoreFinished {
                environment,
                outcome,
                restoring,
                duration,
            } => {
                let init = self.inits.remove(environment).unwrap_or_default();
                let restore = RestorePhase {
                    at,
                    outcome: *outcome,
                    restoring: *restoring,
                    duration: *duration,
                };
                if let Some(request) = init.request {
                    self.change(request, |record| {
                        record.restore = Some(restore);
                        record.init_logs = init.logs;
                    });
                }
            }
            LifecycleEvent::InitStarted { environment } => {
                let request = self.inits.get(environment).and_then(|init| init.request);
                if let Some(request) = request {
                    self.change(request, |record| {
                        record.stage = Stage::Initializing;
                        record.init_started = Some(at);
                    });
                }
            }
            LifecycleEvent::InitFinished {
                environment,
                outcome,
                duration,
            } => {
                let init = self.inits.remove(environment).unwrap_or_default();
                if let Some(request) = init.request {
                    self.change(request, |record| {
                        record.init = Some((*outcome, *duration));
                        record.init_logs = init.logs;
                    });
                }
            }
            LifecycleEvent::InvocationStarted {
                environment,
                request,
                start,
            } => {
                let provisioned = self.provisioned.contains(environment);
                self.change(*request, |record| {
                    record.environment = Some(*environment);
                    record.provisioned = provisioned;
                    record.started = Some((at, *start));
                    record.stage = Stage::Invoking;
                });
            }
            LifecycleEvent::LogWritten {
                environment,
                request,
                text,
            } => match request {
                Some(request) => self.change(*request, |record| record.logs.push((at, *text))),
                None => {
                    if let Some(init) = self.inits.get_mut(environment) {
                        init.logs.push((at, *text));
                    }
                }
            },
            LifecycleEvent::InvocationFinished {
                request,
                outcome,
                duration,
                max_memory,
                response,
                ..
            } => {
                let end = End {
                    at,
                    outcome: *outcome,
                    duration: *duration,
                    max_memory: *max_memory,
                    response: *response,
                };
                self.change(*request, |record| record.stage = Stage::Finished(end));
            }
            LifecycleEvent::EnvironmentShutDown { environment, .. } => {
                self.inits.remove(environment);
                self.provisioned.remove(environment);
            }
            LifecycleEvent::Version(fact) => self.follow_version(fact),
            LifecycleEvent::AccountConfigured { .. }
            | LifecycleEvent::FunctionDeleted { .. }
            | LifecycleEvent::EnvironmentReset { .. }
            | LifecycleEvent::SnapshotTaken { .. }
            | LifecycleEvent::SnapshotRefused { .. }
            | LifecycleEvent::SnapshotDeleted { .. }
            | LifecycleEvent::Async(_)
            | LifecycleEvent::Queue(_)
            | LifecycleEvent::Source(_)
            | LifecycleEvent::TimeSkipped { .. }
            | LifecycleEvent::Stream(_)
            | LifecycleEvent::Fargate(_)
            | LifecycleEvent::Scaling(_) => {}
        }
    }
}
