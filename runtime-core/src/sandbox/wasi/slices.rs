//! Ranges of guest memory, as reading and writing take them.

use super::Errno;
use crate::sandbox::engine::GuestView;

/// Slices that one call may name (`IOV_MAX` on Linux).
const SLICES_MAX: u32 = 1_024;

/// Bytes that one call may move (`read(2)` on Linux: 0x7ffff000).
const BYTES_MAX: u64 = 0x7FFF_F000;

/// Ranges of guest memory, all of them within it. They are read before anything is written, which
/// may be where they were told. Nearly all calls give one, for which nothing is allocated.
pub(super) struct Slices {
    first: (u32, usize),
    more: Vec<(u32, usize)>,
    total: u32,
}

impl Slices {
    pub(super) fn read(memory: &GuestView<'_>, slices: u32, count: u32) -> Result<Self, Errno> {
        if count > SLICES_MAX {
            return Err(Errno::INVAL);
        }
        let size = memory.size();
        let mut total = 0;
        let mut ranges = Slices {
            first: (0, 0),
            more: Vec::new(),
            total: 0,
        };
        for index in 0..count {
            let at = slices.checked_add(index * 8).ok_or(Errno::FAULT)?;
            let start = memory.read_u32(at)?;
            let len = memory.read_u32(at.checked_add(4).ok_or(Errno::FAULT)?)?;
            if u64::from(start) + u64::from(len) > size {
                return Err(Errno::FAULT);
            }
            total += u64::from(len);
            match index {
                0 => ranges.first = (start, len as usize),
                _ => ranges.more.push((start, len as usize)),
            }
        }
        if total > BYTES_MAX {
            return Err(Errno::INVAL);
        }
        ranges.total = total as u32;
        Ok(ranges)
    }

    /// The bytes of all together.
    pub(super) fn total(&self) -> u32 {
        self.total
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, usize)> {
        [self.first].into_iter().chain(self.more.iter().copied())
    }

    /// Copies what the slices hold, up to a limit, behind what the buffer holds.
    pub(super) fn gather(
        &self,
        memory: &GuestView<'_>,
        buffer: &mut Vec<u8>,
        limit: usize,
    ) -> Result<(), Errno> {
        let end = buffer.len();
        buffer.resize(end + limit.min(self.total as usize), 0);
        self.fill(memory, &mut buffer[end..])
    }

    /// Fills a place with what the slices hold, as far as there is room.
    pub(super) fn fill(&self, memory: &GuestView<'_>, mut place: &mut [u8]) -> Result<(), Errno> {
        for (start, len) in self.iter() {
            let (now, later) = place.split_at_mut(len.min(place.len()));
            if !now.is_empty() {
                memory.read(start, now)?;
            }
            place = later;
        }
        Ok(())
    }

    /// Fills the slices from the bytes; answers how many went.
    pub(super) fn scatter(&self, memory: &GuestView<'_>, mut bytes: &[u8]) -> Result<u32, Errno> {
        let mut total = 0;
        for (start, len) in self.iter() {
            let (now, later) = bytes.split_at(len.min(bytes.len()));
            if !now.is_empty() {
                memory.write(start, now)?;
            }
            total += now.len() as u32;
            bytes = later;
        }
        Ok(total)
    }
}
