//! The file system: inodes in memory, several volumes in one tree.
//!
//! ```text
//! inode    files, directories, symbolic links and devices, and their times
//! volume   where inodes live: room, read-only or not, journal or not
//! build    the tree of an execution environment, from settings
//! path     resolving what a guest calls a path, and refusing what leads out
//! open     opening, and what there is to know of an inode
//! names    making, linking and removing
//! rename   renaming
//! content  reading, writing and resizing files, setting times
//! journal  the changes of `/tmp`, for the host's mirror
//! listing  the entries of a directory, by cookies that stay valid
//! ```
//!
//! The tree belongs to the environment and outlives its processes; a process has only its table of
//! descriptors, which hold [`NodeId`]s. An inode lives as long as it has a name or is open. Errors
//! are those of WASI, and where WASI leaves the choice, those of Linux.

mod build;
mod content;
mod inode;
mod journal;
mod listing;
mod names;
mod open;
mod path;
mod rename;
mod volume;

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;

pub(super) use content::NewTime;
pub(super) use inode::{ApiFile, Device, FileKind};
pub(super) use listing::Listing;
pub(super) use open::{OpenOptions, Status};
pub(super) use path::Links;

use super::wasi::Errno;
use super::{FileId, TmpChange};
use inode::{Content, Directory, Inode};
use std::sync::Arc;
use volume::Volume;

/// An inode: which volume, and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeId {
    volume: VolumeId,
    file: FileId,
}

/// A volume of a tree, by its place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct VolumeId(u8);

/// A directory that programs find open when they start.
#[derive(Clone, Debug)]
pub(super) struct Preopen {
    pub(super) name: Arc<str>,
    pub(super) node: NodeId,
}

/// All files that a process can reach.
#[derive(Default)]
pub(super) struct Files {
    volumes: Vec<Volume>,
    preopens: Vec<Preopen>,
    journal: Vec<TmpChange>,
}

impl Files {
    /// The directories that programs find open.
    pub(super) fn preopens(&self) -> &[Preopen] {
        &self.preopens
    }

    pub(super) fn has_changes(&self) -> bool {
        !self.journal.is_empty()
    }

    /// The changes of `/tmp` since the last call.
    pub(super) fn take_changes(&mut self) -> Vec<TmpChange> {
        std::mem::take(&mut self.journal)
    }

    /// Keeps an inode alive for a descriptor.
    pub(super) fn retain(&mut self, id: NodeId) {
        if let Ok(node) = self.node_mut(id) {
            node.open += 1;
        }
    }

    /// Gives up what [`Files::retain`] took.
    pub(super) fn release(&mut self, id: NodeId) {
        if let Ok(node) = self.node_mut(id) {
            node.open = node.open.saturating_sub(1);
            self.collect(id);
        }
    }

    fn volume(&self, id: NodeId) -> Result<&Volume, Errno> {
        self.volumes.get(usize::from(id.volume.0)).ok_or(Errno::IO)
    }

    fn volume_mut(&mut self, id: NodeId) -> Result<&mut Volume, Errno> {
        self.volumes
            .get_mut(usize::from(id.volume.0))
            .ok_or(Errno::IO)
    }

    fn node(&self, id: NodeId) -> Result<&Inode, Errno> {
        self.volume(id)?.node(id.file).ok_or(Errno::IO)
    }

    fn node_mut(&mut self, id: NodeId) -> Result<&mut Inode, Errno> {
        self.volume_mut(id)?.node_mut(id.file).ok_or(Errno::IO)
    }

    fn directory(&self, id: NodeId) -> Result<&Directory, Errno> {
        match &self.node(id)?.content {
            Content::Directory(directory) => Ok(directory),
            _ => Err(Errno::NOTDIR),
        }
    }

    fn directory_mut(&mut self, id: NodeId) -> Result<&mut Directory, Errno> {
        match &mut self.node_mut(id)?.content {
            Content::Directory(directory) => Ok(directory),
            _ => Err(Errno::NOTDIR),
        }
    }

    fn is_directory(&self, id: NodeId) -> bool {
        self.directory(id).is_ok()
    }

    /// Fails where nothing can be changed.
    fn check_writable(&self, id: NodeId) -> Result<(), Errno> {
        match self.volume(id)?.is_read_only() {
            true => Err(Errno::ROFS),
            false => Ok(()),
        }
    }

    /// Frees an inode that has neither a name nor a descriptor.
    fn collect(&mut self, id: NodeId) {
        if let Ok(volume) = self.volume_mut(id) {
            volume.collect(id.file);
        }
    }
}
