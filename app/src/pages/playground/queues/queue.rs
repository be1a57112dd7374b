//! One queue: its messages, what polls it, what can be done with it.

use super::forms::{Foldable, MappingForm, QueueForm, SendForm};
use super::kept;
use super::mapping::MappingActions;
use super::model::{MappingRow, MessageRow, Place, QueueRow};
use crate::app::use_session;
use crate::session::Command;
use leptos::prelude::*;
use runtime_core::units::{MappingId, QueueId};

#[component]
pub(super) fn QueueCard(id: QueueId, row: Memo<Option<QueueRow>>) -> impl IntoView {
    let session = use_session();
    let text = move |read: fn(&QueueRow) -> String| move || row.get().as_ref().map(read);
    let mappings = Memo::new(move |_| {
        let shown = row.get().map(|row| row.mappings).unwrap_or_default();
        let shown = shown.iter().map(|it| it.id).collect();
        session.read(|reading| {
            let now = reading.platform().mappings();
            kept(shown, now.filter(|(_, it)| it.queue() == Some(id)))
        })
    });
    let mapping = move |id: MappingId| {
        Memo::new(move |_| row.get()?.mappings.into_iter().find(|it| it.id == id))
    };
    let places = Memo::new(move |_| row.get().map(|row| row.places).unwrap_or_default());
    let messages = Memo::new(move |_| row.get().map(|row| row.messages).unwrap_or_default());
    let more = Memo::new(move |_| row.get().map_or(0, |row| row.more));
    let fifo = Memo::new(move |_| row.get().is_some_and(|row| row.fifo));
    let empty = Memo::new(move |_| places.with(Vec::is_empty));
    let (adding, setting) = (RwSignal::new(false), RwSignal::new(false));
    let purge = move |_| session.dispatch(Command::PurgeQueue(id));
    let delete = move |_| session.dispatch(Command::DeleteQueue(id));
    view! {
        <div class="queue-card" data-testid="queue" data-queue=text(|row| row.name.clone()) hidden=move || row.with(Option::is_none)>
            <h3 class="queue-head">
                <b>{text(|row| row.name.clone())}</b>
                <span class="tag">{move || if fifo.get() { "FIFO" } else { "SQS" }}</span>
                <span class="muted" data-testid="queue-counts">{text(|row| row.counts.clone())}</span>
            </h3>
            <p class="field-note muted">{text(|row| row.settings.clone())}</p>
            <Show when=move || !empty.get()>
                <div class="messages" aria-hidden="true">
                    {move || places.get().into_iter().map(|place: Place| view! { <i class=place.class()></i> }).collect_view()}
                </div>
                <ul class="message-list" aria-label="Messages" data-testid="messages">
                    <For each=move || messages.get() key=|message| message.id children=move |message| {
                        let id = message.id;
                        let message = Memo::new(move |before: Option<&MessageRow>| {
                            let now = messages.get().into_iter().find(|it| it.id == id);
                            now.or_else(|| before.cloned()).unwrap_or_else(|| message.clone())
                        });
                        view! {
                            <li>
                                <code>{move || message.get().body}</code>
                                <span class="muted">
                                    {move || {
                                        let message = message.get();
                                        let group = message.group.map(|it| format!("group {it} · ")).unwrap_or_default();
                                        let receives = match message.receives {
                                            0 => String::new(),
                                            count => format!(" · received {count}×"),
                                        };
                                        format!("{group}{}{receives}", message.state)
                                    }}
                                </span>
                            </li>
                        }
                    } />
                </ul>
                <Show when=move || more.get().gt(&0)>
                    <p class="field-note muted">{move || format!("and {} more", more.get())}</p>
                </Show>
            </Show>
            <SendForm queue=id fifo />
            <For each=move || mappings.get() key=|id| *id children=move |mapping_id| {
                view! { <MappingLine id=mapping_id queue=id row=mapping(mapping_id) /> }
            } />
            <div class="queue-more">
                <Foldable title="Let a function poll it" open=adding>
                    <MappingForm queue=id mapping=None open=adding />
                </Foldable>
                <Foldable title="Settings" open=setting>
                    <QueueForm queue=Some(id) open=setting />
                    <div class="form-actions">
                        <button class="button button-small" disabled=move || empty.get() on:click=purge>"Purge"</button>
                        <button class="button button-small button-danger" data-testid="delete-queue" on:click=delete>"Delete"</button>
                    </div>
                </Foldable>
            </div>
        </div>
    }
}

/// A function that polls the queue.
#[component]
fn MappingLine(id: MappingId, queue: QueueId, row: Memo<Option<MappingRow>>) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <div class="mapping" data-testid="mapping" hidden=move || row.with(Option::is_none)>
            <p>
                "→ " <b>{move || row.get().map(|row| row.function)}</b> " "
                <span class="muted">{move || row.get().map(|row| row.text)}</span>
            </p>
            <Foldable title="Event source mapping" open>
                <MappingForm queue mapping=Some(id) open />
                <MappingActions id />
            </Foldable>
        </div>
    }
}
