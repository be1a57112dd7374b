//! Why a rule's SQL is refused. `Display` says the cause; [`SqlError::hint`] the remedy.

use super::functions::FUNCTIONS;
use crate::events::place::Place;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a rule's SQL is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqlError {
    /// Where in the text.
    pub place: Place,
    /// What is wrong there.
    pub fault: SqlFault,
}

/// What is wrong with a rule's SQL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SqlFault {
    /// A character that SQL does not have.
    Character {
        /// The character.
        found: char,
    },
    /// A text without its closing quote.
    UnclosedText,
    /// A number that is none.
    Number {
        /// As it is written.
        found: String,
    },
    /// Something else than what must come here.
    Unexpected {
        /// What stands there; `None` at the end.
        found: Option<String>,
        /// What must come.
        wanted: String,
    },
    /// The statement has no `FROM`.
    NoFrom,
    /// The topic filter is not in quotes.
    UnquotedTopic,
    /// The topic filter is empty.
    EmptyTopic,
    /// A wildcard that is not alone on its level, or a `#` that is not the last.
    TopicWildcard {
        /// The wildcard.
        wildcard: char,
    },
    /// A topic filter of too many bytes or levels.
    TopicTooLong,
    /// An expression in `SELECT` that is no field and has no name.
    NeedsAlias,
    /// `SELECT VALUE` with more than one item.
    SecondValue,
    /// AWS has this, and it is not in the subset that runs here.
    NotInSubset {
        /// What it is.
        what: String,
    },
    /// There is no such function.
    UnknownFunction {
        /// Its name.
        name: String,
    },
    /// `cast` to something that is no type.
    UnknownType {
        /// Its name.
        name: String,
    },
    /// Too many expressions in one another.
    TooDeep {
        /// How many there may be.
        limit: usize,
    },
}

impl SqlError {
    pub(super) fn new(text: &str, offset: usize, fault: SqlFault) -> SqlError {
        SqlError {
            place: Place::in_text(text, offset),
            fault,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        use SqlFault::*;
        match &self.fault {
            Character { found: '!' } => "Not equal is written <>.".into(),
            Character { .. } | Number { .. } | Unexpected { .. } => "A statement is SELECT fields FROM 'topic/filter' WHERE condition.".into(),
            UnclosedText => "Close the text with the quote that it began with.".into(),
            NoFrom => "Name the topics: FROM 'topic/filter'. (Basic Ingest, which needs no FROM, is not in the subset.)".into(),
            UnquotedTopic => "Put the topic filter into single quotes: FROM 'topic/#'.".into(),
            EmptyTopic => "Name a topic, or # for all.".into(),
            TopicWildcard { wildcard: '#' } => "# stands alone between slashes, and only at the end: 'a/b/#'.".into(),
            TopicWildcard { .. } => "+ stands alone between slashes: 'a/+/c'.".into(),
            TopicTooLong => "A topic has at most 256 bytes and 7 slashes.".into(),
            NeedsAlias => "Name the result: timestamp() AS time.".into(),
            SecondValue => "SELECT VALUE takes one item; an object {'a': a, 'b': b} is one.".into(),
            NotInSubset { .. } => "Write it with what the subset has, or do it in the function.".into(),
            UnknownFunction { .. } => format!("Functions here are {}.", FUNCTIONS.join(", ")),
            UnknownType { .. } => "Types are Int, Decimal, String and Boolean.".into(),
            TooDeep { limit } => format!("Keep it within {limit}."),
        }
    }
}

impl fmt::Display for SqlFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use SqlFault::*;
        match self {
            Character { found } => write!(f, "SQL has no {found:?}"),
            UnclosedText => f.write_str("this text is not closed"),
            Number { found } => write!(f, "{found} is no number"),
            Unexpected {
                found: Some(found),
                wanted,
            } => write!(f, "{wanted} must come here, not {found}"),
            Unexpected {
                found: None,
                wanted,
            } => write!(f, "{wanted} must come here"),
            NoFrom => f.write_str("the statement has no FROM"),
            UnquotedTopic => f.write_str("the topic filter is not in quotes"),
            EmptyTopic => f.write_str("the topic filter is empty"),
            TopicWildcard { wildcard } => {
                write!(f, "the topic filter's {wildcard} is out of place")
            }
            TopicTooLong => f.write_str("the topic filter is too long"),
            NeedsAlias => f.write_str("this expression has no name"),
            SecondValue => f.write_str("SELECT VALUE has a second item"),
            NotInSubset { what } => write!(f, "{what} is not in the subset that runs here"),
            UnknownFunction { name } => write!(f, "there is no function {name}"),
            UnknownType { name } => write!(f, "there is no type {name}"),
            TooDeep { limit } => write!(f, "more than {limit} expressions are in one another"),
        }
    }
}

impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.fault)
    }
}

impl std::error::Error for SqlError {}
