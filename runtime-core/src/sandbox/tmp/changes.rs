//! Making, removing and renaming files and directories.

use super::{Content, NodeId, Resolved, Tmp};
use crate::sandbox::TmpChange;
use crate::sandbox::wasi::Errno;

/// How `path_open` wants the file (WASI's `oflags`).
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::sandbox) struct OpenOptions {
    pub(in crate::sandbox) create: bool,
    pub(in crate::sandbox) directory: bool,
    pub(in crate::sandbox) exclusive: bool,
    pub(in crate::sandbox) truncate: bool,
    /// The descriptor is to be written to.
    pub(in crate::sandbox) write: bool,
}

impl Tmp {
    /// Opens, and makes or empties the file as asked.
    pub(in crate::sandbox) fn open(
        &mut self,
        start: NodeId,
        path: &str,
        options: OpenOptions,
        now: u64,
    ) -> Result<NodeId, Errno> {
        let target = self.resolve(start, path)?;
        match target.node {
            Some(_) if options.create && options.exclusive => Err(Errno::EXIST),
            Some(id) if self.is_directory(id) => {
                // A directory can be neither made by opening, nor emptied, nor written to.
                let misused = options.create || options.truncate || options.write;
                if misused && !options.directory {
                    return Err(Errno::ISDIR);
                }
                Ok(id)
            }
            Some(_) if options.directory => Err(Errno::NOTDIR),
            Some(id) => {
                if options.truncate {
                    self.truncate(id, now)?;
                }
                Ok(id)
            }
            None if !options.create => Err(Errno::NOENT),
            None if options.directory => Err(Errno::INVAL),
            None if target.means_directory => Err(Errno::ISDIR),
            None => self.make(target, Content::File(Vec::new()), now),
        }
    }

    pub(in crate::sandbox) fn make_directory(
        &mut self,
        start: NodeId,
        path: &str,
        now: u64,
    ) -> Result<(), Errno> {
        let target = self.resolve(start, path)?;
        if target.node.is_some() {
            return Err(Errno::EXIST);
        }
        self.make(target, Content::Directory, now).map(drop)
    }

    pub(in crate::sandbox) fn remove_directory(
        &mut self,
        start: NodeId,
        path: &str,
    ) -> Result<(), Errno> {
        let target = self.resolve(start, path)?;
        let id = target.node.ok_or(Errno::NOENT)?;
        if !self.is_directory(id) {
            return Err(Errno::NOTDIR);
        }
        if target.is_start {
            return Err(Errno::INVAL);
        }
        if !self.list(id)?.is_empty() {
            return Err(Errno::NOTEMPTY);
        }
        self.remove(target.path, id);
        Ok(())
    }

    pub(in crate::sandbox) fn unlink(&mut self, start: NodeId, path: &str) -> Result<(), Errno> {
        let target = self.resolve(start, path)?;
        let id = target.node.ok_or(Errno::NOENT)?;
        if self.is_directory(id) {
            return Err(Errno::ISDIR);
        }
        self.remove(target.path, id);
        Ok(())
    }

    pub(in crate::sandbox) fn rename(
        &mut self,
        from: (NodeId, &str),
        to: (NodeId, &str),
    ) -> Result<(), Errno> {
        let source = self.resolve(from.0, from.1)?;
        let target = self.resolve(to.0, to.1)?;
        let id = source.node.ok_or(Errno::NOENT)?;
        let moves_directory = self.is_directory(id);
        if source.is_start || target.is_start {
            return Err(Errno::BUSY);
        }
        if target.means_directory && !moves_directory {
            return Err(Errno::NOTDIR);
        }
        if let Some(replaced) = target.node {
            if replaced == id {
                return Ok(());
            }
            match (moves_directory, self.is_directory(replaced)) {
                (true, false) => return Err(Errno::NOTDIR),
                (false, true) => return Err(Errno::ISDIR),
                (true, true) if !self.list(replaced)?.is_empty() => return Err(Errno::NOTEMPTY),
                _ => {}
            }
        }
        let below = format!("{}/", source.path);
        if target.path.starts_with(&below) {
            return Err(Errno::INVAL);
        }

        if let Some(replaced) = target.node {
            self.forget(&target.path, replaced);
        }
        let moved: Vec<String> = self
            .names
            .range(below.clone()..)
            .map(|(path, _)| path)
            .take_while(|path| path.starts_with(&below))
            .chain([&source.path])
            .cloned()
            .collect();
        for path in moved {
            if let Some(id) = self.names.remove(&path) {
                let path = format!("{}{}", target.path, &path[source.path.len()..]);
                if let Some(node) = self.nodes.get_mut(&id) {
                    node.path = Some(path.clone());
                }
                self.names.insert(path, id);
            }
        }
        self.journal
            .push(TmpChange::Rename(source.path, target.path));
        Ok(())
    }

    fn make(&mut self, target: Resolved, content: Content, now: u64) -> Result<NodeId, Errno> {
        if !self.has_room_for_a_node() {
            return Err(Errno::NOSPC);
        }
        let path = target.path;
        self.journal.push(match content {
            Content::File(_) => TmpChange::Create(path.clone()),
            Content::Directory => TmpChange::MakeDirectory(path.clone()),
        });
        Ok(self.insert(path, content, now))
    }

    fn remove(&mut self, path: String, id: NodeId) {
        self.forget(&path, id);
        self.journal.push(TmpChange::Remove(path));
    }

    /// Takes a name away; the node lives on while it is open.
    fn forget(&mut self, path: &str, id: NodeId) {
        self.names.remove(path);
        if let Some(node) = self.nodes.get_mut(&id) {
            node.path = None;
        }
        self.collect(id);
    }
}
