//! How requests end: real modules, real processes, real clocks.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::Value;
use std::time::{Duration, Instant};
use support::{field, invoke};

#[test]
fn the_first_request_starts_cold_and_the_next_finds_it_warm() {
    let run = invoke(
        "moods.wat",
        &["--event-json", "\"count\"", "--times", "3", "--json"],
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    let requests = run.requests();
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
    let requests = run.requests();
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
    let requests = run.requests();
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
fn files_in_tmp_outlive_a_crash() {
    let run = invoke("keeps.wat", &["--times", "3", "--json"]);
    assert_eq!(run.code, 1);
    let requests = run.requests();
    for (size, request) in requests.iter().enumerate() {
        let log = request["log"].as_str().unwrap();
        assert!(log.contains(&format!("\nsize {size}\n")), "{log}");
        assert_eq!(request["environment"], "e-01");
    }
    assert_eq!(requests[2]["start"], "initAgain");
}

#[test]
fn more_memory_than_the_function_has_ends_as_out_of_memory() {
    let run = invoke("moods.wat", &["--event-json", "\"memory\"", "--json"]);
    assert_eq!(run.code, 1);
    let request = &run.requests()[0];
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
    let requests = run.requests();
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
    let requests = run.requests();
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
    let requests = run.requests();
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
        let requests = run.requests();
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

/// The CPU model to the digit: 1,769 MB are one vCPU, and less is throttled in periods of 20 ms. The
/// same numbers as `memory_decides_how_long_work_takes` of the end-to-end tests.
#[test]
fn the_same_work_takes_the_same_time_everywhere() {
    for (memory, duration) in [
        ("1769", "30.00"),
        ("3538", "30.00"),
        ("884", "60.02"),
        ("128", "401.06"),
    ] {
        let arguments = ["--memory", memory, "--times", "2", "--json"];
        let run = invoke("works.wat", &arguments);
        for request in run.requests() {
            let report = request["report"].as_str().unwrap();
            let expected = format!("\tDuration: {duration} ms\t");
            assert!(report.contains(&expected), "{memory}: {report}");
        }
        let first = run.requests()[0]["report"].as_str().unwrap().to_owned();
        assert!(first.contains("Init Duration: 6.00 ms"), "{first}");
    }
}

/// Everything, to the last byte: ids and date from the session, the rest from the work.
#[test]
fn a_session_can_be_repeated() {
    let arguments = [
        "--event-json",
        "\"count\"",
        "--times",
        "2",
        "--concurrent",
        "3",
        "--session",
        "7,1700000000000",
        "--json",
    ];
    let [one, other] = [0, 1].map(|_| invoke("moods.wat", &arguments));
    assert_eq!(one.code, 0, "{}", one.stderr);
    assert_eq!(one.json(), other.json());
    assert!(one.stdout == other.stdout);
}
