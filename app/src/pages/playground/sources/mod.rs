//! Sources of events: buckets, topics, buses, IoT topics, logs, user pools, schedules, and whom they tell.
//!
//! ```text
//! mod     the panel and a source's card
//! bucket  the objects of a bucket, and files that become some
//! model   what the session says, as plain values
//! drafts  settings and happenings while they are being edited
//! forms   the forms for them
//! wire    a new target: its draft and its form
//! pool    a user pool: people sign up and in
//! told    what became of the events that functions were told
//! ```

mod bucket;
pub(super) mod drafts;
mod forms;
mod model;
mod pool;
mod told;
mod wire;

use super::queues::forms::Foldable;
use super::queues::kept;
use crate::app::use_session;
use crate::browser::timer;
use crate::session::Command;
use forms::{HappenForm, SourceForm};
use leptos::prelude::*;
use model::{Known, SourceRow};
use runtime_core::units::{SourceId, Span};
use told::ToldList;
use wire::WireForm;

#[component]
pub(super) fn SourcesPanel() -> impl IntoView {
    let session = use_session();
    let known = StoredValue::new(Known::default());
    // The time until a schedule is due gets shorter.
    let tick = RwSignal::new(0u32);
    timer::every(Span::from_millis(250), move || tick.update(|n| *n += 1));
    let rows = Memo::new(move |_| {
        tick.track();
        session.read(|reading| {
            let read = |known: &mut Known| known.rows(&reading);
            known.try_update_value(read).unwrap_or_default()
        })
    });
    let ids = Memo::new(move |_| {
        let shown = rows.with(|rows| rows.iter().map(|it| it.id).collect());
        session.read(|reading| kept(shown, reading.platform().sources()))
    });
    let creating = RwSignal::new(false);
    view! {
        <section class="panel sources" aria-labelledby="sources-title" data-testid="sources">
            <div class="panel-head">
                <h2 id="sources-title">"Sources"</h2>
            </div>
            <For each=move || ids.get() key=|id| *id children=move |id| {
                let row = Memo::new(move |_| rows.with(|rows| rows.iter().find(|it| it.id == id).cloned()));
                view! { <SourceCard id row /> }
            } />
            <Show when=move || rows.with(Vec::is_empty)>
                <p class="empty">
                    "Nothing makes events yet. Create a bucket, a topic, a bus, IoT topics, a schedule or a function's log group, and say which function or queue it tells."
                </p>
            </Show>
            <Foldable title="New source" open=creating>
                <SourceForm source=None open=creating />
            </Foldable>
        </section>
    }
}

#[component]
fn SourceCard(id: SourceId, row: Memo<Option<SourceRow>>) -> impl IntoView {
    let session = use_session();
    let text = move |read: fn(&SourceRow) -> String| move || row.get().as_ref().map(read);
    let wires = Memo::new(move |_| row.get().map(|row| row.wires).unwrap_or_default());
    let told = Memo::new(move |_| row.get().map(|row| row.told).unwrap_or_default());
    let (wiring, setting) = (RwSignal::new(false), RwSignal::new(false));
    let delete = move |_| session.dispatch(Command::DeleteSource(id));
    let unwire = move |place: usize| {
        if let Some(row) = row.get_untracked() {
            let mut configuration = Box::new(row.configuration);
            if place < configuration.wires.len() {
                configuration.wires.remove(place);
            }
            session.dispatch(Command::ConfigureSource {
                source: id,
                configuration,
            });
        }
    };
    // There is no row of what is there now, if the playhead is before its beginning.
    let kind = session
        .read_untracked(|reading| reading.platform().source(id).map(|it| it.kind.clone()))
        .or_else(|| {
            row.with_untracked(|row| row.as_ref().map(|row| row.configuration.kind.clone()))
        });
    let wire_kind = kind.clone();
    view! {
        <div class="queue-card" data-testid="source" data-source=text(|row| row.configuration.name.clone())
            hidden=move || row.with(Option::is_none)>
            <h3 class="queue-head">
                <b>{text(|row| row.configuration.name.clone())}</b>
                <span class="tag">{text(|row| row.configuration.kind.name().to_owned())}</span>
                <span class="muted" data-testid="source-counts">{text(|row| row.counts.clone())}</span>
            </h3>
            <p class="field-note muted" data-testid="source-settings">{text(|row| row.settings.clone())}</p>
            {kind.map(|kind| view! { <HappenForm source=id kind row /> })}
            <ul class="event-list" aria-label="Targets">
                {move || wires.get().into_iter().enumerate().map(|(place, wire)| view! {
                    <li class="version-row" data-testid="wire">
                        <span>"→ " <b>{wire.target}</b></span>
                        <code class="muted">{wire.interest}</code>
                        <button class="button button-small push" type="button" on:click=move |_| unwire(place)>"Remove"</button>
                    </li>
                }).collect_view()}
            </ul>
            <ToldList told />
            <div class="queue-more">
                <Foldable title="Tell a function or a queue" open=wiring>
                    {wire_kind.map(|kind| view! { <WireForm source=id kind open=wiring /> })}
                </Foldable>
                <Foldable title="Settings" open=setting>
                    <SourceForm source=Some(id) open=setting />
                    <div class="form-actions">
                        <button class="button button-small button-danger" data-testid="delete-source" on:click=delete>"Delete"</button>
                    </div>
                </Foldable>
            </div>
        </div>
    }
}
