//! Reading, writing and resizing files.

use super::{Content, NodeId, Tmp};
use crate::sandbox::TmpChange;
use crate::sandbox::wasi::Errno;

impl Tmp {
    /// The bytes of a file from an offset on; empty beyond its end.
    pub(in crate::sandbox) fn bytes_from(&self, id: NodeId, offset: u64) -> Result<&[u8], Errno> {
        match &self.node(id)?.content {
            Content::File(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                Ok(bytes.get(start..).unwrap_or_default())
            }
            Content::Directory => Err(Errno::ISDIR),
        }
    }

    /// Writes as much as there is room for, and says how much; no room for a single byte is an
    /// error.
    pub(in crate::sandbox) fn write(
        &mut self,
        id: NodeId,
        offset: u64,
        mut bytes: Vec<u8>,
        now: u64,
    ) -> Result<usize, Errno> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let len = self.status(id)?.size;
        let end = offset.checked_add(bytes.len() as u64).ok_or(Errno::FBIG)?;
        let room = self.capacity.saturating_sub(self.used);
        let end = end.min(len + room);
        if end <= offset {
            return Err(Errno::NOSPC);
        }
        bytes.truncate((end - offset) as usize);
        if end > len {
            self.set_len(id, end)?;
        }
        let node = self.nodes.get_mut(&id).ok_or(Errno::BADF)?;
        let Content::File(file) = &mut node.content else {
            return Err(Errno::ISDIR);
        };
        node.modified = now;
        // `set_len` has seen to it that both ends fit into memory.
        let range = offset as usize..end as usize;
        if let Some(place) = file.get_mut(range) {
            place.copy_from_slice(&bytes);
        }
        let written = bytes.len();
        if let Some(path) = node.path.clone() {
            self.journal.push(TmpChange::Write(path, offset, bytes));
        }
        Ok(written)
    }

    /// Cuts or extends a file; what is new reads as zeros.
    pub(in crate::sandbox) fn resize(
        &mut self,
        id: NodeId,
        len: u64,
        now: u64,
    ) -> Result<(), Errno> {
        self.set_len(id, len)?;
        if let Some(node) = self.nodes.get_mut(&id) {
            node.modified = now;
            if let Some(path) = node.path.clone() {
                self.journal.push(TmpChange::Resize(path, len));
            }
        }
        Ok(())
    }

    /// Empties a file that is opened with `O_TRUNC`.
    pub(super) fn truncate(&mut self, id: NodeId, now: u64) -> Result<(), Errno> {
        self.set_len(id, 0)?;
        if let Some(node) = self.nodes.get_mut(&id) {
            node.modified = now;
            if let Some(path) = node.path.clone() {
                self.journal.push(TmpChange::Create(path));
            }
        }
        Ok(())
    }

    /// Changes a file's length within the capacity, without a word in the journal.
    fn set_len(&mut self, id: NodeId, len: u64) -> Result<(), Errno> {
        let room = self.capacity.saturating_sub(self.used);
        let node = self.nodes.get_mut(&id).ok_or(Errno::BADF)?;
        let Content::File(file) = &mut node.content else {
            return Err(Errno::ISDIR);
        };
        let old = file.len() as u64;
        if len > old {
            if len - old > room {
                return Err(Errno::NOSPC);
            }
            let len = usize::try_from(len).map_err(|_| Errno::FBIG)?;
            // A browser tab may have less memory than the function has ephemeral storage.
            file.try_reserve(len - file.len())
                .map_err(|_| Errno::NOSPC)?;
            file.resize(len, 0);
        } else {
            file.truncate(len as usize);
        }
        self.used = self.used - old + len;
        Ok(())
    }
}
