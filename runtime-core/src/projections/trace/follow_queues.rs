//! Messages: each lies in a queue, is received with others, comes back, moves on.

use super::fold::{Node, NodeId, Place};
use super::{Flag, PartKind, Subject, Traces};
use crate::timeline::{QueueFact, ReturnReason, Sender};
use crate::units::{BatchId, MessageId, Moment, QueueId};

impl Traces {
    pub(super) fn follow_queue(&mut self, at: Moment, fact: &QueueFact, sending: Option<NodeId>) {
        match fact {
            QueueFact::QueueConfigured {
                queue,
                configuration,
            } => {
                self.queues.insert(*queue, configuration.name.clone());
            }
            QueueFact::MappingConfigured {
                mapping,
                configuration,
            } => {
                let known = (configuration.source, configuration.function);
                self.mappings.insert(*mapping, known);
            }
            QueueFact::MappingDeleted { .. }
            | QueueFact::MappingStateChanged { .. }
            | QueueFact::MessageDeduplicated { .. } => {}
            QueueFact::QueueDeleted { queue } | QueueFact::QueuePurged { queue } => {
                self.empty(at, *queue);
            }
            QueueFact::MessageSent {
                message,
                queue,
                sender,
                body,
                visible,
                ..
            } => {
                let cause = match *sender {
                    Sender::User => None,
                    Sender::Lambda { .. } => sending,
                    Sender::Source { source } => self.happening(source),
                };
                let mut node = Node {
                    payload: Some(*body),
                    ..Node::new(Subject::Message(*message), Place::Queue(*queue), at)
                };
                if *visible > at {
                    node.begin(at, PartKind::Delay(*queue), Flag::Fine);
                    node.begin(*visible, PartKind::Queued(*queue), Flag::Fine);
                } else {
                    node.begin(at, PartKind::Queued(*queue), Flag::Fine);
                }
                self.add(node, cause.as_slice());
                self.queued.insert(*message, *queue);
            }
            QueueFact::MessagesReceived {
                batch,
                mapping,
                messages,
                ..
            } => {
                let mut node = Node::new(Subject::Batch(*batch), Place::Mapping(*mapping), at);
                node.function = self.mappings.get(mapping).map(|(_, function)| *function);
                node.begin(at, PartKind::Gathering, Flag::Fine);
                node.left = messages.len();
                let causes = self.ids(messages.iter().copied().map(Subject::Message));
                // Which receive it is of the message that was received most.
                let before = causes.iter().filter_map(|it| self.nodes.get(*it));
                let before = before.map(|it| it.effects.len() as u32).max();
                node.attempt = before.unwrap_or_default().saturating_add(1);
                self.add(node, &causes);
                self.received(at, messages);
            }
            QueueFact::BatchGrew { batch, messages } => {
                let causes = self.ids(messages.iter().copied().map(Subject::Message));
                let subject = Subject::Batch(*batch);
                if let Some(id) = self.index.get(subject) {
                    self.link(id, &causes);
                }
                if let Some(node) = self.node(subject) {
                    node.left = node.left.saturating_add(messages.len());
                }
                self.received(at, messages);
            }
            QueueFact::MessagesVisible {
                batch,
                queue,
                messages,
            } => {
                for message in messages {
                    if let Some(node) = self.node(Subject::Message(*message)) {
                        node.begin(at, PartKind::Queued(*queue), Flag::Fine);
                    }
                }
                if let Some(node) = self.node(Subject::Batch(*batch)) {
                    let throttled = PartKind::Retry(ReturnReason::Throttled);
                    let last = node.parts.last().map(|part| part.kind);
                    let flag = match last == Some(throttled) {
                        true => Flag::Throttle,
                        false => Flag::Fault,
                    };
                    node.end(at, flag);
                }
            }
            QueueFact::MessagesDeleted {
                batch,
                messages,
                filtered,
                ..
            } => self.deleted(at, *batch, messages, *filtered),
            QueueFact::MessageMoved { message, to, .. } => {
                if let Some(node) = self.node(Subject::Message(*message)) {
                    node.close(at);
                    node.instant(at, PartKind::Moved(*to), Flag::Fault);
                    node.begin(at, PartKind::Queued(*to), Flag::Fine);
                    (node.place, node.flag) = (Place::Queue(*to), Flag::Fault);
                }
                self.queued.insert(*message, *to);
            }
            QueueFact::MessagesExpired { messages, .. } => {
                for message in messages {
                    self.gone(at, *message, Flag::Fault);
                }
            }
        }
    }

    fn received(&mut self, at: Moment, messages: &[MessageId]) {
        for message in messages {
            if let Some(node) = self.node(Subject::Message(*message)) {
                node.close(at);
            }
        }
    }

    fn deleted(&mut self, at: Moment, batch: BatchId, messages: &[MessageId], filtered: bool) {
        for message in messages {
            if filtered && let Some(node) = self.node(Subject::Message(*message)) {
                node.instant(at, PartKind::Filtered, Flag::Fine);
            }
            self.gone(at, *message, Flag::Fine);
        }
        self.leave(at, batch, messages.len(), Flag::Fine);
    }

    fn gone(&mut self, at: Moment, message: MessageId, flag: Flag) {
        self.queued.remove(&message);
        if let Some(node) = self.node(Subject::Message(message)) {
            // Once a dead letter, always one.
            let flag = flag.max(node.flag);
            node.end(at, flag);
        }
    }

    /// So many of a batch are done with; it ends with the last.
    pub(super) fn leave(&mut self, at: Moment, batch: BatchId, count: usize, flag: Flag) {
        if let Some(node) = self.node(Subject::Batch(batch)) {
            node.left = node.left.saturating_sub(count);
            if node.left == 0 {
                node.end(at, flag);
            }
        }
    }

    /// All messages of a queue are gone.
    fn empty(&mut self, at: Moment, queue: QueueId) {
        let there = self.queued.iter().filter(|(_, it)| **it == queue);
        let there: Vec<MessageId> = there.map(|(message, _)| *message).collect();
        for message in there {
            self.gone(at, message, Flag::Error);
        }
    }
}
