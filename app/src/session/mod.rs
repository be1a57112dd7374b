//! The one writer. Panels read the session and say what they want through
//! [`Session::dispatch`]; nothing else changes it.
//!
//! ```text
//! command      Command: everything a user can ask for
//! clock        the session clock: elapsed at a speed + skipped
//! state        State: platform, timeline, payloads and what belongs to them
//! deployment   uploads and samples: bytes -> package -> function
//! draft        a function's files while they are being edited
//! editing      drafts become packages
//! dispatch     what each command does
//! driver       the live driver: effects -> workers, messages and timers
//! agenda, crew, messages, code, writing  the driver's parts
//! sending      how the platform is told of what is sent to it
//! generators   what sends events on its own
//! pools        what is asked of user pools, function by function
//! import       a change set is executed: what a template makes
//! api          the Lambda API and function URLs: requests from the service worker
//! runtimes     managed runtimes: fetched when first used
//! fleet        workers: starting, spare ones, the bound on their number
//! profile, replay  where an invocation's milliseconds went
//! redraw       when panels read again
//! view         projections at the playhead, for panels to read
//! testing      what tests begin with
//! storage/     saving as the session goes on, restoring, workspace files
//! ```

mod agenda;
mod api;
mod clock;
mod code;
mod command;
mod crew;
mod deployment;
mod dispatch;
mod draft;
mod driver;
mod editing;
mod fleet;
mod generators;
mod import;
mod layers;
mod messages;
mod pools;
mod profile;
mod redraw;
mod replay;
mod runtimes;
mod sending;
mod state;
mod storage;
#[cfg(test)]
pub(crate) mod testing;
mod view;
mod writing;

pub use api::Gateway;
pub use clock::SPEEDS;
pub use command::{Command, InvocationType, NewMessages, NewRecord, Target};
pub use deployment::{PRICES, Package, Sample, SampleEvent};
pub use dispatch::{COUNTER, MAX_BURST};
pub use draft::{Change, Draft, DraftStage};
pub use generators::{GeneratorCommand, GeneratorState, Sent, Writer};
pub use import::{CodeRefusal, Execution};
pub use profile::{InvocationProfile, ProfileState};
pub use state::{DrawnEvent, Fetching, Notice, NoticeLevel, SavedEvent, TaskEvent, TestEvents};
pub use view::{OwnProjection, Reading, View};
pub use writing::ZONES;

use crate::browser::host::Host;
use crate::browser::worker::WorkerAssets;
use leptos::prelude::*;
use redraw::Beats;
use runtime_core::platform::StreamKeeper;
use runtime_core::timeline::Qualifier;
use runtime_core::units::{FunctionId, RequestId};
use state::State;
use std::cell::RefCell;
use std::rc::Rc;

/// A handle to the session, for panels: copying it copies the handle only.
#[derive(Clone, Copy)]
pub struct Session {
    core: StoredValue<Core, LocalStorage>,
    /// Counts frames in which whoever has this handle reads again: what panels subscribe to.
    beat: Signal<u64>,
    /// Whether that is on screen.
    seen: Signal<bool>,
    notices: RwSignal<Vec<Notice>>,
    host: Host,
}

/// The writer itself.
#[derive(Clone)]
struct Core {
    state: Rc<RefCell<State>>,
    view: Rc<RefCell<View>>,
    beats: Beats,
    notices: RwSignal<Vec<Notice>>,
}

/// Where the workers' parts lie.
#[derive(Clone, Debug)]
pub struct Assets {
    /// Runs handler modules.
    pub environment: WorkerAssets,
    /// Inspects packages.
    pub package: WorkerAssets,
}

impl Core {
    /// Reads the session once.
    fn read_now<T>(&self, reader: impl FnOnce(Reading<'_>) -> T) -> T {
        let mut state = self.state.borrow_mut();
        let mut view = self.view.borrow_mut();
        view.refresh(&state.timeline, state.playhead);
        let now = state.now();
        reader(Reading::new(&view, &mut state, now))
    }
}

impl Session {
    /// A session in this page; what an earlier visit left is restored in the background.
    pub fn new(assets: Assets) -> Self {
        let host = Host::detect();
        let (beats, notices) = (Beats::new(), RwSignal::new(Vec::new()));
        let core = Core {
            state: Rc::new(RefCell::new(State::new(assets, host))),
            view: Rc::default(),
            beats,
            notices,
        };
        core.spawn_restore();
        Session {
            core: StoredValue::new_local(core),
            beat: beats.usual(),
            seen: Signal::stored(true),
            notices,
            host,
        }
    }

    /// The one way to change the session.
    pub fn dispatch(self, command: Command) {
        self.core.get_value().dispatch(command);
    }

    /// There can be streams from now on: their code has come with whoever says so.
    pub fn keep_streams(self, keeper: &'static StreamKeeper) {
        let core = self.core.get_value();
        core.state.borrow_mut().platform.keep_streams(keeper);
    }

    /// There can be generators from now on: their code has come with whoever says so. `writer` makes what
    /// they send.
    pub fn keep_generators(self, writer: Writer) {
        self.core.get_value().keep_generators(writer);
    }

    /// Invokes a function once; `then` is told the request when it has ended.
    pub fn invoke_once(
        self,
        function: FunctionId,
        event: &str,
        then: impl FnOnce(RequestId) + 'static,
    ) {
        self.core
            .get_value()
            .invoke_once((function, Qualifier::LATEST), event.as_bytes(), then);
    }

    /// Saves now, as when the tab is hidden.
    pub fn save(self) {
        self.core.get_value().save();
    }

    /// What this browser offers.
    pub fn host(self) -> Host {
        self.host
    }

    /// Notices that the user has not dismissed.
    pub fn notices(self) -> RwSignal<Vec<Notice>> {
        self.notices
    }

    /// Tells the user something.
    pub fn notify(self, notice: Notice) {
        self.core.get_value().notify(notice);
    }

    /// Reads the session as it is at the playhead; the reader is run again when it changes.
    pub fn read<T>(self, reader: impl FnOnce(Reading<'_>) -> T) -> T {
        self.track();
        self.read_untracked(reader)
    }

    /// Reads the session once.
    pub fn read_untracked<T>(self, reader: impl FnOnce(Reading<'_>) -> T) -> T {
        self.core.with_value(|core| core.read_now(reader))
    }

    /// A reading that is kept, and compared before anything is drawn again.
    pub fn memo<T: Clone + PartialEq + Send + Sync + 'static>(
        self,
        reader: impl Fn(Reading<'_>) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        self.boxed_memo(Box::new(reader))
    }

    /// Without the reader's own type, memos of one value are one piece of code: the page is smaller.
    fn boxed_memo<T: Clone + PartialEq + Send + Sync + 'static>(
        self,
        reader: Reader<T>,
    ) -> Memo<T> {
        Memo::new(move |_| self.read(&reader))
    }
}

type Reader<T> = Box<dyn Fn(Reading<'_>) -> T + Send + Sync>;

impl Core {
    fn notify(&self, notice: Notice) {
        self.notices.update(|notices| {
            notices.retain(|old| old.text != notice.text);
            notices.push(notice);
            let surplus = notices.len().saturating_sub(4);
            notices.drain(..surplus);
        });
    }
}
