//! Queues with their messages, and the mappings that poll them.

use crate::timeline::{
    Entry, LifecycleEvent, MappingConfiguration, MappingState, Projection, QueueConfiguration,
    QueueFact, Sender,
};
use crate::units::OrderedMap;
use crate::units::{BatchId, ByteCount, MappingId, MessageId, Moment, PayloadId, QueueId};

/// All queues and mappings that are there.
#[derive(Clone, Debug, Default)]
pub struct Queues {
    queues: OrderedMap<QueueId, QueueRecord>,
    mappings: OrderedMap<MappingId, MappingRecord>,
    /// Until when the messages of a batch are hidden.
    hidden: OrderedMap<BatchId, (QueueId, Moment)>,
}

/// A queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueRecord {
    /// What it is set to.
    pub configuration: QueueConfiguration,
    /// The messages that are in it, in the order in which they were sent.
    pub messages: OrderedMap<MessageId, MessageRecord>,
    /// How many messages it got so far.
    pub sent: u64,
    /// How many of them were handled and deleted.
    pub handled: u64,
    /// How many of them no filter matched.
    pub filtered: u64,
    /// How many went to the dead-letter queue.
    pub moved: u64,
}

/// A message in a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageRecord {
    /// Its body.
    pub body: PayloadId,
    /// Its size.
    pub bytes: ByteCount,
    /// When it was sent.
    pub sent: Moment,
    /// What sent it.
    pub sender: Sender,
    /// Its group, in a FIFO queue.
    pub group: Option<Box<str>>,
    /// How often it was received.
    pub receives: u32,
    /// When it can be received: now if that is in the past.
    pub visible: Moment,
    /// The batch that it is in, if it was received and is hidden.
    pub batch: Option<BatchId>,
}

/// A mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingRecord {
    /// What it is set to.
    pub configuration: MappingConfiguration,
    /// What it is in.
    pub state: MappingState,
    /// How many batches it formed.
    pub batches: u64,
}

/// How many messages a queue has: `ApproximateNumberOfMessages...` of SQS, exact here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueCounts {
    /// Can be received.
    pub visible: usize,
    /// Were received, and are hidden.
    pub hidden: usize,
    /// Cannot be received yet.
    pub delayed: usize,
}

impl Queues {
    /// All queues in the order of creation.
    pub fn queues(&self) -> impl Iterator<Item = (QueueId, &QueueRecord)> {
        self.queues.iter().map(|(id, queue)| (*id, queue))
    }

    /// A queue.
    pub fn queue(&self, queue: QueueId) -> Option<&QueueRecord> {
        self.queues.get(&queue)
    }

    /// All mappings in the order of creation.
    pub fn mappings(&self) -> impl Iterator<Item = (MappingId, &MappingRecord)> {
        self.mappings.iter().map(|(id, mapping)| (*id, mapping))
    }

    fn change(&mut self, queue: QueueId, change: impl FnOnce(&mut QueueRecord)) {
        if let Some(queue) = self.queues.get_mut(&queue) {
            change(queue);
        }
    }

    fn receive(&mut self, batch: BatchId, messages: &[MessageId]) {
        let Some((queue, hidden)) = self.hidden.get(&batch).copied() else {
            return;
        };
        self.change(queue, |queue| {
            for message in messages {
                if let Some(message) = queue.messages.get_mut(message) {
                    message.receives = message.receives.saturating_add(1);
                    (message.visible, message.batch) = (hidden, Some(batch));
                }
            }
        });
    }
}

impl QueueRecord {
    /// How many messages there are at a moment.
    pub fn counts(&self, now: Moment) -> QueueCounts {
        let mut counts = QueueCounts::default();
        for message in self.messages.values() {
            let count = match message.batch {
                Some(_) => &mut counts.hidden,
                None if message.visible > now => &mut counts.delayed,
                None => &mut counts.visible,
            };
            *count += 1;
        }
        counts
    }

    fn remove(&mut self, messages: &[MessageId]) -> u64 {
        let there = |message: &&MessageId| self.messages.remove(*message).is_some();
        messages.iter().filter(there).count() as u64
    }
}

impl Projection for Queues {
    fn apply(&mut self, entry: &Entry) {
        let at = entry.at;
        let LifecycleEvent::Queue(fact) = &entry.event else {
            return;
        };
        match fact {
            QueueFact::QueueConfigured {
                queue,
                configuration,
            } => {
                let configuration = (**configuration).clone();
                match self.queues.get_mut(queue) {
                    Some(queue) => queue.configuration = configuration,
                    None => {
                        self.queues.insert(*queue, QueueRecord::new(configuration));
                    }
                }
            }
            QueueFact::QueueDeleted { queue } => {
                self.queues.remove(queue);
            }
            QueueFact::QueuePurged { queue } => self.change(*queue, |it| it.messages.clear()),
            QueueFact::MappingConfigured {
                mapping,
                configuration,
            } => {
                let configuration = (**configuration).clone();
                let batches = self.mappings.get(mapping).map_or(0, |it| it.batches);
                let record = MappingRecord {
                    state: MappingState::settled(configuration.enabled),
                    configuration,
                    batches,
                };
                self.mappings.insert(*mapping, record);
            }
            QueueFact::MappingStateChanged { mapping, state } => {
                if let Some(mapping) = self.mappings.get_mut(mapping) {
                    mapping.state = *state;
                }
            }
            QueueFact::MappingDeleted { mapping } => {
                self.mappings.remove(mapping);
            }
            QueueFact::MessageSent {
                message,
                queue,
                sender,
                body,
                bytes,
                group,
                visible,
                ..
            } => self.change(*queue, |queue| {
                let record = MessageRecord {
                    body: *body,
                    bytes: *bytes,
                    sent: at,
                    sender: *sender,
                    group: group.as_deref().cloned(),
                    receives: 0,
                    visible: *visible,
                    batch: None,
                };
                queue.messages.insert(*message, record);
                queue.sent += 1;
            }),
            QueueFact::MessageDeduplicated { .. } => {}
            QueueFact::MessagesReceived {
                batch,
                mapping,
                queue,
                messages,
                hidden,
            } => {
                if let Some(mapping) = self.mappings.get_mut(mapping) {
                    mapping.batches += 1;
                }
                self.hidden.insert(*batch, (*queue, *hidden));
                self.receive(*batch, messages);
            }
            QueueFact::BatchGrew { batch, messages } => self.receive(*batch, messages),
            QueueFact::MessagesVisible {
                batch,
                queue,
                messages,
            } => {
                self.hidden.remove(batch);
                self.change(*queue, |queue| {
                    for message in messages {
                        if let Some(message) = queue.messages.get_mut(message) {
                            (message.visible, message.batch) = (at, None);
                        }
                    }
                });
            }
            QueueFact::MessagesDeleted {
                queue,
                messages,
                filtered,
                ..
            } => self.change(*queue, |queue| {
                let deleted = queue.remove(messages);
                match filtered {
                    true => queue.filtered += deleted,
                    false => queue.handled += deleted,
                }
            }),
            QueueFact::MessagesExpired { queue, messages } => self.change(*queue, |queue| {
                queue.remove(messages);
            }),
            QueueFact::MessageMoved { message, from, to } => {
                let moved = self.queues.get_mut(from).and_then(|from| {
                    from.moved += 1;
                    from.messages.remove(message)
                });
                if let Some(mut moved) = moved {
                    (moved.receives, moved.visible, moved.batch) = (0, at, None);
                    self.change(*to, |to| {
                        to.messages.insert(*message, moved);
                        to.sent += 1;
                    });
                }
            }
        }
    }
}

impl QueueRecord {
    fn new(configuration: QueueConfiguration) -> Self {
        QueueRecord {
            configuration,
            messages: OrderedMap::new(),
            sent: 0,
            handled: 0,
            filtered: 0,
            moved: 0,
        }
    }
}
