//! What the session consists of.

use super::Assets;
use super::api::Gateway;
use super::clock::SessionClock;
use super::deployment::{Package, Sample};
use super::draft::Draft;
use super::fleet::{Code, CodeKey, Fleet};
use super::generators::Generators;
use super::profile::ProfileState;
use super::redraw::Redraw;
use super::storage::{Saved, Storage};
use super::writing::Desk;
use crate::browser::clock;
use crate::browser::doorway::Doorway;
use crate::browser::host::Host;
use crate::browser::modules::CompiledModule;
use crate::browser::packages::PackageInspector;
use crate::browser::timer::Timeout;
use runtime_core::agenda::Agenda;
use runtime_core::api::Registry;
use runtime_core::billing::PriceBook;
use runtime_core::change_set::KeptResource;
use runtime_core::platform::Platform;
use runtime_core::profile::FunctionNames;
use runtime_core::sandbox::{FileTree, Snapshot};
use runtime_core::timeline::{LifecycleEvent, Payloads, Qualifier, Runtime, SessionMeta, Timeline};
use runtime_core::units::{
    ByteCount, EnvironmentId, FunctionId, Moment, PackageId, PayloadId, RequestId, Span, Version,
};
use runtime_core::units::{OrderedMap, OrderedSet};
use serde::{Deserialize, Serialize};
use std::any::Any;
use std::rc::Rc;

/// Everything that the one writer owns.
pub(super) struct State {
    /// How handlers wait for events here.
    pub(super) waiting: Waiting,
    pub(super) platform: Platform,
    pub(super) timeline: Timeline,
    pub(super) payloads: Payloads,
    pub(super) clock: SessionClock,
    /// How much faster than real time waits go by. It is the tab's: a reload goes on in real time.
    pub(super) speed: f64,
    pub(super) meta: SessionMeta,
    pub(super) fleet: Fleet,
    /// What is to happen, in order.
    pub(super) agenda: Agenda,
    /// What sends events on its own.
    pub(super) generators: Generators,
    pub(super) alarm: Option<Alarm>,
    /// For when patience with an environment is lost.
    pub(super) patience: Option<Timeout>,
    /// The platform is being told something, or the agenda gone through.
    pub(super) driving: bool,
    pub(super) packages: OrderedMap<PackageId, Package>,
    pub(super) inspector: PackageInspector,
    pub(super) samples: Vec<Sample>,
    pub(super) prices: Option<PriceBook>,
    pub(super) events: OrderedMap<FunctionId, TestEvents>,
    /// Code that was edited and not deployed yet.
    pub(super) drafts: OrderedMap<FunctionId, Draft>,
    pub(super) selected_function: Option<FunctionId>,
    pub(super) selected_request: Option<RequestId>,
    pub(super) playhead: Option<Moment>,
    pub(super) free_tier: bool,
    /// What only the Lambda API knows.
    pub(super) registry: Registry,
    /// Resources of templates that are kept as they are.
    pub(super) kept: Vec<KeptResource>,
    /// Whether the Lambda API can be reached.
    pub(super) gateway: Gateway,
    /// Who writes batches and records.
    pub(super) desk: Desk,
    pub(super) storage: Storage,
    pub(super) saved: Saved,
    pub(super) redraw: Redraw,
    /// Who wants to know how a request ended.
    pub(super) waiters: OrderedMap<RequestId, Waiter>,
    /// User pools as far as the part has read them that asks them, whose own the type is.
    pub(super) pools: Option<Box<dyn Any>>,
    /// The events of requests that have not ended.
    pub(super) open_events: OrderedMap<RequestId, OpenEvent>,
    /// Compiled modules, shared by all environments that need just that.
    pub(super) code: OrderedMap<CodeKey, Code>,
    /// Managed runtimes on their way here.
    pub(super) fetching: OrderedMap<Runtime, Fetching>,
    /// What is known of where invocations' milliseconds went.
    pub(super) profiles: OrderedMap<RequestId, ProfileState>,
    /// The profiling build that was made last.
    pub(super) profiling: Option<Profiling>,
    /// Counts the sessions that were begun in this tab.
    pub(super) epoch: u32,
    /// What SnapStart keeps of functions' environments.
    pub(super) snapshots: OrderedMap<(FunctionId, Version), Kept>,
    /// Modules that are being compiled.
    pub(super) code_asked: OrderedSet<CodeKey>,
}

/// Is told of its request when it has ended, or when whoever sent it waits no longer; and when that was.
pub(super) type Waiter = Box<dyn FnOnce(Moment, RequestId)>;

/// How a looping handler waits for its next event in the middle of its program.
pub(super) enum Waiting {
    /// The page is not isolated, and nobody has needed to wait yet.
    NotAsked,
    /// On shared memory.
    Shared,
    /// On a request that the service worker holds open.
    Held(Doorway),
    /// Not at all: every start is cold.
    Impossible,
}

/// A profiling build.
#[derive(Clone)]
pub(super) struct Profiling {
    /// Of which code.
    pub(super) code: CodeKey,
    pub(super) module: CompiledModule,
    /// What its functions are called.
    pub(super) names: Rc<FunctionNames>,
    /// The memory that it has from the start.
    pub(super) initial_memory: ByteCount,
    /// How its frames lie in memory, if it is an interpreter that tells.
    pub(super) frames: Option<String>,
}

/// A snapshot.
pub(super) struct Kept {
    /// From which environment it was taken.
    pub(super) environment: EnvironmentId,
    pub(super) snapshot: Snapshot,
    /// `/tmp` as INIT left it.
    pub(super) tmp: FileTree,
}

/// The event of a request that has not ended.
#[derive(Clone, Copy)]
pub(super) struct OpenEvent {
    pub(super) event: PayloadId,
    /// The request whose id AWS shows.
    pub(super) shown: RequestId,
    /// What it named besides the function.
    pub(super) named: Option<Qualifier>,
}

/// The browser timer for the earliest thing on the agenda.
pub(super) struct Alarm {
    /// When, on the browser's clock.
    pub(super) rings: Span,
    pub(super) timeout: Timeout,
}

/// The event editor's text and the saved events of one function.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestEvents {
    /// What the editor holds.
    pub text: String,
    /// Saved under names, in order.
    pub saved: Vec<SavedEvent>,
    /// How an event is drawn, if it can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawing: Option<DrawnEvent>,
    /// Events that were made for tasks of state machines, the latest first. Not in sessions of before there were any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskEvent>,
}

/// The latest events of tasks that a function remembers.
const MAX_TASKS: usize = 20;

impl TestEvents {
    /// Puts the event of a task into the editor.
    pub(super) fn make(&mut self, task: TaskEvent) {
        self.text.clone_from(&task.text);
        self.tasks.retain(|it| it.text != task.text);
        self.tasks.insert(0, task);
        self.tasks.truncate(MAX_TASKS);
    }
}

/// The event of a task of a state machine: nothing in it says that it is one's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskEvent {
    /// Its text, as it was made.
    pub text: String,
    /// The task's `TimeoutSeconds`.
    pub timeout_seconds: u32,
}

/// An event that a visitor can draw: an object with one field, the pixels of a small picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawnEvent {
    /// What is to be drawn, as a request: `Draw a digit`.
    pub title: String,
    /// The field: an array with the pixels' ink, row by row.
    pub field: String,
    /// Pixels from left to right.
    pub columns: u8,
    /// Pixels from top to bottom.
    pub rows: u8,
    /// A pixel full of ink; paper is 0.
    pub full: u16,
    /// How much of the picture the ink of the training data covers.
    pub ink_percent: u8,
    /// How much of the picture's width the broadest of them takes.
    pub breadth_percent: u8,
}

/// A saved test event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedEvent {
    /// Its name.
    pub name: String,
    /// Its text, JSON or not yet.
    pub text: String,
}

/// How far a managed runtime has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fetching {
    /// What is here.
    pub received: ByteCount,
    /// The whole; zero until that is known.
    pub size: ByteCount,
}

/// Something to tell the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How bad it is.
    pub level: NoticeLevel,
    /// What happened.
    pub text: String,
    /// What to do; may be empty.
    pub hint: String,
}

/// How bad a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeLevel {
    /// Good to know.
    Info,
    /// Something was refused or failed.
    Error,
}

impl Notice {
    /// Something was refused or failed.
    pub fn error(text: impl Into<String>, hint: impl Into<String>) -> Self {
        Notice {
            level: NoticeLevel::Error,
            text: text.into(),
            hint: hint.into(),
        }
    }

    /// Good to know.
    pub fn info(text: impl Into<String>, hint: impl Into<String>) -> Self {
        Notice {
            level: NoticeLevel::Info,
            text: text.into(),
            hint: hint.into(),
        }
    }
}

impl State {
    pub(super) fn new(assets: Assets, host: Host) -> Self {
        let meta = SessionMeta {
            seed: clock::random_seed(),
            unix_millis: clock::unix_millis(),
        };
        let mut timeline = Timeline::default();
        timeline.push(Moment::START, LifecycleEvent::SessionOpened(meta));
        State {
            waiting: match host.isolated {
                true => Waiting::Shared,
                false => Waiting::NotAsked,
            },
            platform: Platform::default(),
            timeline,
            payloads: Payloads::default(),
            clock: SessionClock::from(Moment::START),
            speed: 1.0,
            meta,
            fleet: Fleet::new(assets.environment, host.worker_limit()),
            agenda: Agenda::default(),
            generators: Generators::default(),
            alarm: None,
            patience: None,
            driving: false,
            packages: OrderedMap::new(),
            inspector: PackageInspector::new(assets.package),
            samples: Vec::new(),
            prices: None,
            events: OrderedMap::new(),
            drafts: OrderedMap::new(),
            selected_function: None,
            selected_request: None,
            playhead: None,
            free_tier: false,
            registry: Registry::default(),
            kept: Vec::new(),
            gateway: Gateway::default(),
            desk: Desk::default(),
            storage: Storage::default(),
            saved: Saved::default(),
            redraw: Redraw::default(),
            waiters: OrderedMap::new(),
            pools: None,
            open_events: OrderedMap::new(),
            code: OrderedMap::new(),
            fetching: OrderedMap::new(),
            profiles: OrderedMap::new(),
            profiling: None,
            snapshots: OrderedMap::new(),
            epoch: 0,
            code_asked: OrderedSet::new(),
        }
    }

    pub(super) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Whether a replay plays: the playhead is where it put it.
    pub(super) fn plays(&self) -> bool {
        self.redraw.played.is_some() && self.redraw.played == self.playhead
    }
}
