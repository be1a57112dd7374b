//! Making, linking and removing.

use super::inode::{Content, Directory};
use super::path::{Links, Resolved, check};
use super::{Files, NodeId};
use crate::sandbox::wasi::Errno;
use crate::sandbox::{FileChange, FileTime};
use std::sync::Arc;

/// Names that one file may have (ext4).
const LINK_MAX: u32 = 65_000;

impl Files {
    pub(in crate::sandbox) fn make_directory(
        &mut self,
        start: NodeId,
        path: &str,
        now: FileTime,
    ) -> Result<(), Errno> {
        // A directory may be called `name/` before it is there.
        let path = match path.trim_end_matches('/') {
            "" => path,
            path => path,
        };
        let (parent, name) = free_name(self.resolve(start, path, Links::KeepAlways)?)?;
        let directory = Content::Directory(Directory::new(parent, Arc::clone(&name)));
        self.make(parent, name, directory, now).map(drop)
    }

    /// Makes a symbolic link. Links with absolute targets are refused, as by other runtimes: they
    /// would lead out of whatever directory a program has been given.
    pub(in crate::sandbox) fn make_link(
        &mut self,
        target: &str,
        start: NodeId,
        path: &str,
        now: FileTime,
    ) -> Result<(), Errno> {
        check(target)?;
        if target.starts_with('/') {
            return Err(Errno::PERM);
        }
        let place = self.resolve(start, path, Links::KeepAlways)?;
        let means_directory = place.means_directory;
        let (parent, name) = free_name(place)?;
        // Nothing but a directory can be called `name/`.
        if means_directory {
            return Err(Errno::NOENT);
        }
        let link = Content::Symlink(target.into());
        self.make(parent, name, link, now).map(drop)
    }

    /// Gives a file another name: a hard link.
    pub(in crate::sandbox) fn link(
        &mut self,
        from: (NodeId, &str),
        links: Links,
        to: (NodeId, &str),
        now: FileTime,
    ) -> Result<(), Errno> {
        let id = self.find(from.0, from.1, links)?;
        let place = self.resolve(to.0, to.1, Links::KeepAlways)?;
        let means_directory = place.means_directory;
        let (parent, name) = free_name(place)?;
        if means_directory {
            return Err(Errno::NOENT);
        }
        if id.volume != parent.volume {
            return Err(Errno::XDEV);
        }
        self.check_writable(parent)?;
        if self.is_directory(id) {
            return Err(Errno::PERM);
        }
        if self.node(id)?.links >= LINK_MAX {
            return Err(Errno::MLINK);
        }
        self.check_alive(parent)?;
        self.volume(parent)?.check_name()?;
        self.name(parent, Arc::clone(&name), id)?;
        self.node_mut(id)?.times.changed = now;
        self.node_mut(parent)?.times.modify(now);
        self.record(parent, now, |files| FileChange::Link {
            file: id.file,
            path: files.path_of(parent, &name),
        });
        Ok(())
    }

    pub(in crate::sandbox) fn remove_directory(
        &mut self,
        start: NodeId,
        path: &str,
        now: FileTime,
    ) -> Result<(), Errno> {
        let target = self.resolve(start, path, Links::KeepAlways)?;
        let Some(name) = target.name else {
            return Err(match target.ends_above {
                true => Errno::NOTEMPTY,
                false => Errno::INVAL,
            });
        };
        self.check_writable(target.parent)?;
        let id = target.node.ok_or(Errno::NOENT)?;
        if !self.directory(id)?.is_empty() {
            return Err(Errno::NOTEMPTY);
        }
        self.remove(target.parent, &name, now)
    }

    pub(in crate::sandbox) fn unlink(
        &mut self,
        start: NodeId,
        path: &str,
        now: FileTime,
    ) -> Result<(), Errno> {
        let target = self.resolve(start, path, Links::KeepAlways)?;
        let Some(name) = target.name else {
            return Err(Errno::ISDIR);
        };
        self.check_writable(target.parent)?;
        let id = target.node.ok_or(Errno::NOENT)?;
        if self.is_directory(id) {
            return Err(Errno::ISDIR);
        }
        self.remove(target.parent, &name, now)
    }

    /// Makes a new inode with a name that is free.
    pub(super) fn make(
        &mut self,
        parent: NodeId,
        name: Arc<str>,
        content: Content,
        now: FileTime,
    ) -> Result<NodeId, Errno> {
        self.check_writable(parent)?;
        self.check_alive(parent)?;
        let volume = self.volume_mut(parent)?;
        volume.check_node(match &content {
            Content::Symlink(target) => target.len() as u64,
            Content::File(_) | Content::Directory(_) | Content::Device(_) => 0,
        })?;
        let file = volume.make(content, now);
        let id = NodeId {
            volume: parent.volume,
            file,
        };
        self.name(parent, Arc::clone(&name), id)?;
        self.node_mut(parent)?.times.modify(now);
        self.record_made(parent, &name, id, now);
        Ok(id)
    }

    /// Enters a name into a directory.
    pub(super) fn name(&mut self, parent: NodeId, name: Arc<str>, id: NodeId) -> Result<(), Errno> {
        self.directory_mut(parent)?.insert(name, id);
        self.volume_mut(id)?.named(id.file);
        Ok(())
    }

    fn remove(&mut self, parent: NodeId, name: &str, now: FileTime) -> Result<(), Errno> {
        // The path is that of before, and the inode may be gone afterwards.
        self.record(parent, now, |files| {
            FileChange::Remove(files.path_of(parent, name))
        });
        self.forget(parent, name, now)?;
        self.node_mut(parent)?.times.modify(now);
        Ok(())
    }

    /// Takes a name away; the inode lives on while it is open or has other names.
    pub(super) fn forget(
        &mut self,
        parent: NodeId,
        name: &str,
        now: FileTime,
    ) -> Result<(), Errno> {
        if let Some(entry) = self.directory_mut(parent)?.remove(name) {
            let id = entry.node;
            self.node_mut(id)?.times.changed = now;
            self.volume_mut(id)?.unnamed(id.file);
        }
        Ok(())
    }

    /// A directory that was removed takes no names any more.
    pub(super) fn check_alive(&self, directory: NodeId) -> Result<(), Errno> {
        match self.node(directory)?.links {
            0 => Err(Errno::NOENT),
            _ => Ok(()),
        }
    }
}

/// The name that a path would give to something new.
fn free_name(target: Resolved) -> Result<(NodeId, Arc<str>), Errno> {
    match (target.node, target.name) {
        (None, Some(name)) => Ok((target.parent, name)),
        _ => Err(Errno::EXIST),
    }
}
