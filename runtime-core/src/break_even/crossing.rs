//! From how many requests on Fargate is cheaper.
//!
//! Lambda costs more with each request, tasks cost more with each task: right after another one was needed, Lambda may
//! be cheaper again. So there are two answers, the first time and for good.

use super::{Job, OnFargate, OnLambda, PriceFiles};
use crate::billing::{Usage, bill};

/// Tasks that one service can have (ECS service quotas).
pub const MOST_TASKS: u64 = 5_000;

/// Requests a month at which Fargate becomes cheaper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// The least at which it is.
    pub first: u64,
    /// The least from which on it always is, as far as [`MOST_TASKS`] go; nothing if it is not with all of them.
    pub for_good: Option<u64>,
}

/// Where Fargate becomes cheaper for requests like the job's, however many there are of those; nothing if Lambda is as
/// cheap for as many requests as [`MOST_TASKS`] do.
pub fn crossing(
    prices: &PriceFiles,
    job: &Job,
    lambda: &OnLambda,
    fargate: &OnFargate,
) -> Option<Crossing> {
    // Each request uses the same; tasks cost what one costs, each.
    let each = lambda.billed(job).usage(&prices.lambda);
    let on_lambda = |requests| {
        let used = each.times(requests);
        bill(&prices.lambda, &used, &Usage::default(), lambda.free_tier).total()
    };
    let (none, one) = (fargate.cost(prices, 0), fargate.cost(prices, 1));
    let mut found: Option<Crossing> = None;
    let mut from = 0;
    for tasks in fargate.least..=MOST_TASKS.max(fargate.least) {
        let to = fargate.capacity(job, tasks);
        let on_fargate = none + (one - none).times(tasks);
        let there = least_of(from, to, |requests| on_lambda(requests) > on_fargate);
        found = match (found, there) {
            (None, None) => None,
            (None, Some(first)) => Some(Crossing {
                first,
                for_good: Some(first),
            }),
            // Cheaper with all that so many tasks do: it still is, or is again.
            (Some(it), Some(there)) if there == from => Some(Crossing {
                for_good: it.for_good.or(Some(there)),
                ..it
            }),
            (Some(it), there) if from <= to => Some(Crossing {
                for_good: there,
                ..it
            }),
            (Some(it), _) => Some(it),
        };
        if to == u64::MAX {
            break;
        }
        from = to + 1;
    }
    found
}

/// The least number from `from` to `to` of which something is true that stays true for all that are greater.
fn least_of(from: u64, to: u64, is_true: impl Fn(u64) -> bool) -> Option<u64> {
    if from > to || !is_true(to) {
        return None;
    }
    let (mut low, mut high) = (from, to);
    while low < high {
        let middle = low + (high - low) / 2;
        match is_true(middle) {
            true => high = middle,
            false => low = middle + 1,
        }
    }
    Some(high)
}
