//! What is written, to the letter, and that it is read back.

mod records;

use super::*;
use crate::platform::{
    AsyncArrival, FailedMessages, InvocationEnd, MAPPING_CHANGE, Out, Posting, RECEIVE_LATENCY,
    Timer,
};
use crate::timeline::{
    Architecture, AsyncConfiguration, AsyncSource, ClockSetting, DEFAULT_HANDLER, Destination,
    Failure, FunctionConfiguration, HandlerKind, InitOutcome, MappingConfiguration, Outcome,
    Qualifier, QueueConfiguration, Runtime, Sender, SnapStart,
};
use crate::units::{
    BatchId, ByteCount, EnvironmentId, FunctionId, MappingId, MemoryMb, MessageId, PackageId,
    QueueId, RequestId, SessionSeed, Span,
};
use serde_json::{Value, json};

const F: FunctionId = FunctionId(1);
const QUEUE: QueueId = QueueId(1);
const SESSION: SessionMeta = SessionMeta {
    seed: SessionSeed(7),
    // 2026-11-24T12:00:00Z
    unix_millis: 1_795_521_600_000,
};

#[derive(Default)]
struct World {
    platform: Platform,
    payloads: Payloads,
    now: Moment,
    effects: Vec<Effect>,
}

/// Settings of a function of this name.
pub(super) fn function(name: &str) -> FunctionConfiguration {
    FunctionConfiguration {
        name: name.to_owned(),
        package: PackageId(0),
        runtime: Runtime::Provided,
        handler: DEFAULT_HANDLER.to_owned(),
        kind: HandlerKind::Reactor,
        code_size: ByteCount::new(1),
        unzipped_size: ByteCount::default(),
        layers: Vec::new(),
        initial_memory: ByteCount::new(65_536),
        memory: MemoryMb::new(128),
        timeout: Span::from_secs(3),
        architecture: Architecture::X86_64,
        ephemeral_storage: MemoryMb::new(512),
        variables: Default::default(),
        reserved_concurrency: None,
        snap_start: SnapStart::None,
        asynchronous: AsyncConfiguration::default(),
        clock: ClockSetting::default(),
    }
}

impl World {
    fn new(asynchronous: AsyncConfiguration) -> Self {
        let mut world = World::default();
        world.send(Input::ConfigureFunction {
            function: F,
            configuration: Box::new(FunctionConfiguration {
                asynchronous,
                ..function("orders")
            }),
        });
        world
    }

    fn queue(&mut self, name: &str) {
        let queue = self.platform.next_queue();
        self.send(Input::ConfigureQueue {
            queue,
            configuration: Box::new(QueueConfiguration::named(name)),
        });
    }

    fn map(&mut self, filters: &[&str]) {
        self.send(Input::ConfigureMapping {
            mapping: MappingId(1),
            configuration: Box::new(MappingConfiguration {
                filters: filters.iter().map(|it| (*it).to_owned()).collect(),
                ..MappingConfiguration::between(QUEUE, F)
            }),
        });
        // It was made some time ago.
        let (mapping, due) = (MappingId(1), self.now + MAPPING_CHANGE);
        self.send(Input::TimerFired(Timer::MappingChange { mapping, due }));
    }

    fn post(&mut self, body: &str, group: Option<&str>) {
        let body = self.payloads.add(body.as_bytes());
        self.send(Input::SendMessage(Posting {
            queue: QUEUE,
            sender: Sender::User,
            body,
            bytes: ByteCount::new(1),
            attributes: None,
            group: group.map(Into::into),
            deduplication: group.map(|_| "once".into()),
            delay: None,
        }));
    }

    fn send(&mut self, input: Input) {
        let mut out = Out::default();
        self.platform.handle(self.now, input, &mut out);
        self.effects.extend(out.effects);
    }

    /// Has the last thing written that is to be, and takes it in.
    fn write(&mut self) -> Input {
        let wanted = self.effects.iter().rposition(|effect| {
            matches!(effect, Effect::WriteBatch { .. } | Effect::WriteRecord(_))
        });
        let effect = self.effects.remove(wanted.unwrap());
        let input = answer(
            &self.platform,
            &mut self.payloads,
            SESSION,
            self.now,
            effect,
        );
        input.unwrap()
    }

    /// Receives what was sent, and writes it.
    fn receive(&mut self) -> (Value, Vec<MessageId>) {
        self.now = Moment::START + RECEIVE_LATENCY;
        let poll = Timer::Poll {
            mapping: MappingId(1),
            due: self.now,
        };
        self.send(Input::TimerFired(poll));
        match self.write() {
            Input::BatchWritten {
                batch,
                event,
                bytes,
                dropped,
            } => {
                assert_eq!(batch, BatchId(1));
                let written = self.payloads.get(event);
                assert_eq!(bytes, ByteCount::from(written.len()));
                (serde_json::from_slice(&written).unwrap(), dropped)
            }
            other => panic!("{other:?}"),
        }
    }

    /// An asynchronous event, handled like this.
    fn handle(&mut self, outcome: Outcome, response: &str) {
        let event = self.payloads.add(*b"{\"b\": 1, \"a\": 2.50}");
        self.send(Input::InvokeAsync(AsyncArrival {
            request: RequestId(1),
            function: F,
            qualifier: Qualifier::LATEST,
            source: AsyncSource::Invoke,
            event,
            bytes: ByteCount::new(19),
            refused: None,
        }));
        let environment = EnvironmentId(1);
        self.send(Input::EnvironmentReady { environment });
        self.send(Input::InitFinished {
            environment,
            outcome: InitOutcome::Succeeded,
            duration: Span::ZERO,
            restoring: Span::ZERO,
            snapshot: None,
        });
        self.now = Moment::START + Span::from_millis(1_500);
        let response = Some(self.payloads.add(response.as_bytes()));
        self.send(Input::InvocationFinished(InvocationEnd {
            environment,
            request: RequestId(1),
            outcome,
            duration: Span::from_millis(1_500),
            max_memory: ByteCount::new(1),
            response,
        }));
    }
}

/// As "Using Lambda with Amazon SQS" shows it, message by message.
#[test]
fn a_batch_is_an_sqs_event() {
    let mut world = World::new(AsyncConfiguration::default());
    world.queue("incoming");
    world.map(&[]);
    world.post("{\"order\": 1}", None);
    world.post("two", None);
    let (event, dropped) = world.receive();
    assert!(dropped.is_empty());
    let records = event["Records"].as_array().unwrap();
    assert_eq!(records.len(), 2);
    let record = &records[0];
    assert_eq!(record["messageId"], MessageId(1).uuid(SESSION.seed));
    assert_eq!(record["body"], "{\"order\": 1}");
    assert_eq!(
        record["attributes"],
        json!({
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1795521600000",
            "SenderId": "AIDAIENQZJOLO23YVJ4VO",
            "ApproximateFirstReceiveTimestamp": "1795521600020",
        })
    );
    assert_eq!(record["messageAttributes"], json!({}));
    assert_eq!(record["eventSource"], "aws:sqs");
    assert_eq!(
        record["eventSourceARN"],
        "arn:aws:sqs:us-east-1:123456789012:incoming"
    );
    assert_eq!(records[1]["md5OfBody"], "b8a9f715dbb64fd5c56e7783c6820a61");
    assert_ne!(record["receiptHandle"], records[1]["receiptHandle"]);
}

#[test]
fn a_fifo_queue_says_group_and_sequence() {
    let mut world = World::new(AsyncConfiguration::default());
    world.queue("incoming.fifo");
    world.map(&[]);
    world.post("one", Some("customer-1"));
    let (event, _) = world.receive();
    let attributes = &event["Records"][0]["attributes"];
    assert_eq!(attributes["MessageGroupId"], "customer-1");
    assert_eq!(attributes["MessageDeduplicationId"], "once");
    assert_eq!(attributes["SequenceNumber"], "18849496460467696129");
}

#[test]
fn a_filter_keeps_what_matches() {
    let mut world = World::new(AsyncConfiguration::default());
    world.queue("incoming");
    world.map(&[r#"{"body": {"order": [{"numeric": [">", 1]}]}}"#]);
    for body in ["{\"order\": 1}", "{\"order\": 2}", "no JSON"] {
        world.post(body, None);
    }
    let (event, dropped) = world.receive();
    assert_eq!(dropped, [MessageId(1), MessageId(3)]);
    assert_eq!(event["Records"].as_array().map(Vec::len), Some(1));
    assert_eq!(event["Records"][0]["body"], "{\"order\": 2}");
}

#[test]
fn a_response_is_read_by_the_ids_of_the_event() {
    let mut world = World::new(AsyncConfiguration::default());
    let failed = MessageId(2).uuid(SESSION.seed);
    let named = json!({"batchItemFailures": [{"itemIdentifier": failed}]}).to_string();
    let strange = json!({"batchItemFailures": [{"itemIdentifier": "other"}]}).to_string();
    for (response, expected) in [
        (&*named, FailedMessages::These(vec![MessageId(2)])),
        ("", FailedMessages::These(vec![])),
        ("null", FailedMessages::These(vec![])),
        (&*strange, FailedMessages::All),
        ("{", FailedMessages::All),
    ] {
        let given = world.payloads.add(response.as_bytes());
        let effect = Effect::ReadBatchResponse {
            batch: BatchId(1),
            messages: vec![MessageId(1), MessageId(2)],
            response: Some(given),
        };
        let (platform, payloads) = (&world.platform, &mut world.payloads);
        match answer(platform, payloads, SESSION, Moment::START, effect) {
            Some(Input::BatchResponseRead { failed, .. }) => {
                assert_eq!(failed, expected, "{response}");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// As recorded against AWS in November 2025; the event's own text is kept.
#[test]
fn the_record_of_a_success() {
    let mut world = World::new(AsyncConfiguration {
        on_success: Some(Destination::Function(F)),
        ..AsyncConfiguration::default()
    });
    world.handle(Outcome::Succeeded, "{\"done\":true}");
    let Input::RecordWritten(written) = world.write() else {
        panic!("no record");
    };
    let uuid = RequestId(1).uuid(SESSION.seed);
    let expected = format!(
        "{{\"version\":\"1.0\",\"timestamp\":\"2026-11-24T12:00:01.500Z\",\"requestContext\":{{\"approximateInvokeCount\":1,\"condition\":\"Success\",\"functionArn\":\"arn:aws:lambda:us-east-1:123456789012:function:orders:$LATEST\",\"requestId\":\"{uuid}\"}},\"requestPayload\":{{\"b\": 1, \"a\": 2.50}},\"responseContext\":{{\"executedVersion\":\"$LATEST\",\"statusCode\":200}},\"responsePayload\":{{\"done\":true}}}}"
    );
    let record = world.payloads.get(written.payload);
    assert_eq!(String::from_utf8_lossy(&record), expected);
}

#[test]
fn the_record_of_a_failure_and_its_dead_letter() {
    let mut world = World::new(AsyncConfiguration {
        maximum_retry_attempts: 0,
        on_failure: Some(Destination::Function(F)),
        dead_letter_queue: Some(QUEUE.into()),
        ..AsyncConfiguration::default()
    });
    world.queue("dead");
    world.handle(Outcome::Failed(Failure::TimedOut), "");
    // The last first.
    let letter = world.write();
    let record = world.write();
    let (Input::RecordWritten(letter), Input::RecordWritten(record)) = (letter, record) else {
        panic!("no records");
    };
    let uuid = RequestId(1).uuid(SESSION.seed);
    let message = format!("RequestId: {uuid} Error: Task timed out after 3.00 seconds");
    let written: Value = serde_json::from_slice(&world.payloads.get(record.payload)).unwrap();
    assert_eq!(written["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(written["responseContext"]["functionError"], "Unhandled");
    assert_eq!(
        written["responsePayload"],
        json!({"errorType": "Sandbox.Timedout", "errorMessage": message})
    );
    let body = world.payloads.get(letter.payload);
    assert_eq!(&body[..], b"{\"b\": 1, \"a\": 2.50}");
    let attributes = world.payloads.get(letter.attributes.unwrap());
    let attributes: Value = serde_json::from_slice(&attributes).unwrap();
    assert_eq!(
        attributes,
        json!({
            "RequestID": {"dataType": "String", "stringValue": uuid},
            "ErrorCode": {"dataType": "Number", "stringValue": "200"},
            "ErrorMessage": {"dataType": "String", "stringValue": message},
        })
    );
    // In the queue, a mapping's event has them too.
    world.send(Input::RecordWritten(letter));
    world.map(&[]);
    world.now = Moment::START + Span::from_millis(1_500) + RECEIVE_LATENCY;
    let due = world.now;
    let mapping = MappingId(1);
    world.send(Input::TimerFired(Timer::Poll { mapping, due }));
    let Input::BatchWritten { event, .. } = world.write() else {
        panic!("no batch");
    };
    let event: Value = serde_json::from_slice(&world.payloads.get(event)).unwrap();
    let code = &event["Records"][0]["messageAttributes"]["ErrorCode"];
    assert_eq!(
        (&code["dataType"], &code["stringValue"]),
        (&json!("Number"), &json!("200"))
    );
}

/// "Implementing partial batch responses": Lambda takes the whole batch for failed.
#[test]
fn a_batch_item_failure_with_an_unknown_id_fails_the_whole_batch() {
    let mut world = World::new(AsyncConfiguration::default());
    let known = MessageId(1).uuid(SESSION.seed);
    for items in [
        json!([{"itemIdentifier": "no such id"}]),
        json!([{"itemIdentifier": known}, {"itemIdentifier": "no such id"}]),
        json!([{"itemIdentifier": ""}]),
        json!([{"itemIdentifier": null}]),
        json!([{"item": known}]),
    ] {
        let response = json!({ "batchItemFailures": items }).to_string();
        let given = world.payloads.add(response.as_bytes());
        let effect = Effect::ReadBatchResponse {
            batch: BatchId(1),
            messages: vec![MessageId(1), MessageId(2)],
            response: Some(given),
        };
        let (platform, payloads) = (&world.platform, &mut world.payloads);
        match answer(platform, payloads, SESSION, world.now, effect) {
            Some(Input::BatchResponseRead { failed, .. }) => {
                assert_eq!(failed, FailedMessages::All, "{response}");
            }
            other => panic!("{other:?}"),
        }
    }
}
