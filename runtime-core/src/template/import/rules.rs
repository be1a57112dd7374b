//! Schedules and event patterns, wherever they are written.

use super::super::trigger::TriggerSource;
use super::builder::Builder;
use super::{Section, json_of};
use crate::events::json_path::{JsonPath, JsonPathFault};
use crate::events::pattern::{Dialect, Pattern};
use crate::events::schedule::{
    RuleSchedule, Schedule, ScheduleError, UnixSeconds, Zone, scheduler_date,
};

/// What a rule's kind says where.
pub(super) struct Detail {
    expression: Option<&'static str>,
    pattern: Option<&'static str>,
}

impl Detail {
    /// A rule with a schedule in this property.
    pub(super) const fn schedule(key: &'static str) -> Detail {
        Detail {
            expression: Some(key),
            pattern: None,
        }
    }

    /// A rule with an event pattern in this property.
    pub(super) const fn pattern(key: &'static str) -> Detail {
        Detail {
            expression: None,
            pattern: Some(key),
        }
    }
}

/// What means nothing for a target here.
pub(super) const DELIVERY: [&str; 2] = ["RetryPolicy", "DeadLetterConfig"];

/// Something is not as AWS takes it, which the log says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused;

/// What a target gets instead of the event: one of them at most.
#[derive(Clone, Debug, Default)]
pub(super) struct Input {
    /// JSON.
    pub(super) constant: Option<String>,
    /// A path into the event.
    pub(super) path: Option<String>,
}

impl Builder<'_> {
    /// A rule of EventBridge, as a SAM event.
    pub(super) fn rule(&self, section: &Section<'_>, detail: Detail) -> Option<TriggerSource> {
        section.leave(&DELIVERY, "Nothing here stands for it.");
        section.done(&["Name", "RuleName", "Description", "Target"]);
        let enabled = match section.text("State").as_deref() {
            Some("DISABLED") => false,
            Some(_) => true,
            None => section.flag("Enabled").unwrap_or(true),
        };
        let input = input(section);
        if let Some(key) = detail.expression {
            let expression = expression(section, key)?;
            let input = input.ok()?;
            no_path(section, &input);
            return Some(TriggerSource::Schedule {
                expression,
                input: input.constant,
                enabled,
            });
        }
        let bus = section.value("EventBusName").and_then(|it| self.origin(it));
        let pattern = pattern(section, detail.pattern?)?;
        let input = input.ok()?;
        Some(TriggerSource::EventBridge {
            bus: bus.filter(|it| it.text() != "default"),
            pattern,
            input: input.constant,
            input_path: input.path,
            enabled,
        })
    }

    /// A schedule of EventBridge Scheduler: its own properties, and those of its target.
    pub(super) fn schedule(
        &self,
        section: &Section<'_>,
        target: &Section<'_>,
    ) -> Option<TriggerSource> {
        target.leave(
            &["RetryPolicy", "DeadLetterConfig"],
            "Nothing here stands for it.",
        );
        target.leave(
            &["RoleArn", "PermissionsBoundary"],
            "Permissions are not checked here.",
        );
        section.leave(&["KmsKeyArn"], "Encryption at rest means nothing here.");
        section.done(&["Name", "Description", "GroupName", "OmitName"]);
        let expression = section.text("ScheduleExpression");
        let Some(expression) = expression else {
            section.refuse("ScheduleExpression", "A schedule has a ScheduleExpression.");
            return None;
        };
        // All is read before anything of it is given up: what nobody has read is remarked on.
        let (start, end) = (date(section, "StartDate"), date(section, "EndDate"));
        let (input, window_minutes) = (constant(target), window(section));
        let enabled = section.text("State").as_deref() != Some("DISABLED");
        let zone = section.text("ScheduleExpressionTimezone");
        let zone = zone.unwrap_or_else(|| "UTC".to_owned());
        let known = match Zone::parse(&zone) {
            Ok(known) => known,
            Err(error) => {
                section.refuse(
                    "ScheduleExpressionTimezone",
                    format!("{error} {}", error.hint()),
                );
                return None;
            }
        };
        let schedule = match Schedule::parse(&expression, known) {
            Ok(schedule) => schedule,
            Err(error) => {
                section.refuse("ScheduleExpression", format!("{error} {}", error.hint()));
                return None;
            }
        };
        let (start, end) = (start.ok()?, end.ok()?);
        let read = |date: &Option<Date>| date.as_ref().map(|it| it.1);
        if let Err(error) = schedule.between(read(&start), read(&end)) {
            section.refuse("EndDate", dated(&error));
            return None;
        }
        Some(TriggerSource::Scheduler {
            expression,
            zone,
            window_minutes,
            start: start.map(|it| it.0),
            end: end.map(|it| it.0),
            input: input.ok()?,
            enabled,
        })
    }
}

/// A date, as it is written and as it is read.
type Date = (String, UnixSeconds);

fn date(section: &Section<'_>, key: &str) -> Result<Option<Date>, Refused> {
    let Some(text) = section.text(key) else {
        return Ok(None);
    };
    match scheduler_date(&text) {
        Ok(read) => Ok(Some((text, read))),
        Err(error) => {
            section.refuse(key, dated(&error));
            Err(Refused)
        }
    }
}

/// What is wrong with a date.
fn dated(error: &ScheduleError) -> String {
    format!("{}. {}", error.fault, error.hint())
}

/// A target's `Input`: JSON.
fn constant(target: &Section<'_>) -> Result<Option<String>, Refused> {
    let Some(text) = target.value("Input").map(json_of) else {
        return Ok(None);
    };
    let read = serde_json::from_str::<serde_json::Value>(&text);
    if let Err(error) = read {
        let (line, column) = (error.line(), error.column());
        target.refuse(
            "Input",
            format!(
                "The input is not JSON: line {line}, column {column}. Texts are in double quotes."
            ),
        );
        return Err(Refused);
    }
    Ok(Some(text))
}

/// What a rule's target gets.
pub(super) fn input(target: &Section<'_>) -> Result<Input, Refused> {
    if target.has("InputTransformer") {
        // What it makes where a variable is missing, or stands in a text, no page of AWS says.
        let why = "Transformers are not understood here: the target gets the whole event.";
        target.done(&["InputTransformer"]);
        target.change("InputTransformer", why);
    }
    let path = target.text("InputPath");
    let constant = constant(target)?;
    if constant.is_some() && path.is_some() {
        let why = "A target has an Input or an InputPath: leave one of them out.";
        target.refuse("InputPath", why);
        return Err(Refused);
    }
    match path.as_deref().map(JsonPath::parse) {
        None | Some(Ok(_)) => Ok(Input { constant, path }),
        // AWS takes it.
        Some(Err(error)) if error.fault == JsonPathFault::Several => {
            let why = format!("{error}: the target gets the whole event. {}", error.hint());
            target.change("InputPath", why);
            Ok(Input::default())
        }
        Some(Err(error)) => {
            target.refuse("InputPath", format!("{error}. {}", error.hint()));
            Err(Refused)
        }
    }
}

/// Says that a rule on a schedule has no path here.
pub(super) fn no_path(target: &Section<'_>, input: &Input) {
    if input.path.is_some() {
        let why = "Rules on a schedule tell the whole event here.";
        target.skip("InputPath", why);
    }
}

/// `FlexibleTimeWindow`: 1 to 1,440 minutes (EventBridge Scheduler API reference).
fn window(section: &Section<'_>) -> Option<u32> {
    let flexible = section.section("FlexibleTimeWindow")?;
    let minutes = flexible.number("MaximumWindowInMinutes");
    match (flexible.text("Mode").as_deref(), minutes) {
        (Some("FLEXIBLE"), Some(minutes @ 1..=1_440)) => Some(minutes),
        (Some("OFF"), None) => None,
        _ => {
            flexible.refuse(
                "",
                "FlexibleTimeWindow is OFF, or FLEXIBLE with MaximumWindowInMinutes of 1 to 1,440.",
            );
            None
        }
    }
}

/// A rule's schedule, if it has no fault.
pub(super) fn expression(section: &Section<'_>, key: &str) -> Option<String> {
    let Some(text) = section.text(key) else {
        section.refuse(key, "A scheduled rule has a schedule expression.");
        return None;
    };
    match RuleSchedule::parse(&text) {
        Ok(_) => Some(text),
        Err(error) => {
            section.refuse(key, format!("{error} {}", error.hint()));
            None
        }
    }
}

/// An event pattern as JSON, if it has no fault.
pub(super) fn pattern(section: &Section<'_>, key: &str) -> Option<String> {
    let Some(text) = section.json(key) else {
        section.refuse(key, "A rule has an event pattern or a schedule expression.");
        return None;
    };
    match Pattern::parse(&text, Dialect::EventBridge) {
        Ok(_) => Some(text),
        Err(error) => {
            section.refuse(key, format!("{error} {}", error.hint()));
            None
        }
    }
}
