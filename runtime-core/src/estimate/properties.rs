//! What holds of every plan.

use super::worked_examples::shipped;
use super::*;
use crate::billing::{BilledSettings, FreeTier, SavingsTerm};
use crate::timeline::{Architecture, CapacityProvider, OperatingSystem, TaskSize};
use crate::units::{ByteCount, MemoryMb, Money, Span, StorageGib, UsdPerUnit};
use proptest::option;
use proptest::prelude::*;

fn architecture() -> impl Strategy<Value = Architecture> {
    prop_oneof![Just(Architecture::X86_64), Just(Architecture::Arm64)]
}

fn functions() -> impl Strategy<Value = FunctionPlan> {
    let provisioned = (1_u32..100, 0_u64..2_600_000, 0_u64..900_000);
    let snap_start = (0_u64..2_600_000, 0_u64..100);
    (
        ("[ -~äß\n]{0,12}", 200_u64..1_000_000_000, 0_u64..900_000),
        (128_u32..=10_240, 512_u32..=10_240, architecture()),
        (0_u64..100, 0_u64..10_000, 0_u64..=1_024),
        option::of(0_u64..=204_800),
        option::of(provisioned),
        option::of(snap_start),
    )
        .prop_map(
            |((name, requests, ms), settings, (cold, init, event), streamed, provisioned, snap)| {
                FunctionPlan {
                    name,
                    requests,
                    duration: Span::from_millis(ms),
                    settings: BilledSettings {
                        memory: MemoryMb::new(settings.0),
                        ephemeral_storage: MemoryMb::new(settings.1),
                        architecture: settings.2,
                    },
                    cold_starts: ColdStarts {
                        requests: cold,
                        init: Span::from_millis(init),
                    },
                    event: ByteCount::new(event * 1_024),
                    streamed: streamed.map(|kilobytes| StreamPlan {
                        requests: requests / 2,
                        size: ByteCount::new(kilobytes * 1_024),
                    }),
                    provisioned: provisioned.map(|(environments, seconds, ms)| ProvisionedPlan {
                        environments,
                        enabled: Span::from_secs(seconds),
                        requests: requests / 3,
                        duration: Span::from_millis(ms),
                    }),
                    snap_start: snap.map(|(kept, restores)| SnapStartPlan {
                        kept: Span::from_secs(kept),
                        restores,
                    }),
                }
            },
        )
}

fn tasks() -> impl Strategy<Value = TaskPlan> {
    (
        1_u32..50,
        0_u32..50,
        0_u64..2_000_000,
        20_u32..200,
        architecture(),
        any::<[bool; 2]>(),
    )
        .prop_map(
            |(count, runs, seconds, storage, architecture, [spot, public_ip])| TaskPlan {
                name: "task \"one\"".to_owned(),
                count,
                runs,
                time: Span::from_secs(seconds),
                size: TaskSize::new(512, 2_048),
                storage: StorageGib::new(storage),
                architecture,
                operating_system: OperatingSystem::Linux,
                provider: match spot {
                    true => CapacityProvider::FargateSpot,
                    false => CapacityProvider::Fargate,
                },
                public_ip,
            },
        )
}

fn plans() -> impl Strategy<Value = EstimatePlan> {
    (
        prop::collection::vec(functions(), 0..3),
        prop::collection::vec(tasks(), 0..3),
        option::of((0_u32..5, 0_usize..4)),
        any::<[bool; 2]>(),
    )
        .prop_map(
            |(functions, tasks, savings, [free, init_billed])| EstimatePlan {
                free_tier: match free {
                    true => FreeTier::On,
                    false => FreeTier::Off,
                },
                init_billed,
                functions,
                tasks,
                savings_plan: savings.map(|(dollars, term)| SavingsPlan {
                    commitment: UsdPerUnit::whole(dollars),
                    term: SavingsTerm::ALL[term],
                }),
                extras: vec![ExtraPlan {
                    what: "log-data".to_owned(),
                    thousandths: 1_234_500,
                    price: None,
                }],
                ..EstimatePlan::default()
            },
        )
}

proptest! {
    #[test]
    fn a_plan_is_read_as_it_was_written(plan in plans()) {
        let text = write(&plan);
        let read = read(&text).map_err(|it| TestCaseError::fail(format!("{it}\n{text}")))?;
        prop_assert_eq!(read, plan);
    }

    #[test]
    fn steps_add_up_and_nothing_is_below_nothing(plan in plans()) {
        let it = estimate(&plan, &shipped()).map_err(|it| TestCaseError::fail(it.to_string()))?;
        let sections: Money = it.sections.iter().map(|it| it.amount).sum();
        prop_assert_eq!(sections, it.total);
        prop_assert!(!it.total.is_negative(), "{}", it.total.exact());
    }

    #[test]
    fn more_requests_never_cost_less(plan in plans(), more in 0_u64..1_000_000) {
        let prices = shipped();
        let total = |it: &EstimatePlan| estimate(it, &prices).map(|it| it.total).ok();
        let mut larger = plan.clone();
        if let Some(function) = larger.functions.first_mut() {
            function.requests += more;
        }
        prop_assert!(total(&larger) >= total(&plan));
    }

    #[test]
    fn an_amount_pays_for_as_many_requests_as_it_says(plan in plans(), dollars in 0_u32..5_000) {
        let prices = shipped();
        let amount = UsdPerUnit::whole(dollars).times(1);
        let answer = requests_for(&plan, &prices, amount)
            .map_err(|it| TestCaseError::fail(it.to_string()))?;
        let now: u64 = plan.functions.iter().map(|it| it.requests).sum();
        if let Some(paid) = answer {
            // Just as many cost no more; the month of the plan costs more exactly if it has more of them.
            let total = estimate(&plan, &prices).map(|it| it.total).ok();
            prop_assert_eq!(now <= paid, total <= Some(amount), "{} of {}", paid, now);
        }
    }

    #[test]
    fn no_text_is_a_panic(text in ".{0,200}") {
        let _ = read(&text);
        let _ = read(&format!("version = 1\n{text}"));
    }
}

#[test]
fn a_year_of_growth_begins_with_the_month_as_it_is() {
    let text = "version = 1\n[[function]]\nname = \"x\"\nrequests = 1_000_000\nduration = 0.1\nmemory = 1024\n";
    let plan = read(text).unwrap_or_default();
    let prices = shipped();
    let months = growth(&plan, &prices, 100).unwrap_or_default();
    assert_eq!(months.len(), 12);
    assert_eq!(
        Some(months[0].total),
        estimate(&plan, &prices).map(|it| it.total).ok()
    );
    assert_eq!(months[11].requests, 1_000_000 << 11);
    assert!(months.is_sorted_by_key(|it| it.total));
}
