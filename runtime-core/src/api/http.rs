//! HTTP requests and responses as plain values.

use crate::events::trigger::{form_decoded, percent_decoded};
use serde_json::Value;

/// What a client sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// As in `POST`.
    pub method: String,
    /// Below the address that the API has, beginning with a slash; percent signs as they were sent.
    pub path: String,
    /// Without the question mark, as it was sent.
    pub query: String,
    /// Names and values; names in any case.
    pub headers: Vec<(String, String)>,
    /// The bytes.
    pub body: Vec<u8>,
}

/// What a client gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// 200 to 599.
    pub status: u16,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// The bytes.
    pub body: Vec<u8>,
}

impl Request {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = |(it, _): &&(String, String)| it.eq_ignore_ascii_case(name);
        self.headers
            .iter()
            .find(named)
            .map(|(_, value)| value.as_str())
    }

    /// The first value of a query parameter, decoded. One without a value is empty.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters(name).next()
    }

    /// All values of a query parameter, decoded.
    pub fn parameters(&self, name: &str) -> impl Iterator<Item = String> {
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .filter(move |(it, _)| percent_decoded(it) == name)
            .map(|(_, value)| form_decoded(value))
    }
}

impl Response {
    /// A JSON document.
    pub fn json(status: u16, body: &Value) -> Self {
        Response {
            status,
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        }
    }

    /// Nothing but a status.
    pub fn empty(status: u16) -> Self {
        Response {
            status,
            ..Response::default()
        }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = |(it, _): &&(String, String)| it.eq_ignore_ascii_case(name);
        self.headers
            .iter()
            .find(named)
            .map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_may_come_more_than_once() {
        let request = Request {
            query: "tagKeys=a&x=1&tagKeys=b+c%26&flag".to_owned(),
            ..Request::default()
        };
        let keys: Vec<String> = request.parameters("tagKeys").collect();
        assert_eq!(keys, ["a", "b c&"]);
        assert_eq!(request.parameter("flag").as_deref(), Some(""));
        assert_eq!(request.parameter("y"), None);
    }
}
