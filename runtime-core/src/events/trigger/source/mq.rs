//! Messages of Amazon MQ's brokers. Lambda developer guide, "Using Lambda with Amazon MQ", section
//! "Example events".

use super::super::context::{Context, MONTHS, time_of_day};
use super::super::encoding::base64;
use super::super::form::{Field, FieldError, FieldKind, Form, field, optional, text};
use super::kafka::signed;
use crate::events::trigger::json::{self, json};
use crate::units::date;
use serde_json::Value;

const BROKER: Field = text("broker", "Broker", "shop");
const MESSAGES: Field = field(
    "messages",
    "Messages (one a line)",
    FieldKind::Lines,
    "{\"orderId\": 1001, \"item\": \"tea\"}",
);
const REDELIVERED: Field = field("redelivered", "Redelivered", FieldKind::Flag, "false");
const PROPERTIES: Field = field(
    "properties",
    "Properties",
    FieldKind::Headers,
    "store: berlin",
);

pub(in crate::events::trigger) const RABBIT: &[Field] = &[
    BROKER,
    text("queue", "Queue", "orders"),
    text("virtualHost", "Virtual host", "/"),
    MESSAGES,
    optional("contentType", "Content type", "application/json"),
    PROPERTIES,
    REDELIVERED,
];

pub(in crate::events::trigger) const ACTIVE: &[Field] = &[
    BROKER,
    text("queue", "Queue", "orders"),
    MESSAGES,
    field(
        "messageType",
        "Message type",
        FieldKind::Choice(&["jms/text-message", "jms/bytes-message"]),
        "jms/text-message",
    ),
    PROPERTIES,
    REDELIVERED,
];

pub(in crate::events::trigger) fn rabbit(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let headers = form.headers("properties").into_iter();
    let headers = headers.map(|(name, value)| (name, json!({"bytes": signed(&value)})));
    let headers = json::map(headers);
    let messages: Vec<_> = lines(form)
        .into_iter()
        .map(|line| {
            json!({
                "basicProperties": {
                    "contentType": form.optional("contentType"),
                    "contentEncoding": null,
                    "headers": headers,
                    "deliveryMode": 1,
                    "priority": 0,
                    "correlationId": null,
                    "replyTo": null,
                    "expiration": null,
                    "messageId": null,
                    "timestamp": rabbit_time(context.unix_millis),
                    "type": null,
                    "userId": format!("AIDA{}", context.upper("user", 17)),
                    "appId": null,
                    "clusterId": null,
                    "bodySize": line.len(),
                },
                "redelivered": form.flag("redelivered"),
                "data": base64(line),
            })
        })
        .collect();
    let queue = format!("{}::{}", form.get("queue"), form.get("virtualHost"));
    let queues = json::map([(queue, json!(messages))]);
    Ok(json!({
        "eventSource": "aws:rmq",
        "eventSourceArn": arn(form, context),
        "rmqMessagesByQueue": queues,
    }))
}

pub(in crate::events::trigger) fn active(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let properties = form.headers("properties").into_iter();
    let properties = json::map(properties.map(|(name, value)| (name, json!(value))));
    let host = format!(
        "b-{}-1.mq.{}.{}",
        context.uuid("broker"),
        context.region,
        context.domain()
    );
    let connection = context.digits("connection", 13);
    let messages: Vec<_> = lines(form)
        .into_iter()
        .enumerate()
        .map(|(index, line)| {
            json!({
                "messageID": format!("ID:{host}-34859-{connection}-4:12:1:1:{}", index + 1),
                "messageType": form.get("messageType"),
                "timestamp": context.unix_millis,
                "deliveryMode": 1,
                "correlationID": "",
                "replyTo": "null",
                "destination": {"physicalName": form.get("queue")},
                "redelivered": form.flag("redelivered"),
                "type": "",
                "expiration": 0,
                "priority": 0,
                "data": base64(line),
                "brokerInTime": context.unix_millis.saturating_add(2),
                "brokerOutTime": context.unix_millis.saturating_add(3),
                "properties": properties,
            })
        })
        .collect();
    Ok(json!({
        "eventSource": "aws:mq",
        "eventSourceArn": arn(form, context),
        "messages": messages,
    }))
}

/// A message may be empty, a batch may not.
fn lines<'a>(form: &'a Form<'_>) -> Vec<&'a str> {
    let lines = form.lines("messages");
    if lines.is_empty() { vec![""] } else { lines }
}

fn arn(form: &Form<'_>, context: &Context) -> String {
    let broker = format!("broker:{}:b-{}", form.get("broker"), context.uuid("broker"));
    context.arn("mq", &broker)
}

/// `Nov 24, 2026, 12:00:00 PM`.
fn rabbit_time(unix_millis: u64) -> String {
    let (year, month, day) = date(unix_millis / 86_400_000);
    let (hours, minutes, seconds) = time_of_day(unix_millis);
    let half = if hours < 12 { "AM" } else { "PM" };
    let hours = (hours + 11) % 12 + 1;
    let month = MONTHS[(month as usize + 11) % 12];
    format!("{month} {day}, {year}, {hours}:{minutes:02}:{seconds:02} {half}")
}

#[cfg(test)]
mod tests {
    use super::rabbit_time;

    #[test]
    fn half_days_begin_with_twelve() {
        assert_eq!(rabbit_time(1_795_521_600_000), "Nov 24, 2026, 12:00:00 PM");
        // From the developer guide's example.
        assert_eq!(rabbit_time(2_021_000), "Jan 1, 1970, 12:33:41 AM");
    }
}
