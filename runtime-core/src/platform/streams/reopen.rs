//! Streams and what is read of them from the timeline of a session that ended with its tab.

use super::batches::Stage;
use super::lanes::LaneId;
use super::stream::Record;
use crate::platform::input::{Effect, Out, Timer};
use crate::platform::owners::{Owner, Owners};
use crate::platform::{Platform, ProcessingResult};
use crate::timeline::{
    Failure, LifecycleEvent, Outcome, RecordEnd, ReturnReason, ShardBatch, StreamFact, Trigger,
};
use crate::units::{Moment, StreamId};

impl Platform {
    /// What the timeline says of streams, their records and batches. Mappings are followed where they are
    /// made.
    pub(super) fn follow_fact(&mut self, at: Moment, event: &LifecycleEvent, owners: &mut Owners) {
        match event {
            LifecycleEvent::Stream(fact) => self.follow_records(at, fact),
            LifecycleEvent::RequestArrived {
                request,
                trigger: Trigger::Mapping { batch, .. },
                ..
            } => {
                if let Some(sent) = self.streams.batches.get_mut(batch) {
                    sent.stage = Stage::Writing;
                    owners.insert(*request, Owner::Records(*batch));
                }
            }
            LifecycleEvent::InvocationFinished {
                request, outcome, ..
            } => {
                if let Some(Owner::Records(batch)) = owners.get(request)
                    && let Some(batch) = self.streams.batches.get_mut(batch)
                {
                    batch.invocations = batch.invocations.saturating_add(1);
                    batch.last = Some((*request, *outcome));
                }
            }
            _ => {}
        }
    }

    fn follow_records(&mut self, at: Moment, fact: &StreamFact) {
        match fact {
            StreamFact::StreamConfigured {
                stream,
                configuration,
            } => self.set_stream(*stream, configuration.clone()),
            StreamFact::StreamDeleted { stream } => {
                self.streams.streams.remove(stream);
            }
            StreamFact::RecordPut {
                record,
                stream,
                shard,
                hash,
                key,
                data,
                bytes,
            } => {
                let put = Record {
                    key: key.clone(),
                    data: *data,
                    bytes: *bytes,
                    arrived: at,
                    hash: *hash,
                    offset: 0,
                };
                self.add_record(*stream, *shard, *record, put);
            }
            StreamFact::RecordsExpired { stream, records } => {
                self.forget_records(*stream, records);
            }
            StreamFact::RecordsRead { batch, read } => {
                let lane = LaneId::of(read);
                if let Some(reader) = self.streams.readers.get_mut(&lane.reader) {
                    reader.forget(&read.records);
                }
                self.add_batch(*batch, ShardBatch::clone(read));
            }
            StreamFact::RecordsDone {
                batch,
                records,
                end,
            } => {
                let result = match end {
                    RecordEnd::Handled => Some(ProcessingResult::Handled),
                    RecordEnd::RetryAttemptsExhausted => Some(ProcessingResult::Failed),
                    _ => None,
                };
                if let Some(result) = result {
                    self.note_result(*batch, result);
                }
                self.take_records(*batch, records);
                if *end == RecordEnd::Handled
                    && let Some(batch) = self.streams.batches.get_mut(batch)
                {
                    batch.waits = 0;
                }
                let batches = &self.streams.batches;
                if batches
                    .get(batch)
                    .is_some_and(|it| it.read.records.is_empty() && !it.closes())
                {
                    self.end_batch(*batch);
                }
            }
            StreamFact::BatchReturned {
                batch,
                reason,
                retries,
                due,
            } => {
                if *reason == ReturnReason::FunctionError {
                    self.note_result(*batch, ProcessingResult::Failed);
                }
                if let Some(batch) = self.streams.batches.get_mut(batch) {
                    batch.stage = Stage::Waiting(*due, None);
                    batch.retries = *retries;
                    match reason {
                        // An attempt that the end of a tab has interrupted counts for nothing.
                        ReturnReason::Interrupted => {
                            let interrupted = Outcome::Failed(Failure::Interrupted);
                            if batch.last.is_some_and(|(_, it)| it == interrupted) {
                                batch.invocations = batch.invocations.saturating_sub(1);
                                batch.last = None;
                            }
                        }
                        _ => batch.waits = batch.waits.saturating_add(1),
                    }
                }
            }
            StreamFact::BatchSplit {
                batch,
                rest,
                records,
            } => self.split_batch(*batch, *rest, records.clone()),
            StreamFact::StateReturned {
                batch,
                state,
                bytes,
            } => self.keep_state(*batch, *state, *bytes),
            StreamFact::WindowClosed { batch, .. } => {
                self.drop_window(*batch);
                self.end_batch(*batch);
            }
            StreamFact::DiscardSent { .. } => {}
        }
    }

    /// Streams outlive the tab: what a handler had is tried again, what waited waits on.
    pub(super) fn reopen_lanes(&mut self, at: Moment, out: &mut Out) {
        let streams: Vec<StreamId> = self.streams.streams.keys().copied().collect();
        for stream in streams {
            self.watch_records(stream, out);
        }
        for id in self.lanes_of(|_| true) {
            let lane = self.streams.readers.get(&id.reader);
            let lane = lane.and_then(|reader| reader.lane(id.lane));
            let Some(batch) = lane.and_then(|lane| lane.batches.front()).copied() else {
                self.look(at, id, out);
                continue;
            };
            match self.streams.batches.get(&batch).map(|it| it.stage) {
                Some(Stage::Waiting(due, _)) => out.effect(Effect::SetTimer {
                    at: at.max(due),
                    timer: Timer::BatchRetry { batch, due },
                }),
                _ => self.return_batch(at, batch, ReturnReason::Interrupted, out),
            }
        }
    }
}
