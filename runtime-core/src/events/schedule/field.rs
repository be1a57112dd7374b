//! The fields of a cron expression: what values they have and how those are written.

use super::error::ScheduleFault;
use super::expression::{Refused, Word};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A field of a cron expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    /// 0-59
    Minutes,
    /// 0-23
    Hours,
    /// 1-31
    DayOfMonth,
    /// 1-12 or JAN-DEC
    Month,
    /// 1-7 or SUN-SAT
    DayOfWeek,
    /// 1970-2199
    Year,
}

/// The first year of a cron expression.
pub(super) const FIRST_YEAR: u32 = 1970;
const MONTHS: &[&str] = &[
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const WEEKDAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl Field {
    /// In the order of an expression.
    pub(super) const ALL: [Field; 6] = [
        Field::Minutes,
        Field::Hours,
        Field::DayOfMonth,
        Field::Month,
        Field::DayOfWeek,
        Field::Year,
    ];

    const fn range(self) -> (u32, u32) {
        match self {
            Field::Minutes => (0, 59),
            Field::Hours => (0, 23),
            Field::DayOfMonth => (1, 31),
            Field::Month => (1, 12),
            Field::DayOfWeek => (1, 7),
            Field::Year => (FIRST_YEAR, 2199),
        }
    }

    const fn names(self) -> &'static [&'static str] {
        match self {
            Field::Month => MONTHS,
            Field::DayOfWeek => WEEKDAYS,
            _ => &[],
        }
    }

    /// With a capital letter.
    pub(super) fn title(self) -> String {
        let name = self.to_string();
        let (first, rest) = name.split_at_checked(1).unwrap_or_default();
        first.to_uppercase() + rest
    }

    pub(super) const fn values(self) -> &'static str {
        match self {
            Field::Minutes => "0 to 59",
            Field::Hours => "0 to 23",
            Field::DayOfMonth => {
                "1 to 31, L for the last day and 3W for the weekday nearest to the 3rd"
            }
            Field::Month => "1 to 12 or JAN to DEC",
            Field::DayOfWeek => {
                "1 to 7 or SUN to SAT, 6L for the last Friday and 3#2 for the second Tuesday"
            }
            Field::Year => "1970 to 2199",
        }
    }

    pub(super) const fn wildcards(self) -> &'static str {
        match self {
            Field::DayOfMonth => ", - * ? / L W",
            Field::DayOfWeek => ", - * ? L #",
            _ => ", - * /",
        }
    }

    /// One value, by number or name.
    pub(super) fn value(self, word: Word<'_>) -> Result<u32, Refused> {
        let found = word.text;
        if let Some(index) = self
            .names()
            .iter()
            .position(|name| name.eq_ignore_ascii_case(found))
        {
            return Ok(index as u32 + 1);
        }
        let digits = !found.is_empty() && found.bytes().all(|byte| byte.is_ascii_digit());
        if !digits {
            if let Some((index, wildcard)) = self.foreign_wildcard(found) {
                let field = self;
                return Err((
                    word.at + index,
                    ScheduleFault::NoWildcard { field, wildcard },
                ));
            }
            let found = found.to_owned();
            return Err((word.at, ScheduleFault::NotAValue { field: self, found }));
        }
        let value = found.parse().unwrap_or(u32::MAX);
        let (low, high) = self.range();
        match (low..=high).contains(&value) {
            true => Ok(value),
            false => Err((word.at, ScheduleFault::OutOfRange { field: self, value })),
        }
    }

    /// A wildcard of another field, alone or after a number; not a letter of a wrong name.
    fn foreign_wildcard(self, text: &str) -> Option<(usize, char)> {
        let name = text.len() > 1 && !text.starts_with(|first: char| first.is_ascii_digit());
        text.char_indices().find(|(_, character)| {
            let wildcard = match character {
                'L' | 'W' => !name,
                character => matches!(character, '?' | '#' | '/' | '*'),
            };
            wildcard && !self.wildcards().contains(*character)
        })
    }

    /// The values of a list's item that is not one of the day fields' own: `*`, `a`, `a-b`, each
    /// with `/n`. A range whose end is smaller goes on past the field's end, as `20-2` in AWS's
    /// examples does; years do not.
    pub(super) fn set(self, item: Word<'_>) -> Result<Vec<u32>, Refused> {
        let (low, high) = self.range();
        let (base, step) = match item.split_once('/') {
            Some((base, step)) => (base, Some(step)),
            None => (item, None),
        };
        if let Some(step) = step
            && self == Field::DayOfWeek
        {
            let fault = ScheduleFault::NoWildcard {
                field: self,
                wildcard: '/',
            };
            return Err((step.at - 1, fault));
        }
        let (first, last) = match base.split_once('-') {
            _ if base.text == "*" => (low, high),
            Some((first, last)) => {
                let (first, end) = (self.value(first)?, self.value(last)?);
                if first > end && self == Field::Year {
                    return Err((base.at, ScheduleFault::YearsReversed));
                }
                (first, end)
            }
            None if step.is_some() => (self.value(base)?, high),
            None => {
                let only = self.value(base)?;
                (only, only)
            }
        };
        let step = match step {
            None => 1,
            Some(step) => increment(step)?,
        };
        let last = match first <= last {
            true => last,
            false => last + (high - low + 1),
        };
        Ok((first..=last)
            .step_by(step)
            .map(|value| match value > high {
                true => value - (high - low + 1),
                false => value,
            })
            .collect())
    }
}

fn increment(word: Word<'_>) -> Result<usize, Refused> {
    let digits = !word.text.is_empty() && word.text.bytes().all(|byte| byte.is_ascii_digit());
    match word.text.parse() {
        Ok(step) if step > 0 && digits => Ok(step),
        _ => {
            let found = word.text.to_owned();
            Err((word.at, ScheduleFault::Increment { found }))
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Field::Minutes => "minutes",
            Field::Hours => "hours",
            Field::DayOfMonth => "day-of-month",
            Field::Month => "month",
            Field::DayOfWeek => "day-of-week",
            Field::Year => "year",
        })
    }
}
