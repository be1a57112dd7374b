//! The pace of the session clock, and what is due on one browser timer.

use super::Core;
use super::state::{Alarm, State};
use crate::browser::clock::elapsed;
use crate::browser::timer;
use runtime_core::agenda::{LOST_PATIENCE, Pace};
use runtime_core::platform::{Input, Timer};
use runtime_core::units::{EnvironmentId, Moment, RequestId, Span};

/// So many events of generators are sent before the browser has its turn: after a while in a hidden tab many
/// are due at once.
const GENERATED_AT_ONCE: usize = 100;

/// What happens next.
pub(super) enum Due {
    /// The platform is told something.
    Input(Moment, Input),
    /// Whoever sent the request waits no longer, from this moment on.
    Late(Moment, RequestId),
    /// A generator sends.
    Generated,
}

/// A skip goes a little past the moment, so that what is due then is due.
pub(super) const SKIP_MARGIN: Span = Span::from_millis(1);

impl Core {
    /// Goes through what is due, as fast as the agenda says.
    pub(super) fn go_on(&self) {
        if std::mem::replace(&mut self.state.borrow_mut().driving, true) {
            return;
        }
        let mut generated = 0;
        loop {
            let next = self.state.borrow_mut().next_due();
            match next {
                Some(Due::Input(at, input)) => self.input_at(at, input),
                Some(Due::Late(at, request)) => {
                    let waiter = self.state.borrow_mut().waiters.remove(&request);
                    if let Some(waiter) = waiter {
                        waiter(at, request);
                    }
                }
                Some(Due::Generated) if generated < GENERATED_AT_ONCE => {
                    generated += 1;
                    self.send_generated();
                }
                // The alarm rings at once.
                Some(Due::Generated) | None => break,
            }
        }
        self.state.borrow_mut().driving = false;
        self.set_alarm();
        self.keep_patience();
    }

    /// One browser timer, for the earliest thing on the agenda. One that is set and not too late
    /// stays: most invocations end long before their timeout, and ask for nothing earlier.
    fn set_alarm(&self) {
        let mut state = self.state.borrow_mut();
        let Pace::Real(Some(at)) = state.pace() else {
            return;
        };
        // In real time: the session clock may have gone on at once since the alarm was set.
        let wait = state.clock.real(at.since(state.now()));
        let rings = elapsed() + wait;
        if state
            .alarm
            .as_ref()
            .is_some_and(|alarm| alarm.rings <= rings)
        {
            return;
        }
        if let Some(alarm) = state.alarm.take() {
            alarm.timeout.cancel();
        }
        let session = self.clone();
        let timeout = timer::after(wait, move || {
            session.state.borrow_mut().alarm = None;
            session.go_on();
        });
        state.alarm = Some(Alarm { rings, timeout });
    }

    /// Sees to it that no modelled environment works for ever.
    fn keep_patience(&self) {
        let mut state = self.state.borrow_mut();
        if state.patience.is_some() {
            return;
        }
        if let Some(left) = state.agenda.patience_left(elapsed()) {
            let session = self.clone();
            let timeout = timer::after(left, move || session.lose_patience());
            state.patience = Some(timeout);
        }
    }

    fn lose_patience(&self) {
        let lost = {
            let mut state = self.state.borrow_mut();
            state.patience = None;
            state.agenda.lose_patience(elapsed())
        };
        for environment in lost {
            self.explain_lost_patience(environment);
        }
        self.go_on();
    }

    /// In the log of whatever the environment is at.
    fn explain_lost_patience(&self, environment: EnvironmentId) {
        let mut state = self.state.borrow_mut();
        let (now, text) = (state.now(), state.payloads.add(LOST_PATIENCE.as_bytes()));
        let input = Input::LogWritten {
            environment,
            request: None,
            text,
        };
        state.agenda.said(environment, None, now, input);
    }
}

impl State {
    /// How the session clock goes on.
    fn pace(&self) -> Pace {
        match self.generators.next() {
            Some(generated) => self.agenda.pace_beside(generated),
            None => self.agenda.pace(),
        }
    }

    /// What happens next, if that is now. Sets the session clock.
    fn next_due(&mut self) -> Option<Due> {
        loop {
            match self.pace() {
                Pace::Standstill => self.clock.stop(),
                Pace::Jump(at) => self.clock.go_to(at),
                Pace::Real(_) => self.clock.go_on(),
            }
            // What is measured is measured as it is; only waits are shorter or longer.
            let measuring = self.agenda.is_measuring();
            self.clock
                .set_speed(if measuring { 1.0 } else { self.speed });
            let now = self.clock.now();
            let generated = self.generators.next().filter(|at| *at <= now);
            if generated.is_some_and(|at| self.agenda.is_after(at)) {
                return Some(Due::Generated);
            }
            if let Some((at, request)) = self.agenda.pop_late(now) {
                return Some(Due::Late(at, request));
            }
            let (at, input) = self.agenda.pop(now)?;
            match input {
                // Its cause has gone.
                Input::TimerFired(timer) if !self.platform.awaits(timer) => {}
                // At the moment that it was set for: a skip passes many at once.
                input => return Some(Due::Input(at, input)),
            }
        }
    }

    /// How far away the next thing is that the platform waits for, and which; what a generator sends is
    /// none of its timers. `None` while handlers run: real code does not notice a skipped clock.
    pub(super) fn next_skip(&mut self, now: Moment) -> Option<(Span, Option<Timer>)> {
        if self.platform.is_busy() {
            return None;
        }
        let platform = &self.platform;
        let next = self.agenda.next_awaited(|timer| platform.awaits(timer));
        let next = match (next, self.generators.next()) {
            (Some((at, timer)), Some(generated)) if at <= generated => Some((at, timer)),
            (_, Some(generated)) => Some((generated, None)),
            (next, None) => next,
        };
        next.map(|(at, timer)| (at.since(now), timer))
    }

    /// How far away the next attempt is of something that failed or was throttled.
    pub(super) fn next_retry(&self, now: Moment) -> Option<Span> {
        if self.platform.is_busy() {
            return None;
        }
        let retry = |timer| {
            let again = matches!(
                timer,
                Timer::AsyncAttempt { .. } | Timer::BatchRetry { .. } | Timer::Visibility { .. }
            );
            again && self.platform.awaits(timer)
        };
        // What a generator sends before it is not skipped.
        let next = self.agenda.next_timer(retry);
        let next = next.filter(|at| self.generators.next().is_none_or(|it| *at <= it));
        next.map(|at| at.since(now))
    }
}
