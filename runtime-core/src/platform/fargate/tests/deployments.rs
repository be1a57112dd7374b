//! Sources: botocore 1.43.11, ECS API model (DeploymentConfiguration); Amazon ECS developer guide of 2023-06-15,
//! "Service event messages" and "Deployment circuit breaker"; API_ServiceDeploymentCircuitBreaker page. What
//! percentages and thresholds come to is computed: at least ceil(desired x minimum / 100) tasks, at most
//! floor(desired x maximum / 100).

use super::stage::*;
use crate::timeline::{
    CircuitBreaker, DeploymentConfiguration, FargateFact, LoadBalancer, PullFailure,
    ServiceConfiguration, ServiceEvent, StoppedReason, TaskDefinition, TaskSize, Threshold,
};
use crate::units::{DeploymentId, Moment, TargetGroupId, TaskDefinitionId};

fn percent(minimum: u32, maximum: u32) -> DeploymentConfiguration {
    DeploymentConfiguration {
        minimum_healthy_percent: minimum,
        maximum_percent: maximum,
        ..DeploymentConfiguration::default()
    }
}

/// The percentages, after a deployment, with the most and the fewest tasks that there were meanwhile.
struct Rolled {
    stage: Stage,
    first: (usize, usize),
}

/// A service that is updated at 1,000.
fn roll(desired: u32, deployment: DeploymentConfiguration) -> Rolled {
    let mut stage = Stage::new();
    let second = stage.define(TaskDefinition::of("web", TaskSize::new(256, 1_024)));
    let configuration = ServiceConfiguration {
        deployment,
        ..Stage::web(desired)
    };
    stage.service(configuration.clone());
    stage.until(1_000);
    assert_eq!(stage.view().healthy, desired);
    let (created, stopped) = (stage.created().len(), stage.stops().len());
    stage.update(
        S,
        ServiceConfiguration {
            definition: second,
            ..configuration
        },
    );
    let first = (
        stage.created().len() - created,
        stage.stops().len() - stopped,
    );
    stage.until(3_000);
    Rolled { stage, first }
}

#[test]
fn percentages_are_rounded_to_the_safe_side() {
    for (desired, minimum, maximum, floor, cap) in [
        (4, 50, 200, 2, 8),
        (2, 75, 150, 2, 3),
        (3, 100, 125, 3, 3),
        (1, 100, 200, 1, 2),
        (10, 90, 110, 9, 11),
        (5, 50, 150, 3, 7),
        (7, 66, 133, 5, 9),
    ] {
        let settings = percent(minimum, maximum);
        let found = (settings.floor(desired), settings.cap(desired));
        assert_eq!(found, (floor, cap), "{desired} at {minimum}/{maximum}");
    }
}

#[test]
fn rolling_updates_start_and_stop_what_the_percentages_allow() {
    // Tasks that are started and stopped at once when the deployment begins. Where there is room, starting
    // comes first.
    for (desired, minimum, maximum, first) in [
        (4, 50, 200, (4, 0)),
        (2, 75, 150, (1, 0)),
        (1, 100, 200, (1, 0)),
        (10, 90, 110, (2, 1)),
        (5, 50, 150, (4, 2)),
        (7, 66, 133, (4, 2)),
        (4, 50, 100, (2, 2)),
    ] {
        let rolled = roll(desired, percent(minimum, maximum));
        assert_eq!(rolled.first, first, "{desired} at {minimum}/{maximum}");
        let view = rolled.stage.view();
        assert_eq!((view.healthy, view.deployments), (desired, 1));
        let completed = ServiceEvent::DeploymentCompleted(DeploymentId(2));
        assert_eq!(rolled.stage.says(&completed), 1);
        assert_eq!(rolled.stage.says(&ServiceEvent::SteadyState), 2);
    }
}

#[test]
fn three_tasks_at_100_and_125_percent_are_stuck() {
    let mut rolled = roll(3, percent(100, 125));
    assert_eq!(rolled.first, (0, 0));
    let stage = &mut rolled.stage;
    assert_eq!(stage.view().deployments, 2);
    // It is told again after six hours, if the cause is still there.
    assert_eq!(stage.says(&ServiceEvent::Stuck), 1);
    assert_eq!(
        ServiceEvent::Stuck.message("web"),
        "(service web) was unable to stop or start tasks during a deployment because of the service deployment \
         configuration. Update the minimumHealthyPercent or maximumPercent value and try again."
    );
    let configuration = stage.fargate.service_configuration(S).unwrap().clone();
    stage.update(
        S,
        ServiceConfiguration {
            deployment: percent(100, 200),
            ..configuration
        },
    );
    stage.until(4_000);
    assert_eq!((stage.view().healthy, stage.view().deployments), (3, 1));
}

#[test]
fn old_tasks_go_when_new_ones_are_healthy() {
    let rolled = roll(2, percent(100, 200));
    let stops = rolled.stage.stops();
    assert_eq!(stops.len(), 2);
    for (when, _, reason) in stops {
        // RUNNING after 23 seconds, and healthy 40 seconds later.
        assert_eq!(when, 1_000 + 23 + 40);
        assert_eq!(reason, StoppedReason::Scaling(DeploymentId(2)));
        assert_eq!(
            reason.to_string(),
            "Scaling activity initiated by (deployment ecs-svc/2)"
        );
    }
}

#[test]
fn only_what_tasks_are_makes_a_deployment() {
    let mut stage = Stage::new();
    stage.service(Stage::web(2));
    stage.until(500);
    // Counts and percentages are taken as they are.
    stage.update(
        S,
        ServiceConfiguration {
            deployment: percent(50, 150),
            desired: Some(3),
            ..Stage::web(2)
        },
    );
    let started = |stage: &Stage| {
        let facts = stage.facts.iter();
        facts
            .filter(|(_, fact)| matches!(fact, FargateFact::DeploymentStarted { .. }))
            .count()
    };
    assert_eq!(started(&stage), 1);
    // forceNewDeployment; and no desired count leaves the count as it is.
    stage.update(
        S,
        ServiceConfiguration {
            forced: 1,
            desired: None,
            ..Stage::web(2)
        },
    );
    assert_eq!((started(&stage), stage.view().desired), (2, 3));
}

#[test]
fn thresholds_follow_the_desired_count() {
    // API_ServiceDeploymentCircuitBreaker page: 0.5 times the desired count, 3 to 200, rounded up.
    let today = Threshold::BoundedPercent(50);
    for (desired, threshold) in [
        (1, 3),
        (4, 3),
        (6, 3),
        (7, 4),
        (25, 13),
        (100, 50),
        (400, 200),
        (800, 200),
    ] {
        assert_eq!(today.tasks(desired), threshold, "{desired}");
    }
    // Amazon ECS developer guide of 2023-06-15, "Deployment circuit breaker": the floor was 10.
    for (desired, threshold) in [(1, 10), (25, 13), (400, 200), (800, 200)] {
        assert_eq!(today.tasks_from(10, desired), threshold, "{desired}");
    }
    assert_eq!(Threshold::UnboundedPercent(50).tasks(1_000), 500);
    assert_eq!(Threshold::UnboundedPercent(50).tasks(0), 1);
    assert_eq!(Threshold::Count(7).tasks(1_000), 7);
}

/// A service of so many tasks with a circuit breaker, and an update to tasks that cannot be pulled.
fn broken(desired: u32, breaker: CircuitBreaker) -> Stage {
    let mut stage = Stage::new();
    let bad = stage.define(TaskDefinition::of("web", TaskSize::new(256, 1_024)));
    stage.script = Box::new(move |_, definition| Behaviour {
        pull_failure: (definition == bad).then_some(PullFailure::NotFound),
        ..Behaviour::default()
    });
    let configuration = ServiceConfiguration {
        deployment: DeploymentConfiguration {
            circuit_breaker: Some(breaker),
            ..DeploymentConfiguration::default()
        },
        ..Stage::web(desired)
    };
    stage.service(configuration.clone());
    stage.until(1_000);
    let configuration = ServiceConfiguration {
        definition: bad,
        ..configuration
    };
    stage.update(S, configuration);
    stage
}

fn failures(stage: &Stage) -> Vec<(Moment, DeploymentId, u32)> {
    let failed = stage.facts.iter().filter_map(|(at, fact)| match fact {
        FargateFact::DeploymentFailed {
            deployment, failed, ..
        } => Some((*at, *deployment, *failed)),
        _ => None,
    });
    failed.collect()
}

#[test]
fn the_breaker_ends_a_deployment_and_rolls_back() {
    for (desired, threshold) in [(1, 3), (4, 3), (7, 4), (25, 13)] {
        let breaker = CircuitBreaker {
            rollback: true,
            ..CircuitBreaker::default()
        };
        let mut stage = broken(desired, breaker);
        stage.until(20_000);
        let failed = failures(&stage);
        assert_eq!(failed.len(), 1, "{desired}");
        assert_eq!((failed[0].1, failed[0].2), (DeploymentId(2), threshold));
        let rolled_back = stage.facts.iter().any(|(_, fact)| {
            matches!(fact, FargateFact::DeploymentStarted { deployment, after: Some(after), definition, .. }
                if (*deployment, *after, *definition)
                    == (DeploymentId(1), DeploymentId(2), DEFINITION))
        });
        assert!(rolled_back);
        assert_eq!(stage.says(&ServiceEvent::RollingBack(DeploymentId(1))), 1);
        // No task of the first deployment was lost.
        let view = stage.view();
        assert_eq!(
            (view.healthy, view.running, view.deployments),
            (desired, desired, 1)
        );
        assert!(stage.stops().iter().all(|(_, task, _)| task.0 > desired));
    }
}

#[test]
fn without_a_rollback_a_failed_deployment_starts_nothing_more() {
    let mut stage = broken(4, CircuitBreaker::default());
    stage.until(20_000);
    assert_eq!(failures(&stage).len(), 1);
    let created = stage.created().len();
    stage.until(80_000);
    assert_eq!(stage.created().len(), created);
    assert_eq!((stage.view().healthy, stage.view().pending), (4, 0));
}

#[test]
fn once_a_task_has_run_failed_checks_count() {
    let mut stage = Stage::new();
    let bad = stage.define(TaskDefinition::of("web", TaskSize::new(256, 1_024)));
    stage.script = Box::new(move |_, definition| Behaviour {
        boot: (definition != bad).then_some(secs(1)),
        ..Behaviour::default()
    });
    let configuration = ServiceConfiguration {
        deployment: DeploymentConfiguration {
            circuit_breaker: Some(CircuitBreaker {
                rollback: true,
                ..CircuitBreaker::default()
            }),
            ..DeploymentConfiguration::default()
        },
        load_balancer: Some(LoadBalancer::of(TargetGroupId(1), 80)),
        ..Stage::web(2)
    };
    stage.service(configuration.clone());
    stage.until(1_000);
    stage.update(
        S,
        ServiceConfiguration {
            definition: bad,
            ..configuration
        },
    );
    stage.until(5_000);
    let failed = failures(&stage);
    assert_eq!(failed.len(), 1);
    // Two tasks run at 1,023 and are unhealthy after two checks at 1,053; then one after the other.
    assert_eq!(seconds(failed[0].0), 1_053 + 23 + 30);
    assert_eq!(failed[0].2, 3);
    let reasons: Vec<_> = stage.stops().iter().map(|(_, _, reason)| *reason).collect();
    assert!(reasons.contains(&StoppedReason::FailedTargetChecks(TargetGroupId(1))));
    assert_eq!((stage.view().healthy, stage.view().deployments), (2, 1));
    // They did run: the scheduler never waited.
    assert_eq!(stage.says(&ServiceEvent::StartImpaired), 0);
}

#[test]
fn a_healthy_task_begins_the_count_anew() {
    for (reset, failed) in [(true, 0), (false, 1)] {
        let mut stage = Stage::new();
        // Every second task never answers.
        stage.script = Box::new(|task, definition| Behaviour {
            boot: (definition == DEFINITION || task.0 % 2 == 0).then_some(secs(1)),
            ..Behaviour::default()
        });
        let second = stage.define(TaskDefinition::of("web", TaskSize::new(256, 1_024)));
        let configuration = ServiceConfiguration {
            deployment: DeploymentConfiguration {
                circuit_breaker: Some(CircuitBreaker {
                    threshold: Threshold::Count(2),
                    reset_on_healthy_task: reset,
                    ..CircuitBreaker::default()
                }),
                minimum_healthy_percent: 100,
                maximum_percent: 134,
                ..DeploymentConfiguration::default()
            },
            load_balancer: Some(LoadBalancer::of(TargetGroupId(1), 80)),
            ..Stage::web(3)
        };
        stage.service(configuration.clone());
        stage.until(1_000);
        stage.update(
            S,
            ServiceConfiguration {
                definition: second,
                ..configuration
            },
        );
        stage.until(5_000);
        assert_eq!(failures(&stage).len(), failed, "{reset}");
    }
}

#[test]
fn a_new_definition_during_a_deployment_takes_over() {
    let mut stage = Stage::new();
    let second = stage.define(TaskDefinition::of("web", TaskSize::new(256, 1_024)));
    let third = stage.define(TaskDefinition::of("web", TaskSize::new(256, 2_048)));
    stage.service(Stage::web(4));
    stage.until(500);
    let with = |definition: TaskDefinitionId| ServiceConfiguration {
        definition,
        ..Stage::web(4)
    };
    stage.update(S, with(second));
    stage.until(510);
    stage.update(S, with(third));
    // The second's tasks had not run, and are not wanted any more.
    let scaled = stage.stops();
    assert_eq!(scaled.len(), 4);
    assert!(
        scaled
            .iter()
            .all(|(when, task, _)| (*when, task.0 > 4) == (510, true))
    );
    stage.until(2_000);
    assert_eq!((stage.view().healthy, stage.view().deployments), (4, 1));
}
