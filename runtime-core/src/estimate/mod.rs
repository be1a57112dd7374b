//! What a described month costs, with every step of its arithmetic.
//!
//! ```text
//! plan       EstimatePlan: functions, tasks and what comes with them, as somebody expects them
//! check      what is wrong with one
//! prices     EstimatePrices: all of a region's figures
//! price      EstimatePlan and EstimatePrices -> CostEstimate
//! function   ... of a function
//! task       ... of tasks, and what a savings plan takes off
//! words      numbers in the words of a step
//! questions  the same the other way round: requests for an amount, a year of growth
//! write      an EstimatePlan -> the text of a file
//! file/      ... and back
//! ```
//!
//! Nothing here has happened: facts are billed by [`crate::billing`], and so is what a plan expects, so that an
//! estimate and a session with the same usage come to the same amount.

mod check;
#[cfg(feature = "scenarios")]
mod file;
mod function;
mod plan;
mod price;
mod prices;
mod questions;
mod task;
mod words;
mod write;

#[cfg(all(test, feature = "scenarios"))]
mod properties;
#[cfg(all(test, feature = "scenarios"))]
#[allow(clippy::unwrap_used)]
mod worked_examples;

pub use check::{PlanFault, PlanPart};
#[cfg(feature = "scenarios")]
pub use file::{PlanFileError, read};
pub use plan::{
    ColdStarts, EdgePlan, EstimatePlan, ExtraPlan, FunctionPlan, MONTH, ProvisionedPlan,
    SavingsPlan, SnapStartPlan, StreamPlan, TaskPlan,
};
pub use price::{CostEstimate, EstimateError, Section, Step, estimate};
pub use prices::EstimatePrices;
pub use questions::{GrowthMonth, growth, requests_for};
pub use write::write;
