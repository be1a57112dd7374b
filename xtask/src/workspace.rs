//! Folders of the checkout.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The compilation target of everything that the browser runs.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// The compilation target of handlers of the command kind.
pub const WASI_TARGET: &str = "wasm32-wasip1";

/// The checkout's top folder.
pub fn root() -> &'static Path {
    // xtask lies directly below it, and runs where it was compiled.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Where `build` puts the static files.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// What `cargo metadata --no-deps` says about the workspace.
///
/// # Errors
/// If cargo cannot be run or a manifest is wrong.
pub fn metadata() -> Result<serde_json::Value> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root())
        .output()
        .context("cargo could not be run")?;
    if !output.status.success() {
        bail!(
            "cargo metadata failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    serde_json::from_slice(&output.stdout).context("cargo metadata gave no JSON")
}

/// Cargo's target folder, wherever the user has put it.
///
/// # Errors
/// As [`metadata`].
pub fn target() -> Result<PathBuf> {
    let metadata = metadata()?;
    let folder = metadata["target_directory"]
        .as_str()
        .context("cargo metadata names no target folder")?;
    Ok(PathBuf::from(folder))
}

/// Writes a file unless it holds these bytes already, so that watchers and cargo see no change
/// where there is none.
///
/// # Errors
/// If the file or its folder cannot be written.
pub fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<bool> {
    if std::fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{} could not be made", folder.display()))?;
    }
    std::fs::write(path, bytes)
        .with_context(|| format!("{} could not be written", path.display()))?;
    Ok(true)
}

/// Reads a file, naming it in the error.
///
/// # Errors
/// If the file cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{} could not be read", path.display()))
}

/// A short name for contents, for file names that may be cached for ever.
///
/// The standard library's hash may change with the Rust version; then visitors download once more.
pub fn content_hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    for part in parts {
        part.hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_holds_the_workspace() {
        assert!(root().join("Cargo.toml").is_file());
        assert!(root().join("xtask").is_dir());
    }

    #[test]
    fn content_hash_tells_parts_apart() {
        let name = |parts: &[&[u8]]| content_hash(parts.iter().copied());
        assert_eq!(name(&[b"ab"]).len(), 16);
        assert_eq!(name(&[b"ab", b"c"]), name(&[b"ab", b"c"]));
        assert_ne!(name(&[b"ab", b"c"]), name(&[b"a", b"bc"]));
    }

    #[test]
    fn unchanged_files_are_left_alone() {
        let folder = std::env::temp_dir().join(format!("coldstart-write-{}", std::process::id()));
        let file = folder.join("deep/file.txt");
        assert!(write_if_changed(&file, b"one").unwrap());
        assert!(!write_if_changed(&file, b"one").unwrap());
        assert!(write_if_changed(&file, b"two").unwrap());
        assert_eq!(read(&file).unwrap(), b"two");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
