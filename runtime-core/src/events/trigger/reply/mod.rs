//! What a trigger does with a handler's response.
//!
//! ```text
//! complaint   why it does not take one as it is
//! http        what a client gets; parts of a response that HTTP triggers share
//! rest version2 alb websocket authorizer   HTTP triggers
//! batch       what of a batch is done, and what is tried again
//! topic       the same of a topic's batch, whose items are named by partition and offset
//! firehose    what becomes of each record
//! cognito     whether a user pool goes on
//! gateway     what a client gets without any response: refusals, answers that come too late
//! task        the result of a state machine's task, or the error that a Catch or Retry names
//! ```

mod alb;
mod authorizer;
mod batch;
mod cognito;
mod complaint;
mod firehose;
mod gateway;
mod http;
mod rest;
mod task;
mod topic;
mod version2;
mod websocket;

pub use authorizer::Authorization;
pub use batch::{BatchReply, queue_batch, stream_batch};
pub use complaint::{Cause, Complaint};
pub use firehose::{TransformedRecord, Treatment};
pub use gateway::{judge_late, judge_refusal};
pub use http::HttpReply;
pub use task::{Invoked, Refusal, task_result, task_timeout, task_timeout_of};
pub use topic::{TopicItem, failed_items};
pub use websocket::Connection;

use super::kind::{Class, TriggerKind};
use serde_json::Value;

/// What a trigger did with a response.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// What came of it.
    pub verdict: Verdict,
    /// Why it is not what the handler asked for, if it is not.
    pub complaint: Option<Complaint>,
}

/// What came of a response.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// A client gets this.
    Http(HttpReply),
    /// This happens to a WebSocket connection.
    Connection(Connection),
    /// A request to an API may go on, or not.
    Authorization(Authorization),
    /// These items of a batch are done, those are tried again.
    Batch(BatchReply),
    /// This becomes of each record of a transformation.
    Records(Vec<TransformedRecord>),
    /// A user pool goes on with this response.
    Continued(Value),
    /// A user pool's client gets this error.
    Refused {
        /// As the API names it.
        error: &'static str,
        /// What it says.
        message: String,
    },
    /// A state machine's task succeeded with this output of its function: its result is [`task_result`].
    TaskResult(Value),
    /// A state machine's task failed.
    TaskFailed {
        /// What a Catch or Retry names.
        error: String,
        /// The error's payload.
        cause: String,
    },
    /// Nobody waits for it.
    Ignored,
    /// Nobody waits for it; Lambda itself tries a failed event again, twice unless it is set
    /// otherwise, and keeps it in a destination or dead-letter queue then.
    TriedAgain,
}

impl Reply {
    fn plain(verdict: Verdict) -> Self {
        Reply {
            verdict,
            complaint: None,
        }
    }

    fn refused(verdict: Verdict, complaint: Complaint) -> Self {
        Reply {
            verdict,
            complaint: Some(complaint),
        }
    }

    /// How a handler gets it right, if something is wrong.
    pub fn hint(&self) -> Option<&'static str> {
        self.complaint.as_ref().map(Complaint::hint)
    }
}

/// What a trigger of this kind does with a response to this event; if the function failed, the
/// response is the error that AWS reports. Event source mappings of queues and streams have
/// `ReportBatchItemFailures` switched on: without it only whole batches fail.
pub fn judge(kind: TriggerKind, event: &[u8], response: Option<&[u8]>, failed: bool) -> Reply {
    // A handler of a custom runtime may answer with nothing at all.
    let response = response.unwrap_or_default();
    let event: Value = serde_json::from_slice(event).unwrap_or_default();
    let parsed = match response {
        bytes if bytes.iter().all(u8::is_ascii_whitespace) => Ok(Value::Null),
        bytes => serde_json::from_slice(bytes).map_err(|_| Cause::NotJson),
    };
    let given = match failed {
        true => Err(Cause::FunctionError),
        false => parsed.clone(),
    };
    // What a failed function reports.
    let error = parsed.unwrap_or_default();
    match kind {
        TriggerKind::ApiGatewayRest => rest::judge(given),
        TriggerKind::ApiGatewayHttp => version2::http_api(given, response),
        TriggerKind::FunctionUrl => version2::function_url(given, response),
        TriggerKind::ApiGatewayWebSocket => websocket::judge(&event, given),
        TriggerKind::ApiGatewayAuthorizer => authorizer::rest(&event, given, &error),
        TriggerKind::ApiGatewayHttpAuthorizer => authorizer::http(&event, given),
        TriggerKind::LoadBalancer => alb::judge(&event, given, response.len()),
        TriggerKind::Cognito => cognito::judge(&event, given, &error),
        TriggerKind::Firehose => firehose::judge(&event, given),
        TriggerKind::StepFunctions => task::judge(given, &error),
        TriggerKind::Sqs => batch::judge(given, &batch::message_ids(&event), batch::queue_batch),
        TriggerKind::Kinesis => {
            let ids = batch::sequence_numbers(&event, "kinesis", "sequenceNumber");
            batch::judge(given, &ids, batch::stream_batch)
        }
        TriggerKind::DynamoDb => {
            let ids = batch::sequence_numbers(&event, "dynamodb", "SequenceNumber");
            batch::judge(given, &ids, batch::stream_batch)
        }
        TriggerKind::Msk | TriggerKind::Kafka => topic::judge(given, &event),
        _ if kind.class() == Class::Poll => batch::whole(given, batch::places(kind, &event)),
        _ if failed => Reply::refused(
            Verdict::TriedAgain,
            Complaint::new(None, Cause::FunctionError),
        ),
        _ => Reply::plain(Verdict::Ignored),
    }
}

#[cfg(test)]
mod tests;
