//! Tabs as the WAI-ARIA authoring practices describe them: one stop of the Tab key, arrow keys
//! between the tabs.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A row of tabs. What they show is the owner's, who reads `selected`.
#[component]
pub fn Tabs(
    /// What the tabs are about, for screen readers.
    #[prop(into)]
    label: String,
    /// Their names.
    #[prop(into)]
    tabs: Signal<Vec<String>>,
    /// The index of the tab in front.
    selected: RwSignal<usize>,
) -> impl IntoView {
    let key = move |event: ev::KeyboardEvent| {
        let count = tabs.with_untracked(|tabs| tabs.len());
        let at = selected.get_untracked();
        let Some(last) = count.checked_sub(1) else {
            return;
        };
        let to = match event.key().as_str() {
            "ArrowRight" if at >= last => 0,
            "ArrowRight" => at + 1,
            "ArrowLeft" if at == 0 => last,
            "ArrowLeft" => at - 1,
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        selected.set(to);
        let row = event
            .current_target()
            .and_then(|row| row.dyn_into::<web_sys::Element>().ok());
        let tab = row.and_then(|row| row.query_selector_all("[role=tab]").ok()?.item(to as u32));
        if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<HtmlElement>().ok()) {
            // A tab that cannot take the focus is on its way out of the page.
            let _ = tab.focus();
        }
    };
    let row = move || {
        let tab = |(index, name): (usize, String)| {
            let front = move || selected.get() == index;
            view! {
                <button
                    type="button"
                    class="tab"
                    role="tab"
                    aria-selected=move || front().to_string()
                    tabindex=move || if front() { "0" } else { "-1" }
                    on:click=move |_| selected.set(index)
                >
                    {name}
                </button>
            }
        };
        tabs.get().into_iter().enumerate().map(tab).collect_view()
    };
    view! {
        <div class="tabs" role="tablist" aria-label=label on:keydown=key>
            {row}
        </div>
    }
}
