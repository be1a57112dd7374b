//! Resolving what a guest calls a path.

use super::{NodeId, Tmp};
use crate::sandbox::wasi::Errno;

/// The longest path and the longest name, in bytes (`limits.h` on Linux).
const PATH_MAX: usize = 4_096;
const NAME_MAX: usize = 255;

/// Where a path leads, below the directory it starts from.
pub(in crate::sandbox) struct Resolved {
    /// Relative to `/tmp`.
    pub(super) path: String,
    /// What is there now.
    pub(in crate::sandbox) node: Option<NodeId>,
    /// The path is the starting directory itself.
    pub(super) is_start: bool,
    /// The path ends in `/`, `.` or `..`: it can only mean a directory.
    pub(super) means_directory: bool,
}

impl Tmp {
    /// Follows a path from a directory. Everything but the last part must be there. A path that
    /// leads out of the directory is refused, even if it would come back.
    pub(in crate::sandbox) fn resolve(&self, start: NodeId, path: &str) -> Result<Resolved, Errno> {
        let start_path = self.path_of(start)?;
        if !self.is_directory(start) {
            return Err(Errno::NOTDIR);
        }
        if path.is_empty() {
            return Err(Errno::NOENT);
        }
        if path.len() > PATH_MAX {
            return Err(Errno::NAMETOOLONG);
        }
        if path.contains('\0') {
            return Err(Errno::INVAL);
        }
        if path.starts_with('/') {
            return Err(Errno::PERM);
        }

        let mut at = start_path.to_owned();
        let mut node = Some(start);
        let mut depth = 0usize;
        for part in path.split('/') {
            if part.is_empty() || part == "." {
                continue;
            }
            match node {
                None => return Err(Errno::NOENT),
                Some(id) if !self.is_directory(id) => return Err(Errno::NOTDIR),
                Some(_) => {}
            }
            if part == ".." {
                depth = depth.checked_sub(1).ok_or(Errno::PERM)?;
                at.truncate(at.rfind('/').unwrap_or(0));
            } else {
                if part.len() > NAME_MAX {
                    return Err(Errno::NAMETOOLONG);
                }
                depth += 1;
                if !at.is_empty() {
                    at.push('/');
                }
                at.push_str(part);
            }
            node = self.names.get(&at).copied();
        }

        let last = path.rsplit('/').next().unwrap_or(path);
        let means_directory = matches!(last, "" | "." | "..");
        if means_directory && node.is_some_and(|id| !self.is_directory(id)) {
            return Err(Errno::NOTDIR);
        }
        Ok(Resolved {
            path: at,
            node,
            is_start: depth == 0,
            means_directory,
        })
    }

    /// The node at a path, which must be there.
    pub(in crate::sandbox) fn find(&self, start: NodeId, path: &str) -> Result<NodeId, Errno> {
        self.resolve(start, path)?.node.ok_or(Errno::NOENT)
    }
}
