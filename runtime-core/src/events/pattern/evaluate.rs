//! Whether an event matches.
//!
//! An event's arrays are looked through: a field matches if any of the array's values does, and
//! an object in an array stands for the field itself. Fields of one object must match in one
//! element of an array together (Event Ruler's README, "JSON Array Matching").

use super::tree::{Branch, Clause, Fields, Test};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// How an event answers a part of a pattern, the better the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    No,
    /// Only because all that the pattern wants missing is missing. Of an array all elements must
    /// agree to that, and one must for a [`Verdict::Yes`].
    Missing,
    Yes,
}

type Object<'a> = Option<&'a Map<String, Value>>;

/// `event` need not be an object.
pub(super) fn matches(pattern: &Fields, event: &Value) -> bool {
    parts(pattern, Some(event)) != Verdict::No
}

pub(super) fn fields(pattern: &Fields, object: Object<'_>) -> Verdict {
    let mut verdict = Verdict::Missing;
    for clause in &pattern.clauses {
        match self::clause(clause, object) {
            Verdict::No => return Verdict::No,
            Verdict::Missing => {}
            Verdict::Yes => verdict = Verdict::Yes,
        }
    }
    verdict
}

pub(super) fn clause(clause: &Clause, object: Object<'_>) -> Verdict {
    match clause {
        Clause::Field(name, branch) => {
            let found = field(object, name);
            match branch {
                Branch::Leaf(tests) => leaf(tests, found.as_deref()),
                Branch::Parts(pattern) => parts(pattern, found.as_deref()),
            }
        }
        Clause::Or(alternatives) => alternatives
            .iter()
            .map(|alternative| fields(alternative, object))
            .max()
            .unwrap_or(Verdict::No),
    }
}

/// A field's value. A dot in an event's name joins two names, as in a pattern's.
pub(super) fn field<'a>(object: Object<'a>, name: &str) -> Option<Cow<'a, Value>> {
    let object = object?;
    if let Some(value) = object.get(name) {
        return Some(Cow::Borrowed(value));
    }
    let joined: Map<String, Value> = object
        .iter()
        .filter_map(|(key, value)| {
            let rest = key.strip_prefix(name)?.strip_prefix('.')?;
            Some((rest.to_owned(), value.clone()))
        })
        .collect();
    (!joined.is_empty()).then_some(Cow::Owned(Value::Object(joined)))
}

fn parts(pattern: &Fields, value: Option<&Value>) -> Verdict {
    match value {
        Some(Value::Object(object)) => fields(pattern, Some(object)),
        Some(Value::Array(elements)) => {
            let mut all_missing = true;
            for element in elements {
                match parts(pattern, Some(element)) {
                    Verdict::Yes => return Verdict::Yes,
                    Verdict::Missing => {}
                    Verdict::No => all_missing = false,
                }
            }
            match all_missing {
                true => fields(pattern, None),
                false => Verdict::No,
            }
        }
        _ => fields(pattern, None),
    }
}

fn leaf(tests: &[Test], value: Option<&Value>) -> Verdict {
    let mut leaves = false;
    let passes = value.is_some_and(|value| any_leaf(tests, value, &mut leaves));
    if passes {
        Verdict::Yes
    } else if !leaves && tests.contains(&Test::Missing) {
        Verdict::Missing
    } else {
        Verdict::No
    }
}

/// Whether any value without parts passes; `leaves` becomes true if there is one at all.
fn any_leaf(tests: &[Test], value: &Value, leaves: &mut bool) -> bool {
    match value {
        Value::Object(_) => false,
        Value::Array(elements) => elements
            .iter()
            .any(|element| any_leaf(tests, element, leaves)),
        value => {
            *leaves = true;
            tests.iter().any(|test| test.passes(value))
        }
    }
}
