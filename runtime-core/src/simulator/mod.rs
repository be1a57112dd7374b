//! The simulator: a driver that carries a platform's effects out in no time, on an agenda of its own.
//!
//! ```text
//! scenario      Scenario: what is simulated, as plain values
//! check/        what is wrong with one, and what it asks for
//! set_up        what is told a platform before anything comes
//! provisioning  provisioned concurrency, and how it is scaled
//! file/         a scenario as a TOML file (feature `scenarios`)
//! distribution  Distribution: how long something takes, drawn or given
//! arrivals/     Arrivals: when events come
//! draws         seeded numbers, spread as distributions need them
//! quantile      times of a distribution by their rank, where none are drawn
//! agenda        what is still to happen, in the order of its moments
//! driver        simulate: what happens, in order -> inputs
//! effects       what the platform asks for -> the agenda
//! fargate/      the same for services on Fargate behind a load balancer, scaled
//! scaler        Application Auto Scaling, driven
//! actor         functions, and what they draw
//! side_by_side/ the same requests to a function and to a service on Fargate
//! sweep/        the same scenario with other values of its fields (feature `scenarios`)
//! replication   the same scenario with other seeds, and how sure its figures are
//! sink          where facts go
//! figures/      Figures: facts -> counts, levels, percentiles, usage, in constant memory
//! series        the same over time, in stretches
//! form/         the file of a service as a form, and the same text with other values
//! cutter        figures -> series (feature `scenarios`)
//! watched       what is asked of a run that somebody watches, and what is said of it
//! watch         the same: text -> news, until it ends (feature `scenarios`)
//! ```
//!
//! No rule of Lambda is here: the same [`Platform`](crate::platform::Platform) decides as in a live
//! session. What is drawn follows from the scenario's seed, a name for what it is drawn for, and a
//! request's number, so that a change of one thing changes no other draw. Numbers with fractions
//! go through arithmetic, square roots and `libm` only: a scenario comes to the same natively and in
//! every browser.

mod actor;
mod agenda;
mod arrivals;
mod check;
#[cfg(feature = "scenarios")]
mod cutter;
mod distribution;
mod draws;
mod driver;
mod effects;
pub mod fargate;
mod figures;
#[cfg(feature = "scenarios")]
mod file;
mod form;
mod provisioning;
mod quantile;
mod replication;
mod scaler;
mod scenario;
mod series;
mod set_up;
mod side_by_side;
mod sink;
mod sweep;
#[cfg(feature = "scenarios")]
mod watch;
mod watched;

pub use arrivals::{
    Arrivals, BurstState, Bursts, Curve, MOST_A_SECOND, MOST_SWITCHES, MOST_TIMES, Spacing, Trace,
};
pub use check::{Estimate, Fault, MOST_TIME, Part, ScenarioError, UNASKED_REQUESTS};
pub use distribution::{Distribution, DistributionError};
pub use driver::simulate;
pub use figures::{
    AcceptedFigures, Figures, Headline, Histogram, Level, LevelFigures, Percentiles, Totals,
};
#[cfg(feature = "scenarios")]
pub use file::{
    AnyFile, FileError, ScenarioFile, ServiceFile, SidesFile, TraceError, TraceProblem, VERSION,
    ValueError, WrongPlan, WrongValue, read, read_any, read_service, read_sides, read_with,
};
#[cfg(feature = "scenarios")]
pub use form::{ChangeError, changed, read_form};
pub use form::{
    Field, FieldKind, FormChange, FormNews, FormOrder, FormState, LoadPoint, MOST_POLICIES,
    Measured, PolicyField, ServiceForm, ServiceLoad, SimulationOrder, drawn_as_text,
    recorded_as_text, simplified,
};
pub use provisioning::{ProvisionedScaling, Provisioning, ScheduledBounds};
pub use replication::{Interval, MOST_REPLICATIONS, figure_names, intervals};
pub use scenario::{
    ColdStart, Failures, HandlerTime, Load, PolledQueue, Retries, Scenario, SimulatedFunction, Way,
};
pub use series::{STRETCHES, Series, Stretch};
pub use side_by_side::{
    Comparison, Rejected, Side, SideCapacity, SideCost, SideRun, SideStretch, Sides, WhichSide,
};
#[cfg(feature = "scenarios")]
pub use side_by_side::{LambdaPlan, SidesPlan, one_side, side_by_side, side_intervals};
pub use sink::Sink;
#[cfg(feature = "scenarios")]
pub use sweep::{
    Axis, COST, MOST_RUNS, Number, Sweep, SweepError, SweptPlan, SweptRun, swept_intervals,
    swept_names, watch_sweep,
};
pub use sweep::{SweepField, SweepNews, SweepOrder, SweptAxis};
#[cfg(feature = "scenarios")]
pub use watch::{watch, watch_side};
pub use watched::{Cost, Refusal, RunNews, RunOrder, SideNews, SideOrder, SoFar};

#[cfg(test)]
mod tests;
