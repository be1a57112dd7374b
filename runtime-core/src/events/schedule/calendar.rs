//! Dates and times of day, and how they are seconds.

use crate::units::{civil_date, days};
use serde::{Deserialize, Serialize};
use std::fmt;

const DAY: i64 = 86_400;

/// Seconds since 1970-01-01T00:00:00Z, without leap seconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct UnixSeconds(pub i64);

/// A date and a time of day, wherever that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LocalTime {
    pub(super) year: i64,
    /// From 1.
    pub(super) month: u32,
    /// From 1.
    pub(super) day: u32,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
}

impl LocalTime {
    /// The date and time of day whose seconds since 1970 these would be in UTC.
    pub(super) fn from_seconds(seconds: i64) -> LocalTime {
        let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY) as u32);
        let (year, month, day) = civil_date(days);
        LocalTime {
            year,
            month,
            day,
            hour: second / 3_600,
            minute: second / 60 % 60,
            second: second % 60,
        }
    }

    /// The seconds since 1970 that it would be in UTC.
    pub(super) fn seconds(self) -> i64 {
        let time = self.hour * 3_600 + self.minute * 60 + self.second;
        days(self.year, self.month, self.day) * DAY + i64::from(time)
    }
}

/// The day of the week, from 1 for Sunday as in cron expressions.
pub(super) fn weekday(year: i64, month: u32, day: u32) -> u32 {
    // 1970-01-01 was a Thursday.
    (days(year, month, day) + 4).rem_euclid(7) as u32 + 1
}

pub(super) fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for UnixSeconds {
    /// `2022-11-20T13:00:00Z`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LocalTime {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = LocalTime::from_seconds(self.0);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_five_hundred_years_follows_the_one_before() {
        let (mut year, mut month, mut day, mut week) = (1_800, 1, 1, 4);
        for at in days(1_800, 1, 1)..=days(2_300, 12, 31) {
            let time = LocalTime::from_seconds(at * DAY + DAY - 1);
            assert_eq!((time.year, time.month, time.day), (year, month, day));
            assert_eq!((time.hour, time.minute, time.second), (23, 59, 59));
            assert_eq!(time.seconds(), at * DAY + DAY - 1);
            assert_eq!(weekday(year, month, day), week);
            week = week % 7 + 1;
            day += 1;
            if day > days_in_month(year, month) {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }

    #[test]
    fn shown_as_a_timestamp() {
        assert_eq!(UnixSeconds(0).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(UnixSeconds(951_782_400).to_string(), "2000-02-29T00:00:00Z");
        assert_eq!(UnixSeconds(-1).to_string(), "1969-12-31T23:59:59Z");
        // The ends of what fits do not overflow.
        assert!(!UnixSeconds(i64::MIN).to_string().is_empty());
        assert!(!UnixSeconds(i64::MAX).to_string().is_empty());
    }
}
