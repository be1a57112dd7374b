//! The table of open descriptors.

use super::Errno;
use crate::sandbox::engine::GuestView;
use crate::sandbox::process::Process;
use crate::sandbox::tmp::{NodeId, ROOT, Tmp};

/// Descriptors that one process may have open (Lambda quotas page: file descriptors).
const LIMIT: usize = 1_024;

/// What the one preopened directory is called.
const PREOPEN_PATH: &[u8] = b"/tmp";

/// Kinds of files, as `fdstat` and `filestat` number them.
pub(super) mod filetype {
    pub(in super::super) const UNKNOWN: u8 = 0;
    pub(in super::super) const DIRECTORY: u8 = 3;
    pub(in super::super) const REGULAR_FILE: u8 = 4;
}

/// Rights, as bits.
pub(super) mod rights {
    pub(in super::super) const FD_READ: u64 = 1 << 1;
    pub(in super::super) const FD_WRITE: u64 = 1 << 6;
    /// `fd_datasync` to `fd_allocate`, `fd_filestat_*`, `poll_fd_readwrite`.
    pub(in super::super) const FILE: u64 = 0x1FF | 0b111 << 21 | 1 << 27;
    /// `fd_fdstat_set_flags`, `fd_sync`, `fd_advise`, `path_*`, `fd_readdir`, `fd_filestat_get`
    /// and `fd_filestat_set_times`, `poll_fd_readwrite`.
    pub(in super::super) const DIRECTORY: u64 =
        1 << 3 | 1 << 4 | 1 << 7 | 0xFFF << 9 | 1 << 21 | 0b1111 << 23 | 1 << 27;
    /// A pipe: flags, status, polling.
    pub(in super::super) const PIPE: u64 = 1 << 3 | 1 << 21 | 1 << 27;
}

/// Flags of a descriptor, as bits.
pub(super) mod flags {
    pub(in super::super) const APPEND: u32 = 1;
    /// Append, dsync, nonblock, rsync, sync.
    pub(in super::super) const ALL: u32 = 0b1_1111;
}

/// What a descriptor stands for.
pub(super) enum Descriptor {
    Stdin,
    Stdout,
    Stderr,
    File(File),
    Directory(Directory),
}

/// An open file.
pub(super) struct File {
    pub(super) node: NodeId,
    pub(super) offset: u64,
    pub(super) rights: u64,
    pub(super) flags: u32,
}

/// An open directory.
pub(super) struct Directory {
    pub(super) node: NodeId,
    pub(super) rights: u64,
    pub(super) inheriting: u64,
    /// What `fd_readdir` is handing out, as it was when it began.
    pub(super) listing: Vec<(String, NodeId)>,
    preopened: bool,
}

/// All descriptors of a process, by number.
pub(in crate::sandbox) struct Descriptors {
    open: Vec<Option<Descriptor>>,
}

impl Default for Descriptors {
    /// Three streams and `/tmp`.
    fn default() -> Self {
        let preopen = Directory {
            node: ROOT,
            rights: rights::DIRECTORY,
            inheriting: rights::DIRECTORY | rights::FILE,
            listing: Vec::new(),
            preopened: true,
        };
        Descriptors {
            open: vec![
                Some(Descriptor::Stdin),
                Some(Descriptor::Stdout),
                Some(Descriptor::Stderr),
                Some(Descriptor::Directory(preopen)),
            ],
        }
    }
}

impl Directory {
    pub(super) fn new(node: NodeId, rights: u64, inheriting: u64) -> Self {
        Directory {
            node,
            rights: rights & self::rights::DIRECTORY,
            inheriting: inheriting & (self::rights::DIRECTORY | self::rights::FILE),
            listing: Vec::new(),
            preopened: false,
        }
    }
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

    pub(super) fn directory(&self, fd: u32) -> Result<&Directory, Errno> {
        match self.get(fd)? {
            Descriptor::Directory(directory) => Ok(directory),
            _ => Err(Errno::NOTDIR),
        }
    }

    /// The node behind a file or directory.
    pub(super) fn node(&self, fd: u32) -> Result<Option<NodeId>, Errno> {
        Ok(match self.get(fd)? {
            Descriptor::File(file) => Some(file.node),
            Descriptor::Directory(directory) => Some(directory.node),
            Descriptor::Stdin | Descriptor::Stdout | Descriptor::Stderr => None,
        })
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
        tmp: &mut Tmp,
        node: NodeId,
        descriptor: Descriptor,
    ) -> Result<u32, Errno> {
        self.check_room()?;
        tmp.retain(node);
        let free = self.open.iter().position(Option::is_none);
        let number = free.unwrap_or(self.open.len());
        match self.open.get_mut(number) {
            Some(slot) => *slot = Some(descriptor),
            None => self.open.push(Some(descriptor)),
        }
        Ok(number as u32)
    }

    fn close(&mut self, tmp: &mut Tmp, fd: u32) -> Result<(), Errno> {
        let node = self.node(fd)?;
        if let Some(slot) = self.open.get_mut(fd as usize) {
            *slot = None;
        }
        // The preopened directory was never retained; `/tmp` itself cannot be removed.
        if let Some(node) = node
            && node != ROOT
        {
            tmp.release(node);
        }
        Ok(())
    }

    /// Back to what a process starts with.
    pub(in crate::sandbox) fn close_all(&mut self, tmp: &mut Tmp) {
        for fd in 0..self.open.len() as u32 {
            // What is closed already is closed.
            let _ = self.close(tmp, fd);
        }
        *self = Descriptors::default();
    }
}

pub(super) fn fd_close(process: &mut Process, _: &GuestView<'_>, fd: u32) -> Result<(), Errno> {
    process.descriptors.close(&mut process.tmp, fd)
}

pub(super) fn fd_fdstat_get(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    status: u32,
) -> Result<(), Errno> {
    let (kind, flags, base, inheriting) = match process.descriptors.get(fd)? {
        // As pipes: not a terminal, so that C libraries buffer and Rust prints no colours.
        Descriptor::Stdin => (filetype::UNKNOWN, 0, rights::PIPE | rights::FD_READ, 0),
        Descriptor::Stdout | Descriptor::Stderr => {
            (filetype::UNKNOWN, 0, rights::PIPE | rights::FD_WRITE, 0)
        }
        Descriptor::File(file) => (filetype::REGULAR_FILE, file.flags, file.rights, 0),
        Descriptor::Directory(dir) => (filetype::DIRECTORY, 0, dir.rights, dir.inheriting),
    };
    let mut bytes = [0; 24];
    bytes[0] = kind;
    bytes[2..4].copy_from_slice(&(flags as u16).to_le_bytes());
    bytes[8..16].copy_from_slice(&base.to_le_bytes());
    bytes[16..24].copy_from_slice(&inheriting.to_le_bytes());
    memory.write(status, &bytes)?;
    Ok(())
}

pub(super) fn fd_fdstat_set_flags(
    process: &mut Process,
    _: &GuestView<'_>,
    fd: u32,
    new: u32,
) -> Result<(), Errno> {
    if new & !flags::ALL != 0 {
        return Err(Errno::INVAL);
    }
    match process.descriptors.get_mut(fd)? {
        Descriptor::File(file) => file.flags = new,
        // Nothing blocks here and nothing is written late, so there is nothing to change.
        Descriptor::Stdin | Descriptor::Stdout | Descriptor::Stderr => {}
        Descriptor::Directory(_) => return Err(Errno::BADF),
    }
    Ok(())
}

pub(super) fn fd_prestat_get(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    prestat: u32,
) -> Result<(), Errno> {
    preopened(process, fd)?;
    // Tag 0: a directory; then the length of its name.
    memory.write_u32(prestat, 0)?;
    memory.write_u32(prestat.wrapping_add(4), PREOPEN_PATH.len() as u32)?;
    Ok(())
}

pub(super) fn fd_prestat_dir_name(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    path: u32,
    len: u32,
) -> Result<(), Errno> {
    preopened(process, fd)?;
    if (len as usize) < PREOPEN_PATH.len() {
        return Err(Errno::NAMETOOLONG);
    }
    memory.write(path, PREOPEN_PATH)?;
    Ok(())
}

/// A C library finds its preopened directories by asking upwards from 3 until it hears `EBADF`.
fn preopened(process: &Process, fd: u32) -> Result<(), Errno> {
    match process.descriptors.get(fd)? {
        Descriptor::Directory(directory) if directory.preopened => Ok(()),
        _ => Err(Errno::BADF),
    }
}
