//! Queues, and the mappings that poll them.

use super::super::super::model::{StackMapping, StackQueue};
use super::Gathering;
use crate::timeline::{
    EventSource, MappingConfiguration, MappingState, QueueConfiguration, QueueSource, Redrive,
};

impl Gathering<'_> {
    pub(super) fn queues(&mut self) {
        for (_, configuration) in self.session.platform.queues() {
            let logical_id = self.names.free(&configuration.name, "Queue");
            let redrive = configuration.redrive.and_then(|redrive| {
                Some(Redrive {
                    dead_letter_queue: self.queue(redrive.dead_letter_queue)?,
                    ..redrive
                })
            });
            self.stack.queues.push(StackQueue {
                logical_id,
                configuration: QueueConfiguration {
                    redrive,
                    ..configuration.clone()
                },
            });
        }
    }

    pub(super) fn mappings(&mut self) {
        let platform = self.session.platform;
        for (id, mapping) in platform.mappings() {
            if platform.mapping_state(id) == Some(MappingState::Deleting) {
                continue;
            }
            if !self.session.registry.mapping_tags(id).is_empty() {
                self.remark(
                    "event source mapping",
                    "Its tags are left out: SAM's events have none.",
                );
            }
            match mapping.source {
                EventSource::Queue(source) => self.queue_mapping(mapping, source),
                _ => self.stream_mapping(mapping),
            }
        }
    }

    fn queue_mapping(&mut self, mapping: &MappingConfiguration, source: QueueSource) {
        let (Some(queue), Some(function)) =
            (self.queue(source.queue), self.function(mapping.function))
        else {
            return;
        };
        let name = self
            .stack
            .queue(queue)
            .map(|it| it.configuration.name.clone());
        let Some((function_name, name)) = self.logical(mapping.function).zip(name) else {
            return;
        };
        let mapping = MappingConfiguration {
            source: EventSource::Queue(QueueSource { queue, ..source }),
            function,
            ..mapping.clone()
        };
        self.stack.mappings.push(StackMapping {
            name: self.event_name(&function_name, &name),
            configuration: mapping,
        });
    }
}
