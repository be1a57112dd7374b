//! Where something goes that is not written yet.

use super::document::Document;
use super::place::Step;
use toml::de::DeValue;

/// Tables in the order in which a file has them.
const ORDER: [&str; 9] = [
    "service", "network", "task", "queue", "requests", "balancer", "scaling", "lambda", "incident",
];

impl Document<'_> {
    /// The text with a value where there is none: after the last line of its table, or below a new header.
    pub(super) fn with_added(&self, path: &[Step], value: &str) -> Option<String> {
        let known = (1..path.len()).rev();
        let mut known = known.filter_map(|length| Some((length, self.at(path.get(..length)?)?)));
        let Some((length, parent)) = known.next() else {
            return self.with_table(path, value);
        };
        let rest = keys(path.get(length..)?)?;
        let DeValue::Table(table) = parent.get_ref() else {
            return None;
        };
        let line = format!("{} = {value}", rest.join("."));
        if self.is_inline(parent) {
            return Some(match self.written_end(table) {
                Some(end) => self.spliced(&(end..end), &format!(", {line}")),
                None => self.spliced(&parent.span(), &format!("{{ {line} }}")),
            });
        }
        match (self.is_section(parent), rest.len()) {
            (true, 1) => {
                let end = self.written_end(table).unwrap_or(parent.span().end);
                Some(self.with_lines(self.line_after(end), &[&line]))
            }
            (true, _) => self.with_section(self.end_of_all(parent), path, value),
            // What is written with dotted keys is left to who wrote it so.
            (false, _) if self.written_end(table).is_some() => None,
            (false, 1) => {
                let first = table.values().filter(|it| self.is_section(it));
                let first = first.map(|it| it.span().start).min()?;
                let header = header(path)?;
                let place = self.before_comments(first);
                Some(self.with_lines(place, &[&header, &line, ""]))
            }
            (false, _) => None,
        }
    }

    /// With one more table in an array of them.
    pub(super) fn with_element(&self, path: &[Step], fields: &[(&str, String)]) -> Option<String> {
        let lines: Vec<String> = fields
            .iter()
            .map(|(key, it)| format!("{key} = {it}"))
            .collect();
        let inline = || format!("{{ {} }}", lines.join(", "));
        let end = match self.at(path) {
            None => {
                let (_, parent) = path.split_last()?;
                self.end_of_all(self.at(parent)?)
            }
            Some(there) if self.is_section(there) => self.end_of_all(there),
            Some(there) => {
                let DeValue::Array(all) = there.get_ref() else {
                    return None;
                };
                let last = all.iter().map(|it| it.span().end).max();
                return Some(match last {
                    Some(end) => self.spliced(&(end..end), &format!(", {}", inline())),
                    None => self.spliced(&there.span(), &format!("[{}]", inline())),
                });
            }
        };
        let header = format!("[[{}]]", keys(path)?.join("."));
        let mut block = vec!["", header.as_str()];
        block.extend(lines.iter().map(String::as_str));
        Some(self.with_lines(self.line_after(end), &block))
    }

    /// With a table that a file has not yet: after the tables that come before it.
    fn with_table(&self, path: &[Step], value: &str) -> Option<String> {
        let Some(Step::Key(first)) = path.first() else {
            return None;
        };
        let place = |name: &str| ORDER.iter().position(|it| *it == name);
        let own = place(first);
        let before = self.root().iter().filter(|(name, _)| {
            let name: &str = name.get_ref();
            place(name).is_some_and(|it| own.is_none_or(|own| it < own))
        });
        let ends = before.map(|(_, value)| self.end_of_all(value));
        let end = ends.chain(self.written_end(self.root())).max();
        self.with_section(end.unwrap_or(0), path, value)
    }

    fn with_section(&self, end: usize, path: &[Step], value: &str) -> Option<String> {
        let (key, header) = (keys(path)?, header(path)?);
        let line = format!("{} = {value}", key.last()?);
        Some(self.with_lines(self.line_after(end), &["", &header, &line]))
    }

    /// Whole lines, before the line that begins there.
    fn with_lines(&self, place: usize, lines: &[&str]) -> String {
        let broken = self.line_break();
        let before = self.text.get(..place).unwrap_or_default();
        let mut new = String::new();
        if !before.is_empty() && !before.ends_with('\n') {
            new.push_str(broken);
        }
        for line in lines {
            new.push_str(line);
            new.push_str(broken);
        }
        self.spliced(&(place..place), &new)
    }

    /// Where the comments begin that stand right before a line.
    fn before_comments(&self, place: usize) -> usize {
        let mut line = self.line_of(place);
        while line > 0 {
            let before = self.line_of(line - 1);
            let is_comment = self
                .text
                .get(before..line)
                .is_some_and(|it| it.starts_with('#'));
            if !is_comment {
                break;
            }
            line = before;
        }
        line
    }
}

/// The header of the table that a path leads into.
fn header(path: &[Step]) -> Option<String> {
    let (_, table) = path.split_last()?;
    Some(format!("[{}]", keys(table)?.join(".")))
}

fn keys(path: &[Step]) -> Option<Vec<&'static str>> {
    let key = |step: &Step| match step {
        Step::Key(key) => Some(*key),
        Step::Place(_) => None,
    };
    path.iter().map(key).collect()
}
