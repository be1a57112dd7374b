//! Records that Amazon Data Firehose has transformed. Lambda developer guide, "Using Lambda with
//! Amazon Data Firehose"; Firehose developer guide, "Transform source data in Amazon Data Firehose".

use super::super::context::Context;
use super::super::encoding::base64;
use super::super::form::{Field, FieldError, FieldKind, FieldProblem, Form, field, text};
use crate::events::trigger::json::json;
use serde_json::Value;

pub(in crate::events::trigger) const FORM: &[Field] = &[
    text("stream", "Firehose stream", "clicks-to-s3"),
    field(
        "data",
        "Data (a record a line)",
        FieldKind::Lines,
        "{\"page\": \"/tea\", \"ms\": 1200}\n{\"page\": \"/coffee\", \"ms\": 300}",
    ),
];

pub(in crate::events::trigger) fn build(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let lines = form.lines("data");
    if lines.is_empty() {
        return Err(FieldError::new("data", FieldProblem::Empty));
    }
    let number = context.digits("record", 51);
    let records: Vec<_> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            json!({
                "recordId": format!("49{number}{index:03}000000"),
                "approximateArrivalTimestamp": context.unix_millis.saturating_add(index as u64),
                "data": base64(line),
            })
        })
        .collect();
    let stream = format!("deliverystream/{}", form.get("stream"));
    Ok(json!({
        "invocationId": context.uuid("invocation"),
        "deliveryStreamArn": context.arn("firehose", &stream),
        "region": context.region,
        "records": records,
    }))
}
