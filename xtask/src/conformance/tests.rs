//! A small suite of our own, natively and in Chromium.

use super::*;
use std::fs;
use std::path::PathBuf;

/// A program that writes its second argument to stdout and to stderr, and exits with the code
/// that is in it.
fn program(code: u32) -> Vec<u8> {
    let text = format!(
        r#"(module
        (import "wasi_snapshot_preview1" "args_sizes_get"
            (func $sizes (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write"
            (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (func (export "_start")
            (drop (call $sizes (i32.const 0) (i32.const 4)))
            (drop (call $args (i32.const 16) (i32.const 1024)))
            (i32.store (i32.const 0) (i32.load (i32.const 20)))
            (i32.store (i32.const 4) (i32.const 3))
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
            (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
            (call $exit (i32.const {code}))))"#
    );
    wat::parse_str(text).unwrap()
}

/// A folder with programs; gone when it is dropped.
struct Suite(PathBuf);

impl Suite {
    fn new(name: &str) -> Suite {
        let name = format!("coldstart-conformance-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        let add = |name: &str, wasm: &[u8], json: &str| {
            fs::write(folder.join(format!("{name}.wasm")), wasm).unwrap();
            fs::write(folder.join(format!("{name}.json")), json).unwrap();
        };
        let expects = r#"{ "args": ["abc"], "stdout": "abc", "stderr": "abc" "#;
        add("good", &program(0), &format!("{expects}}}"));
        let exits = format!(r#"{expects}, "exit_code": 7}}"#);
        add("exits", &program(7), &exits);
        add("wrong-code", &program(7), &format!("{expects}}}"));
        let wrong = r#"{ "args": ["abc"], "stdout": "abd" }"#;
        add("wrong-text", &program(0), wrong);
        add("bad-json", &program(0), "{ \"stdin\": 1 }");
        add("no-module", b"text", "{}");
        let trap = r#"(module (memory (export "memory") 1) (func (export "_start") unreachable))"#;
        add("traps", &wat::parse_str(trap).unwrap(), "{}");
        Suite(folder)
    }

    /// What is wrong with each program, by name.
    fn check(verdicts: &[(String, Result<(), String>)], no_module: &str) {
        let words = [
            ("bad-json", Some("\"stdin\" is not known")),
            ("exits", None),
            ("good", None),
            ("no-module", Some(no_module)),
            ("traps", Some("it ended as")),
            ("wrong-code", Some("exit code 7, not 0")),
            ("wrong-text", Some("stdout \"abc\", not \"abd\"")),
        ];
        for ((name, found), (expected_name, wrong)) in verdicts.iter().zip(words) {
            assert_eq!(name, expected_name);
            match (found, wrong) {
                (Ok(()), None) => {}
                (Err(found), Some(words)) => assert!(found.starts_with(words), "{name}: {found}"),
                (found, wrong) => panic!("{name}: {found:?}, not {wrong:?}"),
            }
        }
        assert_eq!(verdicts.len(), words.len());
    }
}

impl Drop for Suite {
    fn drop(&mut self) {
        // Left behind, it takes room and does no other harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn programs_run_natively() {
    let suite = Suite::new("native");
    let executable = native::build().unwrap();
    let programs = suite::read(&suite.0).unwrap();
    let verdicts: Vec<_> = programs
        .iter()
        .map(|program| {
            let ran = native::run(&executable, program);
            (program.name.clone(), verdict(program, ran))
        })
        .collect();
    Suite::check(&verdicts, "the module did not compile");
}

#[test]
#[ignore = "needs Chromium and the release build of the environment worker: part of `cargo xtask test`"]
fn programs_run_in_chromium() {
    let suite = Suite::new("chromium");
    let programs = suite::read(&suite.0).unwrap();
    let mut verdicts = Vec::new();
    let mut report = |program: &Program, ran: Result<Ran>| {
        verdicts.push((program.name.clone(), verdict(program, ran)));
    };
    chromium::run(&programs, &mut report).unwrap();
    Suite::check(&verdicts, "WebAssembly.compile()");
}
