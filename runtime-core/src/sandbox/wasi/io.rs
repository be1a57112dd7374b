//! Reading, writing and seeking.

use super::descriptors::{Descriptor, OpenFile, Target, flags};
use super::rights::Rights;
use super::slices::Slices;
use super::{Errno, api_files, devices};
use crate::sandbox::engine::GuestView;
use crate::sandbox::fs::Device;
use crate::sandbox::process::Process;

pub(super) fn fd_read(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    slices: u32,
    count: u32,
    read: u32,
) -> Result<(), Errno> {
    let descriptor = process.descriptors.get_mut(fd)?;
    let total = match &mut descriptor.target {
        Target::Directory(_) => return Err(Errno::ISDIR),
        Target::File(file) => {
            descriptor.rights.require(Rights::FD_READ)?;
            let slices = Slices::read(memory, slices, count)?;
            let bytes = process.files.bytes_from(file.node, file.offset)?;
            let total = slices.scatter(memory, bytes)?;
            file.offset += u64::from(total);
            total
        }
        Target::Device(device, _) => {
            descriptor.rights.require(Rights::FD_READ)?;
            let (device, slices) = (*device, Slices::read(memory, slices, count)?);
            devices::read(process, memory, device, &slices)?
        }
        Target::Api(_) => {
            descriptor.rights.require(Rights::FD_READ)?;
            let slices = Slices::read(memory, slices, count)?;
            api_files::read(process, memory, fd, &slices)?
        }
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
    let descriptor = process.descriptors.get(fd)?;
    let seekable = seekable(descriptor, Errno::ISDIR)?;
    descriptor
        .rights
        .require(Rights::FD_READ | Rights::FD_SEEK)?;
    let slices = Slices::read(memory, slices, count)?;
    let total = match seekable {
        Seekable::File(file) => {
            slices.scatter(memory, process.files.bytes_from(file.node, offset)?)?
        }
        Seekable::Device(device) => devices::read(process, memory, device, &slices)?,
    };
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
    let descriptor = process.descriptors.get_mut(fd)?;
    let total = match &mut descriptor.target {
        Target::Directory(_) => return Err(Errno::BADF),
        Target::File(file) => {
            descriptor.rights.require(Rights::FD_WRITE)?;
            let slices = Slices::read(memory, slices, count)?;
            let offset = match descriptor.flags & flags::APPEND {
                0 => file.offset,
                _ => process.files.status(file.node)?.size,
            };
            let now = process.clock.file_time(&*process.host);
            let len = slices.total() as usize;
            let fill = |place: &mut [u8]| slices.fill(memory, place);
            let total = process.files.write(file.node, offset, len, now, fill)?;
            file.offset = offset + total as u64;
            total as u32
        }
        Target::Device(device, _) => {
            descriptor.rights.require(Rights::FD_WRITE)?;
            let (device, slices) = (*device, Slices::read(memory, slices, count)?);
            devices::write(process, memory, device, &slices)?
        }
        Target::Api(_) => {
            descriptor.rights.require(Rights::FD_WRITE)?;
            let slices = Slices::read(memory, slices, count)?;
            api_files::write(process, memory, fd, &slices)?
        }
    };
    memory.write_u32(written, total)?;
    Ok(())
}

/// Writes where it is told, with `APPEND` too: POSIX says so, Linux does not.
pub(super) fn fd_pwrite(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    slices: u32,
    count: u32,
    offset: u64,
    written: u32,
) -> Result<(), Errno> {
    let descriptor = process.descriptors.get(fd)?;
    let seekable = seekable(descriptor, Errno::BADF)?;
    descriptor
        .rights
        .require(Rights::FD_WRITE | Rights::FD_SEEK)?;
    let slices = Slices::read(memory, slices, count)?;
    let total = match seekable {
        Seekable::File(file) => {
            let now = process.file_time();
            let (node, len) = (file.node, slices.total() as usize);
            let fill = |place: &mut [u8]| slices.fill(memory, place);
            process.files.write(node, offset, len, now, fill)? as u32
        }
        Seekable::Device(device) => devices::write(process, memory, device, &slices)?,
    };
    memory.write_u32(written, total)?;
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
    let descriptor = process.descriptors.get_mut(fd)?;
    if let Target::Api(open) = &mut descriptor.target {
        descriptor.rights.require(Rights::FD_SEEK)?;
        open.seek(whence, offset)?;
        memory.write(position, &0u64.to_le_bytes())?;
        return Ok(());
    }
    let seekable = seekable(descriptor, Errno::BADF)?;
    // Asking where one is takes less than going elsewhere.
    match (whence, offset) {
        (1, 0) if descriptor.rights.contains(Rights::FD_TELL) => {}
        _ => descriptor.rights.require(Rights::FD_SEEK)?,
    }
    let base = match (whence, seekable) {
        (0, _) => 0,
        (1, Seekable::File(file)) => file.offset,
        (2, Seekable::File(file)) => process.files.status(file.node)?.size,
        (1 | 2, Seekable::Device(_)) => 0,
        _ => return Err(Errno::INVAL),
    };
    // A file offset is signed, as `off_t` is.
    let target = base
        .checked_add_signed(offset)
        .filter(|target| i64::try_from(*target).is_ok())
        .ok_or(Errno::INVAL)?;
    match &mut descriptor.target {
        Target::File(file) => {
            memory.write(position, &target.to_le_bytes())?;
            file.offset = target;
        }
        // Devices that can seek stay where they are, as on Linux.
        Target::Device(..) | Target::Api(_) | Target::Directory(_) => {
            memory.write(position, &[0; 8])?;
        }
    }
    Ok(())
}

pub(super) fn fd_tell(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    position: u32,
) -> Result<(), Errno> {
    let descriptor = process.descriptors.get(fd)?;
    let seekable = seekable(descriptor, Errno::BADF)?;
    descriptor.rights.require(Rights::FD_TELL)?;
    let offset = match seekable {
        Seekable::File(file) => file.offset,
        Seekable::Device(_) => 0,
    };
    memory.write(position, &offset.to_le_bytes())?;
    Ok(())
}

/// All is in memory: written is stored.
pub(super) fn fd_sync(process: &mut Process, _: &GuestView<'_>, fd: u32) -> Result<(), Errno> {
    stored(process, fd, Rights::FD_SYNC)
}

pub(super) fn fd_datasync(process: &mut Process, _: &GuestView<'_>, fd: u32) -> Result<(), Errno> {
    stored(process, fd, Rights::FD_DATASYNC)
}

fn stored(process: &Process, fd: u32, needed: Rights) -> Result<(), Errno> {
    let descriptor = process.descriptors.get(fd)?;
    match descriptor.target {
        Target::File(_) => descriptor.rights.require(needed),
        // There is no right to the data of a directory.
        Target::Directory(_) => descriptor.rights.require(Rights::FD_SYNC),
        Target::Device(..) | Target::Api(_) => Err(Errno::INVAL),
    }
}

/// What has positions.
enum Seekable<'a> {
    File(&'a OpenFile),
    Device(Device),
}

fn seekable(descriptor: &Descriptor, for_directory: Errno) -> Result<Seekable<'_>, Errno> {
    match &descriptor.target {
        Target::File(file) => Ok(Seekable::File(file)),
        Target::Device(device, _) if device.is_seekable() => Ok(Seekable::Device(*device)),
        Target::Device(..) | Target::Api(_) => Err(Errno::SPIPE),
        Target::Directory(_) => Err(for_directory),
    }
}
