//! Listing directories.

use super::Errno;
use super::descriptors::{Descriptor, filetype};
use crate::sandbox::engine::GuestView;
use crate::sandbox::process::Process;

/// Fills the buffer with directory entries from a cookie on; the last may be cut off. A buffer that
/// is not full means the end.
///
/// The listing is taken when a program begins with cookie 0, so that removing files while listing
/// them, as `remove_dir_all` does, skips none.
pub(super) fn fd_readdir(
    process: &mut Process,
    memory: &GuestView<'_>,
    fd: u32,
    buffer: u32,
    len: u32,
    cookie: u64,
    used: u32,
) -> Result<(), Errno> {
    let Descriptor::Directory(directory) = process.descriptors.get_mut(fd)? else {
        return Err(Errno::NOTDIR);
    };
    if cookie == 0 || directory.listing.is_empty() {
        let own = directory.node;
        directory.listing = vec![(".".to_owned(), own), ("..".to_owned(), own)];
        directory.listing.extend(process.tmp.list(own)?);
    }

    let mut bytes = Vec::new();
    let first = usize::try_from(cookie).unwrap_or(usize::MAX);
    for (index, (name, node)) in directory.listing.iter().enumerate().skip(first) {
        if bytes.len() >= len as usize {
            break;
        }
        // What was removed since has no status any more, but it still has its place.
        let kind = match process.tmp.status(*node) {
            Ok(status) if status.is_directory => filetype::DIRECTORY,
            Ok(_) => filetype::REGULAR_FILE,
            Err(_) => filetype::UNKNOWN,
        };
        bytes.extend_from_slice(&(index as u64 + 1).to_le_bytes());
        bytes.extend_from_slice(&node.0.to_le_bytes());
        bytes.extend_from_slice(&(name.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&u32::from(kind).to_le_bytes());
        bytes.extend_from_slice(name.as_bytes());
    }
    bytes.truncate(len as usize);
    memory.write(buffer, &bytes)?;
    memory.write_u32(used, bytes.len() as u32)?;
    Ok(())
}
