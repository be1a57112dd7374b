//! The figures that are shown.

use super::level::{LevelFigures, mean};
use super::{Accepted, Figures, Histogram, Totals};
use crate::units::{Moment, Span};
use serde::{Deserialize, Serialize};

/// What a run comes to. Times are nanoseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Headline {
    /// For how long events came.
    pub length: Span,
    /// Requests that came; those that clients sent again and attempts of events are requests too.
    pub requests: u64,
    /// Those that a handler was given and that came to an end, well or not.
    pub served: u64,
    /// Those of them that succeeded.
    pub succeeded: u64,
    /// Function errors: the handler said so.
    pub errors: u64,
    /// Function errors: the timeout was reached.
    pub timeouts: u64,
    /// Function errors: the process ended.
    pub crashes: u64,
    /// Requests that were refused for want of concurrency.
    pub throttled: u64,
    /// Those of them that met the account's concurrency.
    pub over_account_concurrency: u64,
    /// Those of them that met a function's reserved concurrency.
    pub over_reserved_concurrency: u64,
    /// Those of them for which environments could not be made fast enough.
    pub over_growth: u64,
    /// Those of them that met the requests a second.
    pub over_rate: u64,
    /// Requests that were refused for another reason.
    pub refused: u64,
    /// Requests that had not come to their end when the run was over.
    pub unfinished: u64,
    /// Invocations that found a new environment, restored ones included.
    pub cold_starts: u64,
    /// Those of them that began from a snapshot.
    pub restored: u64,
    /// Invocations whose process had to init again.
    pub init_again: u64,
    /// Requests that found all provisioned environments at work, and went to others.
    pub spilled_over: u64,
    /// Provisioned concurrency that was asked for, if there was any. It is billed by the time, however many
    /// requests it serves; bills here are without it.
    pub provisioned: Option<LevelFigures>,
    /// Cold starts among all invocations.
    pub cold_share: f64,
    /// Throttled requests among all.
    pub throttled_share: f64,
    /// Requests that held an environment.
    pub running: LevelFigures,
    /// Environments without a request.
    pub idle: LevelFigures,
    /// Environments that there were.
    pub environments: LevelFigures,
    /// From a request's arrival to its end.
    pub latency: Option<Percentiles>,
    /// The same of cold starts alone.
    pub cold_latency: Option<Percentiles>,
    /// Events for asynchronous invocation; their attempts are requests.
    pub events: Option<AcceptedFigures>,
    /// Messages of queues; their batches are requests.
    pub messages: Option<AcceptedFigures>,
    /// Environments that came to their end.
    pub ended_environments: u64,
    /// How long they were there on average, as far as they came to their end.
    pub mean_lifespan: Option<Span>,
    /// Billed Duration of all invocations together, and of INIT phases that are billed by themselves:
    /// milliseconds.
    pub billed_millis: u64,
}

/// What was taken in and handled later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AcceptedFigures {
    /// How many.
    pub accepted: u64,
    /// Those of them that were handled.
    pub handled: u64,
    /// Those that were given up: to a dead-letter queue, or for good.
    pub lost: u64,
    /// Those that were neither when the run was over.
    pub unfinished: u64,
    /// The most at a time that were neither.
    pub most_waiting: u64,
    /// From acceptance until they were handled.
    pub age: Option<Percentiles>,
}

impl AcceptedFigures {
    fn of<Id>(it: &Accepted<Id>) -> Option<AcceptedFigures> {
        (it.accepted > 0).then(|| AcceptedFigures {
            accepted: it.accepted,
            handled: it.handled,
            lost: it.lost,
            unfinished: it.waiting.len() as u64,
            most_waiting: it.most_waiting,
            age: Percentiles::of(&it.ages),
        })
    }
}

/// How long something took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Percentiles {
    /// Exact.
    pub mean: Span,
    /// Exact.
    pub least: Span,
    /// Half took no longer; this and the next ones with [`Histogram::ERROR`].
    pub p50: Span,
    /// Nine in ten took no longer.
    pub p90: Span,
    /// 95 in a hundred took no longer.
    pub p95: Span,
    /// 99 in a hundred took no longer.
    pub p99: Span,
    /// 999 in a thousand took no longer.
    pub p999: Span,
    /// Exact.
    pub most: Span,
}

impl Percentiles {
    /// Those of a histogram, if there is anything in it.
    pub fn of(histogram: &Histogram) -> Option<Percentiles> {
        let quantile = |thousandths| histogram.quantile(thousandths);
        Some(Percentiles {
            mean: histogram.mean()?,
            least: histogram.least()?,
            p50: quantile(500)?,
            p90: quantile(900)?,
            p95: quantile(950)?,
            p99: quantile(990)?,
            p999: quantile(999)?,
            most: histogram.most()?,
        })
    }
}

fn share(part: u64, whole: u64) -> f64 {
    part as f64 / (whole as f64).max(1.0)
}

impl Figures {
    /// The figures that are shown.
    pub fn headline(&self) -> Headline {
        self.so_far(self.end)
    }

    /// The figures of a run that has come to this moment; nothing has been told of a later one.
    pub fn so_far(&self, at: Moment) -> Headline {
        let end = at.min(self.end);
        let counts = self.counts;
        let Totals {
            served,
            throttled,
            cold_starts,
            ..
        } = self.totals();
        let ended = served + throttled + counts.refused;
        let (environments, running) = (self.environments.area(end), self.running.area(end));
        let lifespan = self
            .lifespans
            .nanos
            .checked_div(self.lifespans.ended.into());
        Headline {
            length: end.since(Moment::START),
            requests: counts.requests,
            served,
            succeeded: counts.succeeded,
            errors: counts.errors,
            timeouts: counts.timeouts,
            crashes: counts.crashes,
            throttled,
            over_account_concurrency: counts.over_account_concurrency,
            over_reserved_concurrency: counts.over_reserved_concurrency,
            over_growth: counts.over_growth,
            over_rate: counts.over_rate,
            refused: counts.refused,
            unfinished: counts.requests.saturating_sub(ended),
            cold_starts,
            restored: counts.restored,
            init_again: counts.init_again,
            spilled_over: counts.spilled_over,
            provisioned: Some(self.provisioned.figures(end)).filter(|it| it.peak > 0),
            cold_share: share(cold_starts, counts.started),
            throttled_share: share(throttled, counts.requests),
            running: self.running.figures(end),
            idle: LevelFigures {
                mean: mean(environments.saturating_sub(running), end),
                peak: self.most_idle,
            },
            environments: self.environments.figures(end),
            latency: Percentiles::of(&self.latencies),
            cold_latency: Percentiles::of(&self.cold_latencies),
            events: AcceptedFigures::of(&self.events),
            messages: AcceptedFigures::of(&self.messages),
            ended_environments: self.lifespans.ended,
            mean_lifespan: lifespan.and_then(|it| u64::try_from(it).ok().map(Span::from_nanos)),
            billed_millis: self
                .used
                .values()
                .map(|it| it.millis + it.provisioned_millis)
                .sum(),
        }
    }
}
