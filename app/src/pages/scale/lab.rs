//! What the page knows: the scenario's text, the run, and what it came to.

use super::result::ResultPanel;
use super::scenario::ScenarioPanel;
use super::shipped::{self, SHIPPED};
use crate::browser::files;
use crate::browser::simulations::{self, Run};
use crate::session::PRICES;
use leptos::prelude::*;
use leptos::task::spawn_local;
use runtime_core::simulator::{Refusal, RunNews, RunOrder, SoFar};
use std::sync::Arc;

/// Where a run stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum LabState {
    /// Nothing runs.
    #[default]
    Idle,
    /// A run is on its way.
    Going,
    /// The text cannot be run.
    Refused(Refusal),
    /// It is so much that it has to be asked for.
    TooMuch { requests: f64, seconds: f64 },
    /// Something of ours failed: why.
    Broken(String),
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    pub(super) so_far: SoFar,
    /// Whether it ran to its end.
    pub(super) whole: bool,
}

/// The page's state.
#[derive(Clone, Copy)]
pub(super) struct Lab {
    /// Place among the shipped scenarios.
    pub(super) chosen: RwSignal<usize>,
    /// What came along under that name; nothing until it is fetched.
    pub(super) original: RwSignal<Option<String>>,
    /// What is to be run.
    pub(super) text: RwSignal<String>,
    pub(super) state: RwSignal<LabState>,
    /// The last run that came to something; a later one that cannot begin takes nothing of it away.
    pub(super) shown: RwSignal<Option<Arc<Shown>>>,
    run: StoredValue<Option<Run>, LocalStorage>,
    /// How many runs were asked for: news of earlier ones are old.
    asked: StoredValue<u64>,
}

/// The panels.
#[component]
pub(super) fn ScaleLab() -> impl IntoView {
    let lab = Lab {
        chosen: RwSignal::new(0),
        original: RwSignal::new(None),
        text: RwSignal::new(String::new()),
        state: RwSignal::default(),
        shown: RwSignal::new(None),
        run: StoredValue::new_local(None),
        asked: StoredValue::new(0),
    };
    lab.choose(0);
    view! {
        <div class="scale-desk">
            <h1 class="visually-hidden">"Scale lab"</h1>
            <ScenarioPanel lab />
            <ResultPanel lab />
        </div>
    }
}

impl Lab {
    /// Takes a shipped scenario, with what the visitor made of it.
    pub(super) fn choose(self, place: usize) {
        let Some((file, _)) = SHIPPED.get(place) else {
            return;
        };
        self.chosen.set(place);
        self.original.set(None);
        spawn_local(async move {
            let original = shipped::original(file).await;
            // Another one may have been chosen meanwhile.
            if self.chosen.try_get_untracked() != Some(place) {
                return;
            }
            match original {
                Ok(original) => {
                    let text = shipped::edited(file).unwrap_or_else(|| original.clone());
                    self.text.set(text);
                    self.original.set(Some(original));
                    if self.state.with_untracked(|it| *it != LabState::Going) {
                        self.state.set(LabState::Idle);
                    }
                }
                Err(reason) => self.state.set(LabState::Broken(format!(
                    "The scenario could not be fetched: {reason}."
                ))),
            }
        });
    }

    /// The visitor wrote.
    pub(super) fn write(self, text: String) {
        let file = SHIPPED.get(self.chosen.get_untracked());
        self.original.with_untracked(|original| {
            if let (Some((file, _)), Some(original)) = (file, original) {
                shipped::keep(file, &text, original);
            }
        });
        self.text.set(text);
    }

    /// Back to what came along.
    pub(super) fn reset(self) {
        if let Some(original) = self.original.get_untracked() {
            self.write(original);
        }
    }

    /// Runs what is written; what ran before is ended.
    pub(super) fn begin(self, however_large: bool) {
        self.stop();
        self.state.set(LabState::Going);
        let asked = self.asked.get_value();
        let text = self.text.get_untracked();
        spawn_local(async move {
            let run = async {
                let prices = files::fetch(PRICES).await?;
                let prices = String::from_utf8(prices).map_err(|error| error.to_string())?;
                let order = RunOrder {
                    text,
                    prices,
                    however_large,
                };
                simulations::run(&order, move |news| self.hear(asked, news)).await
            };
            let run = run.await;
            if self.asked.try_get_value() != Some(asked) {
                return;
            }
            match run {
                Ok(run) => self.run.set_value(Some(run)),
                Err(reason) => self.hear(asked, Err(reason)),
            }
        });
    }

    /// Ends the run; what it came to stays.
    pub(super) fn stop(self) {
        self.asked.update_value(|asked| *asked += 1);
        self.run.set_value(None);
        self.state.set(LabState::Idle);
    }

    fn hear(self, asked: u64, news: Result<RunNews, String>) {
        if self.asked.try_get_value() != Some(asked) {
            return;
        }
        let show = |so_far: SoFar, whole| self.shown.set(Some(Arc::new(Shown { so_far, whole })));
        let state = match news {
            Ok(RunNews::Going(so_far)) => {
                show(*so_far, false);
                return;
            }
            Ok(RunNews::Ended(so_far)) => {
                show(*so_far, true);
                LabState::Idle
            }
            Ok(RunNews::Refused(refusal)) => LabState::Refused(refusal),
            Ok(RunNews::TooMuch { requests, seconds }) => LabState::TooMuch { requests, seconds },
            Err(reason) => LabState::Broken(format!("The simulation failed: {reason}.")),
        };
        self.stop();
        self.state.set(state);
    }
}
