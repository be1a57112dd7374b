//! `coldstart event`: kinds, make, check.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use support::{Run, run};

fn event(arguments: &[&str], stdin: &[u8]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldstart"));
    command.arg("event").args(arguments);
    run(command, stdin)
}

fn golden() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../public/events/triggers")
}

/// The slugs that `coldstart event kinds` lists.
fn slugs() -> Vec<String> {
    let listed = event(&["kinds"], b"");
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    let text = listed.text();
    let first = text
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    first.map(str::to_owned).collect()
}

#[test]
fn every_kind_makes_its_golden_event_and_takes_it_back() {
    let slugs = slugs();
    assert_eq!(slugs.len(), 28);
    for slug in &slugs {
        let path = golden().join(format!("{slug}.json"));
        let made = event(&["make", slug], b"");
        assert_eq!(made.code, 0, "{}", made.stderr);
        let wanted: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(made.json(), wanted, "{slug}");

        let file = event(&["check", slug, path.to_str().unwrap()], b"");
        assert_eq!(file.code, 0, "{slug}: {}", file.stderr);
        let piped = event(&["check", slug, "-"], &made.stdout);
        assert_eq!(piped.code, 0, "{slug}: {}", piped.stderr);
        assert!(
            piped
                .text()
                .starts_with("the event on standard input is one of ")
        );

        let fields = event(&["kinds", slug], b"");
        assert!(fields.text().contains("default: "), "{slug}");
    }
}

#[test]
fn fields_region_moment_and_seed_are_in_the_event() {
    let made = event(
        &[
            "make",
            "s3",
            "--set",
            "bucket=photos",
            "--set",
            "key=two words=a.jpg",
            "--region",
            "eu-central-1",
            "--at",
            "1700000000000",
        ],
        b"",
    );
    assert_eq!(made.code, 0, "{}", made.stderr);
    let record = &made.json()["Records"][0];
    assert_eq!(record["awsRegion"], "eu-central-1");
    assert_eq!(record["eventTime"], "2023-11-14T22:13:20.000Z");
    assert_eq!(record["s3"]["bucket"]["name"], "photos");
    assert_eq!(record["s3"]["object"]["key"], "two+words%3Da.jpg");

    let seeded = |seed: &str| {
        let made = event(
            &["make", "sqs", "--seed", seed, "--account", "000000000001"],
            b"",
        );
        made.json()["Records"][0].clone()
    };
    assert_ne!(seeded("1")["messageId"], seeded("2")["messageId"]);
    let arn = seeded("1")["eventSourceARN"].as_str().unwrap().to_owned();
    assert_eq!(arn, "arn:aws:sqs:us-east-1:000000000001:orders");
}

#[test]
fn what_is_no_event_is_refused_with_the_place() {
    let large = format!("\"{}\"", "x".repeat(6_300_000));
    let table: &[(&[&str], &[u8], i32, &str)] = &[
        (
            &["check", "sqs", "-"],
            b"{\"Records\": [{\"messageId\": \"a\"}]}",
            1,
            "error: the event on standard input is none of SQS queue: \
             Records[0].receiptHandle: is missing\n hint: Add \"receiptHandle\"",
        ),
        (
            &["check", "sqs", "-"],
            b"{\"Records\": [",
            1,
            "the event: not JSON: EOF while parsing a list, line 1, column 13",
        ),
        (
            &["check", "sqs", "-"],
            b"",
            1,
            "the event: not JSON: EOF while parsing a value",
        ),
        (
            &["check", "sqs", "-"],
            b"\xff\x00",
            1,
            "the event: not JSON",
        ),
        (
            &["check", "sqs", "-"],
            large.as_bytes(),
            1,
            "is larger than 6291456 bytes",
        ),
        (
            &["check", "sqs", "no-such-file"],
            b"",
            2,
            "no-such-file could not be read",
        ),
        (
            &["check", "sqz", "-"],
            b"{}",
            2,
            "there is no trigger \"sqz\"",
        ),
        (&["check", "sqs"], b"", 2, "<FILE>"),
        (&["make", "sqz"], b"", 2, "There are apigateway-rest, "),
        (
            &["make", "sqs", "--set", "count=11"],
            b"",
            1,
            "error: count is no whole number from 1 to 10\n hint: ",
        ),
        (
            &["make", "sqs", "--set", "colour=red"],
            b"",
            1,
            "error: there is no field \"colour\"\n hint: The fields are queue, body, ",
        ),
        (
            &["make", "sqs", "--set", "count"],
            b"",
            2,
            "write count=VALUE",
        ),
        (
            &["make", "sqs", "--region", "nowhere"],
            b"",
            2,
            "a region looks like eu-central-1",
        ),
        (
            &["make", "sqs", "--account", "1"],
            b"",
            2,
            "an account has twelve digits",
        ),
        (&["make", "sqs", "--at", "-1"], b"", 2, "error: "),
        (
            &["make", "apigateway-rest", "--set", "resource=/a/{id}"],
            b"",
            1,
            "resource is not a resource that the path fits",
        ),
        (&[], b"", 2, "Usage"),
    ];
    for (arguments, stdin, code, message) in table {
        let refused = event(arguments, stdin);
        assert_eq!(refused.code, *code, "{arguments:?}: {}", refused.stderr);
        assert!(
            refused.stderr.contains(message),
            "{arguments:?}: {}",
            refused.stderr
        );
        assert!(refused.stdout.is_empty(), "{arguments:?}");
        assert!(!refused.stderr.contains("panicked"), "{}", refused.stderr);
    }
}
