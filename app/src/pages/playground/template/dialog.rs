//! The dialog in which a template is looked at before anything is made of it.

use super::changes::Changes;
use super::desk::TemplateDesk;
use super::fields::Fields;
use super::model::{excerpt, makes_something};
use super::reading::Reading;
use crate::app::use_session;
use crate::browser::templates::Unread;
use crate::widgets::DropZone;
use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::task::spawn_local;
use runtime_core::change_set::FieldKind;

#[component]
pub(in crate::pages::playground) fn TemplateDialog() -> impl IntoView {
    let (session, desk) = (use_session(), TemplateDesk::here());
    let reading = Reading::begin(session, desk.files());
    let element = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = element.get() {
            // It fails only for a dialog that is open already.
            let _ = dialog.show_modal();
        }
    });
    // The dialog's own close gives the focus back to what it was opened from.
    let shut = move || match element.try_get_untracked() {
        Some(Some(dialog)) => dialog.close(),
        Some(None) => desk.close(),
        // It is gone already.
        None => {}
    };
    let name = move || {
        let template = reading.template.get();
        template.map_or_else(|| "template".to_owned(), |(name, _)| name)
    };
    let set = Memo::new(move |_| {
        let answer = reading.answer.get()?;
        answer.ok()
    });
    let description = move || set.get().and_then(|set| set.description);
    let ready = Memo::new(move |_| {
        set.with(|set| {
            set.as_ref().is_some_and(|set| {
                let asks =
                    |kind, fault: &Option<String>| kind == FieldKind::Parameter && fault.is_some();
                makes_something(set) && !set.fields.iter().any(|it| asks(it.kind, &it.fault))
            })
        })
    });
    let import = move |_| reading.import(shut);
    let refusals = move || {
        let refusals = reading.refusals.get().into_iter();
        let rows = refusals.map(|it| {
            let about = match it.logical_id.is_empty() {
                true => it.cause,
                false => format!("{}: {}", it.logical_id, it.cause),
            };
            view! { <p class="field-error" role="alert" data-testid="template-refusal">{about}" "{it.hint}</p> }
        });
        rows.collect_view()
    };
    view! {
        <dialog
            class="template-dialog"
            node_ref=element
            aria-labelledby="template-title"
            data-testid="template-dialog"
            on:close=move |_| desk.close()
        >
            <header class="template-head">
                <h2 id="template-title">"Import "{name}</h2>
                <button class="icon-button" aria-label="Close" on:click=move |_| shut()>"✕"</button>
            </header>
            <div class="template-body">
                <p class="muted">{description}</p>
                <Fault reading />
                <Fields reading />
                {move || set.get().map(|set| view! { <Changes reading set /> })}
                <Show when=move || set.with(Option::is_some)>
                    <DropZone
                        label="Code of its functions: drop .zip, .py, .mjs, .rb or .wasm"
                        accept=super::super::functions::UPLOADS
                        on_files=Callback::new(move |files| spawn_local(reading.add(files)))
                    />
                </Show>
                {refusals}
            </div>
            <footer class="template-foot">
                <span class="muted">
                    {move || match set.with(|set| set.as_ref().is_some_and(|it| !makes_something(it))) {
                        true => "There is nothing in it that can be made here.",
                        false => "Nothing is made before you import.",
                    }}
                </span>
                <button class="button" on:click=move |_| shut()>"Cancel"</button>
                <button
                    class="button button-primary"
                    data-testid="template-import"
                    disabled=move || !ready.get() || reading.busy.get()
                    on:click=import
                >"Import"</button>
            </footer>
        </dialog>
    }
}

/// Why it is no template, with the place.
#[component]
fn Fault(reading: Reading) -> impl IntoView {
    move || match reading.answer.get() {
        None => view! { <p class="muted" role="status">"Reading it…"</p> }.into_any(),
        Some(Ok(_)) => ().into_any(),
        Some(Err(Unread::Broken(reason))) => view! {
            <p class="field-error" role="alert" data-testid="template-fault">
                {format!("It could not be read: {reason}. Close this and try again.")}
            </p>
        }
        .into_any(),
        Some(Err(Unread::Fault(fault))) => {
            let place = reading.template.with(|it| {
                let (_, bytes) = it.as_ref()?;
                excerpt(bytes, fault.line, fault.column)
            });
            view! {
                <div class="template-fault" role="alert" data-testid="template-fault">
                    <p class="field-error">{fault.to_string()}</p>
                    {place.map(|text| view! { <pre class="mono">{text}</pre> })}
                    <p class="muted">{fault.hint().to_owned()}</p>
                </div>
            }
            .into_any()
        }
    }
}
