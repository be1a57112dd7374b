//! A trigger's form as plain data: fields, what was filled in, and what is wrong with it.

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// One question of a trigger's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// What commands call it.
    pub name: &'static str,
    /// What a screen calls it.
    pub label: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// What it holds until it is filled in; always valid.
    pub default: &'static str,
}

/// What a field holds. All values are texts; this says which texts are valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A line.
    Text,
    /// A line that may be empty.
    Optional,
    /// Lines.
    Lines,
    /// A whole number.
    Number {
        /// The least that it may be.
        least: i64,
        /// The most that it may be.
        most: i64,
    },
    /// One of these.
    Choice(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// Any JSON.
    Json,
    /// A JSON object.
    JsonObject,
    /// HTTP headers, one a line: `name: value`.
    Headers,
}

/// What was filled in, by the fields' names. What is not there has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// A form in which nothing was filled in.
    pub fn new() -> Self {
        Fields::default()
    }

    /// Fills a field in.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// The same, for building a form in one expression.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// What was filled in, if anything was.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// Why an event cannot be made of what was filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name.
    pub field: String,
    /// What is wrong with it.
    pub problem: FieldProblem,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldProblem {
    /// The form has no such field, but these.
    Unknown(Vec<&'static str>),
    /// It must not be empty.
    Empty,
    /// It is no whole number in these bounds.
    NotANumber {
        /// The least that it may be.
        least: i64,
        /// The most that it may be.
        most: i64,
    },
    /// It is none of these.
    NotAChoice(&'static [&'static str]),
    /// It is not JSON.
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What the parser says.
        message: String,
    },
    /// It is JSON, but not what is wanted here.
    NotThisJson(&'static str),
    /// This line (from 1) is no header.
    NotAHeader(usize),
    /// It must be this.
    Not(&'static str),
}

impl FieldError {
    pub(super) fn new(field: &str, problem: FieldProblem) -> Self {
        FieldError {
            field: field.to_owned(),
            problem,
        }
    }

    /// How to set it right.
    pub fn hint(&self) -> String {
        match &self.problem {
            FieldProblem::Unknown(names) if names.is_empty() => {
                "This trigger's event has no fields.".to_owned()
            }
            FieldProblem::Unknown(names) => format!("The fields are {}.", names.join(", ")),
            FieldProblem::Empty => "Fill it in.".to_owned(),
            FieldProblem::NotANumber { .. } => {
                "Write a whole number within these bounds.".to_owned()
            }
            FieldProblem::NotAChoice(_) => "Choose one of them.".to_owned(),
            FieldProblem::NotJson { .. } => {
                "Names and texts are in double quotes; no comma after the last element.".to_owned()
            }
            FieldProblem::NotThisJson(_) | FieldProblem::Not(_) => "Change it.".to_owned(),
            FieldProblem::NotAHeader(_) => {
                "A header is a name, a colon and a value: accept: text/html.".to_owned()
            }
        }
    }
}

impl FieldError {
    /// What is wrong, where the field is called this: a screen knows it by its label.
    pub fn of(&self, field: &str) -> String {
        match &self.problem {
            FieldProblem::Unknown(_) => format!("there is no field \"{field}\""),
            FieldProblem::Empty => format!("{field} is empty"),
            FieldProblem::NotANumber { least, most } => {
                format!("{field} is no whole number from {least} to {most}")
            }
            FieldProblem::NotAChoice(choices) => {
                format!("{field} is none of {}", choices.join(", "))
            }
            FieldProblem::NotJson {
                line,
                column,
                message,
            } => format!("{field} is not JSON: {message}, line {line}, column {column}"),
            FieldProblem::NotThisJson(wanted) | FieldProblem::Not(wanted) => {
                format!("{field} is not {wanted}")
            }
            FieldProblem::NotAHeader(line) => format!("line {line} of {field} is no header"),
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.of(&self.field))
    }
}

impl std::error::Error for FieldError {}

/// Reads a filled-in form.
pub(super) struct Form<'a> {
    form: &'static [Field],
    fields: &'a Fields,
}

impl<'a> Form<'a> {
    /// Checks that every field is one of the form's and holds what its kind says.
    pub(super) fn new(form: &'static [Field], fields: &'a Fields) -> Result<Self, FieldError> {
        for name in fields.0.keys() {
            if !form.iter().any(|field| field.name == name) {
                let names = form.iter().map(|field| field.name).collect();
                return Err(FieldError::new(name, FieldProblem::Unknown(names)));
            }
        }
        let read = Form { form, fields };
        for field in form {
            if let Some(problem) = problem(field.kind, read.get(field.name)) {
                return Err(FieldError::new(field.name, problem));
            }
        }
        Ok(read)
    }

    /// The text, or the default.
    pub(super) fn get(&self, name: &'static str) -> &str {
        let default = || self.form.iter().find(|field| field.name == name);
        self.fields
            .get(name)
            .or_else(|| default().map(|field| field.default))
            .unwrap_or_default()
    }

    /// A text, or nothing if it is empty.
    pub(super) fn optional(&self, name: &'static str) -> Option<&str> {
        Some(self.get(name)).filter(|text| !text.is_empty())
    }

    pub(super) fn flag(&self, name: &'static str) -> bool {
        self.get(name) == "true"
    }

    pub(super) fn number(&self, name: &'static str) -> i64 {
        // Checked when the form was read.
        self.get(name).trim().parse().unwrap_or_default()
    }

    pub(super) fn json(&self, name: &'static str) -> Value {
        // Checked when the form was read.
        serde_json::from_str(self.get(name)).unwrap_or_default()
    }

    pub(super) fn object(&self, name: &'static str) -> Map<String, Value> {
        match self.json(name) {
            Value::Object(object) => object,
            _ => Map::new(),
        }
    }

    /// Names and values of headers, as they were written.
    pub(super) fn headers(&self, name: &'static str) -> Vec<(String, String)> {
        self.get(name).lines().filter_map(header).collect()
    }

    /// The lines that are not empty.
    pub(super) fn lines(&self, name: &'static str) -> Vec<&str> {
        self.get(name)
            .lines()
            .filter(|line| !line.is_empty())
            .collect()
    }
}

/// What of a kind is not valid.
fn problem(kind: FieldKind, text: &str) -> Option<FieldProblem> {
    match kind {
        FieldKind::Text if text.trim().is_empty() => Some(FieldProblem::Empty),
        FieldKind::Text | FieldKind::Optional if text.contains(['\n', '\r']) => {
            Some(FieldProblem::Not("one line"))
        }
        FieldKind::Text | FieldKind::Optional | FieldKind::Lines => None,
        FieldKind::Number { least, most } => match text.trim().parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => None,
            _ => Some(FieldProblem::NotANumber { least, most }),
        },
        FieldKind::Choice(choices) if choices.contains(&text) => None,
        FieldKind::Choice(choices) => Some(FieldProblem::NotAChoice(choices)),
        FieldKind::Flag if matches!(text, "true" | "false") => None,
        FieldKind::Flag => Some(FieldProblem::NotAChoice(&["true", "false"])),
        FieldKind::Json | FieldKind::JsonObject => match serde_json::from_str::<Value>(text) {
            Ok(value) if kind == FieldKind::JsonObject && !value.is_object() => {
                Some(FieldProblem::NotThisJson("a JSON object"))
            }
            Ok(_) => None,
            Err(error) => Some(FieldProblem::NotJson {
                line: error.line(),
                column: error.column(),
                message: message(&error),
            }),
        },
        FieldKind::Headers => text
            .lines()
            .position(|line| !line.trim().is_empty() && header(line).is_none())
            .map(|line| FieldProblem::NotAHeader(line + 1)),
    }
}

/// What serde_json says, without the place, which is shown apart.
pub(super) fn message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// `name: value`, where the name is a token (RFC 9110, "Field Names").
fn header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let valid = !name.is_empty() && name.chars().all(token) && !value.contains('\0');
    valid.then(|| (name.to_owned(), value.trim().to_owned()))
}

/// A line of text.
pub(super) const fn text(name: &'static str, label: &'static str, default: &'static str) -> Field {
    field(name, label, FieldKind::Text, default)
}

/// A line that may be empty.
pub(super) const fn optional(
    name: &'static str,
    label: &'static str,
    default: &'static str,
) -> Field {
    field(name, label, FieldKind::Optional, default)
}

/// A field of any kind.
pub(super) const fn field(
    name: &'static str,
    label: &'static str,
    kind: FieldKind,
    default: &'static str,
) -> Field {
    Field {
        name,
        label,
        kind,
        default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &[Field] = &[
        text("name", "Name", "a"),
        field(
            "count",
            "Count",
            FieldKind::Number { least: 1, most: 9 },
            "1",
        ),
        field("kind", "Kind", FieldKind::Choice(&["x", "y"]), "x"),
        field("on", "On", FieldKind::Flag, "false"),
        field("item", "Item", FieldKind::JsonObject, "{}"),
        field("headers", "Headers", FieldKind::Headers, ""),
    ];

    #[test]
    fn what_is_wrong_names_its_field() {
        let error = |name: &str, value: &str| {
            let fields = Fields::new().with(name, value);
            Form::new(FORM, &fields)
                .err()
                .map(|error| error.to_string())
        };
        let table = [
            ("name", "", "name is empty"),
            ("name", "a\nb", "name is not one line"),
            ("count", "10", "count is no whole number from 1 to 9"),
            ("count", "two", "count is no whole number from 1 to 9"),
            ("kind", "z", "kind is none of x, y"),
            ("on", "yes", "on is none of true, false"),
            ("item", "[]", "item is not a JSON object"),
            (
                "item",
                "{\"a\":}",
                "item is not JSON: expected value, line 1, column 6",
            ),
            (
                "headers",
                "a: b\nno header",
                "line 2 of headers is no header",
            ),
            ("headers", "sp ace: b", "line 1 of headers is no header"),
            ("other", "1", "there is no field \"other\""),
        ];
        for (name, value, wanted) in table {
            assert_eq!(error(name, value).as_deref(), Some(wanted));
        }
        for (name, value) in [
            ("count", " 9 "),
            ("kind", "y"),
            ("headers", "A: b\n\nc:d\n"),
        ] {
            assert_eq!(error(name, value), None, "{name}={value}");
        }
    }

    #[test]
    fn headers_keep_their_order() {
        let fields = Fields::new().with("headers", "A: 1\nb:  two words \nA: 3");
        let form = Form::new(FORM, &fields).unwrap();
        let headers = form.headers("headers");
        assert_eq!(headers[1], ("b".to_owned(), "two words".to_owned()));
        assert_eq!(headers.len(), 3);
    }
}
