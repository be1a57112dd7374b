//! The forms for a source, and for what happens there.

use super::bucket::Bucket;
use super::drafts::{HappenDraft, KINDS, SourceDraft};
use super::model::SourceRow;
use super::pool::UserPool;
use crate::app::use_session;
use crate::browser::zones;
use crate::pages::playground::queues::destinations::{self, Destinations, functions, value};
use crate::pages::playground::queues::drafts::Mistake;
use crate::pages::playground::queues::forms::{Mistakes, Text, follow};
use crate::session::{Command, ZONES};
use crate::widgets::fresh_id;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use runtime_core::scribe::{StorageClass, check_source_in};
use runtime_core::timeline::{Destination, SourceConfiguration, SourceKind};
use runtime_core::units::SourceId;

/// Checks settings and applies them; what is wrong, if something is.
pub(super) fn apply(source: SourceId, configuration: SourceConfiguration) -> Vec<Mistake> {
    let session = use_session();
    let errors = session.read_untracked(|reading| {
        check_source_in(ZONES, source, &configuration, reading.platform())
    });
    if errors.is_empty() {
        session.dispatch(Command::ConfigureSource {
            source,
            configuration: Box::new(configuration),
        });
    }
    let told = errors.iter();
    told.map(|it| Mistake::new(it.to_string(), it.hint()))
        .collect()
}

/// Settings of a source; of a new one without `source`.
#[component]
pub(super) fn SourceForm(
    source: Option<SourceId>,
    /// Closed once it is done.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = use_session();
    let before = session.memo(move |reading| {
        let known = source.and_then(|source| reading.platform().source(source));
        known.map_or_else(SourceDraft::default, SourceDraft::of)
    });
    let draft = RwSignal::new(before.get_untracked());
    follow(draft, before, source.is_none());
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let (id, wires) = session.read_untracked(|reading| {
            let platform = reading.platform();
            let id = source.unwrap_or_else(|| platform.next_source());
            let wires = platform.source(id).map(|it| it.wires.clone());
            (id, wires.unwrap_or_default())
        });
        let read = draft.get_untracked().read(wires);
        let found = read.map_or_else(|mistake| vec![mistake], |read| apply(id, read));
        if found.is_empty() {
            if source.is_none() {
                draft.set(before.get_untracked());
            }
            open.set(false);
        }
        mistakes.set(found);
    };
    let scheduled = Memo::new(move |_| draft.with(SourceDraft::is_schedule));
    let logs = Memo::new(move |_| draft.with(SourceDraft::is_log));
    let scheduler = Memo::new(move |_| draft.with(SourceDraft::is_scheduler));
    view! {
        <form class="queue-form" novalidate on:submit=save data-testid="source-form">
            <Show when=move || source.is_none()>
                <label>
                    <span>"Kind"</span>
                    <select class="select" data-testid="source-kind"
                        on:change=move |event| draft.update(|it| it.kind = event_target_value(&event))>
                        {KINDS.map(|kind| view! {
                            <option value=kind prop:selected=move || draft.with(|it| it.kind == kind)>{kind}</option>
                        })}
                    </select>
                </label>
            </Show>
            <Show when=move || !logs.get() fallback=move || view! { <LogField draft fixed=source.is_some() /> }>
                <Text label="Name" draft read=|it| &it.name write=|it, value| it.name = value testid="source-name" />
            </Show>
            <Show when=move || scheduled.get()>
                <Text label="Expression" draft read=|it| &it.expression write=|it, value| it.expression = value testid="source-expression" />
                <Show when=move || scheduler.get()>
                    <ZoneField draft />
                    <Text label="Start date, UTC (as in 2026-12-01T09:00:00Z)" draft read=|it| &it.start write=|it, value| it.start = value testid="source-start" />
                    <Text label="End date, UTC (empty: none)" draft read=|it| &it.end write=|it, value| it.end = value testid="source-end" />
                    <Text label="Flexible time window, minutes (empty: off)" draft read=|it| &it.window write=|it, value| it.window = value testid="source-window" />
                </Show>
                <Text label="Event, JSON (empty: AWS's own)" draft read=|it| &it.input write=|it, value| it.input = value testid="source-input" />
                <label class="check">
                    <input type="checkbox" prop:checked=move || draft.with(|it| it.enabled)
                        on:change=move |event| draft.update(|it| it.enabled = event_target_checked(&event)) />
                    <span>"Enabled"</span>
                </label>
            </Show>
            <Mistakes mistakes />
            <button class="button" data-testid="save-source">
                {if source.is_some() { "Apply" } else { "Create source" }}
            </button>
        </form>
    }
}

/// The function whose log it is: the log group has its name.
#[component]
fn LogField(draft: RwSignal<SourceDraft>, fixed: bool) -> impl IntoView {
    let session = use_session();
    let functions = session.memo(|reading| functions(&reading));
    let choose = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event);
        let all = functions.get_untracked();
        let found = all.into_iter().find(|(it, _)| value(*it) == chosen);
        draft.update(|draft| {
            draft.function = destinations::function(&chosen);
            draft.name = found
                .map(|(_, name)| format!("/aws/lambda/{name}"))
                .unwrap_or_default();
        });
    };
    view! {
        <label>
            <span>"Log of"</span>
            <select class="select" data-testid="source-function" disabled=fixed on:change=choose>
                <Destinations choices=functions needed=true
                    chosen=Signal::derive(move || draft.with(|it| it.function.map(Destination::Function))) />
            </select>
        </label>
    }
}

/// The time zone of a schedule: its name, or what the browser knows.
#[component]
fn ZoneField(draft: RwSignal<SourceDraft>) -> impl IntoView {
    let id = fresh_id("zones");
    view! {
        <label>
            <span>"Time zone"</span>
            <input class="input mono" autocomplete="off" spellcheck="false" list=id.clone() data-testid="source-zone"
                prop:value=move || draft.with(|draft| draft.zone.clone())
                on:input=move |event| draft.update(|draft| draft.zone = event_target_value(&event)) />
            <datalist id=id>
                {zones::names().into_iter().map(|name| view! { <option value=name></option> }).collect_view()}
            </datalist>
        </label>
    }
}

/// What is to happen at a source.
#[component]
pub(super) fn HappenForm(
    source: SourceId,
    kind: SourceKind,
    row: Memo<Option<SourceRow>>,
) -> impl IntoView {
    let session = use_session();
    let draft = RwSignal::new(HappenDraft::of(&kind));
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let (labels, button) = match &kind {
        SourceKind::Bucket => ([Some("Key"), Some("Size, bytes"), None], "Put object"),
        SourceKind::Topic => (
            [Some("Subject"), Some("Attributes, JSON"), Some("Message")],
            "Publish",
        ),
        SourceKind::Bus => (
            [Some("Source"), Some("Detail type"), Some("Detail, JSON")],
            "Put event",
        ),
        SourceKind::Iot => ([Some("Topic"), None, Some("Message, JSON")], "Publish"),
        SourceKind::UserPool => return view! { <UserPool source row /> }.into_any(),
        SourceKind::LogGroup(_) => ([Some("Log stream"), None, Some("Message")], "Put log event"),
        SourceKind::Schedule(_) => return ().into_any(),
    };
    let bucket = kind == SourceKind::Bucket;
    let kind = StoredValue::new(kind);
    let happen = move || {
        let read = kind.with_value(|kind| draft.get_untracked().read(kind));
        // A happening is names, texts and JSON that was read: it can be written.
        match read.map(|it| serde_json::to_vec(&it).unwrap_or_default()) {
            Ok(happening) => {
                mistakes.set(Vec::new());
                session.dispatch(Command::Happen { source, happening });
            }
            Err(found) => mistakes.set(vec![found]),
        }
    };
    let [first, second, body] = labels;
    view! {
        <form class="queue-form" novalidate data-testid="happen-form" on:submit=move |event| {
            event.prevent_default();
            happen();
        }>
            {first.map(|label| view! {
                <Text label draft read=|it| &it.first write=|it, value| it.first = value testid="happen-first" />
            })}
            {second.map(|label| view! {
                <Text label draft read=|it| &it.second write=|it, value| it.second = value testid="happen-second" />
            })}
            {body.map(|label| view! {
                <Text label draft read=|it| &it.body write=|it, value| it.body = value testid="happen-body" />
            })}
            {bucket.then(|| view! {
                <label>
                    <span>"Storage class"</span>
                    <select class="select" data-testid="happen-class" on:change=move |event| {
                        let chosen = event_target_value(&event);
                        let class = StorageClass::ALL.into_iter().find(|it| it.name() == chosen);
                        draft.update(|it| it.class = class.unwrap_or_default());
                    }>
                        {StorageClass::ALL.map(|class| view! {
                            <option value=class.name() prop:selected=move || draft.with(|it| it.class == class)>{class.name()}</option>
                        })}
                    </select>
                </label>
            })}
            <Mistakes mistakes />
            <button class="button" data-testid="happen">{button}</button>
        </form>
        {bucket.then(|| view! { <Bucket source row draft mistakes /> })}
    }
    .into_any()
}
