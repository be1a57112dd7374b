//! Parsing and validating a module.

use super::error::{InspectError, Unlinked};
use super::facts::{ExportFact, ImportFact, MAX_LISTED, ModuleFacts, Producers, Tool};
use super::proposal::{ACCEPTED, blame};
use super::signature::{exported_type, imported_type};
use crate::timeline::HandlerKind;
use crate::units::ByteCount;
use wasmparser::types::TypesRef;
use wasmparser::{
    BinaryReader, CustomSectionReader, FuncValidatorAllocations, KnownCustom, Parser, Payload,
    ValidPayload, Validator, WasmFeatures,
};

const MAGIC: &[u8] = b"\0asm";
/// After the magic number: the version, and whether this is a component (tool conventions).
const HEADER_BYTES: usize = 8;
const PAGE_BYTES: u64 = 65_536;

/// What a valid module consists of, as far as anyone asks.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) imports: Vec<ImportFact>,
    pub(super) exports: Vec<ExportFact>,
    functions: u32,
    initial_memory: ByteCount,
    maximum_memory: Option<ByteCount>,
    has_start: bool,
    producers: Producers,
    unlinked: Option<Unlinked>,
    /// Its data names the Runtime API's files.
    pub(super) names_runtime_api: bool,
}

/// Whether the bytes claim to be WebAssembly.
pub(super) fn is_wasm(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Parses and validates a module.
pub(super) fn parse(wasm: &[u8]) -> Result<Outline, InspectError> {
    if wasm
        .get(6..HEADER_BYTES)
        .is_some_and(|layer| layer == [1, 0])
    {
        return Err(InspectError::Component);
    }
    check_whole(wasm)?;
    let mut outline = validate(wasm, ACCEPTED).map_err(|error| explain(wasm, &error))?;
    if outline.producers.languages.is_empty() && has_rust_paths(wasm) {
        outline.producers.languages.push(Tool {
            name: "Rust".to_owned(),
            version: String::new(),
        });
    }
    match outline.unlinked {
        Some(unlinked) => Err(InspectError::NotLinked(unlinked)),
        None => Ok(outline),
    }
}

/// Whether the data names files of Rust's standard library, as panic messages do even in a module
/// that was stripped of its `producers` section: `/rustc/`, a commit's hash, `/library/`.
fn has_rust_paths(wasm: &[u8]) -> bool {
    const START: &[u8] = b"/rustc/";
    const HASH_LENGTH: usize = 40;
    wasm.windows(START.len() + HASH_LENGTH).any(|window| {
        window
            .strip_prefix(START)
            .is_some_and(|hash| hash.iter().all(u8::is_ascii_hexdigit))
    })
}

/// Follows the section headers to see whether the file ends before the module does.
fn check_whole(wasm: &[u8]) -> Result<(), InspectError> {
    let end = wasm.len();
    let cut = |needed: Option<usize>| InspectError::Truncated {
        offset: end as u64,
        needed: needed.map(|needed| needed as u64),
    };
    if end < HEADER_BYTES {
        return Err(cut(Some(HEADER_BYTES)));
    }
    let mut position = HEADER_BYTES;
    while position < end {
        let mut reader = BinaryReader::new(&wasm[position..], 0);
        let header = reader.read_u8().and_then(|_| reader.read_var_u32());
        let Ok(length) = header else {
            // Five bytes with a wrong number in them are invalid; fewer were cut off.
            return if end - position < 6 {
                Err(cut(None))
            } else {
                Ok(())
            };
        };
        let start = position + reader.current_position();
        match start.checked_add(length as usize) {
            Some(next) if next <= end => position = next,
            next => return Err(cut(next)),
        }
    }
    Ok(())
}

/// Why validation stopped, in the terms that people need.
fn explain(wasm: &[u8], error: &wasmparser::Error) -> InspectError {
    let offset = error.offset();
    let stops_at =
        |features: WasmFeatures| validate(wasm, features).err().map(|error| error.offset());
    if let Some(proposal) = blame(error, stops_at) {
        return InspectError::Unsupported { proposal, offset };
    }
    // Sections are whole, but the last ones are missing: cut off between two of them.
    let lacks = |words: &str| error.message().contains(words);
    if offset >= wasm.len() as u64 && (lacks("is absent") || lacks("inconsistent lengths")) {
        return InspectError::Truncated {
            offset,
            needed: None,
        };
    }
    InspectError::Invalid {
        message: error.message().to_owned(),
        offset,
    }
}

fn validate(wasm: &[u8], features: WasmFeatures) -> Result<Outline, wasmparser::Error> {
    let mut validator = Validator::new_with_features(features);
    let mut parser = Parser::new(0);
    parser.set_features(features);
    let mut outline = Outline::default();
    let mut sections = ExternSections::default();
    let mut bodies = Vec::new();
    for payload in parser.parse_all(wasm) {
        let payload = payload?;
        match validator.payload(&payload)? {
            ValidPayload::Func(validator, body) => bodies.push((validator, body)),
            ValidPayload::End(types) => outline.name_externs(&sections, types.as_ref()),
            ValidPayload::Ok | ValidPayload::Parser(_) => {}
        }
        match payload {
            Payload::ImportSection(section) => sections.imports = Some(section),
            Payload::ExportSection(section) => sections.exports = Some(section),
            Payload::FunctionSection(section) => outline.functions = section.count(),
            Payload::StartSection { .. } => outline.has_start = true,
            Payload::DataSection(section) => {
                outline.names_runtime_api = section.into_iter().flatten().any(|data| {
                    RUNTIME_API_NAMES
                        .iter()
                        .any(|name| contains(data.data, name))
                });
            }
            Payload::CustomSection(section) => outline.read_custom(&section),
            _ => {}
        }
    }
    // Bodies last, so that a wrong section is found before a million functions are checked.
    let mut allocations = FuncValidatorAllocations::default();
    for (validator, body) in bodies {
        let mut validator = validator.into_validator(allocations);
        validator.validate(&body)?;
        allocations = validator.into_allocations();
    }
    Ok(outline)
}

#[derive(Default)]
struct ExternSections<'a> {
    imports: Option<wasmparser::ImportSectionReader<'a>>,
    exports: Option<wasmparser::ExportSectionReader<'a>>,
}

impl Outline {
    /// Notes imports, exports and memory. Both sections have been validated.
    fn name_externs(&mut self, sections: &ExternSections<'_>, types: TypesRef<'_>) {
        let imports = sections.imports.clone().into_iter();
        for import in imports.flat_map(|section| section.into_imports().flatten()) {
            self.imports.push(ImportFact {
                module: import.module.to_owned(),
                name: import.name.to_owned(),
                item: imported_type(types, import.ty),
            });
        }
        let exports = sections.exports.clone().into_iter();
        for export in exports.flat_map(|section| section.into_iter().flatten()) {
            self.exports.push(ExportFact {
                name: export.name.to_owned(),
                item: exported_type(types, export.kind, export.index),
            });
        }
        if types.memory_count() > 0 {
            let memory = types.memory_at(0);
            self.initial_memory = bytes_of(memory.initial);
            self.maximum_memory = memory.maximum.map(bytes_of);
        }
    }

    /// Custom sections have no say in whether a module is valid: a broken one is passed over.
    fn read_custom(&mut self, section: &CustomSectionReader<'_>) {
        match section.name() {
            "linking" => self.unlinked = Some(Unlinked::ObjectFile),
            "dylink" | "dylink.0" => self.unlinked = Some(Unlinked::SharedLibrary),
            _ => {}
        }
        let KnownCustom::Producers(fields) = section.as_known() else {
            return;
        };
        for field in fields.into_iter().flatten() {
            let list = match field.name {
                "language" => &mut self.producers.languages,
                "processed-by" => &mut self.producers.tools,
                "sdk" => &mut self.producers.sdks,
                _ => continue,
            };
            let room = MAX_TOOLS.saturating_sub(list.len());
            list.extend(field.values.into_iter().flatten().take(room).map(|value| {
                let short = |text: &str| text.chars().take(MAX_TOOL_NAME).collect();
                Tool {
                    name: short(value.name),
                    version: short(value.version),
                }
            }));
        }
    }

    /// The facts, once it is known how the module is called.
    pub(super) fn into_facts(
        mut self,
        kind: HandlerKind,
        is_text: bool,
        wasm: &[u8],
    ) -> ModuleFacts {
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let has_initialize = kind == HandlerKind::Reactor
            && self
                .exports
                .iter()
                .any(|e| e.name == super::abi::INITIALIZE);
        let (export_count, import_count) = (count(self.exports.len()), count(self.imports.len()));
        self.exports.truncate(MAX_LISTED);
        self.imports.truncate(MAX_LISTED);
        ModuleFacts {
            module_size: ByteCount::from(wasm.len()),
            initial_memory: self.initial_memory,
            maximum_memory: self.maximum_memory,
            has_initialize,
            has_start: self.has_start,
            functions: self.functions,
            export_count,
            exports: self.exports,
            import_count,
            imports: self.imports,
            producers: self.producers,
            is_text,
        }
    }
}

/// Real modules name a handful of tools.
const MAX_TOOLS: usize = 50;
/// Characters kept of a tool's name or version.
const MAX_TOOL_NAME: usize = 100;

/// What the data of a program that asks for its events names (`handlers/RUNTIME_API.md`).
const RUNTIME_API_NAMES: [&[u8]; 2] = [b"/run/lambda/next", b"COLDSTART_RUNTIME_API"];

fn contains(bytes: &[u8], name: &[u8]) -> bool {
    bytes.windows(name.len()).any(|window| window == name)
}

fn bytes_of(pages: u64) -> ByteCount {
    ByteCount::new(pages.saturating_mul(PAGE_BYTES))
}
