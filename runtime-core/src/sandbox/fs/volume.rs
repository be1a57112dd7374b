//! Where inodes live: room, read-only or not, journal or not.

use super::inode::{Content, Directory, Inode};
use super::{NodeId, VolumeId};
use crate::sandbox::tree::ROOT;
use crate::sandbox::wasi::Errno;
use crate::sandbox::{FileId, FileTime, FileTimes};
use crate::units::ByteCount;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One inode for each 16 KiB, as a freshly made ext4 file system has it (mke2fs default).
const BYTES_PER_NODE: u64 = 16_384;

/// What may be done with a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    ReadOnly,
    Writable,
    /// Writable, and every change is told to the host.
    Journaled,
}

/// A file system of its own: names lead from one to another, links and renames do not.
pub(super) struct Volume {
    access: Access,
    nodes: BTreeMap<FileId, Inode>,
    next: u64,
    /// Bytes of all files and symbolic links, those that have no name any more included.
    used: u64,
    capacity: u64,
    /// Names in all directories: hard links cost room, too.
    names: u64,
}

impl Volume {
    /// A volume with an empty directory at its top, which is its own parent.
    pub(super) fn new(id: VolumeId, access: Access, capacity: ByteCount, now: FileTime) -> Self {
        let top = NodeId {
            volume: id,
            file: ROOT,
        };
        let mut volume = Volume {
            access,
            nodes: BTreeMap::new(),
            next: ROOT.0 + 1,
            used: 0,
            capacity: capacity.get(),
            names: 0,
        };
        let directory = Content::Directory(Directory::new(top, Arc::from("")));
        volume.place(ROOT, directory, FileTimes::made(now));
        volume
    }

    pub(super) fn is_read_only(&self) -> bool {
        self.access == Access::ReadOnly
    }

    pub(super) fn is_journaled(&self) -> bool {
        self.access == Access::Journaled
    }

    pub(super) fn node(&self, file: FileId) -> Option<&Inode> {
        self.nodes.get(&file)
    }

    pub(super) fn node_mut(&mut self, file: FileId) -> Option<&mut Inode> {
        self.nodes.get_mut(&file)
    }

    /// Bytes that can still be written.
    pub(super) fn room(&self) -> u64 {
        self.capacity.saturating_sub(self.used)
    }

    /// A file has grown or shrunk.
    pub(super) fn resized(&mut self, old: u64, new: u64) {
        self.used = self.used - old + new;
    }

    /// Whether another name fits.
    pub(super) fn check_name(&self) -> Result<(), Errno> {
        match self.names < self.most() {
            true => Ok(()),
            false => Err(Errno::NOSPC),
        }
    }

    /// Whether another inode of so many bytes fits, with its name.
    pub(super) fn check_node(&self, size: u64) -> Result<(), Errno> {
        self.check_name()?;
        match (self.nodes.len() as u64) < self.most() && size <= self.room() {
            true => Ok(()),
            false => Err(Errno::NOSPC),
        }
    }

    fn most(&self) -> u64 {
        (self.capacity / BYTES_PER_NODE).max(16)
    }

    /// A new inode, which has its first name in a moment.
    pub(super) fn make(&mut self, content: Content, now: FileTime) -> FileId {
        let file = FileId(self.next);
        self.place(file, content, FileTimes::made(now));
        file
    }

    /// Keeps all numbers up to this one for [`Volume::place`].
    pub(super) fn reserve(&mut self, file: FileId) {
        self.next = self.next.max(file.0.saturating_add(1));
    }

    /// An inode under a number that is free.
    pub(super) fn place(&mut self, file: FileId, content: Content, times: FileTimes) {
        let node = Inode {
            content,
            links: u32::from(file == ROOT),
            open: 0,
            times,
        };
        self.used += node.size();
        self.reserve(file);
        self.nodes.insert(file, node);
    }

    /// A directory has one more name.
    pub(super) fn named(&mut self, file: FileId) {
        self.names += 1;
        if let Some(node) = self.nodes.get_mut(&file) {
            node.links += 1;
        }
    }

    /// A directory has one name less.
    pub(super) fn unnamed(&mut self, file: FileId) {
        self.names = self.names.saturating_sub(1);
        if let Some(node) = self.nodes.get_mut(&file) {
            node.links = node.links.saturating_sub(1);
        }
        self.collect(file);
    }

    /// Frees an inode that has neither a name nor a descriptor.
    pub(super) fn collect(&mut self, file: FileId) {
        let unused = |node: &Inode| node.links == 0 && node.open == 0;
        if self.nodes.get(&file).is_some_and(unused)
            && let Some(node) = self.nodes.remove(&file)
        {
            self.used -= node.size();
        }
    }

    /// For tests: what is used, and what it adds up to.
    #[cfg(test)]
    pub(super) fn account(&self) -> (u64, u64) {
        (self.used, self.nodes.values().map(Inode::size).sum())
    }
}
