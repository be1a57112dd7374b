//! The same requests to a function and to a service: what both sides come to, and what files of that kind are refused
//! for.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;
use runtime_core::billing::{FargatePrices, PriceBook};
use runtime_core::break_even::{Job, OnLambda};
use runtime_core::generator::Seed;
use runtime_core::simulator::{
    FileError, RunNews, RunOrder, Side, SideOrder, Sides, SidesPlan, WhichSide, read_any,
    read_service, read_sides, side_by_side, side_intervals, watch, watch_side,
};
use runtime_core::timeline::Architecture;
use runtime_core::units::{MemoryMb, Span};

const PRICES: &str = include_str!("../../public/prices/lambda-us-east-1-2026-11-23.json");
const SHIPPED: &str = include_str!("../../public/scenarios/lambda-against-fargate.toml");

/// Two tasks of a vCPU, and a function with one.
const PAIR: &str = r#"
version = 1
name = "Pair"
length = 600
[requests]
rate = 10
work = "lognormal:0.02,0.5"
wait = "exp:0.03"
[lambda]
memory = 1769
[service]
name = "pair"
cpu = 1024
memory = 2048
desired = 2
"#;

fn plan(text: &str) -> SidesPlan {
    let file = read_sides(text).unwrap_or_else(|error| panic!("{error}\n{}", error.hint()));
    file.plan
}

fn run(plan: &SidesPlan) -> Sides {
    let prices = (
        &PriceBook::parse(PRICES).unwrap(),
        &FargatePrices::parse(PRICES).unwrap(),
    );
    let sides = side_by_side(plan, ("name", "about"), prices, || Span::ZERO);
    for side in [&sides.lambda, &sides.fargate] {
        is_conserved(side);
    }
    sides
}

/// Each request is in one place, over all of the time and in its stretches.
fn is_conserved(side: &Side) {
    let rejected = side.rejected.all();
    assert_eq!(side.requests, side.served + rejected + side.unfinished);
    let sum = |of: fn(&runtime_core::simulator::SideStretch) -> u64| {
        side.stretches.iter().map(of).sum::<u64>()
    };
    assert_eq!(
        (sum(|it| it.served), sum(|it| it.rejected)),
        (side.served, rejected)
    );
    assert_eq!(side.stretches.len(), 300);
    let capacity = side.capacity;
    assert!(
        capacity.idle >= 0.0 && capacity.idle <= capacity.provided,
        "{capacity:?}"
    );
}

fn changed(from: &str, to: &str) -> String {
    let text = PAIR.replace(from, to);
    assert_ne!(text, PAIR, "{from}");
    text
}

/// To a billionth.
fn near(found: f64, wanted: f64) {
    assert!(
        (found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0),
        "{found} {wanted}"
    );
}

#[test]
fn both_sides_get_the_same_requests() {
    for rate in [
        "10",
        "{ crowd = { before = 5, peak = 60, at = 200, rise = 10, stay = 60, fall = 30 } }",
        "{ day = { mean = 10, swing = 0.8, period = 300 } }",
        "{ bursts = [{ rate = 5, stay = 60 }, { rate = 40, stay = 20 }] }",
        "10\nspacing = \"even\"",
    ] {
        let text = PAIR.replace("rate = 10", &format!("rate = {rate}"));
        let sides = run(&plan(&text));
        assert!(sides.lambda.requests > 3_000, "{rate}");
        assert_eq!(sides.lambda.requests, sides.fargate.requests, "{rate}");
        assert_eq!((sides.lambda.again, sides.fargate.again), (0, 0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Whatever is too small: nothing is lost, and what comes from outside is the same.
    #[test]
    fn what_comes_from_outside_is_the_same_with_clients_that_try_again(
        rate in 1_u32..60,
        concurrency in 1_u32..8,
        at_once in 1_u32..20,
        most in 0_u16..4,
        seed in any::<u64>(),
    ) {
        let text = changed(
            "rate = 10",
            &format!("rate = {rate}\nat_once = {at_once}\nretries = {{ most = {most}, wait = 0.2 }}"),
        );
        let text = text.replace("memory = 1769", &format!("memory = 256\nconcurrency = {concurrency}"));
        let mut plan = plan(&text.replace("length = 600", "length = 60"));
        plan.service.seed = Seed(seed);
        let Sides { lambda, fargate, .. } = run(&plan);
        prop_assert_eq!(lambda.requests - lambda.again, fargate.requests - fargate.again);
    }
}

/// With more room than there is to do, all that differs is what a function's memory makes of the work.
#[test]
fn the_nth_request_asks_both_sides_for_the_same() {
    let roomy = changed("desired = 2", "desired = 4\non_demand_vcpus = 64")
        .replace("cpu = 1024\nmemory = 2048", "cpu = 4096\nmemory = 8192");
    let roomy = roomy.replace("rate = 10", "rate = 1");
    let Sides {
        lambda, fargate, ..
    } = run(&plan(&roomy));
    let (lambda, fargate) = (lambda.latency.unwrap(), fargate.latency.unwrap());
    for (name, lambda, fargate) in [
        ("mean", lambda.mean, fargate.mean),
        ("least", lambda.least, fargate.least),
        ("p50", lambda.p50, fargate.p50),
        ("p99", lambda.p99, fargate.p99),
        ("most", lambda.most, fargate.most),
    ] {
        let apart = lambda.as_nanos().abs_diff(fargate.as_nanos());
        assert!(apart < 1_000, "{name}: {lambda} {fargate}");
    }
}

#[test]
fn what_a_request_takes_follows_from_memory_as_in_the_comparison_of_months() {
    for memory in [128, 512, 1_024, 1_769, 3_008] {
        let text = PAIR
            .replace("memory = 1769", &format!("memory = {memory}"))
            .replace("\"lognormal:0.02,0.5\"", "0.05")
            .replace("\"exp:0.03\"", "0.03");
        let job = Job {
            requests: 1,
            cpu: Span::from_millis(50),
            wait: Span::from_millis(30),
        };
        let on_lambda = OnLambda {
            memory: MemoryMb::new(memory),
            architecture: Architecture::X86_64,
            free_tier: Default::default(),
        };
        let latency = run(&plan(&text)).lambda.latency.unwrap();
        let wanted = on_lambda.duration(&job);
        assert_eq!((latency.least, latency.most), (wanted, wanted), "{memory}");
    }
}

#[test]
fn what_is_too_slow_or_too_much_is_rejected_as_each_side_does() {
    let slow = changed("wait = \"exp:0.03\"", "wait = 4").replace("desired = 2", "desired = 1");
    let slow = slow.replace("[service]", "[balancer]\nidle_timeout = 2\n[service]");
    let Sides {
        lambda, fargate, ..
    } = run(&plan(&slow));
    // Lambda's default timeout is 3 s ("Configure Lambda function timeout").
    assert_eq!(lambda.served, 0);
    assert!(lambda.rejected.timed_out > 5_000 && lambda.unfinished < 60);
    // Elastic Load Balancing guide, "HTTP 504".
    assert_eq!(fargate.served, 0);
    assert!(fargate.rejected.gateway_timeout > 5_000);

    let narrow = changed("memory = 1769", "memory = 1769\nconcurrency = 1");
    let lambda = run(&plan(&narrow)).lambda;
    assert!(lambda.rejected.throttled > 500, "{:?}", lambda.rejected);
    assert_eq!(lambda.most_at_once, 1);
    let reserved = changed("memory = 1769", "memory = 1769\nreserved_concurrency = 1");
    assert_eq!(run(&plan(&reserved)).lambda.rejected, lambda.rejected);

    let none = changed("desired = 2", "desired = 0");
    let fargate = run(&plan(&none)).fargate;
    assert_eq!(fargate.rejected.unavailable, fargate.requests);
    assert_eq!(fargate.capacity.idle_share(), None);
}

/// An hour of a function and of two tasks, from the price file: the five minutes before the start are not in it.
#[test]
fn bills_are_those_of_the_price_file() {
    let hour = changed("length = 600", "length = 3600")
        .replace("\"lognormal:0.02,0.5\"", "0.02")
        .replace("\"exp:0.03\"", "0.03");
    let Sides {
        lambda,
        fargate,
        compared,
        ..
    } = run(&plan(&hour));
    // 50 ms of 1,769 MB.
    let ended = lambda.served as f64;
    let gb_seconds = ended * 0.05 * 1_769.0 / 1_024.0;
    let wanted = gb_seconds * 0.000_016_666_7 + ended * 0.000_000_2;
    let total: f64 = lambda.cost.total.parse().unwrap();
    assert!((total - wanted).abs() < 1e-6, "{total} {wanted}");
    assert_eq!(lambda.cost.lines.len(), 2);
    let amounts: Vec<&str> = fargate.cost.lines.iter().map(|it| it.1.as_str()).collect();
    // 2 vCPU-h x $0.04048, 4 GB-h x $0.004445, 1 h x $0.0225.
    assert_eq!(amounts, ["0.080960", "0.017780", "0.022500"]);
    assert_eq!(fargate.cost.total, "0.121240");
    assert!(compared.source.starts_with("us-east-1, read 20"));
}

#[test]
fn what_stands_idle_is_what_was_there_without_what_was_done() {
    let constant = PAIR
        .replace("\"lognormal:0.02,0.5\"", "0.02")
        .replace("\"exp:0.03\"", "0.03");
    let sides = run(&plan(&constant));
    // Two vCPUs for ten minutes, of which each request takes 20 ms.
    let capacity = sides.fargate.capacity;
    near(capacity.provided, 1_200.0);
    let used = capacity.provided - capacity.idle;
    let wanted = sides.fargate.served as f64 * 0.02;
    assert!((used - wanted).abs() < 0.1, "{used} {wanted}");
    assert_eq!((sides.fargate.starts, capacity.units.peak), (0, 2));
    // Of environments, each request takes all of its time.
    let capacity = sides.lambda.capacity;
    let used = capacity.provided - capacity.idle;
    let wanted = sides.lambda.served as f64 * 0.05;
    assert!((used - wanted).abs() < 0.1, "{used} {wanted}");
    assert_eq!(sides.lambda.starts, capacity.units.peak);
}

#[test]
fn the_same_seed_makes_the_same_and_another_one_another() {
    let plan = plan(PAIR);
    let first = run(&plan);
    assert_eq!(first, run(&plan));
    let other = run(&plan.replication(1));
    assert_ne!(first.lambda.requests, other.lambda.requests);
    assert_eq!(other.lambda.requests, other.fargate.requests);
    let intervals = side_intervals(&[first.fargate.clone(), other.fargate.clone()]);
    let of = |name: &str| intervals.iter().find(|it| it.0 == name).unwrap().1;
    let mean = (first.fargate.requests + other.fargate.requests) as f64 / 2.0;
    near(of("requests").mean, mean);
    assert!(of("requests").half_width.unwrap() > 0.0);
    assert_eq!(of("cost").half_width, Some(0.0));
}

fn order(text: &str) -> RunOrder {
    RunOrder {
        text: text.to_owned(),
        prices: PRICES.to_owned(),
        however_large: false,
    }
}

fn news(text: &str) -> Vec<RunNews> {
    let mut news = Vec::new();
    watch(&order(text), || Span::ZERO, |it| news.push(it.clone()));
    news
}

#[test]
fn whoever_watches_is_told_of_both() {
    let watched = match &news(PAIR)[..] {
        [RunNews::SidesEnded(it)] => it.clone(),
        other => panic!("{other:?}"),
    };
    let by_itself = run(&plan(PAIR));
    assert_eq!(watched.compared.name, "Pair");
    assert_eq!(watched.lambda, by_itself.lambda);
    assert_eq!(watched.fargate, by_itself.fargate);
    let large = changed("rate = 10", "rate = 900000").replace("600", "864000");
    assert!(matches!(&news(&large)[..], [RunNews::TooMuch { .. }]));
}

#[test]
fn sides_that_run_by_themselves_make_the_same() {
    let side = |which, text: &str| {
        let run = order(text);
        watch_side(&SideOrder { which, run }, || Span::ZERO)
    };
    let lambda = side(WhichSide::Lambda, PAIR).unwrap();
    let fargate = side(WhichSide::Fargate, PAIR).unwrap();
    let both = Sides::of(fargate.clone(), lambda.clone()).unwrap();
    let [RunNews::SidesEnded(watched)] = &news(PAIR)[..] else {
        panic!("not both sides");
    };
    assert_eq!(both, **watched);
    assert_eq!(Sides::of(lambda.clone(), lambda.clone()), None);
    let other = side(WhichSide::Fargate, &format!("seed = 99\n{PAIR}")).unwrap();
    assert_eq!(Sides::of(lambda, other), None);
    let large = changed("rate = 10", "rate = 900000").replace("600", "864000");
    let refusal = side(WhichSide::Lambda, &large).unwrap_err();
    assert!(refusal.cause.ends_with(" requests"), "{refusal:?}");
    let alone = include_str!("../../public/scenarios/black-friday.toml");
    let refusal = side(WhichSide::Lambda, alone).unwrap_err();
    assert_eq!(refusal.cause, "this scenario has one side only");
}

#[test]
fn what_cannot_be_compared_names_line_field_and_remedy() {
    for (from, to, words) in [
        ("memory = 1769", "memory = 64", "line 10: memory: "),
        ("memory = 1769", "timeout = 901", "line 10: timeout: "),
        (
            "memory = 1769",
            "reserved_concurrency = 2000",
            "line 10: reserved_concurrency: ",
        ),
        ("memory = 1769", "concurrency = 0", "line 10: concurrency: "),
        ("memory = 1769", "duration = 1", "line 10: duration: "),
        ("cpu = 1024", "cpu = 1000", "line 11: service: "),
        ("rate = 10", "rate = -1", "line 6: rate: "),
        (
            "rate = 10",
            "rate = 10\ndetail = \"fluid\"",
            "line 7: requests.detail: requests that go to a function as well come one by one",
        ),
        ("[service]", "[queue]\n[service]", "line 11: queue: "),
        (
            "desired = 2",
            "desired = 2\n[[incident]]\nat = 1\nwhat = { slow_dependency = { factor = 2, lasts = 9 } }",
            "incident: a dependency that is slow for the tasks only",
        ),
    ] {
        let error = read_any(&changed(from, to), |_| Err(String::new())).unwrap_err();
        let said = error.to_string();
        assert!(said.contains(words), "{to}: {said}");
        assert!(!error.hint().is_empty(), "{to}");
    }
    let (start, end) = PAIR.split_once("[service]").unwrap();
    let error = read_any(start, |_| Err(String::new())).unwrap_err();
    assert!(error.to_string().contains("service"), "{error} {end}");
    assert!(matches!(
        read_service(PAIR),
        Err(FileError::Field { line: Some(9), .. })
    ));
    let alone = changed("[lambda]\nmemory = 1769\n", "");
    assert!(read_sides(&alone).is_err() && read_service(&alone).is_ok());
}

/// What the shipped scenario says, and the golden figures of its seed.
#[test]
fn the_shipped_comparison_shows_what_it_says() {
    let file = read_sides(SHIPPED).unwrap();
    assert!(file.about.len() > 80);
    let Sides {
        lambda, fargate, ..
    } = run(&file.plan);
    assert_eq!((lambda.requests, fargate.requests), (298_767, 298_767));
    assert_eq!((lambda.served, lambda.rejected.all()), (298_760, 0));
    assert_eq!((lambda.starts, lambda.most_at_once), (59, 39));
    assert!(lambda.latency.unwrap().most < Span::from_secs(1));
    assert_eq!(lambda.cost.total, "0.614558");

    let rejected = fargate.rejected;
    assert_eq!(fargate.served, 235_211);
    assert_eq!(
        (
            rejected.bad_gateway,
            rejected.unavailable,
            rejected.gateway_timeout
        ),
        (391, 0, 63_158)
    );
    assert_eq!((fargate.starts, fargate.capacity.units.peak), (18, 13));
    assert_eq!(fargate.cost.total, "0.358271");
    // Before the crowd nobody is rejected: 20 minutes are a hundred stretches.
    let before = fargate.stretches.get(..100).unwrap();
    assert!(before.iter().all(|it| it.rejected == 0 && it.served > 500));
    // Both stand idle for most of the hour, and only tasks are paid for it.
    let idle = |side: &Side| side.capacity.idle_share().unwrap();
    assert!(idle(&lambda) > 0.7 && idle(&fargate) > 0.5);
}
