//! How things end. A trap, a timeout or a kill is an outcome here and never an `Err`.

use super::function_arn;
use crate::units::{ByteCount, Span};
use serde::{Deserialize, Serialize};

/// How an init phase ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum InitOutcome {
    /// The environment can take its first event.
    Succeeded,
    /// The phase reached its limit of 10 seconds.
    TimedOut,
    /// The module's own init code failed.
    Failed(Failure),
}

/// How an invocation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// The handler returned a response.
    Succeeded,
    /// A function error: HTTP 200 with `X-Amz-Function-Error: Unhandled`.
    Failed(Failure),
}

/// Why an invocation is a function error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Failure {
    /// The handler reported an error; its payload is the handler's own JSON.
    HandlerError,
    /// A runtime could not get ready and said so (`/runtime/init/error`); its payload is the
    /// runtime's own JSON.
    InitError,
    /// The function's timeout was reached.
    TimedOut,
    /// The process ended by itself with this exit code.
    Exited(u32),
    /// The process was ended by a signal.
    Killed(Signal),
    /// The response is larger than 6,291,556 bytes.
    ResponseTooLarge(ByteCount),
    /// The browser tab was closed while the handler ran. Not an AWS outcome: it is not billed.
    Interrupted,
}

/// The signal that a trap corresponds to (model choice: AWS runs processes, we run modules).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Signal {
    /// More memory than the function has: `signal: killed`.
    Killed,
    /// `unreachable` was executed, as a Rust panic or a C `abort` does: `signal: aborted`.
    Aborted,
    /// Memory access or indirect call out of bounds, stack overflow: `signal: segmentation fault`.
    SegmentationFault,
    /// Integer division by zero or overflow: `signal: floating point exception`.
    FloatingPointException,
}

/// Why a request never ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Rejection {
    /// No concurrency was left: 429.
    Throttled(ThrottleReason),
    /// The event is larger than 6,291,456 bytes: 413.
    RequestTooLarge(ByteCount),
    /// The event is for asynchronous invocation and larger than 1,048,576 bytes: 413.
    AsyncRequestTooLarge(ByteCount),
    /// The event is not JSON; where it stops being JSON, counted from 1: 400.
    InvalidJson {
        /// Line, from 1.
        line: u32,
        /// Column in characters, from 1.
        column: u32,
    },
    /// There is no such function: 404.
    FunctionNotFound,
    /// The function's snapshot is not there yet: 409.
    SnapStartNotReady,
    /// An after-restore hook failed: 400.
    SnapStartFailed,
    /// The RESTORE phase reached its limit of 10 seconds: 408.
    SnapStartTimedOut,
    /// The host could not start an environment: 500.
    EnvironmentCouldNotStart,
    /// The browser tab was closed before the request reached a handler. Not an AWS outcome.
    Interrupted,
}

/// Which limit a throttled request met (`Reason` of `TooManyRequestsException`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ThrottleReason {
    /// The account's unreserved concurrency.
    ConcurrentInvocationLimitExceeded,
    /// The function's reserved concurrency.
    ReservedFunctionConcurrentInvocationLimitExceeded,
    /// How fast the function may get environments. AWS does not publish which of its reasons this is
    /// (model choice).
    FunctionInvocationRateLimitExceeded,
    /// Ten synchronous requests a second for each unit of the function's reserved concurrency.
    ReservedFunctionInvocationRateLimitExceeded,
    /// Ten synchronous requests a second for each unit of the account's unreserved concurrency. AWS
    /// does not publish which of its reasons this is (model choice).
    CallerRateLimitExceeded,
}

impl Signal {
    /// As Go's `os/exec`, and so Lambda's message, words it.
    pub const fn name(self) -> &'static str {
        match self {
            Signal::Killed => "killed",
            Signal::Aborted => "aborted",
            Signal::SegmentationFault => "segmentation fault",
            Signal::FloatingPointException => "floating point exception",
        }
    }
}

impl InitOutcome {
    /// Of a phase that ended in this way.
    pub const fn of(failure: Failure) -> Self {
        match failure {
            Failure::TimedOut => InitOutcome::TimedOut,
            failure => InitOutcome::Failed(failure),
        }
    }
}

impl Failure {
    /// The error type that REPORT and INIT_REPORT show.
    ///
    /// `None` for a timeout, which those lines show as a status of its own, and for a handler's
    /// own error, which AWS does not put into REPORT.
    pub const fn report_error_type(self) -> Option<&'static str> {
        match self {
            Failure::Exited(_) => Some("Runtime.ExitError"),
            // The payload says Runtime.ExitError; REPORT says this (public logs of 2024 and later).
            Failure::Killed(Signal::Killed) => Some("Runtime.OutOfMemory"),
            Failure::Killed(_) => Some("Runtime.ExitError"),
            Failure::ResponseTooLarge(_) => Some("Function.ResponseSizeTooLarge"),
            // What INIT_REPORT and REPORT show for import errors (facts: a third party's log).
            Failure::InitError => Some("Runtime.Unknown"),
            Failure::HandlerError | Failure::TimedOut | Failure::Interrupted => None,
        }
    }

    /// Whether the environment's process is gone, so that the next invocation must init again.
    pub const fn ends_process(self) -> bool {
        match self {
            Failure::InitError
            | Failure::TimedOut
            | Failure::Exited(_)
            | Failure::Killed(_)
            | Failure::Interrupted => true,
            Failure::HandlerError | Failure::ResponseTooLarge(_) => false,
        }
    }

    /// The JSON body that the caller gets. `None` where the body is the handler's own.
    ///
    /// Wording recorded against AWS in November 2025 (LocalStack's `test_lambda` snapshots); the
    /// limit in the last one is AWS's 6 MiB plus 100 bytes. Without a request (the id is empty) the
    /// message names none: aws-lambda-runtime-interface-emulator, `interop`,
    /// `GetErrorResponseWithFormattedErrorMessage`.
    pub fn payload(self, request: &str, timeout: Span) -> Option<String> {
        let error = match request {
            "" => "Error:".to_owned(),
            request => format!("RequestId: {request} Error:"),
        };
        let (kind, message) = match self {
            Failure::HandlerError | Failure::InitError => return None,
            Failure::TimedOut => {
                let millis = timeout.as_nanos() / 1_000_000;
                let (seconds, hundredths) = (millis / 1_000, millis % 1_000 / 10);
                let text = format!("Task timed out after {seconds}.{hundredths:02} seconds");
                ("Sandbox.Timedout", format!("{error} {text}"))
            }
            Failure::Exited(0) => (
                "Runtime.ExitError",
                format!("{error} Runtime exited without providing a reason"),
            ),
            Failure::Exited(code) => (
                "Runtime.ExitError",
                format!("{error} Runtime exited with error: exit status {code}"),
            ),
            Failure::Killed(signal) => (
                "Runtime.ExitError",
                format!(
                    "{error} Runtime exited with error: signal: {}",
                    signal.name()
                ),
            ),
            Failure::ResponseTooLarge(_) => (
                "Function.ResponseSizeTooLarge",
                format!(
                    "Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."
                ),
            ),
            Failure::Interrupted => (
                "Coldstart.Interrupted",
                format!("{error} The tab was closed while the handler ran"),
            ),
        };
        Some(format!(
            r#"{{"errorType":"{kind}","errorMessage":"{message}"}}"#
        ))
    }
}

/// The largest event of a synchronous invocation, in bytes (Lambda quotas page; 413 message).
pub const MAX_EVENT_BYTES: u64 = 6_291_456;
/// The largest event for asynchronous invocation, in bytes: 1 MB (Lambda quotas page).
pub const MAX_ASYNC_EVENT_BYTES: u64 = 1_048_576;
/// The largest response, in bytes: 6 MiB and 100 bytes (Function.ResponseSizeTooLarge message).
pub const MAX_RESPONSE_BYTES: u64 = 6_291_556;

impl ThrottleReason {
    /// The `Reason` field of the 429 body.
    pub const fn name(self) -> &'static str {
        match self {
            ThrottleReason::ConcurrentInvocationLimitExceeded => {
                "ConcurrentInvocationLimitExceeded"
            }
            ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded => {
                "ReservedFunctionConcurrentInvocationLimitExceeded"
            }
            ThrottleReason::FunctionInvocationRateLimitExceeded => {
                "FunctionInvocationRateLimitExceeded"
            }
            ThrottleReason::ReservedFunctionInvocationRateLimitExceeded => {
                "ReservedFunctionInvocationRateLimitExceeded"
            }
            ThrottleReason::CallerRateLimitExceeded => "CallerRateLimitExceeded",
        }
    }
}

impl Rejection {
    /// The HTTP status of the Invoke call (Lambda API reference, Invoke, Errors).
    pub const fn status(self) -> u16 {
        match self {
            Rejection::Throttled(_) => 429,
            Rejection::RequestTooLarge(_) | Rejection::AsyncRequestTooLarge(_) => 413,
            Rejection::InvalidJson { .. } => 400,
            Rejection::FunctionNotFound => 404,
            Rejection::SnapStartNotReady => 409,
            Rejection::SnapStartFailed => 400,
            Rejection::SnapStartTimedOut => 408,
            Rejection::EnvironmentCouldNotStart | Rejection::Interrupted => 500,
        }
    }

    /// The name of the exception that an AWS SDK raises.
    pub const fn exception(self) -> &'static str {
        match self {
            Rejection::Throttled(_) => "TooManyRequestsException",
            Rejection::RequestTooLarge(_) | Rejection::AsyncRequestTooLarge(_) => {
                "RequestTooLargeException"
            }
            Rejection::InvalidJson { .. } => "InvalidRequestContentException",
            Rejection::FunctionNotFound => "ResourceNotFoundException",
            Rejection::SnapStartNotReady => "SnapStartNotReadyException",
            Rejection::SnapStartFailed => "SnapStartException",
            Rejection::SnapStartTimedOut => "SnapStartTimeoutException",
            Rejection::EnvironmentCouldNotStart | Rejection::Interrupted => "ServiceException",
        }
    }

    /// The JSON body of the refusal, for the function of this name.
    pub fn body(self, function: &str) -> String {
        let (reason, message) = match self {
            Rejection::Throttled(reason) => (Some(reason.name()), "Rate Exceeded.".to_owned()),
            Rejection::RequestTooLarge(_) => (
                None,
                format!(
                    "Request must be smaller than {MAX_EVENT_BYTES} bytes for the InvokeFunction operation"
                ),
            ),
            // The wording of a synchronous one; that of the limit of 1 MB was not seen.
            Rejection::AsyncRequestTooLarge(_) => (
                None,
                format!(
                    "Request must be smaller than {MAX_ASYNC_EVENT_BYTES} bytes for the InvokeFunction operation"
                ),
            ),
            Rejection::InvalidJson { line, column } => (
                None,
                format!(
                    "Could not parse request body into json: Could not parse payload into json: Unexpected character at line: {line}, column: {column}"
                ),
            ),
            Rejection::FunctionNotFound => (
                None,
                format!("Function not found: {}:$LATEST", function_arn(function)),
            ),
            // Worded as the Lambda API reference describes these exceptions (Invoke, Errors).
            Rejection::SnapStartNotReady => (
                None,
                "Lambda is initializing your function. You can invoke the function when the function state becomes Active.".to_owned(),
            ),
            Rejection::SnapStartFailed => (
                None,
                "The afterRestore() runtime hook encountered an error. For more information, check the Amazon CloudWatch logs.".to_owned(),
            ),
            Rejection::SnapStartTimedOut => (
                None,
                "Lambda couldn't restore the snapshot within the timeout limit.".to_owned(),
            ),
            Rejection::EnvironmentCouldNotStart => (
                None,
                "This browser could not start a worker for the environment.".to_owned(),
            ),
            Rejection::Interrupted => (
                None,
                "The tab was closed before the request reached a handler.".to_owned(),
            ),
        };
        let mut body = serde_json::Map::new();
        if let Some(reason) = reason {
            body.insert("Reason".to_owned(), reason.into());
        }
        let whose = match self.status() {
            500.. => "Service",
            _ => "User",
        };
        body.insert("Type".to_owned(), whose.into());
        body.insert("message".to_owned(), message.into());
        serde_json::Value::Object(body).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded against AWS, 2025-11-25 (LocalStack snapshots), ids replaced.
    #[test]
    fn payloads_are_worded_as_aws_words_them() {
        let timeout = Span::from_secs(1);
        let payload = |failure: Failure| failure.payload("ID", timeout).unwrap_or_default();
        assert_eq!(
            payload(Failure::TimedOut),
            r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 1.00 seconds"}"#
        );
        assert_eq!(
            payload(Failure::Exited(0)),
            r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited without providing a reason"}"#
        );
        assert_eq!(
            payload(Failure::Exited(127)),
            r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 127"}"#
        );
        assert_eq!(
            payload(Failure::Killed(Signal::Killed)),
            r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: signal: killed"}"#
        );
        assert_eq!(
            Failure::Exited(1).payload("", timeout).unwrap_or_default(),
            r#"{"errorType":"Runtime.ExitError","errorMessage":"Error: Runtime exited with error: exit status 1"}"#
        );
        assert_eq!(
            payload(Failure::ResponseTooLarge(ByteCount::new(7_000_000))),
            r#"{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}"#
        );
    }

    #[test]
    fn throttles_are_worded_as_aws_words_them() {
        let reserved = ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded;
        assert_eq!(
            Rejection::Throttled(reserved).body("f"),
            r#"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#
        );
        assert_eq!(Rejection::Throttled(reserved).status(), 429);
    }

    #[test]
    fn an_error_says_whose_it_is() {
        let body = Rejection::EnvironmentCouldNotStart.body("f");
        assert!(body.contains(r#""Type":"Service""#), "{body}");
    }
}
