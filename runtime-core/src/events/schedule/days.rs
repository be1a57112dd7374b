//! The days of a cron expression: its fields day-of-month and day-of-week, of which one is open.

use super::calendar::{days_in_month, weekday};
use super::error::ScheduleFault;
use super::expression::{Refused, Word};
use super::field::Field;

/// On which days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Days {
    /// Bits 1 to 31 each.
    OfMonth {
        on: u32,
        /// `15W`: the Monday to Friday nearest to it, in the same month.
        weekday_near: u32,
        /// `L`
        last: bool,
        /// `LW`: the last Monday to Friday.
        last_weekday: bool,
    },
    /// Bits 1 to 7 each.
    OfWeek {
        on: u32,
        /// `6L`: the last Friday of the month.
        last: u32,
    },
    /// `3#2`: the second Tuesday of the month.
    Nth { weekday: u32, nth: u32 },
}

impl Days {
    pub(super) fn parse(of_month: Word<'_>, of_week: Word<'_>) -> Result<Days, Refused> {
        match (of_month.text == "?", of_week.text == "?") {
            (false, true) => Days::of_month(of_month),
            (true, false) => Days::of_week(of_week),
            (true, true) => Err((of_week.at, ScheduleFault::NoDay)),
            (false, false) => {
                // A mistake inside of a field comes first; then the field that says nothing is
                // the one to change.
                Days::of_month(of_month)?;
                Days::of_week(of_week)?;
                let open = match of_month.text == "*" && of_week.text != "*" {
                    true => of_month.at,
                    false => of_week.at,
                };
                Err((open, ScheduleFault::BothDays))
            }
        }
    }

    fn of_month(field: Word<'_>) -> Result<Days, Refused> {
        let (mut on, mut weekday_near, mut last, mut last_weekday) = (0, 0, false, false);
        for item in field.split(',') {
            let item = listed(item, Field::DayOfMonth)?;
            match (item.text, item.strip_suffix('W')) {
                ("L", _) => last = true,
                ("LW", _) => last_weekday = true,
                (_, Some(near)) => weekday_near |= 1 << Field::DayOfMonth.value(near)?,
                (_, None) => on |= bits(&Field::DayOfMonth.set(item)?),
            }
        }
        Ok(Days::OfMonth {
            on,
            weekday_near,
            last,
            last_weekday,
        })
    }

    fn of_week(field: Word<'_>) -> Result<Days, Refused> {
        let (mut on, mut last) = (0, 0);
        for item in field.split(',') {
            let item = listed(item, Field::DayOfWeek)?;
            if let Some((weekday, nth)) = item.split_once('#') {
                if item.text.len() != field.text.len() {
                    return Err((nth.at - 1, ScheduleFault::HashInList));
                }
                let weekday = Field::DayOfWeek.value(weekday)?;
                return match nth.text {
                    "1" | "2" | "3" | "4" | "5" => Ok(Days::Nth {
                        weekday,
                        nth: nth.text.parse().unwrap_or(1),
                    }),
                    other => {
                        let found = other.to_owned();
                        Err((nth.at, ScheduleFault::HashCount { found }))
                    }
                };
            }
            match (item.text, item.strip_suffix('L')) {
                // The last day of the week.
                ("L", _) => on |= 1 << 7,
                (_, Some(weekday)) => last |= 1 << Field::DayOfWeek.value(weekday)?,
                (_, None) => on |= bits(&Field::DayOfWeek.set(item)?),
            }
        }
        Ok(Days::OfWeek { on, last })
    }

    /// The days of a month, as bits 1 to 31.
    pub(super) fn in_month(self, year: i64, month: u32) -> u32 {
        let length = days_in_month(year, month);
        let first = weekday(year, month, 1);
        let weekday_of = |day: u32| (first + day - 2) % 7 + 1;
        let all = |keep: &dyn Fn(u32) -> bool| {
            (1..=length)
                .filter(|day| keep(*day))
                .fold(0, |bits, day| bits | 1 << day)
        };
        match self {
            Days::OfMonth {
                on,
                weekday_near,
                last,
                last_weekday,
            } => {
                let mut days = on & all(&|_| true);
                if last {
                    days |= 1 << length;
                }
                if last_weekday {
                    days |= 1 << near(length, length, weekday_of(length));
                }
                for day in (1..=length).filter(|day| weekday_near & 1 << day != 0) {
                    days |= 1 << near(day, length, weekday_of(day));
                }
                days
            }
            Days::OfWeek { on, last } => all(&|day| {
                let bit = 1 << weekday_of(day);
                on & bit != 0 || (last & bit != 0 && day + 7 > length)
            }),
            Days::Nth { weekday, nth } => {
                all(&|day| weekday_of(day) == weekday && day.div_ceil(7) == nth)
            }
        }
    }
}

/// The Monday to Friday nearest to a day, without leaving the month.
fn near(day: u32, length: u32, weekday: u32) -> u32 {
    match weekday {
        7 if day == 1 => 3,
        7 => day - 1,
        1 if day == length => day - 2,
        1 => day + 1,
        _ => day,
    }
}

/// An item of a list, which may not be empty or `?`.
pub(super) fn listed(item: Word<'_>, field: Field) -> Result<Word<'_>, Refused> {
    match item.text {
        "" => Err((item.at, ScheduleFault::EmptyItem { field })),
        "?" if matches!(field, Field::DayOfMonth | Field::DayOfWeek) => {
            Err((item.at, ScheduleFault::QuestionMarkInList))
        }
        _ => Ok(item),
    }
}

fn bits(values: &[u32]) -> u32 {
    values.iter().fold(0, |bits, value| bits | 1 << value)
}
