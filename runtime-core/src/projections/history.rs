//! What one environment did up to a request: everything that is needed to do it once more.

use crate::timeline::{
    Entry, FunctionConfiguration, InitOutcome, LifecycleEvent, Origin, Outcome, Qualifier, Start,
    VersionFact,
};
use crate::units::{EnvironmentId, FunctionId, Moment, PayloadId, RequestId, Span};
use std::collections::BTreeMap;

/// An environment's life up to the end of one invocation.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// Which.
    pub environment: EnvironmentId,
    /// When it was created.
    pub created: Moment,
    /// The function as it was set then.
    pub configuration: FunctionConfiguration,
    /// Whose it was.
    pub function: FunctionId,
    /// Which of that one's environments.
    pub origin: Origin,
    /// If it began from a snapshot: the environment from which that was taken.
    pub restored: Option<EnvironmentId>,
    /// What it did, in order; the last is the invocation.
    pub steps: Vec<Step>,
}

/// Something that an environment did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Its INIT phase.
    Init {
        /// When it began.
        at: Moment,
        /// How it ended.
        outcome: InitOutcome,
        /// How long it took.
        took: Span,
    },
    /// Its RESTORE phase.
    Restore {
        /// When it began.
        at: Moment,
        /// How it ended.
        outcome: InitOutcome,
        /// How long it took.
        took: Span,
    },
    /// An invocation.
    Invoke {
        /// Of which request.
        request: RequestId,
        /// The request whose id AWS shows for it.
        shown: RequestId,
        /// What it named besides the function.
        named: Option<Qualifier>,
        /// When it began.
        at: Moment,
        /// Init ran first, inside of it.
        init_first: bool,
        /// The event.
        event: PayloadId,
        /// How it ended.
        outcome: Outcome,
        /// How long it took.
        took: Span,
        /// The response or the handler's own error JSON.
        response: Option<PayloadId>,
    },
    /// Its process was replaced.
    Reset,
}

impl Step {
    /// How long it took.
    pub fn took(&self) -> Span {
        match self {
            Step::Init { took, .. } | Step::Restore { took, .. } | Step::Invoke { took, .. } => {
                *took
            }
            Step::Reset => Span::ZERO,
        }
    }
}

impl History {
    /// The history of the environment that a request ran in, up to the request's end. `None` while
    /// it has not ended, or if no environment had it.
    pub fn of(entries: &[Entry], request: RequestId) -> Option<Self> {
        let ended = entries.iter().rposition(|entry| {
            matches!(&entry.event, LifecycleEvent::InvocationFinished { request: it, .. } if *it == request)
        })?;
        let entries = entries.get(..=ended)?;
        let environment = match entries.last()?.event {
            LifecycleEvent::InvocationFinished { environment, .. } => environment,
            _ => return None,
        };
        let mut events = BTreeMap::new();
        let mut names = BTreeMap::new();
        let mut found = None;
        let mut steps = Vec::new();
        let (mut taken, mut restored) = (BTreeMap::new(), None);
        // What began and has not ended yet.
        let (mut init, mut invoked) = (None, None);
        for entry in entries {
            match &entry.event {
                LifecycleEvent::RequestArrived {
                    request,
                    event,
                    trigger,
                    ..
                } => {
                    events.insert(*request, (*event, trigger.shown(*request)));
                }
                LifecycleEvent::Version(VersionFact::RequestRouted {
                    request,
                    version,
                    alias,
                }) => {
                    let named = alias.map_or(Qualifier::Version(*version), Qualifier::Alias);
                    names.insert(*request, named);
                }
                LifecycleEvent::SnapshotTaken {
                    environment,
                    function,
                    version,
                    ..
                } if restored.is_none() => {
                    taken.insert((*function, *version), *environment);
                }
                LifecycleEvent::EnvironmentCreated {
                    environment: it,
                    function,
                    revision,
                    version,
                    provisioned,
                    ..
                } if *it == environment => {
                    let configuration = configuration(entries, *function, *revision)?;
                    let origin = Origin {
                        version: *version,
                        provisioned: *provisioned,
                    };
                    found = Some((entry.at, *function, origin, configuration));
                }
                LifecycleEvent::InitStarted { environment: it }
                | LifecycleEvent::RestoreStarted { environment: it }
                    if *it == environment =>
                {
                    init = Some(entry.at);
                }
                LifecycleEvent::RestoreFinished {
                    environment: it,
                    outcome,
                    duration,
                    ..
                } if *it == environment => {
                    let (_, function, origin, _) = found.as_ref()?;
                    restored = taken.get(&(*function, origin.version)).copied();
                    steps.push(Step::Restore {
                        at: init.take()?,
                        outcome: *outcome,
                        took: *duration,
                    });
                }
                LifecycleEvent::InitFinished {
                    environment: it,
                    outcome,
                    duration,
                } if *it == environment => steps.push(Step::Init {
                    at: init.take()?,
                    outcome: *outcome,
                    took: *duration,
                }),
                LifecycleEvent::InvocationStarted {
                    environment: it,
                    start,
                    ..
                } if *it == environment => invoked = Some((entry.at, *start)),
                LifecycleEvent::InvocationFinished {
                    environment: it,
                    request,
                    outcome,
                    duration,
                    response,
                    ..
                } if *it == environment => {
                    let (at, start) = invoked.take()?;
                    let (event, shown) = *events.get(request)?;
                    steps.push(Step::Invoke {
                        request: *request,
                        shown,
                        named: names.get(request).copied(),
                        at,
                        init_first: start == Start::InitAgain,
                        event,
                        outcome: *outcome,
                        took: *duration,
                        response: *response,
                    });
                }
                LifecycleEvent::EnvironmentReset {
                    environment: it, ..
                } if *it == environment => steps.push(Step::Reset),
                _ => {}
            }
        }
        let (created, function, origin, configuration) = found?;
        Some(History {
            environment,
            created,
            function,
            origin,
            configuration,
            restored,
            steps,
        })
    }

    /// How long everything took together.
    pub fn took(&self) -> Span {
        self.steps
            .iter()
            .fold(Span::ZERO, |sum, step| sum + step.took())
    }
}

/// A function as it was set in one revision.
fn configuration(
    entries: &[Entry],
    function: FunctionId,
    revision: u32,
) -> Option<FunctionConfiguration> {
    entries.iter().find_map(|entry| match &entry.event {
        LifecycleEvent::FunctionConfigured {
            function: it,
            revision: its,
            configuration,
        } if *it == function && *its == revision => Some((**configuration).clone()),
        _ => None,
    })
}
