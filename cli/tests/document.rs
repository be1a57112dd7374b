//! What comes out.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::{Value, json};
use support::invoke;

#[test]
fn bytes_that_are_no_text_come_back_as_they_are() {
    let arguments = ["--event-json", "\"odd\""];
    let text = invoke("moods.wat", &arguments);
    assert_eq!(text.code, 0);
    assert!(text.stdout.windows(3).any(|bytes| bytes == b"\n\xff\n"));
    let json = invoke("moods.wat", &[&arguments[..], &["--json"]].concat());
    assert_eq!(json.requests()[0]["payloadBase64"], "/w==");
}

/// The whole document, with what depends on clock and machine masked.
#[test]
fn the_json_document_is_as_documented() {
    let run = invoke(
        "moods.wat",
        &[
            "--event-json",
            "\"count\"",
            "--arch",
            "arm64",
            "--concurrent",
            "2",
            "--reserved-concurrency",
            "1",
            "--json",
        ],
    );
    let mut document = run.json();
    mask(&mut document);
    let golden = include_str!("golden/document.json");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/document.json");
        std::fs::write(path, format!("{document:#}\n")).unwrap();
        return;
    }
    let golden: Value = serde_json::from_str(golden).unwrap();
    assert_eq!(
        document, golden,
        "see tests/golden/document.json; UPDATE_GOLDEN=1 rewrites it"
    );
}

const MASKED: &[&str] = &[
    "requestId",
    "arrivedMs",
    "durationMs",
    "initDurationMs",
    "billedDurationMs",
    "initMs",
    "handlerMs",
    "roundingMs",
    "gbSeconds",
    "amount",
    "total",
    "totalIfWarm",
    "perThousand",
    "perMillion",
    "arm64",
    "log",
    "report",
];

fn mask(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if MASKED.contains(&name.as_str()) && !member.is_object() {
                    let kind = if member.is_number() { "number" } else { "text" };
                    *member = json!(format!("<{kind}>"));
                } else {
                    mask(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}
