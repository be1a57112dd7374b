//! What facts of streams do to the map.

use super::fold::{OpenRead, StreamPlace};
use super::{Map, Station, Tone, Traveller};
use crate::timeline::{RecordEnd, StreamFact};
use crate::units::{BatchId, Moment, RecordId, StreamId};

impl Map {
    pub(super) fn apply_stream(&mut self, at: Moment, fact: &StreamFact) {
        match fact {
            StreamFact::StreamConfigured {
                stream,
                configuration,
            } => {
                let place = self
                    .streams
                    .get_or_insert_with(*stream, StreamPlace::default);
                place.name.clone_from(&configuration.name);
            }
            StreamFact::StreamDeleted { stream } => {
                self.streams.remove(stream);
            }
            StreamFact::RecordPut { record, stream, .. } => {
                if let Some(place) = self.streams.get_mut(stream) {
                    place.unread.insert(*record);
                }
                self.producers.done += 1;
                let way = (Station::Producers, Station::Stream(*stream));
                self.moved(at, Traveller::Record(*record), way, Tone::Going, None);
            }
            StreamFact::RecordsExpired { stream, records } => {
                if let Some(place) = self.streams.get_mut(stream) {
                    let gone = records.iter().filter(|it| place.unread.remove(it));
                    let gone = gone.count() as u64;
                    place.failed += gone;
                }
            }
            StreamFact::RecordsRead { batch, read } => {
                let place = self.mappings.get(&read.mapping);
                let source = place.and_then(|it| it.configuration.records());
                let Some(stream) = source.map(|it| it.stream) else {
                    return;
                };
                if let Some(place) = self.streams.get_mut(&stream) {
                    for record in &read.records {
                        place.unread.remove(record);
                    }
                    place.in_flight += read.records.len() as u64;
                }
                let open = OpenRead {
                    mapping: read.mapping,
                    stream,
                    request: None,
                    waits: true,
                    left: read.records.len() as u64,
                };
                self.reads.insert(*batch, open);
                self.of_mapping(read.mapping, |tally| tally.waiting += 1);
                let way = (Station::Stream(stream), Station::Mapping(read.mapping));
                self.moved(at, Traveller::Batch(*batch), way, Tone::Going, None);
            }
            StreamFact::BatchReturned { batch, .. } => self.wait_again(*batch),
            StreamFact::BatchSplit {
                batch,
                rest,
                records,
            } => {
                let Some(open) = self.reads.get_mut(batch) else {
                    return;
                };
                let count = records.len() as u64;
                open.left = open.left.saturating_sub(count);
                let second = OpenRead {
                    waits: true,
                    left: count,
                    ..*open
                };
                self.reads.insert(*rest, second);
                self.of_mapping(second.mapping, |tally| tally.waiting += 1);
            }
            StreamFact::RecordsDone {
                batch,
                records,
                end,
            } => self.records_done(*batch, records, *end),
            StreamFact::WindowClosed { batch, .. } => self.close_read(*batch),
            StreamFact::DiscardSent { batch, .. } => {
                self.sending = Some(Traveller::Batch(*batch));
            }
            StreamFact::StateReturned { .. } => {}
        }
    }

    /// A batch blocks its part of the shard until it is sent again.
    fn wait_again(&mut self, batch: BatchId) {
        if let Some(open) = self.reads.get_mut(&batch)
            && !std::mem::replace(&mut open.waits, true)
        {
            let mapping = open.mapping;
            self.of_mapping(mapping, |tally| tally.waiting += 1);
        }
    }

    fn records_done(&mut self, batch: BatchId, records: &[RecordId], end: RecordEnd) {
        let Some(open) = self.reads.get_mut(&batch) else {
            return;
        };
        let count = records.len() as u64;
        open.left = open.left.saturating_sub(count);
        let (left, stream) = (open.left, open.stream);
        self.count_done(stream, count, end);
        if left == 0 {
            self.close_read(batch);
        }
    }

    fn count_done(&mut self, stream: StreamId, count: u64, end: RecordEnd) {
        if let Some(place) = self.streams.get_mut(&stream) {
            place.in_flight = place.in_flight.saturating_sub(count);
            match end {
                RecordEnd::Handled | RecordEnd::Filtered => place.done += count,
                RecordEnd::RetryAttemptsExhausted
                | RecordEnd::RecordAgeExceeded
                | RecordEnd::Expired => place.failed += count,
            }
        }
    }

    fn close_read(&mut self, batch: BatchId) {
        if let Some(open) = self.reads.remove(&batch)
            && open.waits
        {
            self.of_mapping(open.mapping, |tally| {
                tally.waiting = tally.waiting.saturating_sub(1);
            });
        }
    }
}
