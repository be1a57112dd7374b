//! A host with a clock of its own, and a sandbox under test.

use runtime_core::profile::PhaseProfile;
use runtime_core::sandbox::{
    Beginning, CompiledModule, Done, FileChange, FileContent, FileId, FileTree, Host, Invocation,
    InvocationContext, Invoked, Phase, Sandbox, SandboxClock, SandboxError, SandboxSettings,
    TmpChange,
};
use runtime_core::timeline::{Failure, HandlerKind, InitOutcome, Outcome, Signal};
use runtime_core::units::{ByteCount, MemoryMb, RequestId, Span};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// 2023-11-14T22:13:20Z, when the test hosts' clocks start.
pub(crate) const START_UNIX_NANOS: u64 = 1_700_000_000_000_000_000;

/// What a test host has seen.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) log: String,
    pub(crate) log_requests: Vec<Option<RequestId>>,
    pub(crate) log_times: Vec<Option<Span>>,
    pub(crate) changes: Vec<TmpChange>,
    pub(crate) slept: Vec<Span>,
    /// What a looping process will find when it waits.
    pub(crate) events: VecDeque<Invocation>,
    /// What a looping process has brought to its end.
    pub(crate) done: Vec<Done>,
    pub(crate) can_wait: bool,
    now: u64,
    random: u8,
}

/// A host whose clock moves by a microsecond at each look, and by what is slept; its random bytes
/// count up from 1.
#[derive(Clone, Default)]
struct TestHost(Arc<Mutex<Seen>>);

impl TestHost {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host for TestHost {
    fn elapsed(&self) -> Span {
        let mut seen = self.seen();
        seen.now += 1_000;
        Span::from_nanos(seen.now)
    }

    fn unix_nanos(&self) -> u64 {
        START_UNIX_NANOS + self.seen().now
    }

    fn random(&mut self, buffer: &mut [u8]) {
        let mut seen = self.seen();
        for byte in buffer {
            seen.random = seen.random.wrapping_add(1);
            *byte = seen.random;
        }
    }

    fn sleep(&mut self, span: Span) {
        let mut seen = self.seen();
        seen.now = seen.now.saturating_add(span.as_nanos());
        seen.slept.push(span);
    }

    fn log(&mut self, request: Option<RequestId>, after: Option<Span>, text: &[u8]) {
        let mut seen = self.seen();
        seen.log.push_str(&String::from_utf8_lossy(text));
        seen.log_requests.push(request);
        seen.log_times.push(after);
    }

    fn tmp_changed(&mut self, change: TmpChange) {
        self.seen().changes.push(change);
    }

    fn done(&mut self, done: Done) {
        self.seen().done.push(done);
    }

    fn profiled(&mut self, _: PhaseProfile) {}

    fn wait(&mut self) -> Option<Invocation> {
        self.seen().events.pop_front()
    }

    fn can_wait(&self) -> bool {
        self.seen().can_wait
    }
}

/// Settings that most cases are content with: 128 MB, 512 MB of `/tmp`, no variables.
pub(crate) fn settings(kind: HandlerKind) -> SandboxSettings {
    SandboxSettings {
        initial_memory: ByteCount::new(65_536),
        ..SandboxSettings::new(kind)
    }
}

/// A sandbox under test.
pub(crate) struct Bench {
    sandbox: Sandbox,
    host: TestHost,
    requests: u64,
    /// Of everything that is begun from now on.
    pub(crate) phase: Phase,
    /// `/tmp` as the host knows it.
    mirror: FileTree,
}

impl Bench {
    /// Starts a module written as text.
    pub(crate) fn try_start(settings: &SandboxSettings, text: &str) -> Result<Self, SandboxError> {
        let bytes = wat::parse_str(text).expect("the case's module is valid text");
        Bench::try_start_bytes(settings, &bytes)
    }

    fn try_start_bytes(settings: &SandboxSettings, bytes: &[u8]) -> Result<Self, SandboxError> {
        let module = CompiledModule::compile(bytes)?;
        let host = TestHost::default();
        Ok(Bench {
            sandbox: Sandbox::start(settings, module, host.clone())?,
            host,
            requests: 0,
            phase: Phase::default(),
            mirror: settings.tmp.clone(),
        })
    }

    pub(crate) fn start(settings: &SandboxSettings, text: &str) -> Self {
        Bench::try_start(settings, text).expect("the module links")
    }

    pub(crate) fn reactor(text: &str) -> Self {
        Bench::start(&settings(HandlerKind::Reactor), text)
    }

    /// A reactor after its INIT phase.
    pub(crate) fn ready(text: &str) -> Self {
        let mut bench = Bench::reactor(text);
        assert_eq!(bench.init(), InitOutcome::Succeeded);
        bench
    }

    /// A reactor as every host prepares it: its memory is limited to the function's.
    #[cfg(feature = "inspect")]
    pub(crate) fn limited(text: &str) -> Self {
        Bench::metered(&settings(HandlerKind::Reactor), text)
    }

    /// Metered as every host does it; a phase may take three seconds.
    #[cfg(feature = "inspect")]
    fn metered(settings: &SandboxSettings, text: &str) -> Self {
        let bytes = wat::parse_str(text).expect("the case's module is valid text");
        let bytes = runtime_core::sandbox::meter::meter(&bytes, Default::default())
            .expect("the module can be metered");
        let mut bench = Bench::try_start_bytes(settings, &bytes).expect("the module links");
        bench.host.seen().can_wait = settings.kind == HandlerKind::Loop;
        bench.phase = Phase {
            began_unix_nanos: START_UNIX_NANOS + 1_000_000_000,
            limit: Span::from_secs(3),
            profile: false,
        };
        bench
    }

    /// In modelled time.
    #[cfg(feature = "inspect")]
    pub(crate) fn modelled(kind: HandlerKind, memory: u32, text: &str) -> Self {
        let settings = SandboxSettings {
            memory: MemoryMb::new(memory),
            clock: SandboxClock::Modelled {
                started_unix_nanos: START_UNIX_NANOS,
                seed: 1,
            },
            ..settings(kind)
        };
        Bench::metered(&settings, text)
    }

    /// In modelled time with a whole vCPU, with this beginning.
    #[cfg(feature = "inspect")]
    pub(crate) fn beginning(
        kind: HandlerKind,
        beginning: Beginning,
        tmp: FileTree,
        text: &str,
    ) -> Self {
        let restored = matches!(beginning, Beginning::Restore(_));
        let settings = SandboxSettings {
            // Two environments with the same random numbers would hide what is the same in them.
            clock: SandboxClock::Modelled {
                started_unix_nanos: START_UNIX_NANOS,
                seed: 1 + u64::from(restored),
            },
            memory: MemoryMb::new(1_769),
            beginning,
            tmp,
            ..settings(kind)
        };
        Bench::metered(&settings, text)
    }

    /// The end of the INIT phase, or of what takes its place; for programs that do not wait.
    pub(crate) fn begin(&mut self) -> Done {
        let done = self.sandbox.init(self.phase).expect("our side works");
        done.expect("an end of the phase")
    }

    /// When log lines were written in modelled time, since the start.
    pub(crate) fn log_times(&self) -> Vec<Option<Span>> {
        self.host.seen().log_times.clone()
    }

    pub(crate) fn command(text: &str) -> Self {
        Bench::start(&settings(HandlerKind::Command), text)
    }

    pub(crate) fn init(&mut self) -> InitOutcome {
        self.initialized().0
    }

    pub(crate) fn init_span(&mut self) -> Span {
        self.initialized().1
    }

    fn initialized(&mut self) -> (InitOutcome, Span) {
        match self.sandbox.init(self.phase).expect("our side works") {
            Some(Done::Init {
                outcome, duration, ..
            }) => (outcome, duration),
            other => panic!("init ends as init does, not as {other:?}"),
        }
    }

    /// Invokes without init.
    pub(crate) fn invoke(&mut self, event: impl AsRef<[u8]>) -> Invoked {
        self.run(false, event.as_ref()).expect("our side works")
    }

    /// Invokes with init inside the invocation.
    pub(crate) fn invoke_again(&mut self, event: impl AsRef<[u8]>) -> Invoked {
        self.run(true, event.as_ref()).expect("our side works")
    }

    pub(crate) fn run(&mut self, init_first: bool, event: &[u8]) -> Result<Invoked, SandboxError> {
        let invocation = self.invocation(init_first, event);
        match self.sandbox.invoke(invocation)? {
            Some(Done::Invocation { invoked, .. }) => Ok(invoked),
            other => panic!("an invocation ends as one, not as {other:?}"),
        }
    }

    fn invocation(&mut self, init_first: bool, event: &[u8]) -> Invocation {
        self.requests += 1;
        Invocation {
            request: RequestId(self.requests),
            init_first,
            phase: self.phase,
            context: InvocationContext {
                request_id: format!("request-{}", self.requests),
                deadline_unix_millis: 1_700_000_003_000,
                invoked_function_arn: "arn:aws:lambda:us-east-1:123456789012:function:f".to_owned(),
                trace_id: "Root=1-65540000-000000000000000000000000".to_owned(),
            },
            event: event.to_vec(),
        }
    }

    /// A looping program on a host that can wait, and on which these events will come.
    pub(crate) fn looping(text: &str, events: &[&str]) -> Self {
        let mut bench = Bench::start(&settings(HandlerKind::Loop), text);
        bench.host.seen().can_wait = true;
        bench.will_get(events);
        bench
    }

    /// More events for a looping program.
    pub(crate) fn will_get(&mut self, events: &[&str]) {
        for event in events {
            let invocation = self.invocation(false, event.as_bytes());
            self.host.seen().events.push_back(invocation);
        }
    }

    /// Runs a looping program from its INIT phase until nothing is left to wait for; everything
    /// that came to an end meanwhile.
    pub(crate) fn init_and_loop(&mut self) -> Vec<Done> {
        let last = self.sandbox.init(self.phase).expect("our side works");
        self.all_done(last)
    }

    /// The same from an invocation on.
    pub(crate) fn invoke_and_loop(&mut self, init_first: bool, event: &str) -> Vec<Done> {
        let invocation = self.invocation(init_first, event.as_bytes());
        let last = self.sandbox.invoke(invocation).expect("our side works");
        self.all_done(last)
    }

    fn all_done(&mut self, last: Option<Done>) -> Vec<Done> {
        let mut done = std::mem::take(&mut self.host.seen().done);
        done.extend(last);
        done
    }

    /// The log since the last look.
    pub(crate) fn log(&mut self) -> String {
        std::mem::take(&mut self.host.seen().log)
    }

    /// The requests that log lines were written for, since the start.
    pub(crate) fn log_requests(&self) -> Vec<Option<RequestId>> {
        self.host.seen().log_requests.clone()
    }

    /// The changes of `/tmp` since the last look, a line each.
    pub(crate) fn changes(&mut self) -> Vec<String> {
        let changes = std::mem::take(&mut self.host.seen().changes);
        changes
            .into_iter()
            .map(|change| self.in_words(change))
            .collect()
    }

    /// `/tmp` as a host knows it that has followed all changes.
    pub(crate) fn tmp(&mut self) -> FileTree {
        self.changes();
        self.mirror.clone()
    }

    /// Follows the change, and says what it was.
    fn in_words(&mut self, change: TmpChange) -> String {
        let name = |mirror: &FileTree, file: FileId| {
            let mut names = mirror.names();
            let found = names.find(|(_, named)| *named == file);
            found.map_or_else(|| format!("{file:?}"), |(path, _)| path.to_owned())
        };
        let before = self.mirror.clone();
        self.mirror.apply(change.clone());
        match change.change {
            FileChange::Make { path, content, .. } => match content {
                FileContent::File(_) => format!("make {path}"),
                FileContent::Directory => format!("make {path}/"),
                FileContent::Symlink(target) => format!("make {path} -> {target}"),
            },
            FileChange::Link { file, path } => format!("link {} {path}", name(&before, file)),
            FileChange::Write {
                file,
                offset,
                bytes,
            } => {
                let bytes = String::from_utf8_lossy(&bytes);
                format!("write {} {offset} {bytes}", name(&before, file))
            }
            FileChange::Resize { file, length } => {
                format!("resize {} {length}", name(&before, file))
            }
            FileChange::SetTimes {
                file,
                accessed,
                modified,
            } => format!(
                "times {} {} {}",
                name(&before, file),
                accessed.unix_nanos(),
                modified.unix_nanos()
            ),
            FileChange::Remove(path) => format!("remove {path}"),
            FileChange::Rename(from, to) => format!("rename {from} {to}"),
        }
    }

    /// All spans slept.
    pub(crate) fn slept(&self) -> Vec<Span> {
        self.host.seen().slept.clone()
    }
}

/// Shorthand for what is expected.
pub(crate) trait Expect {
    fn responds(&self, response: impl AsRef<[u8]>);
    fn fails(&self, failure: Failure);
}

impl Expect for Invoked {
    #[track_caller]
    fn responds(&self, response: impl AsRef<[u8]>) {
        assert_eq!(self.outcome, Outcome::Succeeded);
        let bytes = self.response.as_deref().expect("a response");
        assert_eq!(
            String::from_utf8_lossy(bytes),
            String::from_utf8_lossy(response.as_ref())
        );
    }

    #[track_caller]
    fn fails(&self, failure: Failure) {
        assert_eq!(self.outcome, Outcome::Failed(failure));
        assert_eq!(self.response, None);
    }
}

/// `Failure::Killed(Signal::SegmentationFault)` and so on.
pub(crate) const SEGMENTATION_FAULT: Failure = Failure::Killed(Signal::SegmentationFault);
pub(crate) const ABORTED: Failure = Failure::Killed(Signal::Aborted);
pub(crate) const ARITHMETIC: Failure = Failure::Killed(Signal::FloatingPointException);
pub(crate) const OUT_OF_MEMORY: Failure = Failure::Killed(Signal::Killed);
