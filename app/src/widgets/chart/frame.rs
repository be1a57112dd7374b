//! The frame of every chart: title, legend, the same as a table, and files of it: CSV, SVG, PNG.

use super::{
    super::palette::Palette,
    super::surface::{Frame, surface},
    table::Table,
};
use js_sys::Array;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlCanvasElement};

/// A chart as a file.
#[derive(Clone, Debug)]
pub struct ChartFile {
    /// A file name: `concurrency.png`.
    pub name: String,
    /// The file.
    pub blob: Blob,
}

/// Draws a chart on what a frame has for it.
pub(super) type Paint = Rc<dyn Fn(&Frame<'_>)>;

/// What one chart puts into its frame.
pub(super) struct Contents {
    pub(super) title: &'static str,
    /// The name of its files, without an ending.
    pub(super) file: &'static str,
    /// What a person learns from the picture, in a sentence.
    pub(super) summary: Signal<String>,
    /// CSS class of a colour, and what it stands for.
    pub(super) legend: &'static [(&'static str, &'static str)],
    /// What stands here while there is nothing to draw.
    pub(super) empty: &'static str,
    pub(super) is_empty: Signal<bool>,
    pub(super) table: Callback<(), Table>,
    /// Reads, and so subscribes to, every signal that the picture depends on.
    pub(super) depends: Rc<dyn Fn()>,
    /// A drawing that fails leaves an empty canvas; the table still says everything.
    pub(super) paint: Paint,
}

/// Puts a frame around a chart.
pub(super) fn framed(contents: Contents, on_file: Callback<ChartFile>) -> AnyView {
    let Contents {
        title,
        file,
        summary,
        legend,
        empty,
        is_empty,
        table,
        depends,
        paint,
    } = contents;
    let surface = surface(move || depends(), {
        let paint = Rc::clone(&paint);
        move |frame| paint(frame)
    });
    let as_table = RwSignal::new(false);
    let legend = legend
        .iter()
        .map(
            |(class, name)| view! { <li><span class=format!("swatch {class}")></span>{*name}</li> },
        )
        .collect_view();
    let keep = move |ending: &str, blob: Blob| {
        on_file.run(ChartFile {
            name: format!("{file}.{ending}"),
            blob,
        });
    };
    let csv = move |_| {
        if let Some(blob) = text_file("text/csv", &table.run(()).csv()) {
            keep("csv", blob);
        }
    };
    let svg = move |_| {
        let canvas = surface.canvas.get_untracked();
        let text = canvas.and_then(|canvas| as_svg(&canvas, &paint));
        if let Some(blob) = text.and_then(|text| text_file("image/svg+xml", &text)) {
            keep("svg", blob);
        }
    };
    let png = move |_| {
        let Some(canvas) = surface.canvas.get_untracked() else {
            return;
        };
        let done = Closure::once_into_js(move |blob: Option<Blob>| {
            if let Some(blob) = blob {
                keep("png", blob);
            }
        });
        // A canvas that cannot be read has drawn nothing foreign here: it cannot fail.
        let _ = canvas.to_blob(done.unchecked_ref());
    };
    view! {
        <figure class="chart">
            <figcaption class="chart-head">
                <h3>{title}</h3>
                <ul class="legend">{legend}</ul>
                <span class="push row">
                    <button
                        type="button"
                        class="tool"
                        aria-pressed=move || as_table.get().to_string()
                        on:click=move |_| as_table.update(|shown| *shown = !*shown)
                    >
                        "Table"
                    </button>
                    <button type="button" class="tool" disabled=is_empty on:click=csv>"CSV"</button>
                    <button type="button" class="tool" disabled=is_empty on:click=svg>"SVG"</button>
                    <button type="button" class="tool" disabled=is_empty on:click=png>"PNG"</button>
                </span>
            </figcaption>
            <div class="chart-plot plot" hidden=as_table>
                <canvas node_ref=surface.canvas role="img" aria-label=summary></canvas>
                {move || is_empty.get().then(|| view! { <p class="plot-empty">{empty}</p> })}
            </div>
            {move || as_table.get().then(|| rows(title, table.run(())))}
        </figure>
    }
    .into_any()
}

/// The picture as its canvas shows it now, at the same size.
fn as_svg(canvas: &HtmlCanvasElement, paint: &Paint) -> Option<String> {
    let context = canvas.get_context("2d").ok().flatten()?;
    let context = context.dyn_into::<CanvasRenderingContext2d>().ok()?;
    let palette = Palette::read(canvas);
    let mut text = String::new();
    let svg = Cell::new(Some(&mut text));
    paint(&Frame {
        canvas,
        context: &context,
        width: f64::from(canvas.client_width()),
        height: f64::from(canvas.client_height()),
        ratio: 1.0,
        palette: &palette,
        svg: Some(&svg),
    });
    (!text.is_empty()).then_some(text)
}

fn text_file(mime: &str, text: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options).ok()
}

fn rows(title: &'static str, table: Table) -> AnyView {
    let heads = table
        .heads
        .into_iter()
        .map(|head| view! { <th scope="col">{head}</th> })
        .collect_view();
    let body = table
        .rows
        .iter()
        .map(|cells| {
            let cells = cells.iter().map(|cell| view! { <td>{cell.shown()}</td> });
            view! { <tr>{cells.collect_view()}</tr> }
        })
        .collect_view();
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label=title>
            <table class="table">
                <thead><tr>{heads}</tr></thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}
