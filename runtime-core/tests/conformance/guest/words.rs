//! Numbers of the specification by name, and what calls answer.

/// An error number, as the specification names it.
pub(crate) mod errno {
    pub(crate) const BADF: u32 = 8;
    pub(crate) const BUSY: u32 = 10;
    pub(crate) const EXIST: u32 = 20;
    pub(crate) const FBIG: u32 = 22;
    pub(crate) const INVAL: u32 = 28;
    pub(crate) const ISDIR: u32 = 31;
    pub(crate) const LOOP: u32 = 32;
    pub(crate) const NAMETOOLONG: u32 = 37;
    pub(crate) const NOENT: u32 = 44;
    pub(crate) const NOSPC: u32 = 51;
    pub(crate) const NOTDIR: u32 = 54;
    pub(crate) const NOTEMPTY: u32 = 55;
    pub(crate) const PERM: u32 = 63;
    pub(crate) const ROFS: u32 = 69;
    pub(crate) const SPIPE: u32 = 70;
    pub(crate) const XDEV: u32 = 75;
    pub(crate) const NOTCAPABLE: u32 = 76;
}

/// Rights, as bits.
pub(crate) mod rights {
    pub(crate) const FD_READ: u64 = 1 << 1;
    pub(crate) const FD_SEEK: u64 = 1 << 2;
    pub(crate) const FD_TELL: u64 = 1 << 5;
    pub(crate) const FD_WRITE: u64 = 1 << 6;
    pub(crate) const FD_FILESTAT_SET_SIZE: u64 = 1 << 22;
    pub(crate) const PATH_FILESTAT_SET_SIZE: u64 = 1 << 19;
    /// All that C libraries ask for to read a file.
    pub(crate) const READ: u64 = 0x08A0_00A6;
    /// All that files can have.
    pub(crate) const FILE: u64 = 0x08E0_01FF;
    /// All that directories can have.
    pub(crate) const DIRECTORY: u64 = crate::program::DIRECTORY_RIGHTS;
}

/// `oflags`
pub(crate) const CREATE: u32 = 1;
pub(crate) const DIRECTORY: u32 = 2;
pub(crate) const EXCLUSIVE: u32 = 4;
pub(crate) const TRUNCATE: u32 = 8;

/// Of descriptors.
pub(crate) const APPEND: u32 = 1;

/// `fstflags`
pub(crate) const ACCESSED: u32 = 1;
pub(crate) const ACCESSED_NOW: u32 = 2;
pub(crate) const MODIFIED: u32 = 4;
pub(crate) const MODIFIED_NOW: u32 = 8;

/// Types of files.
pub(crate) mod filetype {
    pub(crate) const CHARACTER_DEVICE: u8 = 2;
    pub(crate) const DIRECTORY: u8 = 3;
    pub(crate) const REGULAR_FILE: u8 = 4;
    pub(crate) const SYMBOLIC_LINK: u8 = 7;
}

pub(crate) type Answer<T = ()> = Result<T, u32>;

/// What `filestat` functions tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(crate) device: u64,
    pub(crate) number: u64,
    pub(crate) filetype: u8,
    pub(crate) links: u64,
    pub(crate) size: u64,
    pub(crate) accessed: u64,
    pub(crate) modified: u64,
    pub(crate) changed: u64,
}

/// What `fd_fdstat_get` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FdStat {
    pub(crate) filetype: u8,
    pub(crate) flags: u16,
    pub(crate) rights: u64,
    pub(crate) inheriting: u64,
}

/// A directory entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) cookie: u64,
    pub(crate) number: u64,
    pub(crate) filetype: u8,
    pub(crate) name: String,
}

/// How a file is opened; `Open::default()` follows links and asks for all rights of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open {
    pub(crate) follow: bool,
    pub(crate) oflags: u32,
    pub(crate) rights: u64,
    pub(crate) inheriting: u64,
    pub(crate) flags: u32,
}

impl Default for Open {
    fn default() -> Self {
        Open {
            follow: true,
            oflags: 0,
            rights: rights::FILE,
            inheriting: 0,
            flags: 0,
        }
    }
}
