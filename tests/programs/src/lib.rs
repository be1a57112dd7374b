//! Whole programs in the sandbox, each natively and in Chromium.
//!
//! ```text
//! job       what is run: a module, settings, events; what an environment then says
//! native    runs it here, on cranelift
//! chromium  runs it in the built site's environment worker
//! relay.js  what the browser needs for that
//! languages public toolchains, and what they make of the programs in hello/
//! cases/    tables of cases for language runtimes: their format, and what must be equal
//! ```
//!
//! Both places are spoken to in the messages of `runtime_core::protocol`, so that a job and its
//! result are the same values in both.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a harness fails its test by panicking"
)]

pub mod cases;
mod chromium;
mod job;
mod languages;
mod native;

pub use chromium::Chromium;
pub use job::{Job, ModuleFile, Place, conversation};
pub use languages::{LANGUAGES, Language};
pub use native::Native;
