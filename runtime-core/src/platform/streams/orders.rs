//! What goes in and what is asked for of streams.

use crate::timeline::{FailureTarget, Outcome, RecordEnd, ShardBatch};
use crate::units::{
    BatchId, ByteCount, FunctionId, MappingId, Moment, PayloadId, RecordId, RequestId, StreamId,
};

/// A record on its way to a stream.
#[derive(Clone, Debug)]
pub struct RecordPosting {
    /// Where to.
    pub stream: StreamId,
    /// The hash of its key, which chooses the shard: MD5 for Kinesis and DynamoDB, Kafka's own for topics.
    pub hash: u128,
    /// Its partition key; that of a topic may have none.
    pub key: Option<Box<str>>,
    /// Its data. A table's is the change as JSON, with both images.
    pub data: PayloadId,
    /// Its size with its key.
    pub bytes: ByteCount,
}

/// An event of records that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamBatchOrder {
    /// Which.
    pub batch: BatchId,
    /// From where.
    pub stream: StreamId,
    /// Its records, in order.
    pub read: ShardBatch,
    /// The state of its tumbling window, if it has one.
    pub state: Option<PayloadId>,
}

/// What is to be told of records that were discarded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscardOrder {
    /// Of which batch they were.
    pub batch: BatchId,
    /// Where it goes then.
    pub to: FailureTarget,
    /// Of which mapping.
    pub mapping: MappingId,
    /// Whose.
    pub function: FunctionId,
    /// From where.
    pub stream: StreamId,
    /// Which shard.
    pub shard: u32,
    /// Why.
    pub end: RecordEnd,
    /// Which, in order.
    pub records: Vec<RecordId>,
    /// The first of them, when it came, and its number in its shard.
    pub first: (RecordId, (Moment, u64)),
    /// The last of them.
    pub last: (RecordId, (Moment, u64)),
    /// How often a handler had the batch.
    pub invocations: u32,
    /// The last time.
    pub attempt: Option<(RequestId, Outcome)>,
}

/// Where a batch of records failed, as the handler's response says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailedRecords {
    /// Nowhere.
    None,
    /// At this record of a stream: those before it were handled.
    From(RecordId),
    /// These records of a topic: all others were handled.
    These(Vec<RecordId>),
    /// All of it: the response names a record that is not in the batch, or is not what it should be.
    All,
}
