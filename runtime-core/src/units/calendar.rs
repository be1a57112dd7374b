//! The calendar day of a count of days, and times in UTC as people write them.

/// From 0000-03-01, where the arithmetic begins, to 1970-01-01: years begin in March here, so that the day
/// that not all have is the last.
const EPOCH: i64 = 719_468;
/// Days in 400 years: the calendar repeats after that.
const ERA: i64 = 146_097;

/// Year, month and day of a number of days since 1970-01-01, in the Gregorian calendar.
pub(crate) fn civil_date(days: i64) -> (i64, u32, u32) {
    let days = days.saturating_add(EPOCH);
    let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Months from March have 153 days in five.
    let month = (5 * day + 2) / 153;
    let day = (day - (153 * month + 2) / 5 + 1) as u32;
    let (month, later) = match month {
        0..10 => (month as u32 + 3, 0),
        _ => (month as u32 - 9, 1),
    };
    (year + era * 400 + later, month, day)
}

/// The same of days that are not before 1970.
pub(crate) fn date(days: u64) -> (i64, u32, u32) {
    civil_date(days as i64)
}

/// Days from 1970-01-01 to a date.
pub(crate) fn days(year: i64, month: u32, day: u32) -> i64 {
    let (year, month) = match month {
        0..=2 => (year - 1, i64::from(month) + 9),
        _ => (year, i64::from(month) - 3),
    };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day = (153 * month + 2) / 5 + i64::from(day) - 1;
    era * ERA + year * 365 + year / 4 - year / 100 + day - EPOCH
}

/// Seconds since 1970 of a time in UTC, as in `2026-11-24T12:00:00Z`: without its seconds and without its Z
/// as well. Of a fraction of a second nothing is kept. From 1970 on.
pub fn read_time(text: &str) -> Option<u64> {
    let text = text.trim();
    let text = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let text = match text.split_once('.') {
        Some((whole, fraction)) => {
            let digits = !fraction.is_empty() && fraction.bytes().all(|it| it.is_ascii_digit());
            // Only seconds have a fraction.
            let seconds = whole.bytes().filter(|it| *it == b':').count() == 2;
            (digits && seconds).then_some(whole)?
        }
        None => text,
    };
    let (day, clock) = text.split_once(['T', 't', ' '])?;
    let number = |text: &str, digits: usize| {
        let all = text.len() == digits && text.bytes().all(|it| it.is_ascii_digit());
        all.then(|| text.parse::<u64>().ok()).flatten()
    };
    let mut parts = day.split('-');
    let (year, month) = (number(parts.next()?, 4)?, number(parts.next()?, 2)?);
    let in_month = number(parts.next()?, 2)?;
    if parts.next().is_some() || year < 1970 {
        return None;
    }
    let (year, month, in_month) = (year as i64, month as u32, in_month as u32);
    let days = days(year, month, in_month);
    // A day that its month has not is another date.
    if civil_date(days) != (year, month, in_month) {
        return None;
    }
    let days = u64::try_from(days).ok()?;
    let mut parts = clock.split(':');
    let (hour, minute) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let second = parts.next().map_or(Some(0), |text| number(text, 2))?;
    let valid = parts.next().is_none() && hour < 24 && minute < 60 && second < 60;
    valid.then(|| days * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// What [`read_time`] reads, of seconds since 1970.
pub fn written_time(unix_seconds: u64) -> String {
    let (year, month, day) = date(unix_seconds / 86_400);
    let (hour, minute) = (unix_seconds / 3_600 % 24, unix_seconds / 60 % 60);
    let second = unix_seconds % 60;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_written() {
        for seconds in [0, 59, 86_399, 951_782_400, 1_795_521_600, 4_102_444_799] {
            assert_eq!(read_time(&written_time(seconds)), Some(seconds));
        }
        assert_eq!(read_time("2026-11-24T12:00:00Z"), Some(1_795_521_600));
        assert_eq!(read_time(" 2026-11-24 12:00 "), Some(1_795_521_600));
        assert_eq!(read_time("2026-11-24T12:00:00.987Z"), Some(1_795_521_600));
        for bad in [
            "",
            "now",
            "2026-11-24",
            "2026-11-31T12:00:00Z",
            "2026-13-01T12:00:00Z",
            "2026-00-01T12:00:00Z",
            "2026-11-24T24:00:00Z",
            "2026-11-24T12:60",
            "2026-11-24T12:00:00:00",
            "1969-12-31T23:59:59Z",
            "+026-11-24T12:00:00Z",
            "2026-1-24T12:00:00Z",
            "2026-11-24T12:00:00.Z",
            "2026-11-24T12:00:00.5.5Z",
            "2026-11-24T12:00.5Z",
        ] {
            assert_eq!(read_time(bad), None, "{bad}");
        }
    }

    #[test]
    fn dates_are_gregorian() {
        let shown = |days| {
            let (year, month, day) = date(days);
            format!("{year}-{month}-{day}")
        };
        assert_eq!(shown(0), "1970-1-1");
        assert_eq!(shown(58), "1970-2-28");
        assert_eq!(shown(59), "1970-3-1");
        assert_eq!(shown(11_016), "2000-2-29");
        assert_eq!(shown(11_017), "2000-3-1");
        assert_eq!(shown(20_780), "2026-11-23");
        assert_eq!(shown(47_540), "2100-2-28");
        assert_eq!(shown(47_541), "2100-3-1");
        // Every day follows the one before it.
        let mut before = date(0);
        for days in 1..200_000 {
            let next = date(days);
            let same_month = (before.0, before.1, before.2 + 1) == next;
            let new_month = (before.0, before.1 + 1, 1) == next && before.2 >= 28;
            let new_year = (before.0 + 1, 1, 1) == next && (before.1, before.2) == (12, 31);
            assert!(same_month || new_month || new_year, "{before:?} {next:?}");
            assert_eq!(super::days(next.0, next.1, next.2), days as i64);
            before = next;
        }
    }
}
