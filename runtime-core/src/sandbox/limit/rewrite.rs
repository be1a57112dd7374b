//! Writing the new module.

use super::outline::Outline;
use super::{LimitError, OUT_OF_MEMORY_EXPORT, malformed};
use crate::sandbox::inspect::ACCEPTED;
use std::ops::Range;
use wasm_encoder::{
    BlockType, CodeSection, Encode, Function, MemorySection, MemoryType, Module, RawSection,
    SectionId,
};
use wasmparser::{BinaryReader, CodeSectionReader, Parser, Payload};

/// A module, and what is to change in it.
pub(super) struct Rewrite<'a> {
    pub(super) wasm: &'a [u8],
    pub(super) outline: Outline,
    /// The memory as it will be declared.
    pub(super) memory: MemoryType,
    /// The function's memory in pages of 64 KiB.
    pub(super) limit: u64,
}

impl Rewrite<'_> {
    /// Writes the new module.
    pub(super) fn run(&self) -> Result<Vec<u8>, LimitError> {
        let mut module = Module::new();
        let adds = !self.outline.grows.is_empty();
        let (mut has_globals, mut has_exports) = (!adds, !adds);
        let mut parser = Parser::new(0);
        parser.set_features(ACCEPTED);
        for payload in parser.parse_all(self.wasm) {
            let payload = payload?;
            let Some((id, range)) = payload.as_section() else {
                continue;
            };
            let section = self.section(&range)?;
            if let Payload::CustomSection(custom) = &payload {
                // Positions inside of functions, which a longer instruction shifts.
                if adds && custom.name().starts_with("metadata.code.") {
                    continue;
                }
            } else if is_after_globals(id) && !has_globals {
                has_globals = true;
                self.add(&mut module, SectionId::Global, &[0])?;
            }
            if is_after_globals(id) && id != SectionId::Export as u8 && !has_exports {
                has_exports = true;
                self.add(&mut module, SectionId::Export, &[0])?;
            }
            match payload {
                Payload::MemorySection(_) => {
                    let mut memories = MemorySection::new();
                    memories.memory(self.memory);
                    module.section(&memories);
                }
                Payload::TypeSection(_) if adds => {
                    self.add(&mut module, SectionId::Type, section)?
                }
                Payload::FunctionSection(_) if adds => {
                    self.add(&mut module, SectionId::Function, section)?;
                }
                Payload::GlobalSection(_) if adds => {
                    has_globals = true;
                    self.add(&mut module, SectionId::Global, section)?;
                }
                Payload::ExportSection(_) if adds => {
                    has_exports = true;
                    self.add(&mut module, SectionId::Export, section)?;
                }
                Payload::CodeSectionStart { .. } if adds => {
                    module.section(&self.code(section, range.start)?);
                }
                _ => {
                    module.section(&RawSection { id, data: section });
                }
            }
        }
        Ok(module.finish())
    }

    fn section(&self, range: &Range<u64>) -> Result<&[u8], LimitError> {
        self.wasm
            .get(range.start as usize..range.end as usize)
            .ok_or_else(|| malformed("a section that goes on after the end", range.start))
    }

    /// Writes a section with one item more at its end: what [`Rewrite::item`] says for it.
    fn add(&self, module: &mut Module, id: SectionId, section: &[u8]) -> Result<(), LimitError> {
        let mut reader = BinaryReader::new(section, 0);
        let count = reader.read_var_u32()?;
        let mut data = Vec::with_capacity(section.len() + 48);
        count.saturating_add(1).encode(&mut data);
        data.extend_from_slice(section.get(reader.current_position()..).unwrap_or_default());
        self.item(id, &mut data);
        module.section(&RawSection {
            id: id as u8,
            data: &data,
        });
        Ok(())
    }

    fn item(&self, id: SectionId, data: &mut Vec<u8>) {
        const I32: u8 = 0x7f;
        const MUTABLE: u8 = 1;
        const FUNCTION_TYPE: u8 = 0x60;
        const EXPORTED_GLOBAL: u8 = 3;
        const I32_CONST_0_END: [u8; 3] = [0x41, 0, 0x0b];
        match id {
            SectionId::Type => data.extend([FUNCTION_TYPE, 1, I32, 1, I32]),
            SectionId::Function => self.outline.types.encode(data),
            SectionId::Global => {
                data.extend([I32, MUTABLE]);
                data.extend(I32_CONST_0_END);
            }
            SectionId::Export => {
                OUT_OF_MEMORY_EXPORT.encode(data);
                data.push(EXPORTED_GLOBAL);
                self.outline.globals.encode(data);
            }
            _ => {}
        }
    }

    /// The code section with every `memory.grow` replaced, and the function that replaces it.
    fn code(&self, section: &[u8], offset: u64) -> Result<CodeSection, LimitError> {
        let reader = BinaryReader::new_features(section, offset, ACCEPTED);
        let mut code = CodeSection::new();
        let mut grows = self.outline.grows.iter().peekable();
        for body in CodeSectionReader::new(reader)? {
            let body = body?;
            let (start, end) = (body.range().start as usize, body.range().end as usize);
            let mut patched = Vec::new();
            let mut copied = start;
            while let Some(grow) = grows.next_if(|grow| grow.end <= end) {
                patched.extend_from_slice(self.wasm.get(copied..grow.start).unwrap_or_default());
                // A call: one i32 is taken and one is left, as by the instruction.
                patched.push(0x10);
                self.outline.functions.encode(&mut patched);
                copied = grow.end;
            }
            if patched.is_empty() {
                code.raw(body.as_bytes());
            } else {
                patched.extend_from_slice(self.wasm.get(copied..end).unwrap_or_default());
                code.raw(&patched);
            }
        }
        code.function(&self.grow_function());
        Ok(code)
    }

    fn grow_function(&self) -> Function {
        let mut function = Function::new([]);
        function
            .instructions()
            // Never negative: memory starts at or below the limit and grows only here. The sum of
            // size and delta could pass 32 bits, this difference cannot.
            .i32_const(u32::try_from(self.limit).unwrap_or(u32::MAX).cast_signed())
            .memory_size(0)
            .i32_sub()
            .local_get(0)
            .i32_lt_u()
            .if_(BlockType::Empty)
            .i32_const(1)
            .global_set(self.outline.globals)
            .unreachable()
            .end()
            .local_get(0)
            .memory_grow(0)
            .end();
        function
    }
}

/// Whether a section belongs behind the global section.
fn is_after_globals(id: u8) -> bool {
    const AFTER: [SectionId; 6] = [
        SectionId::Export,
        SectionId::Start,
        SectionId::Element,
        SectionId::DataCount,
        SectionId::Code,
        SectionId::Data,
    ];
    AFTER.iter().any(|after| *after as u8 == id)
}
