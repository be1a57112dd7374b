//! The frame of every chart: title, legend, the same as a table, and the picture as a file.

use super::super::surface::Surface;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::Blob;

/// A chart as a PNG file.
#[derive(Clone, Debug)]
pub struct Picture {
    /// A file name: `concurrency.png`.
    pub name: String,
    /// The file.
    pub blob: Blob,
}

/// The words of a table: heads and rows.
pub(super) struct Table {
    pub(super) heads: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

/// What one chart puts into its frame.
pub(super) struct Contents {
    pub(super) title: &'static str,
    pub(super) file: &'static str,
    /// What a person learns from the picture, in a sentence.
    pub(super) summary: Signal<String>,
    /// CSS class of a colour, and what it stands for.
    pub(super) legend: &'static [(&'static str, &'static str)],
    /// What stands here while there is nothing to draw.
    pub(super) empty: &'static str,
    pub(super) is_empty: Signal<bool>,
    pub(super) table: Callback<(), Table>,
}

/// Puts a frame around a surface.
pub(super) fn framed(
    surface: Surface,
    contents: Contents,
    on_picture: Callback<Picture>,
) -> AnyView {
    let Contents {
        title,
        file,
        summary,
        legend,
        empty,
        is_empty,
        table,
    } = contents;
    let as_table = RwSignal::new(false);
    let legend = legend
        .iter()
        .map(
            |(class, name)| view! { <li><span class=format!("swatch {class}")></span>{*name}</li> },
        )
        .collect_view();
    let download = move |_| {
        let Some(canvas) = surface.canvas.get_untracked() else {
            return;
        };
        let name = file.to_string();
        let keep = Closure::once_into_js(move |blob: Option<Blob>| {
            if let Some(blob) = blob {
                on_picture.run(Picture { name, blob });
            }
        });
        // A canvas that cannot be read has drawn nothing foreign here: it cannot fail.
        let _ = canvas.to_blob(keep.unchecked_ref());
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
                    <button type="button" class="tool" disabled=is_empty on:click=download>"PNG"</button>
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

fn rows(title: &'static str, table: Table) -> AnyView {
    let heads = table
        .heads
        .into_iter()
        .map(|head| view! { <th scope="col">{head}</th> })
        .collect_view();
    let row = |cells: Vec<String>| {
        cells
            .into_iter()
            .map(|cell| view! { <td>{cell}</td> })
            .collect_view()
    };
    let body = table
        .rows
        .into_iter()
        .map(|cells| view! { <tr>{row(cells)}</tr> })
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
