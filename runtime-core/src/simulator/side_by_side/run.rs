//! Runs both sides.

use super::plan::SidesPlan;
use super::sides::Sides;
use super::{fargate, lambda};
use crate::billing::{FargatePrices, PriceBook};
use crate::simulator::driver::arrivals_of;
use crate::simulator::series::STRETCHES;
use crate::units::Span;

/// Simulates both sides to their end. The plan is one that [`SidesPlan::check_service`] and the check of
/// [`SidesPlan::scenario`] find nothing wrong with; `now` tells how long it is since some moment.
pub fn side_by_side(
    plan: &SidesPlan,
    (name, about): (&str, &str),
    (book, prices): (&PriceBook, &FargatePrices),
    now: impl Fn() -> Span,
) -> Sides {
    let begun = now();
    let lambda = lambda::run(&plan.scenario(), book);
    let fargate = fargate::run(&plan.service, &arrivals_of(0), prices);
    let length = plan.service.length;
    Sides {
        name: name.to_owned(),
        about: about.to_owned(),
        seed: plan.service.seed.0,
        length,
        taken: now().saturating_sub(begun),
        width: Span::from_nanos(length.as_nanos().div_ceil(STRETCHES).max(1)),
        lambda,
        fargate,
        source: format!("{}, read {}", book.region, book.date),
    }
}
