//! Examples from AWS's own pages, and one from a public price tool, as a table.

use super::*;
use crate::timeline::{Architecture, Start};
use crate::units::{MemoryMb, Moment, Money, Span};

pub(super) const SHIPPED: &str =
    include_str!("../../../public/prices/lambda-us-east-1-2026-11-23.json");

pub(super) fn shipped() -> PriceBook {
    PriceBook::parse(SHIPPED).unwrap()
}

pub(super) fn invocation(
    architecture: Architecture,
    megabytes: u32,
    handler: Span,
) -> BilledInvocation {
    BilledInvocation {
        restored: false,
        provisioned: false,
        settings: BilledSettings {
            architecture,
            memory: MemoryMb::new(megabytes),
            ephemeral_storage: MemoryMb::new(512),
        },
        init: Span::ZERO,
        handler,
    }
}

struct Example {
    /// Page, address, date of reading.
    source: (&'static str, &'static str, &'static str),
    name: &'static str,
    /// The rate for a GB-second on x86 where it is not the shipped one.
    rate: Option<&'static str>,
    requests: u64,
    millis: u64,
    megabytes: u32,
    free_tier: FreeTier,
    /// As printed: compute, requests, total.
    printed: [&'static str; 3],
    /// The total before it is rounded.
    exact: &'static str,
}

const PRICING: (&str, &str, &str) = (
    "AWS Lambda pricing",
    "https://aws.amazon.com/lambda/pricing/",
    "2026-11-23",
);

#[test]
fn examples_of_the_pricing_page() {
    let examples = [
        Example {
            source: PRICING,
            name: "mobile application backend",
            rate: None,
            requests: 3_000_000,
            millis: 120,
            megabytes: 1_536,
            free_tier: FreeTier::On,
            printed: ["2.33", "0.40", "2.73"],
            exact: "2.733338",
        },
        Example {
            source: PRICING,
            name: "telemetry: 10,000 vehicles, hourly, 31 days",
            rate: None,
            requests: 7_440_000,
            millis: 2_000,
            megabytes: 1_024,
            free_tier: FreeTier::Off,
            printed: ["248.00", "1.49", "249.49"],
            exact: "249.488496",
        },
        Example {
            // An older edition of the page, when the rate had two digits less.
            source: PRICING,
            name: "512 MB, three million requests of one second",
            rate: Some("0.00001667"),
            requests: 3_000_000,
            millis: 1_000,
            megabytes: 512,
            free_tier: FreeTier::On,
            printed: ["18.34", "0.40", "18.74"],
            exact: "18.737",
        },
        Example {
            source: PRICING,
            name: "the same at today's rate (own arithmetic)",
            rate: None,
            requests: 3_000_000,
            millis: 1_000,
            megabytes: 512,
            free_tier: FreeTier::On,
            printed: ["18.33", "0.40", "18.73"],
            exact: "18.73337",
        },
    ];
    for example in examples {
        let Example { name, source, .. } = example;
        let json = match example.rate {
            Some(rate) => SHIPPED.replace("0.0000166667", rate),
            None => SHIPPED.to_owned(),
        };
        let book = PriceBook::parse(&json).unwrap();
        let each = invocation(
            Architecture::X86_64,
            example.megabytes,
            Span::from_millis(example.millis),
        );
        let bill = month(&book, example.requests, &each, example.free_tier);
        let shown = [bill.compute(), bill.requests(), bill.total()].map(|part| part.decimal(2));
        assert_eq!(shown, example.printed, "{name}, {source:?}");
        assert_eq!(bill.total().exact(), example.exact, "{name}, {source:?}");
    }
}

/// AWS Compute Blog, "AWS Lambda standardizes billing for INIT Phase", S. Gupta and J. Gebhart,
/// 2025-04-29: 250.06 ms and 100.77 ms of init at 1,024 MB are billed as 351 ms since 2025-08-01,
/// and were billed as 251 ms before, as a warm invocation still is.
#[test]
fn init_is_billed_and_rounded_together_with_the_handler() {
    let cold = BilledInvocation {
        init: Span::from_nanos(100_770_000),
        ..invocation(Architecture::X86_64, 1_024, Span::from_nanos(250_060_000))
    };
    assert_eq!(cold.time().billed_millis(), 351);
    assert_eq!(cold.warm().time().billed_millis(), 251);
    assert_eq!(cold.time().rounding, Span::from_nanos(170_000));

    let bill = bill_invocation(&shipped(), &cold, &Usage::default(), FreeTier::Off);
    assert_eq!(bill.compute.to_string(), "0.351");
    assert_eq!(bill.per_millisecond.exact(), "0.0000000166667");
    assert_eq!(bill.bill.compute(), bill.per_millisecond.times(351));
    assert_eq!(bill.bill.total().exact(), "0.0000060500117");
    assert_eq!(bill.warm.compute(), bill.per_millisecond.times(251));
    assert_eq!(bill.per_thousand.total(), bill.bill.total().times(1_000));
    assert_eq!(bill.per_million.total().decimal(2), "6.05");
}

/// AWS Lambda pricing page, example 4, "PC app launch": 100 provisioned environments of 1,536 MB for 8 hours, 500,000
/// requests of 100 ms on them and 2,500,000 of 120 ms on demand, with the free tier.
#[test]
fn provisioned_concurrency_costs_while_it_is_enabled() {
    let book = shipped();
    let on_demand = invocation(Architecture::X86_64, 1_536, Span::from_millis(120));
    let provisioned = invocation(Architecture::X86_64, 1_536, Span::from_millis(100));
    let provisioned = provisioned.on_provisioned(true);
    let meter = ProvisionedMeter::begin(Moment::START, 100, on_demand.settings);
    let usage = on_demand.usage(&book).times(2_500_000)
        + provisioned.usage(&book).times(500_000)
        + Usage {
            provisioned_capacity: meter.until(Moment::START + Span::from_secs(8 * 3_600)),
            ..Usage::default()
        };
    assert_eq!(usage.provisioned_capacity.x86_64.to_string(), "4320000");
    assert_eq!(usage.provisioned_duration.x86_64.to_string(), "75000");
    let bill = bill(&book, &usage, &Usage::default(), FreeTier::On);
    let of = |wanted: &str| {
        let line = bill
            .lines
            .iter()
            .find(|it| it.subject.to_string() == wanted);
        line.unwrap().amount.decimal(2)
    };
    assert_eq!(of("provisioned concurrency, x86_64"), "18.00");
    assert_eq!(of("compute on provisioned concurrency, x86_64"), "0.73");
    let shown = [bill.compute(), bill.requests(), bill.total()].map(|part| part.decimal(2));
    assert_eq!(shown, ["0.83", "0.40", "19.96"]);
    assert_eq!(bill.total().exact(), "19.962644");
    // A millisecond of such an invocation has the price of provisioned duration.
    let one = bill_invocation(&book, &provisioned, &Usage::default(), FreeTier::On);
    assert_eq!(one.per_millisecond.exact(), "0.0000000145833");
    assert_eq!(one.bill.compute(), Money::ZERO);
    assert_eq!(one.bill.provisioned(), one.per_millisecond.times(100));
}

/// The same source as the next test's: 9,000,000 GB-seconds at the price of provisioned concurrency on arm64, and
/// 1,750,000 of invocations on it.
#[test]
fn provisioned_concurrency_on_arm64_has_its_own_prices() {
    let arm64 =
        |gb_seconds| PerArchitecture::only(Architecture::Arm64, GbSeconds::whole(gb_seconds));
    let usage = Usage {
        requests: 10_000_000,
        provisioned_capacity: arm64(9_000_000),
        provisioned_duration: arm64(1_750_000),
        ..Usage::default()
    };
    let bill = bill(&shipped(), &usage, &Usage::default(), FreeTier::Off);
    let amounts = bill.lines.iter().map(|line| line.amount.decimal(2));
    assert_eq!(amounts.collect::<Vec<_>>(), ["2.00", "30.00", "13.61"]);
}

/// The golden output of Infracost's Terraform tests (`lambda_function_test`, github.com/infracost/
/// infracost, 2026-08-21): 61,440,000,000 GB-seconds on x86 through all three tiers.
#[test]
fn tiers_are_priced_one_after_the_other() {
    let each = invocation(Architecture::X86_64, 2_048, Span::from_millis(2_048));
    let bill = month(&shipped(), 15_000_000_000, &each, FreeTier::Off);
    let compute: Vec<String> = bill
        .lines
        .iter()
        .filter(|line| matches!(line.subject, BillSubject::Compute { .. }))
        .map(|line| line.amount.decimal(2))
        .collect();
    assert_eq!(compute, ["100000.20", "135000.00", "619203.10"]);
    assert_eq!(bill.compute().exact(), "854203.296");
}

#[test]
fn arm_has_tiers_of_its_own() {
    let used = Usage {
        arm64: GbSeconds::whole(20_000_000_000),
        x86_64: GbSeconds::whole(1),
        ..Usage::default()
    };
    let bill = bill(&shipped(), &used, &Usage::default(), FreeTier::Off);
    let compute: Vec<(String, String)> = bill
        .lines
        .iter()
        .map(|line| (line.price.to_string(), line.amount.exact()))
        .collect();
    assert_eq!(
        compute,
        [
            ("0.0000166667", "0.0000166667"),
            ("0.0000133334", "100000.5"),
            ("0.0000120001", "135001.125"),
            ("0.0000106667", "13333.375"),
        ]
        .map(|(price, amount)| (price.to_owned(), amount.to_owned()))
    );
}

/// AWS Lambda pricing page, the table of prices for one millisecond by memory, read 2026-11-23.
#[test]
fn the_table_of_prices_for_one_millisecond() {
    let table = [
        (128, "0.0000000021", "0.0000000017"),
        (256, "0.0000000042", "0.0000000033"),
        (512, "0.0000000083", "0.0000000067"),
        (1_024, "0.0000000167", "0.0000000133"),
        (1_536, "0.0000000250", "0.0000000200"),
        (1_769, "0.0000000288", "0.0000000230"),
        (2_048, "0.0000000333", "0.0000000267"),
        (3_072, "0.0000000500", "0.0000000400"),
        (4_096, "0.0000000667", "0.0000000533"),
        (5_120, "0.0000000833", "0.0000000667"),
        (6_144, "0.0000001000", "0.0000000800"),
        (8_192, "0.0000001333", "0.0000001067"),
        (10_240, "0.0000001667", "0.0000001333"),
    ];
    let book = shipped();
    for (megabytes, x86_64, arm64) in table {
        for (architecture, printed) in
            [(Architecture::X86_64, x86_64), (Architecture::Arm64, arm64)]
        {
            let one = invocation(architecture, megabytes, Span::from_millis(1));
            let bill = bill_invocation(&book, &one, &Usage::default(), FreeTier::Off);
            assert_eq!(
                bill.per_millisecond.decimal(10),
                printed,
                "{megabytes} MB, {}",
                architecture.name()
            );
        }
    }
}

/// AWS Lambda pricing page: ephemeral storage above 512 MB, for the time that is billed.
#[test]
fn storage_above_512_mb_costs() {
    let mut each = invocation(Architecture::X86_64, 1_024, Span::from_millis(1_000));
    each.settings.ephemeral_storage = MemoryMb::new(1_536);
    let bill = month(&shipped(), 1_000, &each, FreeTier::On);
    assert_eq!(bill.ephemeral_storage().exact(), "0.0000309");
    assert_eq!(bill.total(), bill.ephemeral_storage(), "the rest is free");
    each.settings.ephemeral_storage = MemoryMb::new(512);
    assert_eq!(
        month(&shipped(), 1_000, &each, FreeTier::On).total(),
        Money::ZERO
    );
}

/// AWS Lambda pricing page: the free GB-seconds are one amount for both architectures.
#[test]
fn the_free_tier_is_shared_by_both_architectures() {
    let used = Usage {
        requests: 1_000_001,
        x86_64: GbSeconds::whole(300_000),
        arm64: GbSeconds::whole(300_000),
        ..Usage::default()
    };
    let bill = bill(&shipped(), &used, &Usage::default(), FreeTier::On);
    assert_eq!(bill.free_tier.compute, GbSeconds::whole(400_000));
    assert_eq!(bill.free_tier.requests, 1_000_000);
    assert_eq!(bill.requests().exact(), "0.0000002");
    assert_eq!(
        bill.compute().exact(),
        "2.66668",
        "200,000 at the arm64 rate"
    );
}

#[test]
fn failures_are_billed_and_interruptions_are_not() {
    use crate::timeline::{Failure, Outcome, Signal};
    let settings = invocation(Architecture::Arm64, 128, Span::ZERO).settings;
    let init = Span::from_millis(4);
    let billed = |outcome| {
        let duration = Span::from_millis(3_000);
        BilledInvocation::finished(settings, Start::Cold { init }, outcome, duration)
            .map(|invocation| invocation.time().billed_millis())
    };
    for failure in [
        Failure::HandlerError,
        Failure::TimedOut,
        Failure::Exited(1),
        Failure::Killed(Signal::Killed),
    ] {
        assert_eq!(billed(Outcome::Failed(failure)), Some(3_004));
    }
    assert_eq!(billed(Outcome::Succeeded), Some(3_004));
    assert_eq!(billed(Outcome::Failed(Failure::Interrupted)), None);
}

/// AWS Lambda pricing page: a restore costs by the function's memory; of its time what the hooks take
/// is billed, rounded together with the handler. The REPORT line is one of AWS SAM's documentation:
/// `Duration: 2338.66 ms  Billed Duration: 2521 ms  Restore Duration: 398.97 ms  Billed Restore
/// Duration: 182 ms`.
#[test]
fn a_restored_environment_costs_its_restore() {
    use crate::timeline::Outcome;
    let settings = invocation(Architecture::X86_64, 1_024, Span::ZERO).settings;
    let start = Start::Restored {
        restore: Span::from_nanos(398_970_000),
        billed: Span::from_nanos(181_900_000),
    };
    let duration = Span::from_nanos(2_338_660_000);
    let billed = BilledInvocation::finished(settings, start, Outcome::Succeeded, duration).unwrap();
    assert_eq!(billed.time().billed_millis(), 2_521);
    let bill = bill_invocation(&shipped(), &billed, &Usage::default(), FreeTier::Off);
    assert_eq!(bill.bill.snap_start().exact(), "0.0001397998");
    assert_eq!(bill.warm.snap_start(), Money::ZERO);
}

/// AWS Lambda pricing page: a snapshot is billed for three hours at least, then by the millisecond,
/// until its version is deleted.
#[test]
fn a_snapshot_costs_three_hours_at_least() {
    let cost = |millis: u64| {
        let settings = invocation(Architecture::X86_64, 2_048, Span::ZERO).settings;
        let kept = Span::from_millis(millis).max(LEAST_SNAPSHOT_CACHE);
        let usage = Usage {
            snapshot_cache: GbSeconds::of(settings.memory, kept),
            ..Usage::default()
        };
        bill(&shipped(), &usage, &Usage::default(), FreeTier::On)
            .total()
            .exact()
    };
    // 2 GB × 10,800 s × $0.0000015046.
    assert_eq!(cost(1), "0.03249936");
    assert_eq!(cost(10_800_000), "0.03249936");
    assert_eq!(cost(10_800_001), "0.0324993630092");
}
