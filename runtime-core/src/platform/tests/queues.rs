//! Queues and mappings against what the SQS and Lambda developer guides say of them, and under random
//! input.

mod limits;
mod pollers;
mod properties;
mod states;

use super::stage::{Stage, at, millis};
use super::{F, G};
use crate::platform::*;
use crate::timeline::{
    AsyncConfiguration, Failure, LifecycleEvent, MappingConfiguration, Outcome, QueueConfiguration,
    QueueFact, Redrive, Trigger,
};
use crate::units::{MappingId, MessageId, Moment, QueueId, Span};

const OK: Outcome = Outcome::Succeeded;
const ERROR: Outcome = Outcome::Failed(Failure::HandlerError);

/// A queue that the function F is mapped to.
fn mapped(
    script: impl FnMut(u32) -> (Outcome, Span) + 'static,
    set: impl FnOnce(&mut QueueConfiguration, &mut MappingConfiguration),
) -> (Stage, QueueId) {
    let mut stage = Stage::new(script);
    let mut configuration = QueueConfiguration::named("orders");
    let mut mapping = MappingConfiguration::between(stage.platform.next_queue(), F);
    set(&mut configuration, &mut mapping);
    let queue = stage.queue(configuration);
    stage.map(mapping);
    (stage, queue)
}

fn set_timeout(stage: &mut Stage, timeout: Span) {
    let mut configuration = stage.platform.configuration(F).unwrap().clone();
    configuration.timeout = timeout;
    stage.input(Input::ConfigureFunction {
        function: F,
        configuration: Box::new(configuration),
    });
}

/// The batches, in order, with when they were received.
fn batches(stage: &Stage) -> Vec<(Moment, Vec<MessageId>)> {
    stage.queue_facts(|at, fact| match fact {
        QueueFact::MessagesReceived { messages, .. } => Some((at, messages.clone())),
        _ => None,
    })
}

fn sizes(stage: &Stage) -> Vec<usize> {
    batches(stage).iter().map(|(_, it)| it.len()).collect()
}

fn deleted(stage: &Stage) -> Vec<MessageId> {
    let deleted = stage.queue_facts(|_, fact| match fact {
        QueueFact::MessagesDeleted { messages, .. } => Some(messages.clone()),
        _ => None,
    });
    deleted.concat()
}

fn ids(numbers: impl IntoIterator<Item = u64>) -> Vec<MessageId> {
    numbers.into_iter().map(MessageId).collect()
}

#[test]
fn messages_that_come_together_are_in_batches_together() {
    let (mut stage, queue) = mapped(|_| (OK, millis(10)), |_, _| {});
    for _ in 0..25 {
        stage.send(queue, None);
    }
    stage.run_until(at(1));
    assert_eq!(sizes(&stage), [10, 10, 5]);
    assert_eq!(deleted(&stage), ids(1..=25));
    // Each batch is a request of its own, from the mapping.
    let triggers = stage.facts(|_, event| match event {
        LifecycleEvent::RequestArrived { trigger, .. } => Some(*trigger),
        _ => None,
    });
    assert_eq!(triggers.len(), 3);
    assert!(triggers.iter().all(|it| matches!(
        it,
        Trigger::Mapping {
            mapping: MappingId(1),
            ..
        }
    )));
}

/// "Handling errors for an SQS event source": the whole batch becomes visible again after the
/// visibility timeout; "Using dead-letter queues in Amazon SQS": after so many receives it goes on.
#[test]
fn an_error_brings_the_whole_batch_back_until_it_is_redriven() {
    let mut stage = Stage::new(|_| (ERROR, millis(10)));
    let dead = stage.queue(QueueConfiguration::named("dead"));
    let queue = stage.queue(QueueConfiguration {
        redrive: Some(Redrive {
            dead_letter_queue: dead,
            maximum_receives: 3,
        }),
        ..QueueConfiguration::named("orders")
    });
    stage.map(MappingConfiguration::between(queue, F));
    stage.send(queue, None);
    stage.send(queue, None);
    stage.run_until(at(1_000));
    let received: Vec<Moment> = batches(&stage).iter().map(|(at, _)| *at).collect();
    let latency = RECEIVE_LATENCY;
    let again = |n: u64| Moment::START + Span::from_nanos(latency.as_nanos() * n);
    let expected = [
        again(1),
        again(2) + Span::from_secs(30),
        again(3) + Span::from_secs(60),
    ];
    assert_eq!(received, expected);
    let moved = stage.queue_facts(|_, fact| match fact {
        QueueFact::MessageMoved { message, from, to } => Some((*message, *from, *to)),
        _ => None,
    });
    assert_eq!(
        moved,
        [(MessageId(1), queue, dead), (MessageId(2), queue, dead)]
    );
    assert!(stage.platform.message(dead, MessageId(1)).is_some());
    assert!(stage.platform.message(queue, MessageId(1)).is_none());
}

#[test]
fn without_its_dead_letter_queue_a_message_stays() {
    let mut stage = Stage::new(|_| (ERROR, millis(10)));
    let dead = stage.queue(QueueConfiguration::named("dead"));
    let queue = stage.queue(QueueConfiguration {
        redrive: Some(Redrive {
            dead_letter_queue: dead,
            maximum_receives: 1,
        }),
        ..QueueConfiguration::named("orders")
    });
    stage.map(MappingConfiguration::between(queue, F));
    stage.input(Input::DeleteQueue { queue: dead });
    stage.send(queue, None);
    stage.run_until(at(100));
    assert_eq!(batches(&stage).len(), 4);
    assert!(stage.platform.message(queue, MessageId(1)).is_some());
}

/// "Handling errors for an SQS event source", partial batch responses.
#[test]
fn a_response_can_name_the_messages_that_failed() {
    let (mut stage, queue) = mapped(|_| (OK, millis(10)), |_, it| it.report_failures = true);
    stage.failed = Box::new(|batch| match batch.len() {
        5 => FailedMessages::These(ids([2, 4])),
        2 => FailedMessages::All,
        _ => FailedMessages::These(Vec::new()),
    });
    for _ in 0..5 {
        stage.send(queue, None);
    }
    stage.run_until(at(10));
    assert_eq!(deleted(&stage), ids([1, 3, 5]));
    stage.failed = Box::new(|_| FailedMessages::All);
    stage.run_until(at(40));
    assert_eq!(batches(&stage)[1].1, ids([2, 4]));
    assert_eq!(deleted(&stage), ids([1, 3, 5]));
    stage.failed = Box::new(|_| FailedMessages::These(Vec::new()));
    stage.run_until(at(100));
    assert_eq!(deleted(&stage), ids([1, 3, 5, 2, 4]));
}

/// What a handler says failed stays, even if its mapping was deleted while it ran.
#[test]
fn messages_that_failed_outlive_their_mapping() {
    let (mut stage, queue) = mapped(
        |_| (OK, Span::from_secs(2)),
        |_, it| it.report_failures = true,
    );
    stage.failed = Box::new(|_| FailedMessages::These(ids([2])));
    for _ in 0..3 {
        stage.send(queue, None);
    }
    stage.run_until(at(1));
    let mapping = MappingId(1);
    stage.input(Input::DeleteMapping { mapping });
    stage.settle(mapping);
    assert_eq!(stage.platform.mapping(mapping), None);
    stage.run_until(at(10));
    assert_eq!(deleted(&stage), ids([1, 3]));
    assert!(stage.platform.message(queue, MessageId(2)).is_some());
}

/// A handler gets no event without messages.
#[test]
fn a_queue_that_is_purged_while_a_window_gathers_calls_nobody() {
    let window = |queue: &mut QueueConfiguration, it: &mut MappingConfiguration| {
        it.window = Span::from_secs(20);
        it.batch_size = 100;
        queue.visibility_timeout = Span::from_secs(60);
    };
    let (mut stage, queue) = mapped(|_| (OK, millis(10)), window);
    stage.send(queue, None);
    stage.run_until(at(5));
    stage.input(Input::PurgeQueue { queue });
    stage.run_until(at(100));
    assert_eq!(stage.started(), []);
    // What comes after it is handled.
    stage.send(queue, None);
    stage.run_until(at(200));
    assert_eq!(deleted(&stage), ids([2]));
}

#[test]
fn a_window_gathers_messages() {
    let (mut stage, queue) = mapped(
        |_| (OK, millis(10)),
        |queue, it| {
            it.window = Span::from_secs(20);
            it.batch_size = 100;
            queue.visibility_timeout = Span::from_secs(60);
        },
    );
    for n in 0..6 {
        stage.run_until(at(5 * n));
        stage.send(queue, None);
    }
    stage.run_until(at(100));
    // Received at 0.02 s and gathered until 20.02 s: what came at 20 s comes a little too late.
    let started = stage.started();
    assert_eq!(
        started,
        [
            Moment::START + Span::from_millis(20_020),
            Moment::START + Span::from_millis(40_020)
        ]
    );
    assert_eq!(deleted(&stage), ids(1..=6));
    assert_eq!(sizes(&stage), [1, 1]);
}

#[test]
fn a_full_batch_does_not_wait_for_its_window() {
    let (mut stage, queue) = mapped(
        |_| (OK, millis(10)),
        |_, it| {
            it.window = Span::from_secs(300);
            it.batch_size = 4;
        },
    );
    for _ in 0..9 {
        stage.send(queue, None);
    }
    stage.run_until(at(1));
    assert_eq!(deleted(&stage), ids(1..=8));
}

/// "Configuring scaling behavior for SQS event source mappings": five batches from the start, up to
/// 300 more a minute, 1,250 at most.
#[test]
fn concurrency_grows_with_the_backlog() {
    let hour = Span::from_secs(3_600);
    let running = |stage: &Stage| stage.platform.in_flight();
    let (mut stage, queue) = mapped(
        move |_| (OK, hour),
        |queue, it| {
            it.batch_size = 1;
            queue.visibility_timeout = Span::from_secs(43_200);
        },
    );
    let mut configuration = stage.platform.configuration(F).unwrap().clone();
    configuration.timeout = Span::from_secs(4_000);
    stage.input(Input::ConfigureFunction {
        function: F,
        configuration: Box::new(configuration),
    });
    stage.input(Input::ConfigureAccount {
        concurrency: 5_000,
        idle_expiry: DEFAULT_IDLE_EXPIRY,
    });
    for _ in 0..2_000 {
        stage.send(queue, None);
    }
    stage.run_until(at(1));
    assert_eq!(running(&stage), FIRST_CONCURRENCY);
    stage.run_until(at(61));
    assert_eq!(running(&stage), FIRST_CONCURRENCY + 300);
    stage.run_until(at(600));
    assert_eq!(running(&stage), MAX_CONCURRENCY);
}

#[test]
fn concurrency_can_be_limited() {
    let (mut stage, queue) = mapped(
        |_| (OK, Span::from_secs(2)),
        |_, it| {
            it.batch_size = 1;
            it.limit_concurrency(Some(2));
        },
    );
    for _ in 0..6 {
        stage.send(queue, None);
    }
    stage.run_until(at(1));
    assert_eq!(stage.platform.in_flight(), 2);
    stage.run_until(at(30));
    assert_eq!(deleted(&stage).len(), 6);
    assert_eq!(stage.started().len(), 6);
}

#[test]
fn delays_and_deduplication_outlive_the_tab() {
    let (mut stage, queue) = mapped(
        |_| (OK, millis(10)),
        |queue, _| {
            queue.name = "line.fifo".into();
            queue.delay = Span::from_secs(30);
        },
    );
    stage.send_as(queue, "same");
    stage.run_until(at(10));
    stage.reopen();
    stage.send_as(queue, "same");
    stage.run_until(at(29));
    assert!(batches(&stage).is_empty());
    stage.run_until(at(40));
    assert_eq!(deleted(&stage), ids([1]));
}

/// "FIFO queue delivery logic": no message of a group while others of it are being handled.
#[test]
fn a_group_waits_for_its_first_message() {
    let (mut stage, queue) = mapped(
        |n| match n {
            0 => (ERROR, millis(10)),
            _ => (OK, millis(10)),
        },
        |queue, it| {
            queue.name = "orders.fifo".into();
            it.batch_size = 1;
        },
    );
    for group in ["a", "a", "b", "a", "b"] {
        stage.send(queue, Some(group));
    }
    stage.run_until(at(25));
    // The first of `a` failed: `a` waits for it, `b` does not.
    assert_eq!(deleted(&stage), ids([3, 5]));
    stage.run_until(at(60));
    assert_eq!(deleted(&stage), ids([3, 5, 1, 2, 4]));
}

#[test]
fn a_fifo_queue_takes_a_message_once() {
    let mut stage = Stage::new(|_| (OK, millis(10)));
    let queue = stage.queue(QueueConfiguration::named("orders.fifo"));
    stage.send_as(queue, "same");
    stage.send_as(queue, "same");
    stage.run_until(at(299));
    stage.send_as(queue, "same");
    stage.run_until(at(301));
    stage.send_as(queue, "same");
    let sent = stage.queue_facts(|at, fact| match fact {
        QueueFact::MessageSent { .. } => Some((at, true)),
        QueueFact::MessageDeduplicated { .. } => Some((at, false)),
        _ => None,
    });
    let expected = [
        (at(0), true),
        (at(0), false),
        (at(299), false),
        (at(301), true),
    ];
    assert_eq!(sent, expected);
}

/// "Handling errors for an SQS event source": a throttled batch is tried again until its visibility
/// timeout has passed, which uses up receives.
#[test]
fn throttled_batches_use_up_receives() {
    let (mut stage, queue) = mapped(|_| (OK, millis(10)), |_, _| {});
    stage.function(F, Some(0), AsyncConfiguration::default());
    stage.send(queue, None);
    stage.run_until(at(29));
    let throttled = stage
        .facts(|at, event| matches!(event, LifecycleEvent::RequestRejected { .. }).then_some(at));
    let seconds: Vec<u64> = throttled
        .iter()
        .map(|at| at.as_nanos() / 1_000_000_000)
        .collect();
    assert_eq!(seconds, [0, 1, 3, 7, 15]);
    stage.run_until(at(31));
    assert_eq!(batches(&stage).len(), 2);
    stage.function(F, None, AsyncConfiguration::default());
    stage.run_until(at(40));
    assert_eq!(deleted(&stage), ids([1]));
}

#[test]
fn a_message_may_be_delayed_and_may_get_too_old() {
    let (mut stage, queue) = mapped(
        |_| (OK, millis(10)),
        |queue, _| {
            queue.delay = Span::from_secs(10);
        },
    );
    stage.send(queue, None);
    stage.run_until(at(9));
    assert!(batches(&stage).is_empty());
    stage.run_until(at(11));
    assert_eq!(deleted(&stage), ids([1]));

    let alone = stage.queue(QueueConfiguration {
        retention: Span::from_secs(60),
        ..QueueConfiguration::named("alone")
    });
    stage.send(alone, None);
    stage.run_until(at(50));
    stage.send(alone, None);
    let expired = |stage: &Stage| {
        stage.queue_facts(|at, fact| match fact {
            QueueFact::MessagesExpired { messages, .. } => Some((at, messages.clone())),
            _ => None,
        })
    };
    stage.run_until(at(200));
    assert_eq!(expired(&stage), [(at(71), ids([2])), (at(110), ids([3]))]);
}

/// Moved to a dead-letter queue a message is as old as it was ("Using dead-letter queues in Amazon
/// SQS"), and a queue that has younger ones sees it.
#[test]
fn an_older_message_expires_first() {
    let minute = Span::from_secs(60);
    let mut stage = Stage::new(|_| (ERROR, millis(10)));
    let dead = stage.queue(QueueConfiguration {
        retention: minute,
        ..QueueConfiguration::named("dead")
    });
    let queue = stage.queue(QueueConfiguration {
        redrive: Some(Redrive {
            dead_letter_queue: dead,
            maximum_receives: 1,
        }),
        ..QueueConfiguration::named("orders")
    });
    stage.map(MappingConfiguration::between(queue, F));
    stage.send(queue, None);
    stage.run_until(at(10));
    stage.send(dead, None);
    stage.run_until(at(200));
    let expired = stage.queue_facts(|at, fact| match fact {
        QueueFact::MessagesExpired { messages, .. } => Some((at, messages.clone())),
        _ => None,
    });
    assert_eq!(expired, [(at(60), ids([1])), (at(70), ids([2]))]);
}

/// Nothing is asked again and again of a mapping that may not take more.
#[test]
fn a_mapping_at_its_limit_does_not_poll() {
    let (mut stage, queue) = mapped(
        |_| (OK, Span::from_secs(2)),
        |_, it| {
            it.batch_size = 1;
            it.limit_concurrency(Some(2));
        },
    );
    for _ in 0..4 {
        stage.send(queue, None);
    }
    stage.run_until(at(1));
    let due = stage.planned(|timer| matches!(timer, Timer::Poll { .. }));
    assert_eq!(due, 0);
}

#[test]
fn what_no_filter_matches_is_deleted_and_costs_nothing() {
    let (mut stage, queue) = mapped(|_| (OK, millis(10)), |_, _| {});
    stage.dropped = Box::new(|message| message.0 % 2 == 0);
    stage.send(queue, None);
    stage.send(queue, None);
    stage.run_until(at(1));
    stage.send(queue, None);
    stage.run_until(at(2));
    let gone = stage.queue_facts(|_, fact| match fact {
        QueueFact::MessagesDeleted {
            messages, filtered, ..
        } => Some((messages.clone(), *filtered)),
        _ => None,
    });
    let expected = [(ids([2]), true), (ids([1]), false), (ids([3]), false)];
    assert_eq!(gone, expected);
    stage.send(queue, None);
    stage.run_until(at(3));
    assert_eq!(stage.started().len(), 2);
}

#[test]
fn a_message_that_becomes_visible_too_early_is_handled_twice() {
    let (mut stage, queue) = mapped(
        |_| (OK, Span::from_secs(2)),
        |queue, _| queue.visibility_timeout = Span::from_secs(1),
    );
    // The page and the API refuse such a mapping; a timeout can be raised later.
    let mut configuration = stage.platform.configuration(F).unwrap().clone();
    configuration.timeout = Span::from_secs(1);
    stage.input(Input::ConfigureFunction {
        function: F,
        configuration: Box::new(configuration.clone()),
    });
    stage.send(queue, None);
    stage.run_until(at(0) + millis(500));
    configuration.timeout = Span::from_secs(60);
    stage.input(Input::ConfigureFunction {
        function: F,
        configuration: Box::new(configuration),
    });
    stage.run_until(at(10));
    assert!(stage.started().len() >= 2);
    assert_eq!(deleted(&stage), ids([1]));
}

#[test]
fn queues_and_mappings_outlive_the_tab() {
    let (mut stage, queue) = mapped(|_| (ERROR, millis(10)), |_, _| {});
    stage.send(queue, None);
    stage.run_until(at(10));
    stage.reopen();
    let before = batches(&stage).len();
    stage.run_until(at(29));
    assert_eq!(batches(&stage).len(), before);
    stage.run_until(at(31));
    assert_eq!(batches(&stage).len(), before + 1);
    // What was sent meanwhile and not received yet is still there.
    stage.send(queue, None);
    stage.reopen();
    stage.run_until(at(32));
    assert_eq!(
        batches(&stage).last().map(|it| it.1.clone()),
        Some(ids([2]))
    );
}

#[test]
fn a_mapping_can_be_switched_off_and_deleted() {
    let (mut stage, queue) = mapped(|_| (OK, millis(10)), |_, it| it.enabled = false);
    stage.send(queue, None);
    stage.run_until(at(10));
    assert!(batches(&stage).is_empty());
    let (mapping, configuration) = stage
        .platform
        .mappings()
        .map(|(id, it)| (id, it.clone()))
        .next()
        .unwrap();
    let enabled = MappingConfiguration {
        enabled: true,
        ..configuration
    };
    stage.set_mapping(mapping, enabled);
    stage.run_until(at(11));
    assert_eq!(deleted(&stage), ids([1]));
    stage.input(Input::DeleteMapping { mapping });
    stage.settle(mapping);
    stage.send(queue, None);
    stage.run_until(at(12));
    assert_eq!(batches(&stage).len(), 1);
    // With its function a mapping goes too.
    stage.map(MappingConfiguration::between(queue, F));
    stage.input(Input::DeleteFunction { function: F });
    assert_eq!(stage.platform.mappings().count(), 0);
}

#[test]
fn a_purged_queue_is_empty() {
    let mut stage = Stage::new(|_| (OK, millis(10)));
    let queue = stage.queue(QueueConfiguration::named("orders"));
    stage.send(queue, None);
    assert_eq!(stage.platform.messages_in(queue), 1);
    stage.input(Input::PurgeQueue { queue });
    assert_eq!(stage.platform.messages_in(queue), 0);
    stage.map(MappingConfiguration::between(queue, F));
    stage.run_until(at(10));
    assert!(batches(&stage).is_empty());
}
