//! The same arithmetic the other way round, and for a year.

use super::plan::{EstimatePlan, FunctionPlan};
use super::price::{EstimateError, estimate};
use super::prices::EstimatePrices;
use crate::units::Money;

/// One month of a year of growth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrowthMonth {
    /// Requests of all functions.
    pub requests: u64,
    /// What the month costs.
    pub total: Money,
}

/// How many requests of all functions together an amount pays for, their shares being as they are; `None` where not
/// even none are paid for, or more than can be billed, or there is no request to begin with.
///
/// # Errors
/// What is wrong with the plan.
pub fn requests_for(
    plan: &EstimatePlan,
    prices: &EstimatePrices,
    amount: Money,
) -> Result<Option<u64>, EstimateError> {
    estimate(plan, prices)?;
    let now = requests(plan);
    // The most that a function may have, so that no multiple of it is refused.
    let largest = plan.functions.iter().map(|it| it.requests).max();
    let Some(largest) = largest.filter(|it| *it > 0) else {
        return Ok(None);
    };
    let fits = |wanted: u64| {
        let total = estimate(&scaled(plan, wanted, now), prices).map(|it| it.total);
        total.is_ok_and(|it| it <= amount)
    };
    if !fits(0) {
        return Ok(None);
    }
    let most = (u128::from(MOST) * u128::from(now) / u128::from(largest)) as u64;
    if fits(most) {
        return Ok(None);
    }
    let (mut paid, mut unpaid) = (0, most);
    while unpaid - paid > 1 {
        let middle = paid + (unpaid - paid) / 2;
        match fits(middle) {
            true => paid = middle,
            false => unpaid = middle,
        }
    }
    Ok(Some(paid))
}

/// A year in which requests grow by so many percent a month; what does not depend on them stays as it is.
///
/// # Errors
/// What is wrong with the plan, or with what it grows to.
pub fn growth(
    plan: &EstimatePlan,
    prices: &EstimatePrices,
    percent: u32,
) -> Result<Vec<GrowthMonth>, EstimateError> {
    let now = requests(plan);
    let mut months = Vec::with_capacity(12);
    let mut wanted = u128::from(now);
    for _ in 0..12 {
        let requests = u64::try_from(wanted).unwrap_or(u64::MAX);
        let total = estimate(&scaled(plan, requests, now), prices)?.total;
        months.push(GrowthMonth { requests, total });
        wanted = wanted * (100 + u128::from(percent)) / 100;
    }
    Ok(months)
}

/// Requests a function can have at most, with a margin for rounding.
const MOST: u64 = 50_000_000_000_000;

fn requests(plan: &EstimatePlan) -> u64 {
    plan.functions.iter().map(|it| it.requests).sum()
}

/// The plan with so many requests instead of `now`, in the same proportions.
fn scaled(plan: &EstimatePlan, wanted: u64, now: u64) -> EstimatePlan {
    let part = |some: u64| match now {
        0 => 0,
        now => u64::try_from(u128::from(some) * u128::from(wanted) / u128::from(now))
            .unwrap_or(u64::MAX),
    };
    let function = |it: &FunctionPlan| {
        let mut it = it.clone();
        it.requests = part(it.requests);
        it.cold_starts.requests = part(it.cold_starts.requests);
        if let Some(streamed) = &mut it.streamed {
            streamed.requests = part(streamed.requests);
        }
        if let Some(provisioned) = &mut it.provisioned {
            provisioned.requests = part(provisioned.requests);
        }
        if let Some(snap_start) = &mut it.snap_start {
            snap_start.restores = part(snap_start.restores);
        }
        it
    };
    EstimatePlan {
        functions: plan.functions.iter().map(function).collect(),
        ..plan.clone()
    }
}
