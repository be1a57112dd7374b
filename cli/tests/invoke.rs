//! `coldstart invoke` from the outside: real modules, real processes, real clocks.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::{Value, json};
use std::process::Command;
use std::time::{Duration, Instant};
use support::{Run, field, handler, invoke, run};

fn requests(run: &Run) -> Vec<Value> {
    run.json()["requests"].as_array().unwrap().clone()
}

#[test]
fn the_first_request_starts_cold_and_the_next_finds_it_warm() {
    let run = invoke(
        "moods.wat",
        &["--event-json", "\"count\"", "--times", "3", "--json"],
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    let requests = requests(&run);
    let column = |name: &str| -> Vec<Value> {
        requests
            .iter()
            .map(|request| request[name].clone())
            .collect()
    };
    assert_eq!(column("start"), ["cold", "warm", "warm"]);
    assert_eq!(column("environment"), ["e-01", "e-01", "e-01"]);
    assert_eq!(
        column("payload"),
        [r#"{"count":1}"#, r#"{"count":2}"#, r#"{"count":3}"#]
    );
    assert_eq!(column("statusCode"), [200, 200, 200]);
    let log = requests[0]["log"].as_str().unwrap();
    let uuid = requests[0]["requestId"].as_str().unwrap();
    let report = requests[0]["report"].as_str().unwrap();
    assert_eq!(
        log,
        format!(
            "INIT_START Runtime Version: coldstart:reactor.v1\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:coldstart-reactor-v1\n\
             init\n\
             START RequestId: {uuid} Version: $LATEST\n\
             {{\"count\":1}}\n\
             END RequestId: {uuid}\n\
             {report}"
        )
    );
    assert!(report.contains("\tInit Duration: "), "{report}");
    let warm = requests[1]["report"].as_str().unwrap();
    assert!(!warm.contains("Init Duration"), "{warm}");
}

#[test]
fn the_bill_is_for_what_report_says() {
    let run = invoke(
        "moods.wat",
        &[
            "--event-json",
            "\"sleep\"",
            "--times",
            "2",
            "--memory",
            "1769",
            "--json",
        ],
    );
    let document = run.json();
    let mut billed_in_all = 0;
    for request in document["requests"].as_array().unwrap() {
        let report = request["report"].as_str().unwrap();
        let billed: u64 = field(report, "Billed Duration: ", " ms").parse().unwrap();
        billed_in_all += billed;
        assert_eq!(request["billedDurationMs"], billed);
        assert!((300..2_000).contains(&billed), "{billed}");
        let bill = &request["bill"];
        let parts: f64 = ["initMs", "handlerMs", "roundingMs"]
            .iter()
            .map(|part| bill[part].as_f64().unwrap())
            .sum();
        assert!((parts - billed as f64).abs() < 1e-6, "{parts} {billed}");
        // Exact decimals: 1,769 MB for so many ms at 0.0000166667 dollars for a GB-second.
        let amount = 1_769 * u128::from(billed) * 166_667;
        let expected = amount * 10u128.pow(13) / 1_024_000;
        let compute = bill["lines"][1]["amount"].as_str().unwrap();
        assert_eq!(pico_pico(compute), expected);
        assert_eq!(bill["lines"][0]["amount"], "0.0000002");
    }
    let gb_seconds = document["usage"]["x86_64"].as_str().unwrap();
    assert_eq!(
        pico_pico(gb_seconds),
        1_769 * u128::from(billed_in_all) * 10u128.pow(23) / 1_024_000
    );
    assert_eq!(document["usage"]["requests"], 2);
}

/// A decimal text as a whole number of units in the 23rd place.
fn pico_pico(text: &str) -> u128 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<23}").parse().unwrap()
}

#[test]
fn an_infinite_loop_is_killed_by_the_timeout() {
    let begin = Instant::now();
    let run = invoke(
        "moods.wat",
        &[
            "--event-json",
            "\"loop\"",
            "--times",
            "2",
            "--timeout",
            "1",
            "--json",
        ],
    );
    assert!(begin.elapsed() < Duration::from_secs(20));
    assert_eq!(run.code, 1);
    let requests = requests(&run);
    assert_eq!(requests[0]["start"], "cold");
    assert_eq!(requests[1]["start"], "initAgain");
    for request in &requests {
        let uuid = request["requestId"].as_str().unwrap();
        assert_eq!(request["outcome"], "functionError");
        assert_eq!(request["functionError"], "Unhandled");
        assert_eq!(
            request["payload"],
            format!(
                r#"{{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: {uuid} Error: Task timed out after 1.00 seconds"}}"#
            )
        );
        let report = request["report"].as_str().unwrap();
        assert!(report.ends_with("\tStatus: timeout\t\n"), "{report}");
        let duration: f64 = field(report, "\tDuration: ", " ms").parse().unwrap();
        assert!((1_000.0..1_500.0).contains(&duration), "{report}");
    }
}

#[test]
fn after_a_crash_init_runs_again_inside_the_invocation() {
    let run = invoke(
        "moods.wat",
        &["--event-json", "\"crash\"", "--times", "2", "--json"],
    );
    assert_eq!(run.code, 1);
    let requests = requests(&run);
    assert_eq!(requests[0]["start"], "cold");
    assert_eq!(requests[1]["start"], "initAgain");
    assert_eq!(
        requests[1]["environment"], "e-01",
        "the environment is the same"
    );
    for request in &requests {
        let payload = request["payload"].as_str().unwrap();
        assert!(payload.contains("Runtime.ExitError"), "{payload}");
        assert!(payload.contains("signal: aborted"), "{payload}");
        let log = request["log"].as_str().unwrap();
        assert!(log.contains("{\"count\":1}\n"), "globals are lost: {log}");
    }
    let log = requests[1]["log"].as_str().unwrap();
    assert!(log.starts_with("START"), "no INIT_START: {log}");
    assert!(
        log.contains("\ninit\n"),
        "init's output is in the invocation: {log}"
    );
    assert!(requests[1].get("initDurationMs").is_none());
}

#[test]
fn more_memory_than_the_function_has_ends_as_out_of_memory() {
    let run = invoke("moods.wat", &["--event-json", "\"memory\"", "--json"]);
    assert_eq!(run.code, 1);
    let request = &requests(&run)[0];
    let payload = request["payload"].as_str().unwrap();
    assert!(payload.contains("signal: killed"), "{payload}");
    let report = request["report"].as_str().unwrap();
    assert!(report.contains("\tMax Memory Used: 128 MB\t"), "{report}");
    assert!(
        report.ends_with("\tStatus: error\tError Type: Runtime.OutOfMemory\t\n"),
        "{report}"
    );
}

#[test]
fn a_commands_exit_status_is_its_error() {
    let run = invoke("exits.wat", &["--times", "2", "--json"]);
    assert_eq!(run.code, 1);
    let requests = requests(&run);
    for request in &requests {
        let payload = request["payload"].as_str().unwrap();
        assert!(
            payload.contains("Runtime exited with error: exit status 3"),
            "{payload}"
        );
        assert!(request["log"].as_str().unwrap().contains("\noops\n"));
    }
    assert_eq!(run.json()["function"]["handlerKind"], "command");
}

#[test]
fn a_handlers_own_error_is_its_own_and_the_environment_stays() {
    let run = invoke(
        "moods.wat",
        &["--event-json", "\"error\"", "--times", "2", "--json"],
    );
    assert_eq!(run.code, 1);
    let requests = requests(&run);
    assert_eq!(requests[1]["start"], "warm");
    for request in &requests {
        assert_eq!(
            request["payload"],
            r#"{"errorType":"Mood","errorMessage":"bad"}"#
        );
        assert_eq!(request["functionError"], "Unhandled");
    }
}

#[test]
fn bytes_that_are_no_text_come_back_as_they_are() {
    let arguments = ["--event-json", "\"odd\""];
    let text = invoke("moods.wat", &arguments);
    assert_eq!(text.code, 0);
    assert!(text.stdout.windows(3).any(|bytes| bytes == b"\n\xff\n"));
    let json = invoke("moods.wat", &[&arguments[..], &["--json"]].concat());
    assert_eq!(requests(&json)[0]["payloadBase64"], "/w==");
}

#[test]
fn requests_beyond_the_reserved_concurrency_are_throttled() {
    let run = invoke(
        "moods.wat",
        &[
            "--event-json",
            "\"sleep\"",
            "--concurrent",
            "3",
            "--reserved-concurrency",
            "2",
            "--json",
        ],
    );
    assert_eq!(run.code, 3);
    let requests = requests(&run);
    assert_eq!(requests[0]["environment"], "e-01");
    assert_eq!(requests[1]["environment"], "e-02");
    let refused = &requests[2];
    assert_eq!(refused["outcome"], "throttled");
    assert_eq!(refused["statusCode"], 429);
    assert_eq!(refused["exception"], "TooManyRequestsException");
    assert_eq!(
        refused["payload"],
        r#"{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}"#
    );
    assert!(
        refused.get("bill").is_none(),
        "a throttled request costs nothing"
    );
    assert_eq!(run.json()["usage"]["requests"], 2);
}

#[test]
fn requests_beyond_the_accounts_concurrency_are_throttled() {
    let run = invoke(
        "moods.wat",
        &[
            "--event-json",
            "\"sleep\"",
            "--concurrent",
            "2",
            "--account-concurrency",
            "1",
        ],
    );
    assert_eq!(run.code, 3);
    let text = run.text();
    assert!(
        text.contains("Response (429, TooManyRequestsException)"),
        "{text}"
    );
    assert!(
        text.contains("\"Reason\":\"ConcurrentInvocationLimitExceeded\""),
        "{text}"
    );
}

#[test]
fn an_environment_that_was_idle_for_too_long_is_gone() {
    let starts = |idle: &str| -> Vec<Value> {
        let run = invoke(
            "moods.wat",
            &[
                "--event-json",
                "\"count\"",
                "--times",
                "2",
                "--idle",
                idle,
                "--json",
            ],
        );
        assert_eq!(run.code, 0, "{}", run.stderr);
        let requests = requests(&run);
        requests
            .iter()
            .map(|request| request["start"].clone())
            .collect()
    };
    let begin = Instant::now();
    assert_eq!(starts("9m"), ["cold", "warm"]);
    assert_eq!(starts("11m"), ["cold", "cold"]);
    assert!(
        begin.elapsed() < Duration::from_secs(60),
        "the time is skipped"
    );
}

#[test]
fn variables_reach_the_handler_and_the_event_may_come_from_standard_input() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldstart"));
    command.arg("invoke").arg(handler("variables.wat")).args([
        "--event",
        "-",
        "--env",
        "TABLE=orders=2026",
        "--name",
        "shop",
        "--json",
    ]);
    let run = run(command, b" {\"a\": [1, 2]} \n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let request = &requests(&run)[0];
    assert_eq!(
        request["payload"], " {\"a\": [1, 2]} \n",
        "the event is returned"
    );
    let log = request["log"].as_str().unwrap();
    let variables = log.lines().find(|line| line.starts_with('{')).unwrap();
    let variables: Value = serde_json::from_str(variables).unwrap();
    assert_eq!(variables["TABLE"], "orders=2026");
    assert_eq!(variables["AWS_LAMBDA_FUNCTION_NAME"], "shop");
    assert_eq!(variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "128");
    let context: Value =
        serde_json::from_str(log.lines().rfind(|line| line.starts_with('{')).unwrap()).unwrap();
    assert_eq!(context["requestId"], request["requestId"]);
    assert_eq!(
        context["invokedFunctionArn"],
        "arn:aws:lambda:us-east-1:123456789012:function:shop"
    );
    let deadline = context["deadlineUnixMillis"].as_u64().unwrap();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_millis() as u64;
    assert!(
        deadline > now - 60_000 && deadline < now + 3_000,
        "{deadline} {now}"
    );
}

#[test]
fn bad_input_is_named_with_a_hint_and_nothing_runs() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let text_file = format!("{folder}/not-wasm.txt");
    std::fs::write(&text_file, "hello").unwrap();
    let truncated = format!("{folder}/truncated.wasm");
    std::fs::write(&truncated, b"\0asm\x01\0\0\0\x01").unwrap();
    let large = format!("{folder}/large.json");
    std::fs::write(&large, format!("\"{}\"", "x".repeat(6_291_455))).unwrap();
    let prices = format!("{folder}/prices.json");
    std::fs::write(&prices, "{\"version\": 1}").unwrap();

    let moods = handler("moods.wat").display().to_string();
    let cases: &[(&[&str], &str)] = &[
        (
            &["/nowhere.wasm"],
            "the handler /nowhere.wasm could not be read",
        ),
        (&[&text_file], "not-wasm.txt"),
        (&[&truncated], "truncated.wasm"),
        (
            &[&moods, "--event", "/nowhere.json"],
            "the event /nowhere.json could not be read",
        ),
        (
            &[&moods, "--event-json", "{\"a\":}"],
            "not JSON: expected value, line 1, column 6",
        ),
        (&[&moods, "--event", &large], "larger than 6291456 bytes"),
        (&[&moods, "--memory", "127"], "'127' at 'memorySize'"),
        (&[&moods, "--timeout", "901"], "'901' at 'timeout'"),
        (
            &[&moods, "--ephemeral-storage", "511"],
            "'511' at 'ephemeralStorage.size'",
        ),
        (
            &[&moods, "--env", "AWS_REGION=x"],
            "Reserved keys used in this request: AWS_REGION",
        ),
        (
            &[&moods, "--env", "1X=x"],
            "'1X' at 'environment.variables'",
        ),
        (&[&moods, "--name", "a b"], "'a b' at 'functionName'"),
        (
            &[&moods, "--reserved-concurrency", "901"],
            "below its minimum value of [100]",
        ),
        (
            &[&moods, "--prices", &prices],
            "the price file lacks \"sources\"",
        ),
    ];
    for (arguments, message) in cases {
        let mut command = Command::new(env!("CARGO_BIN_EXE_coldstart"));
        command.arg("invoke").args(*arguments);
        let run = run(command, b"");
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
        assert!(
            run.stderr.contains(message),
            "{arguments:?}: {}",
            run.stderr
        );
        assert!(
            run.stderr.contains("\n hint: "),
            "{arguments:?}: {}",
            run.stderr
        );
        assert!(run.stdout.is_empty());
    }
    // What clap finds wrong has the same code.
    for arguments in [
        &["--memory", "much"][..],
        &["--idle", "5"],
        &["--env", "A"],
        &["--times", "0"],
    ] {
        assert_eq!(invoke("moods.wat", arguments).code, 2, "{arguments:?}");
    }
}

#[test]
fn the_free_tier_takes_a_small_bill_to_nothing() {
    let run = invoke(
        "moods.wat",
        &["--event-json", "\"count\"", "--free-tier", "--json"],
    );
    let document = run.json();
    assert_eq!(document["bill"]["total"], "0");
    assert_eq!(document["bill"]["freeTier"]["requests"], 1);
    assert_eq!(document["prices"]["freeTier"], "on");
}

/// The whole document, with what depends on clock and machine masked.
#[test]
fn the_json_document_is_as_documented() {
    let run = invoke(
        "moods.wat",
        &[
            "--event-json",
            "\"count\"",
            "--arch",
            "arm64",
            "--concurrent",
            "2",
            "--reserved-concurrency",
            "1",
            "--json",
        ],
    );
    let mut document = run.json();
    mask(&mut document);
    let golden = include_str!("golden/document.json");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/document.json");
        std::fs::write(path, format!("{document:#}\n")).unwrap();
        return;
    }
    let golden: Value = serde_json::from_str(golden).unwrap();
    assert_eq!(
        document, golden,
        "see tests/golden/document.json; UPDATE_GOLDEN=1 rewrites it"
    );
}

const MASKED: &[&str] = &[
    "requestId",
    "arrivedMs",
    "durationMs",
    "initDurationMs",
    "billedDurationMs",
    "initMs",
    "handlerMs",
    "roundingMs",
    "gbSeconds",
    "amount",
    "total",
    "totalIfWarm",
    "perThousand",
    "perMillion",
    "arm64",
    "log",
    "report",
];

fn mask(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if MASKED.contains(&name.as_str()) && !member.is_object() {
                    let kind = if member.is_number() { "number" } else { "text" };
                    *member = json!(format!("<{kind}>"));
                } else {
                    mask(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}
