//! What there is to say about a template.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Something that was not taken over as it stands in the template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Remark {
    /// From 1; 0 where it is about no line.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// What became of it.
    pub kind: RemarkKind,
    /// The resource and the property.
    pub about: String,
    /// Why, as a sentence.
    pub message: String,
}

/// What became of a part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RemarkKind {
    /// AWS would refuse it, and it is not taken over.
    Refused,
    /// It was not understood, or nothing here stands for it.
    Skipped,
    /// It is taken over as something else that is near to it.
    Changed,
}

impl RemarkKind {
    /// As shown to people.
    pub const fn name(self) -> &'static str {
        match self {
            RemarkKind::Refused => "refused",
            RemarkKind::Skipped => "skipped",
            RemarkKind::Changed => "changed",
        }
    }
}

/// Why a file is no template. `Display` says the cause, [`TemplateFault::hint`] the remedy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateFault {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// What is wrong there.
    pub cause: String,
    /// What to do.
    pub hint: String,
}

#[cfg(feature = "templates")]
impl From<crate::template::document::DocumentError> for TemplateFault {
    fn from(error: crate::template::document::DocumentError) -> Self {
        TemplateFault {
            line: error.at.line,
            column: error.at.column,
            cause: error.fault.to_string(),
            hint: error.hint().to_owned(),
        }
    }
}

impl TemplateFault {
    /// What to do.
    pub fn hint(&self) -> &str {
        &self.hint
    }
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TemplateFault {
            line,
            column,
            cause,
            ..
        } = self;
        write!(f, "line {line}, column {column}: {cause}")
    }
}

impl std::error::Error for TemplateFault {}
