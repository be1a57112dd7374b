//! Every way in which a module can be refused, with real bytes, and what is told of a good one.
#![cfg(feature = "inspect")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use runtime_core::sandbox::inspect::{
    ExternType, FileKind, InspectError, PackageSource, Proposal, Unlinked,
};
use runtime_core::sandbox::{Code, DeploymentPackage, HandlerModule, inspect, inspect_files};
use runtime_core::timeline::HandlerKind;
use runtime_core::units::ByteCount;

/// A reactor that is in order, with a place for more fields.
fn reactor(fields: &str) -> String {
    format!(
        r#"(module {fields}
            (memory (export "memory") 2 10)
            (func (export "allocate") (param i32) (result i32) i32.const 1024)
            (func (export "handle") (param i32 i32) (result i64)
                local.get 0 i64.extend_i32_u i64.const 32 i64.shl
                local.get 1 i64.extend_i32_u i64.or))"#
    )
}

fn command(fields: &str) -> String {
    format!(r#"(module {fields} (memory (export "memory") 1) (func (export "_start")))"#)
}

fn assemble(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn accepted(text: &str) -> HandlerModule {
    let package = inspect("handler.wasm", assemble(text));
    module_of(package.unwrap_or_else(|error| panic!("{error}\n{text}")))
}

fn module_of(package: DeploymentPackage) -> HandlerModule {
    match package.code {
        Code::Module(module) => module,
        Code::Source { runtime, .. } => panic!("source for {}", runtime.id()),
        Code::Nothing => panic!("a layer"),
    }
}

fn refused(bytes: impl Into<Vec<u8>>) -> InspectError {
    let error = inspect("handler.wasm", bytes.into()).unwrap_err();
    assert_readable(&error);
    error
}

/// A cause is a sentence and a hint too, both short enough for a page.
fn assert_readable(error: &InspectError) {
    for text in [error.to_string(), error.hint()] {
        assert!(text.ends_with(['.', '?', '`', ')']), "{text}");
        assert!((10..3_000).contains(&text.len()), "{text}");
        assert!(!text.contains('\0'), "{text}");
    }
}

#[test]
fn a_reactor_and_its_facts() {
    let text = reactor(
        r#"(import "coldstart" "now" (func (result i64)))
           (func (export "_initialize"))
           (start $begin) (func $begin)
           (global (export "counter") (mut i32) (i32.const 0))
           (@custom "producers" "\01\08language\01\04Rust\00")"#,
    );
    let wasm = assemble(&text);
    let package = inspect("shop.wasm", wasm.clone()).unwrap();
    assert_eq!(package.source, PackageSource::Wasm);
    assert_eq!(package.size, ByteCount::from(wasm.len()));
    assert!(package.files.is_empty());
    let module = module_of(package);
    assert_eq!(module.kind, HandlerKind::Reactor);
    assert_eq!(module.wasm, wasm);
    let facts = module.facts;
    assert_eq!(facts.module_size, ByteCount::from(wasm.len()));
    assert_eq!(facts.initial_memory, ByteCount::new(2 * 65_536));
    assert_eq!(facts.maximum_memory, Some(ByteCount::new(10 * 65_536)));
    assert!(facts.has_initialize && facts.has_start);
    assert_eq!(facts.functions, 4);
    assert_eq!((facts.export_count, facts.import_count), (5, 1));
    assert_eq!(
        facts.imports[0].item,
        ExternType::Function("() -> i64".into())
    );
    let exported = |name: &str| {
        let export = facts.exports.iter().find(|export| export.name == name);
        export.unwrap().item.to_string()
    };
    assert_eq!(exported("handle"), "(i32, i32) -> i64");
    assert_eq!(exported("counter"), "global mut i32");
    assert_eq!(exported("memory"), "memory of 2 pages");
    assert_eq!(facts.language(), Some("Rust"));
}

#[test]
fn languages() {
    let language = |fields: &str| {
        let facts = accepted(&command(fields)).facts;
        facts.language().map(str::to_owned)
    };
    let producers = |content: &str| format!(r#"(@custom "producers" "{content}")"#);
    let c_then_rust = producers(r"\01\08language\02\03C11\00\04Rust\00");
    assert_eq!(language(&c_then_rust).as_deref(), Some("C11"));
    let tinygo = producers(r"\02\08language\01\03C11\00\0cprocessed-by\01\06TinyGo\040.39");
    assert_eq!(language(&tinygo).as_deref(), Some("TinyGo"));
    // Stripped, but a panic message is left.
    let hash = "0123456789abcdef0123456789abcdef01234567";
    let stripped = format!(r#"(data "xx/rustc/{hash}/library/core/src/str.rs")"#);
    assert_eq!(language(&stripped).as_deref(), Some("Rust"));
    assert_eq!(language(r#"(data "/rustc/book")"#), None);
    // A broken section says nothing and harms nothing.
    assert_eq!(language(&producers(r"\09\ff")), None);
}

#[test]
fn a_command_may_have_a_function_of_its_own_called_handle() {
    let text = command(r#"(func (export "handle") (param i32)) (func (export "_initialize"))"#);
    let module = accepted(&text);
    assert_eq!(module.kind, HandlerKind::Command);
    assert!(!module.facts.has_initialize);
}

#[test]
fn a_command_that_names_the_runtime_api_asks_for_its_events() {
    for name in ["/run/lambda/next", "COLDSTART_RUNTIME_API"] {
        let data = format!(r#"(data (i32.const 8) "open {name} and read")"#);
        assert_eq!(accepted(&command(&data)).kind, HandlerKind::Loop);
        // A reactor is called, whatever it says.
        assert_eq!(accepted(&reactor(&data)).kind, HandlerKind::Reactor);
    }
    let other = command(r#"(data (i32.const 8) "/run/lambda/nex")"#);
    assert_eq!(accepted(&other).kind, HandlerKind::Command);
}

#[test]
fn text_is_assembled_whatever_it_is_called() {
    let text = format!(
        "\u{feff};; echo\n(; a (; nested ;) comment ;)\n{}",
        reactor("")
    );
    for name in ["echo.wat", "echo.txt", "echo.wasm", ""] {
        let package = inspect(name, text.clone().into_bytes()).unwrap();
        assert_eq!(package.source, PackageSource::Wat);
        assert_eq!(package.size, ByteCount::from(text.len()));
        // The text stays, so that it can be edited, and makes the same package again.
        assert_eq!(package.files.size(), package.size);
        let again = inspect_files(package.all_files(), package.source).unwrap();
        assert_eq!(again, package);
        let module = module_of(package);
        assert_eq!(module.facts.module_size, ByteCount::from(module.wasm.len()));
        assert_eq!(module.facts.language(), Some("WAT"));
    }
    // Names and strings in any script are in order.
    let text = reactor("(func $\"приве́т\") (data \"שלום \u{202e}\")");
    assert!(inspect("a.wat", text.into_bytes()).is_ok());
}

#[test]
fn text_errors_tell_line_and_column() {
    let cases = [
        (
            "(module\n  (func (result i32)\n    i32.cnst 1))",
            3,
            5,
            "    i32.cnst 1))",
        ),
        (
            "(module\r\n  (func (; é ;) (x)))\r\n",
            2,
            18,
            "  (func (; é ;) (x)))",
        ),
        (
            "(module (func $f) (func $f))",
            1,
            25,
            "(module (func $f) (func $f))",
        ),
        ("(module\n  (func\n", 3, 1, ""),
        (
            "(module (func (call $missing)))",
            1,
            21,
            "(module (func (call $missing)))",
        ),
        (
            "(module (data \"\\zz\"))",
            1,
            17,
            "(module (data \"\\zz\"))",
        ),
        ("(; never closed", 1, 1, "(; never closed"),
        ("(", 1, 2, "("),
    ];
    for (text, wanted_line, wanted_column, wanted_source) in cases {
        let error = refused(text);
        let InspectError::Wat {
            file,
            line,
            column,
            source_line,
            message,
        } = &error
        else {
            panic!("{text}: {error:?}");
        };
        assert_eq!(
            (*line, *column),
            (wanted_line, wanted_column),
            "{text}: {message}"
        );
        assert_eq!(source_line, wanted_source, "{text}");
        let place = error.place().unwrap();
        assert_eq!(
            (&place.file, place.line, place.column),
            (file, *line, Some(*column))
        );
        assert!(file.ends_with(".wat"), "{file}");
        assert!(
            error
                .to_string()
                .starts_with(&format!("Line {line}, column {column}: "))
        );
    }
}

#[test]
fn text_in_a_wat_file_is_read_as_such_unless_it_clearly_is_not() {
    let in_file = |text: &str| inspect("a.WAT", text.as_bytes().to_vec()).unwrap_err();
    assert!(matches!(
        in_file("module)"),
        InspectError::Wat {
            line: 1,
            column: 1,
            ..
        }
    ));
    assert!(matches!(
        in_file("<!DOCTYPE html><title>404</title>"),
        InspectError::NotWasm {
            looks_like: FileKind::Html,
            ..
        }
    ));
    assert!(matches!(
        in_file(""),
        InspectError::NotWasm {
            looks_like: FileKind::Empty,
            ..
        }
    ));
    let long = format!("(module {} (oops))", "(func)".repeat(10_000));
    let InspectError::Wat { source_line, .. } = in_file(&long) else {
        panic!("a syntax error");
    };
    assert!(source_line.contains("(oops)") && source_line.len() < 200);
}

#[test]
fn other_files_are_told_apart() {
    let ustar = [b"notes.txt".to_vec(), vec![0; 248], b"ustar\0".to_vec()].concat();
    let cases: &[(&[u8], FileKind)] = &[
        (b"", FileKind::Empty),
        (b" \n\t", FileKind::Empty),
        (b"\x7fELF\x02\x01\x01\0", FileKind::Elf),
        (b"\xcf\xfa\xed\xfe\x07\0\0\x01", FileKind::MachO),
        (b"\xca\xfe\xba\xbe\0\0\0\x02", FileKind::MachO),
        (b"\xca\xfe\xba\xbe\0\0\0\x41", FileKind::JavaClass),
        (b"MZ\x90\0\x03", FileKind::Pe),
        (b"BC\xc0\xde5\x14", FileKind::LlvmBitcode),
        (b"!<arch>\n/   ", FileKind::StaticLibrary),
        (b"\x1f\x8b\x08\0\0", FileKind::Gzip),
        (b"\xfd7zXZ\0\0", FileKind::OtherArchive),
        (&ustar, FileKind::OtherArchive),
        (b"\x89PNG\r\n\x1a\n", FileKind::Media),
        (b"{\"key\": 1}", FileKind::Json),
        (b"[1, 2]", FileKind::Json),
        (b"\xef\xbb\xbf{}", FileKind::Json),
        (b"\n<!DOCTYPE html>\n<html>", FileKind::Html),
        (b"<?xml version=\"1.0\"?>", FileKind::Xml),
        (b"AGFzbQEAAAABBgFgAX8Bfw==", FileKind::Base64Wasm),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:1",
            FileKind::GitLfsPointer,
        ),
        (b"#!/bin/sh\necho", FileKind::ShellScript),
        (b"#!/usr/bin/env node\n1", FileKind::JavaScript),
        (
            b"export const handler = async (event) => {};",
            FileKind::JavaScript,
        ),
        (
            b"import { a } from 'b';\nconst c = 1;",
            FileKind::JavaScript,
        ),
        (b"exports.handler = async () => 1;", FileKind::JavaScript),
        (b"{ handler() {} }", FileKind::Text),
        (
            b"import json\n\ndef handler(event, context):\n    return 1",
            FileKind::Python,
        ),
        (b"use std::fmt;\nfn main() {}", FileKind::Rust),
        (
            b"package main\n\nimport \"fmt\"\nfunc main() {}",
            FileKind::Go,
        ),
        (b"#include <stdio.h>\nint main(void) {}", FileKind::C),
        (b"Dear all,", FileKind::Text),
        (b"\x00\x01\x02\x03", FileKind::Binary),
        (b"\0as", FileKind::Binary),
    ];
    for (bytes, wanted) in cases {
        let error = refused(*bytes);
        let InspectError::NotWasm { looks_like, file } = &error else {
            panic!("{wanted:?}: {error:?}");
        };
        assert_eq!(looks_like, wanted, "{}", String::from_utf8_lossy(bytes));
        assert_eq!(file, "handler.wasm");
    }
}

#[test]
fn every_cut_through_a_module_is_told_as_one() {
    let wasm = assemble(&reactor(
        r#"(data "some bytes") (table 2 funcref) (elem (i32.const 0) func 0)"#,
    ));
    let mut truncated = 0;
    for end in 4..wasm.len() {
        match inspect("handler.wasm", wasm[..end].to_vec()) {
            Err(InspectError::Truncated { offset, needed }) => {
                assert_eq!(offset, end as u64);
                assert!(
                    needed.is_none_or(|needed| needed > offset),
                    "{needed:?} at {end}"
                );
                truncated += 1;
            }
            // Cut between two sections, the rest can be a module of its own.
            Err(InspectError::NoHandler { .. }) | Ok(_) => {}
            Err(other) => panic!("cut at {end}: {other:?}"),
        }
    }
    assert!(truncated > wasm.len() - 16);
}

#[test]
fn invalid_modules_say_why_and_where() {
    // A body that leaves an i32 where an i64 is due. The text assembles: it is not checked.
    let text = reactor("(func (result i64) i32.const 1)");
    let InspectError::Invalid { message, offset } = refused(assemble(&text)) else {
        panic!("invalid");
    };
    assert!(message.contains("type mismatch"), "{message}");
    assert!(offset > 8);
    assert!(matches!(
        refused(*b"\0asm\x07\0\0\0"),
        InspectError::Invalid { offset: 4, .. }
    ));
    // Section 77.
    assert!(matches!(
        refused(*b"\0asm\x01\0\0\0\x4d\0"),
        InspectError::Invalid { .. }
    ));
    // A length of more than 32 bits.
    let long = *b"\0asm\x01\0\0\0\x01\xff\xff\xff\xff\xff\xff\xff";
    assert!(matches!(refused(long), InspectError::Invalid { .. }));
}

#[test]
fn components_and_unlinked_code() {
    assert_eq!(refused(*b"\0asm\x0d\0\x01\0"), InspectError::Component);
    assert_eq!(refused("(component)"), InspectError::Component);
    assert_eq!(refused(";; x\n( component $c)"), InspectError::Component);
    let object = command(r#"(@custom "linking" "\02")"#);
    assert_eq!(
        refused(assemble(&object)),
        InspectError::NotLinked(Unlinked::ObjectFile)
    );
    let library = command(r#"(@custom "dylink.0" (before first) "")"#);
    assert_eq!(
        refused(assemble(&library)),
        InspectError::NotLinked(Unlinked::SharedLibrary)
    );
}

#[test]
fn refused_proposals_are_named() {
    use Proposal::*;
    let cases = [
        ("(memory i64 1)", Memory64),
        ("(memory 1 2 shared)", Threads),
        (
            "(memory 1) (func i32.const 0 i32.atomic.load drop)",
            Threads,
        ),
        ("(memory 1) (memory 1)", MultiMemory),
        ("(func $f return_call $f)", TailCall),
        ("(tag $e) (func try catch $e end)", LegacyExceptions),
        ("(type (struct (field i32)))", GarbageCollection),
        ("(func (param anyref))", GarbageCollection),
        (
            "(type $t (func)) (func (param (ref $t)) local.get 0 call_ref $t)",
            FunctionReferences,
        ),
        (
            "(func (param v128) (result v128) local.get 0 i32x4.relaxed_trunc_f32x4_s)",
            RelaxedSimd,
        ),
        ("(memory 1 (pagesize 1))", CustomPageSizes),
        (
            "(func (param i64 i64 i64 i64) (result i64 i64)
                local.get 0 local.get 1 local.get 2 local.get 3 i64.add128)",
            WideArithmetic,
        ),
        ("(type $f (func)) (type $c (cont $f))", StackSwitching),
        (
            r#"(import "a" (item "b" (func)) (item "c" (func)))"#,
            CompactImports,
        ),
    ];
    for (fields, wanted) in cases {
        let error = refused(assemble(&format!("(module {fields})")));
        let InspectError::Unsupported { proposal, offset } = error else {
            panic!("{fields}: {error:?}");
        };
        assert_eq!(proposal, wanted, "{fields}");
        assert!(offset >= 8, "{fields}");
    }
}

#[test]
fn handler_exports() {
    let memory = r#"(memory (export "memory") 1)"#;
    let allocate = r#"(func (export "allocate") (param i32) (result i32) i32.const 0)"#;
    let handle = r#"(func (export "handle") (param i32 i32) (result i64) i64.const 0)"#;
    let module = |fields: &[&str]| refused(assemble(&format!("(module {})", fields.concat())));

    let InspectError::NoHandler { exports } = module(&[memory, r#"(func (export "run"))"#]) else {
        panic!("no handler");
    };
    let names: Vec<_> = exports.iter().map(|export| export.name.as_str()).collect();
    assert_eq!(names, ["memory", "run"]);
    assert_eq!(
        module(&["(func)"]).to_string(),
        "The module exports neither `handle` nor `_start`; it exports nothing."
    );
    assert!(matches!(
        module(&[memory, handle]),
        InspectError::NoAllocator { .. }
    ));
    assert_eq!(module(&[allocate, handle]), InspectError::MemoryNotExported);
    assert_eq!(
        module(&["(memory 1)", allocate, handle]),
        InspectError::MemoryNotExported
    );
    let start = r#"(func (export "_start"))"#;
    assert_eq!(
        module(&[memory, allocate, handle, start]),
        InspectError::TwoHandlers
    );

    let wrong = [
        (
            "handle",
            vec![memory, allocate, r#"(func (export "handle") (param i32))"#],
        ),
        (
            "handle",
            vec![
                memory,
                allocate,
                r#"(global (export "handle") i32 (i32.const 0))"#,
            ],
        ),
        (
            "allocate",
            vec![memory, handle, r#"(func (export "allocate"))"#],
        ),
        (
            "memory",
            vec![allocate, handle, r#"(func (export "memory"))"#],
        ),
        (
            "_start",
            vec![
                memory,
                r#"(func (export "_start") (result i32) i32.const 0)"#,
            ],
        ),
        (
            "_initialize",
            vec![
                memory,
                allocate,
                handle,
                r#"(func (export "_initialize") (param i64))"#,
            ],
        ),
    ];
    for (name, fields) in wrong {
        let InspectError::WrongSignature {
            export,
            expected,
            found,
        } = module(&fields)
        else {
            panic!("{fields:?}");
        };
        assert_eq!(export, name);
        assert_ne!(expected, found);
    }
    let reserved = r#"(global (export "coldstart.out_of_memory") i32 (i32.const 0))"#;
    assert!(matches!(
        module(&[memory, allocate, handle, reserved]),
        InspectError::ReservedExport { .. }
    ));
}

#[test]
fn imports() {
    let import = |text: &str| assemble(&command(text));
    assert!(matches!(
        refused(assemble(
            r#"(module (import "env" "memory" (memory 1)) (func (export "_start")))"#
        )),
        InspectError::MemoryImported { .. }
    ));
    let error = refused(import(
        r#"(import "env" "a" (func)) (import "wasi_snapshot_preview1" "fd_read" (func))
           (import "env" "b" (global i32)) (import "coldstart" "fetch" (func (param i32)))"#,
    ));
    let InspectError::UnknownImports { imports, count } = &error else {
        panic!("{error:?}");
    };
    let names: Vec<_> = imports
        .iter()
        .map(|i| format!("{}.{}", i.module, i.name))
        .collect();
    assert_eq!(names, ["env.a", "env.b", "coldstart.fetch"]);
    assert_eq!(*count, 3);
    assert_eq!(
        error.to_string(),
        "The module imports what no host here provides: `env.a` () -> (), `env.b` global i32, `coldstart.fetch` (i32) -> ()."
    );

    let InspectError::WrongImportSignatures { imports } = refused(import(
        r#"(import "wasi_snapshot_preview1" "proc_exit" (func (param i64)))
           (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
           (import "coldstart" "now" (global i64))"#,
    )) else {
        panic!("wrong signatures");
    };
    assert_eq!(imports.len(), 2);
    assert_eq!(
        (&*imports[0].expected, &*imports[0].found),
        ("(i32) -> ()", "(i64) -> ()")
    );
    assert_eq!(
        (&*imports[1].expected, &*imports[1].found),
        ("() -> i64", "global i64")
    );
}

/// The hooks of profiling builds are the platform's own affair.
#[test]
fn uploads_with_hooks_of_a_profiling_build_are_refused() {
    let uploads = [
        r#"(import "coldstart_profile" "enter" (func (param i32 i64) (result i32)))"#,
        r#"(import "coldstart_profile" "exit" (func (param i64)))"#,
        r#"(import "coldstart_profile" "caught" (func (param i32 i64)))"#,
    ];
    for import in uploads {
        let error = refused(assemble(&command(import)));
        assert!(
            matches!(error, InspectError::UnknownImports { count: 1, .. }),
            "{error:?}"
        );
    }
}

#[test]
fn hints_for_imports_name_the_tool_that_made_them() {
    let cases = [
        ("env", "emscripten_notify_memory_growth", "Emscripten"),
        ("wasi_unstable", "fd_write", "preview 0"),
        ("wasi:cli/environment@0.2.0", "get-environment", "preview 2"),
        (
            "__wbindgen_placeholder__",
            "__wbindgen_throw",
            "wasm-bindgen",
        ),
        ("./shop_bg.js", "__wbg_log_1", "wasm-bindgen"),
        ("gojs", "runtime.wasmExit", "GOOS=wasip1"),
        ("wasix_32v1", "thread_spawn", "WASIX"),
        ("env", "abort", "AssemblyScript"),
        ("GOT.mem", "__heap_base", "static module"),
        ("env", "sqlite3_open", "never linked"),
        (
            "wasi_snapshot_preview1",
            "fd_wrote",
            "`wasi_snapshot_preview1.fd_write`",
        ),
        ("coldstart", "radnom", "`coldstart.random`"),
        ("coldstart", "fetch_everything", "`coldstart` only"),
        ("host", "call", "`wasi_snapshot_preview1`"),
    ];
    for (module, name, wanted) in cases {
        let text = command(&format!(r#"(import "{module}" "{name}" (func))"#));
        let hint = refused(assemble(&text)).hint();
        assert!(hint.contains(wanted), "{module}.{name}: {hint}");
    }
}

#[test]
fn long_lists_are_shortened_in_text_and_counted() {
    let imports: String = (0..700)
        .map(|i| format!(r#"(import "env" "f{i}" (func))"#))
        .collect();
    let error = refused(assemble(&command(&imports)));
    assert!(
        error
            .to_string()
            .ends_with("`env.f11` () -> () and 688 more."),
        "{error}"
    );
    let InspectError::UnknownImports { imports, count } = error else {
        panic!("unknown imports");
    };
    assert_eq!((imports.len(), count), (500, 700));
    let exports: String = (0..700)
        .map(|i| format!(r#"(func (export "f{i}"))"#))
        .collect();
    let facts = accepted(&command(&exports)).facts;
    assert_eq!((facts.exports.len(), facts.export_count), (500, 702));
    // A name of 50,000 control characters does not reach the page as such.
    let name = "\\01".repeat(50_000);
    let error = refused(assemble(&command(&format!(
        r#"(import "{name}" "f" (func))"#
    ))));
    assert!(error.to_string().len() < 500);
}

#[test]
fn a_package_of_more_than_50_mb_is_refused_whatever_it_is() {
    let size = 52_428_800;
    let error = refused(vec![b'P'; size + 1]);
    assert_eq!(
        error,
        InspectError::PackageTooLarge {
            size: ByteCount::new(52_428_801)
        }
    );
    assert!(
        error
            .to_string()
            .starts_with("Zipped size must be smaller than 52428800 bytes")
    );
    assert!(matches!(
        refused(vec![b' '; size]),
        InspectError::NotWasm { .. }
    ));
}

#[test]
fn errors_and_facts_survive_the_way_to_the_page() {
    let module = accepted(&reactor(""));
    let there = postcard::to_stdvec(&module).unwrap();
    assert_eq!(
        postcard::from_bytes::<HandlerModule>(&there).unwrap(),
        module
    );
    let json = serde_json::to_string(&module.facts).unwrap();
    assert!(json.contains(r#""initialMemory":131072"#), "{json}");
    let error = refused(assemble(&command(r#"(import "env" "a" (func))"#)));
    let there = postcard::to_stdvec(&error).unwrap();
    assert_eq!(postcard::from_bytes::<InspectError>(&there).unwrap(), error);
}
