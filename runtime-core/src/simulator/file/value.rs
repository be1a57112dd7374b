//! Times, rates and distributions, checked where they are read, so that an error knows its line.

use crate::platform::scaling::UTILIZATION;
use crate::simulator::MOST_A_SECOND;
use crate::simulator::distribution::{Distribution, span};
use crate::units::{MetricValue, Span};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::fmt;

/// A time in seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seconds(pub(super) Span);

/// Events a second.
#[derive(Clone, Copy, Debug)]
pub(super) struct PerSecond(pub(super) f64);

/// A time in seconds that is not none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Period(pub(super) Span);

/// A share, from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share(pub(super) f64);

/// A utilization that target tracking keeps, 0.1 to 0.9 (Lambda developer guide, "Configuring provisioned
/// concurrency").
#[derive(Clone, Copy, Debug)]
pub(super) struct Utilization(pub(super) MetricValue);

/// How long something takes: seconds, or a text such as `exp:0.2`.
#[derive(Clone, Debug)]
pub(super) struct Time(pub(super) Distribution);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = deserializer.deserialize_any(Number)?;
        let refused = || {
            D::Error::custom(format!(
                "{seconds} is no number of seconds from 0 to a hundred years"
            ))
        };
        span(seconds).map(Seconds).ok_or_else(refused)
    }
}

impl<'de> Deserialize<'de> for PerSecond {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rate = deserializer.deserialize_any(Number)?;
        match (0.0..=MOST_A_SECOND).contains(&rate) {
            true => Ok(PerSecond(rate)),
            false => Err(D::Error::custom(format!(
                "{rate} is no number of events a second from 0 to {MOST_A_SECOND}"
            ))),
        }
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Seconds::deserialize(deserializer)?.0 {
            Span::ZERO => Err(D::Error::custom("a period takes longer than no time")),
            period => Ok(Period(period)),
        }
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let share = deserializer.deserialize_any(Number)?;
        match (0.0..=1.0).contains(&share) {
            true => Ok(Share(share)),
            false => Err(D::Error::custom(format!("{share} is no share from 0 to 1"))),
        }
    }
}

impl<'de> Deserialize<'de> for Utilization {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = deserializer.deserialize_any(Number)?;
        let value = MetricValue::from_millionths((number * 1e6).round() as i64);
        match UTILIZATION.contains(&value) {
            true => Ok(Utilization(value)),
            false => Err(D::Error::custom(format!(
                "{number} is no utilization from 0.1 to 0.9"
            ))),
        }
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TimeVisitor).map(Time)
    }
}

struct Number;

impl Visitor<'_> for Number {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<f64, E> {
        Ok(number)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<f64, E> {
        Ok(number as f64)
    }
}

struct TimeVisitor;

impl Visitor<'_> for TimeVisitor {
    type Value = Distribution;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of seconds, or a text such as \"exp:0.2\"")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Distribution, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Distribution, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Distribution, E> {
        let parsed = text.parse::<Distribution>();
        parsed.map_err(|error| E::custom(format!("{error}. {}", error.hint())))
    }
}
