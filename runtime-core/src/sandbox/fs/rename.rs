//! Renaming, as POSIX has it.

use super::inode::Entry;
use super::path::Links;
use super::{Files, NodeId};
use crate::sandbox::wasi::Errno;
use crate::sandbox::{FileChange, FileTime};
use std::sync::Arc;

impl Files {
    /// Renames; what has the new name is replaced if it is of the same sort, and no directory with
    /// something in it.
    pub(in crate::sandbox) fn rename(
        &mut self,
        from: (NodeId, &str),
        to: (NodeId, &str),
        now: FileTime,
    ) -> Result<(), Errno> {
        let source = self.resolve(from.0, from.1, Links::KeepAlways)?;
        let target = self.resolve(to.0, to.1, Links::KeepAlways)?;
        if source.parent.volume != target.parent.volume {
            return Err(Errno::XDEV);
        }
        let (Some(old_name), Some(name)) = (source.name, target.name) else {
            return Err(Errno::BUSY);
        };
        self.check_writable(source.parent)?;
        let id = source.node.ok_or(Errno::NOENT)?;
        let moves_directory = self.is_directory(id);
        if target.means_directory && !moves_directory {
            return Err(Errno::NOTDIR);
        }
        if moves_directory && self.is_within(target.parent, id) {
            return Err(Errno::INVAL);
        }
        self.check_alive(target.parent)?;
        if let Some(replaced) = target.node {
            // Two names of one file: both stay.
            if replaced == id {
                return Ok(());
            }
            match (moves_directory, self.directory(replaced)) {
                (true, Err(_)) => return Err(Errno::NOTDIR),
                (false, Ok(_)) => return Err(Errno::ISDIR),
                (true, Ok(directory)) if !directory.is_empty() => return Err(Errno::NOTEMPTY),
                _ => {}
            }
        }

        self.record(source.parent, now, |files| {
            FileChange::Rename(
                files.path_of(source.parent, &old_name),
                files.path_of(target.parent, &name),
            )
        });
        self.forget(target.parent, &name, now)?;
        let moved = self.directory_mut(source.parent)?.remove(&old_name);
        self.place(source.parent, target.parent, &name, moved)?;
        if let Ok(directory) = self.directory_mut(id) {
            directory.parent = target.parent;
            directory.name = name;
        }
        self.node_mut(id)?.times.changed = now;
        self.node_mut(source.parent)?.times.modify(now);
        self.node_mut(target.parent)?.times.modify(now);
        Ok(())
    }

    /// Enters what was taken out of one directory into the same or another. In the same one it
    /// keeps its place in listings: who renames what it lists must not meet it again for ever.
    fn place(
        &mut self,
        from: NodeId,
        to: NodeId,
        name: &Arc<str>,
        moved: Option<Entry>,
    ) -> Result<(), Errno> {
        let Some(entry) = moved else {
            return Err(Errno::IO);
        };
        let directory = self.directory_mut(to)?;
        match from == to {
            true => directory.insert_at(Arc::clone(name), entry),
            false => directory.insert(Arc::clone(name), entry.node),
        }
        Ok(())
    }

    /// Whether a directory is another, or below it.
    fn is_within(&self, mut directory: NodeId, top: NodeId) -> bool {
        loop {
            if directory == top {
                return true;
            }
            match self.directory(directory) {
                Ok(here) if here.parent != directory => directory = here.parent,
                _ => return false,
            }
        }
    }
}
