//! What becomes of a batch that was not handled: it blocks its part of the shard until it is ("Using
//! Lambda to process records from Amazon Kinesis Data Streams", "Configuring partial batch response with
//! Kinesis Data Streams and Lambda", "Retain discarded batch records for a Kinesis Data Streams event
//! source in Lambda").

use super::batches::{Stage, StreamBatch};
use super::lanes::LaneId;
use super::orders::DiscardOrder;
use crate::platform::input::{Effect, Out, Posting, Timer, Written};
use crate::platform::sources::Cause;
use crate::platform::{Platform, ProcessingResult};
use crate::timeline::{
    EventSource, FailurePolicy, FailureTarget, RecordEnd, ReturnReason, Sender, StreamFact,
};
use crate::units::{BatchId, Moment, OrderedSet, RecordId, Span};

/// How often a topic's batch is retried for which no end is set, but a destination for what is discarded (Lambda
/// developer guide, "Configuring error handling controls for Kafka event sources").
const TOPIC_RETRIES: u32 = 10;
/// The wait before a batch's first retry. Model choice: AWS says that waits grow, not how.
pub const FIRST_WAIT: Span = Span::from_secs(1);
/// The longest wait before a batch's next retry (model choice).
pub const LONGEST_WAIT: Span = Span::from_secs(60);

impl Platform {
    fn policy(&self, batch: &StreamBatch) -> FailurePolicy {
        let mapping = self.mappings.get(&batch.read.mapping);
        let Some(settings) = mapping.map(|it| &it.configuration) else {
            return FailurePolicy::default();
        };
        let mut policy = settings.records().map(|it| it.failures).unwrap_or_default();
        if matches!(settings.source, EventSource::Topic(_)) && policy.on_failure.is_some() {
            policy.maximum_retry_attempts.get_or_insert(TOPIC_RETRIES);
        }
        policy
    }

    /// The handler failed, or said so of its whole batch.
    pub(super) fn batch_failed(&mut self, at: Moment, id: BatchId, out: &mut Out) {
        self.note_result(id, ProcessingResult::Failed);
        let Some(batch) = self.streams.batches.get(&id) else {
            return;
        };
        let policy = self.policy(batch);
        let count = batch.read.records.len();
        if policy.bisect && count > 1 {
            let records = batch.read.records[count.div_ceil(2)..].to_vec();
            let rest = BatchId(self.next_batch);
            out.fact(StreamFact::BatchSplit {
                batch: id,
                rest,
                records: records.clone(),
            });
            self.split_batch(id, rest, records);
            self.return_batch(at, id, ReturnReason::FunctionError, out);
            return;
        }
        self.retry_or_discard(at, id, out);
    }

    fn retry_or_discard(&mut self, at: Moment, id: BatchId, out: &mut Out) {
        let Some(batch) = self.streams.batches.get(&id) else {
            return;
        };
        let most = self.policy(batch).maximum_retry_attempts;
        let Some(batch) = self.streams.batches.get_mut(&id) else {
            return;
        };
        if most.is_none_or(|most| batch.retries < most) {
            batch.retries = batch.retries.saturating_add(1);
            self.return_batch(at, id, ReturnReason::FunctionError, out);
            return;
        }
        let records = batch.read.records.clone();
        if batch.closes() {
            self.close_window(id, false, out);
        }
        self.discard(id, records, RecordEnd::RetryAttemptsExhausted, out);
        self.finish_batch(at, id, out);
    }

    /// The checkpoint moves to the first record that failed: what comes before it is done.
    pub(super) fn failed_from(&mut self, at: Moment, id: BatchId, first: RecordId, out: &mut Out) {
        self.note_result(id, ProcessingResult::Failed);
        let Some(batch) = self.streams.batches.get(&id) else {
            return;
        };
        let before = batch.read.records.iter().copied();
        let handled = before.take_while(|it| *it != first).collect();
        self.go_on_without(at, id, handled, out);
    }

    /// Only what failed of a topic's batch is tried again ("Configuring error handling controls for Kafka event
    /// sources", section "PartialBatchResponse").
    pub(super) fn failed_partly(
        &mut self,
        at: Moment,
        id: BatchId,
        failed: &[RecordId],
        out: &mut Out,
    ) {
        self.note_result(id, ProcessingResult::Failed);
        let Some(batch) = self.streams.batches.get(&id) else {
            return;
        };
        let failed: OrderedSet<RecordId> = failed.iter().copied().collect();
        let all = batch.read.records.iter().copied();
        let handled = all.filter(|it| !failed.contains(it)).collect();
        self.go_on_without(at, id, handled, out);
    }

    /// Some of a batch's records were handled, and the others are tried again.
    fn go_on_without(&mut self, at: Moment, id: BatchId, handled: Vec<RecordId>, out: &mut Out) {
        if let Some(batch) = self.streams.batches.get_mut(&id) {
            if !handled.is_empty() {
                batch.waits = 0;
            }
            batch.stage = Stage::Writing;
        }
        self.records_done(id, handled, RecordEnd::Handled, out);
        self.retry_or_discard(at, id, out);
    }

    /// The batch is tried again later, and blocks its lane until then.
    pub(super) fn return_batch(
        &mut self,
        at: Moment,
        id: BatchId,
        reason: ReturnReason,
        out: &mut Out,
    ) {
        let Some(batch) = self.streams.batches.get_mut(&id) else {
            return;
        };
        let wait = match reason {
            ReturnReason::Interrupted => Span::ZERO,
            _ => {
                let wait = FIRST_WAIT.doubled(batch.waits).min(LONGEST_WAIT);
                batch.waits = batch.waits.saturating_add(1);
                wait
            }
        };
        let due = at + wait;
        // What was written stays as it is for as long as its records are the same.
        let event = match batch.stage {
            Stage::Running(event) => Some(event),
            _ => None,
        };
        batch.stage = Stage::Waiting(due, event);
        let retries = batch.retries;
        out.fact(StreamFact::BatchReturned {
            batch: id,
            reason,
            retries,
            due,
        });
        let timer = Timer::BatchRetry { batch: id, due };
        out.effect(Effect::SetTimer { at: due, timer });
    }

    pub(in crate::platform) fn awaits_attempt_of(&self, id: BatchId, at: Moment) -> bool {
        let batch = self.streams.batches.get(&id);
        batch.is_some_and(|it| matches!(it.stage, Stage::Waiting(due, _) if due == at))
    }

    /// The batch keeps the first half of its records; the others are a batch that follows.
    pub(super) fn split_batch(&mut self, id: BatchId, rest: BatchId, records: Vec<RecordId>) {
        self.next_batch = self.next_batch.max(rest.0.saturating_add(1));
        let Some(batch) = self.streams.batches.get_mut(&id) else {
            return;
        };
        let kept = batch.read.records.len().saturating_sub(records.len());
        batch.read.records.truncate(kept);
        (batch.waits, batch.stage) = (0, Stage::Writing);
        let mut second = batch.clone();
        second.read.records = records;
        second.stage = Stage::Queued;
        let lane = LaneId::of(&batch.read);
        self.streams.batches.insert(rest, second);
        if let Some(reader) = self.streams.readers.get_mut(&lane.reader)
            && let Some(lane) = reader.lane_mut(lane.lane)
        {
            let next = lane.batches.len().min(1);
            lane.batches.insert(next, rest);
        }
    }

    /// Takes out of a batch what its stream no longer has, and what is too old for its mapping.
    pub(super) fn discard_old(&mut self, at: Moment, id: BatchId, out: &mut Out) {
        let (Some(stream), Some(batch)) = (self.stream_of(id), self.streams.batches.get(&id))
        else {
            return;
        };
        let most = self.policy(batch).maximum_record_age;
        let shard = batch.read.shard;
        let (mut gone, mut old) = (Vec::new(), Vec::new());
        for id in &batch.read.records {
            match self.record(stream, shard, *id) {
                None => gone.push(*id),
                Some(record) => {
                    if most.is_some_and(|most| at.since(record.arrived) > most) {
                        old.push(*id);
                    }
                }
            }
        }
        self.records_done(id, gone, RecordEnd::Expired, out);
        if !old.is_empty() {
            self.discard(id, old, RecordEnd::RecordAgeExceeded, out);
        }
    }

    /// Gives records up, and has that told where the mapping says.
    fn discard(&mut self, id: BatchId, records: Vec<RecordId>, end: RecordEnd, out: &mut Out) {
        let order = self.discard_order(id, &records, end);
        self.records_done(id, records, end, out);
        if let Some(order) = order {
            out.effect(Effect::WriteDiscard(Box::new(order)));
        }
    }

    fn discard_order(
        &self,
        id: BatchId,
        records: &[RecordId],
        end: RecordEnd,
    ) -> Option<DiscardOrder> {
        let batch = self.streams.batches.get(&id)?;
        let to = self.policy(batch).on_failure?;
        let stream = self.stream_of(id)?;
        let mapping = self.mappings.get(&batch.read.mapping)?;
        let shard = batch.read.shard;
        let (first, last) = (*records.first()?, *records.last()?);
        let seen = |id| {
            let record = self.record(stream, shard, id);
            record.map_or((Moment::START, 0), |it| (it.arrived, it.offset))
        };
        Some(DiscardOrder {
            batch: id,
            to,
            mapping: batch.read.mapping,
            function: mapping.configuration.function,
            stream,
            shard,
            end,
            records: records.to_vec(),
            first: (first, seen(first)),
            last: (last, seen(last)),
            invocations: batch.invocations,
            attempt: batch.last,
        })
    }

    /// What was written of a discarded batch goes to the mapping's destination.
    pub(super) fn send_discard(
        &mut self,
        at: Moment,
        written: Written<DiscardOrder>,
        out: &mut Out,
    ) {
        let Written {
            order,
            payload,
            bytes,
            attributes,
        } = written;
        let delivered = self.takes(order.to.into(), bytes);
        out.fact(StreamFact::DiscardSent {
            batch: order.batch,
            to: order.to,
            delivered,
        });
        if !delivered {
            return;
        }
        match order.to {
            FailureTarget::Queue(queue) => {
                let posting = Posting {
                    attributes,
                    ..Posting::of(
                        queue,
                        Sender::Lambda {
                            function: order.function,
                        },
                        payload,
                        bytes,
                    )
                };
                self.send_message(at, posting, out);
            }
            FailureTarget::Source(source) => {
                let cause = Cause {
                    sender: Some(order.function),
                    ..Cause::default()
                };
                self.happen(source, Some(payload), cause, out);
            }
        }
    }

    pub(super) fn records_done(
        &mut self,
        id: BatchId,
        records: Vec<RecordId>,
        end: RecordEnd,
        out: &mut Out,
    ) {
        if !records.is_empty() {
            self.take_records(id, &records);
            out.fact(StreamFact::RecordsDone {
                batch: id,
                records,
                end,
            });
        }
    }

    /// Takes records out of a batch; a broker's queue has them no longer either.
    pub(super) fn take_records(&mut self, id: BatchId, records: &[RecordId]) {
        let Some(batch) = self.streams.batches.get_mut(&id) else {
            return;
        };
        let gone: OrderedSet<RecordId> = records.iter().copied().collect();
        batch.read.records.retain(|it| !gone.contains(it));
        let mapping = self.mappings.get(&batch.read.mapping);
        if let Some(EventSource::Broker(queue)) = mapping.map(|it| it.configuration.source)
            && let Some(stream) = self.streams.streams.get_mut(&queue)
        {
            stream.remove(records);
        }
    }
}
