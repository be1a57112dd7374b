//! Any request has an answer, and what it leaves is a session that goes on.

use crate::stage::{Stage, body, request};
use proptest::prelude::*;
use runtime_core::api::Registry;
use serde_json::{Value, json};

const NAMES: &[&str] = &[
    "echo",
    "none",
    "echo:$LATEST",
    "echo:7",
    "a b",
    "",
    "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Aecho",
];
const PATHS: &[&str] = &[
    "/2015-03-31/functions",
    "/2015-03-31/functions/NAME",
    "/2015-03-31/functions/NAME/configuration",
    "/2015-03-31/functions/NAME/code",
    "/2015-03-31/functions/NAME/invocations",
    "/2021-11-15/functions/NAME/response-streaming-invocations",
    "/2017-10-31/functions/NAME/concurrency",
    "/2019-09-25/functions/NAME/event-invoke-config",
    "/2015-03-31/event-source-mappings",
    "/2015-03-31/event-source-mappings/NAME",
    "/2021-10-31/functions/NAME/url",
    "/2017-03-31/tags/NAME",
    "/2018-10-31/layers",
    "/2018-10-31/layers/NAME/versions",
    "/2018-10-31/layers/NAME/versions/1",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0i64..1_000).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        prop::sample::select(NAMES).prop_map(Value::from),
        Just(json!("arn:aws:sqs:us-east-1:123456789012:orders")),
        Just(json!("NONE")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(field(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn field() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "FunctionName",
        "Role",
        "Code",
        "ZipFile",
        "MemorySize",
        "Timeout",
        "Environment",
        "Variables",
        "Tags",
        "AuthType",
        "Cors",
        "AllowMethods",
        "BatchSize",
        "EventSourceArn",
        "FilterCriteria",
        "Filters",
        "Pattern",
        "ReservedConcurrentExecutions",
        "MaximumRetryAttempts",
        "DestinationConfig",
        "OnFailure",
        "Destination",
        "EphemeralStorage",
        "Size",
        "Layers",
        "Content",
        "CompatibleRuntimes",
        "CompatibleArchitectures",
        "VpcConfig",
        "RevisionId",
    ]);
    prop_oneof![known.prop_map(str::to_owned), ".{0,6}"]
}

proptest! {
    #[test]
    fn any_request_is_answered(
        calls in prop::collection::vec(
            (
                prop::sample::select(&["GET", "POST", "PUT", "DELETE", "PATCH"][..]),
                prop::sample::select(PATHS),
                prop::sample::select(NAMES),
                prop_oneof![Just(String::new()), "[a-zA-Z]{0,9}=[a-z0-9%+]{0,6}"],
                prop::collection::btree_map(field(), value(), 0..5),
            ),
            1..12,
        ),
    ) {
        let mut stage = Stage::with_echo();
        stage.queue("orders");
        for (method, path, name, query, fields) in calls {
            let path = format!("/aws/lambda{}?{query}", path.replace("NAME", name));
            let fields: serde_json::Map<String, Value> = fields.into_iter().collect();
            let bytes = Value::Object(fields).to_string().into_bytes();
            let answer = stage.request(request(method, &path, &[], bytes));
            prop_assert!((200..600).contains(&answer.status), "{}", answer.status);
            if answer.status >= 400 {
                prop_assert!(answer.header("x-amzn-ErrorType").is_some());
                let error = body(&answer);
                prop_assert!(error["message"].as_str().is_some_and(|it| !it.is_empty()), "{error}");
            }
        }
        // What only the API knows is kept as it is.
        let kept = serde_json::to_vec(&stage.registry).unwrap();
        let read: Registry = serde_json::from_slice(&kept).unwrap();
        prop_assert!(read == stage.registry);
        let list = stage.send("GET", "/2015-03-31/functions", &Value::Null);
        prop_assert_eq!(list.status, 200);
    }

    #[test]
    fn any_bytes_are_answered(
        method in "[A-Z]{1,7}",
        path in "(/aws/lambda|/lambda-url/)?.{0,60}",
        bytes in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let mut stage = Stage::with_echo();
        let answer = stage.request(request(&method, &path, &[], bytes));
        prop_assert!((200..600).contains(&answer.status));
    }
}
