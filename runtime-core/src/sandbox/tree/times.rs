//! When files were read, written and changed.

use serde::{Deserialize, Serialize};

/// A moment of a file's history, as the file system's users see it: nanoseconds since
/// 1970-01-01 UTC.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct FileTime(u64);

impl FileTime {
    /// From nanoseconds since 1970.
    pub const fn from_unix_nanos(nanos: u64) -> Self {
        FileTime(nanos)
    }

    /// As nanoseconds since 1970.
    pub const fn unix_nanos(self) -> u64 {
        self.0
    }
}

/// The three times of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileTimes {
    /// Last read, as far as somebody has set it: reading itself does not, as on file systems that
    /// are mounted with `noatime`.
    pub accessed: FileTime,
    /// Last written.
    pub modified: FileTime,
    /// Last changed in any way: written, renamed, linked, its times set.
    pub changed: FileTime,
}

impl FileTimes {
    /// Of a file that is made now.
    pub(in crate::sandbox) fn made(at: FileTime) -> Self {
        FileTimes {
            accessed: at,
            modified: at,
            changed: at,
        }
    }

    /// Its content changes now.
    pub(in crate::sandbox) fn modify(&mut self, at: FileTime) {
        self.modified = at;
        self.changed = at;
    }
}
