//! What a sandbox needs from the place where it runs.

use super::{Done, Invocation, TmpChange};
use crate::profile::PhaseProfile;
use crate::units::{RequestId, Span};

/// The outside of a sandbox: clock, randomness, and where its output goes. A Web Worker in the
/// page implements it, and a child process natively.
///
/// The sandbox itself reads no clock and draws no random number; in modelled time it asks for
/// neither, and never sleeps. No method may call back into the
/// sandbox.
pub trait Host: Send + 'static {
    /// Time since some fixed start, never going back.
    fn elapsed(&self) -> Span;

    /// Nanoseconds since 1970-01-01 UTC.
    fn unix_nanos(&self) -> u64;

    /// Fills the buffer with random bytes that nobody can foresee.
    fn random(&mut self, buffer: &mut [u8]);

    /// Returns after this span at the earliest. Very long spans are common (`sleep` for ever): the
    /// process is then ended from outside.
    fn sleep(&mut self, span: Span);

    /// The handler wrote to its log, during the request or, with `None`, during its init phase.
    /// Must be handed on at once: the process may be killed in the next moment. In modelled time
    /// `after` says when it was, from the beginning of the phase.
    fn log(&mut self, request: Option<RequestId>, after: Option<Span>, text: &[u8]);

    /// A file of `/tmp` changed. Must be handed on at once, as with [`Host::log`].
    fn tmp_changed(&mut self, change: TmpChange);

    /// Something came to its end while the process goes on.
    fn done(&mut self, done: Done);

    /// A looping process gave up in its INIT phase and said why, as JSON. The end of the phase is told
    /// without it, because the INIT phase runs again inside the first invocation, whose response it
    /// is then; who runs no other gets it here.
    fn init_error(&mut self, _: &[u8]) {}

    /// Where the work of a phase went whose end is told next. Only profiling builds tell it, and
    /// only if they are asked.
    fn profiled(&mut self, profile: PhaseProfile);

    /// Waits for the next event of a looping process: no code of it runs until this returns.
    /// `None` where a host cannot wait inside of a host function.
    fn wait(&mut self) -> Option<Invocation>;

    /// Whether [`Host::wait`] can wait.
    fn can_wait(&self) -> bool;
}

/// Stands in while a process moves from one store to the next; nothing runs then.
pub(super) struct Nowhere;

impl Host for Nowhere {
    fn elapsed(&self) -> Span {
        Span::ZERO
    }
    fn unix_nanos(&self) -> u64 {
        0
    }
    fn random(&mut self, _: &mut [u8]) {}
    fn sleep(&mut self, _: Span) {}
    fn log(&mut self, _: Option<RequestId>, _: Option<Span>, _: &[u8]) {}
    fn tmp_changed(&mut self, _: TmpChange) {}
    fn done(&mut self, _: Done) {}
    fn profiled(&mut self, _: PhaseProfile) {}
    fn wait(&mut self) -> Option<Invocation> {
        None
    }
    fn can_wait(&self) -> bool {
        false
    }
}
