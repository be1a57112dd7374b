//! The session clock.

use runtime_core::units::{Moment, Span};
use std::time::{Duration, Instant};

/// Real elapsed time plus what was skipped.
pub(super) struct SessionClock {
    opened: Instant,
    skipped: Span,
}

impl SessionClock {
    pub(super) fn start() -> Self {
        SessionClock {
            opened: Instant::now(),
            skipped: Span::ZERO,
        }
    }

    pub(super) fn now(&self) -> Moment {
        Moment::START + span(self.opened.elapsed()) + self.skipped
    }

    pub(super) fn skip(&mut self, span: Span) {
        self.skipped += span;
    }
}

/// A measured length of time; five centuries at most.
pub(crate) fn span(duration: Duration) -> Span {
    Span::from_nanos(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX))
}

/// A length of time to wait for.
pub(crate) fn duration(span: Span) -> Duration {
    Duration::from_nanos(span.as_nanos())
}
