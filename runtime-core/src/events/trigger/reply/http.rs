//! What a client gets; parts of a response that HTTP triggers share.

use super::complaint::Cause;
use serde_json::Value;

/// An HTTP response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpReply {
    /// 100 to 599.
    pub status: u16,
    /// The words after it.
    pub reason: String,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// What is sent, decoded.
    pub body: Vec<u8>,
}

impl HttpReply {
    /// `HTTP/1.1 200 OK`.
    pub fn status_line(&self) -> String {
        format!("HTTP/1.1 {} {}", self.status, self.reason)
            .trim_end()
            .to_owned()
    }

    pub(super) fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        HttpReply {
            status,
            reason: reason(status).to_owned(),
            headers,
            body,
        }
    }

    /// An error that a service itself answers with.
    pub(super) fn error(status: u16, content_type: &str, body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        HttpReply::new(status, headers, body.as_bytes().to_vec())
    }
}

/// The words that belong to a status (RFC 9110, "Status Codes").
pub(super) fn reason(status: u16) -> &'static str {
    match status {
        101 => "Switching Protocols",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        418 => "I'm a teapot",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}

pub(super) fn wrong(path: impl Into<String>, wanted: &'static str) -> Cause {
    Cause::Wrong {
        path: path.into(),
        wanted,
    }
}

/// A status from 100 to 599; a text of digits where the trigger takes one.
pub(super) fn status(value: &Value, texts: bool) -> Result<u16, Cause> {
    let number = match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) if texts => text.parse().ok(),
        _ => None,
    };
    number
        .and_then(|number| u16::try_from(number).ok())
        .filter(|number| (100..=599).contains(number))
        .ok_or_else(|| wrong("statusCode", "a number from 100 to 599"))
}

/// A body that is a text or missing.
pub(super) fn body(value: &Value) -> Result<&str, Cause> {
    match value {
        Value::Null => Ok(""),
        Value::String(text) => Ok(text),
        _ => Err(wrong("body", "a text")),
    }
}

/// A flag that is missing means no.
pub(super) fn flag(value: &Value, path: &str) -> Result<bool, Cause> {
    match value {
        Value::Null => Ok(false),
        Value::Bool(flag) => Ok(*flag),
        _ => Err(wrong(path, "true or false")),
    }
}

/// Headers with one value each.
pub(super) fn headers(value: &Value) -> Result<Vec<(String, String)>, Cause> {
    let map = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Object(map) => map,
        _ => return Err(wrong("headers", "an object")),
    };
    map.iter()
        .map(|(name, value)| {
            let path = || format!("headers.{name}");
            let value = scalar(value).ok_or_else(|| wrong(path(), "a text"))?;
            Ok((name.clone(), value))
        })
        .collect()
}

/// Headers with a list of values each.
pub(super) fn multi_value_headers(value: &Value) -> Result<Vec<(String, String)>, Cause> {
    let map = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Object(map) => map,
        _ => return Err(wrong("multiValueHeaders", "an object")),
    };
    let mut headers = Vec::new();
    for (name, values) in map {
        let path = format!("multiValueHeaders.{name}");
        let Value::Array(values) = values else {
            return Err(wrong(path, "a list"));
        };
        for value in values {
            let value = scalar(value).ok_or_else(|| wrong(path.as_str(), "a list of texts"))?;
            headers.push((name.clone(), value));
        }
    }
    Ok(headers)
}

/// A text, or what can be written as one.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null => Some(String::new()),
        _ => None,
    }
}

pub(super) fn has(headers: &[(String, String)], name: &str) -> bool {
    headers.iter().any(|(it, _)| it.eq_ignore_ascii_case(name))
}
