//! Lambda and Fargate under the same requests: what both came to.
//!
//! ```text
//! words    both sides, and how far apart they are, in words
//! result   both sides as a table and as charts
//! ```

mod result;
mod words;

use super::lab::Lab;
use super::result::Progress;
use leptos::prelude::*;
use result::SidesResult;
use std::sync::Arc;

/// The panel of a run whose scenario describes both.
#[component]
pub(super) fn SidesPanel(lab: Lab) -> impl IntoView {
    let sides = Memo::new(move |_| {
        let shown = lab.shown.get();
        shown.and_then(|it| it.sides().map(|it| Arc::new(it.clone())))
    });
    let text = move |of: fn(&runtime_core::simulator::Sides) -> String| {
        move || sides.with(|it| it.as_ref().map(|it| of(it)))
    };
    view! {
        <section class="panel scale-result" aria-label="Result">
            <div class="panel-head">
                <h2>"Result"</h2>
                <span class="muted" data-testid="run-name">{text(|it| it.name.clone())}</span>
            </div>
            <Progress lab />
            <p class="field-note">{text(|it| it.about.clone())}</p>
            <p class="field-note">{text(words::verdict)}</p>
            <SidesResult sides />
        </section>
    }
}
