//! The event editor, Invoke and Burst.

use super::parts::{Happened, trigger_form};
use super::trigger::TriggerPlace;
use super::versions::qualifiers;
use super::words::indented;
use crate::app::use_session;
use crate::session::{Command, InvocationType, MAX_BURST, Session};
use crate::widgets::{JsonEditor, Part};
use leptos::prelude::*;
use runtime_core::platform::{JsonError, json_error};
use runtime_core::timeline::{MAX_EVENT_BYTES, Qualifier};
use runtime_core::units::{ByteCount, FunctionId, Span};

/// Texts longer than this are checked when they are sent, not with each key.
const CHECK_WHILE_TYPING: usize = 1_000_000;

#[component]
pub(super) fn EventPanel() -> impl IntoView {
    let session = use_session();
    let function = session.memo(|reading| reading.selected_function());
    let text = session.memo(|reading| {
        let function = reading.selected_function();
        function
            .map(|id| reading.test_events(id).text.clone())
            .unwrap_or_default()
    });
    let saved = session.memo(|reading| {
        let function = reading.selected_function();
        let events = function.map(|id| &reading.test_events(id).saved);
        let events = events.into_iter().flatten();
        events.map(|event| event.name.clone()).collect::<Vec<_>>()
    });
    let drawn = session.memo(|reading| {
        let function = reading.selected_function();
        function.is_some_and(|id| reading.drawn_event(id).is_some())
    });
    let error = Memo::new(move |_| text.with(|text| problem(text)));
    let size = Memo::new(move |_| text.with(|text| ByteCount::from(text.len())));
    let edit = move |text: String| {
        if let Some(function) = function.get_untracked() {
            session.dispatch(Command::EditEvent { function, text });
        }
    };
    let format = move |_| {
        let pretty = text.with_untracked(|text| indented(text.as_bytes()));
        if let Some(pretty) = pretty {
            edit(pretty);
        }
    };
    let place = TriggerPlace::provide();
    view! {
        <section class="panel event" aria-labelledby="event-title">
            <div class="panel-head">
                <h2 id="event-title">"Event"</h2>
                <SavedEvents function=function saved=saved text=text />
                <button
                    class="button button-small"
                    data-testid="from-trigger"
                    node_ref=place.button
                    aria-expanded=move || place.open.get().to_string()
                    aria-controls="trigger-place"
                    on:click=move |_| place.open.update(|open| *open = !*open)
                    disabled=move || function.get().is_none()
                >
                    "From a trigger…"
                </button>
                <button class="button button-small" on:click=format disabled=move || error.get().is_some()>
                    "Format"
                </button>
                <span class="muted mono push">{move || size.get().to_string()}</span>
            </div>
            <Show
                when=move || function.get().is_some()
                fallback=|| view! { <p class="empty">"Choose a function to send it an event."</p> }
            >
                <div id="trigger-place" hidden=move || !place.open.get()>
                    <Show when=move || place.asked.get()>
                        <Part title="Event from a trigger" class="trigger" fetch=trigger_form />
                    </Show>
                </div>
                <Show when=move || drawn.get()>
                    <Part title="Drawing" class="drawing" fetch=|| Happened::Drawing.fetch() />
                </Show>
                <JsonEditor
                    label="Event, JSON"
                    text=text
                    error=Signal::derive(move || {
                        error.get().map(|it| (it.line as usize, it.column as usize, it.message))
                    })
                    on_input=Callback::new(edit)
                />
            </Show>
            <InvokeBar function=function />
        </section>
    }
}

fn problem(text: &str) -> Option<JsonError> {
    if text.len() as u64 > MAX_EVENT_BYTES {
        return Some(JsonError {
            line: 1,
            column: 1,
            message: format!(
                "the event has {} bytes, and a synchronous event may have {MAX_EVENT_BYTES}",
                text.len()
            ),
        });
    }
    if text.len() > CHECK_WHILE_TYPING {
        None
    } else {
        json_error(text.as_bytes())
    }
}

/// Choosing, saving and deleting test events.
#[component]
fn SavedEvents(
    function: Memo<Option<FunctionId>>,
    saved: Memo<Vec<String>>,
    text: Memo<String>,
) -> impl IntoView {
    let session = use_session();
    let name = RwSignal::new(String::new());
    let choose = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event);
        let Some(function) = function.get_untracked() else {
            return;
        };
        let text = session.read_untracked(|reading| {
            let mut events = reading.test_events(function).saved.iter();
            let event = events.find(|event| event.name == chosen);
            event.map(|event| event.text.clone())
        });
        if let Some(text) = text {
            name.set(chosen);
            session.dispatch(Command::EditEvent { function, text });
        }
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let chosen = name.get_untracked().trim().to_owned();
        if let Some(function) = function.get_untracked().filter(|_| !chosen.is_empty()) {
            session.dispatch(Command::SaveEvent {
                function,
                name: chosen,
            });
        }
    };
    let known = move || saved.with(|saved| saved.contains(&name.get()));
    // Once the text is another, no saved event is in the editor: so that the same one can be chosen
    // again.
    let shown = Memo::new(move |_| {
        let (name, function) = (name.get(), function.get()?);
        saved.track();
        text.with(|text| {
            session.read_untracked(|reading| {
                let mut same = reading.test_events(function).saved.iter();
                same.any(|event| event.name == name && event.text == *text)
            })
        })
        .then_some(name)
    });
    let delete = move |_| {
        if let Some(function) = function.get_untracked() {
            session.dispatch(Command::DeleteEvent {
                function,
                name: name.get_untracked(),
            });
        }
    };
    view! {
        <select class="select" aria-label="Saved test events" data-testid="saved-events" on:change=choose>
            <option value="" disabled prop:selected=move || shown.get().is_none()>"test events"</option>
            <For each=move || saved.get() key=|name| name.clone() children=move |option| {
                let this = option.clone();
                view! {
                    <option value=option.clone() prop:selected=move || shown.get().as_ref() == Some(&this)>{option.clone()}</option>
                }
            } />
        </select>
        <form class="save-event" on:submit=save>
            <input
                class="input"
                aria-label="Name of the test event"
                placeholder="name"
                maxlength="60"
                data-testid="event-name"
                prop:value=move || name.get()
                on:input=move |event| name.set(event_target_value(&event))
            />
            <button class="button button-small" data-testid="save-event" disabled=move || name.get().trim().is_empty()>
                "Save"
            </button>
            <Show when=known>
                <button class="button button-small" type="button" on:click=delete>"Delete"</button>
            </Show>
        </form>
    }
}

/// Invoke once, or a burst with a spacing.
#[component]
fn InvokeBar(function: Memo<Option<FunctionId>>) -> impl IntoView {
    let session = use_session();
    let count = RwSignal::new("20".to_owned());
    let spacing = RwSignal::new("0".to_owned());
    let burst = Memo::new(move |_| {
        let count: u32 = count
            .get()
            .trim()
            .parse()
            .ok()
            .filter(|n| (1..=MAX_BURST).contains(n))?;
        let spacing: u64 = spacing
            .get()
            .trim()
            .parse()
            .ok()
            .filter(|ms| *ms <= 60_000)?;
        Some((count, Span::from_millis(spacing)))
    });
    let invocation_type = RwSignal::new(InvocationType::default());
    let choices = session.memo(|reading| qualifiers(&reading));
    // What was chosen, and for which function: others have versions of the same numbers.
    let wanted = RwSignal::new((None::<FunctionId>, Qualifier::LATEST));
    // A name that is gone, or another function's, names nothing.
    let named = Memo::new(move |_| {
        let (whose, wanted) = wanted.get();
        let known = choices.with(|it| it.iter().any(|(it, _)| *it == wanted));
        if known && whose == function.get() {
            wanted
        } else {
            Qualifier::LATEST
        }
    });
    let go = move |count, spacing| {
        let named = named.get_untracked();
        send(
            session,
            named,
            invocation_type.get_untracked(),
            count,
            spacing,
        );
    };
    view! {
        <div class="invoke-bar">
            <button
                class="button button-primary"
                data-testid="invoke"
                disabled=move || function.get().is_none()
                on:click=move |_| go(1, Span::ZERO)
            >
                "Invoke"
            </button>
            <select
                class="select"
                aria-label="Invocation type"
                data-testid="invocation-type"
                on:change=move |event| invocation_type.set(match event_target_value(&event).as_str() {
                    "Event" => InvocationType::Event,
                    _ => InvocationType::RequestResponse,
                })
            >
                <option value="RequestResponse">"synchronously"</option>
                <option value="Event">"asynchronously"</option>
            </select>
            <Show when=move || choices.with(|it| it.len() > 1)>
                <select
                    class="select"
                    aria-label="Version or alias"
                    data-testid="qualifier"
                    on:change=move |event| {
                        let place = event_target_value(&event).parse().unwrap_or(0_usize);
                        let chosen = choices.with_untracked(|it| it.get(place).map(|(it, _)| *it));
                        wanted.set((function.get_untracked(), chosen.unwrap_or_default()));
                    }
                >
                    {move || choices.get().into_iter().enumerate().map(|(place, (qualifier, name))| view! {
                        <option value=place.to_string() prop:selected=move || named.get() == qualifier>{name}</option>
                    }).collect_view()}
                </select>
            </Show>
            <span class="burst">
                <label>
                    "Burst ×"
                    <input
                        class="input input-number mono"
                        inputmode="numeric"
                        data-testid="burst-count"
                        aria-invalid=move || burst.get().is_none().then_some("true")
                        prop:value=move || count.get()
                        on:input=move |event| count.set(event_target_value(&event))
                    />
                </label>
                <label>
                    "every"
                    <input
                        class="input input-number mono"
                        inputmode="numeric"
                        data-testid="burst-spacing"
                        aria-invalid=move || burst.get().is_none().then_some("true")
                        prop:value=move || spacing.get()
                        on:input=move |event| spacing.set(event_target_value(&event))
                    />
                    "ms"
                </label>
                <button
                    class="button"
                    data-testid="burst"
                    disabled=move || function.get().is_none() || burst.get().is_none()
                    on:click=move |_| {
                        if let Some((count, spacing)) = burst.get_untracked() {
                            go(count, spacing);
                        }
                    }
                >
                    "Burst"
                </button>
                <Show when=move || burst.get().is_none()>
                    <span class="field-error" role="alert">
                        "1 to 1,000 requests, 0 to 60,000 ms apart"
                    </span>
                </Show>
            </span>
        </div>
    }
}

/// Sends what the editor holds now: what is on screen may be a frame old.
fn send(
    session: Session,
    qualifier: Qualifier,
    invocation_type: InvocationType,
    count: u32,
    spacing: Span,
) {
    let now = session.read_untracked(|reading| {
        let function = reading.selected_function()?;
        Some((function, reading.test_events(function).text.clone()))
    });
    if let Some((function, event)) = now {
        session.dispatch(Command::Invoke {
            function,
            event,
            qualifier,
            invocation_type,
            count,
            spacing,
        });
    }
}
