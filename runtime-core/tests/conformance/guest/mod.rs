//! A guest on strings: a reactor that makes whatever call of preview1 an event asks for, so that a
//! case can be written in Rust, call by call, and still runs inside the engine.
//!
//! ```text
//! mod     the guest, and making a call
//! calls   the functions of preview1
//! words   numbers of the specification by name, and what calls answer
//! ```
//!
//! An event holds the number of a function, nine arguments, and a piece of memory that arguments
//! may point into; the response is the same piece of memory after the call, with the error number
//! in front. The process lives on between calls, as reactors do.

mod calls;
mod words;

pub(crate) use words::{
    ACCESSED, ACCESSED_NOW, APPEND, Answer, CREATE, DIRECTORY, EXCLUSIVE, Entry, FdStat, MODIFIED,
    MODIFIED_NOW, Open, Stat, TRUNCATE, errno, filetype, rights,
};

use crate::harness::{Bench, settings};
use crate::program::PREVIEW1;
use runtime_core::sandbox::{FileContent, FileTree, Preopens, SandboxSettings};
use runtime_core::timeline::HandlerKind;
use std::fmt::Write;

/// Where events lie in the guest's memory.
const EVENT: u32 = 1_024;
/// Where its memory begins to be the case's: behind the function's number and the arguments.
const FREE: u32 = EVENT + 8 + 9 * 8;

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
}

/// A tree with one file.
pub(crate) fn tree(path: &str, content: &str) -> FileTree {
    let mut tree = FileTree::default();
    tree.insert(path, FileContent::File(content.as_bytes().to_vec().into()));
    tree
}

/// Little endian.
fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
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
