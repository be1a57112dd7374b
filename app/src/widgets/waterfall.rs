//! Segments of a trace as rows, each with its bar: below what caused it, and as far to the right as it
//! began later. It is a table, so that it can be heard as well as seen.

use crate::shapes::waterfall::Scale;
use leptos::prelude::*;
use std::sync::Arc;

/// How a bar looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It waits.
    Wait,
    /// An environment starts.
    Start,
    /// An INIT or RESTORE phase.
    Init,
    /// A handler works.
    Work,
    /// All of a segment, which went well or goes on.
    Fine,
    /// It ended with an error, 4xx.
    Error,
    /// It ended with a fault, 5xx.
    Fault,
    /// It was throttled, 429.
    Throttle,
}

impl Look {
    const fn class(self) -> &'static str {
        match self {
            Look::Wait => "trace-bar trace-wait",
            Look::Start => "trace-bar trace-start",
            Look::Init => "trace-bar trace-init",
            Look::Work => "trace-bar trace-work",
            Look::Fine => "trace-bar trace-fine",
            Look::Error => "trace-bar trace-error",
            Look::Fault => "trace-bar trace-fault",
            Look::Throttle => "trace-bar trace-throttle",
        }
    }
}

/// A stretch of time, in ns of the session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// When it begins.
    pub from: f64,
    /// When it ends.
    pub to: f64,
    /// How it looks.
    pub look: Look,
}

/// A segment or a subsegment.
#[derive(Clone, Debug, PartialEq)]
pub struct WaterfallRow {
    /// How many rows it is below where the trace begins.
    pub depth: usize,
    /// Its name.
    pub name: String,
    /// What it is, in small print.
    pub about: String,
    /// Its stretch.
    pub bar: Bar,
    /// When it began.
    pub began: String,
    /// How long it took.
    pub took: String,
    /// How it ended.
    pub state: &'static str,
    /// Whether it is of what is selected.
    pub selected: bool,
    /// Whether it is a subsegment.
    pub part: bool,
}

/// A trace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WaterfallModel {
    /// Causes before what they caused.
    pub rows: Vec<WaterfallRow>,
    /// Where time is in a row.
    pub scale: Scale,
}

/// Rows with bars. A row's button chooses it.
#[component]
pub fn Waterfall(
    /// What is drawn.
    #[prop(into)]
    model: Signal<Arc<WaterfallModel>>,
    /// Where the moment that is shown is in a row, 0 to 1, if it is in the past.
    #[prop(into)]
    playhead: Signal<Option<f64>>,
    /// A row was chosen, by its index.
    #[prop(into)]
    on_choose: Callback<usize>,
) -> impl IntoView {
    let rows = move || {
        model.with(|model| {
            let rows = model.rows.iter().enumerate();
            rows.map(|(index, row)| one(model, index, row, on_choose))
                .collect_view()
        })
    };
    view! {
        <div class="table-scroll trace-scroll" tabindex="0" role="region" aria-label="Segments of the trace">
            // One property for all rows: they are not drawn again while the playhead moves.
            <table
                class="table trace-table"
                class:trace-past=move || playhead.get().is_some()
                style=("--playhead", move || format!("{:.5}", playhead.get().unwrap_or_default()))
                data-testid="trace-rows"
            >
                <thead>
                    <tr>
                        <th scope="col">"Segment"</th>
                        <th scope="col">"Timeline"</th>
                        <th scope="col">"Began"</th>
                        <th scope="col">"Took"</th>
                        <th scope="col">"Ended"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn one(
    model: &WaterfallModel,
    index: usize,
    row: &WaterfallRow,
    on_choose: Callback<usize>,
) -> AnyView {
    let percent = |number: f64| format!("{number:.3}%");
    let (left, width) = model.scale.bar(row.bar.from, row.bar.to);
    let deep = format!("trace-depth-{}", row.depth.min(MOST_DEPTH));
    let current = row.selected.then_some("true");
    view! {
        <tr class="trace-row" class:trace-part=row.part aria-current=current data-ended=row.state>
            <th scope="row" class=deep>
                <button type="button" class="trace-name" on:click=move |_| on_choose.run(index)>
                    <b>{row.name.clone()}</b>
                    <span class="muted">{row.about.clone()}</span>
                </button>
            </th>
            <td class="trace-cell">
                <svg class="trace-picture" aria-hidden="true" width="100%" height="16">
                    <rect class=row.bar.look.class() x=percent(left) y="2" width=percent(width) height="12" rx="2" />
                </svg>
            </td>
            <td class="mono">{row.began.clone()}</td>
            <td class="mono">{row.took.clone()}</td>
            <td class="trace-state">{row.state}</td>
        </tr>
    }
    .into_any()
}

/// Rows that are deeper stand below each other.
const MOST_DEPTH: usize = 8;
