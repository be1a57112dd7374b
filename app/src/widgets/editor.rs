//! A text area for JSON with line numbers, colours, and the place of the error.

use super::{ids::fresh_id, viewer::coloured};
use crate::shapes::text::{line_count, utf16_offset};
use leptos::{
    html::{Div, Pre, Textarea},
    prelude::*,
};

/// Colouring copies the text: longer ones are left plain, so that typing stays fast.
const COLOURED_BYTES: usize = 24_000;
/// Nobody looks for line numbers beyond this.
const NUMBERED_LINES: usize = 20_000;

/// Edits JSON. The text area stays a text area: what a screen reader, a spell checker or a
/// phone's keyboard does with one, it does here.
#[component]
pub fn JsonEditor(
    /// What is edited, for screen readers.
    #[prop(into)]
    label: String,
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// Line and column (both from 1) and cause of the first error, if there is one.
    #[prop(into)]
    error: Signal<Option<(usize, usize, String)>>,
    /// The text was changed.
    #[prop(into)]
    on_input: Callback<String>,
) -> impl IntoView {
    let area = NodeRef::<Textarea>::new();
    let colours = NodeRef::<Pre>::new();
    let gutter = NodeRef::<Div>::new();
    let lines = Memo::new(move |_| text.with(|text| line_count(text)));
    let is_plain = Memo::new(move |_| text.with(|text| text.len() > COLOURED_BYTES));
    let bad_line = Memo::new(move |_| error.with(|error| error.as_ref().map(|(line, ..)| *line)));
    let error_id = fresh_id("editor-error");
    let described = error_id.clone();

    // The text area scrolls; what lies beside and below it follows.
    let follow = move |_| {
        let Some(area) = area.get_untracked() else {
            return;
        };
        if let Some(colours) = colours.get_untracked() {
            colours.set_scroll_top(area.scroll_top());
            colours.set_scroll_left(area.scroll_left());
        }
        if let Some(gutter) = gutter.get_untracked() {
            gutter.set_scroll_top(area.scroll_top());
        }
    };
    let numbers = move || {
        let bad = bad_line.get();
        let number = |line: usize| {
            let class = if bad == Some(line) {
                "editor-number bad"
            } else {
                "editor-number"
            };
            view! { <span class=class>{line}</span> }
        };
        (1..=lines.get().min(NUMBERED_LINES))
            .map(number)
            .collect_view()
    };
    let picture = move || {
        if is_plain.get() {
            return ().into_any();
        }
        // A last empty line takes no room in a <pre> unless something follows it.
        text.with(|text| coloured(text)).into_any()
    };
    let go_there = move |_| {
        let (Some(area), Some((line, column, _))) = (area.get_untracked(), error.get_untracked())
        else {
            return;
        };
        let at = text.with_untracked(|text| utf16_offset(text, line, column));
        // Without a caret the message still names the place.
        let _ = area.focus();
        let _ = area.set_selection_range(at, at);
    };
    view! {
        <div class="editor" class:plain=is_plain class:invalid=move || bad_line.get().is_some()>
            <div class="editor-body">
                <div class="editor-gutter" aria-hidden="true" node_ref=gutter>{numbers}</div>
                <div class="editor-text">
                    <pre class="editor-colours" aria-hidden="true" node_ref=colours>{picture}"\n"</pre>
                    <textarea
                        class="editor-area"
                        node_ref=area
                        aria-label=label
                        aria-invalid=move || bad_line.get().map(|_| "true")
                        aria-describedby=described
                        spellcheck="false"
                        autocomplete="off"
                        autocapitalize="off"
                        wrap="off"
                        prop:value=text
                        on:input=move |event| on_input.run(event_target_value(&event))
                        on:scroll=follow
                    ></textarea>
                </div>
            </div>
            <p class="editor-error" id=error_id aria-live="polite">
                {move || {
                    error.get().map(|(line, column, message)| view! {
                        <button type="button" class="editor-place mono" on:click=go_there>{format!("{line}:{column}")}</button>
                        <span>{message}</span>
                    })
                }}
            </p>
        </div>
    }
}
