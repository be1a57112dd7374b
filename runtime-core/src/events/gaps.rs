//! Texts that are known in pieces, with anything between them.

/// Whether a text is these pieces in this order, from its beginning to its end, with anything between
/// them. Takes time in proportion to the text's length times the pieces' at most: of a piece in the
/// middle only the first occurrence ever matters.
pub(super) fn fits<P: AsRef<str>>(pieces: &[P], text: &str) -> bool {
    match pieces {
        [] => text.is_empty(),
        [only] => text == only.as_ref(),
        [first, middle @ .., last] => {
            let Some(mut rest) = text.strip_prefix(first.as_ref()) else {
                return false;
            };
            for piece in middle {
                match rest.split_once(piece.as_ref()) {
                    Some((_, after)) => rest = after,
                    None => return false,
                }
            }
            rest.ends_with(last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_do_not_overlap() {
        for (pieces, text, expected) in [
            (&[][..], "", true),
            (&[], "a", false),
            (&["a"], "a", true),
            (&["a", "a"], "a", false),
            (&["a", "a"], "aa", true),
            (&["", ""], "", true),
            (&["a", "b", "c"], "a-b-b-c", true),
            (&["a", "b", "c"], "a-c-b", false),
        ] {
            assert_eq!(fits(pieces, text), expected, "{pieces:?} in {text}");
        }
    }
}
