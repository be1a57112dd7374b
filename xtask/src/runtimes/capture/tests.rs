//! A small interpreter, prepared and resumed.

use super::Start;
use super::image::Image;
use super::prepare::prepared;
use super::resume::resumed;
use super::survey::Survey;
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind,
    ExportSection, Function, FunctionSection, GlobalSection, GlobalType, ImportSection,
    MemorySection, MemoryType, Module, RefType, TableSection, TableType, TypeSection, ValType,
};
use wasmparser::{DataKind, Parser, Payload};

/// A small interpreter: WASI's functions among others, a function that calls one of each, a
/// table, a stack pointer, data and debug information.
fn interpreter() -> Vec<u8> {
    let mut module = Module::new();
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], [ValType::I32]);
    types.ty().function([ValType::I32; 2], [ValType::I32]);
    let mut imports = ImportSection::new();
    for (from, name, kind) in [
        ("bridge", "call", 0),
        ("wasi_snapshot_preview1", "environ_get", 1),
        ("canonical_abi", "resource_new_value", 0),
        ("wasi_snapshot_preview1", "environ_sizes_get", 1),
    ] {
        imports.import(from, name, EntityType::Function(kind));
    }
    let mut functions = FunctionSection::new();
    functions.function(0).function(1);
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: 2,
        maximum: None,
        shared: false,
    });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut globals = GlobalSection::new();
    let stack_pointer = GlobalType {
        val_type: ValType::I32,
        mutable: true,
        shared: false,
    };
    globals.global(stack_pointer, &ConstExpr::i32_const(64));
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0);
    exports.export("eval", ExportKind::Func, 5);
    let mut elements = ElementSection::new();
    let listed = Elements::Functions([4, 0].as_slice().into());
    elements.active(None, &ConstExpr::i32_const(0), listed);
    let mut code = CodeSection::new();
    let mut calls = Function::new([]);
    calls
        .instructions()
        .local_get(0)
        .call(0)
        .call(2)
        .local_get(0)
        .call(3)
        .end();
    code.function(&calls);
    let mut evaluates = Function::new([]);
    evaluates.instructions().local_get(0).call(4).end();
    code.function(&evaluates);
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(8), *b"old");
    module.section(&types).section(&imports).section(&functions);
    module.section(&tables).section(&memories).section(&globals);
    module
        .section(&exports)
        .section(&elements)
        .section(&code)
        .section(&data);
    module.section(&wasm_encoder::CustomSection {
        name: ".debug_info".into(),
        data: vec![0; 9].into(),
    });
    let module = module.finish();
    wasmparser::validate(&module).unwrap();
    module
}

fn image() -> Image {
    let mut memory = vec![0; 2 * 65_536];
    memory[4096..4112].copy_from_slice(b"captured-mailbox");
    memory[4112..4116].copy_from_slice(&512_u32.to_le_bytes());
    memory[4116..4120].copy_from_slice(&528_u32.to_le_bytes());
    // The callee's type, and its tp_call.
    memory[516..520].copy_from_slice(&640_u32.to_le_bytes());
    memory[704..708].copy_from_slice(&1_u32.to_le_bytes());
    let report = br#"{"globals": {"captured_global_0": 48}, "text": [20, 4]}"#;
    Image::new(memory, report).unwrap()
}

#[test]
fn only_wasi_stays_imported_and_calls_find_their_functions() {
    let prepared = prepared(&interpreter()).unwrap();
    wasmparser::validate(&prepared).unwrap();
    let survey = Survey::of(&prepared).unwrap();
    let names: Vec<&str> = survey.imports.iter().map(|import| &*import.name).collect();
    assert_eq!(names, ["environ_get", "environ_sizes_get"]);
    // Two of its own, then the two stubs.
    assert_eq!((survey.defined, survey.functions()), (4, 6));
    assert_eq!(survey.exported("eval").unwrap(), 3);
    let first = bodies(&prepared).remove(0);
    assert_eq!(
        first,
        [
            "LocalGet 0",
            "Call 4",
            "Call 5",
            "LocalGet 0",
            "Call 1",
            "End"
        ]
    );
    // A stranger's function traps, a handle stands for itself.
    let stubs = &bodies(&prepared)[2..];
    assert_eq!(
        stubs,
        [vec!["Unreachable", "End"], vec!["LocalGet 0", "End"]]
    );
    assert!(!prepared.windows(6).any(|bytes| bytes == b".debug"));
}

#[test]
fn a_resumed_module_begins_with_the_image() {
    let eval = Start::RubyEval { export: "eval" };
    for start in [Start::PythonCall, eval] {
        let module = resumed(&prepared(&interpreter()).unwrap(), &image(), start).unwrap();
        wasmparser::validate(&module).unwrap();
        let survey = Survey::of(&module).unwrap();
        let exports: Vec<_> = survey
            .exports
            .iter()
            .map(|(name, at)| (&**name, *at))
            .collect();
        match start {
            // It goes on from SnapStart's snapshots in the same way.
            Start::PythonCall => assert_eq!(exports, [("_start", 6), ("_restore", 6)]),
            Start::RubyEval { .. } => assert_eq!(exports, [("_start", 6)]),
        }
        assert_eq!(
            memory_of(&module),
            image().segments().concat_into(2 * 65_536)
        );
        let last = bodies(&module).pop().unwrap();
        let call = match start {
            Start::PythonCall => ["I32Const 512", "I32Const 528", "I32Const 0", "I32Const 1"],
            Start::RubyEval { .. } => ["Drop", "I32Const 20", "I32Const 4", "Call 3"],
        };
        assert!(last.windows(4).any(|window| window == call), "{last:?}");
    }
}

#[test]
fn what_the_image_lacks_is_an_error() {
    let prepared = prepared(&interpreter()).unwrap();
    let empty = Image::new(vec![0; 65_536], b"{}").unwrap();
    assert!(resumed(&prepared, &empty, Start::PythonCall).is_err());
    let other = Start::RubyEval { export: "other" };
    let error = resumed(&prepared, &image(), other).unwrap_err();
    assert_eq!(error.to_string(), "other is not exported");
}

trait ConcatInto {
    fn concat_into(&self, size: usize) -> Vec<u8>;
}

impl ConcatInto for Vec<(u32, &[u8])> {
    fn concat_into(&self, size: usize) -> Vec<u8> {
        let mut memory = vec![0; size];
        for (at, bytes) in self {
            memory[*at as usize..][..bytes.len()].copy_from_slice(bytes);
        }
        memory
    }
}

/// What the memory holds once the module is instantiated.
fn memory_of(module: &[u8]) -> Vec<u8> {
    let mut segments = Vec::new();
    let mut size = 0;
    for payload in Parser::new(0).parse_all(module) {
        match payload.unwrap() {
            Payload::MemorySection(section) => {
                let memory = section.into_iter().next().unwrap().unwrap();
                size = memory.initial as usize * 65_536;
            }
            Payload::DataSection(section) => {
                for data in section {
                    let data = data.unwrap();
                    let DataKind::Active { offset_expr, .. } = data.kind else {
                        panic!("a passive segment");
                    };
                    let at = offset_expr.get_operators_reader().read().unwrap();
                    let wasmparser::Operator::I32Const { value } = at else {
                        panic!("{at:?}");
                    };
                    segments.push((value as u32, data.data));
                }
            }
            _ => {}
        }
    }
    segments.concat_into(size)
}

/// Each function's instructions, as short texts.
fn bodies(module: &[u8]) -> Vec<Vec<String>> {
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CodeSectionEntry(body) = payload.unwrap() {
            let operators = body.get_operators_reader().unwrap();
            bodies.push(
                operators
                    .into_iter()
                    .map(|it| short(&it.unwrap()))
                    .collect(),
            );
        }
    }
    bodies
}

fn short(operator: &wasmparser::Operator<'_>) -> String {
    // `Call { function_index: 4 }` as "Call 4".
    let text = format!("{operator:?}");
    match text.split_once(" { ") {
        Some((name, fields)) => {
            let value: String = fields.chars().filter(char::is_ascii_digit).collect();
            format!("{name} {}", value.trim_start_matches("32"))
        }
        None => text,
    }
}
