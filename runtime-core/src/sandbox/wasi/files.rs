//! Files and directories by path, and what is known of them.

use super::Errno;
use super::descriptors::{Descriptor, Directory, File, filetype, flags, rights};
use crate::sandbox::engine::GuestView;
use crate::sandbox::process::Process;
use crate::sandbox::tmp::{NodeId, OpenOptions, Status};

/// Paths are at most this long; longer ones are refused unread.
const PATH_MAX: u32 = 4_096;

fn read_path(memory: &GuestView<'_>, path: u32, len: u32) -> Result<String, Errno> {
    if len > PATH_MAX {
        return Err(Errno::NAMETOOLONG);
    }
    String::from_utf8(memory.read_vec(path, len as usize)?).map_err(|_| Errno::ILSEQ)
}

/// The directory that a path starts from, and the path.
fn from_directory(
    process: &Process,
    memory: &GuestView<'_>,
    fd: u32,
    path: u32,
    len: u32,
) -> Result<(NodeId, String), Errno> {
    let directory = process.descriptors.directory(fd)?;
    Ok((directory.node, read_path(memory, path, len)?))
}

pub(super) fn path_open(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    _lookup: u32,
    path: u32,
    len: u32,
    open: u32,
    base: u64,
    inheriting: u64,
    new_flags: u32,
    opened: u32,
) -> Result<(), Errno> {
    if open & !0b1111 != 0 || new_flags & !flags::ALL != 0 {
        return Err(Errno::INVAL);
    }
    let allowed = process.descriptors.directory(fd)?.inheriting;
    let (base, inheriting) = (base & allowed, inheriting & allowed);
    let (start, path) = from_directory(process, memory, fd, path, len)?;
    process.descriptors.check_room()?;

    let options = OpenOptions {
        create: open & 1 != 0,
        directory: open & 2 != 0,
        exclusive: open & 4 != 0,
        truncate: open & 8 != 0,
        write: base & rights::FD_WRITE != 0,
    };
    let now = process.host.unix_nanos();
    let node = process.tmp.open(start, &path, options, now)?;
    let descriptor = match process.tmp.status(node)?.is_directory {
        true => Descriptor::Directory(Directory::new(node, base, inheriting)),
        false => Descriptor::File(File {
            node,
            offset: 0,
            rights: base & rights::FILE,
            flags: new_flags,
        }),
    };
    let number = process
        .descriptors
        .insert(&mut process.tmp, node, descriptor)?;
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
    let (start, path) = from_directory(process, memory, fd, path, len)?;
    let now = process.host.unix_nanos();
    process.tmp.make_directory(start, &path, now)
}

pub(super) fn path_remove_directory(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    path: u32,
    len: u32,
) -> Result<(), Errno> {
    let (start, path) = from_directory(process, memory, fd, path, len)?;
    process.tmp.remove_directory(start, &path)
}

pub(super) fn path_unlink_file(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    path: u32,
    len: u32,
) -> Result<(), Errno> {
    let (start, path) = from_directory(process, memory, fd, path, len)?;
    process.tmp.unlink(start, &path)
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
    let from = from_directory(process, memory, fd, path, len)?;
    let to = from_directory(process, memory, to_fd, to_path, to_len)?;
    process.tmp.rename((from.0, &from.1), (to.0, &to.1))
}

pub(super) fn path_filestat_get(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    _lookup: u32,
    path: u32,
    len: u32,
    status: u32,
) -> Result<(), Errno> {
    let (start, path) = from_directory(process, memory, fd, path, len)?;
    let node = process.tmp.find(start, &path)?;
    memory.write(status, &filestat(&process.tmp.status(node)?))?;
    Ok(())
}

pub(super) fn fd_filestat_get(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    status: u32,
) -> Result<(), Errno> {
    let bytes = match process.descriptors.node(fd)? {
        Some(node) => filestat(&process.tmp.status(node)?),
        // A pipe: nothing is known of it, not even that it is one.
        None => [0; 64],
    };
    memory.write(status, &bytes)?;
    Ok(())
}

pub(super) fn fd_filestat_set_size(
    process: &mut Process,
    _: &GuestView<'_>,
    fd: u32,
    size: u64,
) -> Result<(), Errno> {
    match process.descriptors.get(fd)? {
        Descriptor::File(file) if file.rights & rights::FD_WRITE != 0 => {
            let (node, now) = (file.node, process.host.unix_nanos());
            process.tmp.resize(node, size, now)
        }
        _ => Err(Errno::INVAL),
    }
}

/// The 64 bytes of a `filestat`. The device is always 1.
fn filestat(status: &Status) -> [u8; 64] {
    let kind = match status.is_directory {
        true => filetype::DIRECTORY,
        false => filetype::REGULAR_FILE,
    };
    let times = [status.modified; 3];
    let words = [1, status.node.0, kind.into(), status.links, status.size];
    let mut bytes = [0; 64];
    for (place, word) in bytes.chunks_exact_mut(8).zip(words.iter().chain(&times)) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}
