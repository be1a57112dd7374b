//! Why an event does not match: the first field that does not.

use super::evaluate::{Verdict, clause, field, fields};
use super::tree::{Branch, Clause, Fields, Test};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// The first field of a pattern, in its own order, that an event does not match.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mismatch {
    /// The names from the event's top to the field, without the positions in arrays. The last is
    /// `$or` if none of its alternatives matches.
    pub path: Vec<String>,
    /// What is wrong with it.
    pub reason: Reason,
}

/// Why a field does not match.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reason {
    /// The event does not have it.
    Missing,
    /// The event has it, and must not.
    Present {
        /// Its value.
        found: Value,
    },
    /// Its value is not one of those that the pattern names.
    Other {
        /// Its value.
        found: Value,
    },
    /// Its value is an object, and only a value without parts is compared.
    HasParts,
    /// A record's data are plain text, and the filter names parts of JSON; or the other way round.
    Format {
        /// The data.
        found: Value,
    },
    /// None of the alternatives of `$or` matches.
    NoAlternative,
    /// Each part matches in some element of the array, but not all in the same.
    NoSingleElement,
}

/// `None` if the event matches.
pub(super) fn explain(pattern: &Fields, event: &Value) -> Option<Mismatch> {
    let mut path = Vec::new();
    in_value(pattern, Some(event), &mut path).map(|reason| Mismatch { path, reason })
}

fn in_value(pattern: &Fields, value: Option<&Value>, path: &mut Vec<String>) -> Option<Reason> {
    match value {
        Some(Value::Object(object)) => in_object(pattern, Some(object), path),
        Some(Value::Array(_)) => {
            let mut elements = Vec::new();
            objects(value, &mut elements);
            in_elements(pattern, &elements, path)
        }
        _ => in_object(pattern, None, path),
    }
}

/// The objects in an array, and in arrays in it.
fn objects<'a>(value: Option<&'a Value>, found: &mut Vec<&'a Map<String, Value>>) {
    match value {
        Some(Value::Array(elements)) => {
            for element in elements {
                objects(Some(element), found);
            }
        }
        Some(Value::Object(object)) => found.push(object),
        _ => {}
    }
}

fn in_elements(
    pattern: &Fields,
    elements: &[&Map<String, Value>],
    path: &mut Vec<String>,
) -> Option<Reason> {
    let Some(first) = elements.first() else {
        return in_object(pattern, None, path);
    };
    let verdicts = || {
        elements
            .iter()
            .map(|element| fields(pattern, Some(element)))
    };
    if verdicts().any(|verdict| verdict == Verdict::Yes)
        || verdicts().all(|verdict| verdict == Verdict::Missing)
    {
        return None;
    }
    let nowhere = pattern.clauses.iter().find(|part| {
        elements
            .iter()
            .all(|element| clause(part, Some(element)) == Verdict::No)
    });
    match nowhere {
        Some(part) => in_clause(part, Some(first), path),
        None => match elements
            .iter()
            .find(|element| elements.len() == 1 || only_missing(pattern, element))
        {
            // What must be missing is there in one of the elements.
            Some(element) => in_object(pattern, Some(element), path),
            None => Some(Reason::NoSingleElement),
        },
    }
}

/// Whether the pattern names nothing but fields that must be missing, and one is there.
fn only_missing(pattern: &Fields, element: &Map<String, Value>) -> bool {
    fields(pattern, None) == Verdict::Missing && fields(pattern, Some(element)) == Verdict::No
}

fn in_object(
    pattern: &Fields,
    object: Option<&Map<String, Value>>,
    path: &mut Vec<String>,
) -> Option<Reason> {
    let clauses = pattern.clauses.iter();
    clauses
        .filter(|part| clause(part, object) == Verdict::No)
        .find_map(|part| in_clause(part, object, path))
}

fn in_clause(
    part: &Clause,
    object: Option<&Map<String, Value>>,
    path: &mut Vec<String>,
) -> Option<Reason> {
    match part {
        Clause::Or(_) => {
            path.push("$or".to_owned());
            Some(Reason::NoAlternative)
        }
        Clause::Field(name, branch) => {
            path.push(name.clone());
            let found = field(object, name);
            match branch {
                Branch::Parts(pattern) => in_value(pattern, found.as_deref(), path),
                Branch::Leaf(tests) => Some(match found.as_deref() {
                    None => Reason::Missing,
                    Some(Value::Object(_)) => Reason::HasParts,
                    Some(Value::Array(elements)) if elements.is_empty() => Reason::Missing,
                    Some(found) if tests.iter().all(|test| *test == Test::Missing) => {
                        Reason::Present {
                            found: found.clone(),
                        }
                    }
                    Some(found) => Reason::Other {
                        found: found.clone(),
                    },
                }),
            }
        }
    }
}

impl Mismatch {
    /// Of a record whose data are plain text and should be JSON, or the other way round.
    pub(super) fn wrong_format(key: &str, json: Option<Value>, text: String) -> Mismatch {
        let found = json.unwrap_or(Value::String(text));
        Mismatch {
            path: vec![key.to_owned()],
            reason: Reason::Format { found },
        }
    }

    /// Of an event that is not there at all, or not JSON.
    pub(super) fn nothing_to_look_at() -> Mismatch {
        Mismatch {
            path: Vec::new(),
            reason: Reason::Missing,
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = match self.path.is_empty() {
            true => "the event".to_owned(),
            false => self.path.join("."),
        };
        match &self.reason {
            Reason::Missing => write!(f, "{path} is missing"),
            Reason::Present { found } => write!(f, "{path} is there: {found}"),
            Reason::Other { found } => write!(f, "{path} is {found}"),
            Reason::Format {
                found: Value::String(_),
            } => write!(f, "{path} is not JSON"),
            Reason::Format { .. } => write!(f, "{path} is JSON, not plain text"),
            Reason::HasParts => write!(f, "{path} is an object"),
            Reason::NoAlternative => write!(f, "no alternative of {path} matches"),
            Reason::NoSingleElement => {
                write!(f, "no single element of {path} matches all of its fields")
            }
        }
    }
}
