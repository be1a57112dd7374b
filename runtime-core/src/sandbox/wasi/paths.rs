//! Files and directories by path.

use super::Errno;
use super::descriptors::{Descriptor, flags};
use super::rights::Rights;
use crate::sandbox::engine::GuestView;
use crate::sandbox::fs::{Device, FileKind, Links, NodeId, OpenOptions};
use crate::sandbox::process::Process;

/// Paths are at most this long; longer ones are refused unread.
const PATH_MAX: u32 = 4_096;

pub(super) fn read_path(memory: &GuestView<'_>, path: u32, len: u32) -> Result<String, Errno> {
    if len > PATH_MAX {
        return Err(Errno::NAMETOOLONG);
    }
    String::from_utf8(memory.read_vec(path, len as usize)?).map_err(|_| Errno::ILSEQ)
}

/// Reads `lookupflags`.
pub(super) fn lookup(flags: u32) -> Result<Links, Errno> {
    match flags {
        0 => Ok(Links::Keep),
        1 => Ok(Links::Follow),
        _ => Err(Errno::INVAL),
    }
}

/// The directory that a path starts from, and the path.
fn from_directory(
    process: &Process,
    memory: &GuestView<'_>,
    needed: Rights,
    (fd, path, len): (u32, u32, u32),
) -> Result<(NodeId, String), Errno> {
    let start = process.descriptors.get(fd)?.directory(needed)?.node;
    Ok((start, read_path(memory, path, len)?))
}

pub(super) fn path_open(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    lookup_flags: u32,
    path: u32,
    len: u32,
    open: u32,
    rights: u64,
    inheriting: u64,
    new_flags: u32,
    opened: u32,
) -> Result<(), Errno> {
    if open & !0b1111 != 0 || new_flags & !flags::ALL != 0 {
        return Err(Errno::INVAL);
    }
    let follow = lookup(lookup_flags)? == Links::Follow;
    let directory = process.descriptors.get(fd)?;
    // Rights that nothing here has are left out; all others must be there to be handed on.
    let rights = Rights::from_bits(rights) & Rights::INHERITABLE;
    let inheriting = Rights::from_bits(inheriting) & Rights::INHERITABLE;
    let options = OpenOptions {
        create: open & 1 != 0,
        directory: open & 2 != 0,
        exclusive: open & 4 != 0,
        truncate: open & 8 != 0,
        write: rights.contains(Rights::FD_WRITE),
        follow,
    };
    let mut needed = Rights::PATH_OPEN;
    if options.create {
        needed = needed | Rights::PATH_CREATE_FILE;
    }
    if options.truncate {
        needed = needed | Rights::PATH_FILESTAT_SET_SIZE;
    }
    let start = directory.directory(needed)?.node;
    directory.inheriting.require(rights | inheriting)?;
    let path = read_path(memory, path, len)?;
    process.descriptors.check_room()?;

    let (host, clock) = (&process.host, &process.clock);
    let now = || clock.file_time(&**host);
    let (node, kind) = process.files.open(start, &path, options, now)?;
    if let FileKind::Device(Device::Api(file)) = kind {
        process.exchange.may_open(file)?;
    }
    let descriptor = Descriptor::opened(node, kind, rights, inheriting, new_flags);
    let number = process.descriptors.insert(&mut process.files, descriptor)?;
    memory.write_u32(opened, number)?;
    Ok(())
}

pub(super) fn path_create_directory(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    path: u32,
    len: u32,
) -> Result<(), Errno> {
    let needed = Rights::PATH_CREATE_DIRECTORY;
    let (start, path) = from_directory(process, memory, needed, (fd, path, len))?;
    process
        .files
        .make_directory(start, &path, process.file_time())
}

pub(super) fn path_remove_directory(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    path: u32,
    len: u32,
) -> Result<(), Errno> {
    let needed = Rights::PATH_REMOVE_DIRECTORY;
    let (start, path) = from_directory(process, memory, needed, (fd, path, len))?;
    process
        .files
        .remove_directory(start, &path, process.file_time())
}

pub(super) fn path_unlink_file(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    path: u32,
    len: u32,
) -> Result<(), Errno> {
    let needed = Rights::PATH_UNLINK_FILE;
    let (start, path) = from_directory(process, memory, needed, (fd, path, len))?;
    process.files.unlink(start, &path, process.file_time())
}

pub(super) fn path_rename(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    path: u32,
    len: u32,
    to_fd: u32,
    to_path: u32,
    to_len: u32,
) -> Result<(), Errno> {
    let (needed, to_needed) = (Rights::PATH_RENAME_SOURCE, Rights::PATH_RENAME_TARGET);
    let from = from_directory(process, memory, needed, (fd, path, len))?;
    let to = from_directory(process, memory, to_needed, (to_fd, to_path, to_len))?;
    let now = process.file_time();
    process.files.rename((from.0, &from.1), (to.0, &to.1), now)
}

pub(super) fn path_link(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    lookup_flags: u32,
    path: u32,
    len: u32,
    to_fd: u32,
    to_path: u32,
    to_len: u32,
) -> Result<(), Errno> {
    let (needed, to_needed) = (Rights::PATH_LINK_SOURCE, Rights::PATH_LINK_TARGET);
    let from = from_directory(process, memory, needed, (fd, path, len))?;
    let to = from_directory(process, memory, to_needed, (to_fd, to_path, to_len))?;
    let (links, now) = (lookup(lookup_flags)?, process.file_time());
    let (from, to) = ((from.0, from.1.as_str()), (to.0, to.1.as_str()));
    process.files.link(from, links, to, now)
}

pub(super) fn path_symlink(
    process: &mut Process,
    memory: &GuestView<'_>,
    target: u32,
    target_len: u32,
    fd: u32,
    path: u32,
    len: u32,
) -> Result<(), Errno> {
    let needed = Rights::PATH_SYMLINK;
    let (start, path) = from_directory(process, memory, needed, (fd, path, len))?;
    let target = read_path(memory, target, target_len)?;
    let now = process.file_time();
    process.files.make_link(&target, start, &path, now)
}

/// Gives as much of the target as there is room for.
pub(super) fn path_readlink(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    path: u32,
    len: u32,
    buffer: u32,
    buffer_len: u32,
    used: u32,
) -> Result<(), Errno> {
    let needed = Rights::PATH_READLINK;
    let (start, path) = from_directory(process, memory, needed, (fd, path, len))?;
    let target = process.files.read_link(start, &path)?.as_bytes();
    let fitting = target.len().min(buffer_len as usize);
    memory.write(buffer, target.get(..fitting).unwrap_or(target))?;
    memory.write_u32(used, fitting as u32)?;
    Ok(())
}
