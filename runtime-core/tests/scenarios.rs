//! Scenario files: each shipped one shows what it says it shows, and what is wrong with others is named.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use runtime_core::simulator::{
    Figures, FileError, Headline, Scenario, ScenarioFile, read, simulate,
};
use runtime_core::units::Span;
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../public/scenarios")
}

fn shipped(name: &str) -> ScenarioFile {
    let text = std::fs::read_to_string(folder().join(format!("{name}.toml"))).unwrap();
    read(&text).unwrap_or_else(|error| panic!("{name}: {error}\n{}", error.hint()))
}

fn run(name: &str) -> Headline {
    run_scenario(name, &shipped(name).scenario)
}

/// The same with another piece of its text.
fn run_changed(name: &str, from: &str, to: &str) -> Headline {
    let text = std::fs::read_to_string(folder().join(format!("{name}.toml"))).unwrap();
    assert!(text.contains(from), "{name}: {from}");
    run_scenario(name, &read(&text.replace(from, to)).unwrap().scenario)
}

fn run_scenario(name: &str, scenario: &Scenario) -> Headline {
    let mut figures = Figures::of(scenario);
    simulate(scenario, &mut figures);
    let headline = figures.headline();
    // Nothing is left over, whatever happened.
    assert_eq!(headline.unfinished, 0, "{name}");
    let ended = headline.served + headline.throttled + headline.refused;
    assert_eq!(headline.requests, ended, "{name}");
    headline
}

fn seconds(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

#[test]
fn every_shipped_file_is_read() {
    let files = std::fs::read_dir(folder()).unwrap();
    let paths = files.map(|it| it.unwrap().path());
    let names: Vec<String> = paths
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        // Those of services have tests of their own.
        .filter(|path| !std::fs::read_to_string(path).unwrap().contains("[service]"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names.len(), 8);
    for name in names {
        let file = shipped(&name);
        assert!(!file.name.is_empty() && file.about.len() > 80, "{name}");
        assert!(!file.scenario.estimate().is_large(), "{name}");
    }
}

#[test]
fn a_rate_by_itself_is_a_steady_one() {
    let table = std::fs::read_to_string(folder().join("retry-storm.toml")).unwrap();
    let number = table.replace("{ steady = 150 }", "150");
    assert_ne!(table, number);
    assert_eq!(read(&table), read(&number));
    assert_eq!(
        read(&table),
        read(&table.replace("{ steady = 150 }", "150.0"))
    );
    let refused = read(&table.replace("{ steady = 150 }", "\"much\"")).unwrap_err();
    let words = "line 20: rate: ";
    assert!(refused.to_string().starts_with(words), "{refused}");
    assert!(
        refused
            .to_string()
            .contains("a number of events a second, or a table")
    );
}

#[test]
fn black_friday_meets_the_scaling_rate() {
    let headline = run("black-friday");
    // "Lambda scaling behavior": a thousand at once, then a hundred a second here.
    assert!(headline.over_growth > 1_000, "{headline:?}");
    assert_eq!(headline.over_rate, 0);
    assert!(headline.environments.peak > 1_000);
    assert!(headline.throttled_share < 0.2, "{headline:?}");
}

#[test]
fn a_retry_storm_throttles_what_comes_again() {
    let headline = run("retry-storm");
    // 150 a second for 900 s, and what fails of two minutes comes up to three times more.
    assert!(headline.requests > 135_000 + 40_000, "{headline:?}");
    assert!(headline.errors > 18_000 * 9 / 10);
    assert!(headline.over_reserved_concurrency > 1_000, "{headline:?}");
    assert!(headline.running.peak <= 60);
}

#[test]
fn cold_starts_are_in_the_tail() {
    let headline = run("cold-start-tail");
    let latency = headline.latency.unwrap();
    assert!(headline.cold_share > 0.01, "{headline:?}");
    assert!(latency.p50 < Span::from_millis(120));
    assert!(latency.p99 > seconds(1), "{latency:?}");
    assert!(latency.mean < latency.p99);
}

#[test]
fn a_capped_mapping_leaves_a_backlog_and_loses_nothing() {
    let headline = run("queue-backlog");
    let messages = headline.messages.unwrap();
    assert_eq!(messages.accepted, messages.handled);
    assert_eq!((messages.lost, messages.unfinished), (0, 0));
    assert!(messages.most_waiting > 50_000, "{messages:?}");
    assert!(messages.age.unwrap().p90 > seconds(300), "{messages:?}");
    assert!(headline.running.peak <= 20);
    assert_eq!(headline.throttled, 0);
}

#[test]
fn events_of_an_outage_are_tried_three_times() {
    let headline = run("async-outage");
    let events = headline.events.unwrap();
    assert_eq!(events.accepted, events.handled + events.lost);
    // Tried at once, after one minute and after two more ("How Lambda handles errors and retries with
    // asynchronous invocation"): all three within the five minutes, for those of the first two.
    let wanted = 20.0 * 120.0;
    assert!(
        (events.lost as f64 - wanted).abs() < 0.1 * wanted,
        "{events:?}"
    );
    assert!(headline.init_again > 0);
    assert!(events.age.unwrap().p99 > seconds(60));
    assert!(events.age.unwrap().p50 < seconds(1));
}

#[test]
fn provisioned_concurrency_takes_the_wait_out_of_the_tail() {
    let name = "provisioned-against-on-demand";
    let provisioned = run(name);
    let text = std::fs::read_to_string(folder().join(format!("{name}.toml"))).unwrap();
    let table = &text[text.find("[function.provisioned]").unwrap()..text.find("[[load]]").unwrap()];
    let on_demand = run_changed(name, table, "");
    let p99 = |it: &Headline| it.latency.unwrap().p99;
    assert!(p99(&on_demand) > seconds(3), "{on_demand:?}");
    assert!(on_demand.cold_share > 0.01);
    assert!(
        p99(&provisioned) < Span::from_millis(1_500),
        "{provisioned:?}"
    );
    assert!(provisioned.cold_share < on_demand.cold_share / 10.0);
    let asked = provisioned.provisioned.unwrap();
    assert!((40..=60).contains(&asked.peak), "{asked:?}");
    // Forty for eight minutes of each hour, and little otherwise.
    assert!((5.0..15.0).contains(&asked.mean), "{asked:?}");
}

#[test]
fn a_batch_job_throttles_who_shares_its_account() {
    let name = "noisy-batch-job";
    let noisy = run(name);
    assert!(noisy.over_account_concurrency > 20_000, "{noisy:?}");
    assert_eq!(noisy.running.peak, 1_000);
    let reserved = run_changed(name, "# reserved_concurrency", "reserved_concurrency");
    assert_eq!(reserved.over_account_concurrency, 0, "{reserved:?}");
    for headline in [noisy, reserved] {
        let events = headline.events.unwrap();
        assert_eq!((events.accepted, events.lost), (events.handled, 0));
    }
}

#[test]
fn bursts_need_what_their_mean_does_not_show() {
    let name = "bursts";
    let bursts = run(name);
    let table = "{ bursts = [{ rate = 2, stay = 870 }, { rate = 242, stay = 30 }] }";
    let steady = run_changed(name, table, "10");
    // Bursts are few, so that there is much chance in how many requests come of them.
    let requests = bursts.requests as f64 / steady.requests as f64;
    assert!((0.5..2.0).contains(&requests), "{requests}");
    assert!(bursts.over_reserved_concurrency > 100, "{bursts:?}");
    assert_eq!(steady.throttled, 0, "{steady:?}");
    assert!(
        bursts.cold_share > 10.0 * steady.cold_share,
        "{bursts:?} {steady:?}"
    );
    assert_eq!(bursts.running.peak, 80);
    assert!(steady.running.peak < 20, "{steady:?}");
}

const SMALL: &str = r#"version = 1
name = "small"
length = 10
[[function]]
name = "f"
duration = 0.1
[[load]]
function = "f"
rate = { steady = 1 }
"#;

#[test]
fn what_is_wrong_is_named_with_its_line() {
    assert!(read(SMALL).is_ok());
    for (from, to, line, message) in [
        (
            "duration = 0.1",
            "duration = nan",
            6,
            "duration: the time \"NaN\" is no number",
        ),
        (
            "duration = 0.1",
            "duration = -1",
            6,
            "duration: the time \"-1\" is no number",
        ),
        (
            "duration = 0.1",
            "duration = \"gauss:1\"",
            6,
            "there is no distribution \"gauss\"",
        ),
        (
            "length = 10",
            "length = -10",
            3,
            "length: -10 is no number of seconds",
        ),
        ("length = 10", "lenght = 10", 3, "unknown field `lenght`"),
        ("length = 10", "length = ", 3, "length"),
        (
            "steady = 1",
            "steady = inf",
            9,
            "inf is no number of events a second",
        ),
        ("steady = 1", "wavy = 1", 9, "wavy"),
        (
            "steady = 1",
            "day = { mean = 1, swing = 1.5, period = 60 }",
            9,
            "1.5 is no share",
        ),
        (
            "steady = 1",
            "day = { mean = 1, swing = 0.5, period = 0 }",
            9,
            "a period takes longer",
        ),
        ("name = \"f\"", "name = 7", 5, "string"),
    ] {
        let error = read(&SMALL.replace(from, to)).unwrap_err();
        let shown = error.to_string();
        assert!(
            shown.starts_with(&format!("line {line}: ")),
            "{to}: {shown}"
        );
        assert!(shown.contains(message), "{to}: {shown}");
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn what_does_not_go_together_is_named_with_its_field_and_line() {
    for (from, to, line, message) in [
        (
            "function = \"f\"",
            "function = \"g\"",
            8,
            "function: a load is for the function \"g\"",
        ),
        (
            "length = 10",
            "length = 0",
            3,
            "length: the time to simulate",
        ),
        (
            "length = 10",
            "length = 10\nconcurrency = 0",
            4,
            "concurrency: the account has",
        ),
        (
            "name = \"f\"",
            "name = \"f\"\ntimeout = 901",
            6,
            "timeout: function f: ",
        ),
        (
            "name = \"f\"",
            "name = \"f\"\ntimeout = 1e9",
            6,
            "timeout: function f: ",
        ),
        (
            "name = \"f\"",
            "name = \"f\"\ntimeout = 0.5",
            6,
            "timeout: function f: ",
        ),
        (
            "name = \"f\"",
            "name = \"f\"\nmemory = 64",
            6,
            "memory: function f: ",
        ),
        ("\"f\"", "\"f f\"", 5, "name: function f f: "),
        (
            "name = \"f\"",
            "name = \"f\"\nreserved_concurrency = 901",
            6,
            "reserved_concurrency: function f: ",
        ),
        (
            "name = \"f\"",
            "name = \"f\"\nerrors = 2",
            6,
            "errors: errors and crashes are no shares",
        ),
        ("name = \"f\"", "name = \"f\"\nerrors = nan", 6, "no shares"),
        (
            "name = \"f\"",
            "name = \"f\"\nerrors = 0.6\ncrashes = 0.6",
            7,
            "crashes: errors and",
        ),
        (
            "rate =",
            "way = \"queue\"\nbatch_size = 0\nrate =",
            10,
            "batch_size: queue: ",
        ),
        (
            "rate =",
            "way = \"queue\"\nmaximum_concurrency = 1\nrate =",
            10,
            "maximum_concurrency: queue: ",
        ),
        (
            "rate =",
            "way = \"queue\"\nvisibility_timeout = 1\nrate =",
            10,
            "visibility_timeout: queue: ",
        ),
        // Six times the function's timeout, which is not in the load: its table.
        (
            "name = \"f\"\nduration = 0.1\n[[load]]\n",
            "name = \"f\"\nduration = 0.1\ntimeout = 901\n[[load]]\nway = \"queue\"\n",
            7,
            "timeout: function f: ",
        ),
        (
            "{ steady = 1 }",
            "{ points = [[9, 1], [5, 1]] }",
            9,
            "rate: a curve goes back in time",
        ),
        ("{ steady = 1 }", "{ points = [] }", 9, "no points"),
        (
            "name = \"f\"",
            "name = \"f\"\nerrors = 0.5\nfailing = [900, 600]",
            7,
            "failing: nothing fails",
        ),
        (
            "name = \"f\"",
            "name = \"f\"\nfailing = [600, 900]",
            6,
            "failing: nothing fails",
        ),
        (
            "rate =",
            "batch_size = 5\nrate =",
            9,
            "batch_size: load 1 has no batch_size",
        ),
        (
            "rate =",
            "way = \"event\"\nretries = { most = 1, wait = 1 }\nrate =",
            10,
            "retries: load 1 has no retries",
        ),
        ("rate = { steady = 1 }", "", 7, "rate: load 1 has neither"),
        (
            "[[load]]",
            "restore = 0.1\n[function.provisioned]\nconcurrency = 3\n[[load]]",
            9,
            "provisioned.concurrency: provisioned concurrency: ",
        ),
        (
            "[[load]]",
            "provisioned = { concurrency = 1, maximum = 950 }\n[[load]]",
            7,
            "provisioned.maximum: provisioned concurrency: ",
        ),
        (
            "[[load]]",
            "[function.provisioned]\nconcurrency = 1\nminimum = 5\nmaximum = 4\n[[load]]",
            9,
            "provisioned.minimum: ",
        ),
        ("rate =", "way = \"queue\"\nrate =", 7, ""),
    ] {
        let text = SMALL.replace(from, to);
        if message.is_empty() {
            assert!(read(&text).is_ok(), "{text}");
            continue;
        }
        let error = read(&text).unwrap_err();
        assert!(error.to_string().contains(message), "{to}: {error}");
        assert_eq!(error.line(), Some(line), "{to}: {error}");
        assert!(!error.hint().is_empty());
        assert!(matches!(error, FileError::Values(_)), "{to}: {error}");
    }
}

#[test]
fn a_file_without_parts_or_a_version_says_so() {
    for (text, message) in [
        ("", "no version"),
        ("version = 2\nlater = true", "version 2, and this reads 1"),
        (
            "version = 1\nname = \"n\"\nlength = 1",
            "function: there is no function",
        ),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        assert_eq!(error.line(), None);
        assert!(!error.hint().is_empty());
    }
}

#[test]
fn batches_of_a_queue_find_no_provisioned_concurrency() {
    let text = SMALL
        .replace("rate =", "way = \"queue\"\nrate =")
        .replace("[[load]]", "provisioned = { concurrency = 1 }\n[[load]]");
    let error = read(&text).unwrap_err();
    assert!(error.to_string().starts_with("line 10: way: "), "{error}");
}

#[test]
fn each_of_several_values_has_its_line() {
    let text = SMALL.replace("length = 10", "length = 0").replace(
        "duration = 0.1",
        "duration = 0.1\nmemory = 1\ntimeout = 1e9",
    );
    let FileError::Values(wrong) = read(&text).unwrap_err() else {
        panic!("{text}");
    };
    let found: Vec<_> = wrong.iter().map(|it| (it.line, it.field)).collect();
    assert_eq!(
        found,
        [
            (Some(3), "length"),
            (Some(7), "memory"),
            (Some(8), "timeout")
        ]
    );
}

#[test]
fn too_much_is_known_before_it_begins() {
    let text = SMALL
        .replace("length = 10", "length = 1e6")
        .replace("steady = 1", "steady = 1e6");
    let scenario = read(&text).unwrap().scenario;
    assert!(scenario.estimate().is_large());
    assert!((scenario.estimate().requests / 1e12 - 1.0).abs() < 1e-9);
}
