//! The error numbers that are used, with the values of the specification.

/// An error number of preview1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Errno(pub(super) u32);

impl Errno {
    pub(in crate::sandbox) const SUCCESS: Errno = Errno(0);
    pub(in crate::sandbox) const BADF: Errno = Errno(8);
    pub(in crate::sandbox) const BUSY: Errno = Errno(10);
    pub(in crate::sandbox) const EXIST: Errno = Errno(20);
    pub(in crate::sandbox) const FAULT: Errno = Errno(21);
    pub(in crate::sandbox) const FBIG: Errno = Errno(22);
    pub(in crate::sandbox) const ILSEQ: Errno = Errno(25);
    pub(in crate::sandbox) const INVAL: Errno = Errno(28);
    pub(in crate::sandbox) const IO: Errno = Errno(29);
    pub(in crate::sandbox) const ISDIR: Errno = Errno(31);
    pub(in crate::sandbox) const LOOP: Errno = Errno(32);
    pub(in crate::sandbox) const MFILE: Errno = Errno(33);
    pub(in crate::sandbox) const MLINK: Errno = Errno(34);
    pub(in crate::sandbox) const NAMETOOLONG: Errno = Errno(37);
    pub(in crate::sandbox) const NFILE: Errno = Errno(41);
    pub(in crate::sandbox) const NOENT: Errno = Errno(44);
    pub(in crate::sandbox) const NOSPC: Errno = Errno(51);
    pub(in crate::sandbox) const NOTDIR: Errno = Errno(54);
    pub(in crate::sandbox) const NOTEMPTY: Errno = Errno(55);
    pub(in crate::sandbox) const NOTSOCK: Errno = Errno(57);
    pub(in crate::sandbox) const NOTSUP: Errno = Errno(58);
    pub(in crate::sandbox) const PERM: Errno = Errno(63);
    pub(in crate::sandbox) const ROFS: Errno = Errno(69);
    pub(in crate::sandbox) const SPIPE: Errno = Errno(70);
    pub(in crate::sandbox) const XDEV: Errno = Errno(75);
    pub(in crate::sandbox) const NOTCAPABLE: Errno = Errno(76);
}
