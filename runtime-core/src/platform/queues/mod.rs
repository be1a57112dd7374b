//! SQS queues: messages that can be received, are hidden or delayed (SQS developer guide, "Amazon SQS
//! visibility timeout", "Using dead-letter queues in Amazon SQS", "FIFO queue delivery logic").
//!
//! ```text
//! mod     queues and their messages as the platform's inputs change them
//! queue   one queue: which messages can be received
//! polled  a queue that is no mapping's: consumers poll it themselves
//! reopen  queues from the timeline of a session that ended with its tab
//! ```

mod polled;
mod queue;
mod reopen;

pub use polled::{MOST_RECEIVED, PolledQueue, Receipt};
pub(super) use queue::{Queue, Room};

use super::Platform;
use super::input::{Effect, Out, Posting, Timer};
use crate::timeline::{QueueConfiguration, QueueFact, Sender};
use crate::units::{BatchId, MessageId, Moment, PayloadId, QueueId, Span};
use queue::{Message, Place};

/// For how long a FIFO queue knows deduplication ids ("Using the message deduplication ID in Amazon
/// SQS").
pub const DEDUPLICATION_INTERVAL: Span = Span::from_secs(5 * 60);

impl Platform {
    /// What a queue is set to, if there is such a queue.
    pub fn queue_configuration(&self, queue: QueueId) -> Option<&QueueConfiguration> {
        self.queues.get(&queue).map(|queue| &*queue.configuration)
    }

    /// All queues with their settings, in order of creation.
    pub fn queues(&self) -> impl Iterator<Item = (QueueId, &QueueConfiguration)> {
        let queues = self.queues.iter();
        queues.map(|(id, queue)| (*id, &*queue.configuration))
    }

    /// An id for a queue that is to be created.
    pub fn next_queue(&self) -> QueueId {
        QueueId(self.last_queue.saturating_add(1))
    }

    /// How many messages a queue holds, hidden and delayed ones included.
    pub fn messages_in(&self, queue: QueueId) -> usize {
        self.queues.get(&queue).map_or(0, |it| it.messages.len())
    }

    /// A message in a queue.
    pub fn message(&self, queue: QueueId, message: MessageId) -> Option<MessageView<'_>> {
        let message = self.queues.get(&queue)?.messages.get(&message)?;
        Some(MessageView {
            body: message.body,
            attributes: message.attributes,
            sent: message.sent,
            sender: message.sender,
            group: message.group.as_deref(),
            deduplication: message.deduplication.as_deref(),
        })
    }

    pub(in crate::platform) fn configure_queue(
        &mut self,
        at: Moment,
        id: QueueId,
        configuration: Box<QueueConfiguration>,
        out: &mut Out,
    ) {
        self.last_queue = self.last_queue.max(id.0);
        out.fact(QueueFact::QueueConfigured {
            queue: id,
            configuration: configuration.clone(),
        });
        match self.queues.get_mut(&id) {
            Some(queue) => {
                queue.configuration = configuration;
                queue.retention = None;
            }
            None => {
                self.queues.insert(id, Queue::new(configuration));
            }
        }
        self.watch_retention(id, out);
        self.wake(at, id, out);
    }

    pub(in crate::platform) fn delete_queue(&mut self, id: QueueId, out: &mut Out) {
        if self.queues.remove(&id).is_some() {
            out.fact(QueueFact::QueueDeleted { queue: id });
            self.delete_mappings(|configuration| configuration.queue() == Some(id), out);
        }
    }

    pub(in crate::platform) fn purge_queue(&mut self, id: QueueId, out: &mut Out) {
        if let Some(queue) = self.queues.get_mut(&id) {
            let configuration = queue.configuration.clone();
            let recent = std::mem::take(&mut queue.recent);
            *queue = Queue::new(configuration);
            queue.recent = recent;
            out.fact(QueueFact::QueuePurged { queue: id });
        }
    }

    pub(in crate::platform) fn send_message(
        &mut self,
        at: Moment,
        posting: Posting,
        out: &mut Out,
    ) {
        let Some(queue) = self.queues.get_mut(&posting.queue) else {
            return;
        };
        let fifo = queue.configuration.is_fifo();
        let message = MessageId(self.next_message);
        let deduplication = posting.deduplication.filter(|_| fifo);
        if let Some(id) = deduplication.clone() {
            queue.recent.retain(|_, (_, until)| *until > at);
            if let Some((there, _)) = queue.recent.get(&id) {
                out.fact(QueueFact::MessageDeduplicated {
                    queue: posting.queue,
                    message: *there,
                });
                return;
            }
            let known = (message, at + DEDUPLICATION_INTERVAL);
            queue.recent.insert(id, known);
        }
        self.next_message = self.next_message.saturating_add(1);
        let own = queue.configuration.delay;
        let delay = posting.delay.filter(|_| !fifo).unwrap_or(own);
        let group = posting.group.filter(|_| fifo);
        out.fact(QueueFact::MessageSent {
            message,
            queue: posting.queue,
            sender: posting.sender,
            body: posting.body,
            bytes: posting.bytes,
            attributes: posting.attributes,
            group: group.clone().map(Box::new),
            deduplication: deduplication.clone().map(Box::new),
            visible: at + delay,
        });
        let sent = Message {
            body: posting.body,
            bytes: posting.bytes,
            attributes: posting.attributes,
            sent: at,
            sender: posting.sender,
            group,
            deduplication,
            receives: 0,
            first_received: None,
            place: Place::Ready,
        };
        self.put(at, posting.queue, message, sent, delay, out);
    }

    fn put(
        &mut self,
        at: Moment,
        id: QueueId,
        message: MessageId,
        mut sent: Message,
        delay: Span,
        out: &mut Out,
    ) {
        let Some(queue) = self.queues.get_mut(&id) else {
            return;
        };
        if delay > Span::ZERO {
            let at = at + delay;
            sent.place = Place::Delayed(at);
            let timer = Timer::MessageDelay { queue: id, message };
            out.effect(Effect::SetTimer { at, timer });
        } else {
            queue.ready.insert(message);
        }
        // One from another queue may be older than all that are here.
        let expiry = sent.sent + queue.configuration.retention;
        if queue.retention.is_some_and(|due| due > expiry) {
            queue.retention = None;
        }
        queue.messages.insert(message, sent);
        self.watch_retention(id, out);
        self.wake(at, id, out);
    }

    pub(in crate::platform) fn delay_over(
        &mut self,
        at: Moment,
        queue: QueueId,
        id: MessageId,
        out: &mut Out,
    ) {
        if let Some(queue) = self.queues.get_mut(&queue) {
            queue.show(id);
        }
        self.wake(at, queue, out);
    }

    pub(in crate::platform) fn awaits_delay(&self, queue: QueueId, message: MessageId) -> bool {
        let message = self
            .queues
            .get(&queue)
            .and_then(|it| it.messages.get(&message));
        message.is_some_and(|it| matches!(it.place, Place::Delayed(_)))
    }

    fn watch_retention(&mut self, id: QueueId, out: &mut Out) {
        if let Some(queue) = self.queues.get_mut(&id)
            && queue.retention.is_none()
            && let Some(due) = queue.next_expiry()
        {
            queue.retention = Some(due);
            let timer = Timer::Retention { queue: id, due };
            out.effect(Effect::SetTimer { at: due, timer });
        }
    }

    pub(in crate::platform) fn awaits_retention(&self, queue: QueueId, due: Moment) -> bool {
        self.queues
            .get(&queue)
            .is_some_and(|queue| queue.retention == Some(due) && !queue.messages.is_empty())
    }

    pub(in crate::platform) fn expire(&mut self, at: Moment, id: QueueId, out: &mut Out) {
        if let Some(queue) = self.queues.get_mut(&id) {
            let kept = queue.configuration.retention;
            let old = |message: &Message| message.sent + kept <= at;
            let messages: Vec<MessageId> = queue
                .messages
                .iter()
                .filter(|(_, message)| old(message))
                .map(|(id, _)| *id)
                .collect();
            for message in &messages {
                queue.take(*message);
            }
            queue.retention = None;
            if !messages.is_empty() {
                out.fact(QueueFact::MessagesExpired {
                    queue: id,
                    messages,
                });
            }
        }
        self.watch_retention(id, out);
    }

    /// Messages that were received too often go on to the dead-letter queue, where they are as old as
    /// they were ("Using dead-letter queues in Amazon SQS").
    pub(in crate::platform) fn redrive(
        &mut self,
        at: Moment,
        from: QueueId,
        messages: Vec<MessageId>,
        out: &mut Out,
    ) {
        for message in messages {
            let Some(queue) = self.queues.get_mut(&from) else {
                return;
            };
            let Some(redrive) = queue.configuration.redrive else {
                return;
            };
            if let Some(mut moved) = queue.take(message) {
                let to = redrive.dead_letter_queue;
                out.fact(QueueFact::MessageMoved { message, from, to });
                (moved.receives, moved.first_received) = (0, None);
                moved.place = Place::Ready;
                self.put(at, to, message, moved, Span::ZERO, out);
            }
        }
    }

    /// Deletes messages that the batch still hides.
    pub(in crate::platform) fn delete_messages(
        &mut self,
        id: QueueId,
        batch: BatchId,
        mut messages: Vec<MessageId>,
        filtered: bool,
        out: &mut Out,
    ) {
        let Some(queue) = self.queues.get_mut(&id) else {
            return;
        };
        messages.retain(|message| queue.take_hidden(batch, *message));
        if !messages.is_empty() {
            out.fact(QueueFact::MessagesDeleted {
                batch,
                queue: id,
                messages,
                filtered,
            });
        }
    }

    /// The visibility timeout of a batch has passed.
    pub(in crate::platform) fn show_messages(
        &mut self,
        id: QueueId,
        batch: BatchId,
        mut messages: Vec<MessageId>,
        out: &mut Out,
    ) {
        let Some(queue) = self.queues.get_mut(&id) else {
            return;
        };
        messages.retain(|message| queue.is_hidden_by(batch, *message));
        for message in &messages {
            queue.show(*message);
        }
        if !messages.is_empty() {
            out.fact(QueueFact::MessagesVisible {
                batch,
                queue: id,
                messages,
            });
        }
    }
}

/// A message as the driver may see it.
#[derive(Clone, Copy, Debug)]
pub struct MessageView<'a> {
    /// Its body.
    pub body: PayloadId,
    /// Message attributes as SQS events have them.
    pub attributes: Option<PayloadId>,
    /// When it was sent.
    pub sent: Moment,
    /// What sent it.
    pub sender: Sender,
    /// Its group, in a FIFO queue.
    pub group: Option<&'a str>,
    /// What tells it from another, in a FIFO queue.
    pub deduplication: Option<&'a str>,
}
