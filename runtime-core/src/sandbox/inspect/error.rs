//! Why an upload cannot be a handler. `Display` says the cause; [`InspectError::hint`] the remedy.

use super::facts::{ExportFact, ImportFact};
use super::file_kind::FileKind;
use super::proposal::Proposal;
pub use crate::timeline::MAX_UNZIPPED_BYTES;
use crate::units::ByteCount;
use serde::{Deserialize, Serialize};

/// The largest package that can be uploaded directly, zipped or not, in bytes (Lambda quotas page).
pub const MAX_PACKAGE_BYTES: u64 = 52_428_800;
/// The most entries of a zip package (model choice: AWS names no number).
pub const MAX_ZIP_ENTRIES: usize = 10_000;
/// The entry of a zip package that holds the module.
pub const BOOTSTRAP: &str = "bootstrap.wasm";

/// Why an upload cannot be a handler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InspectError {
    /// The upload is larger than [`MAX_PACKAGE_BYTES`].
    PackageTooLarge {
        /// Its size.
        size: ByteCount,
    },
    /// The file is something else than WebAssembly.
    NotWasm {
        /// The file: as it was uploaded, or an entry of the package.
        file: String,
        /// What it looks like instead.
        looks_like: FileKind,
    },
    /// A layer that is something else than a zip file.
    NotZip {
        /// The file as it was uploaded.
        file: String,
        /// What it looks like instead; `None` for a WebAssembly module.
        looks_like: Option<FileKind>,
    },
    /// A zip file for a layer without any file in it.
    EmptyZip,
    /// The module stops in the middle.
    Truncated {
        /// Where the file ends, in bytes.
        offset: u64,
        /// Where it would have to go on to at least, if that is known.
        needed: Option<u64>,
    },
    /// The module breaks a rule of WebAssembly.
    Invalid {
        /// The validator's message.
        message: String,
        /// Where, in bytes from the module's start.
        offset: u64,
    },
    /// The file is a component, not a core module.
    Component,
    /// The file is an object file or a library that still wants linking.
    NotLinked(Unlinked),
    /// The module uses a proposal that not every host here runs.
    Unsupported {
        /// Which.
        proposal: Proposal,
        /// Where, in bytes from the module's start.
        offset: u64,
    },
    /// Neither `handle` nor `_start` is exported.
    NoHandler {
        /// What is exported, at most [`super::MAX_LISTED`].
        exports: Vec<ExportFact>,
    },
    /// The module can be called in two ways.
    TwoHandlers,
    /// A reactor without its allocator.
    NoAllocator {
        /// What is exported, at most [`super::MAX_LISTED`].
        exports: Vec<ExportFact>,
    },
    /// An export that the host calls has another type than it must have.
    WrongSignature {
        /// The export.
        export: String,
        /// The signature it must have.
        expected: String,
        /// What it is.
        found: String,
    },
    /// The host cannot reach the module's memory.
    MemoryNotExported,
    /// The module wants the host to bring a memory.
    MemoryImported {
        /// The import's module.
        module: String,
        /// The import's name.
        name: String,
    },
    /// An export's name is kept for the sandbox.
    ReservedExport {
        /// The name.
        export: String,
    },
    /// The module imports what no host here provides.
    UnknownImports {
        /// All of them, at most [`super::MAX_LISTED`].
        imports: Vec<ImportFact>,
        /// How many there are.
        count: u32,
    },
    /// The module imports known functions with other signatures than they have.
    WrongImportSignatures {
        /// All of them, at most [`super::MAX_LISTED`].
        imports: Vec<WrongImport>,
    },
    /// WebAssembly text that does not assemble.
    Wat {
        /// The text's name in the package.
        file: String,
        /// The assembler's message.
        message: String,
        /// Line, from 1.
        line: u32,
        /// Column in characters, from 1.
        column: u32,
        /// The line's text; shortened around the column if it is very long.
        source_line: String,
    },
    /// The zip file stops in the middle: its directory, which comes last, is missing.
    ZipTruncated,
    /// The zip file breaks a rule of the format.
    ZipDamaged {
        /// The entry, if it is one entry's fault.
        entry: Option<String>,
        /// The unzipper's message.
        message: String,
    },
    /// The zip file has more than [`MAX_ZIP_ENTRIES`] entries.
    ZipTooManyEntries {
        /// How many it has.
        count: u64,
    },
    /// An entry is encrypted.
    ZipEncrypted {
        /// Its name.
        entry: String,
    },
    /// An entry is compressed by another method than deflate.
    ZipCompression {
        /// Its name.
        entry: String,
        /// The method's name or number.
        method: String,
    },
    /// An entry would be written outside the package's folder.
    ZipUnsafeEntry {
        /// Its name.
        entry: String,
        /// How.
        reason: UnsafeEntry,
    },
    /// The entries are larger than [`MAX_UNZIPPED_BYTES`] together.
    UnzippedTooLarge,
    /// The zip file has nothing at its top level that could run: neither [`BOOTSTRAP`] nor source
    /// code for a managed runtime.
    NothingToRun {
        /// The entries it has, at most [`super::MAX_LISTED`].
        entries: Vec<String>,
        /// What it seems to be instead.
        resembles: Option<PackageKind>,
    },
}

/// A place in one of a package's files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcePlace {
    /// The file's name in the package.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1; `None` for the whole line.
    pub column: Option<u32>,
}

impl InspectError {
    /// Where in the package's files the error is, if it is at one place.
    pub fn place(&self) -> Option<SourcePlace> {
        match self {
            InspectError::Wat {
                file, line, column, ..
            } => Some(SourcePlace {
                file: file.clone(),
                line: *line,
                column: Some(*column),
            }),
            _ => None,
        }
    }
}

/// What sort of file wants linking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unlinked {
    /// A compiler's output for one source file (`linking` section).
    ObjectFile,
    /// A shared library (`dylink` section).
    SharedLibrary,
}

/// A host function that a module imports with another signature than it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongImport {
    /// The import's module.
    pub module: String,
    /// The import's name.
    pub name: String,
    /// The host function's signature.
    pub expected: String,
    /// The imported type.
    pub found: String,
}

/// How an entry's name or kind could make an unzipper write outside the package's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UnsafeEntry {
    /// The name has a `..` part.
    ParentFolder,
    /// The name begins at the root or on a drive.
    Absolute,
    /// The name has a character that file names cannot have.
    BadName,
    /// The entry is a symbolic link.
    SymbolicLink,
}

/// What a zip file that nothing can run seems to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PackageKind {
    /// The module is there, but in a folder or by another spelling.
    MisplacedBootstrap {
        /// Its entry.
        entry: String,
    },
    /// There is one module of another name.
    OtherModule {
        /// Its entry.
        entry: String,
    },
    /// Source code for a managed runtime, but only in folders.
    NestedSource {
        /// The first such entry.
        entry: String,
    },
    /// A package for Lambda's Java runtime.
    Java,
    /// A package for Lambda's custom runtimes: a Linux program called `bootstrap`.
    LinuxBootstrap,
}
