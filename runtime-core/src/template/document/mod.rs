//! A template's text as a tree whose nodes know where they are.
//!
//! ```text
//! mod    Node, what a node can be, and the limits of a document
//! yaml   YAML with CloudFormation's short-form functions: events of the parser to nodes
//! json   JSON
//! call   the intrinsic functions by their names
//! error  why a text is no document
//! ```

mod call;
mod error;
mod json;
mod yaml;

pub use call::Function;
pub use error::{DocumentError, DocumentFault};

use serde::{Deserialize, Serialize};
use std::fmt;

/// The largest template, in bytes (CloudFormation user guide, "Understand CloudFormation quotas":
/// template body in an S3 object, 1 MB).
pub const MAX_TEMPLATE_BYTES: usize = 1_048_576;
/// How deep lists and mappings may be nested. AWS names no number; what is written by people or by
/// tools stays far below.
pub const MAX_DEPTH: usize = 64;
/// How many nodes a document may have once aliases are replaced by what they stand for.
pub const MAX_NODES: usize = 200_000;

/// A place in a template.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct At {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it begins.
    pub at: At,
    /// What it is.
    pub value: NodeValue,
}

/// What a part of a template is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeValue {
    /// Nothing.
    Null,
    /// `true` or `false`, also as YAML 1.1 spells them (`yes`, `off`), which CloudFormation reads.
    Bool(bool),
    /// A number as it is spelled.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the text. No key is there twice.
    Map(Vec<Member>),
    /// An intrinsic function, in its short or its long form.
    Call(Function, Box<Node>),
}

/// A member of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its key.
    pub key: String,
    /// Where the key is.
    pub at: At,
    /// Its value.
    pub value: Node,
}

/// What was read, and what CloudFormation itself would not take.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The whole text.
    pub root: Node,
    /// Where aliases (`*name`) stand, which CloudFormation does not support; `sam package` writes
    /// them out.
    pub aliases: Vec<At>,
}

impl Document {
    /// Reads a template: JSON if it begins like JSON, YAML otherwise.
    ///
    /// # Errors
    ///
    /// The first fault, with its place.
    pub fn parse(bytes: &[u8]) -> Result<Document, DocumentError> {
        if bytes.len() > MAX_TEMPLATE_BYTES {
            return Err(DocumentError::at_start(DocumentFault::TooLarge {
                bytes: bytes.len(),
            }));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let lines = before.iter().filter(|byte| **byte == b'\n').count();
            let line = u32::try_from(lines + 1).unwrap_or(u32::MAX);
            DocumentError {
                at: At { line, column: 1 },
                fault: DocumentFault::NotText,
            }
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        match text.trim_start().starts_with('{') {
            // A YAML document may begin with a brace, too.
            true => json::parse(text).or_else(|error| yaml::parse(text).map_err(|_| error)),
            false => yaml::parse(text),
        }
    }
}

impl Node {
    /// `Ref` of something of this name.
    pub(crate) fn reference(name: &str) -> Node {
        let at = At::default();
        let name = Node {
            at,
            value: NodeValue::Text(name.to_owned()),
        };
        Node {
            at,
            value: NodeValue::Call(Function::Ref, Box::new(name)),
        }
    }

    /// A mapping's members.
    pub fn members(&self) -> Option<&[Member]> {
        match &self.value {
            NodeValue::Map(members) => Some(members),
            _ => None,
        }
    }

    /// A member's value.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let members = self.members()?;
        let member = members.iter().find(|member| member.key == key)?;
        Some(&member.value)
    }

    /// A scalar's text: that of a number is its spelling.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            NodeValue::Text(text) | NodeValue::Number(text) => Some(text),
            NodeValue::Bool(true) => Some("true"),
            NodeValue::Bool(false) => Some("false"),
            _ => None,
        }
    }

    /// What it is, for people.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            NodeValue::Null => "nothing",
            NodeValue::Bool(_) => "a boolean",
            NodeValue::Number(_) => "a number",
            NodeValue::Text(_) => "text",
            NodeValue::List(_) => "a list",
            NodeValue::Map(_) => "a mapping",
            NodeValue::Call(..) => "a function",
        }
    }

    /// The node, or the call that a mapping with one member in the long form is.
    fn called(self) -> Node {
        let at = self.at;
        match self.value {
            NodeValue::Map(members) if members.len() == 1 => {
                let mut members = members;
                match (
                    members.first().and_then(|it| Function::long(&it.key)),
                    members.pop(),
                ) {
                    (Some(function), Some(member)) => Node {
                        at,
                        value: NodeValue::Call(function, Box::new(member.value)),
                    },
                    (_, last) => Node {
                        at,
                        value: NodeValue::Map(last.into_iter().collect()),
                    },
                }
            }
            value => Node { at, value },
        }
    }
}
