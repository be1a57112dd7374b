//! Whatever happens while deployments shift traffic.

use super::shifts::{alive, balancer};
use super::stage::*;
use crate::platform::fargate::*;
use crate::timeline::{
    CircuitBreaker, DeploymentAlarms, DeploymentConfiguration, DeploymentStrategy, Exit,
    FargateFact, PullFailure, ServiceConfiguration, TaskDefinition, TaskGroup, TaskSize,
    TrafficShare,
};
use crate::units::{DeploymentId, Moment, TaskDefinitionId, TaskId};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
enum Step {
    Desire(u32),
    Update(u32, u8),
    Alarm(bool),
    Exit(u32),
    Answer(u32, bool),
}

/// What a visitor does to a service; with failures of tasks or without.
fn steps(failures: bool) -> impl Strategy<Value = Vec<(u64, Step)>> {
    let done = prop_oneof![
        3 => (1..7_u32).prop_map(Step::Desire),
        4 => (1..4_u32, 0..5_u8).prop_map(|(definition, strategy)| Step::Update(definition, strategy)),
        2 => any::<bool>().prop_map(Step::Alarm),
    ];
    let failed = prop_oneof![
        (1..40_u32).prop_map(Step::Exit),
        (1..40_u32, any::<bool>()).prop_map(|(task, passes)| Step::Answer(task, passes)),
    ];
    let step = match failures {
        true => prop_oneof![2 => done, 1 => failed].boxed(),
        false => done.boxed(),
    };
    prop::collection::vec((0..400_u64, step), 1..25)
}

fn configuration(definition: u32, strategy: u8) -> ServiceConfiguration {
    let share = TrafficShare::from_tenths;
    ServiceConfiguration {
        definition: TaskDefinitionId(definition),
        load_balancer: Some(balancer()),
        desired: None,
        deployment: DeploymentConfiguration {
            strategy: match strategy {
                0 => DeploymentStrategy::BlueGreen,
                1 => DeploymentStrategy::Linear {
                    step: share(300),
                    bake: secs(60),
                },
                2 => DeploymentStrategy::Canary {
                    first: share(100),
                    bake: secs(120),
                },
                3 => DeploymentStrategy::CANARY,
                _ => DeploymentStrategy::LINEAR,
            },
            bake_time: Some(secs(u64::from(strategy) * 60)),
            circuit_breaker: Some(CircuitBreaker {
                rollback: true,
                ..CircuitBreaker::default()
            }),
            alarms: Some(DeploymentAlarms { rollback: true }),
            ..DeploymentConfiguration::default()
        },
        ..Stage::web(4)
    }
}

fn perform(steps: Vec<(u64, Step)>, failures: bool) -> Stage {
    let mut stage = Stage::new();
    for memory in [1_024, 2_048] {
        stage.define(TaskDefinition::of("web", TaskSize::new(256, memory)));
    }
    // The second revision mostly fails.
    stage.script = Box::new(move |task, definition| Behaviour {
        pull_failure: (failures && definition.0 == 2 && task.0 % 3 > 0)
            .then_some(PullFailure::NotFound),
        ..Behaviour::default()
    });
    stage.service(ServiceConfiguration {
        desired: Some(4),
        ..configuration(1, 0)
    });
    stage.until(1_000);
    let mut time = 1_000;
    for (wait, step) in steps {
        time += wait;
        stage.until(time);
        match step {
            Step::Desire(desired) => stage.desire(S, desired),
            Step::Update(definition, strategy) => {
                stage.update(S, configuration(definition, strategy));
            }
            Step::Alarm(in_alarm) => stage.input(Input::DeploymentAlarm {
                service: S,
                in_alarm,
            }),
            Step::Exit(task) => stage.input(Input::ContainerExited {
                task: TaskId(task),
                container: 0,
                exit: Exit::Code(1),
            }),
            Step::Answer(task, passes) => stage.input(Input::Answering {
                task: TaskId(task),
                checked: Checked::Target,
                passes,
            }),
        }
    }
    stage
}

/// Which deployments get production traffic, and how many registered targets each has, at the end of each moment.
fn traffic(stage: &Stage) -> Vec<(Moment, Vec<(DeploymentId, usize)>)> {
    let mut of = BTreeMap::new();
    let mut targets: BTreeMap<DeploymentId, BTreeSet<TaskId>> = BTreeMap::new();
    let (mut full, mut green) = (None, None);
    let mut all = Vec::new();
    let mut facts = stage.facts.iter().peekable();
    while let Some((at, fact)) = facts.next() {
        match fact {
            FargateFact::TaskCreated {
                task,
                group: TaskGroup::Service { deployment, .. },
                ..
            } => drop(of.insert(*task, *deployment)),
            FargateFact::TargetRegistered { task } => {
                targets.entry(of[task]).or_default().insert(*task);
            }
            FargateFact::TargetDraining { task } | FargateFact::TargetDeregistered { task } => {
                targets.entry(of[task]).or_default().remove(task);
            }
            FargateFact::TrafficShifted {
                deployment, share, ..
            } => match *share {
                TrafficShare::ALL => (full, green) = (Some(*deployment), None),
                _ => green = Some(*deployment),
            },
            _ => {}
        }
        if facts.peek().is_none_or(|(next, _)| next > at) {
            let served = full.iter().chain(&green);
            let count = |it: &DeploymentId| targets.get(it).map_or(0, BTreeSet::len);
            all.push((*at, served.map(|it| (*it, count(it))).collect()));
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// No request is refused because of a deployment, its rollback or what it is scaled to meanwhile.
    #[test]
    fn who_has_traffic_has_targets(steps in steps(false)) {
        let mut stage = perform(steps, false);
        let begun = seconds(stage.now);
        stage.until(begun + 20_000);
        for (at, served) in traffic(&stage) {
            let there = served.iter().all(|(_, targets)| *targets > 0);
            prop_assert!(there || seconds(at) < 1_000, "{}: {served:?}", seconds(at));
        }
    }

    /// However it goes on, one revision is left in the end, with all tasks and all traffic. The stage looks whether
    /// there are never more than twice the tasks.
    #[test]
    fn one_revision_is_left(steps in steps(true)) {
        let mut stage = perform(steps, true);
        let begun = seconds(stage.now);
        stage.script = Box::new(|_, _| Behaviour::default());
        stage.input(Input::DeploymentAlarm { service: S, in_alarm: false });
        stage.update(S, ServiceConfiguration { forced: 1, ..configuration(3, 2) });
        stage.until(begun + 100_000);
        let view = stage.view();
        prop_assert_eq!((view.healthy, view.running, view.pending), (view.desired, view.desired, 0), "{:?}", view);
        prop_assert_eq!((view.deployments, view.deploying), (1, false));
        let alive = alive(&stage);
        let served = traffic(&stage).pop().unwrap().1;
        prop_assert_eq!(served.len(), 1);
        prop_assert!(alive.len() == 1 && alive.contains_key(&served[0].0), "{alive:?} {served:?}");
    }

    #[test]
    fn facts_survive_their_file(steps in steps(true)) {
        for (_, fact) in perform(steps, true).facts {
            let text = serde_json::to_string(&fact).unwrap();
            prop_assert_eq!(&serde_json::from_str::<FargateFact>(&text).unwrap(), &fact);
            let bytes = postcard::to_stdvec(&fact).unwrap();
            prop_assert_eq!(&postcard::from_bytes::<FargateFact>(&bytes).unwrap(), &fact);
        }
    }
}
