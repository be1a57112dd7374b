//! `/tmp`: a small file system in memory.
//!
//! ```text
//! path     resolving what a guest calls a path, and refusing what leads out
//! changes  making, removing and renaming
//! content  reading, writing and resizing files
//! ```
//!
//! Directories are not trees here but common prefixes of an ordered map, as in
//! [`TmpFiles`](super::TmpFiles): a listing is a range and a rename of a directory moves a range.
//! Open descriptors hold [`NodeId`]s, so that a removed file can be used until it is closed.

mod changes;
mod content;
mod path;

pub(super) use changes::OpenOptions;
use path::Resolved;

use super::wasi::Errno;
use super::{TmpChange, TmpFiles};
use crate::units::ByteCount;
use std::collections::BTreeMap;

/// A file or directory, whatever it is called at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeId(pub(super) u64);

/// `/tmp` itself.
pub(super) const ROOT: NodeId = NodeId(1);

/// One node for each 16 KiB, as a freshly made ext4 file system has it (mke2fs default).
const BYTES_PER_NODE: u64 = 16_384;

/// A file system that counts its bytes, keeps a journal and reports errors as WASI does.
#[derive(Default)]
pub(super) struct Tmp {
    /// By path relative to `/tmp`; `/tmp` itself is the empty path.
    names: BTreeMap<String, NodeId>,
    nodes: BTreeMap<NodeId, Node>,
    next: u64,
    used: u64,
    capacity: u64,
    journal: Vec<TmpChange>,
}

struct Node {
    content: Content,
    /// `None` once it was removed.
    path: Option<String>,
    /// How many descriptors are open on it.
    open: u32,
    /// Nanoseconds since 1970.
    modified: u64,
}

enum Content {
    File(Vec<u8>),
    Directory,
}

/// What `filestat` functions tell about a node.
pub(super) struct Status {
    pub(super) node: NodeId,
    pub(super) is_directory: bool,
    pub(super) links: u64,
    pub(super) size: u64,
    /// Nanoseconds since 1970.
    pub(super) modified: u64,
}

impl Tmp {
    /// Takes over what an earlier process left. Nothing of it enters the journal.
    pub(super) fn new(files: &TmpFiles, capacity: ByteCount, now: u64) -> Self {
        let mut tmp = Tmp {
            next: ROOT.0,
            capacity: capacity.get(),
            ..Tmp::default()
        };
        tmp.insert(String::new(), Content::Directory, now);
        for (path, bytes) in files.nodes() {
            let content = match bytes {
                Some(bytes) => {
                    tmp.used += bytes.len() as u64;
                    Content::File(bytes.clone())
                }
                None => Content::Directory,
            };
            tmp.insert(path.clone(), content, now);
        }
        tmp
    }

    pub(super) fn has_changes(&self) -> bool {
        !self.journal.is_empty()
    }

    /// The changes since the last call.
    pub(super) fn take_changes(&mut self) -> Vec<TmpChange> {
        std::mem::take(&mut self.journal)
    }

    /// Keeps a node alive for a descriptor.
    pub(super) fn retain(&mut self, node: NodeId) {
        if let Some(node) = self.nodes.get_mut(&node) {
            node.open += 1;
        }
    }

    /// Gives up what [`Tmp::retain`] took.
    pub(super) fn release(&mut self, id: NodeId) {
        if let Some(node) = self.nodes.get_mut(&id) {
            node.open = node.open.saturating_sub(1);
            self.collect(id);
        }
    }

    pub(super) fn status(&self, id: NodeId) -> Result<Status, Errno> {
        let node = self.node(id)?;
        let size = match &node.content {
            Content::File(bytes) => bytes.len() as u64,
            Content::Directory => 0,
        };
        Ok(Status {
            node: id,
            is_directory: matches!(node.content, Content::Directory),
            links: u64::from(node.path.is_some()),
            size,
            modified: node.modified,
        })
    }

    /// The names in a directory, in order, with the nodes behind them.
    pub(super) fn list(&self, directory: NodeId) -> Result<Vec<(String, NodeId)>, Errno> {
        let path = self.path_of(directory)?;
        let below = if path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        };
        Ok(self
            .names
            .range(below.clone()..)
            .take_while(|(name, _)| name.starts_with(&below))
            .filter_map(|(name, id)| {
                let name = &name[below.len()..];
                (!name.is_empty() && !name.contains('/')).then(|| (name.to_owned(), *id))
            })
            .collect())
    }

    fn node(&self, id: NodeId) -> Result<&Node, Errno> {
        self.nodes.get(&id).ok_or(Errno::BADF)
    }

    fn path_of(&self, id: NodeId) -> Result<&str, Errno> {
        self.node(id)?.path.as_deref().ok_or(Errno::NOENT)
    }

    fn is_directory(&self, id: NodeId) -> bool {
        self.nodes
            .get(&id)
            .is_some_and(|node| matches!(node.content, Content::Directory))
    }

    fn insert(&mut self, path: String, content: Content, now: u64) -> NodeId {
        let id = NodeId(self.next);
        self.next += 1;
        self.names.insert(path.clone(), id);
        let node = Node {
            content,
            path: Some(path),
            open: 0,
            modified: now,
        };
        self.nodes.insert(id, node);
        id
    }

    fn has_room_for_a_node(&self) -> bool {
        (self.nodes.len() as u64) < (self.capacity / BYTES_PER_NODE).max(16)
    }

    /// Frees a node that has neither a name nor a descriptor.
    fn collect(&mut self, id: NodeId) {
        let unused = |node: &Node| node.path.is_none() && node.open == 0;
        if self.nodes.get(&id).is_some_and(unused)
            && let Some(node) = self.nodes.remove(&id)
            && let Content::File(bytes) = node.content
        {
            self.used -= bytes.len() as u64;
        }
    }
}
