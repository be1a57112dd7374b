//! Facts in a person's words.

pub(super) use crate::shapes::text::grouped;
use runtime_core::timeline::{Failure, Rejection, Signal, ThrottleReason};

/// JSON with indentation, members in their own order; `None` if it is nested deeper than can be
/// shown, or no JSON.
pub(super) fn indented(json: &[u8]) -> Option<String> {
    let mut text = Vec::with_capacity(json.len() * 2);
    let mut reader = serde_json::Deserializer::from_slice(json);
    let mut writer = serde_json::Serializer::pretty(&mut text);
    serde_transcode::transcode(&mut reader, &mut writer).ok()?;
    reader.end().ok()?;
    String::from_utf8(text).ok()
}

/// A failure in two words.
pub(super) fn failure_words(failure: Failure) -> &'static str {
    match failure {
        Failure::HandlerError => "handler error",
        Failure::InitError => "init error",
        Failure::TimedOut => "timed out",
        Failure::Exited(_) => "exited",
        Failure::Killed(Signal::Killed) => "out of memory",
        Failure::Killed(Signal::Aborted) => "aborted",
        Failure::Killed(Signal::SegmentationFault) => "bad access",
        Failure::Killed(Signal::FloatingPointException) => "divided by 0",
        Failure::ResponseTooLarge(_) => "too large",
        Failure::Interrupted => "interrupted",
    }
}

/// What happened, and what to do about it.
pub(super) fn failure_advice(failure: Failure) -> &'static str {
    match failure {
        Failure::HandlerError => {
            "The handler reported this error itself. The environment stays warm."
        }
        Failure::InitError => {
            "The runtime could not load the handler, and the response says why. Correct the code or the handler string; the next invocation tries again."
        }
        Failure::TimedOut => {
            "The function's timeout was reached, so the process was killed. /tmp is kept, globals are lost, and the next invocation runs init again inside its own duration. Raise the timeout, or find out what the handler waits for."
        }
        Failure::Exited(_) => {
            "The process ended before it gave a response. The next invocation runs init again inside its own duration."
        }
        Failure::Killed(Signal::Killed) => {
            "The process needed more memory than the function has, and was killed. REPORT says Runtime.OutOfMemory. Raise the memory setting or allocate less."
        }
        Failure::Killed(Signal::Aborted) => {
            "The module executed an unreachable instruction, as a Rust panic or a C abort does. The log says what it wrote before."
        }
        Failure::Killed(Signal::SegmentationFault) => {
            "The module accessed memory or called a function out of bounds, or ran out of stack. The log says which."
        }
        Failure::Killed(Signal::FloatingPointException) => {
            "The module divided an integer by zero, or the quotient did not fit."
        }
        Failure::ResponseTooLarge(_) => {
            "A synchronous response may have 6,291,556 bytes. Return a reference instead, or compress it."
        }
        Failure::Interrupted => {
            "The tab was closed or its worker was lost while the handler ran. This does not happen on AWS, and it is not billed."
        }
    }
}

/// Why a request never ran, and what to do about it.
pub(super) fn rejection_advice(rejection: Rejection) -> &'static str {
    match rejection {
        Rejection::Throttled(ThrottleReason::FunctionInvocationRateLimitExceeded) => {
            "The function asked for environments faster than Lambda makes them: 1,000 at once, and 100 more each second. The request was refused before any handler saw it, and is not billed. Callers retry with a back-off."
        }
        Rejection::Throttled(
            ThrottleReason::ReservedFunctionInvocationRateLimitExceeded
            | ThrottleReason::CallerRateLimitExceeded,
        ) => {
            "Lambda lets in ten synchronous requests a second for each unit of concurrency, however short they are. The request was refused before any handler saw it, and is not billed. Callers retry with a back-off; raise reserved or account concurrency to let more through."
        }
        Rejection::Throttled(_) => {
            "All concurrency that this function may use was taken, so the request was refused before any handler saw it. It is not billed. Callers retry with a back-off; raise reserved or account concurrency to let more through."
        }
        Rejection::RequestTooLarge(_) => {
            "A synchronous event may have 6,291,456 bytes. Put the data into S3 and send its key."
        }
        Rejection::AsyncRequestTooLarge(_) => {
            "An event for asynchronous invocation may have 1,048,576 bytes. Put the data into S3 and send its key."
        }
        Rejection::InvalidJson { .. } => {
            "The event must be JSON. The editor shows where it stops being that."
        }
        Rejection::FunctionNotFound => "The function was deleted.",
        Rejection::SnapStartNotReady => {
            "SnapStart is taking the snapshot of this version: AWS refuses invocations until the version is active. Invoke again in a moment. It is not billed."
        }
        Rejection::SnapStartFailed => {
            "Code that runs after a restore failed, so the environment never took the request. The log says how; correct the hook and deploy again."
        }
        Rejection::SnapStartTimedOut => {
            "Restoring and the hooks that run after it may take 10 seconds together. Do less in the hook."
        }
        Rejection::EnvironmentCouldNotStart => {
            "This browser could not start a worker for the environment. Close other tabs and try again."
        }
        Rejection::Interrupted => {
            "The tab was closed before the request reached a handler. This does not happen on AWS."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::indented;

    #[test]
    fn members_keep_their_order() {
        let text = indented(br#"{"errorType":"E","errorMessage":[1,2.50]}"#);
        let expected = "{\n  \"errorType\": \"E\",\n  \"errorMessage\": [\n    1,\n    2.5\n  ]\n}";
        assert_eq!(text.as_deref(), Some(expected));
        assert_eq!(indented(b"{} {}"), None);
        assert_eq!(indented(&b"[".repeat(100_000)), None);
    }
}
