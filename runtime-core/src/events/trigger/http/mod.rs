//! HTTP requests, as each of the services that pass them on writes them.
//!
//! ```text
//! rest        REST API, payload format 1.0
//! version2    HTTP API and function URL, payload format 2.0
//! websocket   routes of a WebSocket API
//! alb         Application Load Balancer
//! authorizer  Lambda authorizers of both kinds of API
//! ```

pub(super) mod alb;
pub(super) mod authorizer;
pub(super) mod rest;
pub(super) mod version2;
pub(super) mod websocket;

use super::context::Context;
use super::encoding::{form_decoded, from_base64};
use super::form::{Field, FieldError, FieldKind, FieldProblem, Form, field, optional, text};
use crate::events::trigger::json::{self, json};
use serde_json::{Map, Value};

const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
const METHOD: Field = field("method", "Method", FieldKind::Choice(METHODS), "POST");
const PATH: Field = text("path", "Path", "/orders/1001");
const QUERY: Field = optional("query", "Query string", "expand=items&expand=price");
const HEADERS: Field = field(
    "headers",
    "Headers",
    FieldKind::Headers,
    "accept: application/json\ncontent-type: application/json",
);
const BODY: Field = field(
    "body",
    "Body",
    FieldKind::Lines,
    "{\"item\": \"tea\", \"count\": 2}",
);
const BINARY: Field = field(
    "isBase64Encoded",
    "The body is base64",
    FieldKind::Flag,
    "false",
);
const SOURCE_IP: Field = text("sourceIp", "Client's address", "203.0.113.7");
const USER_AGENT: Field = optional("userAgent", "User agent", "curl/8.5.0");

/// A client's request.
struct Request {
    method: String,
    path: String,
    /// Without the question mark, as it was written.
    raw_query: String,
    /// As they were written; those that services add are not in it.
    headers: Vec<(String, String)>,
    body: Option<String>,
    binary: bool,
    source_ip: String,
    user_agent: String,
}

impl Request {
    fn new(form: &Form<'_>) -> Result<Request, FieldError> {
        let path = form.get("path");
        if !path.starts_with('/') || path.contains(['?', '#', ' ']) {
            let wanted = "a path: it begins with a slash, and has no space, question mark or hash";
            return Err(FieldError::new("path", FieldProblem::Not(wanted)));
        }
        let raw_query = form.get("query").trim_start_matches('?');
        if raw_query.contains(['#', ' ']) {
            let wanted = "a query string: name=value, joined by &, with %20 for a space";
            return Err(FieldError::new("query", FieldProblem::Not(wanted)));
        }
        let body = form.optional("body").map(str::to_owned);
        let binary = form.flag("isBase64Encoded");
        if binary
            && body
                .as_deref()
                .is_some_and(|body| from_base64(body).is_none())
        {
            let wanted = "base64, and isBase64Encoded says that it is";
            return Err(FieldError::new("body", FieldProblem::Not(wanted)));
        }
        Ok(Request {
            method: form.get("method").to_owned(),
            path: path.to_owned(),
            raw_query: raw_query.to_owned(),
            headers: form.headers("headers"),
            body,
            binary,
            source_ip: form.get("sourceIp").to_owned(),
            user_agent: form.get("userAgent").to_owned(),
        })
    }

    /// Names and values of the query, as they were written or decoded.
    fn query(&self, decoded: bool) -> Vec<(String, String)> {
        let piece = |text: &str| match decoded {
            true => form_decoded(text),
            false => text.to_owned(),
        };
        self.raw_query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (piece(name), piece(value)))
            .collect()
    }

    /// The client's headers and those that a service in AWS adds, in the case that it uses.
    fn headers_at(&self, host: &str, context: &Context, capitals: bool) -> Vec<(String, String)> {
        let trace = format!(
            "Root=1-{:08x}-{}",
            context.unix_millis / 1_000,
            context.hex("trace", 24)
        );
        let mut headers = self.headers.clone();
        let mut add = |name: &str, value: &str| {
            let known = headers.iter().any(|(it, _)| it.eq_ignore_ascii_case(name));
            if !known && !value.is_empty() {
                headers.push((name.to_owned(), value.to_owned()));
            }
        };
        add("Host", host);
        add("User-Agent", &self.user_agent);
        add("X-Amzn-Trace-Id", &trace);
        add("X-Forwarded-For", &self.source_ip);
        add("X-Forwarded-Port", "443");
        add("X-Forwarded-Proto", "https");
        if !capitals {
            for (name, _) in &mut headers {
                name.make_ascii_lowercase();
            }
        }
        headers
    }

    fn body(&self) -> Value {
        self.body.clone().map_or(Value::Null, Value::String)
    }

    /// The length of the body as it was sent.
    fn content_length(&self) -> usize {
        match &self.body {
            Some(body) if self.binary => from_base64(body).map_or(0, |bytes| bytes.len()),
            Some(body) => body.len(),
            None => 0,
        }
    }
}

/// Each name with its last value.
fn last_values(pairs: &[(String, String)]) -> Value {
    let pairs = pairs.iter();
    let map = json::map(pairs.map(|(name, value)| (name.clone(), json!(value))));
    Value::Object(map)
}

/// Each name with all its values.
fn all_values(pairs: &[(String, String)]) -> Value {
    let mut map = Map::new();
    for (name, value) in pairs {
        let values = map.entry(name.clone()).or_insert_with(|| json!([]));
        if let Value::Array(values) = values {
            values.push(json!(value));
        }
    }
    Value::Object(map)
}

/// Each name with its values, joined by commas.
fn joined_values(pairs: &[(String, String)]) -> Value {
    let mut map: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        match map.get_mut(name) {
            Some(Value::String(before)) => {
                before.push(',');
                before.push_str(value);
            }
            _ => {
                map.insert(name.clone(), json!(value));
            }
        }
    }
    Value::Object(map)
}

/// `null` where AWS sends null instead of nothing.
fn or_null(value: Value) -> Value {
    match value {
        Value::Object(map) if map.is_empty() => Value::Null,
        value => value,
    }
}

/// What a resource like `/orders/{id}` or `/{proxy+}` finds in a path, or nothing if the path is
/// none of its own.
fn path_parameters(resource: &str, path: &str) -> Option<Value> {
    let mut found = Map::new();
    let mut segments = path.split('/');
    for wanted in resource.split('/') {
        let name = wanted.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
        match name.map(|name| (name, name.strip_suffix('+'))) {
            Some((_, Some(greedy))) => {
                let rest: Vec<_> = segments.by_ref().collect();
                if rest.iter().all(|it| it.is_empty()) {
                    return None;
                }
                found.insert(greedy.to_owned(), json!(rest.join("/")));
            }
            Some((name, None)) => {
                let value = segments.next().filter(|it| !it.is_empty())?;
                found.insert(name.to_owned(), json!(value));
            }
            None if segments.next() == Some(wanted) => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(Value::Object(found))
}

/// The parameters, or the error that the path does not fit.
fn parameters_of(name: &str, resource: &str, path: &str) -> Result<Value, FieldError> {
    let wanted = "a resource that the path fits: write {name} for a segment, {name+} for the rest";
    path_parameters(resource, path).ok_or_else(|| FieldError::new(name, FieldProblem::Not(wanted)))
}

/// The host name of an API.
fn api_host(id: &str, context: &Context) -> String {
    format!("{id}.execute-api.{}.{}", context.region, context.domain())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_find_their_parameters() {
        let table = [
            ("/orders/{id}", "/orders/1001", Some(json!({"id": "1001"}))),
            ("/{proxy+}", "/a/b/c", Some(json!({"proxy": "a/b/c"}))),
            ("/a/{proxy+}", "/a/", None),
            ("/a", "/a", Some(json!({}))),
            ("/", "/", Some(json!({}))),
            ("/a/{b}/c", "/a/x/c", Some(json!({"b": "x"}))),
            ("/a/{b}/c", "/a/x", None),
            ("/a", "/b", None),
            ("/a", "/a/b", None),
        ];
        for (resource, path, wanted) in table {
            assert_eq!(path_parameters(resource, path), wanted, "{resource} {path}");
        }
    }

    #[test]
    fn values_of_one_name() {
        let pairs = [("a", "1"), ("b", "2"), ("a", "3")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(last_values(&pairs), json!({"a": "3", "b": "2"}));
        assert_eq!(all_values(&pairs), json!({"a": ["1", "3"], "b": ["2"]}));
        assert_eq!(joined_values(&pairs), json!({"a": "1,3", "b": "2"}));
    }
}
