//! Streams, records and the mappings that read them against the limits of AWS.

use super::super::tests::{F, configuration};
use super::*;
use crate::platform::{Input, MAPPING_CHANGE, Out, Platform, Timer};
use crate::timeline::{
    BrokerKind, EventSource, MappingConfiguration, QueueConfiguration, StartingPosition,
    StreamConfiguration, StreamSource, StreamView,
};
use crate::units::{MappingId, Moment, QueueId, Span, StreamId};

const CLICKS: StreamId = StreamId(1);
const TABLE: StreamId = StreamId(2);
const START: StartingPosition = StartingPosition::TrimHorizon;

fn platform() -> Platform {
    let mut platform = Platform::default();
    let mut send = |input| platform.handle(Moment::START, input, &mut Out::default());
    send(Input::ConfigureFunction {
        function: F,
        configuration: configuration(None),
    });
    send(Input::ConfigureQueue {
        queue: QueueId(1),
        configuration: Box::new(QueueConfiguration::named("line.fifo")),
    });
    for (stream, configuration) in [
        (CLICKS, StreamConfiguration::kinesis("clicks", 1)),
        (
            TABLE,
            StreamConfiguration::table("orders", StreamView::KeysOnly),
        ),
    ] {
        send(Input::ConfigureStream {
            stream,
            configuration: Box::new(configuration),
        });
    }
    platform
}

fn mapping(stream: StreamId, change: impl FnOnce(&mut StreamSource)) -> Vec<String> {
    let mut configuration = MappingConfiguration::reading(stream, START, F);
    if let EventSource::Stream(source) = &mut configuration.source {
        change(source);
    }
    let errors = validate_mapping(&configuration, MappingId(1), &platform());
    assert!(errors.iter().all(|error| !error.hint().is_empty()));
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn readings_have_the_limits_of_the_api() {
    assert_eq!(mapping(CLICKS, |_| {}), [] as [&str; 0]);
    let errors = mapping(CLICKS, |it| {
        it.parallelization = 11;
        it.tumbling_window = Some(Span::from_secs(901));
        it.failures.maximum_retry_attempts = Some(10_001);
        it.failures.maximum_record_age = Some(Span::from_secs(59));
        it.failures.on_failure = Some(QueueId(1).into());
    });
    let range = |value, member, bound| {
        format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must have value {bound}"
        )
    };
    assert_eq!(
        errors,
        [
            range(11, "parallelizationFactor", "less than or equal to 10"),
            range(901, "tumblingWindowInSeconds", "less than or equal to 900"),
            range(
                10_001,
                "maximumRetryAttempts",
                "less than or equal to 10000"
            ),
            range(
                59,
                "maximumRecordAgeInSeconds",
                "greater than or equal to 60"
            ),
            "line.fifo is a FIFO queue: on-failure destinations are standard queues.".to_owned(),
        ]
    );
}

#[test]
fn a_source_is_read_as_what_it_is() {
    let timestamp = StartingPosition::AtTimestamp(Moment::START);
    assert_eq!(mapping(CLICKS, |it| it.start = timestamp).len(), 0);
    let errors = mapping(TABLE, |it| it.start = timestamp);
    assert_eq!(
        errors,
        ["A table's stream cannot be read from a timestamp on."]
    );
    assert_eq!(mapping(StreamId(9), |_| {}), ["There is no such stream."]);
    let topic = MappingConfiguration::consuming(CLICKS, START, F);
    assert_eq!(
        validate_mapping(&topic, MappingId(1), &platform()),
        [QueueError::Stream(StreamError::WrongKind)]
    );
}

/// The change of a mapping that was begun at the start is over.
fn settle(platform: &mut Platform, mapping: MappingId) {
    let due = Moment::START + MAPPING_CHANGE;
    let timer = Timer::MappingChange { mapping, due };
    platform.handle(due, Input::TimerFired(timer), &mut Out::default());
}

#[test]
fn a_function_reads_a_stream_once_and_from_where_it_began() {
    let mut platform = platform();
    let configuration = MappingConfiguration::reading(CLICKS, START, F);
    let input = Input::ConfigureMapping {
        mapping: MappingId(1),
        configuration: Box::new(configuration.clone()),
    };
    platform.handle(Moment::START, input, &mut Out::default());
    settle(&mut platform, MappingId(1));
    assert_eq!(
        validate_mapping(&configuration, MappingId(1), &platform),
        []
    );
    assert!(matches!(
        &validate_mapping(&configuration, MappingId(2), &platform)[..],
        [QueueError::Stream(StreamError::MappingExists { .. })]
    ));
    let moved = MappingConfiguration::reading(CLICKS, StartingPosition::Latest, F);
    assert_eq!(
        validate_mapping(&moved, MappingId(1), &platform),
        [QueueError::Stream(StreamError::SourceChanged)]
    );
}

#[test]
fn streams_have_the_limits_of_the_api() {
    let platform = platform();
    let check = |configuration| validate_stream(&configuration, StreamId(9), &platform);
    assert_eq!(check(StreamConfiguration::kinesis("new", 200)), []);
    assert_eq!(
        check(StreamConfiguration::kinesis("a b", 1)),
        [StreamError::Name("a b".into())]
    );
    assert_eq!(
        check(StreamConfiguration::kinesis("clicks", 1)),
        [StreamError::NameTaken("clicks".into())]
    );
    // A table may have a stream's name.
    let table = StreamConfiguration::table("clicks", StreamView::KeysOnly);
    assert_eq!(check(table), []);
    assert_eq!(check(StreamConfiguration::kinesis("new", 0)).len(), 1);
    let mut short = StreamConfiguration::kinesis("new", 1);
    short.retention = Some(Span::from_secs(23 * 3_600));
    assert_eq!(
        check(short)[0].to_string(),
        "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short."
    );
    let more = StreamConfiguration::kinesis("clicks", 2);
    assert_eq!(
        validate_stream(&more, CLICKS, &platform),
        [StreamError::KindChanged]
    );
}

#[test]
fn records_have_the_limits_of_the_api() {
    let stream = StreamConfiguration::kinesis("clicks", 1);
    let large = vec![0; MAX_RECORD_BYTES];
    assert_eq!(validate_record(&stream, Some("k"), b""), None);
    assert_eq!(validate_record(&stream, Some("k"), &large[1..]), None);
    let error = |key, data| validate_record(&stream, key, data).map(|it| it.to_string());
    let told = |member, bound| {
        Some(format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must have length {bound}"
        ))
    };
    assert_eq!(
        error(Some("k"), &large),
        told("data", "less than or equal to 1048576")
    );
    assert_eq!(
        error(Some(""), b""),
        told("partitionKey", "greater than or equal to 1")
    );
    let long = "k".repeat(MAX_PARTITION_KEY + 1);
    assert_eq!(
        error(Some(&long), b""),
        told("partitionKey", "less than or equal to 256")
    );
    assert_eq!(
        validate_record(&stream, None, b""),
        Some(StreamError::NoKey)
    );
}

/// CreateEventSourceMapping, `MaximumBatchingWindowInSeconds`: "For streams and Amazon SQS event sources, the
/// default batching window is 0 seconds. For Amazon MSK, Self-managed Apache Kafka, Amazon MQ, and DocumentDB event
/// sources, the default batching window is 500 ms", to which there is no way back.
#[test]
fn windows_are_whole_seconds_but_for_the_default() {
    let (topic, broker) = (StreamId(3), StreamId(4));
    let mut platform = platform();
    let mut send = |input| platform.handle(Moment::START, input, &mut Out::default());
    for (stream, configuration) in [
        (topic, StreamConfiguration::topic("orders", 1)),
        (
            broker,
            StreamConfiguration::broker("mail", BrokerKind::ActiveMq),
        ),
    ] {
        send(Input::ConfigureStream {
            stream,
            configuration: Box::new(configuration),
        });
    }
    let half = Span::from_millis(500);
    let own = MappingId(1);
    for (usual, window) in [
        (MappingConfiguration::reading(CLICKS, START, F), Span::ZERO),
        (MappingConfiguration::consuming(topic, START, F), half),
        (MappingConfiguration::brokered(broker, F), half),
    ] {
        assert_eq!(usual.window, window);
        let faults = |platform: &Platform, window| {
            let configuration = MappingConfiguration {
                window,
                ..usual.clone()
            };
            let errors = validate_mapping(&configuration, own, platform);
            errors.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let refused =
            |errors: Vec<String>| matches!(&errors[..], [it] if it.contains("whole seconds"));
        let whole = Span::from_secs(2);
        for right in [window, Span::ZERO, whole, Span::from_secs(300)] {
            assert_eq!(faults(&platform, right), [] as [&str; 0]);
        }
        assert!(refused(faults(&platform, Span::from_millis(1_500))));
        // The mapping is there with its default, which it may keep; set to seconds, it has none any more.
        for (set, back) in [(window, true), (whole, window == Span::ZERO)] {
            let mut there = platform.clone();
            let configuration = MappingConfiguration {
                window: set,
                ..usual.clone()
            };
            let input = Input::ConfigureMapping {
                mapping: own,
                configuration: Box::new(configuration),
            };
            there.handle(Moment::START, input, &mut Out::default());
            settle(&mut there, own);
            let errors = faults(&there, window);
            assert_eq!(errors.is_empty(), back, "{errors:?}");
            assert!(back || refused(errors));
        }
    }
}
