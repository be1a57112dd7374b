//! The internal queue of asynchronous invocation.

use super::model::{EventRow, Model};
use crate::app::use_session;
use crate::session::Command;
use leptos::prelude::*;

/// Events with their attempts and what became of them, the newest first.
#[component]
pub(super) fn AsyncEventList(shown: Memo<Model>) -> impl IntoView {
    let session = use_session();
    let firsts = Memo::new(move |_| {
        shown.with(|it| {
            it.events
                .iter()
                .map(|event| event.first)
                .collect::<Vec<_>>()
        })
    });
    view! {
        <div class="queue-card">
            <h3 class="queue-head">
                <b>"Internal queue"</b>
                <span class="muted">"asynchronous invocation"</span>
            </h3>
            <ul class="event-list" data-testid="async-events">
                <For each=move || firsts.get() key=|first| *first children=move |first| {
                    let row = Memo::new(move |_| {
                        shown.with(|it| it.events.iter().find(|event| event.first == first).cloned())
                    });
                    let field = move |read: fn(&EventRow) -> String| move || row.get().as_ref().map(read);
                    let select = move |_| {
                        if let Some(last) = row.get_untracked().and_then(|row| row.last) {
                            session.dispatch(Command::SelectRequest(Some(last)));
                        }
                    };
                    view! {
                        <li class="event-row" data-kind=move || row.get().map(|row| row.kind)>
                            <button class="event-select" title="Show the last attempt" on:click=select>
                                <b>{field(|row| row.function.clone())}</b>
                                <span class="event-state">{field(|row| row.state.clone())}</span>
                                <span class="muted">{field(|row| {
                                    let mut text = row.origin.clone();
                                    for sent in &row.sent {
                                        text.push_str(" · ");
                                        text.push_str(sent);
                                    }
                                    text
                                })}</span>
                            </button>
                        </li>
                    }
                } />
            </ul>
            <Show when=move || shown.with(|it| it.more_events > 0)>
                <p class="field-note muted">{move || format!("and {} older", shown.with(|it| it.more_events))}</p>
            </Show>
        </div>
    }
}
