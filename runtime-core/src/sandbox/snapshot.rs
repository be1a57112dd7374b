//! What SnapStart keeps of an environment after INIT: memory and globals of a module that is at
//! rest. Plain data; the engine takes and restores it.

use super::FileBytes;
use crate::units::{ByteCount, Span};
use serde::{Deserialize, Serialize};

/// Memory is compared and kept in blocks of this size, as a machine's pages are.
#[cfg(feature = "sandbox")]
const BLOCK_BYTES: usize = 4_096;

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

/// What of a memory differs from that of a fresh instance: neighbouring blocks together.
#[cfg(feature = "sandbox")]
pub(super) fn difference(memory: &[u8], fresh: &[u8]) -> Vec<(u32, FileBytes)> {
    let mut blocks = Vec::new();
    let mut begun: Option<usize> = None;
    let end = |at: usize, begun: &mut Option<usize>, blocks: &mut Vec<(u32, FileBytes)>| {
        if let Some(from) = begun.take()
            && let Some(bytes) = memory.get(from..at)
        {
            // A memory has at most 4 GiB.
            blocks.push((from as u32, bytes.to_vec().into()));
        }
    };
    for (number, block) in memory.chunks(BLOCK_BYTES).enumerate() {
        let at = number * BLOCK_BYTES;
        let same = match fresh.get(at..at + block.len()) {
            Some(was) => was == block,
            None => block.iter().all(|byte| *byte == 0),
        };
        match same {
            true => end(at, &mut begun, &mut blocks),
            false => {
                begun.get_or_insert(at);
            }
        }
    }
    end(memory.len(), &mut begun, &mut blocks);
    blocks
}

#[cfg(all(test, feature = "sandbox"))]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_kept() {
        let fresh = [7; 3 * BLOCK_BYTES];
        // The memory has grown by two blocks.
        let mut memory = fresh.to_vec();
        memory.resize(5 * BLOCK_BYTES, 0);
        assert_eq!(difference(&memory, &fresh), []);
        for at in [0, 2 * BLOCK_BYTES - 1, 5 * BLOCK_BYTES - 1] {
            if let Some(byte) = memory.get_mut(at) {
                *byte = 1;
            }
        }
        let blocks = difference(&memory, &fresh);
        let places: Vec<_> = blocks.iter().map(|(at, it)| (*at, it.len())).collect();
        assert_eq!(
            places,
            [(0, 2 * BLOCK_BYTES), (4 * BLOCK_BYTES as u32, BLOCK_BYTES)]
        );
        let mut again = fresh.to_vec();
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
