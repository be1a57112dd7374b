//! Lanes of execution environments over time, drawn on a canvas.
//!
//! - `view`: what a person looks at: zoom, scroll, follow
//! - `gestures`: pointer, wheel, keyboard
//! - `paint`: the picture
//! - `facts`: the same in words

mod facts;
mod gestures;
mod paint;
mod view;

use super::{ids::fresh_id, surface::surface};
use crate::shapes::lanes::{Hit, LaneModel, Layout};
use gestures::{Gestures, Out, ZOOM_STEP};
use leptos::prelude::*;
use std::{cell::RefCell, sync::Arc};
use view::View;

/// The table shows the latest of very many environments.
const TABLE_ROWS: usize = 300;

/// Execution environments over time: zoom, pan, hover, select, and a playhead.
///
/// The picture always shows the whole session; what comes after the playhead is pale.
#[component]
pub fn Lanes(
    /// What is drawn.
    #[prop(into)]
    model: Signal<Arc<LaneModel>>,
    /// The session clock, nanoseconds: open segments reach to it.
    #[prop(into)]
    now: Signal<u64>,
    /// The playhead, nanoseconds; `None`: live.
    #[prop(into)]
    playhead: Signal<Option<u64>>,
    /// The selected request, if any.
    #[prop(into)]
    selected: Signal<Option<u64>>,
    /// The playhead was moved, or the live button pressed (`None`).
    #[prop(into)]
    on_playhead: Callback<Option<u64>>,
    /// A request was selected, or nothing (`None`).
    #[prop(into)]
    on_select: Callback<Option<u64>>,
    /// More facts about a request for the tooltip: name and value.
    #[prop(optional, into)]
    request_facts: Option<Callback<u64, Vec<(String, String)>>>,
    /// What stands here while there is nothing to draw.
    #[prop(into, default = "Every execution environment gets a lane here: blue while it starts, orange while it works, pale while it is frozen. Invoke a function to start the first.".into())]
    empty: String,
) -> impl IntoView {
    let view = View::new(model, now);
    let gestures = Gestures {
        view,
        playhead,
        out: Out {
            on_playhead,
            on_select,
        },
        state: StoredValue::default(),
    };
    let table = RwSignal::new(false);
    let memory = RefCell::new(Vec::new());

    let hovered = move || {
        view.pointer
            .get_untracked()
            .map(|(x, y)| gestures.hit(x, y))
    };
    let surface = surface(
        move || {
            view.track();
            playhead.track();
            selected.track();
        },
        move |frame| {
            view.size.set_value((frame.width, frame.height));
            view.model.with_untracked(|model| {
                let layout = Layout::new(model, frame.width, frame.height);
                let scene = paint::Scene {
                    model,
                    layout,
                    window: view.window(),
                    scroll: view.scroll.get_untracked().min(layout.max_scroll()),
                    now: now.get_untracked(),
                    playhead: playhead.get_untracked(),
                    selected: selected.get_untracked(),
                    cursor: view.cursor.get_untracked(),
                    hovered: match hovered() {
                        Some(Hit::Segment(cursor)) => Some(cursor),
                        _ => None,
                    },
                };
                paint::paint(frame, &scene, &mut memory.borrow_mut());
            });
        },
    );
    let is_empty = Memo::new(move |_| model.with(|model| model.is_empty()));
    let scrolls = Memo::new(move |_| {
        let (width, height) = surface.size.get();
        model.with(|model| Layout::new(model, width, height).max_scroll() > 0.0)
    });
    let heard = Memo::new(move |_| {
        let cursor = view.cursor.get()?;
        Some(model.with_untracked(|model| facts::sentence(model, cursor, now.get_untracked())))
    });
    let help = fresh_id("lanes-help");
    let help_again = help.clone();
    let live = move || playhead.get().is_none() && view.following.get();

    view! {
        <div class="lanes" class:lanes-scrolls=scrolls>
            <div class="lanes-plot plot">
                <canvas
                    node_ref=surface.canvas
                    tabindex="0"
                    role="application"
                    aria-label="Execution environments over time"
                    aria-describedby=help
                    on:pointerdown=move |event| gestures.down(&event)
                    on:pointermove=move |event| gestures.moved(&event)
                    on:pointerup=move |event| gestures.up(&event, true)
                    on:pointercancel=move |event| gestures.up(&event, false)
                    on:pointerleave=move |_| view.pointer.set(None)
                    on:dblclick=move |event| gestures.double_click(event.offset_x().into(), event.offset_y().into())
                    on:wheel=move |event| gestures.wheel(&event)
                    on:keydown=move |event| gestures.key(&event)
                ></canvas>
                {move || is_empty.get().then(|| view! { <p class="plot-empty">{empty.clone()}</p> })}
                {move || tooltip(gestures, request_facts)}
            </div>
            <p class="visually-hidden" id=help_again>
                "Arrow keys go from segment to segment, Enter selects its request, plus and minus zoom, \
                 comma and full stop move the playhead, End goes back to live. A table shows the same."
            </p>
            <p class="visually-hidden" aria-live="polite">{heard}</p>
            {move || table.get().then(|| as_table(model, now))}
            <div class="lanes-tools">
                <button type="button" class="tool" aria-label="Zoom out" on:click=move |_| view.zoom(None, 1.0 / ZOOM_STEP)>"−"</button>
                <button type="button" class="tool" aria-label="Zoom in" on:click=move |_| view.zoom(None, ZOOM_STEP)>"+"</button>
                <button type="button" class="tool" on:click=move |_| view.fit()>"Whole session"</button>
                <button
                    type="button"
                    class="tool"
                    disabled=move || selected.get().is_none()
                    on:click=move |_| {
                        if let Some(request) = selected.get_untracked() {
                            view.close_up(request);
                        }
                    }
                >
                    "Selected request"
                </button>
                <button type="button" class="tool" aria-pressed=move || table.get().to_string() on:click=move |_| table.update(|shown| *shown = !*shown)>
                    "Table"
                </button>
                <button
                    type="button"
                    class="tool tool-live"
                    aria-pressed=move || live().to_string()
                    on:click=move |_| {
                        on_playhead.run(None);
                        view.follow();
                    }
                >
                    "Live"
                </button>
            </div>
        </div>
    }
}

fn tooltip(
    gestures: Gestures,
    more: Option<Callback<u64, Vec<(String, String)>>>,
) -> Option<AnyView> {
    let view = gestures.view;
    let (x, y) = view.pointer.get()?;
    let hit = gestures.hit(x, y);
    let found = view
        .model
        .with_untracked(|model| facts::facts(model, hit, view.now.get_untracked()))?;
    let mut rows = found.rows;
    if let (Some(more), Some(request)) = (more, found.request) {
        rows.extend(more.run(request));
    }
    let (width, height) = view.size.get_value();
    let class = match (x > width * 0.6, y > height * 0.6) {
        (false, false) => "tip",
        (true, false) => "tip tip-left",
        (false, true) => "tip tip-up",
        (true, true) => "tip tip-left tip-up",
    };
    let rows = rows
        .into_iter()
        .map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> })
        .collect_view();
    Some(
        view! {
            <div class=class aria-hidden="true" style:left=format!("{x}px") style:top=format!("{y}px")>
                <b>{found.title}</b>
                <dl>{rows}</dl>
            </div>
        }
        .into_any(),
    )
}

fn as_table(model: Signal<Arc<LaneModel>>, now: Signal<u64>) -> AnyView {
    // A table that changed every frame could be read by nobody: it shows the moment it was opened,
    // and what has happened since.
    let rows = move || {
        model.with(|model| {
            let now = now.get_untracked();
            let skipped = model.lanes.len().saturating_sub(TABLE_ROWS);
            let row = |lane| {
                facts::summary(lane, now)
                    .map(|cell| view! { <td>{cell}</td> })
                    .into_iter()
                    .collect_view()
            };
            model
                .lanes
                .iter()
                .skip(skipped)
                .map(|lane| view! { <tr>{row(lane)}</tr> })
                .collect_view()
        })
    };
    let hidden = move || {
        let skipped = model.with(|model| model.lanes.len().saturating_sub(TABLE_ROWS));
        (skipped > 0).then(|| {
            format!("The latest {TABLE_ROWS}; {skipped} older environments are not listed.")
        })
    };
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Execution environments">
            <table class="table">
                <caption>{hidden}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Environment"</th><th scope="col">"State"</th><th scope="col">"Invocations"</th>
                        <th scope="col">"Errors"</th><th scope="col">"Init"</th><th scope="col">"Working"</th>
                        <th scope="col">"Frozen"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
