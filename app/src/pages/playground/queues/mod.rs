//! Queues, what polls them, and the internal queue of asynchronous invocation.
//!
//! ```text
//! mod           the panel
//! model         what the session says, as plain values
//! queue         one queue: its messages, what polls it, what can be done with it
//! mapping       what can be done with what polls it
//! destinations  functions and queues that forms choose among
//! drafts        settings while they are being edited
//! forms         the forms for them
//! events        asynchronous events: attempts, waits, what was sent on
//! ```

pub(super) mod destinations;
pub(super) mod drafts;
mod events;
pub(super) mod forms;
pub(super) mod mapping;
pub(super) mod model;
mod queue;

use crate::app::use_session;
use crate::browser::timer;
use crate::session::OwnProjection;
use events::AsyncEventList;
use forms::{Foldable, QueueForm};
use leptos::prelude::*;
use model::{Model, model};
use queue::QueueCard;
use runtime_core::units::Span;

/// What is there at the playhead and what is there now: before its beginning a card is hidden, and goes on
/// holding what is typed in it.
pub(super) fn kept<Id: Ord, T>(mut shown: Vec<Id>, now: impl Iterator<Item = (Id, T)>) -> Vec<Id> {
    shown.extend(now.map(|(id, _)| id));
    shown.sort_unstable();
    shown.dedup();
    shown
}

#[component]
pub(super) fn QueuesPanel() -> impl IntoView {
    let session = use_session();
    let projections = StoredValue::new((OwnProjection::default(), OwnProjection::default()));
    // What is said of waits gets shorter.
    let tick = RwSignal::new(0u32);
    timer::every(Span::from_millis(250), move || tick.update(|n| *n += 1));
    let shown = Memo::new(move |_| {
        tick.track();
        session.read(|reading| {
            let read = |(queues, events): &mut _| model(&reading, queues, events);
            projections.try_update_value(read).unwrap_or_default()
        })
    });
    let creating = RwSignal::new(false);
    let ids = Memo::new(move |_| {
        let shown = shown.with(Model::ids);
        session.read(|reading| kept(shown, reading.platform().queues()))
    });
    let none = Memo::new(move |_| shown.with(|it| it.queues.is_empty()));
    let has_events = Memo::new(move |_| shown.with(|it| !it.events.is_empty()));
    view! {
        <section class="panel queues" aria-labelledby="queues-title" data-testid="queues">
            <div class="panel-head">
                <h2 id="queues-title">"Queues"</h2>
                <span class="muted">{move || shown.with(|it| it.summary.clone())}</span>
            </div>
            <Show when=move || has_events.get()>
                <AsyncEventList shown />
            </Show>
            <For each=move || ids.get() key=|id| *id children=move |id| {
                let row = Memo::new(move |_| shown.with(|it| it.queue(id)));
                view! { <QueueCard id row /> }
            } />
            <Show when=move || none.get() && !has_events.get()>
                <p class="empty">
                    "Nothing waits anywhere. Create a queue and let a function poll it, or invoke one asynchronously: its internal queue shows here. The sample Orders is made for a queue."
                </p>
            </Show>
            <Foldable title="New queue" open=creating>
                <QueueForm queue=None open=creating />
            </Foldable>
        </section>
    }
}
