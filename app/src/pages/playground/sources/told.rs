//! What became of the events that a source has told functions, the last ones: what came back, and what
//! the source did with that.

use crate::app::use_session;
use crate::session::{Command, Reading};
use crate::shapes::text::clip;
use leptos::prelude::*;
use runtime_core::projections::{AsyncEvents, AsyncRecord, AsyncStage, Stage};
use runtime_core::timeline::{Condition, Outcome, ReturnReason};
use runtime_core::units::{RequestId, SourceId};

/// Events that are listed.
const LISTED: usize = 4;
/// How much of a response is shown.
const SHOWN: usize = 80;

/// An event that a function was told.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ToldRow {
    pub(super) first: RequestId,
    /// The last attempt.
    last: Option<RequestId>,
    function: String,
    /// `trying`, `waiting`, `handled` or `failed`.
    kind: &'static str,
    state: String,
    /// What the last attempt returned.
    returned: Option<String>,
    /// What was done with it.
    then: &'static str,
}

/// The last events of a source, the newest first.
pub(super) fn rows(reading: &Reading<'_>, events: &AsyncEvents, source: SourceId) -> Vec<ToldRow> {
    let rows = events
        .told(source)
        .rev()
        .take(LISTED)
        .map(|(first, record)| row(reading, first, record));
    rows.collect()
}

fn row(reading: &Reading<'_>, first: RequestId, record: &AsyncRecord) -> ToldRow {
    let function = reading.platform().configuration(record.function);
    let last = record.attempts.last().copied();
    let (kind, state, then) = match record.stage {
        AsyncStage::Trying => ("trying", "being handled".to_owned(), ""),
        AsyncStage::Waiting { reason, due } => {
            let why = match reason {
                ReturnReason::FunctionError => "failed",
                ReturnReason::Throttled => "throttled",
                ReturnReason::SystemError => "system error",
                ReturnReason::Interrupted => "interrupted",
            };
            let left = due.since(reading.shown());
            let then = "the source has handed it over: Lambda tries it again";
            ("waiting", format!("{why}, again in {left}"), then)
        }
        AsyncStage::Finished {
            condition: Condition::Success,
            ..
        } => {
            let then = "nobody waits for a response: it is dropped";
            ("handled", "handled".to_owned(), then)
        }
        AsyncStage::Finished { condition, .. } => {
            let then = match record.sent.is_empty() {
                true => "the event is lost: there is no destination and no dead-letter queue",
                false => "the event was sent on",
            };
            ("failed", format!("given up: {}", condition.name()), then)
        }
    };
    ToldRow {
        first,
        last,
        function: function.map_or_else(|| "deleted".to_owned(), |it| it.name.clone()),
        kind,
        state,
        returned: last.and_then(|last| returned(reading, last)),
        then,
    }
}

fn returned(reading: &Reading<'_>, request: RequestId) -> Option<String> {
    let Stage::Finished(end) = reading.invocations().get(request)?.stage else {
        return None;
    };
    let bytes = reading.payloads().get(end.response?);
    let text = String::from_utf8_lossy(&bytes);
    let shown = clip(&text, SHOWN);
    Some(match end.outcome {
        Outcome::Succeeded => format!("returned {shown}"),
        Outcome::Failed(_) => format!("error {shown}"),
    })
}

/// The list of them.
#[component]
pub(super) fn ToldList(told: Memo<Vec<ToldRow>>) -> impl IntoView {
    let session = use_session();
    let firsts =
        Memo::new(move |_| told.with(|told| told.iter().map(|it| it.first).collect::<Vec<_>>()));
    view! {
        <Show when=move || !firsts.with(Vec::is_empty)>
            <ul class="event-list" aria-label="Events that were told" data-testid="source-told">
                <For each=move || firsts.get() key=|first| *first children=move |first| {
                    let row = Memo::new(move |_| told.with(|told| told.iter().find(|it| it.first == first).cloned()));
                    let field = move |read: fn(&ToldRow) -> String| move || row.get().as_ref().map(read);
                    let select = move |_| {
                        if let Some(last) = row.get_untracked().and_then(|row| row.last) {
                            session.dispatch(Command::SelectRequest(Some(last)));
                        }
                    };
                    view! {
                        <li class="event-row" data-kind=move || row.get().map(|row| row.kind)>
                            <button class="event-select" type="button" title="Show the last attempt" on:click=select>
                                <b>{field(|row| row.function.clone())}</b>
                                <span class="event-state">{field(|row| row.state.clone())}</span>
                                <code class="told">{move || row.get().and_then(|row| row.returned)}</code>
                                <span class="muted">{field(|row| row.then.to_owned())}</span>
                            </button>
                        </li>
                    }
                } />
            </ul>
        </Show>
    }
}
