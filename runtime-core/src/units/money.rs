//! Money without rounding.
//!
//! Prices are decimals of at most twelve places. Quantities are counts, MB·ms (of GB·s), bytes
//! (of GB), or seconds of CPU units and MiB (of vCPU-hours and GB-hours). One dollar is split so finely that every product of a price and such a quantity is a
//! whole number: amounts are exact until they are shown.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

/// Parts of a pico-dollar: 2^30 (bytes in a GB, and 1,024 MB in a GB) times 1,000 (ms in a s) times 9
/// (of the 3,600 seconds in an hour, the other factors are there already).
const PARTS: i128 = 9_663_676_416_000;
/// Pico-dollars in a dollar: the twelve decimals that a price may have.
const PICO: i128 = 1_000_000_000_000;

/// An exact amount of US dollars. Sums and differences are exact; only [`Money::decimal`] rounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i128);

/// A price in US dollars for one unit (a request, a GB-second, a GB), exact to twelve decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UsdPerUnit(u64);

/// Why a text is not a price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseUsdError {
    /// Not of the form `0.0000166667`.
    NotADecimal(String),
    /// More than twelve decimals, or more than 18 million dollars.
    OutOfRange(String),
}

impl fmt::Display for ParseUsdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotADecimal(text) => {
                write!(
                    f,
                    "\"{text}\" is not a price: write dollars as 0.0000166667"
                )
            }
            Self::OutOfRange(text) => write!(
                f,
                "the price \"{text}\" is out of range: at most twelve decimals and 18,000,000 dollars"
            ),
        }
    }
}

impl std::error::Error for ParseUsdError {}

impl UsdPerUnit {
    /// No dollars at all.
    pub const FREE: UsdPerUnit = UsdPerUnit(0);

    /// Whole dollars for one unit; at most eighteen million are kept.
    pub const fn whole(dollars: u32) -> Self {
        UsdPerUnit((dollars as u64).saturating_mul(PICO as u64))
    }

    /// The price times a number of units.
    pub fn times(self, units: u64) -> Money {
        self.product(i128::from(units).saturating_mul(PARTS))
    }

    /// A price per GB-second times a quantity in MB·ms (1,024,000 of them are one GB-second).
    pub fn times_mb_millis(self, mb_millis: u128) -> Money {
        let quantity = i128::try_from(mb_millis).unwrap_or(i128::MAX);
        self.product(quantity.saturating_mul(PARTS / 1_024_000))
    }

    /// A price per vCPU-hour or GB-hour times a quantity in seconds of CPU units or of MiB
    /// (3,686,400 of them are one such hour).
    pub fn times_unit_seconds(self, unit_seconds: u128) -> Money {
        let quantity = i128::try_from(unit_seconds).unwrap_or(i128::MAX);
        self.product(quantity.saturating_mul(PARTS / 3_686_400))
    }

    /// A price per GB times a number of bytes (2^30 of them are one GB).
    pub fn times_bytes(self, bytes: u128) -> Money {
        let quantity = i128::try_from(bytes).unwrap_or(i128::MAX);
        self.product(quantity.saturating_mul(PARTS / 1_073_741_824))
    }

    /// The price times a number of thousandths of a unit.
    pub fn times_thousandths(self, thousandths: u64) -> Money {
        self.product(i128::from(thousandths).saturating_mul(PARTS / 1_000))
    }

    fn product(self, parts: i128) -> Money {
        Money(i128::from(self.0).saturating_mul(parts))
    }
}

impl std::str::FromStr for UsdPerUnit {
    type Err = ParseUsdError;

    fn from_str(text: &str) -> Result<Self, ParseUsdError> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(decimals) {
            return Err(ParseUsdError::NotADecimal(text.to_owned()));
        }
        let out_of_range = || ParseUsdError::OutOfRange(text.to_owned());
        if decimals.len() > 12 {
            return Err(out_of_range());
        }
        format!("{whole}{decimals:0<12}")
            .parse()
            .map(UsdPerUnit)
            .map_err(|_| out_of_range())
    }
}

impl fmt::Display for UsdPerUnit {
    /// The price as published, without trailing zeros: `0.0000166667`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pico = PICO as u64;
        let text = format!("{}.{:012}", self.0 / pico, self.0 % pico);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl<'de> Deserialize<'de> for UsdPerUnit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

impl Serialize for UsdPerUnit {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);

    /// The amount in dollars with `decimals` places, rounded half away from zero: the one
    /// rounding there is, at display.
    pub fn decimal(self, decimals: u32) -> String {
        let decimals = decimals.min(24);
        let sign = if self.0 < 0 { "-" } else { "" };
        let amount = self.0.unsigned_abs();
        let dollar = (PARTS * PICO).unsigned_abs();
        let (whole, mut rest) = (amount / dollar, amount % dollar);
        // Long division, digit by digit: rest * 10 stays far below the limit of u128.
        let mut digits: Vec<u8> = Vec::with_capacity(decimals as usize);
        for _ in 0..decimals {
            rest *= 10;
            digits.push((rest / dollar) as u8);
            rest %= dollar;
        }
        let mut whole = whole;
        if rest * 2 >= dollar {
            let mut carried = true;
            for digit in digits.iter_mut().rev() {
                *digit += 1;
                carried = *digit == 10;
                if !carried {
                    break;
                }
                *digit = 0;
            }
            whole += u128::from(carried);
        }
        if decimals == 0 {
            return format!("{sign}{whole}");
        }
        let fraction: String = digits
            .iter()
            .map(|digit| char::from(b'0' + digit))
            .collect();
        format!("{sign}{whole}.{fraction}")
    }

    /// The amount in dollars without trailing zeros: `0.0000058500117`. Exact for every product
    /// of a published price (ten decimals at most) and a quantity of requests or MB·ms. A second of
    /// an hour's price may have no last decimal: then it is rounded at the 24th.
    pub fn exact(self) -> String {
        let text = self.decimal(24);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }

    /// How many such amounts one dollar pays for, rounded down; `None` for nothing.
    pub fn per_dollar(self) -> Option<u128> {
        (self.0 > 0).then(|| ((PARTS * PICO) / self.0).unsigned_abs())
    }

    /// `n` times the amount.
    pub fn times(self, n: u64) -> Money {
        Money(self.0.saturating_mul(i128::from(n)))
    }

    /// What `part` of `whole` has of the amount, rounded towards zero to the finest part there is:
    /// 10^-24 dollars or so. Nothing, of nothing.
    pub fn share(self, part: u64, whole: u64) -> Money {
        if whole == 0 {
            return Money::ZERO;
        }
        // In two steps, so that no product passes 128 bits. What is left over is less than `whole`, so the
        // second one needs all of them, and its sign beside it.
        let (each, rest) = (self.0 / i128::from(whole), self.0 % i128::from(whole));
        let rest = rest.unsigned_abs() * u128::from(part) / u128::from(whole);
        let rest = i128::try_from(rest).unwrap_or(i128::MAX);
        let signed = if self.0 < 0 { -rest } else { rest };
        Money(each.saturating_mul(i128::from(part)).saturating_add(signed))
    }

    /// True for an amount below nothing.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The amount as a floating point number of dollars, for drawing only.
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / (PARTS as f64 * PICO as f64)
    }
}

impl Serialize for Money {
    /// Dollars as a decimal text ([`Money::exact`]): a number would be rounded by its reader.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.exact())
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        *self = *self + other;
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0.saturating_sub(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Add::add)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn usd(text: &str) -> UsdPerUnit {
        text.parse().unwrap()
    }

    #[test]
    fn products_are_exact() {
        // 351 ms at 1,024 MB, x86, us-east-1: 0.351 GB-s at 0.0000166667.
        let amount = usd("0.0000166667").times_mb_millis(351 * 1_024);
        assert_eq!(amount.decimal(18), "0.000005850011700000");
        assert_eq!(usd("0.0000002").times(3_000_000).decimal(2), "0.60");
    }

    #[test]
    fn seconds_of_an_hour_are_exact() {
        // A second of a CPU unit at $0.04048 an hour is no decimal, and 3,686,400 of them are.
        let one = usd("0.04048").times_unit_seconds(1);
        assert_eq!(one.times(3_686_400), usd("0.04048").times(1));
        assert_eq!(one.times(1_024 * 900).exact(), "0.01012");
    }

    #[test]
    fn rounding_is_half_away_from_zero_and_carries() {
        assert_eq!(usd("0.995").times(1).decimal(2), "1.00");
        assert_eq!(usd("0.994999999999").times(1).decimal(2), "0.99");
        assert_eq!(usd("0.5").times(1).decimal(0), "1");
        assert_eq!((Money::ZERO - usd("0.005").times(1)).decimal(2), "-0.01");
    }

    #[test]
    fn bad_prices_are_named() {
        for text in ["", "-1", "1e-7", "NaN", ".5", "0,2", "1.2.3", " 1"] {
            assert_eq!(
                text.parse::<UsdPerUnit>(),
                Err(ParseUsdError::NotADecimal(text.to_owned())),
                "{text}"
            );
        }
        for text in ["0.0000000000001", "99999999"] {
            assert!(matches!(
                text.parse::<UsdPerUnit>(),
                Err(ParseUsdError::OutOfRange(_))
            ));
        }
    }

    #[test]
    fn prices_show_as_published() {
        for text in ["0.0000166667", "0.2", "0", "12"] {
            assert_eq!(usd(text).to_string(), text);
        }
    }

    #[test]
    fn exact_amounts_lose_no_digit() {
        // The finest quantity there is, at a price of ten decimals: 129 MB for 1 ms.
        let amount = usd("0.0000166667").times_mb_millis(129);
        assert_eq!(amount.exact(), "0.00000000209961357421875");
        assert_eq!((Money::ZERO - amount).exact(), "-0.00000000209961357421875");
        assert_eq!(usd("12").times(1).exact(), "12");
        assert_eq!(Money::ZERO.exact(), "0");
    }

    #[test]
    fn shares_are_as_fine_as_money_is() {
        let amount = usd("0.000000002083").times_mb_millis(1_024_000);
        assert_eq!(amount.share(1, 4).exact(), "0.00000000052075");
        assert_eq!(amount.share(7, 7), amount);
        let thirds = amount.share(1, 3).times(3);
        assert_eq!((amount - thirds).decimal(20), "0.00000000000000000000");
        let all = usd("18000000").times(1_000).share(u64::MAX - 1, u64::MAX);
        assert_eq!(all.decimal(0), "18000000000");
        let most = Money(i128::from(u64::MAX) - 1).share(u64::MAX - 1, u64::MAX);
        assert_eq!(most, Money(i128::from(u64::MAX) - 2));
        assert_eq!(Money(-7).share(2, 3), Money(-4));
        assert_eq!(amount.share(1, 0), Money::ZERO);
    }

    #[test]
    fn per_dollar_counts() {
        assert_eq!(usd("0.0000002").times(1).per_dollar(), Some(5_000_000));
        assert_eq!(Money::ZERO.per_dollar(), None);
    }
}
