//! Values of metrics, without floating point.

use super::decimal::write_millionths;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, Sub};

/// A value of a metric, a threshold or a target, in whole millionths of its unit (percent, requests, a
/// fraction).
///
/// CloudWatch has floating point numbers. Here they would make decisions depend on the order in which
/// samples are added, and `10 * 70.0 / 70.0` could be a task more than 10. Millionths add up in any order,
/// hold every number that AWS's pages use (0.63, 66.67) and compare exactly. A mean or a quotient that is
/// none of them is rounded down by less than a millionth, so that what is exactly a whole number of tasks
/// is never rounded up to the next one. The largest value is 9.2 million millions; sums saturate there.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct MetricValue(i64);

const ONE: i64 = 1_000_000;

impl MetricValue {
    /// Nothing.
    pub const ZERO: MetricValue = MetricValue(0);

    /// A whole number of units (saturating).
    pub const fn whole(units: i64) -> Self {
        MetricValue(units.saturating_mul(ONE))
    }

    /// From millionths of the unit.
    pub const fn from_millionths(millionths: i64) -> Self {
        MetricValue(millionths)
    }

    /// In millionths of the unit.
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// `amount / of`, rounded down; `None` of nothing.
    pub fn ratio(amount: u64, of: u64) -> Option<Self> {
        let millionths = u128::from(amount)
            .saturating_mul(ONE.unsigned_abs().into())
            .checked_div(of.into())?;
        Some(MetricValue(i64::try_from(millionths).unwrap_or(i64::MAX)))
    }

    /// The mean of so many values whose sum this is, rounded down; `None` of no values.
    pub fn mean(self, count: u64) -> Option<Self> {
        let count = i128::from(count);
        let mean = i128::from(self.0).checked_div_euclid(count)?;
        Some(MetricValue::saturated(mean))
    }

    /// `self / other`, rounded down; `None` if the other is zero or less.
    pub fn over(self, other: MetricValue) -> Option<Self> {
        let divisor = (other.0 > 0).then(|| i128::from(other.0))?;
        let millionths = i128::from(self.0).saturating_mul(ONE.into());
        Some(MetricValue::saturated(millionths.div_euclid(divisor)))
    }

    /// So many tenths of it, rounded down.
    pub fn tenths(self, tenths: u32) -> Self {
        let whole = i128::from(self.0).saturating_mul(tenths.into());
        MetricValue::saturated(whole.div_euclid(10))
    }

    /// What keeps a metric at `target` if `capacity` keeps it at this: `capacity * self / target`, rounded
    /// up. `None` if the target is zero or less.
    pub fn proportional(self, capacity: u32, target: MetricValue) -> Option<u32> {
        let divisor = (target.0 > 0).then(|| i128::from(target.0))?;
        let work = i128::from(self.0.max(0)).saturating_mul(capacity.into());
        let whole = work.div_euclid(divisor) + i128::from(work.rem_euclid(divisor) > 0);
        Some(u32::try_from(whole).unwrap_or(u32::MAX))
    }

    /// From a decimal number such as `70`, `0.7` or `-1.25`; `None` for anything else, and for what has
    /// more than six decimals or is too large.
    pub fn from_decimal(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let number = |text: &str| {
            let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            all.then(|| text.parse::<i64>().ok()).flatten()
        };
        let places = u32::try_from(fraction.len()).ok()?;
        let unit = 10_i64.checked_pow(6_u32.checked_sub(places)?)?;
        let whole = number(whole)?.checked_mul(ONE)?;
        let value = whole.checked_add(number(fraction)?.checked_mul(unit)?)?;
        Some(MetricValue(if negative { -value } else { value }))
    }

    fn saturated(millionths: i128) -> Self {
        let bound = if millionths < 0 { i64::MIN } else { i64::MAX };
        MetricValue(i64::try_from(millionths).unwrap_or(bound))
    }
}

impl Add for MetricValue {
    type Output = MetricValue;
    fn add(self, other: MetricValue) -> MetricValue {
        MetricValue(self.0.saturating_add(other.0))
    }
}

impl Sub for MetricValue {
    type Output = MetricValue;
    fn sub(self, other: MetricValue) -> MetricValue {
        MetricValue(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for MetricValue {
    /// As CloudWatch writes numbers: `70.0`, `0.63`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_millionths(self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> MetricValue {
        MetricValue::from_decimal(text).unwrap()
    }

    #[test]
    fn decimals_are_read_and_written() {
        for (text, written) in [
            ("70", "70.0"),
            ("0.7", "0.7"),
            ("0.630000", "0.63"),
            ("-1.25", "-1.25"),
            ("-0.5", "-0.5"),
            ("2147483648", "2147483648.0"),
        ] {
            assert_eq!(of(text).to_string(), written);
        }
        for wrong in [
            "",
            "-",
            ".",
            "1.",
            ".5",
            "1e3",
            "0.0000001",
            "9300000000000",
            "+1",
        ] {
            assert_eq!(MetricValue::from_decimal(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_no_millionth_is_rounded_down() {
        let third = MetricValue::ratio(200, 3).unwrap();
        assert_eq!(third.to_string(), "66.666666");
        // Exactly 4 tasks: floating point, or a mean that is rounded up, would ask for 5.
        assert_eq!(third.proportional(3, MetricValue::whole(50)), Some(4));
        assert_eq!(
            MetricValue::whole(-1).mean(3).unwrap().millionths(),
            -333_334
        );
        assert_eq!(MetricValue::whole(1).mean(0), None);
        assert_eq!(MetricValue::whole(1).over(MetricValue::ZERO), None);
        assert_eq!(
            MetricValue::whole(7).over(of("0.5")),
            Some(MetricValue::whole(14))
        );
        assert_eq!(of("0.7").tenths(9), of("0.63"));
    }

    proptest! {
        #[test]
        fn every_number_survives_its_text(millionths in any::<i64>()) {
            let value = MetricValue::from_millionths(millionths);
            let read = MetricValue::from_decimal(&value.to_string());
            prop_assert!(read == Some(value) || millionths == i64::MIN);
        }

        #[test]
        fn the_proportional_number_is_the_smallest_that_is_enough(
            capacity in 0..10_000_u32,
            metric in 0..1_000_000_000_i64,
            target in 1..1_000_000_000_i64,
        ) {
            let (value, wanted) = (MetricValue(metric), MetricValue(target));
            let found = value.proportional(capacity, wanted).unwrap();
            let work = i128::from(metric) * i128::from(capacity);
            prop_assert!(i128::from(found) * i128::from(target) >= work);
            prop_assert!(found == 0 || i128::from(found - 1) * i128::from(target) < work);
        }
    }
}
