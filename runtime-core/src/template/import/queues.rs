//! Queues: `AWS::SQS::Queue`.

use super::super::model::StackQueue;
use super::super::resolve::{Resolved, Value};
use super::builder::Builder;
use super::{Found, Section};
use crate::platform::{Input, Out, QueueError, validate_queue};
use crate::timeline::{QueueConfiguration, Redrive};
use crate::units::{Moment, QueueId, Span};

impl Builder<'_> {
    pub(super) fn queues(&mut self, found: &[Found<'_>]) {
        let queues = || found.iter().filter(|it| it.kind == "AWS::SQS::Queue");
        for resource in queues() {
            self.has_read(resource.logical);
            let configuration = read(resource, self);
            let id = QueueId(u32::try_from(self.stack.queues.len()).unwrap_or(u32::MAX));
            if self.refuse_queue(resource, &configuration, id) {
                continue;
            }
            let name = &configuration.name;
            let arn = self.resolver.arn("sqs", name);
            self.known_as(arn, resource.logical);
            if let Some(url) = self.resolver.text_of(resource.logical) {
                self.known_as(url, resource.logical);
            }
            self.configure(id, &configuration);
            self.stack.queues.push(StackQueue {
                logical_id: resource.logical.to_owned(),
                configuration,
            });
        }
        for resource in queues() {
            self.redrive(resource);
        }
    }

    /// Its dead-letter queue, once all queues are there.
    fn redrive(&mut self, resource: &Found<'_>) {
        let mut queues = self.stack.queues.iter();
        let Some(place) = queues.position(|it| it.logical_id == resource.logical) else {
            return;
        };
        let Some((value, path)) = resource.property("RedrivePolicy") else {
            return;
        };
        let section = Section::of(value, path, self.log);
        let receives = section.number("maxReceiveCount");
        let target = section.value("deadLetterTargetArn");
        let (Some(maximum_receives), Some(target)) = (receives, target) else {
            section.refuse("", "Value for parameter RedrivePolicy is invalid. Reason: it has deadLetterTargetArn and maxReceiveCount.");
            return;
        };
        let Some(dead_letter_queue) = self.queue(target) else {
            section.skip(
                "deadLetterTargetArn",
                QueueError::DeadLetterQueue.to_string(),
            );
            return;
        };
        let id = QueueId(u32::try_from(place).unwrap_or(u32::MAX));
        let Some(mut configuration) = self.stack.queue(id).map(|it| it.configuration.clone())
        else {
            return;
        };
        configuration.redrive = Some(Redrive {
            dead_letter_queue,
            maximum_receives,
        });
        if self.refuse_queue(resource, &configuration, id) {
            return;
        }
        self.configure(id, &configuration);
        if let Some(queue) = self.stack.queues.get_mut(place) {
            queue.configuration = configuration;
        }
    }

    fn configure(&mut self, queue: QueueId, configuration: &QueueConfiguration) {
        let configuration = Box::new(configuration.clone());
        let input = Input::ConfigureQueue {
            queue,
            configuration,
        };
        self.platform
            .handle(Moment::START, input, &mut Out::default());
    }

    fn refuse_queue(
        &self,
        resource: &Found<'_>,
        configuration: &QueueConfiguration,
        id: QueueId,
    ) -> bool {
        let errors = validate_queue(configuration, id, &self.platform);
        let path = resource.path().member("Properties");
        for error in &errors {
            let key = match error {
                QueueError::Name(_) | QueueError::NameTaken(_) | QueueError::KindChanged => {
                    "QueueName"
                }
                QueueError::Visibility(_) => "VisibilityTimeout",
                QueueError::Delay(_) => "DelaySeconds",
                QueueError::Retention(_) => "MessageRetentionPeriod",
                _ => "RedrivePolicy",
            };
            let at = resource
                .properties
                .get(key)
                .map_or(resource.at, |value| value.at);
            self.log.refused(at, &path.member(key), error.to_string());
        }
        !errors.is_empty()
    }
}

fn read(resource: &Found<'_>, builder: &Builder<'_>) -> QueueConfiguration {
    let section = resource.section(builder.log);
    section.done(&["RedrivePolicy"]);
    section.leave(
        &[
            "KmsMasterKeyId",
            "KmsDataKeyReusePeriodSeconds",
            "SqsManagedSseEnabled",
        ],
        "Encryption at rest means nothing here.",
    );
    section.leave(&["Tags"], "Tags are not kept.");
    section.leave(
        &[
            "DeduplicationScope",
            "FifoThroughputLimit",
            "MaximumMessageSize",
            "ReceiveMessageWaitTimeSeconds",
            "RedriveAllowPolicy",
        ],
        "Nothing here stands for it.",
    );
    let fifo = section.flag("FifoQueue").unwrap_or(false);
    let mut name = section
        .text("QueueName")
        .unwrap_or_else(|| resource.logical.to_owned());
    if fifo && !name.ends_with(".fifo") {
        // Without a name of its own AWS draws one that ends so.
        if section.has("QueueName") {
            section.refuse("QueueName", "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.");
        }
        name.push_str(".fifo");
    }
    let standard = QueueConfiguration::named(name);
    let seconds = |key, default| section.number(key).map_or(default, Span::from_secs);
    QueueConfiguration {
        visibility_timeout: seconds("VisibilityTimeout", standard.visibility_timeout),
        delay: seconds("DelaySeconds", standard.delay),
        retention: seconds("MessageRetentionPeriod", standard.retention),
        content_based_deduplication: section.flag("ContentBasedDeduplication").unwrap_or(false),
        ..standard
    }
}

impl super::Resolver<'_> {
    /// What `Ref` of a resource comes to, where nobody is told that it cannot be known.
    pub(super) fn text_of(&self, logical: &str) -> Option<String> {
        let node = super::super::document::Node::reference(logical);
        let resolved: Resolved = self.resolve(&node, &super::Path::of(logical));
        match resolved.value {
            Value::Pointer(pointer) => Some(pointer.text),
            _ => None,
        }
    }
}
