//! What holds for every kind.

use super::*;
use proptest::prelude::*;
use serde_json::Value;
use std::path::PathBuf;

/// `public/events/triggers/SLUG.json`.
fn golden(kind: TriggerKind) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../public/events/triggers")
        .join(format!("{}.json", kind.slug()))
}

/// `COLDSTART_BLESS=1` writes the files anew.
#[test]
fn default_events_are_the_golden_ones() {
    for kind in TriggerKind::ALL {
        let event = build(kind, &Fields::new(), &Context::default()).unwrap();
        let path = golden(kind);
        if std::env::var_os("COLDSTART_BLESS").is_some() {
            let text = serde_json::to_string_pretty(&event).unwrap() + "\n";
            std::fs::write(&path, text).unwrap();
        }
        let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let wanted: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(event, wanted, "{kind}");
    }
}

#[test]
fn forms_have_each_field_once() {
    for kind in TriggerKind::ALL {
        let form = kind.form();
        assert!(!form.is_empty(), "{kind}");
        for (index, field) in form.iter().enumerate() {
            let first = form.iter().position(|it| it.name == field.name);
            assert_eq!(first, Some(index), "{kind} {}", field.name);
            assert!(!field.label.is_empty());
        }
    }
}

/// Every choice that a form offers gives an event.
#[test]
fn every_choice_can_be_chosen() {
    for kind in TriggerKind::ALL {
        for field in kind.form() {
            let choices: &[&str] = match field.kind {
                FieldKind::Choice(choices) => choices,
                FieldKind::Flag => &["true", "false"],
                _ => &[],
            };
            for choice in choices {
                let fields = Fields::new().with(field.name, *choice);
                match build(kind, &fields, &Context::default()) {
                    Ok(_) => {}
                    // What the other fields' defaults do not fit says so.
                    Err(error) => {
                        let allowed = ["isBase64Encoded", "method", "expired"];
                        assert!(allowed.contains(&field.name), "{kind} {error}");
                    }
                }
            }
        }
    }
}

/// A kind's slug, a field (or `*` for the others), and what must be filled in for it to matter.
type Setup = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// Each field makes a difference, so that none is shown for nothing.
#[test]
fn every_field_makes_a_difference() {
    let setup: &[Setup] = &[
        ("apigateway-websocket", "query", &[("eventType", "CONNECT")]),
        (
            "apigateway-websocket",
            "headers",
            &[("eventType", "CONNECT")],
        ),
        (
            "apigateway-websocket",
            "statusCode",
            &[("eventType", "DISCONNECT")],
        ),
        ("apigateway-authorizer", "*", &[("type", "REQUEST")]),
        ("apigateway-authorizer", "authorizationToken", &[]),
        ("dynamodb", "oldImage", &[("eventName", "MODIFY")]),
        ("dynamodb", "expired", &[("eventName", "REMOVE")]),
        (
            "documentdb",
            "updatedFields",
            &[("operationType", "update")],
        ),
        ("sqs", "messageGroupId", &[("queue", "orders.fifo")]),
        ("scheduler", "input", &[]),
    ];
    for kind in TriggerKind::ALL {
        for field in kind.form() {
            let mut base = Fields::new();
            let fitting = |name: &str| {
                setup
                    .iter()
                    .find(|(slug, it, _)| *slug == kind.slug() && *it == name)
            };
            let found = fitting(field.name).or_else(|| fitting("*"));
            for (name, value) in found.map_or(&[][..], |it| it.2) {
                base.set(*name, *value);
            }
            let default = base.get(field.name).unwrap_or(field.default).to_owned();
            let other = match field.kind {
                FieldKind::Number { least, most } => match default.parse::<i64>() {
                    Ok(number) if number == least => most.min(least + 1).to_string(),
                    _ => least.to_string(),
                },
                FieldKind::Choice(choices) => choices
                    .iter()
                    .find(|it| **it != default)
                    .unwrap()
                    .to_string(),
                FieldKind::Flag => (default != "true").to_string(),
                FieldKind::Json | FieldKind::JsonObject if kind == TriggerKind::DynamoDb => {
                    "{\"other\": {\"S\": \"x\"}}".to_owned()
                }
                FieldKind::Json | FieldKind::JsonObject => "{\"other\": \"x\"}".to_owned(),
                FieldKind::Headers => "x-other: x".to_owned(),
                _ => match field.name {
                    "path" => "/orders/2002".to_owned(),
                    "resource" => "/orders/{id}".to_owned(),
                    "routeKey" => "ANY /{proxy+}".to_owned(),
                    "from" | "to" => "other@example.net".to_owned(),
                    "input" => "{\"other\": 1}".to_owned(),
                    "body" if kind != TriggerKind::Sqs => "b3RoZXI=".to_owned(),
                    _ => "other".to_owned(),
                },
            };
            if field.name == "isBase64Encoded" {
                base.set("body", "b3RoZXI=");
            }
            if field.name == "method" && kind.form().iter().any(|it| it.name == "routeKey") {
                base.set("routeKey", "ANY /orders/{id}");
            }
            let changed = base.clone().with(field.name, other.clone());
            let before = build(kind, &base, &Context::default());
            let after = build(kind, &changed, &Context::default());
            assert!(after.is_ok(), "{kind} {}={other}: {after:?}", field.name);
            // How long a task waits is the task's own matter: its event does not say.
            let apart = kind == TriggerKind::StepFunctions && field.name == "timeoutSeconds";
            assert_eq!(before == after, apart, "{kind} {}={other}", field.name);
        }
    }
}

proptest! {
    /// Whatever is filled in, there is an event, or an error that names one of the fields.
    #[test]
    fn any_form_builds_or_names_a_field(
        kind in 0..TriggerKind::ALL.len(),
        values in proptest::collection::vec((0usize..16, any::<String>()), 0..4),
        unix_millis in any::<u64>(),
        seed in any::<u64>(),
    ) {
        let kind = TriggerKind::ALL[kind];
        let form = kind.form();
        let mut fields = Fields::new();
        for (index, value) in &values {
            fields.set(form[index % form.len()].name, value.as_str());
        }
        let context = Context { unix_millis, seed, ..Context::default() };
        if let Err(error) = build(kind, &fields, &context) {
            prop_assert!(form.iter().any(|field| field.name == error.field));
            prop_assert!(!error.to_string().is_empty() && !error.hint().is_empty());
        } else {
            prop_assert_eq!(build(kind, &fields, &context), build(kind, &fields, &context));
        }
    }
}
