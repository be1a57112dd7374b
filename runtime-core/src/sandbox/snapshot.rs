//! What SnapStart keeps of an environment after INIT: memory and globals of a module that is at
//! rest. Plain data; the engine takes and restores it.

use super::FileBytes;
use crate::units::{ByteCount, Span};
use serde::{Deserialize, Serialize};

/// Memory is compared and kept in blocks of this size, as a machine's pages are.
#[cfg(feature = "sandbox")]
const BLOCK_BYTES: usize = 4_096;
/// A page of a memory.
#[cfg(feature = "sandbox")]
const PAGE_BYTES: usize = 65_536;

/// How fast a snapshot's own bytes are read when it is restored, bytes a second. Model choice: AWS
/// publishes no rate, only that Restore Duration has this time in it.
pub const RESTORE_BYTES_PER_SECOND: u64 = 1 << 30;

/// A module's state between events. It holds what differs from a fresh instance of the module. Whoever
/// keeps it need not know what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The bytes that it keeps of the memory.
    size: ByteCount,
    /// What the process's monotonic clock said. It goes on from there.
    monotonic: Span,
    /// `ModuleState`, encoded.
    state: FileBytes,
}

/// What a snapshot holds.
#[cfg(feature = "sandbox")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleState {
    /// The memory's size, in pages of 64 KiB.
    pub pages: u32,
    /// What of the memory differs: address and bytes, in order.
    pub blocks: Vec<(u32, FileBytes)>,
    /// The module's own mutable globals, by the names of the exports that show them.
    pub globals: Vec<(String, GlobalValue)>,
}

/// A global's value. Floating-point numbers are their bits.
#[cfg(feature = "sandbox")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GlobalValue {
    /// `i32`
    I32(i32),
    /// `i64`
    I64(i64),
    /// `f32`
    F32(u32),
    /// `f64`
    F64(u64),
}

impl Snapshot {
    /// The bytes that it keeps of the memory.
    pub fn size(&self) -> ByteCount {
        self.size
    }

    /// How long it takes to restore in modelled time, until code runs.
    pub fn restore_time(&self) -> Span {
        let nanos = u128::from(self.size.get()) * 1_000_000_000;
        let nanos = nanos.div_ceil(u128::from(RESTORE_BYTES_PER_SECOND));
        Span::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }

    /// What the process's monotonic clock said when it was captured.
    pub fn monotonic(&self) -> Span {
        self.monotonic
    }

    /// Of a module in this state, at that time of its monotonic clock.
    #[cfg(feature = "sandbox")]
    pub fn of(state: &ModuleState, monotonic: Span) -> Self {
        let bytes = state.blocks.iter().map(|(_, bytes)| bytes.len() as u64);
        Snapshot {
            size: ByteCount::new(bytes.sum()),
            monotonic,
            // Fails only if memory is exhausted; what is empty is then refused below.
            state: postcard::to_stdvec(state).unwrap_or_default().into(),
        }
    }

    /// The state. `None` if it was not made by [`Snapshot::of`].
    #[cfg(feature = "sandbox")]
    pub fn state(&self) -> Option<ModuleState> {
        postcard::from_bytes(&self.state).ok()
    }
}

/// What of a memory differs from that of a fresh instance, of which `fresh` reads as many bytes from an
/// address, if it has them: neighbouring blocks together.
#[cfg(feature = "sandbox")]
pub(super) fn difference(
    memory: &[u8],
    mut fresh: impl FnMut(u32, usize) -> Option<Vec<u8>>,
) -> Vec<(u32, FileBytes)> {
    let mut blocks: Vec<(u32, Vec<u8>)> = Vec::new();
    for (page, bytes) in (0..).zip(memory.chunks(PAGE_BYTES)) {
        let from = page * PAGE_BYTES as u32;
        let was = fresh(from, bytes.len());
        for (number, block) in bytes.chunks(BLOCK_BYTES).enumerate() {
            let offset = number * BLOCK_BYTES;
            let same = match was
                .as_ref()
                .and_then(|it| it.get(offset..offset + block.len()))
            {
                Some(was) => was == block,
                // The memory has grown.
                None => block.iter().all(|byte| *byte == 0),
            };
            if same {
                continue;
            }
            let at = from + offset as u32;
            match blocks.last_mut() {
                Some((begun, known)) if *begun as usize + known.len() == at as usize => {
                    known.extend_from_slice(block);
                }
                _ => blocks.push((at, block.to_vec())),
            }
        }
    }
    let blocks = blocks.into_iter();
    blocks.map(|(at, bytes)| (at, bytes.into())).collect()
}

#[cfg(all(test, feature = "sandbox"))]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_kept() {
        let fresh = vec![7; PAGE_BYTES];
        let reads = |at: u32, len: usize| {
            let at = at as usize;
            fresh.get(at..at + len).map(<[u8]>::to_vec)
        };
        // The memory has grown by a page.
        let mut memory = fresh.clone();
        memory.resize(2 * PAGE_BYTES, 0);
        assert_eq!(difference(&memory, reads), []);
        for at in [0, 2 * BLOCK_BYTES - 1, PAGE_BYTES - 1, PAGE_BYTES] {
            if let Some(byte) = memory.get_mut(at) {
                *byte = 1;
            }
        }
        let blocks = difference(&memory, reads);
        let places: Vec<_> = blocks.iter().map(|(at, it)| (*at, it.len())).collect();
        assert_eq!(
            places,
            [
                (0, 2 * BLOCK_BYTES),
                ((PAGE_BYTES - BLOCK_BYTES) as u32, 2 * BLOCK_BYTES)
            ]
        );
        let mut again = fresh.clone();
        again.resize(memory.len(), 0);
        for (at, bytes) in blocks {
            let at = at as usize;
            if let Some(place) = again.get_mut(at..at + bytes.len()) {
                place.copy_from_slice(&bytes);
            }
        }
        assert!(again == memory);
    }

    #[test]
    fn restoring_takes_longer_the_more_there_is() {
        let with = |bytes: usize| {
            Snapshot::of(
                &ModuleState {
                    blocks: vec![(0, vec![1; bytes].into())],
                    ..ModuleState::default()
                },
                Span::ZERO,
            )
        };
        assert_eq!(Snapshot::default().restore_time(), Span::ZERO);
        assert_eq!(with(1 << 20).restore_time(), Span::from_nanos(976_563));
    }

    #[test]
    fn a_snapshot_has_its_state_and_nothing_else_has_one() {
        let state = ModuleState {
            pages: 2,
            blocks: vec![(65_536, vec![1, 2].into())],
            globals: vec![("coldstart.global.i32.0".to_owned(), GlobalValue::I32(-1))],
        };
        let snapshot = Snapshot::of(&state, Span::from_secs(1));
        assert_eq!(snapshot.monotonic(), Span::from_secs(1));
        assert_eq!(snapshot.size(), ByteCount::new(2));
        assert_eq!(snapshot.state(), Some(state));
        assert_eq!(Snapshot::default().state(), None);
    }
}
