//! Where in a file something stands.

use crate::simulator::check::Part;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// The line of a place, from 1, and the field or table that the line is about.
pub(super) fn place(text: &str, span: &Range<usize>) -> (usize, Option<String>) {
    let line = line_of(text, span.start);
    let content = text.lines().nth(line - 1).unwrap_or_default().trim();
    let field = match content.split_once('=') {
        Some((name, _)) => Some(name.trim().to_owned()),
        None => content.starts_with('[').then(|| content.to_owned()),
    };
    (line, field)
}

/// The line of a field of a part of the scenario that a text describes; that of the part's table where the
/// field is left out. A dot stands before a field of a table.
pub(super) fn line(text: &str, part: Part, field: &str) -> Option<usize> {
    let (start, _) = find(text, part, field)?;
    Some(line_of(text, start))
}

/// The line of a line, from 1, of a text of several lines that is a field's value.
pub(super) fn line_within(text: &str, part: Part, field: &str, line: usize) -> Option<usize> {
    let (key, value) = find(text, part, field)?;
    let start = value.map_or(key, |it| it.start);
    let opened = text.get(start..).unwrap_or_default();
    // A line break right after the quotes is not part of the text.
    let quotes = opened.strip_prefix("\"\"\"").or(opened.strip_prefix("'''"));
    let broken = quotes.is_some_and(|it| it.starts_with(['\n', '\r']));
    Some(line_of(text, start) + line - usize::from(!broken))
}

/// Where a field stands, and its value; the part's table, if the field is left out.
fn find(text: &str, part: Part, field: &str) -> Option<(usize, Option<Range<usize>>)> {
    let file = DeTable::parse(text).ok()?;
    let of_array = |name: &str, place: usize| match file.get_ref().get(name)?.get_ref() {
        DeValue::Array(all) => {
            let element = all.get(place)?;
            match element.get_ref() {
                DeValue::Table(table) => Some((table, Some((element.span().start, None)))),
                _ => None,
            }
        }
        _ => None,
    };
    let (mut table, mut found) = match part {
        Part::Whole => (file.get_ref(), None),
        Part::Function(place) => of_array("function", place)?,
        Part::Load(place) => of_array("load", place)?,
    };
    for name in field.split('.') {
        let Some((key, value)) = table.get_key_value(name) else {
            break;
        };
        found = Some((key.span().start, Some(value.span())));
        match value.get_ref() {
            DeValue::Table(within) => table = within,
            _ => break,
        }
    }
    found
}

fn line_of(text: &str, start: usize) -> usize {
    let before = text.get(..start).unwrap_or(text);
    before.matches('\n').count() + 1
}
