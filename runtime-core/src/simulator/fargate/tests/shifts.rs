//! Deployments that shift traffic: who gets it, and what an alarm saves.

use super::*;
use crate::timeline::{
    DeploymentAlarms, DeploymentConfiguration, DeploymentStrategy, ServiceEvent, StoppedReason,
    TrafficShare,
};

const EVERY_SECOND: f64 = 20.0;

/// A service that a revision is deployed of at 60 seconds.
fn shifting(strategy: DeploymentStrategy, flaw: Option<Flaw>) -> ServicePlan {
    let mut plan = web(512, 1_024, 4, exponential(50), EVERY_SECOND);
    plan.length = secs(1_800);
    plan.deployment = DeploymentConfiguration {
        strategy,
        bake_time: Some(secs(300)),
        ..DeploymentConfiguration::default()
    };
    plan.incidents = vec![Incident {
        at: secs(60),
        what: IncidentKind::Deployment {
            flaw,
            desired: None,
        },
    }];
    plan
}

fn strategies() -> [DeploymentStrategy; 3] {
    let share = TrafficShare::from_tenths;
    [
        DeploymentStrategy::BlueGreen,
        DeploymentStrategy::Linear {
            step: share(250),
            bake: secs(120),
        },
        DeploymentStrategy::Canary {
            first: share(100),
            bake: secs(300),
        },
    ]
}

/// When the second deployment got how much of the traffic.
fn shares(kept: &Kept) -> Vec<(f64, f64)> {
    let shifts = kept.facts.iter().filter_map(|(at, fact)| match fact {
        FargateFact::TrafficShifted {
            deployment, share, ..
        } if deployment.0 == 2 => Some((seconds(*at), share.fraction())),
        _ => None,
    });
    shifts.collect()
}

#[test]
fn no_request_is_lost_to_a_shift_of_traffic() {
    for strategy in strategies() {
        let kept = Kept::of(&shifting(strategy, None));
        assert_eq!(kept.count(Answer::Served), kept.answers.len());
        let stopped = kept.facts.iter().filter(|(_, fact)| {
            matches!(fact, FargateFact::TaskStopRequested { task, reason: StoppedReason::Scaling(_) } if task.0 <= 4)
        });
        assert_eq!(stopped.count(), 4, "{strategy:?}");
        assert_eq!(shares(&kept).last().unwrap().1, 1.0);
    }
}

/// Of a revision that serves no request as many fail as the listener's weights say.
#[test]
fn each_revision_gets_its_share() {
    for strategy in strategies() {
        let kept = Kept::of(&shifting(strategy, Some(Flaw::Errors)));
        let shares = shares(&kept);
        assert!(kept.answers.iter().all(|it| it.1 != Answer::Unavailable));
        let ends = shares.iter().skip(1).map(|it| it.0).chain([1_800.0]);
        let none = (0.0, 0.0);
        let stretches = [(none, shares[0].0)];
        let stretches = stretches
            .into_iter()
            .chain(shares.iter().copied().zip(ends));
        for ((from, share), to) in stretches {
            let within = |it: &&(Moment, Answer, Span)| {
                (from..to).contains(&(seconds(it.0) - it.2.as_nanos() as f64 / 1e9))
            };
            let answers = kept.answers.iter().filter(within);
            let failed = answers.clone().filter(|it| it.1 == Answer::BadGateway);
            let found = failed.count() as f64 / answers.count() as f64;
            assert!(
                (found - share).abs() < 0.03,
                "{strategy:?} {share}: {found}"
            );
        }
    }
}

/// Its alarm sees the errors of a minute two minutes later or so; then nothing fails any more.
#[test]
fn an_alarm_sends_all_traffic_back_at_once() {
    let [_, _, canary] = strategies();
    let mut plan = shifting(canary, Some(Flaw::Errors));
    let ends = |plan: &ServicePlan| {
        let kept = Kept::of(plan);
        let failed = kept.answers.iter().filter(|it| it.1 != Answer::Served);
        let last = failed.clone().next_back().map(|it| seconds(it.0));
        (failed.count(), last.unwrap(), kept)
    };
    let (without, last, _) = ends(&plan);
    assert!(last > 1_790.0 && without > 10_000, "{without} until {last}");
    plan.deployment.alarms = Some(DeploymentAlarms { rollback: true });
    plan.deployment_alarm = Some(DeploymentAlarmPlan {
        threshold: 20,
        period: secs(60),
        evaluation_periods: 1,
        datapoints_to_alarm: 1,
    });
    let (with, last, kept) = ends(&plan);
    assert!((100..1_000).contains(&with), "{with}");
    assert!((200.0..500.0).contains(&last), "{last}");
    let says = |wanted: &str| {
        kept.facts.iter().any(|(_, fact)| match fact {
            FargateFact::ServiceEvent { event, .. } => event.message("web") == wanted,
            _ => false,
        })
    };
    assert!(says(
        "(service web) (deployment ecs-svc/2) deployment failed: alarm detected."
    ));
    assert!(says(
        &ServiceEvent::RollingBack(crate::units::DeploymentId(1)).message("web")
    ));
    // Rolling, all tasks are of the new revision when the alarm goes off, and others have to start first.
    plan.deployment.strategy = DeploymentStrategy::Rolling;
    let (rolling, last, _) = ends(&plan);
    assert!(rolling > 8 * with, "{rolling} {with}");
    assert!(last < 900.0, "{last}");
}

#[test]
fn what_does_not_go_with_shifts_is_refused() {
    let with = |change: &dyn Fn(&mut ServicePlan)| {
        let mut plan = shifting(DeploymentStrategy::CANARY, None);
        change(&mut plan);
        let errors = plan.check();
        assert!(errors.iter().all(|it| !it.hint().is_empty()));
        let words = errors.iter().map(|it| format!("{}: {it}", it.field()));
        words.collect::<Vec<_>>()
    };
    assert!(with(&|_| {}).is_empty());
    let requests = with(&|it| it.scaling = Some(tracked(ServiceMetric::Requests, 100)));
    assert_eq!(
        requests,
        ["scaling: ALBRequestCountPerTarget is not supported where deployments shift traffic"]
    );
    assert!(with(&|it| it.scaling = Some(tracked(ServiceMetric::Cpu, 60))).is_empty());
    let flow = with(&|it| it.requests.detail = Detail::Fluid);
    assert_eq!(
        flow,
        ["service.deployment: it takes requests one by one: a flow knows nothing of it"]
    );
    let queue = with(&|it| it.queue = Some(QueuePlan::default()));
    assert_eq!(
        queue,
        [
            "service.deployment: advancedConfiguration field is required for all loadBalancers when using a \
          non-ROLLING deployment strategy"
        ]
    );
}
