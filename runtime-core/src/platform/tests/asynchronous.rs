//! Asynchronous invocation against what the Lambda developer guide says of it.

mod destinations;
mod properties;

use super::stage::{Stage, at, millis};
use super::{F, G};
use crate::platform::*;
use crate::timeline::{
    AsyncConfiguration, AsyncFact, AsyncSource, Condition, Destination, Failure, LifecycleEvent,
    Outcome, Qualifier, QueueConfiguration, QueueFact, RecordKind, Rejection, ReturnReason, Sender,
    Trigger,
};
use crate::units::{ByteCount, Moment, PayloadId, RequestId, Span};

const ERROR: Outcome = Outcome::Failed(Failure::HandlerError);

fn failing() -> Stage {
    Stage::new(|_| (ERROR, Span::from_secs(1)))
}

fn ends(stage: &Stage) -> Vec<(Condition, u32)> {
    stage.async_facts(|fact| match fact {
        AsyncFact::EventFinished {
            condition,
            invocations,
            ..
        } => Some((*condition, *invocations)),
        _ => None,
    })
}

/// What was sent on, and whether it arrived.
fn records(stage: &Stage) -> Vec<(RecordKind, Destination, bool)> {
    stage.async_facts(|fact| match fact {
        AsyncFact::RecordSent {
            kind,
            destination,
            delivered,
            ..
        } => Some((*kind, *destination, *delivered)),
        _ => None,
    })
}

/// "How Lambda handles errors and retries with asynchronous invocation": two more attempts, one
/// minute and two minutes later.
#[test]
fn an_error_is_retried_after_one_minute_and_two() {
    let mut stage = failing();
    let first = stage.invoke_async();
    stage.run_until(at(3_600));
    assert_eq!(stage.started(), [at(0), at(61), at(182)]);
    assert_eq!(ends(&stage), [(Condition::RetriesExhausted, 3)]);
    let shown = stage.facts(|_, event| match event {
        LifecycleEvent::RequestArrived {
            request, trigger, ..
        } => Some((trigger.shown(*request), *trigger)),
        _ => None,
    });
    for (attempt, (shown, trigger)) in (1..).zip(shown) {
        assert_eq!((shown, trigger), (first, Trigger::Async { first, attempt }));
    }
}

#[test]
fn an_event_that_is_handled_is_done() {
    let mut stage = Stage::new(|n| match n {
        0 => (ERROR, millis(5)),
        _ => (Outcome::Succeeded, millis(5)),
    });
    stage.invoke_async();
    stage.run_until(at(3_600));
    assert_eq!(ends(&stage), [(Condition::Success, 2)]);
    assert_eq!(stage.started().len(), 2);
}

#[test]
fn retries_are_a_setting() {
    for retries in 0..=2 {
        let mut stage = failing();
        let asynchronous = AsyncConfiguration {
            maximum_retry_attempts: retries,
            ..AsyncConfiguration::default()
        };
        stage.function(F, None, asynchronous);
        stage.invoke_async();
        stage.run_until(at(3_600));
        assert_eq!(ends(&stage), [(Condition::RetriesExhausted, retries + 1)]);
    }
}

/// As recorded against AWS: an event that would be too old at its next attempt is given up at once,
/// with an approximateInvokeCount of 1 or 2.
#[test]
fn an_event_gets_too_old() {
    for (age, invocations) in [(60, 1), (120, 2), (240, 3)] {
        let mut stage = failing();
        let asynchronous = AsyncConfiguration {
            maximum_event_age: Span::from_secs(age),
            ..AsyncConfiguration::default()
        };
        stage.function(F, None, asynchronous);
        stage.invoke_async();
        stage.run_until(at(3_600));
        let condition = match invocations {
            3 => Condition::RetriesExhausted,
            _ => Condition::EventAgeExceeded,
        };
        assert_eq!(ends(&stage), [(condition, invocations)], "age {age}");
    }
}

/// The same page: "throttling (429) or system errors (500-series)" go back to the queue and use up no retry.
#[test]
fn system_errors_wait_as_throttles_do() {
    let mut stage = Stage::new(|_| (Outcome::Succeeded, millis(5)));
    stage.broken = Box::new(|it| it.0 <= 3);
    stage.invoke_async();
    stage.run_until(at(60));
    let waits = stage.facts(|at, event| match event {
        LifecycleEvent::Async(AsyncFact::EventReturned { reason, due, .. }) => {
            Some((*reason, due.since(at)))
        }
        _ => None,
    });
    let wait = |seconds| (ReturnReason::SystemError, Span::from_secs(seconds));
    assert_eq!(waits, [wait(1), wait(2), wait(4)]);
    assert_eq!(ends(&stage), [(Condition::Success, 1)]);
}

/// The same page: throttles go back to the queue, after one second at first and five minutes at
/// most, for as long as events may wait. Our reading: they use up no retry.
#[test]
fn throttles_wait_longer_and_longer() {
    let mut stage = Stage::new(|_| (Outcome::Succeeded, Span::from_secs(900)));
    stage.function(F, Some(1), AsyncConfiguration::default());
    let mut configuration = stage.platform.configuration(F).unwrap().clone();
    configuration.timeout = Span::from_secs(900);
    stage.input(Input::ConfigureFunction {
        function: F,
        configuration: Box::new(configuration),
    });
    stage.invoke_async();
    let second = stage.invoke_async();
    stage.run_until(at(10_000));
    let waits = stage.facts(|at, event| match event {
        LifecycleEvent::Async(AsyncFact::EventReturned {
            request,
            reason: ReturnReason::Throttled,
            due,
        }) if *request == second => Some(due.since(at)),
        _ => None,
    });
    let seconds = |span: &Span| span.as_nanos() / 1_000_000_000;
    let waits: Vec<u64> = waits.iter().map(seconds).collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    assert_eq!(
        ends(&stage),
        [(Condition::Success, 1), (Condition::Success, 1)]
    );
}

#[test]
fn reserved_concurrency_of_zero_ends_events_at_once() {
    let mut stage = failing();
    let queue = stage.queue(QueueConfiguration::named("dead"));
    let asynchronous = AsyncConfiguration {
        dead_letter_queue: Some(queue.into()),
        on_failure: Some(Destination::Function(G)),
        ..AsyncConfiguration::default()
    };
    stage.function(F, Some(0), asynchronous);
    stage.invoke_async();
    assert_eq!(ends(&stage), [(Condition::ZeroReservedConcurrency, 0)]);
    assert_eq!(
        records(&stage),
        [
            (RecordKind::OnFailure, Destination::Function(G), false),
            (RecordKind::DeadLetter, Destination::Queue(queue), true),
        ]
    );
    assert!(stage.started().is_empty());
    let sent = stage.queue_facts(|_, fact| match fact {
        QueueFact::MessageSent { queue, sender, .. } => Some((*queue, *sender)),
        _ => None,
    });
    assert_eq!(sent, [(queue, Sender::Lambda { function: F })]);
}

/// A response of some MB makes a record that no queue takes.
#[test]
fn a_record_that_is_too_large_does_not_arrive() {
    for (bytes, delivered) in [(1_048_576, true), (1_048_577, false)] {
        let mut stage = Stage::new(|_| (Outcome::Succeeded, millis(3)));
        stage.record_bytes = bytes;
        let queue = stage.queue(QueueConfiguration::named("records"));
        let asynchronous = AsyncConfiguration {
            on_success: Some(Destination::Queue(queue)),
            ..AsyncConfiguration::default()
        };
        stage.function(F, None, asynchronous);
        stage.invoke_async();
        stage.run_until(at(60));
        let destination = Destination::Queue(queue);
        assert_eq!(
            records(&stage),
            [(RecordKind::OnSuccess, destination, delivered)]
        );
    }
}

#[test]
fn records_go_to_functions_too() {
    let mut stage = Stage::new(|_| (Outcome::Succeeded, millis(3)));
    let asynchronous = AsyncConfiguration {
        on_success: Some(Destination::Function(G)),
        ..AsyncConfiguration::default()
    };
    stage.function(F, None, asynchronous);
    stage.function(G, None, AsyncConfiguration::default());
    stage.invoke_async();
    stage.run_until(at(60));
    let accepted = stage.async_facts(|fact| match fact {
        AsyncFact::EventAccepted {
            function, source, ..
        } => Some((*function, *source)),
        _ => None,
    });
    let from = AsyncSource::Destination { function: F };
    assert_eq!(accepted, [(F, AsyncSource::Invoke), (G, from)]);
    assert_eq!(
        ends(&stage),
        [(Condition::Success, 1), (Condition::Success, 1)]
    );
}

/// "Use Lambda recursive loop detection": approximately 16 times.
#[test]
fn a_function_that_calls_itself_is_stopped() {
    let mut stage = Stage::new(|_| (Outcome::Succeeded, millis(3)));
    let queue = stage.queue(QueueConfiguration::named("dead"));
    let asynchronous = AsyncConfiguration {
        on_success: Some(Destination::Function(F)),
        dead_letter_queue: Some(queue.into()),
        ..AsyncConfiguration::default()
    };
    stage.function(F, None, asynchronous);
    stage.invoke_async();
    stage.run_until(at(60));
    assert_eq!(stage.started().len(), RECURSION_LIMIT);
    assert_eq!(ends(&stage).last(), Some(&(Condition::RecursiveLoop, 0)));
    let last = records(&stage).pop();
    let dead = Destination::Queue(queue);
    assert_eq!(last, Some((RecordKind::DeadLetter, dead, true)));
}

#[test]
fn events_of_a_deleted_function_go_nowhere() {
    let mut stage = failing();
    stage.invoke_async();
    stage.run_until(at(30));
    stage.input(Input::DeleteFunction { function: F });
    stage.run_until(at(600));
    assert_eq!(ends(&stage), [(Condition::FunctionDeleted, 1)]);
    // And a new one is refused, as the Invoke API does.
    stage.invoke_async();
    let refused = stage.facts(|_, event| match event {
        LifecycleEvent::RequestRejected { rejection, .. } => Some(*rejection),
        _ => None,
    });
    assert_eq!(refused, [Rejection::FunctionNotFound]);
}

#[test]
fn what_is_too_large_is_refused_at_the_door() {
    let mut stage = failing();
    let large = vec![b'1'; 1_048_577];
    assert_eq!(refuse_async_event(&large[1..]), None);
    let request = stage.platform.next_request();
    stage.input(Input::InvokeAsync(AsyncArrival {
        request,
        function: F,
        qualifier: Qualifier::LATEST,
        source: AsyncSource::Invoke,
        event: PayloadId(0),
        bytes: ByteCount::from(large.len()),
        refused: refuse_async_event(&large),
    }));
    let refused = stage.facts(|_, event| match event {
        LifecycleEvent::RequestRejected { rejection, .. } => Some(rejection.status()),
        _ => None,
    });
    assert_eq!(refused, [413]);
    assert!(ends(&stage).is_empty() && stage.started().is_empty());
}

#[test]
fn the_internal_queue_outlives_the_tab() {
    let mut stage = failing();
    stage.invoke_async();
    // In the middle of the first attempt, and between the first and the second.
    for (closed, again) in [(0, 0), (30, 61)] {
        let mut stage = failing();
        stage.invoke_async();
        stage.run_until(at(0) + Span::from_secs(closed));
        stage.reopen();
        assert_eq!(stage.platform.waiting_events(), 1);
        stage.run_until(at(3_600));
        assert_eq!(stage.platform.waiting_events(), 0);
        assert_eq!(ends(&stage), [(Condition::RetriesExhausted, 3)]);
        let started: Vec<Moment> = stage.started();
        assert_eq!(started[1], at(again), "closed at {closed}");
    }
    // An attempt that is interrupted twice uses up no retry.
    let mut twice = failing();
    twice.invoke_async();
    twice.run_until(at(0));
    twice.reopen();
    twice.reopen();
    twice.run_until(at(3_600));
    assert_eq!(ends(&twice), [(Condition::RetriesExhausted, 3)]);

    let interrupted = RequestId(1);
    stage.reopen();
    let returned = stage.async_facts(|fact| match fact {
        AsyncFact::EventReturned {
            request, reason, ..
        } => Some((*request, *reason)),
        _ => None,
    });
    assert_eq!(returned, [(interrupted, ReturnReason::Interrupted)]);
}

/// A record of an event that is given up says how its last attempt ended; attempts that the ends of tabs cut off were
/// none.
#[test]
fn the_last_error_is_known_however_many_tabs_end() {
    // Between attempts, and in the middle of the second one, which is made anew in each tab.
    for closed in [30, 61] {
        for tabs in 1..4 {
            let mut stage = failing();
            let queue = stage.queue(QueueConfiguration::named("failed"));
            let asynchronous = AsyncConfiguration {
                on_failure: Some(Destination::Queue(queue)),
                ..AsyncConfiguration::default()
            };
            stage.function(F, None, asynchronous);
            let event = stage.invoke_async();
            for _ in 0..tabs {
                stage.run_until(at(closed));
                stage.reopen();
            }
            stage.function(F, Some(0), asynchronous);
            let mut out = Out::default();
            stage.platform.attempt(at(61), event, &mut out);
            let orders = out.effects.iter().filter_map(|effect| match effect {
                Effect::WriteRecord(order) => Some((order.invocations, order.last)),
                _ => None,
            });
            let orders: Vec<_> = orders.collect();
            assert_eq!(
                orders,
                [(1, Some((ERROR, None)))],
                "{tabs} tabs until {closed}"
            );
        }
    }
}
