//! Terms: what a message contains.

use super::cursor::{Cursor, Refused};
use super::error::LogFilterFault;

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Terms {
    /// All of these.
    wanted: Vec<String>,
    /// None of these.
    excluded: Vec<String>,
    /// One of these; they mean nothing beside others.
    optional: Vec<String>,
}

/// Reads terms to the end of the text.
pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Terms, Refused> {
    let mut terms = Terms::default();
    loop {
        cursor.skip_spaces();
        if cursor.peek().is_none() {
            return Ok(terms);
        }
        let list = match () {
            () if cursor.take("?") => &mut terms.optional,
            () if cursor.take("-") => &mut terms.excluded,
            () => &mut terms.wanted,
        };
        list.push(term(cursor)?);
    }
}

fn term(cursor: &mut Cursor<'_>) -> Result<String, Refused> {
    let at = cursor.at();
    match cursor.peek() {
        Some('"') => cursor.quoted('"'),
        Some('%') => Err((at, LogFilterFault::Regex)),
        None => Err((at, LogFilterFault::NoTerm)),
        Some(it) if it.is_whitespace() => Err((at, LogFilterFault::NoTerm)),
        Some(_) => {
            let term = cursor.take_while(|it| !it.is_whitespace());
            let plain = |it: char| it.is_alphanumeric() || it == '_';
            match term.find(|it| !plain(it)) {
                None => Ok(term.to_owned()),
                Some(place) => {
                    let term = term.to_owned();
                    Err((at + place, LogFilterFault::TermCharacters { term }))
                }
            }
        }
    }
}

impl Terms {
    pub(super) fn matches(&self, message: &str) -> bool {
        // `" "` matches everything.
        let has = |term: &String| term.trim().is_empty() || message.contains(term.as_str());
        if self.wanted.is_empty() && self.excluded.is_empty() {
            return self.optional.iter().any(has);
        }
        self.wanted.iter().all(has) && !self.excluded.iter().any(has)
    }
}
