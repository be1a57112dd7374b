//! The life of every environment as segments: the lanes.

use crate::timeline::{
    Entry, Failure, InitOutcome, LifecycleEvent, Origin, Outcome, Projection, ShutdownReason,
};
use crate::units::{EnvironmentId, FunctionId, Moment, OrderedMap, RequestId, push_long};

/// Every environment's lane, in order of creation, and the refused requests.
#[derive(Clone, Debug, Default)]
pub struct Environments {
    lanes: OrderedMap<EnvironmentId, EnvironmentLane>,
    rejected: Vec<(Moment, RequestId)>,
}

/// One environment over time.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvironmentLane {
    /// Which.
    pub environment: EnvironmentId,
    /// Whose.
    pub function: FunctionId,
    /// Without gaps, from its creation on.
    pub segments: Vec<Segment>,
    /// Which of its function's environments it is.
    pub origin: Origin,
    /// It is there for a snapshot only.
    pub captures: bool,
    /// When and why it ended, if it did.
    pub ended: Option<(Moment, ShutdownReason)>,
}

/// A stretch of an environment's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// When it began.
    pub from: Moment,
    /// When it ended; `None` while it lasts.
    pub to: Option<Moment>,
    /// What the environment did.
    pub phase: Phase,
    /// For which request.
    pub request: Option<RequestId>,
}

/// What an environment does for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Its worker is being started. Not billed.
    Starting,
    /// INIT phase.
    Init,
    /// INIT phase that failed or reached its limit.
    InitFailed,
    /// RESTORE phase: a snapshot takes the place of INIT.
    Restore,
    /// RESTORE phase that failed or reached its limit.
    RestoreFailed,
    /// A handler runs, or has run well.
    Invoke,
    /// A handler ran and reported an error.
    InvokeError,
    /// A handler ran until it was killed: timeout, crash, out of memory.
    Killed,
    /// Frozen, waiting for the next request.
    Frozen,
}

impl Environments {
    /// All lanes in order of creation.
    pub fn lanes(&self) -> impl Iterator<Item = &EnvironmentLane> {
        self.lanes.values()
    }

    /// A lane.
    pub fn get(&self, environment: EnvironmentId) -> Option<&EnvironmentLane> {
        self.lanes.get(&environment)
    }

    /// Refused requests in order.
    pub fn rejected(&self) -> &[(Moment, RequestId)] {
        &self.rejected
    }

    /// How many environments are there now.
    pub fn alive(&self) -> usize {
        self.lanes
            .values()
            .filter(|lane| lane.ended.is_none())
            .count()
    }

    /// The request that an environment was made for.
    fn awaited_by(&self, environment: EnvironmentId) -> Option<RequestId> {
        self.lanes.get(&environment)?.segments.last()?.request
    }

    fn next(
        &mut self,
        environment: EnvironmentId,
        at: Moment,
        phase: Phase,
        request: Option<RequestId>,
    ) {
        if let Some(lane) = self.lanes.get_mut(&environment) {
            lane.close(at);
            let segment = Segment {
                from: at,
                to: None,
                phase,
                request,
            };
            push_long(&mut lane.segments, segment);
        }
    }
}

impl EnvironmentLane {
    /// What the environment is doing; `None` after its end.
    pub fn phase(&self) -> Option<Phase> {
        let open = self.segments.last().filter(|segment| segment.to.is_none());
        open.map(|segment| segment.phase)
    }

    fn close(&mut self, at: Moment) {
        if let Some(last) = self.segments.last_mut()
            && last.to.is_none()
        {
            last.to = Some(at);
        }
    }

    fn rename_last(&mut self, phase: Phase) {
        if let Some(last) = self.segments.last_mut() {
            last.phase = phase;
        }
    }
}

impl Projection for Environments {
    fn apply(&mut self, entry: &Entry) {
        let at = entry.at;
        match entry.event {
            LifecycleEvent::RequestRejected { request, .. } => self.rejected.push((at, request)),
            LifecycleEvent::EnvironmentCreated {
                environment,
                function,
                version,
                request,
                provisioned,
                ..
            } => {
                let starting = Segment {
                    from: at,
                    to: None,
                    phase: Phase::Starting,
                    request,
                };
                let lane = EnvironmentLane {
                    environment,
                    function,
                    segments: vec![starting],
                    origin: Origin {
                        version,
                        provisioned,
                    },
                    captures: request.is_none() && !provisioned,
                    ended: None,
                };
                self.lanes.insert(environment, lane);
            }
            LifecycleEvent::InitStarted { environment } => {
                let request = self.awaited_by(environment);
                self.next(environment, at, Phase::Init, request);
            }
            LifecycleEvent::RestoreStarted { environment } => {
                let request = self.awaited_by(environment);
                self.next(environment, at, Phase::Restore, request);
            }
            LifecycleEvent::RestoreFinished {
                environment,
                outcome,
                ..
            } => {
                if outcome != InitOutcome::Succeeded
                    && let Some(lane) = self.lanes.get_mut(&environment)
                {
                    lane.rename_last(Phase::RestoreFailed);
                }
            }
            LifecycleEvent::InitFinished {
                environment,
                outcome,
                ..
            } => {
                let Some(lane) = self.lanes.get_mut(&environment) else {
                    return;
                };
                if outcome != InitOutcome::Succeeded {
                    lane.rename_last(Phase::InitFailed);
                } else if lane.origin.provisioned {
                    self.next(environment, at, Phase::Frozen, None);
                }
            }
            LifecycleEvent::InvocationStarted {
                environment,
                request,
                ..
            } => {
                self.next(environment, at, Phase::Invoke, Some(request));
            }
            LifecycleEvent::InvocationFinished {
                environment,
                outcome,
                ..
            } => {
                let phase = match outcome {
                    Outcome::Succeeded => Phase::Invoke,
                    Outcome::Failed(Failure::HandlerError | Failure::ResponseTooLarge(_)) => {
                        Phase::InvokeError
                    }
                    Outcome::Failed(_) => Phase::Killed,
                };
                if let Some(lane) = self.lanes.get_mut(&environment) {
                    lane.rename_last(phase);
                }
                self.next(environment, at, Phase::Frozen, None);
            }
            LifecycleEvent::EnvironmentShutDown {
                environment,
                reason,
            } => {
                if let Some(lane) = self.lanes.get_mut(&environment) {
                    lane.close(at);
                    lane.segments
                        .retain(|segment| segment.to != Some(segment.from));
                    lane.ended = Some((at, reason));
                }
            }
            LifecycleEvent::SessionOpened { .. }
            | LifecycleEvent::AccountConfigured { .. }
            | LifecycleEvent::FunctionConfigured { .. }
            | LifecycleEvent::FunctionDeleted { .. }
            | LifecycleEvent::RequestArrived { .. }
            | LifecycleEvent::LogWritten { .. }
            | LifecycleEvent::EnvironmentReset { .. }
            | LifecycleEvent::SnapshotTaken { .. }
            | LifecycleEvent::SnapshotRefused { .. }
            | LifecycleEvent::SnapshotDeleted { .. }
            | LifecycleEvent::Async(_)
            | LifecycleEvent::Queue(_)
            | LifecycleEvent::Source(_)
            | LifecycleEvent::Version(_)
            | LifecycleEvent::TimeSkipped { .. }
            | LifecycleEvent::Stream(_)
            | LifecycleEvent::Fargate(_)
            | LifecycleEvent::Scaling(_) => {}
        }
    }
}
