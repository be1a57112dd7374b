//! One worker that runs what was asked for last: what is asked meanwhile waits, and only the newest of it.

use super::choices::Choices;
use crate::browser::files;
use crate::browser::simulations::{self, Run};
use crate::session::PRICES;
use leptos::prelude::*;
use leptos::task::spawn_local;
use runtime_core::simulator::{RunNews, RunOrder, Sides};
use std::sync::Arc;

/// Why there is nothing newer than what is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum DeskState {
    #[default]
    Fine,
    Wrong {
        cause: String,
        hint: String,
    },
}

/// The worker.
#[derive(Default)]
enum Worker {
    /// Nobody has asked yet, or it broke.
    #[default]
    None,
    /// It is being started, with its prices.
    Coming,
    There {
        run: Run,
        prices: String,
        busy: bool,
    },
}

/// What is asked for, and what it came to last.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) choices: RwSignal<Choices>,
    pub(super) state: RwSignal<DeskState>,
    pub(super) shown: RwSignal<Option<Arc<Sides>>>,
    worker: StoredValue<Worker, LocalStorage>,
    /// Something was asked for that the worker has not been told yet.
    waiting: StoredValue<bool>,
}

impl Desk {
    /// One that runs the default.
    pub(super) fn new() -> Self {
        let desk = Desk {
            choices: RwSignal::new(Choices::default()),
            state: RwSignal::default(),
            shown: RwSignal::new(None),
            worker: StoredValue::new_local(Worker::None),
            waiting: StoredValue::new(false),
        };
        desk.ask();
        desk
    }

    /// Something else is compared.
    pub(super) fn change(self, change: impl FnOnce(&mut Choices)) {
        self.choices.update(change);
        self.ask();
    }

    /// Runs what is chosen.
    pub(super) fn ask(self) {
        self.waiting.set_value(true);
        let is_none = self.worker.with_value(|it| matches!(it, Worker::None));
        match is_none {
            true => self.start(),
            false => self.tell(),
        }
    }

    fn start(self) {
        self.worker.set_value(Worker::Coming);
        spawn_local(async move {
            let begun = async {
                let prices = files::fetch(PRICES).await?;
                let prices = String::from_utf8(prices).map_err(|error| error.to_string())?;
                self.waiting.try_set_value(false);
                let order = self.order(&prices);
                let run = simulations::run(order, move |news| self.hear(news)).await?;
                Ok::<_, String>(Worker::There {
                    run,
                    prices,
                    busy: true,
                })
            };
            match begun.await {
                // The page may have been left meanwhile: then the worker ends here.
                Ok(worker) => drop(self.worker.try_set_value(worker)),
                Err(reason) => self.hear(Err(reason)),
            }
        });
    }

    fn order(self, prices: &str) -> RunOrder {
        let text = self.choices.try_with_untracked(Choices::text);
        RunOrder {
            text: text.unwrap_or_default(),
            prices: prices.to_owned(),
            however_large: false,
        }
    }

    /// Tells the worker what waits, if it has nothing to do.
    fn tell(self) {
        let told = self.worker.try_update_value(|worker| match worker {
            Worker::There { run, prices, busy } if !*busy && self.waiting.get_value() => {
                self.waiting.set_value(false);
                *busy = true;
                run.next(self.order(prices))
            }
            _ => Ok(()),
        });
        if let Some(Err(reason)) = told {
            self.hear(Err(reason));
        }
    }

    fn hear(self, news: Result<RunNews, String>) {
        let state = match news {
            Ok(RunNews::SidesEnded(sides)) => {
                // The page may have been left meanwhile.
                let _ = self.shown.try_set(Some(Arc::new(*sides)));
                DeskState::Fine
            }
            Ok(RunNews::Refused(it)) => DeskState::Wrong {
                cause: it.cause,
                hint: it.hint,
            },
            Ok(_) => DeskState::Wrong {
                cause: "The simulation said something else than what it came to.".to_owned(),
                hint: "Load the page again.".to_owned(),
            },
            Err(reason) => {
                let _ = self.worker.try_set_value(Worker::None);
                DeskState::Wrong {
                    cause: format!("The simulation failed: {reason}."),
                    hint: "Try again; if it stays so, load the page again.".to_owned(),
                }
            }
        };
        let _ = self.state.try_set(state);
        let _ = self.worker.try_update_value(|worker| {
            if let Worker::There { busy, .. } = worker {
                *busy = false;
            }
        });
        self.tell();
    }
}
