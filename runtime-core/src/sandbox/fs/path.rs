//! Resolving what a guest calls a path.

use super::inode::Content;
use super::{Files, NodeId};
use crate::sandbox::wasi::Errno;
use std::sync::Arc;

/// The longest path and the longest name, in bytes (`limits.h` on Linux).
pub(super) const PATH_MAX: usize = 4_096;
const NAME_MAX: usize = 255;

/// Symbolic links that one path may lead through (path_resolution(7) on Linux).
const LINKS_MAX: usize = 40;

/// What becomes of a symbolic link at the end of a path. Those before are always followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Links {
    /// It is followed.
    Follow,
    /// It is meant itself, unless a slash after it says that it stands for a directory.
    Keep,
    /// It is meant itself in any case.
    KeepAlways,
}

/// Where a path leads.
#[derive(Debug)]
pub(super) struct Resolved {
    /// The directory that has, or would have, the name.
    pub(super) parent: NodeId,
    /// The last name; none where the path ends in `.` or `..`.
    pub(super) name: Option<Arc<str>>,
    /// What is there now.
    pub(super) node: Option<NodeId>,
    /// The path ends in a slash, `.` or `..`: it can only mean a directory.
    pub(super) means_directory: bool,
    /// The path's last part is `..`.
    pub(super) ends_above: bool,
}

/// What is left of a path and of the symbolic links on the way.
struct Rest<'a> {
    now: &'a str,
    later: Vec<&'a str>,
    /// A slash came after the last part.
    slash: bool,
}

impl<'a> Rest<'a> {
    fn next(&mut self) -> Option<&'a str> {
        loop {
            let parts = self.now.trim_start_matches('/');
            if !parts.is_empty() {
                let end = parts.find('/').unwrap_or(parts.len());
                let (part, rest) = parts.split_at(end);
                self.now = rest;
                self.slash = false;
                return Some(part);
            }
            self.slash |= !self.now.is_empty();
            self.now = self.later.pop()?;
        }
    }

    /// Whether nothing but slashes is left.
    fn is_over(&self) -> bool {
        let only_slashes = |text: &str| text.bytes().all(|byte| byte == b'/');
        only_slashes(self.now) && self.later.iter().copied().all(only_slashes)
    }

    /// Whether anything is left.
    fn is_empty(&self) -> bool {
        self.now.is_empty() && self.later.iter().all(|text| text.is_empty())
    }

    /// Goes on with a link's target, then with what was left.
    fn insert(&mut self, target: &'a str) {
        self.later.push(std::mem::replace(&mut self.now, target));
    }
}

impl Files {
    /// Follows a path from a directory. Everything but the last part must be there. A path that
    /// leads out of the directory is refused, even if it would come back.
    ///
    /// An absolute symbolic link starts from `/`, which only a path that does so too may reach.
    pub(super) fn resolve(
        &self,
        start: NodeId,
        path: &str,
        links: Links,
    ) -> Result<Resolved, Errno> {
        self.directory(start)?;
        check(path)?;
        if path.starts_with('/') {
            return Err(Errno::PERM);
        }
        let mut followed = 0;
        let mut rest = Rest {
            now: path,
            later: Vec::new(),
            slash: false,
        };
        let mut at = Resolved {
            parent: start,
            name: None,
            node: Some(start),
            means_directory: true,
            ends_above: false,
        };
        while let Some(part) = rest.next() {
            let here = at.node.ok_or(Errno::NOENT)?;
            let directory = self.directory(here)?;
            match part {
                "." => {
                    at.name = None;
                    at.ends_above = false;
                }
                ".." if here == start => return Err(Errno::PERM),
                ".." => {
                    at.node = Some(directory.parent);
                    at.name = None;
                    at.ends_above = true;
                }
                name if name.len() > NAME_MAX => return Err(Errno::NAMETOOLONG),
                name => {
                    at.ends_above = false;
                    at.parent = here;
                    match directory.get(name) {
                        None => {
                            at.node = None;
                            at.name = Some(Arc::from(name));
                        }
                        Some((name, entry)) => {
                            at.node = Some(entry.node);
                            at.name = Some(Arc::clone(name));
                            let followable = match links {
                                Links::Follow => true,
                                Links::Keep => !rest.is_over() || !rest.is_empty(),
                                Links::KeepAlways => !rest.is_over(),
                            };
                            if followable
                                && let Content::Symlink(target) = &self.node(entry.node)?.content
                            {
                                followed += 1;
                                if followed > LINKS_MAX {
                                    return Err(Errno::LOOP);
                                }
                                at.node = Some(match target.starts_with('/') {
                                    true => self.root_for(start)?,
                                    false => here,
                                });
                                at.name = None;
                                rest.insert(target);
                            }
                        }
                    }
                }
            }
        }
        at.means_directory = rest.slash || at.name.is_none();
        if at.means_directory && at.node.is_some_and(|node| !self.is_directory(node)) {
            return Err(Errno::NOTDIR);
        }
        Ok(at)
    }

    /// The inode at a path, which must be there.
    pub(in crate::sandbox) fn find(
        &self,
        start: NodeId,
        path: &str,
        links: Links,
    ) -> Result<NodeId, Errno> {
        self.resolve(start, path, links)?.node.ok_or(Errno::NOENT)
    }

    /// What an inode is called, if it has a name in one of the preopened directories.
    pub(in crate::sandbox) fn name_of(&self, wanted: NodeId) -> Option<String> {
        let mut waiting: Vec<(NodeId, String)> = self
            .preopens
            .iter()
            .map(|preopen| (preopen.node, preopen.name.to_string()))
            .collect();
        while let Some((at, path)) = waiting.pop() {
            if at == wanted {
                return Some(path);
            }
            if let Ok(directory) = self.directory(at) {
                for (name, entry) in directory.listed(0, directory.last_cookie()) {
                    let path = format!("{}/{name}", path.trim_end_matches('/'));
                    waiting.push((entry.node, path));
                }
            }
        }
        None
    }

    /// Where absolute symbolic links start, for paths from a directory.
    fn root_for(&self, start: NodeId) -> Result<NodeId, Errno> {
        let is_root = |name: &str| name == "/";
        let mut preopens = self.preopens.iter();
        match preopens.find(|preopen| is_root(&preopen.name) && preopen.node == start) {
            Some(root) => Ok(root.node),
            None => Err(Errno::PERM),
        }
    }
}

/// What no path may be, wherever it leads.
pub(super) fn check(path: &str) -> Result<(), Errno> {
    if path.is_empty() {
        return Err(Errno::NOENT);
    }
    if path.len() > PATH_MAX {
        return Err(Errno::NAMETOOLONG);
    }
    if path.contains('\0') {
        return Err(Errno::INVAL);
    }
    Ok(())
}
