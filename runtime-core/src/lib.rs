//! Everything of Coldstart that is not a screen.
//!
//! ```text
//! units      Moment, Span, MemoryMb, ByteCount, money, ids
//! timeline   what happened: LifecycleEvent, Entry, Timeline, payloads
//! events     what triggers say: shapes of events, patterns, schedules
//! cpu        how the work that a metered module counts becomes time
//! profile    which functions used how much of that work
//! platform   AWS Lambda's control behaviour as a pure state machine: Input -> facts and effects
//! agenda     what is to happen in a session, and how the session clock goes on to it
//! generator  what sends events on its own: when, and what they say
//! simulator  runs a scenario on the platform in no time, and what that comes to
//! projections  folds over the timeline: invocations, lanes, concurrency, logs
//! billing    price book, exact arithmetic, the bill of an invocation or a session
//! break_even the same work on Lambda and on Fargate: who is cheaper when
//! estimate   a described month: what it would cost, step by step
//! tuning     what an invocation would take and cost at every memory size
//! sandbox    inspect (bytes -> HandlerModule) and Sandbox (runs a handler module on wasmer)
//! template   SAM and CloudFormation templates, read (feature `templates`) and written
//! change_set what importing a template would change in a session
//! scribe     reads and writes the bytes that the platform knows by id and size only
//! api        AWS Lambda's REST API: requests -> calls -> responses
//! protocol   every message between a host and an environment
//! workspace  the workspace file: a session as one file
//! environment  an environment's side of it, around a Sandbox (feature `sandbox`)
//! ```
//!
//! Nothing here reads a clock, draws a random number or touches a screen: all of that is handed in.
#![forbid(unsafe_code)]

pub mod agenda;
pub mod api;
pub mod billing;
pub mod break_even;
pub mod change_set;
pub mod cpu;
#[cfg(feature = "sandbox")]
pub mod environment;
pub mod estimate;
pub mod events;
pub mod generator;
pub mod platform;
pub mod profile;
pub mod projections;
pub mod protocol;
pub mod sandbox;
pub mod scribe;
pub mod simulator;
pub mod template;
pub mod timeline;
pub mod tuning;
pub mod units;
pub mod workspace;
