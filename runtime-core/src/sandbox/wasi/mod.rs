//! WASI preview1, whole: one process, three streams, clocks, randomness and files.
//!
//! ```text
//! errno         the error numbers that are used
//! rights        what may be done with a descriptor
//! descriptors   the table of open descriptors
//! devices       what devices and the three streams do
//! api_files     the files of the Runtime API
//! slices        ranges of guest memory
//! strings       args_*, environ_*
//! clock         clock_*, random_get, sched_yield, proc_*
//! fds           fd_close, fd_renumber, fd_fdstat_*, fd_prestat_*
//! io            fd_read, fd_write, fd_pread, fd_pwrite, fd_seek, fd_tell, fd_sync, fd_datasync
//! status        fd_filestat_*, path_filestat_*, fd_allocate, fd_advise
//! paths         path_* but for path_filestat_*
//! directory     fd_readdir
//! poll          poll_oneoff
//! sockets       sock_*
//! ```
//!
//! A function of a group takes the process, the guest's memory and the arguments of the
//! specification, and answers `Result<(), Errno>`; [`function`] makes host functions of them.
//! Functions which take memory answer `EFAULT` for ranges beyond its end, and those which take a
//! descriptor `ENOTCAPABLE` where it lacks the right.

// The specification's functions have as many parameters as they have.
#![allow(clippy::too_many_arguments)]

mod api_files;
mod clock;
mod descriptors;
mod devices;
mod directory;
mod errno;
mod fds;
mod io;
mod paths;
mod poll;
mod rights;
mod slices;
mod sockets;
mod status;
mod strings;

pub(super) use descriptors::Descriptors;
pub(super) use errno::Errno;
pub(super) use strings::StringBlock;

use super::engine::{GuestView, Running};
use super::link::enter;
use super::process::Process;
use wasmer::{Function, FunctionEnv, FunctionEnvMut, RuntimeError, Store};

/// Writes the lookup by name, from the functions in their groups.
macro_rules! preview1 {
    ($($group:ident::$name:ident($($arg:ident: $type:ty),*);)*) => {
        fn answering(
            store: &mut Store,
            running: &FunctionEnv<Running>,
            name: &str,
        ) -> Option<Function> {
            match name {
                $(stringify!($name) => {
                    fn $name(
                        env: FunctionEnvMut<'_, Running>,
                        $($arg: $type),*
                    ) -> Result<u32, RuntimeError> {
                        answer(env, |process, memory| $group::$name(process, memory, $($arg),*))
                    }
                    Some(Function::new_typed_with_env(store, running, $name))
                })*
                _ => None,
            }
        }
    };
}

preview1! {
    strings::args_get(pointers: u32, buffer: u32);
    strings::args_sizes_get(count: u32, size: u32);
    strings::environ_get(pointers: u32, buffer: u32);
    strings::environ_sizes_get(count: u32, size: u32);
    clock::clock_res_get(clock: u32, resolution: u32);
    clock::clock_time_get(clock: u32, precision: u64, time: u32);
    clock::random_get(buffer: u32, len: u32);
    clock::sched_yield();
    clock::proc_raise(signal: u32);
    fds::fd_close(fd: u32);
    fds::fd_renumber(from: u32, to: u32);
    fds::fd_fdstat_get(fd: u32, status: u32);
    fds::fd_fdstat_set_flags(fd: u32, flags: u32);
    fds::fd_fdstat_set_rights(fd: u32, rights: u64, inheriting: u64);
    fds::fd_prestat_get(fd: u32, prestat: u32);
    fds::fd_prestat_dir_name(fd: u32, path: u32, len: u32);
    io::fd_read(fd: u32, slices: u32, count: u32, read: u32);
    io::fd_pread(fd: u32, slices: u32, count: u32, offset: u64, read: u32);
    io::fd_write(fd: u32, slices: u32, count: u32, written: u32);
    io::fd_pwrite(fd: u32, slices: u32, count: u32, offset: u64, written: u32);
    io::fd_seek(fd: u32, offset: i64, whence: u32, position: u32);
    io::fd_tell(fd: u32, position: u32);
    io::fd_sync(fd: u32);
    io::fd_datasync(fd: u32);
    status::fd_advise(fd: u32, offset: u64, len: u64, advice: u32);
    status::fd_allocate(fd: u32, offset: u64, len: u64);
    status::fd_filestat_get(fd: u32, status: u32);
    status::fd_filestat_set_size(fd: u32, size: u64);
    status::fd_filestat_set_times(fd: u32, accessed: u64, modified: u64, flags: u32);
    status::path_filestat_get(fd: u32, flags: u32, path: u32, len: u32, status: u32);
    status::path_filestat_set_times(
        fd: u32, lookup: u32, path: u32, len: u32, accessed: u64, modified: u64, flags: u32
    );
    paths::path_create_directory(fd: u32, path: u32, len: u32);
    paths::path_link(
        fd: u32, lookup: u32, path: u32, len: u32, to_fd: u32, to_path: u32, to_len: u32
    );
    paths::path_open(
        fd: u32, lookup: u32, path: u32, len: u32, open: u32,
        rights: u64, inheriting: u64, flags: u32, opened: u32
    );
    paths::path_readlink(
        fd: u32, path: u32, len: u32, buffer: u32, buffer_len: u32, used: u32
    );
    paths::path_remove_directory(fd: u32, path: u32, len: u32);
    paths::path_rename(fd: u32, path: u32, len: u32, to_fd: u32, to_path: u32, to_len: u32);
    paths::path_symlink(target: u32, target_len: u32, fd: u32, path: u32, len: u32);
    paths::path_unlink_file(fd: u32, path: u32, len: u32);
    directory::fd_readdir(fd: u32, buffer: u32, len: u32, cookie: u64, used: u32);
    poll::poll_oneoff(subscriptions: u32, events: u32, count: u32, happened: u32);
    sockets::sock_accept(fd: u32, flags: u32, accepted: u32);
    sockets::sock_recv(
        fd: u32, slices: u32, count: u32, flags: u32, received: u32, answer_flags: u32
    );
    sockets::sock_send(fd: u32, slices: u32, count: u32, flags: u32, sent: u32);
    sockets::sock_shutdown(fd: u32, how: u32);
}

/// The function of this name.
pub(super) fn function(
    store: &mut Store,
    running: &FunctionEnv<Running>,
    name: &str,
) -> Option<Function> {
    match name {
        "proc_exit" => Some(Function::new_typed_with_env(store, running, proc_exit)),
        _ => answering(store, running, name),
    }
}

/// The only function that answers nothing: it does not come back.
fn proc_exit(env: FunctionEnvMut<'_, Running>, code: u32) -> Result<(), RuntimeError> {
    enter(env, |process, _| clock::proc_exit(process, code))
}

fn answer(
    env: FunctionEnvMut<'_, Running>,
    body: impl FnOnce(&mut Process, &GuestView<'_>) -> Result<(), Errno>,
) -> Result<u32, RuntimeError> {
    enter(env, |process, memory| {
        // While a start function runs, the engine has not shown us the memory yet.
        let memory = memory.ok_or(Errno::FAULT);
        memory
            .and_then(|memory| body(process, memory))
            .map_or_else(|errno| errno.0, |()| Errno::SUCCESS.0)
    })
}
