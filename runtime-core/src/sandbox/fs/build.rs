//! The tree of an execution environment, from settings.

use super::inode::{ApiFile, Content, Device, Directory};
use super::volume::{Access, Volume};
use super::{Files, NodeId, Preopen, VolumeId};
use crate::sandbox::tree::ROOT;
use crate::sandbox::wasi::Errno;
use crate::sandbox::{
    FileContent, FileId, FileNode, FileTime, FileTimes, FileTree, Preopens, SandboxSettings,
};
use crate::units::ByteCount;
use std::collections::BTreeSet;
use std::sync::Arc;

/// `/dev`, as far as programs look for it.
const DEVICES: [(&str, Device); 6] = [
    ("stdin", Device::Stdin),
    ("stdout", Device::Stdout),
    ("stderr", Device::Stderr),
    ("null", Device::Null),
    ("random", Device::Random),
    ("urandom", Device::Random),
];

/// The Runtime API.
const API_FILES: [(&str, ApiFile); 6] = [
    ("run/lambda/next", ApiFile::Next),
    ("run/lambda/response", ApiFile::Response),
    ("run/lambda/error", ApiFile::Error),
    ("run/lambda/init/error", ApiFile::InitError),
    ("run/lambda/restore/next", ApiFile::RestoreNext),
    ("run/lambda/restore/error", ApiFile::RestoreError),
];

impl Files {
    /// The files of a new process; those of `/tmp` are taken over, and nothing of it enters the
    /// journal.
    pub(in crate::sandbox) fn new(settings: &SandboxSettings, now: FileTime) -> Self {
        let mut files = Files::default();
        let size = settings.ephemeral_storage.bytes();
        match &settings.preopens {
            Preopens::Root => files.root(settings, size, now),
            Preopens::Directories(directories) => {
                for (name, tree) in directories {
                    if let Ok(top) = files.volume_of(tree, Access::Writable, size, now) {
                        files.preopen(name, top);
                    }
                }
            }
        }
        files
    }

    /// A tree whose top nobody can change, with the volumes of an environment below it.
    fn root(&mut self, settings: &SandboxSettings, size: ByteCount, now: FileTime) {
        let none = ByteCount::ZERO;
        let mounts = [
            ("opt", &settings.opt, Access::ReadOnly, none),
            ("tmp", &settings.tmp, Access::Journaled, size),
            ("var/runtime", &settings.runtime, Access::ReadOnly, none),
            ("var/task", &settings.task, Access::ReadOnly, none),
        ];
        let mut skeleton = || -> Result<NodeId, Errno> {
            let root = self.volume_of(&FileTree::default(), Access::ReadOnly, none, now)?;
            for (path, tree, access, capacity) in mounts {
                let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
                let above = self.folder(root, above, now)?;
                let top = self.volume_of(tree, access, capacity, now)?;
                self.mount(above, name, top)?;
            }
            let dev = self.folder(root, "dev", now)?;
            for (name, device) in DEVICES {
                self.add(dev, name, Content::Device(device), FileTimes::made(now))?;
            }
            for (path, file) in API_FILES {
                let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
                let above = self.folder(root, above, now)?;
                let content = Content::Device(Device::Api(file));
                self.add(above, name, content, FileTimes::made(now))?;
            }
            Ok(root)
        };
        // The names above are those of directories, and there are few volumes.
        if let Ok(root) = skeleton() {
            self.preopen("/", root);
        }
    }

    fn preopen(&mut self, name: &str, node: NodeId) {
        self.preopens.push(Preopen {
            name: Arc::from(name),
            node,
        });
    }

    /// A volume with the files of a tree; its top.
    fn volume_of(
        &mut self,
        tree: &FileTree,
        access: Access,
        capacity: ByteCount,
        now: FileTime,
    ) -> Result<NodeId, Errno> {
        let volume = VolumeId(u8::try_from(self.volumes.len()).map_err(|_| Errno::NFILE)?);
        self.volumes
            .push(Volume::new(volume, access, capacity, now));
        let top = NodeId { volume, file: ROOT };
        let mut placed = BTreeSet::from([ROOT]);
        // Numbers of directories that the tree does not name must not be those of its files.
        let last = tree.names().map(|(_, file)| file.0).max();
        if let Some(last) = last {
            self.volume_mut(top)?.reserve(FileId(last));
        }
        for (path, file) in tree.names() {
            if let Some(node) = tree.file(file) {
                // What cannot be placed, a path below a file for example, is left out.
                let _ = self.take_over(top, path, file, node, !placed.insert(file), now);
            }
        }
        Ok(top)
    }

    /// Adds a file of a tree, or another name for it.
    fn take_over(
        &mut self,
        top: NodeId,
        path: &str,
        file: FileId,
        node: &FileNode,
        is_link: bool,
        now: FileTime,
    ) -> Result<(), Errno> {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let above = self.folder(top, above, now)?;
        check_name(name)?;
        if self.directory(above)?.get(name).is_some() {
            return Err(Errno::EXIST);
        }
        let id = NodeId {
            volume: top.volume,
            file,
        };
        if is_link {
            if matches!(self.node(id)?.content, Content::Directory(_)) {
                return Err(Errno::PERM);
            }
        } else {
            let content = match &node.content {
                FileContent::Directory => Content::Directory(Directory::new(above, name.into())),
                FileContent::File(bytes) => Content::File(bytes.clone()),
                FileContent::Symlink(target) => Content::Symlink(target.as_str().into()),
            };
            self.volume_mut(top)?.place(file, content, node.times);
        }
        self.name(above, name.into(), id)
    }

    /// The directory at a path, made with all above it where it is missing.
    fn folder(&mut self, top: NodeId, path: &str, now: FileTime) -> Result<NodeId, Errno> {
        let mut at = top;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            check_name(name)?;
            at = match self.directory(at)?.get(name) {
                Some((_, entry)) => entry.node,
                None => {
                    let directory = Content::Directory(Directory::new(at, name.into()));
                    self.add(at, name, directory, FileTimes::made(now))?
                }
            };
        }
        self.directory(at)?;
        Ok(at)
    }

    fn add(
        &mut self,
        above: NodeId,
        name: &str,
        content: Content,
        times: FileTimes,
    ) -> Result<NodeId, Errno> {
        let file = self.volume_mut(above)?.make(content, times.modified);
        let id = NodeId {
            volume: above.volume,
            file,
        };
        self.name(above, name.into(), id)?;
        Ok(id)
    }

    /// Makes the top of a volume appear in a directory of another.
    fn mount(&mut self, above: NodeId, name: &str, top: NodeId) -> Result<(), Errno> {
        self.directory_mut(above)?.insert(name.into(), top);
        self.directory_mut(top)?.parent = above;
        Ok(())
    }
}

/// Trees come from archives, whose paths may say anything.
fn check_name(name: &str) -> Result<(), Errno> {
    match name {
        "" | "." | ".." => Err(Errno::INVAL),
        _ if name.contains('\0') => Err(Errno::INVAL),
        _ => Ok(()),
    }
}
