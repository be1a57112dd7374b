//! Requests that are refused: with AWS's own error where it is known, and without any change.

use crate::stage::{Stage, creation, encoded, text, zip_of};
use serde_json::{Value, json};

const FUNCTIONS: &str = "/2015-03-31/functions";
const VALIDATION: &str = "ValidationException";
const INVALID: &str = "InvalidParameterValueException";
const CONTENT: &str = "InvalidRequestContentException";

/// A creation with one field changed.
fn with(name: &str, value: Value) -> Value {
    let mut creation = creation("f");
    creation[name] = value;
    creation
}

#[test]
fn creations_that_cannot_be() {
    let long = "x".repeat(65);
    let endless = "x".repeat(141);
    let variables = json!({"Variables": {"AB": "x".repeat(4_096)}});
    let python = encoded(&zip_of("notes.txt", b"hello"));
    let table: Vec<(Value, &str, &str)> = vec![
        (
            with("FunctionName", Value::Null),
            VALIDATION,
            "'functionName'",
        ),
        (
            with("FunctionName", json!("a b")),
            VALIDATION,
            "regular expression pattern",
        ),
        (
            with("FunctionName", json!(long)),
            VALIDATION,
            "length less than or equal to 64",
        ),
        (
            with("FunctionName", json!(endless)),
            VALIDATION,
            "length less than or equal to 140",
        ),
        (
            with("FunctionName", json!(1)),
            CONTENT,
            "type String from Number",
        ),
        (with("Role", Value::Null), VALIDATION, "'role'"),
        (with("Role", json!("admin")), VALIDATION, "'role'"),
        (with("Runtime", Value::Null), VALIDATION, "'runtime'"),
        (with("Runtime", json!("cobol85")), VALIDATION, "'runtime'"),
        (
            with("Runtime", json!("python2.7")),
            INVALID,
            "The runtime parameter of python2.7 is no longer supported for creating or updating AWS Lambda functions. \
             We recommend you use a supported runtime while creating or updating functions.",
        ),
        (with("Handler", Value::Null), VALIDATION, "'handler'"),
        (with("Handler", json!("a b")), VALIDATION, "'handler'"),
        (
            with("Handler", json!("x".repeat(129))),
            VALIDATION,
            "'handler'",
        ),
        (
            with("MemorySize", json!(127)),
            VALIDATION,
            "Value '127' at 'memorySize'",
        ),
        (
            with("MemorySize", json!(10_241)),
            VALIDATION,
            "less than or equal to 10240",
        ),
        (
            with("MemorySize", json!("128")),
            CONTENT,
            "type Integer from String",
        ),
        (with("Timeout", json!(0)), VALIDATION, "'timeout'"),
        (
            with("Timeout", json!(901)),
            VALIDATION,
            "less than or equal to 900",
        ),
        (
            with("Timeout", json!(1.5)),
            CONTENT,
            "type Integer from Number",
        ),
        (
            with("EphemeralStorage", json!({"Size": 511})),
            VALIDATION,
            "'ephemeralStorage.size'",
        ),
        (
            with("EphemeralStorage", json!({})),
            VALIDATION,
            "'ephemeralStorage.size'",
        ),
        (
            with("Environment", json!([])),
            CONTENT,
            "type Object from Array",
        ),
        (
            with("Environment", json!({"Variables": {"AB": 1}})),
            CONTENT,
            "type String from Number",
        ),
        (
            with("Environment", json!({"Variables": {"1A": ""}})),
            VALIDATION,
            "'environment.variables'",
        ),
        (
            with("Environment", json!({"Variables": {"AWS_REGION": ""}})),
            INVALID,
            "reserved keys",
        ),
        (
            with("Environment", variables),
            INVALID,
            "exceeded the 4KB limit",
        ),
        (
            with("Architectures", json!(["mips"])),
            VALIDATION,
            "'architectures'",
        ),
        (
            with("Architectures", json!([])),
            VALIDATION,
            "'architectures'",
        ),
        (
            with("Description", json!("x".repeat(257))),
            VALIDATION,
            "'description'",
        ),
        (
            with("TracingConfig", json!({"Mode": "Some"})),
            VALIDATION,
            "[Active, PassThrough]",
        ),
        (
            with("SnapStart", json!({"ApplyOn": "All"})),
            VALIDATION,
            "[PublishedVersions, None]",
        ),
        (
            with("PackageType", json!("Image")),
            INVALID,
            "PackageType Image",
        ),
        (
            with(
                "Layers",
                json!(["arn:aws:lambda:us-east-1:123456789012:layer:l:1"]),
            ),
            INVALID,
            "Layer version arn:aws:lambda:us-east-1:123456789012:layer:l:1 does not exist.",
        ),
        (
            with("VpcConfig", json!({"SubnetIds": ["subnet-1"]})),
            INVALID,
            "VpcConfig",
        ),
        (
            with(
                "DeadLetterConfig",
                json!({"TargetArn": "arn:aws:sqs:us-east-1:123456789012:q"}),
            ),
            INVALID,
            "queue",
        ),
        (with("Tags", json!({"aws:x": ""})), INVALID, "tag key"),
        (with("Code", Value::Null), VALIDATION, "'code'"),
        (
            with("Code", json!({})),
            INVALID,
            "Please provide a source for function code.",
        ),
        (
            with("Code", json!({"S3Bucket": "b", "S3Key": "k"})),
            INVALID,
            "S3Bucket",
        ),
        (with("Code", json!({"ZipFile": "%%%"})), CONTENT, "base64"),
        (
            with("Code", json!({"ZipFile": encoded(b"no zip")})),
            INVALID,
            "Could not unzip uploaded file.",
        ),
        (
            with("Code", json!({"ZipFile": encoded(b"PK\x03\x04 no zip")})),
            INVALID,
            "",
        ),
        (with("Code", json!({"ZipFile": python})), INVALID, ""),
    ];
    let mut stage = Stage::new();
    for (creation, name, said) in table {
        let refused = stage.send("POST", FUNCTIONS, &creation);
        let text = text(&refused);
        assert_eq!(refused.status, 400, "{creation}: {text}");
        assert_eq!(refused.header("x-amzn-ErrorType"), Some(name), "{text}");
        assert!(text.contains(said), "{said}: {text}");
        assert_eq!(stage.platform.functions().count(), 0);
    }
}

#[test]
fn bodies_that_are_not_json() {
    let mut stage = Stage::new();
    for bad in [
        "{",
        "[]",
        "null",
        "{\"FunctionName\": \"a\"} x",
        "\u{feff}{}",
    ] {
        let refused = stage.send_with("POST", FUNCTIONS, &[], bad.as_bytes().to_vec());
        assert_eq!(
            (refused.status, refused.header("x-amzn-ErrorType")),
            (400, Some(CONTENT)),
            "{bad}"
        );
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep = format!("{{\"FunctionName\": {deep}}}");
    let refused = stage.send_with("POST", FUNCTIONS, &[], deep.into_bytes());
    assert_eq!(refused.header("x-amzn-ErrorType"), Some(CONTENT));
    let refused = stage.send_with("POST", FUNCTIONS, &[], vec![0xff, 0xfe]);
    assert_eq!(refused.header("x-amzn-ErrorType"), Some(CONTENT));
}

#[test]
fn a_name_can_be_taken_once() {
    let mut stage = Stage::with_echo();
    let again = stage.send("POST", FUNCTIONS, &creation("echo"));
    assert_eq!(
        (again.status, again.header("x-amzn-ErrorType")),
        (409, Some("ResourceConflictException"))
    );
    assert!(text(&again).contains("Function already exist: echo"));
}

#[test]
fn too_much_is_too_much() {
    let mut stage = Stage::with_echo();
    let code = stage.send_with("POST", FUNCTIONS, &[], vec![b' '; 70_167_212]);
    assert_eq!(code.status, 413);
    assert!(text(&code).contains("70167211 bytes for the CreateFunction operation"));
    let settings = format!("{FUNCTIONS}/echo/configuration");
    assert_eq!(
        stage
            .send_with("PUT", &settings, &[], vec![b' '; 6_291_457])
            .status,
        413
    );
}

#[test]
fn paths_that_lead_nowhere() {
    let mut stage = Stage::with_echo();
    for (method, path, status) in [
        ("GET", "/2015-03-31/layers", 403),
        ("GET", "/", 403),
        ("PATCH", "/2015-03-31/functions/echo", 405),
        ("GET", "/2015-03-31/functions/echo:7", 404),
        ("GET", "/2015-03-31/functions/echo?Qualifier=live", 404),
        ("GET", "/2015-03-31/functions/echo:1?Qualifier=2", 400),
        ("GET", "/2015-03-31/functions?MaxItems=0", 400),
        ("GET", "/2015-03-31/functions?FunctionVersion=SOME", 400),
    ] {
        assert_eq!(
            stage.send(method, path, &Value::Null).status,
            status,
            "{method} {path}"
        );
    }
}
