//! Queues, what polls them, and the internal queue of asynchronous invocation.
//!
//! ```text
//! mod      the panel
//! model    what the session says, as plain values
//! queue    one queue: its messages, what polls it, what can be done with it
//! drafts   settings while they are being edited
//! forms    the forms for them
//! events   asynchronous events: attempts, waits, what was sent on
//! ```

pub(super) mod drafts;
mod events;
pub(super) mod forms;
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
    let ids = Memo::new(move |_| shown.with(Model::ids));
    let none = Memo::new(move |_| ids.with(Vec::is_empty));
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
