//! Paper to draw on with a pointer, a finger or the keyboard, and beside it the small picture that a
//! program gets.

use super::ids::fresh_id;
use super::surface::{Frame, surface};
use crate::shapes::drawing::{Drawing, Grid, Point};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

/// How far an arrow key moves the pen, in parts of the paper.
const STEP: f64 = 0.05;
/// The pen's thickness on the paper, in parts of its width.
const PEN: f64 = 0.06;

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
                    .with_untracked(|drawing| paint_strokes(frame, drawing));
            }
            paint_pen(frame, pen.get_untracked());
        },
    );
    let seen = surface(
        move || picture.track(),
        move |frame| paint_picture(frame, grid, picture.get_untracked().as_deref()),
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

fn paint_strokes(frame: &Frame<'_>, drawing: &Drawing) {
    let (context, palette) = (frame.context, frame.palette);
    let on = |&(x, y): &Point| (x * frame.width, y * frame.height);
    context.set_stroke_style_str(&palette.ink);
    context.set_line_width(PEN * frame.width);
    context.set_line_cap("round");
    context.set_line_join("round");
    for stroke in drawing.strokes() {
        let Some(first) = stroke.first().map(on) else {
            continue;
        };
        context.begin_path();
        context.move_to(first.0, first.1);
        // Points are bends: a curve through the middles between them is as round as the hand's.
        let mut bend = first;
        for point in stroke.iter().skip(1).map(on) {
            let middle = ((bend.0 + point.0) / 2.0, (bend.1 + point.1) / 2.0);
            context.quadratic_curve_to(bend.0, bend.1, middle.0, middle.1);
            bend = point;
        }
        context.line_to(bend.0, bend.1);
        context.stroke();
    }
}

fn paint_pen(frame: &Frame<'_>, pen: Pen) {
    if !pen.visible {
        return;
    }
    let (context, palette) = (frame.context, frame.palette);
    let (x, y) = (pen.at.0 * frame.width, pen.at.1 * frame.height);
    context.begin_path();
    // Only fails for numbers that are not finite, or a negative radius.
    let _ = context.arc(x, y, PEN * frame.width, 0.0, std::f64::consts::TAU);
    context.set_stroke_style_str(&palette.accent);
    context.set_line_width(2.0);
    context.stroke();
    if pen.down {
        context.set_fill_style_str(&palette.accent);
        context.fill();
    }
}

fn paint_picture(frame: &Frame<'_>, grid: Grid, picture: Option<&[u16]>) {
    let (context, palette) = (frame.context, frame.palette);
    let (width, height) = (
        frame.width / f64::from(grid.columns.max(1)),
        frame.height / f64::from(grid.rows.max(1)),
    );
    // Whole pixels: no seams between the squares.
    let edge = |place: usize, size: f64| (place as f64 * size).round();
    let columns = usize::from(grid.columns.max(1));
    context.set_fill_style_str(&palette.ink);
    for (index, ink) in picture.unwrap_or_default().iter().enumerate() {
        let (column, row) = (index % columns, index / columns);
        let (left, top) = (edge(column, width), edge(row, height));
        let (right, bottom) = (edge(column + 1, width), edge(row + 1, height));
        context.set_global_alpha(f64::from(*ink) / f64::from(grid.full.max(1)));
        context.fill_rect(left, top, right - left, bottom - top);
    }
    context.set_global_alpha(1.0);
    context.set_stroke_style_str(&palette.line);
    context.set_line_width(1.0);
    context.begin_path();
    for column in 1..grid.columns {
        let x = (f64::from(column) * width).round() + 0.5;
        context.move_to(x, 0.0);
        context.line_to(x, frame.height);
    }
    for row in 1..grid.rows {
        let y = (f64::from(row) * height).round() + 0.5;
        context.move_to(0.0, y);
        context.line_to(frame.width, y);
    }
    context.stroke();
}
