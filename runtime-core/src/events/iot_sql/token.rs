//! Text to words.

use super::error::SqlFault;

/// A fault and where it is, in bytes.
pub(super) type Refused = (usize, SqlFault);

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name or a keyword, as it is written.
    Name(String),
    Text(String),
    Int(i64),
    Decimal(f64),
    Symbol(&'static str),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) token: Token,
    /// In bytes.
    pub(super) at: usize,
}

/// Longer ones first.
const SYMBOLS: &[&str] = &[
    "<>", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "%", "(", ")", "[", "]", "{", "}", ",",
    ".", ":", ";", // Of topics without quotes and of SET, so that the parser can say so.
    "#", "$", "@",
];

pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, Refused> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some(first) = rest.chars().next()
    {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = match first {
            '\'' | '"' => quoted(rest, first).ok_or((at, SqlFault::UnclosedText))?,
            '0'..='9' => number(rest).map_err(|fault| (at, fault))?,
            'a'..='z' | 'A'..='Z' | '_' => {
                let end = rest
                    .find(|next: char| !next.is_ascii_alphanumeric() && next != '_')
                    .unwrap_or(rest.len());
                let name = rest.get(..end).unwrap_or_default();
                (Token::Name(name.to_owned()), end)
            }
            found => match SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
                Some(symbol) => (Token::Symbol(symbol), symbol.len()),
                None => return Err((at, SqlFault::Character { found })),
            },
        };
        tokens.push(Placed { token, at });
        at += length;
    }
    Ok(tokens)
}

/// A text in quotes; the quote itself is written twice.
fn quoted(rest: &str, quote: char) -> Option<(Token, usize)> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == quote && characters.next_if(|(_, next)| *next == quote).is_none() {
            return Some((Token::Text(text), at + quote.len_utf8()));
        }
        text.push(character);
    }
    None
}

fn number(rest: &str) -> Result<(Token, usize), SqlFault> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(rest);
    let mut whole = true;
    let after = |end: usize| rest.get(end..).unwrap_or_default();
    if let Some(fraction) = after(end).strip_prefix('.')
        && digits(fraction) > 0
    {
        (end, whole) = (end + 1 + digits(fraction), false);
    }
    if let Some(exponent) = after(end).strip_prefix(['e', 'E']) {
        let sign = usize::from(exponent.starts_with(['+', '-']));
        let length = digits(exponent.get(sign..).unwrap_or_default());
        if length > 0 {
            (end, whole) = (end + 1 + sign + length, false);
        }
    }
    let letters = after(end)
        .find(|next: char| !next.is_ascii_alphanumeric() && next != '_')
        .unwrap_or(after(end).len());
    let found = rest.get(..end + letters).unwrap_or_default();
    let wrong = || SqlFault::Number {
        found: found.to_owned(),
    };
    if letters > 0 {
        return Err(wrong());
    }
    if whole && let Ok(number) = found.parse() {
        return Ok((Token::Int(number), end));
    }
    match found.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((Token::Decimal(number), end)),
        _ => Err(wrong()),
    }
}

impl Token {
    /// As an error names it.
    pub(super) fn shown(&self) -> String {
        match self {
            Token::Name(name) => name.clone(),
            Token::Text(text) => format!("'{text}'"),
            Token::Int(number) => number.to_string(),
            Token::Decimal(number) => number.to_string(),
            Token::Symbol(symbol) => (*symbol).to_owned(),
        }
    }

    /// Whether it is this keyword, in whatever case.
    pub(super) fn is(&self, keyword: &str) -> bool {
        matches!(self, Token::Name(name) if name.eq_ignore_ascii_case(keyword))
    }
}
