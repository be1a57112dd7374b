//! Handler modules: what they are, and running them.
//!
//! ```text
//! settings  SandboxSettings, Preopens, Invocation, Done: plain values, always there
//! tree      FileTree, a tree of files as plain data, and TmpChange, one change of `/tmp`
//! runtime_image  what a managed runtime is
//! snapshot  Snapshot: what SnapStart keeps of an environment
//! imports   the host functions that a handler module may import, with their signatures
//! package   DeploymentPackage: what was uploaded, its code and its files
//! inspect   bytes -> DeploymentPackage or a typed error with a hint (feature `inspect`)
//! meter     a module rewritten so that it counts its work and keeps to a memory limit (feature
//!           `inspect`; the names of what is added always)
//! ```
//!
//! With feature `sandbox`:
//!
//! ```text
//! run       Sandbox: the INIT phase, invocations, and how they end
//! host      Host: clock, randomness and output, lent by a worker or a native process
//! clock     the time that a process lives in: the host's, or a model's
//! process   what a handler's process has on our side
//! exchange  the Runtime API of a looping process
//! log_room  how much an invocation may write to its log
//! link      the host functions by name: abi (module `coldstart`) and wasi (preview1)
//! profiler  the hooks of a profiling build
//! fs        the file system: `/tmp`, the deployment package, devices
//! engine    cranelift natively, the browser's engine in a page
//! ```

#[cfg(feature = "sandbox")]
mod abi;
#[cfg(feature = "sandbox")]
mod clock;
#[cfg(feature = "sandbox")]
mod engine;
#[cfg(feature = "sandbox")]
mod exchange;
#[cfg(feature = "sandbox")]
mod fs;
#[cfg(feature = "sandbox")]
mod host;
pub mod imports;
pub mod inspect;
#[cfg(feature = "sandbox")]
mod link;
#[cfg(feature = "sandbox")]
mod log_room;
pub mod meter;
mod package;
#[cfg(feature = "sandbox")]
mod process;
#[cfg(feature = "sandbox")]
mod profiler;
#[cfg(feature = "sandbox")]
mod run;
mod runtime_image;
mod settings;
mod snapshot;
mod tree;
#[cfg(feature = "sandbox")]
mod wasi;

#[cfg(feature = "sandbox")]
pub use engine::{CompiledModule, SandboxError};
#[cfg(feature = "sandbox")]
pub use host::Host;
pub use inspect::{HandlerModule, InspectError, ModuleFacts};
#[cfg(feature = "inspect")]
pub use inspect::{inspect, inspect_files, inspect_layer};
#[cfg(feature = "sandbox")]
pub use log_room::MAX_LOG_BYTES;
#[cfg(feature = "inspect")]
pub use meter::{MeterError, meter};
pub use package::{Code, DeploymentPackage, PackageFiles};
#[cfg(feature = "sandbox")]
pub use run::Sandbox;
pub use runtime_image::{RUNTIME_CATALOG, RuntimeFile, RuntimeImage};
pub use settings::{
    Beginning, Done, Invocation, InvocationContext, Invoked, Phase, Preopens, SandboxClock,
    SandboxSettings,
};
#[cfg(feature = "sandbox")]
pub use snapshot::{GlobalValue, ModuleState};
pub use snapshot::{RESTORE_BYTES_PER_SECOND, Snapshot};
pub use tree::{
    FileBytes, FileChange, FileContent, FileId, FileNode, FileTime, FileTimes, FileTree, TmpChange,
};
