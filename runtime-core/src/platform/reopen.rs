//! A platform from the timeline of a session that ended with its tab.

use super::Platform;
use super::input::Out;
use super::state::{Function, State};
use crate::timeline::{Failure, LifecycleEvent, Outcome, Rejection, ShutdownReason, Timeline};
use crate::units::{ByteCount, EnvironmentId, RequestId, Span};
use std::collections::BTreeMap;

/// What the timeline left open.
#[derive(Default)]
struct Open {
    /// Environments, with the request that they were made for or that they run.
    environments: BTreeMap<EnvironmentId, Option<RequestId>>,
    running: BTreeMap<EnvironmentId, RequestId>,
}

impl Platform {
    /// Functions, limits and counters as the timeline left them. Environments died with the tab:
    /// the facts that say so, and that their requests were interrupted, are appended to `out`.
    /// Snapshots went with it too, and are taken again.
    pub fn reopen(timeline: &Timeline, out: &mut Out) -> Platform {
        let mut platform = Platform::default();
        let mut open = Open::default();
        for entry in timeline.entries() {
            platform.follow(&entry.event);
            open.follow(&entry.event);
        }
        for (environment, waiting) in open.environments {
            if let Some(request) = open.running.get(&environment) {
                out.fact(LifecycleEvent::InvocationFinished {
                    environment,
                    request: *request,
                    outcome: Outcome::Failed(Failure::Interrupted),
                    duration: Span::ZERO,
                    max_memory: ByteCount::default(),
                    response: None,
                });
            } else if let Some(request) = waiting {
                let rejection = Rejection::Interrupted;
                out.fact(LifecycleEvent::RequestRejected { request, rejection });
            }
            let reason = ShutdownReason::TabClosed;
            out.fact(LifecycleEvent::EnvironmentShutDown {
                environment,
                reason,
            });
        }
        platform.renew_snapshots(out);
        platform
    }

    fn follow(&mut self, event: &LifecycleEvent) {
        match event {
            LifecycleEvent::AccountConfigured {
                concurrency,
                idle_expiry,
            } => {
                self.concurrency = *concurrency;
                self.idle_expiry = *idle_expiry;
            }
            LifecycleEvent::FunctionConfigured {
                function,
                revision,
                configuration,
            } => {
                let mut configured = Function::new(configuration.clone());
                configured.revision = *revision;
                self.functions.insert(*function, configured);
            }
            LifecycleEvent::FunctionDeleted { function } => {
                if let Some(function) = self.functions.get_mut(function) {
                    function.deleted = true;
                }
            }
            LifecycleEvent::RequestArrived { request, .. } => {
                self.next_request = self.next_request.max(request.0.saturating_add(1));
            }
            LifecycleEvent::EnvironmentCreated { environment, .. } => {
                self.next_environment = self.next_environment.max(environment.0.saturating_add(1));
            }
            _ => {}
        }
    }
}

impl Open {
    fn follow(&mut self, event: &LifecycleEvent) {
        match *event {
            LifecycleEvent::EnvironmentCreated {
                environment,
                request,
                ..
            } => {
                self.environments.insert(environment, request);
            }
            LifecycleEvent::InvocationStarted {
                environment,
                request,
                ..
            } => {
                self.environments.insert(environment, None);
                self.running.insert(environment, request);
            }
            LifecycleEvent::InvocationFinished { environment, .. } => {
                self.running.remove(&environment);
            }
            LifecycleEvent::EnvironmentShutDown { environment, .. } => {
                self.environments.remove(&environment);
                self.running.remove(&environment);
            }
            _ => {}
        }
    }
}

impl Platform {
    /// Whether any environment is at work: then the session clock may not be skipped, because
    /// real handlers would not notice.
    pub fn is_busy(&self) -> bool {
        self.environments
            .values()
            .any(|it| !matches!(it.state, State::Idle { .. }))
    }
}
