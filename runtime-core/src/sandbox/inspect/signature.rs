//! Types of imports and exports as people read them.

use super::facts::ExternType;
use wasmparser::types::{CoreTypeId, TypesRef};
use wasmparser::{ExternalKind, FuncType, TypeRef, ValType};

/// The type of an import of a validated module.
pub(super) fn imported_type(types: TypesRef<'_>, ty: TypeRef) -> ExternType {
    match ty {
        TypeRef::Func(index) | TypeRef::FuncExact(index) => {
            function(types, types.core_type_at_in_module(index))
        }
        TypeRef::Memory(memory) => ExternType::Memory(memory.initial),
        TypeRef::Table(table) => ExternType::Table(table.element_type.to_string()),
        TypeRef::Global(global) => global_type(global.mutable, global.content_type),
        TypeRef::Tag(tag) => tag_type(types, types.core_type_at_in_module(tag.func_type_idx)),
    }
}

/// The type of an export of a validated module.
pub(super) fn exported_type(types: TypesRef<'_>, kind: ExternalKind, index: u32) -> ExternType {
    match kind {
        ExternalKind::Func | ExternalKind::FuncExact => {
            function(types, types.core_function_at(index))
        }
        ExternalKind::Memory => ExternType::Memory(types.memory_at(index).initial),
        ExternalKind::Table => ExternType::Table(types.table_at(index).element_type.to_string()),
        ExternalKind::Global => {
            let global = types.global_at(index);
            global_type(global.mutable, global.content_type)
        }
        ExternalKind::Tag => tag_type(types, types.tag_at(index)),
    }
}

fn function(types: TypesRef<'_>, id: CoreTypeId) -> ExternType {
    ExternType::Function(signature(types[id].unwrap_func()))
}

fn tag_type(types: TypesRef<'_>, id: CoreTypeId) -> ExternType {
    ExternType::Tag(tuple(types[id].unwrap_func().params()))
}

fn global_type(mutable: bool, content: ValType) -> ExternType {
    let prefix = if mutable { "mut " } else { "" };
    ExternType::Global(format!("{prefix}{content}"))
}

/// As in `(i32, i32) -> i64`, `() -> ()`, `() -> (i32, i32)`.
fn signature(ty: &FuncType) -> String {
    let parameters = tuple(ty.params());
    match ty.results() {
        [result] => format!("{parameters} -> {result}"),
        results => format!("{parameters} -> {}", tuple(results)),
    }
}

/// Functions may have a thousand parameters, and a module a million such functions.
fn tuple(types: &[ValType]) -> String {
    const SHOWN: usize = 16;
    let mut names: Vec<String> = types.iter().take(SHOWN).map(ToString::to_string).collect();
    if types.len() > SHOWN {
        names.push(format!("… {} more", types.len() - SHOWN));
    }
    format!("({})", names.join(", "))
}
