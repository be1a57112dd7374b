//! Events of streams, to the letter, and that their responses are read back.

mod filters;
mod topics;

use super::*;
use crate::events::trigger::dynamodb::{Change, Stored};
use crate::events::trigger::kinesis::hash_key;
use crate::platform::{DiscardOrder, FailedRecords, Out, RecordPosting, StreamBatchOrder};
use crate::timeline::{
    RecordEnd, ShardBatch, SourceConfiguration, SourceKind, StreamConfiguration, StreamKind,
    StreamView, WindowPart,
};
use crate::units::{
    BatchId, ByteCount, FunctionId, MappingId, QueueId, RecordId, RequestId, SessionSeed, SourceId,
    Span, StreamId,
};
use serde_json::{Value, json};

const SESSION: SessionMeta = SessionMeta {
    seed: SessionSeed(7),
    // 2026-11-24T12:00:00Z
    unix_millis: 1_795_521_600_000,
};
const STREAM: StreamId = StreamId(1);

struct World {
    platform: Platform,
    payloads: Payloads,
}

impl World {
    fn new(configuration: StreamConfiguration) -> Self {
        let mut world = World {
            platform: Platform::default(),
            payloads: Payloads::default(),
        };
        world.send(Input::ConfigureStream {
            stream: STREAM,
            configuration: Box::new(configuration),
        });
        world
    }

    fn send(&mut self, input: Input) {
        let at = Moment::START + Span::from_millis(1_500);
        self.platform.handle(at, input, &mut Out::default());
    }

    fn put(&mut self, key: &str, data: &str) {
        let data = self.payloads.add(data.as_bytes());
        self.send(Input::PutRecord(RecordPosting {
            stream: STREAM,
            hash: hash_key(key),
            key: Some(key.into()),
            data,
            bytes: ByteCount::new(1),
        }));
    }

    fn answer(&mut self, effect: Effect) -> Input {
        let (platform, payloads) = (&self.platform, &mut self.payloads);
        answer(platform, payloads, SESSION, Moment::START, effect).unwrap()
    }

    fn write(&mut self, window: Option<WindowPart>, state: Option<&str>) -> Value {
        let state = state.map(|it| self.payloads.add(it.as_bytes()));
        let read = ShardBatch {
            mapping: MappingId(1),
            shard: 0,
            lane: 0,
            records: vec![RecordId(1)],
            window,
        };
        let order = StreamBatchOrder {
            batch: BatchId(1),
            stream: STREAM,
            read,
            state,
        };
        match self.answer(Effect::WriteStreamBatch(Box::new(order))) {
            Input::StreamBatchWritten { event, .. } => {
                serde_json::from_slice(&self.payloads.get(event)).unwrap()
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_batch_is_an_event_of_kinesis() {
    let mut world = World::new(StreamConfiguration::kinesis("clicks", 1));
    world.put("visitor-7", "{\"page\": 1}");
    let event = world.write(None, None);
    let record = &event["Records"][0];
    assert_eq!(
        record["kinesis"],
        json!({
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "visitor-7",
            "sequenceNumber": "49590338271490256608559692538361571000000000000000000001",
            "data": "eyJwYWdlIjogMX0=",
            "approximateArrivalTimestamp": 1_795_521_601.5,
        })
    );
    assert_eq!(
        record["eventSourceARN"],
        "arn:aws:kinesis:us-east-1:123456789012:stream/clicks"
    );
    assert_eq!(event.get("window"), None);
}

#[test]
fn a_windows_event_has_its_state() {
    let mut world = World::new(StreamConfiguration::kinesis("clicks", 1));
    world.put("visitor-7", "{}");
    let part = WindowPart {
        start: Moment::START,
        end: Moment::START + Span::from_secs(120),
        last: true,
        early: false,
    };
    let event = world.write(Some(part), Some("{\"a\":1}"));
    assert_eq!(
        event["window"],
        json!({"start": "2026-11-24T12:00:00Z", "end": "2026-11-24T12:02:00Z"})
    );
    assert_eq!(event["state"], json!({"a": 1}));
    assert_eq!(event["shardId"], "shardId-000000000000");
    assert_eq!(event["isFinalInvokeForWindow"], true);
    assert_eq!(event["isWindowTerminatedEarly"], false);
    assert_eq!(world.write(Some(part), None)["state"], json!({}));
}

#[test]
fn a_change_shows_the_images_of_its_stream() {
    let item = |count: &str| {
        let item = json!({"id": {"S": "a"}, "count": {"N": count}});
        item.as_object().unwrap().clone()
    };
    for (view, images) in [
        (StreamView::KeysOnly, [false, false]),
        (StreamView::NewImage, [true, false]),
        (StreamView::NewAndOldImages, [true, true]),
    ] {
        let mut world = World::new(StreamConfiguration::table("orders", view));
        let stored = Stored {
            keys: json!({"id": {"S": "a"}}).as_object().unwrap().clone(),
            change: Change::Modify {
                new: item("2"),
                old: item("1"),
            },
            expired: false,
        };
        assert_eq!(Stored::from_json(&stored.to_json()), Some(stored.clone()));
        world.put("a", &stored.to_json().to_string());
        let record = &world.write(None, None)["Records"][0];
        assert_eq!(record["eventName"], "MODIFY");
        let change = &record["dynamodb"];
        assert_eq!(change["Keys"], json!({"id": {"S": "a"}}));
        let there = ["NewImage", "OldImage"].map(|name| change.get(name).is_some());
        assert_eq!(there, images);
    }
}

#[test]
fn a_response_is_read_by_sequence_numbers_and_state() {
    let mut world = World::new(StreamConfiguration::kinesis("clicks", 1));
    let failed = json!({"batchItemFailures": [
        {"itemIdentifier": "49590338271490256608559692538361571000000000000000000002"},
    ], "state": {"a": 1}})
    .to_string();
    for (response, wanted, expected, state) in [
        (
            &*failed,
            (true, true),
            FailedRecords::From(RecordId(2)),
            true,
        ),
        (&failed, (false, true), FailedRecords::None, true),
        (
            &failed,
            (true, false),
            FailedRecords::From(RecordId(2)),
            false,
        ),
        ("{}", (true, true), FailedRecords::All, false),
        ("", (true, false), FailedRecords::None, false),
        ("{", (true, false), FailedRecords::All, false),
    ] {
        let given = world.payloads.add(response.as_bytes());
        let input = world.answer(Effect::ReadStreamResponse {
            batch: BatchId(1),
            stream: STREAM,
            records: vec![RecordId(1), RecordId(2)],
            response: Some(given),
            reports: wanted.0,
            state: wanted.1,
        });
        match input {
            Input::StreamResponseRead {
                failed, state: it, ..
            } => assert_eq!((failed, it.is_some()), (expected, state), "{response}"),
            other => panic!("{other:?}"),
        }
    }
}

/// As the developer guide shows it: what the records were, not what was in them.
#[test]
fn what_is_discarded_is_told() {
    let mut world = World::new(StreamConfiguration::kinesis("clicks", 2));
    let seen = (Moment::START + Span::from_millis(1_500), 0);
    let order = DiscardOrder {
        batch: BatchId(1),
        to: QueueId(1).into(),
        mapping: MappingId(1),
        function: FunctionId(1),
        stream: STREAM,
        shard: 1,
        end: RecordEnd::RetryAttemptsExhausted,
        records: vec![RecordId(1), RecordId(3)],
        first: (RecordId(1), seen),
        last: (RecordId(3), seen),
        invocations: 3,
        attempt: Some((
            RequestId(9),
            crate::timeline::Outcome::Failed(crate::timeline::Failure::HandlerError),
        )),
    };
    let Input::DiscardWritten(written) = world.answer(Effect::WriteDiscard(Box::new(order))) else {
        panic!("no record");
    };
    let told: Value = serde_json::from_slice(&world.payloads.get(written.payload)).unwrap();
    assert_eq!(
        told["requestContext"]["condition"],
        "RetryAttemptsExhausted"
    );
    assert_eq!(told["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(told["responseContext"]["functionError"], "Unhandled");
    assert_eq!(
        told["KinesisBatchInfo"],
        json!({
            "shardId": "shardId-000000000001",
            "startSequenceNumber": "49590338271490256608559692538361571000000000000000000001",
            "endSequenceNumber": "49590338271490256608559692538361571000000000000000000003",
            "approximateArrivalOfFirstRecord": "2026-11-24T12:00:01.500Z",
            "approximateArrivalOfLastRecord": "2026-11-24T12:00:01.500Z",
            "batchSize": 2,
            "streamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/clicks",
        })
    );
    assert_eq!(told.get("requestPayload"), None);
}

/// "Retain discarded batch records for a DynamoDB event source in Lambda", and as recorded against AWS in
/// November 2025: the fields of a table's stream are those of a Kinesis data stream.
#[test]
fn what_is_discarded_of_a_table_is_told() {
    let view = StreamView::NewAndOldImages;
    let mut world = World::new(StreamConfiguration::table("orders", view));
    world.send(Input::ConfigureFunction {
        function: FunctionId(1),
        configuration: Box::new(super::tests::function("ship")),
    });
    let arrived = |millis| (Moment::START + Span::from_millis(millis), 0);
    let order = |end, invocations, attempt| DiscardOrder {
        batch: BatchId(1),
        to: QueueId(1).into(),
        mapping: MappingId(1),
        function: FunctionId(1),
        stream: STREAM,
        shard: 0,
        end,
        records: vec![RecordId(1), RecordId(3)],
        first: (RecordId(1), arrived(250)),
        last: (RecordId(3), arrived(1_500)),
        invocations,
        attempt,
    };
    let mut told = |order| match world.answer(Effect::WriteDiscard(Box::new(order))) {
        Input::DiscardWritten(written) => {
            assert_eq!(written.attributes, None);
            let text = world.payloads.get(written.payload);
            serde_json::from_slice::<Value>(&text).unwrap()
        }
        other => panic!("{other:?}"),
    };
    let function = "arn:aws:lambda:us-east-1:123456789012:function:ship";
    let batch = json!({
        "shardId": "shardId-00000001795521600000-00000000",
        "startSequenceNumber": "100000000000000000001",
        "endSequenceNumber": "100000000000000000003",
        "approximateArrivalOfFirstRecord": "2026-11-24T12:00:00.250Z",
        "approximateArrivalOfLastRecord": "2026-11-24T12:00:01.500Z",
        "batchSize": 2,
        "streamArn":
            "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-11-24T12:00:00.000",
    });
    let failed = crate::timeline::Outcome::Failed(crate::timeline::Failure::TimedOut);
    let attempt = Some((RequestId(9), failed));
    assert_eq!(
        told(order(RecordEnd::RetryAttemptsExhausted, 3, attempt)),
        json!({
            "requestContext": {
                "requestId": RequestId(9).uuid(SESSION.seed),
                "functionArn": function,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": 3,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled",
            },
            "version": "1.0",
            "timestamp": "2026-11-24T12:00:00.000Z",
            "DDBStreamBatchInfo": batch,
        })
    );
    // Too old before a handler had them: nobody responded.
    let mut old = told(order(RecordEnd::RecordAgeExceeded, 0, None));
    let id = old["requestContext"]["requestId"].take();
    assert_eq!(id.as_str().map(str::len), Some(36));
    assert_eq!(
        old,
        json!({
            "requestContext": {
                "requestId": null,
                "functionArn": function,
                "condition": "RecordAgeExceeded",
                "approximateInvokeCount": 0,
            },
            "version": "1.0",
            "timestamp": "2026-11-24T12:00:00.000Z",
            "DDBStreamBatchInfo": batch,
        })
    );
}

#[test]
fn topics_and_brokers_have_events_of_their_own() {
    use crate::timeline::BrokerKind;
    let mut world = World::new(StreamConfiguration::topic("orders", 1));
    world.put("k", "hello");
    let event = world.write(None, None);
    assert_eq!(event["eventSource"], "aws:kafka");
    assert_eq!(
        event["records"]["orders-0"],
        json!([{
            "topic": "orders", "partition": 0, "offset": 0, "timestamp": 1_795_521_601_500_u64,
            "timestampType": "CREATE_TIME", "key": "aw==", "value": "aGVsbG8=", "headers": [],
        }])
    );
    // Kafka of one's own has no ARN ("Using Lambda with self-managed Apache Kafka", "Example event").
    let start = crate::timeline::StartingPosition::TrimHorizon;
    let mut own = crate::timeline::MappingConfiguration::consuming(STREAM, start, FunctionId(1));
    own.manage_oneself();
    world.send(Input::ConfigureMapping {
        mapping: MappingId(1),
        configuration: Box::new(own),
    });
    let managed = event;
    let event = world.write(None, None);
    assert_eq!(event["eventSource"], "SelfManagedKafka");
    assert_eq!(event.get("eventSourceArn"), None);
    for same in ["bootstrapServers", "records"] {
        assert_eq!(event[same], managed[same]);
    }
    let mut world = World::new(StreamConfiguration::broker("jobs", BrokerKind::RabbitMq));
    world.put("", "hello");
    let message = &world.write(None, None)["rmqMessagesByQueue"]["jobs::/"][0];
    assert_eq!(message["data"], "aGVsbG8=");
    assert_eq!(message["basicProperties"]["bodySize"], 5);
    let mut world = World::new(StreamConfiguration::broker("jobs", BrokerKind::ActiveMq));
    world.put("", "hello");
    let message = &world.write(None, None)["messages"][0];
    assert_eq!(message["destination"]["physicalName"], "jobs");
}

/// "Retain discarded batch records for a Kinesis Data Streams event source in Lambda", "Example Amazon S3 invocation
/// record": the whole event beside, and the object's key.
#[test]
fn a_bucket_gets_the_whole_event_of_what_is_discarded() {
    for (configuration, shard) in [
        (
            StreamConfiguration::kinesis("clicks", 1),
            "shardId-000000000000",
        ),
        (
            StreamConfiguration::table("orders", StreamView::NewImage),
            "shardId-00000001795521600000-00000000",
        ),
        (StreamConfiguration::topic("clicks", 1), "clicks-0"),
    ] {
        let kind = configuration.kind;
        let mut world = World::new(configuration);
        for (source, name, is) in [
            (1, "failures", SourceKind::Bucket),
            (2, "news", SourceKind::Topic),
        ] {
            world.send(Input::ConfigureSource {
                source: SourceId(source),
                configuration: Box::new(SourceConfiguration {
                    name: name.to_owned(),
                    kind: is,
                    wires: Vec::new(),
                }),
            });
        }
        let change = r#"{"Keys": {"id": {"S": "a"}}, "NewImage": {"id": {"S": "a"}}}"#;
        world.put(
            "k",
            if let StreamKind::Table(_) = kind {
                change
            } else {
                "tea"
            },
        );
        let seen = (Moment::START + Span::from_millis(1_500), 0);
        let order = |to| DiscardOrder {
            batch: BatchId(1),
            to,
            mapping: MappingId(1),
            function: FunctionId(1),
            stream: STREAM,
            shard: 0,
            end: RecordEnd::RetryAttemptsExhausted,
            records: vec![RecordId(1)],
            first: (RecordId(1), seen),
            last: (RecordId(1), seen),
            invocations: 1,
            attempt: None,
        };
        let mut told = |to| match world.answer(Effect::WriteDiscard(Box::new(order(to)))) {
            Input::DiscardWritten(written) => {
                let text = world.payloads.get(written.payload);
                serde_json::from_slice::<Value>(&text).unwrap()
            }
            other => panic!("{other:?}"),
        };
        let queue = told(QueueId(1).into());
        let object = told(SourceId(1).into());
        let object = &object["objectPut"];
        let mapping = MappingId(1).uuid(SESSION.seed);
        let folder = format!("aws/lambda/{mapping}/{shard}/2026/11/24/2026-11-24T12.00.00-");
        let key = object["key"].as_str().unwrap();
        assert_eq!(key.strip_prefix(&folder).map(str::len), Some(36), "{key}");
        let body = object["body"].as_str().unwrap();
        assert_eq!(object["size"], body.len());
        let mut body: Value = serde_json::from_str(body).unwrap();
        let payload = body.as_object_mut().unwrap().remove("payload").unwrap();
        assert_eq!(body, queue, "all the same beside the payload");
        let event: Value = serde_json::from_str(payload.as_str().unwrap()).unwrap();
        let records = match kind {
            StreamKind::Topic(_) => &event["records"]["clicks-0"],
            _ => &event["Records"],
        };
        assert_eq!(records.as_array().map(Vec::len), Some(1), "{event}");
        // A topic gets what a queue gets.
        let published = told(SourceId(2).into());
        let message = published["published"]["message"].as_str().unwrap();
        assert_eq!(serde_json::from_str::<Value>(message).unwrap(), queue);
    }
}

/// "Configuring error handling controls for Kafka event sources", section "PartialBatchResponse".
#[test]
fn a_topics_response_is_read_by_partition_and_offset() {
    let mut world = World::new(StreamConfiguration::topic("clicks", 2));
    // Partition 0 has the first and the third.
    for hash in [0, 1, 2] {
        let data = world.payloads.add(&b"tea"[..]);
        world.send(Input::PutRecord(RecordPosting {
            stream: STREAM,
            hash,
            key: None,
            data,
            bytes: ByteCount::new(3),
        }));
    }
    let item = |partition: &str, offset: u64| json!({"itemIdentifier": {"partition": partition, "offset": offset}});
    let of = |items: &[Value]| json!({ "batchItemFailures": items }).to_string();
    for (response, expected) in [
        (
            of(&[item("clicks-0", 1)]),
            FailedRecords::These(vec![RecordId(3)]),
        ),
        (of(&[]), FailedRecords::None),
        ("null".to_owned(), FailedRecords::None),
        (of(&[item("clicks-0", 2)]), FailedRecords::All),
        (of(&[item("clicks-1", 0)]), FailedRecords::All),
        ("[".to_owned(), FailedRecords::All),
    ] {
        let given = world.payloads.add(response.as_bytes());
        let input = world.answer(Effect::ReadStreamResponse {
            batch: BatchId(1),
            stream: STREAM,
            records: vec![RecordId(1), RecordId(3)],
            response: Some(given),
            reports: true,
            state: false,
        });
        match input {
            Input::StreamResponseRead { failed, .. } => assert_eq!(failed, expected, "{response}"),
            other => panic!("{other:?}"),
        }
    }
}
