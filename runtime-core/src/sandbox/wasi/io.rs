//! Reading, writing and seeking.

use super::Errno;
use super::descriptors::{Descriptor, File, flags, rights};
use crate::sandbox::engine::GuestView;
use crate::sandbox::process::{Process, Stdout};

/// Slices that one call may name (`IOV_MAX` on Linux).
const SLICES_MAX: u32 = 1_024;

/// Bytes that one call may move (`read(2)` on Linux: 0x7ffff000).
const BYTES_MAX: u64 = 0x7FFF_F000;

/// Ranges of guest memory, all of them within it.
struct Slices(Vec<(u32, usize)>);

impl Slices {
    fn read(memory: &GuestView<'_>, slices: u32, count: u32) -> Result<Self, Errno> {
        if count > SLICES_MAX {
            return Err(Errno::INVAL);
        }
        let size = memory.size();
        let mut total = 0;
        let mut ranges = Vec::with_capacity(count as usize);
        for index in 0..count {
            let at = slices.checked_add(index * 8).ok_or(Errno::FAULT)?;
            let start = memory.read_u32(at)?;
            let len = memory.read_u32(at.checked_add(4).ok_or(Errno::FAULT)?)?;
            if u64::from(start) + u64::from(len) > size {
                return Err(Errno::FAULT);
            }
            total += u64::from(len);
            ranges.push((start, len as usize));
        }
        if total > BYTES_MAX {
            return Err(Errno::INVAL);
        }
        Ok(Slices(ranges))
    }

    /// Copies what the slices hold, up to a limit, behind what the buffer holds. Answers how many
    /// bytes the slices hold in all.
    fn gather(
        &self,
        memory: &GuestView<'_>,
        buffer: &mut Vec<u8>,
        mut limit: usize,
    ) -> Result<u32, Errno> {
        let mut total = 0;
        for &(start, len) in &self.0 {
            let kept = len.min(limit);
            let end = buffer.len();
            buffer.resize(end + kept, 0);
            memory.read(start, &mut buffer[end..])?;
            limit -= kept;
            total += len as u32;
        }
        Ok(total)
    }

    /// Fills the slices from the bytes; answers how many went.
    fn scatter(&self, memory: &GuestView<'_>, mut bytes: &[u8]) -> Result<u32, Errno> {
        let mut total = 0;
        for &(start, len) in &self.0 {
            let (now, later) = bytes.split_at(len.min(bytes.len()));
            if now.is_empty() {
                continue;
            }
            memory.write(start, now)?;
            total += now.len() as u32;
            bytes = later;
        }
        Ok(total)
    }
}

pub(super) fn fd_read(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    slices: u32,
    count: u32,
    read: u32,
) -> Result<(), Errno> {
    let total = match process.descriptors.get_mut(fd)? {
        Descriptor::Stdin => {
            let slices = Slices::read(memory, slices, count)?;
            let left = process.stdin.get(process.stdin_at..).unwrap_or_default();
            let total = slices.scatter(memory, left)?;
            process.stdin_at += total as usize;
            total
        }
        Descriptor::File(file) if file.rights & rights::FD_READ != 0 => {
            let slices = Slices::read(memory, slices, count)?;
            let bytes = process.tmp.bytes_from(file.node, file.offset)?;
            let total = slices.scatter(memory, bytes)?;
            file.offset += u64::from(total);
            total
        }
        Descriptor::Directory(_) => return Err(Errno::ISDIR),
        _ => return Err(Errno::BADF),
    };
    memory.write_u32(read, total)?;
    Ok(())
}

pub(super) fn fd_pread(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    slices: u32,
    count: u32,
    offset: u64,
    read: u32,
) -> Result<(), Errno> {
    let file = seekable(process.descriptors.get_mut(fd)?, Errno::ISDIR)?;
    if file.rights & rights::FD_READ == 0 {
        return Err(Errno::BADF);
    }
    let slices = Slices::read(memory, slices, count)?;
    let total = slices.scatter(memory, process.tmp.bytes_from(file.node, offset)?)?;
    memory.write_u32(read, total)?;
    Ok(())
}

pub(super) fn fd_write(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    slices: u32,
    count: u32,
    written: u32,
) -> Result<(), Errno> {
    let to_log = match process.descriptors.get(fd)? {
        Descriptor::Stderr => true,
        Descriptor::Stdout => matches!(process.stdout, Stdout::Log),
        _ => false,
    };
    if to_log {
        let mut text = Vec::new();
        let total = Slices::read(memory, slices, count)?.gather(memory, &mut text, usize::MAX)?;
        process.log(&text);
        memory.write_u32(written, total)?;
        return Ok(());
    }

    let total = match (process.descriptors.get_mut(fd)?, &mut process.stdout) {
        (Descriptor::Stdout, Stdout::Response { bytes, written }) => {
            let room = Stdout::room(bytes);
            let total = Slices::read(memory, slices, count)?.gather(memory, bytes, room)?;
            *written += u64::from(total);
            total
        }
        (Descriptor::File(file), _) if file.rights & rights::FD_WRITE != 0 => {
            let mut bytes = Vec::new();
            Slices::read(memory, slices, count)?.gather(memory, &mut bytes, usize::MAX)?;
            let offset = match file.flags & flags::APPEND {
                0 => file.offset,
                _ => process.tmp.status(file.node)?.size,
            };
            let now = process.host.unix_nanos();
            let total = process.tmp.write(file.node, offset, bytes, now)?;
            file.offset = offset + total as u64;
            total as u32
        }
        _ => return Err(Errno::BADF),
    };
    memory.write_u32(written, total)?;
    Ok(())
}

pub(super) fn fd_pwrite(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    slices: u32,
    count: u32,
    offset: u64,
    written: u32,
) -> Result<(), Errno> {
    let file = seekable(process.descriptors.get_mut(fd)?, Errno::BADF)?;
    if file.rights & rights::FD_WRITE == 0 {
        return Err(Errno::BADF);
    }
    let mut bytes = Vec::new();
    Slices::read(memory, slices, count)?.gather(memory, &mut bytes, usize::MAX)?;
    let now = process.host.unix_nanos();
    let total = process.tmp.write(file.node, offset, bytes, now)?;
    memory.write_u32(written, total as u32)?;
    Ok(())
}

pub(super) fn fd_seek(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    offset: i64,
    whence: u32,
    position: u32,
) -> Result<(), Errno> {
    let file = seekable(process.descriptors.get_mut(fd)?, Errno::BADF)?;
    let base = match whence {
        0 => 0,
        1 => file.offset,
        2 => process.tmp.status(file.node)?.size,
        _ => return Err(Errno::INVAL),
    };
    // A file offset is signed, as `off_t` is.
    let target = base
        .checked_add_signed(offset)
        .filter(|target| i64::try_from(*target).is_ok())
        .ok_or(Errno::INVAL)?;
    memory.write(position, &target.to_le_bytes())?;
    file.offset = target;
    Ok(())
}

pub(super) fn fd_tell(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    position: u32,
) -> Result<(), Errno> {
    let file = seekable(process.descriptors.get_mut(fd)?, Errno::BADF)?;
    memory.write(position, &file.offset.to_le_bytes())?;
    Ok(())
}

/// `/tmp` is memory: written is stored.
pub(super) fn fd_sync(process: &mut Process, _: &GuestView<'_>, fd: u32) -> Result<(), Errno> {
    match process.descriptors.get(fd)? {
        Descriptor::File(_) | Descriptor::Directory(_) => Ok(()),
        Descriptor::Stdin | Descriptor::Stdout | Descriptor::Stderr => Err(Errno::INVAL),
    }
}

pub(super) fn fd_datasync(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
) -> Result<(), Errno> {
    fd_sync(process, memory, fd)
}

fn seekable(descriptor: &mut Descriptor, for_directory: Errno) -> Result<&mut File, Errno> {
    match descriptor {
        Descriptor::File(file) => Ok(file),
        Descriptor::Directory(_) => Err(for_directory),
        Descriptor::Stdin | Descriptor::Stdout | Descriptor::Stderr => Err(Errno::SPIPE),
    }
}
