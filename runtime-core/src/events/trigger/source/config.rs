//! Evaluations of a custom rule of AWS Config. Config developer guide, "Example events for AWS Config
//! rules": invokingEvent and ruleParameters are JSON in a text.

use super::super::context::Context;
use super::super::form::{Field, FieldError, FieldKind, Form, field, text};
use crate::events::trigger::json::json;
use serde_json::Value;

const CHANGE: &str = "ConfigurationItemChangeNotification";

pub(in crate::events::trigger) const FORM: &[Field] = &[
    text("rule", "Rule", "buckets-have-tags"),
    field(
        "messageType",
        "Why it is evaluated",
        FieldKind::Choice(&[CHANGE, "ScheduledNotification"]),
        CHANGE,
    ),
    text("resourceType", "Resource type", "AWS::S3::Bucket"),
    text("resourceId", "Resource", "uploads"),
    field(
        "configuration",
        "Resource's configuration",
        FieldKind::JsonObject,
        "{\"name\": \"uploads\"}",
    ),
    field(
        "ruleParameters",
        "Rule's parameters",
        FieldKind::JsonObject,
        "{\"tag\": \"owner\"}",
    ),
    field(
        "eventLeftScope",
        "The resource left the rule's scope",
        FieldKind::Flag,
        "false",
    ),
];

pub(in crate::events::trigger) fn build(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let created = context.iso_millis();
    let id = format!("config-rule-{}", context.lower("rule", 6));
    let invoking = match form.get("messageType") {
        CHANGE => json!({
            "configurationItem": {
                "configurationItemCaptureTime": created,
                "configurationItemStatus": "OK",
                "configurationStateId": context.digits("state", 13),
                "awsAccountId": context.account,
                "awsRegion": context.region,
                "resourceType": form.get("resourceType"),
                "resourceId": form.get("resourceId"),
                "configuration": form.object("configuration"),
                "relationships": [],
                "tags": {},
            },
            "configurationItemDiff": null,
            "notificationCreationTime": created,
            "messageType": CHANGE,
            "recordVersion": "1.3",
        }),
        kind => json!({
            "awsAccountId": context.account,
            "notificationCreationTime": created,
            "messageType": kind,
            "recordVersion": "1.0",
        }),
    };
    Ok(json!({
        "version": "1.0",
        "invokingEvent": invoking.to_string(),
        "ruleParameters": Value::Object(form.object("ruleParameters")).to_string(),
        "resultToken": context.opaque("result", 48),
        "eventLeftScope": form.flag("eventLeftScope"),
        "executionRoleArn": context.role("config-role"),
        "configRuleArn": context.arn("config", &format!("config-rule/{id}")),
        "configRuleName": form.get("rule"),
        "configRuleId": id,
        "accountId": context.account,
    }))
}
