//! Handler modules: what they are, and running them.
//!
//! ```text
//! settings  SandboxSettings, InvocationContext, TmpFiles, TmpChange: plain values, always there
//! imports   the host functions that a handler module may import, with their signatures
//! inspect   bytes -> HandlerModule or a typed error with a hint (feature `inspect`)
//! limit     a module rewritten so that its memory stays within the function's (feature `inspect`)
//! ```
//!
//! With feature `sandbox`:
//!
//! ```text
//! run       Sandbox: the INIT phase, invocations, and how they end
//! host      Host: clock, randomness and output, lent by a worker or a native process
//! process   what a handler's process has on our side
//! link      the host functions by name: abi (module `coldstart`) and wasi (preview1)
//! tmp       `/tmp` in memory
//! engine    cranelift natively, the browser's engine in a page
//! ```

#[cfg(feature = "sandbox")]
mod abi;
#[cfg(feature = "sandbox")]
mod engine;
#[cfg(feature = "sandbox")]
mod host;
pub mod imports;
pub mod inspect;
#[cfg(feature = "inspect")]
pub mod limit;
#[cfg(feature = "sandbox")]
mod link;
pub mod meter;
#[cfg(feature = "sandbox")]
mod process;
#[cfg(feature = "sandbox")]
mod run;
mod settings;
#[cfg(feature = "sandbox")]
mod tmp;
#[cfg(feature = "sandbox")]
mod wasi;

#[cfg(feature = "sandbox")]
pub use engine::{CompiledModule, SandboxError};
#[cfg(feature = "sandbox")]
pub use host::Host;
#[cfg(feature = "inspect")]
pub use inspect::inspect;
pub use inspect::{HandlerModule, InspectError, ModuleFacts};
#[cfg(feature = "inspect")]
pub use limit::{LimitError, limit_memory};
#[cfg(feature = "inspect")]
pub use meter::{MeterError, meter};
pub use meter::{OUT_OF_MEMORY_EXPORT, Profile};
#[cfg(feature = "sandbox")]
pub use run::{Invoked, Sandbox};
pub use settings::{InvocationContext, SandboxSettings, TmpChange, TmpFiles};
