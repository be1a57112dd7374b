//! Worked examples of AWS's pricing pages as plans, and figures of others.

use super::*;
use crate::billing::{FreeTier, Standing};
use crate::units::{Money, UsdPerUnit};

const SHIPPED: &str = include_str!("../../../public/prices/lambda-us-east-1-2026-11-23.json");

pub(super) fn shipped() -> EstimatePrices {
    EstimatePrices::parse(SHIPPED).unwrap()
}

fn total(text: &str) -> Money {
    let plan = read(text).unwrap();
    estimate(&plan, &shipped()).unwrap().total
}

/// Name, plan, and the total before it is rounded. The second figure is what the page prints, where it is another
/// once ours is rounded to cents.
const EXAMPLES: &[(&str, &str, &str, Option<&str>)] = &[
    (
        "AWS Lambda pricing, mobile application backend: $2.73",
        "[[function]]\nname = \"api\"\nrequests = 3_000_000\nduration = 0.12\nmemory = 1536\n",
        "2.733338",
        None,
    ),
    (
        "AWS Lambda pricing, telemetry: $249.49",
        "free_tier = false\n[[function]]\nname = \"telemetry\"\nrequests = 7_440_000\nduration = 2\nmemory = 1024\n",
        "249.488496",
        None,
    ),
    (
        "AWS Lambda pricing, provisioned concurrency for an app launch: $19.96",
        "[[function]]\nname = \"app\"\nrequests = 3_000_000\nduration = 0.12\nmemory = 1536\n
         [function.provisioned]\nenvironments = 100\nenabled = 28_800\nrequests = 500_000\nduration = 0.1\n",
        "19.962644",
        None,
    ),
    (
        "AWS Lambda pricing, response streaming, whose free tier is used up: the page adds rounded parts",
        "[[function]]\nname = \"chat\"\nrequests = 3_000_000\nduration = 0.5\nmemory = 1536\n
         [function.streamed]\nrequests = 1_000_000\nsize = 7_168\n[[extra]]\nwhat = \"free GB used elsewhere\"\nquantity = 100\nprice = \"0.008\"\n",
        "39.045895",
        Some("39.04"),
    ),
    (
        "AWS Lambda pricing, tenant isolation at the page's rounded price: the page rounds a part up",
        "free_tier = false\n[[function]]\nname = \"tenants\"\nrequests = 10_000_000\nduration = 2\nmemory = 1024\n
         [[extra]]\nwhat = \"tenant-environments\"\nquantity = 200_000\nprice = \"0.000167\"\n",
        "368.734",
        Some("368.74"),
    ),
    (
        "the same at the list's price",
        "free_tier = false\n[[function]]\nname = \"tenants\"\nrequests = 10_000_000\nduration = 2\nmemory = 1024\n
         [[extra]]\nwhat = \"tenant-environments\"\nquantity = 200_000\n",
        "368.6674",
        None,
    ),
    (
        "AWS Lambda pricing, durable functions on arm64: $490.46; 7 days of 104 GB and 14 more are 72.8 GB-months",
        "[[function]]\nname = \"orders\"\nrequests = 1_000_000\nduration = 32\nmemory = 1024\narchitecture = \"arm64\"\n
         [[extra]]\nwhat = \"second invocations\"\nquantity = 1_000_000\nprice = \"0.0000002\"\n
         [[extra]]\nwhat = \"durable-operations\"\nquantity = 4_000_000\n
         [[extra]]\nwhat = \"durable-writes\"\nquantity = 104\n
         [[extra]]\nwhat = \"durable-storage\"\nquantity = 72.8\n",
        "490.45544",
        None,
    ),
    (
        "AWS Lambda pricing, ten Kafka event source mappings: $1,193.20, without the free tier",
        "free_tier = false\n[[function]]\nname = \"consumer\"\nrequests = 300_000_000\nduration = 0.2\nmemory = 1024\n
         [[extra]]\nwhat = \"kafka-poller-hours\"\nquantity = 720\n",
        "1193.202",
        None,
    ),
    (
        "AWS Lambda pricing, Kafka with 30 million requests as the example says; the page bills 60 million",
        "[[function]]\nname = \"consumer\"\nrequests = 30_000_000\nduration = 2\nmemory = 1024\n
         [[extra]]\nwhat = \"kafka-poller-hours\"\nquantity = 800\n",
        "1147.13532",
        Some("1153.34"),
    ),
    (
        "AWS Lambda pricing, Lambda@Edge: $6.63",
        "[[edge]]\nname = \"headers\"\nrequests = 10_000_000\nduration = 0.01\nmemory = 128\n",
        "6.625125",
        None,
    ),
    (
        "AWS Fargate pricing, example 1, at hourly rates: $1.26",
        "[[task]]\nname = \"web\"\ncount = 5\nruns = 30\ntime = 600\ncpu = 1024\nmemory = 2048\nstorage = 30\n",
        "1.262",
        None,
    ),
    (
        "a task that is always on, 1 vCPU and 2 GB: $36.04",
        "[[task]]\nname = \"web\"\ncpu = 1024\nmemory = 2048\n",
        "36.0401",
        None,
    ),
    (
        "ten seconds of the smallest task are billed as sixty",
        "[[task]]\nname = \"job\"\ntime = 10\ncpu = 256\nmemory = 512\n",
        "0.000205708333333333333333",
        None,
    ),
];

#[test]
fn examples_come_to_what_they_say() {
    for (name, text, exact, page) in EXAMPLES {
        let total = total(&format!("version = 1\n{text}"));
        assert_eq!(total.exact(), *exact, "{name}");
        if let Some(page) = page {
            assert_ne!(
                total.decimal(2),
                *page,
                "{name}: the page is right after all"
            );
        }
    }
}

#[test]
fn amounts_of_steps_and_sections_add_up() {
    for (name, text, ..) in EXAMPLES {
        let plan = read(&format!("version = 1\n{text}")).unwrap();
        let it = estimate(&plan, &shipped()).unwrap();
        let sections: Money = it.sections.iter().map(|it| it.amount).sum();
        assert_eq!(sections, it.total, "{name}");
        for section in &it.sections {
            let steps: Money = section.steps.iter().filter_map(|it| it.amount).sum();
            assert_eq!(steps, section.amount, "{name}, {}", section.title);
        }
    }
}

#[test]
fn tiers_of_a_very_large_month() {
    // Infracost's golden file of `aws_lambda_function`: 15 billion requests of 2,048 ms at 2,048 MB, in tiers of
    // 100,000.20 + 135,000.00 + 619,203.10.
    let text = "version = 1\nfree_tier = false\n[[function]]\nname = \"x\"\nrequests = 15_000_000_000\nduration = 2.048\nmemory = 2048\n";
    let it = estimate(&read(text).unwrap(), &shipped()).unwrap();
    let compute = it.sections[0].steps.iter();
    let compute = compute.filter(|it| it.what.starts_with("compute, "));
    let amounts: Vec<String> = compute
        .filter_map(|it| it.amount)
        .map(|it| it.decimal(2))
        .collect();
    assert_eq!(amounts, ["100000.20", "135000.00", "619203.10"]);
}

#[test]
fn init_was_free_until_august_2025() {
    // Facts: 1,024 MB, 250.06 ms after 100.77 ms of INIT: 351 ms billed, 251 before.
    let text = |since: &str| {
        format!(
            "version = 1\nfree_tier = false\n{since}[[function]]\nname = \"x\"\nrequests = 1\nduration = 0.25006\nmemory = 1024\ncold_starts = 1\ninit = 0.10077\n"
        )
    };
    let now = total(&text(""));
    let before = total(&text("init_billed = false\n"));
    let per_ms = Money::ZERO
        + "0.0000166667"
            .parse::<UsdPerUnit>()
            .unwrap()
            .times_mb_millis(1_024);
    assert_eq!(now - before, per_ms.times(100));
}

#[test]
fn a_savings_plan_is_billed_whether_it_is_used_or_not() {
    let plan = |tasks: &str, commitment: &str| {
        total(&format!(
            "version = 1\n{tasks}[savings_plan]\ncommitment = \"{commitment}\"\nterm = \"1-year-no-upfront\"\n"
        ))
    };
    let always = "[[task]]\nname = \"web\"\ncpu = 1024\nmemory = 2048\n";
    // 0.04048 + 2 × 0.004445 = 0.04937 an hour, 80 % of it 0.039496: the whole month for 20 % less.
    assert_eq!(plan(always, "0.039496").exact(), "28.83208");
    // Twice as much as is used: half of it is lost.
    assert_eq!(plan(always, "0.078992").exact(), "57.66416");
    // Half as much: half the usage costs On-Demand prices.
    assert_eq!(plan(always, "0.019748").exact(), "32.43609");
    // Spot is not covered: the commitment comes on top.
    let spot =
        total("version = 1\n[[task]]\nname = \"web\"\ncpu = 1024\nmemory = 2048\nspot = true\n");
    let both = plan(&always.replace("2048\n", "2048\nspot = true\n"), "0.1");
    assert_eq!((both - spot).exact(), "73");
    // Tasks of one hour a day use 30 hours of it: the rest is lost.
    let daily = "[[task]]\nname = \"job\"\nruns = 30\ntime = 3_600\ncpu = 1024\nmemory = 2048\n";
    let paid = plan(daily, "0.039496");
    assert!(paid.decimal(2) == "28.83", "{}", paid.exact());
}

#[test]
fn every_region_has_a_file_that_can_be_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/prices");
    let index = std::fs::read_to_string(folder.join("index.json")).unwrap();
    let index: serde_json::Value = serde_json::from_str(&index).unwrap();
    let mut listed: Vec<String> = Vec::new();
    for entry in index.as_array().unwrap() {
        let file = entry["file"].as_str().unwrap();
        listed.push(file.to_owned());
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let prices = EstimatePrices::parse(&text).unwrap_or_else(|it| panic!("{file}: {it}"));
        assert_eq!(prices.lambda.region, entry["region"], "{file}");
        assert_eq!(prices.lambda.region_name, entry["name"], "{file}");
        // Nothing is dearer where there is more of it.
        for architecture in [
            crate::timeline::Architecture::X86_64,
            crate::timeline::Architecture::Arm64,
        ] {
            let tiers = prices.lambda.tiers(architecture);
            assert!(tiers.is_sorted_by(|above, below| above.price.value > below.price.value));
        }
    }
    let mut there: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .filter(|it| it.starts_with("lambda-"))
        .collect();
    there.sort_unstable();
    listed.sort_unstable();
    assert_eq!(there, listed);
    assert_eq!(there.len(), 21, "the regions whose prices are known");
}

#[test]
fn figures_that_nobody_published_are_marked() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/prices");
    let text = std::fs::read_to_string(folder.join("lambda-eu-central-1-2026-11-23.json")).unwrap();
    let prices = EstimatePrices::parse(&text).unwrap();
    let plan = read(
        "version = 1\n[[task]]\nname = \"web\"\ncpu = 1024\nmemory = 2048\n[[task]]\nname = \"arm\"\ncpu = 1024\nmemory = 2048\narchitecture = \"arm64\"\n",
    );
    let it = estimate(&plan.unwrap(), &prices).unwrap();
    let standing = |section: usize| it.sections[section].steps[1].standing;
    assert_eq!(standing(0), Some(Standing::Published));
    assert_eq!(standing(1), Some(Standing::Assumed));
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_a_remedy() {
    let cases: &[(&str, &str, &str)] = &[
        (
            "",
            "the file does not say its version",
            "Begin the file with version = 1.",
        ),
        (
            "version = 2",
            "the file has version 2",
            "Get a newer Coldstart.",
        ),
        (
            "version = 1\nfuncton = 3",
            "line 2: unknown field `funct",
            "docs/estimates.md",
        ),
        (
            "version = 1\n[[function]]\nname = \"a\"\nrequests = -1\nduration = 1",
            "line 4: ",
            "docs/estimates.md",
        ),
        (
            "version = 1\n[[function]]\nname = \"a\"\nrequests = 1\nduration = nan",
            "line 5: NaN is no number of seconds",
            "docs/",
        ),
        (
            "version = 1\n[[function]]\nname = \"a\"\nrequests = 1\nduration = 901",
            "line 5: function 1, duration: 901 s is longer than possible",
            "Give at most 900 s.",
        ),
        (
            "version = 1\n[[function]]\nname = \"a\"\nrequests = 1\nduration = 1\nmemory = 64",
            "line 6: function 1, memory: 64 MB is out of range",
            "Give 128 MB to 10240 MB.",
        ),
        (
            "version = 1\n[[function]]\nname = \"a\"\nrequests = 1_000_000_000_000_000\nduration = 1",
            "line 4: function 1, requests: 1,000,000,000,000,000 a month are more than can be billed",
            "At most 100,000,000,000,000.",
        ),
        (
            "version = 1\n[[function]]\nname = \"a\"\nrequests = 5\nduration = 1\ncold_starts = 6\ninit = 1",
            "line 6: function 1, cold_starts: 6 of 5 requests",
            "Give at most",
        ),
        (
            "version = 1\n[[function]]\nname = \"a\"\nrequests = 5\nduration = 1\n[function.provisioned]\nenvironments = 0",
            "line 7: function 1, provisioned.environments: 0 is out of range",
            "Give 1 to 1000000.",
        ),
        (
            "version = 1\n[[task]]\nname = \"t\"\ncpu = 1000\nmemory = 2048",
            "line 4: task 1, cpu: No Fargate configuration exists for given values: 1000 CPU, 2048 memory.",
            "The nearest sizes are",
        ),
        (
            "version = 1\n[[task]]\nname = \"t\"\ncpu = 1024\nmemory = 2048\nwindows = true\narchitecture = \"arm64\"",
            "line 7: task 1, architecture: there is no Windows on arm64",
            "Take x86_64.",
        ),
        (
            "version = 1\n[[task]]\nname = \"t\"\ncpu = 512\nmemory = 2048\nwindows = true",
            "line 4: task 1, cpu: Windows tasks have 1 to 4 vCPU",
            "Take a size",
        ),
        (
            "version = 1\n[savings_plan]\ncommitment = \"-1\"\nterm = \"1-year-no-upfront\"",
            "line 3: \"-1\" is not a price",
            "docs/",
        ),
        (
            "version = 1\n[[extra]]\nwhat = \"x\"\nquantity = inf",
            "line 4: inf is no quantity",
            "docs/",
        ),
    ];
    for (text, message, hint) in cases {
        let error = read(text).unwrap_err();
        assert!(error.to_string().contains(message), "{text}: {error}");
        assert!(error.hint().contains(hint), "{text}: {}", error.hint());
    }
}

#[test]
fn what_a_region_has_no_price_for_is_said() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/prices");
    let text = std::fs::read_to_string(folder.join("lambda-eu-west-2-2026-11-23.json")).unwrap();
    let london = EstimatePrices::parse(&text).unwrap();
    let cases = [
        (
            "[[task]]\nname = \"t\"\ncpu = 1024\nmemory = 2048",
            "no prices of Fargate are known in eu-west-2",
        ),
        (
            "[[extra]]\nwhat = \"nat-gateway-hours\"\nquantity = 730",
            "there is no price of \"nat-gateway-hours\" in the file of eu-west-2",
        ),
        (
            "[[edge]]\nname = \"e\"\nrequests = 1\nduration = 0.001",
            "the file of eu-west-2 has no prices of Lambda@Edge",
        ),
    ];
    for (text, message) in cases {
        let plan = read(&format!("version = 1\n{text}")).unwrap();
        let error = estimate(&plan, &london).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn nothing_costs_nothing_and_idle_things_do_not() {
    assert_eq!(total("version = 1"), Money::ZERO);
    let none = "version = 1\n[[function]]\nname = \"x\"\nrequests = 0\nduration = 1\n";
    assert_eq!(total(none), Money::ZERO);
    let idle = total(&format!("{none}[function.provisioned]\nenvironments = 1\n"));
    assert_eq!(
        idle.exact(),
        "1.3687609500000000000000".trim_end_matches('0')
    );
    assert_eq!(read(none).unwrap().free_tier, FreeTier::On);
}
