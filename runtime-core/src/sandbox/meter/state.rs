//! What of a module's state a snapshot has to hold beside its memory.

use super::{
    CAPTURE_EXPORT, MeterError, OWN_GLOBAL_PREFIX, REFERENCE_GLOBALS, RESTORE_ENTRY, TABLES_CHANGE,
    VECTOR_GLOBALS,
};
use wasm_encoder::{ConstExpr, ExportKind, ExportSection, GlobalSection, GlobalType};
use wasmparser::{FunctionBody, Operator, ValType};

/// The globals of a module that can be captured, and what keeps it from being captured.
#[derive(Default)]
pub(super) struct State {
    /// The module exports what makes it one that can be at rest.
    rests: bool,
    has_table: bool,
    /// Mutable globals with a number: index and the type's name.
    numbers: Vec<(u32, &'static str)>,
    obstacles: u32,
}

impl State {
    /// The module defines a global of this index.
    pub(super) fn global(&mut self, index: u32, ty: wasmparser::GlobalType) {
        if !ty.mutable {
            return;
        }
        match ty.content_type {
            ValType::I32 => self.numbers.push((index, "i32")),
            ValType::I64 => self.numbers.push((index, "i64")),
            ValType::F32 => self.numbers.push((index, "f32")),
            ValType::F64 => self.numbers.push((index, "f64")),
            ValType::V128 => self.obstacles |= VECTOR_GLOBALS,
            ValType::Ref(_) => self.obstacles |= REFERENCE_GLOBALS,
        }
    }

    /// It has a table.
    pub(super) fn table(&mut self) {
        self.has_table = true;
    }

    /// It exports a function of this name.
    pub(super) fn export(&mut self, name: &str) {
        self.rests |= name == "handle" || name == RESTORE_ENTRY;
    }

    /// Looks through the functions for what changes tables, if it matters.
    pub(super) fn read(&mut self, bodies: &[FunctionBody<'_>]) -> Result<(), MeterError> {
        if !self.rests || !self.has_table {
            return Ok(());
        }
        for body in bodies {
            for operator in body.get_operators_reader()? {
                let changes = matches!(
                    operator?,
                    Operator::TableSet { .. }
                        | Operator::TableGrow { .. }
                        | Operator::TableFill { .. }
                        | Operator::TableCopy { .. }
                        | Operator::TableInit { .. }
                );
                if changes {
                    self.obstacles |= TABLES_CHANGE;
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The global that says what is in the way.
    pub(super) fn globals(&self, globals: &mut GlobalSection) {
        if self.rests {
            let ty = GlobalType {
                val_type: wasm_encoder::ValType::I32,
                mutable: false,
                shared: false,
            };
            globals.global(ty, &ConstExpr::i32_const(self.obstacles.cast_signed()));
        }
    }

    /// Shows it, under this index, and the globals.
    pub(super) fn exports(&self, exports: &mut ExportSection, index: u32) {
        if !self.rests {
            return;
        }
        exports.export(CAPTURE_EXPORT, ExportKind::Global, index);
        for (index, ty) in &self.numbers {
            let name = format!("{OWN_GLOBAL_PREFIX}{ty}.{index}");
            exports.export(&name, ExportKind::Global, *index);
        }
    }
}
