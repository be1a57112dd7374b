//! AWS's own examples and others' figures, as tables.

use super::*;
use crate::billing::worked_examples::SHIPPED;
use crate::billing::{PriceBook, PriceBookError};
use crate::timeline::{Architecture, CapacityProvider, TaskSize};
use crate::units::{Money, Span, StorageGib};

fn shipped() -> FargatePrices {
    FargatePrices::parse(SHIPPED).unwrap()
}

/// The shipped file with figures in place of others.
fn with(figures: &[(&str, &str)]) -> FargatePrices {
    let mut json = SHIPPED.to_owned();
    for (from, to) in figures {
        let from = format!("\"{from}\"");
        assert!(json.contains(&from), "{from}");
        json = json.replace(&from, &format!("\"{to}\""));
    }
    FargatePrices::parse(&json).unwrap()
}

const X86: TaskRate = TaskRate::Linux {
    architecture: Architecture::X86_64,
    provider: CapacityProvider::Fargate,
};
const ARM: TaskRate = TaskRate::Linux {
    architecture: Architecture::Arm64,
    provider: CapacityProvider::Fargate,
};
const X86_SPOT: TaskRate = TaskRate::Linux {
    architecture: Architecture::X86_64,
    provider: CapacityProvider::FargateSpot,
};
const ARM_SPOT: TaskRate = TaskRate::Linux {
    architecture: Architecture::Arm64,
    provider: CapacityProvider::FargateSpot,
};

fn task(rate: TaskRate, cpu: u32, memory: u32) -> BilledTask {
    BilledTask {
        rate,
        size: TaskSize::new(cpu, memory),
        storage: StorageGib::new(20),
        public_ip: false,
    }
}

fn hours(hours: u64) -> Span {
    Span::from_secs(hours * 3_600)
}

struct Example {
    name: &'static str,
    task: BilledTask,
    seconds: u64,
    /// Tasks a month.
    times: u64,
    /// Hourly figures for which the page has others, in place of the shipped ones.
    figures: &'static [(&'static str, &'static str)],
    /// The parts as printed, in the order of the page.
    parts: &'static [&'static str],
    printed: &'static str,
    /// The total before it is rounded, by the page's rates.
    exact: &'static str,
}

/// The page has rates a second, rounded; 3,600 of them stand here for an hour.
const LINUX_RATES: &[(&str, &str)] = &[
    ("0.04048", "0.0404784"),
    ("0.004445", "0.004446"),
    ("0.03238", "0.03237984"),
    ("0.00356", "0.00356004"),
    ("0.000111", "0.00011088"),
];

/// AWS Fargate pricing, "Pricing Examples", <https://aws.amazon.com/fargate/pricing/>, in an undated stored copy read
/// 2026-11-30. Its rates for Windows in example 4 are not the Price List's: this is a test of the arithmetic.
fn examples() -> [Example; 4] {
    let with_disk = |rate| BilledTask {
        storage: StorageGib::new(30),
        ..task(rate, 1_024, 2_048)
    };
    [
        Example {
            name: "1: five tasks, ten minutes a day, 30 GB of disk",
            task: with_disk(X86),
            seconds: 600,
            times: 5 * 30,
            figures: LINUX_RATES,
            parts: &["1.01", "0.22", "0.03"],
            printed: "1.26",
            exact: "1.26198",
        },
        Example {
            name: "2: the same on Graviton",
            task: with_disk(ARM),
            seconds: 600,
            times: 5 * 30,
            figures: LINUX_RATES,
            parts: &["0.81", "0.18", "0.03"],
            printed: "1.02",
            exact: "1.015218",
        },
        Example {
            name: "3: ten pods, an hour a day, paid at 1 GB",
            task: task(X86, 256, 1_024),
            seconds: 3_600,
            times: 10 * 30,
            figures: LINUX_RATES,
            parts: &["3.04", "1.33"],
            printed: "4.37",
            exact: "4.36968",
        },
        Example {
            name: "4: ten Windows tasks, an hour a day",
            task: task(TaskRate::Windows, 1_024, 2_048),
            seconds: 3_600,
            times: 10 * 30,
            figures: &[
                ("0.046552", "0.09150012"),
                ("0.046", "0.04600008"),
                ("0.00511175", "0.01000008"),
            ],
            parts: &["27.45", "13.80", "6.00"],
            printed: "47.25",
            exact: "47.250108",
        },
    ]
}

#[test]
fn examples_of_the_pricing_page() {
    for example in examples() {
        let name = example.name;
        let one = example.task.usage(Span::from_secs(example.seconds));
        let bill = bill_tasks(&with(example.figures), &one.times(example.times));
        let parts: Vec<String> = bill.lines.iter().map(|it| it.amount.decimal(2)).collect();
        assert_eq!(parts, example.parts, "{name}");
        assert_eq!(bill.total().decimal(2), example.printed, "{name}");
        assert_eq!(bill.total().exact(), example.exact, "{name}");
    }
}

/// The same by the Price List's rates an hour: the same cents, but for the other rates of example 4.
#[test]
fn the_same_examples_at_the_shipped_prices() {
    let totals = examples().map(|example| {
        let one = example.task.usage(Span::from_secs(example.seconds));
        let bill = bill_tasks(&shipped(), &one.times(example.times));
        bill.total().exact()
    });
    assert_eq!(totals, ["1.262", "1.01525", "4.3695", "30.83265"]);
}

/// AWS Fargate pricing, "Duration": per second, rounded up, a minute at least, five minutes of Windows. Amounts by
/// own arithmetic.
#[test]
fn seconds_are_rounded_up_to_a_minute_at_least() {
    let cost = |task: BilledTask, nanos| {
        let usage = task.usage(Span::from_nanos(nanos));
        bill_tasks(&shipped(), &usage).total()
    };
    const SECOND: u64 = 1_000_000_000;
    let small = task(X86, 256, 512);
    let minute = cost(small, 60 * SECOND);
    assert_eq!(minute.decimal(9), "0.000205708");
    assert_eq!(cost(small, 10 * SECOND), minute);
    assert_eq!(cost(small, 0), minute, "a pull that failed at once");
    let second = minute.share(1, 60);
    assert_eq!(cost(small, 60 * SECOND + 1), minute + second);
    assert_eq!(cost(small, 61 * SECOND), minute + second);
    assert_eq!(cost(small, 61 * SECOND + 1), minute + second.times(2));

    let windows = task(TaskRate::Windows, 1_024, 2_048);
    let five = cost(windows, 300 * SECOND);
    assert_eq!(five.exact(), "0.008564625");
    assert_eq!(cost(windows, 30 * SECOND), five);
    assert_eq!(cost(windows, 300 * SECOND + 1), five + five.share(1, 300));
}

/// A real bill of ca-central-1, ARM64, in a third-party file (read 2026-11-23): 42 tasks, 1.5666666651 vCPU-hours and
/// 3.1333333349 GB-hours for $0.0680403. The quantities are those of 2 vCPU and 4 GB for 2,820 seconds, but for what
/// was rounded on the way.
#[test]
fn a_real_bill() {
    let prices = with(&[("0.03238", "0.03565"), ("0.00356", "0.00389")]);
    // 41 tasks of 67 seconds and one of 73: how they were spread is not told.
    let task = task(ARM, 2_048, 4_096);
    let usage = task.usage(Span::from_secs(67)).times(41) + task.usage(Span::from_secs(73));
    assert_eq!(usage.arm64.cpu.decimal(8), "1.56666667");
    assert_eq!(usage.arm64.memory.decimal(8), "3.13333333");
    let bill = bill_tasks(&prices, &usage);
    assert_eq!(bill.total().decimal(7), "0.0680403");
    assert_eq!(bill.lines.len(), 2);
}

/// One task for 730 hours, by size: own arithmetic on the Price List's rates.
#[test]
fn a_month_by_size() {
    let table = [
        (256, 512, "9.01"),
        (512, 1_024, "18.02"),
        (1_024, 2_048, "36.04"),
        (1_024, 4_096, "42.53"),
        (2_048, 4_096, "72.08"),
        (2_048, 8_192, "85.06"),
        (4_096, 8_192, "144.16"),
        (4_096, 16_384, "170.12"),
        (8_192, 16_384, "288.32"),
        (16_384, 32_768, "576.64"),
        (32_768, 61_440, "1140.30"),
    ];
    for (cpu, memory, dollars) in table {
        let usage = task(X86, cpu, memory).usage(hours(730));
        let total = bill_tasks(&shipped(), &usage).total();
        assert_eq!(total.decimal(2), dollars, "{cpu}, {memory}");
    }
    let largest = task(X86, 32_768, 61_440).usage(hours(1));
    let total = bill_tasks(&shipped(), &largest).total();
    assert_eq!(total.exact(), "1.56206");
}

/// 35,200 vCPU-hours with 2 GB each by every rate: totals as a price note of 2026-09-28 has them (the quantity is
/// computed from them).
#[test]
fn one_workload_by_every_rate() {
    let cost = |prices: &FargatePrices, rate| {
        let usage = task(rate, 1_024, 2_048).usage(hours(1)).times(35_200);
        bill_tasks(prices, &usage).total().decimal(2)
    };
    let virginia = shipped();
    assert_eq!(cost(&virginia, X86), "1737.82", "own arithmetic");
    assert_eq!(cost(&virginia, ARM), "1390.40");
    assert_eq!(cost(&virginia, X86_SPOT), "553.32");
    assert_eq!(cost(&virginia, ARM_SPOT), "442.70");
    assert_eq!(cost(&virginia, TaskRate::Windows), "3617.70");
    let mumbai = with(&[("0.03238", "0.02383"), ("0.00356", "0.00261")]);
    assert_eq!(cost(&mumbai, ARM), "1022.56");
}

/// Amazon VPC pricing: $0.005 an hour for each public IPv4 address, $3.65 for 730 hours.
#[test]
fn a_public_address_costs_beside_the_task() {
    let mut task = task(X86, 256, 512);
    let without = bill_tasks(&shipped(), &task.usage(hours(730)));
    task.public_ip = true;
    let bill = bill_tasks(&shipped(), &task.usage(hours(730)));
    assert_eq!((bill.total() - without.total()).exact(), "3.65");
    // It has no minimum.
    let short = task.usage(Span::from_nanos(9_000_000_001));
    assert_eq!(short.public_ipv4, Hours::of(Span::from_secs(10)));
    assert_eq!(
        short.x86_64.cpu,
        VcpuHours::of(task.size.cpu, Span::from_secs(60))
    );
}

#[test]
fn lines_are_in_words() {
    let windows = task(TaskRate::Windows, 1_024, 2_048);
    let spot = BilledTask {
        storage: StorageGib::new(21),
        public_ip: true,
        ..task(ARM_SPOT, 512, 1_024)
    };
    let usage = windows.usage(hours(2)) + spot.usage(Span::from_secs(1_000));
    let bill = bill_tasks(&shipped(), &usage);
    let lines: Vec<String> = bill.lines.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "vCPU, Linux, arm64, Spot: 0.1388888889 vCPU-h × $0.01030969",
            "memory, Linux, arm64, Spot: 0.2777777778 GB-h × $0.00113349",
            "vCPU, Windows: 2 vCPU-h × $0.046552",
            "Windows licence: 2 vCPU-h × $0.046",
            "memory, Windows: 4 GB-h × $0.00511175",
            "ephemeral storage above 20 GB: 0.2777777778 GB-h × $0.000111",
            "public IPv4 addresses: 0.2777777778 h × $0.005",
        ]
    );
    let sum: Money = bill.lines.iter().map(|line| line.amount).sum();
    assert_eq!(bill.total(), sum);
    let nothing = bill_tasks(&shipped(), &FargateUsage::default());
    assert_eq!((nothing.lines.len(), nothing.total()), (0, Money::ZERO));
}

/// Amounts and quantities travel as texts: a number would be rounded by its reader.
#[test]
fn a_bill_as_json() {
    let usage = task(X86_SPOT, 256, 512).usage(hours(1));
    let bill = serde_json::to_value(bill_tasks(&shipped(), &usage)).unwrap();
    let rate =
        serde_json::json!({ "type": "linux", "architecture": "x86_64", "provider": "FargateSpot" });
    assert_eq!(
        bill["lines"][0],
        serde_json::json!({
            "subject": { "type": "cpu", "rate": rate },
            "quantity": { "vcpuHours": "0.25" },
            "price": "0.01288871",
            "amount": "0.0032221775",
        })
    );
    let usage = serde_json::to_value(usage).unwrap();
    assert_eq!(
        usage["x86_64Spot"],
        serde_json::json!({ "cpu": "0.25", "memory": "0.5" })
    );
}

#[test]
fn spot_prices_carry_their_day_and_all_figures_their_source() {
    let prices = shipped();
    assert_eq!(prices.spot.date, "2026-09-28");
    assert!(prices.spot.x86_64.cpu.source.note.contains("2026-09-28"));
    assert_eq!(prices.date, PriceBook::parse(SHIPPED).unwrap().date);
    assert_eq!(prices.load_balancer.value.to_string(), "0.0225");
    assert_eq!(prices.load_balancer_capacity.value.to_string(), "0.008");
    assert!(prices.load_balancer.source.note.contains("third-party"));
}

/// A file of Lambda's figures alone is still one for Lambda's bill.
#[test]
fn what_is_wrong_with_a_file_is_named() {
    let error = |from: &str, to: &str| {
        let json = SHIPPED.replace(from, to);
        assert_ne!(json, SHIPPED);
        assert!(PriceBook::parse(&json).is_ok(), "{from}");
        FargatePrices::parse(&json).err()
    };
    let missing = error("\"fargate\": {", "\"ec2\": {");
    assert_eq!(
        missing,
        Some(PriceBookError::Missing {
            field: "fargate".to_owned()
        })
    );
    let said = |from: &str, to: &str| error(from, to).map(|error| error.to_string());
    assert_eq!(
        said("USD per LCU-hour", "USD per hour").as_deref(),
        Some(
            "\"fargate.loadBalancer.capacityUnit.unit\" is \"USD per hour\", a unit that is not known here; known \
             is \"USD per LCU-hour\""
        )
    );
    assert_eq!(
        said("\"0.01288871\"", "\"-0.01288871\"").as_deref(),
        Some("\"fargate.spot.x86_64.cpu.price\" is a negative price: -0.01288871")
    );
    assert_eq!(
        said("\"date\": \"2026-09-28\"", "\"date\": \"today\"").as_deref(),
        Some("\"fargate.spot.date\" is not a date: \"today\"")
    );
}
