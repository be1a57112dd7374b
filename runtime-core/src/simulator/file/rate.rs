//! `rate`: how many events come a second, over time.

use super::model::SpacingModel;
use super::value::{PerSecond, Period, Seconds, Share};
use crate::simulator::{Arrivals, BurstState, Bursts, Curve, Spacing};
use crate::units::Span;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// A day's curve is drawn with so many straight lines.
const LINES_A_DAY: u32 = 96;

/// `rate = 20` is `rate = { steady = 20 }`.
pub(super) fn rate_or_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<RateModel>, D::Error> {
    struct Rate;

    impl<'de> Visitor<'de> for Rate {
        type Value = RateModel;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number of events a second, or a table")
        }

        fn visit_i64<E: de::Error>(self, rate: i64) -> Result<RateModel, E> {
            PerSecond::deserialize(rate.into_deserializer()).map(RateModel::Steady)
        }

        fn visit_f64<E: de::Error>(self, rate: f64) -> Result<RateModel, E> {
            PerSecond::deserialize(rate.into_deserializer()).map(RateModel::Steady)
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RateModel, A::Error> {
            RateModel::deserialize(MapAccessDeserializer::new(map))
        }
    }

    deserializer.deserialize_any(Rate).map(Some)
}

/// One of these.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum RateModel {
    /// Always the same.
    Steady(PerSecond),
    /// From one rate to another, which then stays.
    Ramp {
        from: PerSecond,
        to: PerSecond,
        over: Seconds,
    },
    /// Each rate from its moment on.
    Steps(Vec<(Seconds, PerSecond)>),
    /// Straight lines between moments.
    Points(Vec<(Seconds, PerSecond)>),
    /// A wave around a mean, lowest at the start.
    Day {
        mean: PerSecond,
        /// How far it goes up and down, from 0 to 1 of the mean.
        swing: Share,
        period: Period,
    },
    /// States that follow each other by chance.
    Bursts(Vec<BurstModel>),
    /// A crowd that comes at once and goes again.
    Crowd {
        before: PerSecond,
        peak: PerSecond,
        at: Seconds,
        rise: Seconds,
        stay: Seconds,
        fall: Seconds,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BurstModel {
    rate: PerSecond,
    stay: Period,
}

/// What of a service's file says what comes: the rest may be wrong.
#[derive(Deserialize)]
pub(super) struct LoadModel {
    length: Seconds,
    requests: LoadFields,
}

#[derive(Deserialize)]
struct LoadFields {
    #[serde(default, deserialize_with = "rate_or_number")]
    rate: Option<RateModel>,
    #[serde(default)]
    spacing: SpacingModel,
}

impl LoadModel {
    /// When requests come, and for how long.
    pub(super) fn arrivals(self) -> Option<(Arrivals, Span)> {
        let rate = self.requests.rate?;
        Some((rate.arrivals(self.requests.spacing.into()), self.length.0))
    }
}

impl RateModel {
    /// When events come at this rate.
    pub(super) fn arrivals(self, spacing: Spacing) -> Arrivals {
        let (points, repeats) = match self {
            RateModel::Bursts(states) => {
                let state = |it: BurstModel| BurstState {
                    rate: it.rate.0,
                    stay: it.stay.0,
                };
                let states = states.into_iter().map(state).collect();
                let bursts = Bursts { states };
                return Arrivals::Bursts { bursts, spacing };
            }
            RateModel::Steady(rate) => (vec![(Span::ZERO, rate.0)], false),
            RateModel::Ramp { from, to, over } => {
                (vec![(Span::ZERO, from.0), (over.0, to.0)], false)
            }
            RateModel::Points(points) => (plain(points), false),
            RateModel::Steps(steps) => {
                let steps = plain(steps);
                let mut points: Vec<(Span, f64)> = Vec::new();
                for (at, rate) in steps {
                    if let Some((_, before)) = points.last().copied() {
                        points.push((at, before));
                    }
                    points.push((at, rate));
                }
                (points, false)
            }
            RateModel::Day {
                mean,
                swing,
                period,
            } => {
                let point = |line: u32| {
                    let share = f64::from(line) / f64::from(LINES_A_DAY);
                    let wave = libm::cos(share * 2.0 * std::f64::consts::PI);
                    let nanos = (period.0.as_nanos() as f64 * share).round() as u64;
                    (Span::from_nanos(nanos), mean.0 * (1.0 - swing.0 * wave))
                };
                ((0..=LINES_A_DAY).map(point).collect(), true)
            }
            RateModel::Crowd {
                before,
                peak,
                at,
                rise,
                stay,
                fall,
            } => {
                let there = at.0 + rise.0;
                let points = vec![
                    (Span::ZERO, before.0),
                    (at.0, before.0),
                    (there, peak.0),
                    (there + stay.0, peak.0),
                    (there + stay.0 + fall.0, before.0),
                ];
                (points, false)
            }
        };
        let curve = Curve { points, repeats };
        Arrivals::Curve { curve, spacing }
    }
}

/// Moments with rates.
fn plain(points: Vec<(Seconds, PerSecond)>) -> Vec<(Span, f64)> {
    let plain = points.into_iter().map(|(at, rate)| (at.0, rate.0));
    plain.collect()
}
