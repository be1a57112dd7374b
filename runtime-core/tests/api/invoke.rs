//! Invocations of every kind.

use crate::stage::{Handler, Stage, body, text};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use runtime_core::api::Response;
use serde_json::{Value, json};

const INVOKE: &str = "/2015-03-31/functions/echo/invocations";
const STREAM: &str = "/2021-11-15/functions/echo/response-streaming-invocations";

fn invoke(stage: &mut Stage, headers: &[(&str, &str)], event: &str) -> Response {
    stage.send_with("POST", INVOKE, headers, event.as_bytes().to_vec())
}

#[test]
fn the_response_comes_with_its_headers() {
    let mut stage = Stage::with_echo();
    let id = stage.next_id();
    let answer = invoke(&mut stage, &[], r#"{"a":1}"#);
    assert_eq!(answer.status, 200);
    assert_eq!(text(&answer), r#"{"a":1}"#);
    assert_eq!(answer.header("x-amzn-RequestId"), Some(id.as_str()));
    assert_eq!(answer.header("X-Amz-Executed-Version"), Some("$LATEST"));
    assert_eq!(answer.header("X-Amz-Function-Error"), None);
    assert_eq!(answer.header("X-Amz-Log-Result"), None);
    // Without a body, the handler gets an empty object.
    assert_eq!(text(&invoke(&mut stage, &[], "")), "{}");
}

#[test]
fn a_log_tail_is_the_log_that_the_page_shows() {
    let mut stage = Stage::with_echo();
    let answer = invoke(&mut stage, &[("x-amz-log-type", "Tail")], "{}");
    let log = STANDARD
        .decode(answer.header("X-Amz-Log-Result").unwrap())
        .unwrap();
    let log = String::from_utf8(log).unwrap();
    for line in [
        "INIT_START ",
        "START RequestId: ",
        "hello from echo\n",
        "END RequestId: ",
        "REPORT ",
    ] {
        assert!(log.contains(line), "{log}");
    }
}

#[test]
fn function_errors_are_200() {
    let mut stage = Stage::with_echo();
    stage.let_handler("echo", Handler::Fails);
    let failed = invoke(&mut stage, &[], "{}");
    assert_eq!(failed.status, 200);
    assert_eq!(failed.header("X-Amz-Function-Error"), Some("Unhandled"));
    assert_eq!(body(&failed)["errorType"], "ValueError");

    stage.let_handler("echo", Handler::TimesOut);
    let id = stage.next_id();
    let late = invoke(&mut stage, &[], "{}");
    assert_eq!(late.header("X-Amz-Function-Error"), Some("Unhandled"));
    assert_eq!(
        body(&late),
        json!({
            "errorType": "Sandbox.Timedout",
            "errorMessage": format!("RequestId: {id} Error: Task timed out after 3.00 seconds"),
        })
    );
}

#[test]
fn a_throttle_says_which_limit_it_met() {
    let mut stage = Stage::with_echo();
    let path = "/2017-10-31/functions/echo/concurrency";
    let limited = stage.send("PUT", path, &json!({"ReservedConcurrentExecutions": 0}));
    assert_eq!(limited.status, 200);
    let refused = invoke(&mut stage, &[], "{}");
    assert_eq!(refused.status, 429);
    assert_eq!(
        refused.header("x-amzn-ErrorType"),
        Some("TooManyRequestsException")
    );
    assert_eq!(
        body(&refused),
        json!({
            "Reason": "ReservedFunctionConcurrentInvocationLimitExceeded",
            "Type": "User",
            "message": "Rate Exceeded.",
        })
    );
    assert_eq!(stage.send("DELETE", path, &Value::Null).status, 204);
    assert_eq!(invoke(&mut stage, &[], "{}").status, 200);
}

#[test]
fn an_event_is_accepted_and_a_dry_run_does_nothing() {
    let mut stage = Stage::with_echo();
    let dry = invoke(&mut stage, &[("X-Amz-Invocation-Type", "DryRun")], "{}");
    assert_eq!((dry.status, dry.body.len(), stage.arrived()), (204, 0, 0));
    let accepted = invoke(&mut stage, &[("X-Amz-Invocation-Type", "Event")], "{}");
    assert_eq!(
        (accepted.status, accepted.body.len(), stage.arrived()),
        (202, 0, 1)
    );
    assert!(accepted.header("x-amzn-RequestId").is_some());
    let old = "/2014-11-13/functions/echo/invoke-async";
    assert_eq!(stage.send("POST", old, &json!({})).status, 202);
    let missing = "/2015-03-31/functions/none/invocations";
    let refused = stage.send_with(
        "POST",
        missing,
        &[("X-Amz-Invocation-Type", "Event")],
        Vec::new(),
    );
    assert_eq!(refused.status, 404);
    assert_eq!(
        body(&refused)["message"],
        "Function not found: arn:aws:lambda:us-east-1:123456789012:function:none:$LATEST"
    );
}

#[test]
fn what_the_front_door_refuses_never_arrives() {
    let mut stage = Stage::with_echo();
    let refused = invoke(&mut stage, &[], "{\"a\": tru}");
    assert_eq!(refused.status, 400);
    assert_eq!(
        refused.header("x-amzn-ErrorType"),
        Some("InvalidRequestContentException")
    );
    let large = format!("\"{}\"", "x".repeat(6_291_456));
    assert_eq!(invoke(&mut stage, &[], &large).status, 413);
    let half = format!("\"{}\"", "x".repeat(1_048_576));
    assert_eq!(
        invoke(&mut stage, &[("X-Amz-Invocation-Type", "Event")], &half).status,
        413
    );
    assert_eq!(stage.arrived(), 0);
    for (header, value) in [
        ("X-Amz-Invocation-Type", "Sometimes"),
        ("X-Amz-Log-Type", "Head"),
        ("X-Amz-Client-Context", "%"),
    ] {
        assert_eq!(
            invoke(&mut stage, &[(header, value)], "{}").status,
            400,
            "{header}"
        );
    }
}

/// Invoke (Lambda API reference): up to 3,583 bytes of base64-encoded data. There is no base64 of 3,583
/// characters, so that 3,580 are the most.
#[test]
fn a_client_context_has_a_limit() {
    let context = |bytes: usize| {
        let empty = json!({"custom": {"k": ""}}).to_string().len();
        let long = json!({"custom": {"k": "x".repeat(bytes - empty)}}).to_string();
        assert_eq!(long.len(), bytes);
        STANDARD.encode(long)
    };
    let mut stage = Stage::with_echo();
    for (bytes, length, status) in [(30, 40, 200), (2_685, 3_580, 200), (2_688, 3_584, 400)] {
        let context = context(bytes);
        assert_eq!(context.len(), length);
        let before = stage.arrived();
        let answer = invoke(&mut stage, &[("X-Amz-Client-Context", &context)], "{}");
        assert_eq!(answer.status, status, "{length}");
        assert_eq!(stage.arrived() - before, usize::from(status == 200));
        let error = answer.header("x-amzn-ErrorType");
        let refused = (status == 400).then_some("InvalidRequestContentException");
        assert_eq!(error, refused);
    }
}

/// Events of a stream: their types and payloads.
fn events(mut bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut events = Vec::new();
    while !bytes.is_empty() {
        let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        let (whole, headers) = (number(0), number(4));
        let text = String::from_utf8_lossy(&bytes[12..12 + headers]).into_owned();
        let kind = ["PayloadChunk", "InvokeComplete"]
            .iter()
            .find(|it| text.contains(**it))
            .unwrap();
        events.push(((*kind).to_owned(), bytes[12 + headers..whole - 4].to_vec()));
        bytes = &bytes[whole..];
    }
    events
}

#[test]
fn a_streamed_response_is_a_chunk_and_an_end() {
    let mut stage = Stage::with_echo();
    let answer = stage.send_with(
        "POST",
        STREAM,
        &[("X-Amz-Log-Type", "Tail")],
        b"[1]".to_vec(),
    );
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("Content-Type"),
        Some("application/vnd.amazon.eventstream")
    );
    let found = events(&answer.body);
    assert_eq!(found[0], ("PayloadChunk".to_owned(), b"[1]".to_vec()));
    let end: Value = serde_json::from_slice(&found[1].1).unwrap();
    assert!(end["LogResult"].is_string() && end["ErrorCode"].is_null());

    stage.let_handler("echo", Handler::Fails);
    let answer = stage.send_with("POST", STREAM, &[], Vec::new());
    let found = events(&answer.body);
    assert_eq!(found.len(), 1);
    let end: Value = serde_json::from_slice(&found[0].1).unwrap();
    assert_eq!(end["ErrorCode"], "ValueError");
}

/// A function that fails says so at the end of its stream, with AWS's error as details. Handlers here answer in one
/// piece, so that what had been sent before is nothing.
#[test]
fn a_stream_that_fails_ends_with_its_error() {
    let mut stage = Stage::with_echo();
    for (handler, code) in [
        (Handler::Fails, "ValueError"),
        (Handler::TimesOut, "Sandbox.Timedout"),
    ] {
        stage.let_handler("echo", handler);
        let answer = stage.send_with("POST", STREAM, &[("X-Amz-Log-Type", "Tail")], Vec::new());
        assert_eq!(answer.status, 200, "the stream had begun");
        let found = events(&answer.body);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "InvokeComplete");
        let end: Value = serde_json::from_slice(&found[0].1).unwrap();
        assert_eq!(end["ErrorCode"], code);
        let details = end["ErrorDetails"].as_str().unwrap();
        let details: Value = serde_json::from_str(details).unwrap();
        assert_eq!(details["errorType"], code);
        assert!(end["LogResult"].is_string());
    }
}

#[test]
fn a_dry_run_of_a_stream_does_nothing() {
    let mut stage = Stage::with_echo();
    let with = |kind| [("X-Amz-Invocation-Type", kind)];
    let dry = stage.send_with("POST", STREAM, &with("DryRun"), b"{}".to_vec());
    assert_eq!((dry.status, dry.body.len(), stage.arrived()), (204, 0, 0));
    // It checks what an invocation checks.
    let broken = stage.send_with("POST", STREAM, &with("DryRun"), b"{".to_vec());
    assert_eq!(broken.status, 400);
    let missing = STREAM.replace("echo", "none");
    let missing = stage.send_with("POST", &missing, &with("DryRun"), b"{}".to_vec());
    assert_eq!(missing.status, 404);
    // "InvocationType: RequestResponse | DryRun" (Lambda API reference, InvokeWithResponseStream).
    let event = stage.send_with("POST", STREAM, &with("Event"), b"{}".to_vec());
    assert_eq!((event.status, stage.arrived()), (400, 0));
}
