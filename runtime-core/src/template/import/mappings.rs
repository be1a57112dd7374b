//! Event source mappings, of SAM functions' Events and of their own: queues, streams, brokers.

use super::super::model::{Origin, StackMapping};
use super::super::trigger::{StreamKind, StreamMapping, TriggerSource};
use super::builder::Builder;
use super::{Found, Section};
use crate::events::pattern::{DEFAULT_FILTERS, FilterCriteria, FilterSource};
use crate::platform::{Input, Out, QueueError, validate_mapping};
use crate::timeline::{MappingConfiguration, ProvisionedPollers};
use crate::units::{FunctionId, MappingId, Moment, Span};
use std::ops::RangeInclusive;

impl Builder<'_> {
    pub(super) fn mapping_resources(&mut self, found: &[Found<'_>]) {
        for resource in found
            .iter()
            .filter(|it| it.kind == "AWS::Lambda::EventSourceMapping")
        {
            self.has_read(resource.logical);
            let section = resource.section(self.log);
            section.leave(&["Tags"], "Tags are not kept.");
            let target = self.target(&section, "FunctionName");
            let Some(function) = target else {
                section.done_all();
                continue;
            };
            let arn = section.value("EventSourceArn");
            let text = arn.and_then(|it| it.text()).unwrap_or_default();
            let polled = match text.split(':').nth(2) {
                Some("sqs") => {
                    self.queue_mapping(resource.logical, function, &section, "EventSourceArn");
                    continue;
                }
                Some("kinesis") => StreamKind::Kinesis,
                Some("dynamodb") => StreamKind::DynamoDb,
                Some("kafka") => StreamKind::Msk,
                Some("mq") => StreamKind::Mq,
                Some("rds") => StreamKind::DocumentDb,
                _ if section.has("SelfManagedEventSource") => StreamKind::Kafka,
                _ => {
                    section.done_all();
                    section.skip("EventSourceArn", "It is not known what this is the ARN of.");
                    continue;
                }
            };
            self.stream_mapping(
                resource.logical,
                function,
                &section,
                (polled, "EventSourceArn", None),
            );
        }
    }

    /// A mapping that polls a queue.
    pub(super) fn queue_mapping(
        &mut self,
        name: &str,
        (function, _): (FunctionId, String),
        section: &Section<'_>,
        key: &str,
    ) {
        section.leave(
            &["MetricsConfig", "KmsKeyArn", "LoggingConfig"],
            "Nothing here stands for it.",
        );
        let queue = section.value(key).and_then(|value| self.queue(value));
        let Some(queue) = queue else {
            section.done_all();
            section.skip(
                key,
                "Left out: this is no queue of this template that was taken over.",
            );
            return;
        };
        let mut mapping = MappingConfiguration::between(queue, function);
        if let Some(enabled) = section.flag("Enabled") {
            mapping.enabled = enabled;
        }
        if let Some(size) = section.number("BatchSize") {
            mapping.batch_size = size;
        }
        if let Some(seconds) = section.number("MaximumBatchingWindowInSeconds") {
            mapping.window = Span::from_secs(seconds);
        }
        let scaling = section.section("ScalingConfig");
        mapping.limit_concurrency(scaling.and_then(|it| it.number("MaximumConcurrency")));
        let pollers = section.section("ProvisionedPollerConfig").map(|it| {
            let usual = ProvisionedPollers::DEFAULT;
            ProvisionedPollers {
                minimum: it.number("MinimumPollers").unwrap_or(usual.minimum),
                maximum: it.number("MaximumPollers").unwrap_or(usual.maximum),
            }
        });
        mapping.provision_pollers(pollers);
        mapping.report_failures = reports(section);
        mapping.filters = filters(section, FilterSource::Sqs);
        let id = MappingId(u32::try_from(self.stack.mappings.len()).unwrap_or(u32::MAX));
        let errors = validate_mapping(&mapping, id, &self.platform);
        for error in &errors {
            let key = match error {
                QueueError::BatchSize { .. } | QueueError::BatchNeedsWindow => "BatchSize",
                QueueError::Window(_) | QueueError::FifoWindow => "MaximumBatchingWindowInSeconds",
                QueueError::Concurrency(_) => "ScalingConfig",
                QueueError::Pollers(_) | QueueError::PollersAndConcurrency => {
                    "ProvisionedPollerConfig"
                }
                _ => key,
            };
            section.refuse(key, error.to_string());
        }
        if !errors.is_empty() {
            return;
        }
        let input = Input::ConfigureMapping {
            mapping: id,
            configuration: Box::new(mapping.clone()),
        };
        self.platform
            .handle(Moment::START, input, &mut Out::default());
        self.stack.mappings.push(StackMapping {
            name: name.to_owned(),
            configuration: mapping,
        });
    }

    /// A mapping that polls a stream or a broker. `key` is the property with the source.
    pub(super) fn stream_mapping(
        &mut self,
        name: &str,
        (_, function): (FunctionId, String),
        section: &Section<'_>,
        (polled, key, partitions): (StreamKind, &str, Option<u32>),
    ) {
        section.leave(
            &[
                "MetricsConfig",
                "KmsKeyArn",
                "ProvisionedPollerConfig",
                "SchemaRegistryConfig",
                "ConsumerGroupId",
                "AmazonManagedKafkaEventSourceConfig",
                "SelfManagedKafkaEventSourceConfig",
                "FullDocument",
                "CollectionName",
                "SecretsManagerKmsKeyId",
                "DocumentDBEventSourceConfig",
                "LoggingConfig",
            ],
            "Nothing here stands for it.",
        );
        let Some(source) = self.polled(section, polled, key) else {
            section.done_all();
            return;
        };
        let within = |key: &str, field: &str, default: i64, range: RangeInclusive<i64>| {
            let value = section.number(key).unwrap_or(default);
            let (bound, word) = match value {
                value if value < *range.start() => (range.start(), "greater"),
                value if value > *range.end() => (range.end(), "less"),
                value => return Some(value),
            };
            section.refuse(key, format!("1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: Member must have value {word} than or equal to {bound}"));
            None
        };
        let batch = within("BatchSize", "batchSize", 100, 1..=10_000);
        let window = within(
            "MaximumBatchingWindowInSeconds",
            "maximumBatchingWindowInSeconds",
            0,
            0..=300,
        );
        let parallel = within("ParallelizationFactor", "parallelizationFactor", 1, 1..=10);
        let retries = within(
            "MaximumRetryAttempts",
            "maximumRetryAttempts",
            -1,
            -1..=10_000,
        );
        let age = within(
            "MaximumRecordAgeInSeconds",
            "maximumRecordAgeInSeconds",
            -1,
            -1..=604_800,
        );
        let tumbling = within(
            "TumblingWindowInSeconds",
            "tumblingWindowInSeconds",
            0,
            0..=900,
        );
        let position = self.position(section, polled);
        let failed = section
            .section("DestinationConfig")
            .and_then(|it| it.section("OnFailure"));
        let on_failure = failed.and_then(|own| {
            own.done(&["Type"]);
            self.origin(own.value("Destination")?)
        });
        let names = match polled {
            StreamKind::Mq => section.texts("Queues"),
            StreamKind::DocumentDb => section.text("DatabaseName").into_iter().collect(),
            _ => section.texts("Topics"),
        };
        let mapping = StreamMapping {
            polled,
            source,
            names,
            enabled: section.flag("Enabled").unwrap_or(true),
            starting_timestamp: section.number("StartingPositionTimestamp"),
            window_seconds: window
                .filter(|_| section.has("MaximumBatchingWindowInSeconds"))
                .and_then(|it| u32::try_from(it).ok()),
            bisect: section.flag("BisectBatchOnFunctionError").unwrap_or(false),
            report_failures: reports(section),
            filters: filters(section, source_of(polled)),
            on_failure,
            partitions,
            virtual_host: virtual_host(section),
            // Checked below.
            batch_size: 100,
            parallelization: 1,
            starting_position: None,
            maximum_retries: -1,
            maximum_age_seconds: -1,
            tumbling_seconds: 0,
        };
        let (Some(batch), Some(parallel), Some(retries), Some(age), Some(tumbling), Ok(position)) =
            (batch, parallel, retries, age, tumbling, position)
        else {
            return;
        };
        let small = |number: i64| u32::try_from(number).unwrap_or(0);
        let mapping = StreamMapping {
            batch_size: small(batch),
            parallelization: small(parallel),
            starting_position: position,
            maximum_retries: retries,
            maximum_age_seconds: age,
            tumbling_seconds: small(tumbling),
            ..mapping
        };
        self.trigger(name, &function, TriggerSource::Stream(Box::new(mapping)));
    }

    fn polled(&self, section: &Section<'_>, polled: StreamKind, key: &str) -> Option<Origin> {
        if polled != StreamKind::Kafka {
            let value = section.value(key)?;
            return self.origin(value);
        }
        let nested = section.section("SelfManagedEventSource");
        let endpoints = nested.as_ref().and_then(|it| it.section("Endpoints"));
        let servers = match &endpoints {
            Some(endpoints) => endpoints.texts("KafkaBootstrapServers"),
            None => section.texts("KafkaBootstrapServers"),
        };
        Some(Origin::Elsewhere(servers.join(",")))
    }

    /// Where reading begins; streams and Kafka need it (Lambda API reference, CreateEventSourceMapping).
    fn position(&self, section: &Section<'_>, polled: StreamKind) -> Result<Option<String>, ()> {
        let position = section.text("StartingPosition");
        let known: &[&str] = match polled {
            StreamKind::DynamoDb => &["TRIM_HORIZON", "LATEST"],
            _ => &["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"],
        };
        match position {
            None if polled == StreamKind::Mq => Ok(None),
            Some(position) if known.contains(&position.as_str()) => Ok(Some(position)),
            other => {
                let given = other.unwrap_or_else(|| "null".to_owned());
                let why = format!(
                    "1 validation error detected: Value '{given}' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [{}]",
                    known.join(", ")
                );
                section.refuse("StartingPosition", why);
                Err(())
            }
        }
    }
}

/// Where a broker's queue is; who reads it means nothing here.
fn virtual_host(section: &Section<'_>) -> Option<String> {
    let mut host = None;
    for access in section.sections("SourceAccessConfigurations") {
        let uri = access.text("URI");
        match access.text("Type").as_deref() {
            Some("VIRTUAL_HOST") => host = uri,
            _ => access.skip("", "Credentials and networks mean nothing here."),
        }
    }
    host
}

const fn source_of(polled: StreamKind) -> FilterSource {
    match polled {
        StreamKind::Kinesis => FilterSource::Kinesis,
        StreamKind::DynamoDb | StreamKind::DocumentDb => FilterSource::DynamoDb,
        StreamKind::Msk | StreamKind::Kafka => FilterSource::Kafka,
        StreamKind::Mq => FilterSource::Mq,
    }
}

fn reports(section: &Section<'_>) -> bool {
    let types = section.texts("FunctionResponseTypes");
    for other in types.iter().filter(|it| *it != "ReportBatchItemFailures") {
        let why = format!(
            "1 validation error detected: Value '[{other}]' at 'functionResponseTypes' failed to satisfy constraint: Member must satisfy enum value set: [ReportBatchItemFailures]"
        );
        section.refuse("FunctionResponseTypes", why);
    }
    types.iter().any(|it| it == "ReportBatchItemFailures")
}

/// Filter patterns; none if one of them has a fault, which the log names.
fn filters(section: &Section<'_>, source: FilterSource) -> Vec<String> {
    let Some(criteria) = section.section("FilterCriteria") else {
        return Vec::new();
    };
    let filters = criteria.sections("Filters");
    let patterns: Vec<String> = filters.iter().filter_map(|it| it.json("Pattern")).collect();
    match FilterCriteria::parse(&patterns, source, DEFAULT_FILTERS) {
        Ok(_) => patterns,
        Err(error) => {
            let place = error.filter.and_then(|index| filters.get(index));
            let (section, key) = place.map_or((&criteria, "Filters"), |it| (it, "Pattern"));
            section.refuse(key, format!("{} {}", error.error, error.error.hint()));
            Vec::new()
        }
    }
}
