//! Saving as the session goes on, and restoring it after a reload or a crash of the tab.
//!
//! ```text
//! mod        when: soon after a change, when the tab is hidden, at the start
//! part       what is fetched once the page can be used: everything below
//! saving     what has changed since the last save
//! restoring  a session from records or a file becomes this one
//! runs       payloads as records
//! workspace  the workspace file, and the texts of records
//! template   the session as a SAM template: a part of its own
//! ```

mod part;
mod restoring;
mod runs;
mod saving;
mod template;
mod workspace;

use super::Core;
use super::state::Notice;
use crate::browser::database::{Database, Record, Store};
use crate::browser::{files, timer};
use runtime_core::units::{PackageId, Span};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// How long a change may stay unsaved: what a crash of the tab can lose.
const SAVE_DELAY: Span = Span::from_millis(300);

/// The sample that the first visit finds.
const FIRST_SAMPLE: &str = "greeting";

/// The database, once it is open; without one the session lives in memory only.
#[derive(Default)]
pub(super) enum Storage {
    #[default]
    Opening,
    Open(Rc<Database>),
    Unavailable,
}

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
}

impl Saved {
    /// Nothing of the session that begins now is saved, and the stores hold another one.
    fn nothing(&self) -> Self {
        Saved {
            asked: self.asked,
            saving: self.saving,
            stale: true,
            ..Saved::default()
        }
    }
}

/// What one save is about to write, and how much will be saved then.
struct Batch {
    clear: Vec<Store>,
    records: Vec<Record>,
    saved: Saved,
    /// The session that it is of.
    epoch: u32,
}

/// What an earlier visit left, as it lies in the stores.
struct Records {
    document: Vec<u8>,
    packages: Vec<(u32, Vec<u8>)>,
    timeline: Vec<(u32, Vec<u8>)>,
    payloads: Vec<(u32, Vec<u8>)>,
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
        let database = {
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
            state.saved.saving = true;
            database
        };
        let session = self.clone();
        spawn_local(async move {
            let written = session.write(&database).await;
            let mut state = session.state.borrow_mut();
            state.saved.saving = false;
            if let Err(reason) = written {
                let warned = std::mem::replace(&mut state.saved.warned, true);
                drop(state);
                if !warned {
                    session.notify(unsaved(&reason));
                }
            }
        });
    }

    async fn write(&self, database: &Database) -> Result<(), String> {
        let batch = part::batch(self.clone())
            .await
            .map_err(|_| missing_part())?;
        let Some(batch) = batch else {
            return Ok(());
        };
        database.write(&batch.clear, &batch.records).await?;
        let mut state = self.state.borrow_mut();
        // A save of an earlier session says nothing about this one.
        if state.epoch == batch.epoch {
            let asked = state.saved.asked;
            state.saved = Saved {
                asked,
                ..batch.saved
            };
        }
        Ok(())
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
            session.open_gateway().await;
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
        let Some((_, document)) = document.into_iter().next() else {
            self.state.borrow_mut().storage = Storage::Open(database);
            return Ok(false);
        };
        let records = Records {
            document,
            packages: database.read(Store::Packages).await?,
            timeline: database.read(Store::Timeline).await?,
            payloads: database.read(Store::Payloads).await?,
        };
        let damaged = part::restore(self.clone(), records)
            .await
            .map_err(|_| missing_part())?;
        self.state.borrow_mut().storage = Storage::Open(database);
        self.begun();
        if damaged > 0 {
            self.notify(Notice::error(
                format!("{damaged} saved parts of the last session could not be read."),
                "Everything else was restored.",
            ));
        }
        Ok(true)
    }

    pub(super) fn clear_timeline(&self) {
        let session = self.clone();
        spawn_local(async move {
            match part::begin_anew(session.clone()).await {
                Ok(()) => session.begun(),
                Err(_) => session.notify(Notice::error(
                    format!("The timeline could not be cleared: {}.", missing_part()),
                    "Try again. Your workspace is unchanged.",
                )),
            }
        });
    }

    /// Another session is this one now: shows it, saves it, and goes on with what waits in it.
    fn begun(&self) {
        self.changed();
        self.save_soon();
        self.go_on();
    }

    pub(super) fn export(&self) {
        let session = self.clone();
        spawn_local(async move {
            let json = part::export(session.clone()).await;
            let json = json.map_err(|_| missing_part());
            let made = json.and_then(|json| {
                files::download("coldstart-workspace.json", "application/json", &json)
            });
            if let Err(reason) = made {
                session.notify(Notice::error(
                    format!("The file could not be made: {reason}."),
                    "Try again.",
                ));
            }
        });
    }

    pub(super) fn export_template(&self) {
        let session = self.clone();
        spawn_local(async move {
            if template::export(session.clone()).await.is_err() {
                session.notify(Notice::error(
                    format!("The template could not be made: {}.", missing_part()),
                    "Try again.",
                ));
            }
        });
    }

    /// Replaces the workspace by a file's, or says why not.
    pub(super) fn import(&self, bytes: Vec<u8>) {
        let session = self.clone();
        spawn_local(async move {
            let imported = match part::import(session.clone(), bytes).await {
                Ok(importing) => importing.await,
                Err(_) => Err(Notice::error(
                    format!("The file could not be read: {}.", missing_part()),
                    "Try again. Your workspace is unchanged.",
                )),
            };
            match imported {
                Ok(()) => {
                    session.notify(Notice::info("The workspace was imported.", ""));
                    session.begun();
                }
                Err(notice) => session.notify(notice),
            }
        });
    }
}

fn missing_part() -> String {
    "the page's part for it could not be fetched".to_owned()
}

fn unsaved(reason: &str) -> Notice {
    Notice::error(
        format!("This session is not being saved: {reason}."),
        "It goes on as long as the tab is open. Use Export to keep it as a file, or free storage for this site.",
    )
}
