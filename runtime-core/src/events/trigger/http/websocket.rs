//! Routes of a WebSocket API. API Gateway developer guide, "Lambda functions as WebSocket API
//! integrations"; the fields of the crate aws_lambda_events' fixtures.

use super::{HEADERS, Request, SOURCE_IP, USER_AGENT, all_values, api_host, last_values, or_null};
use crate::events::trigger::context::Context;
use crate::events::trigger::form::{Field, FieldError, FieldKind, Form, field, optional, text};
use crate::events::trigger::json::json;
use serde_json::Value;

pub(in crate::events::trigger) const FORM: &[Field] = &[
    field(
        "eventType",
        "What happens",
        FieldKind::Choice(&["CONNECT", "MESSAGE", "DISCONNECT"]),
        "MESSAGE",
    ),
    text("routeKey", "Route of a message", "$default"),
    field(
        "body",
        "Message",
        FieldKind::Lines,
        "{\"action\": \"say\", \"text\": \"hello\"}",
    ),
    optional("query", "Query string of the connection", ""),
    Field {
        default: "",
        ..HEADERS
    },
    text("stage", "Stage", "prod"),
    field(
        "statusCode",
        "Why it was closed",
        FieldKind::Number {
            least: 1_000,
            most: 4_999,
        },
        "1000",
    ),
    SOURCE_IP,
    USER_AGENT,
];

pub(in crate::events::trigger) fn build(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let kind = form.get("eventType");
    let route = match kind {
        "CONNECT" => "$connect",
        "DISCONNECT" => "$disconnect",
        _ => form.get("routeKey"),
    };
    let request = Request {
        method: "GET".to_owned(),
        path: "/".to_owned(),
        raw_query: form.get("query").trim_start_matches('?').to_owned(),
        headers: form.headers("headers"),
        body: form.optional("body").map(str::to_owned),
        binary: false,
        source_ip: form.get("sourceIp").to_owned(),
        user_agent: form.get("userAgent").to_owned(),
    };
    let id = context.lower("websocket-api", 10);
    let host = api_host(&id, context);
    let mut event = json!({
        "requestContext": {
            "apiId": id,
            "connectedAt": context.unix_millis,
            "connectionId": context.opaque("connection", 11),
            "domainName": host,
            "eventType": kind,
            "extendedRequestId": context.opaque("extended-request", 11),
            "identity": {"sourceIp": request.source_ip, "userAgent": request.user_agent},
            "messageDirection": "IN",
            "requestId": context.opaque("request", 11),
            "requestTime": context.common_log_time(),
            "requestTimeEpoch": context.unix_millis,
            "routeKey": route,
            "stage": form.get("stage"),
        },
        "isBase64Encoded": false,
    });
    match kind {
        "CONNECT" => {
            let mut headers = request.headers_at(&host, context, true);
            headers.push(("Sec-WebSocket-Key".to_owned(), context.opaque("key", 16)));
            headers.push(("Sec-WebSocket-Version".to_owned(), "13".to_owned()));
            event["headers"] = last_values(&headers);
            event["multiValueHeaders"] = all_values(&headers);
            let query = request.query(true);
            if !query.is_empty() {
                event["queryStringParameters"] = or_null(last_values(&query));
                event["multiValueQueryStringParameters"] = or_null(all_values(&query));
            }
        }
        "DISCONNECT" => {
            // Of a connection that is closed API Gateway knows its own host name only.
            let headers = [
                ("Host", host.as_str()),
                ("X-Forwarded-For", ""),
                ("x-api-key", ""),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
            event["headers"] = last_values(&headers);
            event["multiValueHeaders"] = all_values(&headers);
            event["requestContext"]["disconnectStatusCode"] = json!(form.number("statusCode"));
            event["requestContext"]["disconnectReason"] = json!("");
        }
        _ => {
            event["requestContext"]["messageId"] = json!(context.opaque("message", 11));
            event["body"] = request.body();
        }
    }
    Ok(event)
}
