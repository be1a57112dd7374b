//! Schedules and event patterns, wherever they are written.

use super::super::trigger::TriggerSource;
use super::builder::Builder;
use super::{Section, json_of};
use crate::events::pattern::{Dialect, Pattern};
use crate::events::schedule::{RuleSchedule, Schedule, Zone};

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
const DELIVERY: [&str; 3] = ["RetryPolicy", "DeadLetterConfig", "InputTransformer"];

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
        let input = section.value("Input").map(json_of);
        let input_path = section.text("InputPath");
        if let Some(key) = detail.expression {
            return Some(TriggerSource::Schedule {
                expression: expression(section, key)?,
                input,
                enabled,
            });
        }
        let bus = section.value("EventBusName").and_then(|it| self.origin(it));
        Some(TriggerSource::EventBridge {
            bus: bus.filter(|it| it.text() != "default"),
            pattern: pattern(section, detail.pattern?)?,
            input,
            input_path,
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
        if let Err(error) = Schedule::parse(&expression, known) {
            section.refuse("ScheduleExpression", format!("{error} {}", error.hint()));
            return None;
        }
        Some(TriggerSource::Scheduler {
            expression,
            zone,
            window_minutes: window(section),
            start: section.text("StartDate"),
            end: section.text("EndDate"),
            input: target.value("Input").map(json_of),
            enabled: section.text("State").as_deref() != Some("DISABLED"),
        })
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
