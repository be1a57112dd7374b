//! Streams: data streams, tables with their items, topics, brokers' queues, and what reads them.
//!
//! ```text
//! mod       the panel
//! model     what the session says, as plain values
//! readings  how far a mapping has come in each shard, in words
//! card      one stream: its records, its mappings, what can be done with it
//! items     a table's items and their editor
//! drafts    settings of streams while they are being edited
//! puts      records and changes of items while they are
//! mapping   settings of a mapping while they are
//! forms     the forms for streams and records
//! reader    the form for a mapping
//! ```

mod card;
mod drafts;
mod forms;
mod items;
mod mapping;
mod model;
pub(super) mod puts;
mod reader;
mod readings;

use super::queues::forms::Foldable;
use super::queues::kept;
use crate::app::use_session;
use crate::browser::timer;
use crate::session::OwnProjection;
use card::StreamCard;
use forms::StreamForm;
use leptos::prelude::*;
use runtime_core::platform::StreamKeeper;
use runtime_core::units::Span;

#[component]
pub(super) fn StreamsPanel() -> impl IntoView {
    let session = use_session();
    // The platform's code for streams is of this part, and of the one that restores sessions.
    session.keep_streams(StreamKeeper::code());
    let projection = StoredValue::new(OwnProjection::default());
    // What is said of waits gets shorter.
    let tick = RwSignal::new(0u32);
    timer::every(Span::from_millis(250), move || tick.update(|n| *n += 1));
    let rows = Memo::new(move |_| {
        tick.track();
        session.read(|reading| {
            let read = |streams: &mut _| model::rows(&reading, streams);
            projection.try_update_value(read).unwrap_or_default()
        })
    });
    let ids = Memo::new(move |_| {
        let shown = rows.with(|rows| rows.iter().map(|it| it.id).collect());
        session.read(|reading| kept(shown, reading.platform().streams()))
    });
    let summary = move || match rows.with(Vec::len) {
        0 => String::new(),
        1 => "1 stream".to_owned(),
        count => format!("{count} streams"),
    };
    let creating = RwSignal::new(false);
    view! {
        <section class="panel streams" aria-labelledby="streams-title" data-testid="streams">
            <div class="panel-head">
                <h2 id="streams-title">"Streams"</h2>
                <span class="muted">{summary}</span>
            </div>
            <For each=move || ids.get() key=|id| *id children=move |id| {
                let row = Memo::new(move |_| rows.with(|rows| rows.iter().find(|it| it.id == id).cloned()));
                view! { <StreamCard id row /> }
            } />
            <Show when=move || rows.with(Vec::is_empty)>
                <p class="empty">
                    "No records flow yet. Create a data stream, a table, a topic or a broker's queue, and let a function read it. The sample Clicks is made for a data stream: records as they stand in the form are clicks."
                </p>
            </Show>
            <Foldable title="New stream" open=creating>
                <StreamForm stream=None open=creating />
            </Foldable>
        </section>
    }
}
