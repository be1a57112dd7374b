//! Why a change of a table's item is refused.

use std::fmt;

/// Why a change is refused. `Display` is DynamoDB's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableError {
    /// The text is not JSON.
    Json {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// It is JSON, and not an object.
    NoObject,
    /// There is no such table, or its items are not kept here.
    NoTable,
    /// An item without an attribute of its key.
    KeyMissing(String),
    /// A key's attribute has another type than the table says.
    KeyType {
        /// Which attribute.
        name: String,
        /// What it should be.
        expected: &'static str,
        /// What it is.
        actual: String,
    },
    /// A key's attribute is empty.
    KeyEmpty(String),
    /// What is updated or deleted is not named by the table's key.
    KeyMismatch,
    /// An update removes an attribute of the key.
    KeyRemoved(String),
    /// More than 400 KB.
    TooLarge,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const INVALID: &str = "One or more parameter values were invalid:";
        match self {
            TableError::Json { line, column } => {
                write!(f, "The item is not JSON: line {line}, column {column}.")
            }
            TableError::NoObject => write!(f, "The item is no JSON object."),
            TableError::NoTable => write!(f, "Requested resource not found"),
            TableError::KeyMissing(name) => {
                write!(f, "{INVALID} Missing the key {name} in the item")
            }
            TableError::KeyType {
                name,
                expected,
                actual,
            } => write!(
                f,
                "{INVALID} Type mismatch for key {name} expected: {expected} actual: {actual}"
            ),
            TableError::KeyEmpty(name) => write!(
                f,
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: {name}"
            ),
            TableError::KeyMismatch => {
                write!(f, "The provided key element does not match the schema")
            }
            TableError::KeyRemoved(name) => write!(
                f,
                "{INVALID} Cannot update attribute {name}. This attribute is part of the key"
            ),
            TableError::TooLarge => write!(f, "Item size has exceeded the maximum allowed size"),
        }
    }
}

impl TableError {
    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            TableError::Json { .. } => "Names and texts are in double quotes.",
            TableError::NoObject => "Put it into braces: {\"name\": \"value\"}.",
            TableError::NoTable => "It was deleted. Create it again.",
            TableError::KeyMissing(_) => "Give the item a value for each attribute of the key.",
            TableError::KeyType { .. } => {
                "Numbers without quotes are N, texts are S; or write DynamoDB's JSON, {\"S\": \"a\"}."
            }
            TableError::KeyEmpty(_) => "Give it a value.",
            TableError::KeyMismatch => "Name the item by the table's key, with its types.",
            TableError::KeyRemoved(_) => "Delete the item, and put it under another key.",
            TableError::TooLarge => "An item can have 400 KB, names and values.",
        }
    }
}
