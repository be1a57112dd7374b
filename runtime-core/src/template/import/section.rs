//! A mapping of a template that is read member by member. What nobody has asked for by the time it is
//! dropped is a notice: nothing gets lost in silence.

use super::super::document::At;
use super::super::log::{Log, Path};
use super::super::resolve::{Entry, Resolved, Value};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::str::FromStr;

pub(super) struct Section<'a> {
    entries: &'a [Entry],
    taken: RefCell<BTreeSet<&'a str>>,
    pub(super) at: At,
    pub(super) path: Path,
    pub(super) log: &'a Log,
}

impl<'a> Section<'a> {
    /// The mapping's members; without a mapping there are none, which the log says.
    pub(super) fn of(value: &'a Resolved, path: Path, log: &'a Log) -> Self {
        let entries: &[Entry] = match &value.value {
            Value::Map(entries) => entries,
            Value::Null => &[],
            Value::Unknown(why) => {
                log.skipped(value.at, &path, format!("Left out: {why}."));
                &[]
            }
            other => {
                log.refused(
                    value.at,
                    &path,
                    format!("This is {}, and must be a mapping.", other.kind()),
                );
                &[]
            }
        };
        Section {
            entries,
            taken: RefCell::default(),
            at: value.at,
            path,
            log,
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == key)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> {
        self.entries.iter().map(|entry| entry.key.as_str())
    }

    /// Where a member is; where the mapping is, if it has no such member.
    pub(super) fn place(&self, key: &str) -> At {
        let entry = self.entries.iter().find(|entry| entry.key == key);
        entry.map_or(self.at, |entry| entry.at)
    }

    /// A member, whatever it is, if it is known.
    pub(super) fn value(&self, key: &str) -> Option<&'a Resolved> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        self.taken.borrow_mut().insert(&entry.key);
        match entry.value.unknown() {
            Some(why) => {
                self.skip(key, format!("Left out: {why}."));
                None
            }
            None => match entry.value.value {
                Value::Null => None,
                _ => Some(&entry.value),
            },
        }
    }

    pub(super) fn text(&self, key: &str) -> Option<String> {
        let value = self.value(key)?;
        let text = value.text().map(str::to_owned);
        if text.is_none() {
            self.refuse(
                key,
                format!("This is {}, and must be text.", value.value.kind()),
            );
        }
        text
    }

    /// A whole number, or any other value that has a text.
    pub(super) fn number<T: FromStr>(&self, key: &str) -> Option<T> {
        let text = self.text(key)?;
        let number = text.parse().ok();
        if number.is_none() {
            self.refuse(key, format!("\"{text}\" is no number that can stand here."));
        }
        number
    }

    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        match self.text(key)?.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            other => {
                self.refuse(key, format!("\"{other}\" is neither true nor false."));
                None
            }
        }
    }

    pub(super) fn section(&self, key: &str) -> Option<Section<'a>> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        self.taken.borrow_mut().insert(&entry.key);
        Some(Section::of(&entry.value, self.path.member(key), self.log))
    }

    /// A member that is a mapping, where it may be something else as well.
    pub(super) fn mapping(&self, key: &str) -> Option<Section<'a>> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        match entry.value.value {
            Value::Map(_) => self.section(key),
            _ => None,
        }
    }

    /// A list's elements; one value alone is a list of one.
    pub(super) fn items(&self, key: &str) -> Vec<&'a Resolved> {
        match self.value(key) {
            None => Vec::new(),
            Some(value) => match value.items() {
                Some(items) => items.iter().collect(),
                None => vec![value],
            },
        }
    }

    /// A list's elements, each a mapping.
    pub(super) fn sections(&self, key: &str) -> Vec<Section<'a>> {
        let path = self.path.member(key);
        let items = self.items(key).into_iter().enumerate();
        items
            .map(|(index, item)| Section::of(item, path.item(index), self.log))
            .collect()
    }

    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        let items = self.items(key).into_iter();
        items
            .filter_map(|item| {
                let text = item.text().map(str::to_owned);
                if text.is_none() {
                    let why = format!("This is {}, and must be text.", item.value.kind());
                    self.log.refused(item.at, &self.path.member(key), why);
                }
                text
            })
            .collect()
    }

    /// JSON: a mapping, or a text that has it.
    pub(super) fn json(&self, key: &str) -> Option<String> {
        let value = self.value(key)?;
        Some(match value.text() {
            Some(text) => text.to_owned(),
            None => value.json().to_string(),
        })
    }

    /// Members that mean nothing here, for one reason.
    pub(super) fn leave(&self, keys: &[&str], why: &str) {
        for entry in self.entries {
            if keys.contains(&entry.key.as_str()) {
                self.taken.borrow_mut().insert(&entry.key);
                self.log
                    .skipped(entry.at, &self.path.member(&entry.key), why);
            }
        }
    }

    /// Members that were read elsewhere, or need no mention.
    pub(super) fn done(&self, keys: &[&str]) {
        for entry in self.entries {
            if keys.contains(&entry.key.as_str()) {
                self.taken.borrow_mut().insert(&entry.key);
            }
        }
    }

    /// Everything else was read elsewhere.
    pub(super) fn done_all(&self) {
        let mut taken = self.taken.borrow_mut();
        taken.extend(self.entries.iter().map(|entry| entry.key.as_str()));
    }

    pub(super) fn refuse(&self, key: &str, why: impl Into<String>) {
        self.log.refused(self.place(key), &self.path_of(key), why);
    }

    pub(super) fn skip(&self, key: &str, why: impl Into<String>) {
        self.log.skipped(self.place(key), &self.path_of(key), why);
    }

    pub(super) fn change(&self, key: &str, why: impl Into<String>) {
        self.log.changed(self.place(key), &self.path_of(key), why);
    }

    fn path_of(&self, key: &str) -> Path {
        match key.is_empty() {
            true => self.path.clone(),
            false => self.path.member(key),
        }
    }
}

impl Drop for Section<'_> {
    fn drop(&mut self) {
        for entry in self.entries {
            if !self.taken.borrow().contains(entry.key.as_str()) {
                let path = self.path.member(&entry.key);
                self.log
                    .skipped(entry.at, &path, "This property is not understood here.");
            }
        }
    }
}
