//! Fields of the forms below a run: sliders, lists and switches.

use leptos::prelude::*;

#[component]
pub(super) fn Slider(
    id: &'static str,
    label: &'static str,
    range: (f64, f64),
    step: f64,
    value: Signal<f64>,
    /// The value in words.
    says: Signal<String>,
    #[prop(into)] change: Callback<f64>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <output class="field-value mono" for=id>{says}</output>
            <input
                id=id
                class="slider"
                type="range"
                min=range.0
                max=range.1
                step=step
                aria-valuetext=says
                prop:value=move || value.get().to_string()
                on:input=move |event| {
                    if let Ok(value) = event_target_value(&event).parse::<f64>() {
                        change.run(value.clamp(range.0, range.1));
                    }
                }
            />
        </div>
    }
}

#[component]
pub(super) fn Choice(
    id: &'static str,
    label: &'static str,
    /// Values and what they are called.
    options: Vec<(String, String)>,
    value: Signal<String>,
    #[prop(into)] change: Callback<String>,
) -> impl IntoView {
    let options = options.into_iter().map(|(name, words)| {
        let own = name.clone();
        view! { <option value=name selected=move || value.with(|it| *it == own)>{words}</option> }
    });
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <select id=id class="select" on:change=move |event| change.run(event_target_value(&event))>
                {options.collect_view()}
            </select>
        </div>
    }
}

#[component]
pub(super) fn Switch(
    id: &'static str,
    label: &'static str,
    value: Signal<bool>,
    #[prop(into)] change: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="switch" for=id>
            <input
                id=id
                type="checkbox"
                prop:checked=value
                on:change=move |event| change.run(event_target_checked(&event))
            />
            {label}
        </label>
    }
}
