//! The same requests to a function and to a service on Fargate: both simulated, both counted alike.
//!
//! ```text
//! sides    Sides: what both came to
//! plan     SidesPlan: a service, and the function that has its requests as well
//! run      side_by_side: a plan -> Sides; one_side: the same of one, so that two workers can share them
//! lambda   counts the function's side
//! fargate  counts the service's side
//! replication  the same with other seeds
//! ```
//!
//! Requests come at the same moments to either side, and the n-th asks both for the same work: what is drawn for one
//! is drawn for the other. Nothing is simulated here; the two drivers do that.

#[cfg(feature = "scenarios")]
mod fargate;
#[cfg(feature = "scenarios")]
mod lambda;
#[cfg(feature = "scenarios")]
mod plan;
#[cfg(feature = "scenarios")]
mod replication;
#[cfg(feature = "scenarios")]
mod run;
mod sides;

#[cfg(feature = "scenarios")]
pub use plan::{LambdaPlan, SidesPlan};
#[cfg(feature = "scenarios")]
pub use replication::side_intervals;
#[cfg(feature = "scenarios")]
pub use run::{one_side, side_by_side};
pub use sides::{
    Comparison, Rejected, Side, SideCapacity, SideCost, SideRun, SideStretch, Sides, WhichSide,
};
