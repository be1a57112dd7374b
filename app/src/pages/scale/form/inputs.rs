//! A field as an input, a list or a switch.

use super::super::lab::Lab;
use super::words::{Words, choice_words, memories_of, words};
use crate::widgets::fresh_id;
use leptos::prelude::*;
use runtime_core::simulator::{Field, FieldKind, FormChange};

#[component]
pub(super) fn Input(lab: Lab, field: Field) -> impl IntoView {
    let form = lab.form;
    let Words { label, unit, hint } = words(field);
    let id = fresh_id("form");
    let name = format!("{field:?}");
    let title = match field.default() {
        Some(default) => format!("{hint} Default: {}.", choice_words(field, default)),
        None => hint.to_owned(),
    };
    // What is written; what holds.
    let written =
        Memo::new(move |_| form.with(|it| it.values.get(&field).cloned().unwrap_or_default()));
    let holds = Memo::new(move |_| form.with(|it| it.value(field).to_owned()));
    let is_wrong = Memo::new(move |_| {
        form.wrong
            .with(|it| matches!(it, Some((Some(of), _)) if *of == field))
    });
    let set = move |value: String| lab.change(FormChange::Set(field, value));
    if field.kind() == FieldKind::Switch {
        return view! {
            <label class="switch" title=title>
                <input
                    type="checkbox"
                    data-field=name
                    prop:checked=move || holds.with(|it| it == "true")
                    on:change=move |event| set(event_target_checked(&event).to_string())
                />
                {label}
            </label>
        }
        .into_any();
    }
    let control = match field.kind() {
        FieldKind::Choice(all) => {
            let offered = Signal::derive(move || all.iter().map(|it| (*it).to_owned()).collect());
            view! { <List id=id.clone() name field offered holds set=Callback::new(set) /> }
                .into_any()
        }
        _ if matches!(field, Field::Cpu | Field::Memory) => {
            let cpu = Memo::new(move |_| form.with(|it| it.value(Field::Cpu).to_owned()));
            let offered = Signal::derive(move || match field {
                Field::Cpu => super::words::cpus(),
                _ => cpu.with(|cpu| memories_of(cpu)),
            });
            view! { <List id=id.clone() name field offered holds set=Callback::new(set) /> }
                .into_any()
        }
        kind => {
            let is_text = matches!(kind, FieldKind::Text | FieldKind::Time);
            view! {
                <input
                    id=id.clone()
                    class=if is_text { "input mono" } else { "input input-number mono" }
                    type="text"
                    inputmode=if is_text { "text" } else { "decimal" }
                    spellcheck="false"
                    autocapitalize="off"
                    autocomplete="off"
                    data-field=name
                    placeholder=field.default()
                    aria-invalid=move || is_wrong.get().then_some("true")
                    prop:value=written
                    on:change=move |event| set(event_target_value(&event))
                />
            }
            .into_any()
        }
    };
    view! {
        <div class="field" title=title>
            <label class="field-label" for=id>{label}</label>
            <span class="field-value">
                {control}
                {(!unit.is_empty()).then(|| view! { <span class="unit">{unit}</span> })}
            </span>
        </div>
    }
    .into_any()
}

/// A list of what is offered, and of what is written although it is not.
#[component]
fn List(
    id: String,
    name: String,
    field: Field,
    offered: Signal<Vec<String>>,
    holds: Memo<String>,
    set: Callback<String>,
) -> impl IntoView {
    let options = move || {
        let now = holds.get();
        let mut all = offered.get();
        if !all.contains(&now) {
            all.insert(0, now.clone());
        }
        let option = |value: String| {
            let selected = value == now;
            let words = choice_words(field, &value);
            view! { <option value=value selected=selected>{words}</option> }
        };
        all.into_iter().map(option).collect_view()
    };
    view! {
        <select
            id=id
            class="select"
            data-field=name
            on:change=move |event| set.run(event_target_value(&event))
        >
            {options}
        </select>
    }
}
