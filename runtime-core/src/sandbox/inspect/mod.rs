//! Inspection: an upload's bytes become a [`DeploymentPackage`], or an [`InspectError`] that says what
//! is wrong and what to do. Nothing of the upload runs, and nothing depends on the host, so the
//! answer is the same natively and in a browser.
//!
//! ```text
//! facts      ModuleFacts: what was found out
//! error      InspectError, data only
//! cause      its Display
//! hint       its remedy
//! file_kind  what a file that is no WebAssembly looks like
//! proposal   which WebAssembly proposals are accepted
//!
//! with the feature `inspect`:
//! package    .zip -> bootstrap.wasm and files
//! source     source files -> runtime and handler string
//! text       .wat -> module
//! module     module -> facts, by parsing and validating
//! signature  types of imports and exports as people read them
//! abi        exports and imports -> HandlerKind
//! ```
//!
//! Facts and errors are there without the feature, so that a page which leaves inspection to a
//! worker can show its result.

mod cause;
mod error;
mod facts;
mod file_kind;
mod hint;
mod proposal;

#[cfg(feature = "inspect")]
mod abi;
#[cfg(feature = "inspect")]
mod module;
#[cfg(feature = "inspect")]
mod package;
#[cfg(feature = "inspect")]
mod signature;
#[cfg(feature = "inspect")]
mod source;
#[cfg(feature = "inspect")]
mod text;

pub use error::{
    BOOTSTRAP, InspectError, MAX_PACKAGE_BYTES, MAX_UNZIPPED_BYTES, MAX_ZIP_ENTRIES, PackageKind,
    SourcePlace, Unlinked, UnsafeEntry, WrongImport,
};
pub use facts::{
    ExportFact, ExternType, ImportFact, MAX_LISTED, ModuleFacts, PackageSource, Producers, Tool,
};
pub use file_kind::FileKind;
#[cfg(feature = "inspect")]
pub(super) use proposal::ACCEPTED;
pub use proposal::Proposal;

#[cfg(feature = "inspect")]
use super::{Code, DeploymentPackage, PackageFiles};
use crate::timeline::HandlerKind;
#[cfg(feature = "inspect")]
use crate::units::ByteCount;
use serde::{Deserialize, Serialize};

/// What WebAssembly text is called in a package.
#[cfg(feature = "inspect")]
const WAT_EXTENSION: &str = ".wat";

/// A module that can be run as a handler.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandlerModule {
    /// The module as a WebAssembly binary.
    pub wasm: Vec<u8>,
    /// How it is called.
    pub kind: HandlerKind,
    /// What was found out about it.
    pub facts: ModuleFacts,
}

/// Turns an upload into a deployment package: a WebAssembly binary, WebAssembly text, a source file
/// for a managed runtime, or a zip file that holds [`BOOTSTRAP`] or such sources. Which of them it
/// is, its content decides; the name tells a source file's language, settles what text is that
/// could be anything, and appears in messages.
///
/// # Errors
///
/// If nothing can run it, the first reason found, in the order size, format, validity, ABI.
#[cfg(feature = "inspect")]
pub fn inspect(file_name: &str, bytes: Vec<u8>) -> Result<DeploymentPackage, InspectError> {
    let size = ByteCount::from(bytes.len());
    if size.get() > MAX_PACKAGE_BYTES {
        return Err(InspectError::PackageTooLarge { size });
    }
    if package::is_zip(&bytes) {
        let unzipped = package::open(&bytes)?;
        return package_of(unzipped.files, PackageSource::Zip, size, unzipped.entries);
    }
    if module::is_wasm(&bytes) {
        return Ok(DeploymentPackage {
            code: Code::Module(inspect_module(file_name, bytes, false)?),
            files: PackageFiles::default(),
            source: PackageSource::Wasm,
            size,
        });
    }
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let is_source = source::runtime_of(name).is_some() && std::str::from_utf8(&bytes).is_ok();
    let (source, name) = if is_source {
        (PackageSource::File, name.to_owned())
    } else if text::as_wat(name, &bytes).is_some() {
        // Under whatever name it came, it can be told by this one later.
        let stem = name.strip_suffix(WAT_EXTENSION).unwrap_or(name);
        (PackageSource::Wat, format!("{stem}{WAT_EXTENSION}"))
    } else {
        return Err(InspectError::NotWasm {
            file: file_name.to_owned(),
            looks_like: FileKind::of(&bytes),
        });
    };
    let mut files = PackageFiles::default();
    files.insert(&name, bytes);
    package_of(files, source, size, vec![name])
}

/// Turns an upload into the content of a layer: the zip file is checked as a deployment package's is,
/// and nothing in it has to run.
///
/// # Errors
///
/// If it is too large, no zip file, damaged, without files, or has entries that lead out of `/opt`.
#[cfg(feature = "inspect")]
pub fn inspect_layer(file_name: &str, bytes: &[u8]) -> Result<DeploymentPackage, InspectError> {
    let size = ByteCount::from(bytes.len());
    if size.get() > MAX_PACKAGE_BYTES {
        return Err(InspectError::PackageTooLarge { size });
    }
    if !package::is_zip(bytes) {
        return Err(InspectError::NotZip {
            file: file_name.to_owned(),
            looks_like: (!module::is_wasm(bytes)).then(|| FileKind::of(bytes)),
        });
    }
    let files = package::open(bytes)?.files;
    package_of(files, PackageSource::Layer, size, Vec::new())
}

/// Turns the files of a package into one again, as after an edit: what [`inspect`] made of an
/// upload, with a module of its own back under [`BOOTSTRAP`].
///
/// # Errors
///
/// As [`inspect`].
#[cfg(feature = "inspect")]
pub fn inspect_files(
    files: PackageFiles,
    source: PackageSource,
) -> Result<DeploymentPackage, InspectError> {
    package::check_files(&files)?;
    let size = files.size();
    let entries = files.names().take(MAX_LISTED).map(str::to_owned).collect();
    package_of(files, source, size, entries)
}

/// Finds out what of the files runs.
#[cfg(feature = "inspect")]
fn package_of(
    mut files: PackageFiles,
    source: PackageSource,
    size: ByteCount,
    entries: Vec<String>,
) -> Result<DeploymentPackage, InspectError> {
    let code = if source == PackageSource::Layer {
        if files.is_empty() {
            return Err(InspectError::EmptyZip);
        }
        Code::Nothing
    } else if let Some(wasm) = files.remove(BOOTSTRAP) {
        Code::Module(inspect_module(BOOTSTRAP, wasm.to_vec(), false)?)
    } else if let Some((runtime, handler)) = source::suggest(&files) {
        Code::Source { runtime, handler }
    } else if let Some((name, text)) = source::only_text_module(&files) {
        let wasm = text::assemble(name, text::as_wat(name, text).unwrap_or_default())?;
        Code::Module(inspect_module(name, wasm, true)?)
    } else {
        return Err(InspectError::NothingToRun {
            resembles: package::resemblance(&files),
            entries,
        });
    };
    Ok(DeploymentPackage {
        code,
        files,
        source,
        size,
    })
}

#[cfg(feature = "inspect")]
fn inspect_module(
    file_name: &str,
    wasm: Vec<u8>,
    is_text: bool,
) -> Result<HandlerModule, InspectError> {
    if !module::is_wasm(&wasm) {
        return Err(InspectError::NotWasm {
            file: file_name.to_owned(),
            looks_like: FileKind::of(&wasm),
        });
    }
    let outline = module::parse(&wasm)?;
    let kind = abi::check(&outline)?;
    let facts = outline.into_facts(kind, is_text, &wasm);
    Ok(HandlerModule { wasm, kind, facts })
}
