//! EventBridge: rules of a bus, rules on a schedule, and schedules of EventBridge Scheduler.
//! EventBridge user guide, "AWS service event metadata".

use super::super::context::Context;
use super::super::form::{Field, FieldError, FieldKind, FieldProblem, Form, field, optional, text};
use crate::events::trigger::json::json;
use serde_json::{Map, Value};

pub(in crate::events::trigger) const RULE: &[Field] = &[
    text("source", "Source", "shop.orders"),
    text("detailType", "Detail type", "Order placed"),
    field(
        "detail",
        "Detail",
        FieldKind::JsonObject,
        "{\"orderId\": 1001, \"item\": \"tea\"}",
    ),
    field(
        "resources",
        "Resources (an ARN a line)",
        FieldKind::Lines,
        "",
    ),
];

pub(in crate::events::trigger) const SCHEDULE_RULE: &[Field] =
    &[text("rule", "Rule", "every-morning"), INPUT];

pub(in crate::events::trigger) const SCHEDULER: &[Field] = &[
    text("schedule", "Schedule", "every-morning"),
    text("group", "Schedule group", "default"),
    INPUT,
];

const INPUT: Field = optional("input", "Input, JSON (empty: the scheduled event)", "");

pub(in crate::events::trigger) fn rule(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let resources: Vec<_> = form.lines("resources");
    let detail = Value::Object(form.object("detail"));
    Ok(envelope(
        form.get("detailType"),
        form.get("source"),
        json!(resources),
        detail,
        context,
    ))
}

pub(in crate::events::trigger) fn schedule_rule(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let rule = context.arn("events", &format!("rule/{}", form.get("rule")));
    let event = envelope(
        "Scheduled Event",
        "aws.events",
        json!([rule]),
        Value::Object(Map::new()),
        context,
    );
    input_or(form, event)
}

/// Without an input, Scheduler sends an envelope whose detail is a text.
pub(in crate::events::trigger) fn scheduler(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let schedule = format!("schedule/{}/{}", form.get("group"), form.get("schedule"));
    let schedule = context.arn("scheduler", &schedule);
    let event = envelope(
        "Scheduled Event",
        "aws.scheduler",
        json!([schedule]),
        json!("{}"),
        context,
    );
    input_or(form, event)
}

/// A target's constant input is the whole event.
fn input_or(form: &Form<'_>, event: Value) -> Result<Value, FieldError> {
    let Some(input) = form.optional("input") else {
        return Ok(event);
    };
    serde_json::from_str(input).map_err(|error| {
        let problem = FieldProblem::NotJson {
            line: error.line(),
            column: error.column(),
            message: super::super::form::message(&error),
        };
        FieldError::new("input", problem)
    })
}

fn envelope(kind: &str, source: &str, resources: Value, detail: Value, context: &Context) -> Value {
    json!({
        "version": "0",
        "id": context.uuid("event"),
        "detail-type": kind,
        "source": source,
        "account": context.account,
        "time": context.iso_seconds(),
        "region": context.region,
        "resources": resources,
        "detail": detail,
    })
}
