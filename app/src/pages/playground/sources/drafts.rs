//! Settings of sources and happenings while they are being edited: texts, until they are read.

use crate::pages::playground::queues::drafts::Mistake;
use runtime_core::scribe::{Happening, MAX_KEY_BYTES, MAX_PUT_BYTES, StorageClass};
use runtime_core::timeline::{
    ScheduleConfiguration, ScheduleOwner, SourceConfiguration, SourceKind, Wire,
};
use runtime_core::units::FunctionId;
use serde_json::{Map, Value};

/// The kinds that can be made, in the order in which they are offered.
pub(super) const KINDS: [&str; 8] = [
    "S3 bucket",
    "SNS topic",
    "EventBridge bus",
    "EventBridge scheduled rule",
    "EventBridge Scheduler schedule",
    "IoT topics",
    "CloudWatch Logs log group",
    "Cognito user pool",
];

/// The most that one log event says.
const MAX_LOG_EVENT_BYTES: usize = 1_048_576 - 26;

/// Places among them.
const RULE: usize = 3;
const SCHEDULER: usize = 4;
const LOG: usize = 6;

/// A source.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SourceDraft {
    pub(super) kind: String,
    pub(super) name: String,
    /// Whose log it is, of a log group.
    pub(super) function: Option<FunctionId>,
    pub(super) expression: String,
    /// Of EventBridge Scheduler.
    pub(super) zone: String,
    pub(super) input: String,
    pub(super) enabled: bool,
    /// Of EventBridge Scheduler.
    pub(super) start: String,
    /// Of EventBridge Scheduler.
    pub(super) end: String,
    /// Of EventBridge Scheduler: minutes; empty where the flexible time window is off.
    pub(super) window: String,
}

impl Default for SourceDraft {
    fn default() -> Self {
        SourceDraft {
            kind: KINDS[0].to_owned(),
            name: String::new(),
            function: None,
            expression: "rate(5 minutes)".to_owned(),
            zone: "UTC".to_owned(),
            input: String::new(),
            enabled: true,
            start: String::new(),
            end: String::new(),
            window: String::new(),
        }
    }
}

impl SourceDraft {
    pub(super) fn of(configuration: &SourceConfiguration) -> Self {
        let mut draft = SourceDraft {
            kind: configuration.kind.name().to_owned(),
            name: configuration.name.clone(),
            ..SourceDraft::default()
        };
        if let SourceKind::LogGroup(function) = &configuration.kind {
            draft.function = Some(*function);
        }
        if let SourceKind::Schedule(schedule) = &configuration.kind {
            draft.expression = schedule.expression.clone();
            if let Some(zone) = &schedule.zone {
                draft.zone = zone.clone();
            }
            draft.input = schedule.input.clone().unwrap_or_default();
            draft.enabled = schedule.enabled;
            draft.start = schedule.start.clone().unwrap_or_default();
            draft.end = schedule.end.clone().unwrap_or_default();
            draft.window = schedule
                .window_minutes
                .map_or_else(String::new, |it| it.to_string());
        }
        draft
    }

    pub(super) fn is_schedule(&self) -> bool {
        self.is(RULE) || self.is(SCHEDULER)
    }

    pub(super) fn is_log(&self) -> bool {
        self.is(LOG)
    }

    /// Whether it has a time zone, dates and a flexible time window.
    pub(super) fn is_scheduler(&self) -> bool {
        self.is(SCHEDULER)
    }

    fn is(&self, kind: usize) -> bool {
        KINDS.get(kind).is_some_and(|it| *it == self.kind)
    }

    fn schedule(&self, owner: ScheduleOwner) -> Result<ScheduleConfiguration, Mistake> {
        let plain = ScheduleConfiguration {
            enabled: self.enabled,
            input: filled(&self.input),
            ..ScheduleConfiguration::of(owner, self.expression.trim())
        };
        Ok(match owner {
            ScheduleOwner::Rule => plain,
            ScheduleOwner::Scheduler => ScheduleConfiguration {
                zone: filled(&self.zone).filter(|it| !it.eq_ignore_ascii_case("UTC")),
                start: filled(&self.start),
                end: filled(&self.end),
                window_minutes: filled(&self.window)
                    .map(|text| text.parse::<u32>().map_err(|_| not_minutes(&text)))
                    .transpose()?,
                ..plain
            },
        })
    }

    fn read_kind(&self) -> Result<SourceKind, Mistake> {
        Ok(match KINDS.iter().position(|kind| *kind == self.kind) {
            Some(1) => SourceKind::Topic,
            Some(2) => SourceKind::Bus,
            Some(RULE) => SourceKind::Schedule(self.schedule(ScheduleOwner::Rule)?),
            Some(SCHEDULER) => SourceKind::Schedule(self.schedule(ScheduleOwner::Scheduler)?),
            Some(5) => SourceKind::Iot,
            // No function has this number.
            Some(LOG) => SourceKind::LogGroup(self.function.unwrap_or(FunctionId(0))),
            Some(7) => SourceKind::UserPool,
            _ => SourceKind::Bucket,
        })
    }

    pub(super) fn read(&self, wires: Vec<Wire>) -> Result<SourceConfiguration, Mistake> {
        Ok(SourceConfiguration {
            name: self.name.trim().to_owned(),
            kind: self.read_kind()?,
            wires,
        })
    }
}

/// What stands in a field, if something does.
fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn not_minutes(text: &str) -> Mistake {
    Mistake::new(
        format!("\"{text}\" are no minutes."),
        "Write a whole number of 1 to 1440, or leave it empty.",
    )
}

/// Something that is to happen.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::pages::playground) struct HappenDraft {
    /// A key, a subject, a source or a topic.
    pub(in crate::pages::playground) first: String,
    /// A size, attributes or a detail type.
    pub(in crate::pages::playground) second: String,
    /// A message, a detail or a payload.
    pub(in crate::pages::playground) body: String,
    /// Of an object.
    pub(in crate::pages::playground) class: StorageClass,
}

impl HappenDraft {
    pub(in crate::pages::playground) fn of(kind: &SourceKind) -> Self {
        let (first, second, body) = match kind {
            SourceKind::Bucket => ("photos/beach.jpg", "48213", ""),
            SourceKind::Topic => ("", r#"{"store": "berlin"}"#, r#"{"orderId": 1001}"#),
            SourceKind::Bus => ("shop.orders", "Order placed", r#"{"orderId": 1001}"#),
            SourceKind::Iot => ("rooms/1/heat", "", r#"{"celsius": 21.5}"#),
            SourceKind::LogGroup(_) => ("client", "", "[ERROR] order 1001 has no item"),
            // Of a generator: one user after the other.
            SourceKind::UserPool => ("user-{{n}}", "Correct-horse-7", "SignUp"),
            SourceKind::Schedule(_) => ("", "", ""),
        };
        HappenDraft {
            first: first.to_owned(),
            second: second.to_owned(),
            body: body.to_owned(),
            class: StorageClass::Standard,
        }
    }

    /// An object that is put, with the draft's class.
    pub(super) fn object(
        &self,
        key: &str,
        size: u64,
        e_tag: Option<String>,
    ) -> Result<Happening, Mistake> {
        // S3 API reference, "Error responses": KeyTooLongError and EntityTooLarge.
        if key.len() > MAX_KEY_BYTES {
            let hint = format!(
                "A key has at most {MAX_KEY_BYTES} bytes, and this has {}.",
                key.len()
            );
            return Err(Mistake::new("Your key is too long", hint));
        }
        if size > MAX_PUT_BYTES {
            let cause = "Your proposed upload exceeds the maximum allowed object size.";
            let hint = format!("One PUT takes at most {MAX_PUT_BYTES} bytes.");
            return Err(Mistake::new(cause, hint));
        }
        Ok(Happening::ObjectPut {
            key: key.to_owned(),
            size,
            e_tag,
            class: self.class,
            body: None,
        })
    }

    /// What is to happen.
    pub(in crate::pages::playground) fn read(
        &self,
        kind: &SourceKind,
    ) -> Result<Happening, Mistake> {
        let HappenDraft {
            first,
            second,
            body,
            ..
        } = self;
        let needed = |text: &str, name: &str| match text.trim() {
            "" => Err(Mistake::new(format!("{name} is empty."), "Fill it in.")),
            text => Ok(text.to_owned()),
        };
        match kind {
            SourceKind::Bucket => {
                let size = second.trim().parse().map_err(|_| {
                    let cause = format!("\"{second}\" is no size in bytes.");
                    Mistake::new(cause, "Write a whole number.")
                });
                self.object(&needed(first, "The key")?, size?, None)
            }
            SourceKind::Topic => Ok(Happening::Published {
                message: needed(body, "The message")?,
                subject: Some(first.trim().to_owned()).filter(|it| !it.is_empty()),
                attributes: match second.trim() {
                    "" => Map::new(),
                    text => object(text, "The attributes")?,
                },
            }),
            SourceKind::Bus => Ok(Happening::EventPut {
                source: needed(first, "The source")?,
                detail_type: needed(second, "The detail type")?,
                detail: object(body, "The detail")?,
                resources: Vec::new(),
            }),
            SourceKind::Iot => Ok(Happening::Telemetry {
                topic: topic(first)?,
                payload: json(body, "The message")?,
            }),
            SourceKind::LogGroup(_) => Ok(Happening::LogPut {
                stream: log_stream(first)?,
                message: log_message(body)?,
            }),
            // It has a form of its own.
            SourceKind::UserPool => Err(Mistake::new("Nothing is told here.", "Sign somebody up.")),
            SourceKind::Schedule(_) => Err(Mistake::new(
                "A schedule happens by itself.",
                "Skip to it with the clock.",
            )),
        }
    }
}

/// The key of a file: in the folder of the key that stands in the form.
pub(super) fn file_key(typed: &str, name: &str) -> String {
    let folder = typed.trim().rsplit_once('/');
    folder.map_or_else(|| name.to_owned(), |(folder, _)| format!("{folder}/{name}"))
}

/// CloudWatch Logs API reference, CreateLogStream: 1 to 512 characters, no `:` and no `*`.
fn log_stream(text: &str) -> Result<String, Mistake> {
    let text = text.trim();
    let fits = (1..=512).contains(&text.chars().count()) && !text.contains([':', '*']);
    match fits {
        true => Ok(text.to_owned()),
        false => Err(Mistake::new(
            "That is no name of a log stream.",
            "Write 1 to 512 characters without : and *.",
        )),
    }
}

/// CloudWatch Logs API reference, PutLogEvents: a log event has at least one character and at most 1 MB,
/// 26 bytes of which are its own.
fn log_message(text: &str) -> Result<String, Mistake> {
    match text.len() {
        0 => Err(Mistake::new("The message is empty.", "Fill it in.")),
        length if length > MAX_LOG_EVENT_BYTES => Err(Mistake::new(
            "The log event is too large.",
            format!("It has at most {MAX_LOG_EVENT_BYTES} bytes, and this has {length}."),
        )),
        _ => Ok(text.to_owned()),
    }
}

/// A topic without wildcards.
fn topic(text: &str) -> Result<String, Mistake> {
    match text.trim() {
        text if text.is_empty() || text.contains(['+', '#']) => Err(Mistake::new(
            "That is no topic to publish to.",
            "Write one without + and #, as in rooms/1/heat.",
        )),
        text => Ok(text.to_owned()),
    }
}

fn json(text: &str, name: &str) -> Result<Value, Mistake> {
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let cause = format!("{name} is not JSON: line {line}, column {column}.");
        Mistake::new(cause, "Names and texts are in double quotes.")
    })
}

fn object(text: &str, name: &str) -> Result<Map<String, Value>, Mistake> {
    match json(text, name)? {
        Value::Object(object) => Ok(object),
        _ => Err(Mistake::new(
            format!("{name} is no JSON object."),
            "Put it into braces: {\"name\": \"value\"}.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheduled(change: impl FnOnce(&mut SourceDraft)) -> Result<SourceConfiguration, Mistake> {
        let mut draft = SourceDraft {
            kind: KINDS[SCHEDULER].to_owned(),
            ..SourceDraft::default()
        };
        change(&mut draft);
        draft.read(Vec::new())
    }

    #[test]
    fn a_schedule_is_read_as_it_was_written() {
        let plain = ScheduleConfiguration::of(ScheduleOwner::Scheduler, "rate(5 minutes)");
        let read = scheduled(|_| {}).map(|it| it.kind);
        assert_eq!(read, Ok(SourceKind::Schedule(plain.clone())));
        let set = ScheduleConfiguration {
            zone: Some("Europe/Paris".to_owned()),
            start: Some("2026-12-01T09:00:00Z".to_owned()),
            end: Some("2026-12-24T18:00:00Z".to_owned()),
            window_minutes: Some(15),
            input: Some("[1]".to_owned()),
            enabled: false,
            ..plain
        };
        let configuration = SourceConfiguration {
            name: "season".to_owned(),
            kind: SourceKind::Schedule(set),
            wires: Vec::new(),
        };
        let again = SourceDraft::of(&configuration).read(Vec::new());
        assert_eq!(again, Ok(configuration));
        let odd = scheduled(|it| it.window = "a while".to_owned());
        assert!(odd.is_err_and(|it| it.cause.contains("a while")));
    }

    #[test]
    fn log_events_are_read_as_the_service_takes_them() {
        let kind = SourceKind::LogGroup(FunctionId(1));
        let read = |stream: &str, message: &str| {
            let draft = HappenDraft {
                first: stream.to_owned(),
                body: message.to_owned(),
                ..HappenDraft::of(&kind)
            };
            draft.read(&kind)
        };
        assert!(HappenDraft::of(&kind).read(&kind).is_ok());
        let put = Happening::LogPut {
            stream: "a".to_owned(),
            message: " x ".to_owned(),
        };
        assert_eq!(read(" a ", " x "), Ok(put));
        let long = "x".repeat(513);
        for stream in ["", "a:b", "*", long.as_str()] {
            assert!(read(stream, "x").is_err(), "{stream}");
        }
        assert!(read("a", "").is_err());
        let large = "x".repeat(MAX_LOG_EVENT_BYTES);
        assert!(read("a", &large).is_ok());
        assert!(read("a", &format!("{large}x")).is_err());
    }

    #[test]
    fn a_rule_has_nothing_that_only_schedules_have() {
        let draft = SourceDraft {
            kind: KINDS[RULE].to_owned(),
            zone: "Europe/Paris".to_owned(),
            start: "2026-12-01T09:00:00Z".to_owned(),
            window: "a while".to_owned(),
            ..SourceDraft::default()
        };
        let plain = ScheduleConfiguration::of(ScheduleOwner::Rule, "rate(5 minutes)");
        let read = draft.read(Vec::new()).map(|it| it.kind);
        assert_eq!(read, Ok(SourceKind::Schedule(plain)));
        assert!(draft.is_schedule() && !draft.is_scheduler() && !draft.is_log());
    }
}
