//! What is in a bucket: files come in, objects are listed and deleted.

use super::drafts::{HappenDraft, file_key};
use super::model::{ObjectRow, SourceRow};
use crate::app::use_session;
use crate::browser::files::{self, File};
use crate::pages::playground::queues::drafts::Mistake;
use crate::session::{Command, Session};
use crate::widgets::DropZone;
use leptos::prelude::*;
use runtime_core::scribe::{ETag, Happening};
use runtime_core::units::SourceId;
use wasm_bindgen_futures::spawn_local;

/// Tells the session of something that has happened in a bucket.
fn happen(session: Session, source: SourceId, happening: &Happening) {
    // A happening is names, texts and numbers: it can be written.
    let happening = serde_json::to_vec(happening).unwrap_or_default();
    session.dispatch(Command::Happen { source, happening });
}

/// Puts a file into a bucket: its size and its digest, which is its ETag. The bytes stay where they are,
/// as no event has them.
fn put(
    session: Session,
    source: SourceId,
    file: File,
    draft: HappenDraft,
    mistakes: RwSignal<Vec<Mistake>>,
) {
    spawn_local(async move {
        let key = file_key(&draft.first, &file.name());
        let size = file.size().max(0.0) as u64;
        let found = match draft.object(&key, size, None) {
            Err(found) => Err(found),
            Ok(_) => {
                let mut e_tag = ETag::default();
                let read = files::read_pieces(&file, |piece| e_tag.update(piece)).await;
                read.map_err(|cause| {
                    let cause = format!("{key} could not be read: {cause}.");
                    Mistake::new(cause, "Choose it again.")
                })
                .and_then(|()| draft.object(&key, size, Some(e_tag.finish())))
            }
        };
        match found {
            Ok(object) => happen(session, source, &object),
            // The panel may be gone by now.
            Err(found) => drop(mistakes.try_update(|mistakes| mistakes.push(found))),
        }
    });
}

/// A place to drop files on, and the objects that are there.
#[component]
pub(super) fn Bucket(
    source: SourceId,
    row: Memo<Option<SourceRow>>,
    draft: RwSignal<HappenDraft>,
    mistakes: RwSignal<Vec<Mistake>>,
) -> impl IntoView {
    let session = use_session();
    let objects = Memo::new(move |_| row.get().map(|row| row.objects).unwrap_or_default());
    let more = Memo::new(move |_| row.get().map_or(0, |row| row.more_objects));
    let dropped = Callback::new(move |files: Vec<File>| {
        mistakes.set(Vec::new());
        for file in files {
            put(session, source, file, draft.get_untracked(), mistakes);
        }
    });
    view! {
        <div class="bucket">
            <DropZone label="Drop files here to put them into the bucket" accept="" on_files=dropped />
            <Show when=move || !objects.with(Vec::is_empty)>
                <div class="table-scroll">
                    <table class="table objects" data-testid="objects">
                        <thead>
                            <tr>
                                <th>"Key"</th>
                                <th>"Size"</th>
                                <th>"Class"</th>
                                <th><span class="visually-hidden">"Delete"</span></th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || objects.get() key=ObjectRow::clone children=move |object| {
                                let key = object.key.clone();
                                let delete = move |_| happen(session, source, &Happening::ObjectDeleted { key: key.clone() });
                                let (label, title) = (format!("Delete {}", object.key), format!("ETag {}", object.e_tag));
                                let key = object.key.clone();
                                view! {
                                    <tr data-key=key>
                                        <td><code title=title>{object.key}</code></td>
                                        <td class="number">{object.size}</td>
                                        <td class="muted">{object.class}</td>
                                        <td>
                                            <button class="button button-small" type="button" aria-label=label
                                                data-testid="delete-object" on:click=delete>"Delete"</button>
                                        </td>
                                    </tr>
                                }
                            } />
                        </tbody>
                    </table>
                </div>
                <Show when=move || more.get().gt(&0)>
                    <p class="field-note muted">{move || format!("and {} more", more.get())}</p>
                </Show>
            </Show>
            <Show when=move || objects.with(Vec::is_empty)>
                <p class="field-note muted">"The bucket is empty."</p>
            </Show>
        </div>
    }
}
