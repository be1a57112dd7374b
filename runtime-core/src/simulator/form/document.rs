//! A text by its keys: what is written where, and the same text with another value there.

use super::place::Step;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A text that is TOML.
pub(super) struct Document<'a> {
    pub(super) text: &'a str,
    root: Spanned<DeTable<'a>>,
}

/// A value and where it stands.
pub(super) type Written<'a> = Spanned<DeValue<'a>>;

impl<'a> Document<'a> {
    /// `None`: the text is no TOML.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let root = DeTable::parse(text).ok()?;
        Some(Document { text, root })
    }

    pub(super) fn root(&self) -> &DeTable<'a> {
        self.root.get_ref()
    }

    /// What is written there.
    pub(super) fn at(&self, path: &[Step]) -> Option<&Written<'a>> {
        let (first, rest) = path.split_first()?;
        let Step::Key(first) = first else {
            return None;
        };
        let mut value = self.root().get(*first)?;
        for step in rest {
            value = match (step, value.get_ref()) {
                (Step::Key(key), DeValue::Table(table)) => table.get(*key)?,
                (Step::Place(place), DeValue::Array(array)) => array.get(*place)?,
                _ => return None,
            };
        }
        Some(value)
    }

    /// How many elements the array there has.
    pub(super) fn count(&self, path: &[Step]) -> usize {
        let array = self.at(path).and_then(|it| it.get_ref().as_array());
        array.map_or(0, |it| it.len())
    }

    /// A plain value in words: a string without its quotes, a number without separators.
    pub(super) fn plain(&self, path: &[Step]) -> Option<String> {
        match self.at(path)?.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Boolean(it) => Some(it.to_string()),
            DeValue::Integer(it) => {
                let number = i64::from_str_radix(it.as_str(), it.radix()).ok()?;
                Some(number.to_string())
            }
            DeValue::Float(it) => {
                let number = it.as_str().parse::<f64>().ok()?;
                Some(super::load::number_text(number))
            }
            DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
        }
    }

    /// The text with a value there, which was there or was not. `None`: that cannot be done without changing
    /// how other things are written.
    pub(super) fn with(&self, path: &[Step], value: &str) -> Option<String> {
        match self.at(path) {
            Some(there) => {
                let is_value = !self.is_section(there) && !self.is_implied(there);
                is_value.then(|| self.spliced(&there.span(), value))
            }
            None => self.with_added(path, value),
        }
    }

    /// The text without the key there, with its comment on the same line; without the element of an array.
    pub(super) fn without(&self, path: &[Step]) -> Option<String> {
        let there = self.at(path)?;
        let (last, before) = path.split_last()?;
        let parent = match before {
            [] => None,
            before => Some(self.at(before)?),
        };
        if self.is_section(there) {
            let from = self.line_of(there.span().start);
            let rest = self.text.get(..from)?;
            // With the empty line before it.
            let is_empty = rest.ends_with("\n\n") || rest.ends_with("\n\r\n");
            let from = if is_empty {
                self.line_of(from - 1)
            } else {
                from
            };
            let to = self.line_after(self.end_of_all(there));
            return Some(self.spliced(&(from..to), ""));
        }
        let start = match (last, parent.map(|it| it.get_ref())) {
            (Step::Key(key), None) => self.root().get_key_value(*key)?.0.span().start,
            (Step::Key(key), Some(DeValue::Table(table))) => {
                table.get_key_value(*key)?.0.span().start
            }
            _ => there.span().start,
        };
        let in_lines = parent.is_none_or(|it| self.is_section(it));
        let range = match in_lines {
            true => self.line_of(start)..self.line_after(there.span().end),
            false => self.with_comma(start..there.span().end),
        };
        Some(self.spliced(&range, ""))
    }

    /// An element of a list, with the comma and the spaces that separate it from the next one, or from the one
    /// before.
    fn with_comma(&self, element: Range<usize>) -> Range<usize> {
        let after = self.text.get(element.end..).unwrap_or_default();
        let spaces = after.len() - after.trim_start().len();
        if let Some(next) = after.trim_start().strip_prefix(',') {
            let between = next.len() - next.trim_start().len();
            return element.start..element.end + spaces + 1 + between;
        }
        let before = self.text.get(..element.start).unwrap_or_default();
        match before.trim_end().strip_suffix(',') {
            Some(before) => before.len()..element.end,
            None => element,
        }
    }

    pub(super) fn spliced(&self, range: &Range<usize>, new: &str) -> String {
        let before = self.text.get(..range.start).unwrap_or_default();
        let after = self.text.get(range.end..).unwrap_or_default();
        [before, new, after].concat()
    }

    fn begins_with(&self, value: &Written<'_>, mark: char) -> bool {
        let rest = self.text.get(value.span().start..);
        rest.is_some_and(|it| it.starts_with(mark))
    }

    /// Whether it is a table with a header of its own, or an array of them.
    pub(super) fn is_section(&self, value: &Written<'_>) -> bool {
        match value.get_ref() {
            DeValue::Table(_) => self.begins_with(value, '['),
            DeValue::Array(all) => all.first().is_some_and(|first| {
                matches!(first.get_ref(), DeValue::Table(_)) && self.begins_with(first, '[')
            }),
            _ => false,
        }
    }

    /// Whether it is a table between braces.
    pub(super) fn is_inline(&self, value: &Written<'_>) -> bool {
        matches!(value.get_ref(), DeValue::Table(_)) && self.begins_with(value, '{')
    }

    /// Whether it is a table only because others are within it.
    pub(super) fn is_implied(&self, value: &Written<'_>) -> bool {
        matches!(value.get_ref(), DeValue::Table(_))
            && !self.is_inline(value)
            && !self.is_section(value)
    }

    /// Where the last value ends that is written in a table itself, not below a header within it.
    pub(super) fn written_end(&self, table: &DeTable<'_>) -> Option<usize> {
        let values = table.values().filter(|it| !self.is_section(it));
        let ends = values.filter_map(|it| match it.get_ref() {
            DeValue::Table(within) if self.is_implied(it) => self.written_end(within),
            _ => Some(it.span().end),
        });
        ends.max()
    }

    /// Where a value ends, with all headers within it.
    pub(super) fn end_of_all(&self, value: &Written<'_>) -> usize {
        let own = value.span().end;
        let within = match value.get_ref() {
            DeValue::Table(table) if !self.is_inline(value) => {
                table.values().map(|it| self.end_of_all(it)).max()
            }
            DeValue::Array(all) if self.is_section(value) => {
                all.iter().map(|it| self.end_of_all(it)).max()
            }
            _ => None,
        };
        within.map_or(own, |it| it.max(own))
    }

    /// Where the line begins that has this place.
    pub(super) fn line_of(&self, place: usize) -> usize {
        let before = self.text.get(..place).unwrap_or_default();
        before.rfind('\n').map_or(0, |it| it + 1)
    }

    /// Where the line after that begins which has this place.
    pub(super) fn line_after(&self, place: usize) -> usize {
        let after = self.text.get(place..).unwrap_or_default();
        after
            .find('\n')
            .map_or(self.text.len(), |it| place + it + 1)
    }

    /// As the text breaks its lines.
    pub(super) fn line_break(&self) -> &'static str {
        match self.text.contains("\r\n") {
            true => "\r\n",
            false => "\n",
        }
    }
}
