//! The millisecond strip: what each billed millisecond was spent on, and what it cost so far.

use super::{
    palette::Palette,
    surface::{Frame, surface},
};
use crate::shapes::strip::{Cell, Grid, Strip as Cut, StripModel, StripPhase};
use leptos::{ev, prelude::*};

/// One cell per billed millisecond, or per few of them where there are very many.
#[component]
pub fn Strip(
    /// What is billed.
    #[prop(into)]
    model: Signal<StripModel>,
    /// The running cost after so many billed milliseconds, as text.
    #[prop(into)]
    cost: Callback<u64, String>,
) -> impl IntoView {
    let cut = Memo::new(move |_| Cut::new(model.get()));
    let picked = RwSignal::new(None::<usize>);
    // The width is known only once the canvas is on the page.
    let width = RwSignal::new(0.0);
    let grid = Memo::new(move |_| Grid::new(cut.get().cells, width.get()));
    let surface = surface(
        move || {
            cut.track();
            picked.track();
            grid.track();
        },
        move |frame| {
            if width.get_untracked() != frame.width {
                width.set(frame.width);
                return;
            }
            paint(
                frame,
                cut.get_untracked(),
                grid.get_untracked(),
                picked.get_untracked(),
            );
        },
    );
    let cell = Memo::new(move |_| picked.get().and_then(|index| cut.get().cell(index)));
    let said = Memo::new(move |_| match cell.get() {
        Some(cell) => format!(
            "{} · {} · {} so far",
            name(&cell),
            parts(&model.get(), &cell),
            cost.run(cell.last_ms)
        ),
        None => scale(&cut.get()),
    });
    let key = move |event: ev::KeyboardEvent| {
        let grid = grid.get_untracked();
        let at = picked.get_untracked();
        let last = cut.get_untracked().cells.saturating_sub(1);
        let to = match (event.key().as_str(), at) {
            ("ArrowRight" | "ArrowLeft" | "ArrowUp" | "ArrowDown", None) | ("Home", _) => 0,
            ("ArrowRight", Some(at)) => grid.neighbour(at, 1, 0),
            ("ArrowLeft", Some(at)) => grid.neighbour(at, -1, 0),
            ("ArrowDown", Some(at)) => grid.neighbour(at, 0, 1),
            ("ArrowUp", Some(at)) => grid.neighbour(at, 0, -1),
            ("End", _) => last,
            _ => return,
        };
        picked.set(Some(to));
        event.prevent_default();
    };
    let pick = move |event: ev::PointerEvent| {
        picked.set(
            grid.get_untracked()
                .hit(event.offset_x().into(), event.offset_y().into()),
        );
    };
    view! {
        <div class="strip">
            <div class="strip-plot plot" style:height=move || format!("{}px", grid.get().height.max(1.0).ceil())>
                <canvas
                    node_ref=surface.canvas
                    tabindex="0"
                    role="slider"
                    aria-label="Billed milliseconds"
                    aria-valuemin="1"
                    aria-valuemax=move || cut.get().cells.to_string()
                    aria-valuenow=move || picked.get().map_or(1, |index| index + 1).to_string()
                    aria-valuetext=said
                    on:pointermove=pick
                    on:pointerdown=pick
                    on:pointerleave=move |_| picked.set(None)
                    on:blur=move |_| picked.set(None)
                    on:keydown=key
                ></canvas>
            </div>
            <p class="strip-said mono">{said}</p>
        </div>
    }
}

fn scale(cut: &Cut) -> String {
    match (cut.cells, cut.ms_per_cell) {
        (0, _) => "nothing billed yet".to_string(),
        (_, 1) => "each cell is 1 billed ms".to_string(),
        (_, ms) => format!("each cell is {ms} billed ms"),
    }
}

fn name(cell: &Cell) -> String {
    if cell.first_ms == cell.last_ms {
        format!("ms {}", cell.first_ms)
    } else {
        format!("ms {} to {}", cell.first_ms, cell.last_ms)
    }
}

/// The phases of a cell, with their parts if there are several.
fn parts(model: &StripModel, cell: &Cell) -> String {
    let whole: f64 = cell.parts.iter().sum();
    let present: Vec<_> = StripPhase::ALL
        .into_iter()
        .zip(cell.parts)
        .filter(|(_, part)| *part > 0.0005 * whole)
        .collect();
    match present.as_slice() {
        [(phase, _)] => phase.label(model).to_string(),
        several => several
            .iter()
            .map(|(phase, part)| format!("{:.0} % {}", part / whole * 100.0, phase.label(model)))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn colour(palette: &Palette, phase: StripPhase) -> &str {
    match phase {
        StripPhase::Init => &palette.cold,
        StripPhase::Handler => &palette.warm,
        StripPhase::Rounding => &palette.warm_soft,
    }
}

fn paint(frame: &Frame<'_>, cut: Cut, grid: Grid, picked: Option<usize>) {
    let (context, palette) = (frame.context, frame.palette);
    let corner = if grid.cell_width > 5.0 { 2.0 } else { 0.0 };
    // Phase by phase: three changes of colour, however many cells there are.
    for (index, phase) in StripPhase::ALL.into_iter().enumerate() {
        context.begin_path();
        each_part(cut, grid, index, |x, y, width| {
            // Corners belong to the cell; a part of one is cut straight.
            if width >= grid.cell_width - 0.01 && corner > 0.0 {
                // Only fails for numbers that are not finite.
                let _ = context.round_rect_with_f64(x, y, width, grid.cell_height, corner);
            } else {
                context.rect(x, y, width, grid.cell_height);
            }
        });
        context.set_fill_style_str(colour(palette, phase));
        context.fill();
    }
    context.set_stroke_style_str(&palette.warm);
    context.set_line_width(1.0);
    context.begin_path();
    each_part(cut, grid, 2, |x, y, width| {
        // Rounding is hatched: a sign beside the colour.
        let (bottom, right) = (y + grid.cell_height, x + width);
        let mut from = 0.0;
        while from < grid.cell_height + width {
            let (x0, y0) = if from <= grid.cell_height {
                (x, y + from)
            } else {
                (x + from - grid.cell_height, bottom)
            };
            let (x1, y1) = if from <= width {
                (x + from, y)
            } else {
                (right, y + from - width)
            };
            context.move_to(x0, y0);
            context.line_to(x1, y1);
            from += 4.0;
        }
        if width > 1.0 {
            context.rect(x + 0.5, y + 0.5, width - 1.0, grid.cell_height - 1.0);
        }
    });
    context.stroke();
    if let Some(index) = picked {
        let (x, y) = grid.place(index);
        context.set_stroke_style_str(&palette.ink);
        context.set_line_width(1.5);
        context.stroke_rect(
            x - 0.5,
            y - 0.5,
            grid.cell_width + 1.0,
            grid.cell_height + 1.0,
        );
    }
}

/// Calls `draw` with left, top and width of every cell's part of one phase.
fn each_part(cut: Cut, grid: Grid, phase: usize, mut draw: impl FnMut(f64, f64, f64)) {
    for index in 0..cut.cells {
        let Some(cell) = cut.cell(index) else { return };
        let (x, y) = grid.place(index);
        let before: f64 = cell.parts.iter().take(phase).sum();
        let part = cell.parts.get(phase).copied().unwrap_or(0.0);
        if part > 0.0 {
            draw(x + before * grid.cell_width, y, part * grid.cell_width);
        }
    }
}
