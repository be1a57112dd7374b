//! Log events of a CloudWatch Logs subscription filter: JSON in gzip in base64. CloudWatch Logs user
//! guide, "Log group-level subscription filters", example "Subscription filters with AWS Lambda".

use super::super::context::Context;
use super::super::encoding::{base64, gzip};
use super::super::form::{Field, FieldError, FieldKind, FieldProblem, Form, field, text};
use crate::events::trigger::json::json;
use serde_json::Value;

pub(in crate::events::trigger) const FORM: &[Field] = &[
    text("logGroup", "Log group", "/aws/lambda/orders"),
    text(
        "logStream",
        "Log stream",
        "2026/11/24/[$LATEST]0123456789abcdef0123456789abcdef",
    ),
    text("filter", "Subscription filter", "errors"),
    field(
        "messages",
        "Messages (one a line)",
        FieldKind::Lines,
        "[ERROR] order 1001 has no item\n[ERROR] order 1002 has no item",
    ),
];

pub(in crate::events::trigger) fn build(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let lines = form.lines("messages");
    if lines.is_empty() {
        return Err(FieldError::new("messages", FieldProblem::Empty));
    }
    let events: Vec<LogEvent> = lines
        .iter()
        .zip(0..)
        .map(|(message, index)| LogEvent {
            unix_millis: context.unix_millis.saturating_add(index),
            message: (*message).to_owned(),
        })
        .collect();
    let (group, stream) = (form.get("logGroup"), form.get("logStream"));
    Ok(event(context, group, stream, form.get("filter"), &events))
}

/// A line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogEvent {
    pub(crate) unix_millis: u64,
    pub(crate) message: String,
}

/// The event of log events that a subscription filter matches.
pub(crate) fn event(
    context: &Context,
    group: &str,
    stream: &str,
    filter: &str,
    events: &[LogEvent],
) -> Value {
    let number = context.digits("log-event", 51);
    let events: Vec<_> = events
        .iter()
        .enumerate()
        .map(|(index, event)| {
            json!({
                "id": format!("3{number}{index:04}"),
                "timestamp": event.unix_millis,
                "message": event.message,
            })
        })
        .collect();
    let data = json!({
        "messageType": "DATA_MESSAGE",
        "owner": context.account,
        "logGroup": group,
        "logStream": stream,
        "subscriptionFilters": [filter],
        "logEvents": events,
    });
    json!({"awslogs": {"data": base64(gzip(data.to_string().as_bytes()))}})
}
