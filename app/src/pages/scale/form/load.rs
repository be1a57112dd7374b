//! Requests a second over a scenario's length: what the text says, or drawn with a pointer or keys.

use super::super::lab::Lab;
use super::sheet::{Sheet, line, top_of};
use crate::app::use_session;
use crate::shapes::text::counted;
use crate::shapes::ticks::short;
use crate::widgets::{capture, place_within};
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::prelude::*;
use runtime_core::simulator::{FormChange, ServiceLoad};
use runtime_core::units::Moment;

/// The picture's own size: it is drawn as wide as there is room.
const SIZE: (f64, f64) = (600.0, 120.0);
/// What an arrow key changes, in parts of the height; a key for pages ten times as much.
const STEP: f64 = 0.02;

#[component]
pub(super) fn LoadPanel(lab: Lab) -> impl IntoView {
    let form = lab.form;
    let written = Memo::new(move |_| form.with(|it| it.load.clone()));
    let is_drawing = Memo::new(move |_| form.sheet.with(Option::is_some));
    // What is drawn; what is written, while nobody draws.
    let shown = Memo::new(move |_| {
        let sheet = form
            .sheet
            .with(|it| it.as_ref().map(|it| (it.load(), it.top)));
        sheet.or_else(|| written.get().map(|it| (it.clone(), top_of(&it.points))))
    });
    let drawn = move || {
        let it = shown.get();
        it.map(|(load, top)| line(&load, top, SIZE))
            .unwrap_or_default()
    };
    let area = move || {
        let (width, height) = SIZE;
        format!("0,{height} {} {width},{height}", drawn())
    };
    let says = move || {
        shown
            .get()
            .map(|(load, _)| in_words(&load))
            .unwrap_or_default()
    };
    let draw = move |_| {
        let sheet = match is_drawing.get_untracked() {
            true => None,
            false => written.with_untracked(|it| it.as_ref().map(Sheet::of)),
        };
        form.sheet.set(sheet);
    };
    let session = use_session();
    let came = session.memo(|reading| reading.all_invocations().len());
    let record = move |_| {
        let moments = session.read_untracked(|reading| {
            let arrived = |at: Moment| at.since(Moment::START);
            let all = reading.all_invocations().iter();
            all.map(|it| arrived(it.arrived)).collect()
        });
        form.sheet.set(None);
        lab.change(FormChange::Record(moments));
    };
    let length = move || shown.get().map(|(load, _)| short(load.length.as_nanos()));
    let top = move || shown.get().map(|(_, top)| format!("{top}/s"));
    view! {
        <figure class="load" data-testid="load">
            <figcaption class="chart-head">
                <h3>"Requests a second"</h3>
                <span class="row push load-buttons">
                    <Show when=move || came.get() != 0>
                        <button
                            type="button"
                            class="button button-small"
                            data-testid="record-load"
                            title="What has come to the Playground's functions, from the first request on."
                            disabled=move || form.is_broken.get()
                            on:click=record
                        >
                            {move || format!("Take the session's {}", counted(came.get(), "request"))}
                        </button>
                    </Show>
                    <button
                        type="button"
                        class="button button-small"
                        data-testid="draw-load"
                        aria-pressed=move || is_drawing.get().to_string()
                        disabled=move || form.is_broken.get() || written.with(Option::is_none)
                        on:click=draw
                    >
                        {move || if is_drawing.get() { "Done" } else { "Draw" }}
                    </button>
                </span>
            </figcaption>
            <div class="load-plot" class:load-drawn=is_drawing>
                <svg
                    class="load-picture"
                    viewBox=format!("0 0 {} {}", SIZE.0, SIZE.1)
                    preserveAspectRatio="none"
                    role="img"
                    aria-label=says
                >
                    <polygon class="load-area" points=area />
                    <polyline class="load-line" points=drawn />
                </svg>
                <span class="load-top muted" aria-hidden="true">{top}</span>
                <Show when=move || is_drawing.get()>
                    <Pen lab />
                </Show>
            </div>
            <p class="load-axis muted" aria-hidden="true">
                <span>"0"</span>
                <span>{length}</span>
            </p>
            <Show when=move || is_drawing.get()>
                <Top lab />
            </Show>
            <p class="field-note muted">
                {move || match shown.get() {
                    None => "The text does not say how many come, in a way that can be read.",
                    Some((load, _)) if load.by_chance => {
                        "The rate changes by chance; this is its mean. In the text it is rate, below [requests]."
                    }
                    Some(_) => "As numbers it is in the text: rate, below [requests].",
                }}
            </p>
        </figure>
    }
}

/// What takes pointer and keys while somebody draws.
#[component]
fn Pen(lab: Lab) -> impl IntoView {
    let sheet = lab.form.sheet;
    let last = StoredValue::new(None::<(usize, f64)>);
    let stroke = move |event: &PointerEvent, begins: bool| {
        let Some((across, up)) = place_within(event) else {
            return;
        };
        sheet.update(|sheet| {
            if let Some(sheet) = sheet {
                let to = sheet.place(across, up);
                let from = if begins { None } else { last.get_value() };
                sheet.draw(from, to);
                last.set_value(Some(to));
            }
        });
    };
    let down = move |event: PointerEvent| {
        if event.button() != 0 || !event.is_primary() {
            return;
        }
        capture(&event);
        stroke(&event, true);
    };
    let moved = move |event: PointerEvent| {
        if last.with_value(Option::is_some) {
            stroke(&event, false);
        }
    };
    let lifted = move |_: PointerEvent| {
        if last.try_update_value(Option::take).flatten().is_some() {
            write(lab);
        }
    };
    let key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let change: fn(&mut Sheet) = match event.key().as_str() {
            "ArrowLeft" => |it| it.go(-1),
            "ArrowRight" => |it| it.go(1),
            "Home" => |it| it.go(isize::MIN),
            "End" => |it| it.go(isize::MAX),
            "ArrowUp" => |it| it.raise(STEP),
            "ArrowDown" => |it| it.raise(-STEP),
            "PageUp" => |it| it.raise(STEP * 10.0),
            "PageDown" => |it| it.raise(-STEP * 10.0),
            _ => return,
        };
        event.prevent_default();
        let before = sheet.with_untracked(|it| it.as_ref().map(Sheet::load));
        sheet.update(|it| {
            if let Some(it) = it {
                change(it);
            }
        });
        if sheet.with_untracked(|it| it.as_ref().map(Sheet::load)) != before {
            write(lab);
        }
    };
    let of = move |read: fn(&Sheet) -> String| move || sheet.with(|it| it.as_ref().map(read));
    let pen = move |read: fn(&Sheet) -> f64| {
        move || sheet.with(|it| it.as_ref().map(|it| format!("{:.1}", read(it))))
    };
    view! {
        <svg
            class="load-pen"
            viewBox=format!("0 0 {} {}", SIZE.0, SIZE.1)
            preserveAspectRatio="none"
            role="slider"
            tabindex="0"
            aria-label="Requests a second: left and right choose a moment, up and down change it"
            aria-valuemin="0"
            aria-valuemax=of(|it| it.top.to_string())
            aria-valuenow=of(|it| it.chosen().1.to_string())
            aria-valuetext=of(chosen_in_words)
            data-testid="load-pen"
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=lifted
            on:pointercancel=lifted
            on:keydown=key
        >
            <line
                class="load-chosen"
                x1=pen(across)
                x2=pen(across)
                y1="0"
                y2=SIZE.1.to_string()
            />
        </svg>
    }
}

/// The highest rate that can be drawn, and what is at the chosen moment.
#[component]
fn Top(lab: Lab) -> impl IntoView {
    let sheet = lab.form.sheet;
    let top = Memo::new(move |_| {
        sheet.with(|it| it.as_ref().map(|it| it.top.to_string()).unwrap_or_default())
    });
    let chosen = move || sheet.with(|it| it.as_ref().map(chosen_in_words));
    let change = move |event| {
        if let Ok(top) = event_target_value(&event).parse::<f64>() {
            sheet.update(|it| {
                if let Some(it) = it {
                    it.set_top(top);
                }
            });
            write(lab);
        }
    };
    view! {
        <div class="row load-tools">
            <output class="mono" data-testid="load-chosen">{chosen}</output>
            <label class="push">
                "Up to "
                <input
                    class="input input-number mono"
                    type="text"
                    inputmode="decimal"
                    data-testid="load-top"
                    prop:value=top
                    on:change=change
                />
                <span class="unit">" a second"</span>
            </label>
        </div>
        <p class="field-note">
            "Draw with the pointer. Or with keys: left and right choose a moment, up and down change it."
        </p>
    }
}

/// What is drawn goes into the text.
fn write(lab: Lab) {
    let load = lab
        .form
        .sheet
        .with_untracked(|it| it.as_ref().map(Sheet::load));
    if let Some(load) = load {
        lab.change(FormChange::Load(load.points));
    }
}

fn across(sheet: &Sheet) -> f64 {
    sheet.at as f64 / super::sheet::COLUMNS as f64 * SIZE.0
}

fn chosen_in_words(sheet: &Sheet) -> String {
    let (at, rate) = sheet.chosen();
    format!("{}: {rate:.1} a second", short(at.as_nanos()))
}

fn in_words(load: &ServiceLoad) -> String {
    let rates = load.points.iter().map(|it| it.rate);
    let (least, most) = rates.fold((f64::INFINITY, 0.0_f64), |(least, most), it| {
        (least.min(it), most.max(it))
    });
    let length = short(load.length.as_nanos());
    match load.points.is_empty() {
        true => format!("Nothing over {length}"),
        false => format!("From {least:.1} to {most:.1} requests a second over {length}"),
    }
}
