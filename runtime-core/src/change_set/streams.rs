//! What mappings poll that is no queue: data streams, tables' changes, topics, brokers' queues.

use super::data::{NewStream, Shown};
use super::names;
use super::plan::Planner;
use super::remark::RemarkKind;
use crate::platform::{Input, validate_stream};
use crate::template::{self, Origin, StreamMapping, TriggerSource};
use crate::timeline::{
    BrokerKind, FailurePolicy, FailureTarget, KeyAttribute, KeyKind, MappingConfiguration,
    StartingPosition, StreamConfiguration, StreamKind, StreamView, TableKey,
};
use crate::units::{FunctionId, Moment, Span, StreamId};
use std::mem::Discriminant;

/// What a stream on demand begins with (Kinesis developer guide, "Choose the right mode").
const ON_DEMAND_SHARDS: u32 = 4;
/// Partitions of a topic whose number the template does not know (model choice).
const PARTITIONS: u32 = 1;
/// Where a mapping begins that begins at a moment.
const AT_TIMESTAMP: &str = "AT_TIMESTAMP";
/// The longest name of most streams.
const LONGEST: usize = 128;

impl Planner<'_> {
    /// Streams and tables of the template, then what its mappings poll.
    pub(super) fn polled(&mut self) {
        let stack = self.stack;
        for source in &stack.sources {
            if let Some(configuration) = of_source(source) {
                self.stream(&source.logical_id, configuration);
            }
        }
        for trigger in &stack.triggers {
            let TriggerSource::Stream(mapping) = &trigger.source else {
                continue;
            };
            let Some((function, name)) = self.function_called(&trigger.function) else {
                continue;
            };
            if mapping.polled == template::StreamKind::DocumentDb {
                let why = format!("{}: change streams are not modelled here.", trigger.name);
                self.remark(RemarkKind::Skipped, &trigger.function, why);
                continue;
            }
            if mapping.starting_position.as_deref() == Some(AT_TIMESTAMP) {
                let why = format!(
                    "{}: it reads from the session's beginning on: what is older than a session is not there.",
                    trigger.name
                );
                self.remark(RemarkKind::Changed, &trigger.function, why);
            }
            let polled = self.polled_by(mapping);
            if polled.is_empty() {
                let why = format!("{}: what it polls is not made here.", trigger.name);
                self.remark(RemarkKind::Skipped, &trigger.function, why);
            }
            for (from, stream) in polled {
                let configuration = configuration(self, mapping, stream, function);
                self.add_mapping(&trigger.function, from, name.clone(), configuration);
            }
        }
    }

    /// The streams that a mapping polls: those of the template, or stand-ins for those of elsewhere.
    fn polled_by(&mut self, mapping: &StreamMapping) -> Vec<(String, StreamId)> {
        if let Origin::Here(logical_id) = &mapping.source {
            let made = self.made_stream(logical_id);
            return made.into_iter().collect();
        }
        let text = mapping.source.text();
        let last = |text: &str| -> String {
            let name = text.rsplit([':', '/']).next().unwrap_or(text);
            name.to_owned()
        };
        let wanted: Vec<StreamConfiguration> = match mapping.polled {
            template::StreamKind::Kinesis => {
                vec![StreamConfiguration::kinesis(last(text), 1)]
            }
            // `arn:aws:dynamodb:region:account:table/name/stream/label`
            template::StreamKind::DynamoDb => {
                let name = text.split('/').nth(1).unwrap_or(text);
                vec![StreamConfiguration::table(
                    name,
                    StreamView::NewAndOldImages,
                )]
            }
            template::StreamKind::Msk | template::StreamKind::Kafka => {
                let partitions = mapping.partitions.unwrap_or(PARTITIONS);
                let topics = mapping.names.iter();
                topics
                    .map(|it| StreamConfiguration::topic(it, partitions))
                    .collect()
            }
            template::StreamKind::Mq => {
                let broker = match mapping.virtual_host {
                    Some(_) => BrokerKind::RabbitMq,
                    None => BrokerKind::ActiveMq,
                };
                let queues = mapping.names.iter();
                queues
                    .map(|it| StreamConfiguration::broker(it, broker))
                    .collect()
            }
            template::StreamKind::DocumentDb => Vec::new(),
        };
        let mut found = Vec::new();
        for configuration in wanted {
            let name = configuration.name.clone();
            let kind = std::mem::discriminant(&configuration.kind);
            if self.stand_in(&name, kind).is_none() {
                self.stream(&name, configuration);
            }
            found.extend(self.stand_in(&name, kind));
        }
        found
    }

    fn made_stream(&self, logical_id: &str) -> Option<(String, StreamId)> {
        let mut made = self.set.streams.iter();
        let made = made.find(|it| it.logical_id == logical_id)?;
        Some((made.configuration.name.clone(), made.id))
    }

    /// What stands for a stream of elsewhere: a topic and a broker's queue can have one name.
    fn stand_in(&self, name: &str, kind: Discriminant<StreamKind>) -> Option<(String, StreamId)> {
        let mut made = self.set.streams.iter();
        let made = made.find(|it| {
            it.logical_id == name && std::mem::discriminant(&it.configuration.kind) == kind
        })?;
        Some((made.configuration.name.clone(), made.id))
    }

    fn stream(&mut self, logical_id: &str, configuration: StreamConfiguration) {
        let wanted = configuration.name.clone();
        let kind = std::mem::discriminant(&configuration.kind);
        let is_taken = |name: &str| {
            let mut there = self.platform.streams();
            there.any(|(_, it)| it.name == name && std::mem::discriminant(&it.kind) == kind)
        };
        let name = names::free(&wanted, LONGEST, is_taken);
        let taken = (name != wanted).then_some(wanted);
        let configuration = StreamConfiguration {
            name,
            ..configuration
        };
        let id = self.next.stream;
        let errors = validate_stream(&configuration, id, &self.platform);
        for error in &errors {
            self.remark(RemarkKind::Refused, logical_id, error.to_string());
        }
        if !errors.is_empty() {
            return;
        }
        self.make(Input::ConfigureStream {
            stream: id,
            configuration: Box::new(configuration.clone()),
        });
        if self.platform.stream_configuration(id).is_none() {
            // The platform is built without streams.
            self.set.shown.push(Shown {
                name: configuration.name,
                what: "a stream".to_owned(),
                note: "This page has no streams yet: nothing polls it.".to_owned(),
            });
            return;
        }
        self.next.stream = StreamId(id.0.saturating_add(1));
        self.set.streams.push(NewStream {
            id,
            logical_id: logical_id.to_owned(),
            taken,
            configuration,
        });
    }
}

fn of_source(source: &template::Source) -> Option<StreamConfiguration> {
    match &source.kind {
        template::SourceKind::Stream {
            shards,
            retention_hours,
        } => {
            let shards = shards.unwrap_or(ON_DEMAND_SHARDS);
            let mut stream = StreamConfiguration::kinesis(&source.name, shards);
            if let Some(hours) = retention_hours {
                stream.retention = Some(Span::from_secs(u64::from(*hours) * 3_600));
            }
            Some(stream)
        }
        template::SourceKind::Table {
            key,
            sort,
            stream: Some(view),
        } => {
            let view = match view.as_str() {
                "KEYS_ONLY" => StreamView::KeysOnly,
                "NEW_IMAGE" => StreamView::NewImage,
                "OLD_IMAGE" => StreamView::OldImage,
                _ => StreamView::NewAndOldImages,
            };
            let key = TableKey {
                partition: attribute(key),
                sort: sort.as_ref().map(attribute),
            };
            Some(StreamConfiguration::keyed_table(&source.name, view, key))
        }
        _ => None,
    }
}

fn attribute((name, kind): &(String, String)) -> KeyAttribute {
    KeyAttribute {
        name: name.clone(),
        kind: match kind.as_str() {
            "N" => KeyKind::N,
            "B" => KeyKind::B,
            _ => KeyKind::S,
        },
    }
}

fn configuration(
    planner: &Planner<'_>,
    mapping: &StreamMapping,
    stream: StreamId,
    function: FunctionId,
) -> MappingConfiguration {
    let start = match mapping.starting_position.as_deref() {
        Some("LATEST") => StartingPosition::Latest,
        // The session has a clock of its own: what came before it began is not there.
        Some(AT_TIMESTAMP) => StartingPosition::AtTimestamp(Moment::START),
        _ => StartingPosition::TrimHorizon,
    };
    let mut configuration = match planner.platform.stream_configuration(stream) {
        Some(StreamConfiguration {
            kind: StreamKind::Topic(_),
            ..
        }) => MappingConfiguration::consuming(stream, start, function),
        Some(StreamConfiguration {
            kind: StreamKind::Broker(_),
            ..
        }) => MappingConfiguration::brokered(stream, function),
        _ => MappingConfiguration::reading(stream, start, function),
    };
    if mapping.polled == template::StreamKind::Kafka {
        configuration.manage_oneself();
    }
    configuration.enabled = mapping.enabled;
    configuration.batch_size = mapping.batch_size;
    if let Some(seconds) = mapping.window_seconds {
        configuration.window = Span::from_secs(u64::from(seconds));
    }
    configuration.report_failures = mapping.report_failures;
    configuration.filters = mapping.filters.clone();
    let on_failure = mapping.on_failure.as_ref().and_then(|origin| {
        let mut queues = planner.set.queues.iter();
        let queue = queues.find(|it| it.logical_id == origin.text());
        let queue = queue.map(|it| FailureTarget::from(it.id));
        queue.or_else(|| planner.sink(origin.text()).map(FailureTarget::from))
    });
    let policy = FailurePolicy {
        maximum_retry_attempts: u32::try_from(mapping.maximum_retries).ok(),
        maximum_record_age: u64::try_from(mapping.maximum_age_seconds)
            .ok()
            .map(Span::from_secs),
        bisect: mapping.bisect,
        on_failure,
    };
    match &mut configuration.source {
        crate::timeline::EventSource::Stream(source) => {
            source.parallelization = mapping.parallelization;
            let tumbling = u64::from(mapping.tumbling_seconds);
            source.tumbling_window = (tumbling > 0).then(|| Span::from_secs(tumbling));
            source.failures = policy;
        }
        crate::timeline::EventSource::Topic(source) => source.failures = policy,
        crate::timeline::EventSource::Queue(_) | crate::timeline::EventSource::Broker(_) => {}
    }
    configuration
}
