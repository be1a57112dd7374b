//! What a parsed pattern is.

use super::cidr::Cidr;
use super::number::Range;
use super::wildcard::Wildcard;
use serde_json::{Number, Value};

/// An object of a pattern: all of its clauses must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Fields {
    pub(super) clauses: Vec<Clause>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Clause {
    Field(String, Branch),
    /// `$or`: one of them must hold.
    Or(Vec<Fields>),
}

/// What a field's value must be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Branch {
    /// One of these.
    Leaf(Vec<Test>),
    Parts(Fields),
}

/// What a single value must be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Null,
    Bool(bool),
    Text(String),
    /// Spelled like this, as far as a parsed event still knows: `300` is not `300.0`.
    Number(Number),
    Prefix(String),
    Suffix(String),
    /// Already folded, as the next two.
    IgnoringCase(String),
    PrefixIgnoringCase(String),
    SuffixIgnoringCase(String),
    Wildcard(Wildcard),
    Numeric(Range),
    Cidr(Cidr),
    Exists,
    /// The field is missing: no value is that.
    Missing,
    AnythingBut(Vec<Test>),
    /// SNS's `exists`: neither null nor empty ("Key matching").
    ExistsWithValue,
}

/// Text that is equal for all spellings that differ in case only.
pub(super) fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

impl Test {
    /// Whether a value that has no parts passes.
    pub(super) fn passes(&self, value: &Value) -> bool {
        match (self, value) {
            (Test::Missing, _) => false,
            (Test::Exists, _) => true,
            (Test::ExistsWithValue, Value::Null) => false,
            (Test::ExistsWithValue, Value::String(text)) => !text.is_empty(),
            (Test::ExistsWithValue, _) => true,
            (Test::AnythingBut(tests), value) => !tests.iter().any(|test| test.passes(value)),
            (Test::Null, Value::Null) => true,
            (Test::Bool(wanted), Value::Bool(found)) => wanted == found,
            (Test::Number(wanted), Value::Number(found)) => wanted == found,
            (Test::Numeric(range), Value::Number(found)) => range.contains(found),
            (test, Value::String(text)) => test.passes_text(text),
            _ => false,
        }
    }

    fn passes_text(&self, text: &str) -> bool {
        match self {
            Test::Text(wanted) => wanted == text,
            Test::Prefix(prefix) => text.starts_with(prefix.as_str()),
            Test::Suffix(suffix) => text.ends_with(suffix.as_str()),
            Test::IgnoringCase(wanted) => folded(text) == *wanted,
            Test::PrefixIgnoringCase(prefix) => folded(text).starts_with(prefix.as_str()),
            Test::SuffixIgnoringCase(suffix) => folded(text).ends_with(suffix.as_str()),
            Test::Wildcard(wildcard) => wildcard.matches(text),
            Test::Cidr(cidr) => cidr.contains(text),
            _ => false,
        }
    }
}
