//! JSON whose parts know where they are in the text. The parser is `serde_json`'s: a raw value
//! borrows from the text, and so tells its place.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// A JSON value that is not looked into yet.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    /// Its text.
    raw: &'a str,
    /// Where that begins, in bytes.
    pub(super) at: usize,
}

/// A JSON value, one level deep.
pub(super) enum Shape<'a> {
    Null,
    Bool(bool),
    /// As it is spelled.
    Number(&'a str),
    Text(String),
    Array(Vec<Node<'a>>),
    Object(Vec<Member<'a>>),
}

/// A member of an object. Of several with the same name only the last is there.
pub(super) struct Member<'a> {
    pub(super) name: String,
    /// Where the name begins, in bytes.
    pub(super) at: usize,
    pub(super) value: Node<'a>,
}

/// The text is not JSON.
pub(super) struct NotJson {
    /// The parser's words.
    pub(super) message: String,
    /// In bytes.
    pub(super) at: usize,
}

impl<'a> Node<'a> {
    /// The whole text.
    pub(super) fn read(text: &'a str) -> Result<Node<'a>, NotJson> {
        let whole = Node { raw: text, at: 0 };
        let raw: &RawValue = whole.parse()?;
        Ok(whole.part(raw))
    }

    pub(super) fn shape(self) -> Result<Shape<'a>, NotJson> {
        Ok(match self.raw.as_bytes().first() {
            Some(b'{') => {
                let Members(found) = self.parse()?;
                Shape::Object(self.members(found))
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = self.parse()?;
                Shape::Array(items.into_iter().map(|item| self.part(item)).collect())
            }
            Some(b'"') => Shape::Text(self.parse()?),
            Some(b't') => Shape::Bool(true),
            Some(b'f') => Shape::Bool(false),
            Some(b'n') => Shape::Null,
            _ => Shape::Number(self.raw),
        })
    }

    /// Where this string's character at `index` (in bytes, once escapes are resolved) is in the
    /// text.
    pub(super) fn character(self, index: usize) -> usize {
        let mut resolved = 0;
        let mut rest = self.raw.get(1..).unwrap_or_default();
        while resolved < index && !rest.is_empty() {
            let spelled = match rest.as_bytes() {
                // A pair of surrogates is two escapes and one character.
                [
                    b'\\',
                    b'u',
                    b'd' | b'D',
                    b'8' | b'9' | b'a' | b'b' | b'A' | b'B',
                    ..,
                ] => 12,
                [b'\\', b'u', ..] => 6,
                [b'\\', ..] => 2,
                _ => rest.chars().next().map_or(1, char::len_utf8),
            };
            let Some((character, after)) = rest.split_at_checked(spelled) else {
                break;
            };
            resolved += serde_json::from_str::<String>(&format!("\"{character}\""))
                .map_or(1, |character| character.len());
            rest = after;
        }
        self.at + self.raw.len() - rest.len()
    }

    fn parse<T: Deserialize<'a>>(self) -> Result<T, NotJson> {
        serde_json::from_str(self.raw).map_err(|error| {
            let line = error.line().saturating_sub(1);
            let start: usize = self
                .raw
                .split_inclusive('\n')
                .take(line)
                .map(str::len)
                .sum();
            let offset = match error.is_eof() {
                true => self.raw.len(),
                false => start + error.column().saturating_sub(1),
            };
            let message = error.to_string();
            let words = message.rfind(" at line ").map_or(message.len(), |end| end);
            NotJson {
                message: message.get(..words).unwrap_or_default().to_owned(),
                at: self.at + offset,
            }
        })
    }

    fn part(self, raw: &'a RawValue) -> Node<'a> {
        let offset = raw.get().as_ptr() as usize - self.raw.as_ptr() as usize;
        Node {
            raw: raw.get(),
            at: self.at + offset,
        }
    }

    fn members(self, found: Vec<(String, &'a RawValue)>) -> Vec<Member<'a>> {
        let mut before = 1;
        let mut members: Vec<Member<'a>> = Vec::with_capacity(found.len());
        for (name, raw) in found {
            let value = self.part(raw);
            let rest = self.raw.get(before..).unwrap_or_default();
            let skipped = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n', ',']).len();
            members.push(Member {
                name,
                at: self.at + before + skipped,
                value,
            });
            before = value.at - self.at + value.raw.len();
        }
        let mut later = std::collections::BTreeSet::new();
        let mut keep: Vec<bool> = members
            .iter()
            .rev()
            .map(|member| later.insert(member.name.as_str()))
            .collect();
        members.retain(|_| keep.pop().unwrap_or(true));
        members
    }
}

struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(name) = map.next_key()? {
                    members.push((name, map.next_value()?));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
