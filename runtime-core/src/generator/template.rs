//! What a generator says: a text in which the number of the event, moments and seeded values stand for
//! themselves.
//!
//! ```text
//! {{n}}            the number of the event in this run, from 1; {n} as well
//! {{uuid}}         a version 4 UUID, another one each time
//! {{now}}          when it is sent, in UTC: 2026-11-24T12:00:00.000Z
//! {{millis}}       the same in milliseconds since 1970
//! {{int 1 100}}    a whole number from 1 to 100
//! {{pick a b c}}   one of these words
//! {{{{             two braces
//! ```
//!
//! Everything else stays as it is. Values follow from the seed, the event's number and the placeholder's
//! place: the same generator says the same again.

use super::random::{Numbers, Seed};
use crate::events::place::Place;
use crate::units::{uuid, written_time};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A text with placeholders that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Number,
    Uuid,
    Now,
    Millis,
    Int { from: i64, to: i64 },
    Pick(Vec<String>),
}

/// One event, for those who write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// Its number, from 1.
    pub number: u64,
    /// When it is sent, in ms since 1970.
    pub unix_millis: u64,
}

/// Why a text is refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateError {
    /// Where in the text.
    pub place: Place,
    /// What is wrong there.
    pub fault: TemplateFault,
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TemplateFault {
    /// The closing braces are missing.
    NotClosed,
    /// There is nothing between the braces.
    Empty,
    /// There is no such placeholder.
    Unknown(String),
    /// Something follows a placeholder that takes nothing.
    TakesNothing(String),
    /// `int` without two whole numbers.
    Bounds,
    /// `int` whose first number is the larger one.
    Order,
    /// `pick` without words.
    NoWords,
}

impl Template {
    /// Reads a text.
    ///
    /// # Errors
    /// The first mistake and its place.
    pub fn parse(text: &str) -> Result<Template, TemplateError> {
        let mut pieces = Vec::new();
        let (mut plain, mut at) = (String::new(), 0);
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let piece = if rest.starts_with("{{{{") {
                plain.push_str("{{");
                at += 4;
                continue;
            } else if rest.starts_with("{{") {
                let inside = rest.find("}}").and_then(|end| rest.get(2..end));
                let inside = inside.ok_or_else(|| TemplateError {
                    place: Place::in_text(text, at),
                    fault: TemplateFault::NotClosed,
                })?;
                // At the word that is wrong, not at the braces.
                let word = at + 2 + (inside.len() - inside.trim_start().len());
                at += inside.len() + 4;
                placeholder(inside).map_err(|fault| TemplateError {
                    place: Place::in_text(text, word),
                    fault,
                })?
            } else if rest.starts_with("{n}") {
                at += 3;
                Piece::Number
            } else {
                let next = rest.chars().next().unwrap_or_default();
                plain.push(next);
                at += next.len_utf8();
                continue;
            };
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(piece);
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        Ok(Template { pieces })
    }

    /// The text of one event. `field` tells the texts of a generator apart.
    pub fn write(&self, seed: Seed, field: &str, occasion: Occasion) -> String {
        let numbers = Numbers::of(seed, field);
        let mut text = String::new();
        for (place, piece) in self.pieces.iter().enumerate() {
            // The values of one event, then those of the next.
            let many = self.pieces.len() as u64;
            let draw = occasion
                .number
                .wrapping_mul(many)
                .wrapping_add(place as u64);
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Number => text.push_str(&occasion.number.to_string()),
                Piece::Uuid => text.push_str(&uuid(numbers.bits(draw), occasion.number)),
                Piece::Now => {
                    let time = written_time(occasion.unix_millis / 1_000);
                    text.push_str(time.trim_end_matches('Z'));
                    text.push_str(&format!(".{:03}Z", occasion.unix_millis % 1_000));
                }
                Piece::Millis => text.push_str(&occasion.unix_millis.to_string()),
                Piece::Int { from, to } => {
                    let many = to.abs_diff(*from).saturating_add(1);
                    let value = from.saturating_add_unsigned(numbers.below(draw, many));
                    text.push_str(&value.to_string());
                }
                Piece::Pick(words) => {
                    let place = numbers.below(draw, words.len() as u64) as usize;
                    text.push_str(words.get(place).map_or("", String::as_str));
                }
            }
        }
        text
    }
}

fn placeholder(inside: &str) -> Result<Piece, TemplateFault> {
    let mut words = inside.split_whitespace();
    let name = words.next().ok_or(TemplateFault::Empty)?;
    let words: Vec<&str> = words.collect();
    let piece = match name {
        "n" => Piece::Number,
        "uuid" => Piece::Uuid,
        "now" => Piece::Now,
        "millis" => Piece::Millis,
        "int" => {
            let [from, to] = words[..] else {
                return Err(TemplateFault::Bounds);
            };
            let (Ok(from), Ok(to)) = (from.parse(), to.parse()) else {
                return Err(TemplateFault::Bounds);
            };
            return match from <= to {
                true => Ok(Piece::Int { from, to }),
                false => Err(TemplateFault::Order),
            };
        }
        "pick" if words.is_empty() => return Err(TemplateFault::NoWords),
        "pick" => return Ok(Piece::Pick(words.into_iter().map(str::to_owned).collect())),
        name => return Err(TemplateFault::Unknown(name.to_owned())),
    };
    match words.is_empty() {
        true => Ok(piece),
        false => Err(TemplateFault::TakesNothing(name.to_owned())),
    }
}

impl TemplateError {
    /// What to do.
    pub fn hint(&self) -> String {
        let hint = match &self.fault {
            TemplateFault::NotClosed => "Close it with }}, or write {{{{ for two braces.",
            TemplateFault::Empty | TemplateFault::Unknown(_) => {
                "Write {{n}}, {{uuid}}, {{now}}, {{millis}}, {{int 1 100}} or {{pick a b c}}; {{{{ for two braces."
            }
            TemplateFault::TakesNothing(name) => return format!("Write {{{{{name}}}}}."),
            TemplateFault::Bounds | TemplateFault::Order => {
                "Write the smaller and the larger number: {{int 1 100}}."
            }
            TemplateFault::NoWords => "Write words with spaces between: {{pick red green}}.",
        };
        hint.to_owned()
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        match &self.fault {
            TemplateFault::NotClosed => f.write_str("the placeholder is not closed"),
            TemplateFault::Empty => f.write_str("there is no placeholder between the braces"),
            TemplateFault::Unknown(name) => write!(f, "there is no placeholder {name:?}"),
            TemplateFault::TakesNothing(name) => write!(f, "{name:?} takes no values"),
            TemplateFault::Bounds => f.write_str("\"int\" takes two whole numbers"),
            TemplateFault::Order => f.write_str("the first number is larger than the second"),
            TemplateFault::NoWords => f.write_str("\"pick\" takes words to choose from"),
        }
    }
}

impl std::error::Error for TemplateError {}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
