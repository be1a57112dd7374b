//! Whether a valid module keeps the handler ABI, and in which of its two ways.

use super::error::{InspectError, WrongImport};
use super::facts::{ExternType, ImportFact, MAX_LISTED};
use super::module::Outline;
use crate::sandbox::imports::host_function;
use crate::sandbox::meter::{RESERVED_PREFIX, RESTORE_ENTRY};
use crate::timeline::HandlerKind;

pub(super) const INITIALIZE: &str = "_initialize";
const BEFORE_SNAPSHOT: &str = "before_snapshot";
const AFTER_RESTORE: &str = "after_restore";
const HANDLE: &str = "handle";
const ALLOCATE: &str = "allocate";
const START: &str = "_start";
const MEMORY: &str = "memory";

const HANDLE_TYPE: &str = "(i32, i32) -> i64";
const ALLOCATE_TYPE: &str = "(i32) -> i32";
const NOTHING_TYPE: &str = "() -> ()";

/// Tells the module's kind, or what keeps it from being one.
pub(super) fn check(outline: &Outline) -> Result<HandlerKind, InspectError> {
    check_imports(&outline.imports)?;
    let kind = match kind(outline)? {
        HandlerKind::Command if outline.names_runtime_api => {
            if let Some(restore) = export(outline, RESTORE_ENTRY) {
                expect_function(RESTORE_ENTRY, NOTHING_TYPE, restore)?;
            }
            HandlerKind::Loop
        }
        kind => kind,
    };
    match export(outline, MEMORY) {
        Some(ExternType::Memory(_)) => {}
        Some(other) => return Err(wrong(MEMORY, "a memory", other)),
        None => return Err(InspectError::MemoryNotExported),
    }
    let mut exports = outline.exports.iter();
    if let Some(reserved) = exports.find(|export| export.name.starts_with(RESERVED_PREFIX)) {
        return Err(InspectError::ReservedExport {
            export: reserved.name.clone(),
        });
    }
    Ok(kind)
}

fn kind(outline: &Outline) -> Result<HandlerKind, InspectError> {
    match (export(outline, HANDLE), export(outline, START)) {
        (None, None) => Err(InspectError::NoHandler {
            exports: outline.exports.iter().take(MAX_LISTED).cloned().collect(),
        }),
        (None, Some(start)) => {
            expect_function(START, NOTHING_TYPE, start)?;
            Ok(HandlerKind::Command)
        }
        // A program may well call one of its own functions `handle`; only one that could be
        // called as a handler makes it ambiguous.
        (Some(handle), Some(start)) if !is_function(handle, HANDLE_TYPE) => {
            expect_function(START, NOTHING_TYPE, start)?;
            Ok(HandlerKind::Command)
        }
        (Some(_), Some(_)) => Err(InspectError::TwoHandlers),
        (Some(handle), None) => {
            expect_function(HANDLE, HANDLE_TYPE, handle)?;
            let Some(allocate) = export(outline, ALLOCATE) else {
                return Err(InspectError::NoAllocator {
                    exports: outline.exports.iter().take(MAX_LISTED).cloned().collect(),
                });
            };
            expect_function(ALLOCATE, ALLOCATE_TYPE, allocate)?;
            for name in [INITIALIZE, BEFORE_SNAPSHOT, AFTER_RESTORE] {
                if let Some(function) = export(outline, name) {
                    expect_function(name, NOTHING_TYPE, function)?;
                }
            }
            Ok(HandlerKind::Reactor)
        }
    }
}

fn check_imports(imports: &[ImportFact]) -> Result<(), InspectError> {
    let mut unknown = Vec::new();
    let mut unknown_count = 0_u32;
    let mut wrong = Vec::new();
    for import in imports {
        if let ExternType::Memory(_) = import.item {
            return Err(InspectError::MemoryImported {
                module: import.module.clone(),
                name: import.name.clone(),
            });
        }
        match host_function(&import.module, &import.name) {
            Some(function) => {
                let expected = function.to_string();
                if !is_function(&import.item, &expected) && wrong.len() < MAX_LISTED {
                    wrong.push(WrongImport {
                        module: import.module.clone(),
                        name: import.name.clone(),
                        expected,
                        found: import.item.to_string(),
                    });
                }
            }
            None => {
                unknown_count += 1;
                if unknown.len() < MAX_LISTED {
                    unknown.push(import.clone());
                }
            }
        }
    }
    if !unknown.is_empty() {
        return Err(InspectError::UnknownImports {
            imports: unknown,
            count: unknown_count,
        });
    }
    if !wrong.is_empty() {
        return Err(InspectError::WrongImportSignatures { imports: wrong });
    }
    Ok(())
}

fn export<'a>(outline: &'a Outline, name: &str) -> Option<&'a ExternType> {
    outline
        .exports
        .iter()
        .find(|export| export.name == name)
        .map(|export| &export.item)
}

fn is_function(item: &ExternType, signature: &str) -> bool {
    matches!(item, ExternType::Function(found) if found == signature)
}

fn expect_function(name: &str, signature: &str, item: &ExternType) -> Result<(), InspectError> {
    if is_function(item, signature) {
        Ok(())
    } else {
        Err(wrong(name, signature, item))
    }
}

fn wrong(name: &str, expected: &str, found: &ExternType) -> InspectError {
    InspectError::WrongSignature {
        export: name.to_owned(),
        expected: expected.to_owned(),
        found: found.to_string(),
    }
}
