//! How a function is invoked asynchronously: retries, age, destinations, dead-letter queue.

use super::queues::destinations::{
    Choice, Destinations, destination, functions, sources, standard_queues,
};
use super::settings_form::{Draft, Mistake};
use crate::app::use_session;
use leptos::prelude::*;
use runtime_core::platform::Setting;
use runtime_core::timeline::{Destination, SourceKind};

#[component]
pub(super) fn AsyncFields(
    draft: RwSignal<Option<Draft>>,
    mistakes: Memo<Vec<Mistake>>,
) -> impl IntoView {
    let session = use_session();
    // Who takes what: "Capturing records of Lambda asynchronous invocations".
    let dead_letters = session.memo(|reading| {
        let mut all = standard_queues(&reading);
        all.extend(sources(&reading, &[SourceKind::Topic]));
        all
    });
    let records = move |kinds: &'static [SourceKind]| {
        session.memo(move |reading| {
            let mut all = standard_queues(&reading);
            all.extend(functions(&reading));
            all.extend(sources(&reading, kinds));
            all
        })
    };
    let successes = records(&[SourceKind::Topic, SourceKind::Bus]);
    let failures = records(&[SourceKind::Topic, SourceKind::Bus, SourceKind::Bucket]);
    let mine = Memo::new(move |_| {
        let mut mine = mistakes.get();
        mine.retain(|it| it.setting == Setting::Asynchronous);
        mine
    });
    // Nothing can be applied while there is a mistake: it is not to hide in what is folded.
    let wrong = Memo::new(move |_| !mine.with(Vec::is_empty));
    let details = NodeRef::<leptos::html::Details>::new();
    Effect::new(move |_| {
        if let (true, Some(details)) = (wrong.get(), details.get()) {
            details.set_open(true);
        }
    });
    let get = move |read: fn(&Draft) -> Option<Destination>| {
        Signal::derive(move || draft.with(|it| it.as_ref().and_then(read)))
    };
    let set = move |write: fn(&mut Draft, Option<Destination>)| {
        Callback::new(move |chosen: Option<Destination>| {
            draft.update(|draft| {
                if let Some(draft) = draft {
                    write(draft, chosen);
                }
            });
        })
    };
    let text = move |write: fn(&mut Draft, String)| {
        move |event: leptos::ev::Event| {
            let value = event_target_value(&event);
            draft.update(|draft| {
                if let Some(draft) = draft {
                    write(draft, value);
                }
            });
        }
    };
    let shown = move |read: fn(&Draft) -> &String| {
        move || draft.with(|it| it.as_ref().map(read).cloned().unwrap_or_default())
    };
    view! {
        <details class="variables" data-testid="async-settings" node_ref=details>
            <summary>"Asynchronous invocation"</summary>
            <div class="field">
                <label class="field-label" for="async-retries">"Retries"</label>
                <input id="async-retries" class="input input-number mono" inputmode="numeric" data-testid="async-retries"
                    prop:value=shown(|it| &it.retries) on:input=text(|it, value| it.retries = value) />
            </div>
            <div class="field">
                <label class="field-label" for="async-age">"Maximum event age, s"</label>
                <input id="async-age" class="input input-number mono" inputmode="numeric" data-testid="async-age"
                    prop:value=shown(|it| &it.event_age) on:input=text(|it, value| it.event_age = value) />
            </div>
            <Choose id="async-success" label="On success" choices=successes
                chosen=get(|it| it.on_success) on_choose=set(|it, to| it.on_success = to) />
            <Choose id="async-failure" label="On failure" choices=failures
                chosen=get(|it| it.on_failure) on_choose=set(|it, to| it.on_failure = to) />
            <Choose id="async-dead" label="Dead-letter queue" choices=dead_letters
                chosen=get(|it| it.dead_letter_queue) on_choose=set(|it, to| it.dead_letter_queue = to) />
            {move || mine.get().into_iter().map(|it| view! {
                <p class="field-error" role="alert">{it.cause} " " <span class="muted">{it.hint}</span></p>
            }).collect_view()}
            <p class="field-note muted">
                "After an error Lambda tries again one and two minutes later: skip the waits with the clock. Environments stay when this changes."
            </p>
        </details>
    }
}

#[component]
fn Choose(
    id: &'static str,
    label: &'static str,
    choices: Memo<Vec<Choice>>,
    chosen: Signal<Option<Destination>>,
    on_choose: Callback<Option<Destination>>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <select id=id class="select" data-testid=id on:change=move |event| {
                on_choose.run(destination(&event_target_value(&event)));
            }>
                <Destinations choices chosen />
            </select>
        </div>
    }
}
