//! What a session is set up with: read from its platform, and from the import of its template. Written for
//! these tests alone, so that neither the export's nor the import's view of the other is trusted.

use super::sessions::META;
use runtime_core::platform::Platform;
use runtime_core::template::{
    SourceKind as Kind, Stack, StreamKind as Polled, StreamMapping, TriggerSource,
};
use runtime_core::timeline::*;
use runtime_core::units::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Settings by names, as JSON, which tells what differs.
pub(super) type SetUp = BTreeMap<String, Value>;

/// Whose names ids stand for.
trait Names {
    fn function_name(&self, id: FunctionId) -> String;
    fn queue_name(&self, id: QueueId) -> String;
    /// With its kind.
    fn source_name(&self, id: SourceId) -> String;
}

impl Names for Platform {
    fn function_name(&self, id: FunctionId) -> String {
        self.configuration(id).unwrap().name.clone()
    }

    fn queue_name(&self, id: QueueId) -> String {
        self.queue_configuration(id).unwrap().name.clone()
    }

    fn source_name(&self, id: SourceId) -> String {
        let source = self.source(id).unwrap();
        format!("{} {}", source.kind.name(), source.name)
    }
}

impl Names for Stack {
    fn function_name(&self, id: FunctionId) -> String {
        let function = self.functions.get(id.0 as usize);
        function.unwrap().configuration.name.clone()
    }

    fn queue_name(&self, id: QueueId) -> String {
        self.queues
            .get(id.0 as usize)
            .unwrap()
            .configuration
            .name
            .clone()
    }

    fn source_name(&self, id: SourceId) -> String {
        let source = self.source(id).unwrap();
        let kind = match source.kind {
            Kind::Topic { fifo: false } => SourceKind::Topic,
            Kind::Bus => SourceKind::Bus,
            Kind::Bucket => SourceKind::Bucket,
            _ => panic!("{source:?}"),
        };
        format!("{} {}", kind.name(), source.name)
    }
}

fn destination(names: &dyn Names, destination: Destination) -> String {
    match destination {
        Destination::Queue(id) => format!("queue {}", names.queue_name(id)),
        Destination::Function(id) => format!("function {}", names.function_name(id)),
        Destination::Source(id) => names.source_name(id),
    }
}

fn function(names: &dyn Names, it: &FunctionConfiguration) -> Value {
    let asynchronous = &it.asynchronous;
    json!({
        "runtime": it.runtime, "handler": it.handler, "memory": it.memory, "timeout": it.timeout,
        "architecture": it.architecture, "storage": it.ephemeral_storage, "variables": it.variables,
        "reserved": it.reserved_concurrency, "snapStart": it.snap_start, "clock": it.clock,
        "retries": asynchronous.maximum_retry_attempts, "age": asynchronous.maximum_event_age,
        "success": asynchronous.on_success.map(|it| destination(names, it)),
        "failure": asynchronous.on_failure.map(|it| destination(names, it)),
        "dead": asynchronous.dead_letter_queue.map(|it| destination(names, it.into())),
    })
}

fn queue(names: &dyn Names, it: &QueueConfiguration) -> Value {
    json!({
        "visibility": it.visibility_timeout, "delay": it.delay, "retention": it.retention,
        "deduplication": it.content_based_deduplication,
        "redrive": it.redrive.map(|it| (names.queue_name(it.dead_letter_queue), it.maximum_receives)),
    })
}

/// The settings that all mappings have.
fn mapping(it: &MappingConfiguration) -> Value {
    json!({
        "enabled": it.enabled, "size": it.batch_size, "window": it.window, "reports": it.report_failures,
        "filters": it.filters, "concurrency": it.maximum_concurrency(),
        "pollers": it.pollers(),
    })
}

fn stream_name(it: &StreamConfiguration) -> String {
    let kind = match it.kind {
        StreamKind::Kinesis(_) => "kinesis",
        StreamKind::Table(_) => "table",
        StreamKind::Topic(_) => "topic",
        StreamKind::Broker(_) => "broker",
    };
    format!("{kind} {}", it.name)
}

/// What stands for the key of a table whose changes come as they are.
fn no_key() -> TableKey {
    TableKey {
        partition: KeyAttribute {
            name: "id".to_owned(),
            kind: KeyKind::S,
        },
        sort: None,
    }
}

/// Of a mapping that reads a stream.
fn reading(names: &dyn Names, it: &MappingConfiguration) -> Value {
    let read = it.records().unwrap();
    let start = match read.start {
        _ if matches!(it.source, EventSource::Broker(_)) => Value::Null,
        StartingPosition::TrimHorizon => json!("TRIM_HORIZON"),
        StartingPosition::Latest => json!("LATEST"),
        StartingPosition::AtTimestamp(at) => json!(META.unix_nanos(at) / 1_000_000),
    };
    let failures = read.failures;
    json!({
        "common": mapping(it), "start": start, "lanes": read.parallelization, "tumbling": read.tumbling_window,
        "retries": failures.maximum_retry_attempts, "age": failures.maximum_record_age,
        "bisect": failures.bisect, "failure": failures.on_failure.map(|it| destination(names, it.into())),
        "own": it.is_self_managed(),
    })
}

fn whole_bus(text: &str) -> Value {
    match serde_json::from_str(text).unwrap() {
        // What says nothing is said as a pattern.
        Value::Object(all) if json!(all) == json!({"source": [{"prefix": ""}]}) => Value::Null,
        pattern => pattern,
    }
}

/// A wire; patterns as what they say.
fn wire(interest: &Interest) -> Value {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    match interest {
        Interest::Everything => Value::Null,
        Interest::Objects {
            events,
            prefix,
            suffix,
        } => json!([events, prefix, suffix]),
        Interest::Messages { policy, on_body } => json!([parsed(policy), on_body]),
        Interest::Pattern(pattern) => whole_bus(pattern),
        Interest::Sql(sql) => json!(sql),
        // A pattern that says nothing is none.
        Interest::LogEvents(pattern) if pattern.is_empty() => Value::Null,
        Interest::LogEvents(pattern) => json!(pattern),
        Interest::Trigger(trigger) => json!(trigger.name()),
    }
}

/// Of the session itself.
pub(super) fn of_session(platform: &Platform) -> SetUp {
    let mut all = SetUp::new();
    for (id, it) in platform.functions() {
        all.insert(format!("function {}", it.name), function(platform, it));
        let newest = platform.versions(id).last();
        let newest = newest.filter(|_| !platform.has_unpublished(id));
        let described = newest.map_or("", |(it, _)| platform.version_description(id, it));
        all.insert(format!("version of {}", it.name), json!(described));
        for (alias, it) in platform.aliases().filter(|(_, it)| it.function == id) {
            let mut provisioned = platform.provisioned(id);
            let provisioned = provisioned.find(|it| it.qualifier == Qualifier::Alias(alias));
            let last = platform.versions(id).last().map(|(version, _)| version);
            let newest = Some(it.version) == last
                && !platform.has_unpublished(id)
                && it.additional.is_none();
            let own = json!({
                "version": match newest { true => Value::Null, false => json!(it.version.to_string()) },
                "weights": it.additional.map(|(version, weight)| (version.to_string(), weight.fraction())),
                "description": it.description,
                "provisioned": provisioned.map(|it| it.requested),
            });
            all.insert(
                format!("alias {}:{}", platform.function_name(id), it.name),
                own,
            );
        }
    }
    for (_, it) in platform.queues() {
        all.insert(format!("queue {}", it.name), queue(platform, it));
    }
    let read = |id: StreamId| {
        platform
            .mappings()
            .any(|(_, it)| it.records().is_some_and(|it| it.stream == id))
    };
    for (id, it) in platform.streams() {
        let own = match it.kind {
            StreamKind::Kinesis(shards) => json!([shards, it.retention]),
            StreamKind::Table(view) => json!([view, it.table.as_deref().unwrap_or(&no_key())]),
            StreamKind::Topic(partitions) if read(id) => json!(partitions),
            StreamKind::Broker(kind) if read(id) => json!(kind),
            _ => continue,
        };
        all.insert(stream_name(it), own);
    }
    for (_, it) in platform.mappings() {
        let to = platform.function_name(it.function);
        let (name, own) = match it.queue() {
            Some(queue) => (
                format!("{} -> {to}", platform.queue_name(queue)),
                mapping(it),
            ),
            None => {
                let stream = platform
                    .stream_configuration(it.records().unwrap().stream)
                    .unwrap();
                (
                    format!("{} -> {to}", stream_name(stream)),
                    reading(platform, it),
                )
            }
        };
        all.insert(name, own);
    }
    for (_, it) in platform.sources() {
        let name = format!("{} {}", it.kind.name(), it.name);
        let schedule = match &it.kind {
            SourceKind::Schedule(schedule) => json!(schedule),
            _ => Value::Null,
        };
        let mut wires: Vec<String> = it
            .wires
            .iter()
            .map(|it| {
                format!(
                    "{} {} {}",
                    destination(platform, it.target),
                    wire(&it.interest),
                    json!(it.input),
                )
            })
            .collect();
        wires.sort();
        let resource = matches!(
            it.kind,
            SourceKind::Bucket | SourceKind::Topic | SourceKind::Bus | SourceKind::UserPool
        );
        let is_default = it.name == "default" && it.kind == SourceKind::Bus;
        if !wires.is_empty() || (resource && !is_default) {
            all.insert(name, json!({ "schedule": schedule, "wires": wires }));
        }
    }
    all
}

/// Of an imported template.
pub(super) fn of_stack(stack: &Stack) -> SetUp {
    let mut all = SetUp::new();
    for it in &stack.functions {
        let name = &it.configuration.name;
        all.insert(
            format!("function {name}"),
            function(stack, &it.configuration),
        );
        let described = it.version_description.as_deref().unwrap_or_default();
        all.insert(format!("version of {name}"), json!(described));
        for alias in &it.aliases {
            let own = json!({
                "version": alias.version,
                "weights": alias.weights.iter().next(),
                "description": alias.description.clone().unwrap_or_default(),
                "provisioned": alias.provisioned,
            });
            all.insert(format!("alias {name}:{}", alias.name), own);
        }
    }
    for it in &stack.queues {
        let name = &it.configuration.name;
        all.insert(format!("queue {name}"), queue(stack, &it.configuration));
    }
    for it in &stack.mappings {
        let (from, to) = (it.configuration.queue().unwrap(), it.configuration.function);
        let name = format!("{} -> {}", stack.queue_name(from), stack.function_name(to));
        all.insert(name, mapping(&it.configuration));
    }
    let mut sources: BTreeMap<String, (Value, Vec<String>)> = BTreeMap::new();
    for it in &stack.sources {
        let name = &it.name;
        match &it.kind {
            Kind::Topic { fifo: false } => {
                sources.insert(format!("SNS topic {name}"), (Value::Null, Vec::new()));
            }
            Kind::Bucket => {
                sources.insert(format!("S3 bucket {name}"), (Value::Null, Vec::new()));
            }
            // What it tells says that it is there.
            Kind::Bus if name == "default" => {}
            Kind::Bus => {
                sources.insert(format!("EventBridge bus {name}"), (Value::Null, Vec::new()));
            }
            Kind::UserPool => {
                sources.insert(
                    format!("Cognito user pool {name}"),
                    (Value::Null, Vec::new()),
                );
            }
            // It is there for those whom it tells.
            Kind::LogGroup => {}
            // What comes back of them has its test in `layers`.
            Kind::Layer { .. } => {}
            Kind::Stream {
                shards,
                retention_hours,
            } => {
                let kept = Span::from_secs(u64::from(retention_hours.unwrap_or(24)) * 3_600);
                all.insert(format!("kinesis {name}"), json!([shards, Some(kept)]));
            }
            Kind::Table {
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
                let attribute =
                    |(name, kind): &(String, String)| json!({ "name": name, "kind": kind });
                let key = json!({
                    "partition": attribute(key), "sort": sort.as_ref().map(attribute),
                });
                all.insert(format!("table {name}"), json!([view, key]));
            }
            other => panic!("{other:?}"),
        }
    }
    let triggers = stack.triggers.iter();
    let triggers = triggers.map(|it| {
        let id = stack.function_id(&it.function).unwrap();
        (Destination::Function(id), &it.source, &it.source_name)
    });
    let deliveries = stack.deliveries.iter();
    let deliveries =
        deliveries.map(|it| (Destination::Queue(it.queue), &it.source, &it.source_name));
    for (target, source, own) in triggers.chain(deliveries) {
        if let TriggerSource::Stream(mapping) = source {
            let to = match target {
                Destination::Function(id) => stack.function_name(id),
                Destination::Queue(_) | Destination::Source(_) => panic!("{mapping:?}"),
            };
            let (name, own) = read_stream(stack, mapping, &mut all);
            all.insert(format!("{name} -> {to}"), own);
            continue;
        }
        let Some((name, schedule, interest)) = told(stack, source, own.as_deref()) else {
            continue;
        };
        let wires = &mut sources.entry(name).or_insert((schedule, Vec::new())).1;
        let target = destination(stack, target);
        wires.push(format!("{target} {interest} {}", json!(input(source))));
    }
    for (name, (schedule, mut wires)) in sources {
        wires.sort();
        all.insert(name, json!({ "schedule": schedule, "wires": wires }));
    }
    all
}

/// What of the event the target gets.
fn input(source: &TriggerSource) -> TargetInput {
    match source {
        TriggerSource::EventBridge { input, .. } => input.clone(),
        _ => TargetInput::Event,
    }
}

/// What a trigger's source is called, when it is due, and what of it is told.
fn told(
    stack: &Stack,
    source: &TriggerSource,
    own: Option<&str>,
) -> Option<(String, Value, Value)> {
    let resource = |logical: &str| {
        let mut sources = stack.sources.iter();
        sources
            .find(|it| it.logical_id == logical)
            .unwrap()
            .name
            .clone()
    };
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let scheduled = |schedule: ScheduleConfiguration| {
        let settings = json!(schedule);
        let kind = SourceKind::Schedule(schedule);
        (
            format!("{} {}", kind.name(), own.unwrap()),
            settings,
            Value::Null,
        )
    };
    Some(match source {
        TriggerSource::S3 {
            bucket,
            events,
            prefix,
            suffix,
        } => {
            let events = match events.as_slice() {
                [one] if one == "s3:ObjectCreated:*" => ObjectEvents::Created,
                [one] if one == "s3:ObjectRemoved:*" => ObjectEvents::Removed,
                other => panic!("{other:?}"),
            };
            let text = |it: &Option<String>| it.clone().unwrap_or_default();
            let interest = json!([events, text(prefix), text(suffix)]);
            (
                format!("S3 bucket {}", resource(bucket.text())),
                Value::Null,
                interest,
            )
        }
        TriggerSource::Sns {
            topic,
            filter_policy,
            filter_body,
        } => {
            let interest = filter_policy.as_deref().map(parsed);
            let interest = interest.map(|it| json!([it, filter_body]));
            (
                format!("SNS topic {}", resource(topic.text())),
                Value::Null,
                json!(interest),
            )
        }
        TriggerSource::EventBridge { bus, pattern, .. } => {
            let name = bus
                .as_ref()
                .map_or("default".to_owned(), |it| resource(it.text()));
            (
                format!("EventBridge bus {name}"),
                Value::Null,
                whole_bus(pattern),
            )
        }
        TriggerSource::Logs { group, pattern } => (
            format!("CloudWatch Logs log group {}", resource(group.text())),
            Value::Null,
            json!(Some(pattern).filter(|it| !it.is_empty())),
        ),
        TriggerSource::Cognito { pool, events } => (
            format!("Cognito user pool {}", resource(pool.text())),
            Value::Null,
            json!(events[0]),
        ),
        TriggerSource::Iot { sql } => (
            format!("IoT topics {}", own.unwrap()),
            Value::Null,
            json!(sql),
        ),
        TriggerSource::Schedule {
            expression,
            input,
            enabled,
        } => scheduled(ScheduleConfiguration {
            enabled: *enabled,
            input: input.clone(),
            ..ScheduleConfiguration::of(ScheduleOwner::Rule, expression)
        }),
        TriggerSource::Scheduler {
            expression,
            zone,
            window_minutes,
            start,
            end,
            input,
            enabled,
        } => scheduled(ScheduleConfiguration {
            zone: (zone != "UTC").then(|| zone.clone()),
            enabled: *enabled,
            input: input.clone(),
            start: start.clone(),
            end: end.clone(),
            window_minutes: *window_minutes,
            ..ScheduleConfiguration::of(ScheduleOwner::Scheduler, expression)
        }),
        TriggerSource::FunctionUrl { .. } => return None,
        other => panic!("{other:?}"),
    })
}

/// A mapping of a stream, and what it tells of streams that are no resources.
fn read_stream(stack: &Stack, it: &StreamMapping, all: &mut SetUp) -> (String, Value) {
    let resource = || {
        let mut sources = stack.sources.iter();
        sources
            .find(|own| own.logical_id == it.source.text())
            .unwrap()
            .name
            .clone()
    };
    let broker = || match it.virtual_host {
        Some(_) => BrokerKind::RabbitMq,
        None => BrokerKind::ActiveMq,
    };
    let name = match it.polled {
        Polled::Kinesis => format!("kinesis {}", resource()),
        Polled::DynamoDb => format!("table {}", resource()),
        Polled::Msk | Polled::Kafka => format!("topic {}", it.names[0]),
        Polled::Mq => format!("broker {}", it.names[0]),
        other => panic!("{other:?}"),
    };
    match it.polled {
        Polled::Msk | Polled::Kafka => all.insert(name.clone(), json!(it.partitions)),
        Polled::Mq => all.insert(name.clone(), json!(broker())),
        _ => None,
    };
    let by_broker = matches!(it.polled, Polled::Msk | Polled::Kafka | Polled::Mq);
    let window = match it.window_seconds {
        None if by_broker => Span::from_millis(500),
        seconds => Span::from_secs(seconds.unwrap_or(0).into()),
    };
    let limit = |number: i64| u64::try_from(number).ok();
    let start = match it.starting_position.as_deref() {
        Some("AT_TIMESTAMP") => json!((it.starting_timestamp.unwrap() * 1000.0).round() as u64),
        position => json!(position),
    };
    let failure = it.on_failure.as_ref().map(|own| {
        let place = |at: usize| u32::try_from(at).unwrap();
        let mut queues = stack.queues.iter();
        let queue = queues.position(|it| it.logical_id == own.text());
        let mut sources = stack.sources.iter();
        let source = sources.position(|it| it.logical_id == own.text());
        let target = match queue {
            Some(queue) => Destination::Queue(QueueId(place(queue))),
            None => Destination::Source(SourceId(place(source.unwrap()))),
        };
        destination(stack, target)
    });
    let own = json!({
        "common": {
            "enabled": it.enabled, "size": it.batch_size, "window": window, "reports": it.report_failures,
            "filters": it.filters, "concurrency": Value::Null, "pollers": Value::Null,
        },
        "start": start, "lanes": it.parallelization,
        "tumbling": (it.tumbling_seconds > 0).then(|| Span::from_secs(it.tumbling_seconds.into())),
        "retries": limit(it.maximum_retries), "age": limit(it.maximum_age_seconds).map(Span::from_secs),
        "bisect": it.bisect, "failure": failure,
        "own": it.polled == Polled::Kafka,
    });
    (name, own)
}
