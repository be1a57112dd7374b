//! Numbers in the words of a step.

use crate::units::{ByteCount, Span};

/// `3,000,000`, `976.5625`: digits in threes, decimals as they are.
pub(super) fn grouped(number: &str) -> String {
    let (whole, decimals) = match number.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (number, None),
    };
    let mut text = String::with_capacity(number.len() + whole.len() / 3);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(decimals) = decimals {
        text.push('.');
        text.push_str(decimals);
    }
    text
}

/// `3,000,000`.
pub(super) fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// `3,000,000 requests`, `1 request`.
pub(super) fn counted(number: u64, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        number => format!("{} {one}s", count(number)),
    }
}

/// A whole number of milliseconds: `120 ms`.
pub(super) fn milliseconds(time: Span) -> String {
    format!("{} ms", count(time.billed_millis()))
}

/// The largest unit of which it is a whole number: `8 h`, `90 s`, `730 h`.
pub(super) fn time(time: Span) -> String {
    let nanos = time.as_nanos();
    let units = [
        (3_600_000_000_000, "h"),
        (60_000_000_000, "min"),
        (1_000_000_000, "s"),
    ];
    let whole = units
        .iter()
        .find(|(unit, _)| nanos > 0 && nanos.is_multiple_of(*unit));
    match whole {
        Some((unit, name)) => format!("{} {name}", count(nanos / unit)),
        None => milliseconds(time),
    }
}

/// The largest unit of which it is a whole number: `7 MB`, `100 KB`.
pub(super) fn size(bytes: ByteCount) -> String {
    let units = [(1_u64 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")];
    let whole = units
        .iter()
        .find(|(unit, _)| bytes.get() > 0 && bytes.get().is_multiple_of(*unit));
    match whole {
        Some((unit, name)) => format!("{} {name}", count(bytes.get() / unit)),
        None => format!("{} bytes", count(bytes.get())),
    }
}

/// GB of bytes, to nine places at most: `976.5625`.
pub(super) fn gigabytes(bytes: u128) -> String {
    const ONE: u128 = 1 << 30;
    let billionths = (bytes % ONE * 1_000_000_000 + ONE / 2) / ONE;
    let (whole, billionths) = match billionths {
        1_000_000_000 => (bytes / ONE + 1, 0),
        some => (bytes / ONE, some),
    };
    let text = format!("{whole}.{billionths:09}");
    grouped(text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_units_are_whole() {
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000_000_000_000_000), "1,000,000,000,000,000");
        assert_eq!(grouped("1234.5678"), "1,234.5678");
        assert_eq!(time(Span::from_secs(28_800)), "8 h");
        assert_eq!(time(Span::from_secs(90)), "90 s");
        assert_eq!(time(Span::from_millis(1_500)), "1,500 ms");
        assert_eq!(time(Span::ZERO), "0 ms");
        assert_eq!(size(ByteCount::new(7 << 20)), "7 MB");
        assert_eq!(size(ByteCount::new(1_000)), "1,000 bytes");
        assert_eq!(gigabytes(1_000_000 << 20), "976.5625");
        assert_eq!(gigabytes((1 << 30) - 1), "0.999999999");
        assert_eq!(gigabytes((1 << 33) - 1), "7.999999999");
    }
}
