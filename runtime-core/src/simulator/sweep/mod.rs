//! A scenario with other values of one or two of its fields: how its figures depend on them.
//!
//! ```text
//! grid   Sweep: a scenario file and axes -> a plan for each point
//! plan   SweptPlan: what a point simulates, and what it came to
//! axis   Axis: which field, and which values
//! error  SweepError
//! order  what is asked of a worker that runs a part of a sweep, and what it says
//! watch  the same: order -> news, until its part is run
//! ```
//!
//! All points have the scenario's seed: what is drawn for the same request is the same at each, so that
//! differences between points are not those of chance. But for the orders all of it needs the feature `scenarios`.

#[cfg(feature = "scenarios")]
mod axis;
#[cfg(feature = "scenarios")]
mod error;
#[cfg(feature = "scenarios")]
mod grid;
mod order;
#[cfg(feature = "scenarios")]
mod plan;
#[cfg(feature = "scenarios")]
mod watch;

#[cfg(feature = "scenarios")]
pub use axis::{Axis, Number};
#[cfg(feature = "scenarios")]
pub use error::SweepError;
#[cfg(feature = "scenarios")]
pub use grid::{MOST_RUNS, Sweep};
pub use order::{SweepField, SweepNews, SweepOrder, SweptAxis};
#[cfg(feature = "scenarios")]
pub use plan::{COST, SweptPlan, SweptRun, swept_intervals, swept_names};
#[cfg(feature = "scenarios")]
pub use watch::watch_sweep;
