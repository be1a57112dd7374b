//! How fast tasks and pods are launched, against what others measured (github.com/Vlaaaaaaad
//! /blog-scaling-containers-in-aws, `graph-results.csv`, 2020-04; "Scaling containers on AWS in 2022", 2022-04).

use super::stage::*;
use crate::timeline::{
    EksPods, FargateAccount, FargateFact, Orchestrator, ProfileSelector, ServiceConfiguration,
    TaskDefinition, TaskSize, TaskStatus,
};
use crate::units::{CpuUnits, Moment, TaskDefinitionId};

fn account() -> FargateAccount {
    FargateAccount {
        on_demand: CpuUnits::from_vcpus(10_000),
        ..FargateAccount::default()
    }
}

/// So many services of 1 vCPU and 2 GB, with so many tasks each.
fn stage(account: FargateAccount, services: u32, each: u32, orchestrator: &Orchestrator) -> Stage {
    let mut stage = Stage::empty(16);
    stage.account(account);
    if orchestrator.is_eks() {
        // What the simulator takes for pods, at its quickest.
        stage.script = Box::new(|_, _| Behaviour {
            attach: secs(30),
            start: secs(26),
            ..Behaviour::default()
        });
    }
    let definition = stage.define(TaskDefinition::of("web", TaskSize::new(1_024, 2_048)));
    for _ in 0..services {
        stage.service(configuration(definition, each, orchestrator));
    }
    stage
}

fn configuration(
    definition: TaskDefinitionId,
    desired: u32,
    orchestrator: &Orchestrator,
) -> ServiceConfiguration {
    ServiceConfiguration {
        definition,
        orchestrator: orchestrator.clone(),
        rebalancing: false,
        ..Stage::web(desired)
    }
}

/// When tasks became RUNNING, in order.
fn running(stage: &Stage) -> Vec<Moment> {
    let moved = stage.facts.iter().filter_map(|(at, fact)| match fact {
        FargateFact::TaskMoved {
            to: TaskStatus::Running,
            ..
        } => Some(*at),
        _ => None,
    });
    moved.collect()
}

/// In 2020 a bucket of ten launches and one a second: several services came to 60 tasks a minute. RUNNING tasks of ECS
/// after so many minutes, as measured; the model may differ by 10 %, and its slope is 60 +- 5 a minute (the measured one is
/// 55.9).
#[test]
fn a_bucket_of_ten_and_one_a_second_gives_sixty_a_minute() {
    let account = FargateAccount {
        launch_burst: 10,
        launch_rate: 1,
        ..account()
    };
    let mut stage = stage(account, 5, 700, &Orchestrator::Ecs);
    stage.until(50 * 60);
    let running = running(&stage);
    let after = |minutes: u64| running.iter().filter(|it| **it <= at(minutes * 60)).count() as f64;
    for (minute, measured) in [
        (1, 50.0),
        (5, 263.0),
        (10, 558.0),
        (20, 1_130.0),
        (30, 1_691.0),
        (40, 2_231.0),
        (50, 2_795.0),
    ] {
        let model = after(minute);
        let difference = (model - measured).abs() / measured;
        assert!(
            difference <= 0.1,
            "{minute} min: {model}, measured {measured}"
        );
    }
    let slope = (after(50) - after(5)) / 45.0;
    assert!((slope - 60.0).abs() <= 5.0, "{slope}");
}

/// The same post: one service came to 23 tasks a minute. That is a rate of the service scheduler below the account's.
#[test]
fn one_service_of_2020_gives_twenty_three_a_minute() {
    let account = FargateAccount {
        launch_burst: 10,
        launch_rate: 1,
        service_rate: 23,
        ..account()
    };
    let mut stage = stage(account, 1, 1_000, &Orchestrator::Ecs);
    stage.until(31 * 60);
    let running = running(&stage);
    let after = |minutes: u64| running.iter().filter(|it| **it <= at(minutes * 60)).count() as f64;
    let slope = (after(31) - after(1)) / 30.0;
    assert!((slope - 23.0).abs() <= 0.5, "{slope}");
}

/// In 2022 five services of ECS came from 0 to about 3,500 tasks in four minutes (first ones at 30 s, all at 4.5 min),
/// pods of EKS in seven and a half (60 s, 8.5 min). Quotas allow less time: 170 s for 20 a second after 100, 174 s after
/// 20. The model lies between both.
#[test]
fn quotas_of_2022_are_a_lower_bound_of_what_was_measured() {
    let pods = Orchestrator::Eks(Box::new(EksPods {
        namespace: "default".to_owned(),
        labels: Vec::new(),
        profile: vec![ProfileSelector {
            namespace: "default".to_owned(),
            labels: Vec::new(),
        }],
    }));
    let of_pods = FargateAccount {
        launch_burst: 20,
        ..account()
    };
    for (account, orchestrator, bound, measured, first) in [
        (account(), Orchestrator::Ecs, 170, 240, 30),
        (of_pods, pods, 174, 450, 60),
    ] {
        let mut stage = stage(account, 5, 700, &orchestrator);
        stage.until(600);
        let created = stage.created();
        assert_eq!(created.len(), 3_500);
        let last = created.last().map(|(at, ..)| seconds(*at)).unwrap();
        assert!(
            (bound..measured).contains(&last),
            "{last} s, {bound} to {measured}"
        );
        // The first ones run within ten seconds of what was measured.
        let running = running(&stage);
        let begins = seconds(running[0]);
        assert!(begins.abs_diff(first) <= 10, "{begins} s, measured {first}");
    }
}
