//! `cron(minutes hours day-of-month month day-of-week year)` (EventBridge, "Setting a schedule
//! pattern for scheduled rules"; Scheduler, "Schedule types in EventBridge Scheduler").

use super::calendar::LocalTime;
use super::days::{Days, listed};
use super::error::ScheduleFault;
use super::expression::{Refused, Word};
use super::field::{FIRST_YEAR, Field};

/// A cron expression: sets of what it names, as bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cron {
    minutes: u64,
    hours: u64,
    days: Days,
    months: u64,
    /// From [`FIRST_YEAR`].
    years: [u64; 4],
}

impl Cron {
    pub(super) fn parse(inside: Word<'_>) -> Result<Cron, Refused> {
        let words = inside.words();
        let [minutes, hours, of_month, months, of_week, years] = words.as_slice() else {
            let count = words.len();
            let at = words.get(6).map_or(inside.end(), |seventh| seventh.at);
            return Err((at, ScheduleFault::FieldCount { count }));
        };
        let [first, second, _, fourth, _, sixth] = Field::ALL;
        let minutes = set(*minutes, first)?;
        let hours = set(*hours, second)?;
        let days = Days::parse(*of_month, *of_week);
        // The months come before day-of-week in the text, and so do their mistakes.
        let months = match (set(*months, fourth), &days) {
            (Err(month), Err(day)) if day.0 < month.0 => return Err(day.clone()),
            (months, _) => months?,
        };
        Ok(Cron {
            minutes: bits(&minutes),
            hours: bits(&hours),
            days: days?,
            months: bits(&months),
            years: set(*years, sixth)?.iter().fold([0; 4], |mut bits, year| {
                let index = year.saturating_sub(FIRST_YEAR);
                if let Some(word) = bits.get_mut(index as usize / 64) {
                    *word |= 1 << (index % 64);
                }
                bits
            }),
        })
    }

    /// The first time at or after `from`, whose second must be zero.
    pub(super) fn at_or_after(&self, from: LocalTime) -> Option<LocalTime> {
        for index in 0..256_u32 {
            let year = i64::from(FIRST_YEAR + index);
            let named = self.years.get(index as usize / 64)? & 1 << (index % 64) != 0;
            if !named || year < from.year {
                continue;
            }
            let same_year = year == from.year;
            let first_month = if same_year { from.month } else { 1 };
            for month in after(self.months, first_month) {
                let same_month = same_year && month == from.month;
                let first_day = if same_month { from.day } else { 1 };
                for day in after(self.days.in_month(year, month).into(), first_day) {
                    let same_day = same_month && day == from.day;
                    let (hour, minute) = if same_day {
                        (from.hour, from.minute)
                    } else {
                        (0, 0)
                    };
                    if let Some((hour, minute)) = self.time_at_or_after(hour, minute) {
                        return Some(LocalTime {
                            year,
                            month,
                            day,
                            hour,
                            minute,
                            second: 0,
                        });
                    }
                }
            }
        }
        None
    }

    fn time_at_or_after(&self, from_hour: u32, from_minute: u32) -> Option<(u32, u32)> {
        after(self.hours, from_hour).find_map(|hour| {
            let first = if hour == from_hour { from_minute } else { 0 };
            let minute = after(self.minutes, first).next()?;
            Some((hour, minute))
        })
    }
}

fn set(field: Word<'_>, of: Field) -> Result<Vec<u32>, Refused> {
    let mut values = Vec::new();
    for item in field.split(',') {
        values.extend(of.set(listed(item, of)?)?);
    }
    Ok(values)
}

fn bits(values: &[u32]) -> u64 {
    values.iter().fold(0, |bits, value| bits | 1 << value)
}

/// The numbers of the bits from one on.
fn after(bits: u64, first: u32) -> impl Iterator<Item = u32> {
    let mut rest = bits.checked_shr(first).map_or(0, |bits| bits << first);
    std::iter::from_fn(move || {
        let next = rest.trailing_zeros();
        rest &= rest.wrapping_sub(1);
        (next < 64).then_some(next)
    })
}
