//! What there is to say about a template, with the place that it is about.

use super::document::At;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

/// Something that was not taken over from a template as it stands there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// Where in the template.
    #[serde(flatten)]
    pub at: At,
    /// The resource, or the section of the template.
    pub logical_id: String,
    /// The property's path in that resource, as in `Properties.Events.Timer.Schedule`; empty for the
    /// resource as a whole.
    pub path: String,
    /// What became of it.
    pub kind: NoticeKind,
    /// Why, as a sentence.
    pub message: String,
}

/// What became of a part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NoticeKind {
    /// AWS would refuse it, and it was not taken over.
    Refused,
    /// It was not understood, or nothing here stands for it.
    Skipped,
    /// It was taken over as something else that is near to it.
    Changed,
}

impl NoticeKind {
    /// As shown to people.
    pub const fn name(self) -> &'static str {
        match self {
            NoticeKind::Refused => "refused",
            NoticeKind::Skipped => "skipped",
            NoticeKind::Changed => "changed",
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}: {} {}",
            self.at.line,
            self.kind.name(),
            self.logical_id
        )?;
        if !self.path.is_empty() {
            write!(f, ".{}", self.path)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Where notices are gathered. What reads a template only ever adds to it.
#[derive(Default)]
pub(crate) struct Log {
    notices: RefCell<BTreeSet<Notice>>,
}

/// What of a template is being read.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    /// The resource, or the section of the template.
    pub(crate) owner: String,
    /// Below it.
    pub(crate) inner: String,
}

impl Path {
    pub(crate) fn of(owner: &str) -> Path {
        Path {
            owner: owner.to_owned(),
            inner: String::new(),
        }
    }

    pub(crate) fn member(&self, name: &str) -> Path {
        let inner = match self.inner.is_empty() {
            true => name.to_owned(),
            false => format!("{}.{name}", self.inner),
        };
        Path {
            owner: self.owner.clone(),
            inner,
        }
    }

    pub(crate) fn item(&self, index: usize) -> Path {
        Path {
            owner: self.owner.clone(),
            inner: format!("{}[{index}]", self.inner),
        }
    }
}

impl Log {
    pub(crate) fn add(&self, kind: NoticeKind, at: At, path: &Path, message: impl Into<String>) {
        self.notices.borrow_mut().insert(Notice {
            at,
            logical_id: path.owner.clone(),
            path: path.inner.clone(),
            kind,
            message: message.into(),
        });
    }

    pub(crate) fn refused(&self, at: At, path: &Path, message: impl Into<String>) {
        self.add(NoticeKind::Refused, at, path, message);
    }

    pub(crate) fn skipped(&self, at: At, path: &Path, message: impl Into<String>) {
        self.add(NoticeKind::Skipped, at, path, message);
    }

    pub(crate) fn changed(&self, at: At, path: &Path, message: impl Into<String>) {
        self.add(NoticeKind::Changed, at, path, message);
    }

    /// All notices by their places.
    pub(crate) fn into_notices(self) -> Vec<Notice> {
        self.notices.into_inner().into_iter().collect()
    }
}
