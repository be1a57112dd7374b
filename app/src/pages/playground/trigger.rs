//! Events that triggers make: a form for each kind, and what it makes as it is filled in.

use crate::app::use_session;
use crate::session::{Command, TaskEvent};
use crate::widgets::coloured;
use leptos::html::Button;
use leptos::prelude::*;
use runtime_core::events::trigger::{
    Class, Context, Field, FieldError, FieldKind, Fields, TriggerKind, build, task_timeout_of,
};

/// Where the form is, for the panel that it is in.
#[derive(Clone, Copy)]
pub(super) struct TriggerPlace {
    /// Whether it is shown.
    pub(super) open: RwSignal<bool>,
    /// Whether it ever was: what was filled in stays.
    pub(super) asked: Memo<bool>,
    /// What opens it, and gets the focus back.
    pub(super) button: NodeRef<Button>,
}

impl TriggerPlace {
    pub(super) fn provide() -> Self {
        let open = RwSignal::new(false);
        let asked = Memo::new(move |before: Option<&bool>| before == Some(&true) || open.get());
        let place = TriggerPlace {
            open,
            asked,
            button: NodeRef::new(),
        };
        provide_context(place);
        place
    }

    fn close(self) {
        self.open.set(false);
        if let Some(button) = self.button.get_untracked() {
            // Without the focus the page is as usable, only less handy.
            let _ = button.focus();
        }
    }
}

/// Kinds in the order in which they are offered.
const GROUPS: [(Class, &str); 3] = [
    (Class::Sync, "Synchronous: the response is used"),
    (Class::Poll, "Polled: Lambda reads batches"),
    (Class::Async, "Asynchronous: nobody waits"),
];

#[component]
pub(super) fn TriggerForm() -> impl IntoView {
    let session = use_session();
    let place = expect_context::<TriggerPlace>();
    let kind = RwSignal::new(TriggerKind::ApiGatewayRest);
    let fields = RwSignal::new(Fields::new());
    // Each event that is used has ids of its own, and the moment at which it was asked for.
    let used = RwSignal::new(0u64);
    let context = Memo::new(move |_| {
        let used = used.get();
        place.open.track();
        session.read_untracked(|reading| {
            let meta = reading.session();
            Context {
                unix_millis: meta.unix_nanos(reading.now) / 1_000_000,
                seed: meta.seed.0.wrapping_add(used),
                ..Context::default()
            }
        })
    });
    let made = Memo::new(move |_| {
        let event = fields.with(|fields| context.with(|it| build(kind.get(), fields, it)));
        event.map(|event| format!("{event:#}"))
    });
    let error = Memo::new(move |_| made.with(|made| made.as_ref().err().cloned()));
    let choose = move |event: leptos::ev::Event| {
        if let Ok(chosen) = event_target_value(&event).parse() {
            fields.set(Fields::new());
            kind.set(chosen);
        }
    };
    let put = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let function = session.read_untracked(|reading| reading.selected_function());
        if let (Some(function), Ok(text)) = (function, made.get_untracked()) {
            session.dispatch(match kind.get_untracked() {
                TriggerKind::StepFunctions => {
                    let timeout_seconds = fields.with_untracked(task_timeout_of);
                    let task = TaskEvent {
                        text,
                        timeout_seconds,
                    };
                    Command::MakeTask { function, task }
                }
                _ => Command::EditEvent { function, text },
            });
            used.update(|used| *used += 1);
            place.close();
        }
    };
    view! {
        <form class="trigger-form" aria-label="Event from a trigger" data-testid="trigger-form" on:submit=put>
            <label class="trigger-field trigger-kind">
                <span>"Trigger"</span>
                <select class="select" data-testid="trigger-kind" on:change=choose>
                    {GROUPS.into_iter().map(|(class, title)| view! {
                        <optgroup label=title>
                            {TriggerKind::ALL.into_iter().filter(|kind| kind.class() == class).map(|option| view! {
                                <option value=option.slug() prop:selected=option == kind.get_untracked()>{option.name()}</option>
                            }).collect_view()}
                        </optgroup>
                    }).collect_view()}
                </select>
            </label>
            <div class="trigger-fields">
                {move || ordered(kind.get()).map(|field| question(field, fields, error)).collect_view()}
            </div>
            <p class="trigger-error" role="status" data-testid="trigger-error">
                {move || error.get().map(|error| {
                    let form = kind.get_untracked().form();
                    let label = form.iter().find(|field| field.name == error.field).map_or("", |field| field.label);
                    let text = format!("{}. {}", error.of(&format!("“{label}”")), error.hint());
                    view! { <span class="field-error">{text}</span> }
                })}
            </p>
            <pre class="viewer-text trigger-made" tabindex="0" role="region" aria-label="The event" data-testid="trigger-made">
                {move || made.with(|made| made.as_ref().ok().map(|text| coloured(text)))}
            </pre>
            <div class="form-actions">
                <button class="button button-primary" data-testid="trigger-use" disabled=move || error.with(Option::is_some)>
                    "Use this event"
                </button>
                <button class="button" type="button" on:click=move |_| place.close()>"Close"</button>
            </div>
        </form>
    }
}

/// A form's fields: those of a line before those of several.
fn ordered(kind: TriggerKind) -> impl Iterator<Item = Field> {
    let fields = kind.form().iter().copied();
    let (long, short): (Vec<_>, Vec<_>) = fields.partition(|field| is_long(field.kind));
    short.into_iter().chain(long)
}

fn is_long(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Lines | FieldKind::Json | FieldKind::JsonObject | FieldKind::Headers
    )
}

/// A field of the form. What is long has lines of its own.
fn question(
    field: Field,
    fields: RwSignal<Fields>,
    error: Memo<Option<FieldError>>,
) -> impl IntoView {
    let name = field.name;
    let set = move |event: leptos::ev::Event| {
        fields.update(|fields| fields.set(name, event_target_value(&event)));
    };
    let value = move || fields.with(|it| it.get(name).unwrap_or(field.default).to_owned());
    let invalid = move || {
        let wrong = error.with(|it| it.as_ref().is_some_and(|it| it.field == name));
        wrong.then_some("true")
    };
    let test = format!("trigger-{name}");
    let (class, control) = match field.kind {
        FieldKind::Flag => {
            let tick = move |event: leptos::ev::Event| {
                let value = event_target_checked(&event).to_string();
                fields.update(|fields| fields.set(name, value));
            };
            let control = view! {
                <input type="checkbox" data-testid=test prop:checked=move || value() == "true" on:change=tick />
            };
            ("trigger-field trigger-flag", control.into_any())
        }
        FieldKind::Choice(choices) => {
            let control = view! {
                <select class="select" data-testid=test aria-invalid=invalid on:change=set>
                    {choices.iter().map(|choice| view! {
                        <option value=*choice prop:selected=value() == **choice>{*choice}</option>
                    }).collect_view()}
                </select>
            };
            ("trigger-field", control.into_any())
        }
        kind if is_long(kind) => {
            let rows = field.default.lines().count().clamp(2, 5);
            let control = view! {
                <textarea
                    class="input mono"
                    rows=rows
                    spellcheck="false"
                    data-testid=test
                    aria-invalid=invalid
                    prop:value=value
                    on:input=set
                ></textarea>
            };
            ("trigger-field trigger-long", control.into_any())
        }
        _ => {
            let numeric = matches!(field.kind, FieldKind::Number { .. }).then_some("numeric");
            let control = view! {
                <input
                    class="input mono"
                    inputmode=numeric
                    autocomplete="off"
                    data-testid=test
                    aria-invalid=invalid
                    prop:value=value
                    on:input=set
                />
            };
            ("trigger-field", control.into_any())
        }
    };
    view! {
        <label class=class>
            <span>{field.label}</span>
            {control}
        </label>
    }
}
