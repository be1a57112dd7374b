//! Two things compared over two scales: which of them is less, and by how much, as a map.

use super::{
    super::palette::Palette,
    super::surface::Frame,
    backend::{Axis, Failure},
    draw,
    frame::{ChartFile, Contents, framed},
    table::{Cell, Table},
};
use leptos::ev::{MouseEvent, PointerEvent};
use leptos::prelude::*;
use plotters::prelude::*;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

/// A factor of ten is as bright as it gets.
const BRIGHTEST: f64 = 1.0;
/// What hardly differs has a little colour still: it says on which side it is.
const DIMMEST: f64 = 0.12;

/// What a map shows. Places are decimal logarithms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BalanceMap {
    /// Left end of the first column, right end of the last one.
    pub across: (f64, f64),
    /// Lower end of the first row, upper end of the last one.
    pub up: (f64, f64),
    /// Marks below it.
    pub marks_across: Vec<(f64, String)>,
    /// Marks beside it.
    pub marks_up: Vec<(f64, String)>,
    /// How many columns there are.
    pub columns: usize,
    /// Row by row from below: the logarithm of the second thing divided by the first.
    pub cells: Vec<f64>,
    /// The same in words, for some of the cells.
    pub rows: Vec<Vec<String>>,
}

/// What stays the same of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceWords {
    /// Above it.
    pub title: &'static str,
    /// The name of its files, without an ending: `cheaper`.
    pub file: &'static str,
    /// What its axes are.
    pub axes: &'static str,
    /// While there is nothing to draw.
    pub empty: &'static str,
    /// CSS class of a colour, and what it stands for: the first thing is less, the second.
    pub legend: &'static [(&'static str, &'static str)],
    /// The heads of the table.
    pub heads: &'static [&'static str],
}

/// A map of which is less.
#[component]
pub fn BalanceChart(
    /// What stays the same.
    words: BalanceWords,
    /// What is drawn.
    #[prop(into)]
    map: Signal<Arc<BalanceMap>>,
    /// The place that is looked at.
    #[prop(into)]
    here: Signal<(f64, f64)>,
    /// What a person learns from it, in a sentence.
    #[prop(into)]
    summary: Signal<String>,
    /// Another place was pressed.
    #[prop(into)]
    on_pick: Callback<(f64, f64)>,
    /// The pointer is over a place, or over none.
    #[prop(into)]
    on_point: Callback<Option<(f64, f64)>>,
    /// The picture was asked for as a file.
    #[prop(into)]
    on_file: Callback<ChartFile>,
) -> impl IntoView {
    let place = move |event: &MouseEvent| {
        let target = event.target()?.dyn_into::<HtmlCanvasElement>().ok()?;
        let size = (
            f64::from(target.client_width()),
            f64::from(target.client_height()),
        );
        let pointer = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        let (across, up) = draw::within_axes(size, pointer)?;
        map.with_untracked(|map| {
            let between = |(from, to): (f64, f64), part: f64| from + (to - from) * part;
            (!map.is_empty()).then(|| (between(map.across, across), between(map.up, up)))
        })
    };
    let pick = move |event: MouseEvent| {
        if let Some(place) = place(&event) {
            on_pick.run(place);
        }
    };
    let contents = Contents {
        title: words.title,
        file: words.file,
        summary,
        legend: words.legend,
        empty: words.empty,
        is_empty: Signal::derive(move || map.with(|map| map.is_empty())),
        table: Callback::new(move |()| Table {
            heads: words.heads.to_vec(),
            rows: map.with(|map| {
                let cells = |row: &Vec<String>| row.iter().cloned().map(Cell::Text).collect();
                map.rows.iter().map(cells).collect()
            }),
        }),
        depends: Rc::new(move || {
            map.track();
            here.track();
        }),
        paint: Rc::new(move |frame| {
            let _ = map.with_untracked(|map| paint(frame, words, map, here.get_untracked()));
        }),
    };
    view! {
        <div
            class="balance"
            on:click=pick
            on:pointermove=move |event: PointerEvent| on_point.run(place(&event))
            on:pointerleave=move |_| on_point.run(None)
        >
            {framed(contents, on_file)}
        </div>
    }
}

impl BalanceMap {
    fn is_empty(&self) -> bool {
        self.cells.is_empty() || self.columns == 0
    }
}

fn paint(
    frame: &Frame<'_>,
    words: BalanceWords,
    map: &BalanceMap,
    here: (f64, f64),
) -> Result<(), Failure> {
    let Some(root) = draw::ground(frame) else {
        return Ok(());
    };
    if map.is_empty() {
        return Ok(());
    }
    let axis = |(from, to): (f64, f64), marks: &[(f64, String)]| Axis {
        range: from..to,
        marks: marks.to_vec(),
    };
    let (x, y) = (
        axis(map.across, &map.marks_across),
        axis(map.up, &map.marks_up),
    );
    let mut plot = draw::axes(frame, &root, x, y, words.axes)?;
    let rows = map.cells.len() / map.columns;
    let step = |(from, to): (f64, f64), parts: usize| (to - from) / parts.max(1) as f64;
    let (wide, high) = (step(map.across, map.columns), step(map.up, rows));
    let cells = map.cells.iter().enumerate().map(|(index, balance)| {
        let (column, row) = (index % map.columns, index / map.columns);
        let left = map.across.0 + wide * column as f64;
        let below = map.up.0 + high * row as f64;
        Rectangle::new(
            [(left, below), (left + wide, below + high)],
            tint(frame.palette, *balance).filled(),
        )
    });
    plot.draw_series(cells)?;
    let ink = draw::colour(&frame.palette.ink).stroke_width(draw::pixels(frame, 2.0));
    let radius = draw::pixels(frame, 6.0);
    plot.draw_series([Circle::new(here, radius, ink)])?;
    Ok(())
}

/// The first thing's colour where that is less, the second's where that is: the brighter the more it is.
fn tint(palette: &Palette, balance: f64) -> RGBColor {
    let colour = match balance >= 0.0 {
        true => draw::colour(&palette.warm),
        false => draw::colour(&palette.cold),
    };
    let ground = draw::colour(&palette.panel);
    let part = (balance.abs() / BRIGHTEST).clamp(0.0, 1.0);
    let part = DIMMEST + (1.0 - DIMMEST) * part;
    draw::mixed(ground, colour, part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_say_who_is_less_and_by_how_much() {
        let palette = Palette {
            panel: "#ffffff".to_owned(),
            warm: "#f08000".to_owned(),
            cold: "#0080f0".to_owned(),
            ..Palette::default()
        };
        let tint = |balance| {
            let RGBColor(red, green, blue) = tint(&palette, balance);
            (red, green, blue)
        };
        assert_eq!(tint(1.0), (0xf0, 0x80, 0));
        assert_eq!(tint(4.0), (0xf0, 0x80, 0));
        assert_eq!(tint(-1.0), (0, 0x80, 0xf0));
        let (red, _, blue) = tint(0.1);
        assert!(red > blue);
        let (red, _, blue) = tint(-0.1);
        assert!(blue > red);
    }
}
