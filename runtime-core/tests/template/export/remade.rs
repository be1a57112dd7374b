//! Export, import, and its change set executed: the same session, but for what one deployment cannot have.

use super::rebuilt::{SetUp, of_session};
use super::round::{Dice, session};
use super::sessions::{self, Staged, golden};
use proptest::prelude::*;
use runtime_core::change_set::{ChangeSet, NewVersion, Order, Remark, RemarkKind, change_set};
use runtime_core::platform::{Input, Out, Platform};
use runtime_core::timeline::{AliasConfiguration, Qualifier};
use runtime_core::units::{Moment, Version};
use serde_json::json;

/// Makes what a change set says, in the page's order.
fn execute(set: &ChangeSet) -> Platform {
    let mut platform = Platform::default();
    let mut give = |input| platform.handle(Moment::START, input, &mut Out::default());
    for it in &set.queues {
        give(Input::ConfigureQueue {
            queue: it.id,
            configuration: Box::new(it.configuration.clone()),
        });
    }
    for it in &set.functions {
        give(Input::ConfigureFunction {
            function: it.id,
            configuration: Box::new(it.configuration.clone()),
        });
    }
    for it in &set.streams {
        give(Input::ConfigureStream {
            stream: it.id,
            configuration: Box::new(it.configuration.clone()),
        });
    }
    for it in &set.mappings {
        give(Input::ConfigureMapping {
            mapping: it.id,
            configuration: Box::new(it.configuration.clone()),
        });
    }
    for it in &set.sources {
        give(Input::ConfigureSource {
            source: it.id,
            configuration: Box::new(it.configuration.clone()),
        });
    }
    for it in &set.functions {
        if it.is_published() {
            give(Input::PublishVersion {
                function: it.id,
                description: it.version_description.clone(),
            });
        }
        if let Some(environments) = it.version.and_then(|it| it.provisioned) {
            give(Input::Provision {
                function: it.id,
                qualifier: Qualifier::Version(Version::from(NewVersion::FIRST)),
                environments,
            });
        }
        for alias in &it.aliases {
            give(Input::ConfigureAlias {
                alias: alias.id,
                configuration: Box::new(AliasConfiguration {
                    function: it.id,
                    name: alias.name.clone(),
                    version: alias.version,
                    additional: None,
                    description: alias.description.clone(),
                }),
            });
            if let Some(environments) = alias.provisioned {
                give(Input::Provision {
                    function: it.id,
                    qualifier: Qualifier::Alias(alias.id),
                    environments,
                });
            }
        }
    }
    platform
}

/// Without what is of one session only: its versions, and moments on its clock.
fn lasting(mut all: SetUp) -> SetUp {
    for (name, own) in &mut all {
        if name.starts_with("alias ") {
            *own = json!([own["description"], own["provisioned"]]);
        } else if own["start"].is_number() {
            own["start"] = json!("AT_TIMESTAMP");
        }
    }
    all
}

fn changed(session: &Staged) -> ChangeSet {
    change_set(&Order {
        template: session.export().unwrap().template().to_vec(),
        ..Order::default()
    })
    .unwrap()
}

fn refused(set: &ChangeSet) -> Option<&Remark> {
    let mut remarks = set.remarks.iter();
    remarks.find(|it| it.kind == RemarkKind::Refused)
}

fn check(session: &Staged, set: &ChangeSet) -> Result<(), String> {
    let before = lasting(of_session(&session.platform));
    let after = lasting(of_session(&execute(set)));
    if before != after {
        let export = session.export().unwrap();
        let template = String::from_utf8_lossy(export.template());
        return Err(format!("{before:#?}\n{after:#?}\n{template}"));
    }
    Ok(())
}

#[test]
fn golden_sessions_are_made_again() {
    for (name, session) in golden() {
        let set = changed(&session);
        assert_eq!(refused(&set), None, "{name}");
        if let Err(why) = check(&session, &set) {
            panic!("{name}: {why}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Some of these sessions ask for what Lambda refuses: those are no rule for others.
    #[test]
    fn any_session_is_made_again(
        numbers in prop::collection::vec(any::<u32>(), 0..300),
        texts in prop::collection::vec("[ -~]{0,9}", 0..8),
    ) {
        let session = session(&mut Dice::new(numbers, texts));
        let set = changed(&session);
        if refused(&set).is_none()
            && let Err(why) = check(&session, &set)
        {
            prop_assert!(false, "{}", why);
        }
    }
}

#[test]
fn queues_are_told_what_they_were_told() {
    let sources = golden().into_iter().find(|(name, _)| *name == "sources");
    let (_, session) = sources.unwrap();
    let set = changed(&session);
    let told: Vec<&str> = set
        .sources
        .iter()
        .filter(|it| it.tells.iter().any(|name| name == "all"))
        .map(|it| it.configuration.kind.name())
        .collect();
    for kind in [
        "S3 bucket",
        "SNS topic",
        "EventBridge bus",
        "IoT topics",
        "EventBridge scheduled rule",
        "EventBridge Scheduler schedule",
    ] {
        assert!(told.contains(&kind), "{kind}: {told:?}");
    }
}

#[test]
fn a_version_without_an_alias_keeps_its_provisioned_concurrency() {
    let platform = execute(&changed(&sessions::versions()));
    let made = |name: &str| {
        let mut functions = platform.functions();
        functions.find(|(_, it)| it.name == name).unwrap().0
    };
    let versions = |name| platform.versions(made(name)).count();
    assert_eq!((versions("alone"), versions("draft")), (1, 0));
    let provisioned: Vec<u32> = platform
        .provisioned(made("alone"))
        .map(|it| it.requested)
        .collect();
    assert_eq!(provisioned, [5]);
}

#[test]
fn what_the_api_knows_is_made_again() {
    let set = changed(&sessions::greeting());
    let function = &set.functions[0];
    let tag = function.tags.get("team").map(String::as_str);
    assert_eq!(tag, Some("blue: \"42\""));
    assert!(function.traced);
    let url = function.url.as_ref().unwrap();
    assert!(url.streamed && !url.signed);
    let cors = url.cors.as_ref().unwrap();
    assert_eq!(cors.max_age, Some(60));
    assert_eq!(cors.origins, Some(vec!["https://example.com".to_owned()]));
}
