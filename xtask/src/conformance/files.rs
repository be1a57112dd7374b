//! A folder of this machine as a tree of files.

use anyhow::{Context, Result};
use runtime_core::sandbox::{FileContent, FileTree};
use std::path::Path;

/// All that is below a folder. Symbolic links stay what they are.
pub(super) fn tree(folder: &Path) -> Result<FileTree> {
    let mut tree = FileTree::default();
    add(folder, "", &mut tree)?;
    Ok(tree)
}

fn add(folder: &Path, above: &str, tree: &mut FileTree) -> Result<()> {
    let unreadable = || format!("{} could not be read", folder.display());
    for entry in std::fs::read_dir(folder).with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        let name = entry.file_name();
        let path = format!("{above}{}", name.to_string_lossy());
        let kind = entry.file_type().with_context(unreadable)?;
        let content = if kind.is_dir() {
            add(&entry.path(), &format!("{path}/"), tree)?;
            FileContent::Directory
        } else if kind.is_symlink() {
            let target = std::fs::read_link(entry.path()).with_context(unreadable)?;
            FileContent::Symlink(target.to_string_lossy().into_owned())
        } else {
            let bytes = std::fs::read(entry.path()).with_context(unreadable)?;
            FileContent::File(bytes.into())
        };
        tree.insert(path, content);
    }
    Ok(())
}
