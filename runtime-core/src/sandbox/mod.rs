//! Handler modules: what they are, and running them.
//!
//! ```text
//! settings  SandboxSettings, TmpFiles, TmpChange: plain values, always there
//! inspect   bytes -> HandlerModule or a typed error with a hint (feature `inspect`)
//! ```

mod settings;

pub use settings::{SandboxSettings, TmpChange, TmpFiles};
