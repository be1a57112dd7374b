//! Changes of a DocumentDB collection. Lambda developer guide, "Using Lambda with Amazon DocumentDB",
//! section "Example Amazon DocumentDB event"; MongoDB's change events.

use super::super::context::Context;
use super::super::form::{Field, FieldError, FieldKind, Form, field, text};
use crate::events::trigger::json::json;
use serde_json::Value;

pub(in crate::events::trigger) const FORM: &[Field] = &[
    text("cluster", "Cluster", "shop"),
    text("database", "Database", "shop"),
    text("collection", "Collection", "orders"),
    field(
        "operationType",
        "What happened",
        FieldKind::Choice(&["insert", "update", "replace", "delete"]),
        "insert",
    ),
    field(
        "document",
        "Document",
        FieldKind::JsonObject,
        "{\"orderId\": 1001, \"item\": \"tea\"}",
    ),
    field(
        "updatedFields",
        "Changed fields (update)",
        FieldKind::JsonObject,
        "{\"item\": \"coffee\"}",
    ),
];

pub(in crate::events::trigger) fn build(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let id = json!({"$oid": context.hex("document", 24)});
    let operation = form.get("operationType");
    let mut change = json!({
        "_id": {"_data": context.hex("resume", 36)},
        "clusterTime": {"$timestamp": {"t": context.unix_millis / 1_000, "i": 1}},
        "documentKey": {"_id": id},
        "ns": {"db": form.get("database"), "coll": form.get("collection")},
        "operationType": operation,
    });
    if operation != "delete" {
        let mut document = form.object("document");
        document.entry("_id").or_insert(id);
        change["fullDocument"] = Value::Object(document);
    }
    if operation == "update" {
        change["updateDescription"] = json!({
            "updatedFields": form.object("updatedFields"),
            "removedFields": [],
            "truncatedArrays": [],
        });
    }
    Ok(json!({
        "eventSourceArn": context.arn("rds", &format!("cluster:{}", form.get("cluster"))),
        "events": [{"event": change}],
        "eventSource": "aws:docdb",
    }))
}
