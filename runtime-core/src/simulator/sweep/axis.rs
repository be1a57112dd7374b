//! Which field of a scenario file is changed, and which values it has.

use super::error::SweepError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use toml::{Table, Value};

/// A number of a scenario file: TOML tells whole ones from others.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// Whole.
    Integer(i64),
    /// Any other; finite.
    Float(f64),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Integer(number) => write!(f, "{number}"),
            Number::Float(number) => write!(f, "{number}"),
        }
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Value {
        match number {
            Number::Integer(number) => Value::Integer(number),
            Number::Float(number) => Value::Float(number),
        }
    }
}

/// A field, and its values. As a text it is `function.0.memory=128,256,512`.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Where the field is: names of tables and fields, and the places or names of functions and loads.
    pub path: String,
    /// One or more.
    pub values: Vec<Number>,
}

impl FromStr for Axis {
    type Err = SweepError;

    fn from_str(text: &str) -> Result<Axis, SweepError> {
        let Some((path, values)) = text.split_once('=') else {
            return Err(SweepError::Syntax(text.to_owned()));
        };
        let path = path.trim();
        if path.is_empty() || path.split('.').any(str::is_empty) {
            return Err(SweepError::Syntax(text.to_owned()));
        }
        let number = |text: &str| {
            let text = text.trim();
            if let Ok(number) = text.parse::<i64>() {
                return Ok(Number::Integer(number));
            }
            let number = text.parse::<f64>().ok().filter(|it| it.is_finite());
            let refused = || SweepError::Number(text.to_owned());
            number.map(Number::Float).ok_or_else(refused)
        };
        let values: Result<Vec<Number>, SweepError> = values.split(',').map(number).collect();
        Ok(Axis {
            path: path.to_owned(),
            values: values?,
        })
    }
}

impl Axis {
    /// Gives the field this value. A field that is left out is put there; a table is not.
    pub(super) fn set(&self, file: &mut Table, value: Number) -> Result<(), SweepError> {
        let mut names = self.path.split('.');
        let first = match names.next().unwrap_or_default() {
            // As people say.
            "functions" => "function",
            "loads" => "load",
            other => other,
        };
        let mut names = names.peekable();
        if names.peek().is_none() {
            return put(file, first, value).ok_or_else(|| self.no_number(first));
        }
        let nothing = |part: &str, known: Vec<String>| SweepError::NoSuchPart {
            path: self.path.clone(),
            part: part.to_owned(),
            known,
        };
        let known = keys(file);
        let mut place = file.get_mut(first).ok_or_else(|| nothing(first, known))?;
        while let Some(name) = names.next() {
            if names.peek().is_none()
                && let Value::Table(table) = place
            {
                return put(table, name, value).ok_or_else(|| self.no_number(name));
            }
            let known = match place {
                Value::Table(table) => keys(table),
                Value::Array(all) => (0..all.len()).map(|it| it.to_string()).collect(),
                _ => Vec::new(),
            };
            let within = match place {
                Value::Table(table) => table.get_mut(name),
                Value::Array(all) => {
                    let named = |it: &Value| it.get("name").and_then(Value::as_str) == Some(name);
                    let number = name.parse().ok().or_else(|| all.iter().position(named));
                    number.and_then(|it: usize| all.get_mut(it))
                }
                _ => None,
            };
            place = within.ok_or_else(|| nothing(name, known))?;
        }
        // An element of a list.
        match place {
            Value::Integer(_) | Value::Float(_) => {
                *place = value.into();
                Ok(())
            }
            _ => Err(self.no_number(&self.path)),
        }
    }

    fn no_number(&self, part: &str) -> SweepError {
        SweepError::NoNumber {
            path: self.path.clone(),
            part: part.to_owned(),
        }
    }
}

/// Puts a number where there is one, a distribution's text, or nothing; a table stays.
fn put(table: &mut Table, name: &str, value: Number) -> Option<()> {
    match table.get(name) {
        Some(Value::Table(_) | Value::Array(_) | Value::Boolean(_) | Value::Datetime(_)) => None,
        Some(Value::String(_) | Value::Integer(_) | Value::Float(_)) | None => {
            table.insert(name.to_owned(), value.into());
            Some(())
        }
    }
}

fn keys(table: &Table) -> Vec<String> {
    table.keys().cloned().collect()
}
