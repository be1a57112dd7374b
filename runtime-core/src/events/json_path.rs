//! Paths into an event, as targets of EventBridge's rules have them (`InputPath`): `$.detail.items[0]`. A
//! subset of JSONPath.
//!
//! EventBridge API reference, "Target": dot notation or bracket notation, at most 256 characters. "Event bus
//! targets in Amazon EventBridge": of JSONPath there are dots, dashes, underscores, letters and digits, indexes
//! of arrays, wildcards and slashes. Not in the subset, and refused: wildcards, of which that page does not say
//! what a target gets.

use super::place::Place;
use serde_json::Value;
use std::fmt;

/// The longest path in characters.
const LONGEST: usize = 256;

/// A path to a part of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonPath {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Element(usize),
}

/// Why a path is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonPathError {
    /// Where in the text.
    pub place: Place,
    /// What is wrong there.
    pub fault: JsonPathFault,
}

/// What is wrong with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonPathFault {
    /// More characters than a path may have.
    TooLong,
    /// It does not begin with `$`.
    NoRoot,
    /// Something else than a dot or a bracket where a step begins.
    NoStep,
    /// No name after a dot, or between quotes.
    NoName,
    /// A character that a name after a dot cannot have.
    NameCharacter(char),
    /// A bracket or a quote that nothing closes.
    NotClosed,
    /// Neither an index nor a name in quotes between brackets.
    NotAnIndex,
    /// `*`, `..` or `?()`, which may name several parts: not in the subset.
    Several,
}

type Refused = (usize, JsonPathFault);

impl JsonPath {
    /// Reads a path.
    ///
    /// # Errors
    ///
    /// The first fault, with its place: also for what AWS has and the subset has not.
    pub fn parse(text: &str) -> Result<JsonPath, JsonPathError> {
        steps(text)
            .map(|steps| JsonPath { steps })
            .map_err(|(at, fault)| JsonPathError {
                place: Place::in_text(text, at),
                fault,
            })
    }

    /// The part of an event that it names, if that is there.
    pub fn part<'a>(&self, event: &'a Value) -> Option<&'a Value> {
        self.steps.iter().try_fold(event, |it, step| match step {
            Step::Member(name) => it.as_object()?.get(name),
            Step::Element(index) => it.as_array()?.get(*index),
        })
    }
}

fn steps(text: &str) -> Result<Vec<Step>, Refused> {
    if let Some((at, _)) = text.char_indices().nth(LONGEST) {
        return Err((at, JsonPathFault::TooLong));
    }
    let mut rest = text.strip_prefix('$').ok_or((0, JsonPathFault::NoRoot))?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let at = text.len() - rest.len();
        let (step, after) = match (rest.strip_prefix('.'), rest.strip_prefix('[')) {
            (Some(after), _) => member(after, at + 1)?,
            (_, Some(after)) => bracketed(after, at + 1)?,
            _ => return Err((at, JsonPathFault::NoStep)),
        };
        steps.push(step);
        rest = after;
    }
    Ok(steps)
}

/// A name after a dot, and what follows it.
fn member(text: &str, at: usize) -> Result<(Step, &str), Refused> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        // `$..name` looks everywhere.
        return Err(match text.starts_with('.') {
            true => (at, JsonPathFault::Several),
            false => (at, JsonPathFault::NoName),
        });
    }
    let fits = |it: char| it.is_alphanumeric() || "-_/".contains(it);
    match name.char_indices().find(|(_, it)| !fits(*it)) {
        Some((offset, '*')) => Err((at + offset, JsonPathFault::Several)),
        Some((offset, other)) => Err((at + offset, JsonPathFault::NameCharacter(other))),
        None => Ok((Step::Member(name.to_owned()), rest)),
    }
}

/// What stands between brackets, and what follows them.
fn bracketed(text: &str, at: usize) -> Result<(Step, &str), Refused> {
    if let Some(quote) = text.chars().next().filter(|it| ['\'', '"'].contains(it)) {
        let inside = text.strip_prefix(quote).unwrap_or_default();
        let (name, rest) = inside
            .split_once(quote)
            .ok_or((at, JsonPathFault::NotClosed))?;
        if name.is_empty() {
            return Err((at + 1, JsonPathFault::NoName));
        }
        let after = at + name.len() + 2;
        let rest = rest
            .strip_prefix(']')
            .ok_or((after, JsonPathFault::NotClosed))?;
        return Ok((Step::Member(name.to_owned()), rest));
    }
    let (inside, rest) = text
        .split_once(']')
        .ok_or((at - 1, JsonPathFault::NotClosed))?;
    if inside.starts_with(['*', '?']) {
        return Err((at, JsonPathFault::Several));
    }
    let digits = !inside.is_empty() && inside.bytes().all(|it| it.is_ascii_digit());
    let index = digits.then(|| inside.parse().ok()).flatten();
    let index = index.ok_or((at, JsonPathFault::NotAnIndex))?;
    Ok((Step::Element(index), rest))
}

impl JsonPathError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self.fault {
            JsonPathFault::TooLong => "Name a part that is not so deep.",
            JsonPathFault::NoRoot => "Begin with $, which is the event: $.detail.",
            JsonPathFault::NoStep => {
                "Write a dot and a name, or an index in brackets: $.resources[0]."
            }
            JsonPathFault::NoName => "Write the name of a member: $.detail.",
            JsonPathFault::NameCharacter(_) => {
                "Put the name into brackets and quotes: $.detail['the name']."
            }
            JsonPathFault::NotClosed => "Close the bracket, and a quote in it: $['detail'][0].",
            JsonPathFault::NotAnIndex => {
                "Write an index from 0 on, or a name in quotes: $.resources[0], $['detail-type']."
            }
            JsonPathFault::Several => "Name one part, step by step: $.resources[0].",
        }
        .to_owned()
    }
}

impl fmt::Display for JsonPathFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JsonPathFault::TooLong => write!(f, "a path has at most {LONGEST} characters"),
            JsonPathFault::NoRoot => f.write_str("a path begins with $"),
            JsonPathFault::NoStep => f.write_str("here is no dot and no bracket"),
            JsonPathFault::NoName => f.write_str("here is no name"),
            JsonPathFault::NameCharacter(it) => {
                write!(f, "a name after a dot cannot have {it:?}")
            }
            JsonPathFault::NotClosed => f.write_str("this is not closed"),
            JsonPathFault::NotAnIndex => f.write_str("this is no index and no name in quotes"),
            JsonPathFault::Several => {
                f.write_str("paths that may name several parts are not understood here")
            }
        }
    }
}

impl fmt::Display for JsonPathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.fault)
    }
}

impl std::error::Error for JsonPathError {}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_path_names_a_part() {
        let event = json!({
            "detail-type": "Order placed",
            "resources": ["a", "b"],
            "detail": {"items": [{"sku/x": 1}, [2, 3]], "the name": null, "a.b": true},
        });
        let part = |text: &str| JsonPath::parse(text).unwrap().part(&event).cloned();
        assert_eq!(part("$"), Some(event.clone()));
        assert_eq!(part("$.detail-type"), Some(json!("Order placed")));
        assert_eq!(part("$['detail-type']"), Some(json!("Order placed")));
        assert_eq!(part("$.resources[1]"), Some(json!("b")));
        assert_eq!(part("$.detail.items[0].sku/x"), Some(json!(1)));
        assert_eq!(part("$.detail.items[1][1]"), Some(json!(3)));
        assert_eq!(part("$[\"detail\"]['the name']"), Some(Value::Null));
        assert_eq!(part("$.detail['a.b']"), Some(json!(true)));
        for nothing in ["$.nobody", "$.resources[2]", "$.resources.a", "$.detail[0]"] {
            assert_eq!(part(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused_at_its_place() {
        let long = format!("$.{}", "x".repeat(255));
        for (text, offset, fault) in [
            ("", 0, JsonPathFault::NoRoot),
            ("detail", 0, JsonPathFault::NoRoot),
            ("$detail", 1, JsonPathFault::NoStep),
            ("$.a[0]b", 6, JsonPathFault::NoStep),
            ("$.", 2, JsonPathFault::NoName),
            ("$.a.[0]", 4, JsonPathFault::NoName),
            ("$['']", 3, JsonPathFault::NoName),
            ("$.the name", 5, JsonPathFault::NameCharacter(' ')),
            ("$.a[0", 3, JsonPathFault::NotClosed),
            ("$['a", 2, JsonPathFault::NotClosed),
            ("$['a'", 5, JsonPathFault::NotClosed),
            ("$[a]", 2, JsonPathFault::NotAnIndex),
            ("$[]", 2, JsonPathFault::NotAnIndex),
            ("$[-1]", 2, JsonPathFault::NotAnIndex),
            ("$[99999999999999999999]", 2, JsonPathFault::NotAnIndex),
            ("$[*]", 2, JsonPathFault::Several),
            ("$.*", 2, JsonPathFault::Several),
            ("$..detail", 2, JsonPathFault::Several),
            ("$[?(@.a)]", 2, JsonPathFault::Several),
            (long.as_str(), 256, JsonPathFault::TooLong),
        ] {
            let error = JsonPath::parse(text).unwrap_err();
            assert_eq!((error.place.offset, error.fault), (offset, fault), "{text}");
            assert!(!error.hint().is_empty() && !error.to_string().is_empty());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_read_or_refused(text in prop_oneof![any::<String>(), "\\$?[.a\\[\\]'\"0*ü]{0,12}"]) {
            match JsonPath::parse(&text) {
                Ok(path) => { let _ = path.part(&json!({"a": [0]})); }
                Err(error) => prop_assert!(text.is_char_boundary(error.place.offset)),
            }
        }
    }
}
