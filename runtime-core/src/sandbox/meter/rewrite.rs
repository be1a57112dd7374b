//! Writing the new module.

use super::added::{Added, Renumber};
use super::body::{Bodies, Context};
use super::names;
use super::outline::{Outline, part};
use super::{MeterError, Profile, START_EXPORT};
use crate::sandbox::inspect::ACCEPTED;
use std::collections::BTreeMap;
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{
    BlockType, CodeSection, CustomSection, ElementSection, ExportKind, ExportSection,
    FunctionSection, GlobalSection, ImportSection, Module, RawSection, SectionId, TypeSection,
};
use wasmparser::{CustomSectionReader, KnownCustom, Parser, Payload, ValType};

/// The order of sections, which is not that of their ids; and whether something is added to it, so
/// that it must be there.
const ORDER: [(SectionId, bool); 13] = [
    (SectionId::Type, true),
    (SectionId::Import, true),
    (SectionId::Function, true),
    (SectionId::Table, false),
    (SectionId::Memory, false),
    (SectionId::Tag, false),
    (SectionId::Global, true),
    (SectionId::Export, true),
    (SectionId::Start, false),
    (SectionId::Element, false),
    (SectionId::DataCount, false),
    (SectionId::Code, true),
    (SectionId::Data, false),
];

/// A module that is being written.
pub(super) struct Rewrite<'a> {
    wasm: &'a [u8],
    outline: Outline<'a>,
    added: Added,
    profile: Profile,
    /// Types of blocks with several results, by these.
    blocks: BTreeMap<Vec<ValType>, u32>,
    module: Module,
    /// How many of [`ORDER`] are written or left out.
    passed: usize,
}

impl<'a> Rewrite<'a> {
    pub(super) fn new(wasm: &'a [u8], profile: Profile) -> Result<Self, MeterError> {
        let outline = Outline::read(wasm)?;
        let added = Added::new(outline.counts, profile);
        let mut blocks = BTreeMap::new();
        if profile.has_hooks() {
            for shape in outline.types.iter().filter(|it| it.results.len() > 1) {
                let next = added.type_count() + blocks.len() as u32;
                blocks.entry(shape.results.clone()).or_insert(next);
            }
        }
        Ok(Rewrite {
            wasm,
            outline,
            added,
            profile,
            blocks,
            module: Module::new(),
            passed: 0,
        })
    }

    pub(super) fn run(mut self) -> Result<Vec<u8>, MeterError> {
        let mut parser = Parser::new(0);
        parser.set_features(ACCEPTED);
        for payload in parser.parse_all(self.wasm) {
            match payload? {
                Payload::CustomSection(custom) => self.custom(&custom)?,
                payload => {
                    if let Some((id, range)) = payload.as_section() {
                        let rank = ORDER.iter().position(|(it, _)| *it as u8 == id);
                        self.fill(rank.unwrap_or(ORDER.len()))?;
                        let data = part(self.wasm, range.start as usize, range.end as usize)?;
                        self.section(payload, RawSection { id, data })?;
                        self.passed = rank.map_or(self.passed, |rank| rank + 1);
                    }
                }
            }
        }
        self.fill(ORDER.len())?;
        Ok(self.module.finish())
    }

    /// Writes the sections before another that the module does not have and that must be there.
    fn fill(&mut self, until: usize) -> Result<(), MeterError> {
        let missing = ORDER.get(self.passed..until).unwrap_or_default();
        for (id, _) in missing.iter().filter(|(_, needed)| *needed) {
            match id {
                SectionId::Type => self.types(None)?,
                SectionId::Import => self.imports(None)?,
                SectionId::Function => self.functions(None)?,
                SectionId::Global => self.globals(None)?,
                SectionId::Export => self.exports(None)?,
                _ => self.code()?,
            }
        }
        self.passed = self.passed.max(until);
        Ok(())
    }

    fn section(&mut self, payload: Payload<'_>, raw: RawSection<'_>) -> Result<(), MeterError> {
        match payload {
            Payload::TypeSection(section) => self.types(Some(section)),
            Payload::ImportSection(section) => self.imports(Some(section)),
            Payload::FunctionSection(section) => self.functions(Some(section)),
            Payload::GlobalSection(section) => self.globals(Some(section)),
            Payload::ExportSection(section) => self.exports(Some(section)),
            Payload::ElementSection(section) => {
                let mut elements = ElementSection::new();
                Renumber(&self.added).parse_element_section(&mut elements, section)?;
                self.module.section(&elements);
                Ok(())
            }
            Payload::CodeSectionStart { .. } => self.code(),
            // Exported instead.
            Payload::StartSection { .. } => Ok(()),
            _ => {
                self.module.section(&raw);
                Ok(())
            }
        }
    }

    fn types(&mut self, own: Option<wasmparser::TypeSectionReader<'_>>) -> Result<(), MeterError> {
        let mut types = TypeSection::new();
        let mut renumber = Renumber(&self.added);
        if let Some(own) = own {
            renumber.parse_type_section(&mut types, own)?;
        }
        self.added.types(&mut types);
        let mut blocks: Vec<_> = self.blocks.iter().collect();
        blocks.sort_by_key(|(_, index)| **index);
        for (results, _) in blocks {
            let results = renumber.val_types(results.clone())?;
            types.ty().function([], results);
        }
        self.module.section(&types);
        Ok(())
    }

    fn imports(
        &mut self,
        own: Option<wasmparser::ImportSectionReader<'_>>,
    ) -> Result<(), MeterError> {
        let mut imports = ImportSection::new();
        if let Some(own) = own {
            Renumber(&self.added).parse_import_section(&mut imports, own)?;
        }
        self.added.imports(&mut imports);
        self.module.section(&imports);
        Ok(())
    }

    fn functions(
        &mut self,
        own: Option<wasmparser::FunctionSectionReader<'_>>,
    ) -> Result<(), MeterError> {
        let mut functions = FunctionSection::new();
        if let Some(own) = own {
            Renumber(&self.added).parse_function_section(&mut functions, own)?;
        }
        self.added.functions(&mut functions);
        self.module.section(&functions);
        Ok(())
    }

    fn globals(
        &mut self,
        own: Option<wasmparser::GlobalSectionReader<'_>>,
    ) -> Result<(), MeterError> {
        let mut globals = GlobalSection::new();
        if let Some(own) = own {
            Renumber(&self.added).parse_global_section(&mut globals, own)?;
        }
        self.added.globals(&mut globals);
        self.outline.state.globals(&mut globals);
        self.module.section(&globals);
        Ok(())
    }

    fn exports(
        &mut self,
        own: Option<wasmparser::ExportSectionReader<'_>>,
    ) -> Result<(), MeterError> {
        let mut exports = ExportSection::new();
        if let Some(own) = own {
            Renumber(&self.added).parse_export_section(&mut exports, own)?;
        }
        self.added.exports(&mut exports);
        let capture = self.added.global_count();
        self.outline.state.exports(&mut exports, capture);
        if let Some(start) = self.outline.start {
            exports.export(START_EXPORT, ExportKind::Func, self.added.function(start));
        }
        self.module.section(&exports);
        Ok(())
    }

    fn code(&mut self) -> Result<(), MeterError> {
        let payers = self.outline.payers()?;
        let mut code = CodeSection::new();
        let mut bodies = Bodies::default();
        for (function, body) in self.outline.own() {
            let shape = self.outline.shape(function)?;
            let context = Context {
                wasm: self.wasm,
                payers: &payers,
                added: &self.added,
                function,
                parameters: shape.parameters,
                results: match self.profile.has_hooks() {
                    true => Some(self.block(&shape.results)?),
                    false => None,
                },
                watched: self.profile.watched(function),
            };
            code.raw(bodies.rewrite(body, &context)?);
        }
        self.added.code(&mut code, self.outline.has_memory);
        self.module.section(&code);
        Ok(())
    }

    /// The type of a block with these results and without parameters.
    fn block(&self, results: &[ValType]) -> Result<BlockType, MeterError> {
        Ok(match (results, self.blocks.get(results)) {
            ([], _) => BlockType::Empty,
            (_, Some(index)) => BlockType::FunctionType(*index),
            ([first, ..], None) => BlockType::Result(Renumber(&self.added).val_type(*first)?),
        })
    }

    fn custom(&mut self, custom: &CustomSectionReader<'_>) -> Result<(), MeterError> {
        let name = custom.name();
        // Positions inside of functions, which have moved.
        let is_about_code = name.starts_with("metadata.code.")
            || name.starts_with(".debug_")
            || ["sourceMappingURL", "external_debug_info"].contains(&name);
        if is_about_code {
            return Ok(());
        }
        if let KnownCustom::Name(section) = custom.as_known() {
            self.fill(ORDER.len())?;
            match names::rewritten(section, &self.added) {
                Ok(names) => {
                    self.module.section(&names);
                    return Ok(());
                }
                // Names that cannot be read are nobody's. They were no reason to refuse the
                // module as it was either.
                Err(_) if self.profile.has_hooks() => return Ok(()),
                Err(_) => {}
            }
        }
        self.module.section(&CustomSection {
            name: name.into(),
            data: custom.data().into(),
        });
        Ok(())
    }
}
