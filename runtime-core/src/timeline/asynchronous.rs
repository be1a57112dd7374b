//! Asynchronous invocation: what a function is set to, and what becomes of an event (Lambda
//! developer guide, "How Lambda handles errors and retries with asynchronous invocation" and
//! "Capturing records of Lambda asynchronous invocations").

use super::{FailureTarget, Qualifier, Rejection};
use crate::units::{ByteCount, FunctionId, Moment, PayloadId, QueueId, RequestId, SourceId, Span};
use serde::{Deserialize, Serialize};

/// How a function is invoked asynchronously (`PutFunctionEventInvokeConfig`, `DeadLetterConfig`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AsyncConfiguration {
    /// How often an event is tried again after a function error: 0 to 2.
    pub maximum_retry_attempts: u32,
    /// How old an event may become in the internal queue: 60 seconds to 6 hours.
    pub maximum_event_age: Span,
    /// Where a record goes of an event that was handled.
    pub on_success: Option<Destination>,
    /// Where a record goes of an event that was given up.
    pub on_failure: Option<Destination>,
    /// Where an event goes that was given up: a standard queue or a topic.
    pub dead_letter_queue: Option<FailureTarget>,
}

impl Default for AsyncConfiguration {
    fn default() -> Self {
        AsyncConfiguration {
            maximum_retry_attempts: 2,
            maximum_event_age: Span::from_secs(6 * 60 * 60),
            on_success: None,
            on_failure: None,
            dead_letter_queue: None,
        }
    }
}

/// Where records of asynchronous invocations go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Destination {
    /// To a standard queue.
    Queue(QueueId),
    /// To a function, as an event of its own.
    Function(FunctionId),
    /// To a source of the session, where it is something that happens: a message of an SNS topic, an event
    /// of an EventBridge bus, or an object of an S3 bucket, which takes records of failures only.
    Source(SourceId),
}

/// Where an asynchronous event came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AsyncSource {
    /// The Invoke API with `Event`.
    Invoke,
    /// It is the record of another event that this function is a destination of.
    Destination {
        /// The function whose event it was.
        function: FunctionId,
    },
    /// A source of events in the session.
    Source {
        /// Which.
        source: SourceId,
    },
}

/// Why an event went back to the internal queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ReturnReason {
    /// The function returned an error; the next attempt is one of its retries.
    FunctionError,
    /// There was no concurrency: that uses up no retry.
    Throttled,
    /// The browser tab was closed in the middle of the attempt. Not an AWS outcome.
    Interrupted,
    /// Lambda could not invoke the function, or it was not ready: that uses up no retry either ("throttling (429) or
    /// system errors (500-series)").
    SystemError,
}

impl ReturnReason {
    /// Why something goes back that Lambda has refused.
    pub const fn of(rejection: Rejection) -> ReturnReason {
        match rejection {
            Rejection::Throttled(_) => ReturnReason::Throttled,
            _ => ReturnReason::SystemError,
        }
    }
}

/// What became of an asynchronous event in the end: `condition` of its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Condition {
    /// It was handled.
    Success,
    /// The last attempt failed too.
    RetriesExhausted,
    /// It would be too old at the next attempt.
    EventAgeExceeded,
    /// The function has reserved concurrency 0, so nothing was tried.
    ZeroReservedConcurrency,
    /// Functions called each other in a circle: Lambda stops the sixteenth call. Its name in records
    /// is not published (model choice).
    RecursiveLoop,
    /// The function was deleted: nothing is sent anywhere.
    FunctionDeleted,
}

impl Condition {
    /// As records have it.
    pub const fn name(self) -> &'static str {
        match self {
            Condition::Success => "Success",
            Condition::RetriesExhausted => "RetriesExhausted",
            Condition::EventAgeExceeded => "EventAgeExceeded",
            Condition::ZeroReservedConcurrency => "ZeroReservedConcurrency",
            Condition::RecursiveLoop => "RecursiveLoop",
            Condition::FunctionDeleted => "FunctionDeleted",
        }
    }
}

/// What is sent when an asynchronous event has come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RecordKind {
    /// The record of a success.
    OnSuccess,
    /// The record of a failure.
    OnFailure,
    /// The event itself, with what went wrong as message attributes.
    DeadLetter,
}

/// What happens to an event between its acceptance and its end. Its attempts are requests of their
/// own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum AsyncFact {
    /// Lambda took an event in for asynchronous invocation: 202, and into the internal queue.
    EventAccepted {
        /// The id that all its attempts have on AWS: that of the first attempt here.
        request: RequestId,
        /// The function it is for.
        function: FunctionId,
        /// Which version or alias of it.
        #[serde(default, skip_serializing_if = "Qualifier::is_latest")]
        qualifier: Qualifier,
        /// Where it came from.
        source: AsyncSource,
        /// The event's bytes.
        event: PayloadId,
        /// The event's size.
        bytes: ByteCount,
    },
    /// An asynchronous event waits in the internal queue for its next attempt.
    EventReturned {
        /// Which: its first attempt.
        request: RequestId,
        /// Why.
        reason: ReturnReason,
        /// When the next attempt is due.
        due: Moment,
    },
    /// An asynchronous event has left the internal queue.
    EventFinished {
        /// Which: its first attempt.
        request: RequestId,
        /// How it ended.
        condition: Condition,
        /// How often a handler had it.
        invocations: u32,
    },
    /// The record of an asynchronous event, or the event itself, was sent on.
    RecordSent {
        /// Which: its first attempt.
        request: RequestId,
        /// What was sent.
        kind: RecordKind,
        /// Where to.
        destination: Destination,
        /// Whether it arrived: what it was sent to may be gone, or take nothing so large.
        delivered: bool,
    },
}
