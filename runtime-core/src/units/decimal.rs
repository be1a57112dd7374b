//! Whole numbers as decimal fractions, without floating point: exact, and the page needs no code that
//! formats floating point numbers before it can be used.

use std::fmt;

/// A number of units with one or two decimals, rounded half up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Decimal {
    /// With one decimal.
    Tenths(u64),
    /// With two decimals.
    Hundredths(u64),
}

impl Decimal {
    /// `amount / unit` with one decimal.
    pub(super) const fn tenths(amount: u64, unit: u64) -> Decimal {
        Decimal::Tenths(rounded(amount, unit, 10))
    }

    /// `amount / unit` with two decimals.
    pub(super) const fn hundredths(amount: u64, unit: u64) -> Decimal {
        Decimal::Hundredths(rounded(amount, unit, 100))
    }
}

/// `amount` in parts of which a `unit` has `parts`.
const fn rounded(amount: u64, unit: u64, parts: u64) -> u64 {
    let rest = (amount % unit) * parts;
    (amount / unit)
        .saturating_mul(parts)
        .saturating_add((rest + unit / 2) / unit)
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Decimal::Tenths(number) => write!(f, "{}.{}", number / 10, number % 10),
            Decimal::Hundredths(number) => write!(f, "{}.{:02}", number / 100, number % 100),
        }
    }
}

/// Millionths as a decimal fraction with as many places as it has, one at least: `70.0`, `0.63`.
pub(super) fn write_millionths(millionths: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let sign = if millionths < 0 { "-" } else { "" };
    let amount = millionths.unsigned_abs();
    let (whole, mut rest, mut places) = (amount / 1_000_000, amount % 1_000_000, 6);
    while places > 1 && rest % 10 == 0 {
        rest /= 10;
        places -= 1;
    }
    write!(f, "{sign}{whole}.{rest:0places$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn halves_are_rounded_up() {
        let tenths = |amount, unit| Decimal::tenths(amount, unit).to_string();
        assert_eq!(tenths(1_050, 1_000), "1.1");
        assert_eq!(tenths(1_049, 1_000), "1.0");
        assert_eq!(tenths(u64::MAX, 1_048_576), "17592186044416.0");
        let hundredths = |amount| Decimal::hundredths(amount, 1_000_000).to_string();
        assert_eq!(hundredths(999_995), "1.00");
        assert_eq!(hundredths(70_000), "0.07");
    }

    proptest! {
        #[test]
        fn no_further_from_the_number_than_half_a_place(amount in 0..1u64 << 40) {
            let shown: f64 = Decimal::tenths(amount, 1_024).to_string().parse().unwrap();
            prop_assert!((shown - amount as f64 / 1_024.0).abs() <= 0.050_001);
            let shown: f64 = Decimal::hundredths(amount, 1_000_000).to_string().parse().unwrap();
            prop_assert!((shown - amount as f64 / 1e6).abs() <= 0.005_001);
        }
    }
}
