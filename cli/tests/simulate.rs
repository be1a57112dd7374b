//! `coldstart simulate`: a load on the platform, in no time.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use std::path::PathBuf;
use std::process::Command;
use support::{Run, run};

fn simulate(arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldstart"));
    command.arg("simulate").args(arguments);
    run(command, b"")
}

const LOAD: &[&str] = &[
    "--rate",
    "5",
    "--duration",
    "exp:1.991",
    "--cold",
    "2.244",
    "--keep-alive",
    "600",
    "--for",
    "2e3",
    "--max-concurrency",
    "1000",
];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    LOAD.iter().chain(more).copied().collect()
}

#[test]
fn the_document_has_figures_and_a_bill_and_the_same_seed_makes_the_same() {
    let first = simulate(&with(&["--json", "--seed", "7"]));
    assert_eq!(first.code, 0, "{}", first.stderr);
    let document = first.json();
    let headline = &document["headline"];
    let count = |name: &str| headline[name].as_u64().unwrap();
    assert!(count("requests").abs_diff(10_000) < 500);
    assert_eq!(count("requests"), count("served"));
    assert_eq!(document["usage"]["requests"], headline["requests"]);
    let running = headline["running"]["mean"].as_f64().unwrap();
    assert!((running - 9.955).abs() < 0.5, "{running}");
    // 128 MB: an eighth of a GB-second for each second; the price is in public/prices.
    let gb_seconds = count("billedMillis") as f64 / 8_000.0;
    let wanted = gb_seconds * 0.000_016_666_7 + count("requests") as f64 * 0.000_000_2;
    let cost: f64 = document["cost"].as_str().unwrap().parse().unwrap();
    assert!((cost / wanted - 1.0).abs() < 1e-6, "{cost} {wanted}");

    let again = simulate(&with(&["--json", "--seed", "7"]));
    assert_eq!(first.stdout, again.stdout);
    let other = simulate(&with(&["--json", "--seed", "8"]));
    assert_ne!(first.stdout, other.stdout);
}

#[test]
fn the_table_names_what_is_known() {
    let shown = simulate(LOAD);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    for name in [
        "Requests",
        "Cold starts",
        "Idle environments",
        "p99.9",
        "Cost at list prices",
    ] {
        assert!(shown.text().contains(name), "{name}: {}", shown.text());
    }
}

#[test]
fn replications_say_how_sure_figures_are() {
    let run = || simulate(&with(&["--json", "--replications", "5"]));
    let first = run();
    assert_eq!(first.code, 0, "{}", first.stderr);
    let running = &first.json()["intervals"]["running"];
    let of = |name: &str| running[name].as_f64().unwrap();
    assert!(
        (of("mean") - 9.955).abs() < 0.3 && of("halfWidth") < 0.5,
        "{running}"
    );
    // On however many cores.
    assert_eq!(first.stdout, run().stdout);
    let one = simulate(&with(&["--replications", "1"]));
    assert_eq!(one.code, 2, "{}", one.stderr);
    let many = [
        "--rate",
        "1e3",
        "--duration",
        "1",
        "--for",
        "1e5",
        "--replications",
        "100",
    ];
    assert!(simulate(&many).stderr.contains("1.0e10 requests"));
}

#[test]
fn a_shipped_scenario_runs_from_its_file() {
    let scenarios = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../public/scenarios");
    let path = scenarios.join("cold-start-tail.toml");
    let run = simulate(&[path.to_str().unwrap(), "--json", "--seed", "3"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document = run.json();
    assert_eq!(document["seed"], 3);
    assert!(document["headline"]["coldShare"].as_f64().unwrap() > 0.01);

    let outage = scenarios.join("async-outage.toml");
    let shown = simulate(&[outage.to_str().unwrap()]).text();
    for name in [
        "Events ",
        "  given up",
        "  waiting, peak",
        "  age",
        "INIT again",
    ] {
        assert!(shown.contains(name), "{name}: {shown}");
    }

    let none = simulate(&[scenarios.join("README.md").to_str().unwrap()]);
    assert_eq!(none.code, 2, "{}", none.stderr);
    assert!(
        none.stderr.contains("README.md: line 3: "),
        "{}",
        none.stderr
    );
    assert!(none.stderr.contains("\n hint: "), "{}", none.stderr);
    let both = simulate(&[path.to_str().unwrap(), "--rate", "1"]);
    assert_eq!(both.code, 2);
}

#[test]
fn pods_say_what_is_paid_for_them() {
    let scenarios = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../public/scenarios");
    let path = scenarios.join("eks-rounding.toml");
    let shown = simulate(&[path.to_str().unwrap()]).text();
    for part in [
        "CapacityProvisioned   1vCPU 3GB each, of which 1 vCPU and 2 GB can be used",
        "EKS cluster",
        "SuccessfulRescale: New size: 6; reason: cpu resource utilization",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn a_service_runs_from_its_file() {
    let scenarios = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../public/scenarios");
    let path = scenarios.join("rolling-deadlock.toml");
    let path = path.to_str().unwrap();
    let shown = simulate(&[path]).text();
    for part in [
        "Tasks started         3",
        "Cost at list prices",
        "vCPU, Linux, x86_64",
        "was unable to stop or start tasks during a deployment",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let run = simulate(&[path, "--json", "--seed", "7"]);
    let document = run.json();
    assert_eq!(document["seed"], 7);
    assert_eq!(document["headline"]["started"], 3);
    assert_eq!(
        run.stdout,
        simulate(&[path, "--json", "--seed", "7"]).stdout
    );

    assert_eq!(document["detail"], "exact");
    assert!(document["approximation"].is_null());
    assert!(!shown.contains("approximation"), "{shown}");

    let text = std::fs::read_to_string(path).unwrap();
    let folder = std::env::temp_dir().join(format!("coldstart-flow-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let flow = folder.join("flow.toml");
    let text = text.replace("work = 0.02", "work = 0.02\ndetail = \"fluid\"");
    std::fs::write(&flow, text).unwrap();
    let flow = flow.to_str().unwrap();
    let words = "fluid approximation, step 1 s: without single requests";
    let shown = simulate(&[flow]).text();
    assert!(shown.contains(words), "{shown}");
    let document = simulate(&[flow, "--json"]).json();
    assert_eq!(document["detail"], "fluid");
    let approximation = document["approximation"].as_str().unwrap();
    assert!(approximation.starts_with(words), "{approximation}");
    assert_eq!(document["headline"]["requests"], 9_000);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn replications_of_a_service_say_how_sure_its_figures_are() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../public/scenarios/rolling-deadlock.toml");
    let path = path.to_str().unwrap();
    let run = || simulate(&[path, "--json", "--replications", "4"]);
    let first = run();
    assert_eq!(first.code, 0, "{}", first.stderr);
    let document = first.json();
    // Requests come by chance, in each replication by another; three tasks run in each of them.
    let of = |figure: &str, name: &str| document["intervals"][figure][name].as_f64().unwrap();
    let requests = document["headline"]["requests"].as_f64().unwrap();
    assert!((of("requests", "mean") - requests).abs() < 0.05 * requests);
    assert!(of("requests", "halfWidth") > 0.0);
    assert_eq!(
        (
            of("tasks started", "mean"),
            of("tasks started", "halfWidth")
        ),
        (3.0, 0.0)
    );
    assert!(of("cost", "mean") > 0.0);
    // On however many cores.
    assert_eq!(first.stdout, run().stdout);
    let shown = simulate(&[path, "--replications", "2"]).text();
    assert!(shown.contains("Over replications"), "{shown}");
    assert!(
        simulate(&[path, "--json"])
            .json()
            .get("intervals")
            .is_none()
    );
}

#[test]
fn a_function_and_a_service_have_a_column_each() {
    let path = shipped("lambda-against-fargate.toml");
    let shown = simulate(&[&path]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let text = shown.text();
    let row = |name: &str| {
        let line = text.lines().find(|it| it.starts_with(name)).unwrap();
        let cells = line.get(28..).unwrap().split_whitespace();
        cells.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(row("Requests"), ["298,767", "298,767"]);
    assert_eq!(row("Served"), ["298,760", "235,211"]);
    assert_eq!(row("  504 Timeout"), ["0", "63,158"]);
    assert_eq!(row("Cost at list prices"), ["$0.614558", "$0.358271"]);
    for part in [
        "1 h 0 min of checkout on Lambda (1769 MB) and on Fargate (1 vCPU and 2 GB)",
        "Fargate, load balancer: 1 h",
        "environment-s",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }

    // Its first five minutes.
    let folder = std::env::temp_dir().join(format!("coldstart-sides-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let short = folder.join("short.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.replace("length = 3600 ", "length = 300 ");
    std::fs::write(&short, text).unwrap();
    let path = short.to_str().unwrap();
    let run = simulate(&[path, "--json", "--seed", "7"]);
    let document = run.json();
    assert_eq!(document["seed"], 7);
    let of = |side: &str, figure: &str| document[side][figure].as_u64().unwrap();
    assert_eq!(of("lambda", "requests"), of("fargate", "requests"));
    assert!(of("lambda", "requests").abs_diff(18_000) < 800);
    for side in ["lambda", "fargate"] {
        let rejected = document[side]["rejected"].as_object().unwrap();
        let rejected: u64 = rejected.values().map(|it| it.as_u64().unwrap()).sum();
        let ended = of(side, "served") + rejected + of(side, "unfinished");
        assert_eq!(of(side, "requests"), ended, "{side}");
    }
    assert!(document.get("intervals").is_none() && document["lambda"].get("taken").is_none());
    let again = simulate(&[path, "--json", "--seed", "7"]);
    assert_eq!(run.stdout, again.stdout);
    let sure = simulate(&[path, "--json", "--replications", "2"]).json();
    let mean = |side: &str| {
        sure["intervals"][side]["requests"]["mean"]
            .as_f64()
            .unwrap()
    };
    assert_eq!(mean("lambda"), mean("fargate"));
    let source = document["source"].as_str().unwrap();
    assert!(source.starts_with("us-east-1, read 20"), "{source}");
    let table = simulate(&[path, "--replications", "2"]).text();
    assert_eq!(table.matches("Over replications").count(), 2, "{table}");

    is_refused(
        &[path, "--sweep", "lambda.memory=128,256"],
        "a sweep is of functions or of a service, not of both",
    );
}

#[test]
fn what_cannot_be_simulated_is_refused_with_a_remedy() {
    let table: &[(&[&str], &str)] = &[
        (
            &["--rate", "1e6", "--duration", "1", "--for", "1e6"],
            "1.0e12 requests",
        ),
        (
            &["--rate", "NaN", "--duration", "1"],
            "numbers are written as in",
        ),
        (
            &["--rate=-1", "--duration", "1"],
            "-1 events a second cannot be simulated\n hint: ",
        ),
        (
            &["--rate", "1e7", "--duration", "1"],
            "10000000 events a second",
        ),
        (
            &["--rate", "1", "--duration", "exp:nan"],
            "the mean \"nan\" is no number",
        ),
        (
            &["--rate", "1", "--duration=-1"],
            "the time \"-1\" is no number",
        ),
        (
            &["--rate", "1", "--duration", "fast"],
            "there is no distribution \"fast\"",
        ),
        (
            &["--rate", "1", "--duration", "1", "--for", "0"],
            "the time to simulate",
        ),
        (
            &["--rate", "1", "--duration", "1", "--max-concurrency", "0"],
            "no concurrency",
        ),
        (&["--rate", "1", "--duration", "1", "--memory", "64"], "128"),
        (
            &["--rate", "1", "--duration", "1", "--timeout", "901"],
            "900",
        ),
        (
            &["--rate", "1", "--duration", "1", "--prices", "none.json"],
            "could not be read",
        ),
        (&["--duration", "1"], "--rate"),
    ];
    for (arguments, message) in table {
        is_refused(arguments, message);
    }
}

fn shipped(name: &str) -> String {
    let scenarios = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../public/scenarios");
    scenarios.join(name).to_str().unwrap().to_owned()
}

#[test]
fn a_sweep_over_two_fields_is_a_line_for_each_point() {
    // A smaller storm of two minutes.
    let folder = std::env::temp_dir().join(format!("coldstart-sweep-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let storm = folder.join("storm.toml");
    let text = std::fs::read_to_string(shipped("retry-storm.toml")).unwrap();
    let text = text.replace("length = 900", "length = 120");
    let text = text.replace("failing = [300, 420]", "failing = [30, 90]");
    std::fs::write(&storm, text.replace("steady = 150", "steady = 50")).unwrap();
    let sweep = |more: &[&str]| {
        let all = [
            storm.to_str().unwrap(),
            "--sweep",
            "function.api.reserved_concurrency=13,30",
            "--sweep",
            "load.0.retries.most=0,3",
            "--replications",
            "3",
        ];
        simulate(
            &all.into_iter()
                .chain(more.iter().copied())
                .collect::<Vec<_>>(),
        )
    };
    let csv = sweep(&["--csv"]);
    assert_eq!(csv.code, 0, "{}", csv.stderr);
    let text = csv.text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with(
        "function.api.reserved_concurrency,load.0.retries.most,requests,requests +-,"
    ));
    assert!(lines[0].contains(",\"latency, p99\",\"latency, p99 +-\","));
    assert!(lines[0].ends_with(",cost,cost +-"));
    let starts: Vec<String> = lines[1..]
        .iter()
        .map(|line| line.split(',').take(2).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(starts, ["13 0", "13 3", "30 0", "30 3"]);

    let json = sweep(&["--json"]);
    let document = json.json();
    assert_eq!(document["axes"][1]["values"], serde_json::json!([0, 3]));
    let points = document["points"].as_array().unwrap();
    let figure =
        |point: usize, name: &str| points[point]["figures"][name]["mean"].as_f64().unwrap();
    // Retries make the load larger, and more concurrency throttles less of it.
    assert!(figure(1, "requests") > 1.2 * figure(0, "requests"));
    assert!(figure(1, "throttled share") > figure(3, "throttled share"));
    let half = &points[0]["figures"]["requests"]["halfWidth"];
    assert!(half.as_f64().unwrap() > 0.0, "{half}");
    // On however many cores, and in whatever order they end.
    assert_eq!(json.stdout, sweep(&["--json"]).stdout);
    let table = sweep(&[]).text();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(table.lines().count(), 5, "{table}");
    assert!(
        table.contains("load.0.retries.most") && table.contains("+-"),
        "{table}"
    );
}

#[test]
fn a_service_is_swept_too() {
    let folder = std::env::temp_dir().join(format!("coldstart-swept-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let lag = folder.join("lag.toml");
    let text = std::fs::read_to_string(shipped("zonal-failure.toml")).unwrap();
    std::fs::write(&lag, text).unwrap();
    let path = lag.to_str().unwrap();
    let swept = simulate(&[path, "--sweep", "service.desired=6,9", "--csv"]);
    assert_eq!(swept.code, 0, "{}", swept.stderr);
    let text = swept.text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with("service.desired,requests,served,502,"),
        "{text}"
    );
    let cost = |line: &str| {
        line.rsplit(',')
            .next()
            .and_then(|it| it.parse::<f64>().ok())
    };
    assert!(cost(lines[2]) > cost(lines[1]), "{text}");
    let table = simulate(&[path, "--sweep", "service.desired=6,9"]).text();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(
        table.contains("tasks, peak") && !table.contains("cold"),
        "{table}"
    );
}

#[test]
fn what_cannot_be_swept_is_refused_with_a_remedy() {
    let storm = shipped("retry-storm.toml");
    let many: Vec<String> = (1..=200).map(|it: u32| it.to_string()).collect();
    let seeds = format!("seed={}", many.join(","));
    for (arguments, message) in [
        (
            vec![storm.as_str(), "--sweep", "memory"],
            "is no field with values",
        ),
        (
            vec![storm.as_str(), "--sweep", "function.api.memory=64"],
            "with function.api.memory = 64: memory: function api: ",
        ),
        (
            vec![
                storm.as_str(),
                "--sweep",
                "function.0.memory=128",
                "--sweep",
                "function.0.memory=256",
            ],
            "function.0.memory is there twice",
        ),
        (
            vec![storm.as_str(), "--sweep", &seeds, "--replications", "51"],
            "that is 10200 runs, and 10000 are the most",
        ),
        (
            vec![storm.as_str(), "--sweep", "length=900,100000000"],
            "1.5e10 requests",
        ),
        (vec![storm.as_str(), "--csv"], "--sweep"),
        (
            vec!["--rate", "1", "--duration", "1", "--sweep", "length=1"],
            "cannot be used with",
        ),
    ] {
        is_refused(&arguments, message);
    }
}

#[test]
fn a_trace_is_read_beside_its_scenario() {
    let folder = std::env::temp_dir().join(format!("coldstart-trace-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let scenario = folder.join("scenario.toml");
    let text = "version = 1\nname = \"t\"\nlength = 60\n[[function]]\nname = \"f\"\n\
        duration = 1\n[[load]]\nfunction = \"f\"\ntrace = \"times.csv\"\n";
    std::fs::write(&scenario, text).unwrap();
    std::fs::write(folder.join("times.csv"), "0\n1\n2\n").unwrap();
    let path = scenario.to_str().unwrap();
    let run = simulate(&[path, "--json"]);
    let swept = simulate(&[path, "--json", "--sweep", "length=1,60"]);
    std::fs::write(folder.join("times.csv"), "0\n2\n1\n").unwrap();
    let refused = simulate(&[path]);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(run.json()["headline"]["requests"], 3);
    let requests = |point: usize| {
        let document = swept.json();
        document["points"][point]["figures"]["requests"]["mean"].as_f64()
    };
    assert_eq!((requests(0), requests(1)), (Some(2.0), Some(3.0)));
    let words =
        "scenario.toml: line 9: trace: times.csv: line 3 of the trace: it goes back in time";
    assert!(refused.stderr.contains(words), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("hint: Sort the events"),
        "{}",
        refused.stderr
    );
}

fn is_refused(arguments: &[&str], message: &str) {
    let refused = simulate(arguments);
    assert_eq!(refused.code, 2, "{arguments:?}: {}", refused.stderr);
    assert!(
        refused.stderr.contains(message),
        "{arguments:?}: {}",
        refused.stderr
    );
    assert_eq!(refused.text(), "");
}
