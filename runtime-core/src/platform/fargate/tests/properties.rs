//! Whatever happens: the stage looks after each input at caps, floors, addresses and how tasks go on.

use super::stage::*;
use crate::platform::fargate::*;
use crate::timeline::{
    CapacityProvider, CircuitBreaker, DeploymentConfiguration, Exit, FargateAccount, FargateFact,
    LoadBalancer, PullFailure, ServiceConfiguration, StrategyItem, TaskDefinition, TaskSize,
    TaskStatus,
};
use crate::units::{CpuUnits, ServiceId, TargetGroupId, TaskDefinitionId, TaskId, ZoneId};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Step {
    Desire(u32, u32),
    Update(u32, u32, u32, u32),
    Exit(u32),
    Answer(u32, bool),
    Stop(u32),
    Protect(u32, bool),
    Interrupt(u32),
    Zone(u8, bool),
    Capacity(bool),
    Delete(u32),
}

fn steps() -> impl Strategy<Value = Vec<(u64, Step)>> {
    let step = prop_oneof![
        4 => (1..3_u32, 0..14_u32).prop_map(|(service, desired)| Step::Desire(service, desired)),
        4 => (1..3_u32, 1..4_u32, 0..101_u32, 100..201_u32)
            .prop_map(|(service, definition, minimum, maximum)| {
                Step::Update(service, definition, minimum, maximum)
            }),
        3 => (1..60_u32).prop_map(Step::Exit),
        4 => (1..60_u32, any::<bool>()).prop_map(|(task, passes)| Step::Answer(task, passes)),
        2 => (1..60_u32).prop_map(Step::Stop),
        2 => (1..60_u32, any::<bool>()).prop_map(|(task, on)| Step::Protect(task, on)),
        2 => (1..60_u32).prop_map(Step::Interrupt),
        1 => (0..3_u8, any::<bool>()).prop_map(|(zone, on)| Step::Zone(zone, on)),
        1 => any::<bool>().prop_map(Step::Capacity),
        1 => (1..3_u32).prop_map(Step::Delete),
    ];
    prop::collection::vec((0..200_u64, step), 1..40)
}

fn configuration(definition: u32, desired: u32, balanced: bool) -> ServiceConfiguration {
    ServiceConfiguration {
        definition: TaskDefinitionId(definition),
        load_balancer: balanced.then(|| LoadBalancer::of(TargetGroupId(1), 80)),
        strategy: vec![
            StrategyItem {
                provider: CapacityProvider::Fargate,
                base: 1,
                weight: 1,
            },
            StrategyItem {
                provider: CapacityProvider::FargateSpot,
                base: 0,
                weight: 2,
            },
        ],
        deployment: DeploymentConfiguration {
            circuit_breaker: Some(CircuitBreaker {
                rollback: true,
                ..CircuitBreaker::default()
            }),
            ..DeploymentConfiguration::default()
        },
        ..Stage::web(desired)
    }
}

fn input(step: Step, balanced: bool) -> Input {
    match step {
        Step::Desire(service, desired) => Input::SetDesiredCount {
            service: ServiceId(service),
            desired,
        },
        Step::Update(service, definition, minimum, maximum) => {
            let service = ServiceId(service);
            let mut configuration = configuration(definition, 4, balanced);
            configuration.desired = None;
            configuration.deployment.minimum_healthy_percent = minimum;
            configuration.deployment.maximum_percent = maximum;
            Input::ConfigureService {
                service,
                configuration: Box::new(configuration),
            }
        }
        Step::Exit(task) => Input::ContainerExited {
            task: TaskId(task),
            container: 0,
            exit: Exit::OutOfMemory,
        },
        Step::Answer(task, passes) => Input::Answering {
            task: TaskId(task),
            checked: Checked::Target,
            passes,
        },
        Step::Stop(task) => Input::StopTask { task: TaskId(task) },
        Step::Protect(task, on) => Input::ProtectTask {
            task: TaskId(task),
            span: on.then(|| secs(600)),
        },
        Step::Interrupt(task) => Input::Interrupt { task: TaskId(task) },
        Step::Zone(zone, available) => Input::ChangeZone {
            zone: ZoneId(zone),
            available,
        },
        Step::Capacity(available) => Input::ChangeCapacity {
            provider: CapacityProvider::FargateSpot,
            available,
        },
        Step::Delete(service) => Input::DeleteService {
            service: ServiceId(service),
        },
    }
}

fn perform(steps: Vec<(u64, Step)>, balanced: bool, seed: u32) -> Stage {
    let mut stage = Stage::empty(27);
    stage.account(FargateAccount {
        on_demand: CpuUnits::from_vcpus(5),
        spot: CpuUnits::from_vcpus(4),
        launch_burst: 10,
        launch_rate: 2,
        provisioning: 9,
        ..FargateAccount::default()
    });
    stage.define(TaskDefinition::of("web", TaskSize::new(256, 1_024)));
    stage.define(TaskDefinition::of("web", TaskSize::new(512, 1_024)));
    // The second revision is one that mostly fails, the third one starts slowly.
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
    stage.service(configuration(1, 4, balanced));
    stage.service(configuration(3, 2, balanced));
    let mut time = 0;
    for (wait, step) in steps {
        time += wait;
        stage.until(time);
        let input = input(step, balanced);
        stage.input(input);
    }
    stage
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn tasks_end_once_and_nothing_is_left(steps in steps(), balanced in any::<bool>(), seed in any::<u32>()) {
        let mut stage = perform(steps, balanced, seed);
        let begun = stage.now.as_nanos() / 1_000_000_000;
        for service in 1..=2 {
            stage.input(Input::DeleteService { service: ServiceId(service) });
        }
        stage.until(begun + 6_000);
        let mut ends = BTreeMap::new();
        for (_, fact) in &stage.facts {
            match fact {
                FargateFact::TaskCreated { task, .. } => {
                    ends.insert(*task, 0);
                }
                FargateFact::TaskMoved { task, to: TaskStatus::Stopped } => {
                    *ends.entry(*task).or_default() += 1;
                }
                _ => {}
            }
        }
        prop_assert!(ends.values().all(|ends| *ends == 1));
        for subnet in subnets(3) {
            prop_assert_eq!(stage.fargate.free_addresses(subnet), Some(27));
        }
        prop_assert_eq!(stage.fargate.tasks().count(), 0);
        for service in 1..=2 {
            prop_assert_eq!(stage.fargate.service(ServiceId(service)), None);
        }
        let times: Vec<_> = stage.facts.iter().map(|(at, _)| *at).collect();
        prop_assert!(times.is_sorted());
    }

    #[test]
    fn what_is_left_alone_comes_to_its_count(steps in steps(), balanced in any::<bool>(), seed in any::<u32>()) {
        let mut stage = perform(steps, balanced, seed);
        let begun = stage.now.as_nanos() / 1_000_000_000;
        // Everything is as it should be from now on, also what starts again.
        stage.script = Box::new(|_, _| Behaviour::default());
        for zone in 0..3 {
            stage.input(Input::ChangeZone { zone: ZoneId(zone), available: true });
        }
        stage.input(Input::ChangeCapacity { provider: CapacityProvider::FargateSpot, available: true });
        for service in 1..=2 {
            let mut configuration = configuration(1, 3, balanced);
            configuration.forced = 1;
            if stage.fargate.service(ServiceId(service)).is_some() {
                stage.update(ServiceId(service), configuration);
            }
        }
        stage.until(begun + 8_000);
        for service in 1..=2 {
            if let Some(view) = stage.fargate.service(ServiceId(service)) {
                prop_assert_eq!((view.healthy, view.running, view.pending), (3, 3, 0), "{:?}", view);
                prop_assert_eq!(view.deployments, 1);
            }
        }
    }

    #[test]
    fn facts_survive_their_file(steps in steps(), seed in any::<u32>()) {
        for (_, fact) in perform(steps, true, seed).facts {
            let text = serde_json::to_string(&fact).unwrap();
            prop_assert_eq!(&serde_json::from_str::<FargateFact>(&text).unwrap(), &fact);
            let bytes = postcard::to_stdvec(&fact).unwrap();
            prop_assert_eq!(&postcard::from_bytes::<FargateFact>(&bytes).unwrap(), &fact);
        }
    }

    #[test]
    fn the_same_inputs_give_the_same_facts(steps in steps(), seed in any::<u32>()) {
        let once = perform(steps.clone(), true, seed);
        let again = perform(steps, true, seed);
        prop_assert_eq!(once.facts, again.facts);
    }
}
