//! Fields in brackets: the words of a message.

use super::compare::{Comparison, comparison};
use super::cursor::{Cursor, Refused};
use super::error::LogFilterFault;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fields {
    /// Before `...`; without it all fields.
    first: Vec<Field>,
    /// Those after `...`.
    last: Option<Vec<Field>>,
}

/// One of these lists, all of which fits; with none of them anything.
type Field = Vec<Vec<Comparison>>;

/// Reads `[...]`.
pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Fields, Refused> {
    let opened = cursor.at();
    cursor.take("[");
    let mut fields = Fields {
        first: Vec::new(),
        last: None,
    };
    loop {
        cursor.skip_spaces();
        let at = cursor.at();
        if cursor.take("...") {
            if fields.last.replace(Vec::new()).is_some() {
                return Err((at, LogFilterFault::SecondEllipsis));
            }
        } else {
            let field = field(cursor, opened)?;
            match &mut fields.last {
                Some(last) => last.push(field),
                None => fields.first.push(field),
            }
        }
        cursor.skip_spaces();
        if cursor.take("]") {
            return Ok(fields);
        }
        if cursor.peek().is_none() {
            return Err((opened, LogFilterFault::NotClosed { opened: '[' }));
        }
        if !cursor.take(",") {
            let wanted = "comma or ]";
            return Err((cursor.at(), LogFilterFault::Unexpected { wanted }));
        }
    }
}

/// `name`, or conditions that each name it.
fn field(cursor: &mut Cursor<'_>, opened: usize) -> Result<Field, Refused> {
    let name = name(cursor, opened)?;
    cursor.skip_spaces();
    if matches!(cursor.peek(), None | Some(',' | ']')) {
        return Ok(Vec::new());
    }
    let ends = ["&&", "||", ",", "]"];
    let mut any = Vec::new();
    let mut all = Vec::new();
    loop {
        all.push(comparison(cursor, &ends, |_| true)?);
        cursor.skip_spaces();
        match () {
            () if cursor.take("&&") => {}
            () if cursor.take("||") => any.push(std::mem::take(&mut all)),
            () => break,
        }
        cursor.skip_spaces();
        let at = cursor.at();
        if self::name(cursor, opened)? != name {
            let field = name.to_owned();
            return Err((at, LogFilterFault::OtherField { field }));
        }
    }
    any.push(all);
    Ok(any)
}

fn name<'a>(cursor: &mut Cursor<'a>, opened: usize) -> Result<&'a str, Refused> {
    let at = cursor.at();
    let name = cursor.take_while(|it| it.is_alphanumeric() || it == '_' || it == '-');
    match (name, cursor.peek()) {
        ("", None) => Err((opened, LogFilterFault::NotClosed { opened: '[' })),
        ("", Some(_)) => Err((at, LogFilterFault::NoField)),
        (name, _) => Ok(name),
    }
}

impl Fields {
    pub(super) fn matches(&self, message: &str) -> bool {
        let words = words(message);
        let count = self.first.len();
        let Some(last) = &self.last else {
            // The last field has all that is left.
            let Some((last, before)) = self.first.split_last() else {
                return true;
            };
            let Some((_, start)) = words.get(before.len()).copied() else {
                return false;
            };
            let whole = words.len() == count;
            let left = match words.last() {
                Some((word, _)) if whole => *word,
                _ => message.get(start..).unwrap_or_default().trim_end(),
            };
            return all_fit(before, &words) && fits(last, left);
        };
        words.len() >= count + last.len()
            && all_fit(&self.first, &words)
            && all_fit(
                last,
                words.get(words.len() - last.len()..).unwrap_or_default(),
            )
    }
}

fn all_fit(fields: &[Field], words: &[(&str, usize)]) -> bool {
    fields
        .iter()
        .zip(words)
        .all(|(field, (word, _))| fits(field, word))
}

fn fits(field: &Field, word: &str) -> bool {
    let all = |list: &Vec<Comparison>| list.iter().all(|it| it.fits_word(word));
    field.is_empty() || field.iter().any(all)
}

/// The words of a message and where each begins: what is between brackets or double quotes is one, without
/// those.
fn words(message: &str) -> Vec<(&str, usize)> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(rest) = message.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or_default();
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let closing = match first {
            '[' => Some(']'),
            '"' => Some('"'),
            _ => None,
        };
        let inside = closing.and_then(|closing| {
            let inside = rest.get(1..)?;
            inside.get(..inside.find(closing)?)
        });
        let (word, length) = match inside {
            Some(word) => (word, word.len() + 2),
            None => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (rest.get(..end).unwrap_or_default(), end)
            }
        };
        words.push((word, at));
        at += length;
    }
    words
}
