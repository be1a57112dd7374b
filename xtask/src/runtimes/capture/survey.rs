//! What of a module has to be known before it is written anew.

use anyhow::{Context, Result, bail};
use wasmparser::{ExternalKind, FuncType, Parser, Payload, TypeRef, ValType};

/// The module whose functions every host here has.
pub const WASI: &str = "wasi_snapshot_preview1";

/// An imported function.
pub struct ImportedFunction {
    /// The module it is imported from.
    pub module: String,
    /// Its name there.
    pub name: String,
    /// The index of its type.
    pub type_index: u32,
}

/// A module at a glance.
#[derive(Default)]
pub struct Survey {
    /// All types.
    pub types: Vec<FuncType>,
    /// The imported functions; nothing else may be imported.
    pub imports: Vec<ImportedFunction>,
    /// How many functions the module defines.
    pub defined: u32,
    /// Whether each global is mutable, and its type.
    pub globals: Vec<(bool, ValType)>,
    /// The exported functions by name.
    pub exports: Vec<(String, u32)>,
    /// How many data segments are not active. They must be empty.
    pub passive_data: u32,
}

impl Survey {
    /// Reads a module.
    ///
    /// # Errors
    /// If it has what an interpreter for WASI does not have.
    pub fn of(wasm: &[u8]) -> Result<Survey> {
        let mut survey = Survey::default();
        for payload in Parser::new(0).parse_all(wasm) {
            survey.add(payload.context("the module cannot be read")?)?;
        }
        Ok(survey)
    }

    fn add(&mut self, payload: Payload<'_>) -> Result<()> {
        match payload {
            Payload::TypeSection(section) => {
                for function in section.into_iter_err_on_gc_types() {
                    self.types.push(function?);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    let TypeRef::Func(type_index) = import.ty else {
                        bail!("{}.{} is not a function", import.module, import.name);
                    };
                    self.imports.push(ImportedFunction {
                        module: import.module.to_owned(),
                        name: import.name.to_owned(),
                        type_index,
                    });
                }
            }
            Payload::FunctionSection(section) => self.defined = section.count(),
            Payload::GlobalSection(section) => {
                for global in section {
                    let kind = global?.ty;
                    self.globals.push((kind.mutable, kind.content_type));
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.kind == ExternalKind::Func {
                        self.exports.push((export.name.to_owned(), export.index));
                    }
                }
            }
            Payload::DataSection(section) => {
                for data in section {
                    let data = data?;
                    if matches!(data.kind, wasmparser::DataKind::Passive) {
                        if !data.data.is_empty() {
                            bail!("a passive data segment may be needed later");
                        }
                        self.passive_data += 1;
                    }
                }
            }
            Payload::StartSection { .. } => bail!("a start function would run again"),
            _ => {}
        }
        Ok(())
    }

    /// The index of a function of WASI's.
    ///
    /// # Errors
    /// If it is not imported.
    pub fn wasi(&self, name: &str) -> Result<u32> {
        let mut imports = (0..).zip(&self.imports);
        imports
            .find(|(_, import)| import.module == WASI && import.name == name)
            .map(|(index, _)| index)
            .with_context(|| format!("{name} is not imported"))
    }

    /// The index of an exported function.
    ///
    /// # Errors
    /// If there is none of this name.
    pub fn exported(&self, name: &str) -> Result<u32> {
        let mut exports = self.exports.iter();
        exports
            .find(|(export, _)| export == name)
            .map(|(_, index)| *index)
            .with_context(|| format!("{name} is not exported"))
    }

    /// How many functions there are, imported and defined.
    pub fn functions(&self) -> u32 {
        self.imports.len() as u32 + self.defined
    }
}
