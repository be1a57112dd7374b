//! What may be done with a descriptor.

use super::Errno;
use std::ops::{BitAnd, BitOr};

/// A set of rights, as the specification numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rights(u64);

impl Rights {
    pub(super) const NONE: Rights = Rights(0);
    pub(super) const FD_DATASYNC: Rights = Rights(1);
    pub(super) const FD_READ: Rights = Rights(1 << 1);
    pub(super) const FD_SEEK: Rights = Rights(1 << 2);
    pub(super) const FD_FDSTAT_SET_FLAGS: Rights = Rights(1 << 3);
    pub(super) const FD_SYNC: Rights = Rights(1 << 4);
    pub(super) const FD_TELL: Rights = Rights(1 << 5);
    pub(super) const FD_WRITE: Rights = Rights(1 << 6);
    pub(super) const FD_ADVISE: Rights = Rights(1 << 7);
    pub(super) const FD_ALLOCATE: Rights = Rights(1 << 8);
    pub(super) const PATH_CREATE_DIRECTORY: Rights = Rights(1 << 9);
    pub(super) const PATH_CREATE_FILE: Rights = Rights(1 << 10);
    pub(super) const PATH_LINK_SOURCE: Rights = Rights(1 << 11);
    pub(super) const PATH_LINK_TARGET: Rights = Rights(1 << 12);
    pub(super) const PATH_OPEN: Rights = Rights(1 << 13);
    pub(super) const FD_READDIR: Rights = Rights(1 << 14);
    pub(super) const PATH_READLINK: Rights = Rights(1 << 15);
    pub(super) const PATH_RENAME_SOURCE: Rights = Rights(1 << 16);
    pub(super) const PATH_RENAME_TARGET: Rights = Rights(1 << 17);
    pub(super) const PATH_FILESTAT_GET: Rights = Rights(1 << 18);
    pub(super) const PATH_FILESTAT_SET_SIZE: Rights = Rights(1 << 19);
    pub(super) const PATH_FILESTAT_SET_TIMES: Rights = Rights(1 << 20);
    pub(super) const FD_FILESTAT_GET: Rights = Rights(1 << 21);
    pub(super) const FD_FILESTAT_SET_SIZE: Rights = Rights(1 << 22);
    pub(super) const FD_FILESTAT_SET_TIMES: Rights = Rights(1 << 23);
    pub(super) const PATH_SYMLINK: Rights = Rights(1 << 24);
    pub(super) const PATH_REMOVE_DIRECTORY: Rights = Rights(1 << 25);
    pub(super) const PATH_UNLINK_FILE: Rights = Rights(1 << 26);
    pub(super) const POLL_FD_READWRITE: Rights = Rights(1 << 27);

    /// All that mean something for regular files: the descriptor's own, but not listing.
    pub(super) const FILE: Rights = Rights(0x1FF | 0b111 << 21 | 1 << 27);
    /// All that mean something for directories: those of paths, listing, flags, status, times.
    pub(super) const DIRECTORY: Rights =
        Rights(1 << 3 | 1 << 4 | 0xFFF << 9 | 1 << 21 | 0b1111 << 23 | 1 << 27);
    /// All that a directory can hand on to what is opened below it.
    pub(super) const INHERITABLE: Rights = Rights(Rights::FILE.0 | Rights::DIRECTORY.0);
    /// A pipe, whatever its direction: flags, status, polling.
    pub(super) const PIPE: Rights = Rights(1 << 3 | 1 << 21 | 1 << 27);

    pub(super) const fn from_bits(bits: u64) -> Self {
        Rights(bits)
    }

    pub(super) const fn bits(self) -> u64 {
        self.0
    }

    pub(super) const fn contains(self, other: Rights) -> bool {
        self.0 & other.0 == other.0
    }

    /// Fails where one of these is missing.
    pub(super) fn require(self, needed: Rights) -> Result<(), Errno> {
        match self.contains(needed) {
            true => Ok(()),
            false => Err(Errno::NOTCAPABLE),
        }
    }
}

impl BitOr for Rights {
    type Output = Rights;

    fn bitor(self, other: Rights) -> Rights {
        Rights(self.0 | other.0)
    }
}

impl BitAnd for Rights {
    type Output = Rights;

    fn bitand(self, other: Rights) -> Rights {
        Rights(self.0 & other.0)
    }
}
