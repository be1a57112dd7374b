//! The same work on Lambda and on Fargate: what a month of it costs, and who is cheaper when.
//!
//! ```text
//! job       Job: how many requests a month, and how long one of them takes
//! choices   OnLambda and OnFargate: how it is run
//! month     MonthCosts: both bills of a month
//! crossing  Crossing: from how many requests on Fargate is cheaper
//! ```
//!
//! Nothing is simulated here: the load is even, no start is cold, no request fails. What load that comes and goes
//! makes of it, the simulator says. Bills are those of `billing`, to the last digit.

mod choices;
mod crossing;
mod job;
mod month;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub use choices::{OnFargate, OnLambda};
pub use crossing::{Crossing, MOST_TASKS, crossing};
pub use job::{Job, MONTH};
pub use month::{MonthCosts, PriceFiles, month_costs};
