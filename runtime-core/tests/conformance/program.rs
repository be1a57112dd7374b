//! WASI programs from a few lines of text.

use std::fmt::Write;

/// Where string constants begin; below is scratch space for results of calls.
const STRINGS: usize = 1_024;

/// A command that runs the body in `/tmp`, which is descriptor 3, and then writes what the body has
/// said to stdout.
pub(crate) fn program(body: &str) -> String {
    at_root(&format!(
        r#"(drop (call $path_open (i32.const 3) (i32.const 0) (str "tmp") (i32.const 2)
            (i64.const {DIRECTORY_RIGHTS}) (i64.const -1) (i32.const 0) (i32.const 16)))
        (drop (call $fd_renumber (i32.load (i32.const 16)) (i32.const 3)))
        {body}"#
    ))
}

/// All rights that a directory can have.
pub(crate) const DIRECTORY_RIGHTS: u64 = 0xFFF << 9 | 1 << 21 | 0b1111 << 23 | 1 << 27 | 0b11 << 3;

/// The same at `/`, as a program starts.
///
/// In the body:
/// - every function of preview1 can be called by its name, `(call $fd_close (i32.const 3))`;
/// - `(str "text")` stands for a pointer and a length, `(ptr "text")` for the pointer alone;
/// - `(call $say (...))` writes an i32 in decimal and a space, `$say64` an unsigned i64, `$raw` the
///   bytes of a pointer and a length;
/// - `(call $slice (i32.const at) ptr len)` stores an iovec;
/// - `(call $open fd ptr len oflags rights)` opens, says the error number, and answers the new
///   descriptor; `$write` and `$read` move bytes through a descriptor, and say the error number and
///   for `$read` the bytes;
/// - memory below 1,024 is free, as is all from 32,768 to 65,536; locals `$a` `$b` `$c` are there.
pub(crate) fn at_root(body: &str) -> String {
    let (body, strings) = place_strings(body);
    let mut text = String::from("(module\n");
    for (name, params) in PREVIEW1 {
        let result = if *name == "proc_exit" {
            ""
        } else {
            "(result i32)"
        };
        writeln!(
            text,
            r#"(import "wasi_snapshot_preview1" "{name}" (func ${name} (param {params}) {result}))"#
        )
        .unwrap();
    }
    text.push_str(HELPERS);
    for (at, string) in strings {
        writeln!(text, r#"(data (i32.const {at}) "{string}")"#).unwrap();
    }
    write!(
        text,
        r#"(func (export "_start") (local $a i32) (local $b i32) (local $c i32)
            {body}
            (call $slice (i32.const 0) (i32.const 65536) (global.get $said))
            (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#
    )
    .unwrap();
    text
}

/// Replaces string constants by numbers; answers where each string must lie.
fn place_strings(body: &str) -> (String, Vec<(usize, &str)>) {
    let mut placed = String::new();
    let mut strings = Vec::new();
    let mut at = STRINGS;
    let mut rest = body;
    while let Some(begin) = [rest.find("(str \""), rest.find("(ptr \"")]
        .into_iter()
        .flatten()
        .min()
    {
        let end = begin + 6 + rest[begin + 6..].find("\")").expect("the string ends");
        let string = &rest[begin + 6..end];
        let len = string.len() - 2 * string.matches('\\').count();
        placed.push_str(&rest[..begin]);
        write!(placed, "(i32.const {at})").unwrap();
        if rest[begin..].starts_with("(str") {
            write!(placed, " (i32.const {len})").unwrap();
        }
        strings.push((at, string));
        at += len;
        rest = &rest[end + 2..];
    }
    placed.push_str(rest);
    (placed, strings)
}

/// All of preview1, with the types of the parameters.
pub(crate) const PREVIEW1: &[(&str, &str)] = &[
    ("args_get", "i32 i32"),
    ("args_sizes_get", "i32 i32"),
    ("environ_get", "i32 i32"),
    ("environ_sizes_get", "i32 i32"),
    ("clock_res_get", "i32 i32"),
    ("clock_time_get", "i32 i64 i32"),
    ("fd_advise", "i32 i64 i64 i32"),
    ("fd_allocate", "i32 i64 i64"),
    ("fd_close", "i32"),
    ("fd_datasync", "i32"),
    ("fd_fdstat_get", "i32 i32"),
    ("fd_fdstat_set_flags", "i32 i32"),
    ("fd_fdstat_set_rights", "i32 i64 i64"),
    ("fd_filestat_get", "i32 i32"),
    ("fd_filestat_set_size", "i32 i64"),
    ("fd_filestat_set_times", "i32 i64 i64 i32"),
    ("fd_pread", "i32 i32 i32 i64 i32"),
    ("fd_prestat_get", "i32 i32"),
    ("fd_prestat_dir_name", "i32 i32 i32"),
    ("fd_pwrite", "i32 i32 i32 i64 i32"),
    ("fd_read", "i32 i32 i32 i32"),
    ("fd_readdir", "i32 i32 i32 i64 i32"),
    ("fd_renumber", "i32 i32"),
    ("fd_seek", "i32 i64 i32 i32"),
    ("fd_sync", "i32"),
    ("fd_tell", "i32 i32"),
    ("fd_write", "i32 i32 i32 i32"),
    ("path_create_directory", "i32 i32 i32"),
    ("path_filestat_get", "i32 i32 i32 i32 i32"),
    ("path_filestat_set_times", "i32 i32 i32 i32 i64 i64 i32"),
    ("path_link", "i32 i32 i32 i32 i32 i32 i32"),
    ("path_open", "i32 i32 i32 i32 i32 i64 i64 i32 i32"),
    ("path_readlink", "i32 i32 i32 i32 i32 i32"),
    ("path_remove_directory", "i32 i32 i32"),
    ("path_rename", "i32 i32 i32 i32 i32 i32"),
    ("path_symlink", "i32 i32 i32 i32 i32"),
    ("path_unlink_file", "i32 i32 i32"),
    ("poll_oneoff", "i32 i32 i32 i32"),
    ("proc_exit", "i32"),
    ("proc_raise", "i32"),
    ("random_get", "i32 i32"),
    ("sched_yield", ""),
    ("sock_accept", "i32 i32 i32"),
    ("sock_recv", "i32 i32 i32 i32 i32 i32"),
    ("sock_send", "i32 i32 i32 i32 i32"),
    ("sock_shutdown", "i32 i32"),
];

const HELPERS: &str = r#"
    (memory (export "memory") 2)
    (global $said (mut i32) (i32.const 0))
    (func $put (param $byte i32)
        (i32.store8 (i32.add (i32.const 65536) (global.get $said)) (local.get $byte))
        (global.set $said (i32.add (global.get $said) (i32.const 1))))
    (func $digits (param $number i64)
        (if (i64.ge_u (local.get $number) (i64.const 10))
            (then (call $digits (i64.div_u (local.get $number) (i64.const 10)))))
        (call $put (i32.add (i32.const 48)
            (i32.wrap_i64 (i64.rem_u (local.get $number) (i64.const 10))))))
    (func $say64 (param $number i64)
        (call $digits (local.get $number))
        (call $put (i32.const 32)))
    (func $say (param $number i32)
        (call $say64 (i64.extend_i32_u (local.get $number))))
    (func $raw (param $ptr i32) (param $len i32)
        (block $done (loop $next
            (br_if $done (i32.eqz (local.get $len)))
            (call $put (i32.load8_u (local.get $ptr)))
            (local.set $ptr (i32.add (local.get $ptr) (i32.const 1)))
            (local.set $len (i32.sub (local.get $len) (i32.const 1)))
            (br $next)))
        (call $put (i32.const 32)))
    (func $slice (param $at i32) (param $ptr i32) (param $len i32)
        (i32.store (local.get $at) (local.get $ptr))
        (i32.store offset=4 (local.get $at) (local.get $len)))
    (func $open (param $fd i32) (param $ptr i32) (param $len i32) (param $oflags i32)
        (param $rights i64) (result i32)
        (i32.store (i32.const 16) (i32.const -1))
        (call $say (call $path_open (local.get $fd) (i32.const 0) (local.get $ptr)
            (local.get $len) (local.get $oflags) (local.get $rights) (i64.const -1)
            (i32.const 0) (i32.const 16)))
        (i32.load (i32.const 16)))
    (func $write (param $fd i32) (param $ptr i32) (param $len i32)
        (call $slice (i32.const 0) (local.get $ptr) (local.get $len))
        (call $say (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8))))
    (func $read (param $fd i32) (param $len i32)
        (i32.store (i32.const 8) (i32.const 0))
        (call $slice (i32.const 0) (i32.const 32768) (local.get $len))
        (call $say (call $fd_read (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8)))
        (call $raw (i32.const 32768) (i32.load (i32.const 8))))
"#;
