//! A new target of a source: what it is told, and what of that it gets.

use super::forms::apply;
use crate::app::use_session;
use crate::pages::playground::queues::destinations::{
    Destinations, destination, functions, standard_queues,
};
use crate::pages::playground::queues::drafts::Mistake;
use crate::pages::playground::queues::forms::{Area, Mistakes, Text};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use runtime_core::timeline::{
    Destination, InputTransformer, Interest, ObjectEvents, PoolTrigger, SourceKind, TargetInput,
    Wire,
};
use runtime_core::units::SourceId;
use std::collections::BTreeMap;

/// A target and what it is told.
#[derive(Clone, Debug, PartialEq)]
struct WireDraft {
    target: Option<Destination>,
    removed: bool,
    prefix: String,
    suffix: String,
    /// A policy, a pattern or a statement.
    text: String,
    on_body: bool,
    /// Of a user pool.
    trigger: PoolTrigger,
    /// Of a bus.
    gets: Gets,
    /// JSON, a path or a template, unless it is the event.
    input: String,
    /// The variables of a template: JSON.
    paths: String,
}

/// What of an event a target gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gets {
    Event,
    Part,
    Constant,
    Made,
}

/// Variables to begin with.
const EXAMPLE_PATHS: &str = "{\"source\": \"$.source\"}";

impl Gets {
    const ALL: [Gets; 4] = [Gets::Event, Gets::Part, Gets::Constant, Gets::Made];

    /// As the EventBridge console calls it.
    const fn name(self) -> &'static str {
        match self {
            Gets::Event => "Matched event",
            Gets::Part => "Part of the matched event",
            Gets::Constant => "Constant (JSON text)",
            Gets::Made => "Input transformer",
        }
    }

    /// What is to be written, and what stands there as an example.
    const fn field(self) -> Option<(&'static str, &'static str)> {
        match self {
            Gets::Event => None,
            Gets::Part => Some(("Input path", "$.detail")),
            Gets::Constant => Some(("Input, JSON", "{\"key\": \"value\"}")),
            Gets::Made => Some((
                "Input template",
                "{\"from\": <source>, \"event\": <aws.events.event.json>}",
            )),
        }
    }
}

impl WireDraft {
    fn of(kind: &SourceKind) -> Self {
        let text = match kind {
            SourceKind::Iot => "SELECT * FROM 'rooms/+/heat'",
            SourceKind::Bucket
            | SourceKind::Topic
            | SourceKind::Bus
            | SourceKind::Schedule(_)
            | SourceKind::LogGroup(_)
            | SourceKind::UserPool => "",
        };
        WireDraft {
            target: None,
            removed: false,
            prefix: String::new(),
            suffix: String::new(),
            text: text.to_owned(),
            on_body: false,
            trigger: PoolTrigger::PreSignUp,
            gets: Gets::Event,
            input: String::new(),
            paths: EXAMPLE_PATHS.to_owned(),
        }
    }

    fn read(&self, kind: &SourceKind) -> Result<Wire, Mistake> {
        let target = self
            .target
            .ok_or_else(|| Mistake::new("There is no target.", "Choose a function or a queue."))?;
        let text = self.text.trim().to_owned();
        let interest = match kind {
            SourceKind::Schedule(_) => Interest::Everything,
            SourceKind::Bucket => Interest::Objects {
                events: match self.removed {
                    true => ObjectEvents::Removed,
                    false => ObjectEvents::Created,
                },
                prefix: self.prefix.clone(),
                suffix: self.suffix.clone(),
            },
            SourceKind::Topic | SourceKind::Bus | SourceKind::LogGroup(_) if text.is_empty() => {
                Interest::Everything
            }
            SourceKind::Topic => Interest::Messages {
                policy: text,
                on_body: self.on_body,
            },
            SourceKind::Bus => Interest::Pattern(text),
            SourceKind::Iot => Interest::Sql(text),
            SourceKind::LogGroup(_) => Interest::LogEvents(text),
            SourceKind::UserPool => Interest::Trigger(self.trigger),
        };
        let input = match (kind, self.gets) {
            (SourceKind::Bus, Gets::Part) => TargetInput::Path(self.input.trim().to_owned()),
            (SourceKind::Bus, Gets::Constant) => {
                TargetInput::Constant(self.input.trim().to_owned())
            }
            (SourceKind::Bus, Gets::Made) => TargetInput::Transformed(Box::new(InputTransformer {
                paths: input_paths(&self.paths)?,
                template: self.input.trim().to_owned(),
            })),
            _ => TargetInput::Event,
        };
        Ok(Wire {
            target,
            interest,
            input,
        })
    }
}

/// Variables, each with its path.
fn input_paths(text: &str) -> Result<BTreeMap<String, String>, Mistake> {
    if text.trim().is_empty() {
        return Ok(BTreeMap::new());
    }
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let cause =
            format!("The input paths are no JSON object of texts: line {line}, column {column}.");
        Mistake::new(cause, "Write {\"name\": \"$.path\"}, or leave them empty.")
    })
}

/// A new target of a source.
#[component]
pub(super) fn WireForm(
    source: SourceId,
    kind: SourceKind,
    /// Closed once it is done.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = use_session();
    let kind = StoredValue::new(kind);
    let fresh = move || kind.with_value(WireDraft::of);
    let draft = RwSignal::new(fresh());
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let choices = session.memo(|reading| {
        let mut all = functions(&reading);
        let queues = standard_queues(&reading).into_iter();
        all.extend(queues.map(|(it, name)| (it, format!("queue {name}"))));
        all
    });
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let before = session.read_untracked(|reading| reading.platform().source(source).cloned());
        let Some(mut configuration) = before else {
            return;
        };
        match draft.get_untracked().read(&configuration.kind) {
            Err(found) => mistakes.set(vec![found]),
            Ok(wire) => {
                configuration.wires.push(wire);
                let found = apply(source, configuration);
                if found.is_empty() {
                    draft.set(fresh());
                    open.set(false);
                }
                mistakes.set(found);
            }
        }
    };
    let is = move |wanted: fn(&SourceKind) -> bool| kind.with_value(wanted);
    let bucket = is(|kind| matches!(kind, SourceKind::Bucket));
    let topic = is(|kind| matches!(kind, SourceKind::Topic));
    let bus = is(|kind| matches!(kind, SourceKind::Bus));
    let pool = is(|kind| matches!(kind, SourceKind::UserPool));
    let text = kind.with_value(|kind| match kind {
        SourceKind::Topic => Some("Filter policy, JSON (empty: all)"),
        SourceKind::Bus => Some("Event pattern, JSON (empty: all)"),
        SourceKind::Iot => Some("SQL"),
        SourceKind::LogGroup(_) => Some("Filter pattern (empty: all)"),
        SourceKind::Bucket | SourceKind::Schedule(_) | SourceKind::UserPool => None,
    });
    view! {
        <form class="queue-form" novalidate on:submit=save data-testid="wire-form">
            <label>
                <span>"Target"</span>
                <select class="select" data-testid="wire-target" on:change=move |event| {
                    let chosen = destination(&event_target_value(&event));
                    draft.update(|it| it.target = chosen);
                }>
                    <Destinations choices needed=true chosen=Signal::derive(move || draft.with(|it| it.target)) />
                </select>
            </label>
            {bucket.then(|| view! {
                <label>
                    <span>"When"</span>
                    <select class="select" data-testid="wire-events"
                        on:change=move |event| draft.update(|it| it.removed = event_target_value(&event) == "removed")>
                        <option value="created" prop:selected=move || draft.with(|it| !it.removed)>"s3:ObjectCreated:*"</option>
                        <option value="removed" prop:selected=move || draft.with(|it| it.removed)>"s3:ObjectRemoved:*"</option>
                    </select>
                </label>
                <Text label="Prefix" draft read=|it| &it.prefix write=|it, value| it.prefix = value testid="wire-prefix" />
                <Text label="Suffix" draft read=|it| &it.suffix write=|it, value| it.suffix = value testid="wire-suffix" />
            })}
            {pool.then(|| view! {
                <label>
                    <span>"Trigger"</span>
                    <select class="select" data-testid="wire-trigger" on:change=move |event| {
                        let chosen = event_target_value(&event);
                        let found = PoolTrigger::ALL.into_iter().find(|it| it.name() == chosen);
                        draft.update(|it| it.trigger = found.unwrap_or(it.trigger));
                    }>
                        {PoolTrigger::ALL.map(|trigger| view! {
                            <option value=trigger.name() prop:selected=move || draft.with(|it| it.trigger == trigger)>{trigger.name()}</option>
                        })}
                    </select>
                </label>
            })}
            {text.map(|label| view! {
                <Area label rows=3 draft read=|it| &it.text write=|it, value| it.text = value testid="wire-text" />
            })}
            {topic.then(|| view! {
                <label class="check">
                    <input type="checkbox" data-testid="wire-body" prop:checked=move || draft.with(|it| it.on_body)
                        on:change=move |event| draft.update(|it| it.on_body = event_target_checked(&event)) />
                    <span>"The policy is on the message's body"</span>
                </label>
            })}
            {bus.then(|| view! { <InputField draft /> })}
            <Mistakes mistakes />
            <button class="button" data-testid="save-wire">"Add"</button>
        </form>
    }
}

/// What of the matched event a target gets.
#[component]
fn InputField(draft: RwSignal<WireDraft>) -> impl IntoView {
    let choose = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event);
        let found = Gets::ALL.into_iter().find(|it| it.name() == chosen);
        let gets = found.unwrap_or(Gets::Event);
        draft.update(|it| {
            it.gets = gets;
            it.input = gets.field().map_or("", |(_, example)| example).to_owned();
        });
    };
    let gets = Memo::new(move |_| draft.with(|it| it.gets));
    view! {
        <label>
            <span>"Input"</span>
            <select class="select" data-testid="wire-gets" on:change=choose>
                {Gets::ALL.map(|it| view! {
                    <option value=it.name() prop:selected=move || gets.get() == it>{it.name()}</option>
                })}
            </select>
        </label>
        {move || gets.get().field().map(|(label, _)| view! {
            {(gets.get() == Gets::Made).then(|| view! {
                <Area label="Input paths, JSON" draft read=|it| &it.paths write=|it, value| it.paths = value testid="wire-paths" />
            })}
            <Area label draft read=|it| &it.input write=|it, value| it.input = value testid="wire-input" />
        })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_paths_are_an_object_of_texts_or_nothing() {
        assert_eq!(input_paths(" \n"), Ok(BTreeMap::new()));
        let one = BTreeMap::from([("source".to_owned(), "$.source".to_owned())]);
        assert_eq!(input_paths(EXAMPLE_PATHS), Ok(one));
        for bad in ["[]", "{\"a\": 1}", "source"] {
            let refused = input_paths(bad);
            assert!(
                refused.is_err_and(|it| it.cause.contains("line 1, column")),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_transformer_is_read_as_it_was_written() {
        let draft = WireDraft {
            target: Some(Destination::Function(runtime_core::units::FunctionId(1))),
            gets: Gets::Made,
            input: " <source> ".to_owned(),
            ..WireDraft::of(&SourceKind::Bus)
        };
        let wire = draft.read(&SourceKind::Bus);
        let made = TargetInput::Transformed(Box::new(InputTransformer {
            paths: BTreeMap::from([("source".to_owned(), "$.source".to_owned())]),
            template: "<source>".to_owned(),
        }));
        assert_eq!(wire.map(|it| it.input), Ok(made));
        // Of another source the draft's remains mean nothing.
        let wire = draft.read(&SourceKind::Topic);
        assert_eq!(wire.map(|it| it.input), Ok(TargetInput::Event));
    }
}
