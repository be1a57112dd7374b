//! The one place that knows whether a module runs on cranelift or in a browser's own engine.
//!
//! ```text
//! sys      natively: wasmer's sys backend with cranelift
//! js       in a browser: wasmer's js backend, instances and memory through its JavaScript objects
//! state    snapshots; sys_state and js_state, what they need of each engine
//! trap     why guest code stopped, in one vocabulary for all engines
//! ```
//!
//! `sys` and `js` offer the same items, so that everything else is written once:
//!
//! - [`CompiledModule`]: a module that can be instantiated many times;
//! - `Engine`: a module linked with the host functions and at most one live instance;
//! - `GuestMemory` and `GuestView`: the instance's memory, bounds checked;
//! - `FuelGauge`: the fuel that a metered instance has left.
//!
//! `js` reaches around wasmer's `Instance` and `MemoryView` because these describe every import
//! and export through reflection on each instantiation, and make three JavaScript objects for each
//! access: more than a whole command invocation costs otherwise.

mod state;
mod trap;

#[cfg_attr(target_arch = "wasm32", path = "js.rs")]
#[cfg_attr(not(target_arch = "wasm32"), path = "sys.rs")]
mod backend;

pub use backend::CompiledModule;
pub(super) use backend::{Engine, FuelGauge, GuestMemory, GuestView};
pub(super) use trap::Trap;

use super::process::Process;
use crate::units::MemoryMb;
use std::fmt;

/// Work that guest code may do, in units of the meter: below zero once it was exhausted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fuel(pub(super) i64);

impl Fuel {
    /// More than any program uses.
    pub(super) const ENDLESS: Fuel = Fuel(i64::MAX);
}

/// What an instance of a metered module may use. One that is not metered keeps no limits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) memory: MemoryMb,
    pub(super) fuel: Fuel,
}

impl Limits {
    /// In pages of 64 KiB, as an unsigned number.
    fn memory_pages(self) -> i32 {
        let pages = u32::try_from(self.memory.wasm_pages()).unwrap_or(u32::MAX);
        pages.cast_signed()
    }
}

/// What host functions can reach: the process, and the memory and the fuel of the instance that
/// calls. The latter are not there yet while a start function runs that is not exported.
pub(super) struct Running {
    pub(super) process: Process,
    pub(super) memory: Option<GuestMemory>,
    /// Of a metered module.
    pub(super) fuel: Option<FuelGauge>,
}

impl Running {
    /// No instance runs yet.
    fn new(process: Process) -> Self {
        Running {
            process,
            memory: None,
            fuel: None,
        }
    }
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

impl From<SandboxError> for StartError {
    fn from(error: SandboxError) -> Self {
        StartError::Refused(error)
    }
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

#[cfg(all(test, feature = "inspect", not(target_arch = "wasm32")))]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests {
    use super::*;
    use crate::sandbox::meter::{Profile, meter};
    use crate::timeline::HandlerKind;

    const LIMITS: Limits = Limits {
        memory: MemoryMb::new(1),
        fuel: Fuel(100_000),
    };

    /// An engine of a metered module. Its start function runs `$work` so many times.
    fn engine(times: u32, start: &str) -> Engine {
        let text = format!(
            r#"(module (memory (export "memory") 1) (func $work (param $n i32) (loop $on
                (br_if $on (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
            (func $begin (call $work (i32.const {times}))) (start $begin)
            (func (export "_start") {start}))"#
        );
        let wasm = meter(&wat::parse_str(text).unwrap(), Profile::No).unwrap();
        let compiled = CompiledModule::compile(&wasm).unwrap();
        Engine::new(compiled, HandlerKind::Command, Process::default()).unwrap()
    }

    #[test]
    fn fuel_is_what_the_host_gave_less_what_was_used() {
        let mut engine = engine(1_000, "(call $work (i32.const 1000))");
        assert_eq!(engine.fuel(), None);
        assert!(engine.instantiate(LIMITS).is_ok());
        let after_begin = engine.fuel().unwrap();
        assert!(after_begin < LIMITS.fuel && after_begin > Fuel(90_000));
        assert_eq!(engine.start(), Ok(()));
        assert!(engine.fuel().unwrap() < after_begin);
        engine.set_fuel(Fuel(7));
        assert_eq!(engine.fuel(), Some(Fuel(7)));
        assert_eq!(engine.start(), Err(Trap::OutOfFuel));
        // A fresh instance has what it is given, and nothing of the former one.
        assert!(engine.instantiate(LIMITS).is_ok());
        assert_eq!(engine.fuel(), Some(after_begin));
    }

    #[test]
    fn a_start_function_without_fuel_traps() {
        let ended = engine(1_000_000, "").instantiate(LIMITS);
        assert!(matches!(ended, Err(StartError::Trapped(Trap::OutOfFuel))));
    }

    #[test]
    fn other_traps_are_not_taken_for_it() {
        let mut unreachable = engine(1, "(unreachable)");
        assert!(unreachable.instantiate(LIMITS).is_ok());
        assert_eq!(unreachable.start(), Err(Trap::Unreachable));
        assert!(!unreachable.out_of_memory());
        let mut growing = engine(1, "(drop (memory.grow (i32.const 16)))");
        assert!(growing.instantiate(LIMITS).is_ok());
        assert_eq!(growing.start(), Err(Trap::Unreachable));
        assert!(growing.out_of_memory());
    }
}
