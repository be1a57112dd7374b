//! What moved on the map.

use super::Station;
use crate::units::{BatchId, MessageId, Moment, RecordId, RequestId};

/// Something that travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Traveller {
    /// A request whose caller waits.
    Request(RequestId),
    /// An asynchronous event, by its first attempt: the same through all attempts.
    Event(RequestId),
    /// A message: the same in every queue.
    Message(MessageId),
    /// Messages that were received together, records that were read together.
    Batch(BatchId),
    /// A record of a stream.
    Record(RecordId),
}

/// How a movement looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// On its way to be handled.
    Going,
    /// A good end goes back, or on.
    Done,
    /// A bad one does.
    Failed,
    /// It was pushed back for want of concurrency.
    Throttled,
}

/// Something left one station for another. Nothing takes time on the way: waits are at stations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    /// When.
    pub at: Moment,
    /// What.
    pub traveller: Traveller,
    /// From where.
    pub from: Station,
    /// Where to.
    pub to: Station,
    /// How it looks.
    pub tone: Tone,
    /// The request that shows most of its story so far, if a function has heard of it.
    pub request: Option<RequestId>,
}
