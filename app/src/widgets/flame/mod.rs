//! A flame graph on a canvas, and the same as a table.
//!
//! - `view`: what a person looks at: zoom, scroll, search, selection
//! - `paint`: the picture
//! - `facts`: a block in words
//! - `table`: functions as rows

mod facts;
mod paint;
mod table;
mod view;

pub use table::UsageTable;
pub use view::FlameView;

use super::{ids::fresh_id, surface::surface};
use crate::shapes::flame::{Flame, short_name};
use facts::{Facts, facts, sentence};
use leptos::{ev, prelude::*};
use std::sync::Arc;

/// Blocks above the one that fills the width which the way back names; the others are an ellipsis.
const WAY_BACK: usize = 3;

/// Who called whom, from the top down, as wide as the time it took. Click or Enter shows a block over
/// the whole width, Escape goes back.
#[component]
pub fn FlameGraph(
    /// What is looked at.
    view: FlameView,
    /// What so many nanoseconds cost, as text.
    #[prop(into)]
    cost: Callback<u64, String>,
    /// Whether the source of a function (a face, by index) can be shown.
    #[prop(into)]
    has_source: Callback<usize, bool>,
    /// The source of a function shall be shown.
    #[prop(into)]
    on_source: Callback<usize>,
) -> impl IntoView {
    let drawn = surface(
        move || {
            view.picture.track();
            view.scroll.track();
            view.pointer.track();
            view.cursor.track();
            view.selected.track();
            view.found.track();
        },
        move |frame| {
            if view.size.get_untracked() != (frame.width, frame.height) {
                view.size.set((frame.width, frame.height));
            }
            let found = view.found.get_untracked();
            view.flame.with_value(|flame| {
                view.picture.with_untracked(|picture| {
                    let scene = paint::Scene {
                        flame,
                        picture,
                        scroll: view.scroll.get_untracked(),
                        hovered: view
                            .pointer
                            .get_untracked()
                            .and_then(|at| view.hit(at))
                            .map(|it| it.block),
                        cursor: view.cursor.get_untracked(),
                        selected: view.selected.get_untracked(),
                        found: found.as_deref(),
                    };
                    paint::paint(frame, &scene);
                });
            });
        },
    );
    let facts_of = move |block: usize| {
        view.flame
            .with_value(|flame| facts(flame, block, |nanos| cost.run(nanos)))
    };
    let hovered = Memo::new(move |_| {
        view.picture.track();
        view.scroll.track();
        view.hovered().map(|tile| (tile.block, tile.blocks))
    });
    let heard = Memo::new(move |_| view.cursor.get().map(|block| sentence(&facts_of(block))));
    let shown = Memo::new(move |_| {
        let at = hovered.get().map(|(block, _)| block);
        at.or(view.cursor.get()).unwrap_or(view.top.get())
    });
    let source = move || {
        let face = |flame: &Arc<Flame>| flame.blocks.get(shown.get()).map(|block| block.face);
        let face = view.flame.with_value(face)?;
        let show = move |_| on_source.run(face);
        has_source.run(face).then(|| view! {
            <button type="button" class="button button-small" data-testid="flame-source" on:click=show>"Show source"</button>
        })
    };
    let place =
        |event: &ev::PointerEvent| (f64::from(event.offset_x()), f64::from(event.offset_y()));
    let click = move |event: ev::MouseEvent| {
        let at = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        let Some(tile) = view.hit(at) else { return };
        view.cursor.set(None);
        match tile.block == view.top.get_untracked() {
            true => view.out(),
            false => view.zoom(tile.block),
        }
    };
    let help = fresh_id("flame-help");
    let help_again = help.clone();
    let height = Memo::new(move |_| view.height());
    view! {
        <div class="flame">
            {move || way_back(view)}
            <div
                class="flame-scroll"
                node_ref=view.scroller
                on:scroll=move |_| {
                    if let Some(scroller) = view.scroller.get_untracked() {
                        view.scroll.set(f64::from(scroller.scroll_top()));
                    }
                }
            >
                <div class="flame-rows" style:height=move || format!("{}px", height.get().max(1.0))>
                    <canvas
                        node_ref=drawn.canvas
                        tabindex="0"
                        role="application"
                        aria-label="Flame graph of the billed milliseconds"
                        aria-describedby=help
                        data-testid="flame"
                        on:pointermove=move |event| view.pointer.set(Some(place(&event)))
                        on:pointerleave=move |_| view.pointer.set(None)
                        on:click=click
                        on:keydown=move |event| key(view, &event)
                    ></canvas>
                </div>
            </div>
            <div class="flame-facts" data-testid="flame-facts">
                {move || in_words(facts_of(shown.get()))}
                {source}
            </div>
            <p class="visually-hidden" id=help_again>
                "Arrow keys go from block to block: down to what took longest below, up to the caller, left and right \
                 along the row. Enter shows a block over the whole width, Escape goes back. The table below shows the \
                 same."
            </p>
            <p class="visually-hidden" aria-live="polite">{heard}</p>
        </div>
    }
}

/// The blocks above the one that fills the width, to go back to.
fn way_back(view: FlameView) -> AnyView {
    let top = view.top.get();
    let (names, left_out) = view.flame.with_value(|flame| {
        let above: Vec<usize> = flame.above(top).collect();
        let left_out = above.len() > WAY_BACK + 1;
        // The whole is always there.
        let near = above
            .iter()
            .take(if left_out { WAY_BACK } else { above.len() });
        let mut shown: Vec<usize> = near.copied().collect();
        if left_out {
            shown.extend(above.last());
        }
        shown.reverse();
        let named = |block: &usize| {
            let name = short_name(flame.name(*block)).to_owned();
            (*block, name)
        };
        (shown.iter().map(named).collect::<Vec<_>>(), left_out)
    });
    let here = view
        .flame
        .with_value(|flame| short_name(flame.name(top)).to_owned());
    let steps = names.into_iter().enumerate().map(|(index, (block, name))| {
        let gap = (index == 1 && left_out).then(|| view! { <li class="faint" aria-hidden="true">"…"</li> });
        view! {
            {gap}
            <li><button type="button" class="flame-step truncate" on:click=move |_| view.zoom(block)>{name}</button></li>
        }
    });
    view! {
        <nav class="flame-way" aria-label="Shown block">
            <ol>
                {steps.collect_view()}
                <li class="truncate" aria-current="true">{here}</li>
            </ol>
        </nav>
    }
    .into_any()
}

fn in_words(facts: Facts) -> AnyView {
    let rows = facts.rows.into_iter().map(|(name, value)| {
        view! { <span><span class="muted">{name}</span> " " <b class="mono">{value}</b></span> }
    });
    view! {
        <p class="flame-name mono">
            {facts.name} " " <span class="muted">{facts.place} " " {facts.kind}</span>
        </p>
        <p class="flame-numbers">{rows.collect_view()}</p>
        <p class="flame-note muted">{facts.note}</p>
    }
    .into_any()
}

fn key(view: FlameView, event: &ev::KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let top = view.top.get_untracked();
    let at = view.cursor.get_untracked();
    let flame = view.flame.get_value();
    let inside = |block: &usize| {
        let end = flame.blocks.get(top).map_or(0, |it| it.end);
        (top..end).contains(block)
    };
    let to = match (event.key().as_str(), at) {
        ("ArrowDown" | "ArrowUp" | "ArrowLeft" | "ArrowRight", None) | ("Home", _) => Some(top),
        ("ArrowDown", Some(at)) => {
            let span = |block: &usize| flame.blocks.get(*block).map_or(0, |it| it.span());
            flame
                .children(at)
                .filter(|it| span(it) > 0)
                .max_by_key(|it| (span(it), usize::MAX - it))
        }
        ("ArrowUp", Some(at)) => flame.above(at).next(),
        ("ArrowRight", Some(at)) => flame.beside(at, true).filter(inside),
        ("ArrowLeft", Some(at)) => flame.beside(at, false).filter(inside),
        ("Enter" | " ", Some(at)) => {
            view.zoom(at);
            None
        }
        ("Escape" | "Backspace", _) => {
            match (view.selected.get_untracked(), top) {
                (Some(_), 0) => view.selected.set(None),
                (None, 0) => view.cursor.set(None),
                _ => view.out(),
            }
            None
        }
        _ => return,
    };
    event.prevent_default();
    // From here on the keyboard says what is looked at.
    view.pointer.set(None);
    if let Some(block) = to {
        // Above what fills the width there is something only after going back.
        match inside(&block) {
            true => view.go_to(block),
            false => {
                view.zoom(block);
                view.cursor.set(Some(block));
            }
        }
    }
}
