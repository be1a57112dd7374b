//! The parts of a shard that are read beside each other, and what waits in them.

use super::stream::Record;
use crate::timeline::ShardBatch;
use crate::units::{BatchId, MappingId, Moment, OrderedSet, PayloadId, RecordId, Span};
use std::collections::VecDeque;

/// The bytes of a batch's records: a batch becomes an event of at most 6 MB ("How Lambda processes
/// records from stream and queue-based event sources"), in which they are base64. Half is left for that
/// and for what an event says of its records.
const BATCH_BYTES: u64 = 6_291_456 / 2;

/// One mapping's reading of one shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::platform) struct ReaderId {
    pub(in crate::platform) mapping: MappingId,
    pub(in crate::platform) shard: u32,
}

/// A part of a shard that is read beside the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::platform) struct LaneId {
    pub(in crate::platform) reader: ReaderId,
    pub(in crate::platform) lane: u32,
}

impl ReaderId {
    pub(super) const fn lane(self, lane: u32) -> LaneId {
        LaneId { reader: self, lane }
    }
}

impl LaneId {
    pub(in crate::platform) const fn new(mapping: MappingId, shard: u32, lane: u32) -> Self {
        ReaderId { mapping, shard }.lane(lane)
    }

    pub(super) const fn of(read: &ShardBatch) -> Self {
        LaneId::new(read.mapping, read.shard, read.lane)
    }
}

/// What a mapping has yet to read of a shard: as many parts as its parallelization factor, each with the
/// records of its own keys.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    lanes: Vec<Lane>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Lane {
    /// In the order of the shard.
    pub(super) waiting: VecDeque<Waiting>,
    bytes: u64,
    /// The batch that is handled or blocks the lane, and what was split off it, in order.
    pub(super) batches: VecDeque<BatchId>,
    pub(super) poll: Option<Moment>,
    /// The tumbling window that has begun.
    pub(super) window: Option<OpenWindow>,
}

/// A record that is still to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    record: RecordId,
    pub(super) arrived: Moment,
    bytes: u64,
    hash: u64,
}

/// A tumbling window that is not over.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenWindow {
    pub(super) start: Moment,
    pub(super) state: Option<PayloadId>,
    /// Its state became too large.
    pub(super) early: bool,
}

impl Waiting {
    pub(super) fn new(record: RecordId, put: &Record) -> Self {
        Waiting {
            record,
            arrived: put.arrived,
            bytes: put.bytes.get(),
            hash: put.hash,
        }
    }
}

impl Reader {
    pub(super) fn new(lanes: u32) -> Self {
        Reader {
            lanes: vec![Lane::default(); lanes as usize],
        }
    }

    /// The mapping has no tumbling windows.
    pub(super) fn drop_windows(&mut self) {
        self.lanes.iter_mut().for_each(|lane| lane.window = None);
    }

    pub(super) fn lanes(&self) -> u32 {
        self.lanes.len() as u32
    }

    pub(super) fn lane(&self, lane: u32) -> Option<&Lane> {
        self.lanes.get(lane as usize)
    }

    pub(super) fn lane_mut(&mut self, lane: u32) -> Option<&mut Lane> {
        self.lanes.get_mut(lane as usize)
    }

    pub(super) fn add(&mut self, waiting: Waiting) {
        let lane = waiting.hash % (self.lanes.len() as u64).max(1);
        if let Some(lane) = self.lanes.get_mut(lane as usize) {
            lane.bytes += waiting.bytes;
            lane.waiting.push_back(waiting);
        }
    }

    /// These are not waited for any more.
    pub(super) fn forget(&mut self, records: &[RecordId]) {
        let gone: OrderedSet<RecordId> = records.iter().copied().collect();
        for lane in &mut self.lanes {
            lane.waiting.retain(|it| !gone.contains(&it.record));
            lane.bytes = lane.waiting.iter().map(|it| it.bytes).sum();
        }
    }

    /// Spreads what waits over as many lanes as the mapping is set to, once nothing of it is handled:
    /// until then a key's records might overtake each other.
    pub(super) fn spread(&mut self, lanes: u32) {
        let idle = |lane: &Lane| lane.batches.is_empty() && lane.window.is_none();
        if self.lanes() == lanes || !self.lanes.iter().all(idle) {
            return;
        }
        let mut waiting: Vec<Waiting> = Vec::new();
        for lane in &mut self.lanes {
            waiting.extend(lane.waiting.drain(..));
        }
        waiting.sort_unstable_by_key(|it| it.record);
        *self = Reader::new(lanes);
        waiting.into_iter().for_each(|it| self.add(it));
    }
}

impl Lane {
    /// Whether all of the window that has begun was read, as far as is known.
    pub(super) fn is_over(&self, length: Option<Span>) -> bool {
        let (Some(window), Some(length)) = (self.window, length) else {
            return false;
        };
        let first = self.waiting.front();
        window.early || first.is_none_or(|it| window_of(it.arrived, length) != window.start)
    }

    /// When the window began that has begun, or else that of what is read next.
    pub(super) fn window_start(&self, length: Option<Span>) -> Option<Moment> {
        let next = || Some(window_of(self.waiting.front()?.arrived, length?));
        self.window.map(|it| it.start).or_else(next)
    }

    /// When the record came with which a batch is complete.
    pub(super) fn full_at(&self, size: usize) -> Option<Moment> {
        let by_size = self.waiting.get(size - 1);
        let by_bytes = match self.bytes > BATCH_BYTES {
            true => self.waiting.get(self.fitting(size)),
            false => None,
        };
        let full = [by_size, by_bytes].into_iter().flatten();
        full.map(|it| it.arrived).min()
    }

    /// How many of the first records fit into a batch: at least one.
    fn fitting(&self, size: usize) -> usize {
        let mut bytes = 0_u64;
        let fits = |it: &&Waiting| {
            bytes = bytes.saturating_add(it.bytes);
            bytes <= BATCH_BYTES
        };
        self.waiting
            .iter()
            .take(size)
            .take_while(fits)
            .count()
            .max(1)
    }

    /// Takes the next batch of records that were seen, of one window.
    pub(super) fn take(
        &mut self,
        size: usize,
        length: Option<Span>,
        seen: impl Fn(&Waiting) -> bool,
    ) -> Vec<RecordId> {
        let start = self.window_start(length);
        let same =
            |it: &Waiting| length.is_none_or(|length| Some(window_of(it.arrived, length)) == start);
        let most = self.fitting(size);
        let wanted = |it: &&Waiting| seen(it) && same(it);
        let count = self.waiting.iter().take(most).take_while(wanted).count();
        let taken: Vec<Waiting> = self.waiting.drain(..count).collect();
        self.bytes -= taken.iter().map(|it| it.bytes).sum::<u64>();
        taken.into_iter().map(|it| it.record).collect()
    }
}

/// The first look at a shard at this moment or after it.
pub(super) fn next_look(moment: Moment, interval: Span) -> Moment {
    let nanos = moment.as_nanos();
    let looks = nanos.div_ceil(interval.as_nanos().max(1));
    Moment::START + Span::from_nanos(looks.saturating_mul(interval.as_nanos()))
}

/// When the tumbling window of a moment began.
pub(super) fn window_of(moment: Moment, length: Span) -> Moment {
    let over = moment.as_nanos() % length.as_nanos().max(1);
    Moment::START + Span::from_nanos(moment.as_nanos() - over)
}
