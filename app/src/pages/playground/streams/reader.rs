//! The form for a mapping that reads records.

use super::mapping::{MappingDraft, STARTS};
use crate::app::use_session;
use crate::pages::playground::queues::destinations::{self, Destinations};
use crate::pages::playground::queues::drafts::Mistake;
use crate::pages::playground::queues::forms::{Area, Mistakes, Text, follow};
use crate::session::Command;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use runtime_core::timeline::{Destination, SourceKind, StreamKind};
use runtime_core::units::{MappingId, StreamId};

/// Settings of a mapping; of a new one without `mapping`.
#[component]
pub(super) fn ReaderForm(
    stream: StreamId,
    kind: StreamKind,
    mapping: Option<MappingId>,
    /// Closed once it is done.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = use_session();
    let source = session.memo(move |reading| {
        let meta = reading.session();
        match mapping.and_then(|mapping| reading.platform().mapping(mapping)) {
            Some(configuration) => MappingDraft::of(configuration, meta),
            None => MappingDraft::new(
                reading.selected_function(),
                runtime_core::units::Moment::START,
                meta,
            ),
        }
    });
    let draft = RwSignal::new(source.get_untracked());
    follow(draft, source, mapping.is_none());
    let functions = session.memo(|reading| destinations::functions(&reading));
    let targets = session.memo(|reading| {
        let mut all = destinations::standard_queues(&reading);
        let kinds = [SourceKind::Topic, SourceKind::Bucket];
        all.extend(destinations::sources(&reading, &kinds));
        all
    });
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let read = session.read_untracked(|reading| {
            let id = mapping.unwrap_or_else(|| reading.platform().next_mapping());
            let read = draft.get_untracked().read(id, stream, &reading);
            read.map(|configuration| (id, configuration))
        });
        match read {
            Ok((id, configuration)) => {
                mistakes.set(Vec::new());
                session.dispatch(Command::ConfigureMapping {
                    mapping: id,
                    configuration: Box::new(configuration),
                });
                if mapping.is_none() {
                    draft.set(source.get_untracked());
                }
                open.set(false);
            }
            Err(found) => mistakes.set(found),
        }
    };
    let lanes = matches!(kind, StreamKind::Kinesis(_) | StreamKind::Table(_));
    let broker = matches!(kind, StreamKind::Broker(_));
    let topic = matches!(kind, StreamKind::Topic(_));
    let dated = !matches!(kind, StreamKind::Table(_));
    let timed = Memo::new(move |_| draft.with(|it| it.start == STARTS[2]));
    let example = match kind {
        StreamKind::Kinesis(_) => "{\"data\": {\"page\": [\"/tea\"]}}",
        StreamKind::Table(_) => "{\"eventName\": [\"INSERT\"]}",
        StreamKind::Topic(_) => "{\"value\": {\"page\": [\"/tea\"]}}",
        StreamKind::Broker(_) => "{\"data\": {\"page\": [\"/tea\"]}}",
    };
    view! {
        <form class="queue-form" novalidate on:submit=save data-testid="reader-form">
            <label>
                <span>"Function"</span>
                <select class="select" data-testid="reader-function" on:change=move |event| {
                    let chosen = destinations::function(&event_target_value(&event));
                    draft.update(|draft| draft.function = chosen);
                }>
                    <Destinations choices=functions needed=true
                        chosen=Signal::derive(move || draft.with(|it| it.function.map(Destination::Function))) />
                </select>
            </label>
            {(!broker).then(|| view! {
                <label>
                    <span>"Starting position"</span>
                    <select class="select" data-testid="reader-start" disabled=mapping.is_some()
                        on:change=move |event| draft.update(|it| it.start = event_target_value(&event))>
                        {STARTS.iter().take(if dated { 3 } else { 2 }).map(|start| view! {
                            <option value=*start prop:selected=move || draft.with(|it| it.start == *start)>{*start}</option>
                        }).collect_view()}
                    </select>
                </label>
                <Show when=move || timed.get() && mapping.is_none()>
                    <Text label="Timestamp, UTC" draft read=|it| &it.timestamp write=|it, value| it.timestamp = value testid="reader-timestamp" />
                </Show>
            })}
            {topic.then(|| view! {
                <label class="check" title="Its events have eventSource SelfManagedKafka and bootstrapServers, and no ARN of a cluster. It cannot be changed later.">
                    <input type="checkbox" data-testid="reader-self-managed" disabled=mapping.is_some()
                        prop:checked=move || draft.with(|it| it.self_managed)
                        on:change=move |event| draft.update(|it| it.self_managed = event_target_checked(&event)) />
                    <span>"Self-managed Kafka, not Amazon MSK"</span>
                </label>
            })}
            <Text label="Batch size" draft read=|it| &it.batch_size write=|it, value| it.batch_size = value testid="reader-batch" />
            <Text label=if lanes { "Batch window, s (empty: 0)" } else { "Batch window, s (empty: 0.5)" }
                draft read=|it| &it.window write=|it, value| it.window = value testid="reader-window" />
            {lanes.then(|| view! {
                <Text label="Parallelization factor" draft read=|it| &it.parallelization write=|it, value| it.parallelization = value testid="reader-parallelization" />
                <Text label="Tumbling window, s (empty: none)" draft read=|it| &it.tumbling write=|it, value| it.tumbling = value testid="reader-tumbling" />
            })}
            {(!broker).then(|| view! {
                <Text label="Retries (empty: no end)" draft read=|it| &it.retries write=|it, value| it.retries = value testid="reader-retries" />
                <Text label="Record age, s (empty: no end)" draft read=|it| &it.age write=|it, value| it.age = value testid="reader-age" />
                <label>
                    <span>"On-failure destination"</span>
                    <select class="select" data-testid="reader-destination" on:change=move |event| {
                        let chosen = destinations::failure_target(&event_target_value(&event));
                        draft.update(|draft| draft.on_failure = chosen);
                    }>
                        <Destinations choices=targets
                            chosen=Signal::derive(move || draft.with(|it| it.on_failure.map(Destination::from))) />
                    </select>
                </label>
                <label class="check">
                    <input type="checkbox" data-testid="reader-bisect" prop:checked=move || draft.with(|it| it.bisect)
                        on:change=move |event| draft.update(|it| it.bisect = event_target_checked(&event)) />
                    <span>"Bisect a batch that fails"</span>
                </label>
            })}
            {(!broker).then(|| view! {
                <label class="check">
                    <input type="checkbox" data-testid="reader-report" prop:checked=move || draft.with(|it| it.report_failures)
                        on:change=move |event| draft.update(|it| it.report_failures = event_target_checked(&event)) />
                    <span>"Report batch item failures"</span>
                </label>
            })}
            <Area label="Filter patterns, one a line" placeholder=example draft
                read=|it| &it.filters write=|it, value| it.filters = value testid="reader-filters" />
            <Mistakes mistakes />
            <button class="button" data-testid="save-reader">
                {if mapping.is_some() { "Apply" } else { "Create event source mapping" }}
            </button>
        </form>
    }
}
