//! The session clock: elapsed time, at a speed, plus what was skipped, less what it stood still.

use crate::browser::clock::elapsed;
use runtime_core::units::{Moment, Span};

/// How much faster than real time, or than it happened, a session is watched.
pub const SPEEDS: [f64; 9] = [0.1, 0.25, 0.5, 1.0, 2.0, 10.0, 60.0, 300.0, 1_000.0];

/// The session clock. It goes on from where an earlier visit stopped: time during which the tab
/// was closed does not count.
#[derive(Clone, Copy, Debug)]
pub(super) struct SessionClock {
    opened: Span,
    base: Moment,
    stopped: bool,
    /// Session time that goes by in a unit of real time.
    speed: f64,
}

impl SessionClock {
    /// A clock that shows `base` now.
    pub(super) fn from(base: Moment) -> Self {
        SessionClock {
            opened: elapsed(),
            base,
            stopped: false,
            speed: 1.0,
        }
    }

    pub(super) fn now(&self) -> Moment {
        match self.stopped {
            true => self.base,
            false => self.base + self.gone_by(elapsed().saturating_sub(self.opened)),
        }
    }

    /// The session time that goes by in so much real time.
    fn gone_by(&self, real: Span) -> Span {
        match self.speed == 1.0 {
            true => real,
            false => Span::from_millis_f64(real.as_millis_f64() * self.speed),
        }
    }

    /// The real time until so much session time has gone by.
    pub(super) fn real(&self, span: Span) -> Span {
        match self.speed == 1.0 {
            true => span,
            false => Span::from_millis_f64(span.as_millis_f64() / self.speed),
        }
    }

    /// Goes on at another speed, which is more than zero.
    pub(super) fn set_speed(&mut self, speed: f64) {
        if self.speed != speed {
            self.base = self.now();
            self.opened = elapsed();
            self.speed = speed;
        }
    }

    /// Stands still from now on.
    pub(super) fn stop(&mut self) {
        self.base = self.now();
        self.stopped = true;
    }

    /// Goes on as real time does.
    pub(super) fn go_on(&mut self) {
        if self.stopped {
            self.opened = elapsed();
            self.stopped = false;
        }
    }

    /// Goes on to a moment; never back.
    pub(super) fn go_to(&mut self, at: Moment) {
        self.base = self.now().max(at);
        self.opened = elapsed();
    }

    pub(super) fn skip(&mut self, span: Span) {
        self.base = self.base + span;
    }
}
