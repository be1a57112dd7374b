//! Why a text is no template. `Display` says the cause, [`DocumentError::hint`] the remedy.

use super::{At, MAX_DEPTH, MAX_NODES, MAX_TEMPLATE_BYTES};
use std::fmt;

/// Why a text cannot be read as a template, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    /// Where.
    pub at: At,
    /// What is wrong there.
    pub fault: DocumentFault,
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentFault {
    /// Larger than [`MAX_TEMPLATE_BYTES`].
    TooLarge {
        /// How large it is.
        bytes: usize,
    },
    /// Not UTF-8.
    NotText,
    /// Neither YAML nor JSON.
    Syntax {
        /// The parser's words.
        message: String,
    },
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// More than [`MAX_NODES`] nodes.
    TooManyNodes,
    /// A key that is there twice in one mapping.
    DuplicateKey {
        /// Which.
        key: String,
    },
    /// A key that is not a scalar.
    KeyNotText,
    /// An alias of nothing, or of what it is a part of.
    UnknownAlias,
    /// There is a second document.
    SecondDocument,
    /// There is nothing in it.
    Empty,
    /// It is not a mapping.
    NotAMapping {
        /// What it is.
        found: &'static str,
    },
    /// It has no `Resources`.
    NoResources,
}

impl DocumentError {
    pub(super) fn at_start(fault: DocumentFault) -> DocumentError {
        DocumentError {
            at: At { line: 1, column: 1 },
            fault,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self.fault {
            DocumentFault::TooLarge { .. } => {
                "Put parts of it into templates of their own, and code into files."
            }
            DocumentFault::NotText => "Save the template as UTF-8.",
            DocumentFault::Syntax { .. } => {
                "Check indentation, quotes and brackets around that place."
            }
            DocumentFault::TooDeep => "Write the innermost parts as text of their own.",
            DocumentFault::TooManyNodes => {
                "Replace aliases by what they stand for, and leave out what is not needed."
            }
            DocumentFault::DuplicateKey { .. } => "Rename one of the two, or put them together.",
            DocumentFault::KeyNotText => "Keys are names.",
            DocumentFault::UnknownAlias => "Define the anchor (&name) before the alias (*name).",
            DocumentFault::SecondDocument => {
                "One file holds one template: remove what follows ---."
            }
            DocumentFault::Empty
            | DocumentFault::NotAMapping { .. }
            | DocumentFault::NoResources => {
                "A template has a mapping named Resources with at least one resource."
            }
        }
    }
}

impl fmt::Display for DocumentFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DocumentFault::TooLarge { bytes } => write!(
                f,
                "the template has {bytes} bytes, and {MAX_TEMPLATE_BYTES} are the most"
            ),
            DocumentFault::NotText => f.write_str("this is not text in UTF-8"),
            DocumentFault::Syntax { message } => write!(f, "template format error: {message}"),
            DocumentFault::TooDeep => {
                write!(f, "this is nested deeper than {MAX_DEPTH} levels")
            }
            DocumentFault::TooManyNodes => {
                write!(f, "the template has more than {MAX_NODES} parts")
            }
            DocumentFault::DuplicateKey { key } => write!(f, "\"{key}\" is there twice"),
            DocumentFault::KeyNotText => f.write_str("this key is not a name"),
            DocumentFault::UnknownAlias => f.write_str("this alias stands for nothing"),
            DocumentFault::SecondDocument => f.write_str("a second document begins here"),
            DocumentFault::Empty => f.write_str("the template is empty"),
            DocumentFault::NotAMapping { found } => {
                write!(f, "a template is a mapping, and this is {found}")
            }
            DocumentFault::NoResources => {
                f.write_str("Template format error: At least one Resources member must be defined.")
            }
        }
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.fault)
    }
}

impl std::error::Error for DocumentError {}
