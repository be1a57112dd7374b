//! What a template cannot say, it says so.

use super::sessions::{self, Staged, to_function};
use runtime_core::platform::Input;
use runtime_core::template::ExportError;
use runtime_core::timeline::*;
use runtime_core::units::*;

fn said(session: &Staged) -> Vec<String> {
    let remarks = session.export().unwrap().remarks;
    remarks.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_left_out_is_listed_and_in_the_readme() {
    let expected: [(&str, &[&str]); 7] = [
        (
            "destinations",
            &["EventBridge bus default: Every account has it"],
        ),
        ("greeting", &[]),
        ("layers", &[]),
        (
            "orders",
            &[
                "function accept: SnapStart is for published versions",
                "function work: QuickJS runs it here",
            ],
        ),
        (
            "sources",
            &[
                "S3 bucket my.uploads: Names of buckets",
                "EventBridge bus default: Every account has it",
                "schedule every-five: Each of its targets",
            ],
        ),
        (
            "streams",
            &[
                "table as-they-are: Its changes come as they are, without a key",
                "Kafka topic payments: The cluster is not made",
                "broker's queue letters: The broker is not made",
            ],
        ),
        (
            "versions",
            &[
                "function canary: Its alias live goes to version 1 and 10 % to version 2",
                "function canary: Its version 1 is left out",
                "function canary: The provisioned concurrency of its version 1 is left out",
                "function draft: Its version 1 is left out",
                "function newest: The description of its alias live is left out",
            ],
        ),
    ];
    for ((name, session), (same, beginnings)) in sessions::golden().iter().zip(expected) {
        assert_eq!(*name, same);
        let export = session.export().unwrap();
        let readme = String::from_utf8(export.files.get("README.md").unwrap().to_vec()).unwrap();
        let said = said(session);
        for beginning in beginnings {
            assert!(
                said.iter().any(|it| it.starts_with(beginning)),
                "{name}: {beginning}: {said:#?}"
            );
        }
        for remark in said {
            assert!(readme.contains(&remark), "{name}: {remark}");
        }
    }
}

#[test]
fn an_empty_session_is_no_template() {
    let error = Staged::default().export().unwrap_err();
    assert_eq!(error, ExportError::Nothing);
    assert!(error.to_string().contains("nothing to export"));
    assert!(error.hint().contains("Add a function"));
}

#[test]
fn settings_of_the_account_and_sources_without_targets_are_listed() {
    let mut session = sessions::greeting();
    session.give(Input::ConfigureAccount {
        concurrency: 50,
        idle_expiry: Span::from_secs(60),
    });
    let rule = sessions::schedule(ScheduleOwner::Rule, "rate(1 hour)", None);
    session.source(1, "idle", rule, Vec::new());
    session.source(2, "quiet", SourceKind::Iot, Vec::new());
    session.stream(1, StreamConfiguration::topic("unread", 2));
    let said = said(&session);
    for beginning in [
        "account: Its concurrency of 50",
        "account: How long an idle",
        "EventBridge scheduled rule idle: It is left out",
        "IoT topics quiet: It is left out",
        "stream unread: Nothing reads it",
    ] {
        assert!(
            said.iter().any(|it| it.starts_with(beginning)),
            "{beginning}: {said:#?}"
        );
    }
}

#[test]
fn what_cloudformation_would_carry_out_is_left_out() {
    let mut session = sessions::greeting();
    let pattern = r#"{"detail": {"Ref": ["x"], "Fn::Sub": ["y"]}}"#;
    let wires = vec![to_function(1, Interest::Pattern(pattern.to_owned()))];
    session.source(1, "bus", SourceKind::Bus, wires);
    let said = said(&session);
    assert!(
        said.iter()
            .any(|it| it.contains("for a function of its own")),
        "{said:?}"
    );
    let export = session.export().unwrap();
    assert!(!String::from_utf8_lossy(export.template()).contains("EventBridgeRule"));
}

#[test]
fn snap_start_is_said_where_aws_has_it() {
    let mut session = Staged::default();
    for (id, runtime) in (1..).zip([Runtime::Provided, Runtime::Python312, Runtime::Ruby34]) {
        let configuration = FunctionConfiguration {
            snap_start: SnapStart::PublishedVersions,
            ..sessions::function(&format!("f{id}"), id, runtime)
        };
        session.function(id, configuration);
    }
    let export = session.export().unwrap();
    let template = String::from_utf8_lossy(export.template()).into_owned();
    assert_eq!(template.matches("ApplyOn: PublishedVersions").count(), 1);
    assert_eq!(template.matches("SnapStart: PublishedVersions").count(), 2);
    let said = said(&session);
    let left = said
        .iter()
        .filter(|it| it.contains("AWS has no SnapStart for"));
    assert_eq!(left.count(), 2, "{said:?}");
}

#[test]
fn code_that_is_not_there_is_asked_for() {
    let mut session = sessions::greeting();
    session.packages = OrderedMap::new();
    let export = session.export().unwrap();
    assert!(
        export
            .files
            .get("code/GreetingFunction/MISSING.txt")
            .is_some()
    );
    assert!(
        said(&session)
            .iter()
            .any(|it| it.contains("Its code is not there"))
    );
}
