//! What is sent when an asynchronous event has come to its end (Lambda developer guide, "Capturing
//! records of Lambda asynchronous invocations").

use super::Desk;
use super::sent::Sending;
use crate::events::trigger::iso_millis;
use crate::events::trigger::sqs::Attribute;
use crate::platform::{RecordOrder, Written};
use crate::timeline::{
    Condition, Destination, Failure, Outcome, RecordKind, Rejection, function_arn,
};
use crate::units::{ByteCount, Moment, PayloadId, SessionSeed, Span};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How much of an error's message a dead letter carries: 1 KB (same page).
const MESSAGE_BYTES: usize = 1_024;

impl Desk<'_> {
    pub(super) fn write_record(
        &mut self,
        at: Moment,
        order: Box<RecordOrder>,
    ) -> Written<RecordOrder> {
        let (payload, bytes, attributes) = match (order.kind, order.destination) {
            (_, Destination::Source(source)) => {
                let sending = self.sending(at, &order);
                let (payload, bytes) = self.send_to(at, source, sending);
                (payload, bytes, None)
            }
            (RecordKind::OnSuccess | RecordKind::OnFailure, _) => {
                let record = self.record(at, &order).into_bytes();
                let size = ByteCount::from(record.len());
                (self.payloads.add(record), size, None)
            }
            (RecordKind::DeadLetter, _) => {
                let attributes = self.dead_letter_attributes(&order).to_string();
                let size = self.payloads.get(order.event).len() + attributes.len();
                let attributes = self.payloads.add(attributes.into_bytes());
                (order.event, ByteCount::from(size), Some(attributes))
            }
        };
        Written {
            order,
            payload,
            bytes,
            attributes,
        }
    }

    /// What a topic, a bus or a bucket gets. Keys of objects begin with `aws/lambda/async/FUNCTION` and end with
    /// a random UUID (same page).
    fn sending(&self, at: Moment, order: &RecordOrder) -> Sending {
        let (record, attributes) = match order.kind {
            RecordKind::OnSuccess | RecordKind::OnFailure => (self.record(at, order), Map::new()),
            RecordKind::DeadLetter => {
                let event = self.payloads.get(order.event);
                let attributes = self.dead_letter(order).published();
                (String::from_utf8_lossy(&event).into_owned(), attributes)
            }
        };
        let name = self.platform.configuration(order.function);
        let name = name.map_or("", |it| it.name.as_str());
        Sending {
            record,
            attributes,
            result: match order.condition {
                Condition::Success => "Success",
                _ => "Failure",
            },
            function: self.qualified_arn(order),
            folder: format!("aws/lambda/async/{name}"),
            uuid: order.request.uuid(SessionSeed(!self.session.seed.0)),
        }
    }

    /// A destination's record. The event and the response go in as they are.
    fn record(&self, at: Moment, order: &RecordOrder) -> String {
        let context = json!({
            "requestId": order.request.uuid(self.session.seed),
            "functionArn": self.qualified_arn(order),
            "condition": order.condition.name(),
            "approximateInvokeCount": order.invocations,
        });
        let timestamp = iso_millis(self.session.unix_nanos(at) / 1_000_000);
        let event = self.payloads.get(order.event);
        let mut record = format!(
            "{{\"version\":\"1.0\",\"timestamp\":\"{timestamp}\",\"requestContext\":{context},\"requestPayload\":{}",
            raw(&event)
        );
        if let Some((outcome, response)) = order.last {
            let mut context =
                json!({"statusCode": 200, "executedVersion": order.executed.to_string()});
            if outcome != Outcome::Succeeded {
                context["functionError"] = json!("Unhandled");
            }
            let payload = self.response(order, outcome, response);
            record.push_str(&format!(
                ",\"responseContext\":{context},\"responsePayload\":{}",
                raw(&payload)
            ));
        }
        record.push('}');
        record
    }

    fn qualified_arn(&self, order: &RecordOrder) -> String {
        let function = self.platform.configuration(order.function);
        let arn = function_arn(function.map_or("", |it| it.name.as_str()));
        format!("{arn}:{}", self.platform.qualifier_name(order.qualifier))
    }

    /// What the last handler answered, or what Lambda answers in its place.
    fn response(
        &self,
        order: &RecordOrder,
        outcome: Outcome,
        response: Option<PayloadId>,
    ) -> Arc<[u8]> {
        let uuid = order.request.uuid(self.session.seed);
        let timeout = self
            .platform
            .version(order.function, order.executed)
            .map_or(Span::ZERO, |it| it.timeout);
        let made = match outcome {
            Outcome::Failed(failure) => failure.payload(&uuid, timeout),
            Outcome::Succeeded => None,
        };
        match (made, response) {
            (Some(made), _) => made.into_bytes().into(),
            (None, Some(response)) => self.payloads.get(response),
            (None, None) => (*b"null").into(),
        }
    }

    fn dead_letter_attributes(&self, order: &RecordOrder) -> Value {
        let DeadLetter {
            request,
            code,
            message,
        } = self.dead_letter(order);
        json!({
            "RequestID": {"dataType": "String", "stringValue": request},
            "ErrorCode": {"dataType": "Number", "stringValue": code.to_string()},
            "ErrorMessage": {"dataType": "String", "stringValue": message},
        })
    }

    fn dead_letter(&self, order: &RecordOrder) -> DeadLetter {
        let (code, message) = match (order.condition, order.last) {
            (_, Some((outcome @ Outcome::Failed(_), response))) => {
                let payload = self.response(order, outcome, response);
                (200, error_message(&payload, outcome))
            }
            (Condition::ZeroReservedConcurrency, _) => (
                429,
                "Function not invoked. Its reserved concurrency is 0.".to_owned(),
            ),
            (Condition::RecursiveLoop, _) => (
                400,
                "Function not invoked. It is part of a recursive loop.".to_owned(),
            ),
            _ => match order.refused {
                Some(Rejection::Throttled(_)) | None => (429, "Rate Exceeded.".to_owned()),
                Some(refused) => {
                    let body = refused.body("");
                    let body: Value = serde_json::from_str(&body).unwrap_or_default();
                    let message = body["message"].as_str().unwrap_or_default();
                    (refused.status(), message.to_owned())
                }
            },
        };
        let end = (0..=MESSAGE_BYTES.min(message.len()))
            .rev()
            .find(|end| message.is_char_boundary(*end));
        DeadLetter {
            request: order.request.uuid(self.session.seed),
            code,
            message: message[..end.unwrap_or_default()].to_owned(),
        }
    }
}

/// What a dead letter says beside its event.
struct DeadLetter {
    /// `RequestID`.
    request: String,
    /// `ErrorCode`: the Invoke API's status.
    code: u16,
    /// `ErrorMessage`.
    message: String,
}

impl DeadLetter {
    /// As attributes of a topic's message. SNS takes no empty one (SNS developer guide, "Amazon SNS message
    /// attributes").
    fn published(self) -> Map<String, Value> {
        let mut attributes = Map::new();
        attributes.insert("RequestID".to_owned(), self.request.into());
        attributes.insert("ErrorCode".to_owned(), self.code.into());
        if !self.message.is_empty() {
            attributes.insert("ErrorMessage".to_owned(), self.message.into());
        }
        attributes
    }
}

/// `errorMessage` of an error's JSON, or all of it.
fn error_message(payload: &[u8], outcome: Outcome) -> String {
    let message = serde_json::from_slice::<Value>(payload)
        .ok()
        .and_then(|error| Some(error["errorMessage"].as_str()?.to_owned()));
    message.unwrap_or_else(|| match outcome {
        Outcome::Failed(Failure::HandlerError) => String::from_utf8_lossy(payload).into_owned(),
        _ => String::new(),
    })
}

/// Bytes as JSON: as they are if they are JSON, otherwise as a text.
fn raw(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => text.to_owned(),
        _ => Value::from(String::from_utf8_lossy(bytes)).to_string(),
    }
}

/// Message attributes that were written here.
pub(super) fn attributes(bytes: &[u8]) -> BTreeMap<String, Attribute> {
    let attributes: Map<String, Value> = serde_json::from_slice(bytes).unwrap_or_default();
    let typed = |(name, value): (String, Value)| {
        let text = value["stringValue"].as_str()?.to_owned();
        let attribute = match value["dataType"].as_str()? {
            "Number" => Attribute::Number(text),
            _ => Attribute::String(text),
        };
        Some((name, attribute))
    };
    attributes.into_iter().filter_map(typed).collect()
}
