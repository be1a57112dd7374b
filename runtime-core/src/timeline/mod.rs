//! What happened, append-only.
//!
//! ```text
//! event     LifecycleEvent: one fact, past tense, ids and small values; Entry: a fact and its Moment
//! outcome   how an init or an invocation ended, how a request was refused
//! function  FunctionConfiguration: what a function is set to
//! snap_start  SnapStart, and what cannot be captured
//! runtime   Runtime: what runs a deployment package
//! log       Timeline: entries and the side table of payload bytes
//! projection  Projection and CaughtUp: folds that go on where they stopped
//! ```

mod event;
mod function;
mod log;
mod outcome;
mod projection;
mod runtime;
mod snap_start;

pub use event::{Entry, LifecycleEvent, ResetReason, SessionMeta, ShutdownReason, Start, Trigger};
pub use function::{
    Architecture, ClockSetting, DEFAULT_HANDLER, FunctionConfiguration, HandlerKind, function_arn,
};
pub use log::{Payloads, Timeline};
pub use outcome::{
    Failure, InitOutcome, MAX_EVENT_BYTES, MAX_RESPONSE_BYTES, Outcome, Rejection, Signal,
    ThrottleReason,
};
pub use projection::{CaughtUp, Projection};
pub use runtime::Runtime;
pub use snap_start::{SnapStart, Uncapturable};
