//! Messages of an SQS queue. Lambda developer guide, "Using Lambda with Amazon SQS".

use super::super::context::{Context, region_of};
use super::super::encoding::{base64, hex, md5};
use super::super::form::{Field, FieldError, FieldKind, FieldProblem, Form, field, optional, text};
use crate::events::trigger::json::{self, json};
use md5::{Digest, Md5};
use serde_json::Value;
use std::collections::BTreeMap;

/// A message as a queue hands it out.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// A UUID.
    pub id: String,
    /// What it is deleted by; another one for each receive.
    pub receipt_handle: String,
    /// What was sent.
    pub body: String,
    /// What was sent beside it.
    pub attributes: BTreeMap<String, Attribute>,
    /// The sender's id: that of a role with its session, or of an account.
    pub sender: String,
    /// When it was sent, ms since 1970.
    pub sent_unix_millis: u64,
    /// When it was received for the first time, ms since 1970.
    pub first_received_unix_millis: u64,
    /// How often it was received, this time included.
    pub receive_count: u32,
    /// What a FIFO queue knows of it.
    pub fifo: Option<Fifo>,
}

/// What a FIFO queue knows of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fifo {
    /// Messages of a group are received in order.
    pub group: String,
    /// Messages with the same one are sent once in five minutes.
    pub deduplication: String,
    /// Twenty digits; larger ones are later.
    pub sequence_number: String,
}

/// The value of a message attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// Any text.
    String(String),
    /// A number in decimal digits.
    Number(String),
    /// Bytes.
    Binary(Vec<u8>),
}

/// The event of a batch of messages of a queue.
pub fn event(queue_arn: &str, messages: &[Message]) -> Value {
    let records: Vec<_> = messages
        .iter()
        .map(|message| record(queue_arn, message))
        .collect();
    json!({ "Records": records })
}

fn record(queue_arn: &str, message: &Message) -> Value {
    let mut attributes = json!({
        "ApproximateReceiveCount": message.receive_count.to_string(),
        "SentTimestamp": message.sent_unix_millis.to_string(),
        "SenderId": message.sender,
        "ApproximateFirstReceiveTimestamp": message.first_received_unix_millis.to_string(),
    });
    if let Some(fifo) = &message.fifo {
        attributes["MessageGroupId"] = json!(fifo.group);
        attributes["MessageDeduplicationId"] = json!(fifo.deduplication);
        attributes["SequenceNumber"] = json!(fifo.sequence_number);
    }
    let sent = message.attributes.iter();
    let sent = json::map(sent.map(|(name, value)| (name.clone(), value.shown())));
    let mut record = json!({
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": sent,
        "md5OfBody": md5(message.body.as_bytes()),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": region_of(queue_arn),
    });
    if !message.attributes.is_empty() {
        record["md5OfMessageAttributes"] = json!(md5_of_attributes(&message.attributes));
    }
    record
}

impl Attribute {
    fn shown(&self) -> Value {
        let (kind, field, value) = match self {
            Attribute::String(text) => ("String", "stringValue", text.clone()),
            Attribute::Number(digits) => ("Number", "stringValue", digits.clone()),
            Attribute::Binary(bytes) => ("Binary", "binaryValue", base64(bytes)),
        };
        {
            let mut shown =
                json!({"stringListValues": [], "binaryListValues": [], "dataType": kind});
            shown[field] = json!(value);
            shown
        }
    }
}

/// SQS developer guide, "Amazon SQS message metadata", section "Calculating the MD5 message digest for
/// message attributes".
fn md5_of_attributes(attributes: &BTreeMap<String, Attribute>) -> String {
    let mut digest = Md5::new();
    let part = |digest: &mut Md5, bytes: &[u8]| {
        digest.update((bytes.len() as u32).to_be_bytes());
        digest.update(bytes);
    };
    for (name, value) in attributes {
        let (kind, transport, bytes) = match value {
            Attribute::String(text) => ("String", 1, text.as_bytes()),
            Attribute::Number(digits) => ("Number", 1, digits.as_bytes()),
            Attribute::Binary(bytes) => ("Binary", 2, bytes.as_slice()),
        };
        part(&mut digest, name.as_bytes());
        part(&mut digest, kind.as_bytes());
        digest.update([transport]);
        part(&mut digest, bytes);
    }
    hex(&digest.finalize())
}

pub(in crate::events::trigger) const FORM: &[Field] = &[
    text("queue", "Queue", "orders"),
    field(
        "body",
        "Message",
        FieldKind::Lines,
        "{\"orderId\": 1001, \"item\": \"tea\"}",
    ),
    field(
        "count",
        "How many messages",
        FieldKind::Number { least: 1, most: 10 },
        "1",
    ),
    field(
        "attributes",
        "Message attributes",
        FieldKind::JsonObject,
        "{}",
    ),
    field(
        "receiveCount",
        "How often it was received",
        FieldKind::Number {
            least: 1,
            most: 1_000,
        },
        "1",
    ),
    optional("messageGroupId", "Message group (FIFO)", ""),
];

pub(in crate::events::trigger) fn build(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let queue = form.get("queue");
    let group = form.optional("messageGroupId");
    if group.is_some() != queue.ends_with(".fifo") {
        let wanted = "set for a queue whose name ends with .fifo, and for no other";
        return Err(FieldError::new("messageGroupId", FieldProblem::Not(wanted)));
    }
    let mut attributes = BTreeMap::new();
    for (name, value) in form.object("attributes") {
        let attribute = match value {
            Value::String(text) => Attribute::String(text),
            Value::Number(number) => Attribute::Number(number.to_string()),
            _ => {
                let wanted = FieldProblem::NotThisJson("an object of texts and numbers");
                return Err(FieldError::new("attributes", wanted));
            }
        };
        attributes.insert(name, attribute);
    }
    let message = |index: i64| Message {
        id: context.uuid(&format!("message-{index}")),
        receipt_handle: context.opaque(&format!("receipt-{index}"), 96),
        body: form.get("body").to_owned(),
        attributes: attributes.clone(),
        sender: format!("AROA{}:orders", context.upper("sender", 17)),
        sent_unix_millis: context.unix_millis,
        first_received_unix_millis: context.unix_millis.saturating_add(12),
        receive_count: form.number("receiveCount") as u32,
        fifo: group.map(|group| Fifo {
            group: group.to_owned(),
            deduplication: context.hex(&format!("deduplication-{index}"), 64),
            sequence_number: format!("1{}{index:02}", context.digits("sequence", 17)),
        }),
    };
    let messages: Vec<_> = (0..form.number("count")).map(message).collect();
    Ok(event(&context.arn("sqs", queue), &messages))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of moto's test of SQS, which were checked against AWS.
    #[test]
    fn digests_of_attributes() {
        let timestamp = Attribute::Number("1493147359900".to_owned());
        let attributes = BTreeMap::from([("timestamp".to_owned(), timestamp)]);
        assert_eq!(
            md5_of_attributes(&attributes),
            "235c5c510d26fb653d073faed50ae77c"
        );
    }
}
