//! The `Events` of functions that read streams, topics and brokers' queues.

use super::super::super::model::Origin;
use super::super::super::trigger::{StreamKind, StreamMapping};
use super::super::node::Node;
use super::events::{filters, reports};
use super::{LOOP, Writer};
use crate::units::FunctionId;

impl Writer<'_> {
    pub(super) fn stream_event(
        &mut self,
        function: FunctionId,
        mapping: &StreamMapping,
    ) -> (&'static str, Node) {
        let (kind, key, stream) = match mapping.polled {
            StreamKind::Kinesis => ("Kinesis", "Stream", self.origin(&mapping.source)),
            StreamKind::DynamoDb => ("DynamoDB", "Stream", self.origin(&mapping.source)),
            StreamKind::Mq => {
                let (stem, what) = match mapping.virtual_host {
                    Some(_) => ("RabbitMqBroker", "The RabbitMQ broker that has the queues"),
                    None => ("ActiveMqBroker", "The ActiveMQ broker that has the queues"),
                };
                let broker = self.parameter(stem, what, mapping.source.text());
                ("MQ", "Broker", broker)
            }
            StreamKind::Kafka => {
                let servers: Vec<String> = mapping
                    .source
                    .text()
                    .split(',')
                    .map(str::to_owned)
                    .collect();
                (
                    "SelfManagedKafka",
                    "KafkaBootstrapServers",
                    Node::from(servers),
                )
            }
            StreamKind::Msk | StreamKind::DocumentDb => {
                let what = "The cluster of Amazon MSK that has the topics";
                let cluster = self.parameter("KafkaCluster", what, mapping.source.text());
                ("MSK", "Stream", cluster)
            }
        };
        let names = Some(Node::from(mapping.names.clone())).and_then(Node::filled);
        let access = match mapping.polled {
            StreamKind::Mq => Some(self.broker_access(mapping)),
            StreamKind::Kafka => Some(self.cluster_access()),
            StreamKind::Kinesis
            | StreamKind::DynamoDb
            | StreamKind::Msk
            | StreamKind::DocumentDb => None,
        };
        let failed = mapping.on_failure.as_ref();
        let failed = failed.and_then(|it| self.told_of_failures(function, it));
        let is = |flag: bool| flag.then_some(true);
        let limit = |number: i64| (number >= 0).then_some(number);
        let properties = Node::map()
            .with(key, stream)
            .with_some(if kind == "MQ" { "Queues" } else { "Topics" }, names)
            .with_some("SourceAccessConfigurations", access)
            .with_some("StartingPosition", mapping.starting_position.clone())
            .with_some("StartingPositionTimestamp", mapping.starting_timestamp)
            .with("BatchSize", mapping.batch_size)
            .with_some("MaximumBatchingWindowInSeconds", mapping.window_seconds)
            .with_some("Enabled", (!mapping.enabled).then_some(false))
            .with_some(
                "ParallelizationFactor",
                Some(mapping.parallelization).filter(|it| *it != 1),
            )
            .with_some("BisectBatchOnFunctionError", is(mapping.bisect))
            .with_some("MaximumRetryAttempts", limit(mapping.maximum_retries))
            .with_some(
                "MaximumRecordAgeInSeconds",
                limit(mapping.maximum_age_seconds),
            )
            .with_some(
                "TumblingWindowInSeconds",
                Some(mapping.tumbling_seconds).filter(|it| *it != 0),
            )
            .with_some("FunctionResponseTypes", reports(mapping.report_failures))
            .with_some("FilterCriteria", filters(&mapping.filters))
            .with_some("DestinationConfig", failed);
        (kind, properties)
    }

    /// Where a mapping tells what it discards. SAM calls a bucket something else there than where functions do.
    fn told_of_failures(&mut self, function: FunctionId, target: &Origin) -> Option<Node> {
        let stack = self.stack;
        let mut sources = stack.sources.iter();
        let source = sources.find(|it| it.logical_id == target.text());
        let (kind, arn) = match source {
            None => ("SQS", self.origin(target)),
            Some(source) if self.tells_back(source, function) => {
                let about = format!("function {}", stack.function(function)?.configuration.name);
                self.remark(about, LOOP);
                return None;
            }
            Some(source) => match self.sink(source) {
                ("S3Bucket", arn) => ("S3", arn),
                other => other,
            },
        };
        let own = Node::map().with("Type", kind).with("Destination", arn);
        Some(Node::map().with("OnFailure", own))
    }

    /// Who reads topics of Kafka of one's own: SAM wants that to be said.
    fn cluster_access(&mut self) -> Node {
        let what = "The secret with the name and password of the cluster's user";
        let secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:kafka-AbCdEf";
        let secret = self.parameter("KafkaSecret", what, secret);
        let access = Node::map().with("Type", "BASIC_AUTH").with("URI", secret);
        Node::List(vec![access])
    }

    /// Who reads a broker's queue, and of RabbitMQ where that is.
    fn broker_access(&mut self, mapping: &StreamMapping) -> Node {
        let what = "The secret with the name and password of the broker's user";
        let secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:broker-AbCdEf";
        let secret = self.parameter("BrokerSecret", what, secret);
        let mut access = vec![Node::map().with("Type", "BASIC_AUTH").with("URI", secret)];
        if let Some(host) = &mapping.virtual_host {
            access.push(
                Node::map()
                    .with("Type", "VIRTUAL_HOST")
                    .with("URI", host.as_str()),
            );
        }
        Node::List(access)
    }
}
