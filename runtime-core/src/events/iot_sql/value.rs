//! Values and their conversions (AWS IoT Core, "Data types").
//!
//! `None` is `Undefined`. Numbers are `Int` (64 bits) or `Decimal` (a double): AWS has 34 digits.
//! As with SQL version 2016-03-23, a whole number is an `Int` however it is written.

use serde_json::{Number, Value};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Num {
    Int(i64),
    Decimal(f64),
}

/// Whole numbers up to this are exact in a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Num {
    pub(super) fn of(number: &Number) -> Option<Num> {
        match number.as_i64() {
            Some(int) => Some(Num::Int(int)),
            None => Some(Num::Decimal(number.as_f64()?).whole()),
        }
    }

    /// Of a number or a text that is one.
    pub(super) fn from_value(value: &Value) -> Option<Num> {
        match value {
            Value::Number(number) => Num::of(number),
            Value::String(text) => Num::from_text(text),
            _ => None,
        }
    }

    /// What the expression `^-?\d+(\.\d+)?(E-?\d+)?$` matches, in whatever case.
    fn from_text(text: &str) -> Option<Num> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => {
                (mantissa, exponent.strip_prefix('-').unwrap_or(exponent))
            }
            None => (unsigned, "0"),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if ![whole, fraction, exponent].into_iter().all(digits) {
            return None;
        }
        if let Ok(int) = text.parse() {
            return Some(Num::Int(int));
        }
        let decimal = text
            .parse()
            .ok()
            .filter(|decimal: &f64| decimal.is_finite())?;
        Some(Num::Decimal(decimal).whole())
    }

    fn whole(self) -> Num {
        match self {
            Num::Decimal(decimal) if decimal.fract() == 0.0 && decimal.abs() <= EXACT => {
                Num::Int(decimal as i64)
            }
            number => number,
        }
    }

    pub(super) fn decimal(self) -> f64 {
        match self {
            Num::Int(int) => int as f64,
            Num::Decimal(decimal) => decimal,
        }
    }

    /// `None` if it is not finite.
    pub(super) fn value(self) -> Option<Value> {
        match self.whole() {
            Num::Int(int) => Some(Value::from(int)),
            Num::Decimal(decimal) => Number::from_f64(decimal).map(Value::Number),
        }
    }

    /// The nearest whole number towards zero, within what fits.
    pub(super) fn truncated(self) -> i64 {
        match self {
            Num::Int(int) => int,
            Num::Decimal(decimal) => decimal as i64,
        }
    }
}

/// `None` for what has no text: null and `Undefined`.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => match Num::of(number)? {
            Num::Int(int) => Some(int.to_string()),
            Num::Decimal(decimal) => Some(decimal.to_string()),
        },
        value => Some(value.to_string()),
    }
}

pub(super) fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Whether two values are equal: numbers by their value, the rest by what they are.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            let (left, right) = (Num::of(left), Num::of(right));
            match (left, right) {
                (Some(Num::Int(left)), Some(Num::Int(right))) => left == right,
                (Some(left), Some(right)) => left.decimal() == right.decimal(),
                _ => false,
            }
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, left)| right.get(name).is_some_and(|right| equal(left, right)))
        }
        (left, right) => left == right,
    }
}
