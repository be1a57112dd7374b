//! Effects become processes and messages; what processes say becomes inputs.

use super::Driver;
use super::process::{Notice, Process, Said};
use runtime_core::platform::{
    Effect, Input, InvocationEnd, StartFrom, Timer, environment_variables, log_stream_name,
};
use runtime_core::protocol::{FromEnvironment, ToEnvironment};
use runtime_core::sandbox::{
    Beginning, Done, FileTree, Invocation, InvocationContext, Phase, SandboxClock, SandboxSettings,
};
use runtime_core::scribe;
use runtime_core::timeline::{ClockSetting, Failure, Outcome};
use runtime_core::units::{ByteCount, EnvironmentId, Moment, RequestId, Span};
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
        phase: Phase,
    },
    /// In measured time the function's timeout counts from when its process is there: that this machine starts
    /// processes slowly is not the handler's doing.
    Timer { after: Span, timer: Timer },
}

impl Driver {
    pub(super) fn carry_out(&mut self, at: Moment, effect: Effect) {
        match effect {
            Effect::StartEnvironment {
                environment,
                beginning,
                ..
            } => self.start(at, environment, beginning),
            Effect::Init { environment, limit } => {
                let phase = self.begin_phase(environment, at, limit);
                if let Some(place) = self.places.get(&environment) {
                    place.process.send(&ToEnvironment::Init(phase));
                }
            }
            Effect::Invoke {
                environment,
                request,
                init_first,
                deadline,
            } => {
                let phase = self.begin_phase(environment, at, deadline.since(at));
                if let Some(waiting) = self.waiting(environment) {
                    waiting.push(Waiting::Invoke {
                        request,
                        init_first,
                        phase,
                    });
                } else {
                    self.invoke(environment, request, init_first, phase);
                }
            }
            Effect::ResetEnvironment { environment } => {
                self.agenda.forget(environment);
                self.replace(environment);
            }
            Effect::StopEnvironment { environment } => {
                self.agenda.forget(environment);
                if let Some(place) = self.places.remove(&environment) {
                    self.owners.remove(&place.process.number);
                }
            }
            effect @ (Effect::WriteRecord(_)
            | Effect::WriteBatch { .. }
            | Effect::ReadBatchResponse { .. }
            | Effect::PlanSchedule { .. }
            | Effect::WriteSourceEvents { .. }
            | Effect::WriteStreamBatch(_)
            | Effect::ReadStreamResponse { .. }
            | Effect::WriteDiscard(_)
            | Effect::WriteChange { .. }) => {
                let (platform, payloads) = (&self.platform, &mut self.payloads);
                if let Some(input) = scribe::answer(platform, payloads, self.meta, at, effect) {
                    self.input_at(at, input);
                }
            }
            Effect::SetTimer { at: due, timer } => match timer {
                Timer::InvocationTimeout { environment, .. } if self.is_measured() => {
                    match self.waiting(environment) {
                        Some(waiting) => waiting.push(Waiting::Timer {
                            after: due.since(at),
                            timer,
                        }),
                        None => self.agenda.set_timer(due, timer),
                    }
                }
                timer => self.agenda.set_timer(due, timer),
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
            // Nobody asks for them here.
            FromEnvironment::Profiled(_) => {}
            FromEnvironment::Done(Done::Init {
                outcome,
                duration,
                restoring,
                snapshot,
            }) => {
                let snapshot = snapshot.map(|captured| {
                    captured.map(|snapshot| {
                        let size = snapshot.size();
                        let place = self.places.get(&environment);
                        let tmp = place.map(|place| place.tmp.clone());
                        self.snapshot = Some((snapshot, tmp.unwrap_or_default()));
                        size
                    })
                });
                let input = Input::InitFinished {
                    environment,
                    outcome,
                    duration,
                    restoring,
                    snapshot,
                };
                self.agenda
                    .ended(environment, duration, self.clock.now(), input);
            }
            FromEnvironment::LogWritten {
                request,
                after,
                text,
            } => {
                let text = self.payloads.add(text);
                let input = Input::LogWritten {
                    environment,
                    request,
                    text,
                };
                self.agenda
                    .said(environment, after, self.clock.now(), input);
            }
            FromEnvironment::TmpChanged(change) => {
                if let Some(place) = self.places.get_mut(&environment) {
                    place.tmp.apply(change);
                }
            }
            FromEnvironment::Done(Done::Invocation { request, invoked }) => {
                let response = invoked.response.map(|bytes| self.payloads.add(bytes));
                let input = Input::InvocationFinished(InvocationEnd {
                    environment,
                    request,
                    outcome: invoked.outcome,
                    duration: invoked.duration,
                    max_memory: invoked.max_memory,
                    response,
                });
                let now = self.clock.now();
                self.agenda.ended(environment, invoked.duration, now, input);
            }
            FromEnvironment::Broken { message } => self.failed(environment, message),
        }
    }

    fn start(&mut self, at: Moment, environment: EnvironmentId, beginning: StartFrom) {
        let Some((origin, configuration)) = self.platform.settings_of(environment) else {
            return;
        };
        let log_stream = log_stream_name(self.meta, origin.version, environment, at);
        let variables = environment_variables(configuration, origin, &log_stream);
        let started = self.meta.unix_nanos(at);
        let clock = SandboxClock::of(configuration.clock, started, environment);
        let (beginning, tmp) = match (beginning, &self.snapshot) {
            (StartFrom::Capture, _) => (Beginning::Capture, FileTree::default()),
            (StartFrom::Snapshot, Some((snapshot, tmp))) => {
                (Beginning::Restore(snapshot.clone()), tmp.clone())
            }
            (StartFrom::Init | StartFrom::Snapshot, _) => (Beginning::Init, FileTree::default()),
        };
        let settings = SandboxSettings {
            beginning,
            tmp: tmp.clone(),
            opt: self.opt.clone(),
            ..SandboxSettings::of(configuration, variables, self.task.clone(), clock)
        };
        self.agenda.starts(environment, configuration.clock, at);
        match self.launcher.start(settings.clone()) {
            Ok(process) => {
                self.owners.insert(process.number, environment);
                let place = Place {
                    process,
                    settings,
                    tmp,
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

    /// Whether durations come from this machine's clock.
    fn is_measured(&self) -> bool {
        self.configuration.clock == ClockSetting::Measured
    }

    /// An environment is about to run code.
    fn begin_phase(&mut self, environment: EnvironmentId, at: Moment, limit: Span) -> Phase {
        let setting = self.configuration.clock;
        let real = self.clock.real();
        self.agenda.works(environment, setting, at, real);
        let began_unix_nanos = match setting {
            ClockSetting::Modelled => self.meta.unix_nanos(at),
            // On the clock that the handler sees, which does not know of skipped time.
            ClockSetting::Measured => unix_nanos(),
        };
        Phase {
            began_unix_nanos,
            limit,
            profile: false,
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
            PlaceState::Starting => self.agenda.ready(environment, self.clock.now()),
            PlaceState::Replacing(waiting) => {
                for waiting in waiting {
                    match waiting {
                        Waiting::Invoke {
                            request,
                            init_first,
                            phase,
                        } => self.invoke(environment, request, init_first, phase),
                        Waiting::Timer { after, timer } => {
                            self.agenda.set_timer(self.clock.now() + after, timer);
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
        phase: Phase,
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
            phase,
            context: InvocationContext::of(
                request,
                self.meta.seed,
                phase.deadline_unix_millis(),
                name,
            ),
            event: self.payloads.get(*event).to_vec(),
        }));
    }

    /// Something is due.
    pub(super) fn due(&mut self, at: Moment, input: Input) {
        // Measured, an invocation is counted from when its process was given the event.
        let input = match input {
            Input::TimerFired(Timer::InvocationTimeout {
                environment,
                request,
            }) if self.is_measured() => {
                match self.places.get(&environment).and_then(|place| place.given) {
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
                    _ => input,
                }
            }
            input => input,
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

fn unix_nanos() -> u64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos() as u64)
}
