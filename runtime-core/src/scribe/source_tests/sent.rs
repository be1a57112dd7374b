//! What Lambda sends to topics, buses and buckets, and what those make of it ("Capturing records of Lambda
//! asynchronous invocations", read in 2026; the event of a bus also as recorded against AWS in November 2025).

use super::*;

const EVENT: &str = "{\"b\": 1, \"a\": 2.50}";
const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST";

/// F's events fail at once, and the source with this wire takes what there is to send.
fn failed(
    (name, kind): (&str, SourceKind),
    interest: Interest,
    set: impl FnOnce(&mut AsyncConfiguration),
) -> World {
    let mut world = World::new();
    let wire = Wire::new(Destination::Queue(world.queue), interest);
    world.source(name, kind, vec![wire]);
    let mut asynchronous = AsyncConfiguration::default();
    set(&mut asynchronous);
    assert_eq!(validate_async(&asynchronous, &world.platform), []);
    world.input(Input::ConfigureFunction {
        function: F,
        configuration: Box::new(FunctionConfiguration {
            reserved_concurrency: Some(0),
            asynchronous,
            ..crate::scribe::tests::function("f")
        }),
    });
    world.now = Moment::START + Span::from_millis(3_661_250);
    let event = world.payloads.add(EVENT.as_bytes());
    world.input(Input::InvokeAsync(AsyncArrival {
        request: RequestId(1),
        function: F,
        qualifier: Qualifier::LATEST,
        source: AsyncSource::Invoke,
        event,
        bytes: ByteCount::from(EVENT.len()),
        refused: None,
    }));
    world
}

fn on_failure(settings: &mut AsyncConfiguration) {
    settings.on_failure = Some(Destination::Source(S));
}

fn record() -> String {
    let uuid = RequestId(1).uuid(SessionSeed(1));
    format!(
        "{{\"version\":\"1.0\",\"timestamp\":\"2026-11-24T13:01:01.250Z\",\"requestContext\":{{\"approximateInvokeCount\":0,\"condition\":\"ZeroReservedConcurrency\",\"functionArn\":\"{ARN}\",\"requestId\":\"{uuid}\"}},\"requestPayload\":{EVENT}}}"
    )
}

/// What happened at the source, as the session keeps it.
fn happening(world: &World) -> Happening {
    let mut entries = world.timeline.entries().iter().rev();
    let happening = entries.find_map(|entry| match &entry.event {
        LifecycleEvent::Source(SourceFact::Happened { happening, .. }) => *happening,
        _ => None,
    });
    serde_json::from_slice(&world.payloads.get(happening.unwrap())).unwrap()
}

/// "Lambda passes the invocation record as the Message to the destination."
#[test]
fn a_topic_publishes_the_record() {
    let topic = ("news", SourceKind::Topic);
    let world = failed(topic, Interest::Everything, on_failure);
    let [message] = world.messages().try_into().unwrap();
    assert_eq!(message["Type"], "Notification");
    assert_eq!(message["Message"], record());
    assert_eq!(message.get("MessageAttributes"), None);
    assert_eq!(
        message["TopicArn"],
        "arn:aws:sns:us-east-1:123456789012:news"
    );
}

/// Same page, "Adding a dead-letter queue": the event as it was, with three attributes, which filter policies see.
#[test]
fn a_topic_publishes_a_dead_letter_with_its_attributes() {
    let refused = |policy: &str| Interest::Messages {
        policy: policy.to_owned(),
        on_body: false,
    };
    let dead = |settings: &mut AsyncConfiguration| settings.dead_letter_queue = Some(S.into());
    let topic = || ("dead", SourceKind::Topic);
    let throttles = r#"{"ErrorCode": [{"numeric": ["=", 429]}]}"#;
    let world = failed(topic(), refused(throttles), dead);
    let [message] = world.messages().try_into().unwrap();
    assert_eq!(message["Message"], EVENT);
    let uuid = RequestId(1).uuid(SessionSeed(1));
    let said = "Function not invoked. Its reserved concurrency is 0.";
    assert_eq!(
        message["MessageAttributes"],
        json!({
            "RequestID": {"Type": "String", "Value": uuid},
            "ErrorCode": {"Type": "Number", "Value": "429"},
            "ErrorMessage": {"Type": "String", "Value": said},
        })
    );
    let world = failed(topic(), refused(r#"{"ErrorCode": [200]}"#), dead);
    assert_eq!(world.messages(), [] as [Value; 0]);
}

/// `source`, `detail-type`, `detail` and `resources` as that page has them.
#[test]
fn a_bus_has_the_record_as_its_detail() {
    let failures = r#"{"source": ["lambda"], "detail-type": ["Lambda Function Invocation Result - Failure"], "detail": {"requestPayload": {"b": [1]}}}"#;
    let bus = ("results", SourceKind::Bus);
    let world = failed(bus, Interest::Pattern(failures.to_owned()), on_failure);
    let [event] = world.messages().try_into().unwrap();
    assert_eq!(event["source"], "lambda");
    assert_eq!(
        event["resources"],
        json!([
            "arn:aws:events:us-east-1:123456789012:event-bus/results",
            ARN
        ])
    );
    let detail: Value = serde_json::from_str(&record()).unwrap();
    assert_eq!(event["detail"], detail);
}

/// `aws/lambda/async/<function-name>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<Random UUID>`
#[test]
fn a_bucket_gets_an_object_with_the_record() {
    let created = Interest::Objects {
        events: ObjectEvents::Created,
        prefix: "aws/lambda/async/f/2026/11/24/2026-11-24T13.01.01-".to_owned(),
        suffix: String::new(),
    };
    let world = failed(("failures", SourceKind::Bucket), created, on_failure);
    let [event] = world.messages().try_into().unwrap();
    let object = &event["Records"][0]["s3"]["object"];
    assert_eq!(object["size"], record().len());
    let Happening::ObjectPut {
        key, e_tag, body, ..
    } = happening(&world)
    else {
        panic!("no object");
    };
    assert_eq!(body.as_deref(), Some(record().as_str()));
    let mut digest = crate::scribe::ETag::default();
    digest.update(record().as_bytes());
    assert_eq!(e_tag, Some(digest.finish()));
    let uuid = key.rsplit('/').next().unwrap()["2026-11-24T13.01.01-".len()..].to_owned();
    assert_eq!(uuid.len(), 36);
    assert_ne!(
        uuid,
        RequestId(1).uuid(SessionSeed(1)),
        "drawn, not the request's"
    );
}

/// What PutEvents counts of an entry: source, detail type, detail and resources (EventBridge user guide,
/// "Calculating Amazon EventBridge PutEvents event entry size").
#[test]
fn a_bus_counts_more_than_the_record() {
    let mut world = World::new();
    world.source("results", SourceKind::Bus, Vec::new());
    let order = RecordOrder {
        request: RequestId(1),
        function: F,
        qualifier: Qualifier::LATEST,
        executed: Version::Latest,
        kind: RecordKind::OnSuccess,
        destination: Destination::Source(S),
        event: world.payloads.add(&b"{}"[..]),
        condition: Condition::Success,
        invocations: 1,
        last: Some((Outcome::Succeeded, None)),
        refused: None,
        lineage: Lineage::default(),
    };
    let mut written = |destination| {
        let order = RecordOrder {
            destination,
            ..order.clone()
        };
        let effect = Effect::WriteRecord(Box::new(order));
        match answer(
            &world.platform,
            &mut world.payloads,
            world.session,
            world.now,
            effect,
        ) {
            Some(Input::RecordWritten(written)) => written.bytes.get(),
            other => panic!("{other:?}"),
        }
    };
    let plain = written(Destination::Queue(QueueId(1)));
    let names = [
        "lambda",
        "Lambda Function Invocation Result - Success",
        "arn:aws:events:us-east-1:123456789012:event-bus/results",
        ARN,
    ];
    let names: usize = names.iter().map(|it| it.len()).sum();
    let entry = written(Destination::Source(S));
    assert_eq!(entry, plain + names as u64);
}

/// A function whose records go to a topic that tells it is stopped as one that calls itself is ("Use Lambda
/// recursive loop detection to prevent infinite loops": Lambda and SNS).
#[test]
fn a_loop_through_a_topic_is_stopped() {
    let mut world = World::new();
    let wire = Wire::new(Destination::Function(F), Interest::Everything);
    world.source("news", SourceKind::Topic, vec![wire]);
    let mut asynchronous = AsyncConfiguration::default();
    on_failure(&mut asynchronous);
    let order = |lineage: Lineage| RecordOrder {
        request: RequestId(1),
        function: F,
        qualifier: Qualifier::LATEST,
        executed: Version::Latest,
        kind: RecordKind::OnFailure,
        destination: Destination::Source(S),
        event: PayloadId(0),
        condition: Condition::RetriesExhausted,
        invocations: 3,
        last: None,
        refused: None,
        lineage,
    };
    world.input(Input::ConfigureFunction {
        function: F,
        configuration: Box::new(FunctionConfiguration {
            asynchronous,
            ..crate::scribe::tests::function("f")
        }),
    });
    world.payloads.add(EVENT.as_bytes());
    let ended = |world: &World| {
        let entries = world.timeline.entries().iter();
        let ends = entries.filter_map(|entry| match &entry.event {
            LifecycleEvent::Async(AsyncFact::EventFinished { condition, .. }) => Some(*condition),
            _ => None,
        });
        ends.collect::<Vec<_>>()
    };
    for (calls, stopped) in [(15, false), (16, true)] {
        let lineage = (0..calls).fold(Lineage::default(), |it, _| it.with(F));
        let before = ended(&world).len();
        let input = answer(
            &world.platform,
            &mut world.payloads,
            world.session,
            world.now,
            Effect::WriteRecord(Box::new(order(lineage))),
        );
        let mut out = Out::default();
        world.platform.handle(world.now, input.unwrap(), &mut out);
        world.follow(out);
        let new = ended(&world)[before..].to_vec();
        assert_eq!(
            new.contains(&Condition::RecursiveLoop),
            stopped,
            "{calls}: {new:?}"
        );
    }
}
