//! The one place that knows whether a module runs on cranelift or in a browser's own engine.
//!
//! ```text
//! sys      natively: wasmer's sys backend with cranelift
//! js       in a browser: wasmer's js backend, instances and memory through its JavaScript objects
//! trap     why guest code stopped, in one vocabulary for all engines
//! ```
//!
//! `sys` and `js` offer the same items, so that everything else is written once:
//!
//! - [`CompiledModule`]: a module that can be instantiated many times;
//! - `Engine`: a module linked with the host functions and at most one live instance;
//! - `GuestMemory` and `GuestView`: the instance's memory, bounds checked.
//!
//! `js` reaches around wasmer's `Instance` and `MemoryView` because these describe every import
//! and export through reflection on each instantiation, and make three JavaScript objects for each
//! access: more than a whole command invocation costs otherwise.

mod trap;

#[cfg_attr(target_arch = "wasm32", path = "js.rs")]
#[cfg_attr(not(target_arch = "wasm32"), path = "sys.rs")]
mod backend;

pub use backend::CompiledModule;
pub(super) use backend::{Engine, GuestMemory, GuestView};
pub(super) use trap::Trap;

use super::process::Process;
use std::fmt;

/// The name of the exported global by which the memory limiter tells that a growth was refused.
const OUT_OF_MEMORY: &str = "coldstart.out_of_memory";

/// What host functions can reach: the process and the memory of the instance that calls. The
/// memory is not there yet while a start function runs.
pub(super) struct Running {
    pub(super) process: Process,
    pub(super) memory: Option<GuestMemory>,
}

/// An access beyond the end of the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OutOfBounds;

/// Why instantiating a module ended early.
pub(super) enum StartError {
    /// The start function, or a data segment beyond the end of the memory.
    Trapped(Trap),
    /// The engine would not have the module.
    Refused(SandboxError),
}

/// Our side could not do its job. Inspection keeps such modules out, so this reaches people only
/// when host and module do not fit together or the machine is out of resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SandboxError {
    /// The bytes are no module that this engine can compile.
    Compile(String),
    /// The module wants something that no host function provides.
    UnknownImport {
        /// The import's module.
        module: String,
        /// The import's name.
        name: String,
    },
    /// The engine did not instantiate the module.
    Instantiate(String),
    /// The module lacks what its handler kind requires.
    MissingExport(&'static str),
}

impl fmt::Display for SandboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SandboxError::Compile(message) => write!(f, "the module did not compile: {message}"),
            SandboxError::UnknownImport { module, name } => {
                write!(
                    f,
                    "the module imports {module}.{name}, which does not exist"
                )
            }
            SandboxError::Instantiate(message) => {
                write!(f, "the module could not be instantiated: {message}")
            }
            SandboxError::MissingExport(name) => write!(f, "the module does not export {name}"),
        }
    }
}

impl std::error::Error for SandboxError {}
