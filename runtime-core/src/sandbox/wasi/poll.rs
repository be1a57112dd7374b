//! Waiting.

use super::descriptors::Target;
use super::rights::Rights;
use super::{Errno, clock, devices};
use crate::sandbox::engine::GuestView;
use crate::sandbox::process::Process;
use crate::units::Span;

const SUBSCRIPTION: u32 = 48;
const EVENT: usize = 32;

const CLOCK: u8 = 0;
const FD_READ: u8 = 1;
const FD_WRITE: u8 = 2;

/// The peer has closed its end: all of stdin was read.
const HANGUP: u16 = 1;

/// One thing to wait for.
struct Subscription {
    user_data: u64,
    kind: u8,
    waits: Waits,
}

enum Waits {
    /// For this long from now.
    For(u64),
    /// Not at all: it has happened, with this many bytes ready.
    Ready { bytes: u64, flags: u16 },
    /// Not at all: it makes no sense.
    Failed(Errno),
}

/// Waits until something happens. Files and streams are always ready, so that it only ever sleeps
/// for clocks.
pub(super) fn poll_oneoff(
    process: &mut Process,
    memory: &GuestView<'_>,
    subscriptions: u32,
    events: u32,
    count: u32,
    happened: u32,
) -> Result<(), Errno> {
    if count == 0 {
        return Err(Errno::INVAL);
    }
    let end = u64::from(subscriptions) + u64::from(count) * u64::from(SUBSCRIPTION);
    if end > memory.size() {
        return Err(Errno::FAULT);
    }
    let mut all = Vec::new();
    for index in 0..count {
        let mut bytes = [0; SUBSCRIPTION as usize];
        memory.read(subscriptions + index * SUBSCRIPTION, &mut bytes)?;
        all.push(read_subscription(process, &bytes));
    }

    let wait = all
        .iter()
        .map(|subscription| match subscription.waits {
            Waits::For(nanos) => nanos,
            Waits::Ready { .. } | Waits::Failed(_) => 0,
        })
        .min()
        .unwrap_or(0);
    if wait > 0 {
        process.wait(Span::from_nanos(wait));
    }

    let mut answer = Vec::new();
    for subscription in &all {
        let (errno, bytes, flags) = match subscription.waits {
            Waits::For(nanos) if nanos > wait => continue,
            Waits::For(_) => (Errno::SUCCESS, 0, 0),
            Waits::Ready { bytes, flags } => (Errno::SUCCESS, bytes, flags),
            Waits::Failed(errno) => (errno, 0, 0),
        };
        let mut event = [0; EVENT];
        event[0..8].copy_from_slice(&subscription.user_data.to_le_bytes());
        event[8..10].copy_from_slice(&(errno.0 as u16).to_le_bytes());
        event[10] = subscription.kind;
        event[16..24].copy_from_slice(&bytes.to_le_bytes());
        event[24..26].copy_from_slice(&flags.to_le_bytes());
        answer.extend_from_slice(&event);
    }
    memory.write(events, &answer)?;
    memory.write_u32(happened, (answer.len() / EVENT) as u32)?;
    Ok(())
}

fn read_subscription(process: &Process, bytes: &[u8; SUBSCRIPTION as usize]) -> Subscription {
    let kind = bytes[8];
    let waits = match kind {
        CLOCK => {
            let absolute = bytes[40] & 1 != 0;
            wait_for_clock(process, word(bytes, 16) as u32, word(bytes, 24), absolute)
        }
        FD_READ | FD_WRITE => wait_for_descriptor(process, word(bytes, 16) as u32, kind),
        _ => Waits::Failed(Errno::INVAL),
    };
    Subscription {
        user_data: word(bytes, 0),
        kind,
        waits,
    }
}

fn wait_for_clock(process: &Process, id: u32, timeout: u64, absolute: bool) -> Waits {
    match clock::read(process, id) {
        Ok(now) if absolute => Waits::For(timeout.saturating_sub(now)),
        Ok(_) => Waits::For(timeout),
        Err(errno) => Waits::Failed(errno),
    }
}

fn wait_for_descriptor(process: &Process, fd: u32, kind: u8) -> Waits {
    match readiness(process, fd, kind) {
        Ok((bytes, is_over)) => Waits::Ready {
            bytes,
            flags: if is_over { HANGUP } else { 0 },
        },
        Err(errno) => Waits::Failed(errno),
    }
}

/// How many bytes are ready, and whether no more will come.
fn readiness(process: &Process, fd: u32, kind: u8) -> Result<(u64, bool), Errno> {
    let descriptor = process.descriptors.get(fd)?;
    let needed = match kind {
        FD_READ => Rights::FD_READ,
        _ => Rights::FD_WRITE,
    };
    if let Target::Directory(_) = descriptor.target {
        return Err(Errno::BADF);
    }
    descriptor
        .rights
        .require(Rights::POLL_FD_READWRITE | needed)?;
    match (&descriptor.target, kind) {
        (Target::File(file), FD_READ) => {
            let left = process.files.bytes_from(file.node, file.offset)?;
            Ok((left.len() as u64, false))
        }
        (Target::Device(device, _), FD_READ) => Ok(devices::readable(process, *device)),
        _ => Ok((0, false)),
    }
}

/// The eight bytes from an offset, as a number.
fn word(bytes: &[u8; SUBSCRIPTION as usize], at: usize) -> u64 {
    let bytes = bytes.iter().skip(at).take(8);
    bytes.enumerate().fold(0, |word, (index, byte)| {
        word | u64::from(*byte) << (8 * index)
    })
}
