//! BLUE_GREEN, LINEAR and CANARY. Sources: ECS API reference (DeploymentConfiguration, LinearConfiguration,
//! CanaryConfiguration, ServiceDeployment); Amazon ECS developer guide, "Amazon ECS blue/green service deployments
//! workflow", "How CloudWatch alarms detect Amazon ECS deployment failures", "Troubleshooting Amazon ECS blue/green
//! deployments"; hashicorp/terraform-provider-aws, internal/service/ecs/service_test.go, for what the circuit
//! breaker says. All read 2026-11-30.

use super::stage::*;
use crate::platform::fargate::*;
use crate::timeline::{
    CircuitBreaker, DeploymentAlarms, DeploymentConfiguration, DeploymentLifecycleStage as At,
    DeploymentStrategy, FargateFact, LoadBalancer, PullFailure, ServiceConfiguration, ServiceEvent,
    TaskDefinition, TaskGroup, TaskSize, TaskStatus, TrafficShare,
};
use crate::units::{DeploymentId, Span, TargetGroupId, TaskDefinitionId, TaskId};
use std::collections::{BTreeMap, BTreeSet};

const BLUE: DeploymentId = DeploymentId(1);
const GREEN: DeploymentId = DeploymentId(2);
const GROUPS: [TargetGroupId; 2] = [TargetGroupId(1), TargetGroupId(2)];

pub(super) fn balancer() -> LoadBalancer {
    LoadBalancer {
        alternate: Some(GROUPS[1]),
        deregistration_delay: secs(60),
        ..LoadBalancer::of(GROUPS[0], 80)
    }
}

fn minutes(minutes: u64) -> Span {
    secs(minutes * 60)
}

fn shifting(strategy: DeploymentStrategy, desired: u32) -> ServiceConfiguration {
    ServiceConfiguration {
        load_balancer: Some(balancer()),
        deployment: DeploymentConfiguration {
            strategy,
            bake_time: Some(minutes(10)),
            ..DeploymentConfiguration::default()
        },
        ..Stage::web(desired)
    }
}

/// A service, and a second and a third revision of its task definition.
fn stage_of(configuration: &ServiceConfiguration) -> Stage {
    let mut stage = Stage::empty(22);
    let mut web = TaskDefinition::of("web", TaskSize::new(256, 512));
    web.containers[0].port = Some(80);
    for _ in 0..3 {
        stage.define(web.clone());
    }
    stage.account(crate::timeline::FargateAccount {
        on_demand: crate::units::CpuUnits::from_vcpus(1_000),
        ..Default::default()
    });
    let configuration = ServiceConfiguration {
        definition: TaskDefinitionId(2),
        ..configuration.clone()
    };
    assert_eq!(check_service(&stage.fargate, &configuration), []);
    stage.service(configuration);
    stage.until(1_000);
    stage
}

fn deploy(stage: &mut Stage, configuration: &ServiceConfiguration, definition: u32) {
    let configuration = ServiceConfiguration {
        definition: TaskDefinitionId(definition),
        desired: None,
        ..configuration.clone()
    };
    stage.update(S, configuration);
}

/// What the production traffic was changed to: when, whose, how much.
fn shifts(stage: &Stage) -> Vec<(u64, DeploymentId, TargetGroupId, u16)> {
    let shifts = stage.facts.iter().filter_map(|(at, fact)| match fact {
        FargateFact::TrafficShifted {
            deployment,
            target_group,
            share,
            ..
        } => Some((seconds(*at), *deployment, *target_group, share.tenths())),
        _ => None,
    });
    shifts.collect()
}

fn stages(stage: &Stage, of: DeploymentId) -> Vec<(u64, At)> {
    let stages = stage.facts.iter().filter_map(|(at, fact)| match fact {
        FargateFact::StageReached {
            deployment, stage, ..
        } if *deployment == of => Some((seconds(*at), *stage)),
        _ => None,
    });
    stages.collect()
}

/// Tasks that have not stopped, by their deployments.
pub(super) fn alive(stage: &Stage) -> BTreeMap<DeploymentId, BTreeSet<TaskId>> {
    let mut alive: BTreeMap<DeploymentId, BTreeSet<TaskId>> = BTreeMap::new();
    let mut of = BTreeMap::new();
    for (_, fact) in &stage.facts {
        match fact {
            FargateFact::TaskCreated {
                task,
                group: TaskGroup::Service { deployment, .. },
                ..
            } => {
                of.insert(*task, *deployment);
                alive.entry(*deployment).or_default().insert(*task);
            }
            FargateFact::TaskMoved {
                task,
                to: TaskStatus::Stopped,
            } => {
                alive.get_mut(&of[task]).unwrap().remove(task);
            }
            _ => {}
        }
    }
    alive.retain(|_, tasks| !tasks.is_empty());
    alive
}

#[test]
fn traffic_shifts_in_the_steps_of_its_strategy() {
    let share = TrafficShare::from_tenths;
    let linear = |step, bake| DeploymentStrategy::Linear {
        step: share(step),
        bake: minutes(bake),
    };
    let canary = |first, bake| DeploymentStrategy::Canary {
        first: share(first),
        bake: minutes(bake),
    };
    // Seconds since the first shift, and tenths of a percent. Steps are not baked after 100 %.
    type Shifts = Vec<(u64, u16)>;
    let ten: Shifts = (0..10)
        .map(|it| (it * 360, (it as u16 + 1) * 100))
        .collect();
    let table: Vec<(DeploymentStrategy, &str, Shifts)> = vec![
        (
            DeploymentStrategy::BlueGreen,
            "BLUE_GREEN",
            vec![(0, 1_000)],
        ),
        (DeploymentStrategy::LINEAR, "LINEAR", ten),
        (
            linear(300, 10),
            "LINEAR",
            vec![(0, 300), (600, 600), (1_200, 900), (1_800, 1_000)],
        ),
        (linear(1_000, 10), "LINEAR", vec![(0, 1_000)]),
        (linear(500, 0), "LINEAR", vec![(0, 500), (0, 1_000)]),
        (
            DeploymentStrategy::CANARY,
            "CANARY",
            vec![(0, 50), (600, 1_000)],
        ),
        (canary(1, 1), "CANARY", vec![(0, 1), (60, 1_000)]),
        (canary(1_000, 30), "CANARY", vec![(0, 1_000)]),
    ];
    for (strategy, name, wanted) in table {
        assert_eq!(strategy.name(), name);
        let configuration = shifting(strategy, 4);
        let mut stage = stage_of(&configuration);
        // The rule forwards to the first group from the start.
        assert_eq!(shifts(&stage), [(0, BLUE, GROUPS[0], 1_000)]);
        deploy(&mut stage, &configuration, 3);
        stage.until(10_000);
        let shifted = shifts(&stage).split_off(1);
        let first = shifted[0].0;
        let found: Shifts = shifted.iter().map(|it| (it.0 - first, it.3)).collect();
        assert_eq!(found, wanted, "{strategy:?}");
        assert!(shifted.iter().all(|it| (it.1, it.2) == (GREEN, GROUPS[1])));
        // Both bake for ten minutes after the last shift, and then blue stops.
        let last = first + wanted.last().unwrap().0;
        let stops = stage.stops();
        assert_eq!(stops.len(), 4);
        assert!(
            stops
                .iter()
                .all(|(at, task, _)| (*at, task.0 <= 4) == (last + 600, true))
        );
        let view = stage.view();
        assert_eq!(
            (view.healthy, view.deployments, view.deploying),
            (4, 1, false)
        );
        assert_eq!(stage.says(&ServiceEvent::DeploymentCompleted(GREEN)), 1);
    }
}

#[test]
fn a_deployment_goes_through_its_stages_in_order() {
    let configuration = shifting(DeploymentStrategy::BlueGreen, 4);
    let mut stage = stage_of(&configuration);
    deploy(&mut stage, &configuration, 3);
    assert_eq!(stage.view().pending, 4);
    stage.until(10_000);
    // RUNNING after 23 seconds, and found healthy by the first check after its boot.
    let green = 1_000 + 23 + 30;
    let now = [At::PreScaleUp, At::ScaleUp].map(|it| (1_000, it));
    let shift = [
        At::PostScaleUp,
        At::TestTrafficShift,
        At::PostTestTrafficShift,
        At::ProductionTrafficShift,
        At::PostProductionTrafficShift,
        At::BakeTime,
    ];
    let mut wanted = now.to_vec();
    wanted.extend(shift.map(|it| (green, it)));
    wanted.push((green + 600, At::CleanUp));
    assert_eq!(stages(&stage, GREEN), wanted);
    let names: Vec<&str> = wanted.iter().map(|(_, it)| it.name()).collect();
    assert_eq!(names[0], "PRE_SCALE_UP");
    assert_eq!(names[8], "CLEAN_UP");
    // The next one goes back to the first target group.
    deploy(&mut stage, &configuration, 1);
    stage.until(20_000);
    let last = *shifts(&stage).last().unwrap();
    assert_eq!((last.1, last.2), (DeploymentId(3), GROUPS[0]));
}

/// What the deployment does that fails, and after how many seconds all traffic goes to blue again.
#[test]
fn a_deployment_that_fails_is_rolled_back_at_once() {
    let breaker = |rollback| DeploymentConfiguration {
        circuit_breaker: Some(CircuitBreaker {
            rollback,
            ..CircuitBreaker::default()
        }),
        ..shifting(DeploymentStrategy::CANARY, 4).deployment
    };
    let alarms = |rollback| DeploymentConfiguration {
        alarms: Some(DeploymentAlarms { rollback }),
        ..shifting(DeploymentStrategy::CANARY, 4).deployment
    };
    let cases = [
        ("breaker", breaker(true), true),
        ("breaker", breaker(false), false),
        ("alarm", alarms(true), true),
        ("alarm", alarms(false), false),
    ];
    for (what, deployment, back) in cases {
        let configuration = ServiceConfiguration {
            deployment,
            ..shifting(DeploymentStrategy::CANARY, 4)
        };
        let mut stage = stage_of(&configuration);
        let fails = what == "breaker";
        stage.script = Box::new(move |_, definition| Behaviour {
            pull_failure: (fails && definition.0 == 3).then_some(PullFailure::NotFound),
            ..Behaviour::default()
        });
        deploy(&mut stage, &configuration, 3);
        stage.until(1_300);
        if !fails {
            assert_eq!(shifts(&stage).last().unwrap().3, 50);
            let service = S;
            stage.input(Input::DeploymentAlarm {
                service,
                in_alarm: true,
            });
        }
        stage.until(8_000);
        let event = match (what, back) {
            ("breaker", true) => ServiceEvent::BreakerTripped(GREEN),
            ("breaker", false) => ServiceEvent::DeploymentFailed(GREEN),
            _ => ServiceEvent::AlarmDetected(GREEN),
        };
        assert_eq!(stage.says(&event), 1, "{what} {back}");
        assert_eq!(
            stage.says(&ServiceEvent::RollingBack(BLUE)),
            usize::from(back)
        );
        let last = *shifts(&stage).last().unwrap();
        let tasks = alive(&stage);
        if back {
            assert_eq!((last.1, last.3), (BLUE, 1_000));
            assert_eq!(tasks.keys().collect::<Vec<_>>(), [&BLUE], "{what}");
            assert!(!stage.view().deploying);
        } else {
            // It stays as it is: nothing starts, nothing shifts.
            assert!(
                last.3 == 1_000 && last.1 == BLUE || last.3 == 50,
                "{last:?}"
            );
            assert!(tasks.contains_key(&BLUE));
        }
        let stops: BTreeSet<u32> = stage.stops().iter().map(|it| it.1.0).collect();
        assert!((1..=4).all(|task| !stops.contains(&task)), "{what} {back}");
    }
    let words = |event: ServiceEvent| event.message("web");
    assert_eq!(
        words(ServiceEvent::BreakerTripped(GREEN)),
        "(service web) (deployment ecs-svc/2) deployment failed: Service deployment rolled back because the \
         circuit breaker threshold was exceeded."
    );
    assert_eq!(
        words(ServiceEvent::AlarmDetected(GREEN)),
        "(service web) (deployment ecs-svc/2) deployment failed: alarm detected."
    );
}

/// "If an alarm is in ALARM when the deployment starts, it is ignored" for that deployment.
#[test]
fn an_alarm_that_is_on_already_ends_no_deployment() {
    for strategy in [DeploymentStrategy::BlueGreen, DeploymentStrategy::Rolling] {
        let mut configuration = shifting(strategy, 2);
        configuration.deployment.alarms = Some(DeploymentAlarms { rollback: true });
        let mut stage = stage_of(&configuration);
        stage.until(2_000);
        let alarm = |in_alarm| Input::DeploymentAlarm {
            service: S,
            in_alarm,
        };
        stage.input(alarm(true));
        deploy(&mut stage, &configuration, 3);
        stage.until(2_060);
        stage.input(alarm(false));
        stage.input(alarm(true));
        stage.until(5_000);
        assert_eq!(stage.says(&ServiceEvent::AlarmDetected(GREEN)), 0);
        assert_eq!(stage.says(&ServiceEvent::DeploymentCompleted(GREEN)), 1);
        // And none that has completed.
        stage.input(alarm(false));
        stage.input(alarm(true));
        stage.until(6_000);
        assert_eq!(stage.view().deployments, 1);
    }
}

/// A rolling update with alarms stays IN_PROGRESS for its bake time, and is rolled back meanwhile.
#[test]
fn a_rolling_update_looks_at_its_alarms_when_its_tasks_are_there() {
    for (alarm, completed) in [(1_300, 0), (1_500, 1)] {
        let mut configuration = shifting(DeploymentStrategy::Rolling, 2);
        configuration.deployment.alarms = Some(DeploymentAlarms { rollback: true });
        let mut stage = stage_of(&configuration);
        deploy(&mut stage, &configuration, 3);
        // Healthy at 1,053; the others have ended at 1,053 + 60 + 1, and five minutes more are 1,414.
        stage.until(alarm);
        assert_eq!(stage.view().deploying, completed == 0);
        stage.input(Input::DeploymentAlarm {
            service: S,
            in_alarm: true,
        });
        stage.until(5_000);
        assert_eq!(
            stage.says(&ServiceEvent::AlarmDetected(GREEN)),
            1 - completed
        );
        let definition = stage.created().last().unwrap().1;
        let definition = stage.fargate.definition_of(definition).unwrap().0;
        assert_eq!(definition, if completed == 1 { 3 } else { 2 });
    }
}

#[test]
fn what_cannot_start_is_rolled_back_after_a_day() {
    let configuration = shifting(DeploymentStrategy::BlueGreen, 2);
    let mut stage = stage_of(&configuration);
    stage.script = Box::new(|_, definition| Behaviour {
        pull_failure: (definition.0 == 3).then_some(PullFailure::NotFound),
        ..Behaviour::default()
    });
    deploy(&mut stage, &configuration, 3);
    stage.until(1_000 + 86_399);
    assert!(stage.view().deploying);
    stage.until(1_000 + 86_400);
    let event = ServiceEvent::StageTimedOut(GREEN, At::ScaleUp);
    assert_eq!(stage.says(&event), 1);
    stage.until(90_000);
    assert_eq!(alive(&stage).len(), 1);
    assert_eq!((stage.view().healthy, stage.view().deployments), (2, 1));
}

/// Model choice: both fleets have what is desired.
#[test]
fn both_revisions_follow_the_desired_count() {
    let configuration = shifting(DeploymentStrategy::CANARY, 4);
    let mut stage = stage_of(&configuration);
    deploy(&mut stage, &configuration, 3);
    stage.until(1_200);
    assert_eq!((stage.view().healthy, stage.view().deployments), (8, 2));
    stage.desire(S, 7);
    stage.until(1_300);
    assert_eq!(stage.view().healthy, 14);
    stage.desire(S, 3);
    let view = stage.view();
    assert_eq!((view.healthy, view.leaving), (6, 8));
    // One of blue's ends: blue starts another one.
    let running = |it: &TaskId| stage.fargate.task_status(*it) == Some(TaskStatus::Running);
    let blue = alive(&stage)[&BLUE].iter().copied().find(running).unwrap();
    stage.input(Input::StopTask { task: blue });
    stage.until(1_400);
    assert_eq!((stage.view().healthy, alive(&stage)[&BLUE].len()), (6, 3));
    stage.until(4_000);
    assert_eq!((stage.view().healthy, alive(&stage).len()), (3, 1));
}

/// What has begun is not gone on with: its traffic goes back, and its tasks stop before the next revision starts.
#[test]
fn another_deployment_reconciles_the_service_first() {
    let configuration = shifting(DeploymentStrategy::CANARY, 4);
    let mut stage = stage_of(&configuration);
    deploy(&mut stage, &configuration, 3);
    stage.until(1_200);
    deploy(&mut stage, &configuration, 1);
    let third = DeploymentId(3);
    assert_eq!(stages(&stage, third), [(1_200, At::ReconcileService)]);
    assert_eq!(
        shifts(&stage).last(),
        Some(&(1_200, BLUE, GROUPS[0], 1_000))
    );
    assert_eq!(alive(&stage).len(), 2);
    stage.until(1_260);
    assert_eq!(alive(&stage).len(), 2);
    stage.until(5_000);
    let after: Vec<(u64, At)> = stages(&stage, third);
    assert_eq!(after[1], (1_261, At::PreScaleUp));
    assert_eq!(alive(&stage).keys().collect::<Vec<_>>(), [&third]);
    let last = *shifts(&stage).last().unwrap();
    assert_eq!((last.1, last.2, last.3), (third, GROUPS[1], 1_000));
}

#[test]
fn what_cannot_shift_traffic_is_refused() {
    let stage = stage_of(&shifting(DeploymentStrategy::BlueGreen, 1));
    let with = |change: &dyn Fn(&mut ServiceConfiguration)| {
        let mut configuration = shifting(DeploymentStrategy::BlueGreen, 1);
        configuration.definition = TaskDefinitionId(2);
        change(&mut configuration);
        check_service(&stage.fargate, &configuration)
    };
    let canary = |first, bake| DeploymentStrategy::Canary {
        first: TrafficShare::from_tenths(first),
        bake,
    };
    let linear = |step, bake| DeploymentStrategy::Linear {
        step: TrafficShare::from_tenths(step),
        bake,
    };
    assert_eq!(with(&|_| {}), []);
    type Change<'a> = Box<dyn Fn(&mut ServiceConfiguration) + 'a>;
    let day = minutes(1_440);
    let cases: Vec<(Change<'_>, ServiceError)> = vec![
        (
            Box::new(|it| it.load_balancer = None),
            ServiceError::AdvancedConfiguration,
        ),
        (
            Box::new(|it| it.load_balancer = Some(LoadBalancer::of(GROUPS[0], 80))),
            ServiceError::AdvancedConfiguration,
        ),
        (
            Box::new(|it| {
                let mut balancer = balancer();
                balancer.alternate = Some(GROUPS[0]);
                it.load_balancer = Some(balancer);
            }),
            ServiceError::SameTargetGroup(GROUPS[0]),
        ),
        (
            Box::new(|it| it.deployment.bake_time = None),
            ServiceError::NoBakeTime,
        ),
        (
            Box::new(|it| it.deployment.bake_time = Some(secs(90))),
            ServiceError::BakeTime(secs(90)),
        ),
        (
            Box::new(|it| it.deployment.bake_time = Some(minutes(1_441))),
            ServiceError::BakeTime(minutes(1_441)),
        ),
        (
            Box::new(|it| it.deployment.strategy = canary(0, day)),
            ServiceError::CanaryPercent(TrafficShare::NONE),
        ),
        (
            Box::new(|it| it.deployment.strategy = linear(29, day)),
            ServiceError::StepPercent(TrafficShare::from_tenths(29)),
        ),
        (
            Box::new(|it| it.deployment.strategy = linear(30, secs(1))),
            ServiceError::BakeTime(secs(1)),
        ),
    ];
    for (change, wanted) in cases {
        let words = format!("{wanted}: {}", wanted.hint());
        assert_eq!(with(&change), [wanted], "{words}");
    }
    for right in [canary(1, day), linear(30, day), DeploymentStrategy::CANARY] {
        let errors = with(&|it| {
            it.deployment.strategy = right;
            it.deployment.bake_time = None;
        });
        assert_eq!(errors, [], "{right:?}");
    }
    assert_eq!(
        ServiceError::AdvancedConfiguration.to_string(),
        "advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy"
    );
    assert_eq!(TrafficShare::from_tenths(55).to_string(), "5.5 %");
    assert_eq!(TrafficShare::from_tenths(50).to_string(), "5 %");
}

/// A revision of a session that was stored before there were strategies.
#[test]
fn settings_without_a_strategy_are_those_of_a_rolling_update() {
    let text = r#"{"minimumHealthyPercent":100,"maximumPercent":200,"circuitBreaker":null}"#;
    let read: DeploymentConfiguration = serde_json::from_str(text).unwrap();
    assert_eq!(read, DeploymentConfiguration::default());
    let text = r#"{"targetGroup":1,"port":80,"check":{"interval":30000000000,"timeout":5000000000,"healthy":5,
        "unhealthy":2},"deregistrationDelay":300000000000}"#;
    let read: LoadBalancer = serde_json::from_str(text).unwrap();
    assert_eq!(read, LoadBalancer::of(GROUPS[0], 80));
}
