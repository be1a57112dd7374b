//! The functions that a handler module may import: one table, shared by inspection (which refuses
//! anything else) and by the sandbox (which must provide every row).
//!
//! `wasi_snapshot_preview1` is the whole of WASI preview 1 as its final witx files define it,
//! `sock_accept` included, lowered to WebAssembly types. `coldstart` is this product's own host
//! module; its meaning is documented with the handler ABI.

use std::fmt;

/// A WebAssembly number type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NumberType {
    /// 32-bit integer; also a pointer, a length or an error number.
    I32,
    /// 64-bit integer.
    I64,
}

/// A function that the host provides to handler modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HostFunction {
    /// The import's module: [`WASI`] or [`COLDSTART`].
    pub module: &'static str,
    /// The import's name.
    pub name: &'static str,
    /// Types of the parameters, in order.
    pub parameters: &'static [NumberType],
    /// Type of the result, if there is one. None of these functions has several.
    pub result: Option<NumberType>,
}

/// The import module of WASI preview 1.
pub const WASI: &str = "wasi_snapshot_preview1";
/// The import module of this product's own host functions.
pub const COLDSTART: &str = "coldstart";

/// The host function of this name, if there is one.
pub fn host_function(module: &str, name: &str) -> Option<&'static HostFunction> {
    HOST_FUNCTIONS
        .iter()
        .find(|function| function.module == module && function.name == name)
}

impl fmt::Display for NumberType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NumberType::I32 => "i32",
            NumberType::I64 => "i64",
        })
    }
}

/// The signature, as in `(i32, i64) -> i32`.
impl fmt::Display for HostFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (position, parameter) in self.parameters.iter().enumerate() {
            let comma = if position == 0 { "" } else { ", " };
            write!(f, "{comma}{parameter}")?;
        }
        match self.result {
            Some(result) => write!(f, ") -> {result}"),
            None => f.write_str(") -> ()"),
        }
    }
}

use NumberType::{I32, I64};

const fn wasi(name: &'static str, parameters: &'static [NumberType]) -> HostFunction {
    HostFunction {
        module: WASI,
        name,
        parameters,
        // The error number.
        result: Some(I32),
    }
}

const fn coldstart(
    name: &'static str,
    parameters: &'static [NumberType],
    result: Option<NumberType>,
) -> HostFunction {
    HostFunction {
        module: COLDSTART,
        name,
        parameters,
        result,
    }
}

/// Every function that a handler module may import.
pub const HOST_FUNCTIONS: &[HostFunction] = &[
    wasi("args_get", &[I32, I32]),
    wasi("args_sizes_get", &[I32, I32]),
    wasi("environ_get", &[I32, I32]),
    wasi("environ_sizes_get", &[I32, I32]),
    wasi("clock_res_get", &[I32, I32]),
    wasi("clock_time_get", &[I32, I64, I32]),
    wasi("fd_advise", &[I32, I64, I64, I32]),
    wasi("fd_allocate", &[I32, I64, I64]),
    wasi("fd_close", &[I32]),
    wasi("fd_datasync", &[I32]),
    wasi("fd_fdstat_get", &[I32, I32]),
    wasi("fd_fdstat_set_flags", &[I32, I32]),
    wasi("fd_fdstat_set_rights", &[I32, I64, I64]),
    wasi("fd_filestat_get", &[I32, I32]),
    wasi("fd_filestat_set_size", &[I32, I64]),
    wasi("fd_filestat_set_times", &[I32, I64, I64, I32]),
    wasi("fd_pread", &[I32, I32, I32, I64, I32]),
    wasi("fd_prestat_get", &[I32, I32]),
    wasi("fd_prestat_dir_name", &[I32, I32, I32]),
    wasi("fd_pwrite", &[I32, I32, I32, I64, I32]),
    wasi("fd_read", &[I32, I32, I32, I32]),
    wasi("fd_readdir", &[I32, I32, I32, I64, I32]),
    wasi("fd_renumber", &[I32, I32]),
    wasi("fd_seek", &[I32, I64, I32, I32]),
    wasi("fd_sync", &[I32]),
    wasi("fd_tell", &[I32, I32]),
    wasi("fd_write", &[I32, I32, I32, I32]),
    wasi("path_create_directory", &[I32, I32, I32]),
    wasi("path_filestat_get", &[I32, I32, I32, I32, I32]),
    wasi(
        "path_filestat_set_times",
        &[I32, I32, I32, I32, I64, I64, I32],
    ),
    wasi("path_link", &[I32, I32, I32, I32, I32, I32, I32]),
    wasi("path_open", &[I32, I32, I32, I32, I32, I64, I64, I32, I32]),
    wasi("path_readlink", &[I32, I32, I32, I32, I32, I32]),
    wasi("path_remove_directory", &[I32, I32, I32]),
    wasi("path_rename", &[I32, I32, I32, I32, I32, I32]),
    wasi("path_symlink", &[I32, I32, I32, I32, I32]),
    wasi("path_unlink_file", &[I32, I32, I32]),
    wasi("poll_oneoff", &[I32, I32, I32, I32]),
    HostFunction {
        module: WASI,
        name: "proc_exit",
        parameters: &[I32],
        result: None,
    },
    wasi("proc_raise", &[I32]),
    wasi("sched_yield", &[]),
    wasi("random_get", &[I32, I32]),
    wasi("sock_accept", &[I32, I32, I32]),
    wasi("sock_recv", &[I32, I32, I32, I32, I32, I32]),
    wasi("sock_send", &[I32, I32, I32, I32, I32]),
    wasi("sock_shutdown", &[I32, I32]),
    coldstart("log", &[I32, I32], None),
    coldstart("context", &[I32, I32], Some(I32)),
    coldstart("variables", &[I32, I32], Some(I32)),
    coldstart("now", &[], Some(I64)),
    coldstart("sleep", &[I64], None),
    coldstart("random", &[I32, I32], None),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_signatures_readable() {
        let mut names: Vec<_> = HOST_FUNCTIONS.iter().map(|f| (f.module, f.name)).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), HOST_FUNCTIONS.len());
        let count = |module| HOST_FUNCTIONS.iter().filter(|f| f.module == module).count();
        assert_eq!((count(WASI), count(COLDSTART)), (46, 6));
        let text = |module, name| host_function(module, name).map(ToString::to_string);
        assert_eq!(
            text(WASI, "clock_time_get").as_deref(),
            Some("(i32, i64, i32) -> i32")
        );
        assert_eq!(text(WASI, "proc_exit").as_deref(), Some("(i32) -> ()"));
        assert_eq!(text(COLDSTART, "now").as_deref(), Some("() -> i64"));
        assert_eq!(text(COLDSTART, "fetch"), None);
    }
}
