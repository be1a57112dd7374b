//! The live driver: it carries out natively what the platform asks for.
//!
//! ```text
//! clock    the session clock: elapsed time + skipped time
//! process  an environment's process and the threads that write to it and read from it
//! places   effects -> processes and messages; what processes say -> inputs
//! ```
//!
//! One thread owns everything. Each process has a thread that reads its messages into one channel,
//! so a flood from one handler fills a pipe and never this process's memory.

pub(crate) mod clock;
mod places;
mod process;

use clock::SessionClock;
use places::Place;
use process::{Launcher, Notice, ProcessNumber};
use runtime_core::agenda::{Agenda, LOST_PATIENCE, Pace};
use runtime_core::platform::{Arrival, Input, Out, Platform};
use runtime_core::sandbox::{FileTree, Snapshot};
use runtime_core::timeline::{
    FunctionConfiguration, LifecycleEvent, Payloads, Qualifier, SessionMeta, Timeline, Trigger,
};
use runtime_core::units::{
    ByteCount, EnvironmentId, FunctionId, Moment, PayloadId, RequestId, SessionSeed, Span, Version,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::SystemTime;

/// Messages of all processes that may wait to be looked at.
const INBOX: usize = 256;
/// How long to sleep when nothing is on the agenda.
const LONG: Span = Span::from_secs(3_600);

/// What runs, and within which limits.
pub(crate) struct Setup {
    /// The handler module, its memory limited.
    pub(crate) module: Vec<u8>,
    /// The deployment package's files.
    pub(crate) task: FileTree,
    /// What the layers put under `/opt`.
    pub(crate) opt: FileTree,
    /// Valid settings.
    pub(crate) configuration: FunctionConfiguration,
    /// Account concurrency.
    pub(crate) account_concurrency: u32,
    /// How long an idle environment is kept.
    pub(crate) idle_expiry: Span,
    /// Seed and wall clock of the session; `None` for a new seed and this moment.
    pub(crate) session: Option<SessionMeta>,
}

/// A session of one function.
pub(crate) struct Driver {
    platform: Platform,
    out: Out,
    meta: SessionMeta,
    function: FunctionId,
    configuration: Arc<FunctionConfiguration>,
    task: FileTree,
    opt: FileTree,
    /// What SnapStart keeps of the function's environments, and their `/tmp`.
    snapshot: Option<(Snapshot, FileTree)>,
    timeline: Timeline,
    payloads: Payloads,
    clock: SessionClock,
    agenda: Agenda,
    launcher: Launcher,
    inbox: Receiver<Notice>,
    places: BTreeMap<EnvironmentId, Place>,
    owners: BTreeMap<ProcessNumber, EnvironmentId>,
    /// Requests without an end yet, with their events.
    open: BTreeMap<RequestId, PayloadId>,
    /// The first thing that our side could not do.
    broken: Option<String>,
}

impl Driver {
    /// A session that begins now, with the account and the function configured.
    pub(crate) fn new(setup: Setup) -> Self {
        let (sender, inbox) = sync_channel(INBOX);
        let unix = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let unix_nanos = unix.map_or(0, |since| since.as_nanos());
        let meta = setup.session.unwrap_or(SessionMeta {
            // Ids need to differ between sessions, not to be secret.
            seed: SessionSeed(unix_nanos as u64 ^ (u64::from(std::process::id()) << 40)),
            unix_millis: (unix_nanos / 1_000_000) as u64,
        });
        let platform = Platform::default();
        let function = platform.next_function();
        let mut driver = Driver {
            platform,
            out: Out::default(),
            meta,
            function,
            configuration: Arc::new(setup.configuration.clone()),
            task: setup.task,
            opt: setup.opt,
            snapshot: None,
            timeline: Timeline::default(),
            payloads: Payloads::default(),
            clock: SessionClock::start(setup.configuration.clock),
            agenda: Agenda::default(),
            launcher: Launcher::new(Arc::from(setup.module), sender),
            inbox,
            places: BTreeMap::new(),
            owners: BTreeMap::new(),
            open: BTreeMap::new(),
            broken: None,
        };
        let opened = LifecycleEvent::SessionOpened(meta);
        driver.timeline.push(Moment::START, opened);
        driver.input(Input::ConfigureAccount {
            concurrency: setup.account_concurrency,
            idle_expiry: setup.idle_expiry,
        });
        driver.input(Input::ConfigureFunction {
            function,
            configuration: Box::new(setup.configuration),
        });
        driver
    }

    /// Sends `count` requests at the same moment and waits until all of them have ended.
    ///
    /// # Errors
    /// If our side could not do its job.
    pub(crate) fn round(&mut self, event: &Arc<[u8]>, count: u32) -> Result<(), String> {
        // As `aws lambda wait function-active` does.
        while self.platform.is_pending(self.function, Version::Latest) && self.broken.is_none() {
            self.step();
        }
        let payload = self.payloads.add(Arc::clone(event));
        let at = self.clock.now();
        for _ in 0..count {
            let request = self.platform.next_request();
            self.input_at(
                at,
                Input::Request(Arrival {
                    request,
                    function: self.function,
                    qualifier: Qualifier::LATEST,
                    trigger: Trigger::Invoke,
                    event: payload,
                    bytes: ByteCount::from(event.len()),
                    refused: None,
                }),
            );
        }
        while !self.open.is_empty() && self.broken.is_none() {
            self.step();
        }
        self.result()
    }

    /// Moves the session clock on; what is due on the way happens at its own moment.
    ///
    /// # Errors
    /// If our side could not do its job.
    pub(crate) fn skip(&mut self, span: Span) -> Result<(), String> {
        let now = self.clock.now();
        self.input_at(now, Input::SkipTime { span });
        while let Some((due, input)) = self.agenda.pop(now + span) {
            self.due(due.max(now), input);
        }
        self.clock.skip(span);
        self.result()
    }

    /// The function.
    pub(crate) fn function(&self) -> FunctionId {
        self.function
    }

    /// What the function is set to.
    pub(crate) fn configuration(&self) -> Arc<FunctionConfiguration> {
        Arc::clone(&self.configuration)
    }

    /// The facts so far.
    pub(crate) fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Events, responses and logs.
    pub(crate) fn payloads(&self) -> &Payloads {
        &self.payloads
    }

    /// The session's seed and wall clock.
    pub(crate) fn meta(&self) -> SessionMeta {
        self.meta
    }

    fn result(&mut self) -> Result<(), String> {
        self.broken.take().map_or(Ok(()), Err)
    }

    /// Waits for the next message or timer and deals with it.
    fn step(&mut self) {
        let pace = self.agenda.pace();
        if let Pace::Jump(at) = pace {
            self.clock.go_to(at);
        }
        let now = self.clock.now();
        if pace != Pace::Standstill && self.agenda.next().is_some_and(|due| due <= now) {
            // What was said before a timeout is part of the story; a flood must not put it off.
            for _ in 0..INBOX {
                match self.inbox.try_recv() {
                    Ok(notice) => self.notice(notice),
                    Err(_) => break,
                }
            }
            let now = self.clock.now();
            if let Some((due, input)) = self.agenda.pop(now) {
                self.due(due, input);
            }
            return;
        }
        let wait = match pace {
            Pace::Real(Some(due)) => due.since(now),
            _ => self.agenda.patience_left(self.clock.real()).unwrap_or(LONG),
        };
        match self.inbox.recv_timeout(clock::duration(wait)) {
            Ok(notice) => self.notice(notice),
            Err(RecvTimeoutError::Timeout) => self.lose_patience(),
            // The launcher holds a sender for as long as the driver lives.
            Err(RecvTimeoutError::Disconnected) => self.break_down("lost all processes".to_owned()),
        }
    }

    /// Modelled environments that take too long really are given up.
    fn lose_patience(&mut self) {
        for environment in self.agenda.lose_patience(self.clock.real()) {
            let text = self.payloads.add(LOST_PATIENCE.as_bytes());
            let input = Input::LogWritten {
                environment,
                request: None,
                text,
            };
            self.input(input);
        }
    }

    fn input(&mut self, input: Input) {
        self.input_at(self.clock.now(), input);
    }

    fn input_at(&mut self, at: Moment, input: Input) {
        let mut out = std::mem::take(&mut self.out);
        self.platform.handle(at, input, &mut out);
        for fact in out.facts.drain(..) {
            match fact {
                LifecycleEvent::RequestArrived { request, event, .. } => {
                    self.open.insert(request, event);
                }
                LifecycleEvent::RequestRejected { request, .. }
                | LifecycleEvent::InvocationFinished { request, .. } => {
                    self.open.remove(&request);
                }
                _ => {}
            }
            self.timeline.push(at, fact);
        }
        for effect in out.effects.drain(..) {
            self.carry_out(at, effect);
        }
        self.out = out;
    }

    fn break_down(&mut self, message: String) {
        self.broken.get_or_insert(message);
    }
}
