//! Queues from the timeline of a session that ended with its tab.

use super::DEDUPLICATION_INTERVAL;
use super::queue::{Message, Place, Queue};
use crate::platform::Platform;
use crate::platform::input::{Effect, Out, Timer};
use crate::timeline::QueueFact;
use crate::units::{BatchId, MessageId, Moment, QueueId};

impl Platform {
    /// What the timeline says of queues.
    pub(in crate::platform) fn follow_queue(&mut self, at: Moment, fact: &QueueFact) {
        match fact {
            QueueFact::QueueConfigured {
                queue,
                configuration,
            } => {
                self.last_queue = self.last_queue.max(queue.0);
                let configuration = configuration.clone();
                match self.queues.get_mut(queue) {
                    Some(queue) => queue.configuration = configuration,
                    None => {
                        self.queues.insert(*queue, Queue::new(configuration));
                    }
                }
            }
            QueueFact::QueueDeleted { queue } => {
                self.queues.remove(queue);
            }
            QueueFact::QueuePurged { queue } => {
                if let Some(queue) = self.queues.get_mut(queue) {
                    let recent = std::mem::take(&mut queue.recent);
                    *queue = Queue::new(queue.configuration.clone());
                    queue.recent = recent;
                }
            }
            QueueFact::MessageSent {
                message,
                queue,
                body,
                bytes,
                attributes,
                sender,
                group,
                deduplication,
                visible,
            } => {
                self.next_message = self.next_message.max(message.0.saturating_add(1));
                if let Some(queue) = self.queues.get_mut(queue) {
                    let delayed = *visible > at;
                    let sent = Message {
                        body: *body,
                        bytes: *bytes,
                        attributes: *attributes,
                        sent: at,
                        sender: *sender,
                        group: group.as_deref().cloned(),
                        deduplication: deduplication.as_deref().cloned(),
                        receives: 0,
                        first_received: None,
                        place: match delayed {
                            true => Place::Delayed(*visible),
                            false => Place::Ready,
                        },
                    };
                    if !delayed {
                        queue.ready.insert(*message);
                    }
                    queue.messages.insert(*message, sent);
                    if let Some(id) = deduplication {
                        let known = (*message, at + DEDUPLICATION_INTERVAL);
                        queue.recent.insert(Box::<str>::clone(id), known);
                    }
                }
            }
            QueueFact::MessageMoved { message, from, to } => {
                let moved = self.queues.get_mut(from).and_then(|it| it.take(*message));
                if let (Some(mut moved), Some(to)) = (moved, self.queues.get_mut(to)) {
                    (moved.receives, moved.first_received) = (0, None);
                    moved.place = Place::Ready;
                    to.ready.insert(*message);
                    to.messages.insert(*message, moved);
                }
            }
            QueueFact::MessagesReceived {
                queue,
                batch,
                messages,
                ..
            } => self.follow_receive(at, *queue, *batch, messages),
            QueueFact::MessagesVisible {
                queue, messages, ..
            } => {
                if let Some(queue) = self.queues.get_mut(queue) {
                    messages.iter().for_each(|message| queue.show(*message));
                }
            }
            QueueFact::MessagesDeleted {
                queue, messages, ..
            }
            | QueueFact::MessagesExpired { queue, messages } => {
                if let Some(queue) = self.queues.get_mut(queue) {
                    for message in messages {
                        queue.take(*message);
                    }
                }
            }
            _ => {}
        }
    }

    pub(in crate::platform) fn follow_receive(
        &mut self,
        at: Moment,
        queue: QueueId,
        batch: BatchId,
        messages: &[MessageId],
    ) {
        let Some(queue) = self.queues.get_mut(&queue) else {
            return;
        };
        for id in messages {
            // A delay that was over said nothing.
            queue.ready.remove(id);
            if let Some(message) = queue.messages.get_mut(id) {
                let was = std::mem::replace(&mut message.place, Place::Hidden(batch));
                message.receives = message.receives.saturating_add(1);
                message.first_received.get_or_insert(at);
                let group = message.group.clone();
                if let Some(group) = group.filter(|_| !matches!(was, Place::Hidden(_))) {
                    *queue.hidden_groups.get_or_default(group) += 1;
                }
            }
        }
    }

    /// Queues outlive the tab: delays and retention go on.
    pub(in crate::platform) fn reopen_queues(&mut self, at: Moment, out: &mut Out) {
        let queues: Vec<QueueId> = self.queues.keys().copied().collect();
        for id in queues {
            if let Some(queue) = self.queues.get(&id) {
                for (message, it) in queue.messages.iter() {
                    if let Place::Delayed(until) = it.place {
                        let (queue, message) = (id, *message);
                        out.effect(Effect::SetTimer {
                            at: at.max(until),
                            timer: Timer::MessageDelay { queue, message },
                        });
                    }
                }
            }
            self.watch_retention(id, out);
            self.wake(at, id, out);
        }
    }
}
