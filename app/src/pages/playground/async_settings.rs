//! How a function is invoked asynchronously: retries, age, destinations, dead-letter queue.

use super::settings_form::{Draft, Mistake};
use crate::app::use_session;
use leptos::prelude::*;
use runtime_core::platform::Setting;
use runtime_core::timeline::Destination;
use runtime_core::units::{FunctionId, QueueId};

/// Where something can be sent: its value in a form, and its name.
type Choice = (String, String);

fn value(destination: Destination) -> String {
    match destination {
        Destination::Queue(queue) => format!("queue {}", queue.0),
        Destination::Function(function) => format!("function {}", function.0),
    }
}

fn destination(value: &str) -> Option<Destination> {
    let (kind, id) = value.split_once(' ')?;
    let id = id.parse().ok()?;
    match kind {
        "queue" => Some(Destination::Queue(QueueId(id))),
        "function" => Some(Destination::Function(FunctionId(id))),
        _ => None,
    }
}

#[component]
pub(super) fn AsyncFields(
    draft: RwSignal<Option<Draft>>,
    mistakes: Memo<Vec<Mistake>>,
) -> impl IntoView {
    let session = use_session();
    let queues = session.memo(|reading| {
        let queues = reading.platform().queues();
        let standard = queues.filter(|(_, queue)| !queue.is_fifo());
        standard
            .map(|(id, queue)| (value(Destination::Queue(id)), queue.name.clone()))
            .collect::<Vec<Choice>>()
    });
    let everywhere = session.memo(move |reading| {
        let functions = reading.platform().functions();
        let functions =
            functions.map(|(id, it)| (value(Destination::Function(id)), it.name.clone()));
        functions.collect::<Vec<Choice>>()
    });
    let all = Memo::new(move |_| {
        let mut all = queues.get();
        all.extend(everywhere.get());
        all
    });
    let mine = Memo::new(move |_| {
        let mut mine = mistakes.get();
        mine.retain(|it| it.setting == Setting::Asynchronous);
        mine
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
        <details class="variables" data-testid="async-settings">
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
            <Choose id="async-success" label="On success" choices=all
                chosen=get(|it| it.on_success) on_choose=set(|it, to| it.on_success = to) />
            <Choose id="async-failure" label="On failure" choices=all
                chosen=get(|it| it.on_failure) on_choose=set(|it, to| it.on_failure = to) />
            <Choose id="async-dead" label="Dead-letter queue" choices=queues
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
                <option value="" prop:selected=move || chosen.get().is_none()>"none"</option>
                <For each=move || choices.get() key=|choice| choice.clone() children=move |(option, name)| {
                    let this = option.clone();
                    view! {
                        <option value=option prop:selected=move || chosen.get().map(value).as_ref() == Some(&this)>{name}</option>
                    }
                } />
            </select>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_come_back_from_their_values() {
        for it in [
            Destination::Queue(QueueId(3)),
            Destination::Function(FunctionId(12)),
        ] {
            assert_eq!(destination(&value(it)), Some(it));
        }
        for nonsense in ["", "queue", "queue x", "bucket 1"] {
            assert_eq!(destination(nonsense), None);
        }
    }
}
