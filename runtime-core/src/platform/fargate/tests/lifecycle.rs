//! Sources: Amazon ECS developer guide, "Task lifecycle" (task-lifecycle-explanation.html); botocore 1.43.11, ECS
//! API model; Amazon ECS developer guide of 2023-06-15, "Fargate task networking", "AWS Fargate throttling quotas";
//! Amazon ECS service quotas.

use super::stage::*;
use crate::platform::fargate::*;
use crate::timeline::{
    CapacityProvider, ContainerDefinition, Exit, FargateFact, Health, HealthCheck, LoadBalancer,
    NetworkConfiguration, PullFailure, RunTaskRefusal, ServiceConfiguration, StopCode,
    StoppedReason, StrategyItem, TaskDefinition, TaskSize, TaskStatus as Status,
};
use crate::units::{Moment, Span, TargetGroupId, TaskDefinitionId, TaskId};

const GROUP: TargetGroupId = TargetGroupId(1);

fn balanced(desired: u32) -> ServiceConfiguration {
    ServiceConfiguration {
        load_balancer: Some(LoadBalancer::of(GROUP, 80)),
        ..Stage::web(desired)
    }
}

fn run(definition: TaskDefinitionId, count: u32) -> Input {
    Input::RunTask(Box::new(RunTask {
        definition,
        count,
        provider: CapacityProvider::Fargate,
        network: NetworkConfiguration {
            subnets: subnets(3),
            public_ip: false,
            https: true,
        },
    }))
}

#[test]
fn a_task_goes_through_all_states() {
    let mut stage = Stage::new();
    let service = stage.service(balanced(1));
    stage.until(1_000).desire(service, 0);
    stage.until(9_000);
    assert_eq!(
        stage.moves(1),
        [
            (15, Status::Pending),
            (23, Status::Activating),
            (23, Status::Running),
            (1_000, Status::Deactivating),
            (1_300, Status::Stopping),
            (1_301, Status::Deprovisioning),
            (1_305, Status::Stopped),
            (4_905, Status::Deleted),
        ]
    );
    assert_eq!(stage.fargate.task_status(TaskId(1)), None);
    let targets: Vec<_> = stage
        .facts
        .iter()
        .filter_map(|(at, fact)| match fact {
            FargateFact::TargetRegistered { .. } => Some((seconds(*at), "registered")),
            FargateFact::TargetChanged { health, .. } if *health == Health::Healthy => {
                Some((seconds(*at), "healthy"))
            }
            FargateFact::TargetDraining { .. } => Some((seconds(*at), "draining")),
            FargateFact::TargetDeregistered { .. } => Some((seconds(*at), "deregistered")),
            _ => None,
        })
        .collect();
    assert_eq!(
        targets,
        [
            (23, "registered"),
            (53, "healthy"),
            (1_000, "draining"),
            (1_300, "deregistered")
        ]
    );
}

#[test]
fn launch_phases_add_up_as_measured() {
    // Measured in 2026-10 (github.com/damianvtran/local-operator, docs/design/remote-cloud-agents-poc-results.md,
    // "Test 5"): ca-central-1, ARM64, 2 vCPU and 4 GiB, n = 5; minimum, median and maximum from createdAt to
    // startedAt are 18.48, 23.66 and 24.78 s.
    let rows = [
        (14_130, 4_500, 3_180),
        (15_430, 7_270, 960),
        (17_340, 4_350, 3_100),
        (10_820, 4_530, 3_130),
        (16_240, 6_990, 1_190),
    ];
    let mut stage = Stage::new();
    stage.script = Box::new(move |task, _| {
        let (attach, pull, start) = rows[usize::try_from(task.0).unwrap() - 1];
        Behaviour {
            attach: Span::from_millis(attach),
            pull: Span::from_millis(pull),
            start: Span::from_millis(start),
            ..Behaviour::default()
        }
    });
    stage.input(run(DEFINITION, 5));
    stage.until(60);
    let mut started: Vec<u64> = stage
        .facts
        .iter()
        .filter(|(_, fact)| {
            matches!(
                fact,
                FargateFact::TaskMoved {
                    to: Status::Running,
                    ..
                }
            )
        })
        .map(|(at, _)| at.since(Moment::START).as_nanos() / 10_000_000)
        .collect();
    started.sort_unstable();
    assert_eq!((started[0], started[2], started[4]), (1_848, 2_366, 2_479));
    // The pull begins when the interface is there.
    let pulls = stage.facts.iter().filter_map(|(at, fact)| match fact {
        FargateFact::PullStarted { task } if task.0 == 2 => Some(*at),
        _ => None,
    });
    let expected = Moment::START + Span::from_millis(15_430);
    assert_eq!(pulls.collect::<Vec<_>>(), [expected]);
}

#[test]
fn sigkill_comes_after_the_stop_timeout() {
    // ECS API model: stopTimeout, 30 seconds by default, 120 at most.
    for (timeout, killed) in [(None, 30), (Some(secs(120)), 120), (Some(secs(2)), 2)] {
        let mut stage = Stage::new();
        let mut definition = TaskDefinition::of("deaf", TaskSize::new(256, 512));
        definition.containers[0].stop_timeout = timeout;
        let definition = stage.define(definition);
        stage.script = Box::new(|_, _| Behaviour {
            end: None,
            ..Behaviour::default()
        });
        stage.input(run(definition, 1));
        stage.until(100).input(Input::StopTask { task: TaskId(1) });
        stage.until(1_000);
        let exits: Vec<_> = stage
            .facts
            .iter()
            .filter_map(|(at, fact)| match fact {
                FargateFact::ContainerExited { exit, .. } => Some((seconds(*at), exit.code())),
                _ => None,
            })
            .collect();
        assert_eq!(exits, [(100 + killed, 137)]);
        assert_eq!(stage.stops()[0].2.code(), StopCode::UserInitiated);
    }
    assert_eq!(Exit::Terminated.code(), 143);
}

#[test]
fn an_essential_container_takes_the_others_with_it() {
    let mut stage = Stage::new();
    let mut definition = TaskDefinition::of("web", TaskSize::new(256, 512));
    definition.containers.push(ContainerDefinition {
        essential: false,
        ..ContainerDefinition::named("sidecar")
    });
    let definition = stage.define(definition);
    stage.input(run(definition, 2));
    let exit = |task: u32, container: u8, exit: Exit| Input::ContainerExited {
        task: TaskId(task),
        container,
        exit,
    };
    stage.until(100).input(exit(1, 0, Exit::OutOfMemory));
    stage.input(exit(2, 1, Exit::Code(1)));
    stage.until(200);
    assert_eq!(
        stage.moves(1)[3..],
        [
            (100, Status::Stopping),
            (101, Status::Deprovisioning),
            (105, Status::Stopped)
        ]
    );
    let (_, task, reason) = stage.stops()[0];
    assert_eq!((task, stage.stops().len()), (TaskId(1), 1));
    assert_eq!(reason.to_string(), "Essential container in task exited");
    assert_eq!(reason.code(), StopCode::EssentialContainerExited);
    assert_eq!(
        Exit::OutOfMemory.reason(),
        Some("OutOfMemoryError: Container killed due to memory usage")
    );
    assert_eq!(Exit::OutOfMemory.code(), 137);
    assert_eq!(stage.fargate.task_status(TaskId(2)), Some(Status::Running));
}

#[test]
fn without_a_free_address_a_task_fails_in_provisioning() {
    // A /28 has 2^4 - 5 = 11 addresses (VPC user guide, "Subnet sizing"); RunTask still succeeds
    // (github.com/paradisec-archive/nabu, pull request 1259, 2026-09-17).
    let mut stage = Stage::empty(28);
    for _ in 0..3 {
        stage.input(run(DEFINITION, 8));
    }
    let free = |stage: &Stage| -> Vec<_> {
        let subnets = subnets(3);
        subnets
            .iter()
            .filter_map(|it| stage.fargate.free_addresses(*it))
            .collect()
    };
    assert_eq!(free(&stage), [3, 3, 3]);
    stage.account(crate::timeline::FargateAccount {
        on_demand: crate::units::CpuUnits::from_vcpus(100),
        ..Default::default()
    });
    for _ in 0..2 {
        stage.input(run(DEFINITION, 6));
    }
    assert_eq!(free(&stage), [0, 0, 0]);
    stage.until(20);
    let stops = stage.stops();
    assert_eq!(stops.len(), 3);
    let reason = stops[0].2;
    assert_eq!(reason.code(), StopCode::TaskFailedToStart);
    assert_eq!(
        reason.to_string(),
        "Unexpected EC2 error while attempting to Create Network Interface with public IP assignment disabled \
         in subnet 'subnet-00000000000000001': InsufficientFreeAddressesInSubnet"
    );
    let last = stops[0].1.0;
    assert_eq!(
        stage.moves(last),
        [(15, Status::Deprovisioning), (15, Status::Stopped)]
    );
    // An address is free again once the interface has gone, not before.
    stage.until(100).input(Input::StopTask { task: TaskId(1) });
    stage.until(104);
    assert_eq!(free(&stage), [0, 0, 0]);
    stage.until(105);
    assert_eq!(free(&stage), [1, 0, 0]);
}

#[test]
fn a_failed_start_says_where() {
    let failing = |change: fn(&mut Behaviour)| {
        let mut stage = Stage::new();
        stage.script = Box::new(move |_, _| {
            let mut behaviour = Behaviour::default();
            change(&mut behaviour);
            behaviour
        });
        stage.input(run(DEFINITION, 1));
        stage.until(200);
        let stops = stage.stops();
        assert_eq!(stops.len(), 1);
        assert_eq!(stops[0].2.code(), StopCode::TaskFailedToStart);
        assert!(!stage.moves(1).iter().any(|(_, to)| *to == Status::Running));
        assert_eq!(stage.fargate.task_status(TaskId(1)), Some(Status::Stopped));
        (stops[0].0, stops[0].2.to_string())
    };
    let (when, text) = failing(|it| it.pull_failure = Some(PullFailure::NotFound));
    assert_eq!(when, 20);
    assert!(text.starts_with("CannotPullContainerError: "));
    let (when, text) = failing(|it| it.start_fails = true);
    assert_eq!(when, 23);
    assert!(text.starts_with("CannotStartContainerError: "));
}

#[test]
fn without_a_way_to_the_registry_the_agent_gives_up() {
    let mut stage = Stage::new();
    let mut configuration = stage
        .facts
        .iter()
        .find_map(|(_, fact)| match fact {
            FargateFact::SubnetConfigured { configuration, .. } => Some(configuration.clone()),
            _ => None,
        })
        .unwrap();
    configuration.route = crate::timeline::Route::InternetGateway;
    for subnet in subnets(3) {
        stage.input(Input::ConfigureSubnet {
            subnet,
            configuration: configuration.clone(),
        });
    }
    stage.input(run(DEFINITION, 1));
    stage.until(200);
    let (when, _, reason) = stage.stops()[0];
    assert_eq!(when, 15 + 60);
    let begins = "ResourceInitializationError: unable to pull secrets or registry auth";
    assert!(reason.to_string().starts_with(begins));
    // Nothing was pulled: nothing is billed.
    let pulled =
        |(_, fact): &(Moment, FargateFact)| matches!(fact, FargateFact::PullStarted { .. });
    assert!(!stage.facts.iter().any(pulled));
}

#[test]
fn spot_gives_two_minutes() {
    // Amazon ECS developer guide of 2023-06-15, "AWS Fargate capacity providers": EventBridge is told and SIGTERM
    // sent at the same time; a container has its stop timeout, 120 seconds at most.
    let mut stage = Stage::new();
    let mut definition = TaskDefinition::of("web", TaskSize::new(256, 512));
    definition.containers[0].stop_timeout = Some(secs(120));
    let definition = stage.define(definition);
    stage.script = Box::new(|_, _| Behaviour {
        end: None,
        ..Behaviour::default()
    });
    stage.service(ServiceConfiguration {
        definition,
        strategy: vec![StrategyItem {
            provider: CapacityProvider::FargateSpot,
            base: 0,
            weight: 1,
        }],
        ..balanced(1)
    });
    stage.until(200).input(Input::Interrupt { task: TaskId(1) });
    let (_, _, reason) = stage.stops()[0];
    assert_eq!(reason.code(), StopCode::SpotInterruption);
    assert_eq!(reason.to_string(), "Your Spot Task was interrupted.");
    stage.until(600);
    assert_eq!(
        stage.moves(1)[3..],
        [
            (200, Status::Stopping),
            (320, Status::Deprovisioning),
            (324, Status::Stopped)
        ]
    );
    // The service asks Spot again at once.
    let created = stage.created();
    assert_eq!(
        (created.len(), created[1].0, created[1].2),
        (2, at(200), CapacityProvider::FargateSpot)
    );
    // On-Demand is not taken back.
    stage.input(run(DEFINITION, 1));
    stage.until(700).input(Input::Interrupt { task: TaskId(3) });
    assert_eq!(stage.fargate.task_status(TaskId(3)), Some(Status::Running));
}

#[test]
fn containers_that_fail_their_checks_make_a_task_unhealthy() {
    let mut stage = Stage::new();
    let mut definition = TaskDefinition::of("web", TaskSize::new(256, 512));
    definition.containers[0].health_check = Some(HealthCheck::default());
    let definition = stage.define(definition);
    stage.service(ServiceConfiguration {
        definition,
        ..Stage::web(1)
    });
    // RUNNING at 23, its first check 30 seconds later.
    stage.until(52);
    assert_eq!(stage.view().healthy, 0);
    stage.until(53);
    assert_eq!(stage.view().healthy, 1);
    stage.until(100).input(Input::Answering {
        task: TaskId(1),
        checked: Checked::Container(0),
        passes: false,
    });
    stage.until(172);
    assert_eq!(stage.view().unhealthy, 0);
    stage.until(173);
    assert_eq!(stage.view().unhealthy, 1);
    // It goes when another one is healthy.
    stage.until(400);
    let (when, task, reason) = stage.stops()[0];
    assert_eq!((when, task), (173 + 23 + 30, TaskId(1)));
    assert_eq!(reason, StoppedReason::FailedContainerChecks);
    assert_eq!(reason.to_string(), "Task failed container health checks");
}

#[test]
fn run_task_refuses_what_cannot_be() {
    let mut stage = Stage::empty(22);
    let refused = |stage: &mut Stage, input: Input| {
        let first = stage.facts.len();
        stage.input(input);
        stage.facts[first..]
            .iter()
            .find_map(|(_, fact)| match fact {
                FargateFact::RunTaskRefused { count, refusal, .. } => Some((*count, *refusal)),
                _ => None,
            })
    };
    for count in [0, 11] {
        let expected = Some((count, RunTaskRefusal::Count));
        assert_eq!(refused(&mut stage, run(DEFINITION, count)), expected);
    }
    let unknown = run(TaskDefinitionId(9), 1);
    let expected = Some((1, RunTaskRefusal::Unusable));
    assert_eq!(refused(&mut stage, unknown), expected);
    // Six vCPUs are 24 tasks of 0.25.
    assert_eq!(refused(&mut stage, run(DEFINITION, 10)), None);
    assert_eq!(refused(&mut stage, run(DEFINITION, 10)), None);
    assert_eq!(
        refused(&mut stage, run(DEFINITION, 10)),
        Some((6, RunTaskRefusal::VcpuLimit))
    );
    stage.input(Input::ChangeCapacity {
        provider: CapacityProvider::Fargate,
        available: false,
    });
    assert_eq!(
        refused(&mut stage, run(DEFINITION, 1)),
        Some((1, RunTaskRefusal::NoCapacity))
    );
    // 20 calls at once and 20 a second (Amazon ECS developer guide of 2023-06-15, "AWS Fargate throttling
    // quotas").
    let mut stage = Stage::new();
    for _ in 0..20 {
        assert_eq!(refused(&mut stage, run(DEFINITION, 1)), None);
    }
    let expected = Some((1, RunTaskRefusal::Throttled));
    assert_eq!(refused(&mut stage, run(DEFINITION, 1)), expected);
    stage.until(1);
    assert_eq!(refused(&mut stage, run(DEFINITION, 1)), None);
}

#[test]
fn late_answers_are_nothing() {
    let mut stage = Stage::new();
    stage.input(run(DEFINITION, 1));
    stage.until(5).input(Input::StopTask { task: TaskId(1) });
    stage.until(100);
    assert_eq!(
        stage.moves(1),
        [(5, Status::Deprovisioning), (9, Status::Stopped)]
    );
    for task in [TaskId(1), TaskId(7)] {
        let facts = stage.facts.len();
        for input in [
            Input::InterfaceAttached { task },
            Input::ImagesPulled {
                task,
                failure: None,
            },
            Input::ContainersStarted {
                task,
                failed: false,
            },
            Input::TargetRegistered { task },
            Input::InterfaceDetached { task },
            Input::RetriesExhausted { task },
            Input::StopTask { task },
            Input::ContainerExited {
                task,
                container: 200,
                exit: Exit::Code(0),
            },
        ] {
            stage.input(input);
        }
        assert_eq!(stage.facts.len(), facts);
    }
}
