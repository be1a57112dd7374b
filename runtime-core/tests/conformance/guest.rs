//! A guest on strings: a reactor that makes whatever call of preview1 an event asks for, so that a
//! case can be written in Rust, call by call, and still runs inside the engine.
//!
//! An event holds the number of a function, nine arguments, and a piece of memory that arguments
//! may point into; the response is the same piece of memory after the call, with the error number
//! in front. The process lives on between calls, as reactors do.

use crate::harness::{Bench, settings};
use crate::program::PREVIEW1;
use runtime_core::sandbox::{FileContent, FileTree, Preopens, SandboxSettings};
use runtime_core::timeline::HandlerKind;
use std::fmt::Write;

/// Where events lie in the guest's memory.
const EVENT: u32 = 1_024;
/// Where its memory begins to be the case's: behind the function's number and the arguments.
const FREE: u32 = EVENT + 8 + 9 * 8;

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

/// The guest, and its calls.
pub(crate) struct Guest {
    pub(crate) bench: Bench,
}

impl Guest {
    /// In an environment's own tree; descriptor 3 is `/`.
    pub(crate) fn new() -> Self {
        Guest::start(&settings(HandlerKind::Reactor))
    }

    pub(crate) fn start(settings: &SandboxSettings) -> Self {
        let mut bench = Bench::start(settings, &module());
        bench.init();
        Guest { bench }
    }

    /// With one empty directory of its own, called `here`: descriptor 3.
    pub(crate) fn in_a_directory() -> Self {
        Guest::in_directories(vec![("here".to_owned(), FileTree::default())])
    }

    pub(crate) fn in_directories(directories: Vec<(String, FileTree)>) -> Self {
        let mut settings = settings(HandlerKind::Reactor);
        settings.preopens = Preopens::Directories(directories);
        Guest::start(&settings)
    }

    /// Calls a function with a piece of memory at [`FREE`], and gives that memory back.
    fn call(&mut self, name: &str, arguments: &[u64], memory: Vec<u8>) -> Answer<Vec<u8>> {
        let index = PREVIEW1.iter().position(|(known, _)| *known == name);
        let mut event = (index.expect("a function of preview1") as u64)
            .to_le_bytes()
            .to_vec();
        for at in 0..9 {
            let argument = arguments.get(at).copied().unwrap_or(0);
            event.extend_from_slice(&argument.to_le_bytes());
        }
        event.extend_from_slice(&memory);
        let invoked = self.bench.invoke(&event);
        let response = invoked
            .response
            .unwrap_or_else(|| panic!("{name}: {:?}", invoked.outcome));
        match u32::from_le_bytes(response[..4].try_into().unwrap()) {
            0 => Ok(response[(FREE - EVENT) as usize..].to_vec()),
            errno => Err(errno),
        }
    }

    /// A call that takes a path, followed in memory by so many bytes for results. `arguments` is
    /// given the address and the length of the path, and the address of the results.
    fn with_path(
        &mut self,
        name: &str,
        path: &str,
        results: usize,
        arguments: impl FnOnce([u64; 2], u64) -> Vec<u64>,
    ) -> Answer<Vec<u8>> {
        let mut memory = path.as_bytes().to_vec();
        // Results are aligned.
        memory.resize(memory.len().next_multiple_of(8), 0);
        let at = memory.len();
        memory.resize(at + results, 0);
        let place = [u64::from(FREE), path.len() as u64];
        let arguments = arguments(place, u64::from(FREE) + at as u64);
        let memory = self.call(name, &arguments, memory)?;
        Ok(memory[at..].to_vec())
    }

    /// A call that takes two paths and has no result.
    fn with_paths(
        &mut self,
        name: &str,
        (one, other): (&str, &str),
        arguments: impl FnOnce([u64; 2], [u64; 2]) -> Vec<u64>,
    ) -> Answer {
        let memory = [one.as_bytes(), other.as_bytes()].concat();
        let first = [u64::from(FREE), one.len() as u64];
        let second = [u64::from(FREE) + one.len() as u64, other.len() as u64];
        self.call(name, &arguments(first, second), memory).map(drop)
    }

    pub(crate) fn open(&mut self, fd: u32, path: &str, how: Open) -> Answer<u32> {
        let Open {
            follow,
            oflags,
            rights,
            inheriting,
            flags,
        } = how;
        let opened = self.with_path("path_open", path, 4, |[path, len], result| {
            let before = [fd.into(), follow.into(), path, len, oflags.into()];
            [
                before.as_slice(),
                &[rights, inheriting, flags.into(), result],
            ]
            .concat()
        });
        Ok(number(&opened?) as u32)
    }

    /// Makes a file if there is none, and opens it for everything.
    pub(crate) fn create(&mut self, fd: u32, path: &str) -> Answer<u32> {
        let oflags = CREATE;
        self.open(
            fd,
            path,
            Open {
                oflags,
                ..Open::default()
            },
        )
    }

    /// Opens a directory with all rights.
    pub(crate) fn directory(&mut self, fd: u32, path: &str) -> Answer<u32> {
        let how = Open {
            oflags: DIRECTORY,
            rights: rights::DIRECTORY,
            inheriting: rights::DIRECTORY | rights::FILE,
            ..Open::default()
        };
        self.open(fd, path, how)
    }

    /// A file with this in it.
    pub(crate) fn file(&mut self, fd: u32, path: &str, content: &str) {
        let file = self.create(fd, path).unwrap();
        assert_eq!(self.write(file, content), Ok(content.len()));
        self.close(file).unwrap();
    }

    /// All that is in a file.
    pub(crate) fn content(&mut self, fd: u32, path: &str) -> Answer<String> {
        let rights = rights::READ;
        let file = self.open(
            fd,
            path,
            Open {
                rights,
                ..Open::default()
            },
        )?;
        let content = self.read(file, 4_096)?;
        self.close(file)?;
        Ok(content)
    }

    pub(crate) fn close(&mut self, fd: u32) -> Answer {
        self.call("fd_close", &[fd.into()], Vec::new()).map(drop)
    }

    pub(crate) fn renumber(&mut self, from: u32, to: u32) -> Answer {
        self.call("fd_renumber", &[from.into(), to.into()], Vec::new())
            .map(drop)
    }

    pub(crate) fn read(&mut self, fd: u32, len: usize) -> Answer<String> {
        self.read_by("fd_read", fd, None, len)
    }

    pub(crate) fn pread(&mut self, fd: u32, offset: u64, len: usize) -> Answer<String> {
        self.read_by("fd_pread", fd, Some(offset), len)
    }

    fn read_by(&mut self, name: &str, fd: u32, offset: Option<u64>, len: usize) -> Answer<String> {
        let memory = [slice(len), vec![0; 8 + len]].concat();
        let memory = self.call(name, &transfer(fd, offset), memory)?;
        let read = number(&memory[8..12]) as usize;
        Ok(String::from_utf8_lossy(&memory[16..16 + read]).into_owned())
    }

    pub(crate) fn write(&mut self, fd: u32, text: &str) -> Answer<usize> {
        self.write_by("fd_write", fd, None, text)
    }

    pub(crate) fn pwrite(&mut self, fd: u32, offset: u64, text: &str) -> Answer<usize> {
        self.write_by("fd_pwrite", fd, Some(offset), text)
    }

    fn write_by(&mut self, name: &str, fd: u32, offset: Option<u64>, text: &str) -> Answer<usize> {
        let memory = [slice(text.len()), vec![0; 8], text.into()].concat();
        let memory = self.call(name, &transfer(fd, offset), memory)?;
        Ok(number(&memory[8..12]) as usize)
    }

    pub(crate) fn seek(&mut self, fd: u32, offset: i64, whence: u64) -> Answer<u64> {
        let arguments = [fd.into(), offset as u64, whence, FREE.into()];
        Ok(number(&self.call("fd_seek", &arguments, vec![0; 8])?))
    }

    pub(crate) fn tell(&mut self, fd: u32) -> Answer<u64> {
        let arguments = [fd.into(), FREE.into()];
        Ok(number(&self.call("fd_tell", &arguments, vec![0; 8])?))
    }

    pub(crate) fn sync(&mut self, fd: u32) -> Answer {
        self.call("fd_sync", &[fd.into()], Vec::new()).map(drop)
    }

    pub(crate) fn advise(&mut self, fd: u32, offset: u64, len: u64, advice: u64) -> Answer {
        let arguments = [fd.into(), offset, len, advice];
        self.call("fd_advise", &arguments, Vec::new()).map(drop)
    }

    pub(crate) fn allocate(&mut self, fd: u32, offset: u64, len: u64) -> Answer {
        self.call("fd_allocate", &[fd.into(), offset, len], Vec::new())
            .map(drop)
    }

    pub(crate) fn resize(&mut self, fd: u32, size: u64) -> Answer {
        self.call("fd_filestat_set_size", &[fd.into(), size], Vec::new())
            .map(drop)
    }

    pub(crate) fn fdstat(&mut self, fd: u32) -> Answer<FdStat> {
        let arguments = [fd.into(), FREE.into()];
        let bytes = self.call("fd_fdstat_get", &arguments, vec![0; 24])?;
        Ok(FdStat {
            filetype: bytes[0],
            flags: number(&bytes[2..4]) as u16,
            rights: number(&bytes[8..16]),
            inheriting: number(&bytes[16..24]),
        })
    }

    pub(crate) fn set_flags(&mut self, fd: u32, flags: u32) -> Answer {
        let arguments = [fd.into(), flags.into()];
        self.call("fd_fdstat_set_flags", &arguments, Vec::new())
            .map(drop)
    }

    pub(crate) fn set_rights(&mut self, fd: u32, rights: u64, inheriting: u64) -> Answer {
        let arguments = [fd.into(), rights, inheriting];
        self.call("fd_fdstat_set_rights", &arguments, Vec::new())
            .map(drop)
    }

    pub(crate) fn fd_stat(&mut self, fd: u32) -> Answer<Stat> {
        let arguments = [fd.into(), FREE.into()];
        let bytes = self.call("fd_filestat_get", &arguments, vec![0; 64])?;
        Ok(stat(&bytes))
    }

    pub(crate) fn stat(&mut self, fd: u32, follow: bool, path: &str) -> Answer<Stat> {
        let bytes = self.with_path("path_filestat_get", path, 64, |[path, len], result| {
            vec![fd.into(), follow.into(), path, len, result]
        })?;
        Ok(stat(&bytes))
    }

    pub(crate) fn fd_set_times(
        &mut self,
        fd: u32,
        accessed: u64,
        modified: u64,
        flags: u32,
    ) -> Answer {
        let arguments = [fd.into(), accessed, modified, flags.into()];
        self.call("fd_filestat_set_times", &arguments, Vec::new())
            .map(drop)
    }

    pub(crate) fn set_times(
        &mut self,
        (fd, follow, path): (u32, bool, &str),
        (accessed, modified): (u64, u64),
        flags: u32,
    ) -> Answer {
        let done = self.with_path("path_filestat_set_times", path, 0, |[path, len], _| {
            let times = [accessed, modified, flags.into()];
            [[fd.into(), follow.into(), path, len].as_slice(), &times].concat()
        });
        done.map(drop)
    }

    /// `path_create_directory`, `path_remove_directory` or `path_unlink_file`.
    fn on_path(&mut self, name: &str, fd: u32, path: &str) -> Answer {
        let done = self.with_path(name, path, 0, |[path, len], _| vec![fd.into(), path, len]);
        done.map(drop)
    }

    pub(crate) fn make_directory(&mut self, fd: u32, path: &str) -> Answer {
        self.on_path("path_create_directory", fd, path)
    }

    pub(crate) fn remove_directory(&mut self, fd: u32, path: &str) -> Answer {
        self.on_path("path_remove_directory", fd, path)
    }

    pub(crate) fn unlink(&mut self, fd: u32, path: &str) -> Answer {
        self.on_path("path_unlink_file", fd, path)
    }

    pub(crate) fn rename(&mut self, from: (u32, &str), to: (u32, &str)) -> Answer {
        self.with_paths(
            "path_rename",
            (from.1, to.1),
            |[old, old_len], [new, len]| vec![from.0.into(), old, old_len, to.0.into(), new, len],
        )
    }

    pub(crate) fn link(&mut self, from: (u32, bool, &str), to: (u32, &str)) -> Answer {
        self.with_paths("path_link", (from.2, to.1), |[old, old_len], [new, len]| {
            let to = [to.0.into(), new, len];
            [[from.0.into(), from.1.into(), old, old_len].as_slice(), &to].concat()
        })
    }

    pub(crate) fn symlink(&mut self, target: &str, fd: u32, path: &str) -> Answer {
        self.with_paths(
            "path_symlink",
            (target, path),
            |[to, to_len], [path, len]| vec![to, to_len, fd.into(), path, len],
        )
    }

    /// What is read of the link into a buffer of this size.
    pub(crate) fn read_link(&mut self, fd: u32, path: &str, room: usize) -> Answer<String> {
        let bytes = self.with_path("path_readlink", path, 8 + room, |[path, len], result| {
            vec![fd.into(), path, len, result + 8, room as u64, result]
        })?;
        let used = number(&bytes[..4]) as usize;
        assert!(bytes[8 + used..].iter().all(|byte| *byte == 0));
        Ok(String::from_utf8_lossy(&bytes[8..8 + used]).into_owned())
    }

    /// The whole entries that fit into a buffer, and whether that was all.
    pub(crate) fn list(&mut self, fd: u32, cookie: u64, room: usize) -> Answer<(Vec<Entry>, bool)> {
        let arguments = [
            fd.into(),
            u64::from(FREE) + 8,
            room as u64,
            cookie,
            FREE.into(),
        ];
        let memory = self.call("fd_readdir", &arguments, vec![0; 8 + room])?;
        let used = number(&memory[..4]) as usize;
        let mut bytes = &memory[8..8 + used];
        let mut entries = Vec::new();
        while bytes.len() >= 24 {
            let len = number(&bytes[16..20]) as usize;
            let Some(name) = bytes.get(24..24 + len) else {
                break;
            };
            entries.push(Entry {
                cookie: number(&bytes[..8]),
                number: number(&bytes[8..16]),
                filetype: bytes[20],
                name: String::from_utf8(name.to_vec()).unwrap(),
            });
            bytes = &bytes[24 + len..];
        }
        Ok((entries, used < room))
    }

    /// The names in a directory, without the dots.
    pub(crate) fn names(&mut self, fd: u32) -> Vec<String> {
        let (entries, complete) = self.list(fd, 0, 60_000).unwrap();
        assert!(complete);
        let names = entries.into_iter().map(|entry| entry.name);
        names.filter(|name| name != "." && name != "..").collect()
    }

    /// The name of a preopened directory.
    pub(crate) fn preopened(&mut self, fd: u32) -> Answer<String> {
        let prestat = self.call("fd_prestat_get", &[fd.into(), FREE.into()], vec![0; 8])?;
        let len = number(&prestat[4..8]);
        let arguments = [fd.into(), FREE.into(), len];
        let name = self.call("fd_prestat_dir_name", &arguments, vec![0; len as usize])?;
        Ok(String::from_utf8(name).unwrap())
    }

    pub(crate) fn shutdown(&mut self, fd: u32) -> Answer {
        self.call("sock_shutdown", &[fd.into(), 0], Vec::new())
            .map(drop)
    }

    /// Random bytes.
    pub(crate) fn random(&mut self, len: usize) -> Answer<Vec<u8>> {
        self.call("random_get", &[FREE.into(), len as u64], vec![0; len])
    }
}

/// A tree with one file.
pub(crate) fn tree(path: &str, content: &str) -> FileTree {
    let mut tree = FileTree::default();
    tree.insert(path, FileContent::File(content.as_bytes().to_vec().into()));
    tree
}

/// An iovec at [`FREE`] for what lies 16 bytes behind it.
fn slice(len: usize) -> Vec<u8> {
    let place = FREE + 16;
    [place.to_le_bytes(), (len as u32).to_le_bytes()].concat()
}

/// The arguments of reading and writing, with or without an offset.
fn transfer(fd: u32, offset: Option<u64>) -> Vec<u64> {
    let mut arguments = vec![fd.into(), FREE.into(), 1];
    arguments.extend(offset);
    arguments.push(u64::from(FREE) + 8);
    arguments
}

/// Little endian.
fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn stat(bytes: &[u8]) -> Stat {
    let word = |at: usize| number(&bytes[at * 8..at * 8 + 8]);
    Stat {
        device: word(0),
        number: word(1),
        filetype: bytes[16],
        links: word(3),
        size: word(4),
        accessed: word(5),
        modified: word(6),
        changed: word(7),
    }
}

fn module() -> String {
    let mut text = String::from("(module\n");
    let mut branches = String::new();
    for (index, (name, parameters)) in PREVIEW1.iter().enumerate() {
        if *name == "proc_exit" {
            continue;
        }
        writeln!(
            text,
            r#"(import "wasi_snapshot_preview1" "{name}"
                (func ${name} (param {parameters}) (result i32)))"#
        )
        .unwrap();
        let mut arguments = String::new();
        for (at, parameter) in parameters.split_whitespace().enumerate() {
            let offset = 8 + 8 * at;
            write!(
                arguments,
                "({parameter}.load offset={offset} (local.get $at))"
            )
            .unwrap();
        }
        writeln!(
            branches,
            "(if (i32.eq (i32.load (local.get $at)) (i32.const {index}))
                (then (i32.store (local.get $at) (call ${name} {arguments})) (br $done)))"
        )
        .unwrap();
    }
    write!(
        text,
        r#"(memory (export "memory") 40)
        (func (export "allocate") (param i32) (result i32) (i32.const {EVENT}))
        (func (export "handle") (param $at i32) (param $len i32) (result i64)
            (block $done {branches} unreachable)
            (i64.or (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
                (i64.extend_i32_u (local.get $len)))))"#
    )
    .unwrap();
    text
}
