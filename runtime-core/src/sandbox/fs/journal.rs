//! The changes of `/tmp`, for the host's mirror.

use super::inode::Content;
use super::{Files, NodeId};
use crate::sandbox::{FileBytes, FileChange, FileContent, FileTime, TmpChange};

impl Files {
    /// Notes a change, if the volume's changes are told to the host.
    pub(super) fn record(
        &mut self,
        id: NodeId,
        at: FileTime,
        change: impl FnOnce(&Self) -> FileChange,
    ) {
        if self.volume(id).is_ok_and(|volume| volume.is_journaled()) {
            let change = change(self);
            self.journal.push(TmpChange { at, change });
        }
    }

    /// Notes that something was made.
    pub(super) fn record_made(&mut self, parent: NodeId, name: &str, id: NodeId, at: FileTime) {
        self.record(parent, at, |files| FileChange::Make {
            path: files.path_of(parent, name),
            file: id.file,
            content: match files.node(id).map(|node| &node.content) {
                Ok(Content::Directory(_)) => FileContent::Directory,
                Ok(Content::Symlink(target)) => FileContent::Symlink(target.to_string()),
                _ => FileContent::File(FileBytes::default()),
            },
        });
    }

    /// The path of a name in a directory, relative to the top of its volume.
    pub(super) fn path_of(&self, parent: NodeId, name: &str) -> String {
        let mut parts = vec![name];
        let mut at = parent;
        while let Ok(directory) = self.directory(at)
            && !directory.name.is_empty()
        {
            parts.push(&directory.name);
            at = directory.parent;
        }
        parts.reverse();
        parts.join("/")
    }
}
