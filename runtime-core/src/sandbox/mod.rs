//! Handler modules: what they are, and running them.
//!
//! ```text
//! settings  SandboxSettings, TmpFiles, TmpChange: plain values, always there
//! imports   the host functions that a handler module may import, with their signatures
//! inspect   bytes -> HandlerModule or a typed error with a hint (feature `inspect`)
//! limit     a module rewritten so that its memory stays within the function's (feature `inspect`)
//! ```

pub mod imports;
pub mod inspect;
#[cfg(feature = "inspect")]
pub mod limit;
mod settings;

#[cfg(feature = "inspect")]
pub use inspect::inspect;
pub use inspect::{HandlerModule, InspectError, ModuleFacts};
#[cfg(feature = "inspect")]
pub use limit::{LimitError, OUT_OF_MEMORY_EXPORT, limit_memory};
pub use settings::{SandboxSettings, TmpChange, TmpFiles};
