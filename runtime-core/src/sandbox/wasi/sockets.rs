//! There is no network in an environment, and so there are no sockets.

use super::Errno;
use crate::sandbox::engine::GuestView;
use crate::sandbox::process::Process;

pub(super) fn sock_accept(
    process: &mut Process,
    _: &GuestView<'_>,
    fd: u32,
    _flags: u32,
    _accepted: u32,
) -> Result<(), Errno> {
    no_socket(process, fd)
}

pub(super) fn sock_recv(
    process: &mut Process,
    _: &GuestView<'_>,
    fd: u32,
    _slices: u32,
    _count: u32,
    _flags: u32,
    _received: u32,
    _answer_flags: u32,
) -> Result<(), Errno> {
    no_socket(process, fd)
}

pub(super) fn sock_send(
    process: &mut Process,
    _: &GuestView<'_>,
    fd: u32,
    _slices: u32,
    _count: u32,
    _flags: u32,
    _sent: u32,
) -> Result<(), Errno> {
    no_socket(process, fd)
}

pub(super) fn sock_shutdown(
    process: &mut Process,
    _: &GuestView<'_>,
    fd: u32,
    _how: u32,
) -> Result<(), Errno> {
    no_socket(process, fd)
}

/// Whatever a descriptor is, it is none.
fn no_socket(process: &Process, fd: u32) -> Result<(), Errno> {
    process.descriptors.get(fd)?;
    Err(Errno::NOTSOCK)
}
