//! Tables of what each trigger does, with the page that says so where no builder names it.

use super::*;
use crate::events::trigger::{Context, Fields, build};
use proptest::prelude::*;
use serde_json::json;

fn event(kind: TriggerKind, fields: &[(&str, &str)]) -> Vec<u8> {
    let mut form = Fields::new();
    for (name, value) in fields {
        form.set(*name, *value);
    }
    let event = build(kind, &form, &Context::default()).unwrap();
    event.to_string().into_bytes()
}

fn answered(kind: TriggerKind, response: &Value) -> Reply {
    judge(
        kind,
        &event(kind, &[]),
        Some(response.to_string().as_bytes()),
        false,
    )
}

fn http(reply: &Reply) -> &HttpReply {
    match &reply.verdict {
        Verdict::Http(reply) => reply,
        other => panic!("{other:?}"),
    }
}

fn body(reply: &Reply) -> String {
    String::from_utf8(http(reply).body.clone()).unwrap()
}

fn failure() -> Vec<u8> {
    json!({"errorMessage": "no", "errorType": "OrderError"})
        .to_string()
        .into_bytes()
}

/// Recorded from AWS by LocalStack: test_lambda_aws_proxy_response_format and
/// test_aws_proxy_response_payload_format_validation.
#[test]
fn rest_apis_take_what_aws_takes() {
    let table = [
        (json!({"statusCode": 200}), 200, ""),
        (
            json!({"statusCode": 200, "headers": {"a": "b", "c": true}}),
            200,
            "",
        ),
        (json!({"statusCode": 200, "headers": null}), 200, ""),
        (json!({}), 200, ""),
        (json!({"headers": {"a": "b"}}), 200, ""),
        (json!({"statusCode": "201"}), 201, ""),
        (
            json!({"statusCode": 200, "body": "dGVzdA==", "isBase64Encoded": true}),
            200,
            "dGVzdA==",
        ),
    ];
    for (response, status, wanted) in table {
        let reply = answered(TriggerKind::ApiGatewayRest, &response);
        assert_eq!(http(&reply).status, status, "{response}");
        assert_eq!(body(&reply), wanted, "{response}");
        assert_eq!(reply.complaint, None, "{response}");
    }
    let refused = [
        (
            json!({"statusCode": 200, "wrongValue": "value"}),
            "there is a field \"wrongValue\" too many",
        ),
        (
            json!({"statusCode": "test"}),
            "statusCode is not a number from 100 to 599",
        ),
        (
            json!({"statusCode": 200, "multiValueHeaders": {"a": "b"}}),
            "multiValueHeaders.a is not a list",
        ),
        (json!("justAString"), "the response is not a JSON object"),
        // Facts of the body: serverless/serverless issue 2457 and others.
        (
            json!({"statusCode": 200, "body": {"a": 1}}),
            "body is not a text",
        ),
        (json!(null), "the response is not a JSON object"),
    ];
    for (response, wanted) in refused {
        let reply = answered(TriggerKind::ApiGatewayRest, &response);
        assert_eq!(http(&reply).status, 502, "{response}");
        assert_eq!(body(&reply), "{\"message\": \"Internal server error\"}");
        let complaint = reply.complaint.as_ref().unwrap().to_string();
        assert_eq!(
            complaint,
            format!("Malformed Lambda proxy response: {wanted}")
        );
        assert!(!reply.hint().unwrap().is_empty());
    }
}

/// "If you specify values for both headers and multiValueHeaders ... only the values from
/// multiValueHeaders will appear in the merged list."
#[test]
fn rest_apis_merge_headers() {
    let reply = answered(
        TriggerKind::ApiGatewayRest,
        &json!({
            "statusCode": 200,
            "headers": {"test-multi": "value-solo", "x": 1},
            "multiValueHeaders": {"Test-Multi": ["a", "b"]},
        }),
    );
    let headers: Vec<_> = http(&reply)
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    assert_eq!(
        headers,
        [
            "x: 1",
            "Test-Multi: a",
            "Test-Multi: b",
            "content-type: application/json"
        ]
    );
}

#[test]
fn function_errors_are_5xx() {
    let table = [
        (
            TriggerKind::ApiGatewayRest,
            502,
            "{\"message\": \"Internal server error\"}",
        ),
        (
            TriggerKind::ApiGatewayHttp,
            500,
            "{\"message\":\"Internal Server Error\"}",
        ),
        (TriggerKind::FunctionUrl, 502, "Internal Server Error"),
    ];
    for (kind, status, text) in table {
        let reply = judge(kind, &event(kind, &[]), Some(&failure()), true);
        assert_eq!(http(&reply).status, status);
        assert_eq!(body(&reply), text);
        assert_eq!(reply.complaint.unwrap().cause, Cause::FunctionError);
    }
    let kind = TriggerKind::LoadBalancer;
    let reply = judge(kind, &event(kind, &[]), Some(&failure()), true);
    assert_eq!(http(&reply).status_line(), "HTTP/1.1 502 Bad Gateway");
    assert!(body(&reply).contains("<h1>502 Bad Gateway</h1>"));
}

/// "Invoking Lambda function URLs", section "Response payload format": its three examples and cookies.
#[test]
fn version_2_infers_the_response() {
    for kind in [TriggerKind::ApiGatewayHttp, TriggerKind::FunctionUrl] {
        let json_type = ("content-type".to_owned(), "application/json".to_owned());
        for response in [
            json!("Hello, world!"),
            json!({"message": "Hello, world!"}),
            json!(7),
        ] {
            let reply = answered(kind, &response);
            assert_eq!(http(&reply).status_line(), "HTTP/1.1 200 OK");
            assert_eq!(http(&reply).headers, std::slice::from_ref(&json_type));
            assert_eq!(body(&reply), response.to_string());
        }
        let reply = answered(
            kind,
            &json!({
                "statusCode": 201,
                "headers": {"Content-Type": "application/json", "My-Custom-Header": "Custom Value"},
                "body": "{\"message\": \"Hello, world!\"}",
                "cookies": ["Cookie_1=Value1; Expires=21 Oct 2021 07:48 GMT", "Cookie_2=Value2"],
                "isBase64Encoded": false,
                "ignored": 1,
            }),
        );
        let headers: Vec<_> = http(&reply)
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        assert_eq!(
            headers,
            [
                "content-type: application/json",
                "my-custom-header: Custom Value",
                "set-cookie: Cookie_1=Value1; Expires=21 Oct 2021 07:48 GMT",
                "set-cookie: Cookie_2=Value2",
            ]
        );
        assert_eq!(http(&reply).status_line(), "HTTP/1.1 201 Created");
        assert_eq!(body(&reply), "{\"message\": \"Hello, world!\"}");

        let bytes = json!({"statusCode": 200, "body": "/w==", "isBase64Encoded": true});
        assert_eq!(http(&answered(kind, &bytes)).body, [0xff]);

        let refused = if kind == TriggerKind::FunctionUrl {
            502
        } else {
            500
        };
        for response in [
            json!({"statusCode": 99}),
            json!({"statusCode": 600}),
            json!({"statusCode": 200, "body": {"a": 1}}),
            json!({"statusCode": 200, "body": "no base64", "isBase64Encoded": true}),
            json!({"statusCode": 200, "cookies": "a=b"}),
            json!({"statusCode": 200, "headers": {"a": []}}),
        ] {
            let reply = answered(kind, &response);
            assert_eq!(http(&reply).status, refused, "{response}");
            assert!(reply.hint().is_some());
        }
        let reply = judge(kind, &event(kind, &[]), Some(b"no json"), false);
        assert_eq!(reply.complaint.unwrap().cause, Cause::NotJson);
    }
}

#[test]
fn load_balancers_refuse_with_502() {
    let kind = TriggerKind::LoadBalancer;
    let reply = answered(
        kind,
        &json!({
            "statusCode": 418,
            "statusDescription": "418 I am a kettle",
            "headers": {"Content-Type": "text/html"},
            "body": "short",
        }),
    );
    assert_eq!(http(&reply).status_line(), "HTTP/1.1 418 I am a kettle");
    assert_eq!(reply.complaint, None);
    for response in [
        json!("text"),
        json!({}),
        json!({"statusCode": "200"}),
        json!({"statusCode": 200, "body": 1}),
        json!({"statusCode": 200, "body": "x".repeat(1 << 20)}),
    ] {
        let reply = answered(kind, &response);
        assert_eq!(http(&reply).status, 502);
        assert!(reply.complaint.is_some());
    }
    let several = event(kind, &[("multiValueHeaders", "true")]);
    let response = json!({"statusCode": 200, "headers": {"location": "/"}}).to_string();
    let reply = judge(kind, &several, Some(response.as_bytes()), false);
    assert_eq!(http(&reply).status, 200);
    assert!(!super::http::has(&http(&reply).headers, "location"));
    let complaint = reply.complaint.unwrap().to_string();
    assert_eq!(
        complaint,
        "headers is not read: the target group has multi-value headers"
    );
}

#[test]
fn connections_open_only_if_the_route_succeeds() {
    let kind = TriggerKind::ApiGatewayWebSocket;
    let judged = |what: &str, response: Value, failed: bool| {
        let event = event(kind, &[("eventType", what)]);
        let reply = judge(kind, &event, Some(response.to_string().as_bytes()), failed);
        match reply.verdict {
            Verdict::Connection(connection) => connection,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        judged("CONNECT", json!({"statusCode": 200}), false),
        Connection::Opened
    );
    for (response, failed, status) in [
        (json!({"statusCode": 401, "body": "who?"}), false, 401),
        (json!("yes"), false, 502),
        (json!({"errorMessage": "no"}), true, 502),
    ] {
        match judged("CONNECT", response, failed) {
            Connection::Refused(reply) => assert_eq!(reply.status, status),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        judged(
            "MESSAGE",
            json!({"statusCode": 200, "body": "hello"}),
            false
        ),
        Connection::Answered {
            frame: "hello".to_owned(),
            always: false
        }
    );
    match judged("MESSAGE", json!({}), true) {
        Connection::Answered {
            frame,
            always: true,
        } => {
            let frame: Value = serde_json::from_str(&frame).unwrap();
            assert_eq!(frame["message"], "Internal server error");
            assert!(frame["connectionId"].is_string());
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(judged("DISCONNECT", json!(null), false), Connection::Closed);
}

fn policy(effect: &str, resource: &str) -> Value {
    json!({
        "principalId": "ada",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}],
        },
        "context": {"role": "admin"},
    })
}

/// "Output from an API Gateway Lambda authorizer" and "Gateway response types".
#[test]
fn authorizers_answer_with_a_policy() {
    let kind = TriggerKind::ApiGatewayAuthorizer;
    let reply = answered(kind, &policy("Allow", "arn:aws:execute-api:*/prod/GET/*"));
    match reply.verdict {
        Verdict::Authorization(Authorization::Allowed { principal, context }) => {
            assert_eq!(principal.as_deref(), Some("ada"));
            assert_eq!(context["role"], "admin");
        }
        other => panic!("{other:?}"),
    }
    let rejected = |reply: Reply| match reply.verdict {
        Verdict::Authorization(Authorization::Rejected(reply)) => {
            (reply.status, String::from_utf8(reply.body).unwrap())
        }
        other => panic!("{other:?}"),
    };
    let denied = "{\"Message\":\"User is not authorized to access this resource";
    assert_eq!(
        rejected(answered(kind, &policy("Deny", "*"))),
        (403, format!("{denied} with an explicit deny\"}}"))
    );
    assert_eq!(
        rejected(answered(kind, &policy("Allow", "arn:other"))),
        (403, format!("{denied}\"}}"))
    );
    let mut nested = policy("Allow", "*");
    nested["context"]["list"] = json!([1]);
    for bad in [
        nested,
        json!({}),
        json!("Allow"),
        json!({"principalId": "a"}),
    ] {
        assert_eq!(rejected(answered(kind, &bad)).0, 500, "{bad}");
    }
    let failed = |message: &str| {
        let error = json!({"errorMessage": message}).to_string();
        rejected(judge(kind, &event(kind, &[]), Some(error.as_bytes()), true)).0
    };
    assert_eq!(failed("Unauthorized"), 401);
    assert_eq!(failed("other"), 500);

    let kind = TriggerKind::ApiGatewayHttpAuthorizer;
    let simple = |allowed: bool| json!({"isAuthorized": allowed, "context": {"roles": ["a"]}});
    assert!(matches!(
        answered(kind, &simple(true)).verdict,
        Verdict::Authorization(Authorization::Allowed {
            principal: None,
            ..
        })
    ));
    assert_eq!(
        rejected(answered(kind, &simple(false))),
        (403, "{\"message\":\"Forbidden\"}".to_owned())
    );
    assert!(matches!(
        answered(kind, &policy("Allow", "*")).verdict,
        Verdict::Authorization(Authorization::Allowed { .. })
    ));
    assert_eq!(
        rejected(answered(kind, &json!({"isAuthorized": "yes"}))).0,
        500
    );
}

fn batch(reply: Reply) -> (BatchReply, Option<Cause>) {
    match reply.verdict {
        Verdict::Batch(batch) => (batch, reply.complaint.map(|it| it.cause)),
        other => panic!("{other:?}"),
    }
}

/// "Handling errors for an SQS event source in Lambda", "Success and failure conditions".
#[test]
fn queues_delete_what_did_not_fail() {
    let kind = TriggerKind::Sqs;
    let event = event(kind, &[("count", "3")]);
    let value: Value = serde_json::from_slice(&event).unwrap();
    let ids = super::batch::message_ids(&value);
    let judged = |response: &[u8], failed| batch(judge(kind, &event, Some(response), failed));
    let item = |id: &Value| json!({"batchItemFailures": [{"itemIdentifier": id}]}).to_string();
    for success in [
        "",
        "null",
        "{}",
        "{\"batchItemFailures\": []}",
        "{\"batchItemFailures\": null}",
    ] {
        let (batch, cause) = judged(success.as_bytes(), false);
        assert_eq!(
            (batch.done, batch.failed.len(), cause),
            (ids.clone(), 0, None),
            "{success}"
        );
    }
    let (partial, cause) = judged(item(&json!(ids[1])).as_bytes(), false);
    assert_eq!(partial.failed, [ids[1].clone()]);
    assert_eq!(partial.done, [ids[0].clone(), ids[2].clone()]);
    assert_eq!(cause, None);
    let bad_key = "{\"batchItemFailures\": [{\"messageId\": \"a\"}]}".to_owned();
    for failure in [
        "no json".to_owned(),
        item(&json!("")),
        item(&json!(null)),
        item(&json!(7)),
        item(&json!("unknown")),
        bad_key,
        "{\"batchItemFailures\": \"all\"}".to_owned(),
        "\"ok\"".to_owned(),
    ] {
        let (batch, cause) = judged(failure.as_bytes(), false);
        assert_eq!(
            (batch.failed, batch.done.len()),
            (ids.clone(), 0),
            "{failure}"
        );
        assert!(cause.is_some(), "{failure}");
    }
    let (batch, cause) = judged(&failure(), true);
    assert_eq!((batch.failed, cause), (ids, Some(Cause::FunctionError)));
}

/// "Configuring partial batch response with Kinesis Data Streams and Lambda": "Lambda uses the record
/// with the lowest sequence number as the checkpoint", and retries all from it.
#[test]
fn streams_go_on_at_the_lowest_number() {
    let kind = TriggerKind::Kinesis;
    let event = event(kind, &[("data", "a\nb\nc\nd")]);
    let value: Value = serde_json::from_slice(&event).unwrap();
    let ids = super::batch::sequence_numbers(&value, "kinesis", "sequenceNumber");
    let failures: Vec<_> = [2, 1]
        .iter()
        .map(|at| json!({"itemIdentifier": ids[*at]}))
        .collect();
    let response = json!({"batchItemFailures": failures}).to_string();
    let (partial, _) = batch(judge(kind, &event, Some(response.as_bytes()), false));
    assert_eq!(partial.checkpoint.as_ref(), Some(&ids[1]));
    assert_eq!(partial.done, ids[..1]);
    assert_eq!(partial.failed, ids[1..]);
    // Not by text: nine is less than ten.
    let numbers = ["9", "10"].map(str::to_owned);
    let both = json!({"batchItemFailures": [{"itemIdentifier": "10"}, {"itemIdentifier": "9"}]});
    let reply = stream_batch(&numbers, &both).unwrap();
    assert_eq!(reply.checkpoint.as_deref(), Some("9"));
    let (batch, _) = batch(judge(kind, &event, Some(b"{}"), false));
    assert_eq!(batch.done, ids);
}

#[test]
fn brokers_read_no_response() {
    for kind in [
        TriggerKind::RabbitMq,
        TriggerKind::ActiveMq,
        TriggerKind::DocumentDb,
    ] {
        let event = event(kind, &[]);
        let (done, cause) = batch(judge(kind, &event, Some(b"no json"), false));
        assert_eq!(
            (done.done.len(), done.failed.len(), cause),
            (1, 0, None),
            "{kind}"
        );
        assert!(!done.done[0].is_empty());
        let (failed, _) = batch(judge(kind, &event, Some(&failure()), true));
        assert_eq!(failed.failed, done.done);
    }
}

/// "Required parameters for data transformation".
#[test]
fn firehose_wants_every_record_back() {
    let kind = TriggerKind::Firehose;
    let event = event(kind, &[("data", "a\nb\nc\nd")]);
    let value: Value = serde_json::from_slice(&event).unwrap();
    let id = |at: usize| value["records"][at]["recordId"].clone();
    let response = json!({"records": [
        {"recordId": id(1), "result": "Dropped"},
        {"recordId": id(0), "result": "Ok", "data": "QQ=="},
        {"recordId": id(2), "result": "Ok", "data": "no base64"},
        {"recordId": "other", "result": "Ok", "data": "QQ=="},
    ]});
    let reply = judge(kind, &event, Some(response.to_string().as_bytes()), false);
    let complaint = reply.complaint.clone().unwrap().to_string();
    assert_eq!(
        complaint,
        "records[2].data is not base64 of the transformed data"
    );
    let Verdict::Records(records) = reply.verdict else {
        panic!()
    };
    let treatments: Vec<_> = records.into_iter().map(|record| record.treatment).collect();
    assert_eq!(
        treatments,
        [
            Treatment::Delivered(b"A".to_vec()),
            Treatment::Dropped,
            Treatment::ProcessingFailed,
            Treatment::ProcessingFailed,
        ]
    );
    for (response, failed) in [(&b"{}"[..], false), (b"null", false), (b"{}", true)] {
        let reply = judge(kind, &event, Some(response), failed);
        let Verdict::Records(records) = reply.verdict else {
            panic!()
        };
        assert!(
            records
                .iter()
                .all(|it| it.treatment == Treatment::ProcessingFailed)
        );
    }
}

#[test]
fn user_pools_want_the_event_back() {
    let kind = TriggerKind::Cognito;
    let mut back: Value = serde_json::from_slice(&event(kind, &[])).unwrap();
    back["response"]["autoConfirmUser"] = json!(true);
    match answered(kind, &back).verdict {
        Verdict::Continued(response) => assert_eq!(response["autoConfirmUser"], true),
        other => panic!("{other:?}"),
    }
    let refused = |reply: Reply| match reply.verdict {
        Verdict::Refused { error, message } => (error, message),
        other => panic!("{other:?}"),
    };
    back["response"]["autoConfirmUser"] = json!("yes");
    for bad in [json!(null), json!("ok"), json!({"statusCode": 200}), back] {
        let (error, message) = refused(answered(kind, &bad));
        assert_eq!(error, "InvalidLambdaResponseException");
        assert_eq!(message, "Unrecognizable lambda output");
    }
    // What the triggers of challenges may say.
    let named = |response: Value| json!({ "response": response });
    for good in [
        json!({"challengeName": "CUSTOM_CHALLENGE", "issueTokens": false}),
        json!({"publicChallengeParameters": {"a": "b"}, "challengeMetadata": "captcha"}),
        json!({"privateChallengeParameters": null, "challengeMetadata": null}),
    ] {
        let verdict = answered(kind, &named(good.clone())).verdict;
        assert_eq!(verdict, Verdict::Continued(good));
    }
    for bad in [
        json!({"challengeName": 1}),
        json!({"publicChallengeParameters": {"a": 1}}),
        json!({"privateChallengeParameters": ["5"]}),
        json!({"challengeMetadata": {}}),
    ] {
        let (error, _) = refused(answered(kind, &named(bad)));
        assert_eq!(error, "InvalidLambdaResponseException");
    }
    let (error, message) = refused(judge(kind, &event(kind, &[]), Some(&failure()), true));
    assert_eq!(error, "UserLambdaValidationException");
    assert_eq!(message, "PreSignUp failed with error no.");
    let migration = event(kind, &[("triggerSource", "UserMigration_Authentication")]);
    let (error, message) = refused(judge(kind, &migration, Some(&failure()), true));
    assert_eq!(error, "UserNotFoundException");
    assert!(message.starts_with("Exception migrating user in app client "));
}

#[test]
fn nobody_waits_for_what_is_asynchronous() {
    for kind in TriggerKind::ALL {
        if kind.class() != Class::Async {
            continue;
        }
        let reply = judge(kind, &event(kind, &[]), Some(b"anything"), false);
        assert_eq!(reply, Reply::plain(Verdict::Ignored), "{kind}");
        let reply = judge(kind, &event(kind, &[]), Some(&failure()), true);
        assert_eq!(reply.verdict, Verdict::TriedAgain, "{kind}");
    }
}

#[test]
fn tasks_have_results_and_errors() {
    let kind = TriggerKind::StepFunctions;
    assert_eq!(
        answered(kind, &json!({"a": 1})).verdict,
        Verdict::TaskResult(json!({"a": 1}))
    );
    match judge(kind, b"{}", Some(&failure()), true).verdict {
        Verdict::TaskFailed { error, cause } => {
            assert_eq!(error, "OrderError");
            assert!(cause.contains("errorMessage"));
        }
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn any_response_is_judged(
        kind in 0..TriggerKind::ALL.len(),
        event in any::<Vec<u8>>(),
        response in proptest::option::of(any::<Vec<u8>>()),
        failed in any::<bool>(),
        fitting in any::<bool>(),
    ) {
        let kind = TriggerKind::ALL[kind];
        let event = if fitting { super::tests::event(kind, &[]) } else { event };
        let reply = judge(kind, &event, response.as_deref(), failed);
        if let Some(complaint) = &reply.complaint {
            prop_assert!(!complaint.to_string().is_empty() && !complaint.hint().is_empty());
        }
        if failed && kind.class() != Class::Async {
            prop_assert!(reply.complaint.is_some());
        }
    }

    /// Whatever is named, each message is either done or tried again, once.
    #[test]
    fn no_message_is_lost_or_doubled(
        count in 0usize..8,
        named in proptest::collection::vec(0usize..8, 0..6),
        stream in any::<bool>(),
    ) {
        let ids: Vec<String> = (0..count).map(|index| (index * 7 + 3).to_string()).collect();
        let items: Vec<_> = named
            .iter()
            .map(|index| json!({"itemIdentifier": (index * 7 + 3).to_string()}))
            .collect();
        let response = json!({"batchItemFailures": items});
        let read = if stream { stream_batch } else { queue_batch };
        match read(&ids, &response) {
            Ok(reply) => {
                let mut all: Vec<_> = reply.done.into_iter().chain(reply.failed).collect();
                all.sort_by_key(|id| ids.iter().position(|it| it == id));
                prop_assert_eq!(all, ids);
            }
            Err(_) => prop_assert!(named.iter().any(|index| *index >= count)),
        }
    }
}
