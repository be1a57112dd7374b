//! Policies of layer versions: kept and answered for as AWS does. Messages and shapes are those that
//! LocalStack recorded against it (`test_layer_policy_exceptions`, `test_layer_policy_lifecycle`).

use crate::stage::{Stage, body, encoded, text, zip_of};
use serde_json::{Value, json};

const VERSIONS: &str = "/2018-10-31/layers/tools/versions";
const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:layer:tools";

/// A session with one version of one layer.
fn stage() -> Stage {
    let mut stage = Stage::new();
    let zip = encoded(&zip_of("python/tool.py", b"VALUE = 1\n"));
    let made = stage.send("POST", VERSIONS, &json!({"Content": {"ZipFile": zip}}));
    assert_eq!(made.status, 201, "{}", text(&made));
    stage
}

fn permission(statement: &str, principal: &str) -> Value {
    json!({"StatementId": statement, "Action": "lambda:GetLayerVersion", "Principal": principal})
}

/// Sends a request about the policy of the first version; its status and its body.
fn policy(stage: &mut Stage, method: &str, tail: &str, request: &Value) -> (u16, Value) {
    let answer = stage.send(method, &format!("{VERSIONS}/1/policy{tail}"), request);
    let body = match answer.body.is_empty() {
        true => Value::Null,
        false => body(&answer),
    };
    (answer.status, body)
}

fn parsed(text: &Value) -> Value {
    serde_json::from_str(text.as_str().unwrap()).unwrap()
}

fn statement(id: &str, principal: Value) -> Value {
    json!({
        "Sid": id,
        "Effect": "Allow",
        "Principal": principal,
        "Action": "lambda:GetLayerVersion",
        "Resource": format!("{ARN}:1"),
    })
}

#[test]
fn a_policy_has_the_statements_that_were_added() {
    let mut stage = stage();
    let (status, first) = policy(&mut stage, "POST", "", &permission("s1", "*"));
    assert_eq!(status, 201, "{first}");
    assert_eq!(parsed(&first["Statement"]), statement("s1", json!("*")));
    let (status, got) = policy(&mut stage, "GET", "", &Value::Null);
    assert_eq!(status, 200);
    let expected = json!({
        "Version": "2012-10-17",
        "Id": "default",
        "Statement": [statement("s1", json!("*"))],
    });
    assert_eq!(parsed(&got["Policy"]), expected);
    assert_eq!(got["RevisionId"], first["RevisionId"]);

    // An account is its root, and an organization a condition.
    let revision = first["RevisionId"].as_str().unwrap();
    let mut request = permission("s2", "111122223333");
    request["OrganizationId"] = json!("o-t194hfs8cz");
    let tail = format!("?RevisionId={revision}");
    let (status, second) = policy(&mut stage, "POST", &tail, &request);
    assert_eq!(status, 201, "{second}");
    assert_ne!(second["RevisionId"], first["RevisionId"]);
    let root = "arn:aws:iam::111122223333:root";
    let mut expected = statement("s2", json!({ "AWS": root }));
    expected["Condition"] = json!({"StringEquals": {"aws:PrincipalOrgID": "o-t194hfs8cz"}});
    assert_eq!(parsed(&second["Statement"]), expected);
    let (_, third) = policy(&mut stage, "POST", "", &permission("s3", root));
    assert_eq!(
        parsed(&third["Statement"]),
        statement("s3", json!({ "AWS": root }))
    );

    assert_eq!(policy(&mut stage, "DELETE", "/s2", &Value::Null).0, 204);
    let (_, got) = policy(&mut stage, "GET", "", &Value::Null);
    assert_ne!(got["RevisionId"], third["RevisionId"]);
    let left = parsed(&got["Policy"]);
    let left = left["Statement"].as_array().unwrap().iter();
    let left: Vec<_> = left.map(|it| it["Sid"].clone()).collect();
    assert_eq!(left, ["s1", "s3"]);
    // It is that of one version, kept with the session.
    let kept = serde_json::to_string(&stage.registry).unwrap();
    assert!(kept.contains("\"id\":\"s3\""), "{kept}");
    let other = stage.send("GET", &format!("{VERSIONS}/2/policy"), &Value::Null);
    assert_eq!(other.status, 404);
}

#[test]
fn a_policy_goes_with_its_last_statement_and_with_its_version() {
    let mut stage = stage();
    let none = "No policy is associated with the given resource.";
    for (method, tail) in [("GET", ""), ("DELETE", "/s1")] {
        let (status, error) = policy(&mut stage, method, tail, &Value::Null);
        assert_eq!((status, error["message"].as_str()), (404, Some(none)));
    }
    let (_, first) = policy(&mut stage, "POST", "", &permission("s1", "*"));
    policy(&mut stage, "DELETE", "/s1", &Value::Null);
    let (status, error) = policy(&mut stage, "GET", "", &Value::Null);
    assert_eq!((status, error["message"].as_str()), (404, Some(none)));
    let (_, again) = policy(&mut stage, "POST", "", &permission("s1", "*"));
    assert_ne!(again["RevisionId"], first["RevisionId"]);
    stage.send("DELETE", &format!("{VERSIONS}/1"), &Value::Null);
    let (status, error) = policy(&mut stage, "GET", "", &Value::Null);
    let said = format!("Layer version {ARN}:1 does not exist.");
    assert_eq!((status, error["message"].as_str()), (404, Some(&*said)));
}

#[test]
fn permissions_that_are_refused() {
    let mut stage = stage();
    policy(&mut stage, "POST", "", &permission("s1", "*"));
    let (_, before) = policy(&mut stage, "GET", "", &Value::Null);
    let long = "s".repeat(101);
    let revision = "The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve the latest Revision Id";
    let with = |field: &str, value: Value| {
        let mut request = permission("s2", "*");
        request[field] = value;
        request
    };
    let other = "?RevisionId=other";
    let table: [(&str, &str, Value, u16, &str); 13] = [
        (
            "POST",
            "",
            permission("s1", "*"),
            409,
            "The statement id (s1) provided already exists. Please provide a new statement id, or remove the existing statement.",
        ),
        ("POST", other, permission("s2", "*"), 412, revision),
        ("DELETE", "/s1?RevisionId=other", Value::Null, 412, revision),
        (
            "DELETE",
            "/none",
            Value::Null,
            404,
            "Statement none is not found in resource policy.",
        ),
        (
            "POST",
            "",
            with("Action", json!("*")),
            400,
            "1 validation error detected: Value '*' at 'action' failed to satisfy constraint: Member must satisfy regular expression pattern: lambda:GetLayerVersion",
        ),
        (
            "POST",
            "",
            with("Action", Value::Null),
            400,
            "Value null at 'action'",
        ),
        (
            "POST",
            "",
            with("Principal", Value::Null),
            400,
            "Value null at 'principal'",
        ),
        (
            "POST",
            "",
            with("Principal", json!("ada")),
            400,
            "at 'principal'",
        ),
        (
            "POST",
            "",
            with("Principal", json!(1)),
            400,
            "Cannot deserialize",
        ),
        (
            "POST",
            "",
            with("StatementId", json!("a b")),
            400,
            "at 'statementId'",
        ),
        (
            "POST",
            "",
            with("StatementId", json!(long)),
            400,
            "equal to 100",
        ),
        (
            "POST",
            "",
            with("OrganizationId", json!("o-x")),
            400,
            "at 'organizationId'",
        ),
        ("DELETE", "/a%20b", Value::Null, 400, "at 'statementId'"),
    ];
    for (method, tail, request, status, said) in table {
        let (refused, error) = policy(&mut stage, method, tail, &request);
        assert_eq!(refused, status, "{method} {tail} {error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(said), "{message}");
    }
    for (method, tail) in [("POST", ""), ("GET", ""), ("DELETE", "/s1")] {
        let path = format!("{VERSIONS}/7/policy{tail}");
        let request = match method {
            "POST" => permission("s1", "*"),
            _ => Value::Null,
        };
        let refused = stage.send(method, &path, &request);
        assert_eq!(refused.status, 404);
        assert!(text(&refused).contains(":layer:tools:7 does not exist."));
    }
    assert_eq!(policy(&mut stage, "GET", "", &Value::Null).1, before);
}

#[test]
fn a_policy_has_room_for_so_much() {
    let mut stage = stage();
    let refused = (0..200).find_map(|number| {
        let id = format!("{number}-{}", "s".repeat(90));
        let (status, error) = policy(&mut stage, "POST", "", &permission(&id, "*"));
        (status != 201).then_some((number, status, error))
    });
    let (number, status, error) = refused.unwrap();
    assert!(number > 50, "{number}");
    assert_eq!(status, 400);
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("The final policy size (20")
            && message.ends_with(") is bigger than the limit (20480)."),
        "{message}"
    );
}
