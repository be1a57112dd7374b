//! Streams, tables, topics and brokers, and the mappings that read them.

use super::super::super::model::{Origin, Source, SourceKind};
use super::super::super::trigger::{StreamKind as Polled, StreamMapping, TriggerSource};
use super::{Gathering, seconds};
use crate::scribe::{KAFKA_SERVERS, stream_arn};
use crate::timeline::{
    BrokerKind, FailurePolicy, FailureTarget, KeyAttribute, KeyKind, MappingConfiguration,
    StartingPosition, StreamConfiguration, StreamKind, StreamSource, StreamView,
};
use crate::units::Span;

impl Gathering<'_> {
    pub(super) fn streams(&mut self) {
        for (id, stream) in self.session.platform.streams() {
            let name = &stream.name;
            let (word, kind) = match stream.kind {
                StreamKind::Kinesis(shards) => {
                    let kept = stream.retention.map(hours).filter(|it| *it != 24);
                    let kind = SourceKind::Stream {
                        shards: Some(shards),
                        retention_hours: kept,
                    };
                    ("Stream", kind)
                }
                StreamKind::Table(view) => {
                    let (key, sort) = match &stream.table {
                        Some(table) => (
                            attribute(&table.partition),
                            table.sort.as_ref().map(attribute),
                        ),
                        None => {
                            let why = "Its changes come as they are, without a key: a text called id stands for it.";
                            self.remark(format!("table {name}"), why);
                            (("id".to_owned(), KeyKind::S.name().to_owned()), None)
                        }
                    };
                    let kind = SourceKind::Table {
                        key,
                        sort,
                        stream: Some(view_type(view).to_owned()),
                    };
                    ("Table", kind)
                }
                StreamKind::Topic(_) | StreamKind::Broker(_) => {
                    self.elsewhere(stream);
                    continue;
                }
            };
            let logical_id = self.names.free(name, word);
            self.streams.insert(id, logical_id.clone());
            self.stack.sources.push(Source {
                logical_id,
                name: name.clone(),
                kind,
            });
        }
    }

    /// Clusters and brokers are parameters: what they are made of (a network, users) is not in a session.
    fn elsewhere(&mut self, stream: &StreamConfiguration) {
        let name = &stream.name;
        match stream.kind {
            StreamKind::Topic(_) => self.remark(
                format!("Kafka topic {name}"),
                "The cluster is not made: give the ARN of one that has the topic (parameter KafkaClusterArn).",
            ),
            _ => self.remark(
                format!("broker's queue {name}"),
                "The broker is not made: give the ARN of one that has the queue, and of the secret with its user.",
            ),
        }
        let reads = |mapping: &MappingConfiguration| {
            let stream = mapping.records().map(|it| it.stream);
            let own = stream.and_then(|it| self.session.platform.stream_configuration(it));
            own.is_some_and(|it| it.name == *name)
        };
        let mut mappings = self.session.platform.mappings();
        if !mappings.any(|(_, mapping)| reads(mapping)) {
            let why = "Nothing reads it, so nothing of it is in the template.";
            self.remark(format!("stream {name}"), why);
        }
    }

    fn told_of_failures(&self, target: FailureTarget) -> Option<Origin> {
        let logical = match target {
            FailureTarget::Queue(queue) => self.logical_queue(queue),
            FailureTarget::Source(source) => {
                let source = self.stack.source(self.source(source)?);
                source.map(|it| it.logical_id.clone())
            }
        };
        logical.map(Origin::Here)
    }

    pub(super) fn stream_mapping(&mut self, mapping: &MappingConfiguration) {
        let Some(read) = mapping.records() else {
            return;
        };
        let platform = self.session.platform;
        let Some(stream) = platform.stream_configuration(read.stream) else {
            return;
        };
        let source = match self.streams.get(&read.stream) {
            Some(logical) => Origin::Here(logical.clone()),
            None if mapping.is_self_managed() => Origin::Elsewhere(KAFKA_SERVERS.to_owned()),
            None => Origin::Elsewhere(stream_arn(stream, self.session.meta)),
        };
        let (polled, names, partitions, virtual_host) = match stream.kind {
            StreamKind::Kinesis(_) => (Polled::Kinesis, Vec::new(), None, None),
            StreamKind::Table(_) => (Polled::DynamoDb, Vec::new(), None, None),
            StreamKind::Topic(count) => {
                let polled = match mapping.is_self_managed() {
                    true => Polled::Kafka,
                    false => Polled::Msk,
                };
                (polled, vec![stream.name.clone()], Some(count), None)
            }
            StreamKind::Broker(kind) => {
                let host = (kind == BrokerKind::RabbitMq).then(|| "/".to_owned());
                (Polled::Mq, vec![stream.name.clone()], None, host)
            }
        };
        let (position, timestamp) = match read.start {
            _ if polled == Polled::Mq => (None, None),
            StartingPosition::TrimHorizon => (Some("TRIM_HORIZON"), None),
            StartingPosition::Latest => (Some("LATEST"), None),
            StartingPosition::AtTimestamp(moment) => {
                let nanos = self.session.meta.unix_nanos(moment);
                // To the millisecond: as a number of seconds a double has no more.
                let millis = nanos / 1_000_000;
                (Some("AT_TIMESTAMP"), Some(millis as f64 / 1000.0))
            }
        };
        let chosen = mapping.window != mapping.source.usual_window();
        let window = chosen.then(|| seconds(mapping.window));
        let StreamSource {
            parallelization,
            tumbling_window,
            failures,
            ..
        } = read;
        let FailurePolicy {
            maximum_retry_attempts,
            maximum_record_age,
            bisect,
            on_failure,
        } = failures;
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let source = TriggerSource::Stream(Box::new(StreamMapping {
            polled,
            source,
            names,
            enabled: mapping.enabled,
            starting_position: position.map(str::to_owned),
            starting_timestamp: timestamp,
            batch_size: mapping.batch_size,
            window_seconds: window.map(small),
            parallelization,
            bisect,
            maximum_retries: maximum_retry_attempts.map_or(-1, i64::from),
            maximum_age_seconds: maximum_record_age
                .map_or(-1, |it| i64::try_from(seconds(it)).unwrap_or(-1)),
            tumbling_seconds: tumbling_window.map_or(0, |it| small(seconds(it))),
            report_failures: mapping.report_failures,
            filters: mapping.filters.clone(),
            on_failure: on_failure.and_then(|it| self.told_of_failures(it)),
            partitions,
            virtual_host,
        }));
        let name = stream.name.clone();
        self.trigger(mapping.function, &name, source);
    }
}

/// Its name and its type.
fn attribute(attribute: &KeyAttribute) -> (String, String) {
    (attribute.name.clone(), attribute.kind.name().to_owned())
}

fn hours(span: Span) -> u32 {
    u32::try_from(seconds(span) / 3_600).unwrap_or(u32::MAX)
}

const fn view_type(view: StreamView) -> &'static str {
    match view {
        StreamView::KeysOnly => "KEYS_ONLY",
        StreamView::NewImage => "NEW_IMAGE",
        StreamView::OldImage => "OLD_IMAGE",
        StreamView::NewAndOldImages => "NEW_AND_OLD_IMAGES",
    }
}
