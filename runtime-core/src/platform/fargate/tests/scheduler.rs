//! Sources: Amazon ECS developer guide of 2023-06-15, "Amazon ECS services", "Service throttle logic", "AWS Fargate
//! throttling quotas", "AWS Fargate capacity providers"; and what each test names.

use super::stage::*;
use crate::platform::fargate::*;
use crate::timeline::{
    CapacityProvider, DeploymentConfiguration, Exit, FargateAccount, FargateFact, LoadBalancer,
    PullFailure, ServiceConfiguration, ServiceEvent, StoppedReason, StrategyItem, TaskDefinition,
    TaskSize, TaskStatus, Unplaced,
};
use crate::units::{CpuUnits, DeploymentId, Moment, Span, SubnetId, TargetGroupId, TaskId, ZoneId};

fn in_zones(stage: &Stage) -> [usize; 3] {
    let stopped: Vec<TaskId> = stage.stops().iter().map(|(_, task, _)| *task).collect();
    let created = stage.created();
    [1, 2, 3].map(|subnet| {
        let of = created
            .iter()
            .filter(|(_, task, _, it)| *it == SubnetId(subnet) && !stopped.contains(task));
        of.count()
    })
}

#[test]
fn a_service_keeps_its_count() {
    let mut stage = Stage::new();
    stage.service(Stage::web(6));
    assert_eq!(stage.view().pending, 6);
    stage.until(100);
    assert_eq!(stage.view().healthy, 6);
    stage.desire(S, 9);
    stage.until(200);
    assert_eq!((stage.view().healthy, in_zones(&stage)), (9, [3, 3, 3]));
    stage.desire(S, 4);
    assert_eq!(stage.view().leaving, 5);
    stage.until(300);
    let mut zones = in_zones(&stage);
    zones.sort_unstable();
    assert_eq!((stage.view().healthy, zones), (4, [1, 1, 2]));
    // A task that ends is replaced at once.
    stage.until(400);
    let stopped: Vec<TaskId> = stage.stops().iter().map(|(_, task, _)| *task).collect();
    let mut created = stage.created().into_iter().map(|(_, task, ..)| task);
    let task = created.find(|task| !stopped.contains(task)).unwrap();
    stage.input(Input::ContainerExited {
        task,
        container: 0,
        exit: Exit::Code(1),
    });
    assert_eq!((stage.view().running, stage.view().pending), (3, 1));
    let events: Vec<String> = stage
        .events()
        .iter()
        .take(3)
        .map(|(_, event)| event.message("web"))
        .collect();
    assert_eq!(
        events,
        [
            "(service web) has started 6 tasks: (task t-01) (task t-02) (task t-03) (task t-04) (task t-05) \
             (task t-06).",
            "(service web) (deployment ecs-svc/1) deployment completed.",
            "(service web) has reached a steady state.",
        ]
    );
}

#[test]
fn deleted_services_are_inactive_once_their_tasks_have_gone() {
    let mut stage = Stage::new();
    stage.service(Stage::web(3));
    stage.until(100).input(Input::DeleteService { service: S });
    let inactive = |stage: &Stage| {
        let facts = stage.facts.iter();
        facts
            .filter(|(_, fact)| matches!(fact, FargateFact::ServiceInactive { .. }))
            .count()
    };
    assert_eq!((stage.view().leaving, inactive(&stage)), (3, 0));
    stage.until(200);
    assert_eq!((stage.fargate.service(S), inactive(&stage)), (None, 1));
}

#[test]
fn tasks_that_crash_after_running_are_replaced_without_a_pause() {
    // Amazon ECS developer guide, "Service throttle logic": only tasks that never ran have to wait.
    // github.com/aws/containers-roadmap, issue 1206: a loop of 24 hours.
    let mut stage = Stage::new();
    stage.script = Box::new(|_, _| Behaviour {
        exit: Some((secs(10), Exit::Code(1))),
        ..Behaviour::default()
    });
    stage.service(Stage::web(1));
    stage.until(3_300);
    assert_eq!(stage.created().len(), 101);
    assert_eq!(stage.says(&ServiceEvent::StartImpaired), 0);
}

#[test]
fn tasks_that_cannot_start_are_tried_at_growing_gaps() {
    // Amazon ECS developer guide, "Service throttle logic": up to 27 minutes; the steps are a model choice.
    let mut stage = Stage::new();
    stage.script = Box::new(|_, _| Behaviour {
        pull_failure: Some(PullFailure::NotFound),
        ..Behaviour::default()
    });
    stage.service(Stage::web(1));
    stage.until(12 * 3_600);
    let created: Vec<u64> = stage.created().iter().map(|it| seconds(it.0)).collect();
    let gaps: Vec<u64> = created
        .windows(2)
        .map(|pair| pair[1] - pair[0] - 20)
        .collect();
    assert_eq!(gaps[..9], [10, 20, 40, 80, 160, 320, 640, 1_280, 1_620]);
    assert!(
        gaps[9..]
            .iter()
            .all(|gap| *gap == LONGEST_BACKOFF.as_nanos() / 1_000_000_000)
    );
    assert!(gaps.len() > 20);
    // Told once in six hours.
    assert_eq!(stage.says(&ServiceEvent::StartImpaired), 2);
    // A new task definition is tried at once.
    let second = stage.define(TaskDefinition::of("web", TaskSize::new(256, 1_024)));
    stage.update(
        S,
        ServiceConfiguration {
            definition: second,
            ..Stage::web(1)
        },
    );
    assert_eq!(stage.created().last().unwrap().0, stage.now);
}

#[test]
fn failures_of_one_batch_are_one_round() {
    let mut stage = Stage::new();
    stage.script = Box::new(|task, _| Behaviour {
        pull_failure: (task.0 <= 10).then_some(PullFailure::NotFound),
        pull: secs(5 + u64::from(task.0) % 3),
        ..Behaviour::default()
    });
    stage.service(Stage::web(10));
    stage.until(29);
    assert_eq!(stage.created().len(), 10);
    stage.until(30);
    assert_eq!(stage.created().len(), 20);
    stage.until(300);
    assert_eq!(stage.view().healthy, 10);
}

#[test]
fn unhealthy_tasks_go_once_they_are_replaced() {
    let balanced = |maximum| ServiceConfiguration {
        load_balancer: Some(LoadBalancer::of(TargetGroupId(1), 80)),
        deployment: DeploymentConfiguration {
            minimum_healthy_percent: 50,
            maximum_percent: maximum,
            ..DeploymentConfiguration::default()
        },
        rebalancing: false,
        ..Stage::web(4)
    };
    for (maximum, started_before_stop) in [(200, 2), (100, 0)] {
        let mut stage = Stage::new();
        stage.service(balanced(maximum));
        stage.until(200);
        for task in [1, 2] {
            stage.input(Input::Answering {
                task: TaskId(task),
                checked: Checked::Target,
                passes: false,
            });
        }
        stage.until(1_500);
        let stops = stage.stops();
        assert_eq!(stops.len(), 2);
        let first = at(stops[0].0);
        let before = stage.created().iter().filter(|it| it.0 < first).count();
        assert_eq!(before - 4, started_before_stop);
        assert!(stops.iter().all(|(_, task, reason)| task.0 <= 2
            && *reason == StoppedReason::FailedTargetChecks(TargetGroupId(1))));
        // One after the other where there is no room.
        assert_eq!(stops[0].0 == stops[1].0, maximum == 200);
        assert_eq!(stage.view().healthy, 4);
    }
}

#[test]
fn a_slow_start_needs_a_grace_period() {
    // botocore 1.43.11, ECS API model: healthCheckGracePeriodSeconds is 0 by default. Elastic Load Balancing guide
    // of 2023-06-15, "Health checks for your target groups": unhealthy after two checks, 30 seconds apart. A start
    // of 70 seconds is too slow for that (computed).
    for (grace, survives) in [(0, false), (60, false), (130, true)] {
        let mut stage = Stage::new();
        stage.script = Box::new(|_, _| Behaviour {
            boot: Some(secs(70)),
            ..Behaviour::default()
        });
        let mut balancer = LoadBalancer::of(TargetGroupId(1), 80);
        balancer.check.healthy = 2;
        stage.service(ServiceConfiguration {
            load_balancer: Some(balancer),
            grace_period: secs(grace),
            ..Stage::web(1)
        });
        stage.until(300);
        assert_eq!(stage.created().len() == 1, survives, "{grace}");
    }
}

/// Amazon ECS API reference, UpdateService: healthCheckGracePeriodSeconds is a parameter of the service, and a
/// change of it begins no deployment.
#[test]
fn another_grace_period_holds_for_tasks_that_run() {
    for (before, now, survives) in [(60, 130, true), (130, 0, false)] {
        let mut stage = Stage::new();
        stage.script = Box::new(|_, _| Behaviour {
            boot: Some(secs(70)),
            ..Behaviour::default()
        });
        let mut balancer = LoadBalancer::of(TargetGroupId(1), 80);
        balancer.check.healthy = 2;
        let with_grace = |grace| ServiceConfiguration {
            load_balancer: Some(balancer.clone()),
            grace_period: secs(grace),
            ..Stage::web(1)
        };
        let service = stage.service(with_grace(before));
        stage.until(60);
        stage.update(service, with_grace(now));
        stage.until(300);
        assert_eq!(stage.created().len() == 1, survives, "{now}");
    }
}

#[test]
fn protected_tasks_stay() {
    let mut stage = Stage::new();
    stage.service(Stage::web(4));
    stage.until(100);
    for task in [1, 2, 3] {
        stage.input(Input::ProtectTask {
            task: TaskId(task),
            span: Some(DEFAULT_PROTECTION),
        });
    }
    for wrong in [59, 2_880 * 60 + 1] {
        stage.input(Input::ProtectTask {
            task: TaskId(4),
            span: Some(secs(wrong)),
        });
    }
    stage.desire(S, 1);
    stage.until(200);
    assert_eq!(stage.stops().len(), 1);
    assert_eq!(stage.stops()[0].1, TaskId(4));
    stage.input(Input::ProtectTask {
        task: TaskId(1),
        span: None,
    });
    assert_eq!(stage.stops()[1].1, TaskId(1));
    // Two hours after the protection began.
    stage.until(7_299);
    assert_eq!(stage.stops().len(), 2);
    stage.until(7_300);
    assert_eq!(stage.stops().len(), 3);
    assert_eq!(stage.view().running, 1);
}

#[test]
fn capacity_is_shared_by_base_and_weight() {
    // botocore 1.43.11, ECS API model (CapacityProviderStrategyItem): the base first, then the weights. Computed:
    // base FARGATE 2, weights 1 and 4, 12 tasks: 2 + 10 x 1/5 = 4, and 8.
    let strategy = |base, fargate, spot| {
        vec![
            StrategyItem {
                provider: CapacityProvider::Fargate,
                base,
                weight: fargate,
            },
            StrategyItem {
                provider: CapacityProvider::FargateSpot,
                base: 0,
                weight: spot,
            },
        ]
    };
    for (strategy, desired, on_demand) in [
        (strategy(2, 1, 4), 12, 4),
        (strategy(0, 1, 4), 5, 1),
        (strategy(0, 1, 4), 50, 10),
        (strategy(3, 0, 1), 2, 2),
        (strategy(3, 0, 1), 10, 3),
        (Vec::new(), 7, 7),
    ] {
        let mut stage = Stage::new();
        stage.service(ServiceConfiguration {
            strategy,
            ..Stage::web(desired)
        });
        stage.until(100);
        let of = |provider| stage.created().iter().filter(|it| it.2 == provider).count();
        let found = (
            of(CapacityProvider::Fargate),
            of(CapacityProvider::FargateSpot),
        );
        assert_eq!(
            found,
            (on_demand, usize::try_from(desired).unwrap() - on_demand)
        );
    }
}

#[test]
fn nothing_falls_back_from_spot() {
    // github.com/aws/containers-roadmap, issues 852 and 773 (2020, both open).
    let mut stage = Stage::new();
    let spot = StrategyItem {
        provider: CapacityProvider::FargateSpot,
        base: 0,
        weight: 1,
    };
    stage.input(Input::ChangeCapacity {
        provider: CapacityProvider::FargateSpot,
        available: false,
    });
    stage.service(ServiceConfiguration {
        strategy: vec![spot],
        ..Stage::web(1)
    });
    stage.until(1_000);
    assert_eq!(stage.created(), []);
    let event = ServiceEvent::Unplaced(Unplaced::NoCapacity(CapacityProvider::FargateSpot));
    assert_eq!(stage.says(&event), 1);
    assert_eq!(
        event.message("web"),
        "(service web) was unable to place a task. Reason: Capacity is unavailable at this time. Please try \
         again later or in a different availability zone."
    );
    stage.input(Input::ChangeCapacity {
        provider: CapacityProvider::FargateSpot,
        available: true,
    });
    assert_eq!(stage.created().len(), 1);
}

#[test]
fn vcpus_are_limited() {
    // Amazon ECS service quotas: 6 vCPU by default. Four tasks of 1 vCPU would need 8 to be deployed at 200 % at
    // once (computed).
    let mut stage = Stage::empty(24);
    let definition = stage.define(TaskDefinition::of("web", TaskSize::new(1_024, 2_048)));
    let configuration = ServiceConfiguration {
        definition,
        ..Stage::web(4)
    };
    stage.service(configuration.clone());
    stage.until(100);
    let forced = ServiceConfiguration {
        forced: 1,
        ..configuration
    };
    stage.update(S, forced);
    assert_eq!(stage.created().len(), 6);
    let event = ServiceEvent::Unplaced(Unplaced::VcpuLimit);
    assert_eq!(stage.says(&event), 1);
    assert_eq!(
        event.message("web"),
        "(service web) was unable to place a task. Reason: You've reached the limit on the number of vCPUs you \
         can run concurrently"
    );
    stage.until(1_000);
    assert_eq!((stage.view().healthy, stage.view().deployments), (4, 1));
    // What is larger than the quota can never be placed.
    let large = stage.define(TaskDefinition::of("web", TaskSize::new(8_192, 16_384)));
    let configuration = stage.fargate.service_configuration(S).unwrap().clone();
    stage.update(
        S,
        ServiceConfiguration {
            definition: large,
            ..configuration
        },
    );
    assert_eq!(stage.says(&ServiceEvent::Unplaced(Unplaced::AboveLimit)), 1);
}

fn large_account(launch_burst: u32, launch_rate: u32) -> FargateAccount {
    FargateAccount {
        on_demand: CpuUnits::from_vcpus(4_000),
        launch_burst,
        launch_rate,
        ..FargateAccount::default()
    }
}

/// Five services in subnets that are large enough.
fn five(account: FargateAccount, each: u32) -> Stage {
    let mut stage = Stage::empty(20);
    stage.account(account);
    let definition = stage.define(TaskDefinition::of("web", TaskSize::new(1_024, 2_048)));
    for number in 1..=5 {
        stage.service(ServiceConfiguration {
            definition,
            name: format!("web-{number}"),
            ..Stage::web(each)
        });
    }
    stage
}

fn running(stage: &Stage) -> Vec<Moment> {
    let ran = stage.facts.iter().filter_map(|(at, fact)| match fact {
        FargateFact::TaskMoved {
            to: TaskStatus::Running,
            ..
        } => Some(*at),
        _ => None,
    });
    ran.collect()
}

#[test]
fn a_bucket_of_ten_gives_sixty_tasks_a_minute() {
    // "Scaling containers in AWS" (Vlaaaaaaad, 2020-04; github.com/Vlaaaaaaad/blog-scaling-containers-in-aws,
    // graph-results.csv), ECS on Fargate with the limits of April 2020: 263 tasks after 5 minutes, 558 after 10,
    // 1,130 after 20.
    let mut stage = five(large_account(10, 1), 300);
    stage.until(20 * 60);
    let ran = running(&stage);
    let after = |minute: u64| ran.iter().filter(|when| **when <= at(minute * 60)).count();
    for minute in 1..20 {
        let gained = after(minute + 1) - after(minute);
        assert!((55..=65).contains(&gained), "{gained} in minute {minute}");
    }
    for (minute, measured) in [(5, 263), (10, 558), (20, 1_130)] {
        let off = after(minute).abs_diff(measured);
        assert!(off * 100 <= measured * 10, "{} at {minute}", after(minute));
    }
    // Each service has its turn.
    for service in 1..=5 {
        let view = stage
            .fargate
            .service(crate::units::ServiceId(service))
            .unwrap();
        let tasks = view.running + view.pending;
        assert!((238..=252).contains(&tasks), "{tasks}");
    }
    assert_eq!(stage.says(&ServiceEvent::Throttled), 1);
}

#[test]
fn five_services_start_3500_tasks_no_faster_than_the_bucket() {
    // "Scaling containers on AWS in 2022" (Vlaaaaaaad, 2022-04;
    // vladionescu.me/posts/scaling-containers-on-aws-in-2022): about 3,500 tasks after 4.5 minutes. 100 at once and
    // 20 a second need (3,500 - 100) / 20 = 170 seconds (computed).
    let mut stage = five(large_account(100, 20), 700);
    stage.until(600);
    let created = stage.created();
    assert_eq!(created.len(), 3_500);
    let last = created.last().unwrap().0;
    assert!(last >= at(170) && last <= at(240), "{last}");
    let ran = running(&stage);
    assert!(ran.last().unwrap() <= &at(270));
}

#[test]
fn one_service_starts_500_tasks_a_minute() {
    let mut stage = Stage::empty(18);
    stage.account(large_account(100, 20));
    stage.service(Stage::web(3_500));
    stage.until(600);
    let created = stage.created();
    assert_eq!(created.len(), 3_500);
    // 3,500 tasks take seven minutes, but for those that come at once.
    let last = created.last().unwrap().0;
    let burst = Span::from_millis(u64::from(SERVICE_BURST) * 120);
    assert_eq!(last + burst, at(420));
}

#[test]
fn so_many_tasks_are_provisioning_at_most() {
    let mut stage = Stage::empty(20);
    stage.account(FargateAccount {
        provisioning: 50,
        service_rate: 6_000,
        ..large_account(1_000, 100)
    });
    stage.service(Stage::web(200));
    let mut most = 0;
    for second in 0..200 {
        stage.until(second);
        let provisioning = |status| status == TaskStatus::Provisioning;
        let count = stage
            .fargate
            .tasks()
            .filter(|it| provisioning(it.1))
            .count();
        most = most.max(count);
    }
    assert_eq!((most, stage.view().healthy), (50, 200));
}

#[test]
fn failed_zones_get_no_tasks_and_are_filled_again() {
    // Amazon ECS developer guide, "Balancing an Amazon ECS service across Availability Zones".
    let mut stage = Stage::new();
    stage.input(Input::ChangeZone {
        zone: ZoneId(2),
        available: false,
    });
    stage.service(Stage::web(6));
    stage.until(200);
    assert_eq!(in_zones(&stage), [3, 3, 0]);
    assert_eq!(stage.says(&ServiceEvent::RebalancingStarted), 0);
    stage.input(Input::ChangeZone {
        zone: ZoneId(2),
        available: true,
    });
    // One is started, and none stopped before it is healthy.
    assert_eq!((stage.view().pending, stage.view().healthy), (1, 6));
    stage.until(1_000);
    assert_eq!(in_zones(&stage), [2, 2, 2]);
    assert_eq!(stage.view().healthy, 6);
    assert_eq!(stage.says(&ServiceEvent::RebalancingStarted), 1);
    assert_eq!(stage.says(&ServiceEvent::RebalancingCompleted), 1);
    let reasons: Vec<_> = stage.stops().iter().map(|(_, _, reason)| *reason).collect();
    assert_eq!(reasons, [StoppedReason::Rebalancing; 2]);
}

#[test]
fn rebalancing_can_be_off_and_needs_room() {
    let off = ServiceConfiguration {
        rebalancing: false,
        ..Stage::web(6)
    };
    let mut full = Stage::web(6);
    full.deployment.maximum_percent = 100;
    full.deployment.minimum_healthy_percent = 50;
    for configuration in [off, full] {
        let mut stage = Stage::new();
        let zone = ZoneId(2);
        stage.input(Input::ChangeZone {
            zone,
            available: false,
        });
        stage.service(configuration);
        stage.until(200);
        stage.input(Input::ChangeZone {
            zone,
            available: true,
        });
        stage.until(1_000);
        assert_eq!(in_zones(&stage), [3, 3, 0]);
    }
}

#[test]
fn without_any_zone_nothing_can_be_placed() {
    let mut stage = Stage::new();
    for zone in 0..3 {
        stage.input(Input::ChangeZone {
            zone: ZoneId(zone),
            available: false,
        });
    }
    stage.service(Stage::web(1));
    let event = ServiceEvent::Unplaced(Unplaced::InternalError);
    assert_eq!(stage.says(&event), 1);
    assert_eq!(
        event.message("web"),
        "(service web) was unable to place a task. Reason: Internal error."
    );
    stage.until(100).input(Input::ChangeZone {
        zone: ZoneId(1),
        available: true,
    });
    assert_eq!(stage.created().len(), 1);
    assert_eq!(stage.created()[0].3, SubnetId(2));
}

#[test]
fn a_stopped_task_names_its_deployment() {
    let mut stage = Stage::new();
    stage.service(Stage::web(2));
    stage.until(100).desire(S, 1);
    let reason = stage.stops()[0].2;
    assert_eq!(reason, StoppedReason::Scaling(DeploymentId(1)));
}
