//! What must be known of a module before it is rewritten.

use super::{LimitError, OUT_OF_MEMORY_EXPORT, malformed};
use crate::sandbox::inspect::ACCEPTED;
use std::ops::Range;
use wasm_encoder::MemoryType;
use wasmparser::{Encoding, FunctionBody, Operator, Parser, Payload, TypeRef};

/// What the rewriting needs to know beforehand.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) types: u32,
    pub(super) functions: u32,
    pub(super) globals: u32,
    pub(super) memory: Option<MemoryType>,
    /// Where each `memory.grow` is, in order.
    pub(super) grows: Vec<Range<usize>>,
}

impl Outline {
    pub(super) fn read(wasm: &[u8]) -> Result<Self, LimitError> {
        let mut outline = Outline::default();
        let mut parser = Parser::new(0);
        parser.set_features(ACCEPTED);
        for payload in parser.parse_all(wasm) {
            match payload? {
                Payload::Version {
                    encoding: Encoding::Component,
                    ..
                } => return Err(malformed("a component", 0)),
                Payload::TypeSection(section) => {
                    for group in section {
                        let types = u32::try_from(group?.types().len()).unwrap_or(u32::MAX);
                        outline.types = outline.types.saturating_add(types);
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        match import?.ty {
                            TypeRef::Func(_) | TypeRef::FuncExact(_) => outline.functions += 1,
                            TypeRef::Global(_) => outline.globals += 1,
                            TypeRef::Memory(_) => return Err(LimitError::UnsupportedMemory),
                            TypeRef::Table(_) | TypeRef::Tag(_) => {}
                        }
                    }
                }
                Payload::FunctionSection(section) => {
                    outline.functions = outline.functions.saturating_add(section.count());
                }
                Payload::MemorySection(section) => {
                    for memory in section {
                        outline.add_memory(memory?)?;
                    }
                }
                Payload::GlobalSection(section) => {
                    outline.globals = outline.globals.saturating_add(section.count());
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        if export?.name == OUT_OF_MEMORY_EXPORT {
                            return Err(LimitError::ReservedExport);
                        }
                    }
                }
                Payload::CodeSectionEntry(body) => outline.find_grows(&body)?,
                _ => {}
            }
        }
        Ok(outline)
    }

    fn add_memory(&mut self, memory: wasmparser::MemoryType) -> Result<(), LimitError> {
        let plain = !memory.memory64 && !memory.shared && memory.page_size_log2.is_none();
        if self.memory.is_some() || !plain {
            return Err(LimitError::UnsupportedMemory);
        }
        self.memory = Some(MemoryType {
            minimum: memory.initial,
            maximum: memory.maximum,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        Ok(())
    }

    fn find_grows(&mut self, body: &FunctionBody<'_>) -> Result<(), LimitError> {
        // `memory.grow` of the only memory is these two bytes and cannot be written otherwise.
        // Few functions have them, so few need decoding.
        if !body.as_bytes().windows(2).any(|pair| pair == [0x40, 0x00]) {
            return Ok(());
        }
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            let start = operators.original_position() as usize;
            if let Operator::MemoryGrow { .. } = operators.read()? {
                self.grows
                    .push(start..operators.original_position() as usize);
            }
        }
        Ok(())
    }
}
