//! Runs both sides, or one of them.

use super::plan::SidesPlan;
use super::sides::{Comparison, SideRun, Sides, WhichSide};
use super::{fargate, lambda};
use crate::billing::{FargatePrices, PriceBook};
use crate::simulator::driver::arrivals_of;
use crate::simulator::series::STRETCHES;
use crate::units::Span;

/// Simulates both sides to their end, one after the other. The plan is one that [`SidesPlan::check_service`] and the
/// check of [`SidesPlan::scenario`] find nothing wrong with; `now` tells how long it is since some moment.
pub fn side_by_side(
    plan: &SidesPlan,
    names: (&str, &str),
    prices: (&PriceBook, &FargatePrices),
    now: impl Fn() -> Span,
) -> Sides {
    let lambda = one_side(plan, WhichSide::Lambda, names, prices, &now);
    let fargate = one_side(plan, WhichSide::Fargate, names, prices, &now);
    Sides {
        taken: lambda.taken + fargate.taken,
        compared: lambda.compared,
        lambda: lambda.side,
        fargate: fargate.side,
    }
}

/// The same of one side; [`Sides::of`] puts two of them together.
pub fn one_side(
    plan: &SidesPlan,
    which: WhichSide,
    (name, about): (&str, &str),
    (book, prices): (&PriceBook, &FargatePrices),
    now: impl Fn() -> Span,
) -> SideRun {
    let begun = now();
    let side = match which {
        WhichSide::Lambda => lambda::run(&plan.scenario(), book),
        WhichSide::Fargate => fargate::run(&plan.service, &arrivals_of(0), prices),
    };
    let length = plan.service.length;
    SideRun {
        compared: Comparison {
            name: name.to_owned(),
            about: about.to_owned(),
            seed: plan.service.seed.0,
            length,
            width: Span::from_nanos(length.as_nanos().div_ceil(STRETCHES).max(1)),
            source: format!("{}, read {}", book.region, book.date),
        },
        which,
        taken: now().saturating_sub(begun),
        side,
    }
}
