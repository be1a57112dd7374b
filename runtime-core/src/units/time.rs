//! Time as integer nanoseconds, so that sums are exact and equal on every machine.

use super::decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// A length of time in nanoseconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Span(u64);

/// A point on the session clock: nanoseconds since the session began, skipped time included.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Moment(u64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// A span of whole nanoseconds.
    pub const fn from_nanos(nanos: u64) -> Self {
        Span(nanos)
    }

    /// A span of whole milliseconds (saturating).
    pub const fn from_millis(millis: u64) -> Self {
        Span(millis.saturating_mul(1_000_000))
    }

    /// A span of whole seconds (saturating).
    pub const fn from_secs(secs: u64) -> Self {
        Span(secs.saturating_mul(1_000_000_000))
    }

    /// A span from fractional milliseconds, as `performance.now()` gives them. Negative and
    /// not-a-number become zero: a clock that steps back must not end a session.
    pub fn from_millis_f64(millis: f64) -> Self {
        if millis.is_finite() && millis > 0.0 {
            Span((millis * 1e6).round() as u64)
        } else {
            Span::ZERO
        }
    }

    /// Twice the span, so many times over: what a wait is after as many failures.
    pub fn doubled(self, times: u32) -> Self {
        let factor = 1_u64.checked_shl(times).unwrap_or(u64::MAX);
        Span(self.0.saturating_mul(factor))
    }

    /// Whole nanoseconds.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Fractional milliseconds, for drawing only.
    pub fn as_millis_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// Milliseconds rounded up: the unit of Lambda's bill (AWS Lambda pricing page).
    pub const fn billed_millis(self) -> u64 {
        self.0.div_ceil(1_000_000)
    }

    /// `self - other`, or zero.
    pub const fn saturating_sub(self, other: Span) -> Span {
        Span(self.0.saturating_sub(other.0))
    }

    /// Milliseconds with two decimals, rounded half up, without the unit: `3.01`.
    /// This is the number format of Lambda's REPORT line.
    pub fn millis_2(self) -> String {
        Decimal::hundredths(self.0, 1_000_000).to_string()
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Span {
    fn add_assign(&mut self, other: Span) {
        *self = *self + other;
    }
}

impl fmt::Display for Span {
    /// A length of time for people: `850 ns`, `12.3 µs`, `61.40 ms`, `3.00 s`, `10 min 0 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0;
        match nanos {
            0 => f.write_str("0 ms"),
            1..1_000 => write!(f, "{nanos} ns"),
            1_000..100_000 => write!(f, "{} µs", Decimal::tenths(nanos, 1_000)),
            100_000..1_000_000_000 => write!(f, "{} ms", self.millis_2()),
            1_000_000_000..60_000_000_000 => {
                write!(f, "{} s", Decimal::hundredths(nanos, 1_000_000_000))
            }
            60_000_000_000..3_600_000_000_000 => {
                let seconds = nanos / 1_000_000_000;
                write!(f, "{} min {} s", seconds / 60, seconds % 60)
            }
            _ => {
                let minutes = nanos / 60_000_000_000;
                write!(f, "{} h {} min", minutes / 60, minutes % 60)
            }
        }
    }
}

impl Moment {
    /// The beginning of the session.
    pub const START: Moment = Moment(0);

    /// A moment from nanoseconds since the session began.
    pub const fn from_nanos(nanos: u64) -> Self {
        Moment(nanos)
    }

    /// Nanoseconds since the session began.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// The span from `earlier` to `self`, or zero if `earlier` is later.
    pub const fn since(self, earlier: Moment) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Span> for Moment {
    type Output = Moment;
    fn add(self, span: Span) -> Moment {
        Moment(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Moment {
    type Output = Moment;
    fn sub(self, span: Span) -> Moment {
        Moment(self.0.saturating_sub(span.0))
    }
}

impl fmt::Display for Moment {
    /// The session clock: `00:14:07.482`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0 / 1_000_000;
        let (seconds, minutes, hours) = (millis / 1_000, millis / 60_000, millis / 3_600_000);
        write!(
            f,
            "{hours:02}:{:02}:{:02}.{:03}",
            minutes % 60,
            seconds % 60,
            millis % 1_000
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn billed_millis_rounds_the_sum_up() {
        // Gupta & Gebhart, "AWS Lambda standardizes billing for INIT Phase", 2025-04-29.
        let duration = Span::from_nanos(250_060_000);
        let init = Span::from_nanos(100_770_000);
        assert_eq!((duration + init).billed_millis(), 351);
        assert_eq!(duration.billed_millis(), 251);
        assert_eq!(Span::ZERO.billed_millis(), 0);
        assert_eq!(Span::from_nanos(1).billed_millis(), 1);
        assert_eq!(Span::from_millis(5).billed_millis(), 5);
    }

    #[test]
    fn report_numbers_have_two_decimals() {
        assert_eq!(Span::from_nanos(3_012_345).millis_2(), "3.01");
        assert_eq!(Span::from_nanos(3_015_000).millis_2(), "3.02");
        assert_eq!(Span::from_millis(3000).millis_2(), "3000.00");
    }

    #[test]
    fn shown_for_people() {
        assert_eq!(Span::from_nanos(12_300).to_string(), "12.3 µs");
        assert_eq!(Span::from_millis(61).to_string(), "61.00 ms");
        assert_eq!(Span::from_secs(600).to_string(), "10 min 0 s");
        assert_eq!(Span::from_secs(7_260).to_string(), "2 h 1 min");
        assert_eq!(
            Moment::from_nanos(847_482_000_000).to_string(),
            "00:14:07.482"
        );
    }

    #[test]
    fn waits_double_without_an_end() {
        let second = Span::from_secs(1);
        assert_eq!(second.doubled(0), second);
        assert_eq!(second.doubled(3), Span::from_secs(8));
        assert_eq!(second.doubled(64), Span::from_nanos(u64::MAX));
    }

    #[test]
    fn odd_clock_readings_become_zero() {
        for reading in [-1.0, f64::NAN, f64::NEG_INFINITY, f64::INFINITY] {
            assert_eq!(Span::from_millis_f64(reading), Span::ZERO);
        }
        assert_eq!(Span::from_millis_f64(1.005), Span::from_nanos(1_005_000));
    }
}
