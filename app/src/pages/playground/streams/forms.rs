//! The forms for streams and for records.

use super::drafts::{KEY_KINDS, KINDS, StreamDraft, VIEWS};
use super::puts::PutDraft;
use crate::app::use_session;
use crate::pages::playground::queues::drafts::Mistake;
use crate::pages::playground::queues::forms::{Mistakes, Text, follow};
use crate::session::Command;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use runtime_core::timeline::StreamKind;
use runtime_core::units::StreamId;

/// Settings of a stream; of a new one without `stream`.
#[component]
pub(super) fn StreamForm(
    stream: Option<StreamId>,
    /// Closed once it is done.
    open: RwSignal<bool>,
) -> impl IntoView {
    let session = use_session();
    let source = session.memo(move |reading| {
        let before = stream.and_then(|stream| reading.platform().stream_configuration(stream));
        before.map_or_else(StreamDraft::default, StreamDraft::of)
    });
    let draft = RwSignal::new(source.get_untracked());
    follow(draft, source, stream.is_none());
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let read = session.read_untracked(|reading| {
            let id = stream.unwrap_or_else(|| reading.platform().next_stream());
            let read = draft.get_untracked().read(id, &reading);
            read.map(|configuration| (id, configuration))
        });
        match read {
            Ok((stream_id, configuration)) => {
                mistakes.set(Vec::new());
                session.dispatch(Command::ConfigureStream {
                    stream: stream_id,
                    configuration: Box::new(configuration),
                });
                if stream.is_none() {
                    draft.set(source.get_untracked());
                }
                open.set(false);
            }
            Err(found) => mistakes.set(found),
        }
    };
    let new = stream.is_none();
    let kind = Memo::new(move |_| draft.with(StreamDraft::kind));
    let sorted = Memo::new(move |_| draft.with(|it| !it.sort.trim().is_empty()));
    view! {
        <form class="queue-form" novalidate on:submit=save data-testid="stream-form">
            <Show when=move || new>
                <Choice label="Kind" choices=&KINDS draft read=|it| &it.kind write=|it, value| it.kind = value testid="stream-kind" />
            </Show>
            <Text label="Name" draft read=|it| &it.name write=|it, value| it.name = value testid="stream-name" />
            <Show when=move || kind.get() == 0 && new>
                <Text label="Shards" draft read=|it| &it.shards write=|it, value| it.shards = value testid="stream-shards" />
            </Show>
            <Show when=move || kind.get() == 0>
                <Text label="Retention, h" draft read=|it| &it.retention write=|it, value| it.retention = value testid="stream-retention" />
            </Show>
            <Show when=move || kind.get() == 1 && new>
                <Text label="Partition key" draft read=|it| &it.key write=|it, value| it.key = value testid="table-key" />
                <Choice label="Its type" choices=&KEY_KINDS draft read=|it| &it.key_kind write=|it, value| it.key_kind = value testid="table-key-kind" />
                <Text label="Sort key (empty: none)" draft read=|it| &it.sort write=|it, value| it.sort = value testid="table-sort" />
                <Show when=move || sorted.get()>
                    <Choice label="Its type" choices=&KEY_KINDS draft read=|it| &it.sort_kind write=|it, value| it.sort_kind = value testid="table-sort-kind" />
                </Show>
            </Show>
            <Show when=move || kind.get() == 1>
                <Choice label="Stream view" choices=&VIEWS draft read=|it| &it.view write=|it, value| it.view = value testid="table-view" />
            </Show>
            <Show when=move || kind.get() == 2 && new>
                <Text label="Partitions" draft read=|it| &it.shards write=|it, value| it.shards = value testid="topic-partitions" />
            </Show>
            <Mistakes mistakes />
            <button class="button" data-testid="save-stream">
                {if new { "Create stream" } else { "Apply" }}
            </button>
        </form>
    }
}

/// One of some texts of a draft.
#[component]
fn Choice(
    label: &'static str,
    choices: &'static [&'static str],
    draft: RwSignal<StreamDraft>,
    read: fn(&StreamDraft) -> &String,
    write: fn(&mut StreamDraft, String),
    testid: &'static str,
) -> impl IntoView {
    view! {
        <label>
            <span>{label}</span>
            <select class="select" data-testid=testid
                on:change=move |event| draft.update(|draft| write(draft, event_target_value(&event)))>
                {choices.iter().map(|choice| view! {
                    <option value=*choice prop:selected=move || draft.with(|draft| read(draft) == choice)>{*choice}</option>
                }).collect_view()}
            </select>
        </label>
    }
}

/// Puts records.
#[component]
pub(super) fn PutForm(stream: StreamId, kind: StreamKind) -> impl IntoView {
    let session = use_session();
    let draft = RwSignal::new(PutDraft::default());
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let put = move |event: SubmitEvent| {
        event.prevent_default();
        let read = session.read_untracked(|reading| draft.get_untracked().read(stream, &reading));
        match read {
            Ok(records) => {
                mistakes.set(Vec::new());
                session.dispatch(Command::PutRecords { stream, records });
            }
            Err(mistake) => mistakes.set(vec![mistake]),
        }
    };
    let keyed = !matches!(kind, StreamKind::Broker(_));
    view! {
        <form class="send-form" novalidate on:submit=put>
            <input class="input mono" aria-label="Data" spellcheck="false" data-testid="record-data"
                title="{n} becomes the record's number"
                prop:value=move || draft.with(|it| it.data.clone())
                on:input=move |event| draft.update(|it| it.data = event_target_value(&event)) />
            {keyed.then(|| view! {
                <input class="input mono" aria-label="Partition key" placeholder="key" spellcheck="false" data-testid="record-key"
                    title="The partition key: {n} becomes the record's number"
                    prop:value=move || draft.with(|it| it.key.clone())
                    on:input=move |event| draft.update(|it| it.key = event_target_value(&event)) />
            })}
            <label class="times">
                "×"
                <input class="input input-number mono" aria-label="How many records" inputmode="numeric" data-testid="record-count"
                    prop:value=move || draft.with(|it| it.count.clone())
                    on:input=move |event| draft.update(|it| it.count = event_target_value(&event)) />
            </label>
            <button class="button button-primary" data-testid="put-records">"Put"</button>
            <Mistakes mistakes />
        </form>
    }
}
