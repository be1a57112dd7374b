//! Numbers as patterns compare them.

use serde_json::Number;
use std::ops::Bound;

/// Integers up to this size are exact in a double: 2^53 (EventBridge, "Comparison operators for
/// use in event patterns").
const EXACT: f64 = 9_007_199_254_740_992.0;
/// The largest magnitude in an SNS filter policy ("Filter policy constraints").
const SNS_LARGEST: f64 = 1e9;
/// SNS compares five digits after the decimal point ("Filter policy constraints").
const SNS_SCALE: f64 = 1e5;

/// What a service takes for a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precision {
    /// EventBridge and Lambda: what a double holds exactly, up to 2^53.
    Double,
    /// SNS: up to a billion, with five digits after the decimal point.
    FiveDecimals,
}

/// A range of numbers, or one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Range {
    low: Bound<f64>,
    high: Bound<f64>,
    precision: Precision,
}

impl Precision {
    /// The number that a pattern's text says, to be compared with [`Precision::of_event`]'s;
    /// `None` if the service refuses it.
    pub(super) fn of_pattern(self, text: &str) -> Option<f64> {
        let number: f64 = text.parse().ok()?;
        match self {
            Precision::Double => (number.abs() <= EXACT
                && Decimal::of(text)? == Decimal::of(&format!("{number:e}"))?)
            .then_some(number),
            Precision::FiveDecimals => self.scaled(number),
        }
    }

    /// An event's number; `None` if the service does not take it for one.
    pub(super) fn of_event(self, number: &Number) -> Option<f64> {
        match self {
            Precision::Double => {
                let exact = match (number.as_i64(), number.as_u64()) {
                    (None, None) => number.as_f64()?,
                    (Some(small), _) => small as f64,
                    (None, Some(large)) => large as f64,
                };
                // 2^53 + 1 rounds to 2^53 when it becomes a double.
                let odd = number.as_u64().is_some_and(|large| large > 1 << 53)
                    || number.as_i64().is_some_and(|small| small < -(1 << 53));
                (exact.abs() <= EXACT && !odd).then_some(exact)
            }
            Precision::FiveDecimals => self.scaled(number.as_f64()?),
        }
    }

    fn scaled(self, number: f64) -> Option<f64> {
        (number.abs() <= SNS_LARGEST).then(|| (number * SNS_SCALE).round())
    }
}

impl Range {
    pub(super) fn new(low: Bound<f64>, high: Bound<f64>, precision: Precision) -> Range {
        Range {
            low,
            high,
            precision,
        }
    }

    pub(super) fn exactly(number: f64, precision: Precision) -> Range {
        Range::new(Bound::Included(number), Bound::Included(number), precision)
    }

    pub(super) fn contains(&self, number: &Number) -> bool {
        let Some(number) = self.precision.of_event(number) else {
            return false;
        };
        let above = match self.low {
            Bound::Included(low) => number >= low,
            Bound::Excluded(low) => number > low,
            Bound::Unbounded => true,
        };
        above
            && match self.high {
                Bound::Included(high) => number <= high,
                Bound::Excluded(high) => number < high,
                Bound::Unbounded => true,
            }
    }
}

/// A decimal number's value, however it is spelled: 0.digits times ten to the exponent.
#[derive(PartialEq, Eq, Debug)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn of(text: &str) -> Option<Decimal> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let leading = digits.bytes().take_while(|digit| *digit == b'0').count();
        let digits = digits.trim_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Decimal {
                negative: false,
                digits,
                exponent: 0,
            });
        }
        let exponent: i64 = exponent.parse().ok()?;
        let point = i64::try_from(whole.len()).ok()? - i64::try_from(leading).ok()?;
        Some(Decimal {
            negative,
            digits,
            exponent: exponent.checked_add(point)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_may_only_say_what_a_double_holds() {
        let double = |text| Precision::Double.of_pattern(text);
        assert_eq!(double("3.018e2"), Some(301.8));
        assert_eq!(double("0.1"), Some(0.1));
        assert_eq!(double("-0"), Some(0.0));
        assert_eq!(double("100"), Some(100.0));
        assert_eq!(double("0.00100E+2"), Some(0.1));
        assert_eq!(double("9007199254740992"), Some(EXACT));
        assert_eq!(double("9007199254740993"), None);
        assert_eq!(double("37.807807921694092"), None);
        assert_eq!(double("1e400"), None);
        assert_eq!(double("1e-400"), None);
        assert_eq!(double("0e99999999999999999999"), Some(0.0));
        assert_eq!(double("1e-99999999999999999999"), None);
    }

    #[test]
    fn an_events_number_must_be_exact_too() {
        let event = |text: &str| Precision::Double.of_event(&text.parse().unwrap());
        assert_eq!(event("9007199254740992"), Some(EXACT));
        assert_eq!(event("9007199254740993"), None);
        assert_eq!(event("-9007199254740992"), Some(-EXACT));
        assert_eq!(event("-9007199254740993"), None);
        assert_eq!(event("1e17"), None);
        assert_eq!(event("0.5"), Some(0.5));
    }

    #[test]
    fn sns_has_five_decimals_and_a_billion() {
        let policy = |text| Precision::FiveDecimals.of_pattern(text);
        assert_eq!(policy("1e9"), Some(1e14));
        assert_eq!(policy("1000000000.1"), None);
        assert_eq!(policy("0.123456"), policy("0.123461"));
        assert_ne!(policy("0.12345"), policy("0.12346"));
    }
}
