//! `coldstart bill`: what a described month costs.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use serde_json::Value;
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// The example of the documentation.
fn example() -> String {
    let text = std::fs::read_to_string("../docs/estimates.md").unwrap();
    let (_, rest) = text.split_once("```toml\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

fn bill(text: &str, arguments: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_coldstart"))
        .args(["bill", "-"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(text.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn shown(text: &str, arguments: &[&str]) -> String {
    let output = bill(text, arguments);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_step_is_shown() {
    let text = "version = 1\n[[function]]\nname = \"api\"\nrequests = 3_000_000\nduration = 0.12\nmemory = 1536\n";
    assert_eq!(
        shown(text, &[]),
        "\
A month in us-east-1 (US East (N. Virginia)), prices of 2026-11-23

function api  $9.600018
  warm starts      3,000,000 requests × 120 ms × 1536 MB = 540,000 GB-s
  requests         3,000,000 requests × $0.0000002 = $0.6
  compute, x86_64  540,000 GB-s × $0.0000166667 = $9.000018

free tier  $-6.86668
  requests         1,000,000 requests cost nothing = $-0.2
  compute          400,000 GB-s cost nothing = $-6.66668

total  $2.73
       $2.733338 before it is rounded
"
    );
}

#[test]
fn the_documentations_example_is_billed() {
    let document: Value = serde_json::from_str(&shown(&example(), &["--json"])).unwrap();
    let titles: Vec<&str> = document["sections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["title"].as_str().unwrap())
        .collect();
    assert_eq!(
        titles,
        [
            "function api",
            "free tier",
            "tasks worker",
            "savings plan, one year, no upfront payment",
            "what comes with it"
        ]
    );
    // 2,970,000 - 500,000 warm starts of 120 ms, 30,000 cold ones of 420 ms.
    let steps = document["sections"][0]["steps"].to_string();
    assert!(steps.contains("2,470,000 requests × 120 ms"), "{steps}");
    assert!(
        steps.contains("30,000 requests × 420 ms (300 ms of INIT)"),
        "{steps}"
    );
}

#[test]
fn regions_have_their_prices_and_weak_ones_are_marked() {
    let text = "version = 1\n[[task]]\nname = \"web\"\ncpu = 1024\nmemory = 2048\narchitecture = \"arm64\"\n";
    let frankfurt = shown(text, &["--region", "eu-central-1"]);
    assert!(
        frankfurt.contains("A month in eu-central-1 (Europe (Frankfurt))"),
        "{frankfurt}"
    );
    assert!(frankfurt.contains("(price assumed)"), "{frankfurt}");
    let own = format!("region = \"eu-west-1\"\n{text}");
    let ireland = shown(&own, &[]);
    assert!(ireland.contains("A month in eu-west-1"), "{ireland}");
    assert!(!ireland.contains("assumed"), "{ireland}");

    let output = bill(text, &["--region", "eu-west-9"]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        error.contains("no prices of \"eu-west-9\" come with the program"),
        "{error}"
    );
    assert!(error.contains("eu-west-1"), "{error}");
}

#[test]
fn questions_are_answered_the_other_way_round() {
    let text = "version = 1\nfree_tier = false\n[[function]]\nname = \"x\"\nrequests = 1\nduration = 1\nmemory = 1024\n";
    // $10 at 0.0000166667 + 0.0000002 a request.
    let table = shown(text, &["--requests-for", "10", "--growth", "100"]);
    assert!(
        table.contains("$10.00 pay for 592,884 requests a month"),
        "{table}"
    );
    assert!(table.contains("   12           2,048  $0.03"), "{table}");
    let document: Value =
        serde_json::from_str(&shown(text, &["--requests-for", "10", "--json"])).unwrap();
    assert_eq!(document["requestsFor"]["requests"], 592_884);
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let cases = [
        ("", "the file does not say its version"),
        (
            "version = 1\n[[function]]\nname = \"x\"",
            "line 2: missing field `requests`",
        ),
        (
            "version = 1\n[[task]]\nname = \"x\"\ncpu = 1\nmemory = 1",
            "line 4: task 1, cpu: No Fargate",
        ),
        (
            "version = 1\nregion = \"nowhere\"",
            "no prices of \"nowhere\"",
        ),
        (
            "version = 1\n[[extra]]\nwhat = \"coffee\"\nquantity = 1",
            "line 3: extra 1, what: there is no price of \"coffee\"",
        ),
    ];
    for (text, message) in cases {
        let output = bill(text, &[]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}: {error}");
        assert!(error.contains(message), "{text}: {error}");
        assert!(error.contains(" hint: "), "{error}");
    }
}
