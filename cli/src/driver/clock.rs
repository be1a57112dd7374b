//! The session clock.

use runtime_core::timeline::ClockSetting;
use runtime_core::units::{Moment, Span};
use std::time::{Duration, Instant};

/// Real elapsed time plus what was skipped; in a modelled session only the latter.
pub(super) struct SessionClock {
    setting: ClockSetting,
    opened: Instant,
    skipped: Span,
}

impl SessionClock {
    pub(super) fn start(setting: ClockSetting) -> Self {
        SessionClock {
            setting,
            opened: Instant::now(),
            skipped: Span::ZERO,
        }
    }

    /// Time that really passed since the start.
    pub(super) fn real(&self) -> Span {
        span(self.opened.elapsed())
    }

    pub(super) fn now(&self) -> Moment {
        let real = match self.setting {
            ClockSetting::Modelled => Span::ZERO,
            ClockSetting::Measured => self.real(),
        };
        Moment::START + real + self.skipped
    }

    pub(super) fn skip(&mut self, span: Span) {
        self.skipped += span;
    }

    /// Goes on to a moment; never back.
    pub(super) fn go_to(&mut self, at: Moment) {
        self.skipped += at.since(self.now());
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
