//! Kinds of triggers, the shapes of their events, what they do with a response.
//!
//! ```text
//! kind      TriggerKind, and how each of them invokes
//! form      a trigger's form as plain data: fields, what was filled in, what is wrong with it
//! context   region, account, moment and seed, from which an event's ids follow
//! build     form and context -> event
//! http/     events of APIs, function URLs, load balancers, authorizers
//! source/   events of everything else; batches of messages and records
//! json      objects and lists in little code
//! encoding  base64, gzip, digests, percent signs
//! recognise which kind an event looks like one of
//! reply/    what a trigger does with a handler's response
//! shape/    whether an event is one of a kind's; with the types of aws_lambda_events only with the
//!           feature `shapes`
//! ```
//!
//! Names, nesting and encodings are AWS's own; each file names the page that it follows. The same
//! form and context give the same event, so that a replay shows the same ids.

mod build;
mod context;
mod encoding;
mod form;
mod http;
mod json;
mod kind;
mod recognise;
mod reply;
mod shape;
mod source;
#[cfg(test)]
mod tests;

pub use build::build;
pub use context::Context;
pub(crate) use context::{iso_millis, iso_seconds};
pub(crate) use encoding::{form_decoded, percent_decoded};
pub use form::{Field, FieldError, FieldKind, FieldProblem, Fields};
pub use kind::{Class, TriggerKind, UnknownKind};
pub use reply::{
    Authorization, BatchReply, Cause, Complaint, Connection, HttpReply, Invoked, Refusal, Reply,
    TopicItem, TransformedRecord, Treatment, Verdict, failed_items, judge, judge_late,
    judge_refusal, queue_batch, stream_batch, task_result, task_timeout, task_timeout_of,
};
#[cfg(feature = "shapes")]
pub use shape::check;
pub use shape::{ShapeError, ShapeProblem, check_rules};

/// Log events of CloudWatch Logs.
pub(crate) mod logs {
    pub(crate) use super::source::logs::{LogEvent, event};
}

/// Batches of messages of an SQS queue.
pub mod sqs {
    pub use super::source::sqs::{Attribute, Fifo, Message, event};
}

/// Messages of an SNS topic.
pub mod sns {
    pub use super::source::sns::{Attribute, Message, event};
}

/// Batches of records of a Kinesis data stream.
pub mod kinesis {
    pub use super::source::kinesis::{Record, event, hash_key};
}

/// Records of a Kafka topic.
pub mod kafka {
    pub use super::source::kafka::hash_key;
}

/// Batches of changes of a DynamoDB table.
pub mod dynamodb {
    pub use super::source::dynamodb::{
        Change, Item, Record, Stored, View, event, is_item, item_size,
    };
}
