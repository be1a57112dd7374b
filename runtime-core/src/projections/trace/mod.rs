//! What belongs together: a request with what caused it and what it caused, across retries, queues
//! and functions, as X-Ray shows it.
//!
//! ```text
//! mod       segments and their parts: what a trace says
//! fold      what happened so far, and what caused what
//! apply     what each fact does to that
//! follow_*  the same for asynchronous events, queues, streams
//! story     the segments of one story, as a tree of causes
//! document  a story as X-Ray segment documents
//! ```
//!
//! A segment is something that went through the session: a request, an asynchronous event, a message,
//! a record, a batch, something that happened at a source. What it waited for and went through are
//! its parts, X-Ray's subsegments. A batch has as many causes as it has messages; X-Ray links traces
//! there, here the stories are told together.

mod apply;
mod document;
mod fold;
mod follow_async;
mod follow_queues;
mod follow_streams;
mod story;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests;

pub use document::{documents, trace_id};
pub use fold::{Node, Place, Traces};
pub use story::{Story, TraceSegment};

use crate::timeline::{Destination, FailureTarget, RecordKind, ReturnReason};
use crate::units::{BatchId, MessageId, Moment, QueueId, RecordId, RequestId, StreamId};

/// What a segment is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// Something that happened at a source, by its number in the session.
    Happening(u64),
    /// An asynchronous event, by its first attempt.
    Event(RequestId),
    /// A message, in whichever queue.
    Message(MessageId),
    /// A record of a stream.
    Record(RecordId),
    /// Messages or records that were taken together.
    Batch(BatchId),
    /// One attempt of a function to handle something.
    Request(RequestId),
}

/// How something ended, in X-Ray's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// It is under way, or ended well.
    #[default]
    Fine,
    /// A mistake of whoever asked, 4xx.
    Error,
    /// A mistake of whoever was to handle it, 5xx: function errors too.
    Fault,
    /// It was turned away for want of concurrency, 429.
    Throttle,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// An event waits for its first attempt.
    Dwell,
    /// It waits for the next attempt.
    Retry(ReturnReason),
    /// A message cannot be received yet.
    Delay(QueueId),
    /// A message waits in a queue, or a dead letter lies there.
    Queued(QueueId),
    /// A record waits in its stream.
    InStream(StreamId),
    /// A batch is put together, or waits for its turn.
    Gathering,
    /// Messages of a batch that was not handled are hidden still.
    Hidden,
    /// A new environment is on its way.
    Starting,
    /// Its INIT phase.
    Initialization,
    /// Its RESTORE phase.
    Restore,
    /// A handler has the request.
    Invocation,
    /// A record of an asynchronous event, or the event itself, was sent on.
    Sent(RecordKind, Destination),
    /// A message was received too often and went to this queue.
    Moved(QueueId),
    /// What was discarded of a batch was told to this queue.
    Discarded(FailureTarget),
    /// No filter matched.
    Filtered,
    /// A batch that failed was split in two.
    Split,
    /// A target could not be told.
    Undelivered(Destination),
}

/// A stretch of a segment; an instant where it took no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What.
    pub kind: PartKind,
    /// When it began.
    pub from: Moment,
    /// When it ended; `None` as long as it has not.
    pub to: Option<Moment>,
    /// How.
    pub flag: Flag,
}
