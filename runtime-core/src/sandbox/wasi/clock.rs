//! Clocks, randomness and the end of the process.

use super::Errno;
use crate::sandbox::abi::fill_random;
use crate::sandbox::engine::GuestView;
use crate::sandbox::process::{Ended, Process};
use crate::timeline::Signal;

const REALTIME: u32 = 0;
const MONOTONIC: u32 = 1;
const PROCESS_CPU: u32 = 2;
const THREAD_CPU: u32 = 3;

/// The coarsest step among the clocks of our hosts: a browser's, on a page that is not isolated.
const RESOLUTION_NANOS: u64 = 100_000;

/// Nanoseconds on a clock.
pub(super) fn read(process: &Process, clock: u32) -> Result<u64, Errno> {
    match clock {
        REALTIME => Ok(process.unix_nanos()),
        MONOTONIC => Ok(process.monotonic().as_nanos()),
        PROCESS_CPU | THREAD_CPU => Ok(process.clock.cpu(&*process.host).as_nanos()),
        _ => Err(Errno::INVAL),
    }
}

pub(super) fn clock_res_get(
    process: &mut Process,
    memory: &GuestView<'_>,
    clock: u32,
    resolution: u32,
) -> Result<(), Errno> {
    read(process, clock)?;
    memory.write(resolution, &RESOLUTION_NANOS.to_le_bytes())?;
    Ok(())
}

pub(super) fn clock_time_get(
    process: &mut Process,
    memory: &GuestView<'_>,
    clock: u32,
    _precision: u64,
    time: u32,
) -> Result<(), Errno> {
    let now = read(process, clock)?;
    memory.write(time, &now.to_le_bytes())?;
    Ok(())
}

pub(super) fn random_get(
    process: &mut Process,
    memory: &GuestView<'_>,
    buffer: u32,
    len: u32,
) -> Result<(), Errno> {
    fill_random(process, memory, buffer, len)?;
    Ok(())
}

pub(super) fn sched_yield(_: &mut Process, _: &GuestView<'_>) -> Result<(), Errno> {
    Ok(())
}

/// Raises a signal in the only process there is. Signals that a process may ignore are ignored, and
/// those that Lambda has words for end it; what remains of them is not there.
pub(super) fn proc_raise(
    process: &mut Process,
    _: &GuestView<'_>,
    signal: u32,
) -> Result<(), Errno> {
    let signal = match signal {
        // none, chld, cont, urg, winch
        0 | 16 | 17 | 22 | 27 => return Ok(()),
        6 => Signal::Aborted,
        // bus, segv
        7 | 11 => Signal::SegmentationFault,
        8 => Signal::FloatingPointException,
        9 => Signal::Killed,
        0..=30 => return Err(Errno::NOTSUP),
        _ => return Err(Errno::INVAL),
    };
    process.ended.get_or_insert(Ended::Raised(signal));
    Ok(())
}

pub(super) fn proc_exit(process: &mut Process, code: u32) {
    process.ended.get_or_insert(Ended::Exited(code));
}
