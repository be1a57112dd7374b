//! Everything of Coldstart that is not a screen.
//!
//! ```text
//! units      Moment, Span, MemoryMb, ByteCount, money, ids
//! timeline   what happened: LifecycleEvent, Entry, Timeline, payloads
//! cpu        how the work that a metered module counts becomes time
//! profile    which functions used how much of that work
//! platform   AWS Lambda's control behaviour as a pure state machine: Input -> facts and effects
//! agenda     what is to happen in a session, and how the session clock goes on to it
//! projections  folds over the timeline: invocations, lanes, concurrency, logs
//! billing    price book, exact arithmetic, the bill of an invocation or a session
//! sandbox    inspect (bytes -> HandlerModule) and Sandbox (runs a handler module on wasmer)
//! protocol   every message between a host and an environment
//! environment  an environment's side of it, around a Sandbox (feature `sandbox`)
//! ```
//!
//! Nothing here reads a clock, draws a random number or touches a screen: all of that is handed in.
#![forbid(unsafe_code)]

pub mod agenda;
pub mod billing;
pub mod cpu;
#[cfg(feature = "sandbox")]
pub mod environment;
pub mod platform;
pub mod profile;
pub mod projections;
pub mod protocol;
pub mod sandbox;
pub mod timeline;
pub mod units;
