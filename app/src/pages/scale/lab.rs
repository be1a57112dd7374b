//! What the page knows: the scenario's text, the run, and what it came to.

use super::form::FormDesk;
use super::result::ResultPanel;
use super::scenario::ScenarioPanel;
use super::shipped::{self, Shipped};
use super::sweep::SweepPanel;
use super::versus::SidesPanel;
use crate::app::use_session;
use crate::browser::files;
use crate::browser::simulations::{self, Run};
use crate::pages::fargate::ServicePanels;
use crate::session::{Notice, PRICES, Session};
use leptos::prelude::*;
use leptos::task::spawn_local;
use runtime_core::simulator::fargate::ServiceSoFar;
use runtime_core::simulator::{Refusal, RunNews, RunOrder, Sides, SoFar};
use std::sync::Arc;

/// Where a run stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::pages) enum LabState {
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
pub(in crate::pages) struct Shown {
    /// Which of the page's runs it is of.
    pub(in crate::pages) run: u64,
    pub(in crate::pages) result: CameTo,
    pub(in crate::pages) stage: Stage,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pages) enum Stage {
    /// On its way.
    Going,
    /// Ended by the visitor.
    Stopped,
    /// At its end.
    Ended,
}

/// Of which kind a run was.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::pages) enum CameTo {
    Functions(Box<SoFar>),
    Service(Box<ServiceSoFar>),
    Sides(Box<Sides>),
}

impl Shown {
    /// Of functions.
    pub(in crate::pages) fn functions(&self) -> Option<&SoFar> {
        match &self.result {
            CameTo::Functions(it) => Some(it),
            CameTo::Service(_) | CameTo::Sides(_) => None,
        }
    }

    /// Of a service.
    pub(in crate::pages) fn service(&self) -> Option<&ServiceSoFar> {
        match &self.result {
            CameTo::Service(it) => Some(it),
            CameTo::Functions(_) | CameTo::Sides(_) => None,
        }
    }

    /// Of a function beside a service.
    pub(super) fn sides(&self) -> Option<&Sides> {
        match &self.result {
            CameTo::Sides(it) => Some(it),
            CameTo::Functions(_) | CameTo::Service(_) => None,
        }
    }
}

/// The page's state.
#[derive(Clone, Copy)]
pub(in crate::pages) struct Lab {
    /// What can be chosen.
    pub(super) shipped: &'static [Shipped],
    /// Services can come from templates.
    pub(super) takes_templates: bool,
    /// Place among them.
    pub(super) chosen: RwSignal<usize>,
    /// What came along under that name; nothing until it is fetched.
    pub(super) original: RwSignal<Option<String>>,
    /// What is to be run.
    pub(super) text: RwSignal<String>,
    pub(in crate::pages) state: RwSignal<LabState>,
    /// The last run that came to something; a later one that cannot begin takes nothing of it away.
    pub(in crate::pages) shown: RwSignal<Option<Arc<Shown>>>,
    /// What a form shows of the text.
    pub(super) form: FormDesk,
    session: Session,
    run: StoredValue<Option<Run>, LocalStorage>,
    /// How many runs were asked for: news of earlier ones are old.
    asked: StoredValue<u64>,
}

/// A scenario, and what comes of it: of functions, of a service or of both, whatever the text describes.
#[component]
pub(in crate::pages) fn LabDesk(
    /// The page's name.
    title: &'static str,
    /// What can be chosen.
    shipped: &'static [Shipped],
    /// What is shown before the first run.
    before: fn(Lab) -> AnyView,
    /// Services can come from templates.
    #[prop(optional)]
    takes_templates: bool,
) -> impl IntoView {
    let lab = Lab {
        shipped,
        takes_templates,
        chosen: RwSignal::new(0),
        original: RwSignal::new(None),
        text: RwSignal::new(String::new()),
        state: RwSignal::default(),
        shown: RwSignal::new(None),
        form: FormDesk::new(),
        session: use_session(),
        run: StoredValue::new_local(None),
        asked: StoredValue::new(0),
    };
    lab.choose(0);
    let kind = Memo::new(move |_| {
        let shown = lab.shown.get();
        shown.map(|it| std::mem::discriminant(&it.result))
    });
    view! {
        <div class="scale-desk">
            <h1 class="visually-hidden">{title}</h1>
            <ScenarioPanel lab />
            {move || {
                // Read, not only tracked: what a memo depends on is known once it was read.
                let _ = kind.get();
                match lab.shown.get_untracked().as_ref().map(|it| &it.result) {
                    None => before(lab),
                    Some(CameTo::Functions(_)) => view! { <ResultPanel lab /> }.into_any(),
                    Some(CameTo::Service(_)) => view! { <ServicePanels lab /> }.into_any(),
                    Some(CameTo::Sides(_)) => view! { <SidesPanel lab /> }.into_any(),
                }
            }}
        </div>
        <SweepPanel lab />
    }
}

impl Lab {
    /// Takes a shipped scenario, with what the visitor made of it.
    pub(super) fn choose(self, place: usize) {
        let Some((file, _)) = self.shipped.get(place) else {
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
                    self.read_text();
                    if self.state.with_untracked(|it| *it != LabState::Going) {
                        self.state.set(LabState::Idle);
                    }
                }
                // A run that is on its way goes on.
                Err(reason) => self.session.notify(Notice::error(
                    format!("The scenario could not be fetched: {reason}."),
                    "Choose it again.",
                )),
            }
        });
    }

    /// The visitor wrote.
    pub(super) fn write(self, text: String) {
        self.put(text);
        self.read_text();
    }

    /// The text is this now.
    pub(super) fn put(self, text: String) {
        let file = self.shipped.get(self.chosen.get_untracked());
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
                simulations::run(order, move |news| self.hear(asked, news)).await
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
        self.shown.update(|shown| {
            if let Some(shown) = shown
                && shown.stage == Stage::Going
            {
                Arc::make_mut(shown).stage = Stage::Stopped;
            }
        });
    }

    fn hear(self, asked: u64, news: Result<RunNews, String>) {
        if self.asked.try_get_value() != Some(asked) {
            return;
        }
        let show = |result, stage| {
            self.shown.set(Some(Arc::new(Shown {
                run: asked,
                result,
                stage,
            })));
        };
        let state = match news {
            Ok(RunNews::Going(it)) => return show(CameTo::Functions(it), Stage::Going),
            Ok(RunNews::ServiceGoing(it)) => return show(CameTo::Service(it), Stage::Going),
            Ok(RunNews::Ended(it)) => {
                show(CameTo::Functions(it), Stage::Ended);
                LabState::Idle
            }
            Ok(RunNews::ServiceEnded(it)) => {
                show(CameTo::Service(it), Stage::Ended);
                LabState::Idle
            }
            Ok(RunNews::SidesEnded(it)) => {
                show(CameTo::Sides(it), Stage::Ended);
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
