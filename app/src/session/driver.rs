//! The live driver: effects become workers, messages and timers; what workers say becomes inputs.
//!
//! ```text
//! driver    inputs in, facts recorded, effects carried out
//! crew      a worker for every environment, or a place in the queue
//! messages  what is said to workers, and what they say
//! code      packages compiled, once for each memory size
//! agenda    the platform's timers on one browser timer; skipping
//! ```

use super::Core;
use runtime_core::platform::{Effect, Input, Out};
use runtime_core::protocol::ToEnvironment;
use runtime_core::timeline::LifecycleEvent;
use runtime_core::units::Moment;

impl Core {
    /// Tells the platform something, records what it says happened, and does what it asks for.
    pub(super) fn input(&self, input: Input) {
        let at = self.state.borrow().now();
        self.input_at(at, input);
    }

    pub(super) fn input_at(&self, at: Moment, input: Input) {
        let mut out = Out::default();
        let mut finished = Vec::new();
        {
            let mut state = self.state.borrow_mut();
            state.platform.handle(at, input, &mut out);
            for fact in out.facts.drain(..) {
                if let LifecycleEvent::RequestRejected { request, .. }
                | LifecycleEvent::InvocationFinished { request, .. } = fact
                {
                    state.open_events.remove(&request);
                    finished.extend(
                        state
                            .waiters
                            .remove(&request)
                            .map(|waiter| (request, waiter)),
                    );
                }
                state.timeline.push(at, fact);
            }
        }
        for effect in out.effects {
            self.carry_out(effect);
        }
        for (request, waiter) in finished {
            waiter(request);
        }
        self.relieve();
        self.happened();
        self.save_soon();
    }

    fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::StartEnvironment {
                environment,
                function,
            } => {
                self.place(environment, function);
            }
            Effect::Init { environment } => self.tell(environment, ToEnvironment::Init),
            Effect::Invoke {
                environment,
                request,
                init_first,
                deadline,
            } => {
                let message =
                    self.state
                        .borrow()
                        .invoke_message(environment, request, init_first, deadline);
                if let Some(message) = message {
                    self.tell(environment, message);
                }
            }
            Effect::ResetEnvironment { environment } => self.reset(environment),
            Effect::StopEnvironment { environment } => self.stop(environment),
            Effect::SetTimer { at, timer } => {
                let mut state = self.state.borrow_mut();
                let number = state.agenda_count;
                state.agenda_count += 1;
                state.agenda.insert((at, number), timer);
                drop(state);
                self.set_alarm();
            }
        }
    }
}
