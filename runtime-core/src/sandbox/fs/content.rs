//! Reading, writing and resizing files, and setting times.

use super::inode::Content;
use super::{Files, NodeId};
use crate::sandbox::wasi::Errno;
use crate::sandbox::{FileBytes, FileChange, FileTime};

/// A time that somebody sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum NewTime {
    /// It stays as it is.
    Keep,
    /// It becomes this.
    Set(FileTime),
}

impl NewTime {
    fn or(self, old: FileTime) -> FileTime {
        match self {
            NewTime::Keep => old,
            NewTime::Set(new) => new,
        }
    }
}

impl Files {
    /// The bytes of a file from an offset on; empty beyond its end.
    pub(in crate::sandbox) fn bytes_from(&self, id: NodeId, offset: u64) -> Result<&[u8], Errno> {
        match &self.node(id)?.content {
            Content::File(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                Ok(bytes.get(start..).unwrap_or_default())
            }
            _ => Err(Errno::ISDIR),
        }
    }

    /// Writes as much as there is room for, and says how much; no room for a single byte is an
    /// error. `fill` puts the bytes where they belong, so that they are copied only once.
    pub(in crate::sandbox) fn write(
        &mut self,
        id: NodeId,
        offset: u64,
        len: usize,
        now: FileTime,
        fill: impl FnOnce(&mut [u8]) -> Result<(), Errno>,
    ) -> Result<usize, Errno> {
        self.check_writable(id)?;
        let old = self.node(id)?.size();
        if len == 0 {
            return Ok(0);
        }
        // A file offset is signed, as `off_t` is.
        let end = offset.checked_add(len as u64).ok_or(Errno::FBIG)?;
        i64::try_from(end).map_err(|_| Errno::FBIG)?;
        let end = end.min(old + self.volume(id)?.room());
        if end <= offset {
            return Err(Errno::NOSPC);
        }
        if end > old {
            self.set_len(id, end)?;
        }
        let node = self.node_mut(id)?;
        let Content::File(file) = &mut node.content else {
            return Err(Errno::ISDIR);
        };
        node.times.modify(now);
        // `set_len` has seen to it that both ends fit into memory.
        let range = offset as usize..end as usize;
        let place = file.make_mut().get_mut(range.clone()).ok_or(Errno::IO)?;
        fill(place)?;
        let written = place.len();
        if node.links > 0 {
            self.record(id, now, |files| FileChange::Write {
                file: id.file,
                offset,
                bytes: files.copy(id, range),
            });
        }
        Ok(written)
    }

    fn copy(&self, id: NodeId, range: std::ops::Range<usize>) -> FileBytes {
        let bytes = self.bytes_from(id, range.start as u64).unwrap_or_default();
        bytes.get(..range.len()).unwrap_or(bytes).to_vec().into()
    }

    /// Cuts or extends a file; what is new reads as zeros.
    pub(in crate::sandbox) fn resize(
        &mut self,
        id: NodeId,
        length: u64,
        now: FileTime,
    ) -> Result<(), Errno> {
        self.check_writable(id)?;
        self.set_len(id, length)?;
        let node = self.node_mut(id)?;
        node.times.modify(now);
        if node.links > 0 {
            self.record(id, now, |_| FileChange::Resize {
                file: id.file,
                length,
            });
        }
        Ok(())
    }

    pub(in crate::sandbox) fn set_times(
        &mut self,
        id: NodeId,
        accessed: NewTime,
        modified: NewTime,
        now: FileTime,
    ) -> Result<(), Errno> {
        self.check_writable(id)?;
        let node = self.node_mut(id)?;
        let times = &mut node.times;
        times.accessed = accessed.or(times.accessed);
        times.modified = modified.or(times.modified);
        times.changed = now;
        let (accessed, modified) = (times.accessed, times.modified);
        if node.links > 0 {
            self.record(id, now, |_| FileChange::SetTimes {
                file: id.file,
                accessed,
                modified,
            });
        }
        Ok(())
    }

    /// Changes a file's length within the capacity, without a word in the journal.
    fn set_len(&mut self, id: NodeId, length: u64) -> Result<(), Errno> {
        let room = self.volume(id)?.room();
        let Content::File(file) = &mut self.node_mut(id)?.content else {
            return Err(Errno::ISDIR);
        };
        let old = file.len() as u64;
        if length > old {
            if length - old > room {
                return Err(Errno::NOSPC);
            }
            let length = usize::try_from(length).map_err(|_| Errno::FBIG)?;
            let file = file.make_mut();
            // A browser tab may have less memory than the function has ephemeral storage.
            file.try_reserve(length - file.len())
                .map_err(|_| Errno::NOSPC)?;
            file.resize(length, 0);
        } else {
            file.make_mut().truncate(length as usize);
        }
        self.volume_mut(id)?.resized(old, length);
        Ok(())
    }
}
