//! A session from the database's records or a workspace file becomes this one.

use super::super::Core;
use super::super::clock::SessionClock;
use super::super::deployment::Package;
use super::super::state::{Notice, State};
use super::workspace::{Document, WorkspaceFile};
use super::{Records, Saved, runs};
use crate::browser::clock;
use runtime_core::platform::{Effect, Out, Platform, StreamKeeper};
use runtime_core::timeline::{Entry, LifecycleEvent, Payloads, SessionMeta, Timeline};
use runtime_core::units::OrderedMap;
use runtime_core::units::{Moment, PackageId};
use runtime_core::workspace::{WorkspaceError, in_order};

/// A session from a database or a file.
struct Restored {
    document: Document,
    timeline: Timeline,
    payloads: Payloads,
    packages: OrderedMap<PackageId, Package>,
}

impl Core {
    /// Takes up what an earlier visit left; returns how many records could not be read.
    pub(super) fn take_up_records(&self, records: Records) -> usize {
        let chunks = records.timeline.last().map_or(0, |(key, _)| key + 1);
        let mut damaged = 0;
        let mut entries: Vec<Entry> = Vec::new();
        for (_, chunk) in records.timeline {
            match serde_json::from_slice::<Vec<Entry>>(&chunk) {
                Ok(chunk) => entries.extend(chunk),
                Err(_) => damaged += 1,
            }
        }
        let mut restored = Restored {
            document: serde_json::from_slice(&records.document).unwrap_or_default(),
            timeline: in_order(entries),
            payloads: Payloads::default(),
            packages: OrderedMap::new(),
        };
        let (payloads, damaged_runs) = runs::unpacked(&records.payloads);
        damaged += damaged_runs;
        for payload in payloads {
            restored.payloads.add(payload);
        }
        for (key, record) in records.packages {
            match Package::from_record(&record) {
                Some(package) => {
                    restored.packages.insert(PackageId(key), package);
                }
                None => damaged += 1,
            }
        }
        let mut state = self.state.borrow_mut();
        state.saved = Saved {
            entries: restored.timeline.entries().len(),
            payloads: restored.payloads.items().len(),
            packages: restored.packages.last_key_value().map(|(id, _)| *id),
            document: records.document,
            chunks,
            ..Saved::default()
        };
        let effects = state.take_up(restored);
        drop(state);
        self.view.borrow_mut().forget();
        self.begin_with(effects);
        damaged
    }

    /// Replaces the workspace by a file's. Nothing is changed before the whole file was checked:
    /// modules are inspected as if they were uploaded.
    pub(super) async fn take_up_file(&self, bytes: &[u8]) -> Result<(), Notice> {
        let restored = self.read_workspace(bytes).await?;
        let mut state = self.state.borrow_mut();
        state.halt();
        state.saved = state.saved.nothing();
        let effects = state.take_up(restored);
        drop(state);
        self.view.borrow_mut().forget();
        self.begin_with(effects);
        Ok(())
    }

    /// Forgets the timeline; what is set up stays.
    pub(super) fn begin_anew(&self) {
        let effects = {
            let mut state = self.state.borrow_mut();
            state.halt();
            let effects = state.begin_anew();
            self.view.borrow_mut().forget();
            effects
        };
        self.begin_with(effects);
    }

    /// What a session that was taken up asks for at once.
    fn begin_with(&self, effects: Vec<Effect>) {
        let now = self.state.borrow().now();
        for effect in effects {
            self.carry_out(now, effect);
        }
    }

    async fn read_workspace(&self, bytes: &[u8]) -> Result<Restored, Notice> {
        let refuse = |error: WorkspaceError| Notice::error(error.to_string(), error.hint());
        let file = WorkspaceFile::parse(bytes).map_err(refuse)?;
        let payloads = file.payloads().map_err(refuse)?;
        let inspector = self.state.borrow().inspector.clone();
        let mut packages = OrderedMap::new();
        for package in &file.packages {
            let files = package.files().map_err(refuse)?;
            let file_name = package.file_name.clone();
            let content = inspector
                .inspect_files(files, package.source)
                .await
                .map_err(|refusal| {
                    let text = format!("{file_name} in this workspace file: {}", refusal.cause);
                    Notice::error(text, refusal.hint)
                })?;
            packages.insert(package.id, Package { file_name, content });
        }
        Ok(Restored {
            document: file.document,
            timeline: file.timeline,
            payloads,
            packages,
        })
    }
}

/// A platform without anything in it, which can have streams: their code comes with this part.
fn unused() -> Platform {
    let mut platform = Platform::default();
    platform.keep_streams(StreamKeeper::code());
    platform
}

impl State {
    /// Makes a restored session this one; what its tab left open is closed.
    fn take_up(&mut self, restored: Restored) -> Vec<Effect> {
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
        self.platform = unused().reopened(&timeline, &mut out);
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
        out.effects
    }

    /// A new timeline, which begins with what is set up now.
    fn begin_anew(&mut self) -> Vec<Effect> {
        self.meta = SessionMeta {
            seed: clock::random_seed(),
            unix_millis: clock::unix_millis(),
        };
        self.timeline = Timeline::default();
        self.timeline
            .push(Moment::START, LifecycleEvent::SessionOpened(self.meta));
        for fact in self.platform.set_up() {
            self.timeline.push(Moment::START, fact);
        }
        self.payloads = Payloads::default();
        self.registry.forget_timeline();
        let mut out = Out::default();
        self.platform = unused().reopened(&self.timeline, &mut out);
        for fact in out.facts {
            self.timeline.push(Moment::START, fact);
        }
        self.clock = SessionClock::from(Moment::START);
        self.selected_request = None;
        self.playhead = None;
        self.saved = self.saved.nothing();
        out.effects
    }
}
