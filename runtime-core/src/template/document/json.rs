//! JSON to nodes. The parser is `serde_json`'s: a raw value borrows from the text, and so tells its
//! place.

use super::{
    At, Document, DocumentError, DocumentFault, MAX_DEPTH, MAX_NODES, Member, Node, NodeValue,
};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::fmt;

pub(super) fn parse(text: &str) -> Result<Document, DocumentError> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let words = message.rfind(" at line ").unwrap_or(message.len());
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        DocumentError {
            at: At {
                line: number(error.line()),
                column: number(error.column().max(1)),
            },
            fault: DocumentFault::Syntax {
                message: message.get(..words).unwrap_or_default().to_owned(),
            },
        }
    })?;
    let mut reader = Reader {
        text,
        lines: std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect(),
        nodes: 0,
    };
    let root = reader.node(raw, 0)?;
    Ok(Document {
        root,
        aliases: Vec::new(),
    })
}

struct Reader<'a> {
    text: &'a str,
    /// Where lines begin, in bytes.
    lines: Vec<usize>,
    nodes: usize,
}

/// Members of an object, with names that still know their place.
struct Members<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'a> Reader<'a> {
    fn node(&mut self, raw: &'a RawValue, depth: usize) -> Result<Node, DocumentError> {
        let at = self.place(raw.get());
        let refused = |fault| DocumentError { at, fault };
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(refused(DocumentFault::TooManyNodes));
        }
        if depth > MAX_DEPTH {
            return Err(refused(DocumentFault::TooDeep));
        }
        let syntax = |error: serde_json::Error| {
            refused(DocumentFault::Syntax {
                message: error.to_string(),
            })
        };
        let text = raw.get();
        let value = match text.as_bytes().first() {
            Some(b'{') => {
                let Members(found) = serde_json::from_str(text).map_err(syntax)?;
                let mut members: Vec<Member> = Vec::with_capacity(found.len());
                let mut names = BTreeSet::new();
                for (name, value) in found {
                    let key: String = serde_json::from_str(name.get()).map_err(syntax)?;
                    let at = self.place(name.get());
                    if !names.insert(key.clone()) {
                        let fault = DocumentFault::DuplicateKey { key };
                        return Err(DocumentError { at, fault });
                    }
                    let value = self.node(value, depth + 1)?;
                    members.push(Member { key, at, value });
                }
                NodeValue::Map(members)
            }
            Some(b'[') => {
                let found: Vec<&RawValue> = serde_json::from_str(text).map_err(syntax)?;
                let items = found.into_iter().map(|item| self.node(item, depth + 1));
                NodeValue::List(items.collect::<Result<_, _>>()?)
            }
            Some(b'"') => NodeValue::Text(serde_json::from_str(text).map_err(syntax)?),
            Some(b't') => NodeValue::Bool(true),
            Some(b'f') => NodeValue::Bool(false),
            Some(b'n') => NodeValue::Null,
            _ => NodeValue::Number(text.to_owned()),
        };
        Ok(Node { at, value }.called())
    }

    /// Where a part of the text begins.
    fn place(&self, part: &str) -> At {
        let offset = (part.as_ptr() as usize)
            .saturating_sub(self.text.as_ptr() as usize)
            .min(self.text.len());
        let line = self.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        let column = self
            .text
            .get(start..offset)
            .map_or(0, |before| before.chars().count());
        At {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Found;
        impl<'de> Visitor<'de> for Found {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Found)
    }
}
