//! SnapStart on the command line: INIT once, then environments from its snapshot.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use support::invoke;

#[test]
fn environments_begin_from_the_snapshot() {
    let arguments = [
        "--event-json",
        "\"count\"",
        "--concurrent",
        "2",
        "--times",
        "2",
        "--snap-start",
        "--session",
        "7,1700000000000",
    ];
    let run = invoke("moods.wat", &[&arguments[..], &["--json"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let requests = run.requests();
    let starts: Vec<_> = requests.iter().map(|it| it["start"].clone()).collect();
    assert_eq!(starts, ["restored", "restored", "warm", "warm"]);
    let payloads: Vec<_> = requests.iter().map(|it| it["payload"].clone()).collect();
    let [first, second] = [r#"{"count":1}"#, r#"{"count":2}"#];
    assert_eq!(payloads, [first, first, second, second]);
    let report = requests[0]["report"].as_str().unwrap();
    assert!(
        report.contains("\tRestore Duration: ") && !report.contains("Init Duration"),
        "{report}"
    );
    // What INIT wrote is written once.
    let snapshot = &run.json()["snapshot"];
    assert_eq!(snapshot["restores"], 2);
    let log = snapshot["log"].as_str().unwrap();
    assert!(log.contains("\ninit\nINIT_REPORT Init Duration: "), "{log}");
    assert!(!requests[0]["log"].as_str().unwrap().contains("\ninit\n"));
    // 128 MB for three hours, and twice 128 MB restored.
    let usage = &run.json()["usage"];
    assert_eq!(usage["snapshotCache"], "1350");
    assert_eq!(usage["snapshotRestores"], "0.25");
    let text = invoke("moods.wat", &arguments).text();
    for part in [
        "== Snapshot · ",
        "restored from the snapshot in e-02",
        "snapshots kept",
        "1350 GB-s × $0.0000015046",
        "0.25 GB × $0.0001397998",
        "4 requests: 0 cold, 2 restored, 2 warm",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn what_cannot_be_captured_says_why_and_starts_cold() {
    let run = invoke("exits.wat", &["--snap-start", "--json"]);
    let refused = run.json()["snapshot"]["refused"].clone();
    assert!(
        refused
            .as_str()
            .unwrap()
            .contains("begins anew with each event"),
        "{refused}"
    );
    assert_eq!(run.requests()[0]["start"], "cold");
    let refused = invoke("moods.wat", &["--snap-start", "--ephemeral-storage", "513"]);
    assert!(
        refused.stderr.contains("greater than 512 MB"),
        "{}",
        refused.stderr
    );
}
