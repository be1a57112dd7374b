//! `coldstart template import`.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod support;

use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use support::{Run, run};

fn import(arguments: &[&str], stdin: &[u8]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_coldstart"));
    command.args(["template", "import"]).args(arguments);
    run(command, stdin)
}

fn corpus(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let file = folder
        .join("../runtime-core/tests/template/corpus")
        .join(name);
    file.to_str().unwrap().to_owned()
}

#[test]
fn every_file_is_a_line() {
    let files = [
        corpus("orders.yaml"),
        corpus("nowhere.yaml"),
        corpus("pictures.json"),
    ];
    let [orders, missing, pictures] = files.each_ref().map(String::as_str);
    let read = import(&[orders, missing, pictures, "--json"], b"");
    assert_eq!(read.code, 1, "one of them is not there");
    let text = read.text();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<Value> = lines.collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["file"], orders);
    let functions = lines[0]["functions"].as_array().unwrap();
    let names: Vec<&Value> = functions.iter().map(|it| &it["logicalId"]).collect();
    assert_eq!(names, ["Accept", "Work", "Audit"]);
    assert_eq!(lines[0]["queues"].as_array().map(Vec::len), Some(2));
    assert_eq!(lines[0]["mappings"][0]["queue"], "Orders");
    assert!(
        lines[0]["triggers"]
            .as_array()
            .is_some_and(|it| it.len() == 4)
    );
    assert!(
        lines[0]["skipped"]
            .as_array()
            .is_some_and(|it| it.iter().all(|it| it["line"].is_number()))
    );
    assert!(lines[1]["error"]["message"].is_string());
    assert_eq!(lines[2]["needed"][0]["name"], "shared-topic");

    let all = import(&[orders, pictures], b"");
    assert_eq!(all.code, 0, "{}", all.stderr);
    assert!(all.text().contains("function Accept: python3.12"));
}

#[test]
fn what_is_no_template_says_where() {
    let read = import(&["-"], b"Resources:\n  A: [1, 2\n");
    assert_eq!(read.code, 1);
    assert!(
        read.text().contains(":3:1: template format error"),
        "{}",
        read.text()
    );
    assert!(read.text().contains("hint: "));
}

#[test]
fn parameters_are_given_by_name() {
    let template = b"
Parameters: { Size: { Type: Number } }
Resources:
  Q: { Type: AWS::SQS::Queue, Properties: { VisibilityTimeout: !Ref Size } }
";
    let read = |arguments: &[&str]| -> Value {
        let all: Vec<&str> = ["-", "--json"].iter().chain(arguments).copied().collect();
        let read = import(&all, template);
        assert_eq!(read.code, 0, "{}", read.stderr);
        serde_json::from_str(&read.text()).unwrap()
    };
    assert_eq!(read(&[])["needed"][0]["name"], "Size");
    let given = read(&["--parameter", "Size=60"]);
    assert_eq!(given["needed"], serde_json::json!([]));
    let wrong = import(&["-", "--parameter", "Size"], template);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.contains("write NAME=VALUE"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn what_sends_to_a_queue_is_said() {
    let template = b"
Resources:
  Jobs: { Type: AWS::SQS::Queue }
  News: { Type: AWS::SNS::Topic }
  Copies: { Type: AWS::SNS::Subscription, Properties: { TopicArn: !Ref News, Protocol: sqs, Endpoint: !GetAtt Jobs.Arn } }
";
    let line: Value = serde_json::from_str(&import(&["-", "--json"], template).text()).unwrap();
    let told = &line["deliveries"][0];
    assert_eq!(told["name"], "Copies");
    assert_eq!(told["queue"], "Jobs");
    assert_eq!(told["source"]["kind"], "sns");
    assert_eq!(told["source"]["topic"]["here"], "News");
    let text = import(&["-"], template).text();
    let mut lines = text
        .lines()
        .skip_while(|it| !it.starts_with("  queue Jobs"));
    let next = lines.nth(1);
    assert!(
        next.is_some_and(|it| it.starts_with("    Copies: ")),
        "{text}"
    );
}

#[test]
fn a_service_becomes_a_scenario_that_runs() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let template = folder.join("../runtime-core/tests/services_of_templates/web.yaml");
    let template = std::fs::read(template).unwrap();
    let scenario = |arguments: &[&str], stdin: &[u8]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_coldstart"));
        command.args(["template", "scenario", "-"]).args(arguments);
        run(command, stdin)
    };
    let read = scenario(
        &["--parameter", "Size=1024", "--service", "Service"],
        &template,
    );
    assert_eq!(read.code, 0, "{}", read.stderr);
    assert!(read.text().contains("cpu = 1024 "), "{}", read.text());
    assert!(read.stderr.contains("skipped Table: "), "{}", read.stderr);
    let file = std::env::temp_dir().join(format!("coldstart-scenario-{}.toml", std::process::id()));
    std::fs::write(
        &file,
        read.text().replace("memory = 1024 ", "memory = 2048 "),
    )
    .unwrap();
    let mut simulate = Command::new(env!("CARGO_BIN_EXE_coldstart"));
    simulate.arg("simulate").arg(&file);
    let ended = run(simulate, b"");
    std::fs::remove_file(&file).unwrap();
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let none = scenario(&[], b"Resources: { Queue: { Type: AWS::SQS::Queue } }");
    assert_eq!(none.code, 1);
    assert!(
        none.stderr.contains("it has no AWS::ECS::Service"),
        "{}",
        none.stderr
    );
    let other = scenario(&["--service", "Other"], &template);
    assert!(
        other
            .stderr
            .contains("it has no service Other; it has Service"),
        "{}",
        other.stderr
    );
    let unread = scenario(&[], b"Resources:\n  A: [1, 2\n");
    assert_eq!(unread.code, 1);
    assert!(
        unread.stderr.contains(":3:1: template format error"),
        "{}",
        unread.stderr
    );
}
