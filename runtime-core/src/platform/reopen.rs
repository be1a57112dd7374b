//! A platform from the timeline of a session that ended with its tab.

use super::Platform;
use super::input::Out;
use super::owners::Owners;
use super::state::{Edition, Function, State};
use crate::timeline::{Failure, LifecycleEvent, Outcome, Rejection, ShutdownReason, Timeline};
use crate::units::OrderedMap;
use crate::units::{ByteCount, EnvironmentId, RequestId, Span};

/// What the timeline left open.
#[derive(Default)]
struct Open {
    /// Environments, with the request that they were made for or that they run.
    environments: OrderedMap<EnvironmentId, Option<RequestId>>,
    running: OrderedMap<EnvironmentId, RequestId>,
}

impl Platform {
    /// Functions, limits and counters as the timeline left them. Environments died with the tab:
    /// the facts that say so, and that their requests were interrupted, are appended to `out`.
    /// Snapshots went with it too, and are taken again.
    pub fn reopen(timeline: &Timeline, out: &mut Out) -> Platform {
        Platform::default().reopened(timeline, out)
    }

    /// The same of a platform that has nothing yet.
    pub fn reopened(self, timeline: &Timeline, out: &mut Out) -> Platform {
        let mut platform = self;
        let mut open = Open::default();
        let mut owners = Owners::new();
        for entry in timeline.entries() {
            platform.follow(&entry.event);
            platform.follow_event(entry.at, &entry.event, &mut owners);
            if let LifecycleEvent::Queue(fact) = &entry.event {
                platform.follow_queue(entry.at, fact);
                platform.follow_mapping(entry.at, fact);
            }
            if let LifecycleEvent::Version(fact) = &entry.event {
                platform.follow_version(entry.at, fact);
            }
            if let LifecycleEvent::Source(fact) = &entry.event {
                platform.follow_source(entry.at, fact);
            }
            platform.follow_stream(entry.at, &entry.event, &mut owners);
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
        let at = timeline.end();
        platform.reopen_provisioned(at, out);
        platform.reopen_sources(at, out);
        platform.reopen_events(at, out);
        platform.reopen_mappings(at, out);
        platform.reopen_queues(at, out);
        platform.reopen_streams(at, out);
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
                let latest = Edition::new(configuration.clone(), *revision);
                match self.functions.get_mut(function) {
                    Some(configured) => {
                        configured.deleted = false;
                        configured.revision = *revision;
                        configured.latest = latest;
                    }
                    None => {
                        let mut created = Function::new(configuration.clone());
                        created.revision = *revision;
                        created.latest = latest;
                        self.functions.insert(*function, created);
                    }
                }
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
