//! Queues, buckets, topics, buses, streams, tables, log groups, user pools.

use super::super::super::model::{Origin, Source, SourceKind, StackQueue};
use super::super::super::trigger::TriggerSource;
use super::super::gather::seconds;
use super::super::node::Node;
use super::Writer;
use super::deliveries::policy_of;
use super::events::keys;
use crate::timeline::QueueConfiguration;
use crate::units::QueueId;
use std::collections::BTreeSet;

impl Writer<'_> {
    pub(super) fn queue(&mut self, queue: &StackQueue) {
        let own = &queue.configuration;
        let standard = QueueConfiguration::named(own.name.as_str());
        let is_fifo = own.is_fifo();
        let redrive = own.redrive.and_then(|redrive| {
            let target = self.queue_arn(redrive.dead_letter_queue)?;
            let policy = Node::map()
                .with("deadLetterTargetArn", target)
                .with("maxReceiveCount", redrive.maximum_receives);
            Some((redrive.dead_letter_queue, policy))
        });
        let policy = match redrive {
            Some((to, _)) if self.redrives_to(to, &queue.logical_id) => {
                let why = "Its dead-letter queue is left out: queues that redrive to each other in a circle cannot be made at once.";
                self.remark(format!("queue {}", own.name), why);
                None
            }
            redrive => redrive.map(|(_, policy)| policy),
        };
        let other = |own, standard| Some(own).filter(|_| own != standard).map(seconds);
        let properties = Node::map()
            .with("QueueName", own.name.as_str())
            .with_some("FifoQueue", is_fifo.then_some(true))
            .with_some(
                "ContentBasedDeduplication",
                (is_fifo && own.content_based_deduplication).then_some(true),
            )
            .with_some(
                "VisibilityTimeout",
                other(own.visibility_timeout, standard.visibility_timeout),
            )
            .with_some("DelaySeconds", other(own.delay, standard.delay))
            .with_some(
                "MessageRetentionPeriod",
                other(own.retention, standard.retention),
            )
            .with_some("RedrivePolicy", policy);
        self.resource(
            &queue.logical_id,
            "AWS::SQS::Queue",
            Node::map(),
            properties,
        );
    }

    /// Whether messages of one queue can end up in another.
    fn redrives_to(&self, from: QueueId, to: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut next = Some(from);
        while let Some(id) = next.filter(|id| seen.insert(*id)) {
            let Some(queue) = self.stack.queue(id) else {
                return false;
            };
            if queue.logical_id == to {
                return true;
            }
            next = queue.configuration.redrive.map(|it| it.dead_letter_queue);
        }
        false
    }

    pub(super) fn source(&mut self, source: &Source) {
        let Source {
            logical_id,
            name,
            kind,
        } = source;
        if source.is_default_bus() {
            return;
        }
        let named = |key: &str| Node::map().with(key, name.as_str());
        let (kind, properties) = match kind {
            SourceKind::Bucket => return self.bucket(source),
            SourceKind::Topic { fifo } => (
                "AWS::SNS::Topic",
                named("TopicName").with_some("FifoTopic", fifo.then_some(true)),
            ),
            SourceKind::Bus => ("AWS::Events::EventBus", named("Name")),
            SourceKind::LogGroup => ("AWS::Logs::LogGroup", named("LogGroupName")),
            SourceKind::UserPool => ("AWS::Cognito::UserPool", named("UserPoolName")),
            SourceKind::Stream {
                shards,
                retention_hours,
            } => {
                let mode = Node::map().with("StreamMode", "ON_DEMAND");
                let on_demand = shards.is_none().then_some(mode);
                let properties = named("Name")
                    .with_some("ShardCount", *shards)
                    .with_some("StreamModeDetails", on_demand)
                    .with_some("RetentionPeriodHours", *retention_hours);
                ("AWS::Kinesis::Stream", properties)
            }
            SourceKind::Table { key, sort, stream } => {
                let keys = || std::iter::once(key).chain(sort.iter());
                let types = keys().map(|(name, kind)| {
                    Node::map()
                        .with("AttributeName", name.as_str())
                        .with("AttributeType", kind.as_str())
                });
                let roles = keys().zip(["HASH", "RANGE"]).map(|((name, _), role)| {
                    Node::map()
                        .with("AttributeName", name.as_str())
                        .with("KeyType", role)
                });
                let view = |view: &String| Node::map().with("StreamViewType", view.as_str());
                let properties = named("TableName")
                    .with("BillingMode", "PAY_PER_REQUEST")
                    .with("AttributeDefinitions", types.collect::<Vec<_>>())
                    .with("KeySchema", roles.collect::<Vec<_>>())
                    .with_some("StreamSpecification", stream.as_ref().map(view));
                ("AWS::DynamoDB::Table", properties)
            }
            SourceKind::Layer { content, about } => {
                let text = |text: &String| Some(text.clone()).filter(|it| !it.is_empty());
                let properties = named("LayerName")
                    .with_some("Description", text(&about.description))
                    .with("ContentUri", content.as_str())
                    .with_some("LicenseInfo", text(&about.license))
                    .with_some("CompatibleRuntimes", Node::texts(&about.runtimes).filled())
                    .with_some(
                        "CompatibleArchitectures",
                        Node::texts(&about.architectures).filled(),
                    );
                ("AWS::Serverless::LayerVersion", properties)
            }
            SourceKind::HttpApi
            | SourceKind::RestApi { .. }
            | SourceKind::WebSocketApi
            | SourceKind::StateMachine { .. } => {
                self.remark(name, "It is left out: sessions have nothing of the kind.");
                return;
            }
        };
        self.resource(logical_id, kind, Node::map(), properties);
    }

    /// A bucket. SAM adds what notifies functions; queues stand in it, and have to let it write before.
    fn bucket(&mut self, source: &Source) {
        let bucket = Origin::Here(source.logical_id.clone());
        let mut queues = Vec::new();
        let mut policies = BTreeSet::new();
        for delivery in &self.stack.deliveries {
            let TriggerSource::S3 {
                bucket: own,
                events,
                prefix,
                suffix,
            } = &delivery.source
            else {
                continue;
            };
            let queue = self.stack.queue(delivery.queue);
            let Some((queue, arn)) = queue.zip(self.queue_arn(delivery.queue)) else {
                continue;
            };
            if *own == bucket {
                policies.insert(policy_of(queue));
                queues.extend(events.iter().map(|event| {
                    Node::map()
                        .with("Event", event.as_str())
                        .with("Queue", arn.clone())
                        .with_some("Filter", keys(prefix.as_deref(), suffix.as_deref()))
                }));
            }
        }
        let queues = Node::List(queues).filled();
        let notified = queues.map(|it| Node::map().with("QueueConfigurations", it));
        self.dependent(
            &source.logical_id,
            "AWS::S3::Bucket",
            policies.into_iter().collect(),
            Node::map().with("Name", source.name.as_str()),
            Node::map().with_some("NotificationConfiguration", notified),
        );
    }
}
