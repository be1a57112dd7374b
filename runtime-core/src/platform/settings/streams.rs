//! Validation of streams, records and the mappings that read them, as AWS validates them (Kinesis API
//! reference, CreateStream, PutRecord and IncreaseStreamRetentionPeriod; Lambda API reference,
//! CreateEventSourceMapping).

use super::{BATCH_SIZE, BATCH_WINDOW, StreamError};
use crate::platform::Platform;
use crate::timeline::{
    EventSource, FailureTarget, MappingConfiguration, SourceKind, StartingPosition,
    StreamConfiguration, StreamKind,
};
use crate::units::{MappingId, Span, StreamId};
use std::ops::RangeInclusive;

/// Shards that a stream can have here: an account's quota in most Regions ("Quotas and limits").
pub const SHARDS: RangeInclusive<u32> = 1..=200;
/// Hours for which a data stream can keep records: a day to a year.
pub const STREAM_RETENTION_HOURS: RangeInclusive<u64> = 24..=8_760;
/// The longest name of an attribute of a table's key, in bytes (DynamoDB API reference, KeySchemaElement).
pub const MAX_ATTRIBUTE_NAME: usize = 255;
/// The longest partition key.
pub const MAX_PARTITION_KEY: usize = 256;
/// The largest record with its key, in bytes: 1 MiB, the default of a data stream.
pub const MAX_RECORD_BYTES: usize = 1_048_576;
/// `ParallelizationFactor`.
pub const PARALLELIZATION: RangeInclusive<u32> = 1..=10;
/// `MaximumRetryAttempts` of a mapping; -1, without an end, is `None` here.
pub const MAPPING_RETRIES: RangeInclusive<u32> = 0..=10_000;
/// `MaximumRecordAgeInSeconds`; -1, without an end, is `None` here.
pub const RECORD_AGE: RangeInclusive<Span> = Span::from_secs(60)..=Span::from_secs(604_800);
/// `TumblingWindowInSeconds`; 0, no window, is `None` here.
pub const TUMBLING_WINDOW: RangeInclusive<Span> = Span::from_secs(1)..=Span::from_secs(900);

/// Everything that is wrong with a stream's settings; `own` is the stream that they are for.
pub fn validate_stream(
    configuration: &StreamConfiguration,
    own: StreamId,
    platform: &Platform,
) -> Vec<StreamError> {
    let mut errors = Vec::new();
    let (name, kind) = (&configuration.name, configuration.kind);
    let lengths = match kind {
        StreamKind::Kinesis(_) | StreamKind::Broker(_) => 1..=128,
        StreamKind::Table(_) => 3..=255,
        StreamKind::Topic(_) => 1..=249,
    };
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    if !lengths.contains(&name.len()) || !name.chars().all(allowed) {
        errors.push(StreamError::Name(name.clone()));
    }
    let alike = std::mem::discriminant(&kind);
    let mut others = platform.streams().filter(|(id, _)| *id != own);
    if others.any(|(_, it)| it.name == *name && std::mem::discriminant(&it.kind) == alike) {
        errors.push(StreamError::NameTaken(name.clone()));
    }
    let before = platform.stream_configuration(own);
    if before.is_some_and(|it| {
        let same = std::mem::discriminant(&it.kind) == alike && it.kind.shards() == kind.shards();
        !same || it.table != configuration.table
    }) {
        errors.push(StreamError::KindChanged);
    }
    if let Some(key) = &configuration.table {
        errors.extend(key.attributes().find_map(|it| match it.name.len() {
            1..=MAX_ATTRIBUTE_NAME => None,
            length => Some(StreamError::Length {
                member: "attributeName",
                length,
                most: MAX_ATTRIBUTE_NAME,
            }),
        }));
        if key
            .sort
            .as_ref()
            .is_some_and(|it| it.name == key.partition.name)
        {
            errors.push(StreamError::SameKey);
        }
    }
    let shards = kind.shards();
    errors.extend(range("shardCount", shards.into(), SHARDS));
    if let (StreamKind::Kinesis(_), Some(kept)) = (kind, configuration.retention) {
        let hours = kept.as_nanos() / 3_600_000_000_000;
        let (least, most) = STREAM_RETENTION_HOURS.into_inner();
        if !STREAM_RETENTION_HOURS.contains(&hours) {
            errors.push(StreamError::Retention { hours, least, most });
        }
    }
    errors
}

/// What is wrong with a record for a stream, if anything is.
pub fn validate_record(
    stream: &StreamConfiguration,
    key: Option<&str>,
    data: &[u8],
) -> Option<StreamError> {
    let length = |member, length, most| {
        let fits = length <= most;
        (!fits).then_some(StreamError::Length {
            member,
            length,
            most,
        })
    };
    let size = data.len() + key.map_or(0, str::len);
    let large = || length("data", size, MAX_RECORD_BYTES);
    match (stream.kind, key) {
        (StreamKind::Kinesis(_), None) => Some(StreamError::NoKey),
        (StreamKind::Kinesis(_), Some("")) => Some(StreamError::Length {
            member: "partitionKey",
            length: 0,
            most: MAX_PARTITION_KEY,
        }),
        (StreamKind::Kinesis(_), Some(key)) => {
            length("partitionKey", key.chars().count(), MAX_PARTITION_KEY).or_else(large)
        }
        _ => large(),
    }
}

/// Everything that is wrong with the settings of a mapping that reads records; `own` is the mapping that
/// they are for.
pub(super) fn validate_reading(
    configuration: &MappingConfiguration,
    own: MappingId,
    platform: &Platform,
) -> Vec<StreamError> {
    let Some(source) = configuration.records() else {
        return Vec::new();
    };
    let Some(stream) = platform.stream_configuration(source.stream) else {
        return vec![StreamError::NoStream];
    };
    let Some(function) = platform.configuration(configuration.function) else {
        return vec![StreamError::NoFunction];
    };
    let mut errors = Vec::new();
    let fits = match configuration.source {
        EventSource::Queue(_) => false,
        EventSource::Stream(_) => {
            matches!(stream.kind, StreamKind::Kinesis(_) | StreamKind::Table(_))
        }
        EventSource::Topic(_) => matches!(stream.kind, StreamKind::Topic(_)),
        EventSource::Broker(_) => matches!(stream.kind, StreamKind::Broker(_)),
    };
    if !fits {
        errors.push(StreamError::WrongKind);
    }
    let broker = matches!(stream.kind, StreamKind::Broker(_));
    // Who takes a broker's message takes it from the others (model choice: there is one of them).
    let mut others = platform.mappings().filter(|(id, _)| *id != own);
    if others.any(|(_, it)| {
        let same = broker || it.function == configuration.function;
        same && it.records().is_some_and(|it| it.stream == source.stream)
    }) {
        errors.push(StreamError::MappingExists {
            stream: stream.name.clone(),
            function: function.name.clone(),
        });
    }
    let before = platform.mapping(own);
    if before.is_some_and(|before| {
        let before = before.records().map(|it| (it.stream, it.start));
        before != Some((source.stream, source.start))
    }) {
        errors.push(StreamError::SourceChanged);
    }
    let timestamp = matches!(source.start, StartingPosition::AtTimestamp(_));
    if timestamp && matches!(stream.kind, StreamKind::Table(_)) {
        errors.push(StreamError::StartingPosition);
    }
    if configuration.report_failures && broker {
        errors.push(StreamError::NoItemFailures);
    }
    errors.extend(range(
        "batchSize",
        configuration.batch_size.into(),
        BATCH_SIZE,
    ));
    let window = configuration.window;
    errors.extend(seconds(
        "maximumBatchingWindowInSeconds",
        window,
        BATCH_WINDOW,
    ));
    // "Because you can only change MaximumBatchingWindowInSeconds in increments of seconds, you cannot revert
    // back to the 500 ms default batching window after you have changed it" (CreateEventSourceMapping).
    let usual = before.map_or(configuration.source.usual_window(), |it| it.window);
    if window != usual && !window.as_nanos().is_multiple_of(1_000_000_000) {
        errors.push(StreamError::PartOfSecond);
    }
    let factor = source.parallelization.into();
    errors.extend(range("parallelizationFactor", factor, PARALLELIZATION));
    if let Some(window) = source.tumbling_window {
        errors.extend(seconds("tumblingWindowInSeconds", window, TUMBLING_WINDOW));
    }
    let failures = source.failures;
    if let Some(retries) = failures.maximum_retry_attempts {
        errors.extend(range(
            "maximumRetryAttempts",
            retries.into(),
            MAPPING_RETRIES,
        ));
    }
    if let Some(age) = failures.maximum_record_age {
        errors.extend(seconds("maximumRecordAgeInSeconds", age, RECORD_AGE));
    }
    errors.extend(
        failures
            .on_failure
            .and_then(|it| destination_fault(it, platform)),
    );
    errors
}

/// Queues, topics and buckets are told of what is discarded ("Retain discarded batch records for a Kinesis
/// Data Streams event source in Lambda"; Kafka's too, "Capturing discarded batches for Amazon MSK and
/// self-managed Apache Kafka event sources").
fn destination_fault(target: FailureTarget, platform: &Platform) -> Option<StreamError> {
    match target {
        FailureTarget::Queue(queue) => match platform.queue_configuration(queue) {
            Some(queue) if queue.is_fifo() => {
                Some(StreamError::FifoDestination(queue.name.clone()))
            }
            Some(_) => None,
            None => Some(StreamError::NoDestination),
        },
        FailureTarget::Source(source) => match platform.source(source) {
            Some(source) if matches!(source.kind, SourceKind::Topic | SourceKind::Bucket) => None,
            Some(source) => Some(StreamError::WrongDestination {
                name: source.name.clone(),
                kind: source.kind.name(),
            }),
            None => Some(StreamError::NoDestination),
        },
    }
}

fn range(member: &'static str, value: u64, allowed: RangeInclusive<u32>) -> Option<StreamError> {
    let (least, most) = (u64::from(*allowed.start()), u64::from(*allowed.end()));
    let fits = (least..=most).contains(&value);
    (!fits).then_some(StreamError::Range {
        member,
        value,
        least,
        most,
    })
}

fn seconds(
    member: &'static str,
    value: Span,
    allowed: RangeInclusive<Span>,
) -> Option<StreamError> {
    let whole = |span: Span| span.as_nanos() / 1_000_000_000;
    (!allowed.contains(&value)).then(|| StreamError::Range {
        member,
        value: whole(value),
        least: whole(*allowed.start()),
        most: whole(*allowed.end()),
    })
}
