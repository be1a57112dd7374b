//! Why a trigger does not take a response as it is.

use crate::units::Span;
use std::fmt;

/// Why a trigger refuses a response, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// What AWS itself writes about it, where it is known.
    pub aws: Option<&'static str>,
    /// What is wrong.
    pub cause: Cause,
}

/// What is wrong with a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The function failed: there is no response, but an error.
    FunctionError,
    /// It is not JSON.
    NotJson,
    /// This is not what it must be.
    Wrong {
        /// Where, as in `headers.location`; empty for the whole response.
        path: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// A field that this trigger does not know, and does not let pass.
    UnknownField(String),
    /// It is larger than this, bytes.
    TooLarge(usize),
    /// An item that was not in the batch.
    UnknownItem(String),
    /// A record of the event that the response does not mention.
    MissingRecord(String),
    /// Nothing in the policy allows the request, or something denies it.
    Denied {
        /// Whether a statement denies it.
        explicitly: bool,
    },
    /// Whoever waited has given up before the function answered.
    TooLate,
    /// The API waits no longer than this for its integration.
    IntegrationTimeout(Span),
}

impl Complaint {
    pub(super) fn new(aws: Option<&'static str>, cause: Cause) -> Self {
        Complaint { aws, cause }
    }

    /// How a handler gets it right.
    pub fn hint(&self) -> &'static str {
        match &self.cause {
            Cause::FunctionError => {
                "Catch errors in the handler and return what the client or the source should see."
            }
            Cause::NotJson => "A custom runtime must answer with JSON.",
            Cause::Wrong { path, .. } if path == "body" => {
                "Turn what you return into a text first: json.dumps(...) or JSON.stringify(...)."
            }
            Cause::Wrong { path, .. } if path == "statusCode" => {
                "Return an HTTP status as a number, as in 200."
            }
            Cause::Wrong { path, .. } if path.starts_with("batchItemFailures") => {
                "Return {\"batchItemFailures\": [{\"itemIdentifier\": \"...\"}]} with ids of the event."
            }
            Cause::Wrong { path, .. } if path == "response" => {
                "Change event.response if you like, and return the whole event."
            }
            Cause::Wrong { path, .. } if path.starts_with("records") => {
                "Return each record of the event with its recordId, a result and data in base64."
            }
            Cause::Wrong { .. } => "Look up the response format of this trigger.",
            Cause::UnknownField(_) => "Leave it out, or put it into the body or a header.",
            Cause::TooLarge(_) => "Put what is large into S3, and answer with where it is.",
            Cause::UnknownItem(_) => "Use the ids of the event's records, unchanged.",
            Cause::MissingRecord(_) => {
                "Return every record, those that you drop too: with the result Dropped."
            }
            Cause::TooLate => {
                "Let TimeoutSeconds be longer than the function's own timeout: the function goes on, and is billed."
            }
            Cause::IntegrationTimeout(_) => {
                "Answer at once and do the work in an asynchronous invocation: the function goes on, and is billed."
            }
            Cause::Denied { .. } => "The policy must allow execute-api:Invoke on the method's ARN.",
        }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(aws) = self.aws {
            write!(f, "{aws}: ")?;
        }
        match &self.cause {
            Cause::FunctionError => f.write_str("the function failed"),
            Cause::NotJson => f.write_str("the response is not JSON"),
            Cause::Wrong { path, wanted } if path.is_empty() => {
                write!(f, "the response is not {wanted}")
            }
            Cause::Wrong { path, wanted } => write!(f, "{path} is not {wanted}"),
            Cause::UnknownField(name) => write!(f, "there is a field \"{name}\" too many"),
            Cause::TooLarge(most) => write!(f, "the response has more than {most} bytes"),
            Cause::UnknownItem(id) => write!(f, "\"{id}\" was not in the batch"),
            Cause::MissingRecord(id) => write!(f, "the record {id} is missing"),
            Cause::Denied { explicitly: true } => f.write_str("a statement denies the request"),
            Cause::Denied { explicitly: false } => f.write_str("no statement allows the request"),
            Cause::TooLate => f.write_str("the function answered after TimeoutSeconds were over"),
            Cause::IntegrationTimeout(waits) => {
                let seconds = waits.as_nanos() / 1_000_000_000;
                write!(
                    f,
                    "the function answered after the API's {seconds} seconds were over"
                )
            }
        }
    }
}
