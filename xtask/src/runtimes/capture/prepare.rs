//! The interpreter with its globals exported, and only WASI imported.
//!
//! Functions of other modules (Ruby's bridge to JavaScript) become functions that trap: nothing
//! but `require "js"` and what follows it calls them. Handles to Ruby's values stand for
//! themselves. Debug information, half of CPython's bytes, goes.

use super::survey::{ImportedFunction, Survey, WASI};
use anyhow::{Context, Result, anyhow};
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, Function, FunctionSection, ImportSection, Module,
};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, ExportSectionReader, FunctionSectionReader,
    ImportSectionReader, Parser,
};

/// What exported globals are called, before their index.
pub const GLOBAL_PREFIX: &str = "captured_global_";
/// Where Ruby's module keeps handles.
const HANDLES: &str = "canonical_abi";

/// The module, ready to be captured.
///
/// # Errors
/// If it is not a module of an interpreter for WASI.
pub fn prepared(wasm: &[u8]) -> Result<Vec<u8>> {
    let survey = Survey::of(wasm)?;
    let mut module = Module::new();
    Prepare::of(&survey)
        .parse_core_module(&mut module, Parser::new(0), wasm)
        .map_err(|error| anyhow!("{error}"))
        .context("the interpreter cannot be rewritten")?;
    Ok(module.finish())
}

struct Prepare<'a> {
    survey: &'a Survey,
    /// The new index of each imported function.
    imports: Vec<u32>,
    /// How many of them are imported no longer.
    stubs: u32,
}

impl Prepare<'_> {
    /// What stays imported keeps its order, then come the module's own functions, then the stubs.
    fn of(survey: &Survey) -> Prepare<'_> {
        let imports = &survey.imports;
        let stubs = imports
            .iter()
            .filter(|import| import.module != WASI)
            .count() as u32;
        let (mut kept, mut stub) = (0.., survey.functions() - stubs..);
        let indices = imports.iter().map(|import| match import.module == WASI {
            true => kept.next(),
            false => stub.next(),
        });
        Prepare {
            imports: indices.flatten().collect(),
            survey,
            stubs,
        }
    }

    fn stubs(&self) -> impl Iterator<Item = &ImportedFunction> {
        let imports = self.survey.imports.iter();
        imports.filter(|import| import.module != WASI)
    }

    /// The stub's body.
    fn stub(&self, import: &ImportedFunction) -> Function {
        let mut body = Function::new([]);
        let returns = self
            .survey
            .types
            .get(import.type_index as usize)
            .is_some_and(|kind| !kind.results().is_empty());
        let mut instructions = body.instructions();
        match (import.module == HANDLES, returns) {
            (true, true) => instructions.local_get(0),
            (true, false) => &mut instructions,
            (false, _) => instructions.unreachable(),
        }
        .end();
        body
    }
}

impl Reencode for Prepare<'_> {
    type Error = Infallible;

    fn function_index(&mut self, old: u32) -> Result<u32, Error> {
        let imported = self.imports.get(old as usize);
        Ok(imported.copied().unwrap_or_else(|| old - self.stubs))
    }

    fn parse_custom_section(
        &mut self,
        _: &mut Module,
        _: CustomSectionReader<'_>,
    ) -> Result<(), Error> {
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error> {
        for import in section.into_imports() {
            let import = import?;
            if import.module == WASI {
                self.parse_import(imports, import)?;
            }
        }
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_function_section(self, functions, section)?;
        for stub in self.stubs() {
            functions.function(stub.type_index);
        }
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: ExportSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_export_section(self, exports, section)?;
        for (index, (mutable, _)) in (0..).zip(&self.survey.globals) {
            if *mutable {
                exports.export(
                    &format!("{GLOBAL_PREFIX}{index}"),
                    ExportKind::Global,
                    index,
                );
            }
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_code_section(self, code, section)?;
        for stub in self.stubs() {
            code.function(&self.stub(stub));
        }
        Ok(())
    }
}
