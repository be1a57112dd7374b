//! The same comparison several times, with seeds of their own: how far chance moves each figure of a side.

use super::plan::SidesPlan;
use super::sides::Side;
use crate::simulator::Interval;
use crate::simulator::replication::{Figure, over};

/// The figures of a side that get an interval. Times are seconds.
const FIGURES: &[Figure<Side>] = &[
    ("requests", |it| Some(it.requests as f64)),
    ("served", |it| Some(it.served as f64)),
    ("rejected", |it| Some(it.rejected.all() as f64)),
    ("not finished", |it| Some(it.unfinished as f64)),
    ("latency, p50", |it| {
        Some(it.latency?.p50.as_nanos() as f64 / 1e9)
    }),
    ("latency, p95", |it| {
        Some(it.latency?.p95.as_nanos() as f64 / 1e9)
    }),
    ("latency, p99", |it| {
        Some(it.latency?.p99.as_nanos() as f64 / 1e9)
    }),
    ("starts", |it| Some(it.starts as f64)),
    ("at once, most", |it| Some(it.most_at_once as f64)),
    ("capacity, mean", |it| Some(it.capacity.units.mean)),
    ("capacity, peak", |it| Some(it.capacity.units.peak as f64)),
    ("idle share", |it| it.capacity.idle_share()),
    ("cost", |it| it.cost.total.parse().ok()),
];

impl SidesPlan {
    /// The same comparison with the seed of its `n`-th replication; the first one has the plan's own.
    pub fn replication(&self, n: u32) -> SidesPlan {
        SidesPlan {
            service: self.service.replication(n),
            lambda: self.lambda.clone(),
        }
    }
}

/// The mean of each figure of a side over replications, and how sure it is. What no replication has is left out.
pub fn side_intervals(sides: &[Side]) -> Vec<(&'static str, Interval)> {
    over(FIGURES, sides)
}
