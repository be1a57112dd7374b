//! Modules with their memory limited: still valid, and otherwise unchanged.
#![cfg(feature = "inspect")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use proptest::prelude::*;
use runtime_core::sandbox::{LimitError, OUT_OF_MEMORY_EXPORT, limit_memory};
use runtime_core::units::MemoryMb;
use wasm_smith::{Config, Module};
use wasmparser::{MemoryType, Operator, Parser, Payload, Validator, WasmFeatures};

const MB_128: MemoryMb = MemoryMb::new(128);

fn assemble(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn limited(text: &str, memory: MemoryMb) -> Vec<u8> {
    let wasm = limit_memory(&assemble(text), memory).unwrap();
    Validator::new().validate_all(&wasm).unwrap();
    wasm
}

/// All sections but those that may change: id and content.
fn sections(wasm: &[u8]) -> Vec<(u8, Vec<u8>)> {
    Parser::new(0)
        .parse_all(wasm)
        .filter_map(|payload| payload.unwrap().as_section())
        .map(|(id, range)| (id, wasm[range.start as usize..range.end as usize].to_vec()))
        .collect()
}

fn memories(wasm: &[u8]) -> Vec<MemoryType> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::MemorySection(section) = payload.unwrap() {
            found.extend(section.into_iter().map(Result::unwrap));
        }
    }
    found
}

/// Text of every function body's instructions.
fn bodies(wasm: &[u8]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CodeSectionEntry(body) = payload.unwrap() {
            let operators = body.get_operators_reader().unwrap();
            found.push(
                operators
                    .into_iter()
                    .map(|o| format!("{:?}", o.unwrap()))
                    .collect(),
            );
        }
    }
    found
}

#[test]
fn the_declared_maximum_is_lowered_but_never_below_the_minimum() {
    // MB, declared, wanted: pages.
    let cases = [
        (128, "1", Some(2_048)),
        (128, "1 5", Some(5)),
        (128, "1 65536", Some(2_048)),
        (128, "3000", Some(3_000)),
        (128, "3000 4000", Some(3_000)),
        (4_096, "1", None),
        (4_095, "1", Some(65_520)),
        (10_240, "1", None),
        (10_240, "1 65536", Some(65_536)),
    ];
    for (megabytes, declared, wanted) in cases {
        let text = format!("(module (memory {declared}))");
        let wasm = limited(&text, MemoryMb::new(megabytes));
        assert_eq!(
            memories(&wasm)[0].maximum,
            wanted,
            "{megabytes} MB, {declared}"
        );
        assert_eq!(
            wasm == assemble(&text),
            memories(&assemble(&text))[0].maximum == wanted
        );
    }
}

#[test]
fn a_module_that_cannot_grow_is_otherwise_the_same_bytes() {
    let text = r#"(module
        (import "a" "f" (func (param i64))) (memory (export "memory") 1) (table 1 externref)
        (global i32 (i32.const 1)) (func $named (param $p i32) (call 0 (i64.const 64)) (block))
        (data "x") (@custom "metadata.code.branch_hint" "\00") (@custom "name" "broken"))"#;
    let (before, after) = (sections(&assemble(text)), sections(&limited(text, MB_128)));
    let differing: Vec<u8> = before
        .iter()
        .zip(&after)
        .filter(|(before, after)| before != after)
        .map(|(before, _)| before.0)
        .collect();
    assert_eq!((before.len(), differing), (after.len(), vec![5]));
    assert_eq!(limited("(module)", MB_128), assemble("(module)"));
    let none = r#"(module (func (export "f")))"#;
    assert_eq!(limited(none, MB_128), assemble(none));
}

#[test]
fn growing_is_replaced_and_everything_else_stays() {
    let text = r#"(module
        (type $t (func (param i32) (result i32)))
        (import "a" "f" (func $f (param i64))) (import "a" "g" (global $g i32))
        (table $table (export "table") 3 funcref) (elem (i32.const 0) func $grower $plain)
        (memory (export "memory") 1)
        (global $own (mut i64) (i64.const 9))
        (func $grower (export "grow") (param $pages i32) (result i32)
            (drop (i32.const 64)) (if (i32.const 0) (then (drop (memory.grow (i32.const 1)))))
            (memory.grow (local.get $pages)))
        (func $plain (result v128) (memory.fill (i32.const 0) (i32.const 64) (i32.const 0))
            (v128.const i32x4 64 0 64 0))
        (func $begin (global.set $own (i64.const 64)) (drop (call_indirect (type $t) (i32.const 0) (i32.const 0))))
        (start $begin)
        (data $segment "\40\00\40\00"))"#;
    let original = assemble(text);
    let wasm = limited(text, MB_128);
    let (before, after) = (bodies(&original), bodies(&wasm));
    assert_eq!(after.len(), before.len() + 1);
    assert_eq!(after[1..3], before[1..3]);
    let calls = |body: &[String], what: &str| body.iter().filter(|o| o.starts_with(what)).count();
    assert_eq!(calls(&before[0], "MemoryGrow"), 2);
    assert_eq!(calls(&after[0], "MemoryGrow"), 0);
    // The import, three functions, and then the added one.
    assert_eq!(calls(&after[0], "Call { function_index: 4 }"), 2);
    assert_eq!(after[0].len(), before[0].len());
    assert_eq!(calls(&after[3], "MemoryGrow"), 1);

    let mut exported = Vec::new();
    for payload in Parser::new(0).parse_all(&wasm) {
        if let Payload::ExportSection(section) = payload.unwrap() {
            exported.extend(
                section
                    .into_iter()
                    .map(|e| e.map(|e| (e.name, e.index)).unwrap()),
            );
        }
    }
    assert_eq!(
        exported,
        [
            ("table", 0),
            ("memory", 0),
            ("grow", 1),
            (OUT_OF_MEMORY_EXPORT, 2)
        ]
    );
    // Imports, tables, start, elements, data and names: the same bytes.
    let unchanged = |wasm: &[u8]| {
        let mut found = sections(wasm);
        found.retain(|(id, _)| [0, 2, 4, 8, 9, 11].contains(id));
        found
    };
    assert_eq!(unchanged(&wasm), unchanged(&original));
    assert_eq!(unchanged(&wasm).len(), 6);
}

#[test]
fn missing_sections_are_added_in_their_place() {
    for fields in [
        "",
        "(global i32 (i32.const 1))",
        r#"(export "f" (func 0))"#,
        r#"(export "f" (func 0)) (start 1) (func) (data "x") (elem func 0) (tag)"#,
        r#"(global i32 (i32.const 1)) (func) (start 1)"#,
    ] {
        let text =
            format!("(module (memory 1) (func (result i32) (memory.grow (i32.const 1))) {fields})");
        let wasm = limited(&text, MB_128);
        assert!(bodies(&wasm)[0].contains(&format!(
            "Call {{ function_index: {} }}",
            bodies(&wasm).len() - 1
        )));
    }
}

#[test]
fn positions_inside_of_functions_go_where_functions_change() {
    let text = r#"(module (memory 1) (func (drop (memory.grow (i32.const 1))))
        (@custom "metadata.code.branch_hint" "\00") (@custom "other" "kept"))"#;
    let names: Vec<u8> = sections(&limited(text, MB_128))
        .iter()
        .map(|(id, _)| *id)
        .collect();
    assert_eq!(names.iter().filter(|id| **id == 0).count(), 1);
}

#[test]
fn what_inspection_refuses_is_refused_here_too() {
    let refused = |text: &str| limit_memory(&assemble(text), MB_128).unwrap_err();
    for text in [
        "(module (memory 1) (memory 1))",
        "(module (import \"env\" \"memory\" (memory 1)))",
        "(module (memory i64 1))",
        "(module (memory 1 2 shared))",
    ] {
        let error = refused(text);
        assert!(
            matches!(
                error,
                LimitError::UnsupportedMemory | LimitError::Malformed { .. }
            ),
            "{text}: {error}"
        );
    }
    let taken = format!("(module (memory (export \"{OUT_OF_MEMORY_EXPORT}\") 1))");
    assert_eq!(refused(&taken), LimitError::ReservedExport);
    assert!(matches!(
        limit_memory(b"\0asm\x0d\0\x01\0", MB_128),
        Err(LimitError::Malformed { .. })
    ));
    for error in [refused(&taken), refused("(module (memory 1) (memory 1))")] {
        assert!(!error.to_string().is_empty() && !error.hint().is_empty());
    }
}

/// Whatever a generator of valid modules comes up with, within the accepted proposals.
fn smith() -> Config {
    Config {
        max_memories: 1,
        memory64_enabled: false,
        threads_enabled: false,
        compact_imports_enabled: false,
        tail_call_enabled: false,
        gc_enabled: false,
        relaxed_simd_enabled: false,
        custom_page_sizes_enabled: false,
        wide_arithmetic_enabled: false,
        shared_everything_threads_enabled: false,
        simd_enabled: true,
        bulk_memory_enabled: true,
        reference_types_enabled: true,
        multi_value_enabled: true,
        exceptions_enabled: true,
        extended_const_enabled: true,
        export_everything: true,
        max_instructions: 400,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn valid_modules_stay_valid(seed in prop::collection::vec(any::<u8>(), 500..6_000), megabytes in 128_u32..10_241) {
        let Ok(module) = Module::new(smith(), &mut arbitrary::Unstructured::new(&seed)) else {
            return Ok(());
        };
        let wasm = module.to_bytes();
        Validator::new_with_features(WasmFeatures::all()).validate_all(&wasm).unwrap();
        let imports_memory = Parser::new(0).parse_all(&wasm).any(|payload| match payload {
            Ok(Payload::ImportSection(section)) => section
                .into_imports()
                .any(|import| matches!(import.unwrap().ty, wasmparser::TypeRef::Memory(_))),
            _ => false,
        });
        match limit_memory(&wasm, MemoryMb::new(megabytes)) {
            Err(error) => prop_assert!(imports_memory && error == LimitError::UnsupportedMemory, "{error}"),
            Ok(limited) => {
                Validator::new_with_features(WasmFeatures::all()).validate_all(&limited).unwrap();
                let grows = |bodies: &[Vec<String>]| bodies.concat().iter().filter(|o| o.starts_with("MemoryGrow")).count();
                let (before, after) = (bodies(&wasm), bodies(&limited));
                prop_assert_eq!(grows(&after), grows(&before).min(1));
                prop_assert_eq!(after.len(), before.len() + grows(&before).min(1));
            }
        }
    }
}

#[test]
fn operators_are_named_as_these_tests_expect() {
    assert!(format!("{:?}", Operator::MemoryGrow { mem: 0 }).starts_with("MemoryGrow"));
}
