//! `rate(value unit)`.

use super::calendar::UnixSeconds;
use super::error::ScheduleFault;
use super::expression::{Refused, Word};
use serde::{Deserialize, Serialize};

/// A regular rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    /// Above zero.
    seconds: i64,
}

/// A unit of rates. A day is always 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RateUnit {
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
}

/// The longest rate: what a timestamp of four digits for the year can still hold (model choice).
const LONGEST: i64 = 9_999 * 366 * 86_400;

impl RateUnit {
    pub(super) const fn name(self, singular: bool) -> &'static str {
        match (self, singular) {
            (RateUnit::Minute, true) => "minute",
            (RateUnit::Minute, false) => "minutes",
            (RateUnit::Hour, true) => "hour",
            (RateUnit::Hour, false) => "hours",
            (RateUnit::Day, true) => "day",
            (RateUnit::Day, false) => "days",
        }
    }

    const fn seconds(self) -> i64 {
        match self {
            RateUnit::Minute => 60,
            RateUnit::Hour => 3_600,
            RateUnit::Day => 86_400,
        }
    }
}

impl Rate {
    /// With `strict`, a unit must agree with its value in number: EventBridge's rules want that
    /// ("Setting a schedule pattern for scheduled rules"), and EventBridge Scheduler's own page
    /// has `rate(1 days)` ("Schedule types in EventBridge Scheduler").
    pub(super) fn parse(inside: Word<'_>, strict: bool) -> Result<Rate, Refused> {
        let words = inside.words();
        let [value, unit] = words.as_slice() else {
            let count = words.len();
            let at = words.get(2).map_or(inside.end(), |third| third.at);
            return Err((at, ScheduleFault::RateParts { count }));
        };
        let found = value.text.to_owned();
        if !found.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err((value.at, ScheduleFault::RateValue { found }));
        }
        if found.bytes().all(|byte| byte == b'0') {
            return Err((value.at, ScheduleFault::RateZero));
        }
        let one = found.trim_start_matches('0') == "1";
        let named = [RateUnit::Minute, RateUnit::Hour, RateUnit::Day]
            .into_iter()
            .flat_map(|unit| [(unit, true), (unit, false)])
            .find(|(named, singular)| named.name(*singular) == unit.text);
        let Some((named, singular)) = named else {
            let found = unit.text.to_owned();
            return Err((unit.at, ScheduleFault::UnknownUnit { found }));
        };
        if strict && singular != one {
            let fault = ScheduleFault::UnitNumber {
                unit: named,
                singular: one,
            };
            return Err((unit.at, fault));
        }
        let seconds = found
            .parse::<i64>()
            .ok()
            .and_then(|value| value.checked_mul(named.seconds()))
            .filter(|seconds| *seconds <= LONGEST);
        match seconds {
            Some(seconds) => Ok(Rate { seconds }),
            None => Err((value.at, ScheduleFault::RateTooLong)),
        }
    }

    /// The first of `start`, `start` + one rate, ... that is later than `after`; without `start`
    /// itself unless `from_start`.
    pub(super) fn next_after(
        self,
        start: UnixSeconds,
        from_start: bool,
        after: UnixSeconds,
    ) -> Option<UnixSeconds> {
        let passed = after.0.checked_sub(start.0)?.div_euclid(self.seconds) + 1;
        let rates = passed.max(i64::from(!from_start));
        let next = start.0.checked_add(self.seconds.checked_mul(rates)?)?;
        Some(UnixSeconds(next))
    }
}
