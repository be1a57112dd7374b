//! What must hold for any text that a visitor writes about events: patterns, schedules and the SQL
//! of rules. Shared by the fuzz targets and by the test that replays seeds.

use runtime_core::events::input_template::{InputTemplate, Part, Rule};
use runtime_core::events::iot_sql::{IotRule, Message};
use runtime_core::events::json_path::JsonPath;
use runtime_core::events::log_filter::LogFilter;
use runtime_core::events::pattern::{Dialect, FilterCriteria, FilterSource, Pattern};
use runtime_core::events::place::Place;
use runtime_core::events::schedule::{
    FlexibleTimeWindow, RuleSchedule, Schedule, UnixSeconds, Zone,
};
use runtime_core::generator::{Occasion, Seed, Template};
use serde_json::Value;

/// A pattern is read or refused at a place in its text, for each service; what does not match is
/// explained. The text is a pattern, and after an empty line an event. Answers whether EventBridge
/// takes the pattern.
pub fn pattern_holds(text: &str) -> bool {
    let (pattern, event) = text.split_once("\n\n").unwrap_or((text, "{}"));
    let event: Value = serde_json::from_str(event).unwrap_or_default();
    let dialects = [
        Dialect::EventBridge,
        Dialect::SnsAttributes,
        Dialect::SnsBody,
        Dialect::Lambda,
    ];
    for dialect in dialects {
        match Pattern::parse(pattern, dialect) {
            Ok(parsed) => {
                let mismatch = parsed.explain(&event);
                assert_eq!(parsed.matches(&event), mismatch.is_none());
                if let Some(mismatch) = mismatch {
                    assert!(!mismatch.to_string().is_empty());
                }
            }
            Err(error) => explained(pattern, error.place, &error.to_string(), &error.hint()),
        }
    }
    for source in [
        FilterSource::Sqs,
        FilterSource::Kinesis,
        FilterSource::Kafka,
    ] {
        if let Ok(criteria) = FilterCriteria::parse(&[pattern], source, 5) {
            assert_eq!(criteria.matches(&event), criteria.explain(&event).is_none());
        }
    }
    Pattern::parse(pattern, Dialect::EventBridge).is_ok()
}

/// A generator's text is read or refused at a place in it; what it says is the same again, and of no event too
/// much. Answers whether it is read.
pub fn generator_text_holds(text: &str) -> bool {
    match Template::parse(text) {
        Ok(template) => {
            for number in [1, 2, u64::MAX] {
                let occasion = Occasion {
                    number,
                    unix_millis: number,
                };
                let written = template.write(Seed(number), "body", occasion);
                assert_eq!(written, template.write(Seed(number), "body", occasion));
                // The shortest placeholder for the longest value: {n}, of 20 digits.
                assert!(written.len() <= text.len() * 9, "{text:?}");
            }
            true
        }
        Err(error) => {
            explained(text, error.place, &error.to_string(), &error.hint());
            false
        }
    }
}

/// A schedule is read or refused at a place in its text, and its times only go on. The text is an
/// expression, and in the next line a time zone. Answers whether EventBridge Scheduler takes both.
pub fn schedule_holds(text: &str) -> bool {
    let (expression, zone) = text
        .trim_end()
        .split_once('\n')
        .unwrap_or((text.trim_end(), "UTC"));
    match RuleSchedule::parse(expression) {
        Ok(rule) => go_on(|created, after| rule.next_after(created, after)),
        Err(error) => explained(expression, error.place, &error.to_string(), &error.hint()),
    }
    let known = Zone::parse(zone);
    if let Err(error) = &known {
        explained(zone, error.place, &error.to_string(), &error.hint());
    }
    let in_zone = known.is_ok();
    match Schedule::parse(expression, known.unwrap_or(Zone::UTC)) {
        Ok(schedule) => {
            go_on(|created, after| schedule.next_after(created, after));
            if let Ok(flexible) = schedule.within(FlexibleTimeWindow::Flexible(30)) {
                invocations_go_on(&flexible);
            }
            in_zone
        }
        Err(error) => {
            explained(expression, error.place, &error.to_string(), &error.hint());
            false
        }
    }
}

fn invocations_go_on(schedule: &Schedule) {
    for from in [0_u64, 1_772_900_000, 7_258_118_399] {
        let created = UnixSeconds(i64::try_from(from).unwrap_or_default());
        let mut last = from * 1_000_000_000;
        for _ in 0..4 {
            let draw = |due: UnixSeconds| due.0.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let Some(next) = schedule.next_invocation(created, last, draw) else {
                break;
            };
            assert!(next > last, "{next} after {last}");
            last = next;
        }
    }
}

/// A path of a rule's target is read or refused at a place in it. The text is a path, and in the next lines
/// an event. Answers whether it is read.
pub fn json_path_holds(text: &str) -> bool {
    let (path, event) = text.split_once('\n').unwrap_or((text, "{}"));
    match JsonPath::parse(path) {
        Ok(read) => {
            let event: Value = serde_json::from_str(event).unwrap_or_default();
            let _ = read.part(&event);
            true
        }
        Err(error) => {
            explained(path, error.place, &error.to_string(), &error.hint());
            false
        }
    }
}

/// A template is read or refused at a place in it, and makes JSON of values that need no escapes. The text is a
/// template with the variables `a` and `b`. Answers whether it is read.
pub fn input_template_holds(text: &str) -> bool {
    let variables = [("a", "$.detail.a"), ("b", "$.detail.b")];
    match InputTemplate::parse(variables, text) {
        Ok(read) => {
            let rule = Rule {
                name: "rule".to_owned(),
                arn: "arn".to_owned(),
            };
            for detail in [r#"{"a": "x", "b": [1, "y", {"z": null}]}"#, "{}"] {
                let detail: Value = serde_json::from_str(detail).unwrap_or_default();
                let event = serde_json::json!({"time": "2026-11-24T12:00:00Z", "detail": detail});
                let made = read.write(&event, &rule);
                assert!(serde_json::from_str::<Value>(&made).is_ok(), "{made}");
            }
            true
        }
        Err(error) => {
            match &error.part {
                Part::Template(place) => {
                    explained(text, *place, &error.to_string(), &error.hint());
                }
                Part::Variables | Part::Variable(_) => panic!("{error}"),
            }
            false
        }
    }
}

fn go_on(next_after: impl Fn(UnixSeconds, UnixSeconds) -> Option<UnixSeconds>) {
    for from in [
        i64::MIN,
        0,
        1_772_900_000,
        1_793_500_000,
        7_258_118_399,
        i64::MAX,
    ] {
        let created = UnixSeconds(from);
        let mut last = created;
        for _ in 0..4 {
            let Some(next) = next_after(created, last) else {
                break;
            };
            assert!(next > last, "{next:?} after {last:?}");
            last = next;
        }
    }
}

/// A statement is read or refused at a place in its text, and its output can be sent. Answers
/// whether it is read.
pub fn iot_sql_holds(text: &str) -> bool {
    match IotRule::parse(text) {
        Ok(rule) => {
            for payload in [
                r#"{"a":{"b":[1,"x",null,{"c":2.5}]},"temperature":50,"color":"red"}"#,
                r#"[1,9223372036854775807,1e300]"#,
                "null",
            ] {
                let payload: Value = serde_json::from_str(payload).unwrap_or_default();
                let message = Message {
                    topic: "a/b",
                    payload: &payload,
                    client_id: None,
                    timestamp_millis: 1_481_825_251_155,
                };
                if let Some(output) = rule.output(&message) {
                    assert!(serde_json::to_vec(&output).is_ok());
                }
            }
            true
        }
        Err(error) => {
            explained(text, error.place, &error.to_string(), &error.hint());
            false
        }
    }
}

/// A filter pattern of CloudWatch Logs is read or refused at a place in its text; messages match it or
/// not. The text is a pattern, and after its first line a message. Answers whether it is read.
pub fn log_filter_holds(text: &str) -> bool {
    let (pattern, message) = text.split_once('\n').unwrap_or((text, "{}"));
    match LogFilter::parse(pattern) {
        Ok(filter) => {
            for message in [message, r#"{"a":{"b":[1,"x",null]}}"#, "[a b] \"c d\" 12"] {
                filter.matches(message);
            }
            true
        }
        Err(error) => {
            explained(pattern, error.place, &error.to_string(), &error.hint());
            false
        }
    }
}

fn explained(text: &str, place: Place, cause: &str, hint: &str) {
    assert!(text.is_char_boundary(place.offset), "{cause}");
    assert_eq!(place, Place::in_text(text, place.offset));
    assert!(!cause.is_empty() && !hint.is_empty());
}
