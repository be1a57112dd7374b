//! Saving as the session goes on, and restoring it after a reload or a crash of the tab.

use super::clock::SessionClock;
use super::deployment::Package;
use super::state::{Notice, State};
use super::workspace::{Document, WorkspaceFile, in_order};
use super::{Core, Storage};
use crate::browser::database::{Database, Record, Store};
use crate::browser::{clock, files, timer};
use runtime_core::platform::{Input, Out, Platform};
use runtime_core::timeline::{Entry, LifecycleEvent, Payloads, SessionMeta, Timeline};
use runtime_core::units::{Moment, PackageId, Span};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How long a change may stay unsaved: what a crash of the tab can lose.
const SAVE_DELAY: Span = Span::from_millis(300);

/// How much of the session is in the database.
#[derive(Default)]
pub(super) struct Saved {
    entries: usize,
    payloads: usize,
    packages: Option<PackageId>,
    document: Vec<u8>,
    chunks: u32,
    asked: bool,
    saving: bool,
    /// The stores hold another session: empty them with the next save.
    stale: bool,
    warned: bool,
    /// Counts the sessions that were begun in this tab: a save of an earlier one says nothing
    /// about this one.
    session: u32,
}

impl Saved {
    /// Nothing of the session that begins now is saved, and the stores hold another one.
    fn nothing(&self) -> Self {
        Saved {
            asked: self.asked,
            saving: self.saving,
            stale: true,
            session: self.session + 1,
            ..Saved::default()
        }
    }
}

/// What one save is about to write, and how much will be saved then.
struct Batch {
    clear: Vec<Store>,
    records: Vec<Record>,
    saved: Saved,
}

impl Core {
    /// Saves soon; many changes make one save.
    pub(super) fn save_soon(&self) {
        let mut state = self.state.borrow_mut();
        if !state.saved.asked {
            state.saved.asked = true;
            let session = self.clone();
            timer::after(SAVE_DELAY, move || session.save());
        }
    }

    /// Saves now, as when the tab is hidden.
    pub(super) fn save(&self) {
        let (database, batch) = {
            let mut state = self.state.borrow_mut();
            state.saved.asked = false;
            let Storage::Open(database) = &state.storage else {
                return;
            };
            if state.saved.saving {
                drop(state);
                return self.save_soon();
            }
            let database = database.clone();
            let Some(batch) = state.batch() else {
                return;
            };
            state.saved.saving = true;
            (database, batch)
        };
        let session = self.clone();
        spawn_local(async move {
            let written = database.write(&batch.clear, &batch.records).await;
            let mut state = session.state.borrow_mut();
            state.saved.saving = false;
            match written {
                Ok(()) if state.saved.session == batch.saved.session => {
                    state.saved = Saved {
                        asked: state.saved.asked,
                        ..batch.saved
                    };
                }
                Ok(()) => {}
                Err(reason) => {
                    let warned = std::mem::replace(&mut state.saved.warned, true);
                    drop(state);
                    if !warned {
                        session.notify(unsaved(&reason));
                    }
                }
            }
        });
    }

    /// Opens the database and takes up what an earlier visit left.
    pub(super) fn spawn_restore(&self) {
        let session = self.clone();
        spawn_local(async move {
            match session.restore().await {
                Ok(restored) => {
                    session.load_site_data().await;
                    if !restored {
                        session.first_visit();
                    }
                }
                Err(reason) => {
                    session.state.borrow_mut().storage = Storage::Unavailable;
                    session.notify(unsaved(&reason));
                    session.load_site_data().await;
                    session.first_visit();
                }
            }
            session.load_program();
            session.changed();
        });
    }

    /// On the first visit there is one function to invoke right away.
    fn first_visit(&self) {
        let unused = self.state.borrow().platform.functions().next().is_none();
        let first = self
            .state
            .borrow()
            .samples
            .iter()
            .position(|it| it.name == FIRST_SAMPLE);
        if let Some(index) = first.filter(|_| unused) {
            self.deploy_sample(index);
        }
    }

    async fn restore(&self) -> Result<bool, String> {
        let database = Rc::new(Database::open().await?);
        let document = database.read(Store::Workspace).await?;
        let packages = database.read(Store::Packages).await?;
        let timeline = database.read(Store::Timeline).await?;
        let payloads = database.read(Store::Payloads).await?;
        let mut state = self.state.borrow_mut();
        state.storage = Storage::Open(database);
        let Some((_, document)) = document.into_iter().next() else {
            return Ok(false);
        };
        let chunks = timeline.last().map_or(0, |(key, _)| key + 1);
        let mut damaged = 0;
        let mut entries: Vec<Entry> = Vec::new();
        for (_, chunk) in timeline {
            match serde_json::from_slice::<Vec<Entry>>(&chunk) {
                Ok(chunk) => entries.extend(chunk),
                Err(_) => damaged += 1,
            }
        }
        let mut restored = Restored {
            document: serde_json::from_slice(&document).unwrap_or_default(),
            timeline: in_order(entries),
            payloads: Payloads::default(),
            packages: BTreeMap::new(),
        };
        for (_, bytes) in payloads {
            restored.payloads.add(bytes);
        }
        for (key, record) in packages {
            match Package::from_record(&record) {
                Some(package) => {
                    restored.packages.insert(PackageId(key), package);
                }
                None => damaged += 1,
            }
        }
        state.saved = Saved {
            entries: restored.timeline.entries().len(),
            payloads: restored.payloads.items().len(),
            packages: restored.packages.last_key_value().map(|(id, _)| *id),
            document,
            chunks,
            ..Saved::default()
        };
        state.take_up(restored);
        self.view.borrow_mut().forget();
        drop(state);
        self.changed();
        self.save_soon();
        if damaged > 0 {
            self.notify(Notice::error(
                format!("{damaged} saved parts of the last session could not be read."),
                "Everything else was restored.",
            ));
        }
        Ok(true)
    }

    pub(super) fn clear_timeline(&self) {
        let functions: Vec<_> = {
            let mut state = self.state.borrow_mut();
            let functions = state
                .platform
                .functions()
                .map(|(id, configuration)| (id, Box::new(configuration.clone())))
                .collect();
            let account = (
                state.platform.account_concurrency(),
                state.platform.idle_expiry(),
            );
            state.halt();
            state.begin(account);
            self.view.borrow_mut().forget();
            functions
        };
        for (function, configuration) in functions {
            self.input(Input::ConfigureFunction {
                function,
                configuration,
            });
        }
        self.changed();
        self.save_soon();
    }

    pub(super) fn export(&self) {
        let json = WorkspaceFile::of(&self.state.borrow()).to_json();
        if let Err(reason) = files::download("coldstart-workspace.json", "application/json", &json)
        {
            self.notify(Notice::error(
                format!("The file could not be made: {reason}."),
                "Try again.",
            ));
        }
    }

    /// Replaces the workspace by a file's. Nothing is changed before the whole file was checked:
    /// modules are inspected as if they were uploaded.
    pub(super) fn import(&self, bytes: Vec<u8>) {
        let session = self.clone();
        spawn_local(async move {
            match session.read_workspace(&bytes).await {
                Ok(restored) => {
                    let mut state = session.state.borrow_mut();
                    state.halt();
                    state.saved = state.saved.nothing();
                    state.take_up(restored);
                    session.view.borrow_mut().forget();
                    drop(state);
                    session.notify(Notice::info("The workspace was imported.", ""));
                    session.changed();
                    session.save_soon();
                }
                Err(notice) => session.notify(notice),
            }
        });
    }

    async fn read_workspace(&self, bytes: &[u8]) -> Result<Restored, Notice> {
        let refuse = |error: super::workspace::WorkspaceError| {
            Notice::error(error.to_string(), error.hint())
        };
        let file = WorkspaceFile::parse(bytes).map_err(refuse)?;
        let payloads = file.payloads().map_err(refuse)?;
        let inspector = self.state.borrow().inspector.clone();
        let mut packages = BTreeMap::new();
        for package in &file.packages {
            let wasm = package.bytes().map_err(refuse)?;
            let file_name = package.file_name.clone();
            let module = inspector
                .inspect(file_name.clone(), wasm)
                .await
                .map_err(|refusal| {
                    let text = format!("{file_name} in this workspace file: {}", refusal.cause);
                    Notice::error(text, refusal.hint)
                })?;
            packages.insert(package.id, Package { file_name, module });
        }
        Ok(Restored {
            document: file.document,
            timeline: file.timeline,
            payloads,
            packages,
        })
    }
}

/// The sample that the first visit finds.
const FIRST_SAMPLE: &str = "greeting";

/// A session from a database or a file.
struct Restored {
    document: Document,
    timeline: Timeline,
    payloads: Payloads,
    packages: BTreeMap<PackageId, Package>,
}

impl State {
    /// What has changed since the last save.
    fn batch(&self) -> Option<Batch> {
        let mut clear = Vec::new();
        if self.saved.stale {
            clear.extend([Store::Timeline, Store::Payloads, Store::Packages]);
        }
        let mut records = Vec::new();
        let entries =
            &self.timeline.entries()[self.saved.entries.min(self.timeline.entries().len())..];
        let mut chunks = self.saved.chunks;
        if !entries.is_empty() {
            let bytes = serde_json::to_vec(entries).unwrap_or_default();
            records.push(Record {
                store: Store::Timeline,
                key: chunks,
                bytes,
            });
            chunks += 1;
        }
        for (key, bytes) in self
            .payloads
            .items()
            .iter()
            .enumerate()
            .skip(self.saved.payloads)
        {
            let (store, key) = (Store::Payloads, key as u32);
            records.push(Record {
                store,
                key,
                bytes: bytes.to_vec(),
            });
        }
        for (id, package) in &self.packages {
            if self.saved.packages.is_none_or(|saved| *id > saved) {
                let (store, key) = (Store::Packages, id.0);
                records.push(Record {
                    store,
                    key,
                    bytes: package.to_record(),
                });
            }
        }
        let document = serde_json::to_vec(&self.document()).unwrap_or_default();
        if document != self.saved.document {
            records.push(Record {
                store: Store::Workspace,
                key: 0,
                bytes: document.clone(),
            });
        }
        let saved = Saved {
            entries: self.timeline.entries().len(),
            payloads: self.payloads.items().len(),
            packages: self.packages.last_key_value().map(|(id, _)| *id),
            document,
            chunks,
            session: self.saved.session,
            ..Saved::default()
        };
        (!records.is_empty() || !clear.is_empty()).then_some(Batch {
            clear,
            records,
            saved,
        })
    }

    /// Makes a restored session this one; what its tab left open is closed.
    fn take_up(&mut self, restored: Restored) {
        let Restored {
            document,
            timeline,
            payloads,
            packages,
        } = restored;
        let meta = timeline
            .entries()
            .iter()
            .find_map(|entry| match entry.event {
                LifecycleEvent::SessionOpened(meta) => Some(meta),
                _ => None,
            });
        let mut out = Out::default();
        self.platform = Platform::reopen(&timeline, &mut out);
        self.timeline = timeline;
        let end = self.timeline.end();
        for fact in out.facts {
            self.timeline.push(end, fact);
        }
        match meta {
            Some(meta) => self.meta = meta,
            None => self
                .timeline
                .push(end, LifecycleEvent::SessionOpened(self.meta)),
        }
        self.payloads = payloads;
        self.packages = packages;
        self.clock = SessionClock::from(end);
        self.selected_request = None;
        self.playhead = None;
        self.take_document(document);
    }

    /// A new timeline; the platform begins again with the same limits.
    fn begin(&mut self, (concurrency, idle_expiry): (u32, Span)) {
        self.meta = SessionMeta {
            seed: clock::random_seed(),
            unix_millis: clock::unix_millis(),
        };
        self.timeline = Timeline::default();
        self.timeline
            .push(Moment::START, LifecycleEvent::SessionOpened(self.meta));
        self.payloads = Payloads::default();
        self.platform = Platform::default();
        let mut out = Out::default();
        let account = Input::ConfigureAccount {
            concurrency,
            idle_expiry,
        };
        self.platform.handle(Moment::START, account, &mut out);
        for fact in out.facts {
            self.timeline.push(Moment::START, fact);
        }
        self.clock = SessionClock::from(Moment::START);
        self.selected_request = None;
        self.playhead = None;
        self.saved = self.saved.nothing();
    }
}

fn unsaved(reason: &str) -> Notice {
    Notice::error(
        format!("This session is not being saved: {reason}."),
        "It goes on as long as the tab is open. Use Export to keep it as a file, or free storage for this site.",
    )
}
