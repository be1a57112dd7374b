//! Folds over the timeline: what panels and reports show.
//!
//! ```text
//! invocations   a record of every request: where it ran, how it ended, what it took
//! environments  the life of every environment as segments (the lanes)
//! concurrency   requests in use over time, cold, warm and throttled counts, durations
//! functions     settings and live environments of every function
//! snapshots     what SnapStart keeps of every function
//! sources       what happened at sources of events, and whom they told
//! async_events  asynchronous events: attempts, end, what was sent on
//! queues        queues with their messages, and what polls them
//! map/          stations, what is wired to what, and what moved between them
//! streams       streams, and how far their mappings have come
//! trace/        requests with what caused them and what they caused, as X-Ray shows them
//! history       what one environment did up to a request, to be done once more
//! logs          Lambda's log lines of a request, to the letter
//! metrics       what CloudWatch would show of every function
//! account       what it would show of the account's concurrency
//! ```

mod account;
mod async_events;
mod concurrency;
mod environments;
mod functions;
mod history;
mod invocations;
mod iterator_age;
mod logs;
mod map;
mod metrics;
mod queues;
mod snapshots;
mod sources;
mod streams;
mod trace;

pub use account::{AccountMetrics, Claims};
pub use async_events::{AsyncEvents, AsyncRecord, AsyncStage, SentRecord};
pub use concurrency::{Concurrency, Counts};
pub use environments::{EnvironmentLane, Environments, Phase, Segment};
pub use functions::{FunctionState, Functions};
pub use history::{History, Step};
pub use invocations::{End, InvocationRecord, Invocations, RestorePhase, Stage};
pub use logs::{
    LogLine, LogSource, log_events, log_lines, log_text, report_line, snapshot_log_lines,
};
pub use map::{
    Edge, EnvironmentMark, Map, Movement, Station, Tally, Tone, Traveller, WaitingEvent,
    WaitingMessage, Wire,
};
pub use metrics::{Datapoint, Metrics, Statistics};
pub use queues::{MappingRecord, MessageRecord, QueueCounts, QueueRecord, Queues};
pub use snapshots::{SnapshotRecord, SnapshotState, Snapshots};
pub use sources::{SourceRecord, Sources};
pub use streams::{BatchRecord, OpenWindow, PutRecord, ReaderRecord, StreamRecord, Streams};
pub use trace::{
    Flag, Node, Part, PartKind, Place, Story, Subject, TraceSegment, Traces, documents, trace_id,
};

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod queue_tests;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod stream_tests;
#[cfg(test)]
mod tests;
