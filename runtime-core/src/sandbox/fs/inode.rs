//! Files, directories, symbolic links and devices.

use super::NodeId;
use crate::sandbox::{FileBytes, FileTimes};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One thing in the file system, whatever it is called.
pub(super) struct Inode {
    pub(super) content: Content,
    /// How many names it has.
    pub(super) links: u32,
    /// How many descriptors are open on it.
    pub(super) open: u32,
    pub(super) times: FileTimes,
}

pub(super) enum Content {
    File(FileBytes),
    Directory(Directory),
    /// To this path.
    Symlink(Box<str>),
    Device(Device),
}

/// A file whose bytes are made or taken by the sandbox itself. What each does when it is opened,
/// read or written is in `wasi/devices.rs`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Device {
    Stdin,
    Stdout,
    Stderr,
    /// Takes everything, gives nothing.
    Null,
    /// Gives random bytes.
    Random,
    /// A file of the Runtime API, in `/run/lambda`.
    Api(ApiFile),
}

/// The files of the Runtime API (`handlers/RUNTIME_API.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum ApiFile {
    /// `next`
    Next,
    /// `response`
    Response,
    /// `error`
    Error,
    /// `init/error`
    InitError,
    /// `restore/next`
    RestoreNext,
    /// `restore/error`
    RestoreError,
}

/// What an inode is, as far as programs can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum FileKind {
    Device(Device),
    Directory,
    File,
    Symlink,
}

/// Names, each with the inode behind it.
pub(super) struct Directory {
    pub(super) parent: NodeId,
    /// What the parent calls it; empty for the top of a volume.
    pub(super) name: Arc<str>,
    entries: BTreeMap<Arc<str>, Entry>,
    /// The names in the order in which they came, for listings.
    order: BTreeMap<u64, Arc<str>>,
    /// Cookies are never used again.
    next_cookie: u64,
}

#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) node: NodeId,
    /// Where it comes in listings.
    pub(super) cookie: u64,
}

/// Cookies of entries begin behind those of `.` and `..`.
const FIRST_COOKIE: u64 = 3;

impl Inode {
    pub(super) fn kind(&self) -> FileKind {
        match self.content {
            Content::File(_) => FileKind::File,
            Content::Directory(_) => FileKind::Directory,
            Content::Symlink(_) => FileKind::Symlink,
            Content::Device(device) => FileKind::Device(device),
        }
    }

    /// In bytes; what has no bytes of its own has none.
    pub(super) fn size(&self) -> u64 {
        match &self.content {
            Content::File(bytes) => bytes.len() as u64,
            Content::Symlink(target) => target.len() as u64,
            Content::Directory(_) | Content::Device(_) => 0,
        }
    }
}

impl Directory {
    pub(super) fn new(parent: NodeId, name: Arc<str>) -> Self {
        Directory {
            parent,
            name,
            entries: BTreeMap::new(),
            order: BTreeMap::new(),
            next_cookie: FIRST_COOKIE,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn get(&self, name: &str) -> Option<(&Arc<str>, Entry)> {
        let (name, entry) = self.entries.get_key_value(name)?;
        Some((name, *entry))
    }

    /// The highest cookie so far.
    pub(super) fn last_cookie(&self) -> u64 {
        self.next_cookie - 1
    }

    /// Entries behind a cookie, up to another.
    pub(super) fn listed(&self, after: u64, last: u64) -> impl Iterator<Item = (&str, Entry)> {
        let names = self
            .order
            .range(after.saturating_add(1).max(FIRST_COOKIE)..);
        names
            .take_while(move |(cookie, _)| **cookie <= last)
            .filter_map(|(_, name)| Some((&**name, *self.entries.get(name)?)))
    }

    /// Adds a name that is not there yet.
    pub(super) fn insert(&mut self, name: Arc<str>, node: NodeId) {
        let cookie = self.next_cookie;
        self.next_cookie += 1;
        self.insert_at(name, Entry { node, cookie });
    }

    /// Adds a name that is not there yet, at a place in listings that is free.
    pub(super) fn insert_at(&mut self, name: Arc<str>, entry: Entry) {
        self.order.insert(entry.cookie, Arc::clone(&name));
        self.entries.insert(name, entry);
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<Entry> {
        let entry = self.entries.remove(name)?;
        self.order.remove(&entry.cookie);
        Some(entry)
    }
}
