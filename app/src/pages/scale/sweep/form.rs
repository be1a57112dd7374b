//! The fields of a sweep, and its buttons.

use super::desk::{SweepDesk, SweepState};
use super::draft::AxisDraft;
use crate::widgets::fresh_id;
use leptos::prelude::*;

#[component]
pub(super) fn SweepForm(desk: SweepDesk) -> impl IntoView {
    let is_going = move || desk.state.with(|it| *it == SweepState::Going);
    let list = fresh_id("sweep-fields");
    let known = list.clone();
    let [first, second] = desk.axes;
    let options = move || {
        let fields = desk.fields.get().into_iter();
        let options = fields.map(|it| view! { <option value=it.path>{it.value}</option> });
        options.collect_view()
    };
    view! {
        <form
            class="sweep-form"
            on:focusin=move |_| {
                if desk.fields.with_untracked(Vec::is_empty) {
                    desk.read_fields();
                }
            }
            on:submit=move |event| {
                event.prevent_default();
                desk.begin(false);
            }
        >
            <AxisFields desk axis=first name="Field" testid="sweep-first" list=list.clone() />
            <AxisFields desk axis=second name="And field" testid="sweep-second" list />
            <datalist id=known>{options}</datalist>
            <div class="row">
                <button class="button button-primary" type="submit" data-testid="sweep-run">
                    {move || if is_going() { "Run again" } else { "Run the sweep" }}
                </button>
                <Show when=is_going>
                    <button class="button" type="button" data-testid="sweep-stop" on:click=move |_| desk.stop()>
                        "Stop"
                    </button>
                </Show>
            </div>
        </form>
    }
}

#[component]
fn AxisFields(
    desk: SweepDesk,
    axis: RwSignal<AxisDraft>,
    name: &'static str,
    testid: &'static str,
    /// The suggestions.
    list: String,
) -> impl IntoView {
    let (path, values) = (fresh_id("sweep-path"), fresh_id("sweep-values"));
    let choose = move |event| {
        let path: String = event_target_value(&event);
        let known = desk
            .fields
            .with_untracked(|fields| fields.iter().find(|it| it.path == path).cloned());
        axis.update(|axis| match known {
            // Values of another field would say nothing.
            Some(field) if axis.path != path => *axis = AxisDraft::around(&field),
            _ => axis.path = path,
        });
    };
    view! {
        <div class="field">
            <label class="field-label" for=path.clone()>{name}</label>
            <input
                id=path
                class="input mono"
                list=list
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder="load.0.rate"
                data-testid=testid
                prop:value=move || axis.with(|it| it.path.clone())
                on:change=choose
            />
        </div>
        <div class="field">
            <label class="field-label" for=values.clone()>"Values"</label>
            <input
                id=values
                class="input mono"
                autocomplete="off"
                placeholder="10, 20, 50"
                data-testid=format!("{testid}-values")
                prop:value=move || axis.with(|it| it.values.clone())
                on:input=move |event| axis.update(|it| it.values = event_target_value(&event))
            />
        </div>
    }
}
