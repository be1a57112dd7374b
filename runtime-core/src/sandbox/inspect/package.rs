//! Zip packages: a package is checked whole, as Lambda does, before its module is looked at.

use super::error::{
    BOOTSTRAP, InspectError, MAX_UNZIPPED_BYTES, MAX_ZIP_ENTRIES, PackageKind, UnsafeEntry,
};
use super::facts::MAX_LISTED;
use std::io::{Cursor, Read};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

/// A package that is in order and has a module.
pub(super) struct Package {
    /// The bytes of [`BOOTSTRAP`].
    pub(super) bootstrap: Vec<u8>,
    /// Names of the entries, at most [`MAX_LISTED`].
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

/// Checks every entry and takes out the module.
pub(super) fn open(bytes: &[u8]) -> Result<Package, InspectError> {
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
    let bootstrap = inflate(&mut archive, &names)?;
    match bootstrap {
        Some(bootstrap) => Ok(Package {
            bootstrap,
            entries: names.into_iter().take(MAX_LISTED).collect(),
        }),
        None => Err(InspectError::NoBootstrap {
            resembles: resemblance(&mut archive, &names),
            entries: names.into_iter().take(MAX_LISTED).collect(),
        }),
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

/// Inflates all entries, counting what really comes out (headers can say anything), and keeps the
/// module's bytes.
fn inflate(archive: &mut Archive<'_>, names: &[String]) -> Result<Option<Vec<u8>>, InspectError> {
    let mut left = MAX_UNZIPPED_BYTES;
    let mut bootstrap = None;
    let mut buffer = vec![0; 64 * 1_024];
    for (index, name) in names.iter().enumerate() {
        let mut entry = archive
            .by_index(index)
            .map_err(|error| damaged(Some(name.clone()), &error))?;
        // Grows with what comes out and not to what the header says.
        let mut kept = Vec::new();
        loop {
            let read = match entry.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(damaged(Some(name.clone()), &ZipError::Io(error))),
            };
            left = left
                .checked_sub(read as u64)
                .ok_or(InspectError::UnzippedTooLarge)?;
            if name == BOOTSTRAP {
                kept.extend_from_slice(buffer.get(..read).unwrap_or_default());
            }
        }
        if name == BOOTSTRAP {
            bootstrap = Some(kept);
        }
    }
    Ok(bootstrap)
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

/// What a package without the module seems to be.
fn resemblance(archive: &mut Archive<'_>, names: &[String]) -> Option<PackageKind> {
    // macOS adds a shadow of every file.
    let real = || names.iter().filter(|name| !name.starts_with("__MACOSX/"));
    let base = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let find = |test: &dyn Fn(&str) -> bool| real().find(|name| test(name)).cloned();
    if let Some(entry) = find(&|name| base(name).eq_ignore_ascii_case(BOOTSTRAP)) {
        return Some(PackageKind::MisplacedBootstrap { entry });
    }
    let mut modules = real().filter(|name| name.to_ascii_lowercase().ends_with(".wasm"));
    if let (Some(entry), None) = (modules.next(), modules.next()) {
        return Some(PackageKind::OtherModule {
            entry: entry.clone(),
        });
    }
    if let Some(index) = names.iter().position(|name| name == "bootstrap") {
        let mut magic = [0; 4];
        let read = archive
            .by_index(index)
            .is_ok_and(|mut entry| entry.read_exact(&mut magic).is_ok());
        if read && magic == *b"\0asm" {
            return Some(PackageKind::OtherModule {
                entry: "bootstrap".to_owned(),
            });
        }
        return Some(PackageKind::LinuxBootstrap);
    }
    let top = |name: &str, extensions: &[&str]| {
        !name.contains('/') && extensions.iter().any(|e| name.ends_with(e))
    };
    if let Some(entry) =
        find(&|name| top(name, &[".mjs", ".cjs", ".js", ".ts"]) || name == "package.json")
    {
        return Some(PackageKind::JavaScript { entry });
    }
    if let Some(entry) = find(&|name| top(name, &[".py", ".pyc"])) {
        return Some(PackageKind::Python { entry });
    }
    find(&|name| name.ends_with(".class") || name.ends_with(".jar")).map(|_| PackageKind::Java)
}
