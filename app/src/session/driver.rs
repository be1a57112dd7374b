//! The live driver: effects become workers, messages and timers; what workers say becomes inputs.
//!
//! ```text
//! driver    inputs in, facts recorded, effects carried out
//! writing   batches and records written, responses read
//! crew      a worker for every environment, or a place in the queue
//! messages  what is said to workers, and what they say
//! code      packages compiled, once for each memory size
//! agenda    what is due, on one browser timer; the pace of the session clock; skipping
//! ```

use super::Core;
use super::state::OpenEvent;
use crate::browser::clock::elapsed;
use runtime_core::platform::{Effect, Input, Out};
use runtime_core::protocol::ToEnvironment;
use runtime_core::sandbox::Phase;
use runtime_core::timeline::{LifecycleEvent, Qualifier, VersionFact};
use runtime_core::units::{EnvironmentId, Moment, Span};

impl Core {
    /// Tells the platform something, does what it asks for, and goes on to what is due then.
    pub(super) fn input(&self, input: Input) {
        let at = self.state.borrow().now();
        let driving = std::mem::replace(&mut self.state.borrow_mut().driving, true);
        self.input_at(at, input);
        // Within an input the outer one goes on.
        if !driving {
            self.state.borrow_mut().driving = false;
            self.go_on();
        }
    }

    /// Tells the platform something, records what it says happened, and does what it asks for.
    pub(super) fn input_at(&self, at: Moment, input: Input) {
        let mut out = Out::default();
        let mut finished = Vec::new();
        {
            let mut state = self.state.borrow_mut();
            state.platform.handle(at, input, &mut out);
            for fact in out.facts.drain(..) {
                match fact {
                    LifecycleEvent::RequestArrived {
                        request,
                        event,
                        trigger,
                        ..
                    } => {
                        let shown = trigger.shown(request);
                        let open = OpenEvent {
                            event,
                            shown,
                            named: None,
                        };
                        state.open_events.insert(request, open);
                    }
                    LifecycleEvent::Version(VersionFact::RequestRouted {
                        request,
                        version,
                        alias,
                    }) => {
                        if let Some(open) = state.open_events.get_mut(&request) {
                            let version = Qualifier::Version(version);
                            open.named = Some(alias.map_or(version, Qualifier::Alias));
                        }
                    }
                    LifecycleEvent::RequestRejected { request, .. }
                    | LifecycleEvent::InvocationFinished { request, .. } => {
                        state.open_events.remove(&request);
                        state.agenda.answered(request);
                        let waiter = state.waiters.remove(&request);
                        finished.extend(waiter.map(|waiter| (request, waiter)));
                    }
                    _ => {}
                }
                state.timeline.push(at, fact);
            }
        }
        for effect in out.effects {
            self.carry_out(at, effect);
        }
        for (request, waiter) in finished {
            waiter(at, request);
        }
        self.relieve();
        self.happened();
        self.save_soon();
    }

    pub(super) fn carry_out(&self, at: Moment, effect: Effect) {
        match effect {
            Effect::StartEnvironment {
                environment,
                function,
                beginning,
            } => {
                self.place(at, environment, function, beginning);
            }
            Effect::Init { environment, limit } => {
                let phase = self.begin_phase(environment, at, limit);
                self.tell(environment, ToEnvironment::Init(phase));
            }
            Effect::Invoke {
                environment,
                request,
                init_first,
                deadline,
            } => {
                let phase = self.begin_phase(environment, at, deadline.since(at));
                let message =
                    self.state
                        .borrow()
                        .invoke_message(environment, request, init_first, phase);
                if let Some(message) = message {
                    self.tell(environment, message);
                }
            }
            Effect::ResetEnvironment { environment } => self.reset(environment),
            Effect::StopEnvironment { environment } => self.stop(environment),
            Effect::SetTimer { at, timer } => {
                self.state.borrow_mut().agenda.set_timer(at, timer);
            }
            effect @ (Effect::WriteRecord(_)
            | Effect::WriteBatch { .. }
            | Effect::ReadBatchResponse { .. }
            | Effect::PlanSchedule { .. }
            | Effect::WriteSourceEvents { .. }
            | Effect::WriteStreamBatch(_)
            | Effect::ReadStreamResponse { .. }
            | Effect::WriteDiscard(_)
            | Effect::WriteChange { .. }) => self.have_written(at, effect),
        }
    }

    /// An environment is about to run code.
    fn begin_phase(&self, environment: EnvironmentId, at: Moment, limit: Span) -> Phase {
        let mut guard = self.state.borrow_mut();
        let state = &mut *guard;
        if let Some(placement) = state.fleet.environments.get(&environment) {
            let setting = placement.clock;
            state.agenda.works(environment, setting, at, elapsed());
        }
        Phase {
            began_unix_nanos: state.meta.unix_nanos(at),
            limit,
            profile: false,
        }
    }
}
