//! A place in a text that a person wrote.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Where in a text something is. An editor underlines by the offset; a person reads the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Bytes from the text's start, always between two characters. The text's length is its end.
    pub offset: usize,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Place {
    /// The place `offset` bytes into `text`: the nearest one before it that is between two
    /// characters.
    pub fn in_text(text: &str, offset: usize) -> Place {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = text.get(..offset).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before
            .get(line_start..)
            .map_or(0, |line| line.chars().count());
        let lines = before.bytes().filter(|byte| *byte == b'\n').count();
        Place {
            offset,
            line: u32::try_from(lines + 1).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_characters_and_offsets_bytes() {
        let text = "ab\nçd\n";
        let at = |offset| {
            let place = Place::in_text(text, offset);
            (place.offset, place.line, place.column)
        };
        assert_eq!(at(0), (0, 1, 1));
        assert_eq!(at(2), (2, 1, 3));
        assert_eq!(at(3), (3, 2, 1));
        assert_eq!(at(4), (3, 2, 1), "inside of a character");
        assert_eq!(at(5), (5, 2, 2));
        assert_eq!(at(7), (7, 3, 1));
        assert_eq!(at(999), (7, 3, 1));
        assert_eq!(Place::in_text(text, 5).to_string(), "line 2, column 2");
    }
}
