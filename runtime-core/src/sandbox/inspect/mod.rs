//! Inspection: an upload's bytes become a [`HandlerModule`], or an [`InspectError`] that says what
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
//! package    .zip -> bootstrap.wasm
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
mod text;

pub use error::{
    BOOTSTRAP, InspectError, MAX_PACKAGE_BYTES, MAX_UNZIPPED_BYTES, MAX_ZIP_ENTRIES, PackageKind,
    Unlinked, UnsafeEntry, WrongImport,
};
pub use facts::{
    ExportFact, ExternType, ImportFact, MAX_LISTED, ModuleFacts, PackageSource, Producers, Tool,
};
pub use file_kind::FileKind;
#[cfg(feature = "inspect")]
pub(super) use proposal::ACCEPTED;
pub use proposal::Proposal;

use crate::timeline::HandlerKind;
use serde::{Deserialize, Serialize};

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

/// Turns an upload into a handler module: a WebAssembly binary, WebAssembly text, or a zip package
/// that holds [`BOOTSTRAP`]. Which of them it is, its content decides; the name only settles what
/// text is that could be anything, and appears in messages.
///
/// # Errors
///
/// If it cannot be a handler, the first reason found, in the order size, format, validity, ABI.
#[cfg(feature = "inspect")]
pub fn inspect(file_name: &str, bytes: Vec<u8>) -> Result<HandlerModule, InspectError> {
    use crate::units::ByteCount;

    let package_size = ByteCount::from(bytes.len());
    if package_size.get() > MAX_PACKAGE_BYTES {
        return Err(InspectError::PackageTooLarge { size: package_size });
    }
    let (source, wasm, package_entries) = if package::is_zip(&bytes) {
        let package = package::open(&bytes)?;
        (PackageSource::Zip, package.bootstrap, package.entries)
    } else if module::is_wasm(&bytes) {
        (PackageSource::Wasm, bytes, Vec::new())
    } else if let Some(text) = text::as_wat(file_name, &bytes) {
        (PackageSource::Wat, text::assemble(text)?, Vec::new())
    } else {
        return Err(InspectError::NotWasm {
            file: file_name.to_owned(),
            looks_like: FileKind::of(&bytes),
        });
    };
    if !module::is_wasm(&wasm) {
        return Err(InspectError::NotWasm {
            file: BOOTSTRAP.to_owned(),
            looks_like: FileKind::of(&wasm),
        });
    }
    let outline = module::parse(&wasm)?;
    let kind = abi::check(&outline)?;
    let facts = outline.into_facts(kind, source, package_size, package_entries, &wasm);
    Ok(HandlerModule { wasm, kind, facts })
}
