//! A text, and how far it is read.

use super::error::LogFilterFault;

/// A fault and where it is, in bytes.
pub(super) type Refused = (usize, LogFilterFault);

pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Cursor { text, at: 0 }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn skip_spaces(&mut self) {
        self.take_while(char::is_whitespace);
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|it| !wanted(it)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Goes on if this comes next.
    pub(super) fn take(&mut self, wanted: &str) -> bool {
        let there = self.rest().starts_with(wanted);
        if there {
            self.at += wanted.len();
        }
        there
    }

    /// A word in capitals, as IS and NULL are; nothing longer.
    pub(super) fn take_word(&mut self, wanted: &str) -> bool {
        let after = self.rest().strip_prefix(wanted);
        after.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)) && self.take(wanted)
    }

    /// A text between two of the quote that comes next; `\` before a quote takes it as it is.
    pub(super) fn quoted(&mut self, quote: char) -> Result<String, Refused> {
        let opened = self.at;
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1).peekable();
        while let Some((place, character)) = characters.next() {
            match character {
                it if it == quote => {
                    self.at += place + quote.len_utf8();
                    return Ok(text);
                }
                '\\' => match characters.next_if(|(_, next)| *next == quote || *next == '\\') {
                    Some((_, escaped)) => text.push(escaped),
                    None => text.push('\\'),
                },
                other => text.push(other),
            }
        }
        Err((opened, LogFilterFault::NotClosed { opened: quote }))
    }
}
