//! A table's items and their editor.

use super::model::{ItemRow, StreamRow};
use super::puts::{Doing, ItemDraft};
use crate::app::use_session;
use crate::pages::playground::queues::drafts::Mistake;
use crate::pages::playground::queues::forms::Mistakes;
use crate::session::Command;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use runtime_core::timeline::TableKey;
use runtime_core::units::StreamId;

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
