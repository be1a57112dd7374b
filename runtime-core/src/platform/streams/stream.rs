//! One stream: its shards and their records.

use crate::timeline::{StreamConfiguration, StreamKind};
use crate::units::{ByteCount, IdMap, Moment, OrderedMap, PayloadId, RecordId, Span};

/// A stream and its records.
#[derive(Clone, Debug)]
pub(in crate::platform) struct Stream {
    pub(in crate::platform) configuration: Box<StreamConfiguration>,
    pub(super) shards: Vec<Shard>,
    /// Of a table: the last change of each key. Records go after a day, items stay.
    pub(super) items: OrderedMap<Box<str>, PayloadId>,
    /// When records are next looked through for old ones.
    pub(super) retention: Option<Moment>,
}

/// A shard, or a partition.
#[derive(Clone, Debug, Default)]
pub(super) struct Shard {
    pub(super) records: IdMap<RecordId, Record>,
    pub(super) next_offset: u64,
}

/// A record.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) key: Option<Box<str>>,
    pub(super) data: PayloadId,
    pub(super) bytes: ByteCount,
    pub(super) arrived: Moment,
    pub(super) hash: u64,
    pub(super) offset: u64,
}

impl Stream {
    pub(super) fn new(configuration: Box<StreamConfiguration>) -> Self {
        let shards = configuration.kind.shards().max(1) as usize;
        Stream {
            configuration,
            shards: vec![Shard::default(); shards],
            items: OrderedMap::new(),
            retention: None,
        }
    }

    /// Kinesis gives each shard a range of hashes, all of them as wide (API reference, CreateStream and
    /// PutRecord); Kafka's clients take the remainder (Kafka documentation, `partitioner.class`).
    pub(super) fn shard_of(&self, hash: u128) -> u32 {
        let count = self.shards.len() as u128;
        let shard = match self.configuration.kind {
            StreamKind::Kinesis(_) if count > 1 => {
                // 2^128 is one more than the largest number that there is.
                let width = u128::MAX / count + u128::from(u128::MAX % count == count - 1);
                (hash / width).min(count - 1)
            }
            _ => hash % count,
        };
        shard as u32
    }

    /// How long from one look at a shard to the next: once and four times a second ("Using Lambda to
    /// process records from Amazon Kinesis Data Streams", "Using AWS Lambda with Amazon DynamoDB").
    /// For topics and brokers AWS publishes nothing: model choice.
    pub(super) const fn poll_interval(&self) -> Span {
        match self.configuration.kind {
            StreamKind::Kinesis(_) => Span::from_secs(1),
            StreamKind::Table(_) => Span::from_millis(250),
            StreamKind::Topic(_) | StreamKind::Broker(_) => Span::from_millis(100),
        }
    }

    pub(super) fn record(&self, shard: u32, id: RecordId) -> Option<&Record> {
        self.shards.get(shard as usize)?.records.get(&id)
    }

    pub(super) fn put(&mut self, shard: u32, id: RecordId, mut record: Record) {
        if let (Some(key), Some(_)) = (&record.key, &self.configuration.table) {
            self.items.insert(key.clone(), record.data);
        }
        if let Some(shard) = self.shards.get_mut(shard as usize) {
            record.offset = shard.next_offset;
            shard.next_offset += 1;
            shard.records.insert(id, record);
        }
    }

    pub(super) fn remove(&mut self, records: &[RecordId]) {
        for shard in &mut self.shards {
            for record in records {
                shard.records.remove(record);
            }
        }
    }

    /// When the oldest record has been kept for as long as records are kept.
    pub(super) fn next_expiry(&self) -> Option<Moment> {
        let kept = self.configuration.retention?;
        let first = |shard: &Shard| shard.records.values().next().map(|it| it.arrived);
        let oldest = self.shards.iter().filter_map(first).min();
        oldest.map(|arrived| arrived + kept)
    }
}
