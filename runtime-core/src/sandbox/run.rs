//! Running a handler module: the INIT phase, invocations, and how they end.

use super::clock::Share;
use super::engine::{CompiledModule, Engine, Fuel, Limits, SandboxError, StartError, Trap};
use super::exchange::{Begun, Exchange};
use super::host::Host;
use super::log_room::LogRoom;
use super::meter::RESTORE_ENTRY;
use super::process::{Ended, Process, Stdout};
use super::{Beginning, Done, Invocation, Invoked, Phase, SandboxSettings, Snapshot};
use crate::timeline::{
    Failure, HandlerKind, InitOutcome, MAX_RESPONSE_BYTES, Outcome, Signal, Uncapturable,
};
use crate::units::{ByteCount, MemoryMb, Span};

/// The bit of a reactor's result that says: these bytes are an error, not a response.
const ERROR_BIT: u32 = 1 << 31;

/// Exports of a reactor, without parameters and results, that need not be there: what runs at the
/// end of an INIT phase whose outcome is captured, and first where it is restored.
const BEFORE_SNAPSHOT: &str = "before_snapshot";
const AFTER_RESTORE: &str = "after_restore";

/// One execution environment's process: a compiled module, its instance, its memory and `/tmp`.
///
/// A *reactor* is instantiated in the INIT phase and lives until something ends its process. A
/// *command* is instantiated for each invocation; its INIT phase runs no code. A *loop* runs from
/// the INIT phase on and asks for its events; where the host cannot wait, it begins anew for each
/// event. When a process has ended, `/tmp` stays and the next invocation must init again.
pub struct Sandbox {
    kind: HandlerKind,
    memory: MemoryMb,
    initial_memory: ByteCount,
    engine: Engine,
    beginning: Beginning,
    /// The INIT phase has succeeded and nothing has ended the process since.
    initialised: bool,
}

/// A handler's answer: a response, or an error of its own making.
struct Answer {
    is_error: bool,
    bytes: Vec<u8>,
}

/// Why a run of guest code gave no answer.
enum Stop {
    /// An outcome.
    Failed(Failure),
    /// Our side could not do its job.
    Broken(SandboxError),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failed(failure)
    }
}

impl Sandbox {
    /// Links the module with its host functions. Runs none of its code.
    pub fn start(
        settings: &SandboxSettings,
        module: CompiledModule,
        host: impl Host,
    ) -> Result<Self, SandboxError> {
        let process = Process::new(settings, Box::new(host));
        Ok(Sandbox {
            kind: settings.kind,
            memory: settings.memory,
            initial_memory: settings.initial_memory,
            engine: Engine::new(module, settings.kind, process)?,
            beginning: settings.beginning.clone(),
            initialised: false,
        })
    }

    /// Runs the INIT phase and tells how it went. A looping process ends it itself by asking for an
    /// event: then the host is told, and this returns when the process has ended.
    pub fn init(&mut self, phase: Phase) -> Result<Option<Done>, SandboxError> {
        self.begin(phase, Share::Whole);
        match (self.kind, &self.beginning) {
            (HandlerKind::Loop, Beginning::Capture) => return self.capture_loop(),
            (HandlerKind::Loop, _) if self.engine.process().host.can_wait() => {
                return self.run_loop(None);
            }
            _ => {}
        }
        let outcome = match self.initialise() {
            Ok(()) => InitOutcome::Succeeded,
            Err(Stop::Failed(failure)) => InitOutcome::of(failure),
            Err(Stop::Broken(error)) => return Err(error),
        };
        let process = self.engine.process();
        process.tell_profile();
        let duration = process.spent();
        let restoring = process.restoring;
        let snapshot = match (&self.beginning, outcome) {
            (Beginning::Capture, InitOutcome::Succeeded) => Some(self.capture()?),
            _ => None,
        };
        Ok(Some(Done::Init {
            outcome,
            duration,
            restoring,
            snapshot,
        }))
    }

    /// The INIT phase of a looping program that is to be captured: it asks for that and leaves.
    fn capture_loop(&mut self) -> Result<Option<Done>, SandboxError> {
        self.end_process();
        self.engine.process().exchange = Exchange::begin(
            Begun::ToBeCaptured {
                asked: false,
                waited: false,
            },
            None,
        );
        let failure = match self.run_program() {
            Ok(()) => Failure::Exited(0),
            Err(Stop::Failed(failure)) => failure,
            Err(Stop::Broken(error)) => return Err(error),
        };
        let process = self.engine.process();
        process.tell_profile();
        let duration = process.spent();
        let (outcome, snapshot) = match (failure, process.exchange.left()) {
            (failure, (true, _)) => {
                let failure = match failure {
                    Failure::TimedOut => failure,
                    _ => Failure::InitError,
                };
                (InitOutcome::of(failure), None)
            }
            (Failure::Exited(0), (_, Begun::ToBeCaptured { waited: true, .. })) => {
                (InitOutcome::Succeeded, Some(Err(Uncapturable::OnStack)))
            }
            (Failure::Exited(0), (_, Begun::ToBeCaptured { asked: true, .. })) => {
                (InitOutcome::Succeeded, Some(self.capture()?))
            }
            (failure, _) => (InitOutcome::of(failure), None),
        };
        self.end_process();
        Ok(Some(Done::Init {
            outcome,
            duration,
            restoring: Span::ZERO,
            snapshot,
        }))
    }

    /// What the process leaves to be restored, now that none of its code runs. It is at its end.
    fn capture(&mut self) -> Result<Result<Snapshot, Uncapturable>, SandboxError> {
        if self.kind == HandlerKind::Command {
            return Ok(Err(Uncapturable::Command));
        }
        let process = self.engine.process();
        if let Some(path) = process.descriptors.opened(&process.files) {
            return Ok(Err(Uncapturable::OpenFile(path)));
        }
        let monotonic = process.monotonic();
        let limits = Limits {
            memory: self.memory,
            fuel: Fuel::ENDLESS,
        };
        match self.engine.capture(limits) {
            Ok(captured) => Ok(captured.map(|state| Snapshot::of(&state, monotonic))),
            Err(StartError::Refused(error)) => Err(error),
            // A fresh instance did not trap the first time.
            Err(StartError::Trapped(trap)) => Err(SandboxError::Instantiate(trap.to_string())),
        }
    }

    /// Handles an event. With `init_first`, and wherever no initialised process is left, the INIT
    /// phase runs inside this invocation. Tells how it went, unless the host was told.
    pub fn invoke(&mut self, invocation: Invocation) -> Result<Option<Done>, SandboxError> {
        self.begin(invocation.phase, Share::OfMemory);
        if self.kind == HandlerKind::Loop {
            return self.run_loop(Some(invocation));
        }
        let request = invocation.request;
        let answer = self.answer(invocation);
        let process = self.engine.process();
        process.tell_profile();
        let duration = process.spent();

        let (outcome, response) = match answer {
            Ok(Answer { is_error, bytes }) => {
                let outcome = match is_error {
                    true => Outcome::Failed(Failure::HandlerError),
                    false => Outcome::Succeeded,
                };
                (outcome, Some(bytes))
            }
            Err(Stop::Failed(failure)) => (Outcome::Failed(failure), None),
            Err(Stop::Broken(error)) => return Err(error),
        };
        let failure = match outcome {
            Outcome::Succeeded => None,
            Outcome::Failed(failure) => Some(failure),
        };
        let max_memory = self.max_memory(failure);
        if failure.is_some_and(Failure::ends_process) {
            self.end_process();
        }
        let invoked = Invoked {
            outcome,
            duration,
            max_memory,
            response,
        };
        Ok(Some(Done::Invocation { request, invoked }))
    }

    /// Runs a looping program until it ends. Its first event is there already, or it waits for it.
    fn run_loop(&mut self, mut pending: Option<Invocation>) -> Result<Option<Done>, SandboxError> {
        loop {
            self.end_process();
            let process = self.engine.process();
            process.request = pending.as_ref().map(|it| it.request);
            process.context = None;
            process.exchange = Exchange::begin(Begun::Anew, pending.take());
            let failure = match self.run_program() {
                Ok(()) => None,
                Err(Stop::Failed(failure)) => Some(failure),
                Err(Stop::Broken(error)) => return Err(error),
            };
            let max_memory = self.max_memory(failure);
            let process = self.engine.process();
            process.tell_profile();
            let duration = process.spent();
            let (done, next) = process.exchange.end(failure, duration, max_memory);
            self.end_process();
            match (done, next) {
                (done, None) => return Ok(done),
                // It was parked to begin again with an event.
                (done, next) => {
                    if let Some(done) = done {
                        self.engine.process().host.done(done);
                    }
                    if let Some(invocation) = &next {
                        self.begin(invocation.phase, Share::OfMemory);
                    }
                    pending = next;
                }
            }
        }
    }

    /// Runs a looping program in a new process until it leaves.
    fn run_program(&mut self) -> Result<(), Stop> {
        self.check_memory()?;
        self.instantiate(Vec::new())?;
        let ran = match self.beginning {
            Beginning::Init | Beginning::Capture => self.engine.start(),
            Beginning::Restore(_) => {
                let restoring = self.engine.process().restoring;
                self.engine.process().exchange.restored(restoring);
                self.enter(RESTORE_ENTRY)
            }
        };
        Ok(self.settle(ran)?)
    }

    /// Calls an export that need not be there.
    fn enter(&mut self, name: &str) -> Result<(), Trap> {
        self.engine.enter(name).unwrap_or(Ok(()))
    }

    /// A process that was killed for its memory had all that there was, as AWS reports it.
    fn max_memory(&mut self, failure: Option<Failure>) -> ByteCount {
        match failure {
            Some(Failure::Killed(Signal::Killed)) => self.memory.bytes(),
            _ => ByteCount::new(self.engine.memory_size()),
        }
    }

    fn answer(&mut self, invocation: Invocation) -> Result<Answer, Stop> {
        if invocation.init_first || !self.initialised {
            self.initialise()?;
        }
        let process = self.engine.process();
        process.request = Some(invocation.request);
        process.context = Some(invocation.context);
        process.log_room = LogRoom::NEW;
        match self.kind {
            HandlerKind::Reactor => self.run_reactor(&invocation.event),
            HandlerKind::Command | HandlerKind::Loop => self.run_command(invocation.event),
        }
    }

    fn initialise(&mut self) -> Result<(), Stop> {
        self.end_process();
        let process = self.engine.process();
        process.request = None;
        process.context = None;
        self.check_memory()?;
        if self.kind == HandlerKind::Reactor {
            let done = self.instantiate(Vec::new()).and_then(|()| {
                let result = match self.beginning {
                    Beginning::Init => self.engine.initialize(),
                    Beginning::Capture => {
                        let result = self.engine.initialize();
                        result.and_then(|()| self.enter(BEFORE_SNAPSHOT))
                    }
                    Beginning::Restore(_) => self.enter(AFTER_RESTORE),
                };
                Ok(self.settle(result)?)
            });
            if done.is_err() {
                self.end_process();
            }
            done?;
        }
        self.initialised = true;
        Ok(())
    }

    /// A module that needs more memory from the start than the function has is killed.
    fn check_memory(&mut self) -> Result<(), Stop> {
        if self.initial_memory <= self.memory.bytes() {
            return Ok(());
        }
        self.log(&format!(
            "out of memory: the module needs {} from the start and the function has {}\n",
            self.initial_memory, self.memory
        ));
        Err(Failure::Killed(Signal::Killed).into())
    }

    fn run_reactor(&mut self, event: &[u8]) -> Result<Answer, Stop> {
        let len = event.len() as u32;
        let allocated = self.engine.allocate(len);
        let ptr = self.settle(allocated)?;
        if self.engine.write(ptr, event).is_err() {
            return Err(self.bad_range(&format!("allocate({len})"), ptr, len).into());
        }
        let handled = self.engine.handle(ptr, len);
        let packed = self.settle(handled)?;

        let (ptr, low) = ((packed >> 32) as u32, packed as u32);
        let len = low & !ERROR_BIT;
        if u64::from(len) > MAX_RESPONSE_BYTES
            && u64::from(ptr) + u64::from(len) <= self.engine.memory_size()
        {
            return Err(Failure::ResponseTooLarge(ByteCount::new(len.into())).into());
        }
        match self.engine.read(ptr, len as usize) {
            Ok(bytes) => Ok(Answer {
                is_error: low & ERROR_BIT != 0,
                bytes,
            }),
            Err(_) => Err(self.bad_range("handle", ptr, len).into()),
        }
    }

    fn run_command(&mut self, event: Vec<u8>) -> Result<Answer, Stop> {
        self.instantiate(event)?;
        let started = self.engine.start();
        self.log_what_is_no_response(started.is_ok());
        match self.settle(started) {
            Ok(()) | Err(Failure::Exited(0)) => {}
            Err(failure) => return Err(failure.into()),
        }
        let (bytes, written) =
            match std::mem::replace(&mut self.engine.process().stdout, Stdout::Log) {
                Stdout::Response { bytes, written } => (bytes, written),
                Stdout::Log => (Vec::new(), 0),
            };
        if written > MAX_RESPONSE_BYTES {
            return Err(Failure::ResponseTooLarge(ByteCount::new(written)).into());
        }
        Ok(Answer {
            is_error: false,
            bytes,
        })
    }

    /// What a program printed before it failed answers nobody, but tells why it failed: it goes
    /// where Lambda puts what a runtime's process prints.
    fn log_what_is_no_response(&mut self, returned: bool) {
        let process = self.engine.process();
        let succeeded = match process.ended {
            Some(Ended::Exited(code)) => code == 0,
            Some(Ended::Raised(_) | Ended::Fault(_) | Ended::Parked | Ended::TimedOut) => false,
            None => returned,
        };
        if !succeeded
            && let Stdout::Response { bytes, .. } =
                std::mem::replace(&mut process.stdout, Stdout::Log)
        {
            process.log(&bytes);
        }
    }

    /// A fresh instance of a fresh process, or one in a snapshot's state.
    fn instantiate(&mut self, stdin: Vec<u8>) -> Result<(), Stop> {
        let kind = self.kind;
        let process = self.engine.process();
        process.restart(kind, stdin);
        if let Beginning::Restore(snapshot) = &self.beginning {
            process.clock.wait_for_restore(snapshot);
        }
        let limits = Limits {
            memory: self.memory,
            fuel: process.first_fuel(),
        };
        let begun = match &self.beginning {
            Beginning::Restore(snapshot) => match snapshot.state() {
                Some(state) => self.engine.restore(&state, limits),
                None => Err(StartError::Refused(SandboxError::Instantiate(
                    "the snapshot is damaged".to_owned(),
                ))),
            },
            Beginning::Init | Beginning::Capture => self.engine.instantiate(limits),
        };
        if let Beginning::Restore(_) = self.beginning {
            let process = self.engine.process();
            process.restoring = process.spent();
        }
        match begun {
            Ok(()) => Ok(self.settle(Ok(()))?),
            Err(StartError::Trapped(trap)) => Ok(self.settle(Err(trap))?),
            Err(StartError::Refused(error)) => Err(Stop::Broken(error)),
        }
    }

    /// Reads how a run of guest code ended, and writes what there is to say about it to the log.
    fn settle<T>(&mut self, result: Result<T, Trap>) -> Result<T, Failure> {
        self.account();
        let process = self.engine.process();
        if process.clock.is_over() {
            process.ended = None;
            return Err(Failure::TimedOut);
        }
        match (result, process.ended.take()) {
            (_, Some(Ended::TimedOut)) => Err(Failure::TimedOut),
            (_, Some(Ended::Exited(code))) => Err(Failure::Exited(code)),
            // What it has done until then is in its exchange; nothing failed.
            (_, Some(Ended::Parked)) => Err(Failure::Exited(0)),
            (_, Some(Ended::Raised(signal))) => Err(Failure::Killed(signal)),
            (_, Some(Ended::Fault(line))) => {
                self.log(&format!("{line}\n"));
                Err(Failure::Killed(Signal::SegmentationFault))
            }
            (Ok(value), None) => Ok(value),
            (Err(_), None) if self.engine.out_of_memory() => {
                let memory = self.memory;
                self.log(&format!("out of memory: the function has {memory}\n"));
                Err(Failure::Killed(Signal::Killed))
            }
            (Err(trap), None) => {
                self.log(&format!("wasm trap: {trap}\n"));
                Err(Failure::Killed(trap.signal()))
            }
        }
    }

    fn bad_range(&mut self, function: &str, ptr: u32, len: u32) -> Failure {
        let end = u64::from(ptr) + u64::from(len);
        let size = self.engine.memory_size();
        self.log(&format!(
            "{function} returned {ptr}..{end}, but memory ends at {size}\n"
        ));
        Failure::Killed(Signal::SegmentationFault)
    }

    fn end_process(&mut self) {
        self.initialised = false;
        self.account();
        self.engine.drop_instance();
    }

    fn log(&mut self, line: &str) {
        self.engine.process().note(line);
    }

    /// A phase begins; an instance that lives on gets fuel for it.
    fn begin(&mut self, phase: Phase, share: Share) {
        let process = self.engine.process();
        process.clock.begin(phase, share, &*process.host);
        let fuel = process.refuel();
        process.record_anew();
        if let Some(fuel) = fuel {
            self.engine.set_fuel(fuel);
        }
    }

    /// Guest code ran: what it burnt becomes time.
    fn account(&mut self) {
        if self.engine.process().clock.counts_fuel()
            && let Some(left) = self.engine.fuel()
        {
            let process = self.engine.process();
            process.clock.burn(left);
            if let Some(recorder) = &mut process.recorder {
                recorder.left(left.0);
            }
        }
    }
}
