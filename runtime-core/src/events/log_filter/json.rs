//! Conditions in braces: what a message says that is JSON.

use super::compare::{Comparison, comparison};
use super::cursor::{Cursor, Refused};
use super::error::LogFilterFault;
use serde_json::Value;

/// Wildcard selectors that a pattern may have.
const MAX_WILDCARDS: usize = 3;
/// Parentheses within each other. Model choice: AWS limits only the pattern's length.
const DEEPEST: usize = 64;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Condition(Vec<Step>, Test),
}

/// From a value to values in it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Property(String),
    Element(usize),
    /// Any property or element.
    Each,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Compare(Comparison),
    Is(Value),
    NotExists,
}

/// Reads `{ ... }`.
pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Expression, Refused> {
    let opened = cursor.at();
    cursor.take("{");
    let mut read = Read::default();
    let expression = any(cursor, &mut read)?;
    cursor.skip_spaces();
    match cursor.peek() {
        Some('}') => {
            cursor.take("}");
            Ok(expression)
        }
        None => Err((opened, LogFilterFault::NotClosed { opened: '{' })),
        Some(_) => {
            let wanted = "&&, || or }";
            Err((cursor.at(), LogFilterFault::Unexpected { wanted }))
        }
    }
}

/// What was read of a pattern.
#[derive(Default)]
struct Read {
    wildcards: usize,
    /// Parentheses that are open.
    open: usize,
}

/// `()` before `&&` before `||`.
fn any(cursor: &mut Cursor<'_>, read: &mut Read) -> Result<Expression, Refused> {
    let first = all(cursor, read)?;
    let mut parts = vec![first];
    while comes(cursor, "||") {
        parts.push(all(cursor, read)?);
    }
    Ok(Expression::Any(parts))
}

fn all(cursor: &mut Cursor<'_>, read: &mut Read) -> Result<Expression, Refused> {
    let first = unit(cursor, read)?;
    let mut parts = vec![first];
    while comes(cursor, "&&") {
        parts.push(unit(cursor, read)?);
    }
    Ok(Expression::All(parts))
}

fn comes(cursor: &mut Cursor<'_>, operator: &str) -> bool {
    cursor.skip_spaces();
    cursor.take(operator)
}

fn unit(cursor: &mut Cursor<'_>, read: &mut Read) -> Result<Expression, Refused> {
    cursor.skip_spaces();
    let opened = cursor.at();
    if !cursor.take("(") {
        return condition(cursor, read);
    }
    read.open += 1;
    if read.open > DEEPEST {
        return Err((opened, LogFilterFault::TooDeep { limit: DEEPEST }));
    }
    let inner = any(cursor, read)?;
    read.open -= 1;
    cursor.skip_spaces();
    match cursor.take(")") {
        true => Ok(inner),
        false => Err((opened, LogFilterFault::NotClosed { opened: '(' })),
    }
}

fn condition(cursor: &mut Cursor<'_>, read: &mut Read) -> Result<Expression, Refused> {
    let at = cursor.at();
    if !cursor.take("$.") {
        return Err((at, LogFilterFault::NoSelector));
    }
    let steps = selector(cursor)?;
    if steps.contains(&Step::Each) {
        read.wildcards += 1;
        if read.wildcards > MAX_WILDCARDS {
            let limit = MAX_WILDCARDS;
            return Err((at, LogFilterFault::Wildcards { limit }));
        }
    }
    Ok(Expression::Condition(steps, test(cursor)?))
}

/// What follows `$.`.
fn selector(cursor: &mut Cursor<'_>) -> Result<Vec<Step>, Refused> {
    let mut steps = Vec::new();
    let mut named = true;
    loop {
        let at = cursor.at();
        let step = if cursor.take("[") {
            element(cursor, at)?
        } else if named && cursor.take("*") {
            Step::Each
        } else if named {
            let name = cursor.take_while(|it| it.is_alphanumeric() || it == '-' || it == '_');
            if name.is_empty() {
                return Err((at, LogFilterFault::PropertyName));
            }
            Step::Property(name.to_owned())
        } else {
            return Ok(steps);
        };
        if step == Step::Each && steps.contains(&Step::Each) {
            return Err((at, LogFilterFault::Wildcards { limit: 1 }));
        }
        steps.push(step);
        named = cursor.take(".");
    }
}

/// What follows `[`.
fn element(cursor: &mut Cursor<'_>, opened: usize) -> Result<Step, Refused> {
    let at = cursor.at();
    let step = match cursor.peek() {
        Some('\'') => Step::Property(cursor.quoted('\'')?),
        Some('*') => {
            cursor.take("*");
            Step::Each
        }
        Some(_) => {
            let digits = cursor.take_while(|it| it.is_ascii_digit());
            let number = digits.parse().map_err(|_| (at, LogFilterFault::Element))?;
            Step::Element(number)
        }
        None => return Err((opened, LogFilterFault::NotClosed { opened: '[' })),
    };
    match cursor.take("]") {
        true => Ok(step),
        false if cursor.peek().is_none() => {
            Err((opened, LogFilterFault::NotClosed { opened: '[' }))
        }
        false => Err((cursor.at(), LogFilterFault::Element)),
    }
}

fn test(cursor: &mut Cursor<'_>) -> Result<Test, Refused> {
    cursor.skip_spaces();
    let at = cursor.at();
    if cursor.take_word("EXISTS") {
        return Err((at, LogFilterFault::NotSupported("EXISTS")));
    }
    if cursor.take_word("NOT") {
        cursor.skip_spaces();
        return match cursor.take_word("EXISTS") {
            true => Ok(Test::NotExists),
            false => Err((at, LogFilterFault::NoOperator)),
        };
    }
    if cursor.take_word("IS") {
        cursor.skip_spaces();
        let what = cursor.at();
        if cursor.take_word("NOT") {
            return Err((at, LogFilterFault::NotSupported("IS NOT")));
        }
        let values = [
            ("NULL", Value::Null),
            ("TRUE", Value::Bool(true)),
            ("FALSE", Value::Bool(false)),
        ];
        let mut values = values.into_iter();
        let found = values.find(|(word, _)| cursor.take_word(word));
        let (_, value) = found.ok_or((what, LogFilterFault::IsWhat))?;
        return Ok(Test::Is(value));
    }
    let ends = ["&&", "||", ")", "}"];
    comparison(cursor, &ends, plain).map(Test::Compare)
}

/// Letters, digits and underscores; or a number, with wildcards.
fn plain(text: &str) -> bool {
    let word = |it: char| it.is_alphanumeric() || it == '_' || it == '*';
    let number = |it: char| it.is_ascii_digit() || "+-.*eE".contains(it);
    text.chars().all(word) || text.chars().all(number)
}

impl Expression {
    pub(super) fn matches(&self, message: &str) -> bool {
        match serde_json::from_str::<Value>(message) {
            Ok(value @ Value::Object(_)) => self.holds(&value),
            Ok(_) | Err(_) => false,
        }
    }

    fn holds(&self, value: &Value) -> bool {
        match self {
            Expression::All(parts) => parts.iter().all(|part| part.holds(value)),
            Expression::Any(parts) => parts.iter().any(|part| part.holds(value)),
            Expression::Condition(steps, test) => test.holds(&selected(steps, value)),
        }
    }
}

fn selected<'a>(steps: &[Step], value: &'a Value) -> Vec<&'a Value> {
    let mut values = vec![value];
    for step in steps {
        values = values
            .into_iter()
            .flat_map(|value| -> Vec<&Value> {
                match (step, value) {
                    (Step::Property(name), value) => value.get(name).into_iter().collect(),
                    (Step::Element(place), value) => value.get(*place).into_iter().collect(),
                    (Step::Each, Value::Array(items)) => items.iter().collect(),
                    (Step::Each, Value::Object(fields)) => fields.values().collect(),
                    (Step::Each, _) => Vec::new(),
                }
            })
            .collect();
    }
    values
}

impl Test {
    /// Of all values that a selector points to, one is enough.
    fn holds(&self, values: &[&Value]) -> bool {
        match self {
            Test::NotExists => values.is_empty(),
            Test::Is(wanted) => values.contains(&wanted),
            Test::Compare(comparison) => values.iter().any(|value| match value {
                Value::String(text) => comparison.fits_text(text),
                Value::Number(number) => {
                    let written = number.to_string();
                    let number = number.as_f64();
                    number.is_some_and(|number| comparison.fits_number(number, &written))
                }
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
            }),
        }
    }
}
