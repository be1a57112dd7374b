//! Operators and values, of properties in JSON and of fields alike.

use super::cursor::{Cursor, Refused};
use super::error::LogFilterFault;
use crate::events::gaps::fits;

/// Longer ones first.
const OPERATORS: [(&str, Operator); 6] = [
    ("!=", Operator::Unequal),
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("=", Operator::Equal),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// What something is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Comparison {
    operator: Operator,
    /// In which `*` stands for any characters.
    text: String,
    quoted: bool,
    number: Option<f64>,
}

/// Reads an operator and a value. What ends a value without quotes, the caller knows, and whether its
/// characters are as they must be.
pub(super) fn comparison(
    cursor: &mut Cursor<'_>,
    ends: &[&str],
    plain: fn(&str) -> bool,
) -> Result<Comparison, Refused> {
    cursor.skip_spaces();
    let found = OPERATORS.into_iter().find(|(text, _)| cursor.take(text));
    let Some((_, operator)) = found else {
        return Err((cursor.at(), LogFilterFault::NoOperator));
    };
    cursor.skip_spaces();
    let at = cursor.at();
    let quoted = cursor.peek() == Some('"');
    let text = match cursor.peek() {
        Some('%') => return Err((at, LogFilterFault::Regex)),
        Some('"') => cursor.quoted('"')?,
        _ => bare(cursor, ends).to_owned(),
    };
    if !quoted && text.is_empty() {
        return Err((at, LogFilterFault::NoValue));
    }
    if !quoted && !plain(&text) {
        return Err((at, LogFilterFault::ValueCharacters { value: text }));
    }
    let number = if quoted { None } else { number(&text) };
    let ordered = !matches!(operator, Operator::Equal | Operator::Unequal);
    if ordered && number.is_none() {
        return Err((at, LogFilterFault::NotANumber { value: text }));
    }
    Ok(Comparison {
        operator,
        text,
        quoted,
        number,
    })
}

fn bare<'a>(cursor: &mut Cursor<'a>, ends: &[&str]) -> &'a str {
    let rest = cursor.rest();
    let end = rest.char_indices().find(|(place, it)| {
        let here = rest.get(*place..).unwrap_or_default();
        it.is_whitespace() || ends.iter().any(|end| here.starts_with(end))
    });
    let end = end.map_or(rest.len(), |(place, _)| place);
    let text = rest.get(..end).unwrap_or_default();
    cursor.take(text);
    text
}

/// A number as people write it: no `inf`, no `nan`.
pub(super) fn number(text: &str) -> Option<f64> {
    let numeric = |it: char| it.is_ascii_digit() || "+-.eE".contains(it);
    let number = text.chars().all(numeric).then(|| text.parse().ok())??;
    f64::is_finite(number).then_some(number)
}

impl Comparison {
    /// Whether a number fits.
    pub(super) fn fits_number(&self, number: f64, written: &str) -> bool {
        match (self.operator, self.number) {
            (Operator::Less, Some(bound)) => number < bound,
            (Operator::AtMost, Some(bound)) => number <= bound,
            (Operator::Greater, Some(bound)) => number > bound,
            (Operator::AtLeast, Some(bound)) => number >= bound,
            (Operator::Equal, Some(value)) => number == value,
            (Operator::Unequal, Some(value)) => number != value,
            // `4*`: what is written.
            (Operator::Equal, None) => !self.quoted && self.is_text(written),
            (_, None) => self.quoted || !self.is_text(written),
        }
    }

    /// Whether a text fits.
    pub(super) fn fits_text(&self, text: &str) -> bool {
        match self.operator {
            Operator::Equal => self.is_text(text),
            Operator::Unequal => !self.is_text(text),
            Operator::Less | Operator::AtMost | Operator::Greater | Operator::AtLeast => false,
        }
    }

    /// Whether a field fits, which is a number if it can be.
    pub(super) fn fits_word(&self, word: &str) -> bool {
        match number(word).filter(|_| !self.quoted && self.number.is_some()) {
            Some(number) => self.fits_number(number, word),
            None => self.fits_text(word),
        }
    }

    /// `*` is all that is special.
    fn is_text(&self, text: &str) -> bool {
        let pieces: Vec<&str> = self.text.split('*').collect();
        fits(&pieces, text)
    }
}
