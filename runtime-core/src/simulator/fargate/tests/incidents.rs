//! Deployments and failures.

use super::*;
use crate::timeline::{
    CapacityProvider, CircuitBreaker, Exit, ServiceEvent, StoppedReason, StrategyItem, TaskStatus,
};

fn with(mut plan: ServicePlan, at: u64, what: IncidentKind) -> ServicePlan {
    plan.incidents.push(Incident { at: secs(at), what });
    plan
}

fn says(kept: &Kept, wanted: impl Fn(&ServiceEvent) -> bool) -> usize {
    let events = kept.facts.iter().filter_map(|(_, fact)| match fact {
        FargateFact::ServiceEvent { event, .. } => Some(event),
        _ => None,
    });
    events.filter(|event| wanted(event)).count()
}

fn stops(kept: &Kept, wanted: impl Fn(&StoppedReason) -> bool) -> usize {
    let stops = kept.facts.iter().filter_map(|(_, fact)| match fact {
        FargateFact::TaskStopRequested { reason, .. } => Some(reason),
        _ => None,
    });
    stops.filter(|reason| wanted(reason)).count()
}

/// Old tasks are drained before they are told to stop: nobody gets an error.
#[test]
fn a_rolling_deployment_loses_no_request() {
    let plan = web(512, 1_024, 4, exponential(50), 20.0);
    let deployment = IncidentKind::Deployment {
        flaw: None,
        desired: None,
    };
    let kept = Kept::of(&with(plan, 60, deployment));
    assert_eq!(kept.count(Answer::Served), kept.answers.len());
    assert_eq!(
        says(&kept, |it| matches!(
            it,
            ServiceEvent::DeploymentCompleted(_)
        )),
        2
    );
    assert_eq!(
        stops(&kept, |it| matches!(it, StoppedReason::Scaling(_))),
        4
    );
}

/// 100 and 125 percent of three tasks: floor and cap are both three (facts, section 3).
#[test]
fn three_tasks_at_100_and_125_percent_are_stuck() {
    let mut plan = web(512, 1_024, 3, exponential(50), 10.0);
    plan.deployment.maximum_percent = 125;
    let deployment = IncidentKind::Deployment {
        flaw: None,
        desired: None,
    };
    let kept = Kept::of(&with(plan, 60, deployment));
    assert!(says(&kept, |it| *it == ServiceEvent::Stuck) > 0);
    assert_eq!(stops(&kept, |_| true), 0);
}

/// A breaker ends it after three tasks that failed and rolls back; requests are served all along.
#[test]
fn a_flawed_revision_is_rolled_back_where_there_is_a_breaker() {
    for flaw in [Flaw::NoImage, Flaw::NoStart, Flaw::NoAnswer] {
        let mut plan = web(512, 1_024, 2, exponential(50), 10.0);
        plan.length = secs(3_600);
        plan.deployment.circuit_breaker = Some(CircuitBreaker {
            rollback: true,
            ..CircuitBreaker::default()
        });
        let deployment = IncidentKind::Deployment {
            flaw: Some(flaw),
            desired: None,
        };
        let kept = Kept::of(&with(plan, 60, deployment));
        assert_eq!(
            says(&kept, |it| matches!(it, ServiceEvent::RollingBack(_))),
            1,
            "{flaw:?}"
        );
        assert_eq!(kept.count(Answer::Served), kept.answers.len(), "{flaw:?}");
    }
}

/// "My template's DesiredCount is harmless": it undoes what scaling has set (facts, misunderstanding 5).
#[test]
fn a_deployment_with_a_desired_count_undoes_scaling() {
    let plan = web(512, 1_024, 10, exponential(50), 60.0);
    let deployment = IncidentKind::Deployment {
        flaw: None,
        desired: Some(2),
    };
    let kept = Kept::of(&with(plan, 120, deployment));
    assert!(kept.answers.last().unwrap().2 > Span::from_secs(1));
}

/// Every target's next check is up to 30 seconds away, two have to fail: until then a third of all requests
/// waits ten seconds for a connection, in vain.
#[test]
fn a_failed_zone_costs_requests_until_checks_have_noticed() {
    let plan = web(512, 1_024, 6, exponential(20), 30.0);
    let failure = IncidentKind::ZoneFailure {
        zone: 0,
        lasts: secs(400),
    };
    let kept = Kept::of(&with(plan, 100, failure));
    let lost: Vec<f64> = kept
        .answers
        .iter()
        .filter(|it| it.1 == Answer::Timeout)
        .map(|it| seconds(it.0))
        .collect();
    assert!(lost.len() > 100, "{}", lost.len());
    assert!(
        lost.iter().all(|at| (110.0..185.0).contains(at)),
        "{lost:?}"
    );
    assert!(
        kept.answers
            .iter()
            .all(|it| it.1 != Answer::Timeout || it.2 == secs(10) || it.2 == secs(60))
    );
    // What ECS starts instead is somewhere else.
    assert!(
        stops(&kept, |it| matches!(
            it,
            StoppedReason::FailedTargetChecks(_)
        )) >= 2
    );
}

/// What tasks of the zone have when it fails waits for the idle timeout in vain, and no longer.
#[test]
fn requests_in_a_failed_zone_get_no_response() {
    let mut plan = web(512, 1_024, 3, exponential(5), 30.0);
    plan.requests.wait = Distribution::Constant(secs(5));
    let failure = IncidentKind::ZoneFailure {
        zone: 0,
        lasts: secs(20),
    };
    let kept = Kept::of(&with(plan, 100, failure));
    let waited = kept
        .answers
        .iter()
        .filter(|it| it.1 == Answer::Timeout && it.2 == secs(60));
    // A third of 30 a second, for five seconds.
    let waited = waited.count();
    assert!((30..75).contains(&waited), "{waited}");
    // The zone is there again before two checks have failed: its task answers as before.
    let later = kept.answers.iter().filter(|it| it.0 > at(200));
    assert!(later.clone().all(|it| it.1 == Answer::Served));
}

/// Two minutes after the notice Spot tasks are gone, and nothing falls back to On-Demand (facts, section 4).
#[test]
fn a_reclaim_takes_spot_tasks_and_no_others() {
    let mut plan = web(512, 1_024, 12, exponential(20), 30.0);
    let item = |provider, base, weight| StrategyItem {
        provider,
        base,
        weight,
    };
    plan.strategy = vec![
        item(CapacityProvider::Fargate, 2, 1),
        item(CapacityProvider::FargateSpot, 0, 4),
    ];
    let reclaim = IncidentKind::SpotReclaim {
        share: 1.0,
        lasts: secs(300),
    };
    let kept = Kept::of(&with(plan, 100, reclaim));
    assert_eq!(stops(&kept, |it| *it == StoppedReason::SpotInterruption), 8);
    let during = kept.facts.iter().filter(|(moment, fact)| {
        matches!(fact, FargateFact::TaskCreated { .. }) && (at(101)..at(399)).contains(moment)
    });
    assert_eq!(during.count(), 0);
    let after = kept.facts.iter().filter(|(moment, fact)| {
        matches!(
            fact,
            FargateFact::TaskCreated {
                provider: CapacityProvider::FargateSpot,
                ..
            }
        ) && *moment >= at(400)
    });
    assert_eq!(after.count(), 8);
}

#[test]
fn a_crash_closes_connections_and_tasks_are_replaced() {
    let plan = web(512, 1_024, 4, exponential(200), 8.0);
    let kept = Kept::of(&with(plan, 100, IncidentKind::Crash { share: 1.0 }));
    assert_eq!(
        stops(&kept, |it| *it == StoppedReason::EssentialContainerExited),
        4
    );
    let errors = kept.answers.len() - kept.count(Answer::Served);
    assert!(errors > 100, "{errors}");
    let last = kept
        .answers
        .iter()
        .rfind(|it| it.1 != Answer::Served)
        .unwrap();
    assert!(
        (115.0..135.0).contains(&seconds(last.0)),
        "{}",
        seconds(last.0)
    );
}

/// 137 is what the container ends with, and the task with it.
#[test]
fn more_requests_than_memory_end_the_container() {
    let mut plan = web(256, 512, 1, exponential(50), 1.0);
    plan.requests.wait = Distribution::Constant(secs(30));
    plan.requests.idle_memory = 100 << 20;
    plan.requests.memory = 20 << 20;
    let kept = Kept::of(&plan);
    let ends = kept.facts.iter().filter_map(|(_, fact)| match fact {
        FargateFact::ContainerExited { exit, .. } => Some(*exit),
        _ => None,
    });
    assert!(ends.clone().any(|exit| exit == Exit::OutOfMemory));
    assert!(kept.count(Answer::BadGateway) > 20);
}

#[test]
fn a_slow_dependency_is_over_when_it_is() {
    let mut plan = web(512, 1_024, 2, exponential(5), 10.0);
    plan.requests.wait = Distribution::Constant(Span::from_millis(100));
    let slow = IncidentKind::SlowDependency {
        factor: 10.0,
        lasts: secs(60),
    };
    let kept = Kept::of(&with(plan, 100, slow));
    for (moment, _, latency) in &kept.answers {
        let slow = (at(102)..at(160)).contains(moment);
        let fine = (at(162)..at(600)).contains(moment) || *moment < at(100);
        assert!(!slow || *latency >= Span::from_secs(1), "{latency:?}");
        assert!(!fine || *latency < Span::from_millis(600), "{latency:?}");
    }
}

/// A /28 has eleven addresses; a task has one from its start to its very end.
#[test]
fn addresses_run_out() {
    let mut plan = web(256, 512, 40, exponential(5), 10.0);
    plan.network.prefix = 28;
    let kept = Kept::of(&plan);
    assert!(
        stops(&kept, |it| matches!(
            it,
            StoppedReason::NoFreeAddress { .. }
        )) > 0
    );
    let running = kept.facts.iter().filter(|(moment, fact)| {
        *moment < at(0)
            && matches!(
                fact,
                FargateFact::TaskMoved {
                    to: TaskStatus::Running,
                    ..
                }
            )
    });
    assert_eq!(running.count(), 33);
    assert!(
        kept.samples
            .iter()
            .any(|(_, sample)| sample.free_addresses == 0)
    );
}

/// What ends after it has run counts for neither back-off nor breaker: a crash loop has no end (facts,
/// misunderstanding 7).
#[test]
fn a_revision_that_ends_after_its_start_is_tried_for_ever() {
    let mut plan = web(512, 1_024, 2, exponential(50), 10.0);
    plan.length = secs(3_600);
    plan.deployment.circuit_breaker = Some(CircuitBreaker::default());
    let flaw = Some(Flaw::Exits);
    let deployment = IncidentKind::Deployment {
        flaw,
        desired: None,
    };
    let kept = Kept::of(&with(plan, 60, deployment));
    let ended = stops(&kept, |it| *it == StoppedReason::EssentialContainerExited);
    assert!(ended > 50, "{ended}");
    assert_eq!(kept.count(Answer::Served), kept.answers.len());
}

/// Tasks that never answer their checks are replaced again and again: there is no back-off for them, and
/// without a breaker no end (facts, misunderstanding 7).
#[test]
fn without_a_breaker_a_revision_that_never_answers_is_tried_for_ever() {
    let mut plan = web(512, 1_024, 2, exponential(50), 10.0);
    plan.length = secs(3_600);
    let flaw = Some(Flaw::NoAnswer);
    let kept = Kept::of(&with(
        plan,
        60,
        IncidentKind::Deployment {
            flaw,
            desired: None,
        },
    ));
    let failed = stops(&kept, |it| {
        matches!(it, StoppedReason::FailedTargetChecks(_))
    });
    assert!(failed > 20, "{failed}");
    assert_eq!(kept.count(Answer::Served), kept.answers.len());
}
