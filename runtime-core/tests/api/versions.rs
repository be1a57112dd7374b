//! Versions, aliases, provisioned concurrency.

use crate::stage::{Stage, body, creation, text};
use runtime_core::timeline::InitOutcome;
use runtime_core::units::Span;
use serde_json::{Value, json};

const FUNCTION: &str = "/2015-03-31/functions/echo";
const PROVISIONED: &str = "/2019-09-30/functions/echo/provisioned-concurrency";
const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:echo";

/// A session with an echo of two versions.
fn with_versions() -> Stage {
    let mut stage = Stage::with_echo();
    publish(&mut stage, "first");
    let change = json!({"MemorySize": 256});
    stage.send("PUT", &format!("{FUNCTION}/configuration"), &change);
    publish(&mut stage, "second");
    stage
}

fn publish(stage: &mut Stage, description: &str) -> Value {
    let path = format!("{FUNCTION}/versions");
    let answer = stage.send("POST", &path, &json!({"Description": description}));
    assert_eq!(answer.status, 201, "{}", text(&answer));
    body(&answer)
}

#[test]
fn a_version_keeps_what_it_was_published_with() {
    let mut stage = with_versions();
    let first = body(&stage.send("GET", &format!("{FUNCTION}?Qualifier=1"), &Value::Null));
    let first = &first["Configuration"];
    assert_eq!(
        (&first["Version"], &first["MemorySize"]),
        (&json!("1"), &json!(128))
    );
    assert_eq!(first["Description"], "first");
    assert_eq!(first["FunctionArn"], format!("{ARN}:1"));
    // Nothing has changed since: no new version.
    assert_eq!(publish(&mut stage, "third")["Version"], "2");
    let list = body(&stage.send("GET", &format!("{FUNCTION}/versions"), &Value::Null));
    let list = list["Versions"].as_array().unwrap();
    let versions: Vec<&Value> = list.iter().map(|it| &it["Version"]).collect();
    assert_eq!(versions, [&json!("$LATEST"), &json!("1"), &json!("2")]);
    let all = body(&stage.send(
        "GET",
        "/2015-03-31/functions?FunctionVersion=ALL",
        &Value::Null,
    ));
    assert_eq!(all["Functions"].as_array().unwrap().len(), 3);
    let other = json!({"CodeSha256": "other"});
    assert_eq!(
        stage
            .send("POST", &format!("{FUNCTION}/versions"), &other)
            .status,
        400
    );
}

#[test]
fn a_creation_can_be_published_at_once() {
    let mut stage = Stage::new();
    let mut creation = creation("echo");
    creation["Publish"] = json!(true);
    let made = body(&stage.send("POST", "/2015-03-31/functions", &creation));
    assert_eq!(
        (&made["Version"], &made["FunctionArn"]),
        (&json!("1"), &json!(format!("{ARN}:1")))
    );
}

#[test]
fn invocations_go_to_what_they_name() {
    let mut stage = with_versions();
    let alias = json!({"Name": "live", "FunctionVersion": "1"});
    assert_eq!(
        stage
            .send("POST", &format!("{FUNCTION}/aliases"), &alias)
            .status,
        201
    );
    for (qualifier, version) in [
        ("", "$LATEST"),
        ("?Qualifier=2", "2"),
        ("?Qualifier=live", "1"),
    ] {
        let answer = stage.send(
            "POST",
            &format!("{FUNCTION}/invocations{qualifier}"),
            &json!({}),
        );
        assert_eq!(answer.status, 200, "{}", text(&answer));
        assert_eq!(answer.header("X-Amz-Executed-Version"), Some(version));
    }
    let missing = stage.send(
        "POST",
        &format!("{FUNCTION}/invocations?Qualifier=3"),
        &json!({}),
    );
    assert_eq!(missing.status, 404);
    assert_eq!(
        body(&missing)["message"],
        format!("Function not found: {ARN}:3")
    );
    let dead = stage.send(
        "GET",
        &format!("{FUNCTION}:live/configuration"),
        &Value::Null,
    );
    assert_eq!(body(&dead)["FunctionArn"], format!("{ARN}:live"));
}

#[test]
fn aliases_come_change_and_go() {
    let mut stage = with_versions();
    let (all, one) = (
        format!("{FUNCTION}/aliases"),
        format!("{FUNCTION}/aliases/live"),
    );
    let made = json!({
        "Name": "live",
        "FunctionVersion": "1",
        "Description": "what customers have",
        "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.25}},
    });
    let shown = body(&stage.send("POST", &all, &made));
    assert_eq!(shown["AliasArn"], format!("{ARN}:live"));
    for (name, value) in made.as_object().unwrap() {
        assert_eq!(&shown[name], value, "{name}");
    }
    assert_eq!(body(&stage.send("GET", &one, &Value::Null)), shown);
    assert_eq!(stage.send("POST", &all, &made).status, 409);
    let change =
        json!({"FunctionVersion": "2", "RoutingConfig": {}, "RevisionId": shown["RevisionId"]});
    let changed = body(&stage.send("PUT", &one, &change));
    assert_eq!(
        (&changed["FunctionVersion"], &changed["RoutingConfig"]),
        (&json!("2"), &Value::Null)
    );
    assert_eq!(stage.send("PUT", &one, &change).status, 412);
    let list = |stage: &mut Stage, query: &str| {
        let list = body(&stage.send("GET", &format!("{all}{query}"), &Value::Null));
        list["Aliases"].as_array().unwrap().len()
    };
    assert_eq!(
        (list(&mut stage, ""), list(&mut stage, "?FunctionVersion=1")),
        (1, 0)
    );
    // A version that an alias names stays.
    assert_eq!(
        stage
            .send("DELETE", &format!("{FUNCTION}?Qualifier=2"), &Value::Null)
            .status,
        409
    );
    assert_eq!(
        stage
            .send("DELETE", &format!("{FUNCTION}?Qualifier=1"), &Value::Null)
            .status,
        204
    );
    assert_eq!(stage.send("DELETE", &one, &Value::Null).status, 204);
    assert_eq!(stage.send("GET", &one, &Value::Null).status, 404);
    for (bad, status) in [
        (json!({"Name": "x"}), 400),
        (json!({"Name": "7", "FunctionVersion": "2"}), 400),
        (json!({"Name": "x", "FunctionVersion": "9"}), 404),
        (json!({"Name": "x", "FunctionVersion": "live"}), 400),
        (
            json!({"Name": "x", "FunctionVersion": "2", "RoutingConfig": {"AdditionalVersionWeights": {"2": 2}}}),
            400,
        ),
    ] {
        assert_eq!(stage.send("POST", &all, &bad).status, status, "{bad}");
    }
}

#[test]
fn concurrency_is_provisioned_for_versions() {
    let mut stage = with_versions();
    let wanted = json!({"ProvisionedConcurrentExecutions": 2});
    let path = format!("{PROVISIONED}?Qualifier=2");
    assert_eq!(stage.send("GET", &path, &Value::Null).status, 404);
    stage.wait(Span::from_secs(1));
    let asked = stage.send("PUT", &path, &wanted);
    assert_eq!(asked.status, 202, "{}", text(&asked));
    let shown = json!({
        "RequestedProvisionedConcurrentExecutions": 2,
        "AvailableProvisionedConcurrentExecutions": 0,
        "AllocatedProvisionedConcurrentExecutions": 0,
        "Status": "IN_PROGRESS",
        "LastModified": "2026-11-24T12:00:01.000+0000",
    });
    assert_eq!(body(&asked), shown);
    assert_eq!(body(&stage.send("GET", &path, &Value::Null)), shown);
    let list = body(&stage.send("GET", &format!("{PROVISIONED}?List=ALL"), &Value::Null));
    assert_eq!(
        list["ProvisionedConcurrencyConfigs"][0]["FunctionArn"],
        format!("{ARN}:2")
    );
    for (query, wanted) in [
        ("", json!({"ProvisionedConcurrentExecutions": 1})),
        (
            "?Qualifier=$LATEST",
            json!({"ProvisionedConcurrentExecutions": 1}),
        ),
        (
            "?Qualifier=1",
            json!({"ProvisionedConcurrentExecutions": 0}),
        ),
        (
            "?Qualifier=1",
            json!({"ProvisionedConcurrentExecutions": 5_000}),
        ),
    ] {
        assert_eq!(
            stage
                .send("PUT", &format!("{PROVISIONED}{query}"), &wanted)
                .status,
            400,
            "{query}"
        );
    }
    assert_eq!(stage.send("DELETE", &path, &Value::Null).status, 204);
    let gone = stage.send("GET", &path, &Value::Null);
    assert_eq!(
        gone.header("x-amzn-ErrorType"),
        Some("ProvisionedConcurrencyConfigNotFoundException")
    );
}

/// GetProvisionedConcurrencyConfig (Lambda API reference): `READY` when all of them are there, and until
/// then none can be used ("Configuring provisioned concurrency": after a minute or two).
#[test]
fn provisioned_concurrency_is_ready_all_at_once() {
    let mut stage = with_versions();
    let path = format!("{PROVISIONED}?Qualifier=2");
    stage.pass(Span::from_secs(1));
    let wanted = json!({"ProvisionedConcurrentExecutions": 3});
    assert_eq!(stage.send("PUT", &path, &wanted).status, 202);
    let shown = |there: u32, status: &str| {
        json!({
            "RequestedProvisionedConcurrentExecutions": 3,
            "AvailableProvisionedConcurrentExecutions": there,
            "AllocatedProvisionedConcurrentExecutions": there,
            "Status": status,
            "LastModified": "2026-11-24T12:00:01.000+0000",
        })
    };
    stage.pass(Span::from_secs(89));
    let answer = body(&stage.send("GET", &path, &Value::Null));
    assert_eq!(answer, shown(0, "IN_PROGRESS"));
    stage.pass(Span::from_secs(1));
    let answer = stage.send("GET", &path, &Value::Null);
    assert_eq!((answer.status, body(&answer)), (200, shown(3, "READY")));
}

/// The same operation: where it has failed, `StatusReason` says why.
#[test]
fn provisioned_concurrency_fails_with_its_inits() {
    let mut stage = with_versions();
    stage.init = InitOutcome::TimedOut;
    let path = format!("{PROVISIONED}?Qualifier=2");
    let wanted = json!({"ProvisionedConcurrentExecutions": 3});
    let asked = body(&stage.send("PUT", &path, &wanted));
    assert_eq!(asked.get("StatusReason"), None);
    stage.pass(Span::from_secs(90));
    assert_eq!(
        body(&stage.send("GET", &path, &Value::Null)),
        json!({
            "RequestedProvisionedConcurrentExecutions": 3,
            "AvailableProvisionedConcurrentExecutions": 0,
            "AllocatedProvisionedConcurrentExecutions": 0,
            "Status": "FAILED",
            "StatusReason": "FUNCTION_ERROR_INIT_FAILURE",
            "LastModified": "2026-11-24T12:00:00.000+0000",
        })
    );
}
