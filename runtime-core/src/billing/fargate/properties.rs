//! What holds for every run of tasks.

use super::*;
use crate::timeline::{
    Architecture, CapacityProvider, FargateFact, OperatingSystem, TaskDefinition, TaskGroup,
    TaskSize, TaskStatus,
};
use crate::units::{Moment, Span, StorageGib, SubnetId, TaskDefinitionId, TaskId};
use proptest::prelude::*;

/// One task of a made-up run, in nanoseconds of the session.
#[derive(Clone, Debug)]
struct Lived {
    definition: u32,
    spot: bool,
    public_ip: bool,
    created: u64,
    pulls: Option<u64>,
    stops: Option<u64>,
}

/// No fact is later.
const END: Moment = Moment::from_nanos(2_000_000_000_000);

fn definition(number: u32) -> TaskDefinition {
    let size = match number {
        0 => TaskSize::new(256, 512),
        1 => TaskSize::new(1_024, 3_072),
        _ => TaskSize::new(2_048, 4_096),
    };
    TaskDefinition {
        operating_system: match number {
            2 => OperatingSystem::Windows,
            _ => OperatingSystem::Linux,
        },
        architecture: match number {
            1 => Architecture::Arm64,
            _ => Architecture::X86_64,
        },
        ephemeral_storage: (number != 0).then(|| StorageGib::new(20 + 7 * number)),
        ..TaskDefinition::of("web", size)
    }
}

impl Lived {
    fn provider(&self) -> CapacityProvider {
        match self.spot {
            true => CapacityProvider::FargateSpot,
            false => CapacityProvider::Fargate,
        }
    }

    /// In the order of their moments.
    fn facts(&self, task: TaskId) -> Vec<(Moment, FargateFact)> {
        let at = Moment::from_nanos;
        let mut now = self.created;
        let created = FargateFact::TaskCreated {
            task,
            definition: TaskDefinitionId(self.definition),
            group: TaskGroup::Standalone,
            provider: self.provider(),
            subnet: SubnetId(1),
            public_ip: self.public_ip,
        };
        let mut facts = vec![(at(now), created)];
        if let Some(after) = self.pulls {
            now += after;
            facts.push((at(now), FargateFact::PullStarted { task }));
        }
        if let Some(after) = self.stops {
            now += after;
            for (wait, to) in [
                (0, TaskStatus::Stopped),
                (1_000_000_000, TaskStatus::Deleted),
            ] {
                facts.push((at(now + wait), FargateFact::TaskMoved { task, to }));
            }
        }
        facts
    }

    /// By itself, without a meter.
    fn usage(&self) -> FargateUsage {
        let Some(pulled) = self.pulls else {
            return FargateUsage::default();
        };
        let since = Moment::from_nanos(self.created + pulled);
        let lived = self.stops.map_or(END.since(since), Span::from_nanos);
        BilledTask::of(
            &definition(self.definition),
            self.provider(),
            self.public_ip,
        )
        .usage(lived)
    }
}

fn run() -> impl Strategy<Value = Vec<Lived>> {
    let after = || prop::option::weighted(0.8, 0_u64..600_000_000_000);
    let lived = (
        0_u32..3,
        any::<bool>(),
        any::<bool>(),
        0_u64..600_000_000_000,
        after(),
        after(),
    )
        .prop_map(
            |(definition, spot, public_ip, created, pulls, stops)| Lived {
                definition,
                spot,
                public_ip,
                created,
                pulls,
                stops,
            },
        );
    prop::collection::vec(lived, 0..20)
}

/// A meter that has seen all of them, each with the number that its place gives it.
fn metered<'a>(run: impl Iterator<Item = &'a Lived>) -> TaskMeter {
    let mut meter = TaskMeter::default();
    for number in 0..3 {
        let fact = FargateFact::TaskDefinitionRegistered {
            definition: TaskDefinitionId(number),
            configuration: Box::new(definition(number)),
        };
        meter.fact(Moment::START, &fact);
    }
    let mut facts: Vec<_> = (1..)
        .zip(run)
        .flat_map(|(number, lived)| lived.facts(TaskId(number)))
        .collect();
    facts.sort_by_key(|(at, _)| *at);
    for (at, fact) in &facts {
        meter.fact(*at, fact);
    }
    meter
}

proptest! {
    #[test]
    fn a_run_has_used_what_its_tasks_have_in_any_order(run in run(), cut in 0_usize..20) {
        let expected: FargateUsage = run.iter().map(Lived::usage).sum();
        prop_assert_eq!(metered(run.iter()).usage(END), expected);
        prop_assert_eq!(metered(run.iter().rev()).usage(END), expected);
        let backwards: FargateUsage = run.iter().rev().map(Lived::usage).sum();
        prop_assert_eq!(backwards, expected);
        let (first, second) = run.split_at(cut.min(run.len()));
        let parts = metered(first.iter()).usage(END) + metered(second.iter()).usage(END);
        prop_assert_eq!(parts, expected);
    }

    #[test]
    fn bills_of_tasks_add_up(run in run()) {
        let Ok(prices) = FargatePrices::parse(crate::billing::worked_examples::SHIPPED) else {
            return Err(TestCaseError::fail("the shipped prices"));
        };
        let usage = run.iter().map(Lived::usage);
        let whole = bill_tasks(&prices, &usage.clone().sum()).total();
        prop_assert_eq!(usage.map(|it| bill_tasks(&prices, &it).total()).sum::<crate::units::Money>(), whole);
    }

    #[test]
    fn usage_never_shrinks_as_time_goes_on(run in run(), early in 1_300_u64..2_000) {
        let Ok(prices) = FargatePrices::parse(crate::billing::worked_examples::SHIPPED) else {
            return Err(TestCaseError::fail("the shipped prices"));
        };
        let meter = metered(run.iter());
        let cost = |until| bill_tasks(&prices, &meter.usage(until)).total();
        prop_assert!(cost(Moment::START + Span::from_secs(early)) <= cost(END));
    }

    #[test]
    fn what_never_pulled_costs_nothing_and_what_stopped_is_forgotten(run in run()) {
        let never: Vec<Lived> = run.iter().map(|it| Lived { pulls: None, ..it.clone() }).collect();
        prop_assert_eq!(metered(never.iter()).usage(END), FargateUsage::default());
        let living = run.iter().filter(|it| it.stops.is_none()).count();
        prop_assert_eq!(metered(run.iter()).living(), living);
    }
}
