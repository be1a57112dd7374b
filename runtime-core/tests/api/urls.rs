//! Function URLs: their settings, and requests to them.

use crate::stage::{Handler, Stage, URLS, body, request, text};
use runtime_core::api::Response;
use serde_json::{Value, json};

const CONFIG: &str = "/2021-10-31/functions/echo/url";

/// A session with an echo that has a URL; the path of that URL.
fn with_url(config: &Value) -> (Stage, String) {
    let mut stage = Stage::with_echo();
    let made = stage.send("POST", CONFIG, config);
    assert_eq!(made.status, 201, "{}", text(&made));
    let url = body(&made)["FunctionUrl"].as_str().unwrap().to_owned();
    let id = url.strip_prefix(URLS).unwrap().trim_end_matches('/');
    assert_eq!(id.len(), 32);
    (stage, format!("/lambda-url/{id}"))
}

fn ask(
    stage: &mut Stage,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Response {
    stage.request(request(method, path, headers, body.to_vec()))
}

#[test]
fn a_url_is_configured() {
    let (mut stage, _) = with_url(&json!({"AuthType": "NONE"}));
    let shown = body(&stage.send("GET", CONFIG, &Value::Null));
    assert_eq!(shown["AuthType"], "NONE");
    assert_eq!(shown["InvokeMode"], "BUFFERED");
    assert_eq!(shown["CreationTime"], "2026-11-24T12:00:00.000+0000");
    assert_eq!(
        stage
            .send("POST", CONFIG, &json!({"AuthType": "NONE"}))
            .status,
        409
    );
    let cors = json!({"AllowOrigins": ["*"], "AllowMethods": ["GET"], "MaxAge": 60});
    let change = json!({"AuthType": "AWS_IAM", "Cors": cors});
    let changed = body(&stage.send("PUT", CONFIG, &change));
    assert_eq!(
        (&changed["AuthType"], &changed["Cors"]),
        (&json!("AWS_IAM"), &cors)
    );
    assert_eq!(changed["FunctionUrl"], shown["FunctionUrl"]);
    let list = body(&stage.send("GET", "/2021-10-31/functions/echo/urls", &Value::Null));
    assert_eq!(list["FunctionUrlConfigs"], json!([changed]));
    for bad in [
        json!({"AuthType": "SOME"}),
        json!({"Cors": {"AllowMethods": ["FETCH"]}}),
        json!({"Cors": {"MaxAge": 86_401}}),
        json!({"InvokeMode": "STREAMED"}),
    ] {
        assert_eq!(stage.send("PUT", CONFIG, &bad).status, 400, "{bad}");
    }
    assert_eq!(stage.send("DELETE", CONFIG, &Value::Null).status, 204);
    assert_eq!(stage.send("GET", CONFIG, &Value::Null).status, 404);
}

#[test]
fn a_request_becomes_an_event_of_format_2() {
    let (mut stage, path) = with_url(&json!({"AuthType": "NONE"}));
    let id = stage.next_id();
    let headers = [
        ("content-type", "application/json"),
        ("cookie", "a=1; b=2"),
        ("user-agent", "test"),
    ];
    let full = format!("{path}/orders/1?x=1&x=2");
    let answer = ask(&mut stage, "POST", &full, &headers, b"{\"item\":1}");
    assert_eq!(answer.status, 200);
    let event = body(&answer);
    assert_eq!(event["version"], "2.0");
    assert_eq!(event["rawPath"], "/orders/1");
    assert_eq!(event["rawQueryString"], "x=1&x=2");
    assert_eq!(event["cookies"], json!(["a=1", "b=2"]));
    assert_eq!(event["body"], "{\"item\":1}");
    assert_eq!(event["isBase64Encoded"], false);
    assert_eq!(event["requestContext"]["http"]["method"], "POST");
    assert_eq!(event["requestContext"]["requestId"], json!(id));
    assert_eq!(
        event["requestContext"]["apiId"],
        path.trim_start_matches("/lambda-url/")
    );
    assert_eq!(event["headers"]["user-agent"], "test");
    let binary = ask(
        &mut stage,
        "PUT",
        &path,
        &[("content-type", "image/png")],
        &[0, 255],
    );
    let event = body(&binary);
    assert_eq!(
        (&event["body"], &event["isBase64Encoded"]),
        (&json!("AP8="), &json!(true))
    );
    assert_eq!(event["rawPath"], "/");
}

#[test]
fn the_response_is_what_the_function_says() {
    let (mut stage, path) = with_url(&json!({"AuthType": "NONE"}));
    let said = json!({"statusCode": 418, "headers": {"X-Tea": "yes"}, "cookies": ["a=1"], "body": "short"});
    stage.let_handler("echo", Handler::Says(said));
    let answer = ask(&mut stage, "GET", &path, &[], b"");
    assert_eq!((answer.status, text(&answer).as_str()), (418, "short"));
    assert_eq!(answer.header("x-tea"), Some("yes"));
    stage.let_handler("echo", Handler::Fails);
    let failed = ask(&mut stage, "GET", &path, &[], b"");
    assert_eq!(
        (failed.status, text(&failed).as_str()),
        (502, "Internal Server Error")
    );
    stage.send(
        "PUT",
        "/2017-10-31/functions/echo/concurrency",
        &json!({"ReservedConcurrentExecutions": 0}),
    );
    assert_eq!(ask(&mut stage, "GET", &path, &[], b"").status, 429);
}

#[test]
fn other_addresses_and_unsigned_requests_are_forbidden() {
    let (mut stage, path) = with_url(&json!({"AuthType": "AWS_IAM"}));
    assert_eq!(ask(&mut stage, "GET", &path, &[], b"").status, 403);
    let signed = [("authorization", "AWS4-HMAC-SHA256 Credential=x")];
    let answer = ask(&mut stage, "GET", &path, &signed, b"");
    assert!(body(&answer)["requestContext"]["authorizer"]["iam"].is_object());
    assert_eq!(
        ask(&mut stage, "GET", "/lambda-url/none/", &signed, b"").status,
        403
    );
    stage.send("DELETE", "/2015-03-31/functions/echo", &Value::Null);
    assert_eq!(ask(&mut stage, "GET", &path, &signed, b"").status, 403);
}

#[test]
fn other_sites_see_what_they_may() {
    let cors = json!({"AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"], "AllowCredentials": true});
    let (mut stage, path) = with_url(&json!({"AuthType": "NONE", "Cors": cors}));
    let from = |origin| [("origin", origin), ("access-control-request-method", "GET")];
    let before = stage.arrived();
    let asked = ask(
        &mut stage,
        "OPTIONS",
        &path,
        &from("https://a.example"),
        b"",
    );
    assert_eq!(
        asked.header("access-control-allow-origin"),
        Some("https://a.example")
    );
    assert_eq!(asked.header("access-control-allow-methods"), Some("GET"));
    assert_eq!(stage.arrived(), before, "the function is not asked");
    let other = ask(
        &mut stage,
        "OPTIONS",
        &path,
        &from("https://b.example"),
        b"",
    );
    assert_eq!(other.header("access-control-allow-origin"), None);
    let answer = ask(&mut stage, "GET", &path, &from("https://a.example"), b"");
    assert_eq!(
        answer.header("access-control-allow-credentials"),
        Some("true")
    );
}
