//! What is known of files, and changing it: sizes and times.

use super::Errno;
use super::descriptors::Target;
use super::paths::{lookup, read_path};
use super::rights::Rights;
use crate::sandbox::FileTime;
use crate::sandbox::engine::GuestView;
use crate::sandbox::fs::{NewTime, Status};
use crate::sandbox::process::Process;

/// Kinds of files, as `fdstat`, `filestat` and directory entries number them.
pub(super) mod filetype {
    use crate::sandbox::fs::FileKind;

    pub(in super::super) const UNKNOWN: u8 = 0;

    pub(in super::super) fn of(kind: FileKind) -> u8 {
        match kind {
            FileKind::Device(_) => 2,
            FileKind::Directory => 3,
            FileKind::File => 4,
            FileKind::Symlink => 7,
        }
    }
}

pub(super) fn fd_filestat_get(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    status: u32,
) -> Result<(), Errno> {
    let descriptor = process.descriptors.get(fd)?;
    descriptor.rights.require(Rights::FD_FILESTAT_GET)?;
    let bytes = match descriptor.node() {
        Some(node) => filestat(&process.files.status(node)?),
        // A pipe: nothing is known of it, not even that it is one.
        None => [0; 64],
    };
    memory.write(status, &bytes)?;
    Ok(())
}

pub(super) fn path_filestat_get(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    flags: u32,
    path: u32,
    len: u32,
    status: u32,
) -> Result<(), Errno> {
    let directory = process.descriptors.get(fd)?;
    let start = directory.directory(Rights::PATH_FILESTAT_GET)?.node;
    let path = read_path(memory, path, len)?;
    let node = process.files.find(start, &path, lookup(flags)?)?;
    memory.write(status, &filestat(&process.files.status(node)?))?;
    Ok(())
}

pub(super) fn fd_filestat_set_size(
    process: &mut Process,
    _: &GuestView<'_>,
    fd: u32,
    size: u64,
) -> Result<(), Errno> {
    let descriptor = process.descriptors.get(fd)?;
    let Target::File(file) = &descriptor.target else {
        return Err(Errno::INVAL);
    };
    descriptor.rights.require(Rights::FD_FILESTAT_SET_SIZE)?;
    process.files.resize(file.node, size, process.file_time())
}

/// Makes a file at least as long as a range reaches.
pub(super) fn fd_allocate(
    process: &mut Process,
    _: &GuestView<'_>,
    fd: u32,
    offset: u64,
    len: u64,
) -> Result<(), Errno> {
    let descriptor = process.descriptors.get(fd)?;
    let Target::File(file) = &descriptor.target else {
        return Err(not_a_file(&descriptor.target));
    };
    descriptor.rights.require(Rights::FD_ALLOCATE)?;
    if len == 0 {
        return Err(Errno::INVAL);
    }
    let end = offset.checked_add(len).ok_or(Errno::FBIG)?;
    i64::try_from(end).map_err(|_| Errno::FBIG)?;
    match process.files.status(file.node)?.size < end {
        true => process.files.resize(file.node, end, process.file_time()),
        false => Ok(()),
    }
}

/// Advice is taken and changes nothing: all is in memory.
pub(super) fn fd_advise(
    process: &mut Process,
    _: &GuestView<'_>,
    fd: u32,
    offset: u64,
    len: u64,
    advice: u32,
) -> Result<(), Errno> {
    /// `noreuse`, the last one.
    const LAST: u32 = 5;
    let descriptor = process.descriptors.get(fd)?;
    let Target::File(_) = &descriptor.target else {
        return Err(not_a_file(&descriptor.target));
    };
    descriptor.rights.require(Rights::FD_ADVISE)?;
    let in_range = i64::try_from(offset).is_ok() && i64::try_from(len).is_ok();
    match advice <= LAST && in_range {
        true => Ok(()),
        false => Err(Errno::INVAL),
    }
}

fn not_a_file(target: &Target) -> Errno {
    match target {
        Target::Device(..) | Target::Api(_) => Errno::SPIPE,
        Target::File(_) | Target::Directory(_) => Errno::BADF,
    }
}

pub(super) fn fd_filestat_set_times(
    process: &mut Process,
    _: &GuestView<'_>,
    fd: u32,
    accessed: u64,
    modified: u64,
    flags: u32,
) -> Result<(), Errno> {
    let descriptor = process.descriptors.get(fd)?;
    descriptor.rights.require(Rights::FD_FILESTAT_SET_TIMES)?;
    let now = process.file_time();
    let (accessed, modified) = new_times(accessed, modified, flags, now)?;
    let node = descriptor.node().ok_or(Errno::INVAL)?;
    process.files.set_times(node, accessed, modified, now)
}

pub(super) fn path_filestat_set_times(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    lookup_flags: u32,
    path: u32,
    len: u32,
    accessed: u64,
    modified: u64,
    flags: u32,
) -> Result<(), Errno> {
    let directory = process.descriptors.get(fd)?;
    let start = directory.directory(Rights::PATH_FILESTAT_SET_TIMES)?.node;
    let path = read_path(memory, path, len)?;
    let now = process.file_time();
    let (accessed, modified) = new_times(accessed, modified, flags, now)?;
    let node = process.files.find(start, &path, lookup(lookup_flags)?)?;
    process.files.set_times(node, accessed, modified, now)
}

/// Reads `fstflags`: a time is given, or is now, or stays.
fn new_times(
    accessed: u64,
    modified: u64,
    flags: u32,
    now: FileTime,
) -> Result<(NewTime, NewTime), Errno> {
    let one = |time: u64, bits: u32| match bits & 0b11 {
        0 => Ok(NewTime::Keep),
        1 => Ok(NewTime::Set(FileTime::from_unix_nanos(time))),
        2 => Ok(NewTime::Set(now)),
        _ => Err(Errno::INVAL),
    };
    match flags & !0b1111 {
        0 => Ok((one(accessed, flags)?, one(modified, flags >> 2)?)),
        _ => Err(Errno::INVAL),
    }
}

/// The 64 bytes of a `filestat`.
fn filestat(status: &Status) -> [u8; 64] {
    let times = status.times;
    let words = [
        status.device,
        status.number,
        filetype::of(status.kind).into(),
        status.links.into(),
        status.size,
        times.accessed.unix_nanos(),
        times.modified.unix_nanos(),
        times.changed.unix_nanos(),
    ];
    let mut bytes = [0; 64];
    for (place, word) in bytes.chunks_exact_mut(8).zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}
