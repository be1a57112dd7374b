//! The session clock: elapsed time plus what was skipped.

use crate::browser::clock::elapsed;
use runtime_core::units::{Moment, Span};

/// The session clock. It goes on from where an earlier visit stopped: time during which the tab
/// was closed does not count.
#[derive(Clone, Copy, Debug)]
pub(super) struct SessionClock {
    opened: Span,
    base: Moment,
}

impl SessionClock {
    /// A clock that shows `base` now.
    pub(super) fn from(base: Moment) -> Self {
        SessionClock {
            opened: elapsed(),
            base,
        }
    }

    pub(super) fn now(&self) -> Moment {
        self.base + elapsed().saturating_sub(self.opened)
    }

    pub(super) fn skip(&mut self, span: Span) {
        self.base = self.base + span;
    }
}
