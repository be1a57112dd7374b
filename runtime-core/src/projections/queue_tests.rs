//! Queues and asynchronous events, folded from a timeline.

use super::{AsyncEvents, AsyncStage, QueueCounts, Queues};
use crate::timeline::{
    AsyncFact, AsyncSource, CaughtUp, Condition, Destination, LifecycleEvent, MappingConfiguration,
    Qualifier, QueueConfiguration, QueueFact, RecordKind, ReturnReason, Sender, Timeline, Trigger,
};
use crate::units::{
    BatchId, ByteCount, FunctionId, MappingId, MessageId, Moment, PayloadId, QueueId, RequestId,
    Span,
};

const F: FunctionId = FunctionId(1);
const INCOMING: QueueId = QueueId(1);
const DEAD: QueueId = QueueId(2);
const M: MappingId = MappingId(1);

fn at(seconds: u64) -> Moment {
    Moment::START + Span::from_secs(seconds)
}

fn timeline(facts: impl IntoIterator<Item = (u64, LifecycleEvent)>) -> Timeline {
    let mut timeline = Timeline::default();
    for (seconds, fact) in facts {
        timeline.push(at(seconds), fact);
    }
    timeline
}

fn sent(message: u64, visible: u64) -> LifecycleEvent {
    LifecycleEvent::Queue(QueueFact::MessageSent {
        message: MessageId(message),
        queue: INCOMING,
        sender: Sender::User,
        body: PayloadId(0),
        bytes: ByteCount::new(3),
        attributes: None,
        group: None,
        deduplication: None,
        visible: at(visible),
    })
}

fn ids(numbers: &[u64]) -> Vec<MessageId> {
    numbers.iter().copied().map(MessageId).collect()
}

fn messages() -> Timeline {
    let configured = |queue, name| {
        LifecycleEvent::Queue(QueueFact::QueueConfigured {
            queue,
            configuration: Box::new(QueueConfiguration::named(name)),
        })
    };
    timeline([
        (0, configured(INCOMING, "incoming")),
        (0, configured(DEAD, "dead")),
        (
            0,
            LifecycleEvent::Queue(QueueFact::MappingConfigured {
                mapping: M,
                configuration: Box::new(MappingConfiguration::between(INCOMING, F)),
            }),
        ),
        (1, sent(1, 1)),
        (1, sent(2, 1)),
        (1, sent(3, 1)),
        (1, sent(4, 11)),
        (
            2,
            LifecycleEvent::Queue(QueueFact::MessagesReceived {
                batch: BatchId(1),
                mapping: M,
                queue: INCOMING,
                messages: ids(&[1, 2]),
                hidden: at(32),
            }),
        ),
        (
            3,
            LifecycleEvent::Queue(QueueFact::BatchGrew {
                batch: BatchId(1),
                messages: ids(&[3]),
            }),
        ),
        (
            4,
            LifecycleEvent::Queue(QueueFact::MessagesDeleted {
                batch: BatchId(1),
                queue: INCOMING,
                messages: ids(&[1]),
                filtered: false,
            }),
        ),
        (
            32,
            LifecycleEvent::Queue(QueueFact::MessagesVisible {
                batch: BatchId(1),
                queue: INCOMING,
                messages: ids(&[2, 3]),
            }),
        ),
        (
            33,
            LifecycleEvent::Queue(QueueFact::MessageMoved {
                message: MessageId(2),
                from: INCOMING,
                to: DEAD,
            }),
        ),
    ])
}

fn counts(visible: usize, hidden: usize, delayed: usize) -> QueueCounts {
    QueueCounts {
        visible,
        hidden,
        delayed,
    }
}

#[test]
fn a_queue_is_what_its_facts_make_of_it() {
    let timeline = messages();
    let mut queues = CaughtUp::<Queues>::default();
    for (seconds, expected) in [
        (1, counts(3, 0, 1)),
        (2, counts(1, 2, 1)),
        (3, counts(0, 3, 1)),
        (4, counts(0, 2, 1)),
        (20, counts(1, 2, 0)),
        (32, counts(3, 0, 0)),
        (33, counts(2, 0, 0)),
        // The playhead goes back.
        (2, counts(1, 2, 1)),
    ] {
        let queue = queues.at(&timeline, at(seconds)).queue(INCOMING).unwrap();
        // A delay that is over says nothing: the message is visible from its own moment on.
        let now = at(seconds);
        assert_eq!(queue.counts(now), expected, "at {seconds} s");
    }
    let queues = queues.catch_up(&timeline);
    let incoming = queues.queue(INCOMING).unwrap();
    assert_eq!((incoming.sent, incoming.handled, incoming.moved), (4, 1, 1));
    assert_eq!(incoming.messages.get(&MessageId(3)).unwrap().receives, 1);
    let dead = queues.queue(DEAD).unwrap();
    assert_eq!(dead.messages.get(&MessageId(2)).unwrap().receives, 0);
    assert_eq!(queues.mappings().next().unwrap().1.batches, 1);
}

#[test]
fn an_event_is_what_its_attempts_make_of_it() {
    let first = RequestId(1);
    let arrived = |request, attempt| LifecycleEvent::RequestArrived {
        request,
        function: F,
        trigger: Trigger::Async { first, attempt },
        event: PayloadId(0),
        bytes: ByteCount::new(2),
    };
    let fact = LifecycleEvent::Async;
    let destination = Destination::Queue(DEAD);
    let timeline = timeline([
        (
            0,
            fact(AsyncFact::EventAccepted {
                request: first,
                function: F,
                qualifier: Qualifier::LATEST,
                source: AsyncSource::Invoke,
                event: PayloadId(0),
                bytes: ByteCount::new(2),
            }),
        ),
        (0, arrived(first, 1)),
        (
            1,
            fact(AsyncFact::EventReturned {
                request: first,
                reason: ReturnReason::FunctionError,
                due: at(61),
            }),
        ),
        (61, arrived(RequestId(2), 2)),
        (
            62,
            fact(AsyncFact::EventFinished {
                request: first,
                condition: Condition::RetriesExhausted,
                invocations: 2,
            }),
        ),
        (
            62,
            fact(AsyncFact::RecordSent {
                request: first,
                kind: RecordKind::DeadLetter,
                destination,
                delivered: true,
            }),
        ),
    ]);
    let mut events = CaughtUp::<AsyncEvents>::default();
    let waiting = AsyncStage::Waiting {
        reason: ReturnReason::FunctionError,
        due: at(61),
    };
    let finished = AsyncStage::Finished {
        at: at(62),
        condition: Condition::RetriesExhausted,
        invocations: 2,
    };
    for (seconds, expected) in [
        (0, AsyncStage::Trying),
        (30, waiting),
        (61, AsyncStage::Trying),
        (62, finished),
    ] {
        let events = events.at(&timeline, at(seconds));
        assert_eq!(events.get(first).unwrap().stage, expected, "at {seconds} s");
        assert_eq!(events.waiting(), usize::from(expected != finished));
    }
    let record = events.catch_up(&timeline).get(first).unwrap();
    assert_eq!(record.attempts, [first, RequestId(2)]);
    assert_eq!(record.sent.len(), 1);
}
