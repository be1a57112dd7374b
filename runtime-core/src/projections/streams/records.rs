//! What there is of streams, mappings and batches.

use crate::timeline::{
    MappingConfiguration, MappingState, ReturnReason, ShardBatch, StreamConfiguration, WindowPart,
};
use crate::units::{
    BatchId, Moment, OrderedMap, OrderedSet, PayloadId, RecordId, RequestId, Span, StreamId,
};

/// A stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamRecord {
    /// What it is set to.
    pub configuration: StreamConfiguration,
    /// How many records each shard has.
    pub shards: Vec<u64>,
    /// Of a table: the last change of each item, by the item's key. Items that were deleted have one too.
    pub items: OrderedMap<Box<str>, PayloadId>,
    pub(super) records: OrderedMap<RecordId, PutRecord>,
}

/// A record that a stream has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutRecord {
    /// In which shard.
    pub shard: u32,
    /// When it came.
    pub arrived: Moment,
    /// Its partition key.
    pub key: Option<Box<str>>,
    /// Its data.
    pub data: PayloadId,
}

/// How far a mapping has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReaderRecord {
    /// What it is set to, if it is known.
    pub configuration: Option<MappingConfiguration>,
    /// What it is in, if it is known.
    pub state: Option<MappingState>,
    /// What it has yet to read of each shard.
    pub waiting: Vec<OrderedSet<RecordId>>,
    /// Records that a handler had.
    pub handled: u64,
    /// Records that no filter matched.
    pub filtered: u64,
    /// Records that were given up.
    pub discarded: u64,
    /// Records that their stream no longer had.
    pub expired: u64,
    /// `IteratorAge`: how old the last record of the batch was that was sent last.
    pub iterator_age: Option<Span>,
    /// Batches that wait for their next attempt, and until when: their parts of a shard are blocked.
    pub blocked: OrderedMap<BatchId, Moment>,
    /// Tumbling windows that have begun, by shard and the part of it that is read beside the others.
    pub windows: OrderedMap<(u32, u32), OpenWindow>,
}

/// A batch that is not over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchRecord {
    /// What was read, without what is done.
    pub read: ShardBatch,
    /// How often a handler had it, or what it was split off.
    pub attempts: u32,
    /// Why it waits, if it does; [`ReaderRecord::blocked`] says until when.
    pub reason: Option<ReturnReason>,
    /// The request that it was sent with last.
    pub request: Option<RequestId>,
    /// Whether it waits for the batch that it was split off.
    pub queued: bool,
}

/// A tumbling window that has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenWindow {
    /// What it is.
    pub part: WindowPart,
    /// What the last invocation returned.
    pub state: Option<PayloadId>,
}

impl StreamRecord {
    pub(super) fn new(configuration: StreamConfiguration) -> Self {
        StreamRecord {
            shards: vec![0; configuration.kind.shards() as usize],
            configuration,
            items: OrderedMap::new(),
            records: OrderedMap::new(),
        }
    }

    /// The records that it has, in the order in which they came.
    pub fn records(&self) -> impl DoubleEndedIterator<Item = (RecordId, &PutRecord)> {
        self.records.iter().map(|(id, record)| (*id, record))
    }

    /// How many records it has.
    pub fn record_count(&self) -> usize {
        self.records.len()
    }

    /// A record, if it still has it.
    pub fn record(&self, record: RecordId) -> Option<&PutRecord> {
        self.records.get(&record)
    }

    pub(super) fn remove(&mut self, records: &[RecordId]) {
        for record in records {
            let shard = self.records.remove(record).map(|it| it.shard);
            if let Some(count) = shard.and_then(|it| self.shards.get_mut(it as usize)) {
                *count = count.saturating_sub(1);
            }
        }
    }
}

impl ReaderRecord {
    pub(super) fn reads(&self, stream: StreamId) -> bool {
        let source = self.configuration.as_ref().and_then(|it| it.records());
        source.is_some_and(|it| it.stream == stream)
    }

    pub(super) fn await_record(&mut self, shard: u32, record: RecordId) {
        let shard = shard as usize;
        if self.waiting.len() <= shard {
            self.waiting.resize_with(shard + 1, OrderedSet::new);
        }
        self.waiting[shard].insert(record);
    }

    /// No longer waits for a record; whether it did.
    pub(super) fn stop_waiting(&mut self, record: RecordId) -> bool {
        let mut shards = self.waiting.iter_mut();
        shards.any(|shard| shard.remove(&record))
    }
}
