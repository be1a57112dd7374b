//! Listing directories.

use super::Errno;
use super::descriptors::Target;
use super::rights::Rights;
use super::status::filetype;
use crate::sandbox::engine::GuestView;
use crate::sandbox::process::Process;

/// Fills the buffer with directory entries behind a cookie; the last may be cut off. A buffer that
/// is not full means the end.
pub(super) fn fd_readdir(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    buffer: u32,
    len: u32,
    cookie: u64,
    used: u32,
) -> Result<(), Errno> {
    let descriptor = process.descriptors.get_mut(fd)?;
    let Target::Directory(directory) = &mut descriptor.target else {
        return Err(Errno::NOTDIR);
    };
    descriptor.rights.require(Rights::FD_READDIR)?;
    let mut bytes = Vec::new();
    for entry in process
        .files
        .list(directory.node, cookie, &mut directory.listing)?
    {
        if bytes.len() >= len as usize {
            break;
        }
        bytes.extend_from_slice(&entry.cookie.to_le_bytes());
        bytes.extend_from_slice(&entry.number.to_le_bytes());
        bytes.extend_from_slice(&(entry.name.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&u32::from(filetype::of(entry.kind)).to_le_bytes());
        bytes.extend_from_slice(entry.name.as_bytes());
    }
    bytes.truncate(len as usize);
    memory.write(buffer, &bytes)?;
    memory.write_u32(used, bytes.len() as u32)?;
    Ok(())
}
