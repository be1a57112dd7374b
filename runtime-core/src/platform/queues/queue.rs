//! One queue: which messages can be received, and which not yet.

use crate::platform::input::BatchedMessage;
use crate::timeline::{QueueConfiguration, Sender};
use crate::units::{
    BatchId, ByteCount, IdMap, MessageId, Moment, OrderedMap, OrderedSet, PayloadId,
};

/// A queue and its messages.
#[derive(Clone, Debug)]
pub(in crate::platform) struct Queue {
    pub(in crate::platform) configuration: Box<QueueConfiguration>,
    pub(super) messages: IdMap<MessageId, Message>,
    /// Messages that can be received, in the order in which they were sent.
    pub(super) ready: OrderedSet<MessageId>,
    /// Of a FIFO queue: how many messages of a group are hidden. No other of it can be received then.
    pub(super) hidden_groups: OrderedMap<Box<str>, u32>,
    /// Of a FIFO queue: deduplication ids, and until when they are known.
    pub(super) recent: OrderedMap<Box<str>, (MessageId, Moment)>,
    /// When messages are next looked through for old ones.
    pub(super) retention: Option<Moment>,
}

/// A message.
#[derive(Clone, Debug)]
pub(in crate::platform) struct Message {
    pub(in crate::platform) body: PayloadId,
    pub(in crate::platform) bytes: ByteCount,
    pub(in crate::platform) attributes: Option<PayloadId>,
    pub(in crate::platform) sent: Moment,
    pub(in crate::platform) sender: Sender,
    pub(in crate::platform) group: Option<Box<str>>,
    pub(super) deduplication: Option<Box<str>>,
    pub(super) receives: u32,
    pub(super) first_received: Option<Moment>,
    pub(super) place: Place,
}

/// Where a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Ready,
    /// Until then.
    Delayed(Moment),
    Hidden(BatchId),
}

/// How much a batch may still take.
#[derive(Clone, Copy, Debug)]
pub(in crate::platform) struct Room {
    pub(in crate::platform) messages: usize,
    pub(in crate::platform) bytes: u64,
}

/// What was received.
#[derive(Debug, Default)]
pub(in crate::platform) struct Received {
    pub(in crate::platform) messages: Vec<BatchedMessage>,
    pub(in crate::platform) bytes: u64,
    /// There was more, and it did not fit.
    pub(in crate::platform) full: bool,
    /// Messages that were received too often before, and their way.
    pub(in crate::platform) moved: Vec<MessageId>,
}

impl Queue {
    pub(in crate::platform) fn new(configuration: Box<QueueConfiguration>) -> Self {
        Queue {
            configuration,
            messages: IdMap::new(),
            ready: OrderedSet::new(),
            hidden_groups: OrderedMap::new(),
            recent: OrderedMap::new(),
            retention: None,
        }
    }

    pub(in crate::platform) fn has_ready(&self) -> bool {
        match self.hidden_groups.is_empty() {
            true => !self.ready.is_empty(),
            false => self.ready.iter().any(|id| !self.is_blocked(*id)),
        }
    }

    /// Whether an earlier message of its group is being handled.
    fn is_blocked(&self, message: MessageId) -> bool {
        let group = self.messages.get(&message).and_then(|it| it.group.as_ref());
        group.is_some_and(|group| self.hidden_groups.contains_key(group))
    }

    /// Receives messages for a batch. Those of a FIFO queue are all of one group, so that groups do
    /// not wait for each other (model choice). One that was received so often as `most` says goes to
    /// the dead-letter queue instead.
    pub(in crate::platform) fn receive(
        &mut self,
        at: Moment,
        batch: BatchId,
        room: Room,
        most: Option<u32>,
    ) -> Received {
        let mut received = Received::default();
        let mut group: Option<Box<str>> = None;
        let expected = self.ready.len().min(room.messages);
        received.messages.reserve(expected);
        for id in self.ready.iter() {
            let Some(message) = self.messages.get_mut(id) else {
                continue;
            };
            if let Some(own) = &message.group {
                let other = group.as_ref().is_some_and(|group| group != own);
                if other || self.hidden_groups.contains_key(own) {
                    continue;
                }
            }
            if most.is_some_and(|most| message.receives >= most) {
                received.moved.push(*id);
                continue;
            }
            let size = message.bytes.get();
            let fits = received.bytes.saturating_add(size) <= room.bytes;
            // One that is too large for a batch of its own cannot be: a batch has more room.
            if received.messages.len() >= room.messages || !fits {
                received.full = true;
                break;
            }
            group.clone_from(&message.group);
            message.place = Place::Hidden(batch);
            message.receives = message.receives.saturating_add(1);
            let first_received = *message.first_received.get_or_insert(at);
            received.bytes += size;
            received.messages.push(BatchedMessage {
                message: *id,
                receives: message.receives,
                first_received,
            });
        }
        for taken in &received.messages {
            self.ready.remove(&taken.message);
        }
        if let Some(group) = group {
            *self.hidden_groups.get_or_default(group) += received.messages.len() as u32;
        }
        received
    }

    /// Takes a message out of the queue.
    pub(super) fn take(&mut self, id: MessageId) -> Option<Message> {
        self.take_if(id, |_| true)
    }

    /// Takes a message out of the queue that the batch hides; whether it did.
    pub(super) fn take_hidden(&mut self, batch: BatchId, id: MessageId) -> bool {
        let taken = self.take_if(id, |it| it.place == Place::Hidden(batch));
        taken.is_some()
    }

    fn take_if(
        &mut self,
        id: MessageId,
        condition: impl FnOnce(&Message) -> bool,
    ) -> Option<Message> {
        let message = self.messages.remove_if(&id, condition)?;
        match message.place {
            Place::Ready => {
                self.ready.remove(&id);
            }
            Place::Hidden(_) => self.uncover(&message.group),
            Place::Delayed(_) => {}
        }
        Some(message)
    }

    fn uncover(&mut self, group: &Option<Box<str>>) {
        if let Some(group) = group
            && let Some(hidden) = self.hidden_groups.get_mut(group)
        {
            *hidden -= 1;
            if *hidden == 0 {
                self.hidden_groups.remove(group);
            }
        }
    }

    /// Whether the message is hidden by the batch: a later receive takes it from it.
    pub(in crate::platform) fn is_hidden_by(&self, batch: BatchId, message: MessageId) -> bool {
        let message = self.messages.get(&message);
        message.is_some_and(|it| it.place == Place::Hidden(batch))
    }

    pub(super) fn show(&mut self, id: MessageId) {
        if let Some(message) = self.messages.get_mut(&id) {
            let was = std::mem::replace(&mut message.place, Place::Ready);
            let group = message.group.clone();
            self.ready.insert(id);
            if let Place::Hidden(_) = was {
                self.uncover(&group);
            }
        }
    }

    /// When the oldest message has been kept for as long as messages are kept.
    pub(super) fn next_expiry(&self) -> Option<Moment> {
        let oldest = self.messages.values().map(|message| message.sent).min();
        oldest.map(|sent| sent + self.configuration.retention)
    }
}
