//! A table's items and their editor. Each item is read once: there may be thousands, and the panel asks
//! for them several times a second.

use super::model::StreamRow;
use super::puts::{Doing, ItemDraft};
use crate::app::use_session;
use crate::pages::playground::queues::drafts::Mistake;
use crate::pages::playground::queues::forms::Mistakes;
use crate::session::{Command, Reading};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use runtime_core::projections::StreamRecord;
use runtime_core::scribe::{Item, item_after, shown_item};
use runtime_core::timeline::TableKey;
use runtime_core::units::{PayloadId, StreamId};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};

/// An item of a table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ItemRow {
    /// Its key as JSON.
    pub(super) key: String,
    /// Its key's attributes.
    pub(super) keys: Vec<String>,
    /// The others, as JSON.
    pub(super) rest: String,
    /// All of it, as JSON.
    pub(super) text: String,
}

/// What changes of items have left: `None` where that is nothing.
#[derive(Default)]
pub(super) struct KnownItems {
    /// What a panel keeps has to be `Sync`.
    rows: Mutex<BTreeMap<(StreamId, PayloadId), Option<ItemRow>>>,
}

impl KnownItems {
    /// The first items of a table, and how many it has.
    pub(super) fn first(
        &self,
        reading: &Reading<'_>,
        table: StreamId,
        stream: &StreamRecord,
        most: usize,
    ) -> (Vec<ItemRow>, usize) {
        let Some(key) = &stream.configuration.table else {
            return (Vec::new(), 0);
        };
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        // What was changed again is not asked for any more.
        let outdated = |known: usize| known > 2 * stream.items.len() + 1_000;
        if outdated(rows.range(of_table(table)).count()) {
            rows.retain(|(it, _), _| *it != table);
        }
        let (mut first, mut count) = (Vec::new(), 0);
        for (name, change) in stream.items.iter() {
            let row = rows
                .entry((table, *change))
                .or_insert_with(|| item_row(reading, key, name, *change));
            if let Some(row) = row {
                count += 1;
                first.extend((count <= most).then(|| row.clone()));
            }
        }
        (first, count)
    }
}

fn of_table(table: StreamId) -> RangeInclusive<(StreamId, PayloadId)> {
    (table, PayloadId(0))..=(table, PayloadId(u32::MAX))
}

fn item_row(
    reading: &Reading<'_>,
    table_key: &TableKey,
    key: &str,
    change: PayloadId,
) -> Option<ItemRow> {
    let names: Vec<&String> = table_key.attributes().map(|it| &it.name).collect();
    let item = item_after(&reading.payloads().get(change))?;
    let (keys, rest): (Item, Item) =
        (item.clone().into_iter()).partition(|(name, _)| names.contains(&name));
    let value = |name: &&String| match keys.get(*name).and_then(|it| it.as_object()) {
        Some(value) => value.values().next().map(bare).unwrap_or_default(),
        None => String::new(),
    };
    Some(ItemRow {
        key: key.to_owned(),
        keys: names.iter().map(value).collect(),
        rest: shown_item(&rest).to_string(),
        text: shown_item(&item).to_string(),
    })
}

/// A text without its quotes.
fn bare(value: &serde_json::Value) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}

#[component]
pub(super) fn Items(
    table: StreamId,
    key: Box<TableKey>,
    row: Memo<Option<StreamRow>>,
) -> impl IntoView {
    let session = use_session();
    let draft = RwSignal::new(ItemDraft::of(&key));
    let mistakes = RwSignal::new(Vec::<Mistake>::new());
    let change = move |draft: &ItemDraft, doing: Doing| {
        let read = session.read_untracked(|reading| draft.read(doing, table, &reading));
        match read {
            Ok(changes) => {
                mistakes.set(Vec::new());
                session.dispatch(Command::ChangeItems { table, changes });
            }
            Err(mistake) => mistakes.set(vec![mistake]),
        }
    };
    let doing = move |doing| change(&draft.get_untracked(), doing);
    let put = move |event: SubmitEvent| {
        event.prevent_default();
        doing(Doing::Put);
    };
    let items = Memo::new(move |_| row.get().map(|row| row.items).unwrap_or_default());
    let more = Memo::new(move |_| row.get().map_or(0, |row| row.more_items));
    let names: Vec<String> = key.attributes().map(|it| it.name.clone()).collect();
    let edit = move |item: &ItemRow| {
        let text = item.text.clone();
        draft.update(|draft| {
            draft.item = text;
            draft.count = "1".to_owned();
        });
    };
    let delete = move |item: &ItemRow| {
        let draft = ItemDraft {
            item: item.text.clone(),
            remove: String::new(),
            count: "1".to_owned(),
        };
        change(&draft, Doing::Delete);
    };
    view! {
        <form class="item-form" novalidate on:submit=put data-testid="item-form">
            <textarea class="input mono" rows="2" aria-label="Item, JSON" spellcheck="false" data-testid="item-text"
                title="JSON, plain or DynamoDB's; {n} becomes the item's number"
                prop:value=move || draft.with(|it| it.item.clone())
                on:input=move |event| draft.update(|it| it.item = event_target_value(&event))></textarea>
            <div class="item-actions">
                <label class="times">
                    "×"
                    <input class="input input-number mono" aria-label="How many items" inputmode="numeric" data-testid="item-count"
                        prop:value=move || draft.with(|it| it.count.clone())
                        on:input=move |event| draft.update(|it| it.count = event_target_value(&event)) />
                </label>
                <button class="button button-primary" data-testid="put-item">"Put"</button>
                <button class="button" type="button" data-testid="update-item" title="Sets these attributes and leaves the others"
                    on:click=move |_| doing(Doing::Update)>"Update"</button>
                <input class="input mono" aria-label="Attributes that an update removes" placeholder="update removes" spellcheck="false" data-testid="item-remove"
                    prop:value=move || draft.with(|it| it.remove.clone())
                    on:input=move |event| draft.update(|it| it.remove = event_target_value(&event)) />
                <button class="button" type="button" data-testid="delete-item" title="Deletes the item with this key"
                    on:click=move |_| doing(Doing::Delete)>"Delete"</button>
            </div>
            <Mistakes mistakes />
            <p class="field-note muted">"A change that changes nothing makes no record, as on AWS."</p>
        </form>
        <Show when=move || !items.with(Vec::is_empty)>
            <div class="item-table">
                <table class="table" data-testid="items">
                    <caption class="visually-hidden">"Items"</caption>
                    <thead>
                        <tr>
                            {names.iter().map(|name| view! { <th scope="col">{name.clone()}</th> }).collect_view()}
                            <th scope="col">"attributes"</th>
                            <th scope="col"><span class="visually-hidden">"What can be done"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || items.get().into_iter().map(|item| {
                            let (edited, deleted) = (item.clone(), item.clone());
                            view! {
                                <tr data-item=item.key>
                                    {item.keys.into_iter().map(|value| view! { <td><code>{value}</code></td> }).collect_view()}
                                    <td><code>{item.rest}</code></td>
                                    <td class="item-buttons">
                                        <button class="button button-small" type="button" on:click=move |_| edit(&edited)>"Edit"</button>
                                        <button class="button button-small button-danger" type="button" on:click=move |_| delete(&deleted)>"Delete"</button>
                                    </td>
                                </tr>
                            }
                        }).collect_view()}
                    </tbody>
                </table>
            </div>
            <Show when=move || more.get().gt(&0)>
                <p class="field-note muted">{move || format!("and {} more", more.get())}</p>
            </Show>
        </Show>
    }
}
