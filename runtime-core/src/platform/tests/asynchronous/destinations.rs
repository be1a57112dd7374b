//! Topics, buses and buckets as destinations ("Capturing records of Lambda asynchronous invocations", read in
//! 2026): what takes what, and how much.

use super::*;
use crate::timeline::{MappingConfiguration, SourceFact, SourceKind};
use crate::units::{FunctionId, SourceId};

/// What happened where, and of whose doing it was.
fn happened(stage: &Stage) -> Vec<(SourceId, Option<FunctionId>, Option<PayloadId>)> {
    stage.facts(|_, event| match event {
        LifecycleEvent::Source(SourceFact::Happened {
            source,
            sender,
            happening,
            ..
        }) => Some((*source, *sender, *happening)),
        _ => None,
    })
}

#[test]
fn a_record_is_something_that_happens_at_a_source() {
    for kind in [SourceKind::Topic, SourceKind::Bus, SourceKind::Bucket] {
        let mut stage = failing();
        let source = stage.source("told", kind);
        let asynchronous = AsyncConfiguration {
            maximum_retry_attempts: 0,
            on_failure: Some(Destination::Source(source)),
            ..AsyncConfiguration::default()
        };
        assert_eq!(validate_async(&asynchronous, &stage.platform), []);
        stage.function(F, None, asynchronous);
        stage.invoke_async();
        stage.run_until(at(60));
        let to = Destination::Source(source);
        assert_eq!(records(&stage), [(RecordKind::OnFailure, to, true)]);
        assert_eq!(happened(&stage), [(source, Some(F), Some(PayloadId(1)))]);
    }
}

#[test]
fn dead_letters_go_to_topics_too() {
    let mut stage = failing();
    let topic = stage.source("dead", SourceKind::Topic);
    let asynchronous = AsyncConfiguration {
        dead_letter_queue: Some(topic.into()),
        ..AsyncConfiguration::default()
    };
    assert_eq!(validate_async(&asynchronous, &stage.platform), []);
    stage.function(F, Some(0), asynchronous);
    stage.invoke_async();
    let to = Destination::Source(topic);
    assert_eq!(records(&stage), [(RecordKind::DeadLetter, to, true)]);
    assert_eq!(happened(&stage).len(), 1);
}

/// 256 KB for a message of SNS (same page) and for an entry of PutEvents (EventBridge user guide, "Calculating
/// PutEvents event entry size"); an object is larger than any record.
#[test]
fn topics_and_buses_take_256_kilobytes() {
    for (kind, bytes, delivered) in [
        (SourceKind::Topic, 262_144, true),
        (SourceKind::Topic, 262_145, false),
        (SourceKind::Bus, 262_144, true),
        (SourceKind::Bus, 262_145, false),
        (SourceKind::Bucket, 8_000_000, true),
    ] {
        let mut stage = failing();
        stage.record_bytes = bytes;
        let source = stage.source("told", kind.clone());
        let asynchronous = AsyncConfiguration {
            maximum_retry_attempts: 0,
            on_failure: Some(Destination::Source(source)),
            ..AsyncConfiguration::default()
        };
        stage.function(F, None, asynchronous);
        stage.invoke_async();
        stage.run_until(at(60));
        let to = Destination::Source(source);
        assert_eq!(
            records(&stage),
            [(RecordKind::OnFailure, to, delivered)],
            "{kind:?} {bytes}"
        );
        assert_eq!(happened(&stage).len(), usize::from(delivered));
    }
}

#[test]
fn a_source_that_is_gone_takes_nothing() {
    let mut stage = failing();
    let topic = stage.source("told", SourceKind::Topic);
    let asynchronous = AsyncConfiguration {
        maximum_retry_attempts: 0,
        on_failure: Some(Destination::Source(topic)),
        ..AsyncConfiguration::default()
    };
    stage.function(F, None, asynchronous);
    stage.input(Input::DeleteSource { source: topic });
    stage.invoke_async();
    stage.run_until(at(60));
    let to = Destination::Source(topic);
    assert_eq!(records(&stage), [(RecordKind::OnFailure, to, false)]);
    assert_eq!(
        validate_async(&asynchronous, &stage.platform),
        [QueueError::NoDestination]
    );
}

/// S3 on failure only; dead letters to SQS and SNS (same page).
#[test]
fn not_everything_takes_everything() {
    let mut stage = failing();
    let kinds = [
        // The kind, and whether it takes successes, failures and dead letters.
        (SourceKind::Topic, [true, true, true]),
        (SourceKind::Bus, [true, true, false]),
        (SourceKind::Bucket, [false, true, false]),
        (SourceKind::Iot, [false, false, false]),
        (SourceKind::UserPool, [false, false, false]),
        (SourceKind::LogGroup(F), [false, false, false]),
    ];
    for (kind, takes) in kinds {
        let source = stage.source("it", kind.clone());
        let to = Some(Destination::Source(source));
        let standard = AsyncConfiguration::default();
        let ways = [
            (
                SentOn::Successes,
                AsyncConfiguration {
                    on_success: to,
                    ..standard
                },
            ),
            (
                SentOn::Failures,
                AsyncConfiguration {
                    on_failure: to,
                    ..standard
                },
            ),
            (
                SentOn::DeadLetters,
                AsyncConfiguration {
                    dead_letter_queue: Some(source.into()),
                    ..standard
                },
            ),
        ];
        for ((sent, settings), takes) in ways.into_iter().zip(takes) {
            let refused = QueueError::WrongDestination {
                name: "it".to_owned(),
                kind: kind.name(),
                sent,
            };
            let expected = if takes { vec![] } else { vec![refused] };
            assert_eq!(
                validate_async(&settings, &stage.platform),
                expected,
                "{kind:?}"
            );
        }
    }
}

/// "Use Lambda recursive loop detection to prevent infinite loops": through two functions as well, of which each
/// is called 16 times.
#[test]
fn two_functions_that_call_each_other_are_stopped() {
    let mut stage = Stage::new(|_| (Outcome::Succeeded, millis(3)));
    let queue = stage.queue(QueueConfiguration::named("dead"));
    for (function, other) in [(F, G), (G, F)] {
        let asynchronous = AsyncConfiguration {
            on_success: Some(Destination::Function(other)),
            dead_letter_queue: Some(queue.into()),
            ..AsyncConfiguration::default()
        };
        stage.function(function, None, asynchronous);
    }
    stage.invoke_async();
    stage.run_until(at(60));
    let accepted = stage.async_facts(|fact| match fact {
        AsyncFact::EventAccepted { function, .. } => Some(*function),
        _ => None,
    });
    let turns = [F, G].into_iter().cycle();
    let expected: Vec<FunctionId> = turns.take(2 * RECURSION_LIMIT + 1).collect();
    assert_eq!(accepted, expected);
    assert_eq!(stage.started().len(), 2 * RECURSION_LIMIT);
    let ends = ends(&stage);
    assert_eq!(ends.last(), Some(&(Condition::RecursiveLoop, 0)));
    let stopped = ends.iter().filter(|it| it.0 == Condition::RecursiveLoop);
    assert_eq!(stopped.count(), 1);
    let dead = Destination::Queue(queue);
    let last = records(&stage).pop();
    assert_eq!(last, Some((RecordKind::DeadLetter, dead, true)));
}

/// A queue that gets the successes of the function that polls it: what a mapping invokes is no asynchronous event, so
/// it sends nothing on, and the circle ends by itself.
#[test]
fn a_queue_that_a_function_polls_and_fills_makes_no_circle() {
    let mut stage = Stage::new(|_| (Outcome::Succeeded, millis(5)));
    let queue = stage.queue(QueueConfiguration::named("circle"));
    let asynchronous = AsyncConfiguration {
        on_success: Some(Destination::Queue(queue)),
        ..AsyncConfiguration::default()
    };
    stage.function(F, None, asynchronous);
    stage.map(MappingConfiguration::between(queue, F));
    stage.invoke_async();
    stage.run_until(at(3_600));
    assert_eq!(
        stage.started().len(),
        2,
        "the event, and the batch of its record"
    );
    assert_eq!(records(&stage).len(), 1);
}
