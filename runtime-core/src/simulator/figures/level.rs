//! How many there are of something, over time.

use crate::units::{Moment, Span};
use serde::{Deserialize, Serialize};

/// A number that goes up and down: its mean over time and its peak. The area below it is exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Level {
    now: u64,
    peak: u64,
    since: Moment,
    /// Number times nanoseconds, until `since`.
    area: u128,
}

/// A level's mean and peak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LevelFigures {
    /// Weighted with time.
    pub mean: f64,
    /// The most at a time.
    pub peak: u64,
}

impl Level {
    /// One more, from this moment on.
    #[inline]
    pub fn up(&mut self, at: Moment, end: Moment) {
        self.go_on_to(at.min(end));
        self.now += 1;
        if at <= end {
            self.peak = self.peak.max(self.now);
        }
    }

    /// One fewer, from this moment on.
    #[inline]
    pub fn down(&mut self, at: Moment, end: Moment) {
        self.go_on_to(at.min(end));
        self.now = self.now.saturating_sub(1);
    }

    /// How many there are.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Until this moment it stays as it is.
    #[inline]
    fn go_on_to(&mut self, at: Moment) {
        let span = at.since(self.since).as_nanos();
        self.area += u128::from(self.now) * u128::from(span);
        self.since = self.since.max(at);
    }

    /// Number times nanoseconds, from the start to this moment, which is not before the last change.
    pub fn area(&self, end: Moment) -> u128 {
        let mut level = *self;
        level.go_on_to(end);
        level.area
    }

    /// Mean and peak from the start to this moment.
    pub fn figures(&self, end: Moment) -> LevelFigures {
        LevelFigures {
            mean: mean(self.area(end), end),
            peak: self.peak,
        }
    }
}

/// What an area is on average, from the start to a moment.
pub(super) fn mean(area: u128, end: Moment) -> f64 {
    let span: Span = end.since(Moment::START);
    area as f64 / (span.as_nanos() as f64).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_weighted_with_time_and_stops_at_the_end() {
        let at = |seconds| Moment::START + Span::from_secs(seconds);
        let end = at(10);
        let mut level = Level::default();
        level.up(at(2), end);
        level.up(at(4), end);
        level.down(at(5), end);
        // 0 for 2 s, 1 for 2 s, 2 for 1 s, 1 for 5 s.
        level.up(at(12), end);
        level.up(at(13), end);
        let figures = level.figures(end);
        assert!((figures.mean - 0.9).abs() < 1e-12, "{figures:?}");
        assert_eq!((figures.peak, level.now()), (2, 3));
    }
}
