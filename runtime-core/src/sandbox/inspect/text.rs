//! WebAssembly text: telling it from other text, and assembling it.

use super::error::InspectError;
use super::file_kind::FileKind;
use wast::lexer::Lexer;
use wast::parser::{self, ParseBuffer};

/// The upload as WebAssembly text, if that is what it is.
///
/// Text that begins with a parenthesis, after comments, is; a `.wat` file that begins otherwise is
/// too (its first line is then the error), unless it clearly is something else.
pub(super) fn as_wat<'a>(file_name: &str, bytes: &'a [u8]) -> Option<&'a str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if after_comments(text).starts_with('(') {
        return Some(text);
    }
    let named = file_name.rsplit_once('.').is_some_and(|(_, extension)| {
        ["wat", "wast"]
            .iter()
            .any(|e| extension.eq_ignore_ascii_case(e))
    });
    (named && FileKind::of(bytes) == FileKind::Text).then_some(text)
}

fn after_comments(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        if text.starts_with(";;") {
            text = text.split_once('\n').map_or("", |(_, rest)| rest);
        } else if text.starts_with("(;") {
            let Some(rest) = after_block_comment(text) else {
                return text;
            };
            text = rest;
        } else {
            return text;
        }
    }
}

/// What follows the block comment that the text begins with; block comments nest.
fn after_block_comment(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    let mut position = 0;
    while let Some(pair) = text.as_bytes().get(position..position + 2) {
        match pair {
            b"(;" => depth += 1,
            b";)" => depth -= 1,
            _ => {
                position += 1;
                continue;
            }
        }
        position += 2;
        if depth == 0 {
            return text.get(position..);
        }
    }
    None
}

/// Assembles a module.
pub(super) fn assemble(file: &str, text: &str) -> Result<Vec<u8>, InspectError> {
    // The assembler is built without components and would call this a syntax error.
    let opening = after_comments(text).trim_start_matches('(').trim_start();
    if opening.starts_with("component") {
        return Err(InspectError::Component);
    }
    let failed = |error: wast::Error| located(file, text, &error);
    let mut lexer = Lexer::new(text);
    // Names and strings of handlers may be in any script; the check is for reviewers of patches.
    lexer.allow_confusing_unicode(true);
    let buffer = ParseBuffer::new_with_lexer(lexer).map_err(failed)?;
    let mut wat = parser::parse::<wast::Wat>(&buffer).map_err(failed)?;
    wat.encode().map_err(failed)
}

fn located(file: &str, text: &str, error: &wast::Error) -> InspectError {
    // The position may be the end of the text.
    let before = &text[..text.floor_char_boundary(error.span().offset())];
    let line = before.matches('\n').count();
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count();
    let source = text.split('\n').nth(line).unwrap_or_default();
    let number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
    InspectError::Wat {
        file: file.to_owned(),
        message: error.message(),
        line: number(line),
        column: number(column),
        source_line: around(source.trim_end_matches('\r'), column),
    }
}

/// A line, or the part of a long line that has the column in it.
fn around(line: &str, column: usize) -> String {
    const SHOWN: usize = 160;
    if line.chars().nth(SHOWN).is_none() {
        return line.to_owned();
    }
    let start = column.saturating_sub(SHOWN / 2);
    line.chars().skip(start).take(SHOWN).collect()
}
