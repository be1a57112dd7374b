//! A service several times, with seeds of their own: how far chance moves each figure.

use super::figures::ServiceHeadline;
use super::plan::ServicePlan;
use super::watched::ServiceCost;
use crate::simulator::Interval;
use crate::simulator::replication::{Figure, over, seed_of};

/// What one run came to.
type Run = (ServiceHeadline, ServiceCost);

/// The figures that get an interval. Times are seconds.
const FIGURES: &[Figure<Run>] = &[
    ("requests", |(it, _)| Some(it.requests as f64)),
    ("served", |(it, _)| Some(it.answers.served as f64)),
    ("502", |(it, _)| Some(it.answers.bad_gateway as f64)),
    ("503", |(it, _)| Some(it.answers.unavailable as f64)),
    ("504", |(it, _)| Some(it.answers.timeout as f64)),
    ("not finished", |(it, _)| Some(it.unfinished as f64)),
    ("latency, mean", |(it, _)| {
        Some(it.latency?.mean.as_nanos() as f64 / 1e9)
    }),
    ("latency, p50", |(it, _)| {
        Some(it.latency?.p50.as_nanos() as f64 / 1e9)
    }),
    ("latency, p95", |(it, _)| {
        Some(it.latency?.p95.as_nanos() as f64 / 1e9)
    }),
    ("latency, p99", |(it, _)| {
        Some(it.latency?.p99.as_nanos() as f64 / 1e9)
    }),
    ("latency, p99.9", |(it, _)| {
        Some(it.latency?.p999.as_nanos() as f64 / 1e9)
    }),
    ("running", |(it, _)| Some(it.running.mean)),
    ("running, peak", |(it, _)| Some(it.running.peak as f64)),
    ("desired, most", |(it, _)| Some(f64::from(it.most_desired))),
    ("CPU", |(it, _)| it.cpu),
    ("most queued", |(it, _)| Some(it.most_queued as f64)),
    ("backlog, most", |(it, _)| {
        Some(it.queue?.most_visible as f64)
    }),
    ("oldest message", |(it, _)| {
        Some(it.queue?.oldest.as_nanos() as f64 / 1e9)
    }),
    ("visible again", |(it, _)| Some(it.queue?.returned as f64)),
    ("tasks started", |(it, _)| Some(it.started as f64)),
    ("tasks failed", |(it, _)| Some(it.failed as f64)),
    ("scale-outs", |(it, _)| Some(it.scale_outs as f64)),
    ("scale-ins", |(it, _)| Some(it.scale_ins as f64)),
    ("cost", |(_, cost)| cost.total.parse().ok()),
];

impl ServicePlan {
    /// The same service with the seed of its `n`-th replication; the first one has the plan's own.
    pub fn replication(&self, n: u32) -> ServicePlan {
        ServicePlan {
            seed: seed_of(self.seed, n),
            ..self.clone()
        }
    }
}

/// The names of all figures that get an interval, in order.
pub fn service_figure_names() -> impl Iterator<Item = &'static str> {
    FIGURES.iter().map(|(name, _)| *name)
}

/// The mean of each figure over replications, and how sure it is. What no replication has is left out.
pub fn service_intervals(runs: &[(ServiceHeadline, ServiceCost)]) -> Vec<(&'static str, Interval)> {
    over(FIGURES, runs)
}
