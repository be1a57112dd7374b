//! Descriptors as such: closing, renumbering, flags, rights, preopened directories.

use super::descriptors::{Descriptor, Target, flags};
use super::rights::Rights;
use super::status::filetype;
use super::{Errno, api_files};
use crate::sandbox::engine::GuestView;
use crate::sandbox::fs::FileKind;
use crate::sandbox::process::Process;

pub(super) fn fd_close(process: &mut Process, _: &GuestView<'_>, fd: u32) -> Result<(), Errno> {
    let closed = process.descriptors.close(&mut process.files, fd)?;
    api_files::closed(process, closed);
    Ok(())
}

pub(super) fn fd_renumber(
    process: &mut Process,
    _: &GuestView<'_>,
    from: u32,
    to: u32,
) -> Result<(), Errno> {
    let files = &mut process.files;
    if let Some(closed) = process.descriptors.renumber(files, from, to)? {
        api_files::closed(process, closed);
    }
    Ok(())
}

pub(super) fn fd_fdstat_get(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    status: u32,
) -> Result<(), Errno> {
    let descriptor = process.descriptors.get(fd)?;
    let mut bytes = [0; 24];
    bytes[0] = file_type(descriptor);
    bytes[2..4].copy_from_slice(&(descriptor.flags as u16).to_le_bytes());
    bytes[8..16].copy_from_slice(&descriptor.rights.bits().to_le_bytes());
    bytes[16..24].copy_from_slice(&descriptor.inheriting.bits().to_le_bytes());
    memory.write(status, &bytes)?;
    Ok(())
}

/// Streams are pipes, which WASI has no type for: not terminals, so that C libraries buffer and
/// Rust prints no colours.
fn file_type(descriptor: &Descriptor) -> u8 {
    match &descriptor.target {
        Target::File(_) => filetype::of(FileKind::File),
        Target::Directory(_) => filetype::of(FileKind::Directory),
        Target::Device(device, _) if device.is_seekable() => {
            filetype::of(FileKind::Device(*device))
        }
        Target::Device(..) | Target::Api(_) => filetype::UNKNOWN,
    }
}

pub(super) fn fd_fdstat_set_flags(
    process: &mut Process,
    _: &GuestView<'_>,
    fd: u32,
    new: u32,
) -> Result<(), Errno> {
    let descriptor = process.descriptors.get_mut(fd)?;
    if new & !flags::ALL != 0 {
        return Err(Errno::INVAL);
    }
    match descriptor.target {
        Target::Directory(_) => Err(Errno::BADF),
        // Nothing blocks here and nothing is written late, so that only `APPEND` does something.
        Target::File(_) | Target::Device(..) | Target::Api(_) => {
            descriptor.rights.require(Rights::FD_FDSTAT_SET_FLAGS)?;
            descriptor.flags = new;
            Ok(())
        }
    }
}

/// Rights can be given up and never come back.
pub(super) fn fd_fdstat_set_rights(
    process: &mut Process,
    _: &GuestView<'_>,
    fd: u32,
    rights: u64,
    inheriting: u64,
) -> Result<(), Errno> {
    let descriptor = process.descriptors.get_mut(fd)?;
    let (rights, inheriting) = (Rights::from_bits(rights), Rights::from_bits(inheriting));
    descriptor.rights.require(rights)?;
    descriptor.inheriting.require(inheriting)?;
    descriptor.rights = rights;
    descriptor.inheriting = inheriting;
    Ok(())
}

pub(super) fn fd_prestat_get(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    prestat: u32,
) -> Result<(), Errno> {
    let len = preopened(process, fd)?.len() as u32;
    // Tag 0: a directory; then the length of its name.
    memory.write_u32(prestat, 0)?;
    memory.write_u32(prestat.wrapping_add(4), len)?;
    Ok(())
}

pub(super) fn fd_prestat_dir_name(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    path: u32,
    len: u32,
) -> Result<(), Errno> {
    let name = preopened(process, fd)?;
    if (len as usize) < name.len() {
        return Err(Errno::NAMETOOLONG);
    }
    memory.write(path, name.as_bytes())?;
    Ok(())
}

/// A C library finds its preopened directories by asking upwards from 3 until it hears `EBADF`.
fn preopened(process: &Process, fd: u32) -> Result<&str, Errno> {
    match &process.descriptors.get(fd)?.target {
        Target::Directory(directory) => directory.preopened.as_deref().ok_or(Errno::BADF),
        _ => Err(Errno::BADF),
    }
}
