//! Event source mappings: they receive messages, form batches and invoke their function with them
//! (Lambda developer guide, "Using Lambda with Amazon SQS" and its pages on scaling and errors).
//!
//! Model choices: messages are received [`RECEIVE_LATENCY`] after the first of them came; one batch at
//! a time is gathered during a window; a batch that is throttled is tried again after one second, doubling, for
//! as long as its messages are hidden; filters are applied to a batch when it is complete.
//!
//! ```text
//! mod      mappings: when they look for messages, and how many batches they form
//! pollers  how many batches are handled at a time
//! batches  a batch from its completion to its end
//! state    what changes of a mapping go through
//! reopen   mappings from the timeline of a session that ended with its tab
//! ```

mod batches;
mod pollers;
mod reopen;
mod state;

pub(super) use batches::Batch;
pub use pollers::{
    FIRST_CONCURRENCY, LEAST_CONCURRENCY, MAX_CONCURRENCY, POLLER_CONCURRENCY, QUIET, SLOW_DOWN,
};
pub use state::MAPPING_CHANGE;

use super::Platform;
use super::input::{Effect, Out, Timer};
use super::queues::Room;
use crate::timeline::{MappingConfiguration, MappingState, QueueFact};
use crate::units::{BatchId, MappingId, MessageId, Moment, QueueId, Span};
use batches::Stage;
use pollers::Pollers;
use state::Change;

/// How long after a message a receive answers, so that messages that come together are in a batch
/// together. Model choice: AWS does not publish it.
pub const RECEIVE_LATENCY: Span = Span::from_millis(20);
/// The bytes of a batch's messages: a batch becomes an event of at most 6 MB ("How Lambda processes
/// records from stream and queue-based event sources"). A quarter is left for what an event says of
/// its messages.
const BATCH_BYTES: u64 = 6_291_456 / 4 * 3;
/// What is added to window and timeout where the visibility timeout is shorter than both ("Using
/// Lambda with Amazon SQS").
const VISIBILITY_MARGIN: Span = Span::from_secs(30);

/// A mapping.
#[derive(Clone, Debug)]
pub(in crate::platform) struct Mapping {
    pub(in crate::platform) configuration: Box<MappingConfiguration>,
    /// What is not over of what was asked of it.
    change: Option<Change>,
    /// When it looks for messages next, if it has a reason to.
    poll: Option<Moment>,
    /// What came of the last batch of records.
    result: ProcessingResult,
    /// The batch that is being gathered.
    gathering: Option<BatchId>,
    /// Batches that are being handled or gathered.
    active: u32,
    /// How many of those there may be.
    pollers: Pollers,
}

/// `LastProcessingResult` of a mapping that reads records, as outputs of the AWS CLI in the Lambda developer guide have
/// it ("Using AWS Lambda with Amazon Kinesis").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProcessingResult {
    /// Nothing was read yet.
    #[default]
    NoRecords,
    /// The last batch was handled.
    Handled,
    /// The function failed, or said so of a part of the batch (model choice: that a part is enough).
    Failed,
}

impl ProcessingResult {
    /// As the API words it.
    pub const fn words(self) -> &'static str {
        match self {
            ProcessingResult::NoRecords => "No records processed",
            ProcessingResult::Handled => "OK",
            ProcessingResult::Failed => "PROBLEM: Function call failed",
        }
    }
}

impl Mapping {
    /// How many batches may be handled at a time now.
    fn limit(&self, at: Moment) -> u32 {
        self.pollers.limit(at, &self.configuration)
    }
}

impl Platform {
    /// All mappings with their settings, in order of creation.
    pub fn mappings(&self) -> impl Iterator<Item = (MappingId, &MappingConfiguration)> {
        let mappings = self.mappings.iter();
        mappings.map(|(id, mapping)| (*id, &*mapping.configuration))
    }

    /// What a mapping is set to, if there is such a mapping.
    pub fn mapping(&self, mapping: MappingId) -> Option<&MappingConfiguration> {
        self.mappings.get(&mapping).map(|it| &*it.configuration)
    }

    /// What came of the last batch of a mapping that reads records, if there is such a mapping.
    pub fn processing_result(&self, mapping: MappingId) -> Option<ProcessingResult> {
        self.mappings.get(&mapping).map(|it| it.result)
    }

    /// Something came of a batch of records.
    pub(in crate::platform) fn note_result(&mut self, batch: BatchId, result: ProcessingResult) {
        let mapping = self.streams.mapping_of(batch);
        if let Some(mapping) = mapping.and_then(|it| self.mappings.get_mut(&it)) {
            mapping.result = result;
        }
    }

    /// An id for a mapping that is to be created.
    pub fn next_mapping(&self) -> MappingId {
        MappingId(self.last_mapping.saturating_add(1))
    }

    pub(in crate::platform) fn configure_mapping(
        &mut self,
        at: Moment,
        id: MappingId,
        configuration: Box<MappingConfiguration>,
        out: &mut Out,
    ) {
        let before = self.mappings.get(&id).map(Mapping::state);
        let state = match (before, configuration.enabled) {
            (None, _) => MappingState::Creating,
            (Some(MappingState::Enabled), false) => MappingState::Disabling,
            (Some(MappingState::Disabled), true) => MappingState::Enabling,
            (Some(state), _) if state.is_changing() => return,
            _ => MappingState::Updating,
        };
        self.last_mapping = self.last_mapping.max(id.0);
        out.fact(QueueFact::MappingConfigured {
            mapping: id,
            configuration: configuration.clone(),
        });
        self.set_mapping(id, configuration);
        self.begin_change(at, id, state, out);
        self.go_on_polling(at, id, out);
    }

    /// What a mapping polls may have something for it by now.
    fn go_on_polling(&mut self, at: Moment, id: MappingId, out: &mut Out) {
        match self.mapping(id).map(MappingConfiguration::queue) {
            Some(Some(queue)) => self.wake(at, queue, out),
            Some(None) => self.resume(at, id, out),
            None => {}
        }
    }

    fn set_mapping(&mut self, id: MappingId, configuration: Box<MappingConfiguration>) {
        let before = match self.mappings.get_mut(&id) {
            Some(mapping) => Some(std::mem::replace(&mut mapping.configuration, configuration)),
            None => {
                let mapping = Mapping {
                    configuration,
                    change: None,
                    poll: None,
                    result: ProcessingResult::default(),
                    gathering: None,
                    active: 0,
                    pollers: Pollers::default(),
                };
                self.mappings.insert(id, mapping);
                None
            }
        };
        self.set_readers(id, before.as_deref());
    }

    pub(in crate::platform) fn delete_mapping(&mut self, at: Moment, id: MappingId, out: &mut Out) {
        let state = self.mapping_state(id);
        if state.is_some_and(|state| !state.is_changing()) {
            self.begin_change(at, id, MappingState::Deleting, out);
        }
    }

    fn drop_mapping(&mut self, id: MappingId, out: &mut Out) {
        if let Some(mapping) = self.mappings.remove(&id) {
            out.fact(QueueFact::MappingDeleted { mapping: id });
            self.forget_readers(id);
            // What was being gathered is nobody's: it can be received again in its time.
            if let Some(batch) = mapping.gathering.and_then(|id| self.batches.get_mut(&id)) {
                batch.stage = Stage::Left;
            }
        }
    }

    /// What is polled is gone, or what is invoked: mappings go with it, at once.
    pub(in crate::platform) fn delete_mappings(
        &mut self,
        which: impl Fn(&MappingConfiguration) -> bool,
        out: &mut Out,
    ) {
        let ids: Vec<MappingId> = self
            .mappings()
            .filter(|(_, configuration)| which(configuration))
            .map(|(id, _)| id)
            .collect();
        for id in ids {
            self.drop_mapping(id, out);
        }
    }

    /// There may be something to receive in a queue.
    pub(in crate::platform) fn wake(&mut self, at: Moment, queue: QueueId, out: &mut Out) {
        let ready = self.queues.get(&queue).is_some_and(|it| it.has_ready());
        if !ready {
            return;
        }
        // Nothing is allocated for a message.
        let mut last = None;
        let next = |platform: &Platform, last| {
            let mut mappings = platform.mappings();
            mappings
                .find(|(id, configuration)| {
                    configuration.queue() == Some(queue) && last < Some(*id)
                })
                .map(|(id, _)| id)
        };
        while let Some(id) = next(self, last) {
            last = Some(id);
            self.schedule_poll(at, id, RECEIVE_LATENCY, out);
        }
    }

    fn schedule_poll(&mut self, at: Moment, id: MappingId, wait: Span, out: &mut Out) {
        if let Some(mapping) = self.mappings.get_mut(&id) {
            let due = at + wait;
            if !mapping.polls() || mapping.poll.is_some_and(|poll| poll <= due) {
                return;
            }
            mapping.poll = Some(due);
            let timer = Timer::Poll { mapping: id, due };
            out.effect(Effect::SetTimer { at: due, timer });
        }
    }

    pub(in crate::platform) fn awaits_poll(&self, id: MappingId, due: Moment) -> bool {
        let mapping = self.mappings.get(&id);
        mapping.is_some_and(|mapping| mapping.poll == Some(due))
    }

    /// Receives what there is, for as many batches as may be handled.
    pub(in crate::platform) fn poll(&mut self, at: Moment, id: MappingId, out: &mut Out) {
        if let Some(mapping) = self.mappings.get_mut(&id) {
            mapping.poll = None;
        }
        while self.receive_batch(at, id, out) {}
    }

    /// Whether there may be more for another batch.
    fn receive_batch(&mut self, at: Moment, id: MappingId, out: &mut Out) -> bool {
        let Some(mapping) = self.mappings.get_mut(&id) else {
            return false;
        };
        let settings = &mapping.configuration;
        let (function, window) = (settings.function, settings.window);
        let report_failures = settings.report_failures;
        let Some(queue_id) = settings.queue() else {
            return false;
        };
        let batch_size = settings.batch_size.max(1) as usize;
        let polls = mapping.polls();
        let timeout = self
            .functions
            .get(&function)
            .map_or(Span::ZERO, |it| it.settings().timeout);
        // Where the dead-letter queue is gone, messages stay.
        let redrive = self.queues.get(&queue_id);
        let redrive = redrive.and_then(|queue| queue.configuration.redrive);
        let most = redrive
            .filter(|it| self.queues.contains_key(&it.dead_letter_queue))
            .map(|it| it.maximum_receives);
        let Some(queue) = self.queues.get_mut(&queue_id) else {
            return false;
        };
        if !polls || !queue.has_ready() {
            if mapping.active == 0 {
                mapping.pollers.rest(at);
            }
            return false;
        }
        if mapping.gathering.is_none() && mapping.active >= mapping.limit(at) {
            mapping.pollers.press(at);
            // At its end, the next batch comes when one of these has gone.
            if mapping.pollers.grow(at, &mapping.configuration) {
                self.schedule_poll(at, id, Span::from_secs(1), out);
            }
            return false;
        }
        let grown = mapping.gathering;
        let batch_id = grown.unwrap_or(BatchId(self.next_batch));
        let (held, held_bytes) = grown
            .and_then(|it| self.batches.get(&it))
            .map_or((0, 0), |batch| (batch.messages.len(), batch.bytes));
        let room = Room {
            messages: batch_size.saturating_sub(held),
            bytes: BATCH_BYTES.saturating_sub(held_bytes),
        };
        let received = queue.receive(at, batch_id, room, most);
        let visibility = queue.configuration.visibility_timeout;
        let messages: Vec<MessageId> = received.messages.iter().map(|it| it.message).collect();
        let complete = received.full || held + messages.len() >= batch_size;
        let moved = !received.moved.is_empty();
        if !messages.is_empty() {
            match grown {
                Some(batch) => {
                    if let Some(batch) = self.batches.get_mut(&batch) {
                        batch.messages.extend(received.messages);
                        batch.bytes += received.bytes;
                    }
                    out.fact(QueueFact::BatchGrew { batch, messages });
                }
                None => {
                    self.next_batch = self.next_batch.saturating_add(1);
                    mapping.active += 1;
                    mapping.pollers.take(at, &mapping.configuration);
                    let least = window + timeout;
                    let hidden = at
                        + match visibility < least {
                            true => least + VISIBILITY_MARGIN,
                            false => visibility,
                        };
                    self.batches.insert(
                        batch_id,
                        Batch {
                            mapping: id,
                            function,
                            queue: queue_id,
                            messages: received.messages,
                            bytes: received.bytes,
                            hidden,
                            report_failures,
                            stage: Stage::Gathering,
                        },
                    );
                    out.fact(QueueFact::MessagesReceived {
                        batch: batch_id,
                        mapping: id,
                        queue: queue_id,
                        messages,
                        hidden,
                    });
                    let timer = Timer::Visibility { batch: batch_id };
                    out.effect(Effect::SetTimer { at: hidden, timer });
                    mapping.gathering = Some(batch_id);
                    if !complete && window > Span::ZERO {
                        let timer = Timer::BatchWindow { batch: batch_id };
                        out.effect(Effect::SetTimer {
                            at: at + window,
                            timer,
                        });
                    }
                }
            }
        }
        let gathered = mapping.gathering.is_some();
        if gathered && (complete || window == Span::ZERO) {
            self.close_batch(batch_id, out);
        }
        if moved {
            self.redrive(at, queue_id, received.moved, out);
        }
        gathered && (complete || window == Span::ZERO)
    }
}
