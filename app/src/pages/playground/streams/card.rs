//! One stream: its records, what reads it, what can be done with it.

use super::forms::{PutForm, StreamForm};
use super::items::Items;
use super::model::{ReaderRow, RecordRow, StreamRow, kind_name};
use super::reader::ReaderForm;
use super::readings::ShardRow;
use crate::app::use_session;
use crate::pages::playground::queues::forms::Foldable;
use crate::pages::playground::queues::kept;
use crate::pages::playground::queues::mapping::MappingActions;
use crate::session::Command;
use leptos::prelude::*;
use runtime_core::timeline::{MappingConfiguration, StreamKind};
use runtime_core::units::{MappingId, StreamId};

#[component]
pub(super) fn StreamCard(id: StreamId, row: Memo<Option<StreamRow>>) -> impl IntoView {
    let session = use_session();
    let text = move |read: fn(&StreamRow) -> String| move || row.get().as_ref().map(read);
    let readers = Memo::new(move |_| {
        let shown = row.get().map(|row| row.readers).unwrap_or_default();
        let shown = shown.iter().map(|it| it.id).collect();
        session.read(|reading| {
            let now = reading.platform().mappings();
            let reads = |it: &MappingConfiguration| it.records().is_some_and(|it| it.stream == id);
            kept(shown, now.filter(|(_, it)| reads(it)))
        })
    });
    let reader = move |id: MappingId| {
        Memo::new(move |_| row.get()?.readers.into_iter().find(|it| it.id == id))
    };
    let records = Memo::new(move |_| row.get().map(|row| row.records).unwrap_or_default());
    let more = Memo::new(move |_| row.get().map_or(0, |row| row.more));
    // There is no row of what is there now, if the playhead is before its beginning.
    let configuration = session
        .read_untracked(|reading| reading.platform().stream_configuration(id).cloned())
        .or_else(|| row.with_untracked(|row| row.as_ref().map(|it| it.configuration.clone())));
    let kind = configuration.as_ref().map(|it| it.kind);
    let kind = kind.unwrap_or(StreamKind::Kinesis(1));
    let table = configuration.and_then(|it| it.table);
    let (adding, setting, telling) = (
        RwSignal::new(false),
        RwSignal::new(false),
        RwSignal::new(false),
    );
    let delete = move |_| session.dispatch(Command::DeleteStream(id));
    let put = match table {
        Some(key) => view! { <Items table=id key row /> }.into_any(),
        None => view! { <PutForm stream=id kind /> }.into_any(),
    };
    view! {
        <div class="queue-card" data-testid="stream" data-stream=text(|row| row.configuration.name.clone())
            hidden=move || row.with(Option::is_none)>
            <h3 class="queue-head">
                <b>{text(|row| row.configuration.name.clone())}</b>
                <span class="tag">{kind_name(kind)}</span>
                <span class="muted" data-testid="stream-counts">{text(|row| row.counts.clone())}</span>
            </h3>
            <p class="field-note muted">{text(|row| row.settings.clone())}</p>
            {put}
            <For each=move || readers.get() key=|id| *id children=move |reading| {
                view! { <ReaderLine id=reading stream=id kind row=reader(reading) /> }
            } />
            <div class="queue-more">
                <Show when=move || !records.with(Vec::is_empty)>
                    <Foldable title="Latest records" open=telling>
                        <ul class="message-list" aria-label="Latest records" data-testid="records">
                            {move || records.get().into_iter().map(|record: RecordRow| view! {
                                <li data-record=record.id.0.to_string()>
                                    <code>{record.data}</code>
                                    <span class="muted">{record.about}</span>
                                </li>
                            }).collect_view()}
                        </ul>
                        <Show when=move || more.get().gt(&0)>
                            <p class="field-note muted">{move || format!("and {} older", more.get())}</p>
                        </Show>
                    </Foldable>
                </Show>
                <Foldable title="Let a function read it" open=adding>
                    <ReaderForm stream=id kind mapping=None open=adding />
                </Foldable>
                <Foldable title="Settings" open=setting>
                    <p class="field-note muted stream-arn"><code>{text(|row| row.arn.clone())}</code></p>
                    <StreamForm stream=Some(id) open=setting />
                    <div class="form-actions">
                        <button class="button button-small button-danger" data-testid="delete-stream" on:click=delete>"Delete"</button>
                    </div>
                </Foldable>
            </div>
        </div>
    }
}

/// A function that reads the stream.
#[component]
fn ReaderLine(
    id: MappingId,
    stream: StreamId,
    kind: StreamKind,
    row: Memo<Option<ReaderRow>>,
) -> impl IntoView {
    let session = use_session();
    let open = RwSignal::new(false);
    let shards = Memo::new(move |_| row.get().map(|row| row.shards).unwrap_or_default());
    let windows = Memo::new(move |_| row.get().map(|row| row.windows).unwrap_or_default());
    view! {
        <div class="mapping" data-testid="reader" hidden=move || row.with(Option::is_none)>
            <p>
                "→ " <b>{move || row.get().map(|row| row.function)}</b> " "
                <span class="muted">{move || row.get().map(|row| row.text)}</span>
            </p>
            <p class="field-note" data-testid="reader-counts">{move || row.get().map(|row| row.counts)}</p>
            <ul class="shards" aria-label="Shards" data-testid="shards">
                <For each=move || shards.get() key=|shard| shard.shard children=move |shard| {
                    let number = shard.shard;
                    let shard = Memo::new(move |before: Option<&ShardRow>| {
                        let now = shards.get().into_iter().find(|it| it.shard == number);
                        now.or_else(|| before.cloned()).unwrap_or_else(|| shard.clone())
                    });
                    let places = Memo::new(move |_| shard.get().places);
                    let asked = Memo::new(move |_| shard.get().request.is_some());
                    let select = move |_| {
                        session.dispatch(Command::SelectRequest(shard.get_untracked().request));
                    };
                    view! {
                        <li class="shard" data-kind=move || shard.get().kind data-shard=number.to_string()>
                            <span class="shard-name">{move || shard.get().name}</span>
                            <span class="shard-state">{move || shard.get().state}</span>
                            <Show when=move || asked.get()>
                                <button class="button button-small push" type="button" title="Show the last attempt" on:click=select>"Show"</button>
                            </Show>
                            <span class="messages" aria-hidden="true">
                                {move || places.get().into_iter().map(|place| view! { <i class=place.class()></i> }).collect_view()}
                            </span>
                        </li>
                    }
                } />
            </ul>
            <Show when=move || !windows.with(Vec::is_empty)>
                <ul class="message-list" aria-label="Open windows" data-testid="windows">
                    {move || windows.get().into_iter().map(|text| view! { <li><code>{text}</code></li> }).collect_view()}
                </ul>
            </Show>
            <Foldable title="Event source mapping" open>
                <ReaderForm stream kind mapping=Some(id) open />
                <MappingActions id />
            </Foldable>
        </div>
    }
}
