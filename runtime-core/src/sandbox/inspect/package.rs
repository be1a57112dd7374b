//! Zip packages: a package is checked whole, as Lambda does, before its module is looked at.

use super::error::{
    BOOTSTRAP, InspectError, MAX_UNZIPPED_BYTES, MAX_ZIP_ENTRIES, PackageKind, UnsafeEntry,
};
use super::facts::MAX_LISTED;
use super::source;
use crate::sandbox::PackageFiles;
use std::io::{Cursor, Read};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

/// A zip file that is in order.
pub(super) struct Unzipped {
    /// All files.
    pub(super) files: PackageFiles,
    /// Names of the entries in the zip file's order, at most [`MAX_LISTED`].
    pub(super) entries: Vec<String>,
}

const LOCAL_HEADER: &[u8] = b"PK\x03\x04";
const CENTRAL_HEADER: &[u8] = b"PK\x01\x02";
const END_OF_DIRECTORY: &[u8] = b"PK\x05\x06";

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Whether the upload is a zip file (an empty one has nothing but the end of its directory).
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(LOCAL_HEADER) || bytes.starts_with(END_OF_DIRECTORY)
}

/// Checks every entry and unzips it.
pub(super) fn open(bytes: &[u8]) -> Result<Unzipped, InspectError> {
    // The unzipper makes a record for each entry before it can be asked how many there are: a
    // directory of a million entries must not get that far. Contents may have the signature by
    // chance or by being zip files, so this bound is far above the real one.
    let most = count(bytes, CENTRAL_HEADER);
    if most > 10 * MAX_ZIP_ENTRIES {
        return Err(InspectError::ZipTooManyEntries { count: most as u64 });
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
        if count(bytes, END_OF_DIRECTORY) == 0 {
            InspectError::ZipTruncated
        } else {
            damaged(None, &error)
        }
    })?;
    if archive.len() > MAX_ZIP_ENTRIES {
        return Err(InspectError::ZipTooManyEntries {
            count: archive.len() as u64,
        });
    }
    let names = (0..archive.len())
        .map(|index| check_entry(&archive, index))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Unzipped {
        files: inflate(&mut archive, &names)?,
        entries: names.into_iter().take(MAX_LISTED).collect(),
    })
}

/// The limits that hold for unzipped files, for files that come without a zip.
pub(super) fn check_files(files: &PackageFiles) -> Result<(), InspectError> {
    let count = files.names().count();
    if count > MAX_ZIP_ENTRIES {
        let count = count as u64;
        return Err(InspectError::ZipTooManyEntries { count });
    }
    if files.size().get() > MAX_UNZIPPED_BYTES {
        return Err(InspectError::UnzippedTooLarge);
    }
    let unsafe_entry = files
        .names()
        .find_map(|name| Some((name, unsafe_name(name)?)));
    match unsafe_entry {
        Some((name, reason)) => Err(InspectError::ZipUnsafeEntry {
            entry: name.to_owned(),
            reason,
        }),
        None => Ok(()),
    }
}

fn count(bytes: &[u8], signature: &[u8]) -> usize {
    bytes
        .windows(signature.len())
        .filter(|window| *window == signature)
        .count()
}

/// Checks what the directory says of an entry, and gives its name.
fn check_entry(archive: &Archive<'_>, index: usize) -> Result<String, InspectError> {
    let entry = archive
        .by_index_data(index)
        .map_err(|error| damaged(None, &error))?;
    let name = match entry.name() {
        Ok(name) => name.into_owned(),
        Err(error) => {
            let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
            return Err(damaged(Some(name), &error));
        }
    };
    let reason = if entry.is_symlink() {
        Some(UnsafeEntry::SymbolicLink)
    } else {
        unsafe_name(&name)
    };
    if let Some(reason) = reason {
        return Err(InspectError::ZipUnsafeEntry {
            entry: name,
            reason,
        });
    }
    if entry.encrypted() {
        return Err(InspectError::ZipEncrypted { entry: name });
    }
    let method = entry.compression();
    if method != CompressionMethod::Stored && method != CompressionMethod::Deflated {
        return Err(InspectError::ZipCompression {
            entry: name,
            method: compression_name(method),
        });
    }
    Ok(name)
}

/// Stricter than any unzipper: `a/../b` would stay inside, but no packer writes it.
fn unsafe_name(name: &str) -> Option<UnsafeEntry> {
    let has_drive = matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    if name.is_empty() || name.contains('\0') {
        Some(UnsafeEntry::BadName)
    } else if name.starts_with(['/', '\\']) || has_drive {
        Some(UnsafeEntry::Absolute)
    } else if name.split(['/', '\\']).any(|part| part == "..") {
        Some(UnsafeEntry::ParentFolder)
    } else {
        None
    }
}

/// Inflates all entries, counting what really comes out: headers can say anything.
fn inflate(archive: &mut Archive<'_>, names: &[String]) -> Result<PackageFiles, InspectError> {
    let mut left = MAX_UNZIPPED_BYTES;
    let mut files = PackageFiles::default();
    for (index, name) in names.iter().enumerate() {
        let entry = archive
            .by_index(index)
            .map_err(|error| damaged(Some(name.clone()), &error))?;
        let is_directory = entry.is_dir();
        // Grows with what comes out and not to what the header says.
        let mut bytes = Vec::new();
        entry
            .take(left + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| damaged(Some(name.clone()), &ZipError::Io(error)))?;
        left = left
            .checked_sub(bytes.len() as u64)
            .ok_or(InspectError::UnzippedTooLarge)?;
        if !is_directory {
            files.insert(name, bytes);
        }
    }
    Ok(files)
}

fn compression_name(method: CompressionMethod) -> String {
    const NAMES: [(CompressionMethod, &str); 8] = [
        (CompressionMethod::SHRINK, "shrink"),
        (CompressionMethod::IMPLODE, "implode"),
        (CompressionMethod::DEFLATE64, "deflate64"),
        (CompressionMethod::BZIP2, "bzip2"),
        (CompressionMethod::LZMA, "lzma"),
        (CompressionMethod::ZSTD, "zstd"),
        (CompressionMethod::XZ, "xz"),
        (CompressionMethod::PPMD, "ppmd"),
    ];
    if let Some((_, name)) = NAMES.iter().find(|(named, _)| *named == method) {
        return (*name).to_owned();
    }
    match method {
        #[allow(
            deprecated,
            reason = "the constants do not cover numbers without a name"
        )]
        CompressionMethod::Unsupported(number) => format!("number {number}"),
        other => other.to_string(),
    }
}

fn damaged(entry: Option<String>, error: &ZipError) -> InspectError {
    let message = match error {
        ZipError::Io(error) => error.to_string(),
        ZipError::InvalidArchive(message) => message.to_string(),
        ZipError::UnsupportedArchive(message) => (*message).to_owned(),
        other => other.to_string(),
    };
    InspectError::ZipDamaged { entry, message }
}

/// What a package that nothing can run seems to be.
pub(super) fn resemblance(files: &PackageFiles) -> Option<PackageKind> {
    // macOS adds a shadow of every file.
    let names = || files.names().filter(|name| !name.starts_with("__MACOSX/"));
    let base = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let find = |test: &dyn Fn(&str) -> bool| names().find(|name| test(name)).map(str::to_owned);
    if let Some(entry) = find(&|name| base(name).eq_ignore_ascii_case(BOOTSTRAP)) {
        return Some(PackageKind::MisplacedBootstrap { entry });
    }
    let mut modules = names().filter(|name| name.to_ascii_lowercase().ends_with(".wasm"));
    if let (Some(entry), None) = (modules.next(), modules.next()) {
        return Some(PackageKind::OtherModule {
            entry: entry.to_owned(),
        });
    }
    if let Some(bytes) = files.get("bootstrap") {
        return Some(if bytes.starts_with(b"\0asm") {
            PackageKind::OtherModule {
                entry: "bootstrap".to_owned(),
            }
        } else {
            PackageKind::LinuxBootstrap
        });
    }
    if let Some(entry) = find(&|name| source::runtime_of(name).is_some()) {
        return Some(PackageKind::NestedSource { entry });
    }
    find(&|name| name.ends_with(".class") || name.ends_with(".jar")).map(|_| PackageKind::Java)
}
