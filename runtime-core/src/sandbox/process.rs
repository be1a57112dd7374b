//! What a handler's process has on our side: its variables, streams, descriptors and files.

use super::clock::Clock;
use super::engine::Fuel;
use super::exchange::{Exchange, Next};
use super::fs::Files;
use super::host::{Host, Nowhere};
use super::log_room::LogRoom;
use super::wasi::{Descriptors, Errno, StringBlock};
use super::{Beginning, FileTime, InvocationContext, SandboxSettings};
use crate::profile::{PhaseProfile, Recording};
use crate::timeline::{HandlerKind, MAX_RESPONSE_BYTES, Signal};
use crate::units::{ByteCount, RequestId, Span};

/// The state that host functions work on. It outlives the module's instance: files, variables and
/// host are the environment's, the rest is made anew by [`Process::restart`].
pub(super) struct Process {
    pub(super) host: Box<dyn Host>,
    pub(super) clock: Clock,
    /// All files that it can reach.
    pub(super) files: Files,
    /// All environment variables as a JSON object.
    pub(super) variables: Vec<u8>,
    /// The same as WASI hands them over.
    pub(super) environ: StringBlock,
    /// The command line.
    pub(super) arguments: StringBlock,
    /// The current invocation's context; `None` during init. Made into JSON when a handler asks.
    pub(super) context: Option<InvocationContext>,
    /// The current request; `None` during init.
    pub(super) request: Option<RequestId>,
    /// What the process may still write to its log in this phase.
    pub(super) log_room: LogRoom,
    pub(super) descriptors: Descriptors,
    /// What is left of stdin is everything from `stdin_at`.
    pub(super) stdin: Vec<u8>,
    pub(super) stdin_at: usize,
    pub(super) stdout: Stdout,
    /// How long it took to restore the snapshot that it began from.
    pub(super) restoring: Span,
    /// What the monotonic clock said when that snapshot was taken.
    pub(super) before_snapshot: Span,
    /// Where a looping process stands with its host.
    pub(super) exchange: Exchange,
    /// Where its work went, if its module is a profiling build. It lives on when the process is made
    /// anew.
    pub(super) recorder: Option<Recording>,
    /// Set by whatever ended the process; every further host call then unwinds the guest.
    pub(super) ended: Option<Ended>,
}

/// Where a process's standard output goes.
pub(super) enum Stdout {
    /// Into the log, as Lambda does with what a runtime's process prints.
    Log,
    /// Into the response, kept only as far as a response may be long.
    Response {
        /// The first bytes.
        bytes: Vec<u8>,
        /// How many were written in all.
        written: u64,
    },
}

/// Why a process ended without a trap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// It asked to, with this code.
    Exited(u32),
    /// Its phase reached its limit.
    TimedOut,
    /// It raised a signal.
    Raised(Signal),
    /// It gave a host function a pointer beyond its memory; the line for the log.
    Fault(String),
    /// It asked for an event where nothing can wait for one, or where it is to begin again.
    Parked,
}

impl Process {
    pub(super) fn new(settings: &SandboxSettings, host: Box<dyn Host>) -> Self {
        let clock = Clock::new(settings);
        let now = clock.file_time(&*host);
        let pairs = settings.variables.iter();
        Process {
            files: Files::new(settings, now),
            // Maps of strings always have a JSON form.
            variables: serde_json::to_vec(&settings.variables).unwrap_or_default(),
            environ: pairs
                .map(|(name, value)| format!("{name}={value}"))
                .collect(),
            arguments: settings.arguments.iter().collect(),
            host,
            clock,
            context: None,
            request: None,
            log_room: LogRoom::NEW,
            descriptors: Descriptors::default(),
            stdin: Vec::new(),
            stdin_at: 0,
            stdout: Stdout::Log,
            restoring: Span::ZERO,
            before_snapshot: match &settings.beginning {
                Beginning::Restore(snapshot) => snapshot.monotonic(),
                Beginning::Init | Beginning::Capture => Span::ZERO,
            },
            exchange: Exchange::none(),
            recorder: settings.frames.as_deref().map(Recording::of_interpreter),
            ended: None,
        }
    }

    /// Makes everything new that belongs to one run of the program. Files stay.
    pub(super) fn restart(&mut self, kind: HandlerKind, stdin: Vec<u8>) {
        self.descriptors.reset(&mut self.files);
        self.stdin = stdin;
        self.stdin_at = 0;
        self.log_room = LogRoom::NEW;
        self.ended = None;
        if let Some(recorder) = &mut self.recorder {
            recorder.left(recorder.fuel());
        }
        self.stdout = match kind {
            HandlerKind::Reactor | HandlerKind::Loop => Stdout::Log,
            HandlerKind::Command => Stdout::Response {
                bytes: Vec::new(),
                written: 0,
            },
        };
    }

    /// The process asks for its next event, and waits for it. `memory` is the size of its memory.
    pub(super) fn next_event(&mut self, memory: u64) -> Result<(), Errno> {
        let memory = ByteCount::new(memory);
        self.request = None;
        self.context = None;
        if self.exchange.has_come_to_an_end() {
            self.tell_profile();
        }
        let (host, clock) = (&mut *self.host, &mut self.clock);
        match self.exchange.next(host, clock, memory)? {
            Next::Event => {
                self.record_anew();
                self.log_room = LogRoom::NEW;
                if let Some((request, context)) = self.exchange.current() {
                    self.request = Some(request);
                    self.context = Some(context.clone());
                }
            }
            Next::Park => self.ended = Some(Ended::Parked),
        }
        Ok(())
    }

    /// Other fuel for the running instance, if it is to get other than it has.
    pub(super) fn refuel(&mut self) -> Option<Fuel> {
        let had = self.clock.seen();
        let new = self.clock.new_fuel()?;
        if let (Some(recorder), Some(had)) = (&mut self.recorder, had) {
            recorder.refuelled(had.0, new.0);
        }
        Some(new)
    }

    /// The fuel of a fresh instance.
    pub(super) fn first_fuel(&mut self) -> Fuel {
        let fuel = self.clock.fuel();
        if let Some(recorder) = &mut self.recorder {
            recorder.refuelled(recorder.fuel(), fuel.0);
        }
        fuel
    }

    /// What was recorded until now belongs to a phase that is over.
    pub(super) fn record_anew(&mut self) {
        if let Some(recorder) = &mut self.recorder {
            recorder.begin(recorder.fuel());
        }
    }

    /// Hands over where the phase's work went, if somebody wants to know. What the clock has seen
    /// last is what is left.
    pub(super) fn tell_profile(&mut self) {
        if let (Some(recorder), Some(left), Some(waited)) =
            (&mut self.recorder, self.clock.seen(), self.clock.profiled())
        {
            let (profile, source) = recorder.take(left.0);
            self.host.profiled(PhaseProfile {
                profile,
                source,
                waited,
            });
        }
    }

    /// Time since some fixed start, never going back: not by a snapshot either.
    pub(super) fn monotonic(&self) -> Span {
        self.clock.monotonic(&*self.host) + self.before_snapshot
    }

    /// Nanoseconds since 1970-01-01 UTC.
    pub(super) fn unix_nanos(&self) -> u64 {
        self.clock.unix_nanos(&*self.host)
    }

    /// The time that files get which change now.
    pub(super) fn file_time(&self) -> FileTime {
        self.clock.file_time(&*self.host)
    }

    /// Does nothing for this long.
    pub(super) fn wait(&mut self, span: Span) {
        self.clock.wait(span, &mut *self.host);
    }

    /// Fills the buffer with random bytes.
    pub(super) fn random(&mut self, buffer: &mut [u8]) {
        self.clock.random(buffer, &mut *self.host);
    }

    /// How long the current phase has taken.
    pub(super) fn spent(&self) -> Span {
        self.clock.spent(&*self.host)
    }

    /// Writes to the log at once, as far as there is room.
    pub(super) fn log(&mut self, text: &[u8]) {
        let kept = self.log_room.keep(text);
        if !kept.is_empty() {
            self.host.log(self.request, self.clock.stamp(), &kept);
        }
    }

    /// Writes to the log what the sandbox itself has to say.
    pub(super) fn note(&mut self, line: &str) {
        self.host
            .log(self.request, self.clock.stamp(), line.as_bytes());
    }

    /// Hands the changes of `/tmp` on.
    pub(super) fn report_tmp_changes(&mut self) {
        if self.files.has_changes() {
            for change in self.files.take_changes() {
                self.host.tmp_changed(change);
            }
        }
    }
}

impl Default for Process {
    /// An empty shell, for the moment in which a process moves between stores.
    fn default() -> Self {
        Process {
            host: Box::new(Nowhere),
            clock: Clock::NONE,
            files: Files::default(),
            variables: Vec::new(),
            environ: StringBlock::default(),
            arguments: StringBlock::default(),
            context: None,
            request: None,
            log_room: LogRoom::NEW,
            descriptors: Descriptors::default(),
            stdin: Vec::new(),
            stdin_at: 0,
            stdout: Stdout::Log,
            restoring: Span::ZERO,
            before_snapshot: Span::ZERO,
            exchange: Exchange::none(),
            recorder: None,
            ended: None,
        }
    }
}

impl Stdout {
    /// How many more bytes of a response are worth keeping: one more than may be returned, so that
    /// too much is seen to be too much.
    pub(super) fn room(bytes: &[u8]) -> usize {
        (MAX_RESPONSE_BYTES as usize + 1).saturating_sub(bytes.len())
    }
}
