//! A scenario several times, with seeds of their own: how far chance moves each figure.

use super::figures::Headline;
use super::scenario::Scenario;
use crate::generator::{Numbers, Seed};
use serde::Serialize;

/// The most replications of one scenario.
pub const MOST_REPLICATIONS: u32 = 10_000;

/// Student's t distribution: what 95 in a hundred lie within, for 1 to 30 degrees of freedom (NIST/SEMATECH
/// e-Handbook of Statistical Methods, section 1.3.6.7.2, two-sided).
const WITHIN_95: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
];
/// The same for more than 30: those for 30, which is on the safe side.
const BEYOND: f64 = WITHIN_95[29];

/// A mean and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Interval {
    /// Over all replications that have this figure.
    pub mean: f64,
    /// 95 in a hundred such intervals, the mean and this much around it, hold the true mean. Nothing where
    /// there is one replication only.
    pub half_width: Option<f64>,
}

impl Interval {
    /// That of these values, if there are any.
    pub fn of(values: &[f64]) -> Option<Interval> {
        let count = values.len();
        let mean = values.iter().sum::<f64>() / count as f64;
        let half_width = count.checked_sub(2).map(|place| {
            let squares = values.iter().map(|it| (it - mean) * (it - mean));
            let variance = squares.sum::<f64>() / (count - 1) as f64;
            let quantile = WITHIN_95.get(place).copied().unwrap_or(BEYOND);
            quantile * (variance / count as f64).sqrt()
        });
        (count > 0).then_some(Interval { mean, half_width })
    }
}

impl Scenario {
    /// The same scenario with the seed of its `n`-th replication; the first one has the scenario's own.
    pub fn replication(&self, n: u32) -> Scenario {
        Scenario {
            seed: seed_of(self.seed, n),
            ..self.clone()
        }
    }
}

/// The seed of a scenario's `n`-th replication; the first one has the scenario's own.
pub(super) fn seed_of(seed: Seed, n: u32) -> Seed {
    match n {
        0 => seed,
        n => Seed(Numbers::of(seed, "replications").bits(n.into())),
    }
}

/// A figure of what a run came to by its name, if the run has it. Times are seconds.
pub(super) type Figure<Run> = (&'static str, fn(&Run) -> Option<f64>);

/// The figures that get an interval.
const FIGURES: &[Figure<Headline>] = &[
    ("requests", |it| Some(it.requests as f64)),
    ("served", |it| Some(it.served as f64)),
    ("throttled share", |it| Some(it.throttled_share)),
    ("cold share", |it| Some(it.cold_share)),
    ("spilled over", |it| {
        it.provisioned.map(|_| it.spilled_over as f64)
    }),
    ("provisioned", |it| it.provisioned.map(|it| it.mean)),
    ("running", |it| Some(it.running.mean)),
    ("idle", |it| Some(it.idle.mean)),
    ("environments", |it| Some(it.environments.mean)),
    ("environments, peak", |it| Some(it.environments.peak as f64)),
    ("lifespan", |it| {
        Some(it.mean_lifespan?.as_nanos() as f64 / 1e9)
    }),
    ("latency, mean", |it| {
        Some(it.latency?.mean.as_nanos() as f64 / 1e9)
    }),
    ("latency, p50", |it| {
        Some(it.latency?.p50.as_nanos() as f64 / 1e9)
    }),
    ("latency, p95", |it| {
        Some(it.latency?.p95.as_nanos() as f64 / 1e9)
    }),
    ("latency, p99", |it| {
        Some(it.latency?.p99.as_nanos() as f64 / 1e9)
    }),
    ("latency, p99.9", |it| {
        Some(it.latency?.p999.as_nanos() as f64 / 1e9)
    }),
    ("billed duration", |it| Some(it.billed_millis as f64 / 1e3)),
];

/// The names of all figures that get an interval, in order.
pub fn figure_names() -> impl Iterator<Item = &'static str> {
    FIGURES.iter().map(|(name, _)| *name)
}

/// The mean of each figure over replications, and how sure it is. What no replication has is left out.
pub fn intervals(headlines: &[Headline]) -> Vec<(&'static str, Interval)> {
    over(FIGURES, headlines)
}

pub(super) fn over<Run>(figures: &[Figure<Run>], runs: &[Run]) -> Vec<(&'static str, Interval)> {
    let interval = |(name, figure): &Figure<Run>| {
        let values: Vec<f64> = runs.iter().filter_map(figure).collect();
        Some((*name, Interval::of(&values)?))
    };
    figures.iter().filter_map(interval).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_students() {
        // Mean 3, deviation sqrt(2.5), 4 degrees of freedom.
        let interval = Interval::of(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        assert!((interval.mean - 3.0).abs() < 1e-12);
        let wanted = 2.776 * (2.5_f64 / 5.0).sqrt();
        assert!((interval.half_width.unwrap() - wanted).abs() < 1e-12);
        assert_eq!(Interval::of(&[]), None);
        assert_eq!(Interval::of(&[7.0]).unwrap().half_width, None);
    }

    #[test]
    fn about_95_in_a_hundred_intervals_hold_the_true_mean() {
        let numbers = Numbers::of(Seed(2), "a test");
        let held = (0..2_000_u64).filter(|round| {
            let values: Vec<f64> = (0..8).map(|n| numbers.fraction(round * 8 + n)).collect();
            let interval = Interval::of(&values).unwrap();
            (interval.mean - 0.5).abs() <= interval.half_width.unwrap()
        });
        let share = held.count() as f64 / 2_000.0;
        assert!((share - 0.95).abs() < 0.02, "{share}");
    }
}
