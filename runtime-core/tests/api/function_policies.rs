//! Policies of functions, versions and aliases: kept and answered for as AWS does (LocalStack recorded shapes and
//! messages, `test_lambda_api.py::TestLambdaPermissions`).

use crate::stage::{Stage, body, creation, text};
use serde_json::{Value, json};

const FUNCTION: &str = "/2015-03-31/functions/f";
const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

fn stage() -> Stage {
    let mut stage = Stage::new();
    let made = stage.send("POST", "/2015-03-31/functions", &creation("f"));
    assert_eq!(made.status, 201, "{}", text(&made));
    stage
}

fn send(stage: &mut Stage, method: &str, tail: &str, request: &Value) -> (u16, Value) {
    let answer = stage.send(method, &format!("{FUNCTION}/policy{tail}"), request);
    let body = match answer.body.is_empty() {
        true => Value::Null,
        false => body(&answer),
    };
    (answer.status, body)
}

fn permission(statement: &str) -> Value {
    json!({
        "StatementId": statement,
        "Action": "lambda:InvokeFunction",
        "Principal": "s3.amazonaws.com",
    })
}

fn parsed(text: &Value) -> Value {
    serde_json::from_str(text.as_str().unwrap()).unwrap()
}

#[test]
fn statements_are_added_and_removed() {
    let mut stage = stage();
    let (status, none) = send(&mut stage, "GET", "", &Value::Null);
    assert_eq!(status, 404);
    assert_eq!(
        none["message"],
        "The resource you requested does not exist."
    );

    let mut request = permission("s3");
    request["SourceArn"] = json!("arn:aws:s3:::photos");
    request["SourceAccount"] = json!("123456789012");
    let (status, added) = send(&mut stage, "POST", "", &request);
    assert_eq!(status, 201, "{added}");
    let expected = json!({
        "Sid": "s3",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": ARN,
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": "123456789012"},
            "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::photos"},
        },
    });
    assert_eq!(parsed(&added["Statement"]), expected);

    let mut account = permission("account");
    account["Principal"] = json!("111122223333");
    assert_eq!(send(&mut stage, "POST", "", &account).0, 201);
    let (status, got) = send(&mut stage, "GET", "", &Value::Null);
    assert_eq!(status, 200);
    let policy = parsed(&got["Policy"]);
    assert_eq!(
        (&policy["Id"], &policy["Version"]),
        (&json!("default"), &json!("2012-10-17"))
    );
    assert_eq!(policy["Statement"][0], expected);
    assert_eq!(
        policy["Statement"][1]["Principal"],
        json!({"AWS": "arn:aws:iam::111122223333:root"})
    );

    // Who has an old picture of it changes nothing.
    let stale = send(&mut stage, "DELETE", "/s3?RevisionId=ada", &Value::Null);
    assert_eq!(stale.0, 412, "{}", stale.1);
    let revision = got["RevisionId"].as_str().unwrap();
    let tail = format!("/s3?RevisionId={revision}");
    assert_eq!(send(&mut stage, "DELETE", &tail, &Value::Null).0, 204);
    let (_, later) = send(&mut stage, "GET", "", &Value::Null);
    assert_ne!(later["RevisionId"], got["RevisionId"]);
    assert_eq!(
        parsed(&later["Policy"])["Statement"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn versions_and_aliases_have_policies_of_their_own() {
    let mut stage = stage();
    let version = stage.send("POST", &format!("{FUNCTION}/versions"), &json!({}));
    assert_eq!(version.status, 201, "{}", text(&version));
    assert_eq!(
        send(&mut stage, "POST", "?Qualifier=1", &permission("one")).0,
        201
    );
    let (_, got) = send(&mut stage, "GET", "?Qualifier=1", &Value::Null);
    let resource = &parsed(&got["Policy"])["Statement"][0]["Resource"];
    assert_eq!(resource, &json!(format!("{ARN}:1")));
    assert_eq!(send(&mut stage, "GET", "", &Value::Null).0, 404);
    assert_eq!(
        send(&mut stage, "GET", "?Qualifier=live", &Value::Null).0,
        404
    );
}

#[test]
fn what_is_no_permission_is_refused() {
    let mut stage = stage();
    assert_eq!(send(&mut stage, "POST", "", &permission("s")).0, 201);
    let with = |name: &str, value: &str| {
        let mut request = permission("t");
        request[name] = json!(value);
        request
    };
    for (tail, request, status, says) in [
        (
            "",
            permission("s"),
            409,
            "The statement id (s) provided already exists.",
        ),
        ("", with("StatementId", "a b"), 400, "'statementId'"),
        (
            "",
            with("StatementId", &"x".repeat(101)),
            400,
            "less than or equal to 100",
        ),
        ("", with("Action", "s3:GetObject"), 400, "'action'"),
        (
            "",
            with("Principal", "ada"),
            400,
            "The provided principal was invalid.",
        ),
        ("", with("Principal", "a b"), 400, "'principal'"),
        ("", with("RevisionId", "old"), 412, "Revision Id"),
        (
            "?Qualifier=$LATEST",
            permission("t"),
            400,
            "policies for $LATEST",
        ),
        ("?Qualifier=9", permission("t"), 404, "f:9"),
    ] {
        let (got, answer) = send(&mut stage, "POST", tail, &request);
        assert_eq!(got, status, "{answer}");
        assert!(answer.to_string().contains(says), "{says}: {answer}");
    }
    let (status, answer) = send(&mut stage, "DELETE", "/other", &Value::Null);
    assert_eq!(status, 404);
    assert!(
        answer
            .to_string()
            .contains("Statement other is not found in resource policy.")
    );
    // Twenty kilobytes of statements are too many.
    let long = "x".repeat(90);
    let refused = (0..400).find_map(|number| {
        let (status, answer) = send(
            &mut stage,
            "POST",
            "",
            &permission(&format!("{long}{number}")),
        );
        (status != 201).then_some((status, answer.to_string()))
    });
    let (status, answer) = refused.unwrap();
    assert_eq!(status, 400);
    assert!(answer.contains("bigger than the limit (20480)"), "{answer}");
}
