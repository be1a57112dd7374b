//! A batch from its reading to its end.

use super::lanes::LaneId;
use super::orders::{FailedRecords, StreamBatchOrder};
use super::readers::MAX_STATE_BYTES;
use crate::platform::input::{Arrival, Effect, Out};
use crate::platform::owners::Owner;
use crate::platform::{Platform, ProcessingResult};
use crate::timeline::{
    EventSource, Outcome, Qualifier, RecordEnd, Rejection, ReturnReason, ShardBatch, StreamFact,
    Trigger,
};
use crate::units::{BatchId, ByteCount, Moment, PayloadId, RecordId, RequestId, StreamId};

/// A batch of records.
#[derive(Clone, Debug)]
pub(super) struct StreamBatch {
    pub(super) read: ShardBatch,
    pub(super) stage: Stage,
    /// Retries that it has used up.
    pub(super) retries: u32,
    /// Waits since something of it was done.
    pub(super) waits: u32,
    /// How often a handler had it.
    pub(super) invocations: u32,
    pub(super) last: Option<(RequestId, Outcome)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// What it was split off is handled first.
    Queued,
    /// Its event is being written.
    Writing,
    /// A handler has it, or its response is being read.
    Running((PayloadId, ByteCount)),
    /// It is tried again then; with the same event, if there is one.
    Waiting(Moment, Option<(PayloadId, ByteCount)>),
}

impl StreamBatch {
    pub(super) fn new(read: ShardBatch) -> Self {
        StreamBatch {
            read,
            stage: Stage::Queued,
            retries: 0,
            waits: 0,
            invocations: 0,
            last: None,
        }
    }

    /// It closes a window.
    pub(super) fn closes(&self) -> bool {
        self.read.window.is_some_and(|window| window.last)
    }
}

impl Platform {
    /// The stream that a batch is of.
    pub(super) fn stream_of(&self, id: BatchId) -> Option<StreamId> {
        let batch = self.streams.batches.get(&id)?;
        let mapping = self.mappings.get(&batch.read.mapping)?;
        Some(mapping.configuration.records()?.stream)
    }

    /// Sends the batch to its function, without what is not to be sent any more.
    pub(super) fn try_batch(&mut self, at: Moment, id: BatchId, out: &mut Out) {
        let Some(batch) = self.streams.batches.get(&id) else {
            return;
        };
        let event = match batch.stage {
            Stage::Queued => None,
            Stage::Waiting(due, event) if due <= at => event,
            _ => return,
        };
        let Some(mapping) = self.mappings.get(&batch.read.mapping) else {
            return;
        };
        // What is not enabled goes on when it is.
        if !mapping.polls() {
            return;
        }
        let had = batch.read.records.len();
        let closes = batch.closes();
        self.discard_old(at, id, out);
        let (Some(stream), Some(batch)) = (self.stream_of(id), self.streams.batches.get_mut(&id))
        else {
            return;
        };
        if batch.read.records.is_empty() && !closes {
            self.finish_batch(at, id, out);
            return;
        }
        match event.filter(|_| batch.read.records.len() == had) {
            Some(event) => self.send_records(at, id, event, out),
            None => {
                batch.stage = Stage::Writing;
                let lane = LaneId::of(&batch.read);
                let read = batch.read.clone();
                let reader = self.streams.readers.get(&lane.reader);
                let window = reader.and_then(|it| it.lane(lane.lane)?.window);
                out.effect(Effect::WriteStreamBatch(Box::new(StreamBatchOrder {
                    batch: id,
                    stream,
                    state: read.window.and(window).and_then(|it| it.state),
                    read,
                })));
            }
        }
    }

    pub(super) fn event_written(
        &mut self,
        at: Moment,
        id: BatchId,
        event: (PayloadId, ByteCount),
        dropped: Vec<RecordId>,
        out: &mut Out,
    ) {
        let Some(batch) = self.streams.batches.get(&id) else {
            return;
        };
        if batch.stage != Stage::Writing {
            return;
        }
        let closes = batch.closes();
        self.records_done(id, dropped, RecordEnd::Filtered, out);
        let batch = self.streams.batches.get(&id);
        match batch.is_some_and(|it| it.read.records.is_empty()) && !closes {
            true => self.finish_batch(at, id, out),
            false => self.send_records(at, id, event, out),
        }
    }

    fn send_records(
        &mut self,
        at: Moment,
        id: BatchId,
        event: (PayloadId, ByteCount),
        out: &mut Out,
    ) {
        let request = self.next_request();
        let Some(batch) = self.streams.batches.get_mut(&id) else {
            return;
        };
        batch.stage = Stage::Running(event);
        let mapping = batch.read.mapping;
        let Some(function) = self.mappings.get(&mapping) else {
            return;
        };
        let function = function.configuration.function;
        let arrival = Arrival {
            request,
            function,
            qualifier: Qualifier::LATEST,
            trigger: Trigger::Mapping { mapping, batch: id },
            event: event.0,
            bytes: event.1,
            refused: None,
        };
        self.send(at, arrival, Owner::Records(id), out);
    }

    /// The batch's request was refused: that uses up no retry.
    pub(super) fn request_refused(
        &mut self,
        at: Moment,
        id: BatchId,
        rejection: Rejection,
        out: &mut Out,
    ) {
        // A function that is deleted takes its mappings with it.
        if rejection != Rejection::FunctionNotFound {
            self.return_batch(at, id, ReturnReason::of(rejection), out);
        }
    }

    /// A handler had the batch.
    pub(super) fn request_ended(
        &mut self,
        at: Moment,
        id: BatchId,
        (request, outcome): (RequestId, Outcome),
        response: Option<PayloadId>,
        out: &mut Out,
    ) {
        let stream = self.stream_of(id);
        let (Some(batch), Some(stream)) = (self.streams.batches.get_mut(&id), stream) else {
            return;
        };
        batch.invocations = batch.invocations.saturating_add(1);
        batch.last = Some((request, outcome));
        let settings = self.mappings.get(&batch.read.mapping);
        let settings = settings.map(|it| &it.configuration);
        let reports = settings
            .is_some_and(|it| it.report_failures && !matches!(it.source, EventSource::Broker(_)));
        let window = batch.read.window;
        match outcome {
            Outcome::Succeeded if reports || window.is_some_and(|it| !it.last) => {
                out.effect(Effect::ReadStreamResponse {
                    batch: id,
                    stream,
                    records: batch.read.records.clone(),
                    response,
                    reports,
                    state: window.is_some_and(|it| !it.last),
                });
            }
            Outcome::Succeeded => self.all_handled(at, id, out),
            Outcome::Failed(_) => self.batch_failed(at, id, out),
        }
    }

    /// A handler's response says how much of the batch it has handled, and the window's state.
    pub(super) fn response_read(
        &mut self,
        at: Moment,
        id: BatchId,
        failed: FailedRecords,
        state: Option<(PayloadId, ByteCount)>,
        out: &mut Out,
    ) {
        let Some(batch) = self.streams.batches.get(&id) else {
            return;
        };
        let Stage::Running(_) = batch.stage else {
            return;
        };
        if let Some((state, bytes)) = state.filter(|_| failed != FailedRecords::All) {
            out.fact(StreamFact::StateReturned {
                batch: id,
                state,
                bytes,
            });
            self.keep_state(id, state, bytes);
        }
        match failed {
            FailedRecords::None => self.all_handled(at, id, out),
            FailedRecords::From(first) => self.failed_from(at, id, first, out),
            FailedRecords::These(failed) => self.failed_partly(at, id, &failed, out),
            FailedRecords::All => self.batch_failed(at, id, out),
        }
    }

    pub(super) fn keep_state(&mut self, id: BatchId, state: PayloadId, bytes: ByteCount) {
        let Some(batch) = self.streams.batches.get(&id) else {
            return;
        };
        let lane = LaneId::of(&batch.read);
        if let Some(reader) = self.streams.readers.get_mut(&lane.reader)
            && let Some(lane) = reader.lane_mut(lane.lane)
            && let Some(window) = &mut lane.window
        {
            window.state = Some(state);
            window.early = bytes.get() > MAX_STATE_BYTES;
        }
    }

    fn all_handled(&mut self, at: Moment, id: BatchId, out: &mut Out) {
        self.note_result(id, ProcessingResult::Handled);
        let Some(batch) = self.streams.batches.get(&id) else {
            return;
        };
        let records = batch.read.records.clone();
        if batch.closes() {
            self.close_window(id, true, out);
        }
        self.records_done(id, records, RecordEnd::Handled, out);
        self.finish_batch(at, id, out);
    }

    /// A window's last invocation is over: what comes next begins with no state.
    pub(super) fn close_window(&mut self, id: BatchId, handled: bool, out: &mut Out) {
        out.fact(StreamFact::WindowClosed { batch: id, handled });
        self.drop_window(id);
    }

    pub(super) fn drop_window(&mut self, id: BatchId) {
        let Some(batch) = self.streams.batches.get(&id) else {
            return;
        };
        let lane = LaneId::of(&batch.read);
        if let Some(reader) = self.streams.readers.get_mut(&lane.reader)
            && let Some(lane) = reader.lane_mut(lane.lane)
        {
            lane.window = None;
        }
    }

    /// The batch is over, and its lane goes on.
    pub(super) fn finish_batch(&mut self, at: Moment, id: BatchId, out: &mut Out) {
        let Some(lane) = self.end_batch(id) else {
            return;
        };
        // Lanes may have become more or fewer.
        let reader = self.streams.readers.get(&lane.reader);
        let lanes = reader.map_or(0, |reader| reader.lanes());
        self.go_on(at, lane, out);
        for other in (0..lanes).filter(|it| *it != lane.lane) {
            self.look(at, lane.reader.lane(other), out);
        }
    }
}
