//! The panel with a run's progress, its figures and its charts.

use super::lab::{Lab, LabState, Stage};
use super::model::{self, Row, Way};
use crate::app::use_session;
use crate::browser::files;
use crate::session::Notice;
use crate::shapes::ticks::short;
use crate::widgets::{ChartFile, Ink, RunChart, RunChartWords, RunSeries, RunView};
use leptos::prelude::*;
use runtime_core::simulator::SoFar;
use std::sync::Arc;

const REQUESTS: RunChartWords = RunChartWords {
    title: "Requests",
    file: "requests",
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
    file: "environments",
    axis: "at most, in each step",
    empty: "How many environments there are, and how many of them work.",
    lines: &[("environments", Ink::Frost), ("in use", Ink::Warm)],
    legend: &[("swatch-frost", "environments"), ("phase-invoke", "in use")],
};

const LATENCY: RunChartWords = RunChartWords {
    title: "Latency",
    file: "latency",
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
            let so_far = shown.as_ref().and_then(|it| it.functions());
            Arc::new(so_far.map_or_else(RunSeries::default, of))
        })
    };
    let on_file = saver();
    let view = RunView::default();
    let text = move |of: fn(&SoFar) -> String| {
        move || {
            let shown = lab.shown.get();
            shown.as_ref().and_then(|it| it.functions()).map(of)
        }
    };
    let (about, name) = (text(|it| it.about.clone()), text(|it| it.name.clone()));
    let width = text(|it| format!("A step is {}.", short(it.series.width.as_nanos())));
    let step = move || width().map(|it| view! { <p class="field-note muted">{it}</p> });
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
            <RunChart words=REQUESTS series=series(model::requests) view on_file />
            <RunChart words=ENVIRONMENTS series=series(model::environments) view on_file />
            <RunChart words=LATENCY series=series(model::latencies) view on_file />
            {step}
            <p class="field-note muted">
                "The same platform decides as in the Playground. How long an idle environment is kept AWS does not publish: idle_expiry is a model choice, as are the distributions of durations and cold starts."
            </p>
        </section>
    }
}

/// Saves files of charts.
pub(in crate::pages) fn saver() -> Callback<ChartFile> {
    let session = use_session();
    Callback::new(move |file: ChartFile| {
        if let Err(reason) = files::download_blob(&file.name, &file.blob) {
            session.notify(Notice::error(
                format!("{} could not be saved: {reason}.", file.name),
                "Try again.",
            ));
        }
    })
}

/// How far it is, or how it ended.
#[component]
pub(in crate::pages) fn Progress(lab: Lab) -> impl IntoView {
    move || {
        let shown = lab.shown.get();
        let way = shown.map(|it| (Way::of(&it.result), it.stage));
        match (lab.state.get(), way) {
            (LabState::Going, way) => {
                let going = way.filter(|(_, stage)| *stage == Stage::Going);
                let (part, words) = going.map_or((0.0, "It begins.".to_owned()), |(way, _)| way.progress());
                view! {
                    <div class="run-progress" data-testid="run-progress">
                        <progress max="1" value=part aria-label="Simulated"></progress>
                        <span class="mono">{words}</span>
                    </div>
                }
                .into_any()
            }
            (_, Some((way, stage))) => {
                let words = way.ended(stage);
                view! { <p class="run-progress mono" role="status" data-testid="run-ended">{words}</p> }
                    .into_any()
            }
            (_, None) => view! {
                <p class="empty">"Run the scenario: a load on functions or on a service, in no time. Nothing leaves this tab."</p>
            }
            .into_any(),
        }
    }
}

#[component]
fn Figures(lab: Lab) -> impl IntoView {
    let rows = Memo::new(move |_| {
        let shown = lab.shown.get();
        let so_far = shown.as_ref().and_then(|it| it.functions());
        so_far.map_or_else(Vec::new, model::rows)
    });
    view! { <FigureTable rows /> }
}

/// Rows of figures.
#[component]
pub(in crate::pages) fn FigureTable(
    rows: Memo<Vec<Row>>,
    #[prop(default = "run-figures")] testid: &'static str,
) -> impl IntoView {
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
        <table class="run-figures" data-testid=testid>
            <caption class="visually-hidden">"Figures"</caption>
            <tbody>{move || rows.get().into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}
