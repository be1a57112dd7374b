//! Layer versions, and layers of functions.

use crate::stage::{Stage, body, creation, encoded, text, zip_of};
use runtime_core::timeline::LayerVersion;
use serde_json::{Value, json};

const LAYERS: &str = "/2018-10-31/layers";
const FUNCTIONS: &str = "/2015-03-31/functions";
const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:layer";

fn content(file: &str) -> Value {
    json!({"ZipFile": encoded(&zip_of(file, b"VALUE = 1\n"))})
}

fn publish(stage: &mut Stage, name: &str, more: Value) -> Value {
    let mut request = json!({"Content": content("python/tool.py")});
    if let (Some(request), Value::Object(more)) = (request.as_object_mut(), more) {
        request.extend(more);
    }
    let answer = stage.send("POST", &format!("{LAYERS}/{name}/versions"), &request);
    assert_eq!(answer.status, 201, "{}", text(&answer));
    body(&answer)
}

fn layers_of(stage: &mut Stage, function: &str) -> Value {
    let path = format!("{FUNCTIONS}/{function}/configuration");
    body(&stage.send("GET", &path, &Value::Null))["Layers"].clone()
}

fn set_layers(stage: &mut Stage, arns: &[&str]) -> (u16, Value) {
    let path = format!("{FUNCTIONS}/echo/configuration");
    let answer = stage.send("PUT", &path, &json!({"Layers": arns}));
    (answer.status, body(&answer))
}

#[test]
fn versions_are_published_one_after_the_other() {
    let mut stage = Stage::new();
    let about = json!({
        "Description": "tools",
        "LicenseInfo": "MIT",
        "CompatibleRuntimes": ["python3.12"],
        "CompatibleArchitectures": ["arm64"],
    });
    let first = publish(&mut stage, "tools", about);
    assert_eq!(first["LayerArn"], format!("{ARN}:tools"));
    assert_eq!(first["LayerVersionArn"], format!("{ARN}:tools:1"));
    assert_eq!(first["Version"], 1);
    assert_eq!(first["Description"], "tools");
    assert_eq!(first["LicenseInfo"], "MIT");
    assert_eq!(first["CompatibleRuntimes"], json!(["python3.12"]));
    assert_eq!(first["CompatibleArchitectures"], json!(["arm64"]));
    assert_eq!(first["CreatedDate"], "2026-11-24T12:00:00.000+0000");
    let zip = zip_of("python/tool.py", b"VALUE = 1\n");
    assert_eq!(first["Content"]["CodeSize"], zip.len());
    assert_eq!(
        first["Content"]["CodeSha256"].as_str().map(str::len),
        Some(44)
    );
    // By ARN as by name.
    let again = publish(&mut stage, &format!("{ARN}:tools"), json!({}));
    assert_eq!(again["Version"], 2);
    assert_eq!(again["Description"], "");
    assert_eq!(again.get("CompatibleRuntimes"), None);
    let got = stage.send("GET", &format!("{LAYERS}/tools/versions/1"), &Value::Null);
    assert_eq!(body(&got), first);
    let by_arn = format!("{LAYERS}?find=LayerVersion&Arn={ARN}:tools:1");
    assert_eq!(body(&stage.send("GET", &by_arn, &Value::Null)), first);
}

#[test]
fn a_number_is_never_given_twice() {
    let mut stage = Stage::new();
    publish(&mut stage, "tools", json!({}));
    publish(&mut stage, "tools", json!({}));
    let second = format!("{LAYERS}/tools/versions/2");
    assert_eq!(stage.send("DELETE", &second, &Value::Null).status, 204);
    assert_eq!(stage.send("DELETE", &second, &Value::Null).status, 204);
    let gone = stage.send("GET", &second, &Value::Null);
    assert_eq!(gone.status, 404);
    assert_eq!(
        body(&gone)["message"],
        "The resource you requested does not exist."
    );
    assert_eq!(publish(&mut stage, "tools", json!({}))["Version"], 3);
}

#[test]
fn lists_come_newest_first_and_in_pages() {
    let mut stage = Stage::new();
    let python = json!({"CompatibleRuntimes": ["python3.12"]});
    publish(&mut stage, "a", python.clone());
    publish(&mut stage, "a", json!({}));
    publish(&mut stage, "b", json!({}));
    let mut get = |path: &str| body(&stage.send("GET", &format!("{LAYERS}{path}"), &Value::Null));
    let numbers = |list: &Value| -> Vec<u64> {
        let list = list["LayerVersions"].as_array().unwrap().iter();
        list.map(|it| it["Version"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers(&get("/a/versions")), [2, 1]);
    let page = get("/a/versions?MaxItems=1");
    assert_eq!(numbers(&page), [2]);
    let marker = page["NextMarker"].as_str().unwrap();
    assert_eq!(numbers(&get(&format!("/a/versions?Marker={marker}"))), [1]);
    assert_eq!(
        numbers(&get("/a/versions?CompatibleRuntime=python3.12")),
        [1]
    );
    assert_eq!(numbers(&get("/none/versions")), [0; 0]);
    let all = get("");
    let all = all["Layers"].as_array().unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0]["LayerName"], "a");
    assert_eq!(all[0]["LatestMatchingVersion"]["Version"], 2);
    assert_eq!(all[0]["LatestMatchingVersion"].get("Content"), None);
    let fitting = get("?CompatibleRuntime=python3.12");
    assert_eq!(fitting["Layers"].as_array().map(Vec::len), Some(1));
    assert_eq!(fitting["Layers"][0]["LatestMatchingVersion"]["Version"], 1);
}

#[test]
fn functions_have_layers_in_their_order() {
    let mut stage = Stage::with_echo();
    for name in ["a", "b"] {
        publish(&mut stage, name, json!({}));
    }
    let (a, b) = (format!("{ARN}:a:1"), format!("{ARN}:b:1"));
    assert_eq!(layers_of(&mut stage, "echo"), Value::Null);
    let (status, shown) = set_layers(&mut stage, &[&b, &a]);
    assert_eq!(status, 200, "{shown}");
    let size = zip_of("python/tool.py", b"VALUE = 1\n").len();
    let expected = json!([{"Arn": b, "CodeSize": size}, {"Arn": a, "CodeSize": size}]);
    assert_eq!(shown["Layers"], expected);
    // What a request does not name stays.
    let path = format!("{FUNCTIONS}/echo/configuration");
    stage.send("PUT", &path, &json!({"MemorySize": 256}));
    assert_eq!(layers_of(&mut stage, "echo"), expected);
    // A version that is deleted stays with the functions that have it.
    stage.send("DELETE", &format!("{LAYERS}/a/versions/1"), &Value::Null);
    assert_eq!(layers_of(&mut stage, "echo"), expected);
    let (_, shown) = set_layers(&mut stage, &[]);
    assert_eq!(shown.get("Layers"), None);
    let mut new = creation("other");
    new["Layers"] = json!([b]);
    let made = stage.send("POST", FUNCTIONS, &new);
    assert_eq!(made.status, 201, "{}", text(&made));
    assert_eq!(body(&made)["Layers"][0]["Arn"], b);
    let account = body(&stage.send("GET", "/2016-08-19/account-settings", &Value::Null));
    assert!(account["AccountUsage"]["TotalCodeSize"].as_u64() > Some(size as u64));
}

#[test]
fn layers_that_a_function_cannot_have() {
    let mut stage = Stage::with_echo();
    publish(&mut stage, "a", json!({}));
    publish(&mut stage, "a", json!({}));
    let of = |tail: &str| format!("{ARN}:{tail}");
    let elsewhere = of("a:1").replace("us-east-1", "eu-west-1");
    let foreign = of("a:1").replace("123456789012", "999999999999");
    let table: [(Vec<String>, u16, &str); 7] = [
        (
            vec![of("a:1"), of("a:2")],
            400,
            "are versions of the same layer.",
        ),
        (vec![of("a:3")], 400, "layer:a:3 does not exist."),
        (vec![of("z:1")], 400, "layer:z:1 does not exist."),
        (vec![of("a")], 400, "'layers' failed to satisfy constraint"),
        (vec![elsewhere], 400, "expected to be in region us-east-1."),
        (vec![foreign], 403, "lambda:GetLayerVersion on resource"),
        (
            vec![of("a:1"); 6],
            400,
            "Cannot reference more than 5 layers.",
        ),
    ];
    for (arns, status, message) in table {
        let arns: Vec<&str> = arns.iter().map(String::as_str).collect();
        let (refused, error) = set_layers(&mut stage, &arns);
        assert_eq!(refused, status, "{error}");
        let said = error["message"].as_str().unwrap();
        assert!(said.contains(message), "{said}");
    }
    assert_eq!(layers_of(&mut stage, "echo"), Value::Null);
}

/// A function whose layers fill the limit can have no larger code.
#[test]
fn code_and_layers_share_one_limit() {
    let mut stage = Stage::with_echo();
    publish(&mut stage, "a", json!({}));
    let (status, _) = set_layers(&mut stage, &[&format!("{ARN}:a:1")]);
    assert_eq!(status, 200);
    // No test makes 250 MB: the layer says that it has them.
    let (function, mut configuration) = {
        let mut functions = stage.platform.functions();
        let (id, configuration) = functions.next().unwrap();
        (id, configuration.clone())
    };
    for LayerVersion { unzipped_size, .. } in &mut configuration.layers {
        *unzipped_size = runtime_core::units::ByteCount::new(262_144_000);
    }
    stage.input(runtime_core::platform::Input::ConfigureFunction {
        function,
        configuration: Box::new(configuration),
    });
    let code = json!({"ZipFile": encoded(&crate::stage::zip())});
    let refused = stage.send("PUT", &format!("{FUNCTIONS}/echo/code"), &code);
    assert_eq!(refused.status, 400);
    let said = text(&refused);
    assert!(
        said.contains("Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 2621"),
        "{said}"
    );
}

#[test]
fn layer_versions_that_are_refused() {
    let mut stage = Stage::new();
    let long = "x".repeat(257);
    let many: Vec<String> = (0..16).map(|it| format!("python3.{it}")).collect();
    let table = [
        ("a", json!({}), "'content'"),
        ("a", json!({"Content": {}}), "source"),
        (
            "a",
            json!({"Content": {"S3Bucket": "b", "S3Key": "k"}}),
            "S3Bucket",
        ),
        ("a b", json!({"Content": content("a")}), "'layerName'"),
        ("a", json!({"Content": content("../a")}), "../a"),
        (
            "a",
            json!({"Content": {"ZipFile": encoded(b"PK\x05\x06")}}),
            "zip",
        ),
        (
            "a",
            json!({"Content": content("a"), "Description": long}),
            "'description'",
        ),
        (
            "a",
            json!({"Content": content("a"), "CompatibleRuntimes": many}),
            "'compatibleRuntimes'",
        ),
        (
            "a",
            json!({"Content": content("a"), "CompatibleArchitectures": ["mips"]}),
            "'compatibleArchitectures'",
        ),
    ];
    for (name, request, said) in table {
        let path = format!("{LAYERS}/{}/versions", name.replace(' ', "%20"));
        let refused = stage.send("POST", &path, &request);
        assert_eq!(refused.status, 400, "{}", text(&refused));
        assert!(text(&refused).contains(said), "{}", text(&refused));
    }
    for (path, status) in [
        (format!("{LAYERS}/a/versions/0"), 400),
        (format!("{LAYERS}/a/versions/x"), 400),
        (format!("{LAYERS}/a/versions/1"), 404),
        (format!("{LAYERS}?find=LayerVersion&Arn={ARN}:a:1"), 404),
        (format!("{LAYERS}?find=LayerVersion&Arn={ARN}:a"), 400),
        (format!("{LAYERS}?MaxItems=0"), 400),
    ] {
        assert_eq!(
            stage.send("GET", &path, &Value::Null).status,
            status,
            "{path}"
        );
    }
}
