//! Generators: what sends events on its own, to functions, queues, streams and sources.
//!
//! ```text
//! mod      the panel and a generator's card
//! model    what the session says, as plain values
//! targets  where events can go, and what they have to say there
//! drafts   settings while they are being edited
//! forms    the form for them
//! ```

mod drafts;
mod forms;
mod model;
mod targets;

use super::queues::forms::Foldable;
use crate::app::use_session;
use crate::session::{Command, GeneratorCommand};
use forms::GeneratorForm;
use leptos::prelude::*;
use model::{Row, rows};
use runtime_core::units::GeneratorId;

#[component]
pub(super) fn GeneratorsPanel() -> impl IntoView {
    let session = use_session();
    // The session's code for generators is of this part.
    session.keep_generators(|reading, target, texts| {
        targets::written(reading, target, texts).map_err(|it| (it.cause, it.hint))
    });
    let rows = session.memo(|reading| rows(&reading));
    let ids = Memo::new(move |_| rows.with(|rows| rows.iter().map(|it| it.id).collect::<Vec<_>>()));
    let running = Memo::new(move |_| rows.with(|rows| rows.iter().filter(|it| it.running).count()));
    let summary = move || match running.get() {
        0 => String::new(),
        count => format!("{count} running"),
    };
    let creating = RwSignal::new(false);
    view! {
        <section class="panel generators" aria-labelledby="generators-title" data-testid="generators">
            <div class="panel-head">
                <h2 id="generators-title">"Generators"</h2>
                <span class="muted" role="status" data-testid="generators-running">{summary}</span>
            </div>
            <For each=move || ids.get() key=|id| *id children=move |id| {
                let row = Memo::new(move |_| rows.with(|rows| rows.iter().find(|it| it.id == id).cloned()));
                view! { <GeneratorCard id row /> }
            } />
            <Show when=move || ids.with(Vec::is_empty)>
                <p class="empty">
                    "Nothing sends events on its own. A generator does: so many a second or minute, evenly or by chance, as a ramp or in bursts, to a function, a queue, a stream or a source."
                </p>
            </Show>
            <Foldable title="New generator" open=creating>
                <GeneratorForm generator=None open=creating />
            </Foldable>
        </section>
    }
}

#[component]
fn GeneratorCard(id: GeneratorId, row: Memo<Option<Row>>) -> impl IntoView {
    let session = use_session();
    let text = move |read: fn(&Row) -> String| move || row.get().as_ref().map(read);
    let running = Memo::new(move |_| row.get().is_some_and(|row| row.running));
    let setting = RwSignal::new(false);
    let ask = move |asked| session.dispatch(Command::Generate(asked));
    let toggle = move |_| match running.get_untracked() {
        true => ask(GeneratorCommand::Stop(id)),
        false => ask(GeneratorCommand::Start(id)),
    };
    let delete = move |_| ask(GeneratorCommand::Delete(id));
    view! {
        <div class="queue-card" data-testid="generator" data-generator=id.0.to_string()>
            <h3 class="queue-head">
                <b>{text(|row| row.target.clone())}</b>
                <span class="tag">{text(|row| row.process.clone())}</span>
                <span class="muted" data-testid="generator-counts">{text(|row| row.counts.clone())}</span>
            </h3>
            <p class="field-note faint">{text(|row| row.settings.clone())}</p>
            <div class="form-actions">
                <button
                    type="button"
                    class="button button-small"
                    class:button-primary=move || !running.get()
                    data-testid="generator-toggle"
                    on:click=toggle
                >
                    {move || if running.get() { "Stop" } else { "Start" }}
                    <span class="visually-hidden">" the generator for " {text(|row| row.target.clone())}</span>
                </button>
            </div>
            <Foldable title="Settings" open=setting>
                <GeneratorForm generator=Some(id) open=setting />
                <div class="form-actions">
                    <button type="button" class="button button-small button-danger" data-testid="delete-generator" on:click=delete>"Delete"</button>
                </div>
            </Foldable>
        </div>
    }
}
