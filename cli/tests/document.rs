//! What comes out.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::Value;
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

/// The whole document, to the last digit: modelled time is the same on every machine.
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
            "--session",
            "7,1700000000000",
            "--json",
        ],
    );
    let document = run.json();
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
