//! The session clock: elapsed time plus what was skipped, less what it stood still.

use crate::browser::clock::elapsed;
use runtime_core::units::{Moment, Span};

/// The session clock. It goes on from where an earlier visit stopped: time during which the tab
/// was closed does not count.
#[derive(Clone, Copy, Debug)]
pub(super) struct SessionClock {
    opened: Span,
    base: Moment,
    stopped: bool,
}

impl SessionClock {
    /// A clock that shows `base` now.
    pub(super) fn from(base: Moment) -> Self {
        SessionClock {
            opened: elapsed(),
            base,
            stopped: false,
        }
    }

    pub(super) fn now(&self) -> Moment {
        match self.stopped {
            true => self.base,
            false => self.base + elapsed().saturating_sub(self.opened),
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
