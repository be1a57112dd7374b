//! What the trigger that the event comes from does with the response.

use super::reply_model::ReplyModel;
use crate::app::use_session;
use crate::session::{Reading, TaskEvent};
use leptos::prelude::*;
use runtime_core::events::trigger::{
    Class, Invoked, Refusal, Reply, TriggerKind, judge, judge_late, judge_refusal, task_timeout,
};
use runtime_core::projections::{InvocationRecord, Stage};
use runtime_core::timeline::{Outcome, Rejection, Trigger};
use runtime_core::units::RequestId;

/// Longer events and responses are not judged: it would hold up the page.
const JUDGED_UP_TO: usize = 1_000_000;

/// Nothing, unless the event looks like a trigger's and the invocation is over.
#[component]
pub(super) fn TriggerReply() -> impl IntoView {
    let session = use_session();
    // A finished invocation does not change: it is judged once and not with each fact.
    let finished = session.memo(|reading| {
        let record = reading.shown_request()?;
        let over = record.end().is_some() || matches!(record.stage, Stage::Rejected { .. });
        over.then_some(record.request)
    });
    let reply = Memo::new(move |_| {
        let request = finished.get()?;
        session.read_untracked(|reading| reply_model(&reading, request))
    });
    move || {
        reply.get().map(|model| {
            view! {
                <section class="trigger-reply" aria-label="What the trigger does with the response" data-testid="trigger-reply">
                    <h3>{model.trigger}</h3>
                    <p class="trigger-verdict mono" class:bad=!model.good data-testid="trigger-verdict">{model.headline}</p>
                    {model.complaint.map(|(cause, hint)| view! {
                        <p class="trigger-complaint" data-testid="trigger-complaint">{cause} " " {hint}</p>
                    })}
                    {(!model.rows.is_empty() || model.body.is_some()).then(|| view! {
                        <details>
                            <summary>"Details"</summary>
                            <dl class="trigger-rows mono">
                                {model.rows.into_iter().map(|(name, value)| view! {
                                    <dt>{name}</dt><dd>{value}</dd>
                                }).collect_view()}
                            </dl>
                            {model.body.map(|body| view! {
                                <pre class="trigger-body" tabindex="0" role="region" aria-label="What is sent">{body}</pre>
                            })}
                        </details>
                    })}
                </section>
            }
        })
    }
}

fn reply_model(reading: &Reading<'_>, request: RequestId) -> Option<ReplyModel> {
    let record = reading.shown_request().filter(|it| it.request == request)?;
    reply_of(reading, record)
}

/// What the trigger that an event looks like one of does with its response.
pub(super) fn reply_of(reading: &Reading<'_>, record: &InvocationRecord) -> Option<ReplyModel> {
    let event = reading.payloads().get(record.event);
    let (request_id, version) = names_of(reading, record);
    let invoked = Invoked {
        request_id: &request_id,
        version: &version,
    };
    let task = task_of(reading, record, &event);
    if let Stage::Rejected { rejection, .. } = record.stage {
        return refused(rejection, record, &event, task, &invoked);
    }
    let (response, failed) = response_of(reading, record)?;
    if event.len().max(response.len()) > JUDGED_UP_TO {
        return None;
    }
    let kind = kind_of(&event, task)?;
    if record.trigger == Trigger::Invoke {
        let late = task.and_then(|task| {
            let took = record.end()?.at.since(record.arrived);
            task_timeout(task.timeout_seconds, took)
        });
        let reply = late.or_else(|| answered(reading, record, kind, &event))?;
        return Some(ReplyModel::of(kind, reply, &invoked));
    }
    let response = match record.trigger {
        // Only a mapping that reports failures reads the response.
        Trigger::Mapping { mapping, .. } if !failed => {
            let mapping = reading.platform().mapping(mapping);
            let reads = mapping.is_none_or(|it| it.report_failures);
            if reads { response } else { Vec::new() }
        }
        // Whatever made the event: the internal queue has it, and it reads no response.
        Trigger::Async { .. } if kind.class() != Class::Async => return None,
        _ => response,
    };
    let reply = judge(kind, &event, Some(&response), failed);
    Some(ReplyModel::of(kind, reply, &invoked))
}

/// The task that a request is of. An event says nothing of it: it is a task's if it was made for one.
fn task_of<'a>(
    reading: &'a Reading<'_>,
    record: &InvocationRecord,
    event: &[u8],
) -> Option<&'a TaskEvent> {
    let mut tasks = reading.test_events(record.function).tasks.iter();
    tasks.find(|task| record.trigger == Trigger::Invoke && task.text.as_bytes() == event)
}

/// Whose event it is, or looks like.
fn kind_of(event: &[u8], task: Option<&TaskEvent>) -> Option<TriggerKind> {
    let task = task.map(|_| TriggerKind::StepFunctions);
    task.or_else(|| TriggerKind::recognise(&serde_json::from_slice(event).ok()?))
}

/// The id of a request and the version that had it.
pub(super) fn names_of(reading: &Reading<'_>, record: &InvocationRecord) -> (String, String) {
    let id = record.shown().uuid(reading.session().seed);
    (id, record.version.to_string())
}

/// What the trigger does when Lambda does not invoke the function at all.
fn refused(
    rejection: Rejection,
    record: &InvocationRecord,
    event: &[u8],
    task: Option<&TaskEvent>,
    invoked: &Invoked<'_>,
) -> Option<ReplyModel> {
    if event.len() > JUDGED_UP_TO || record.trigger != Trigger::Invoke {
        return None;
    }
    let kind = kind_of(event, task)?;
    Some(ReplyModel::of(
        kind,
        refusal_of(kind, rejection, event)?,
        invoked,
    ))
}

/// What a trigger of this kind that waits for its function does with what comes of that: a refusal, nothing in time, or a
/// response. `None` while nothing has come.
pub(super) fn answered(
    reading: &Reading<'_>,
    record: &InvocationRecord,
    kind: TriggerKind,
    event: &[u8],
) -> Option<Reply> {
    if let Stage::Rejected { rejection, .. } = record.stage {
        return refusal_of(kind, rejection, event);
    }
    let (response, failed) = response_of(reading, record)?;
    let end = record.end()?;
    let late = judge_late(kind, event, end.at.since(record.arrived));
    Some(late.unwrap_or_else(|| judge(kind, event, Some(&response), failed)))
}

/// What a trigger of this kind does with Lambda's refusal.
fn refusal_of(kind: TriggerKind, rejection: Rejection, event: &[u8]) -> Option<Reply> {
    let body: serde_json::Value = serde_json::from_str(&rejection.body("")).ok()?;
    let refusal = Refusal {
        exception: rejection.exception(),
        message: body["message"].as_str().unwrap_or_default(),
        status: rejection.status(),
    };
    judge_refusal(kind, event, &refusal)
}

/// What Lambda answers the trigger, and whether it is an error.
pub(super) fn response_of(
    reading: &Reading<'_>,
    record: &InvocationRecord,
) -> Option<(Vec<u8>, bool)> {
    let end = record.end()?;
    let made = match end.outcome {
        Outcome::Succeeded => None,
        Outcome::Failed(failure) => {
            let uuid = record.shown().uuid(reading.session().seed);
            let timeout = record.configuration.as_ref().map(|it| it.timeout);
            failure.payload(&uuid, timeout.unwrap_or_default())
        }
    };
    let given = || end.response.map(|id| reading.payloads().get(id).to_vec());
    let response = made.map(String::into_bytes).or_else(given);
    Some((
        response.unwrap_or_default(),
        end.outcome != Outcome::Succeeded,
    ))
}
