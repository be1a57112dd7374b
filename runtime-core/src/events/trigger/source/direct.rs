//! Triggers without an envelope: the payload is the event. IoT Core developer guide, "Lambda" (rule
//! actions); Step Functions developer guide, "Invoke an AWS Lambda function with Step Functions".

use super::super::context::Context;
use super::super::form::{Field, FieldError, FieldKind, Form, field};
use serde_json::Value;

/// How long a task waits for its function, seconds: a field of its form.
pub(in crate::events::trigger) const TASK_TIMEOUT: &str = "timeoutSeconds";

pub(in crate::events::trigger) const IOT: &[Field] = &[field(
    "message",
    "What the rule's SELECT gives",
    FieldKind::Json,
    "{\"deviceId\": \"thermometer-7\", \"celsius\": 21.5}",
)];

/// The most that `TimeoutSeconds` can be, and what it is where it is not set (Step Functions developer guide, "Task
/// workflow state").
const LONGEST_TASK: i64 = 99_999_999;

pub(in crate::events::trigger) const STEP_FUNCTIONS: &[Field] = &[
    field(
        "payload",
        "Payload of the task",
        FieldKind::Json,
        "{\"orderId\": 1001, \"item\": \"tea\"}",
    ),
    // It is the task's and not in the event.
    field(
        TASK_TIMEOUT,
        "TimeoutSeconds of the task",
        FieldKind::Number {
            least: 1,
            most: LONGEST_TASK,
        },
        "99999999",
    ),
];

pub(in crate::events::trigger) fn iot(form: &Form<'_>, _: &Context) -> Result<Value, FieldError> {
    Ok(form.json("message"))
}

pub(in crate::events::trigger) fn step_functions(
    form: &Form<'_>,
    _: &Context,
) -> Result<Value, FieldError> {
    Ok(form.json("payload"))
}
