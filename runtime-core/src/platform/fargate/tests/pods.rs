//! Pods of EKS: a Deployment of Kubernetes keeps their count (kubernetes.io, "Deployments", "ReplicaSet", "Pod
//! Lifecycle"; Amazon EKS user guide, "AWS Fargate").

use super::stage::*;
use crate::platform::fargate::*;
use crate::timeline::{
    Architecture, CapacityProvider, CircuitBreaker, EksPods, Exit, FargateAccount, FargateFact,
    KubernetesEvent, LoadBalancer, Orchestrator, ProfileSelector, PullFailure,
    ServiceConfiguration, ServiceEvent, StoppedReason, StrategyItem, TaskDefinition, TaskSize,
    TaskStatus, Unplaced, max_surge, max_unavailable,
};
use crate::units::{CpuUnits, DeploymentId, Span, TargetGroupId, TaskDefinitionId, TaskId};
use proptest::prelude::*;

fn pods(namespace: &str) -> Orchestrator {
    Orchestrator::Eks(Box::new(EksPods {
        namespace: namespace.to_owned(),
        labels: Vec::new(),
        profile: vec![ProfileSelector {
            namespace: "default".to_owned(),
            labels: Vec::new(),
        }],
    }))
}

fn web(desired: u32) -> ServiceConfiguration {
    ServiceConfiguration {
        orchestrator: pods("default"),
        rebalancing: false,
        ..Stage::web(desired)
    }
}

fn balanced(desired: u32) -> ServiceConfiguration {
    ServiceConfiguration {
        load_balancer: Some(LoadBalancer::of(TargetGroupId(1), 80)),
        ..web(desired)
    }
}

fn stage() -> Stage {
    let mut stage = Stage::new();
    stage.account(FargateAccount {
        on_demand: CpuUnits::from_vcpus(10_000),
        ..FargateAccount::of_pods()
    });
    stage
}

/// What the Deployment has said so far, in words.
fn said(stage: &Stage) -> Vec<(u64, String)> {
    let events = stage.events().into_iter();
    events
        .map(|(at, event)| (at, event.message("web")))
        .collect()
}

fn seconds_of(said: &[(u64, String)], part: &str) -> Vec<u64> {
    let found = said.iter().filter(|(_, it)| it.contains(part));
    found.map(|(at, _)| *at).collect()
}

#[test]
fn pods_are_ready_as_soon_as_they_run_and_nobody_waits_forty_seconds() {
    let mut stage = stage();
    stage.service(web(3));
    // 15 s until the node is there, 5 for the pull, 3 for the start.
    stage.until(22);
    assert_eq!((stage.view().running, stage.view().pending), (0, 3));
    stage.until(23);
    assert_eq!((stage.view().running, stage.view().healthy), (3, 3));
    assert_eq!(
        said(&stage),
        [
            (
                0,
                "deployment/web ScalingReplicaSet: Scaled up replica set web-1 from 0 to 3"
                    .to_owned()
            ),
            (
                23,
                "deployment/web NewReplicaSetAvailable: ReplicaSet \"web-1\" has successfully \
                 progressed."
                    .to_owned()
            ),
        ]
    );
}

#[test]
fn accounts_of_pods_launch_twenty_at_once_and_twenty_a_second() {
    // Facts, section 4: burst 20, 20/s, for accounts that launch only pods of EKS; no limit of the service scheduler.
    let mut stage = stage();
    stage.service(web(100));
    stage.until(60);
    let created = stage.created();
    let until = |nanos: u64| {
        created
            .iter()
            .filter(|(at, ..)| at.as_nanos() <= nanos)
            .count()
    };
    let second = 1_000_000_000;
    for (seconds, pods) in [(0, 20), (1, 40), (2, 60), (3, 80), (4, 100)] {
        assert_eq!(until(seconds * second), pods, "{seconds} s");
    }
    // One of ECS has ten at once, and 500 a minute.
    let mut stage = Stage::new();
    stage.service(Stage::web(100));
    stage.until(60);
    let last = stage.created().last().map(|(at, ..)| seconds(*at));
    assert_eq!((stage.created().len(), last), (100, Some(10)));
}

#[test]
fn a_pod_that_no_profile_takes_stays_pending() {
    let mut stage = stage();
    stage.service(ServiceConfiguration {
        orchestrator: pods("kube-system"),
        ..web(3)
    });
    stage.until(3_600);
    assert_eq!(stage.created(), []);
    let event = KubernetesEvent::FailedScheduling(Unplaced::NoProfile);
    assert_eq!(stage.says(&ServiceEvent::Kubernetes(event)), 1);
    let deadline = KubernetesEvent::DeadlineExceeded(DeploymentId(1));
    assert_eq!(stage.says(&ServiceEvent::Kubernetes(deadline)), 1);
    assert!(!event.explain().is_empty());
    // A profile that takes them.
    stage.update(S, web(3));
    stage.until(3_700);
    assert_eq!(stage.view().healthy, 3);
}

#[test]
fn a_rolling_update_keeps_to_surge_and_unavailability() {
    // 10 replicas: 13 pods at most (25 % rounded up), 8 available (25 % rounded down).
    let mut stage = stage();
    stage.service(balanced(10));
    stage.until(100);
    let second = stage.define(TaskDefinition::of("web", TaskSize::new(512, 1_024)));
    let mut next = balanced(10);
    next.definition = second;
    next.desired = None;
    stage.update(S, next);
    let said_then = said(&stage);
    let now: Vec<&str> = said_then
        .iter()
        .filter(|(at, _)| *at == 100)
        .map(|(_, it)| it.as_str())
        .collect();
    assert_eq!(
        now,
        [
            "deployment/web ScalingReplicaSet: Scaled up replica set web-2 from 0 to 3",
            "deployment/web ScalingReplicaSet: Scaled down replica set web-1 from 10 to 8",
            "deployment/web ScalingReplicaSet: Scaled up replica set web-2 from 3 to 5",
        ]
    );
    let mut least = u32::MAX;
    for second in 101..400 {
        stage.until(second);
        let view = stage.view();
        least = least.min(view.healthy);
        assert!(view.running + view.pending <= 13, "{view:?}");
        assert!(view.healthy >= 8, "{view:?}");
    }
    assert_eq!(least, 8);
    let view = stage.view();
    assert_eq!(
        (view.healthy, view.deployments, view.deploying),
        (10, 1, false)
    );
}

#[test]
fn during_a_rollout_revisions_share_what_is_wanted_more() {
    // kubernetes.io, "Proportional scaling": 10 replicas, maxSurge 3, maxUnavailable 2, a new revision that does not come
    // up: 8 old pods and 5 new ones. Then 15 are wanted: "3 replicas are added to the old ReplicaSet and 2 replicas are
    // added to the new ReplicaSet". With 25 % of 15 the surge is 4, so that 19 are shared instead of 18: 4 and 2.
    let mut stage = stage();
    stage.service(balanced(10));
    stage.until(100);
    let broken = stage.define(TaskDefinition::of("web", TaskSize::new(512, 1_024)));
    stage.script = Box::new(move |_, definition| Behaviour {
        pull_failure: (definition == broken).then_some(PullFailure::NotFound),
        ..Behaviour::default()
    });
    let mut next = balanced(10);
    next.definition = broken;
    stage.update(S, next);
    stage.until(300);
    stage.desire(S, 15);
    let then = said(&stage);
    let scaled: Vec<&str> = then
        .iter()
        .filter(|(at, it)| *at == 300 && it.contains("Scaled"))
        .map(|(_, it)| it.as_str())
        .collect();
    assert_eq!(
        scaled,
        [
            "deployment/web ScalingReplicaSet: Scaled up replica set web-1 from 8 to 12",
            "deployment/web ScalingReplicaSet: Scaled up replica set web-2 from 5 to 7",
        ]
    );
    stage.until(400);
    assert_eq!((stage.view().healthy, stage.view().pending), (12, 7));
    // And fewer: 5 + 2 pods of 19 for 15.
    stage.desire(S, 5);
    let view = stage.view();
    assert_eq!(view.running + view.pending, 7, "{view:?}");
}

#[test]
fn a_broken_revision_stops_the_rollout_and_nothing_is_rolled_back() {
    let mut stage = stage();
    stage.service(balanced(10));
    stage.until(100);
    let broken = stage.define(TaskDefinition::of("web", TaskSize::new(512, 1_024)));
    stage.script = Box::new(move |_, definition| Behaviour {
        pull_failure: (definition == broken).then_some(PullFailure::NotFound),
        ..Behaviour::default()
    });
    let mut next = balanced(10);
    next.definition = broken;
    stage.update(S, next);
    stage.until(4_000);
    let view = stage.view();
    // 13 pods: eight that serve, and five that pull again and again. None was ever replaced.
    assert_eq!((view.healthy, view.pending, view.deployments), (8, 5, 2));
    assert_eq!(stage.created().len(), 15);
    let said = said(&stage);
    assert_eq!(seconds_of(&said, "ProgressDeadlineExceeded"), [700]);
    assert_eq!(seconds_of(&said, "Back-off pulling image").len(), 5);
    // kubectl rollout undo: the old definition is deployed again.
    stage.update(S, balanced(10));
    stage.until(4_200);
    assert_eq!((stage.view().healthy, stage.view().deployments), (10, 1));
}

#[test]
fn containers_that_end_start_again_on_their_node() {
    let mut stage = stage();
    stage.script = Box::new(|_, _| Behaviour {
        exit: Some((secs(7), Exit::Code(1))),
        ..Behaviour::default()
    });
    stage.service(web(1));
    stage.until(200);
    assert_eq!(stage.created().len(), 1);
    assert_eq!(stage.stops(), []);
    // A start takes 3 s and the container ends 7 s later: at once, then after 10, 20, 40 s.
    let running = stage.moves(1).into_iter();
    let running = running.filter(|(_, to)| *to == TaskStatus::Running);
    let times: Vec<u64> = running.map(|(at, _)| at).collect();
    assert_eq!(times, [23, 33, 53, 83, 133]);
    assert_eq!(seconds_of(&said(&stage), "Back-off restarting"), [40]);
}

#[test]
fn the_youngest_pods_go_first_and_get_sigterm_while_their_targets_drain() {
    let mut stage = stage();
    stage.service(balanced(4));
    stage.until(100);
    stage.desire(S, 2);
    stage.until(101);
    let gone: Vec<(u64, TaskId)> = stage.stops().iter().map(|it| (it.0, it.1)).collect();
    assert_eq!(gone, [(100, TaskId(4)), (100, TaskId(3))]);
    assert!(matches!(
        stage.stops()[0].2,
        StoppedReason::PodDeleted(DeploymentId(1))
    ));
    // ECS would drain for 300 s first.
    assert!(stage.moves(4).contains(&(100, TaskStatus::Stopping)));
    let scaled = "Scaled down replica set web-1 from 4 to 2";
    assert_eq!(seconds_of(&said(&stage), scaled), [100]);
}

#[test]
fn pods_without_an_address_stay_pending_and_come_later() {
    let mut stage = Stage::empty(28);
    stage.account(FargateAccount::of_pods());
    // Three subnets of eleven addresses, and a quota of 6 vCPUs: 24 pods of a quarter.
    stage.service(web(40));
    stage.until(300);
    let unplaced = |reason| ServiceEvent::Kubernetes(KubernetesEvent::FailedScheduling(reason));
    assert_eq!(stage.view().healthy, 24);
    assert_eq!(stage.says(&unplaced(Unplaced::VcpuLimit)), 1);
    stage.account(FargateAccount {
        on_demand: CpuUnits::from_vcpus(100),
        ..FargateAccount::of_pods()
    });
    stage.until(600);
    assert_eq!(stage.view().healthy, 33);
    assert_eq!(stage.says(&unplaced(Unplaced::NoFreeAddress)), 1);
    assert_eq!(stage.stops(), []);
}

#[test]
fn what_only_ecs_has_is_refused() {
    let mut stage = stage();
    let arm = stage.define(TaskDefinition {
        architecture: Architecture::Arm64,
        ..TaskDefinition::of("web", TaskSize::new(256, 512))
    });
    type Change = Box<dyn Fn(&mut ServiceConfiguration)>;
    let cases: Vec<(Change, OfEcs)> = vec![
        (
            Box::new(|it| {
                it.strategy = vec![StrategyItem {
                    provider: CapacityProvider::FargateSpot,
                    base: 0,
                    weight: 1,
                }];
            }),
            OfEcs::Strategy,
        ),
        (
            Box::new(|it| it.deployment.circuit_breaker = Some(CircuitBreaker::default())),
            OfEcs::CircuitBreaker,
        ),
        (
            Box::new(|it| it.deployment.maximum_percent = 150),
            OfEcs::Percentages,
        ),
        (Box::new(move |it| it.definition = arm), OfEcs::Arm64),
        (Box::new(|it| it.network.public_ip = true), OfEcs::PublicIp),
        (Box::new(|it| it.grace_period = secs(1)), OfEcs::GracePeriod),
        (Box::new(|it| it.rebalancing = true), OfEcs::Rebalancing),
    ];
    assert_eq!(check_service(&stage.fargate, &web(1)), []);
    for (change, what) in cases {
        let mut service = web(1);
        change(&mut service);
        let errors = check_service(&stage.fargate, &service);
        assert_eq!(errors, [ServiceError::OfEcs(what)]);
        // The same is right on ECS.
        service.orchestrator = Orchestrator::Ecs;
        assert_eq!(check_service(&stage.fargate, &service), []);
    }
    let selector = ProfileSelector {
        namespace: "default".to_owned(),
        labels: Vec::new(),
    };
    for selectors in [0, 6] {
        let mut service = web(1);
        service.orchestrator = Orchestrator::Eks(Box::new(EksPods {
            namespace: "default".to_owned(),
            labels: Vec::new(),
            profile: vec![selector.clone(); selectors],
        }));
        let errors = check_service(&stage.fargate, &service);
        assert_eq!(errors, [ServiceError::Selectors(selectors)]);
    }
}

#[derive(Clone, Debug)]
enum Step {
    Desire(u32),
    Update(u32),
    Exit(u32),
    Answer(u32, bool),
}

fn steps() -> impl Strategy<Value = Vec<(u64, Step)>> {
    let step = prop_oneof![
        3 => (0..20_u32).prop_map(Step::Desire),
        2 => (1..4_u32).prop_map(Step::Update),
        2 => (1..60_u32).prop_map(Step::Exit),
        2 => (1..60_u32, any::<bool>()).prop_map(|(task, passes)| Step::Answer(task, passes)),
    ];
    prop::collection::vec((0..120_u64, step), 1..40)
}

fn perform(steps: &[(u64, Step)], seed: u32) -> Stage {
    let mut stage = stage();
    stage.define(TaskDefinition::of("web", TaskSize::new(512, 1_024)));
    stage.define(TaskDefinition::of("web", TaskSize::new(512, 1_024)));
    stage.script = Box::new(move |task, definition| {
        let draw = task.0.wrapping_mul(2_654_435_761).wrapping_add(seed) >> 8;
        Behaviour {
            attach: secs(10 + u64::from(draw % 8)),
            pull_failure: (definition.0 == 2 && draw % 3 > 0).then_some(PullFailure::NotFound),
            boot: (draw % 11 > 0).then_some(secs(u64::from(definition.0) * 12)),
            end: (draw % 5 > 0).then_some(secs(3)),
            ..Behaviour::default()
        }
    });
    stage.service(balanced(4));
    let mut time = 0;
    for (wait, step) in steps {
        for _ in 0..*wait {
            time += 1;
            stage.until(time);
            look(&stage);
        }
        let input = match step {
            Step::Desire(desired) => Input::SetDesiredCount {
                service: S,
                desired: *desired,
            },
            Step::Update(definition) => {
                let mut next = balanced(4);
                next.definition = TaskDefinitionId(*definition);
                next.desired = None;
                Input::ConfigureService {
                    service: S,
                    configuration: Box::new(next),
                }
            }
            Step::Exit(task) => Input::ContainerExited {
                task: TaskId(*task),
                container: 0,
                exit: Exit::Code(1),
            },
            Step::Answer(task, passes) => Input::Answering {
                task: TaskId(*task),
                checked: Checked::Target,
                passes: *passes,
            },
        };
        stage.input(input);
        look(&stage);
    }
    stage
}

/// Never more pods than the surge allows, however many revisions there are.
fn look(stage: &Stage) {
    let view = stage.view();
    let pods = view.running + view.pending;
    let most = view.desired + max_surge(view.desired);
    assert!(pods <= most, "{view:?} has more than {most}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pods_come_to_their_count_and_never_above_the_surge(steps in steps(), seed in any::<u32>()) {
        let mut stage = perform(&steps, seed);
        // Everything is as it should be from now on, also what starts again.
        stage.script = Box::new(|_, _| Behaviour::default());
        let begun = stage.now.since(at(0)).as_nanos() / 1_000_000_000;
        let mut last = balanced(5);
        last.definition = TaskDefinitionId(1);
        last.forced = 1;
        stage.update(S, last);
        stage.until(begun + 2_000);
        let view = stage.view();
        prop_assert_eq!((view.healthy, view.running, view.pending), (5, 5, 0), "{:?}", view);
        prop_assert_eq!(view.deployments, 1);
        // Pods are tasks: each that was created and not deleted is there.
        let created = stage.created().len();
        let stopped = stage.stops().len();
        prop_assert_eq!(created - stopped, 5);
    }

    #[test]
    fn an_update_that_works_never_has_fewer_than_may_be_missing(desired in 1_u32..30) {
        let mut stage = stage();
        let second = stage.define(TaskDefinition::of("web", TaskSize::new(512, 1_024)));
        stage.service(balanced(desired));
        stage.until(200);
        let mut next = balanced(desired);
        next.definition = second;
        stage.update(S, next);
        for second in 201..700 {
            stage.until(second);
            prop_assert!(stage.view().healthy >= desired - max_unavailable(desired));
            look(&stage);
        }
        prop_assert_eq!(stage.view().deployments, 1);
    }

    #[test]
    fn the_same_inputs_give_the_same_facts_of_pods(steps in steps(), seed in any::<u32>()) {
        let once = perform(&steps, seed);
        prop_assert_eq!(&once.facts, &perform(&steps, seed).facts);
        for (_, fact) in once.facts {
            let bytes = postcard::to_stdvec(&fact).unwrap();
            prop_assert_eq!(&postcard::from_bytes::<FargateFact>(&bytes).unwrap(), &fact);
        }
    }
}

#[test]
fn a_container_that_ran_for_ten_minutes_starts_again_at_once() {
    let mut stage = stage();
    stage.service(web(1));
    let exit = |stage: &mut Stage| {
        stage.input(Input::ContainerExited {
            task: TaskId(1),
            container: 0,
            exit: Exit::Code(1),
        });
    };
    let runs_again = |stage: &Stage, at: u64, after: Span| {
        let when = at + 3 + after.as_nanos() / 1_000_000_000;
        assert!(
            stage.moves(1).contains(&(when, TaskStatus::Running)),
            "{when}"
        );
    };
    for (at, after) in [
        (100, Span::ZERO),
        (200, FIRST_RESTART_DELAY),
        (1_000, Span::ZERO),
    ] {
        stage.until(at);
        exit(&mut stage);
        stage.until(at + 60);
        runs_again(&stage, at, after);
    }
    assert_eq!(BACKOFF_RESET, secs(600));
}
