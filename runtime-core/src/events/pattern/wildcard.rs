//! Text with `*` for any characters.

use super::error::PatternFault;
use crate::events::gaps::fits;

/// A wildcard pattern: the literal pieces between its asterisks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wildcard {
    pieces: Vec<String>,
}

impl Wildcard {
    /// `\*` is an asterisk and `\\` a backslash; other escapes and asterisks in a row are refused
    /// (EventBridge, "Comparison operators for use in event patterns"). The error has its place
    /// in bytes.
    pub(super) fn parse(text: &str) -> Result<Wildcard, (usize, PatternFault)> {
        let mut pieces = vec![String::new()];
        let mut characters = text.char_indices().peekable();
        while let Some((index, character)) = characters.next() {
            let literal = match character {
                '*' => {
                    if let Some((second, _)) = characters.next_if(|(_, next)| *next == '*') {
                        return Err((second, PatternFault::ConsecutiveWildcards));
                    }
                    pieces.push(String::new());
                    continue;
                }
                '\\' => match characters.next() {
                    Some((_, escaped @ ('*' | '\\'))) => escaped,
                    _ => return Err((index, PatternFault::WildcardEscape)),
                },
                character => character,
            };
            if let Some(piece) = pieces.last_mut() {
                piece.push(literal);
            }
        }
        Ok(Wildcard { pieces })
    }

    /// How many asterisks there are.
    pub(super) fn wildcards(&self) -> usize {
        self.pieces.len() - 1
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        fits(&self.pieces, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asterisks_stand_for_any_characters() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("*", "anything", true),
            ("", "", true),
            ("", "a", false),
            ("dir/*.png", "dir/a/b.png", true),
            ("dir/*.png", "dir/.png", true),
            ("dir/*.png", "dir.png", false),
            ("a*a", "a", false),
            ("a*a", "aa", true),
            ("*ab*ab*", "abab", true),
            ("*ab*ab*", "ab", false),
            ("*/lib/*", "/usr/lib/x", true),
            (r"\*", "*", true),
            (r"\*", "a", false),
            (r"a\\*", r"a\b", true),
        ] {
            let wildcard = Wildcard::parse(pattern).unwrap();
            assert_eq!(wildcard.matches(text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn what_aws_refuses() {
        let refused = |text| Wildcard::parse(text).unwrap_err();
        assert_eq!(refused("a**b"), (2, PatternFault::ConsecutiveWildcards));
        assert_eq!(refused(r"a\b"), (1, PatternFault::WildcardEscape));
        assert_eq!(refused(r"ab\"), (2, PatternFault::WildcardEscape));
    }
}
