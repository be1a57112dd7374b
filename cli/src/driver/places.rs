//! Effects become processes and messages; what processes say becomes inputs.

use super::Driver;
use super::process::{Notice, Process, Said};
use runtime_core::platform::{
    Effect, Input, InvocationEnd, Timer, environment_variables, log_stream_name,
};
use runtime_core::protocol::{FromEnvironment, ToEnvironment};
use runtime_core::sandbox::{Done, FileTree, Invocation, InvocationContext, SandboxSettings};
use runtime_core::timeline::{Failure, Outcome};
use runtime_core::units::{ByteCount, EnvironmentId, FunctionId, Moment, RequestId, Span};
use std::time::SystemTime;

/// An environment and its process.
pub(super) struct Place {
    process: Process,
    settings: SandboxSettings,
    /// `/tmp` as far as its processes have said: the next one gets it.
    tmp: FileTree,
    state: PlaceState,
    /// The request that the process was last given, and when.
    given: Option<(RequestId, Moment)>,
}

enum PlaceState {
    /// The first process is starting.
    Starting,
    /// A process replaces one that had ended; what was meant for it waits.
    Replacing(Vec<Waiting>),
    Ready,
}

enum Waiting {
    Invoke {
        request: RequestId,
        init_first: bool,
        timeout: Span,
    },
    /// The function's timeout counts from when its process is there: that this machine starts
    /// processes slowly is not the handler's doing.
    Timer { after: Span, timer: Timer },
}

impl Driver {
    pub(super) fn carry_out(&mut self, at: Moment, effect: Effect) {
        match effect {
            Effect::StartEnvironment {
                environment,
                function,
            } => self.start(at, environment, function),
            Effect::Init { environment } => {
                if let Some(place) = self.places.get(&environment) {
                    place.process.send(&ToEnvironment::Init);
                }
            }
            Effect::Invoke {
                environment,
                request,
                init_first,
                deadline,
            } => {
                let timeout = deadline.since(at);
                if let Some(waiting) = self.waiting(environment) {
                    waiting.push(Waiting::Invoke {
                        request,
                        init_first,
                        timeout,
                    });
                } else {
                    self.invoke(environment, request, init_first, timeout);
                }
            }
            Effect::ResetEnvironment { environment } => self.replace(environment),
            Effect::StopEnvironment { environment } => {
                if let Some(place) = self.places.remove(&environment) {
                    self.owners.remove(&place.process.number);
                }
            }
            Effect::SetTimer { at: due, timer } => match timer {
                Timer::InvocationTimeout { environment, .. } => match self.waiting(environment) {
                    Some(waiting) => waiting.push(Waiting::Timer {
                        after: due.since(at),
                        timer,
                    }),
                    None => self.agenda.set(due, timer),
                },
                Timer::InitLimit { .. } | Timer::IdleExpiry { .. } => self.agenda.set(due, timer),
            },
        }
    }

    pub(super) fn notice(&mut self, notice: Notice) {
        // What a process said that has since been killed and replaced is nothing any more.
        let Some(&environment) = self.owners.get(&notice.process) else {
            return;
        };
        match notice.said {
            Said::Message(message) => self.message(environment, message),
            Said::Ended(error) => {
                let how = match (error, self.places.get_mut(&environment)) {
                    (Some(error), _) => error.to_string(),
                    (None, Some(place)) => place.process.kill(),
                    (None, None) => return,
                };
                self.failed(
                    environment,
                    format!("an environment's process ended: {how}"),
                );
            }
        }
    }

    fn message(&mut self, environment: EnvironmentId, message: FromEnvironment) {
        match message {
            FromEnvironment::Ready => self.ready(environment),
            FromEnvironment::Done(Done::Init { outcome, duration }) => {
                self.input(Input::InitFinished {
                    environment,
                    outcome,
                    duration,
                });
            }
            FromEnvironment::LogWritten { request, text } => {
                let text = self.payloads.add(text);
                self.input(Input::LogWritten {
                    environment,
                    request,
                    text,
                });
            }
            FromEnvironment::TmpChanged(change) => {
                if let Some(place) = self.places.get_mut(&environment) {
                    place.tmp.apply(change);
                }
            }
            FromEnvironment::Done(Done::Invocation { request, invoked }) => {
                let response = invoked.response.map(|bytes| self.payloads.add(bytes));
                self.input(Input::InvocationFinished(InvocationEnd {
                    environment,
                    request,
                    outcome: invoked.outcome,
                    duration: invoked.duration,
                    max_memory: invoked.max_memory,
                    response,
                }));
            }
            FromEnvironment::Broken { message } => self.failed(environment, message),
        }
    }

    fn start(&mut self, at: Moment, environment: EnvironmentId, function: FunctionId) {
        let Some(configuration) = self.platform.configuration(function) else {
            return;
        };
        let log_stream = log_stream_name(self.meta, environment, at);
        let variables = environment_variables(configuration, &log_stream);
        let settings = SandboxSettings::of(configuration, variables, self.task.clone());
        match self.launcher.start(settings.clone()) {
            Ok(process) => {
                self.owners.insert(process.number, environment);
                let place = Place {
                    process,
                    settings,
                    tmp: FileTree::default(),
                    state: PlaceState::Starting,
                    given: None,
                };
                self.places.insert(environment, place);
            }
            Err(error) => {
                self.failed(
                    environment,
                    format!("a process could not be started: {error}"),
                );
            }
        }
    }

    /// Globals are lost with the old process, `/tmp` goes on to the new one.
    fn replace(&mut self, environment: EnvironmentId) {
        let Some(place) = self.places.get_mut(&environment) else {
            return;
        };
        self.owners.remove(&place.process.number);
        place.process.kill();
        let settings = SandboxSettings {
            tmp: place.tmp.clone(),
            ..place.settings.clone()
        };
        match self.launcher.start(settings) {
            Ok(process) => {
                self.owners.insert(process.number, environment);
                place.process = process;
                place.state = PlaceState::Replacing(Vec::new());
            }
            Err(error) => {
                self.failed(
                    environment,
                    format!("a process could not be replaced: {error}"),
                );
            }
        }
    }

    fn ready(&mut self, environment: EnvironmentId) {
        let Some(place) = self.places.get_mut(&environment) else {
            return;
        };
        match std::mem::replace(&mut place.state, PlaceState::Ready) {
            PlaceState::Starting => self.input(Input::EnvironmentReady { environment }),
            PlaceState::Replacing(waiting) => {
                for waiting in waiting {
                    match waiting {
                        Waiting::Invoke {
                            request,
                            init_first,
                            timeout,
                        } => self.invoke(environment, request, init_first, timeout),
                        Waiting::Timer { after, timer } => {
                            self.agenda.set(self.clock.now() + after, timer);
                        }
                    }
                }
            }
            PlaceState::Ready => {}
        }
    }

    fn invoke(
        &mut self,
        environment: EnvironmentId,
        request: RequestId,
        init_first: bool,
        timeout: Span,
    ) {
        let (Some(place), Some(event)) =
            (self.places.get_mut(&environment), self.open.get(&request))
        else {
            return;
        };
        place.given = Some((request, self.clock.now()));
        let name = &self.configuration.name;
        place.process.send(&ToEnvironment::Invoke(Invocation {
            request,
            init_first,
            // On the clock that the handler sees, which does not know of skipped time.
            context: InvocationContext::of(
                request,
                self.meta.seed,
                unix_millis() + timeout.as_nanos() / 1_000_000,
                name,
            ),
            event: self.payloads.get(*event).to_vec(),
        }));
    }

    /// A timer is due.
    pub(super) fn timer(&mut self, at: Moment, timer: Timer) {
        // The time that an invocation took is counted from when its process was given the event.
        let input = match timer {
            Timer::InvocationTimeout {
                environment,
                request,
            } => match self.places.get(&environment).and_then(|place| place.given) {
                Some((given, since)) if given == request => {
                    Input::InvocationFinished(InvocationEnd {
                        environment,
                        request,
                        outcome: Outcome::Failed(Failure::TimedOut),
                        duration: at.since(since),
                        max_memory: ByteCount::default(),
                        response: None,
                    })
                }
                _ => Input::TimerFired(timer),
            },
            Timer::InitLimit { .. } | Timer::IdleExpiry { .. } => Input::TimerFired(timer),
        };
        self.input_at(at, input);
    }

    /// What waits for the environment's process to be replaced, if it is being replaced.
    fn waiting(&mut self, environment: EnvironmentId) -> Option<&mut Vec<Waiting>> {
        match &mut self.places.get_mut(&environment)?.state {
            PlaceState::Replacing(waiting) => Some(waiting),
            PlaceState::Starting | PlaceState::Ready => None,
        }
    }

    fn failed(&mut self, environment: EnvironmentId, message: String) {
        self.break_down(message);
        if let Some(place) = self.places.remove(&environment) {
            self.owners.remove(&place.process.number);
        }
        self.input(Input::EnvironmentFailed { environment });
    }
}

fn unix_millis() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as u64)
}
