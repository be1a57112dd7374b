//! The internal queue under random input: no event is lost, and none has more than its attempts.

use super::*;
use crate::timeline::Timeline;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What can happen in a session with asynchronous events.
#[derive(Clone, Debug)]
enum Step {
    Invoke,
    Wait(u64),
    Reserve(Option<u32>),
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => Just(Step::Invoke),
        5 => (1..90_000_u64).prop_map(Step::Wait),
        2 => prop_oneof![Just(None), (0..3_u32).prop_map(Some)].prop_map(Step::Reserve),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec(step, 1..50)
}

/// What the timeline says of an event.
#[derive(Default)]
struct Told {
    accepted: Moment,
    /// Whether each of its invocations succeeded.
    handled: Vec<bool>,
    /// When it ended and how, and how many invocations are told of then.
    ends: Vec<(Moment, Condition, u32)>,
    dead_letters: usize,
}

fn recount(timeline: &Timeline) -> BTreeMap<RequestId, Told> {
    let mut events: BTreeMap<RequestId, Told> = BTreeMap::new();
    let mut attempts = BTreeMap::new();
    for entry in timeline.entries() {
        match &entry.event {
            LifecycleEvent::Async(AsyncFact::EventAccepted { request, .. }) => {
                let accepted = Told {
                    accepted: entry.at,
                    ..Told::default()
                };
                assert!(events.insert(*request, accepted).is_none());
            }
            LifecycleEvent::RequestArrived {
                request,
                trigger: Trigger::Async { first, .. },
                ..
            } => {
                assert!(events[first].ends.is_empty(), "tried after its end");
                attempts.insert(*request, *first);
            }
            // An attempt that the end of a tab has interrupted uses up no retry.
            LifecycleEvent::InvocationFinished {
                outcome: Outcome::Failed(Failure::Interrupted),
                ..
            } => {}
            LifecycleEvent::InvocationFinished {
                request, outcome, ..
            } => {
                let event = events.get_mut(&attempts[request]).unwrap();
                event.handled.push(*outcome == Outcome::Succeeded);
            }
            LifecycleEvent::Async(AsyncFact::EventFinished {
                request,
                condition,
                invocations,
            }) => {
                let end = (entry.at, *condition, *invocations);
                events.get_mut(request).unwrap().ends.push(end);
            }
            LifecycleEvent::Async(AsyncFact::RecordSent {
                request,
                kind: RecordKind::DeadLetter,
                delivered: true,
                ..
            }) => events.get_mut(request).unwrap().dead_letters += 1,
            _ => {}
        }
    }
    events
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// "How Lambda handles errors and retries with asynchronous invocation": each event ends once, after
    /// a success or `MaximumRetryAttempts` + 1 errors, or when it is too old, or at once where reserved
    /// concurrency is zero; what was given up is a dead letter.
    #[test]
    fn each_event_ends_once_with_so_many_attempts(
        steps in steps(),
        handlers in prop::collection::vec((any::<bool>(), 0_u64..2_900), 1..7),
        retries in 0..=2_u32,
        age in 60..=600_u64,
    ) {
        let mut stage = Stage::new(move |n| {
            let (fails, took) = handlers[n as usize % handlers.len()];
            (if fails { ERROR } else { Outcome::Succeeded }, millis(took))
        });
        let dead = stage.queue(QueueConfiguration::named("dead"));
        let oldest = Span::from_secs(age);
        let asynchronous = AsyncConfiguration {
            maximum_retry_attempts: retries,
            maximum_event_age: oldest,
            dead_letter_queue: Some(dead.into()),
            ..AsyncConfiguration::default()
        };
        stage.function(F, None, asynchronous);
        let mut accepted = 0;
        for step in steps {
            match step {
                Step::Invoke => {
                    stage.invoke_async();
                    accepted += 1;
                }
                Step::Wait(span) => {
                    let until = stage.now + millis(span);
                    stage.run_until(until);
                }
                Step::Reserve(reserved) => stage.function(F, reserved, asynchronous),
                Step::Reopen => stage.reopen(),
            }
        }
        let until = stage.now + Span::from_secs(3_600);
        stage.run_until(until);
        prop_assert_eq!(stage.platform.waiting_events(), 0);
        let events = recount(&stage.timeline);
        prop_assert_eq!(events.len(), accepted);
        for (request, told) in &events {
            prop_assert_eq!(told.ends.len(), 1, "{:?}", request);
            let (at, condition, invocations) = told.ends[0];
            let successes = told.handled.iter().filter(|succeeded| **succeeded).count();
            prop_assert_eq!(told.handled.len(), invocations as usize);
            prop_assert!(invocations <= retries + 1);
            prop_assert_eq!(successes, usize::from(condition == Condition::Success));
            match condition {
                Condition::Success => prop_assert_eq!(told.handled.last(), Some(&true)),
                Condition::RetriesExhausted => prop_assert_eq!(invocations, retries + 1),
                Condition::EventAgeExceeded => {
                    // It is given up when its next attempt would come too late.
                    let latest = Span::from_secs(300);
                    prop_assert!(at.since(told.accepted) + latest > oldest);
                }
                Condition::ZeroReservedConcurrency => {}
                other => prop_assert!(false, "{:?}", other),
            }
            let given_up = usize::from(condition != Condition::Success);
            prop_assert_eq!(told.dead_letters, given_up);
        }
        prop_assert_eq!(
            stage.platform.messages_in(dead),
            events.values().map(|told| told.dead_letters).sum::<usize>()
        );
    }
}
