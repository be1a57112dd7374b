//! How old records were when a handler got them.

use crate::timeline::{StreamFact, StreamKind};
use crate::units::{BatchId, Moment, OrderedMap, OrderedSet, RecordId, Span, StreamId};

/// The ages of what is read from Kinesis data streams and DynamoDB streams.
#[derive(Clone, Debug, Default)]
pub(super) struct IteratorAges {
    /// The streams whose records have an age: those of topics and brokers have none (CloudWatch has
    /// `OffsetLag` for topics).
    streams: OrderedSet<StreamId>,
    /// When records came. Those that are done with stay until their stream keeps them no longer: another
    /// mapping may read them.
    arrived: OrderedMap<RecordId, Moment>,
    /// What is left of the batches that are on their way.
    batches: OrderedMap<BatchId, Vec<RecordId>>,
}

impl IteratorAges {
    /// Takes in what happened to streams.
    pub(super) fn follow(&mut self, at: Moment, fact: &StreamFact) {
        match fact {
            StreamFact::StreamConfigured {
                stream,
                configuration,
            } => match configuration.kind {
                StreamKind::Kinesis(_) | StreamKind::Table(_) => {
                    self.streams.insert(*stream);
                }
                StreamKind::Topic(_) | StreamKind::Broker(_) => {}
            },
            StreamFact::RecordPut { record, stream, .. } if self.streams.contains(stream) => {
                self.arrived.insert(*record, at);
            }
            StreamFact::RecordsExpired { records, .. } => {
                for record in records {
                    self.arrived.remove(record);
                }
            }
            StreamFact::RecordsRead { batch, read } => {
                self.batches.insert(*batch, read.records.clone());
            }
            StreamFact::BatchSplit {
                batch,
                rest,
                records,
            } => {
                if let Some(all) = self.batches.get_mut(batch) {
                    all.truncate(all.len().saturating_sub(records.len()));
                }
                self.batches.insert(*rest, records.clone());
            }
            StreamFact::RecordsDone { batch, records, .. } => {
                if let Some(all) = self.batches.get_mut(batch) {
                    all.retain(|it| !records.contains(it));
                    if all.is_empty() {
                        self.batches.remove(batch);
                    }
                }
            }
            _ => {}
        }
    }

    /// How old the last record of a batch is that a handler gets now: "the age of the last record in the
    /// event" (Lambda developer guide, "Types of metrics for Lambda functions", IteratorAge). None of a
    /// batch without records, and of other sources.
    pub(super) fn of(&self, batch: BatchId, at: Moment) -> Option<Span> {
        let last = self.batches.get(&batch)?.last()?;
        Some(at.since(*self.arrived.get(last)?))
    }
}
