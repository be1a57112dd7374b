//! Opening, and what there is to know of an inode.

use super::inode::Content;
use super::path::Links;
use super::{Device, FileKind, Files, NodeId};
use crate::sandbox::wasi::Errno;
use crate::sandbox::{FileBytes, FileTime, FileTimes};

/// How `path_open` wants the file (WASI's `oflags`).
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::sandbox) struct OpenOptions {
    pub(in crate::sandbox) create: bool,
    pub(in crate::sandbox) directory: bool,
    pub(in crate::sandbox) exclusive: bool,
    pub(in crate::sandbox) truncate: bool,
    /// The descriptor is to be written to.
    pub(in crate::sandbox) write: bool,
    /// A symbolic link at the end is followed.
    pub(in crate::sandbox) follow: bool,
}

/// What `filestat` functions tell about an inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Status {
    /// Which volume: the same for all that can be linked with each other.
    pub(in crate::sandbox) device: u64,
    /// The inode number, unique in its volume.
    pub(in crate::sandbox) number: u64,
    pub(in crate::sandbox) kind: FileKind,
    /// How many names it has.
    pub(in crate::sandbox) links: u32,
    /// In bytes.
    pub(in crate::sandbox) size: u64,
    pub(in crate::sandbox) times: FileTimes,
}

impl Files {
    /// Opens, and makes or empties the file as asked. Looks at the clock only where it must.
    pub(in crate::sandbox) fn open(
        &mut self,
        start: NodeId,
        path: &str,
        options: OpenOptions,
        now: impl FnOnce() -> FileTime,
    ) -> Result<(NodeId, FileKind), Errno> {
        let fresh = options.create && options.exclusive;
        let links = match options.follow && !fresh {
            true => Links::Follow,
            false => Links::Keep,
        };
        let target = self.resolve(start, path, links)?;
        let Some(id) = target.node else {
            return match target.name {
                _ if !options.create => Err(Errno::NOENT),
                _ if options.directory => Err(Errno::INVAL),
                Some(_) if target.means_directory => Err(Errno::ISDIR),
                Some(name) => {
                    let content = Content::File(FileBytes::default());
                    let id = self.make(target.parent, name, content, now())?;
                    Ok((id, FileKind::File))
                }
                None => Err(Errno::NOENT),
            };
        };
        if fresh {
            return Err(Errno::EXIST);
        }
        let kind = self.node(id)?.kind();
        match kind {
            FileKind::Symlink if options.directory => Err(Errno::NOTDIR),
            FileKind::Symlink => Err(Errno::LOOP),
            FileKind::Directory => {
                // A directory can be neither made by opening, nor emptied, nor written to.
                let made = options.create && !options.directory;
                match made || options.truncate || options.write {
                    true => Err(Errno::ISDIR),
                    false => Ok((id, kind)),
                }
            }
            _ if options.directory => Err(Errno::NOTDIR),
            FileKind::Device(_) => Ok((id, kind)),
            FileKind::File => {
                if options.write || options.truncate {
                    self.check_writable(id)?;
                }
                if options.truncate {
                    self.resize(id, 0, now())?;
                }
                Ok((id, kind))
            }
        }
    }

    /// What is known of an inode.
    pub(in crate::sandbox) fn status(&self, id: NodeId) -> Result<Status, Errno> {
        let node = self.node(id)?;
        Ok(Status {
            device: u64::from(id.volume.0) + 1,
            number: id.file.0,
            kind: node.kind(),
            links: node.links,
            size: node.size(),
            times: node.times,
        })
    }

    /// Where a symbolic link points.
    pub(in crate::sandbox) fn read_link(&self, start: NodeId, path: &str) -> Result<&str, Errno> {
        match &self.node(self.find(start, path, Links::Keep)?)?.content {
            Content::Symlink(target) => Ok(target),
            _ => Err(Errno::INVAL),
        }
    }
}

impl Device {
    /// Whether positions mean anything, as they do on Linux for devices that are no pipes.
    pub(in crate::sandbox) fn is_seekable(self) -> bool {
        match self {
            Device::Stdin | Device::Stdout | Device::Stderr | Device::Api(_) => false,
            Device::Null | Device::Random => true,
        }
    }
}
