//! Parameters and imports as a form.

use super::reading::Reading;
use crate::widgets::TemplateField;
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
                            let own = field.name.clone();
                            let value = Signal::derive(move || reading.value(kind, &own));
                            let own = field.name.clone();
                            let fill_in = Callback::new(move |value| reading.fill_in(kind, &own, value));
                            view! { <TemplateField field now value fill_in /> }
                        }
                    />
                </div>
            </section>
        </Show>
    }
}
