//! What the API answers where it does not do what was asked.

use super::http::Response;
use crate::platform::{QueueError, SettingError, StreamError, VersionError};
use crate::timeline::Rejection;
use serde_json::{Value, json};
use std::fmt;

/// An error of the API: the protocol `rest-json` names it in a header and says why in the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// `x-amzn-ErrorType`, after which SDKs name what they raise.
    pub name: &'static str,
    /// What is wrong.
    pub message: String,
    /// Why a request was throttled.
    pub reason: Option<&'static str>,
}

impl ApiError {
    pub(super) fn new(status: u16, name: &'static str, message: impl Into<String>) -> Self {
        ApiError {
            status,
            name,
            message: message.into(),
            reason: None,
        }
    }

    /// The service itself could not do what was asked.
    pub fn service(message: impl Into<String>) -> Self {
        Self::new(500, "ServiceException", message)
    }

    /// A parameter that is no valid one.
    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidParameterValueException", message)
    }

    /// A parameter outside of what the API's model allows.
    pub(super) fn constraint(
        value: impl fmt::Display,
        field: &str,
        must: impl fmt::Display,
    ) -> Self {
        Self::new(
            400,
            "ValidationException",
            format!(
                "1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: Member must {must}"
            ),
        )
    }

    /// A parameter that must be there.
    pub(super) fn missing(field: &str) -> Self {
        Self::new(
            400,
            "ValidationException",
            format!(
                "1 validation error detected: Value null at '{field}' failed to satisfy constraint: Member must not be null"
            ),
        )
    }

    /// A value that is none of these.
    pub(super) fn choice(value: &str, field: &str, choices: &[&str]) -> Self {
        let choices = choices.join(", ");
        Self::constraint(
            value,
            field,
            format_args!("satisfy enum value set: [{choices}]"),
        )
    }

    /// A body that cannot be read.
    pub(super) fn content(message: impl fmt::Display) -> Self {
        Self::new(
            400,
            "InvalidRequestContentException",
            format!("Could not parse request body into json: {message}"),
        )
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(404, "ResourceNotFoundException", message)
    }

    pub(super) fn conflict(message: impl Into<String>) -> Self {
        Self::new(409, "ResourceConflictException", message)
    }

    /// The resource is being changed. AWS answers 400 (Lambda API reference, UpdateEventSourceMapping).
    pub(super) fn in_use(message: impl Into<String>) -> Self {
        Self::new(400, "ResourceInUseException", message)
    }

    /// The wording that AWS has for another's change in between; `api` tells the latest revision.
    pub(super) fn precondition(api: &str) -> Self {
        Self::new(
            412,
            "PreconditionFailedException",
            format!(
                "The Revision Id provided does not match the latest Revision Id. Call the {api} API to retrieve the latest Revision Id"
            ),
        )
    }

    /// What AWS has and this session has not. No error of AWS.
    pub(super) fn absent(what: &str) -> Self {
        Self::invalid(format!("{what}: Coldstart does not have this."))
    }

    /// As a response.
    pub fn response(&self) -> Response {
        let whose = if self.status >= 500 {
            "Service"
        } else {
            "User"
        };
        let mut body = json!({"Type": whose, "message": self.message});
        if let (Some(reason), Some(body)) = (self.reason, body.as_object_mut()) {
            body.insert("Reason".to_owned(), Value::from(reason));
        }
        Response::json(self.status, &body).with("x-amzn-ErrorType", self.name)
    }
}

impl From<SettingError> for ApiError {
    fn from(error: SettingError) -> Self {
        let message = error.to_string();
        match &error {
            SettingError::NameTaken { .. } => ApiError::conflict(message),
            _ if message.starts_with("1 validation error") => {
                ApiError::new(400, "ValidationException", message)
            }
            _ => ApiError::invalid(message),
        }
    }
}

impl From<VersionError> for ApiError {
    fn from(error: VersionError) -> Self {
        let message = error.to_string();
        match message.starts_with("1 validation error") {
            true => ApiError::new(400, "ValidationException", message),
            false => ApiError::invalid(message),
        }
    }
}

impl From<QueueError> for ApiError {
    fn from(error: QueueError) -> Self {
        let message = error.to_string();
        match &error {
            QueueError::MappingExists { .. }
            | QueueError::Stream(StreamError::MappingExists { .. }) => ApiError::conflict(message),
            QueueError::MappingInUse => ApiError::in_use(message),
            QueueError::Stream(_) if message.starts_with("1 validation error") => {
                ApiError::new(400, "ValidationException", message)
            }
            _ => ApiError::invalid(message),
        }
    }
}

/// A request that was refused before any handler saw it, as the Invoke API answers it.
pub(super) fn rejected(rejection: Rejection, function: &str) -> Response {
    Response {
        status: rejection.status(),
        headers: vec![
            ("Content-Type".to_owned(), "application/json".to_owned()),
            (
                "x-amzn-ErrorType".to_owned(),
                rejection.exception().to_owned(),
            ),
        ],
        body: rejection.body(function).into_bytes(),
    }
}
