//! Paper to draw on with a pointer, a finger or the keyboard, and beside it the small picture that a
//! program gets.
//!
//! ```text
//! mod    paper, pen, pointers and keys
//! paint  how they look
//! ```

mod paint;

use super::ids::fresh_id;
use super::surface::surface;
use crate::shapes::drawing::{Drawing, Grid, Point};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

/// How far an arrow key moves the pen, in parts of the paper.
const STEP: f64 = 0.05;

/// The pen that arrow keys move.
#[derive(Clone, Copy, PartialEq)]
struct Pen {
    at: Point,
    down: bool,
    /// A pointer draws without it.
    visible: bool,
}

const RESTING: Pen = Pen {
    at: (0.5, 0.5),
    down: false,
    visible: false,
};

/// What is drawn, and who is told.
#[derive(Clone, Copy)]
struct Paper {
    grid: Grid,
    drawing: RwSignal<Drawing>,
    /// The picture that was last told. Where another one is shown, the drawing is out of date.
    told: StoredValue<Vec<u16>>,
    picture: Signal<Option<Vec<u16>>>,
    on_draw: Callback<Vec<u16>>,
}

impl Paper {
    fn is_current(&self) -> bool {
        let picture = self.picture.get_untracked();
        self.told.with_value(|told| picture.as_ref() == Some(told))
    }

    fn begin(&self, at: Point) {
        let current = self.is_current();
        self.drawing.update(|drawing| {
            if !current {
                *drawing = Drawing::default();
            }
            drawing.begin(at);
        });
        self.tell();
    }

    fn draw_to(&self, at: Point) {
        if self.drawing.try_update(|drawing| drawing.draw_to(at)) == Some(true) {
            self.tell();
        }
    }

    fn clear(&self) {
        self.drawing.set(Drawing::default());
        self.tell();
    }

    fn tell(&self) {
        let pixels = self
            .drawing
            .with_untracked(|drawing| drawing.pixels(self.grid));
        self.told.set_value(pixels.clone());
        self.on_draw.run(pixels);
    }
}

/// Paper, and the picture that becomes of what is drawn on it.
#[component]
pub fn Sketch(
    /// What is to be drawn, as a request.
    #[prop(into)]
    title: String,
    /// The picture's form.
    grid: Grid,
    /// The picture that the program would get now, row by row; `None` if that is no picture. Must be
    /// up to date as soon as `on_draw` returns.
    picture: Signal<Option<Vec<u16>>>,
    /// Is given each new picture.
    on_draw: Callback<Vec<u16>>,
) -> impl IntoView {
    let paper = Paper {
        grid,
        drawing: RwSignal::new(Drawing::default()),
        told: StoredValue::new(Vec::new()),
        picture,
        on_draw,
    };
    let pen = RwSignal::new(RESTING);
    let blank = move || {
        picture.track();
        paper.drawing.with(Drawing::is_empty) || !paper.is_current()
    };
    let sheet = surface(
        move || {
            paper.drawing.track();
            picture.track();
            pen.track();
        },
        move |frame| {
            if paper.is_current() {
                paper
                    .drawing
                    .with_untracked(|drawing| paint::strokes(frame, drawing));
            }
            paint::pen(frame, pen.get_untracked());
        },
    );
    let seen = surface(
        move || picture.track(),
        move |frame| paint::picture(frame, grid, picture.get_untracked().as_deref()),
    );
    let pointer = StoredValue::new(None::<i32>);
    let down = move |event: ev::PointerEvent| {
        let Some((canvas, at)) = place(&event) else {
            return;
        };
        if event.button() != 0 || !event.is_primary() {
            return;
        }
        // Without capture a stroke ends at the edge: worse, but no harm.
        let _ = canvas.set_pointer_capture(event.pointer_id());
        pointer.set_value(Some(event.pointer_id()));
        pen.set(RESTING);
        paper.begin(at);
    };
    let moved = move |event: ev::PointerEvent| {
        if pointer.get_value() == Some(event.pointer_id())
            && let Some((_, at)) = place(&event)
        {
            paper.draw_to(at);
        }
    };
    let lifted = move |_: ev::PointerEvent| pointer.set_value(None);
    let key = move |event: ev::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let mut now = pen.get_untracked();
        let go = |across: f64, down: f64| {
            let part = |at: f64, by: f64| (at + by * STEP).clamp(0.0, 1.0);
            (part(now.at.0, across), part(now.at.1, down))
        };
        match event.key().as_str() {
            "ArrowLeft" => now.at = go(-1.0, 0.0),
            "ArrowRight" => now.at = go(1.0, 0.0),
            "ArrowUp" => now.at = go(0.0, -1.0),
            "ArrowDown" => now.at = go(0.0, 1.0),
            " " => now.down = !now.down,
            "Escape" if now.down => now.down = false,
            "Delete" | "Backspace" => {
                now.down = false;
                paper.clear();
            }
            _ => return,
        }
        event.prevent_default();
        now.visible = true;
        match (pen.get_untracked().down, now.down) {
            (false, true) => paper.begin(now.at),
            (true, true) => paper.draw_to(now.at),
            (_, false) => {}
        }
        pen.set(now);
    };
    let (keys, name) = (fresh_id("sketch-keys"), fresh_id("sketch"));
    let size = format!("{} × {} pixels", grid.columns, grid.rows);
    view! {
        <div class="sketch">
            <div class="sketch-sheet">
                <b id=name.clone()>{title}</b>
                <div class="sketch-paper plot">
                    <canvas
                        node_ref=sheet.canvas
                        tabindex="0"
                        role="application"
                        aria-labelledby=name
                        aria-describedby=keys.clone()
                        data-testid="sketch-paper"
                        on:pointerdown=down
                        on:pointermove=moved
                        on:pointerup=lifted
                        on:pointercancel=lifted
                        on:keydown=key
                        on:blur=move |_| pen.set(RESTING)
                    ></canvas>
                    <Show when=blank>
                        <span class="plot-empty">"Draw here"</span>
                    </Show>
                </div>
            </div>
            <div class="sketch-sheet">
                <span class="muted">"In the event: " {size.clone()}</span>
                <div class="sketch-picture plot">
                    <canvas node_ref=seen.canvas role="img" aria-label=format!("{size} of the event")></canvas>
                </div>
            </div>
            <div class="sketch-words">
                <button class="button button-small" data-testid="sketch-clear" on:click=move |_| paper.clear()>
                    "Clear"
                </button>
                <p id=keys class="muted">
                    "Keys: arrows move the pen, Space puts it down and lifts it, Delete clears."
                </p>
                <p class="visually-hidden" role="status">{move || said(pen.get())}</p>
            </div>
        </div>
    }
}

/// Where a pointer is on the canvas that it met.
fn place(event: &ev::PointerEvent) -> Option<(HtmlCanvasElement, Point)> {
    let canvas = event
        .current_target()?
        .dyn_into::<HtmlCanvasElement>()
        .ok()?;
    let (width, height) = (canvas.client_width(), canvas.client_height());
    let part = |at: i32, of: i32| f64::from(at) / f64::from(of.max(1));
    let at = (
        part(event.offset_x(), width),
        part(event.offset_y(), height),
    );
    Some((canvas, at))
}

/// Where the pen is, for those who do not see it.
fn said(pen: Pen) -> String {
    if !pen.visible {
        return String::new();
    }
    format!(
        "Pen {}, {:.0} % from the left, {:.0} % from the top",
        if pen.down { "down" } else { "up" },
        pen.at.0 * 100.0,
        pen.at.1 * 100.0
    )
}
