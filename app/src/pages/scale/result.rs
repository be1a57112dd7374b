//! The panel with a run's progress, its figures and its charts.

use super::lab::{Lab, LabState, Shown};
use super::model::{self, Row};
use crate::app::use_session;
use crate::browser::files;
use crate::session::Notice;
use crate::shapes::ticks::short;
use crate::widgets::{Ink, Picture, RunChart, RunChartWords, RunSeries};
use leptos::prelude::*;
use runtime_core::simulator::SoFar;
use std::sync::Arc;

const REQUESTS: RunChartWords = RunChartWords {
    title: "Requests",
    file: "requests.png",
    axis: "in each step",
    empty: "What comes, what is turned away, what begins cold.",
    lines: &[
        ("served", Ink::Warm),
        ("throttled", Ink::Throttle),
        ("cold starts", Ink::Cold),
    ],
    legend: &[
        ("phase-invoke", "served"),
        ("swatch-throttled", "throttled"),
        ("phase-init", "cold starts"),
    ],
};

const ENVIRONMENTS: RunChartWords = RunChartWords {
    title: "Environments",
    file: "environments.png",
    axis: "at most, in each step",
    empty: "How many environments there are, and how many of them work.",
    lines: &[("environments", Ink::Frost), ("in use", Ink::Warm)],
    legend: &[("swatch-frost", "environments"), ("phase-invoke", "in use")],
};

const LATENCY: RunChartWords = RunChartWords {
    title: "Latency",
    file: "latency.png",
    axis: "ms",
    empty: "From a request's arrival to its end.",
    lines: &[("99 %", Ink::Cold), ("half", Ink::Warm)],
    legend: &[
        ("phase-init", "99 % at most"),
        ("phase-invoke", "half at most"),
    ],
};

#[component]
pub(super) fn ResultPanel(lab: Lab) -> impl IntoView {
    let series = move |of: fn(&SoFar) -> RunSeries| {
        Memo::new(move |_| {
            let shown = lab.shown.get();
            Arc::new(shown.map_or_else(RunSeries::default, |it| of(&it.so_far)))
        })
    };
    let session = use_session();
    let on_picture = Callback::new(move |picture: Picture| {
        if let Err(reason) = files::download_blob(&picture.name, &picture.blob) {
            session.notify(Notice::error(
                format!("The picture could not be saved: {reason}."),
                "Try again.",
            ));
        }
    });
    let about = move || lab.shown.get().map(|it| it.so_far.about.clone());
    let name = move || lab.shown.get().map(|it| it.so_far.name.clone());
    let step = move || {
        lab.shown.get().map(|it| {
            let width = short(it.so_far.series.width.as_nanos());
            view! { <p class="field-note muted">"A step is "{width}"."</p> }
        })
    };
    view! {
        <section class="panel scale-result" aria-label="Result">
            <div class="panel-head">
                <h2>"Result"</h2>
                <span class="muted" data-testid="run-name">{name}</span>
            </div>
            <Progress lab />
            <Show when=move || lab.shown.with(Option::is_some)>
                <p class="field-note">{about}</p>
                <Figures lab />
            </Show>
            <RunChart words=REQUESTS series=series(model::requests) on_picture />
            <RunChart words=ENVIRONMENTS series=series(model::environments) on_picture />
            <RunChart words=LATENCY series=series(model::latencies) on_picture />
            {step}
            <p class="field-note muted">
                "The same platform decides as in the Playground. How long an idle environment is kept AWS does not publish: idle_expiry is a model choice, as are the distributions of durations and cold starts."
            </p>
        </section>
    }
}

/// How far it is, or how it ended.
#[component]
fn Progress(lab: Lab) -> impl IntoView {
    move || {
        let shown = lab.shown.get();
        match (lab.state.get(), shown) {
            (LabState::Going, shown) => {
                let so_far = shown.filter(|it| !it.whole).map(|it| model::progress(&it.so_far));
                let (part, words) = so_far.unwrap_or((0.0, "It begins.".to_owned()));
                view! {
                    <div class="run-progress" data-testid="run-progress">
                        <progress max="1" value=part aria-label="Simulated"></progress>
                        <span class="mono">{words}</span>
                    </div>
                }
                .into_any()
            }
            (_, Some(shown)) => {
                let Shown { so_far, whole } = shown.as_ref();
                let words = model::ended(so_far, *whole);
                view! { <p class="run-progress mono" role="status" data-testid="run-ended">{words}</p> }
                    .into_any()
            }
            (_, None) => view! {
                <p class="empty">"Run the scenario: a load on functions, in no time. Nothing leaves this tab."</p>
            }
            .into_any(),
        }
    }
}

#[component]
fn Figures(lab: Lab) -> impl IntoView {
    let rows = Memo::new(move |_| {
        let shown = lab.shown.get();
        shown.map_or_else(Vec::new, |it| model::rows(&it.so_far))
    });
    let row = |Row { name, value, note }: Row| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="mono">{value}</td>
                <td class="muted">{note}</td>
            </tr>
        }
    };
    view! {
        <table class="run-figures" data-testid="run-figures">
            <caption class="visually-hidden">"Figures"</caption>
            <tbody>{move || rows.get().into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}
