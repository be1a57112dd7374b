//! What changes in a module, and what does not.

use crate::{assemble, smith};
use proptest::prelude::*;
use runtime_core::sandbox::meter::{
    FUEL_EXPORT, MEMORY_LIMIT_EXPORT, MeterError, OUT_OF_MEMORY_EXPORT, PROFILE_MODULE, Profile,
    START_EXPORT, meter,
};
use wasm_smith::Module;
use wasmparser::{KnownCustom, Name, Parser, Payload, Validator, WasmFeatures};

const GLOBALS: [&str; 3] = [FUEL_EXPORT, MEMORY_LIMIT_EXPORT, OUT_OF_MEMORY_EXPORT];

fn metered(text: &str, profile: Profile) -> Vec<u8> {
    let wasm = meter(&assemble(text), profile).unwrap();
    Validator::new().validate_all(&wasm).unwrap();
    wasm
}

/// All sections: id and content.
fn sections(wasm: &[u8]) -> Vec<(u8, Vec<u8>)> {
    Parser::new(0)
        .parse_all(wasm)
        .filter_map(|payload| payload.unwrap().as_section())
        .map(|(id, range)| (id, wasm[range.start as usize..range.end as usize].to_vec()))
        .collect()
}

/// Text of every function body's instructions.
fn bodies(wasm: &[u8]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CodeSectionEntry(body) = payload.unwrap() {
            let operators = body.get_operators_reader().unwrap().into_iter();
            found.push(operators.map(|it| format!("{:?}", it.unwrap())).collect());
        }
    }
    found
}

/// Name and index of each export.
fn exports(wasm: &[u8]) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ExportSection(section) = payload.unwrap() {
            let exports = section.into_iter().map(Result::unwrap);
            found.extend(exports.map(|it| (it.name.to_owned(), it.index)));
        }
    }
    found
}

/// Names with their indices.
type Names = Vec<(u32, String)>;

/// The names of functions and globals that the name section has.
fn names(wasm: &[u8]) -> (Names, Names) {
    let (mut functions, mut globals) = (Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::CustomSection(section) = payload.unwrap()
            && let KnownCustom::Name(section) = section.as_known()
        {
            for name in section {
                let (into, map) = match name.unwrap() {
                    Name::Function(map) => (&mut functions, map),
                    Name::Global(map) => (&mut globals, map),
                    _ => continue,
                };
                let map = map.into_iter().map(Result::unwrap);
                into.extend(map.map(|it| (it.index, it.name.to_owned())));
            }
        }
    }
    (functions, globals)
}

fn count(body: &[String], what: &str) -> usize {
    body.iter().filter(|it| it.starts_with(what)).count()
}

const RICH: &str = r#"(module
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

#[test]
fn growing_is_replaced_and_everything_else_stays() {
    let original = assemble(RICH);
    let wasm = metered(RICH, Profile::No);
    let (before, after) = (bodies(&original), bodies(&wasm));
    // Growing, and charging for bytes and table entries.
    assert_eq!(after.len(), before.len() + 3);
    assert_eq!(count(&before[0], "MemoryGrow"), 2);
    assert_eq!(count(&after.concat(), "MemoryGrow"), 1);
    assert_eq!(count(&after[3], "MemoryGrow"), 1);
    // The import, three functions, and then the added ones.
    assert_eq!(count(&after[0], "Call { function_index: 4 }"), 2);
    // What is added aside, each body has the same instructions in the same order.
    for (before, after) in before.iter().zip(&after) {
        let mut rest = after.iter();
        for operator in before.iter().filter(|it| !it.starts_with("MemoryGrow")) {
            assert!(rest.any(|it| it == operator), "{operator} of {after:?}");
        }
    }
    let found = exports(&wasm);
    let found: Vec<_> = found
        .iter()
        .map(|(name, it)| (name.as_str(), *it))
        .collect();
    let own = [("table", 0), ("memory", 0), ("grow", 1)];
    let added = [
        (GLOBALS[0], 2),
        (GLOBALS[1], 3),
        (GLOBALS[2], 4),
        (START_EXPORT, 3),
    ];
    assert_eq!(found, [&own[..], &added[..]].concat());
    // Imports, tables, memories, elements, data count and data: the same bytes. No start.
    let unchanged = |wasm: &[u8]| {
        let mut found = sections(wasm);
        found.retain(|(id, _)| [2, 4, 5, 9, 11, 12].contains(id));
        found
    };
    assert_eq!(unchanged(&wasm), unchanged(&original));
    assert_eq!(unchanged(&wasm).len(), 5);
    assert!(sections(&wasm).iter().all(|(id, _)| *id != 8));
}

#[test]
fn names_survive_and_what_is_added_has_some() {
    let own = |prefix: &[&str]| -> Vec<String> {
        let own = ["f", "grower", "plain", "begin"];
        let mut all: Vec<String> = own.iter().map(|it| (*it).to_owned()).collect();
        all.splice(1..1, prefix.iter().map(|it| (*it).to_owned()));
        all.extend(
            ["grow_memory", "charge_bytes", "charge_entries"].map(|it| format!("coldstart.{it}")),
        );
        all
    };
    for (profile, hooks) in [
        (Profile::No, &[][..]),
        (Profile::Calls, &["enter", "exit", "caught", "framed"]),
    ] {
        let (functions, globals) = names(&metered(RICH, profile));
        let expected: Vec<_> = (0..).zip(own(hooks)).collect();
        assert_eq!(functions, expected);
        let expected = ["g", "own", GLOBALS[0], GLOBALS[1], GLOBALS[2]].map(str::to_owned);
        assert_eq!(globals, (0..).zip(expected).collect::<Vec<_>>());
    }
}

#[test]
fn names_that_cannot_be_read_are_no_reason_to_refuse() {
    let text = r#"(module (func $f) (@custom "name" "broken"))"#;
    let customs = |wasm: &[u8]| sections(wasm).iter().filter(|(id, _)| *id == 0).count();
    assert_eq!(
        customs(&metered(text, Profile::No)),
        customs(&assemble(text))
    );
    metered(text, Profile::Calls);
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
        for profile in [Profile::No, Profile::Calls] {
            let wasm = metered(&text, profile);
            let bodies = bodies(&wasm);
            let hooks = if profile == Profile::Calls { 4 } else { 0 };
            let call = format!("Call {{ function_index: {} }}", hooks + bodies.len() - 3);
            assert!(bodies[0].contains(&call), "{fields} {:?}", bodies[0]);
            for name in GLOBALS {
                assert!(exports(&wasm).iter().any(|(it, _)| it == name));
            }
        }
    }
    for text in [
        "(module)",
        r#"(module (@custom "first" (before type) "x") (memory 1))"#,
    ] {
        metered(text, Profile::No);
        metered(text, Profile::Calls);
    }
}

#[test]
fn positions_inside_of_functions_are_dropped() {
    let text = r#"(module (memory 1) (func)
        (@custom "metadata.code.branch_hint" "\00") (@custom ".debug_line" "\00")
        (@custom "sourceMappingURL" "\01a") (@custom "other" "kept"))"#;
    let mut customs = sections(&metered(text, Profile::No));
    customs.retain(|(id, _)| *id == 0);
    assert_eq!(customs, [(0, b"\x05otherkept".to_vec())]);
}

#[test]
fn a_profiling_build_moves_functions_and_all_that_names_them() {
    let text = r#"(module (import "a" "f" (func $f))
        (func $a (export "a") (call $f) (call $b) (drop (ref.func $b)))
        (func $b (call $a)) (table 2 funcref) (elem (i32.const 0) func $f $b)
        (global (export "g") funcref (ref.func $a)) (elem declare func $b))"#;
    let wasm = metered(text, Profile::Calls);
    assert!(exports(&wasm).contains(&("a".to_owned(), 5)));
    let body = &bodies(&wasm)[0];
    for (what, times) in [
        ("Call { function_index: 0 }", 1),
        ("Call { function_index: 6 }", 1),
        ("RefFunc { function_index: 6 }", 1),
    ] {
        assert_eq!(count(body, what), times, "{what} in {body:?}");
    }
    let hooks =
        ["enter", "exit", "caught", "framed"].map(|name| format!("{PROFILE_MODULE}.{name}"));
    assert_eq!(imports(&wasm), format!("a.f {}", hooks.join(" ")));
}

/// Names of imports, joined.
fn imports(wasm: &[u8]) -> String {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ImportSection(section) = payload.unwrap() {
            let imports = section.into_imports().map(Result::unwrap);
            found.extend(imports.map(|it| format!("{}.{}", it.module, it.name)));
        }
    }
    found.join(" ")
}

#[test]
fn what_inspection_refuses_is_refused_here_too() {
    let refused = |text: &str| meter(&assemble(text), Profile::No).unwrap_err();
    for text in [
        "(module (memory 1) (memory 1))",
        "(module (import \"env\" \"memory\" (memory 1)))",
        "(module (memory i64 1))",
        "(module (memory 1 2 shared))",
    ] {
        let error = refused(text);
        let expected = matches!(
            error,
            MeterError::UnsupportedMemory | MeterError::Malformed { .. }
        );
        assert!(expected, "{text}: {error}");
    }
    let taken = |name: &str| format!("(module (memory (export \"{name}\") 1))");
    for name in GLOBALS.iter().chain(&[START_EXPORT, "coldstart.later"]) {
        let error = refused(&taken(name));
        assert_eq!(error, MeterError::ReservedExport((*name).to_owned()));
    }
    assert!(matches!(
        meter(b"\0asm\x0d\0\x01\0", Profile::No),
        Err(MeterError::Malformed { .. })
    ));
    for error in [
        refused(&taken(FUEL_EXPORT)),
        refused("(module (memory 1) (memory 1))"),
        refused(&format!(
            "(module (func {}))",
            "(local i64)".repeat(50_000) + "(loop)"
        )),
    ] {
        assert!(!error.to_string().is_empty() && !error.hint().is_empty());
    }
}

#[test]
fn a_function_that_would_have_too_many_locals_is_refused_only_if_it_needs_one() {
    let many = |count: usize, code: &str| {
        let text = format!(
            "(module (func (export \"f\") {} {code}))",
            "(local i64)".repeat(count)
        );
        meter(&assemble(&text), Profile::No)
    };
    assert!(many(49_999, "(loop)").is_ok());
    assert_eq!(
        many(50_000, "(loop)"),
        Err(MeterError::TooLarge { function: 0 })
    );
    assert!(many(50_000, "").is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn valid_modules_stay_valid(seed in prop::collection::vec(any::<u8>(), 500..6_000), calls in any::<bool>()) {
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
        let profile = if calls { Profile::Calls } else { Profile::No };
        match meter(&wasm, profile) {
            Err(error) => prop_assert!(imports_memory && error == MeterError::UnsupportedMemory, "{error}"),
            Ok(metered) => {
                Validator::new_with_features(WasmFeatures::all()).validate_all(&metered).unwrap();
                let (before, after) = (bodies(&wasm), bodies(&metered));
                prop_assert!(count(&after.concat(), "MemoryGrow") <= 1);
                prop_assert_eq!(after.len(), before.len() + 3);
            }
        }
    }
}
