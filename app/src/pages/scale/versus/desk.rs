//! Two workers, one for each side, that run what was asked for last: what is asked meanwhile waits, and only the
//! newest of it.

use super::choices::Choices;
use crate::browser::files;
use crate::browser::simulations::{self, SideRunner};
use crate::session::PRICES;
use leptos::prelude::*;
use leptos::task::spawn_local;
use runtime_core::simulator::{Refusal, RunOrder, SideNews, SideOrder, SideRun, Sides, WhichSide};
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

/// The workers.
#[derive(Default)]
enum Workers {
    /// Nobody has asked yet, or one of them broke.
    #[default]
    None,
    /// They are being started, with their prices.
    Coming,
    There(Pair),
}

/// Both, and what they have answered.
struct Pair {
    lambda: SideRunner,
    fargate: SideRunner,
    prices: String,
    answers: Answers,
}

/// What two workers have said of what both were asked.
enum Answers {
    /// Nothing is asked.
    Idle,
    /// Neither has answered.
    Neither,
    /// One has: with a side, or that it cannot be run.
    One(Option<Box<SideRun>>),
}

/// What is asked for, and what it came to last.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) choices: RwSignal<Choices>,
    pub(super) state: RwSignal<DeskState>,
    pub(super) shown: RwSignal<Option<Arc<Sides>>>,
    workers: StoredValue<Workers, LocalStorage>,
    /// Something was asked for that the workers have not been told yet.
    waiting: StoredValue<bool>,
}

impl Desk {
    /// One that runs the default.
    pub(super) fn new() -> Self {
        let desk = Desk {
            choices: RwSignal::new(Choices::default()),
            state: RwSignal::default(),
            shown: RwSignal::new(None),
            workers: StoredValue::new_local(Workers::None),
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
        let is_none = self
            .workers
            .with_value(|workers| matches!(workers, Workers::None));
        match is_none {
            true => self.start(),
            false => self.tell(),
        }
    }

    fn start(self) {
        self.workers.set_value(Workers::Coming);
        spawn_local(async move {
            let begun = async {
                let prices = files::fetch(PRICES).await?;
                let prices = String::from_utf8(prices).map_err(|error| error.to_string())?;
                Ok::<_, String>(Workers::There(Pair {
                    lambda: simulations::sides(move |news| self.hear(news)).await?,
                    fargate: simulations::sides(move |news| self.hear(news)).await?,
                    prices,
                    answers: Answers::Idle,
                }))
            };
            match begun.await {
                // The page may have been left meanwhile: then the workers end here.
                Ok(workers) => {
                    drop(self.workers.try_set_value(workers));
                    self.tell();
                }
                Err(reason) => self.hear(Err(reason)),
            }
        });
    }

    /// Tells the workers what waits, if they have nothing to do.
    fn tell(self) {
        let told = self.workers.try_update_value(|workers| match workers {
            Workers::There(pair)
                if matches!(pair.answers, Answers::Idle) && self.waiting.get_value() =>
            {
                self.waiting.set_value(false);
                let text = self.choices.try_with_untracked(Choices::text);
                let run = RunOrder {
                    text: text.unwrap_or_default(),
                    prices: pair.prices.clone(),
                    however_large: false,
                };
                pair.ask(run)
            }
            _ => Ok(()),
        });
        if let Some(Err(reason)) = told {
            self.hear(Err(reason));
        }
    }

    fn hear(self, news: Result<SideNews, String>) {
        let (side, state) = match news {
            Ok(Ok(side)) => (Some(Box::new(side)), None),
            Ok(Err(Refusal { cause, hint, .. })) => (None, Some(DeskState::Wrong { cause, hint })),
            Err(reason) => {
                let _ = self.workers.try_set_value(Workers::None);
                let cause = format!("The simulation failed: {reason}.");
                let hint = "Try again; if it stays so, load the page again.".to_owned();
                (None, Some(DeskState::Wrong { cause, hint }))
            }
        };
        let both = self.workers.try_update_value(|workers| match workers {
            Workers::There(pair) => pair.answered(side),
            Workers::None | Workers::Coming => None,
        });
        // The page may have been left meanwhile.
        if let Some(sides) = both.flatten() {
            let _ = self.shown.try_set(Some(Arc::new(sides)));
            let _ = self.state.try_set(DeskState::Fine);
        }
        if let Some(state) = state {
            let _ = self.state.try_set(state);
        }
        self.tell();
    }
}

impl Pair {
    fn ask(&mut self, run: RunOrder) -> Result<(), String> {
        self.answers = Answers::Neither;
        let order = |which, run| SideOrder { which, run };
        self.lambda.run(order(WhichSide::Lambda, run.clone()))?;
        self.fargate.run(order(WhichSide::Fargate, run))
    }

    /// One of them has answered; both sides, if the other one had as well.
    fn answered(&mut self, side: Option<Box<SideRun>>) -> Option<Sides> {
        match std::mem::replace(&mut self.answers, Answers::Idle) {
            Answers::Idle => None,
            Answers::Neither => {
                self.answers = Answers::One(side);
                None
            }
            Answers::One(other) => Sides::of(*side?, *other?),
        }
    }
}
