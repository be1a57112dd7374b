//! What a rule's target gets that a template makes of the event: EventBridge's input transformers.
//!
//! ```text
//! mod    InputTemplate: a template and its variables that were read, and what it makes of an event
//! parse  a template in pieces
//! error  why one is refused, and where
//! ```
//!
//! EventBridge user guide, "Amazon EventBridge input transformation" (eb-transform-target-input, read
//! 2026-11-30), and API reference, "InputTransformer": at most 100 variables, each with a path of dots; a
//! template of 1 to 8,192 characters, in which `<name>` stands for the variable's value, as JSON or inside of a
//! text. A text's own quotes are written where the template has none. In a text, values are not escaped,
//! and what is no text loses its quotes; the rest is minified. A variable whose path leads to nothing "isn't
//! created and won't appear in the output". `aws.events.event` is the event without its detail.
//!
//! Model choices: where such a variable is all there is of a value, an empty text stands for it, as localstack
//! found (localstack/services/events/target.py); the template is one JSON value, which a function needs; an
//! event inside of a text, which the guide says can only be the value of a field, is refused; the event was
//! received when it happened; indexes of arrays, which the guide names among what a path can have, are taken.

mod error;
mod parse;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests;

pub use error::{InputTemplateError, InputTemplateFault, Part};

use super::json_path::JsonPath;
use serde_json::Value;
use std::collections::BTreeMap;

/// The most variables.
pub const MAX_VARIABLES: usize = 100;
/// The longest name of one, in characters.
const LONGEST_NAME: usize = 256;
/// The longest template, in characters.
pub const LONGEST_TEMPLATE: usize = 8_192;

/// A template and its variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputTemplate {
    paths: BTreeMap<String, JsonPath>,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// JSON that stays as it is.
    Json(String),
    /// A value.
    Value(Source),
    /// A value inside of a text.
    Inside(Source),
}

/// What a placeholder stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    Variable(String),
    Reserved(Reserved),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reserved {
    RuleArn,
    RuleName,
    IngestionTime,
    Event,
    EventJson,
}

impl Reserved {
    const ALL: [(&'static str, Reserved); 5] = [
        ("aws.events.rule-arn", Reserved::RuleArn),
        ("aws.events.rule-name", Reserved::RuleName),
        ("aws.events.event.ingestion-time", Reserved::IngestionTime),
        ("aws.events.event", Reserved::Event),
        ("aws.events.event.json", Reserved::EventJson),
    ];

    fn named(name: &str) -> Option<Reserved> {
        let mut all = Reserved::ALL.into_iter();
        all.find(|(known, _)| *known == name).map(|(_, it)| it)
    }

    /// Whether it is an event, which stands in no text.
    const fn is_event(self) -> bool {
        matches!(self, Reserved::Event | Reserved::EventJson)
    }
}

/// The rule whose target it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
}

impl InputTemplate {
    /// Reads variables, each with its path, and a template.
    ///
    /// # Errors
    ///
    /// The first fault, with its place: also for what AWS has and paths here have not.
    pub fn parse<'a>(
        variables: impl IntoIterator<Item = (&'a str, &'a str)>,
        template: &str,
    ) -> Result<InputTemplate, InputTemplateError> {
        let mut paths = BTreeMap::new();
        for (name, path) in variables {
            if paths.len() == MAX_VARIABLES {
                return Err(InputTemplateFault::TooManyVariables.of_all());
            }
            paths.insert(name.to_owned(), parse::path(name, path)?);
        }
        let pieces = parse::pieces(template, |name| paths.contains_key(name))?;
        Ok(InputTemplate { paths, pieces })
    }

    /// What the target gets of an event. It is JSON unless a text has a quote or a backslash that the template
    /// puts into another text.
    pub fn write(&self, event: &Value, rule: &Rule) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Json(json) => text.push_str(json),
                Piece::Value(source) => match self.value(source, event, rule) {
                    Some(value) => text.push_str(&value.to_string()),
                    None => text.push_str("\"\""),
                },
                Piece::Inside(source) => match self.value(source, event, rule) {
                    Some(Value::String(inside)) => text.push_str(&inside),
                    Some(other) => {
                        text.extend(other.to_string().chars().filter(|it| *it != '"'));
                    }
                    None => {}
                },
            }
        }
        text
    }

    fn value(&self, source: &Source, event: &Value, rule: &Rule) -> Option<Value> {
        match source {
            Source::Variable(name) => self.paths.get(name)?.part(event).cloned(),
            Source::Reserved(Reserved::RuleArn) => Some(rule.arn.as_str().into()),
            Source::Reserved(Reserved::RuleName) => Some(rule.name.as_str().into()),
            Source::Reserved(Reserved::IngestionTime) => event.get("time").cloned(),
            Source::Reserved(Reserved::EventJson) => Some(event.clone()),
            Source::Reserved(Reserved::Event) => {
                let mut event = event.clone();
                if let Some(fields) = event.as_object_mut() {
                    fields.remove("detail");
                }
                Some(event)
            }
        }
    }
}
