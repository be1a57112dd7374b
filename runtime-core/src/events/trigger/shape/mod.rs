//! Whether an event is one of a kind's.
//!
//! ```text
//! rule    what a value may be, as data; walking a value along it
//! rules   each kind's rule
//! beyond  what no rule says: digests, archives, ids that must agree
//! types   the types of aws_lambda_events, which AWS's own Rust runtime reads events with
//! ```
//!
//! The types of that crate take almost anything for missing or null. So the rules come first: they
//! find the first mistake and say where it is. What they let pass must then be read by the types.

mod beyond;
mod rule;
mod rules;
#[cfg(feature = "shapes")]
mod types;

use super::kind::TriggerKind;
use serde_json::Value;
use std::fmt;

/// Why an event is none of a kind's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// Where the mistake is, as in `Records[0].body`; empty for the event itself.
    pub path: String,
    /// What is wrong there.
    pub problem: ShapeProblem,
}

/// What is wrong in an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShapeProblem {
    /// It is not JSON.
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What the parser says.
        message: String,
    },
    /// There is nothing.
    Missing,
    /// There is something else.
    Not {
        /// What belongs here.
        wanted: String,
        /// What is here.
        found: String,
    },
    /// It does not agree with another part of the event.
    Disagrees(String),
    /// The crate's type does not take it.
    Unreadable(String),
}

impl ShapeError {
    fn new(path: impl Into<String>, problem: ShapeProblem) -> Self {
        ShapeError {
            path: path.into(),
            problem,
        }
    }

    /// How to set it right.
    pub fn hint(&self) -> String {
        match &self.problem {
            ShapeProblem::NotJson { .. } => {
                "Names and texts are in double quotes; no comma after the last element.".to_owned()
            }
            ShapeProblem::Missing => {
                let name = self.path.rsplit('.').next().unwrap_or_default();
                format!("Add \"{name}\"; names are case-sensitive.")
            }
            ShapeProblem::Not { .. } | ShapeProblem::Unreadable(_) => {
                "Compare it with what `coldstart event make` prints for this trigger.".to_owned()
            }
            ShapeProblem::Disagrees(_) => "AWS derives one from the other: change both.".to_owned(),
        }
    }
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = match self.path.as_str() {
            "" => "the event",
            path => path,
        };
        match &self.problem {
            ShapeProblem::NotJson {
                line,
                column,
                message,
            } => write!(
                f,
                "{path}: not JSON: {message}, line {line}, column {column}"
            ),
            ShapeProblem::Missing => write!(f, "{path}: is missing"),
            ShapeProblem::Not { wanted, found } => {
                write!(f, "{path}: expected {wanted}, found {found}")
            }
            ShapeProblem::Disagrees(how) => write!(f, "{path}: {how}"),
            ShapeProblem::Unreadable(why) => write!(f, "{path}: {why}"),
        }
    }
}

impl std::error::Error for ShapeError {}

/// Checks an event along the rules of this kind: what AWS always sends. It links no types.
///
/// # Errors
/// The first mistake, with its path.
pub fn check_rules(kind: TriggerKind, event: &[u8]) -> Result<(), ShapeError> {
    follow(kind, event).map(drop)
}

/// Checks that an event has the shape of this kind's: along the rules, and as a type that AWS's own
/// Rust runtime reads.
///
/// # Errors
/// The first mistake, with its path.
#[cfg(feature = "shapes")]
pub fn check(kind: TriggerKind, event: &[u8]) -> Result<(), ShapeError> {
    types::read(kind, &follow(kind, event)?)
}

fn follow(kind: TriggerKind, event: &[u8]) -> Result<Value, ShapeError> {
    let value: Value = serde_json::from_slice(event).map_err(|error| {
        let problem = ShapeProblem::NotJson {
            line: error.line(),
            column: error.column(),
            message: super::form::message(&error),
        };
        ShapeError::new("", problem)
    })?;
    rule::walk(&value, &rules::of(kind, &value), "")?;
    beyond::check(kind, &value)?;
    Ok(value)
}

#[cfg(all(test, feature = "shapes"))]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests;
