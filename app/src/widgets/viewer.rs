//! Texts to read, copy and keep: a response, a log. A long one stays fast, because only its
//! beginning (of a log: its end) is put into the page.

use crate::shapes::text::{Token, bytes, excerpt, tokens};
use leptos::prelude::*;

/// Shown at most; the rest is in the download.
const SHOWN_BYTES: usize = 200_000;
/// Coloured at most: each colour is an element.
const COLOURED_BYTES: usize = 24_000;
/// Log lines shown at most.
const SHOWN_LINES: usize = 1_000;
/// Of one log line.
const LINE_BYTES: usize = 8_000;

/// A text, coloured as JSON where it is short enough.
#[component]
pub fn TextView(
    /// What it is, for screen readers.
    #[prop(into)]
    label: String,
    /// The whole text.
    #[prop(into)]
    text: Signal<String>,
    /// The whole text should be copied.
    #[prop(into)]
    on_copy: Callback<()>,
    /// The whole text should be saved as a file.
    #[prop(into)]
    on_download: Callback<()>,
) -> impl IntoView {
    let body = move || {
        text.with(|text| {
            let cut = excerpt(text, SHOWN_BYTES);
            (coloured(cut.shown), hidden(cut.hidden_bytes))
        })
    };
    let hidden = Memo::new(move |_| text.with(|text| excerpt(text, SHOWN_BYTES).hidden_bytes));
    view! {
        <div class="viewer">
            <pre class="viewer-text" tabindex="0" role="region" aria-label=label>{move || body().0}</pre>
            {move || (hidden.get() > 0).then(|| body().1)}
            {tools(on_copy, on_download)}
        </div>
    }
}

fn hidden(count: usize) -> AnyView {
    view! { <p class="viewer-rest">{format!("{} more are in the download", bytes(count as u64))}</p> }.into_any()
}

fn tools(on_copy: Callback<()>, on_download: Callback<()>) -> impl IntoView {
    view! {
        <div class="viewer-tools">
            <button type="button" class="tool" on:click=move |_| on_copy.run(())>"Copy"</button>
            <button type="button" class="tool" on:click=move |_| on_download.run(())>"Download"</button>
        </div>
    }
}

/// JSON in colours, or the text as it is if it is long.
pub fn coloured(text: &str) -> AnyView {
    if text.len() > COLOURED_BYTES {
        return text.to_string().into_any();
    }
    let piece = |(kind, piece): (Token, &str)| {
        let class = match kind {
            Token::Key => "json-key",
            Token::Text => "json-text",
            Token::Number => "json-number",
            Token::Word => "json-word",
            Token::Plain => "",
        };
        view! { <span class=class>{piece.to_string()}</span> }
    };
    tokens(text)
        .into_iter()
        .map(piece)
        .collect_view()
        .into_any()
}

/// Log lines; those of the platform look different from the function's own.
#[component]
pub fn LogView(
    /// Whether the platform wrote the line, and the line.
    #[prop(into)]
    lines: Signal<Vec<(bool, String)>>,
    /// All lines should be copied.
    #[prop(into)]
    on_copy: Callback<()>,
    /// All lines should be saved as a file.
    #[prop(into)]
    on_download: Callback<()>,
) -> impl IntoView {
    let line = |(platform, text): &(bool, String)| {
        let class = match (*platform, text.contains("Status: ")) {
            (false, _) => "log-line",
            (true, false) => "log-line log-platform",
            (true, true) => "log-line log-platform log-bad",
        };
        let cut = excerpt(text.trim_end_matches('\n'), LINE_BYTES);
        let rest =
            (cut.hidden_bytes > 0).then(|| format!(" … {} more", bytes(cut.hidden_bytes as u64)));
        view! { <span class=class>{cut.shown.to_string()}{rest}"\n"</span> }
    };
    let skipped = Memo::new(move |_| lines.with(|lines| lines.len().saturating_sub(SHOWN_LINES)));
    let shown =
        move || lines.with(|lines| lines.iter().skip(skipped.get()).map(line).collect_view());
    view! {
        <div class="viewer">
            {move || {
                let skipped = skipped.get();
                (skipped > 0).then(|| view! { <p class="viewer-rest">{format!("{skipped} earlier lines are in the download")}</p> })
            }}
            <pre class="viewer-text log" tabindex="0" role="region" aria-label="Log">{shown}</pre>
            {tools(on_copy, on_download)}
        </div>
    }
}
