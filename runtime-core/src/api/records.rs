//! What event source mappings of streams, topics and brokers' queues have that those of SQS queues have
//! not (Lambda API reference, CreateEventSourceMapping). Messages are AWS's as the tests of LocalStack have
//! them, which were run against it.

use super::arns::{destination_arn, destination_error, failure_target_of};
use super::error::ApiError;
use super::fields::Fields;
use super::registry::Access;
use super::world::World;
use crate::events::pattern::FilterSource;
use crate::platform::{MAPPING_RETRIES, PARALLELIZATION, RECORD_AGE, TUMBLING_WINDOW};
use crate::scribe::{KAFKA_SERVERS, stream_arn};
use crate::timeline::{
    EventSource, FailurePolicy, MappingConfiguration, StartingPosition, StreamKind, StreamSource,
    TopicSource,
};
use crate::units::{FunctionId, MappingId, Moment, Span, StreamId};
use serde_json::{Value, json};

/// `SourceAccessType` (Lambda API reference, SourceAccessConfiguration).
const ACCESS: &[&str] = &[
    "BASIC_AUTH",
    "VPC_SUBNET",
    "VPC_SECURITY_GROUP",
    "SASL_SCRAM_512_AUTH",
    "SASL_SCRAM_256_AUTH",
    "VIRTUAL_HOST",
    "CLIENT_CERTIFICATE_TLS_AUTH",
    "SERVER_ROOT_CA_CERTIFICATE",
];

/// The one kind of `Endpoints` that there is.
const ENDPOINTS: &str = "KAFKA_BOOTSTRAP_SERVERS";

const STARTS: &[&str] = &["LATEST", "AT_TIMESTAMP", "TRIM_HORIZON"];

/// The settings that only some sources have, each with who has it: streams, topics, brokers.
const SETTINGS: [(&str, [bool; 3]); 15] = [
    ("StartingPosition", [true, true, false]),
    ("StartingPositionTimestamp", [true, true, false]),
    ("ParallelizationFactor", [true, false, false]),
    ("BisectBatchOnFunctionError", [true, true, false]),
    ("MaximumRetryAttempts", [true, true, false]),
    ("MaximumRecordAgeInSeconds", [true, true, false]),
    ("TumblingWindowInSeconds", [true, false, false]),
    ("DestinationConfig", [true, true, false]),
    ("FunctionResponseTypes", [true, true, false]),
    ("Topics", [false, true, false]),
    ("Queues", [false, false, true]),
    ("SourceAccessConfigurations", [false, true, true]),
    ("SelfManagedEventSource", [false, true, false]),
    ("ScalingConfig", [false, false, false]),
    // AWS has it for Kafka too; topics of this session have not.
    ("ProvisionedPollerConfig", [false, false, false]),
];

/// Where a mapping begins cannot be changed, nor what it reads.
const FIXED: [&str; 5] = [
    "StartingPosition",
    "StartingPositionTimestamp",
    "Topics",
    "Queues",
    "SelfManagedEventSource",
];

/// Who reads what: streams, topics or brokers' queues.
const fn sort(source: &EventSource) -> Option<(usize, &'static str)> {
    match source {
        EventSource::Queue(_) => None,
        EventSource::Stream(_) => Some((0, "a stream")),
        EventSource::Topic(_) => Some((1, "a topic")),
        EventSource::Broker(_) => Some((2, "a broker's queue")),
    }
}

/// The settings of a mapping that is to be made, as far as no other has them; `None` if the ARN is of
/// nothing that can be read.
pub(super) fn begin(
    arn: &str,
    fields: &Fields,
    function: FunctionId,
    world: &World<'_>,
) -> Result<Option<MappingConfiguration>, ApiError> {
    let service = arn.split(':').nth(2).unwrap_or_default();
    if fields.has("SelfManagedEventSource") {
        return Err(ApiError::invalid(
            "SelfManagedEventSource is for a cluster without an EventSourceArn.",
        ));
    }
    let configuration = match service {
        "kinesis" | "dynamodb" => {
            let start = start(fields, world)?;
            let stream = find(arn, None, world)?;
            let table = |kind| matches!(kind, StreamKind::Table(_));
            let kind = world.platform.stream_configuration(stream);
            let dated = matches!(start, StartingPosition::AtTimestamp(_));
            if dated && kind.is_some_and(|it| table(it.kind)) {
                return Err(ApiError::invalid(format!(
                    "Unsupported starting position for arn type: {arn}"
                )));
            }
            MappingConfiguration::reading(stream, start, function)
        }
        "kafka" => {
            let start = start(fields, world)?;
            let topic = find(arn, Some(&one(fields, "Topics")?), world)?;
            MappingConfiguration::consuming(topic, start, function)
        }
        "mq" => {
            let queue = find(arn, Some(&one(fields, "Queues")?), world)?;
            MappingConfiguration::brokered(queue, function)
        }
        _ => return Ok(None),
    };
    Ok(Some(configuration))
}

/// The settings of a mapping of Kafka of one's own, which has servers instead of an ARN (Lambda API
/// reference, SelfManagedEventSource). Those of a session are [`KAFKA_SERVERS`]; all others are unknown.
pub(super) fn self_managed(
    fields: &Fields,
    function: FunctionId,
    world: &World<'_>,
) -> Result<MappingConfiguration, ApiError> {
    let Some(source) = fields.object("SelfManagedEventSource")? else {
        return Err(ApiError::invalid("Unrecognized event source."));
    };
    let endpoints = source.object("Endpoints")?;
    let endpoints = source.required("Endpoints", endpoints)?;
    let servers = endpoints.texts(ENDPOINTS)?;
    let servers = endpoints.required(ENDPOINTS, servers)?;
    let known = |it: &String| KAFKA_SERVERS.split(',').any(|server| server == it);
    if servers.is_empty() || !servers.iter().all(known) {
        return Err(ApiError::invalid(format!(
            "There is no Kafka cluster at \"{}\" in this session: its servers are {KAFKA_SERVERS}.",
            servers.join(",")
        )));
    }
    let start = start(fields, world)?;
    let name = one(fields, "Topics")?;
    let mut streams = world.platform.streams();
    let topic = streams.find(|(_, it)| matches!(it.kind, StreamKind::Topic(_)) && it.name == name);
    let (topic, _) = topic.ok_or_else(|| {
        ApiError::invalid(format!(
            "There is no \"{name}\" in this session's Kafka cluster at {KAFKA_SERVERS}."
        ))
    })?;
    let mut configuration = MappingConfiguration::consuming(topic, start, function);
    configuration.manage_oneself();
    Ok(configuration)
}

/// Who reads topics and queues, and through which network, where a request says it: kept as it is.
pub(super) fn access(fields: &Fields) -> Result<Option<Vec<Access>>, ApiError> {
    let Some(list) = fields.objects("SourceAccessConfigurations")? else {
        return Ok(None);
    };
    let read = |one: &Fields| -> Result<Access, ApiError> {
        let kind = one
            .required("Type", one.choice("Type", ACCESS)?)?
            .to_owned();
        let uri = one.required("URI", one.text("URI")?)?.to_owned();
        Ok(Access { kind, uri })
    };
    list.iter().map(read).collect::<Result<_, _>>().map(Some)
}

/// The stream of an ARN; a cluster's and a broker's ARN have many, each with a name.
fn find(arn: &str, name: Option<&str>, world: &World<'_>) -> Result<StreamId, ApiError> {
    let mut streams = world.platform.streams();
    let found = streams.find(|(_, it)| {
        stream_arn(it, world.session) == arn && name.is_none_or(|name| it.name == name)
    });
    // No wording of AWS but for streams.
    found.map(|(id, _)| id).ok_or_else(|| match name {
        None => ApiError::invalid(format!("Stream not found: {arn}")),
        Some(name) => ApiError::invalid(format!("There is no \"{name}\" in this session's {arn}.")),
    })
}

/// The one name in a list.
fn one(fields: &Fields, list: &str) -> Result<String, ApiError> {
    let names = fields.texts(list)?;
    match fields.required(list, names)?.as_slice() {
        [name] => Ok(name.clone()),
        names => Err(ApiError::invalid(format!(
            "{list} must have one member, not {}.",
            names.len()
        ))),
    }
}

fn start(fields: &Fields, world: &World<'_>) -> Result<StartingPosition, ApiError> {
    let wanted = fields.choice("StartingPosition", STARTS)?;
    let wanted = wanted.ok_or_else(|| {
        ApiError::invalid(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
        )
    })?;
    let timestamp = fields.fraction("StartingPositionTimestamp")?;
    match (wanted, timestamp) {
        ("AT_TIMESTAMP", None) => Err(ApiError::missing("startingPositionTimestamp")),
        ("AT_TIMESTAMP", Some(seconds)) => {
            // A float becomes the nearest number that there is.
            let millis = (seconds * 1_000.0) as u64;
            let since = millis.saturating_sub(world.session.unix_millis);
            let at = Moment::START + Span::from_millis(since);
            Ok(StartingPosition::AtTimestamp(at))
        }
        (_, Some(_)) => Err(ApiError::invalid(
            "StartingPositionTimestamp is for the starting position AT_TIMESTAMP only.",
        )),
        ("LATEST", None) => Ok(StartingPosition::Latest),
        (_, None) => Ok(StartingPosition::TrimHorizon),
    }
}

/// Refuses what this source has not; `new` where the mapping is being made.
pub(super) fn refuse(
    fields: &Fields,
    configuration: &MappingConfiguration,
    new: bool,
) -> Result<(), ApiError> {
    let Some((kind, whose)) = sort(&configuration.source) else {
        return Ok(());
    };
    let has = |name: &&str| match SETTINGS.iter().find(|(it, _)| it == name) {
        Some((_, has)) => has[kind] && (new || !FIXED.contains(name)),
        None => true,
    };
    let mut names = SETTINGS.iter().map(|(name, _)| *name);
    match names.find(|name| fields.has(name) && !has(name)) {
        Some(name) => Err(ApiError::invalid(format!(
            "{name} is not supported for {whose} as an event source in this session."
        ))),
        None => Ok(()),
    }
}

/// Takes over what is given.
pub(super) fn apply(
    fields: &Fields,
    configuration: &mut MappingConfiguration,
    world: &World<'_>,
) -> Result<(), ApiError> {
    match &mut configuration.source {
        EventSource::Queue(_) | EventSource::Broker(_) => Ok(()),
        EventSource::Topic(TopicSource { failures, .. }) => policy(fields, failures, world),
        EventSource::Stream(source) => {
            let bounds = i64::from(*PARALLELIZATION.start())..=i64::from(*PARALLELIZATION.end());
            if let Some(factor) = fields.number("ParallelizationFactor", bounds)? {
                source.parallelization = factor;
            }
            let most = seconds(*TUMBLING_WINDOW.end());
            if let Some(window) = fields.number("TumblingWindowInSeconds", 0..=most)? {
                let window = Span::from_secs(u64::from(window));
                source.tumbling_window = (window > Span::ZERO).then_some(window);
            }
            let StreamSource { failures, .. } = source;
            policy(fields, failures, world)
        }
    }
}

fn policy(fields: &Fields, policy: &mut FailurePolicy, world: &World<'_>) -> Result<(), ApiError> {
    if let Some(bisect) = fields.flag("BisectBatchOnFunctionError")? {
        policy.bisect = bisect;
    }
    // -1 is no end.
    if fields.has("MaximumRetryAttempts") {
        let most = i64::from(*MAPPING_RETRIES.end());
        policy.maximum_retry_attempts = fields.number("MaximumRetryAttempts", -1..=most)?;
    }
    if fields.has("MaximumRecordAgeInSeconds") {
        let most = seconds(*RECORD_AGE.end());
        let age = fields.number("MaximumRecordAgeInSeconds", -1..=most)?;
        policy.maximum_record_age = age.map(|it| Span::from_secs(u64::from(it)));
    }
    let Some(destinations) = fields.object("DestinationConfig")? else {
        return Ok(());
    };
    if destinations.has("OnSuccess") {
        return Err(ApiError::invalid(
            "DestinationConfig.OnSuccess is not supported for an event source mapping.",
        ));
    }
    let on_failure = destinations.object("OnFailure")?;
    let arn = match &on_failure {
        Some(fields) => fields.text("Destination")?,
        None => None,
    };
    policy.on_failure = match arn {
        None | Some("") => None,
        Some(arn) => Some(failure_target_of(world, arn).ok_or_else(|| destination_error(arn))?),
    };
    Ok(())
}

/// What filters of a mapping are about.
pub(super) fn filter_source(
    configuration: &MappingConfiguration,
    world: &World<'_>,
) -> FilterSource {
    match &configuration.source {
        EventSource::Queue(_) => FilterSource::Sqs,
        EventSource::Topic(_) => FilterSource::Kafka,
        EventSource::Broker(_) => FilterSource::Mq,
        EventSource::Stream(source) => {
            let stream = world.platform.stream_configuration(source.stream);
            match stream.map(|it| it.kind) {
                Some(StreamKind::Table(_)) => FilterSource::DynamoDb,
                _ => FilterSource::Kinesis,
            }
        }
    }
}

/// What a description says beyond that of an SQS queue's mapping.
pub(super) fn describe(
    mapping: MappingId,
    settings: &MappingConfiguration,
    world: &World<'_>,
    value: &mut Value,
) {
    let Some(source) = settings.records() else {
        return;
    };
    let access = world.registry.mapping_access(mapping);
    if !access.is_empty() {
        let shown = access
            .iter()
            .map(|it| json!({"Type": it.kind, "URI": it.uri}));
        value["SourceAccessConfigurations"] = shown.collect();
    }
    if settings.is_self_managed() {
        let servers: Vec<&str> = KAFKA_SERVERS.split(',').collect();
        value["SelfManagedEventSource"] = json!({"Endpoints": {ENDPOINTS: servers}});
        if let Some(shown) = value.as_object_mut() {
            shown.remove("EventSourceArn");
        }
    }
    let stream = world.platform.stream_configuration(source.stream);
    let name = stream.map_or("", |it| it.name.as_str());
    value["LastProcessingResult"] = json!(
        world
            .platform
            .processing_result(mapping)
            .unwrap_or_default()
            .words()
    );
    // Half a second is no number of seconds (model choice: AWS does not say what it shows for its default).
    if !settings.window.as_nanos().is_multiple_of(1_000_000_000)
        && let Some(shown) = value.as_object_mut()
    {
        shown.remove("MaximumBatchingWindowInSeconds");
    }
    match settings.source {
        EventSource::Topic(_) => value["Topics"] = json!([name]),
        EventSource::Broker(_) => {
            value["Queues"] = json!([name]);
            return;
        }
        EventSource::Queue(_) | EventSource::Stream(_) => {}
    }
    value["StartingPosition"] = json!(match source.start {
        StartingPosition::TrimHorizon => "TRIM_HORIZON",
        StartingPosition::Latest => "LATEST",
        StartingPosition::AtTimestamp(at) => {
            let millis = world.session.unix_nanos(at) / 1_000_000;
            value["StartingPositionTimestamp"] = json!(millis as f64 / 1_000.0);
            "AT_TIMESTAMP"
        }
    });
    let failures = source.failures;
    let or_none = |number: Option<i64>| json!(number.unwrap_or(-1));
    value["BisectBatchOnFunctionError"] = json!(failures.bisect);
    value["MaximumRetryAttempts"] = or_none(failures.maximum_retry_attempts.map(i64::from));
    value["MaximumRecordAgeInSeconds"] = or_none(failures.maximum_record_age.map(seconds));
    value["DestinationConfig"] = match failures.on_failure {
        Some(target) => {
            json!({"OnFailure": {"Destination": destination_arn(world, target.into())}})
        }
        None => json!({"OnFailure": {}}),
    };
    if let EventSource::Stream(_) = settings.source {
        value["ParallelizationFactor"] = json!(source.parallelization);
        value["TumblingWindowInSeconds"] = json!(source.tumbling_window.map_or(0, seconds));
    }
}

const fn seconds(span: Span) -> i64 {
    (span.as_nanos() / 1_000_000_000) as i64
}
