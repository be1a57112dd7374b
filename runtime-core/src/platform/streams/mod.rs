//! Streams: Kinesis data streams, changes of DynamoDB tables, Kafka topics and brokers' queues, and the
//! event source mappings that read them (Lambda developer guide, "Using Lambda to process records from
//! Amazon Kinesis Data Streams", "Using AWS Lambda with Amazon DynamoDB", "Using Lambda with Amazon MSK",
//! "Using Lambda with Amazon MQ").
//!
//! Model choices: shards are looked at when the session clock shows a multiple of the interval between
//! two looks; a table's stream has one shard; a batch is of one shard, one partition or one broker's queue;
//! the parts of a shard that are read beside each other take the records whose keys' hashes have the same
//! remainder; a batch that failed or was throttled is tried again after [`FIRST_WAIT`], doubling up to
//! [`LONGEST_WAIT`]; a record's age is looked at before an attempt; a batch whose checkpoint moved is one
//! that failed, to its end, with what is left of its retries; to split a batch uses up none; windows begin
//! at multiples of their length on the session clock, and their last invocation has no records.
//!
//! ```text
//! mod      streams and records as the platform's inputs change them
//! keeper   where inputs come in: nowhere, until the code of streams is there
//! stream   one stream: its shards and their records
//! orders   what goes in and what is asked for
//! lanes    the parts of a shard that are read beside each other, and what waits in them
//! readers  what a mapping has yet to read of a shard, and when it does
//! batches  a batch from its reading to its end: sent, tried again, split, discarded
//! failures what becomes of a batch that was not handled
//! reopen   all of it from the timeline of a session that ended with its tab
//! ```

mod batches;
mod failures;
mod keeper;
mod lanes;
mod orders;
mod readers;
mod reopen;
mod stream;

pub use failures::{FIRST_WAIT, LONGEST_WAIT};
pub use keeper::StreamKeeper;
pub(super) use lanes::LaneId;
pub use orders::{DiscardOrder, FailedRecords, RecordPosting, StreamBatchOrder};
pub use readers::MAX_STATE_BYTES;

use super::Platform;
use super::input::{Effect, Out, Timer};
use crate::timeline::{StreamConfiguration, StreamFact};
use crate::units::{
    BatchId, ByteCount, IdMap, MappingId, Moment, OrderedMap, PayloadId, RecordId, StreamId,
};
use batches::StreamBatch;
use lanes::{Reader, ReaderId, Waiting};
use stream::{Record, Stream};

/// All streams, and what is read of them.
#[derive(Clone, Debug)]
pub(super) struct Streams {
    /// What can be done with them, once it is there.
    keeper: Option<&'static StreamKeeper>,
    streams: OrderedMap<StreamId, Stream>,
    readers: OrderedMap<ReaderId, Reader>,
    batches: IdMap<BatchId, StreamBatch>,
    last_stream: u32,
    last_record: u64,
}

impl Streams {
    /// The mapping whose batch it is.
    pub(super) fn mapping_of(&self, batch: BatchId) -> Option<MappingId> {
        self.batches.get(&batch).map(|it| it.read.mapping)
    }
}

impl Default for Streams {
    fn default() -> Self {
        Streams {
            keeper: cfg!(feature = "streams").then(StreamKeeper::code),
            streams: OrderedMap::new(),
            readers: OrderedMap::new(),
            batches: IdMap::new(),
            last_stream: 0,
            last_record: 0,
        }
    }
}

/// A record as the driver may see it.
#[derive(Clone, Copy, Debug)]
pub struct RecordView<'a> {
    /// Its partition key.
    pub key: Option<&'a str>,
    /// Its data.
    pub data: PayloadId,
    /// Its size.
    pub bytes: ByteCount,
    /// When it was put.
    pub arrived: Moment,
    /// Its number in its shard, from 0.
    pub offset: u64,
}

impl Platform {
    /// What a stream is set to, if there is such a stream.
    pub fn stream_configuration(&self, stream: StreamId) -> Option<&StreamConfiguration> {
        let stream = self.streams.streams.get(&stream)?;
        Some(&*stream.configuration)
    }

    /// All streams with their settings, in order of creation.
    pub fn streams(&self) -> impl Iterator<Item = (StreamId, &StreamConfiguration)> {
        let streams = self.streams.streams.iter();
        streams.map(|(id, stream)| (*id, &*stream.configuration))
    }

    /// An id for a stream that is to be created.
    pub fn next_stream(&self) -> StreamId {
        StreamId(self.streams.last_stream.saturating_add(1))
    }

    /// A record of a stream, if it still has it.
    pub fn record(&self, stream: StreamId, shard: u32, record: RecordId) -> Option<RecordView<'_>> {
        let record = self.streams.streams.get(&stream)?.record(shard, record)?;
        Some(RecordView {
            key: record.key.as_deref(),
            data: record.data,
            bytes: record.bytes,
            arrived: record.arrived,
            offset: record.offset,
        })
    }

    /// The last change of the item with this key, as its record has it.
    pub fn item(&self, table: StreamId, key: &str) -> Option<PayloadId> {
        self.streams.streams.get(&table)?.items.get(key).copied()
    }

    /// How many records were put into a stream so far.
    pub fn records_put(&self, stream: StreamId) -> u64 {
        let stream = self.streams.streams.get(&stream);
        stream.map_or(0, |it| it.shards.iter().map(|it| it.next_offset).sum())
    }

    fn make_stream(
        &mut self,
        id: StreamId,
        configuration: Box<StreamConfiguration>,
        out: &mut Out,
    ) {
        out.fact(StreamFact::StreamConfigured {
            stream: id,
            configuration: configuration.clone(),
        });
        self.set_stream(id, configuration);
        self.watch_records(id, out);
    }

    fn set_stream(&mut self, id: StreamId, configuration: Box<StreamConfiguration>) {
        self.streams.last_stream = self.streams.last_stream.max(id.0);
        match self.streams.streams.get_mut(&id) {
            Some(stream) => {
                stream.configuration = configuration;
                stream.retention = None;
            }
            None => {
                self.streams.streams.insert(id, Stream::new(configuration));
            }
        }
    }

    fn drop_stream(&mut self, id: StreamId, out: &mut Out) {
        if self.streams.streams.remove(&id).is_some() {
            out.fact(StreamFact::StreamDeleted { stream: id });
            let reads = |stream: StreamId| stream == id;
            self.delete_mappings(|it| it.records().is_some_and(|it| reads(it.stream)), out);
        }
    }

    fn take_record(&mut self, at: Moment, posting: RecordPosting, out: &mut Out) {
        let RecordPosting {
            stream: id,
            hash,
            key,
            data,
            bytes,
        } = posting;
        let Some(stream) = self.streams.streams.get(&id) else {
            return;
        };
        let shard = stream.shard_of(hash);
        let record = RecordId(self.streams.last_record.saturating_add(1));
        let hash = hash as u64;
        out.fact(StreamFact::RecordPut {
            record,
            stream: id,
            shard,
            hash,
            key: key.clone(),
            data,
            bytes,
        });
        let put = Record {
            key,
            data,
            bytes,
            arrived: at,
            hash,
            offset: 0,
        };
        self.add_record(id, shard, record, put);
        self.watch_records(id, out);
        // Nothing is allocated for a record.
        let mut last = None;
        while let Some(mapping) = self.next_reader_of(id, last) {
            last = Some(mapping);
            let reader = ReaderId { mapping, shard };
            let lanes = self.streams.readers.get(&reader).map_or(0, Reader::lanes);
            if lanes > 0 {
                self.look(at, reader.lane((hash % u64::from(lanes)) as u32), out);
            }
        }
    }

    /// The mapping after `last` that reads the stream.
    fn next_reader_of(&self, stream: StreamId, last: Option<MappingId>) -> Option<MappingId> {
        let reads = |source: crate::timeline::StreamSource| source.stream == stream;
        let mut mappings = self.mappings();
        let next = mappings.find(|(id, it)| last < Some(*id) && it.records().is_some_and(reads));
        next.map(|(id, _)| id)
    }

    fn add_record(&mut self, id: StreamId, shard: u32, record: RecordId, put: Record) {
        self.streams.last_record = self.streams.last_record.max(record.0);
        let waiting = Waiting::new(record, &put);
        if let Some(stream) = self.streams.streams.get_mut(&id) {
            stream.put(shard, record, put);
        }
        let mut last = None;
        while let Some(mapping) = self.next_reader_of(id, last) {
            last = Some(mapping);
            if let Some(reader) = self.streams.readers.get_mut(&ReaderId { mapping, shard }) {
                reader.add(waiting);
            }
        }
    }

    fn watch_records(&mut self, id: StreamId, out: &mut Out) {
        if let Some(stream) = self.streams.streams.get_mut(&id)
            && stream.retention.is_none()
            && let Some(due) = stream.next_expiry()
        {
            stream.retention = Some(due);
            let timer = Timer::StreamRetention { stream: id, due };
            out.effect(Effect::SetTimer { at: due, timer });
        }
    }

    pub(super) fn awaits_expiry(&self, stream: StreamId, due: Moment) -> bool {
        let stream = self.streams.streams.get(&stream);
        stream.is_some_and(|stream| stream.retention == Some(due))
    }

    /// Records that were kept for long enough are gone, whether they were read or not.
    fn drop_old_records(&mut self, at: Moment, id: StreamId, out: &mut Out) {
        let Some(stream) = self.streams.streams.get_mut(&id) else {
            return;
        };
        stream.retention = None;
        let Some(kept) = stream.configuration.retention else {
            return;
        };
        let old = |(_, record): &(&RecordId, &Record)| record.arrived + kept <= at;
        let shards = stream.shards.iter();
        let records: Vec<RecordId> = shards
            .flat_map(|shard| shard.records.iter().take_while(old).map(|(id, _)| *id))
            .collect();
        if !records.is_empty() {
            self.forget_records(id, &records);
            out.fact(StreamFact::RecordsExpired {
                stream: id,
                records,
            });
        }
        self.watch_records(id, out);
    }

    fn forget_records(&mut self, id: StreamId, records: &[RecordId]) {
        let Some(stream) = self.streams.streams.get_mut(&id) else {
            return;
        };
        stream.remove(records);
        for (reader, read) in self.streams.readers.iter_mut() {
            let source = self.mappings.get(&reader.mapping);
            let source = source.and_then(|it| it.configuration.records());
            if source.is_some_and(|source| source.stream == id) {
                read.forget(records);
            }
        }
    }
}
