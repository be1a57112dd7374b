//! What forms of templates have in common: a field, and what was not taken over.

use leptos::prelude::*;
use runtime_core::change_set::{Field, FieldKind, Remark, RemarkKind};

/// A field and what is said of it.
#[component]
pub fn TemplateField(
    /// As it was asked for first.
    field: Field,
    /// As it is asked for now.
    now: Memo<Option<Field>>,
    /// What it was filled in with, if it was.
    value: Signal<Option<String>>,
    /// It is filled in.
    fill_in: Callback<String>,
) -> impl IntoView {
    let Field {
        kind,
        name,
        of_type,
        description,
        allowed,
        constraints,
        no_echo,
        default,
        ..
    } = field;
    let value = move || value.get().or_else(|| default.clone()).unwrap_or_default();
    let set = move |event: leptos::ev::Event| fill_in.run(event_target_value(&event));
    let fault = move || now.get().and_then(|it| it.fault);
    let mut about: Vec<String> = description.into_iter().collect();
    about.extend((!of_type.is_empty() && of_type != "String").then_some(of_type));
    about.extend(constraints);
    let about = about.join(" · ");
    let label = match kind {
        FieldKind::Parameter => name.clone(),
        FieldKind::Import => format!("Import {name}"),
    };
    let id = format!("template-field-{name}");
    let testid = id.clone();
    let input_type = if no_echo { "password" } else { "text" };
    let control = match allowed.is_empty() {
        true => view! {
            <input
                id=id.clone()
                class="input mono"
                type=input_type
                autocomplete="off"
                spellcheck="false"
                data-testid=testid
                aria-invalid=move || fault().is_some().then_some("true")
                prop:value=value
                on:change=set
            />
        }
        .into_any(),
        false => {
            let current = Memo::new(move |_| value());
            let unknown = Memo::new({
                let allowed = allowed.clone();
                move |_| !current.with(|it| allowed.contains(it))
            });
            let options = allowed.into_iter().map(|option| {
                let own = option.clone();
                view! {
                    <option value=option.clone() prop:selected=move || current.with(|it| *it == own)>{option.clone()}</option>
                }
            });
            view! {
                <select id=id.clone() class="select" data-testid=testid on:change=set>
                    <option value="" disabled prop:selected=move || unknown.get()>"choose"</option>
                    {options.collect_view()}
                </select>
            }
            .into_any()
        }
    };
    view! {
        <label for=id>
            <span>{label}</span>
            {control}
            <span class="template-about faint">{about}</span>
            <Show when=move || fault().is_some()>
                <span class="field-error" role="alert">{fault}</span>
            </Show>
        </label>
    }
}

/// What was refused is seen at once; the rest is a list to open.
#[component]
pub fn TemplateRemarks(remarks: Vec<Remark>) -> impl IntoView {
    let (refused, rest): (Vec<Remark>, Vec<Remark>) = remarks
        .into_iter()
        .partition(|it| it.kind == RemarkKind::Refused);
    let list = |remarks: Vec<Remark>| {
        let rows = remarks.into_iter().map(|remark| {
            let place = match remark.line {
                0 => String::new(),
                line => format!("line {line}"),
            };
            view! {
                <li class="template-remark" data-kind=remark.kind.name()>
                    <span class="mono faint">{place}</span>
                    <b>{remark.kind.name()}</b>
                    <span><code>{remark.about}</code>" "{remark.message}</span>
                </li>
            }
        });
        rows.collect_view()
    };
    let count = rest.len();
    let refusals = (!refused.is_empty()).then(|| {
        view! {
            <section class="template-part">
                <h3>"Refused"</h3>
                <ul class="template-rows" data-testid="template-refused">{list(refused)}</ul>
            </section>
        }
    });
    let others = (count > 0).then(|| {
        view! {
            <details class="template-part facts" data-testid="template-remarks">
                <summary>{format!("Skipped or changed: {count}")}</summary>
                <ul class="template-rows">{list(rest)}</ul>
            </details>
        }
    });
    view! { {refusals} {others} }
}
