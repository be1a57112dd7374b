//! Creating, reading, changing, listing and deleting functions.

use crate::stage::{ROLE, Stage, body, creation, encoded, text, zip, zip_of};
use runtime_core::units::Span;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const FUNCTIONS: &str = "/2015-03-31/functions";

#[test]
fn a_function_begins_with_the_defaults_of_aws() {
    let mut stage = Stage::new();
    let made = stage.send("POST", FUNCTIONS, &creation("echo"));
    assert_eq!(made.status, 201);
    let made = body(&made);
    let digest = made["CodeSha256"].as_str().unwrap().to_owned();
    assert_eq!(digest.len(), 44);
    let wanted = json!({
        "Architectures": ["x86_64"],
        "CodeSha256": digest,
        "CodeSize": zip().len(),
        "Description": "",
        "Environment": {"Variables": {}},
        "EphemeralStorage": {"Size": 512},
        "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:echo",
        "FunctionName": "echo",
        "Handler": "bootstrap",
        "LastModified": "2026-11-24T12:00:00.000+0000",
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/echo"},
        "MemorySize": 128,
        "PackageType": "Zip",
        "RevisionId": made["RevisionId"],
        "Role": ROLE,
        "Runtime": "provided.al2023",
        "RuntimeVersionConfig": {
            "RuntimeVersionArn": "arn:aws:lambda:us-east-1::runtime:coldstart-provided.al2023-v1",
        },
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "State": "Pending",
        "StateReason": "The function is being created.",
        "StateReasonCode": "Creating",
        "Timeout": 3,
        "TracingConfig": {"Mode": "PassThrough"},
        "Version": "$LATEST",
    });
    assert_eq!(made, wanted);

    let asked = body(&stage.send("GET", &format!("{FUNCTIONS}/echo"), &Value::Null));
    assert_eq!(asked["Configuration"]["State"], "Active");
    assert_eq!(asked["Configuration"]["LastUpdateStatus"], "Successful");
    assert_eq!(asked["Code"]["RepositoryType"], "S3");
    assert_eq!(asked["Tags"], Value::Null);
    let alone = body(&stage.send(
        "GET",
        &format!("{FUNCTIONS}/echo/configuration"),
        &Value::Null,
    ));
    assert_eq!(alone, asked["Configuration"]);
}

#[test]
fn every_setting_is_taken_over_and_shown() {
    let mut stage = Stage::new();
    let queue = stage.queue("dead");
    let mut creation = creation("full");
    let settings = json!({
        "Description": "All of it",
        "MemorySize": 1_769,
        "Timeout": 900,
        "Environment": {"Variables": {"STAGE": "test"}},
        "Architectures": ["arm64"],
        "EphemeralStorage": {"Size": 1_024},
        "TracingConfig": {"Mode": "Active"},
        "DeadLetterConfig": {"TargetArn": queue},
        "Tags": {"team": "a"},
    });
    for (name, value) in settings.as_object().unwrap() {
        creation[name] = value.clone();
    }
    let made = body(&stage.send("POST", FUNCTIONS, &creation));
    for (name, value) in settings.as_object().unwrap() {
        if name != "Tags" {
            assert_eq!(&made[name], value, "{name}");
        }
    }
    let asked = body(&stage.send("GET", &format!("{FUNCTIONS}/full"), &Value::Null));
    assert_eq!(asked["Tags"], json!({"team": "a"}));
}

#[test]
fn what_a_change_does_not_name_stays() {
    let mut stage = Stage::with_echo();
    let path = format!("{FUNCTIONS}/echo/configuration");
    let before = body(&stage.send("GET", &path, &Value::Null));
    stage.wait(Span::from_secs(60));
    let change = json!({"MemorySize": 512, "Environment": {"Variables": {"AB": "1"}}});
    let changed = stage.send("PUT", &path, &change);
    assert_eq!(changed.status, 200);
    assert_eq!(body(&changed)["LastUpdateStatus"], "InProgress");
    let after = body(&stage.send("GET", &path, &Value::Null));
    assert_eq!(after["MemorySize"], 512);
    assert_eq!(after["Environment"]["Variables"], json!({"AB": "1"}));
    assert_eq!(after["LastModified"], "2026-11-24T12:01:00.000+0000");
    assert_ne!(after["RevisionId"], before["RevisionId"]);
    for same in ["Timeout", "Handler", "CodeSha256", "Role"] {
        assert_eq!(after[same], before[same], "{same}");
    }
}

#[test]
fn a_change_can_insist_on_a_revision() {
    let mut stage = Stage::with_echo();
    let path = format!("{FUNCTIONS}/echo/configuration");
    let revision = body(&stage.send("GET", &path, &Value::Null))["RevisionId"].clone();
    let change = json!({"Timeout": 5, "RevisionId": revision});
    assert_eq!(stage.send("PUT", &path, &change).status, 200);
    let late = stage.send("PUT", &path, &change);
    assert_eq!(late.status, 412);
    assert_eq!(
        late.header("x-amzn-ErrorType"),
        Some("PreconditionFailedException")
    );
}

#[test]
fn code_is_replaced_and_can_be_tried_without_that() {
    let mut stage = Stage::with_echo();
    let path = format!("{FUNCTIONS}/echo/code");
    let shown = |stage: &mut Stage| {
        body(&stage.send(
            "GET",
            &format!("{FUNCTIONS}/echo/configuration"),
            &Value::Null,
        ))
    };
    let before = shown(&mut stage);
    let module = r#"(module (memory (export "memory") 2) (func (export "_start")))"#;
    let other = zip_of("bootstrap.wasm", &wat::parse_str(module).unwrap());
    let mut change = json!({"ZipFile": encoded(&other), "DryRun": true});
    assert_eq!(stage.send("PUT", &path, &change).status, 200);
    assert_eq!(shown(&mut stage), before);
    change["DryRun"] = json!(false);
    assert_eq!(stage.send("PUT", &path, &change).status, 200);
    assert_ne!(shown(&mut stage)["CodeSha256"], before["CodeSha256"]);
}

#[test]
fn source_code_is_run_by_the_runtime_that_was_asked_for() {
    let mut stage = Stage::new();
    let source = |name: &str, text: &str| encoded(&zip_of(name, text.as_bytes()));
    let python = source("app.py", "def handler(event, context): return event\n");
    let mut creation = creation("snake");
    creation["Runtime"] = json!("python3.12");
    creation["Handler"] = json!("app.handler");
    creation["Code"] = json!({"ZipFile": python});
    let made = body(&stage.send("POST", FUNCTIONS, &creation));
    assert_eq!(
        (&made["Runtime"], &made["Handler"]),
        (&json!("python3.12"), &json!("app.handler"))
    );

    creation["FunctionName"] = json!("node");
    creation["Runtime"] = json!("nodejs22.x");
    creation["Handler"] = json!("index.handler");
    let script = source(
        "index.mjs",
        "export const handler = async (event) => event;\n",
    );
    creation["Code"] = json!({"ZipFile": script});
    let made = stage.send("POST", FUNCTIONS, &creation);
    assert_eq!(body(&made)["Runtime"], "nodejs22.x", "{}", text(&made));

    creation["FunctionName"] = json!("wrong");
    creation["Runtime"] = json!("provided.al2023");
    let refused = stage.send("POST", FUNCTIONS, &creation);
    assert_eq!(refused.status, 400);
    assert!(
        text(&refused).contains("bootstrap.wasm"),
        "{}",
        text(&refused)
    );
}

#[test]
fn lists_come_in_pages_of_at_most_fifty() {
    let mut stage = Stage::new();
    for number in 0..60 {
        stage.create(&format!("f{number}"));
    }
    let mut names = BTreeSet::new();
    let mut pages = Vec::new();
    let mut marker = String::new();
    loop {
        let path = format!("{FUNCTIONS}/?MaxItems=1000{marker}");
        let page = body(&stage.send("GET", &path, &Value::Null));
        let functions = page["Functions"].as_array().unwrap();
        pages.push(functions.len());
        for function in functions {
            assert_eq!(function["State"], Value::Null, "lists leave it out");
            names.insert(function["FunctionName"].as_str().unwrap().to_owned());
        }
        match page["NextMarker"].as_str() {
            Some(next) => marker = format!("&Marker={next}"),
            None => break,
        }
    }
    assert_eq!(pages, [50, 10]);
    assert_eq!(names.len(), 60);
}

#[test]
fn a_deleted_function_is_gone_and_its_name_free() {
    let mut stage = Stage::with_echo();
    let path = format!("{FUNCTIONS}/echo");
    let tags = "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Aecho";
    assert_eq!(
        stage
            .send("POST", tags, &json!({"Tags": {"a": "b"}}))
            .status,
        204
    );
    assert_eq!(stage.send("DELETE", &path, &Value::Null).status, 204);
    let gone = stage.send("GET", &path, &Value::Null);
    assert_eq!(gone.status, 404);
    assert_eq!(
        gone.header("x-amzn-ErrorType"),
        Some("ResourceNotFoundException")
    );
    assert_eq!(
        body(&gone),
        json!({
            "Type": "User",
            "message": "Function not found: arn:aws:lambda:us-east-1:123456789012:function:echo",
        })
    );
    stage.create("echo");
    assert_eq!(
        body(&stage.send("GET", tags, &Value::Null)),
        json!({"Tags": {}})
    );
}
