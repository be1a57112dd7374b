//! Records and dead letters of events that no handler got at the end, and how much a dead letter says
//! ("Capturing records of Lambda asynchronous invocations").

use super::*;
use crate::platform::{DEFAULT_IDLE_EXPIRY, Lineage, RECURSION_LIMIT, RecordOrder, Written};
use crate::timeline::{Condition, RecordKind, Rejection, ThrottleReason};
use crate::units::{PayloadId, Version};

const EVENT: &[u8] = b"{\"b\": 1, \"a\": 2.50}";

/// A function with both an on-failure destination and a dead-letter queue.
fn with_both() -> World {
    let mut world = World::new(AsyncConfiguration::default());
    world.queue("dead");
    world.configure(AsyncConfiguration {
        on_failure: Some(Destination::Queue(QUEUE)),
        dead_letter_queue: Some(QUEUE.into()),
        ..AsyncConfiguration::default()
    });
    world
}

impl World {
    fn configure(&mut self, asynchronous: AsyncConfiguration) {
        self.configure_with(None, asynchronous);
    }

    fn configure_with(
        &mut self,
        reserved_concurrency: Option<u32>,
        asynchronous: AsyncConfiguration,
    ) {
        self.send(Input::ConfigureFunction {
            function: F,
            configuration: Box::new(FunctionConfiguration {
                asynchronous,
                reserved_concurrency,
                ..function("orders")
            }),
        });
    }

    fn accept(&mut self) {
        let event = self.payloads.add(EVENT);
        self.send(Input::InvokeAsync(AsyncArrival {
            request: RequestId(1),
            function: F,
            qualifier: Qualifier::LATEST,
            source: AsyncSource::Invoke,
            event,
            bytes: ByteCount::new(19),
            refused: None,
        }));
    }

    fn record(&mut self) -> Written<RecordOrder> {
        match self.write() {
            Input::RecordWritten(written) => written,
            other => panic!("{other:?}"),
        }
    }

    /// The dead letter and the record, which is the one before.
    fn both(&mut self) -> [Written<RecordOrder>; 2] {
        [self.record(), self.record()]
    }

    fn text(&self, payload: PayloadId) -> String {
        String::from_utf8_lossy(&self.payloads.get(payload)).into_owned()
    }

    /// What a dead letter says of its error.
    fn said(&self, letter: &Written<RecordOrder>) -> [String; 3] {
        let attributes: Value =
            serde_json::from_str(&self.text(letter.attributes.unwrap())).unwrap();
        ["RequestID", "ErrorCode", "ErrorMessage"].map(|name| {
            let types = ["String", "Number"];
            assert_eq!(
                attributes[name]["dataType"],
                types[usize::from(name == "ErrorCode")]
            );
            attributes[name]["stringValue"].as_str().unwrap().to_owned()
        })
    }
}

/// A record of an event that no handler had, to the letter: there is no response, and no context of one.
fn never_ran(condition: &str, timestamp: &str, request: RequestId, event: &str) -> String {
    let uuid = request.uuid(SESSION.seed);
    format!(
        "{{\"version\":\"1.0\",\"timestamp\":\"{timestamp}\",\"requestContext\":{{\"approximateInvokeCount\":0,\"condition\":\"{condition}\",\"functionArn\":\"arn:aws:lambda:us-east-1:123456789012:function:orders:$LATEST\",\"requestId\":\"{uuid}\"}},\"requestPayload\":{event}}}"
    )
}

#[test]
fn the_record_of_an_event_whose_function_has_no_concurrency() {
    let mut world = with_both();
    let asynchronous = world.platform.configuration(F).unwrap().asynchronous;
    world.configure_with(Some(0), asynchronous);
    world.accept();
    let [letter, record] = world.both();
    let event = String::from_utf8_lossy(EVENT);
    let (condition, at) = ("ZeroReservedConcurrency", "2026-11-24T12:00:00.000Z");
    assert_eq!(
        world.text(record.payload),
        never_ran(condition, at, RequestId(1), &event)
    );
    assert_eq!(record.attributes, None);
    assert_eq!(world.text(letter.payload), event);
    let uuid = RequestId(1).uuid(SESSION.seed);
    let message = "Function not invoked. Its reserved concurrency is 0.";
    assert_eq!(world.said(&letter), [&uuid, "429", message]);
}

/// Throttled until it was too old. As recorded against AWS in November 2025, apart from the count.
#[test]
fn the_record_of_an_event_that_got_too_old() {
    let mut world = with_both();
    let asynchronous = AsyncConfiguration {
        maximum_event_age: Span::from_secs(60),
        ..world.platform.configuration(F).unwrap().asynchronous
    };
    world.configure(asynchronous);
    world.send(Input::ConfigureAccount {
        concurrency: 0,
        idle_expiry: DEFAULT_IDLE_EXPIRY,
    });
    world.accept();
    // Attempts after 1, 3, 7, 15 and 31 s; the next would be after 63.
    while let Some((at, timer)) = world.effects.iter().rev().find_map(|effect| match effect {
        Effect::SetTimer {
            at,
            timer: timer @ Timer::AsyncAttempt { .. },
        } if *at > world.now => Some((*at, *timer)),
        _ => None,
    }) {
        world.now = at;
        world.send(Input::TimerFired(timer));
    }
    assert_eq!(world.now, Moment::START + Span::from_secs(31));
    let [letter, record] = world.both();
    let event = String::from_utf8_lossy(EVENT);
    let (condition, at) = ("EventAgeExceeded", "2026-11-24T12:00:31.000Z");
    assert_eq!(
        world.text(record.payload),
        never_ran(condition, at, RequestId(1), &event)
    );
    let uuid = RequestId(1).uuid(SESSION.seed);
    assert_eq!(world.said(&letter), [&uuid, "429", "Rate Exceeded."]);
}

/// "Use Lambda recursive loop detection": what is dropped goes to the dead-letter queue or the on-failure
/// destination.
#[test]
fn the_record_of_an_event_in_a_circle() {
    let mut world = with_both();
    let asynchronous = AsyncConfiguration {
        on_success: Some(Destination::Function(F)),
        ..world.platform.configuration(F).unwrap().asynchronous
    };
    world.configure(asynchronous);
    world.handle(Outcome::Succeeded, "{}");
    for round in 1.. {
        let record = world.record();
        world.send(Input::RecordWritten(record));
        let last = world.effects.iter().rev().find_map(|effect| match effect {
            Effect::Invoke {
                environment,
                request,
                ..
            } => Some((*environment, *request)),
            Effect::WriteRecord(_) => Some((EnvironmentId(0), RequestId(0))),
            _ => None,
        });
        let Some((environment, request)) = last.filter(|it| it.1 != RequestId(0)) else {
            assert_eq!(round, RECURSION_LIMIT);
            break;
        };
        let response = Some(world.payloads.add(*b"{}"));
        world.send(Input::InvocationFinished(InvocationEnd {
            environment,
            request,
            outcome: Outcome::Succeeded,
            duration: Span::ZERO,
            max_memory: ByteCount::new(1),
            response,
        }));
    }
    let [letter, record] = world.both();
    let event = world.text(record.order.event);
    let given: Value = serde_json::from_str(&event).unwrap();
    assert_eq!(given["requestContext"]["condition"], "Success");
    let (condition, at) = ("RecursiveLoop", "2026-11-24T12:00:01.500Z");
    let request = record.order.request;
    assert_eq!(
        world.text(record.payload),
        never_ran(condition, at, request, &event)
    );
    assert_eq!(world.text(letter.payload), event);
    let uuid = request.uuid(SESSION.seed);
    let message = "Function not invoked. It is part of a recursive loop.";
    assert_eq!(world.said(&letter), [&uuid, "400", message]);
}

/// "ErrorCode – the HTTP status code": that of the Invoke API.
#[test]
fn a_dead_letter_says_why_lambda_could_not_invoke() {
    let throttle = ThrottleReason::ConcurrentInvocationLimitExceeded;
    for (refused, code, message) in [
        (Rejection::Throttled(throttle), "429", "Rate Exceeded."),
        (Rejection::EnvironmentCouldNotStart, "500", ""),
    ] {
        let mut world = with_both();
        world.accept();
        let order = RecordOrder {
            request: RequestId(1),
            function: F,
            qualifier: Qualifier::LATEST,
            executed: Version::Latest,
            kind: RecordKind::DeadLetter,
            destination: Destination::Queue(QUEUE),
            event: PayloadId(0),
            condition: Condition::EventAgeExceeded,
            invocations: 0,
            last: None,
            refused: Some(refused),
            lineage: Lineage::default(),
        };
        world.effects.push(Effect::WriteRecord(Box::new(order)));
        let letter = world.record();
        let said = world.said(&letter);
        assert_eq!(said[1], code);
        match message {
            "" => assert!(
                !said[2].is_empty() && said[2] != "Rate Exceeded.",
                "{said:?}"
            ),
            message => assert_eq!(said[2], message),
        }
    }
}

/// The first kilobyte of a message, and no half of a character.
#[test]
fn a_dead_letter_says_a_kilobyte_of_an_error() {
    let euros = |count| "€".repeat(count);
    for (message, said) in [
        ("x".repeat(1_024), "x".repeat(1_024)),
        ("x".repeat(1_025), "x".repeat(1_024)),
        // Three bytes each: 341 are 1,023.
        (euros(400), euros(341)),
        (format!("x{}", euros(400)), format!("x{}", euros(341))),
        (format!("xx{}", euros(400)), format!("xx{}", euros(340))),
        (euros(341), euros(341)),
    ] {
        let mut world = World::new(AsyncConfiguration::default());
        world.queue("dead");
        world.configure(AsyncConfiguration {
            maximum_retry_attempts: 0,
            dead_letter_queue: Some(QUEUE.into()),
            ..AsyncConfiguration::default()
        });
        let error = json!({"errorType": "ValueError", "errorMessage": message});
        let outcome = Outcome::Failed(Failure::HandlerError);
        world.handle(outcome, &error.to_string());
        let letter = world.record();
        let uuid = RequestId(1).uuid(SESSION.seed);
        assert_eq!(world.said(&letter), [&uuid, "200", &said]);
    }
}
