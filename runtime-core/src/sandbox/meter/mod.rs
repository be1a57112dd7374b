//! A module rewritten so that it counts the work it does and keeps to a memory limit.
//!
//! Both are settings of an instance and not of the rewritten module: the host sets the exported
//! globals before it calls anything, [`START_EXPORT`] first. So a module is rewritten and compiled
//! once, whatever memory its functions have.
//!
//! # Fuel
//!
//! [`FUEL_EXPORT`] counts down. Each instruction has a weight (`weights`); a function's flow is cut
//! into regions, and a region is charged where it begins (`charges`), so that a loop with a small
//! body costs one subtraction for each iteration and a function without loops one for each call.
//! Fuel depends on nothing but the path that the program takes and is the same on every engine. It
//! is not the exact sum of the weights on that path: see `charges`. What was charged for a region
//! stays charged when a trap or an exception ends it early.
//!
//! Fuel below zero is fuel exhausted: the next entry of a function or head of a loop traps with
//! `unreachable`. However a call from the host ends, the host sees by the global whether it had
//! enough.
//!
//! The global is right at each call, return, exception and trap. A host function may change it. In
//! loops that call nothing a local has the same number (`cache`).
//!
//! # Memory
//!
//! Lambda kills a process that needs more memory than its function has, it does not refuse the
//! allocation. So `memory.grow` beyond [`MEMORY_LIMIT_EXPORT`] sets [`OUT_OF_MEMORY_EXPORT`] to 1
//! and traps. A module's own smaller maximum still answers -1.
//!
//! # State
//!
//! A module whose state can be captured between events shows its own mutable globals, so that a
//! snapshot holds them ([`OWN_GLOBAL_PREFIX`], [`CAPTURE_EXPORT`]).
//!
//! # Profiling build
//!
//! With [`Profile::Calls`] functions say when they are entered and left; see there.
//!
//! # The rest
//!
//! What is added stands at the end of its section, so that no index changes (but for functions in
//! the profiling build); tables, segments and instructions survive as they are. The start function
//! is exported in place of its section. Names survive. Sections that tell positions inside of
//! functions are dropped: these have moved.
//!
//! ```text
//! mod      the names of exports, meter, Profile
//! error    MeterError
//! weights  what each class of instruction costs
//! outline  what must be known of the module; functions that their callers pay for
//! flow     a body as basic blocks and loops
//! charges  where a body is charged, and how much
//! cache    where a local has the fuel
//! body     a body with its charges
//! added    globals, functions and imports that are added
//! state    what a snapshot has to hold
//! names    the name section
//! rewrite  the new module
//! tests    what is charged where
//! ```

#[cfg(feature = "inspect")]
mod added;
#[cfg(feature = "inspect")]
mod body;
#[cfg(feature = "inspect")]
mod cache;
#[cfg(feature = "inspect")]
mod charges;
#[cfg(feature = "inspect")]
mod error;
#[cfg(feature = "inspect")]
mod flow;
#[cfg(feature = "inspect")]
mod names;
#[cfg(feature = "inspect")]
mod outline;
#[cfg(feature = "inspect")]
mod rewrite;
#[cfg(feature = "inspect")]
mod state;
#[cfg(all(test, feature = "inspect"))]
#[allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
mod tests;
#[cfg(feature = "inspect")]
mod weights;

#[cfg(feature = "inspect")]
pub use added::unhooked;
#[cfg(feature = "inspect")]
pub use error::MeterError;

/// What the names of exports that metering adds begin with. Uploaded modules have none such.
pub const RESERVED_PREFIX: &str = "coldstart.";

/// The exported global, `mut i64`, with the fuel that is left. Below zero once it was exhausted;
/// `i64::MAX` until the host sets it.
pub const FUEL_EXPORT: &str = "coldstart.fuel";

/// The exported global, `mut i32`, with the most pages of 64 KiB that the memory may grow to, as an
/// unsigned number. Until the host sets it there is no limit.
pub const MEMORY_LIMIT_EXPORT: &str = "coldstart.memory_limit";

/// The exported global, `mut i32`, that is 1 once the memory limit was exceeded.
pub const OUT_OF_MEMORY_EXPORT: &str = "coldstart.out_of_memory";

/// The exported function, without parameters and results, that was the module's start function.
/// Not there if it had none.
pub const START_EXPORT: &str = "coldstart.start";

/// What the exports begin with that show the module's own mutable globals, which a snapshot holds
/// beside the memory: then come the type, a dot and the index. Only in modules that can be captured
/// at all: see [`CAPTURE_EXPORT`].
pub const OWN_GLOBAL_PREFIX: &str = "coldstart.global.";

/// The exported global, `i32`, that says with bits what keeps a module's state from being captured:
/// [`TABLES_CHANGE`], [`VECTOR_GLOBALS`], [`REFERENCE_GLOBALS`]. Only modules have it that can be at
/// rest between events: those that export `handle` or [`RESTORE_ENTRY`].
pub const CAPTURE_EXPORT: &str = "coldstart.capture";

/// The module has instructions that change its tables.
pub const TABLES_CHANGE: u32 = 1;
/// It has mutable globals that hold vectors, which JavaScript cannot read.
pub const VECTOR_GLOBALS: u32 = 2;
/// It has mutable globals that hold references.
pub const REFERENCE_GLOBALS: u32 = 4;

/// The export, without parameters and results, by which a looping program goes on from a snapshot
/// (`handlers/RUNTIME_API.md`).
pub const RESTORE_ENTRY: &str = "_restore";

/// The module that a profiling build imports its hooks from.
pub const PROFILE_MODULE: &str = "coldstart_profile";

/// Whether a module also tells which functions run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// It does not: the build that functions run in.
    #[default]
    No,
    /// Functions call hooks, imported from [`PROFILE_MODULE`]:
    ///
    /// ```text
    /// enter:  (function: i32, fuel: i64) -> (depth: i32)
    /// exit:   (fuel: i64) -> ()
    /// caught: (depth: i32, fuel: i64) -> ()
    /// framed: (frame: i32, fuel: i64) -> ()
    /// ```
    ///
    /// `function` is the function's index in the module as it was uploaded, as in its name section;
    /// `fuel` what is left. `enter` puts the function on a stack and answers the number of functions
    /// that are on it then. `exit` takes the topmost one off. `caught` takes off all above the first
    /// `depth`: an exception went through them. After a trap the stack is what ran.
    ///
    /// The fuel used between two calls of hooks is the topmost function's own. Imported functions
    /// and small ones that do not charge for themselves have no hooks; what they use is their
    /// caller's. Results and fuel are those of the build without hooks.
    Calls,
    /// The same, of an interpreter. Wherever it stores the address of the frame that it runs from now
    /// on, it calls `framed` with that address behind the store; other builds import the hook and
    /// never call it. See [`FrameLayout`](crate::profile::FrameLayout).
    Frames(FrameStores),
}

/// Which stores of an interpreter change the frame that it runs: `i32.store` instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameStores {
    /// Their offset: the place of the current frame's address in a structure, or in a function's part
    /// of the stack in memory. That a store of something else has the same does no harm as long as
    /// what it stores is no address of a frame.
    pub offset: u32,
    /// The only function that has them, where other structures of the program have a field at the same
    /// place; an index as in the name section.
    pub function: Option<u32>,
}

impl Profile {
    /// Whether functions call hooks.
    #[cfg(feature = "inspect")]
    fn has_hooks(self) -> bool {
        self != Profile::No
    }

    /// The offset of the stores in this function that a hook is told of.
    #[cfg(feature = "inspect")]
    fn watched(self, function: u32) -> Option<u32> {
        match self {
            Profile::Frames(stores) if stores.function.is_none_or(|it| it == function) => {
                Some(stores.offset)
            }
            Profile::No | Profile::Calls | Profile::Frames(_) => None,
        }
    }
}

/// Rewrites a valid module.
///
/// # Errors
///
/// See [`MeterError`].
#[cfg(feature = "inspect")]
pub fn meter(wasm: &[u8], profile: Profile) -> Result<Vec<u8>, MeterError> {
    rewrite::Rewrite::new(wasm, profile)?.run()
}

#[cfg(feature = "inspect")]
fn malformed(message: &str, offset: u64) -> MeterError {
    MeterError::Malformed {
        message: message.to_owned(),
        offset,
    }
}
