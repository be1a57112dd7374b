//! Messages of an SNS topic. Lambda developer guide, "Invoking Lambda functions with Amazon SNS
//! notifications".

use super::super::context::{Context, iso_millis, region_of};
use super::super::encoding::base64;
use super::super::form::{Field, FieldError, FieldKind, FieldProblem, Form, field, optional, text};
use crate::events::trigger::json::{self, json};
use serde_json::Value;
use std::collections::BTreeMap;

/// A message as a topic delivers it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// A UUID.
    pub id: String,
    /// What was published.
    pub message: String,
    /// What mail clients show, if it was given.
    pub subject: Option<String>,
    /// What was published beside it.
    pub attributes: BTreeMap<String, Attribute>,
    /// When it was published, ms since 1970.
    pub published_unix_millis: u64,
    /// SNS's signature in base64.
    pub signature: String,
}

/// The value of a message attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// Any text.
    String(String),
    /// A number in decimal digits.
    Number(String),
    /// A JSON array in its text.
    StringArray(String),
    /// Bytes.
    Binary(Vec<u8>),
}

/// The event of a message, as a subscription of a topic delivers it. SNS invokes once for each
/// message.
pub fn event(subscription_arn: &str, message: &Message) -> Value {
    let topic_arn = subscription_arn
        .rsplit_once(':')
        .map_or("", |(topic, _)| topic);
    let region = region_of(topic_arn);
    let domain = match region.starts_with("cn-") {
        true => "amazonaws.com.cn",
        false => "amazonaws.com",
    };
    let host = format!("https://sns.{region}.{domain}");
    let attributes = message.attributes.iter();
    let attributes = json::map(attributes.map(|(name, value)| (name.clone(), value.shown())));
    json!({ "Records": [{
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription_arn,
        "EventSource": "aws:sns",
        "Sns": {
            "Type": "Notification",
            "MessageId": message.id,
            "TopicArn": topic_arn,
            "Subject": message.subject,
            "Message": message.message,
            "Timestamp": iso_millis(message.published_unix_millis),
            "SignatureVersion": "1",
            "Signature": message.signature,
            "SigningCertUrl": format!("{host}/SimpleNotificationService-certificate.pem"),
            "UnsubscribeUrl":
                format!("{host}/?Action=Unsubscribe&SubscriptionArn={subscription_arn}"),
            "MessageAttributes": attributes,
        },
    }]})
}

impl Attribute {
    fn shown(&self) -> Value {
        let (kind, value) = match self {
            Attribute::String(text) => ("String", text.clone()),
            Attribute::Number(digits) => ("Number", digits.clone()),
            Attribute::StringArray(array) => ("String.Array", array.clone()),
            Attribute::Binary(bytes) => ("Binary", base64(bytes)),
        };
        json!({"Type": kind, "Value": value})
    }
}

pub(in crate::events::trigger) const FORM: &[Field] = &[
    text("topic", "Topic", "orders"),
    optional("subject", "Subject", ""),
    field(
        "message",
        "Message",
        FieldKind::Lines,
        "{\"orderId\": 1001, \"item\": \"tea\"}",
    ),
    field(
        "attributes",
        "Message attributes",
        FieldKind::JsonObject,
        "{\"store\": \"berlin\"}",
    ),
];

pub(in crate::events::trigger) fn build(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    if form.get("message").is_empty() {
        return Err(FieldError::new("message", FieldProblem::Empty));
    }
    let mut attributes = BTreeMap::new();
    for (name, value) in form.object("attributes") {
        let attribute = match value {
            Value::String(text) => Attribute::String(text),
            Value::Number(number) => Attribute::Number(number.to_string()),
            Value::Array(_) => Attribute::StringArray(value.to_string()),
            _ => {
                let wanted = FieldProblem::NotThisJson("an object of texts, numbers and lists");
                return Err(FieldError::new("attributes", wanted));
            }
        };
        attributes.insert(name, attribute);
    }
    let message = Message {
        id: context.uuid("message"),
        message: form.get("message").to_owned(),
        subject: form.optional("subject").map(str::to_owned),
        attributes,
        published_unix_millis: context.unix_millis,
        signature: context.opaque("signature", 256),
    };
    let topic = context.arn("sns", form.get("topic"));
    Ok(event(
        &format!("{topic}:{}", context.uuid("subscription")),
        &message,
    ))
}
