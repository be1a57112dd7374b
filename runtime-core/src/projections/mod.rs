//! Folds over the timeline: what panels and reports show.
//!
//! ```text
//! invocations   a record of every request: where it ran, how it ended, what it took
//! environments  the life of every environment as segments (the lanes)
//! concurrency   requests in use over time, cold, warm and throttled counts, durations
//! functions     settings and live environments of every function
//! snapshots     what SnapStart keeps of every function
//! history       what one environment did up to a request, to be done once more
//! logs          Lambda's log lines of a request, to the letter
//! ```

mod concurrency;
mod environments;
mod functions;
mod history;
mod invocations;
mod logs;
mod snapshots;

pub use concurrency::{Concurrency, Counts};
pub use environments::{EnvironmentLane, Environments, Phase, Segment};
pub use functions::{FunctionState, Functions};
pub use history::{History, Step};
pub use invocations::{End, InvocationRecord, Invocations, RestorePhase, Stage};
pub use logs::{LogLine, LogSource, log_lines, log_text, report_line, snapshot_log_lines};
pub use snapshots::{SnapshotRecord, SnapshotState, Snapshots};

#[cfg(test)]
mod tests;
