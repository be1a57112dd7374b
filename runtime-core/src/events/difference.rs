//! What is different between two JSON texts, path by path: two attempts at the same work are told
//! apart so.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// Longer texts are only told to be the same or not.
pub const MOST_BYTES: usize = 1_000_000;
/// More changes are counted and not listed.
pub const MOST_CHANGES: usize = 200;
/// More of a value is not told.
const MOST_CHARACTERS: usize = 160;

/// Names by which items of AWS's lists are the same wherever they stand: messages of SQS, records of
/// streams, records of Firehose, failures in a response.
const IDS: [&str; 4] = ["messageId", "eventID", "recordId", "itemIdentifier"];

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where, as in `Records[0].body`; empty for all of it. Of what was removed in the first text, of
    /// everything else in the second.
    pub path: String,
    /// What.
    pub kind: ChangeKind,
}

/// What is different; values as JSON, cut where they are long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Only the second has it.
    Added(String),
    /// Only the first has it.
    Removed(String),
    /// Both have it, with these values.
    Changed(String, String),
}

/// What came of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// There is none.
    None,
    /// These, and so many more.
    Changes(Vec<Change>, usize),
    /// There is one, but not both are JSON.
    NotJson,
    /// There is one, but they are too long to look for it.
    TooLong,
}

/// What is different between two texts.
pub fn difference(first: &[u8], second: &[u8]) -> Difference {
    if first == second {
        return Difference::None;
    }
    if first.len().max(second.len()) > MOST_BYTES {
        return Difference::TooLong;
    }
    let parsed = |text: &[u8]| serde_json::from_slice::<Value>(text);
    match (parsed(first), parsed(second)) {
        (Ok(first), Ok(second)) => {
            let mut found = Found::default();
            found.values(&mut Paths::default(), &first, &second);
            match found.count {
                0 => Difference::None,
                count => {
                    let left_out = count - found.changes.len();
                    Difference::Changes(found.changes, left_out)
                }
            }
        }
        _ => Difference::NotJson,
    }
}

#[derive(Default)]
struct Found {
    changes: Vec<Change>,
    count: usize,
}

impl Found {
    fn add(&mut self, path: &str, kind: impl FnOnce() -> ChangeKind) {
        self.count += 1;
        if self.changes.len() < MOST_CHANGES {
            let path = path.to_owned();
            self.changes.push(Change { path, kind: kind() });
        }
    }

    fn added(&mut self, path: &Paths, value: &Value) {
        self.add(&path.second, || ChangeKind::Added(told(value)));
    }

    fn removed(&mut self, path: &Paths, value: &Value) {
        self.add(&path.first, || ChangeKind::Removed(told(value)));
    }

    /// The paths are the same again afterwards. A parser lets no text be deeper than the stack.
    fn values(&mut self, path: &mut Paths, first: &Value, second: &Value) {
        match (first, second) {
            (Value::Object(first), Value::Object(second)) => self.objects(path, first, second),
            (Value::Array(first), Value::Array(second)) => match by_id(first, second) {
                Some(ids) => self.items(path, first, second, &ids),
                None => self.lists(path, first, second),
            },
            (first, second) if first == second => {}
            (first, second) => {
                self.add(&path.second, || {
                    ChangeKind::Changed(told(first), told(second))
                });
            }
        }
    }

    fn objects(
        &mut self,
        path: &mut Paths,
        first: &Map<String, Value>,
        second: &Map<String, Value>,
    ) {
        for (name, value) in first {
            below(path, Step::Name(name), |path| match second.get(name) {
                Some(other) => self.values(path, value, other),
                None => self.removed(path, value),
            });
        }
        for (name, value) in second {
            if !first.contains_key(name) {
                below(path, Step::Name(name), |path| self.added(path, value));
            }
        }
    }

    /// Lists whose items are told apart by ids: where each of the first is in the second.
    fn items(
        &mut self,
        path: &mut Paths,
        first: &[Value],
        second: &[Value],
        ids: &[Option<usize>],
    ) {
        for (index, (value, there)) in first.iter().zip(ids).enumerate() {
            match there.and_then(|it| Some((it, second.get(it)?))) {
                Some((there, other)) => {
                    let steps = (Step::Index(index), Step::Index(there));
                    below_both(path, steps, |path| self.values(path, value, other));
                }
                None => below(path, Step::Index(index), |path| self.removed(path, value)),
            }
        }
        for (index, value) in second.iter().enumerate() {
            if !ids.contains(&Some(index)) {
                below(path, Step::Index(index), |path| self.added(path, value));
            }
        }
    }

    /// Other lists: what both begin and end with is the same, and what is between is compared one by
    /// one.
    fn lists(&mut self, path: &mut Paths, first: &[Value], second: &[Value]) {
        let shorter = first.len().min(second.len());
        let pairs = first.iter().zip(second);
        let head = pairs.take_while(|(a, b)| a == b).count();
        let pairs = first.iter().rev().zip(second.iter().rev());
        let tail = pairs
            .take(shorter - head)
            .take_while(|(a, b)| a == b)
            .count();
        let between = |list: &[Value]| head..list.len() - tail;
        let (of_first, of_second) = (between(first), between(second));
        let both = of_first.len().min(of_second.len());
        for index in head..head + both {
            if let (Some(a), Some(b)) = (first.get(index), second.get(index)) {
                below(path, Step::Index(index), |path| self.values(path, a, b));
            }
        }
        for index in of_first.skip(both) {
            if let Some(value) = first.get(index) {
                below(path, Step::Index(index), |path| self.removed(path, value));
            }
        }
        for index in of_second.skip(both) {
            if let Some(value) = second.get(index) {
                below(path, Step::Index(index), |path| self.added(path, value));
            }
        }
    }
}

/// Where each item of the first list is in the second, by their ids; `None` if not all have one of
/// their own, or if those that both have are in another order.
fn by_id(first: &[Value], second: &[Value]) -> Option<Vec<Option<usize>>> {
    let sample = first.first().or(second.first())?;
    let name = IDS.into_iter().find(|name| sample.get(name).is_some())?;
    let id = |value: &Value| value.get(name)?.as_str().map(str::to_owned);
    let mut places = BTreeMap::new();
    for (index, value) in second.iter().enumerate() {
        if places.insert(id(value)?, index).is_some() {
            return None;
        }
    }
    let mut found = Vec::with_capacity(first.len());
    let mut seen = std::collections::BTreeSet::new();
    let mut least = 0;
    for value in first {
        let id = id(value)?;
        let there = places.get(&id).copied();
        if there.is_some_and(|it| it < least) || !seen.insert(id) {
            return None;
        }
        least = there.map_or(least, |it| it + 1);
        found.push(there);
    }
    Some(found)
}

/// Where one is in both texts: items of lists can stand elsewhere.
#[derive(Default)]
struct Paths {
    first: String,
    second: String,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

/// Goes the same step down both paths, and back.
fn below(paths: &mut Paths, step: Step<'_>, visit: impl FnOnce(&mut Paths)) {
    below_both(paths, (step, step), visit);
}

fn below_both(paths: &mut Paths, steps: (Step<'_>, Step<'_>), visit: impl FnOnce(&mut Paths)) {
    let lengths = (paths.first.len(), paths.second.len());
    steps.0.write(&mut paths.first);
    steps.1.write(&mut paths.second);
    visit(paths);
    paths.first.truncate(lengths.0);
    paths.second.truncate(lengths.1);
}

impl Step<'_> {
    fn write(self, path: &mut String) {
        match self {
            Step::Index(index) => path.push_str(&format!("[{index}]")),
            Step::Name(name) if is_plain(name) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
            Step::Name(name) => path.push_str(&format!("[{}]", Value::from(name))),
        }
    }
}

/// Whether a name needs no quotation marks in a path.
fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$');
    !name.is_empty() && name.chars().all(plain)
}

/// A value as JSON, cut where it is long.
fn told(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = match self.path.as_str() {
            "" => "all of it",
            path => path,
        };
        match &self.kind {
            ChangeKind::Added(value) => write!(f, "{path}: added {value}"),
            ChangeKind::Removed(value) => write!(f, "{path}: removed {value}"),
            ChangeKind::Changed(from, to) => write!(f, "{path}: {from} became {to}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn changes(first: &Value, second: &Value) -> Vec<Change> {
        let (first, second) = (first.to_string(), second.to_string());
        match difference(first.as_bytes(), second.as_bytes()) {
            Difference::None => Vec::new(),
            Difference::Changes(changes, 0) => changes,
            other => unreachable!("{other:?}"),
        }
    }

    fn texts(first: &Value, second: &Value) -> Vec<String> {
        let changes = changes(first, second);
        changes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_kind_of_difference_has_its_path() {
        let first = json!({ "a": { "b": [1, 2, 3] }, "gone": null, "odd name": 1 });
        let second = json!({ "a": { "b": [1, 5, 3, 4] }, "new": "x", "odd name": 2 });
        assert_eq!(
            texts(&first, &second),
            [
                "a.b[1]: 2 became 5",
                "a.b[3]: added 4",
                "gone: removed null",
                "[\"odd name\"]: 1 became 2",
                "new: added \"x\"",
            ]
        );
    }

    #[test]
    fn messages_are_compared_with_themselves_wherever_they_stand() {
        let message = |id: &str, receives: &str| json!({ "messageId": id, "attributes": { "ApproximateReceiveCount": receives } });
        let first = json!({ "Records": [message("a", "1"), message("b", "1"), message("c", "1")] });
        let second = json!({ "Records": [message("b", "2"), message("d", "1")] });
        assert_eq!(
            texts(&first, &second),
            [
                format!("Records[0]: removed {}", message("a", "1")),
                "Records[0].attributes.ApproximateReceiveCount: \"1\" became \"2\"".to_owned(),
                format!("Records[2]: removed {}", message("c", "1")),
                format!("Records[1]: added {}", message("d", "1")),
            ]
        );
    }

    #[test]
    fn long_inputs_are_bounded() {
        let list = |from: u32| json!((from..from + 1_000).collect::<Vec<_>>());
        let (first, second) = (list(0).to_string(), list(5_000).to_string());
        let found = difference(first.as_bytes(), second.as_bytes());
        let Difference::Changes(listed, left_out) = found else {
            unreachable!("{found:?}");
        };
        assert_eq!((listed.len(), left_out), (MOST_CHANGES, 800));
        let long = format!("\"{}\"", "x".repeat(MOST_BYTES));
        assert_eq!(difference(long.as_bytes(), b"1"), Difference::TooLong);
        assert_eq!(
            difference(long.as_bytes(), long.as_bytes()),
            Difference::None
        );
        let [change] = &changes(&json!("y".repeat(9_000)), &json!(1))[..] else {
            unreachable!("one change");
        };
        assert!(change.to_string().len() < 200);
    }

    #[test]
    fn what_is_no_json_is_the_same_or_not() {
        assert_eq!(difference(b"{", b"{"), Difference::None);
        assert_eq!(difference(b"{", b"{}"), Difference::NotJson);
        assert_eq!(difference(b"", b"null"), Difference::NotJson);
        assert_eq!(difference(b"[ ]", b"[]"), Difference::None);
        assert_eq!(difference(&[0xff], &[0xfe]), Difference::NotJson);
    }

    /// The value at a path, by the path's own syntax.
    fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
        let mut here = value;
        let mut rest = path;
        while !rest.is_empty() {
            if let Some(inside) = rest.strip_prefix('[') {
                let mut numbers = serde_json::Deserializer::from_str(inside).into_iter::<Value>();
                let step = numbers.next()?.ok()?;
                let end = numbers.byte_offset();
                here = match &step {
                    Value::String(name) => here.get(name)?,
                    index => here.get(index.as_u64()? as usize)?,
                };
                rest = inside.get(end..)?.strip_prefix(']')?;
                rest = rest.strip_prefix('.').unwrap_or(rest);
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                here = here.get(&rest[..end])?;
                rest = &rest[end..];
                rest = rest.strip_prefix('.').unwrap_or(rest);
            }
        }
        Some(here)
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..3_i64).prop_map(Value::from),
            "[a-c]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            let names = prop_oneof![Just("messageId".to_owned()), "[a-c. ]{0,2}"];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(names, inner, 0..4)
                    .prop_map(|it| Value::Object(it.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn there_is_a_difference_where_values_differ(first in values(), second in values()) {
            prop_assert_eq!(changes(&first, &second).is_empty(), first == second);
            prop_assert_eq!(changes(&first, &first), []);
        }

        #[test]
        fn paths_lead_to_what_they_tell(first in values(), second in values()) {
            for change in changes(&first, &second) {
                let found = |value: &Value| at(value, &change.path).map(told);
                match change.kind {
                    ChangeKind::Added(value) => prop_assert_eq!(found(&second), Some(value)),
                    ChangeKind::Removed(value) => prop_assert_eq!(found(&first), Some(value)),
                    ChangeKind::Changed(from, to) => {
                        prop_assert_ne!(&from, &to);
                        prop_assert_eq!(found(&second), Some(to));
                    }
                }
            }
        }

        #[test]
        fn looked_at_from_the_other_side_it_is_the_other_way_round(first in values(), second in values()) {
            let count = |changes: &[Change]| {
                let mut counts = [0; 3];
                for change in changes {
                    counts[match change.kind {
                        ChangeKind::Added(_) => 0,
                        ChangeKind::Removed(_) => 1,
                        ChangeKind::Changed(..) => 2,
                    }] += 1;
                }
                counts
            };
            let [added, removed, changed] = count(&changes(&first, &second));
            prop_assert_eq!(count(&changes(&second, &first)), [removed, added, changed]);
        }

        #[test]
        fn any_bytes_are_compared(
            first in prop::collection::vec(any::<u8>(), 0..60),
            second in prop::collection::vec(any::<u8>(), 0..60),
        ) {
            let _ = difference(&first, &second);
        }
    }
}
