//! What bounds a batch and how many there are at a time, and for how long messages are hidden.

use super::*;

/// "Configuring scaling behavior for SQS event source mappings": with no more messages the poller goes
/// back to five batches, from which another backlog begins.
#[test]
fn a_new_backlog_begins_with_five_again() {
    let (mut stage, queue) = mapped(
        |_| (OK, Span::from_secs(30)),
        |queue, it| {
            it.batch_size = 1;
            queue.visibility_timeout = Span::from_secs(600);
        },
    );
    set_timeout(&mut stage, Span::from_secs(60));
    for begin in [0, 500] {
        stage.run_until(at(begin));
        for _ in 0..200 {
            stage.send(queue, None);
        }
        stage.run_until(at(begin + 1));
        assert_eq!(stage.platform.in_flight(), FIRST_CONCURRENCY);
        // Ten seconds of a backlog: five more in each.
        stage.run_until(at(begin + 11));
        assert_eq!(stage.platform.in_flight(), FIRST_CONCURRENCY + 50);
        stage.run_until(at(begin + 400));
        assert_eq!(stage.platform.messages_in(queue), 0);
    }
    assert_eq!(deleted(&stage).len(), 400);
}

/// "How Lambda processes records from stream and queue-based event sources": a batch goes at 6 MB, even
/// if its window is not over. What fits is less by what an event says of its messages (model choice).
#[test]
fn a_batch_that_would_be_too_large_does_not_wait_for_its_window() {
    let window = |queue: &mut QueueConfiguration, it: &mut MappingConfiguration| {
        it.window = Span::from_secs(300);
        it.batch_size = 100;
        queue.visibility_timeout = Span::from_secs(600);
    };
    const MEGABYTE: u64 = 1_048_576;
    let shortly = |seconds| [at(seconds) + RECEIVE_LATENCY];
    // All at once: the fifth does not fit.
    let (mut stage, queue) = mapped(|_| (OK, millis(10)), window);
    for _ in 0..5 {
        stage.send_bytes(queue, MEGABYTE);
    }
    stage.run_until(at(299));
    assert_eq!(stage.started(), shortly(0));
    assert_eq!(deleted(&stage), ids(1..=4));
    // One after the other: the fifth closes the batch that is being gathered, and begins another.
    let (mut stage, queue) = mapped(|_| (OK, millis(10)), window);
    for n in 0..5 {
        stage.run_until(at(n));
        assert_eq!(stage.started(), []);
        stage.send_bytes(queue, MEGABYTE);
    }
    stage.run_until(at(299));
    assert_eq!(stage.started(), shortly(4));
    assert_eq!(deleted(&stage), ids(1..=4));
    stage.run_until(at(400));
    assert_eq!(stage.started()[1..], shortly(304));
    assert_eq!(deleted(&stage), ids(1..=5));
}

/// "Using Lambda with Amazon SQS" (developer guide, November 2022): where window and timeout together
/// are longer than the visibility timeout, messages are hidden for both and 30 seconds.
#[test]
fn a_window_and_a_timeout_can_hide_messages_for_longer_than_their_queue() {
    for (visibility, hidden) in [(30, 70), (39, 70), (40, 40), (90, 90)] {
        let (mut stage, queue) = mapped(
            |_| (ERROR, millis(10)),
            |queue, it| {
                it.window = Span::from_secs(20);
                queue.visibility_timeout = Span::from_secs(visibility);
            },
        );
        set_timeout(&mut stage, Span::from_secs(20));
        stage.send(queue, None);
        stage.run_until(at(100));
        let shown = stage.queue_facts(|at, fact| match fact {
            QueueFact::MessagesVisible { .. } => Some(at),
            _ => None,
        });
        let until = at(hidden) + RECEIVE_LATENCY;
        assert_eq!(shown[0], until, "visibility {visibility}");
        let received: Vec<Moment> = batches(&stage).iter().map(|(at, _)| *at).collect();
        assert_eq!(received[1], until + RECEIVE_LATENCY);
    }
}

/// "Configuring scaling behavior for SQS event source mappings": of a FIFO queue no more batches are
/// handled at a time than there are active message groups.
#[test]
fn a_fifo_queue_has_no_more_batches_at_a_time_than_groups() {
    let (mut stage, queue) = mapped(
        // Not all are done at once: a group whose batch is not must wait although others go on.
        |n| (OK, Span::from_secs(1 + u64::from(n % 3))),
        |queue, it| {
            queue.name = "orders.fifo".into();
            it.batch_size = 2;
        },
    );
    for _ in 0..8 {
        for group in ["a", "b", "c"] {
            stage.send(queue, Some(group));
        }
    }
    let mut most = 0;
    while stage.now < at(60) {
        stage.run_until(stage.now + millis(10));
        most = most.max(stage.platform.in_flight());
    }
    assert_eq!(most, 3);
    assert_eq!(sizes(&stage), [2; 12]);
    assert_eq!(deleted(&stage).len(), 24);
}

/// "Handling errors for an SQS event source": a handler of a FIFO queue stops at the first message that
/// fails, and names it and those after it, so that they keep their order.
#[test]
fn what_failed_of_a_group_is_not_overtaken() {
    for (named, again) in [(ids([1, 2]), ids([1, 2, 3])), (ids([1]), ids([1, 3]))] {
        let (mut stage, queue) = mapped(
            |_| (OK, millis(10)),
            |queue, it| {
                queue.name = "orders.fifo".into();
                it.batch_size = 2;
                it.report_failures = true;
            },
        );
        let failed = named.clone();
        stage.failed = Box::new(move |batch| match batch.contains(&MessageId(1)) {
            true => FailedMessages::These(failed.clone()),
            false => FailedMessages::These(Vec::new()),
        });
        for group in ["a", "a", "a", "b"] {
            stage.send(queue, Some(group));
        }
        stage.run_until(at(29));
        // The third waits for the first; the other group does not.
        let first = [ids([1, 2]), ids([4])];
        let received =
            |stage: &Stage| -> Vec<_> { batches(stage).into_iter().map(|(_, it)| it).collect() };
        assert_eq!(received(&stage), first);
        let others = |id: &MessageId| !named.contains(id);
        let handled: Vec<MessageId> = first.concat().into_iter().filter(others).collect();
        assert_eq!(deleted(&stage), handled);
        stage.failed = Box::new(|_| FailedMessages::These(Vec::new()));
        stage.run_until(at(60));
        assert_eq!(received(&stage)[2..].concat(), again);
        assert_eq!(deleted(&stage)[handled.len()..], again);
    }
}

/// "Handling errors for an SQS event source", and zaccharles, "Lambda concurrency limits and SQS triggers don't mix well" (2019):
/// throttles fill a dead-letter queue with messages that no handler has seen.
#[test]
fn throttled_messages_reach_the_dead_letter_queue_without_an_invocation() {
    let mut stage = Stage::new(|_| (OK, millis(10)));
    let dead = stage.queue(QueueConfiguration::named("dead"));
    let queue = stage.queue(QueueConfiguration {
        redrive: Some(Redrive {
            dead_letter_queue: dead,
            maximum_receives: 2,
        }),
        ..QueueConfiguration::named("orders")
    });
    stage.function(F, Some(0), AsyncConfiguration::default());
    stage.map(MappingConfiguration::between(queue, F));
    stage.send(queue, None);
    stage.run_until(at(59));
    assert!(stage.platform.message(queue, MessageId(1)).is_some());
    stage.run_until(at(61));
    assert!(stage.platform.message(queue, MessageId(1)).is_none());
    assert!(stage.platform.message(dead, MessageId(1)).is_some());
    assert_eq!(sizes(&stage), [1, 1]);
    assert_eq!(stage.started(), []);
}
