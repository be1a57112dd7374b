//! What came, what there was, how long it took.

use super::model;
use super::panels::{Seen, drawn};
use super::playhead::Playhead;
use crate::pages::scale::saver;
use crate::shapes::ticks::short;
use crate::widgets::{Ink, RunChart, RunChartWords, RunView};
use leptos::prelude::*;

const LOAD: RunChartWords = RunChartWords {
    title: "Requests",
    file: "load",
    axis: "in each step",
    empty: "What comes, what is served, what fails.",
    lines: &[
        ("came", Ink::Frost),
        ("served", Ink::Warm),
        ("502, 503, 504", Ink::Throttle),
    ],
    legend: &[
        ("swatch-frost", "came"),
        ("phase-invoke", "served"),
        ("swatch-throttled", "502, 503, 504"),
    ],
};

const TASKS: RunChartWords = RunChartWords {
    title: "Tasks",
    file: "tasks",
    axis: "at the end of each step",
    empty: "How many tasks are wanted, run and are healthy.",
    lines: &[
        ("desired", Ink::Frost),
        ("running", Ink::Cold),
        ("healthy", Ink::Warm),
    ],
    legend: &[
        ("swatch-frost", "desired"),
        ("phase-init", "running"),
        ("phase-invoke", "healthy"),
    ],
};

const USE: RunChartWords = RunChartWords {
    title: "Utilization",
    file: "utilization",
    axis: "percent",
    empty: "How much of their CPU and memory tasks use.",
    lines: &[("memory", Ink::Cold), ("CPU", Ink::Warm)],
    legend: &[("phase-init", "memory"), ("phase-invoke", "CPU")],
};

const QUEUE: RunChartWords = RunChartWords {
    title: "Queue",
    file: "queue",
    axis: "requests or messages, at most in each step",
    empty: "Requests that wait in tasks for their turn, or messages that wait for tasks.",
    lines: &[("waiting", Ink::Throttle)],
    legend: &[("swatch-throttled", "waiting")],
};

const LATENCY: RunChartWords = RunChartWords {
    title: "Latency",
    file: "latency",
    axis: "ms",
    empty: "From a request's arrival to its response, of those that are served.",
    lines: &[("99 %", Ink::Cold), ("half", Ink::Warm)],
    legend: &[
        ("phase-init", "99 % at most"),
        ("phase-invoke", "half at most"),
    ],
};

#[component]
pub(super) fn Charts(seen: Seen, playhead: Playhead) -> impl IntoView {
    let on_file = saver();
    let cursor = playhead.cursor();
    let view = RunView::default();
    let on_pick = Callback::new(move |at| playhead.move_to(at));
    let step = move || {
        seen.with(|it| {
            let width = short(it.series.width.as_nanos());
            view! { <p class="field-note muted">"A step is "{width}"."</p> }
        })
    };
    view! {
        <RunChart words=LOAD series=drawn(seen, model::load) cursor view on_pick on_file />
        <RunChart words=TASKS series=drawn(seen, model::tasks) cursor view on_pick on_file />
        <RunChart words=USE series=drawn(seen, model::utilization) cursor view on_pick on_file />
        <RunChart words=LATENCY series=drawn(seen, model::latencies) cursor view on_pick on_file />
        <RunChart words=QUEUE series=drawn(seen, model::queue) cursor view on_pick on_file />
        {step}
    }
}
