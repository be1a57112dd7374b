//! Notifications of an S3 bucket. S3 user guide, "Event message structure" (version 2.1).

use super::super::context::Context;
use super::super::encoding::s3_key;
use super::super::form::{Field, FieldError, FieldKind, FieldProblem, Form, field, optional, text};
use crate::events::trigger::json::json;
use serde_json::Value;

const EVENTS: &[&str] = &[
    "ObjectCreated:Put",
    "ObjectCreated:Post",
    "ObjectCreated:Copy",
    "ObjectCreated:CompleteMultipartUpload",
    "ObjectRemoved:Delete",
    "ObjectRemoved:DeleteMarkerCreated",
];

pub(in crate::events::trigger) const FORM: &[Field] = &[
    field(
        "eventName",
        "What happened",
        FieldKind::Choice(EVENTS),
        "ObjectCreated:Put",
    ),
    text("bucket", "Bucket", "uploads"),
    text("key", "Object key", "holiday photos/beach (1).jpg"),
    field(
        "size",
        "Size, bytes",
        FieldKind::Number {
            least: 0,
            most: 50 * 1024 * 1024 * 1024 * 1024,
        },
        "48213",
    ),
    optional("versionId", "Version id (versioned bucket)", ""),
    text(
        "configurationId",
        "Notification's id",
        "uploads-to-function",
    ),
    text("sourceIp", "Client's address", "203.0.113.7"),
];

pub(in crate::events::trigger) fn build(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let (bucket, key) = (form.get("bucket"), form.get("key"));
    if !valid_bucket(bucket) {
        let wanted = "a bucket's name: 3 to 63 small letters, digits, dots and hyphens";
        return Err(FieldError::new("bucket", FieldProblem::Not(wanted)));
    }
    if key.len() > 1_024 {
        return Err(FieldError::new(
            "key",
            FieldProblem::Not("at most 1,024 bytes"),
        ));
    }
    let name = form.get("eventName");
    let mut object = json!({
        "key": s3_key(key),
        "sequencer": format!("00{}", context.hex("sequencer", 16).to_uppercase()),
    });
    // What was deleted has neither size nor contents.
    if name.starts_with("ObjectCreated:") {
        object["size"] = json!(form.number("size"));
    }
    if name != "ObjectRemoved:Delete" {
        object["eTag"] = json!(context.hex("etag", 32));
    }
    if let Some(version) = form.optional("versionId") {
        object["versionId"] = json!(version);
    }
    let principal = format!("AWS:AIDA{}", context.upper("user", 17));
    Ok(json!({ "Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": context.region,
        "eventTime": context.iso_millis(),
        "eventName": name,
        "userIdentity": {"principalId": principal},
        "requestParameters": {"sourceIPAddress": form.get("sourceIp")},
        "responseElements": {
            "x-amz-request-id": context.upper("request", 16),
            "x-amz-id-2": context.opaque("request-2", 54),
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": form.get("configurationId"),
            "bucket": {
                "name": bucket,
                "ownerIdentity": {"principalId": format!("A{}", context.upper("owner", 13))},
                "arn": format!("arn:{}:s3:::{bucket}", context.partition()),
            },
            "object": object,
        },
    }]}))
}

/// S3 user guide, "General purpose bucket naming rules": length, characters, first and last one.
fn valid_bucket(name: &str) -> bool {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.chars().all(|c| letter(c) || c == '.' || c == '-')
        && name.starts_with(letter)
        && name.ends_with(letter)
}
