//! A tree of files as plain data: what an environment is started with, and the mirror of `/tmp`
//! that its host keeps.
//!
//! ```text
//! mod     FileTree, FileNode, FileContent
//! bytes   FileBytes: a file's bytes, shared until somebody changes them
//! times   FileTime, FileTimes
//! change  TmpChange: one change of `/tmp`, and following it
//! ```
//!
//! Names and files are kept apart, as in a file system: a file with two names is a hard link.

mod bytes;
mod change;
mod times;

pub use bytes::FileBytes;
pub use change::{FileChange, TmpChange};
pub use times::{FileTime, FileTimes};

use crate::units::OrderedMap;
use serde::{Deserialize, Serialize};

/// Files, directories and symbolic links by path, relative to where the tree is mounted: `a/b.txt`.
///
/// An empty tree is three bytes in a message, and files are shared with every clone of the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileTree {
    names: OrderedMap<String, FileId>,
    files: OrderedMap<FileId, FileNode>,
    /// How many names a file has beside its first; files with one name are not here.
    more_names: OrderedMap<FileId, u32>,
}

/// A file, whatever it is called: its inode number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileId(pub u64);

/// The directory that a tree's paths start from. It is in no tree itself.
pub(super) const ROOT: FileId = FileId(1);

/// A file, directory or symbolic link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileNode {
    /// What it is, and what is in it.
    pub content: FileContent,
    /// When it was read, written and changed.
    pub times: FileTimes,
}

/// What a node is, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileContent {
    /// A directory; what is in it has paths of its own.
    Directory,
    /// A regular file.
    File(FileBytes),
    /// A symbolic link to this path.
    Symlink(String),
}

impl FileTree {
    /// Adds a node that was made in 1970, as reproducible archives say; in place of what had that
    /// path. Directories on the way need not be added.
    pub fn insert(&mut self, path: impl Into<String>, content: FileContent) -> FileId {
        let last = self.files.last_key_value();
        let file = FileId(last.map_or(ROOT.0, |(last, _)| last.0) + 1);
        let times = FileTimes::default();
        self.place(path.into(), file, FileNode { content, times });
        file
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// All paths in order, with the files they name: directories come before what is in them.
    pub fn names(&self) -> impl Iterator<Item = (&str, FileId)> {
        self.names.iter().map(|(path, file)| (path.as_str(), *file))
    }

    /// The file of this number.
    pub fn file(&self, file: FileId) -> Option<&FileNode> {
        self.files.get(&file)
    }

    /// The file at a path.
    pub fn get(&self, path: &str) -> Option<&FileNode> {
        self.names.get(path).and_then(|file| self.file(*file))
    }

    /// The bytes of the regular file at a path.
    pub fn bytes(&self, path: &str) -> Option<&[u8]> {
        match &self.get(path)?.content {
            FileContent::File(bytes) => Some(bytes),
            FileContent::Directory | FileContent::Symlink(_) => None,
        }
    }

    fn place(&mut self, path: String, file: FileId, node: FileNode) {
        self.unname(&path);
        self.names.insert(path, file);
        self.files.insert(file, node);
    }

    /// Gives a file another name.
    fn name(&mut self, path: String, file: FileId) {
        self.unname(&path);
        self.names.insert(path, file);
        *self.more_names.get_or_default(file) += 1;
    }

    /// Takes a name away, and the file with its last name.
    fn unname(&mut self, path: &str) {
        let Some(file) = self.names.remove(path) else {
            return;
        };
        match self.more_names.get_mut(&file) {
            Some(1) => {
                self.more_names.remove(&file);
            }
            Some(more) => *more -= 1,
            None => {
                self.files.remove(&file);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_tree_is_three_bytes() {
        let sent = postcard::to_stdvec(&FileTree::default()).unwrap();
        assert_eq!(sent, [0, 0, 0]);
    }

    #[test]
    fn a_tree_survives_a_message() {
        let mut tree = FileTree::default();
        tree.insert("d", FileContent::Directory);
        tree.insert("d/f", FileContent::File(vec![0, 255].into()));
        tree.insert("l", FileContent::Symlink("d/f".to_owned()));
        let sent = postcard::to_stdvec(&tree).unwrap();
        assert_eq!(postcard::from_bytes::<FileTree>(&sent).unwrap(), tree);
    }

    #[test]
    fn clones_share_bytes_until_one_is_changed() {
        let mut tree = FileTree::default();
        let file = tree.insert("f", FileContent::File(b"one".to_vec().into()));
        let before = tree.clone();
        let at = |tree: &FileTree| tree.bytes("f").map(<[u8]>::as_ptr);
        assert_eq!(at(&tree), at(&before));
        let change = FileChange::Write {
            file,
            offset: 0,
            bytes: b"two".to_vec().into(),
        };
        tree.apply(TmpChange {
            at: FileTime::default(),
            change,
        });
        assert_eq!(before.bytes("f"), Some(b"one".as_slice()));
        assert_eq!(tree.bytes("f"), Some(b"two".as_slice()));
    }
}
