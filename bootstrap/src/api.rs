//! Lambda's Runtime API over HTTP (developer guide, "Using the Lambda runtime API for custom
//! runtimes").

use runtime_core::timeline::MAX_EVENT_BYTES;
use std::fmt;
use std::thread;
use std::time::Duration;
use ureq::http::{HeaderMap, Response};
use ureq::{Agent, Body};

/// The version of the API, which is part of every path.
const VERSION: &str = "2018-06-01";
/// Room for headers: the request line and headers of an event may have 1 MB (Lambda quotas page).
const MAX_HEADERS: usize = 1 << 20;
/// How much of a refusal is shown.
const MAX_REFUSAL: u64 = 4_096;
/// Before an emulator that has no event yet, and does not wait for one, is asked again.
const EMPTY_WAIT: Duration = Duration::from_millis(50);

/// The Runtime API of this environment.
pub(crate) struct RuntimeApi {
    agent: Agent,
    /// Everything before a call's own path.
    base: String,
}

/// An event, and what its headers say.
pub(crate) struct Event {
    pub(crate) request_id: String,
    /// One for each attempt; Lambda can tell by it that an answer is for another attempt.
    pub(crate) invocation_id: Option<String>,
    pub(crate) deadline_unix_millis: u64,
    pub(crate) function_arn: String,
    pub(crate) trace_id: String,
    pub(crate) body: Vec<u8>,
}

/// What is posted.
pub(crate) enum Post<'a> {
    Response {
        to: &'a Answered,
    },
    Error {
        to: &'a Answered,
        error_type: &'a str,
    },
    InitError {
        error_type: &'a str,
    },
}

/// Which invocation an answer is for.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    pub(crate) request_id: String,
    pub(crate) invocation_id: Option<String>,
}

/// Why the API could not be spoken to.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// The request did not get through.
    Failed { path: String, error: ureq::Error },
    /// It was refused in a way that leaves nothing to be done.
    Refused {
        path: String,
        status: u16,
        body: String,
    },
    /// An event came without an id, so that it cannot be answered.
    NoRequestId,
}

impl RuntimeApi {
    /// The API at an address: `host:port` on Lambda; emulators add a scheme and a path.
    pub(crate) fn new(address: &str) -> Self {
        let address = address.trim_end_matches('/');
        let scheme = if address.starts_with("http://") {
            ""
        } else {
            "http://"
        };
        let config = Agent::config_builder()
            // Of the function's own variables none is about this conversation.
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .max_response_header_size(MAX_HEADERS)
            .user_agent(concat!("coldstart-bootstrap/", env!("CARGO_PKG_VERSION")))
            .build();
        RuntimeApi {
            agent: config.into(),
            base: format!("{scheme}{address}/{VERSION}/runtime"),
        }
    }

    /// Waits for the next event, however long that takes.
    pub(crate) fn next(&self) -> Result<Event, ApiError> {
        let path = "/invocation/next";
        loop {
            let sent = self.agent.get(format!("{}{path}", self.base)).call();
            let mut response = sent.map_err(|error| failed(path, error))?;
            match response.status().as_u16() {
                200 => return event(&mut response, path),
                // Emulators that do not wait say that there is nothing yet.
                204 => thread::sleep(EMPTY_WAIT),
                _ => return Err(refused(path, &mut response)),
            }
        }
    }

    /// Posts a body. What Lambda does not accept of it (a response that is too large, an answer for
    /// another attempt) it has dealt with itself, and says so: gives what.
    pub(crate) fn post(&self, post: &Post<'_>, body: &[u8]) -> Result<Option<String>, ApiError> {
        let path = post.path();
        let mut request = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("Content-Type", "application/json");
        match post {
            Post::Response { to } | Post::Error { to, .. } => {
                if let Some(id) = &to.invocation_id {
                    request = request.header("Lambda-Runtime-Invocation-Id", id);
                }
            }
            Post::InitError { .. } => {}
        }
        match post {
            Post::Error { error_type, .. } | Post::InitError { error_type } => {
                request = request.header("Lambda-Runtime-Function-Error-Type", *error_type);
            }
            Post::Response { .. } => {}
        }
        let mut response = request.send(body).map_err(|error| failed(&path, error))?;
        match response.status().as_u16() {
            200..300 => Ok(None),
            400..500 => Ok(Some(refused(&path, &mut response).to_string())),
            // "Container error. Non-recoverable state. Runtime should exit promptly."
            _ => Err(refused(&path, &mut response)),
        }
    }
}

impl Post<'_> {
    fn path(&self) -> String {
        match self {
            Post::Response { to } => format!("/invocation/{}/response", to.request_id),
            Post::Error { to, .. } => format!("/invocation/{}/error", to.request_id),
            Post::InitError { .. } => "/init/error".to_owned(),
        }
    }
}

fn event(response: &mut Response<Body>, path: &str) -> Result<Event, ApiError> {
    let headers = response.headers();
    let request_id = text(headers, "Lambda-Runtime-Aws-Request-Id").ok_or(ApiError::NoRequestId)?;
    let deadline = text(headers, "Lambda-Runtime-Deadline-Ms");
    let function_arn = text(headers, "Lambda-Runtime-Invoked-Function-Arn");
    let trace_id = text(headers, "Lambda-Runtime-Trace-Id");
    let invocation_id = text(headers, "Lambda-Runtime-Invocation-Id");
    let body = response.body_mut().with_config().limit(MAX_EVENT_BYTES + 1);
    Ok(Event {
        request_id,
        invocation_id,
        deadline_unix_millis: deadline.and_then(|text| text.parse().ok()).unwrap_or(0),
        function_arn: function_arn.unwrap_or_default(),
        trace_id: trace_id.unwrap_or_default(),
        body: body.read_to_vec().map_err(|error| failed(path, error))?,
    })
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_owned()).filter(|value| !value.is_empty())
}

fn failed(path: &str, error: ureq::Error) -> ApiError {
    ApiError::Failed {
        path: path.to_owned(),
        error,
    }
}

fn refused(path: &str, response: &mut Response<Body>) -> ApiError {
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(MAX_REFUSAL);
    ApiError::Refused {
        path: path.to_owned(),
        status,
        body: body.read_to_string().unwrap_or_default(),
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ApiError::Failed { path, error } => {
                write!(f, "the Runtime API did not answer {path}: {error}")
            }
            ApiError::Refused { path, status, body } => {
                write!(f, "the Runtime API answered {path} with {status} {body}")
            }
            ApiError::NoRequestId => f.write_str("the Runtime API gave an event without an id"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lambdas_or_an_emulators() {
        for (address, base) in [
            ("127.0.0.1:9001", "http://127.0.0.1:9001/2018-06-01/runtime"),
            (
                "http://[::1]:9000/.rt/",
                "http://[::1]:9000/.rt/2018-06-01/runtime",
            ),
        ] {
            assert_eq!(RuntimeApi::new(address).base, base);
        }
    }
}
