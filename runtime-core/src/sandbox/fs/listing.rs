//! The entries of a directory, by cookies that stay valid.

use super::{FileKind, Files, NodeId};
use crate::sandbox::wasi::Errno;

/// Where a descriptor's listing ends: what came into the directory after it began is not part of
/// it, so that a program which makes files while it lists them comes to an end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::sandbox) struct Listing {
    last: Option<u64>,
}

/// One entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Listed<'a> {
    pub(in crate::sandbox) name: &'a str,
    pub(in crate::sandbox) number: u64,
    pub(in crate::sandbox) kind: FileKind,
    /// What to give for the entries behind this one.
    pub(in crate::sandbox) cookie: u64,
}

/// Of `.` and `..`.
const DOTS: [(&str, u64); 2] = [(".", 1), ("..", 2)];

impl Files {
    /// The entries behind a cookie; 0 begins anew. Removing or renaming files makes no cookie
    /// invalid.
    pub(in crate::sandbox) fn list<'a>(
        &'a self,
        id: NodeId,
        after: u64,
        listing: &mut Listing,
    ) -> Result<impl Iterator<Item = Listed<'a>>, Errno> {
        let directory = self.directory(id)?;
        let last = match listing.last {
            Some(last) if after > 0 => last,
            _ => directory.last_cookie(),
        };
        listing.last = Some(last);
        let dots = DOTS
            .into_iter()
            .zip([id, directory.parent])
            .filter(move |((_, cookie), _)| *cookie > after)
            .map(|((name, cookie), node)| (name, node, cookie));
        let names = directory
            .listed(after, last)
            .map(|(name, entry)| (name, entry.node, entry.cookie));
        Ok(dots.chain(names).filter_map(|(name, node, cookie)| {
            Some(Listed {
                name,
                number: node.file.0,
                kind: self.node(node).ok()?.kind(),
                cookie,
            })
        }))
    }
}
