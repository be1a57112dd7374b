//! Both sides as a table and as charts.

use super::super::result::saver;
use super::words;
use crate::widgets::{Ink, RunChart, RunChartWords, RunSeries, RunView};
use leptos::prelude::*;
use runtime_core::simulator::{SideStretch, Sides};
use std::sync::Arc;

const REQUESTS: RunChartWords = RunChartWords {
    title: "Served and rejected",
    file: "served-and-rejected",
    axis: "in each step",
    empty: "What each side serves and rejects.",
    lines: &[
        ("served on Fargate", Ink::Cold),
        ("served on Lambda", Ink::Warm),
        ("rejected on Fargate", Ink::Frost),
        ("rejected on Lambda", Ink::Throttle),
    ],
    legend: &[
        ("phase-init", "served on Fargate"),
        ("phase-invoke", "on Lambda"),
        ("swatch-frost", "rejected on Fargate"),
        ("swatch-throttled", "on Lambda"),
    ],
};

const LATENCY: RunChartWords = RunChartWords {
    title: "Latency, 99 % at most",
    file: "latency-side-by-side",
    axis: "ms",
    empty: "From a request's arrival to its response.",
    lines: &[("Fargate", Ink::Cold), ("Lambda", Ink::Warm)],
    legend: &[("phase-init", "Fargate"), ("phase-invoke", "Lambda")],
};

#[component]
pub(super) fn SidesResult(#[prop(into)] sides: Signal<Option<Arc<Sides>>>) -> impl IntoView {
    let series = move |of: fn(&Sides) -> Vec<Vec<u32>>| {
        Memo::new(move |_| {
            let shown = sides.get();
            let series = shown.map_or_else(RunSeries::default, |it| RunSeries {
                length: it.compared.length.as_nanos(),
                width: it.compared.width.as_nanos(),
                lines: of(&it),
            });
            Arc::new(series)
        })
    };
    let on_file = saver();
    let view = RunView::default();
    let row = |words::SidesRow {
                   name,
                   values: [lambda, fargate],
                   apart,
               }| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="mono">{lambda}</td>
                <td class="mono">{fargate}</td>
                <td class="muted">{apart}</td>
            </tr>
        }
    };
    let rows = move || {
        let shown = sides.get();
        shown.map(|it| words::rows(&it).into_iter().map(row).collect_view())
    };
    view! {
        <div class="versus-result">
            <table class="run-figures" data-testid="versus-figures">
                <caption class="visually-hidden">"Both sides"</caption>
                <thead>
                    <tr><td></td><th scope="col">"Lambda"</th><th scope="col">"Fargate"</th><td></td></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <RunChart words=REQUESTS series=series(requests) view on_file />
            <RunChart words=LATENCY series=series(latencies) view on_file />
        </div>
    }
}

/// A line of each of these, in order.
fn line(stretches: &[SideStretch], value: fn(&SideStretch) -> u64) -> Vec<u32> {
    let drawn = |it| u32::try_from(value(it)).unwrap_or(u32::MAX);
    stretches.iter().map(drawn).collect()
}

fn requests(it: &Sides) -> Vec<Vec<u32>> {
    let (lambda, fargate) = (&it.lambda.stretches, &it.fargate.stretches);
    vec![
        line(fargate, |it| it.served),
        line(lambda, |it| it.served),
        line(fargate, |it| it.rejected),
        line(lambda, |it| it.rejected),
    ]
}

/// Whole milliseconds.
fn latencies(it: &Sides) -> Vec<Vec<u32>> {
    let millis = |it: &SideStretch| it.p99.map_or(0, |it| it.as_nanos().div_ceil(1_000_000));
    vec![
        line(&it.fargate.stretches, millis),
        line(&it.lambda.stretches, millis),
    ]
}
