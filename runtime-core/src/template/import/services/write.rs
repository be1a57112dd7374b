//! A scenario file, line by line: a key, a value, and where it is from.

use std::fmt::Write as _;

/// Where comments begin, if the line leaves room.
const COLUMN: usize = 25;

#[derive(Default)]
pub(super) struct Text(String);

impl Text {
    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// A table; what follows is in it.
    pub(super) fn table(&mut self, name: &str) {
        let _ = writeln!(self.0, "\n[{name}]");
    }

    /// One more table of a list.
    pub(super) fn item(&mut self, name: &str) {
        let _ = writeln!(self.0, "\n[[{name}]]");
    }

    /// A remark on a line of its own.
    pub(super) fn remark(&mut self, words: &str) {
        let _ = writeln!(self.0, "# {}", one_line(words));
    }

    /// A number, a boolean or a list, and where it is from.
    pub(super) fn line(&mut self, key: &str, value: impl ToString, from: &str) {
        let line = format!("{key} = {}", value.to_string());
        let _ = match from {
            "" => writeln!(self.0, "{line}"),
            from => writeln!(self.0, "{line:COLUMN$} # {}", one_line(from)),
        };
    }

    /// The same of one that may not be there: then its default holds.
    pub(super) fn maybe(&mut self, key: &str, value: Option<impl ToString>, from: &str) {
        if let Some(value) = value {
            self.line(key, value, from);
        }
    }
}

/// A text as TOML has it.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            it if it.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(it));
            }
            it => quoted.push(it),
        }
    }
    quoted.push('"');
    quoted
}

/// Comments end with their lines.
fn one_line(words: &str) -> String {
    let words = words.chars();
    words
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect()
}
