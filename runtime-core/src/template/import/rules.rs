//! Schedules and event patterns, wherever they are written.

use super::super::trigger::TriggerSource;
use super::builder::Builder;
use super::{Section, json_of};
use crate::events::input_template::{InputTemplate, Part};
use crate::events::json_path::{JsonPath, JsonPathFault};
use crate::events::pattern::{Dialect, Pattern};
use crate::events::schedule::{
    RuleSchedule, Schedule, ScheduleError, UnixSeconds, Zone, scheduler_date,
};
use crate::timeline::{InputTransformer, TargetInput};
use std::collections::BTreeMap;

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
            let input = scheduled_input(section, input.ok()?);
            return Some(TriggerSource::Schedule {
                expression,
                input,
                enabled,
            });
        }
        let bus = section.value("EventBusName").and_then(|it| self.origin(it));
        let pattern = pattern(section, detail.pattern?)?;
        Some(TriggerSource::EventBridge {
            bus: bus.filter(|it| it.text() != "default"),
            pattern,
            input: input.ok()?,
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
pub(super) fn input(target: &Section<'_>) -> Result<TargetInput, Refused> {
    let transformer = target.section("InputTransformer");
    let path = target.text("InputPath");
    let constant = constant(target)?;
    let given = [constant.is_some(), path.is_some(), transformer.is_some()];
    if given.into_iter().filter(|it| *it).count() > 1 {
        if let Some(transformer) = transformer {
            transformer.done_all();
        }
        let key = match path {
            Some(_) => "InputPath",
            None => "InputTransformer",
        };
        // As AWS says it (localstack/services/events/target.py).
        let why =
            "Only one of Input, InputPath, or InputTransformer must be provided for a target.";
        target.refuse(key, why);
        return Err(Refused);
    }
    if let Some(transformer) = transformer {
        return transformed(&transformer);
    }
    let Some(path) = path else {
        return Ok(constant.map_or(TargetInput::Event, TargetInput::Constant));
    };
    match JsonPath::parse(&path) {
        Ok(_) => Ok(TargetInput::Path(path)),
        // AWS takes it.
        Err(error) if error.fault == JsonPathFault::Several => {
            let why = format!("{error}: the target gets the whole event. {}", error.hint());
            target.change("InputPath", why);
            Ok(TargetInput::Event)
        }
        Err(error) => {
            target.refuse("InputPath", format!("{error}. {}", error.hint()));
            Err(Refused)
        }
    }
}

/// A target's input transformer.
fn transformed(section: &Section<'_>) -> Result<TargetInput, Refused> {
    let map = section.section("InputPathsMap");
    let paths: BTreeMap<String, String> = map
        .iter()
        .flat_map(|map| {
            map.keys()
                .filter_map(|name| Some((name.to_owned(), map.text(name)?)))
        })
        .collect();
    let Some(template) = section.text("InputTemplate") else {
        section.refuse("InputTemplate", "A transformer has an InputTemplate.");
        return Err(Refused);
    };
    let read = paths
        .iter()
        .map(|(name, path)| (name.as_str(), path.as_str()));
    match InputTemplate::parse(read, &template) {
        Ok(_) => Ok(TargetInput::Transformed(Box::new(InputTransformer {
            paths,
            template,
        }))),
        // AWS takes it.
        Err(error) if error.is_beyond_the_subset() => {
            let why = format!("{error} The target gets the whole event. {}", error.hint());
            section.change("InputPathsMap", why);
            Ok(TargetInput::Event)
        }
        Err(error) => {
            let key = match error.part {
                Part::Template(_) => "InputTemplate",
                Part::Variables | Part::Variable(_) => "InputPathsMap",
            };
            section.refuse(key, format!("{error} {}", error.hint()));
            Err(Refused)
        }
    }
}

/// What a rule on a schedule says: it has no path and no transformer here.
pub(super) fn scheduled_input(target: &Section<'_>, input: TargetInput) -> Option<String> {
    let key = match input {
        TargetInput::Event => return None,
        TargetInput::Constant(text) => return Some(text),
        TargetInput::Path(_) => "InputPath",
        TargetInput::Transformed(_) => "InputTransformer",
    };
    target.skip(key, "Rules on a schedule tell the whole event here.");
    None
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
