//! [`InspectError`] as a sentence that says the cause.

use super::error::{
    BOOTSTRAP, InspectError, MAX_PACKAGE_BYTES, MAX_UNZIPPED_BYTES, MAX_ZIP_ENTRIES, Unlinked,
    UnsafeEntry,
};
use super::facts::{ExportFact, ImportFact};
use std::fmt;

impl std::error::Error for InspectError {}

impl fmt::Display for InspectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InspectError::PackageTooLarge { size } => write!(
                f,
                "Zipped size must be smaller than {MAX_PACKAGE_BYTES} bytes; this file has {} bytes.",
                size.get()
            ),
            InspectError::NotWasm { file, looks_like } => {
                write!(f, "{} is no WebAssembly module: it looks like {looks_like}.", name(file))
            }
            InspectError::NotZip { file, looks_like } => {
                write!(f, "{} is no zip file: it ", name(file))?;
                match looks_like {
                    Some(kind) => write!(f, "looks like {kind}."),
                    None => f.write_str("is a WebAssembly module."),
                }
            }
            // AWS's own words.
            InspectError::EmptyZip => f.write_str("Uploaded file must be a non-empty zip."),
            InspectError::Truncated { offset, needed } => match needed {
                Some(needed) => write!(
                    f,
                    "The module is cut off: it ends at byte {offset} but goes on to byte {needed} or further."
                ),
                None => write!(f, "The module is cut off at byte {offset}."),
            },
            InspectError::Invalid { message, offset } => {
                write!(f, "The module is not valid WebAssembly: {message} (at byte {offset}).")
            }
            InspectError::Component => {
                f.write_str("This is a WebAssembly component, not a core module.")
            }
            InspectError::NotLinked(Unlinked::ObjectFile) => {
                f.write_str("This is an object file that has not been linked yet.")
            }
            InspectError::NotLinked(Unlinked::SharedLibrary) => {
                f.write_str("This is a shared library, which needs a main module to load it.")
            }
            InspectError::Unsupported { proposal, offset } => write!(
                f,
                "The module uses {}, which not every host here runs (at byte {offset}).",
                proposal.name()
            ),
            InspectError::NoHandler { exports } => {
                f.write_str("The module exports neither `handle` nor `_start`")?;
                list_exports(f, exports)
            }
            InspectError::TwoHandlers => f.write_str(
                "The module exports both `handle` (a reactor) and `_start` (a command), so how to call it is not clear.",
            ),
            InspectError::NoAllocator { exports } => {
                f.write_str("The module exports `handle` but no `allocate`")?;
                list_exports(f, exports)
            }
            InspectError::WrongSignature { export, expected, found } => {
                write!(f, "The export {} must be {expected}, but it is {found}.", name(export))
            }
            InspectError::MemoryNotExported => {
                f.write_str("The module does not export its memory as `memory`.")
            }
            InspectError::MemoryImported { module, name: import } => write!(
                f,
                "The module imports its memory ({}) instead of defining it.",
                dotted(module, import)
            ),
            InspectError::ReservedExport { export } => {
                write!(f, "The export name {} is kept for the sandbox.", name(export))
            }
            InspectError::UnknownImports { imports, count } => {
                f.write_str("The module imports what no host here provides: ")?;
                let shown = imports.iter().map(|ImportFact { module, name, item }| {
                    format!("{} {}", dotted(module, name), shortened(&item.to_string()))
                });
                list(f, shown, *count as usize)?;
                f.write_str(".")
            }
            InspectError::WrongImportSignatures { imports } => {
                f.write_str("The module imports functions with other signatures than they have: ")?;
                let shown = imports.iter().map(|import| {
                    format!(
                        "{} is {}, imported as {}",
                        dotted(&import.module, &import.name),
                        import.expected,
                        shortened(&import.found)
                    )
                });
                list(f, shown, imports.len())?;
                f.write_str(".")
            }
            InspectError::Wat { message, line, column, .. } => {
                write!(f, "Line {line}, column {column}: {message}.")
            }
            InspectError::ZipTruncated => {
                f.write_str("The zip file is cut off: its directory, which comes last, is missing.")
            }
            InspectError::ZipDamaged { entry: Some(entry), message } => {
                write!(f, "The zip file's entry {} is damaged: {message}.", name(entry))
            }
            InspectError::ZipDamaged { entry: None, message } => {
                write!(f, "The zip file is damaged: {message}.")
            }
            InspectError::ZipTooManyEntries { count } => write!(
                f,
                "The zip file has {count} entries; at most {MAX_ZIP_ENTRIES} are taken."
            ),
            InspectError::ZipEncrypted { entry } => {
                write!(f, "The zip file's entry {} is encrypted.", name(entry))
            }
            InspectError::ZipCompression { entry, method } => write!(
                f,
                "The zip file's entry {} is compressed by a method that is not taken here ({method}).",
                name(entry)
            ),
            InspectError::ZipUnsafeEntry { entry, reason } => write!(
                f,
                "The zip file's entry {} {}.",
                name(entry),
                match reason {
                    UnsafeEntry::ParentFolder => "leads out of the package by `..`",
                    UnsafeEntry::Absolute => "has an absolute path",
                    UnsafeEntry::BadName => "has a name that files cannot have",
                    UnsafeEntry::SymbolicLink => "is a symbolic link",
                }
            ),
            InspectError::UnzippedTooLarge => {
                write!(f, "Unzipped size must be smaller than {MAX_UNZIPPED_BYTES} bytes.")
            }
            InspectError::NothingToRun { entries, .. } => {
                write!(
                    f,
                    "The zip file has neither `{BOOTSTRAP}` nor Python, JavaScript or Ruby source at its top level"
                )?;
                if entries.is_empty() {
                    return f.write_str("; it is empty.");
                }
                f.write_str("; it holds ")?;
                list(f, entries.iter().map(|entry| name(entry)), entries.len())?;
                f.write_str(".")
            }
        }
    }
}

fn list_exports(f: &mut fmt::Formatter<'_>, exports: &[ExportFact]) -> fmt::Result {
    if exports.is_empty() {
        return f.write_str("; it exports nothing.");
    }
    f.write_str("; it exports ")?;
    let shown = exports.iter().map(|ExportFact { name: export, item }| {
        format!("{} {}", name(export), shortened(&item.to_string()))
    });
    list(f, shown, exports.len())?;
    f.write_str(".")
}

/// The first dozen of a list, and how many more there are. The error itself has all of them.
fn list(
    f: &mut fmt::Formatter<'_>,
    items: impl Iterator<Item = String>,
    count: usize,
) -> fmt::Result {
    const SHOWN: usize = 12;
    for (position, item) in items.take(SHOWN).enumerate() {
        let comma = if position == 0 { "" } else { ", " };
        write!(f, "{comma}{item}")?;
    }
    match count.checked_sub(SHOWN) {
        Some(more @ 1..) => write!(f, " and {more} more"),
        _ => Ok(()),
    }
}

fn dotted(module: &str, import: &str) -> String {
    format!("`{}.{}`", shortened(module), shortened(import))
}

fn name(text: &str) -> String {
    format!("`{}`", shortened(text))
}

/// Names come from the upload: they may be 100,000 characters long and hold anything.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 80;
    let mut shown: String = text
        .chars()
        .take(SHOWN)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
