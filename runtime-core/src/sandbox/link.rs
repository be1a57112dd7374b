//! The host functions by name: one list for all engines.
//!
//! Each is made with `new_typed_with_env` and captures nothing: wasmer's js backend builds untyped
//! host functions with `new Function`, which a Content-Security-Policy rightly forbids.

use super::engine::{GuestView, OutOfBounds, Running};
use super::meter::PROFILE_MODULE;
use super::process::{Ended, Process};
use super::{abi, profiler, wasi};
use wasmer::{Function, FunctionEnv, FunctionEnvMut, RuntimeError, Store};

/// The host function that a module imports under this name, if there is one.
pub(super) fn function(
    store: &mut Store,
    running: &FunctionEnv<Running>,
    module: &str,
    name: &str,
) -> Option<Function> {
    match module {
        "wasi_snapshot_preview1" => wasi::function(store, running, name),
        "coldstart" => abi::function(store, running, name),
        PROFILE_MODULE => profiler::function(store, running, name),
        _ => None,
    }
}

/// Runs the body of a host function on the calling process and its memory. Fails, which unwinds
/// the guest, once the process has ended.
pub(super) fn enter<T>(
    mut env: FunctionEnvMut<'_, Running>,
    body: impl FnOnce(&mut Process, Option<&GuestView<'_>>) -> T,
) -> Result<T, RuntimeError> {
    let (running, mut store) = env.data_and_store_mut();
    let Running {
        process,
        memory,
        fuel,
    } = running;
    let fuel = fuel.as_ref().filter(|_| process.clock.counts_fuel());
    if let Some(left) = fuel.and_then(|fuel| fuel.left(&mut store)) {
        process.clock.burn(left);
        if process.clock.is_over() {
            process.ended.get_or_insert(Ended::TimedOut);
            return Err(over());
        }
    }
    let answer = match memory {
        Some(memory) => body(process, Some(&memory.view(&store))),
        None => body(process, None),
    };
    process.report_tmp_changes();
    if process.clock.is_over() {
        process.ended.get_or_insert(Ended::TimedOut);
    }
    match process.ended {
        None => {
            if let (Some(fuel), Some(new)) = (fuel, process.refuel()) {
                fuel.set(&mut store, new);
            }
            Ok(answer)
        }
        Some(_) => Err(over()),
    }
}

/// Unwinds the guest; why is in its process.
fn over() -> RuntimeError {
    RuntimeError::new("the process has ended")
}

/// Ends the process because it gave a host function a range beyond its memory.
pub(super) fn fault(
    process: &mut Process,
    memory: Option<&GuestView<'_>>,
    function: &str,
    at: u32,
    len: u64,
) {
    let size = memory.map_or(0, GuestView::size);
    process.ended = Some(Ended::Fault(format!(
        "{function} was given {}..{}, but memory ends at {size}",
        at,
        u64::from(at) + len,
    )));
}

impl From<OutOfBounds> for wasi::Errno {
    fn from(_: OutOfBounds) -> Self {
        wasi::Errno::FAULT
    }
}
