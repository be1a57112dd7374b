//! One change of `/tmp`, as its environment tells it, and following it in a mirror.

use super::{FileBytes, FileContent, FileId, FileNode, FileTime, FileTimes, FileTree};
use serde::{Deserialize, Serialize};

/// One change of `/tmp`. The changes of an environment, applied in order to a copy of the tree that
/// it was started with, give its `/tmp` as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TmpChange {
    /// When it happened; also the times that it gives to what it changed.
    pub at: FileTime,
    /// What happened.
    pub change: FileChange,
}

/// What happened to a file. Paths are relative to `/tmp`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileChange {
    /// A node was made: an empty file, an empty directory or a symbolic link.
    Make {
        /// Where.
        path: String,
        /// Its number from now on.
        file: FileId,
        /// What it is.
        content: FileContent,
    },
    /// A file got another name: a hard link.
    Link {
        /// Which file.
        file: FileId,
        /// The new name.
        path: String,
    },
    /// Bytes were written; a gap before them reads as zeros.
    Write {
        /// Into which file.
        file: FileId,
        /// From which byte on.
        offset: u64,
        /// What was written.
        bytes: FileBytes,
    },
    /// A file was cut, or extended with zeros.
    Resize {
        /// Which file.
        file: FileId,
        /// Its length now, in bytes.
        length: u64,
    },
    /// Somebody set the times of a file.
    SetTimes {
        /// Which file.
        file: FileId,
        /// Last read.
        accessed: FileTime,
        /// Last written.
        modified: FileTime,
    },
    /// A name was taken away, and with its last name a file.
    Remove(String),
    /// Something, with all below it, was renamed from one path to another; what had that path
    /// is gone.
    Rename(String, String),
}

impl FileTree {
    /// Follows a change. One that does not fit changes as much as it can.
    pub fn apply(&mut self, TmpChange { at, change }: TmpChange) {
        match change {
            FileChange::Make {
                path,
                file,
                content,
            } => {
                self.touch_parent(&path, at);
                let times = FileTimes::made(at);
                self.place(path, file, FileNode { content, times });
            }
            FileChange::Link { file, path } => {
                if let Some(node) = self.files.get_mut(&file) {
                    node.times.changed = at;
                    self.touch_parent(&path, at);
                    self.name(path, file);
                }
            }
            FileChange::Write {
                file,
                offset,
                bytes,
            } => self.write(file, offset, &bytes, at),
            FileChange::Resize { file, length } => {
                if let Some((content, times)) = self.content(file) {
                    resize(content, usize::try_from(length).unwrap_or(usize::MAX));
                    times.modify(at);
                }
            }
            FileChange::SetTimes {
                file,
                accessed,
                modified,
            } => {
                if let Some(node) = self.files.get_mut(&file) {
                    node.times = FileTimes {
                        accessed,
                        modified,
                        changed: at,
                    };
                }
            }
            FileChange::Remove(path) => {
                self.touch(&path, at);
                self.unname(&path);
                self.touch_parent(&path, at);
            }
            FileChange::Rename(from, to) => self.rename(&from, &to, at),
        }
    }

    fn write(&mut self, file: FileId, offset: u64, bytes: &[u8], at: FileTime) {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let Some(end) = start.checked_add(bytes.len()) else {
            return;
        };
        if let Some((content, times)) = self.content(file) {
            times.modify(at);
            if content.len() < end {
                resize(content, end);
            }
            if let Some(place) = content.make_mut().get_mut(start..end) {
                place.copy_from_slice(bytes);
            }
        }
    }

    fn rename(&mut self, from: &str, to: &str, at: FileTime) {
        if from == to {
            return;
        }
        self.touch(to, at);
        self.unname(to);
        let below = format!("{from}/");
        let inside = self.names.iter_from(&below);
        let moved: Vec<String> = inside
            .map(|(path, _)| path)
            .take_while(|path| path.starts_with(&below))
            .cloned()
            .chain([from.to_owned()])
            .collect();
        for path in moved {
            if let Some(file) = self.names.remove(&path) {
                self.names
                    .insert(format!("{to}{}", &path[from.len()..]), file);
            }
        }
        self.touch(to, at);
        self.touch_parent(from, at);
        self.touch_parent(to, at);
    }

    fn content(&mut self, file: FileId) -> Option<(&mut FileBytes, &mut FileTimes)> {
        let node = self.files.get_mut(&file)?;
        match &mut node.content {
            FileContent::File(bytes) => Some((bytes, &mut node.times)),
            FileContent::Directory | FileContent::Symlink(_) => None,
        }
    }

    /// A file's names change.
    fn touch(&mut self, path: &str, at: FileTime) {
        if let Some(node) = self.names.get(path).and_then(|id| self.files.get_mut(id)) {
            node.times.changed = at;
        }
    }

    /// A name in a directory came or went.
    fn touch_parent(&mut self, path: &str, at: FileTime) {
        if let Some((parent, _)) = path.rsplit_once('/')
            && let Some(node) = self.names.get(parent).and_then(|id| self.files.get_mut(id))
        {
            node.times.modify(at);
        }
    }
}

/// Cuts or extends with zeros. A length that this machine has no memory for changes nothing: the
/// environment had more than its mirror, and going on without these bytes beats ending the page.
fn resize(content: &mut FileBytes, length: usize) {
    let more = length.saturating_sub(content.len());
    let content = content.make_mut();
    if content.try_reserve(more).is_ok() {
        content.resize(length, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(path: &str, file: u64, content: FileContent) -> FileChange {
        FileChange::Make {
            path: path.to_owned(),
            file: FileId(file),
            content,
        }
    }

    fn apply(tree: &mut FileTree, changes: impl IntoIterator<Item = FileChange>) {
        for change in changes {
            let at = FileTime::from_unix_nanos(7);
            tree.apply(TmpChange { at, change });
        }
    }

    #[test]
    fn the_mirror_follows_the_journal() {
        let mut tmp = FileTree::default();
        let file = FileId(3);
        apply(
            &mut tmp,
            [
                make("d", 2, FileContent::Directory),
                make("d/a", 3, FileContent::File(FileBytes::default())),
                FileChange::Write {
                    file,
                    offset: 2,
                    bytes: b"xy".to_vec().into(),
                },
                FileChange::Resize { file, length: 3 },
                FileChange::Rename("d".into(), "e".into()),
                make("gone", 4, FileContent::Symlink("e/a".into())),
                FileChange::Remove("gone".into()),
            ],
        );
        let names: Vec<_> = tmp.names().collect();
        assert_eq!(names, [("e", FileId(2)), ("e/a", file)]);
        assert_eq!(tmp.bytes("e/a"), Some([0, 0, b'x'].as_slice()));
        assert_eq!(tmp.file(FileId(4)), None);
    }

    #[test]
    fn a_file_lives_as_long_as_one_of_its_names() {
        let mut tmp = FileTree::default();
        apply(
            &mut tmp,
            [
                make("a", 2, FileContent::File(b"x".to_vec().into())),
                FileChange::Link {
                    file: FileId(2),
                    path: "b".into(),
                },
                FileChange::Remove("a".into()),
            ],
        );
        assert_eq!(tmp.bytes("b"), Some(b"x".as_slice()));
        apply(
            &mut tmp,
            [
                make("c", 3, FileContent::File(FileBytes::default())),
                FileChange::Rename("c".into(), "b".into()),
            ],
        );
        assert_eq!(tmp.bytes("b"), Some(b"".as_slice()));
        assert_eq!(tmp.file(FileId(2)), None);
    }

    #[test]
    fn changes_that_do_not_fit_are_let_go() {
        let mut tmp = FileTree::default();
        let file = FileId(9);
        apply(
            &mut tmp,
            [
                FileChange::Write {
                    file,
                    offset: u64::MAX,
                    bytes: b"x".to_vec().into(),
                },
                FileChange::Resize { file, length: 3 },
                FileChange::Link {
                    file,
                    path: "x".into(),
                },
                FileChange::Remove("x".into()),
                FileChange::Rename("x".into(), "y".into()),
            ],
        );
        assert!(tmp.is_empty());
        apply(
            &mut tmp,
            [
                make("f", 9, FileContent::File(FileBytes::default())),
                FileChange::Resize {
                    file,
                    length: u64::MAX,
                },
            ],
        );
        assert_eq!(tmp.bytes("f"), Some(b"".as_slice()));
    }
}
