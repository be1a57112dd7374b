//! The platform's timers on one browser timer, and skipping to the next of them.

use super::Core;
use super::state::{Alarm, State};
use crate::browser::timer;
use runtime_core::platform::Input;
use runtime_core::units::{Moment, Span};

/// A skip goes a little past the moment, so that what is due then is due.
pub(super) const SKIP_MARGIN: Span = Span::from_millis(1);

impl Core {
    /// One browser timer, for the earliest thing on the agenda. One that is set and not too late
    /// stays: most invocations end long before their timeout, and ask for nothing earlier.
    pub(super) fn set_alarm(&self) {
        let mut state = self.state.borrow_mut();
        let next = state.agenda.first_key_value().map(|((at, _), _)| *at);
        let Some(at) = next else {
            return;
        };
        if state.alarm.as_ref().is_some_and(|alarm| alarm.at <= at) {
            return;
        }
        if let Some(alarm) = state.alarm.take() {
            alarm.timeout.cancel();
        }
        let now = state.now();
        let session = self.clone();
        let timeout = timer::after(at.since(now), move || session.ring());
        state.alarm = Some(Alarm { at, timeout });
    }

    /// Fires what is due and still awaited.
    pub(super) fn ring(&self) {
        // Set anew at the end: the clock may have been skipped, and this alarm may be the one
        // that rings.
        if let Some(alarm) = self.state.borrow_mut().alarm.take() {
            alarm.timeout.cancel();
        }
        loop {
            let due = {
                let mut guard = self.state.borrow_mut();
                let state = &mut *guard;
                let now = state.now();
                let first = state.agenda.first_entry();
                first.filter(|entry| entry.key().0 <= now).map(|entry| {
                    let (at, _) = *entry.key();
                    let timer = entry.remove();
                    (at.max(Moment::START), state.platform.awaits(timer), timer)
                })
            };
            match due {
                // At the moment that it was set for: a skip passes many at once.
                Some((at, true, timer)) => self.input_at(at, Input::TimerFired(timer)),
                // Its cause has gone.
                Some((_, false, _)) => {}
                None => break,
            }
        }
        self.set_alarm();
    }
}

impl State {
    /// How far away the next thing is that the platform waits for. `None` while handlers run: real
    /// code does not notice a skipped clock.
    pub(super) fn next_skip(&mut self, now: Moment) -> Option<Span> {
        if self.platform.is_busy() {
            return None;
        }
        // Timers whose cause has gone are nothing; they are dropped when they are met.
        while let Some(entry) = self.agenda.first_entry() {
            if self.platform.awaits(*entry.get()) {
                return Some(entry.key().0.since(now));
            }
            entry.remove();
        }
        None
    }
}
