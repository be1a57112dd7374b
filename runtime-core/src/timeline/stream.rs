//! Streams of records, and what event source mappings do with them (Kinesis Data Streams developer guide;
//! DynamoDB developer guide, "Change data capture for DynamoDB Streams"; Lambda developer guide, "Using
//! Lambda to process records from Amazon Kinesis Data Streams").

use super::{FailureTarget, ReturnReason};
use crate::units::{BatchId, ByteCount, MappingId, Moment, PayloadId, RecordId, Span, StreamId};
use serde::{Deserialize, Serialize};

/// What a stream is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamConfiguration {
    /// Of the stream, the table, the topic or the broker's queue.
    pub name: String,
    /// What it is a stream of.
    pub kind: StreamKind,
    /// How long a record is kept; `None` for until it was taken, as brokers keep messages.
    pub retention: Option<Span>,
    /// Of a table whose items are kept here: what its key is. `None` where changes come as they are.
    #[serde(default)]
    pub table: Option<Box<TableKey>>,
}

/// The key of a table's items (DynamoDB API reference, "KeySchemaElement").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableKey {
    /// `HASH`.
    pub partition: KeyAttribute,
    /// `RANGE`.
    pub sort: Option<KeyAttribute>,
}

/// An attribute of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyAttribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: KeyKind,
}

/// What a key's attribute can be (DynamoDB API reference, "AttributeDefinition").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyKind {
    /// A string.
    #[default]
    S,
    /// A number.
    N,
    /// Bytes.
    B,
}

impl TableKey {
    /// Its attributes: one or two.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        std::iter::once(&self.partition).chain(&self.sort)
    }
}

impl KeyKind {
    /// As the API writes it.
    pub const fn name(self) -> &'static str {
        match self {
            KeyKind::S => "S",
            KeyKind::N => "N",
            KeyKind::B => "B",
        }
    }
}

/// What a stream is a stream of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StreamKind {
    /// Records of a Kinesis data stream, in so many shards.
    Kinesis(u32),
    /// Changes of a DynamoDB table, with these images of an item. One shard (model choice: AWS has one for
    /// each partition of the table, and does not say how many those are).
    Table(StreamView),
    /// Records of a Kafka topic, in so many partitions.
    Topic(u32),
    /// Messages of a broker's queue.
    Broker(BrokerKind),
}

/// `StreamViewType`: which images of an item a change shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StreamView {
    /// Keys only.
    KeysOnly,
    /// The item after the change.
    NewImage,
    /// The item before the change.
    OldImage,
    /// Both.
    NewAndOldImages,
}

/// Brokers of Amazon MQ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BrokerKind {
    /// Apache ActiveMQ.
    ActiveMq,
    /// RabbitMQ.
    RabbitMq,
}

const DAY: Span = Span::from_secs(24 * 60 * 60);

impl StreamConfiguration {
    /// A Kinesis data stream, which keeps records for a day (Kinesis API reference, CreateStream).
    pub fn kinesis(name: impl Into<String>, shards: u32) -> Self {
        Self::new(name, StreamKind::Kinesis(shards), Some(DAY))
    }

    /// The stream of a table, which keeps records for a day ("Change data capture for DynamoDB Streams").
    pub fn table(name: impl Into<String>, view: StreamView) -> Self {
        Self::new(name, StreamKind::Table(view), Some(DAY))
    }

    /// A table whose items are kept here.
    pub fn keyed_table(name: impl Into<String>, view: StreamView, key: TableKey) -> Self {
        StreamConfiguration {
            table: Some(Box::new(key)),
            ..Self::table(name, view)
        }
    }

    /// A topic, which keeps records for seven days (Kafka documentation, `log.retention.hours`).
    pub fn topic(name: impl Into<String>, partitions: u32) -> Self {
        let week = Span::from_secs(7 * 24 * 60 * 60);
        Self::new(name, StreamKind::Topic(partitions), Some(week))
    }

    /// A broker's queue.
    pub fn broker(name: impl Into<String>, kind: BrokerKind) -> Self {
        Self::new(name, StreamKind::Broker(kind), None)
    }

    fn new(name: impl Into<String>, kind: StreamKind, retention: Option<Span>) -> Self {
        StreamConfiguration {
            name: name.into(),
            kind,
            retention,
            table: None,
        }
    }
}

impl StreamKind {
    /// How many shards or partitions there are.
    pub const fn shards(self) -> u32 {
        match self {
            StreamKind::Kinesis(count) | StreamKind::Topic(count) => count,
            StreamKind::Table(_) | StreamKind::Broker(_) => 1,
        }
    }
}

/// A part of a shard that a mapping has read, for one handler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShardBatch {
    /// Which mapping.
    pub mapping: MappingId,
    /// Which shard.
    pub shard: u32,
    /// Which of the shard's parts that are read beside each other, from 0.
    pub lane: u32,
    /// In order. Empty where a window is closed.
    pub records: Vec<RecordId>,
    /// With tumbling windows: the one that they are of.
    pub window: Option<WindowPart>,
}

/// What an invocation is for a tumbling window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WindowPart {
    /// When the window began.
    pub start: Moment,
    /// When it ends.
    pub end: Moment,
    /// `isFinalInvokeForWindow`.
    pub last: bool,
    /// `isWindowTerminatedEarly`: its state became too large.
    pub early: bool,
}

/// What became of a record for one mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RecordEnd {
    /// A handler had it.
    Handled,
    /// No filter matched it.
    Filtered,
    /// Its batch was tried as often as the mapping allows.
    RetryAttemptsExhausted,
    /// It was older than the mapping allows.
    RecordAgeExceeded,
    /// The stream no longer had it.
    Expired,
}

/// What happens to streams, and to the records that mappings read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum StreamFact {
    /// A stream was created or changed.
    StreamConfigured {
        /// Which.
        stream: StreamId,
        /// What it is set to from now on.
        configuration: Box<StreamConfiguration>,
    },
    /// A stream was deleted, and its records with it.
    StreamDeleted {
        /// Which.
        stream: StreamId,
    },
    /// A stream has a new record.
    RecordPut {
        /// New.
        record: RecordId,
        /// Where.
        stream: StreamId,
        /// In which shard.
        shard: u32,
        /// What of its key's hash spreads a shard's records over the parts that are read beside each
        /// other.
        hash: u64,
        /// Its partition key; that of a topic may have none.
        key: Option<Box<str>>,
        /// Its data.
        data: PayloadId,
        /// Its size.
        bytes: ByteCount,
    },
    /// Records were kept for as long as their stream keeps records, and are gone.
    RecordsExpired {
        /// Where.
        stream: StreamId,
        /// Which.
        records: Vec<RecordId>,
    },
    /// A mapping read records and made a batch of them. No others of their part of the shard are read
    /// until it is done.
    RecordsRead {
        /// New.
        batch: BatchId,
        /// Which records.
        read: Box<ShardBatch>,
    },
    /// Records are done with: a batch is over when all of its are.
    RecordsDone {
        /// Which batch they were of.
        batch: BatchId,
        /// Which: the first ones of the batch, except where they were filtered.
        records: Vec<RecordId>,
        /// What became of them.
        end: RecordEnd,
    },
    /// A batch waits for its next attempt, and its shard with it.
    BatchReturned {
        /// Which.
        batch: BatchId,
        /// Why.
        reason: ReturnReason,
        /// How many of its retries are used up with the next attempt.
        retries: u32,
        /// When the next attempt is due.
        due: Moment,
    },
    /// A batch that failed was split in two. The second half follows when the first is done.
    BatchSplit {
        /// Which: it keeps its first half.
        batch: BatchId,
        /// The second half, a batch of its own.
        rest: BatchId,
        /// Its records, in order.
        records: Vec<RecordId>,
    },
    /// A handler returned a tumbling window's state.
    StateReturned {
        /// For which batch.
        batch: BatchId,
        /// The state.
        state: PayloadId,
        /// Its size.
        bytes: ByteCount,
    },
    /// A tumbling window's last invocation is over.
    WindowClosed {
        /// Which batch that was.
        batch: BatchId,
        /// Whether a handler had it.
        handled: bool,
    },
    /// What was discarded was told to the on-failure destination.
    DiscardSent {
        /// Which batch the records were of.
        batch: BatchId,
        /// Where to.
        #[serde(rename = "queue")]
        to: FailureTarget,
        /// Whether it arrived: what it was sent to may be gone.
        delivered: bool,
    },
}
