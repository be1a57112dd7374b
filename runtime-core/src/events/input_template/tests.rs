use super::*;
use crate::events::json_path::JsonPathFault;
use proptest::prelude::*;
use serde_json::json;

/// The user guide's event.
fn instance() -> Value {
    json!({
        "version": "0",
        "id": "7bf73129-1428-4cd3-a780-95db273d1602",
        "detail-type": "EC2 Instance State-change Notification",
        "source": "aws.ec2",
        "account": "123456789012",
        "time": "2015-11-11T21:29:54Z",
        "region": "us-east-1",
        "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"],
        "detail": {"instance-id": "i-0123456789", "state": "RUNNING", "tags": {"a": ["b", 1]}, "said": "a \"b\""},
    })
}

const VARIABLES: [(&str, &str); 7] = [
    ("timestamp", "$.time"),
    ("instance", "$.detail.instance-id"),
    ("state", "$.detail.state"),
    ("resource", "$.resources[0]"),
    ("tags", "$.detail.tags"),
    ("said", "$.detail.said"),
    ("nobody", "$.detail.nobody"),
];

fn made(template: &str) -> String {
    let rule = Rule {
        name: "example".to_owned(),
        arn: "arn:aws:events:us-east-2:123456789012:rule/example".to_owned(),
    };
    InputTemplate::parse(VARIABLES, template)
        .unwrap()
        .write(&instance(), &rule)
}

fn fault(variables: &[(&str, &str)], template: &str) -> InputTemplateError {
    let error = InputTemplate::parse(variables.iter().copied(), template).unwrap_err();
    assert!(!error.hint().is_empty() && !error.to_string().is_empty());
    error
}

/// EventBridge user guide, "Amazon EventBridge input transformation", the table of examples (read 2026-11-30).
#[test]
fn the_user_guides_examples() {
    for (template, output) in [
        (
            r#""instance <instance> is in <state>""#,
            r#""instance i-0123456789 is in RUNNING""#,
        ),
        (
            r#""instance \"<instance>\" is in <state>""#,
            r#""instance \"i-0123456789\" is in RUNNING""#,
        ),
        (
            "{\n  \"instance\" : <instance>,\n  \"state\": <state>\n}",
            r#"{"instance":"i-0123456789","state":"RUNNING"}"#,
        ),
        (
            r#"{"instance" : <instance>, "state": "<state>", "instanceStatus": "instance \"<instance>\" is in <state>"}"#,
            r#"{"instance":"i-0123456789","state":"RUNNING","instanceStatus":"instance \"i-0123456789\" is in RUNNING"}"#,
        ),
        (
            r#"{"instance" : <instance>, "state": [ 9, <state>, true ], "Transformed" : "Yes"}"#,
            r#"{"instance":"i-0123456789","state":[9,"RUNNING",true],"Transformed":"Yes"}"#,
        ),
        (
            r#"{"resource": <resource>, "ruleArn" : <aws.events.rule-arn>, "ruleName" : <aws.events.rule-name>}"#,
            r#"{"resource":"arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111","ruleArn":"arn:aws:events:us-east-2:123456789012:rule/example","ruleName":"example"}"#,
        ),
        (
            r#""<aws.events.rule-name> triggered""#,
            r#""example triggered""#,
        ),
        (
            r#"{"timestamp": <timestamp>, "at": <aws.events.event.ingestion-time>}"#,
            r#"{"timestamp":"2015-11-11T21:29:54Z","at":"2015-11-11T21:29:54Z"}"#,
        ),
    ] {
        assert_eq!(made(template), output, "{template}");
    }
}

#[test]
fn the_event_is_there_with_and_without_its_detail() {
    let text = made(r#"{"event": <aws.events.event>, "json": <aws.events.event.json>}"#);
    let read: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read["json"], instance());
    let mut without = instance();
    without.as_object_mut().unwrap().remove("detail");
    assert_eq!(read["event"], without);
}

/// The same page, "Common issues with transforming input".
#[test]
fn texts_take_values_as_they_are() {
    // "EventBridge removes any internal quotes to ensure a valid string."
    assert_eq!(made(r#""tags: <tags>""#), r#""tags: {a:[b,1]}""#);
    assert_eq!(made(r#"{"tags": <tags>}"#), r#"{"tags":{"a":["b",1]}}"#);
    // "EventBridge doesn't escape values": this is no JSON any more.
    assert_eq!(made(r#""said <said>""#), r#""said a "b"""#);
    assert_eq!(made("<said>"), r#""a \"b\"""#);
    // "that variable isn't created and won't appear in the output"
    assert_eq!(made(r#""nobody: <nobody>!""#), r#""nobody: !""#);
    assert_eq!(made(r#"{"nobody": <nobody>}"#), r#"{"nobody":""}"#);
    // A text keeps its spaces.
    assert_eq!(made(" { \"a\" : \"b  c\" } "), r#"{"a":"b  c"}"#);
}

/// API reference, "InputTransformer" (read 2026-11-30).
#[test]
fn variables_have_rules() {
    let long = "x".repeat(257);
    for (name, path, expected) in [
        ("", "$.a", InputTemplateFault::Name),
        ("a b", "$.a", InputTemplateFault::Name),
        ("a.b", "$.a", InputTemplateFault::Name),
        ("ü", "$.a", InputTemplateFault::Name),
        (long.as_str(), "$.a", InputTemplateFault::Name),
        ("AWS.x", "$.a", InputTemplateFault::ReservedName),
        ("aws.events.event", "$.a", InputTemplateFault::ReservedName),
        ("a", "$.detail['b']", InputTemplateFault::Brackets),
    ] {
        let error = fault(&[(name, path)], "1");
        assert_eq!(error.part, Part::Variable(name.to_owned()));
        assert_eq!(error.fault, expected, "{name}");
    }
    let several = fault(&[("a", "$.resources[*]")], "1");
    assert!(several.is_beyond_the_subset());
    let wrong = fault(&[("a", "detail")], "1");
    assert!(!wrong.is_beyond_the_subset());
    let InputTemplateFault::Path(error) = wrong.fault else {
        unreachable!("{wrong}")
    };
    assert_eq!(error.fault, JsonPathFault::NoRoot);

    let names: Vec<String> = (0..101).map(|it| format!("v{it}")).collect();
    let all: Vec<(&str, &str)> = names.iter().map(|it| (it.as_str(), "$.a")).collect();
    assert!(InputTemplate::parse(all[..100].iter().copied(), "1").is_ok());
    let error = fault(&all, "1");
    assert_eq!(error.fault, InputTemplateFault::TooManyVariables);
}

#[test]
fn templates_are_refused_at_the_place_of_their_fault() {
    let unknown = |name: &str| InputTemplateFault::UnknownVariable(name.to_owned());
    let longest = format!("\"{}\"", "ü".repeat(8_190));
    assert!(InputTemplate::parse([], &longest).is_ok());
    let long = format!("\"{}\"", "ü".repeat(8_191));
    for (template, line, column, expected) in [
        ("", 1, 1, InputTemplateFault::Empty),
        (" \n ", 1, 1, InputTemplateFault::Empty),
        (long.as_str(), 1, 8_193, InputTemplateFault::TooLong),
        (r#"{"a": <b>}"#, 1, 7, unknown("b")),
        (r#""<>""#, 1, 2, unknown("")),
        (
            r#""<aws.events.event.json>""#,
            1,
            2,
            InputTemplateFault::EventInText,
        ),
        (
            r#""<aws.events.event>""#,
            1,
            2,
            InputTemplateFault::EventInText,
        ),
        (r#"{"a <a>" : 1}"#, 1, 5, InputTemplateFault::InName),
        ("instance <a>", 1, 1, InputTemplateFault::NotJson),
        ("{\"a\":\n <a> <a>}", 2, 6, InputTemplateFault::NotJson),
        ("{\"a\": <a}", 1, 7, InputTemplateFault::NotJson),
        ("{<a>: 1}", 1, 2, InputTemplateFault::InName),
        ("\"<a>", 1, 4, InputTemplateFault::NotJson),
        ("<a> <a>", 1, 5, InputTemplateFault::NotJson),
    ] {
        let error = fault(&[("a", "$.a")], template);
        let Part::Template(place) = &error.part else {
            unreachable!("{error}")
        };
        assert_eq!(
            (place.line, place.column, &error.fault),
            (line, column, &expected),
            "{template}"
        );
    }
    // Quotes that are escaped end no text, and a colon in a text makes no name of it.
    assert!(InputTemplate::parse([("a", "$.a")], r#"["\"<a>: \\", <a>]"#).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_template_is_read_or_refused(text in prop_oneof![any::<String>(), "[<>a\"{}\\[\\]:,\\\\ü 0]{0,16}"]) {
        match InputTemplate::parse([("a", "$.a")], &text) {
            Ok(read) => {
                // A plain text in it leaves JSON.
                let rule = Rule { name: "r".to_owned(), arn: "arn".to_owned() };
                let made = read.write(&json!({"a": "b"}), &rule);
                prop_assert!(serde_json::from_str::<Value>(&made).is_ok(), "{made}");
            }
            Err(error) => {
                if let Part::Template(place) = error.part {
                    prop_assert!(text.is_char_boundary(place.offset));
                }
            }
        }
    }
}
