//! Stories told by hand, and traces of facts in any order. Sessions that the platform plays are in
//! `tests/traces.rs`.

use super::*;
use crate::projections::Invocations;
use crate::timeline::{
    AsyncFact, AsyncSource, CaughtUp, Condition, Destination, LifecycleEvent, MappingConfiguration,
    Outcome, Projection, Qualifier, QueueFact, RecordEnd, RecordKind, ReturnReason, Sender,
    ShardBatch, SourceFact, Start, StartingPosition, StreamFact, Timeline, Trigger,
};
use crate::units::{
    ByteCount, EnvironmentId, FunctionId, MappingId, MessageId, PayloadId, SourceId, Span,
};
use proptest::prelude::*;

const F: FunctionId = FunctionId(1);
const G: FunctionId = FunctionId(2);
const DEAD: QueueId = QueueId(2);
const STREAM: StreamId = StreamId(1);
const M: MappingId = MappingId(1);
const E: EnvironmentId = EnvironmentId(1);

fn at(seconds: u64) -> Moment {
    Moment::START + Span::from_secs(seconds)
}

fn traces(facts: &[(u64, LifecycleEvent)]) -> Traces {
    let mut timeline = Timeline::default();
    for (seconds, fact) in facts {
        timeline.push(at(*seconds), fact.clone());
    }
    let mut traces = CaughtUp::<Traces>::default();
    traces.catch_up(&timeline).clone()
}

fn arrived(request: u64, trigger: Trigger) -> LifecycleEvent {
    LifecycleEvent::RequestArrived {
        request: RequestId(request),
        function: F,
        trigger,
        event: PayloadId(0),
        bytes: ByteCount::new(2),
    }
}

fn started(request: u64) -> LifecycleEvent {
    LifecycleEvent::InvocationStarted {
        environment: E,
        request: RequestId(request),
        start: Start::Warm,
    }
}

fn finished(request: u64, outcome: Outcome) -> LifecycleEvent {
    LifecycleEvent::InvocationFinished {
        environment: E,
        request: RequestId(request),
        outcome,
        duration: Span::from_secs(1),
        max_memory: ByteCount::new(1),
        response: None,
    }
}

fn failed() -> Outcome {
    Outcome::Failed(crate::timeline::Failure::HandlerError)
}

fn accepted(request: u64, function: FunctionId, source: AsyncSource) -> LifecycleEvent {
    AsyncFact::EventAccepted {
        request: RequestId(request),
        function,
        qualifier: Qualifier::LATEST,
        source,
        event: PayloadId(0),
        bytes: ByteCount::new(2),
    }
    .into()
}

fn sent(message: u64, sender: Sender) -> LifecycleEvent {
    QueueFact::MessageSent {
        message: MessageId(message),
        queue: DEAD,
        sender,
        body: PayloadId(0),
        bytes: ByteCount::new(2),
        attributes: None,
        group: None,
        deduplication: None,
        visible: at(0),
    }
    .into()
}

fn record_sent(to: Destination) -> LifecycleEvent {
    AsyncFact::RecordSent {
        request: RequestId(1),
        kind: RecordKind::OnFailure,
        destination: to,
        delivered: true,
    }
    .into()
}

fn tree(story: &Story) -> Vec<(usize, Subject, Flag)> {
    let segments = story.segments.iter();
    segments.map(|it| (it.depth, it.subject, it.flag)).collect()
}

#[test]
fn an_event_is_told_with_its_attempts_and_with_what_was_sent_on() {
    let first = RequestId(1);
    let attempt = |attempt| Trigger::Async { first, attempt };
    let returned = AsyncFact::EventReturned {
        request: first,
        reason: ReturnReason::FunctionError,
        due: at(62),
    };
    let given_up = AsyncFact::EventFinished {
        request: first,
        condition: Condition::RetriesExhausted,
        invocations: 2,
    };
    let facts = [
        (0, accepted(1, F, AsyncSource::Invoke)),
        (1, arrived(1, attempt(1))),
        (1, started(1)),
        (2, finished(1, failed())),
        (2, returned.into()),
        (62, arrived(2, attempt(2))),
        (62, started(2)),
        (63, finished(2, failed())),
        (63, given_up.into()),
        (63, record_sent(Destination::Function(G))),
        (63, accepted(3, G, AsyncSource::Destination { function: F })),
        (63, record_sent(Destination::Queue(DEAD))),
        (63, sent(7, Sender::Lambda { function: F })),
        // Nobody has sent anything just now: whose it is cannot be said.
        (64, sent(8, Sender::Lambda { function: F })),
    ];
    let traces = traces(&facts);
    let story = traces.story(Subject::Request(RequestId(2)));
    assert_eq!(
        tree(&story),
        [
            (0, Subject::Event(first), Flag::Fault),
            (1, Subject::Request(first), Flag::Fault),
            (1, Subject::Request(RequestId(2)), Flag::Fault),
            (1, Subject::Event(RequestId(3)), Flag::Fine),
            (1, Subject::Message(MessageId(7)), Flag::Fine),
        ]
    );
    let attempts: Vec<u32> = story.segments.iter().map(|it| it.attempt).collect();
    assert_eq!(attempts[1..3], [1, 2]);
    let event = &story.segments[0];
    let waits: Vec<_> = event.parts.iter().map(|it| (it.kind, it.to)).collect();
    assert_eq!(
        waits,
        [
            (PartKind::Dwell, Some(at(1))),
            (PartKind::Retry(ReturnReason::FunctionError), Some(at(62))),
            (
                PartKind::Sent(RecordKind::OnFailure, Destination::Function(G)),
                Some(at(63))
            ),
            (
                PartKind::Sent(RecordKind::OnFailure, Destination::Queue(DEAD)),
                Some(at(63))
            ),
        ]
    );
    assert_eq!(event.to, Some(at(63)));
    // From wherever one looks, it is the same story.
    for subject in [Subject::Event(first), Subject::Message(MessageId(7))] {
        assert_eq!(traces.story(subject), story);
    }
    assert_eq!(traces.attempts(first), [first, RequestId(2)]);
    let alone = traces.story(Subject::Message(MessageId(8)));
    assert_eq!(alone.segments.len(), 1);
    assert_eq!(traces.story(Subject::Batch(BatchId(9))), Story::default());
}

fn stream_batch() -> Vec<(u64, LifecycleEvent)> {
    let put = |record| {
        LifecycleEvent::Stream(StreamFact::RecordPut {
            record: RecordId(record),
            stream: STREAM,
            shard: 0,
            hash: 0,
            key: None,
            data: PayloadId(0),
            bytes: ByteCount::new(1),
        })
    };
    let batch = |batch| Trigger::Mapping {
        mapping: M,
        batch: BatchId(batch),
    };
    let done = |batch, record, end| {
        LifecycleEvent::Stream(StreamFact::RecordsDone {
            batch: BatchId(batch),
            records: vec![RecordId(record)],
            end,
        })
    };
    let read = ShardBatch {
        mapping: M,
        shard: 0,
        lane: 0,
        records: vec![RecordId(1), RecordId(2)],
        window: None,
    };
    let split = StreamFact::BatchSplit {
        batch: BatchId(1),
        rest: BatchId(2),
        records: vec![RecordId(2)],
    };
    let start = StartingPosition::TrimHorizon;
    let mapping = MappingConfiguration::reading(STREAM, start, F);
    let configured = QueueFact::MappingConfigured {
        mapping: M,
        configuration: Box::new(mapping),
    };
    vec![
        (0, configured.into()),
        (1, put(1)),
        (2, put(2)),
        (
            3,
            StreamFact::RecordsRead {
                batch: BatchId(1),
                read: Box::new(read),
            }
            .into(),
        ),
        (3, arrived(1, batch(1))),
        (3, started(1)),
        (4, finished(1, failed())),
        (4, split.into()),
        (5, arrived(2, batch(1))),
        (5, started(2)),
        (6, finished(2, Outcome::Succeeded)),
        (6, done(1, 1, RecordEnd::Handled)),
        (7, arrived(3, batch(2))),
        (7, started(3)),
        (8, finished(3, failed())),
        (8, done(2, 2, RecordEnd::RetryAttemptsExhausted)),
        (
            8,
            StreamFact::DiscardSent {
                batch: BatchId(2),
                to: DEAD.into(),
                delivered: true,
            }
            .into(),
        ),
        (8, sent(5, Sender::Lambda { function: F })),
    ]
}

#[test]
fn a_batch_that_was_split_is_one_story_with_its_halves() {
    let traces = traces(&stream_batch());
    let story = traces.story(Subject::Request(RequestId(3)));
    assert_eq!(
        tree(&story),
        [
            (0, Subject::Record(RecordId(1)), Flag::Fine),
            (1, Subject::Batch(BatchId(1)), Flag::Fine),
            (2, Subject::Request(RequestId(1)), Flag::Fault),
            (2, Subject::Batch(BatchId(2)), Flag::Fault),
            (3, Subject::Request(RequestId(3)), Flag::Fault),
            (3, Subject::Message(MessageId(5)), Flag::Fine),
            (2, Subject::Request(RequestId(2)), Flag::Fine),
            (0, Subject::Record(RecordId(2)), Flag::Fault),
        ]
    );
    assert_eq!(story.segments[1].links, 1);
    let three: Vec<_> = (1..=3).map(RequestId).collect();
    for request in &three {
        assert_eq!(traces.attempts(*request), three);
    }
    let items = traces.items(Subject::Batch(BatchId(2)));
    let items: Vec<_> = items.iter().map(|it| it.subject).collect();
    assert_eq!(items, [1, 2].map(|it| Subject::Record(RecordId(it))));
}

#[test]
fn a_story_without_end_is_cut_and_says_so() {
    let happened = |number| {
        LifecycleEvent::Source(SourceFact::Happened {
            source: SourceId(1),
            number,
            happening: None,
            sender: None,
        })
    };
    let source = AsyncSource::Source {
        source: SourceId(1),
    };
    let mut facts = vec![(0, happened(1))];
    facts.extend((1..=1_000).map(|it| (1, accepted(it, F, source))));
    facts.push((2, happened(2)));
    facts.push((2, accepted(1_001, F, source)));
    let traces = traces(&facts);
    let last = Subject::Event(RequestId(1_000));
    let story = traces.story(last);
    assert_eq!(story.segments.len(), story::MOST_SEGMENTS);
    assert_eq!(story.left_out, 1_001 - story::MOST_SEGMENTS);
    assert!(story.segments.iter().any(|it| it.subject == last));
    assert_eq!(traces.story(Subject::Happening(2)).segments.len(), 2);
    let origins: Vec<_> = traces.origins().map(|it| it.subject).collect();
    assert_eq!(origins, [Subject::Happening(2), Subject::Happening(1)]);
}

#[test]
fn documents_have_the_fields_of_x_ray() {
    let mut timeline = Timeline::default();
    let facts = stream_batch();
    for (seconds, fact) in &facts {
        timeline.push(at(*seconds), fact.clone());
    }
    let (mut traces, mut invocations) = (
        CaughtUp::<Traces>::default(),
        CaughtUp::<Invocations>::default(),
    );
    let traces = traces.catch_up(&timeline);
    let invocations = invocations.catch_up(&timeline);
    let story = traces.story(Subject::Request(RequestId(3)));
    let documents = documents(traces, &story, invocations);
    assert_eq!(documents.len(), story.segments.len());
    let ids: std::collections::BTreeSet<_> = documents
        .iter()
        .map(|it| it["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), documents.len(), "ids differ");
    assert!(ids.iter().all(|id| id.len() == 16));
    for (document, segment) in documents.iter().zip(&story.segments) {
        let parent = segment.parent.map(|it| documents[it]["id"].clone());
        assert_eq!(document.get("parent_id"), parent.as_ref());
        assert_eq!(document["fault"] == true, segment.flag == Flag::Fault);
        assert!(document["start_time"].is_f64());
        assert_ne!(
            document.get("end_time").is_some(),
            document.get("in_progress").is_some()
        );
    }
    let request = documents.iter().find(|it| it.get("aws").is_some()).unwrap();
    assert_eq!(request["subsegments"][0]["name"], "Invocation");
    assert_eq!(request["subsegments"][0]["end_time"], 4.0);
}

/// Facts with few ids, in any order: no story that the platform would tell.
fn facts() -> impl Strategy<Value = Vec<LifecycleEvent>> {
    let ids = 0..5_u64;
    let one = (0..16_u8, ids.clone(), ids.clone(), ids, any::<bool>());
    let fact = one.prop_map(|(kind, a, b, c, flag)| {
        let queue = QueueId(a as u32);
        let (message, batch, request) = (MessageId(b), BatchId(c), RequestId(a));
        match kind {
            0 => arrived(
                a,
                Trigger::Async {
                    first: RequestId(b),
                    attempt: c as u32,
                },
            ),
            1 => arrived(a, Trigger::Mapping { mapping: M, batch }),
            2 => arrived(a, Trigger::Invoke),
            3 => started(a),
            4 => finished(a, if flag { Outcome::Succeeded } else { failed() }),
            5 => accepted(
                a,
                F,
                match flag {
                    true => AsyncSource::Destination { function: G },
                    false => AsyncSource::Source {
                        source: SourceId(b as u32),
                    },
                },
            ),
            6 => record_sent(Destination::Queue(queue)),
            7 => sent(b, Sender::Lambda { function: F }),
            8 => QueueFact::MessagesReceived {
                batch,
                mapping: M,
                queue,
                messages: vec![message, MessageId(c)],
                hidden: at(a),
            }
            .into(),
            9 => QueueFact::BatchGrew {
                batch,
                messages: vec![message, message],
            }
            .into(),
            10 => QueueFact::MessagesVisible {
                batch,
                queue,
                messages: vec![message],
            }
            .into(),
            11 => QueueFact::MessagesDeleted {
                batch,
                queue,
                messages: vec![message],
                filtered: flag,
            }
            .into(),
            12 => StreamFact::BatchSplit {
                batch,
                rest: BatchId(b),
                records: vec![RecordId(a)],
            }
            .into(),
            13 => AsyncFact::EventFinished {
                request,
                condition: Condition::Success,
                invocations: 1,
            }
            .into(),
            14 => QueueFact::QueuePurged { queue }.into(),
            _ => SourceFact::Happened {
                source: SourceId(a as u32),
                number: b,
                happening: None,
                sender: None,
            }
            .into(),
        }
    });
    prop::collection::vec(fact, 0..80)
}

proptest! {
    #[test]
    fn caught_up_equals_from_scratch_and_stories_are_trees(
        facts in facts(),
        stops in prop::collection::vec(0..80_u64, 1..6),
    ) {
        let mut timeline = Timeline::default();
        for (n, fact) in facts.into_iter().enumerate() {
            timeline.push(at(n as u64), fact);
        }
        let mut caught_up = CaughtUp::<Traces>::default();
        for stop in stops {
            let traces = caught_up.at(&timeline, at(stop));
            let mut expected = Traces::default();
            for entry in timeline.entries().iter().filter(|it| it.at <= at(stop)) {
                expected.apply(entry);
            }
            prop_assert_eq!(traces, &expected);
            for node in &traces.nodes {
                let story = traces.story(node.subject);
                let subjects: Vec<_> = story.segments.iter().map(|it| it.subject).collect();
                let unique: std::collections::BTreeSet<_> = subjects.iter().collect();
                prop_assert_eq!(unique.len(), subjects.len());
                prop_assert!(unique.contains(&node.subject));
                for (index, segment) in story.segments.iter().enumerate() {
                    match segment.parent {
                        None => prop_assert_eq!(segment.depth, 0),
                        Some(parent) => {
                            prop_assert!(parent < index);
                            prop_assert_eq!(story.segments[parent].depth + 1, segment.depth);
                        }
                    }
                    for part in &segment.parts {
                        prop_assert!(part.to.is_none_or(|to| to >= part.from));
                    }
                }
            }
        }
    }
}
