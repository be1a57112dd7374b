//! ```text
//! examples    the examples of AWS's pages, and hand-counted dates
//! errors      what is refused, and where
//! properties  agreement with walking through the minutes one by one
//! zones       time zones, with clocks put forward and back (cargo feature `zones`)
//! ```

mod errors;
mod examples;
mod properties;
#[cfg(feature = "zones")]
mod zones;

use super::calendar::LocalTime;
use super::{RuleSchedule, UnixSeconds};

/// `2022-11-20T13:00:00Z`
fn at(text: &str) -> UnixSeconds {
    let numbers: Vec<u32> = text
        .split(|character: char| !character.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap())
        .collect();
    let [year, month, day, hour, minute, second] = numbers[..] else {
        panic!("{text}")
    };
    let local = LocalTime {
        year: year.into(),
        month,
        day,
        hour,
        minute,
        second,
    };
    UnixSeconds(local.seconds())
}

fn rule(text: &str) -> RuleSchedule {
    RuleSchedule::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The next times, as far as there are so many.
fn next(text: &str, after: &str, count: usize) -> Vec<String> {
    let schedule = rule(text);
    let created = at(after);
    let mut last = created;
    let times = std::iter::from_fn(|| {
        last = schedule.next_after(created, last)?;
        Some(last.to_string())
    });
    times.take(count).collect()
}
