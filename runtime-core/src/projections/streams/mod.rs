//! Streams, and how far their mappings have come.
//!
//! ```text
//! mod      the fold
//! records  what there is of streams, mappings and batches
//! ```

mod records;

pub use records::{BatchRecord, OpenWindow, PutRecord, ReaderRecord, StreamRecord};

use crate::timeline::{
    Entry, LifecycleEvent, MappingConfiguration, MappingState, Projection, QueueFact, RecordEnd,
    ShardBatch, StartingPosition, StreamFact, StreamKind, Trigger,
};
use crate::units::{BatchId, MappingId, Moment, OrderedMap, RecordId, RequestId, StreamId};

/// All streams that are there, and what mappings read of them.
#[derive(Clone, Debug, Default)]
pub struct Streams {
    streams: OrderedMap<StreamId, StreamRecord>,
    readers: OrderedMap<MappingId, ReaderRecord>,
    batches: OrderedMap<BatchId, BatchRecord>,
    requests: OrderedMap<RequestId, BatchId>,
    arrived: OrderedMap<RecordId, Moment>,
}

impl Streams {
    /// All streams in the order of creation.
    pub fn streams(&self) -> impl Iterator<Item = (StreamId, &StreamRecord)> {
        self.streams.iter().map(|(id, stream)| (*id, stream))
    }

    /// A stream.
    pub fn stream(&self, stream: StreamId) -> Option<&StreamRecord> {
        self.streams.get(&stream)
    }

    /// How far a mapping has come.
    pub fn reader(&self, mapping: MappingId) -> Option<&ReaderRecord> {
        self.readers.get(&mapping)
    }

    /// The mappings that read a stream, in the order of creation.
    pub fn readers(&self, stream: StreamId) -> impl Iterator<Item = (MappingId, &ReaderRecord)> {
        let readers = self.readers.iter();
        readers
            .filter(move |(_, reader)| reader.reads(stream))
            .map(|(id, reader)| (*id, reader))
    }

    /// The batches that a mapping has read and not come to the end of.
    pub fn batches(&self, mapping: MappingId) -> impl Iterator<Item = (BatchId, &BatchRecord)> {
        let batches = self.batches.iter();
        batches
            .filter(move |(_, batch)| batch.read.mapping == mapping)
            .map(|(id, batch)| (*id, batch))
    }

    fn reader_of(&mut self, batch: BatchId) -> Option<&mut ReaderRecord> {
        let mapping = self.batches.get(&batch)?.read.mapping;
        self.readers.get_mut(&mapping)
    }

    fn sent(&mut self, at: Moment, batch: BatchId) {
        let last = self.batches.get(&batch);
        let last = last.and_then(|it| it.read.records.last());
        let age = last.and_then(|last| Some(at.since(*self.arrived.get(last)?)));
        if let Some(reader) = self.reader_of(batch) {
            reader.blocked.remove(&batch);
            reader.iterator_age = age.or(reader.iterator_age);
        }
        if let Some(batch) = self.batches.get_mut(&batch) {
            batch.attempts = batch.attempts.saturating_add(1);
            (batch.reason, batch.queued) = (None, false);
        }
    }

    /// A mapping is new, or set otherwise: a new one begins where it is told to.
    fn configured(&mut self, mapping: MappingId, configuration: &MappingConfiguration) {
        let Some(source) = configuration.records() else {
            return;
        };
        let new = !self.readers.contains_key(&mapping);
        let reader = self
            .readers
            .get_or_insert_with(mapping, ReaderRecord::default);
        reader.configuration = Some(configuration.clone());
        reader.state = Some(MappingState::settled(configuration.enabled));
        if source.tumbling_window.is_none() {
            reader.windows = OrderedMap::new();
        }
        if let (true, Some(stream)) = (new, self.streams.get(&source.stream)) {
            for (id, record) in stream.records() {
                let wanted = match source.start {
                    StartingPosition::TrimHorizon => true,
                    StartingPosition::Latest => false,
                    StartingPosition::AtTimestamp(from) => record.arrived >= from,
                };
                if wanted {
                    reader.await_record(record.shard, id);
                }
            }
        }
    }

    fn follow(&mut self, at: Moment, fact: &StreamFact) {
        match fact {
            StreamFact::StreamConfigured {
                stream,
                configuration,
            } => {
                let configuration = (**configuration).clone();
                match self.streams.get_mut(stream) {
                    Some(stream) => stream.configuration = configuration,
                    None => {
                        let record = StreamRecord::new(configuration);
                        self.streams.insert(*stream, record);
                    }
                }
            }
            StreamFact::StreamDeleted { stream } => {
                self.streams.remove(stream);
            }
            StreamFact::RecordPut {
                record,
                stream,
                shard,
                key,
                data,
                ..
            } => {
                let put = PutRecord {
                    shard: *shard,
                    arrived: at,
                    key: key.clone(),
                    data: *data,
                };
                self.put(*stream, *record, put);
            }
            StreamFact::RecordsExpired { stream, records } => {
                if let Some(stream) = self.streams.get_mut(stream) {
                    stream.remove(records);
                }
                for reader in self.readers.values_mut() {
                    let gone = records.iter().filter(|it| reader.stop_waiting(**it));
                    let gone = gone.count() as u64;
                    reader.expired += gone;
                }
            }
            StreamFact::RecordsRead { batch, read } => self.read(*batch, read),
            StreamFact::BatchReturned {
                batch, due, reason, ..
            } => {
                if let Some(reader) = self.reader_of(*batch) {
                    reader.blocked.insert(*batch, *due);
                }
                if let Some(batch) = self.batches.get_mut(batch) {
                    batch.reason = Some(*reason);
                }
            }
            StreamFact::BatchSplit {
                batch,
                rest,
                records,
            } => {
                if let Some(first) = self.batches.get_mut(batch) {
                    let kept = first.read.records.len().saturating_sub(records.len());
                    first.read.records.truncate(kept);
                    let mut second = first.clone();
                    second.read.records.clone_from(records);
                    (second.queued, second.reason) = (true, None);
                    self.batches.insert(*rest, second);
                }
            }
            StreamFact::RecordsDone {
                batch,
                records,
                end,
            } => self.done(*batch, records, *end),
            StreamFact::StateReturned { batch, state, .. } => {
                let lane = self.batches.get(batch);
                let lane = lane.map(|it| (it.read.shard, it.read.lane));
                if let Some(reader) = self.reader_of(*batch)
                    && let Some(window) = lane.and_then(|it| reader.windows.get_mut(&it))
                {
                    window.state = Some(*state);
                }
            }
            StreamFact::WindowClosed { batch, .. } => {
                let lane = self.batches.get(batch);
                let lane = lane.map(|it| (it.read.shard, it.read.lane));
                if let (Some(lane), Some(reader)) = (lane, self.reader_of(*batch)) {
                    reader.windows.remove(&lane);
                }
                self.close(*batch);
            }
            StreamFact::DiscardSent { .. } => {}
        }
    }

    fn put(&mut self, id: StreamId, record: RecordId, put: PutRecord) {
        self.arrived.insert(record, put.arrived);
        for reader in self.readers.values_mut().filter(|it| it.reads(id)) {
            reader.await_record(put.shard, record);
        }
        if let Some(stream) = self.streams.get_mut(&id) {
            if let Some(count) = stream.shards.get_mut(put.shard as usize) {
                *count += 1;
            }
            if let (Some(key), Some(_)) = (&put.key, &stream.configuration.table) {
                stream.items.insert(key.clone(), put.data);
            }
            stream.records.insert(record, put);
        }
    }

    fn read(&mut self, batch: BatchId, read: &ShardBatch) {
        let reader = self.readers.get_or_default(read.mapping);
        for record in &read.records {
            reader.stop_waiting(*record);
        }
        if let Some(part) = read.window {
            let begun = || OpenWindow { part, state: None };
            let window = reader
                .windows
                .get_or_insert_with((read.shard, read.lane), begun);
            window.part = part;
        }
        let record = BatchRecord {
            read: read.clone(),
            attempts: 0,
            reason: None,
            request: None,
            queued: false,
        };
        self.batches.insert(batch, record);
    }

    fn done(&mut self, batch: BatchId, records: &[RecordId], end: RecordEnd) {
        let count = records.len() as u64;
        if let Some(reader) = self.reader_of(batch) {
            *match end {
                RecordEnd::Handled => &mut reader.handled,
                RecordEnd::Filtered => &mut reader.filtered,
                RecordEnd::Expired => &mut reader.expired,
                RecordEnd::RetryAttemptsExhausted | RecordEnd::RecordAgeExceeded => {
                    &mut reader.discarded
                }
            } += count;
        }
        // Brokers keep messages until they are taken.
        for stream in self.streams.values_mut() {
            if let StreamKind::Broker(_) = stream.configuration.kind {
                stream.remove(records);
            }
        }
        let over = self.batches.get_mut(&batch).is_some_and(|it| {
            it.read.records.retain(|it| !records.contains(it));
            // The last invocation of a window has none from the start.
            it.read.records.is_empty() && !it.read.window.is_some_and(|window| window.last)
        });
        if over {
            self.close(batch);
        }
    }

    fn close(&mut self, batch: BatchId) {
        if let Some(reader) = self.reader_of(batch) {
            reader.blocked.remove(&batch);
        }
        self.batches.remove(&batch);
    }
}

impl Projection for Streams {
    fn apply(&mut self, entry: &Entry) {
        match &entry.event {
            LifecycleEvent::Stream(fact) => self.follow(entry.at, fact),
            LifecycleEvent::Queue(QueueFact::MappingConfigured {
                mapping,
                configuration,
            }) => self.configured(*mapping, configuration),
            LifecycleEvent::Queue(QueueFact::MappingStateChanged { mapping, state }) => {
                if let Some(reader) = self.readers.get_mut(mapping) {
                    reader.state = Some(*state);
                }
            }
            LifecycleEvent::Queue(QueueFact::MappingDeleted { mapping }) => {
                self.readers.remove(mapping);
                self.batches.retain(|_, it| it.read.mapping != *mapping);
            }
            LifecycleEvent::RequestArrived {
                request,
                trigger: Trigger::Mapping { batch, .. },
                ..
            } => {
                if let Some(sent) = self.batches.get_mut(batch) {
                    sent.request = Some(*request);
                    self.requests.insert(*request, *batch);
                }
            }
            LifecycleEvent::InvocationStarted { request, .. } => {
                if let Some(batch) = self.requests.remove(request) {
                    self.sent(entry.at, batch);
                }
            }
            LifecycleEvent::RequestRejected { request, .. } => {
                self.requests.remove(request);
            }
            _ => {}
        }
    }
}
