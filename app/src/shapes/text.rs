//! Texts: how much of a long one is shown, and where a line and column lie.

/// The beginning of a text that is short enough to show, and what was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Excerpt<'a> {
    /// The part that is shown: whole lines where possible.
    pub shown: &'a str,
    /// Bytes that are not shown.
    pub hidden_bytes: usize,
}

/// At most `bytes` bytes of `text`, cut after a line's end if there is one in the second half,
/// otherwise between two characters.
pub fn excerpt(text: &str, bytes: usize) -> Excerpt<'_> {
    let Some(head) = text
        .get(..floor(text, bytes))
        .filter(|head| head.len() < text.len())
    else {
        return Excerpt {
            shown: text,
            hidden_bytes: 0,
        };
    };
    let line = head
        .rfind('\n')
        .map(|at| at + 1)
        .filter(|&at| at * 2 >= head.len());
    let shown = line.and_then(|at| head.get(..at)).unwrap_or(head);
    Excerpt {
        shown,
        hidden_bytes: text.len() - shown.len(),
    }
}

fn floor(text: &str, bytes: usize) -> usize {
    (0..=bytes.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}

/// How many lines an editor shows for a text: at least one.
pub fn line_count(text: &str) -> usize {
    text.bytes().filter(|&byte| byte == b'\n').count() + 1
}

/// The UTF-16 offset of a line and column (both from 1, columns in characters), as a text area
/// counts: clamped to the end of the line, or of the text.
pub fn utf16_offset(text: &str, line: usize, column: usize) -> u32 {
    let mut offset = 0;
    for (index, content) in text.split_inclusive('\n').enumerate() {
        if index + 1 == line.max(1) {
            let within = content
                .trim_end_matches('\n')
                .chars()
                .take(column.saturating_sub(1));
            return offset
                + within
                    .map(|character| character.len_utf16() as u32)
                    .sum::<u32>();
        }
        offset += content.encode_utf16().count() as u32;
    }
    offset
}

/// At most `characters` characters, the last one an ellipsis if something was left out.
pub fn clip(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_string();
    }
    let head: String = text.chars().take(characters.saturating_sub(1)).collect();
    format!("{}…", head.trim_end())
}

/// A number of bytes at a glance, in units of 1,024: `1.2 KB`.
pub fn bytes(count: u64) -> String {
    let (value, unit) = match count {
        0..1_024 => return format!("{count} B"),
        1_024..1_048_576 => (count as f64 / 1_024.0, "KB"),
        _ => (count as f64 / 1_048_576.0, "MB"),
    };
    if value < 10.0 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}

/// `1 record`, `1,200 records`.
pub fn counted(count: impl TryInto<u64>, noun: &str) -> String {
    match count.try_into().unwrap_or_default() {
        1 => format!("1 {noun}"),
        count => format!("{} {noun}s", grouped(count)),
    }
}

/// A number with commas between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What a JSON token is, for its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// A member's name.
    Key,
    /// A string.
    Text,
    /// A number.
    Number,
    /// `true`, `false`, `null`.
    Word,
    /// Everything else: punctuation and space.
    Plain,
}

/// Cuts JSON (or something like it) into coloured pieces; together they are `text` again.
pub fn tokens(text: &str) -> Vec<(Token, &str)> {
    let mut pieces: Vec<(Token, &str)> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            '-' | '0'..='9' => run(rest, |c| {
                c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-')
            }),
            c if c.is_alphabetic() => run(rest, char::is_alphanumeric),
            _ => run(rest, |c| c != '"' && c != '-' && !c.is_alphanumeric()),
        };
        let (piece, after) = rest.split_at(length.max(first.len_utf8()));
        let kind = match first {
            '"' if after.trim_start().starts_with(':') => Token::Key,
            '"' => Token::Text,
            '-' | '0'..='9' => Token::Number,
            _ if matches!(piece, "true" | "false" | "null") => Token::Word,
            _ => Token::Plain,
        };
        pieces.push((kind, piece));
        rest = after;
    }
    pieces
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return at,
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        let words = [0, 1, 2, 1_200].map(|count: u64| counted(count, "record"));
        assert_eq!(
            words,
            ["0 records", "1 record", "2 records", "1,200 records"]
        );
    }

    #[test]
    fn a_short_text_is_shown_whole() {
        assert_eq!(
            excerpt("one\ntwo", 100),
            Excerpt {
                shown: "one\ntwo",
                hidden_bytes: 0
            }
        );
    }

    #[test]
    fn a_long_text_is_cut_between_lines_or_characters() {
        let cut = excerpt("line one\nline two\nline three", 20);
        assert_eq!(
            cut,
            Excerpt {
                shown: "line one\nline two\n",
                hidden_bytes: 10
            }
        );
        assert_eq!(excerpt("ééééé", 5).shown, "éé");
        assert_eq!(
            excerpt("a\nbbbbbbbbbbbbbbbb", 10).shown,
            "a\nbbbbbbbb",
            "one early line is no reason to show nothing"
        );
    }

    #[test]
    fn positions_count_as_a_text_area_does() {
        let text = "{\n  \"a\": \"𝄞x\"\n}";
        assert_eq!(utf16_offset(text, 1, 1), 0);
        assert_eq!(utf16_offset(text, 2, 3), 4);
        assert_eq!(utf16_offset(text, 2, 10), 12, "the clef is two units");
        assert_eq!(utf16_offset(text, 2, 99), 14, "the end of that line");
        assert_eq!(utf16_offset(text, 9, 1), text.encode_utf16().count() as u32);
        assert_eq!(utf16_offset("", 1, 1), 0);
    }

    #[test]
    fn clipping_says_so() {
        assert_eq!(clip("thumbnail", 9), "thumbnail");
        assert_eq!(clip("thumbnail", 6), "thumb…");
        assert_eq!(clip("a b", 2), "a…");
    }

    #[test]
    fn sizes_read_at_a_glance() {
        for (count, text) in [
            (0, "0 B"),
            (1_023, "1023 B"),
            (1_229, "1.2 KB"),
            (120_832, "118 KB"),
            (6_291_456, "6.0 MB"),
        ] {
            assert_eq!(bytes(count), text);
        }
    }

    #[test]
    fn thousands_are_grouped() {
        let texts = [0, 7, 999, 1_000, 12_345, 967_745, 1_000_000].map(grouped);
        assert_eq!(
            texts,
            ["0", "7", "999", "1,000", "12,345", "967,745", "1,000,000"]
        );
    }

    #[test]
    fn tokens_know_keys_from_strings() {
        let kinds: Vec<_> = tokens("{\"a\\\"b\" : \"c\", \"n\": -1.5e3, \"t\": true}")
            .into_iter()
            .filter(|(kind, _)| *kind != Token::Plain)
            .collect();
        assert_eq!(
            kinds,
            [
                (Token::Key, "\"a\\\"b\""),
                (Token::Text, "\"c\""),
                (Token::Key, "\"n\""),
                (Token::Number, "-1.5e3"),
                (Token::Key, "\"t\""),
                (Token::Word, "true"),
            ]
        );
    }

    #[test]
    fn tokens_put_together_are_the_text() {
        for text in [
            "",
            "{}",
            "\"open",
            "nonsense – ünïcode \"x\\",
            "[1,2,\n\"\n\"]",
            "--",
            "trueish",
        ] {
            let whole: String = tokens(text).into_iter().map(|(_, piece)| piece).collect();
            assert_eq!(whole, text);
        }
    }
}
