//! Parameters and imports as a form.

use super::reading::Reading;
use leptos::prelude::*;
use runtime_core::change_set::{ChangeSet, Field, FieldKind};

/// The fields that a template has, with imports that were filled in already.
fn fields(set: Option<&ChangeSet>, filled: &[String]) -> Vec<Field> {
    let mut fields = set.map(|set| set.fields.clone()).unwrap_or_default();
    for name in filled {
        let here = |it: &Field| it.kind == FieldKind::Import && it.name == *name;
        if !fields.iter().any(here) {
            fields.push(Field {
                kind: FieldKind::Import,
                name: name.clone(),
                description: Some("What another stack exports under this name.".to_owned()),
                ..Field::default()
            });
        }
    }
    fields
}

#[component]
pub(super) fn Fields(reading: Reading) -> impl IntoView {
    let fields = Memo::new(move |_| {
        let filled = reading.filled_imports();
        reading.answer.with(|answer| {
            let set = answer.as_ref().and_then(|it| it.as_ref().ok());
            fields(set, &filled)
        })
    });
    view! {
        <Show when=move || fields.with(|it| !it.is_empty())>
            <section class="template-part" aria-labelledby="template-fields">
                <h3 id="template-fields">"Parameters"</h3>
                <div class="queue-form template-fields">
                    <For
                        each=move || fields.get()
                        key=|field| (field.kind == FieldKind::Import, field.name.clone())
                        children=move |field| {
                            let (kind, name) = (field.kind, field.name.clone());
                            let now = Memo::new(move |_| fields.with(|all| {
                                all.iter().find(|it| it.kind == kind && it.name == name).cloned()
                            }));
                            view! { <OneField reading field now /> }
                        }
                    />
                </div>
            </section>
        </Show>
    }
}

#[component]
fn OneField(reading: Reading, field: Field, now: Memo<Option<Field>>) -> impl IntoView {
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
    let own = name.clone();
    let value = move || {
        let filled = reading.value(kind, &own);
        filled.or_else(|| default.clone()).unwrap_or_default()
    };
    let set = {
        let name = name.clone();
        move |event: leptos::ev::Event| {
            reading.fill_in(kind, &name, event_target_value(&event));
        }
    };
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
