//! ```text
//! examples    the examples of AWS's pages
//! errors      what is refused, and where
//! properties  any text; arithmetic and filters against the plain thing
//! ```

mod errors;
mod examples;
mod properties;

use super::{IotRule, Message};
use serde_json::Value;

fn rule(sql: &str) -> IotRule {
    IotRule::parse(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

fn output_on(sql: &str, topic: &str, payload: &Value) -> Option<Value> {
    rule(sql).output(&Message {
        topic,
        payload,
        client_id: Some("device-1"),
        timestamp_millis: 1_481_825_251_155,
    })
}

/// Of a message on `topic/subtopic`; both as JSON text.
fn output(sql: &str, payload: &str) -> Option<String> {
    let payload =
        serde_json::from_str(payload).unwrap_or_else(|error| panic!("{payload}: {error}"));
    output_on(sql, "topic/subtopic", &payload).map(|output| output.to_string())
}

/// What an expression is, as JSON text; `None` for `Undefined`.
fn value(expression: &str, payload: &str) -> Option<String> {
    let sql = format!("SELECT [{expression}] AS v FROM '#'");
    let text = output(&sql, payload).unwrap_or_default();
    let inside = text.strip_prefix(r#"{"v":["#)?.strip_suffix("]}")?;
    (!inside.is_empty()).then(|| inside.to_owned())
}
