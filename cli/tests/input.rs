//! What goes in, and what is said about it when it is wrong.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::Value;
use std::process::Command;
use support::{handler, invoke, run};

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
        "--session",
        "7,1700000000000",
        "--json",
    ]);
    let run = run(command, b" {\"a\": [1, 2]} \n");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let request = &run.requests()[0];
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
    // 3 s of timeout after the environment's start and an INIT phase of less than a millisecond.
    assert_eq!(deadline, 1_700_000_000_000 + 125 + 3_000);
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
