use super::*;
use crate::events::trigger::{Context, FieldKind, Fields, build};
use proptest::prelude::*;
use serde_json::json;

fn default_event(kind: TriggerKind) -> Value {
    build(kind, &Fields::new(), &Context::default()).unwrap()
}

fn checked(kind: TriggerKind, event: &Value) -> Result<(), ShapeError> {
    check(kind, event.to_string().as_bytes())
}

#[test]
fn what_is_built_is_accepted() {
    for kind in TriggerKind::ALL {
        assert_eq!(checked(kind, &default_event(kind)), Ok(()), "{kind}");
        for field in kind.form() {
            let choices: &[&str] = match field.kind {
                FieldKind::Choice(choices) => choices,
                FieldKind::Flag => &["true", "false"],
                FieldKind::Optional | FieldKind::Lines | FieldKind::Headers => &["", "1"],
                _ => &[],
            };
            for choice in choices {
                let fields = Fields::new().with(field.name, *choice);
                let Ok(event) = build(kind, &fields, &Context::default()) else {
                    continue;
                };
                assert_eq!(
                    checked(kind, &event),
                    Ok(()),
                    "{kind} {}={choice}",
                    field.name
                );
            }
        }
    }
    // What several fields make together.
    let fields = Fields::new()
        .with("queue", "orders.fifo")
        .with("messageGroupId", "g")
        .with("attributes", "{\"a\": 1}")
        .with("count", "10");
    let event = build(TriggerKind::Sqs, &fields, &Context::default()).unwrap();
    assert_eq!(checked(TriggerKind::Sqs, &event), Ok(()));
    let fields = Fields::new().with("headers", "store: Köln").with("key", "");
    for kind in [TriggerKind::Msk, TriggerKind::Kafka] {
        let event = build(kind, &fields, &Context::default()).unwrap();
        assert_eq!(checked(kind, &event), Ok(()));
    }
}

#[test]
fn mistakes_are_named_with_their_paths() {
    type Change = fn(&mut Value);
    let table: &[(TriggerKind, Change, &str)] = &[
        (
            TriggerKind::Sqs,
            |it| it["Records"][0]["body"] = json!({"a": 1}),
            "Records[0].body: expected a text, found an object",
        ),
        (
            TriggerKind::Sqs,
            |it| it["Records"][0]["body"] = json!("other"),
            "Records[0].md5OfBody: is not the MD5 digest of body, which is \
             795f3202b17cb6bc3d4b771d8c6c9eaf",
        ),
        (
            TriggerKind::Sqs,
            |it| it["Records"] = json!([]),
            "Records: expected a list that is not empty, found an empty list",
        ),
        (
            TriggerKind::Sqs,
            |it| it["Records"][0]["attributes"]["ApproximateReceiveCount"] = json!(1),
            "Records[0].attributes.ApproximateReceiveCount: expected a text of digits, found 1",
        ),
        (
            TriggerKind::S3,
            |it| it["Records"][0]["s3"]["object"]["key"] = json!("two words"),
            "Records[0].s3.object.key: expected a URL-encoded key, with + for a space, found \
             \"two words\"",
        ),
        (
            TriggerKind::Kinesis,
            |it| it["Records"][0]["kinesis"]["data"] = json!("{\"a\": 1}"),
            "Records[0].kinesis.data: expected a text in base64, found \"{\"a\": 1}\"",
        ),
        (
            TriggerKind::DynamoDb,
            |it| it["Records"][0]["dynamodb"]["NewImage"]["item"] = json!("tea"),
            "Records[0].dynamodb.NewImage: expected an item in DynamoDB's JSON, as in \
             {\"id\": {\"S\": \"a\"}}, found an object",
        ),
        (
            TriggerKind::DynamoDb,
            |it| it["Records"][0]["eventName"] = json!("MODIFY"),
            "Records[0].dynamodb.OldImage: is missing",
        ),
        (
            TriggerKind::ApiGatewayRest,
            |it| it["multiValueHeaders"]["Host"] = json!("a"),
            "multiValueHeaders.Host: expected a list, found \"a\"",
        ),
        (
            TriggerKind::ApiGatewayHttp,
            |it| it["version"] = json!("1.0"),
            "version: expected \"2.0\", found \"1.0\"",
        ),
        (
            TriggerKind::ApiGatewayHttp,
            |it| it["headers"]["bad header"] = json!("a"),
            "headers: ",
        ),
        (
            TriggerKind::Scheduler,
            |it| it["detail"] = json!({}),
            "detail: expected \"{}\", found an object",
        ),
        (
            TriggerKind::EventBridgeRule,
            |it| it["time"] = json!("2026-13-44T12:00:00Z"),
            "time: ",
        ),
        (
            TriggerKind::CloudWatchLogs,
            |it| it["awslogs"]["data"] = json!("bm8gZ3ppcA=="),
            "awslogs.data: expected base64 of gzip of JSON, found \"bm8gZ3ppcA==\"",
        ),
        (
            TriggerKind::Config,
            |it| it["invokingEvent"] = json!("{"),
            "invokingEvent: expected a text that is JSON, found \"{\"",
        ),
        (
            TriggerKind::Msk,
            |it| it["records"]["orders-0"][0]["partition"] = json!(1),
            "records.orders-0[0]: belongs into the list \"orders-1\"",
        ),
        (
            TriggerKind::Cognito,
            |it| it["triggerSource"] = json!("SignUp"),
            "triggerSource: expected a trigger source, as in PreSignUp_SignUp, found \"SignUp\"",
        ),
        (
            TriggerKind::Firehose,
            |it| it["records"][0]["approximateArrivalTimestamp"] = json!(1.5),
            "records[0].approximateArrivalTimestamp: expected a whole number, found 1.5",
        ),
    ];
    for (kind, change, wanted) in table {
        let mut event = default_event(*kind);
        change(&mut event);
        let error = checked(*kind, &event).expect_err(wanted);
        let text = error.to_string();
        assert!(text.starts_with(wanted), "{kind}: {text}");
        assert!(!error.hint().is_empty());
    }
    let error = check(TriggerKind::Sqs, b"{\"Records\": [}").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the event: not JSON: expected value, line 1, column 14"
    );
    let error = check(TriggerKind::Sqs, b"[]").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the event: expected an object, found an empty list"
    );
}

/// A field that is taken away is either one that AWS itself leaves out, or the mistake that is found.
#[test]
fn what_is_missing_is_found_where_it_is_missing() {
    for kind in TriggerKind::ALL {
        let event = default_event(kind);
        let mut found = 0;
        for path in fields(&event, String::new()) {
            let mut without = event.clone();
            let (parent, name) = path.rsplit_once('/').unwrap();
            let parent = without.pointer_mut(parent).unwrap();
            parent.as_object_mut().unwrap().remove(&unescaped(name));
            if let Err(error) = checked(kind, &without) {
                let name = unescaped(name);
                assert!(
                    error.path.ends_with(&name) || error.to_string().contains(&name),
                    "{kind} without {path}: {error}"
                );
                found += 1;
            }
        }
        let free = [TriggerKind::IotRule, TriggerKind::StepFunctions];
        assert!(found >= 2 || free.contains(&kind), "{kind} {found}");
    }
}

/// JSON pointers to every field of every object.
fn fields(value: &Value, path: String) -> Vec<String> {
    let parts: Vec<(String, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value))
            .collect(),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), value))
            .collect(),
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    for (name, part) in parts {
        let path = format!("{path}/{name}");
        found.extend(fields(part, path.clone()));
        if value.is_object() {
            found.push(path);
        }
    }
    found
}

fn unescaped(name: &str) -> String {
    name.replace("~1", "/").replace("~0", "~")
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(|it| json!(it)),
        any::<i64>().prop_map(|it| json!(it)),
        any::<f64>().prop_map(|it| json!(it)),
        any::<String>().prop_map(|it| json!(it)),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in any::<Vec<u8>>(), kind in 0..TriggerKind::ALL.len()) {
        if let Err(error) = check(TriggerKind::ALL[kind], &bytes) {
            prop_assert!(!error.to_string().is_empty() && !error.hint().is_empty());
        }
    }

    /// An event in which one place holds something else.
    #[test]
    fn any_change_is_answered(
        kind in 0..TriggerKind::ALL.len(),
        place in any::<prop::sample::Index>(),
        other in any_json(),
    ) {
        let kind = TriggerKind::ALL[kind];
        let mut event = default_event(kind);
        let places = fields(&event, String::new());
        *event.pointer_mut(&places[place.index(places.len())]).unwrap() = other;
        if let Err(error) = checked(kind, &event) {
            prop_assert!(!error.to_string().is_empty() && !error.hint().is_empty());
        }
    }
}
