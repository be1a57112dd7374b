//! What inspection found out about a module: plain values that travel to the page.

use crate::units::ByteCount;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What inspection found out about a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModuleFacts {
    /// The size of the module: the same for `.wasm`, assembled for `.wat`, unpacked for `.zip`.
    pub module_size: ByteCount,
    /// The memory that the module has from its first moment on.
    pub initial_memory: ByteCount,
    /// The most memory that the module itself declares, if it declares a maximum.
    pub maximum_memory: Option<ByteCount>,
    /// A reactor that exports `_initialize`, its INIT phase.
    pub has_initialize: bool,
    /// A WebAssembly start function, which runs at instantiation and so in INIT too.
    pub has_start: bool,
    /// Functions that the module defines itself, imports not counted.
    pub functions: u32,
    /// How many exports there are.
    pub export_count: u32,
    /// The exports in order, at most [`MAX_LISTED`] of them.
    pub exports: Vec<ExportFact>,
    /// How many imports there are.
    pub import_count: u32,
    /// The imports in order, at most [`MAX_LISTED`] of them.
    pub imports: Vec<ImportFact>,
    /// What the module was made with, as its `producers` section says.
    pub producers: Producers,
    /// It was assembled from text here.
    pub is_text: bool,
}

/// More names than this are counted but not listed.
pub const MAX_LISTED: usize = 500;

/// What was uploaded; told by its content, not by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PackageSource {
    /// A WebAssembly binary.
    Wasm,
    /// WebAssembly text, assembled here.
    Wat,
    /// A zip package.
    Zip,
    /// A single file of source code for a managed runtime.
    File,
    /// A zip file of what lies under `/opt`.
    Layer,
}

/// Something that a module exports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportFact {
    /// The export's name.
    pub name: String,
    /// Its kind and type.
    pub item: ExternType,
}

/// Something that a module imports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFact {
    /// The module that it is imported from.
    pub module: String,
    /// The import's name.
    pub name: String,
    /// Its kind and type.
    pub item: ExternType,
}

/// The kind and type of an import or export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExternType {
    /// A function; its signature, as in `(i32, i32) -> i64`.
    Function(String),
    /// A memory; its initial size in pages of 64 KiB.
    Memory(u64),
    /// A table; its element type.
    Table(String),
    /// A global; its type, as in `mut i32`.
    Global(String),
    /// An exception tag; its parameters, as in `(i32)`.
    Tag(String),
}

/// What a module was made with: the `producers` section of the tool conventions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Producers {
    /// Source languages. Rust is told by its traces too, where the section was stripped.
    pub languages: Vec<Tool>,
    /// Compilers, linkers and other tools.
    pub tools: Vec<Tool>,
    /// Software development kits.
    pub sdks: Vec<Tool>,
}

/// A language or a tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version; often empty for a language.
    pub version: String,
}

impl ModuleFacts {
    /// The language that the module was written in, in a word, as far as it says so itself.
    pub fn language(&self) -> Option<&str> {
        let Producers {
            languages, tools, ..
        } = &self.producers;
        // TinyGo names the languages of the C code it links, and itself only as a tool.
        if tools.iter().any(|tool| tool.name == "TinyGo") {
            return Some("TinyGo");
        }
        // The linker lists languages in the order of its inputs: the program comes before the
        // libraries that it links.
        match languages.first() {
            Some(tool) => Some(&tool.name),
            None if self.is_text => Some("WAT"),
            None => None,
        }
    }
}

impl fmt::Display for ExternType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExternType::Function(signature) => f.write_str(signature),
            ExternType::Memory(pages) => write!(f, "memory of {pages} pages"),
            ExternType::Table(element) => write!(f, "table of {element}"),
            ExternType::Global(content) => write!(f, "global {content}"),
            ExternType::Tag(parameters) => write!(f, "exception tag {parameters}"),
        }
    }
}
