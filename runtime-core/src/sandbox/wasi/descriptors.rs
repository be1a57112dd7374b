//! The table of open descriptors.

use super::Errno;
use super::api_files::OpenApi;
use super::rights::Rights;
use crate::sandbox::fs::{Device, FileKind, Files, Listing, NodeId, Preopen};
use std::sync::Arc;

/// Descriptors that one process may have open (Lambda quotas page: file descriptors).
const LIMIT: usize = 1_024;

/// Flags of a descriptor, as bits.
pub(super) mod flags {
    pub(in super::super) const APPEND: u32 = 1;
    /// Append, dsync, nonblock, rsync, sync.
    pub(in super::super) const ALL: u32 = 0b1_1111;
}

/// An open descriptor.
pub(super) struct Descriptor {
    pub(super) target: Target,
    /// What may be done with it.
    pub(super) rights: Rights,
    /// What may be done with what is opened from it.
    pub(super) inheriting: Rights,
    pub(super) flags: u32,
}

/// What a descriptor stands for.
pub(super) enum Target {
    File(OpenFile),
    Directory(OpenDirectory),
    /// A device, opened by its path or from the start.
    Device(Device, Option<NodeId>),
    /// A file of the Runtime API.
    Api(OpenApi),
}

/// An open file.
pub(super) struct OpenFile {
    pub(super) node: NodeId,
    pub(super) offset: u64,
}

/// An open directory.
pub(super) struct OpenDirectory {
    pub(super) node: NodeId,
    pub(super) listing: Listing,
    /// Its name, if it was open from the start.
    pub(super) preopened: Option<Arc<str>>,
}

impl Descriptor {
    fn stream(device: Device) -> Self {
        Descriptor {
            target: Target::Device(device, None),
            rights: device.rights(),
            inheriting: Rights::NONE,
            flags: 0,
        }
    }

    fn preopened(preopen: &Preopen) -> Self {
        let directory = OpenDirectory {
            node: preopen.node,
            listing: Listing::default(),
            preopened: Some(Arc::clone(&preopen.name)),
        };
        Descriptor {
            target: Target::Directory(directory),
            rights: Rights::DIRECTORY,
            inheriting: Rights::INHERITABLE,
            flags: 0,
        }
    }

    /// Of an inode that was just opened. Rights that mean nothing for what it is are left out.
    pub(super) fn opened(
        node: NodeId,
        kind: FileKind,
        rights: Rights,
        inheriting: Rights,
        flags: u32,
    ) -> Self {
        let (target, possible, inheriting, flags) = match kind {
            FileKind::Directory => {
                let directory = OpenDirectory {
                    node,
                    listing: Listing::default(),
                    preopened: None,
                };
                (
                    Target::Directory(directory),
                    Rights::DIRECTORY,
                    inheriting,
                    0,
                )
            }
            FileKind::Device(Device::Api(file)) => {
                let target = Target::Api(OpenApi::new(file, node));
                (target, OpenApi::rights(file), Rights::NONE, flags)
            }
            FileKind::Device(device) => {
                let target = Target::Device(device, Some(node));
                (target, device.rights(), Rights::NONE, flags)
            }
            // A symbolic link is never opened.
            FileKind::File | FileKind::Symlink => {
                let file = OpenFile { node, offset: 0 };
                (Target::File(file), Rights::FILE, Rights::NONE, flags)
            }
        };
        Descriptor {
            target,
            rights: rights & possible,
            inheriting,
            flags,
        }
    }

    /// The inode behind it; the streams of the start have none.
    pub(super) fn node(&self) -> Option<NodeId> {
        match &self.target {
            Target::File(file) => Some(file.node),
            Target::Directory(directory) => Some(directory.node),
            Target::Device(_, node) => *node,
            Target::Api(open) => Some(open.node),
        }
    }

    /// The directory, if it is one and may be used like this.
    pub(super) fn directory(&self, needed: Rights) -> Result<&OpenDirectory, Errno> {
        match &self.target {
            Target::Directory(directory) => {
                self.rights.require(needed)?;
                Ok(directory)
            }
            _ => Err(Errno::NOTDIR),
        }
    }
}

/// All descriptors of a process, by number.
#[derive(Default)]
pub(in crate::sandbox) struct Descriptors {
    open: Vec<Option<Descriptor>>,
}

impl Descriptors {
    pub(super) fn get(&self, fd: u32) -> Result<&Descriptor, Errno> {
        let slot = self.open.get(fd as usize);
        slot.and_then(Option::as_ref).ok_or(Errno::BADF)
    }

    pub(super) fn get_mut(&mut self, fd: u32) -> Result<&mut Descriptor, Errno> {
        let slot = self.open.get_mut(fd as usize);
        slot.and_then(Option::as_mut).ok_or(Errno::BADF)
    }

    /// Whether one more can be opened.
    pub(super) fn check_room(&self) -> Result<(), Errno> {
        match self.open.len() < LIMIT || self.open.iter().any(Option::is_none) {
            true => Ok(()),
            false => Err(Errno::MFILE),
        }
    }

    /// Opens under the lowest free number.
    pub(super) fn insert(
        &mut self,
        files: &mut Files,
        descriptor: Descriptor,
    ) -> Result<u32, Errno> {
        self.check_room()?;
        if let Some(node) = descriptor.node() {
            files.retain(node);
        }
        let free = self.open.iter().position(Option::is_none);
        let number = free.unwrap_or(self.open.len());
        match self.open.get_mut(number) {
            Some(slot) => *slot = Some(descriptor),
            None => self.open.push(Some(descriptor)),
        }
        Ok(number as u32)
    }

    /// Closes a descriptor and gives back what it was.
    pub(super) fn close(&mut self, files: &mut Files, fd: u32) -> Result<Descriptor, Errno> {
        let slot = self.open.get_mut(fd as usize);
        let closed = slot.and_then(Option::take).ok_or(Errno::BADF)?;
        if let Some(node) = closed.node() {
            files.release(node);
        }
        Ok(closed)
    }

    /// Gives a descriptor the number of another, which is closed and given back.
    pub(super) fn renumber(
        &mut self,
        files: &mut Files,
        from: u32,
        to: u32,
    ) -> Result<Option<Descriptor>, Errno> {
        self.get(from)?;
        self.get(to)?;
        if from == to {
            return Ok(None);
        }
        let closed = self.close(files, to)?;
        self.open.swap(from as usize, to as usize);
        Ok(Some(closed))
    }

    /// Something that the process has open beyond what it started with: its path.
    pub(in crate::sandbox) fn opened(&self, files: &Files) -> Option<String> {
        let opened = self.open.iter().flatten().find(|it| match &it.target {
            Target::Device(_, node) => node.is_some(),
            Target::Directory(directory) => directory.preopened.is_none(),
            Target::File(_) | Target::Api(_) => true,
        })?;
        let path = opened.node().and_then(|node| files.name_of(node));
        Some(path.unwrap_or_else(|| "a file without a name".to_owned()))
    }

    /// Back to what a process starts with: three streams and the preopened directories.
    pub(in crate::sandbox) fn reset(&mut self, files: &mut Files) {
        for descriptor in self.open.drain(..).flatten() {
            if let Some(node) = descriptor.node() {
                files.release(node);
            }
        }
        let streams = [Device::Stdin, Device::Stdout, Device::Stderr];
        self.open
            .extend(streams.map(|device| Some(Descriptor::stream(device))));
        let preopened = files.preopens().iter().map(Descriptor::preopened);
        self.open.extend(preopened.map(Some));
        for at in 0..files.preopens().len() {
            if let Some(node) = files.preopens().get(at).map(|preopen| preopen.node) {
                files.retain(node);
            }
        }
    }
}
