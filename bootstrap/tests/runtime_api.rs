//! `bootstrap` against a Runtime API: the order of calls, their headers and bodies, and every way to
//! fail.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::json;
use support::{Answer, RuntimeApi, handler};

const NEXT: &str = "GET /invocation/next";
const RESPONSE: &str = "POST /invocation/1/response";
const ERROR: &str = "POST /invocation/1/error";
const ERROR_TYPE: &str = "Lambda-Runtime-Function-Error-Type";

#[test]
fn a_reactor_gets_ready_once_and_keeps_its_globals() {
    let api = RuntimeApi::new([
        Answer::event("1", r#""count""#),
        Answer::event("2", r#""count""#),
    ]);
    let function = api.start(&[("bootstrap.wasm", &handler("moods.wat"))], &[]);
    api.expect(&[NEXT]);
    let response = api.call();
    assert_eq!(
        (&*response.what, &*response.body),
        (RESPONSE, r#"{"count":1}"#)
    );
    assert_eq!(response.header(ERROR_TYPE), None);
    api.expect(&[NEXT]);
    let response = api.call();
    assert_eq!(response.what, "POST /invocation/2/response");
    assert_eq!(response.body, r#"{"count":2}"#);
    api.expect(&[NEXT]);
    let ended = function.stop();
    assert_eq!(ended.stdout, "init\n{\"count\":1}\n{\"count\":2}\n");
    assert_eq!(ended.stderr, "");
}

#[test]
fn a_module_knows_its_variables_and_its_invocation() {
    let event = Answer::event("8476a536-e9f4-11e8-9739-2dfe598c3fcd", r#"{"a":1}"#)
        .with("Lambda-Runtime-Invocation-Id", "first-attempt");
    let api = RuntimeApi::new([event]);
    let function = api.start(
        &[("bootstrap.wasm", &handler("variables.wat"))],
        &[("GREETING", "hello"), ("AWS_REGION", "eu-west-1")],
    );
    api.expect(&[NEXT]);
    let response = api.call();
    assert_eq!(response.body, r#"{"a":1}"#);
    assert_eq!(
        response.header("Lambda-Runtime-Invocation-Id"),
        Some("first-attempt")
    );
    assert_eq!(response.header("Content-Type"), Some("application/json"));
    api.expect(&[NEXT]);
    let stdout = function.stop().stdout;
    let mut lines = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let (variables, context): (serde_json::Value, serde_json::Value) =
        (lines.next().unwrap(), lines.next().unwrap());
    let expected = json!({
        "_HANDLER": "bootstrap",
        "AWS_REGION": "eu-west-1",
        "GREETING": "hello",
        "LAMBDA_TASK_ROOT": "/var/task",
    });
    assert_eq!(variables, expected);
    let expected = json!({
        "requestId": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
        "deadlineUnixMillis": 1_542_409_706_888_u64,
        "invokedFunctionArn": "arn:aws:lambda:us-east-2:123456789012:function:custom",
        "traceId": "Root=1-5bef4de7;Sampled=1",
    });
    assert_eq!(context, expected);
}

#[test]
fn a_handlers_own_error_leaves_it_alive() {
    let api = RuntimeApi::new([
        Answer::event("1", r#""error""#),
        Answer::event("2", r#""count""#),
    ]);
    let function = api.start(&[("bootstrap.wasm", &handler("moods.wat"))], &[]);
    api.expect(&[NEXT]);
    let error = api.call();
    assert_eq!(error.what, ERROR);
    assert_eq!(error.header(ERROR_TYPE), Some("Mood"));
    assert_eq!(
        error.json(),
        json!({"errorType": "Mood", "errorMessage": "bad"})
    );
    api.expect(&[NEXT]);
    assert_eq!(api.call().body, r#"{"count":2}"#);
    function.stop();
}

/// What ends the module's process is told as Lambda words it, and ends this one.
fn ends(module: &str, event: &str, message: &str, code: i32) -> String {
    let api = RuntimeApi::new([Answer::event("1", event), Answer::event("2", event)]);
    let mut function = api.start(&[("bootstrap.wasm", &handler(module))], &[]);
    api.expect(&[NEXT]);
    let error = api.call();
    assert_eq!(error.what, ERROR);
    assert_eq!(error.header(ERROR_TYPE), Some("Runtime.ExitError"));
    let body = json!({
        "errorType": "Runtime.ExitError",
        "errorMessage": format!("RequestId: 1 Error: Runtime exited with error: {message}"),
    });
    assert_eq!(error.json(), body);
    let ended = function.end();
    assert_eq!(ended.status.code(), Some(code));
    assert!(api.is_silent());
    ended.stdout
}

#[test]
fn a_trap_ends_it() {
    let log = ends("moods.wat", r#""crash""#, "signal: aborted", 134);
    assert!(log.contains("wasm trap: "), "{log}");
}

#[test]
fn too_much_memory_ends_it() {
    let log = ends("moods.wat", r#""memory""#, "signal: killed", 137);
    assert!(
        log.contains("out of memory: the function has 128 MB"),
        "{log}"
    );
}

#[test]
fn an_exit_ends_it() {
    let log = ends("exits.wat", "{}", "exit status 3", 3);
    assert_eq!(log, "oops\n");
}

#[test]
fn more_memory_is_the_functions() {
    let api = RuntimeApi::new([Answer::event("1", r#""memory""#)]);
    let mut function = api.start(
        &[("bootstrap.wasm", &handler("moods.wat"))],
        &[("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "200")],
    );
    let log = function.end().stdout;
    assert!(
        log.contains("out of memory: the function has 200 MB"),
        "{log}"
    );
}

#[test]
fn a_looping_program_asks_itself() {
    let api = RuntimeApi::new([Answer::event("1", "1"), Answer::event("2", "2")]);
    let function = api.start(&[("bootstrap.wasm", &handler("asks.wat"))], &[]);
    api.expect(&[NEXT, RESPONSE, NEXT]);
    let response = api.call();
    assert_eq!(response.what, "POST /invocation/2/response");
    assert_eq!(response.body, r#""handled""#);
    api.expect(&[NEXT]);
    // Printed once: the process was the same.
    let stdout = function.stop().stdout;
    assert_eq!(
        stdout.matches("COLDSTART_RUNTIME_API=/run/lambda").count(),
        1
    );
}

#[test]
fn a_looping_program_can_say_why_it_cannot_begin() {
    let api = RuntimeApi::new([]);
    let mut function = api.start(&[("bootstrap.wasm", &handler("gives_up.wat"))], &[]);
    let error = api.call();
    assert_eq!(error.what, "POST /init/error");
    assert_eq!(error.header(ERROR_TYPE), Some("Runtime.NoDatabase"));
    assert_eq!(error.body, r#"{"errorType":"Runtime.NoDatabase"}"#);
    assert_eq!(function.end().status.code(), Some(1));
    assert!(api.is_silent());
}

#[test]
fn a_trap_in_init_is_an_init_error() {
    let api = RuntimeApi::new([Answer::event("1", "{}")]);
    let module = wat::parse_str(
        r#"(module (memory (export "memory") 1)
             (func (export "_initialize") unreachable)
             (func (export "allocate") (param i32) (result i32) i32.const 0)
             (func (export "handle") (param i32 i32) (result i64) i64.const 0))"#,
    )
    .unwrap();
    let mut function = api.start(&[("bootstrap.wasm", &module)], &[]);
    let error = api.call();
    assert_eq!(error.what, "POST /init/error");
    assert_eq!(error.header(ERROR_TYPE), Some("Runtime.ExitError"));
    assert_eq!(
        error.json()["errorMessage"],
        "Error: Runtime exited with error: signal: aborted"
    );
    assert_eq!(function.end().status.code(), Some(134));
    assert!(api.is_silent());
}

/// What cannot be run is told before any event is asked for.
fn cannot_begin(files: &[(&str, &[u8])], handler: &str, error_type: &str, message: &str) {
    let api = RuntimeApi::new([Answer::event("1", "{}")]);
    let mut function = api.start(files, &[("_HANDLER", handler)]);
    let error = api.call();
    assert_eq!(error.what, "POST /init/error");
    assert_eq!(error.header(ERROR_TYPE), Some(error_type));
    assert_eq!(error.json()["errorType"], error_type);
    let told = error.json()["errorMessage"].as_str().unwrap().to_owned();
    assert!(told.contains(message), "{told}");
    let ended = function.end();
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        ended.stderr.starts_with(&format!("error: {told}\n hint: ")),
        "{}",
        ended.stderr
    );
    assert!(api.is_silent());
}

#[test]
fn what_is_no_handler_cannot_begin() {
    cannot_begin(
        &[("orders.wasm", &handler("moods.wat"))],
        "users.wasm",
        "Runtime.HandlerNotFound",
        "the handler names users.wasm, which is not in the package",
    );
    cannot_begin(
        &[("bootstrap.wasm", b"no module")],
        "bootstrap",
        "Runtime.InvalidModule",
        "bootstrap.wasm",
    );
    cannot_begin(
        &[(
            "lambda_function.py",
            b"def lambda_handler(event, context): pass",
        )],
        "lambda_function.lambda_handler",
        "Runtime.InvalidModule",
        "source code for python3.12",
    );
}

#[test]
fn a_handler_string_names_a_module() {
    let files: &[(&str, &[u8])] = &[
        ("bootstrap.wasm", b"no module"),
        ("orders.wasm", &handler("moods.wat")),
    ];
    let api = RuntimeApi::new([Answer::event("1", r#""count""#)]);
    let function = api.start(files, &[("_HANDLER", "orders.handle")]);
    api.expect(&[NEXT]);
    assert_eq!(api.call().body, r#"{"count":1}"#);
    function.stop();
}

/// The package is `/var/task`, without this program; `/tmp` stays for as long as the process does.
#[test]
fn files_are_where_lambda_has_them() {
    let files: &[(&str, &[u8])] = &[
        ("bootstrap.wasm", &handler("files.wat")),
        ("bootstrap", b"\x7fELF"),
        ("data/greeting.txt", b"hello"),
    ];
    let api = RuntimeApi::new([Answer::event("1", "{}"), Answer::event("2", "{}")]);
    let function = api.start(files, &[]);
    api.expect(&[NEXT]);
    assert_eq!(api.call().body, "hello1");
    api.expect(&[NEXT]);
    assert_eq!(api.call().body, "hello2");
    function.stop();
}

#[test]
fn a_response_that_is_too_large_is_an_error_and_leaves_it_alive() {
    let api = RuntimeApi::new([Answer::event("1", "{}"), Answer::event("2", "{}")]);
    let module = wat::parse_str(
        r#"(module (memory (export "memory") 100)
             (func (export "allocate") (param i32) (result i32) i32.const 0)
             (func (export "handle") (param i32 i32) (result i64) i64.const 6291557))"#,
    )
    .unwrap();
    let function = api.start(&[("bootstrap.wasm", &module)], &[]);
    api.expect(&[NEXT]);
    let error = api.call();
    assert_eq!(error.what, ERROR);
    assert_eq!(
        error.header(ERROR_TYPE),
        Some("Function.ResponseSizeTooLarge")
    );
    api.expect(&[NEXT, "POST /invocation/2/error", NEXT]);
    function.stop();
}

#[test]
fn a_refused_response_is_lambdas_own_business() {
    let refusal = r#"{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}"#;
    let api = RuntimeApi::with_posts(
        [
            Answer::event("1", r#""count""#),
            Answer::event("2", r#""count""#),
        ],
        [Answer::new(400, refusal)],
    );
    let function = api.start(&[("bootstrap.wasm", &handler("moods.wat"))], &[]);
    api.expect(&[NEXT, RESPONSE, NEXT, "POST /invocation/2/response", NEXT]);
    let stderr = function.stop().stderr;
    let expected = format!("the Runtime API answered /invocation/1/response with 400 {refusal}\n");
    assert_eq!(stderr, expected);
}

#[test]
fn a_broken_api_ends_it() {
    let api = RuntimeApi::with_posts([Answer::event("1", r#""count""#)], [Answer::new(500, "")]);
    let mut function = api.start(&[("bootstrap.wasm", &handler("moods.wat"))], &[]);
    api.expect(&[NEXT, RESPONSE]);
    let ended = function.end();
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        ended.stderr.contains("/invocation/1/response with 500"),
        "{}",
        ended.stderr
    );

    // In the middle of a program that asks itself, too.
    for module in ["moods.wat", "asks.wat"] {
        let api = RuntimeApi::new([Answer::new(403, "no")]);
        let mut function = api.start(&[("bootstrap.wasm", &handler(module))], &[]);
        api.expect(&[NEXT]);
        let ended = function.end();
        assert_eq!(ended.status.code(), Some(1));
        assert!(
            ended.stderr.contains("/invocation/next with 403 no"),
            "{}",
            ended.stderr
        );
        assert!(api.is_silent());
    }
}

#[test]
fn an_event_without_an_id_cannot_be_answered() {
    let api = RuntimeApi::new([Answer::new(200, "{}")]);
    let mut function = api.start(&[("bootstrap.wasm", &handler("moods.wat"))], &[]);
    api.expect(&[NEXT]);
    let ended = function.end();
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        ended.stderr.contains("an event without an id"),
        "{}",
        ended.stderr
    );
    assert!(api.is_silent());
}

#[test]
fn an_api_that_does_not_wait_is_asked_again() {
    let closing = |answer: Answer| answer.with("Connection", "close");
    let api = RuntimeApi::new([
        closing(Answer::new(204, "")),
        closing(Answer::event("1", r#""count""#)),
    ]);
    let function = api.start(&[("bootstrap.wasm", &handler("moods.wat"))], &[]);
    api.expect(&[NEXT, NEXT, RESPONSE, NEXT]);
    function.stop();
}

#[test]
fn elsewhere_it_says_what_it_is_for() {
    let mut function = support::Function::start("", &[("bootstrap.wasm", b"")], &[]);
    let ended = function.end();
    assert_eq!(ended.status.code(), Some(2));
    assert!(
        ended
            .stderr
            .starts_with("error: AWS_LAMBDA_RUNTIME_API is not set\n hint: Zip this"),
        "{}",
        ended.stderr
    );
}
