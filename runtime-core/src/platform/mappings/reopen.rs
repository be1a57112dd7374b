//! Mappings and batches from the timeline of a session that ended with its tab.

use super::batches::{Batch, Stage};
use super::state::Change;
use crate::platform::Platform;
use crate::platform::input::{BatchedMessage, Effect, Out, Timer};
use crate::timeline::QueueFact;
use crate::units::{FunctionId, MessageId, Moment, OrderedMap};

impl Platform {
    /// What the timeline says of mappings and batches.
    pub(in crate::platform) fn follow_mapping(&mut self, at: Moment, fact: &QueueFact) {
        match fact {
            QueueFact::MappingConfigured {
                mapping,
                configuration,
            } => {
                self.last_mapping = self.last_mapping.max(mapping.0);
                self.set_mapping(*mapping, configuration.clone());
            }
            QueueFact::MappingStateChanged { mapping, state } => {
                if let Some(mapping) = self.mappings.get_mut(mapping) {
                    mapping.change = Change::begun(at, *state);
                }
            }
            QueueFact::MappingDeleted { mapping } => {
                self.mappings.remove(mapping);
                self.forget_readers(*mapping);
            }
            QueueFact::MessagesReceived {
                batch,
                mapping,
                queue,
                messages,
                hidden,
            } => {
                self.next_batch = self.next_batch.max(batch.0.saturating_add(1));
                let function = self
                    .mappings
                    .get(mapping)
                    .map(|mapping| mapping.configuration.function);
                let received = Batch {
                    mapping: *mapping,
                    function: function.unwrap_or(FunctionId(0)),
                    queue: *queue,
                    messages: as_left(messages, at),
                    bytes: 0,
                    hidden: *hidden,
                    report_failures: false,
                    stage: Stage::Left,
                };
                self.batches.insert(*batch, received);
            }
            QueueFact::BatchGrew { batch, messages } => {
                if let Some(grown) = self.batches.get_mut(batch) {
                    grown.messages.extend(as_left(messages, at));
                    let queue = grown.queue;
                    self.follow_receive(at, queue, *batch, messages);
                }
            }
            QueueFact::MessagesVisible { batch, .. } => {
                self.batches.remove(batch);
            }
            _ => {}
        }
    }

    /// Pollers went with the tab; what they had received is hidden until its time has come.
    pub(in crate::platform) fn reopen_mappings(&mut self, at: Moment, out: &mut Out) {
        let queues: &OrderedMap<_, _> = &self.queues;
        self.batches.retain(|id, batch| {
            let mut messages = batch.messages.iter();
            queues
                .get(&batch.queue)
                .is_some_and(|queue| messages.any(|it| queue.is_hidden_by(*id, it.message)))
        });
        for (id, batch) in self.batches.iter() {
            out.effect(Effect::SetTimer {
                at: at.max(batch.hidden),
                timer: Timer::Visibility { batch: *id },
            });
        }
        for id in self.mappings.keys() {
            self.await_change(at, *id, out);
        }
    }
}

fn as_left(messages: &[MessageId], at: Moment) -> Vec<BatchedMessage> {
    let left = |message: &MessageId| BatchedMessage {
        message: *message,
        receives: 0,
        first_received: at,
    };
    messages.iter().map(left).collect()
}
