//! Times of events.

use super::TraceProblem;
use crate::simulator::distribution::span;
use crate::units::{Span, civil_date, days};

/// When an event came.
#[derive(Clone, Copy, Debug)]
pub(super) enum Time {
    /// Since the start.
    Seconds(Span),
    /// Nanoseconds since 1970.
    Unix(i128),
}

impl Time {
    /// How long after the start that is, if the first event came at this time.
    pub(super) fn since(self, first: Time) -> Result<Span, TraceProblem> {
        match (self, first) {
            (Time::Seconds(span), Time::Seconds(_)) => Ok(span),
            (Time::Unix(nanos), Time::Unix(first)) => {
                // What is before the first one is out of order.
                let nanos = nanos - first;
                u64::try_from(nanos)
                    .map(Span::from_nanos)
                    .map_err(|_| TraceProblem::OutOfOrder)
            }
            (Time::Seconds(_), Time::Unix(_)) | (Time::Unix(_), Time::Seconds(_)) => {
                Err(TraceProblem::Mixed)
            }
        }
    }
}

/// Reads a time.
pub(super) fn time(cell: &str) -> Result<Time, TraceProblem> {
    let refused = || TraceProblem::Time(cell.chars().take(40).collect());
    if let Ok(seconds) = cell.parse::<f64>() {
        return span(seconds).map(Time::Seconds).ok_or_else(refused);
    }
    unix_nanos(cell).map(Time::Unix).ok_or_else(refused)
}

/// `2026-11-30T09:00:00.25+01:00` (RFC 3339, section 5.6), as nanoseconds since 1970.
fn unix_nanos(text: &str) -> Option<i128> {
    let (date, rest) = text.split_at_checked(10)?;
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let [year, month, day] = three(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = three(clock, ':', [2, 2, 2])?;
    let days = days(year.into(), month, day);
    // A second of 60 is a leap second.
    let there = civil_date(days) == (year.into(), month, day);
    if !there || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (nanos, zone) = match rest.strip_prefix('.') {
        Some(rest) => fraction(rest)?,
        None => (0, rest),
    };
    let day_second = i128::from(hour * 3_600 + minute * 60 + second);
    let seconds = i128::from(days) * 86_400 + day_second - offset(zone)?;
    Some(seconds * 1_000_000_000 + nanos)
}

/// Three numbers of so many digits.
fn three(text: &str, between: char, digits: [usize; 3]) -> Option<[u32; 3]> {
    let mut parts = text.split(between);
    let mut numbers = [0; 3];
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next()?;
        let plain = part.len() == digits && part.bytes().all(|it| it.is_ascii_digit());
        *number = plain.then(|| part.parse().ok())??;
    }
    parts.next().is_none().then_some(numbers)
}

/// Nanoseconds, and what comes after the digits.
fn fraction(text: &str) -> Option<(i128, &str)> {
    let end = text.find(|it: char| !it.is_ascii_digit())?;
    let (digits, zone) = text.split_at_checked(end)?;
    let nanos = digits.bytes().chain(std::iter::repeat(b'0')).take(9);
    let nanos = nanos.fold(0, |nanos, digit| nanos * 10 + i128::from(digit - b'0'));
    (!digits.is_empty()).then_some((nanos, zone))
}

/// Seconds ahead of UTC.
fn offset(zone: &str) -> Option<i128> {
    if zone == "Z" || zone == "z" {
        return Some(0);
    }
    let (sign, clock) = match zone.strip_prefix('+') {
        Some(clock) => (1, clock),
        None => (-1, zone.strip_prefix('-')?),
    };
    let [hour, minute, _] = three(&format!("{clock}:00"), ':', [2, 2, 2])?;
    (hour < 24 && minute < 60).then(|| sign * i128::from(hour * 3_600 + minute * 60))
}
