//! What a run of a service came to.

use super::alarms::AlarmStrip;
use super::charts::Charts;
use super::log::Log;
use super::model;
use super::picture::ServicePicture;
use super::playhead::{Playhead, PlayheadBar};
use super::tasks::Tasks;
use crate::pages::scale::{FigureTable, Lab, Progress};
use leptos::prelude::*;
use runtime_core::simulator::fargate::ServiceSoFar;
use std::sync::Arc;

/// A run of a service: nothing before the first news.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    lab: Lab,
}

impl Seen {
    /// Reads it, and is told again when there is more.
    pub(super) fn with<T>(self, read: impl FnOnce(&ServiceSoFar) -> T) -> Option<T> {
        self.lab
            .shown
            .with(|shown| shown.as_ref().and_then(|it| it.service()).map(read))
    }

    /// Which of the page's runs it is, and is told when there is another one.
    pub(super) fn run(self) -> Option<u64> {
        self.lab.shown.with(|shown| shown.as_ref().map(|it| it.run))
    }

    /// Reads it without being told.
    pub(super) fn with_untracked<T>(self, read: impl FnOnce(&ServiceSoFar) -> T) -> Option<T> {
        self.lab
            .shown
            .with_untracked(|shown| shown.as_ref().and_then(|it| it.service()).map(read))
    }
}

/// Everything that a run of a service shows.
#[component]
pub(in crate::pages) fn ServicePanels(lab: Lab) -> impl IntoView {
    let seen = Seen { lab };
    let playhead = Playhead::new(seen);
    let is_there = Memo::new(move |_| seen.with(|_| ()).is_some());
    let text = move |of: fn(&ServiceSoFar) -> String| move || seen.with(of);
    let rows = Memo::new(move |_| seen.with(model::rows).unwrap_or_default());
    view! {
        <div class="service-result">
            <section class="panel scale-result" aria-label="Service">
                <div class="panel-head">
                    <h2>"Service"</h2>
                    <span class="muted" data-testid="run-name">{text(|it| it.name.clone())}</span>
                </div>
                <Progress lab />
                <Show when=move || is_there.get()>
                    <p class="field-note">{text(|it| it.about.clone())}</p>
                    {move || {
                        let (what, left_out) = seen.with(|it| it.detail.approximation())??;
                        Some(view! {
                            <p class="field-note muted" data-testid="approximation">
                                {format!("Requests are a flow here: {what}, without {left_out}.")}
                            </p>
                        })
                    }}
                    <PlayheadBar playhead />
                    <ServicePicture seen playhead />
                    <AlarmStrip seen playhead />
                </Show>
            </section>
            <Show when=move || is_there.get()>
                <section class="panel scale-result" aria-label="Load and capacity">
                    <div class="panel-head"><h2>"Load and capacity"</h2></div>
                    <Charts seen playhead />
                </section>
                <Tasks seen playhead />
                <Log seen playhead />
                <section class="panel scale-result" aria-label="Figures">
                    <div class="panel-head"><h2>"Figures"</h2></div>
                    <FigureTable rows />
                    <p class="field-note muted">
                        {move || decides(seen.with(|it| it.service.pods.is_some()).unwrap_or_default())}
                    </p>
                </section>
            </Show>
        </div>
    }
}

/// Whose rules these are, and what is a model choice.
const fn decides(pods: bool) -> &'static str {
    match pods {
        false => {
            "ECS and Application Auto Scaling decide as AWS describes it. Not published, and so model choices: the formula of target tracking and how much it scales in at once, the steps of back-off, how long a machine takes. Requests share a task's vCPUs evenly."
        }
        true => {
            "A Deployment and a HorizontalPodAutoscaler decide as Kubernetes describes it. Not published, and so model choices: how long a node takes, which zone it is in. Requests share what the container asks for evenly."
        }
    }
}

/// What is drawn of it, made anew only when there is more.
pub(super) fn drawn<T: Clone + PartialEq + Default + Send + Sync + 'static>(
    seen: Seen,
    of: fn(&ServiceSoFar) -> T,
) -> Signal<Arc<T>> {
    Memo::new(move |_| Arc::new(seen.with(of).unwrap_or_default())).into()
}
