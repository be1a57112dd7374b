//! A batch from its completion to its end: written, sent, tried again, handled or left.

use crate::platform::Platform;
use crate::platform::input::{Arrival, BatchedMessage, Effect, FailedMessages, Out, Timer};
use crate::platform::owners::Owner;
use crate::platform::queues::Queue;
use crate::timeline::{Outcome, Qualifier, Rejection, Trigger};
use crate::units::{
    BatchId, ByteCount, FunctionId, MappingId, MessageId, Moment, OrderedSet, PayloadId, QueueId,
    Span,
};

/// A batch.
#[derive(Clone, Debug)]
pub(in crate::platform) struct Batch {
    pub(super) mapping: MappingId,
    pub(super) function: FunctionId,
    pub(super) queue: QueueId,
    pub(super) messages: Vec<BatchedMessage>,
    pub(super) bytes: u64,
    /// Until when its messages are hidden.
    pub(super) hidden: Moment,
    /// Its handler reports which messages failed. The mapping may be gone when it does.
    pub(super) report_failures: bool,
    pub(super) stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Gathering,
    /// Its event is being written, or a handler has it.
    Running {
        event: Option<(PayloadId, ByteCount)>,
        throttles: u32,
    },
    /// It was throttled.
    Waiting {
        event: (PayloadId, ByteCount),
        throttles: u32,
        due: Moment,
    },
    /// Nobody handles it any more; its messages are still hidden.
    Left,
}

impl Batch {
    pub(super) fn ids(&self) -> Vec<MessageId> {
        self.messages.iter().map(|it| it.message).collect()
    }
}

impl Platform {
    /// A batch is complete: its event is to be written.
    pub(in crate::platform) fn close_batch(&mut self, id: BatchId, out: &mut Out) {
        let Some(batch) = self.batches.get_mut(&id) else {
            return;
        };
        if batch.stage != Stage::Gathering {
            return;
        }
        batch.stage = Stage::Running {
            event: None,
            throttles: 0,
        };
        if let Some(mapping) = self.mappings.get_mut(&batch.mapping) {
            mapping.gathering = None;
        }
        out.effect(Effect::WriteBatch {
            batch: id,
            queue: batch.queue,
            mapping: batch.mapping,
            messages: batch.messages.clone(),
        });
    }

    pub(in crate::platform) fn batch_written(
        &mut self,
        at: Moment,
        id: BatchId,
        event: (PayloadId, ByteCount),
        dropped: Vec<MessageId>,
        out: &mut Out,
    ) {
        let Some(batch) = self.batches.get_mut(&id) else {
            return;
        };
        let Stage::Running { event: None, .. } = batch.stage else {
            return;
        };
        batch.stage = Stage::Running {
            event: Some(event),
            throttles: 0,
        };
        let queue = batch.queue;
        self.delete_messages(queue, id, dropped, true, out);
        // A message may be gone that was there when the batch was complete: its queue was purged, or
        // has kept it long enough.
        let Some(batch) = self.batches.get_mut(&id) else {
            return;
        };
        let queue = self.queues.get(&queue);
        let there = |message| queue.is_some_and(|it| it.is_hidden_by(id, message));
        batch.messages.retain(|it| there(it.message));
        if batch.messages.is_empty() {
            self.leave(at, id, out);
            return;
        }
        self.send_batch(at, id, event, out);
    }

    fn send_batch(
        &mut self,
        at: Moment,
        id: BatchId,
        (event, bytes): (PayloadId, ByteCount),
        out: &mut Out,
    ) {
        let request = self.next_request();
        let Some(batch) = self.batches.get(&id) else {
            return;
        };
        let (function, mapping) = (batch.function, batch.mapping);
        let arrival = Arrival {
            request,
            function,
            qualifier: Qualifier::LATEST,
            trigger: Trigger::Mapping { mapping, batch: id },
            event,
            bytes,
            refused: None,
        };
        self.send(at, arrival, Owner::Batch(id), out);
    }

    /// The batch's request was refused.
    pub(in crate::platform) fn batch_rejected(
        &mut self,
        at: Moment,
        id: BatchId,
        rejection: Rejection,
        out: &mut Out,
    ) {
        let Some(batch) = self.batches.get_mut(&id) else {
            return;
        };
        let Stage::Running {
            event: Some(event),
            throttles,
        } = batch.stage
        else {
            return;
        };
        if let (Rejection::Throttled(_), Some(mapping)) =
            (rejection, self.mappings.get_mut(&batch.mapping))
        {
            mapping.pollers.slow_down(at, &mapping.configuration);
        }
        let due = at + Span::from_secs(1).doubled(throttles);
        let again = !matches!(rejection, Rejection::FunctionNotFound) && due < batch.hidden;
        if !again {
            self.leave(at, id, out);
            return;
        }
        let throttles = throttles + 1;
        batch.stage = Stage::Waiting {
            event,
            throttles,
            due,
        };
        let timer = Timer::BatchRetry { batch: id, due };
        out.effect(Effect::SetTimer { at: due, timer });
    }

    pub(in crate::platform) fn awaits_retry(&self, id: BatchId, at: Moment) -> bool {
        let stage = self.batches.get(&id).map(|batch| batch.stage);
        matches!(stage, Some(Stage::Waiting { due, .. }) if due == at)
            || self.awaits_attempt_of(id, at)
    }

    pub(in crate::platform) fn retry_batch(&mut self, at: Moment, id: BatchId, out: &mut Out) {
        let Some(batch) = self.batches.get_mut(&id) else {
            self.attempt_batch(at, id, out);
            return;
        };
        if let Stage::Waiting {
            event, throttles, ..
        } = batch.stage
        {
            batch.stage = Stage::Running {
                event: Some(event),
                throttles,
            };
            self.send_batch(at, id, event, out);
        }
    }

    /// A handler had the batch.
    pub(in crate::platform) fn batch_finished(
        &mut self,
        at: Moment,
        id: BatchId,
        outcome: Outcome,
        response: Option<PayloadId>,
        out: &mut Out,
    ) {
        let Some(batch) = self.batches.get_mut(&id) else {
            return;
        };
        match outcome {
            Outcome::Succeeded if batch.report_failures => out.effect(Effect::ReadBatchResponse {
                batch: id,
                messages: batch.ids(),
                response,
            }),
            Outcome::Succeeded => {
                let (queue, messages) = (batch.queue, batch.ids());
                batch.messages.clear();
                self.delete_messages(queue, id, messages, false, out);
                self.leave(at, id, out);
            }
            Outcome::Failed(_) => {
                // "Lambda doesn't scale down message polling when function invocations fail", with partial batch
                // responses ("Handling errors for an SQS event source").
                if let (false, Some(mapping)) =
                    (batch.report_failures, self.mappings.get_mut(&batch.mapping))
                {
                    mapping.pollers.slow_down(at, &mapping.configuration);
                }
                self.leave(at, id, out);
            }
        }
    }

    pub(in crate::platform) fn batch_read(
        &mut self,
        at: Moment,
        id: BatchId,
        failed: FailedMessages,
        out: &mut Out,
    ) {
        let Some(batch) = self.batches.get(&id) else {
            return;
        };
        let (queue, mut handled) = (batch.queue, batch.ids());
        match failed {
            FailedMessages::All => handled.clear(),
            FailedMessages::These(failed) => {
                let failed: OrderedSet<MessageId> = failed.into_iter().collect();
                handled.retain(|id| !failed.contains(id));
            }
        }
        self.delete_messages(queue, id, handled, false, out);
        self.leave(at, id, out);
    }

    /// Nobody handles the batch any more: another may be.
    fn leave(&mut self, at: Moment, id: BatchId, out: &mut Out) {
        let Some(batch) = self.batches.get_mut(&id) else {
            return;
        };
        batch.stage = Stage::Left;
        let (mapping_id, queue) = (batch.mapping, batch.queue);
        let queue = self.queues.get(&queue);
        let mut messages = batch.messages.iter().map(|it| it.message);
        let hides = queue.is_some_and(|it| messages.any(|message| it.is_hidden_by(id, message)));
        let ready = queue.is_some_and(Queue::has_ready);
        if let Some(mapping) = self.mappings.get_mut(&mapping_id) {
            mapping.active = mapping.active.saturating_sub(1);
        }
        if !hides {
            self.batches.remove(&id);
        }
        if ready {
            self.schedule_poll(at, mapping_id, Span::ZERO, out);
        } else if let Some(mapping) = self.mappings.get_mut(&mapping_id)
            && mapping.active == 0
        {
            mapping.pollers.rest(at);
        }
    }

    pub(in crate::platform) fn awaits_window(&self, id: BatchId) -> bool {
        let stage = self.batches.get(&id).map(|batch| batch.stage);
        stage == Some(Stage::Gathering)
    }

    pub(in crate::platform) fn awaits_visibility(&self, id: BatchId) -> bool {
        self.batches.contains_key(&id)
    }

    /// The batch's messages can be received again, even while a handler still has them.
    pub(in crate::platform) fn visibility_over(&mut self, at: Moment, id: BatchId, out: &mut Out) {
        let Some(batch) = self.batches.get(&id) else {
            return;
        };
        let (queue, messages, stage) = (batch.queue, batch.ids(), batch.stage);
        let mapping = batch.mapping;
        self.show_messages(queue, id, messages, out);
        match stage {
            Stage::Left => {
                self.batches.remove(&id);
            }
            Stage::Gathering | Stage::Waiting { .. } => {
                if let Some(mapping) = self.mappings.get_mut(&mapping)
                    && mapping.gathering == Some(id)
                {
                    mapping.gathering = None;
                }
                self.leave(at, id, out);
            }
            Stage::Running { .. } => {}
        }
        self.wake(at, queue, out);
    }
}
