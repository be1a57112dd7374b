//! The functions that the host offers.
//!
//! ```text
//! imports  on wasm: the imports of module "coldstart" (handlers/ABI.md); the crate's only unsafe
//! native   elsewhere: the same by means of std, for unit tests and for trying a handler out
//! ```

#[cfg(target_family = "wasm")]
mod imports;
#[cfg(target_family = "wasm")]
pub(crate) use imports::{context, log, now, random, sleep, variables};

#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(not(target_family = "wasm"))]
pub(crate) use native::{context, log, now, random, sleep, variables};
