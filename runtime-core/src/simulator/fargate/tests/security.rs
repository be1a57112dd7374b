//! What security groups drop.

use super::*;
use crate::timeline::{InitializationFailure, StoppedReason};

fn reasons(kept: &Kept) -> Vec<StoppedReason> {
    let reasons = kept.facts.iter().filter_map(|(_, fact)| match fact {
        FargateFact::TaskStopRequested { reason, .. } => Some(*reason),
        _ => None,
    });
    reasons.collect()
}

/// A service that waits for a database.
fn shop() -> ServicePlan {
    let mut plan = web(512, 1_024, 2, exponential(20), 5.0);
    plan.length = secs(600);
    plan.requests.wait = Distribution::Constant(Span::from_millis(10));
    plan
}

/// Elastic Load Balancing guide, "HTTP 504": no connection within 10 seconds; the check times out as well, and ECS
/// replaces the tasks again and again.
#[test]
fn tasks_that_the_balancer_may_not_connect_to_fail_its_checks() {
    let mut plan = shop();
    plan.security.task.inbound.clear();
    let kept = Kept::of(&plan);
    let reasons = reasons(&kept);
    assert!(reasons.len() > 4, "{reasons:?}");
    let failed = |it: &StoppedReason| matches!(it, StoppedReason::FailedTargetChecks(_));
    assert!(reasons.iter().all(failed), "{reasons:?}");
    assert_eq!(kept.count(Answer::Served), 0);
    let timed_out = kept.answers.iter().filter(|it| it.1 == Answer::Timeout);
    let latencies: Vec<Span> = timed_out.map(|it| it.2).collect();
    assert!(!latencies.is_empty());
    assert!(latencies.iter().all(|it| *it == secs(10)), "{latencies:?}");
}

/// The first thing that the agent asks for is not reached.
#[test]
fn tasks_that_may_connect_to_nothing_do_not_start() {
    let mut plan = shop();
    plan.definition.containers[0].port = Some(80);
    plan.security.task.outbound.clear();
    let kept = Kept::of(&plan);
    let reasons = reasons(&kept);
    let unreachable = StoppedReason::Initialization(InitializationFailure::RegistryUnreachable);
    assert!(!reasons.is_empty());
    assert!(reasons.iter().all(|it| *it == unreachable), "{reasons:?}");
    assert_eq!(kept.count(Answer::Unavailable), kept.answers.len());
}

/// Tasks are healthy all along, since their checks need no database; whoever needs it gets 504 after the idle
/// timeout, and the task goes on trying for longer.
#[test]
fn a_database_that_drops_what_tasks_send_times_requests_out() {
    let mut plan = shop();
    plan.security.database.inbound.clear();
    let kept = Kept::of(&plan);
    assert_eq!(reasons(&kept), []);
    assert_eq!(kept.count(Answer::Served), 0);
    let timed_out = kept.answers.iter().filter(|it| it.1 == Answer::Timeout);
    let latencies: Vec<Span> = timed_out.map(|it| it.2).collect();
    assert!(latencies.len() > 100);
    assert!(latencies.iter().all(|it| *it == secs(60)), "{latencies:?}");

    // Places in tasks are taken for 127 seconds: with room for 100 at a time, most requests only queue.
    plan.requests.at_once = 100;
    plan.requests.wait = Distribution::Constant(Span::ZERO);
    let without = Kept::of(&plan);
    assert!(
        without.count(Answer::Served) > 2_000,
        "who needs no database is served"
    );
}

/// What is not handled is not deleted, and comes again.
#[test]
fn messages_that_need_a_closed_database_come_again() {
    let mut plan = shop();
    plan.queue = Some(QueuePlan::default());
    plan.security.database.inbound.clear();
    let kept = Kept::of(&plan);
    assert!(kept.arrived > 1_000);
    assert_eq!(kept.answers, []);
    let last = kept.samples.last().and_then(|(_, it)| it.queue);
    assert!(last.is_some_and(|it| it.visible > 0), "{last:?}");
}
