//! What a mapping has yet to read of a shard, and when it does.

use super::batches::StreamBatch;
use super::lanes::{LaneId, OpenWindow, Reader, ReaderId, Waiting, next_look, window_of};
use super::stream::Record;
use crate::platform::Platform;
use crate::platform::input::{Effect, Out, Timer};
use crate::timeline::{MappingConfiguration, ShardBatch, StartingPosition, StreamFact, WindowPart};
use crate::units::{BatchId, MappingId, Moment};

/// The largest state of a tumbling window: 1 MB ("Implementing stateful Kinesis Data Streams processing
/// in Lambda"). A larger one ends the window early.
pub const MAX_STATE_BYTES: u64 = 1_048_576;

impl Platform {
    /// A mapping is new, or set otherwise.
    pub(super) fn make_readers(
        &mut self,
        mapping: MappingId,
        before: Option<&MappingConfiguration>,
    ) {
        let source = self.mappings.get(&mapping);
        let source = source.and_then(|it| it.configuration.records());
        let former = before.and_then(MappingConfiguration::records);
        if source.map(|it| it.stream) != former.map(|it| it.stream) {
            self.drop_readers(mapping);
        }
        let Some(source) = source else {
            return;
        };
        let Some(stream) = self.streams.streams.get(&source.stream) else {
            return;
        };
        let lanes = source.parallelization.max(1);
        for (shard, read) in (0_u32..).zip(&stream.shards) {
            let id = ReaderId { mapping, shard };
            let reader = self.streams.readers.get_or_insert_with(id, || {
                let mut reader = Reader::new(lanes);
                let wanted = |record: &Record| match source.start {
                    StartingPosition::TrimHorizon => true,
                    StartingPosition::Latest => false,
                    StartingPosition::AtTimestamp(from) => record.arrived >= from,
                };
                for (id, record) in read.records.iter().filter(|(_, it)| wanted(it)) {
                    reader.add(Waiting::new(*id, record));
                }
                reader
            });
            if source.tumbling_window.is_none() {
                reader.drop_windows();
            }
            reader.spread(lanes);
        }
    }

    /// A mapping is gone, and what it had read with it.
    pub(super) fn drop_readers(&mut self, mapping: MappingId) {
        let streams = &mut self.streams;
        streams.readers.retain(|id, _| id.mapping != mapping);
        streams.batches.retain(|_, it| it.read.mapping != mapping);
    }

    /// A mapping may go on with what it had not read, or had not come to the end of.
    pub(super) fn resume_lanes(&mut self, at: Moment, mapping: MappingId, out: &mut Out) {
        for lane in self.lanes_of(|it| it == mapping) {
            self.go_on(at, lane, out);
        }
    }

    pub(super) fn lanes_of(&self, which: impl Fn(MappingId) -> bool) -> Vec<LaneId> {
        let readers = self.streams.readers.iter();
        readers
            .filter(|(id, _)| which(id.mapping))
            .flat_map(|(id, reader)| (0..reader.lanes()).map(|lane| id.lane(lane)))
            .collect()
    }

    /// The lane's next batch, or the next look at what waits.
    pub(super) fn go_on(&mut self, at: Moment, id: LaneId, out: &mut Out) {
        let lane = self.streams.readers.get(&id.reader);
        let lane = lane.and_then(|reader| reader.lane(id.lane));
        match lane.and_then(|lane| lane.batches.front()) {
            Some(batch) => self.try_batch(at, *batch, out),
            None => self.look(at, id, out),
        }
    }

    /// Sees to it that the lane is read when it is time.
    pub(super) fn look(&mut self, at: Moment, id: LaneId, out: &mut Out) {
        let Some(due) = self.lane_due(at, id) else {
            return;
        };
        let reader = self.streams.readers.get_mut(&id.reader);
        if let Some(lane) = reader.and_then(|reader| reader.lane_mut(id.lane)) {
            if lane.poll.is_some_and(|poll| poll <= due) {
                return;
            }
            lane.poll = Some(due);
            let timer = Timer::ReadShard {
                mapping: id.reader.mapping,
                shard: id.reader.shard,
                lane: id.lane,
                due,
            };
            out.effect(Effect::SetTimer { at: due, timer });
        }
    }

    pub(in crate::platform) fn awaits_reading(&self, id: LaneId, due: Moment) -> bool {
        let reader = self.streams.readers.get(&id.reader);
        let lane = reader.and_then(|reader| reader.lane(id.lane));
        lane.is_some_and(|lane| lane.poll == Some(due))
    }

    /// When the lane has its next batch together, by what is known now.
    fn lane_due(&self, at: Moment, id: LaneId) -> Option<Moment> {
        let reader = self.streams.readers.get(&id.reader)?;
        let lane = reader.lane(id.lane)?;
        let mapping = self.mappings.get(&id.reader.mapping)?;
        let settings = &mapping.configuration;
        let source = settings.records()?;
        let blocked = !lane.batches.is_empty() || reader.lanes() != source.parallelization.max(1);
        if !mapping.polls() || blocked {
            return None;
        }
        let interval = self.streams.streams.get(&source.stream)?.poll_interval();
        let look = |moment| next_look(moment, interval);
        let first = lane.waiting.front();
        let due = match (lane.window, source.tumbling_window) {
            (Some(window), Some(length)) if lane.is_over(Some(length)) => match window.early {
                true => at,
                false => look(window.start + length),
            },
            (_, length) => {
                let first = first?.arrived;
                let gathered = look(first) + settings.window;
                let full = lane.full_at(settings.batch_size.max(1) as usize);
                let ends = length.map(|length| window_of(first, length) + length);
                [full, ends]
                    .into_iter()
                    .flatten()
                    .map(look)
                    .fold(gathered, Moment::min)
            }
        };
        Some(due.max(at))
    }

    /// Reads what there is into a batch.
    pub(super) fn read_lane(&mut self, at: Moment, id: LaneId, out: &mut Out) {
        if let Some(reader) = self.streams.readers.get_mut(&id.reader)
            && let Some(lane) = reader.lane_mut(id.lane)
        {
            lane.poll = None;
        }
        if self.lane_due(at, id) != Some(at) {
            self.look(at, id, out);
            return;
        }
        let Some(settings) = self.mappings.get(&id.reader.mapping) else {
            return;
        };
        let settings = &settings.configuration;
        let size = settings.batch_size.max(1) as usize;
        let Some(source) = settings.records() else {
            return;
        };
        let Some(stream) = self.streams.streams.get(&source.stream) else {
            return;
        };
        let interval = stream.poll_interval();
        let Some(reader) = self.streams.readers.get_mut(&id.reader) else {
            return;
        };
        let Some(lane) = reader.lane_mut(id.lane) else {
            return;
        };
        let length = source.tumbling_window;
        let over = lane.is_over(length);
        let window = length
            .zip(lane.window_start(length))
            .map(|(length, start)| WindowPart {
                start,
                end: start + length,
                last: over,
                early: over && lane.window.is_some_and(|it| it.early),
            });
        let seen = |it: &Waiting| next_look(it.arrived, interval) <= at;
        let records = match over {
            true => Vec::new(),
            false => lane.take(size, length, seen),
        };
        let batch = BatchId(self.next_batch);
        let read = ShardBatch {
            mapping: id.reader.mapping,
            shard: id.reader.shard,
            lane: id.lane,
            records,
            window,
        };
        out.fact(StreamFact::RecordsRead {
            batch,
            read: Box::new(read.clone()),
        });
        self.add_batch(batch, read);
        self.try_batch(at, batch, out);
    }

    /// A batch was read: its lane reads no other until it is done.
    pub(super) fn add_batch(&mut self, batch: BatchId, read: ShardBatch) {
        self.next_batch = self.next_batch.max(batch.0.saturating_add(1));
        let id = LaneId::of(&read);
        if let Some(reader) = self.streams.readers.get_mut(&id.reader)
            && let Some(lane) = reader.lane_mut(id.lane)
        {
            lane.batches.push_back(batch);
            if let Some(part) = read.window
                && lane.window.is_none()
            {
                lane.window = Some(OpenWindow {
                    start: part.start,
                    state: None,
                    early: false,
                });
            }
        }
        self.streams.batches.insert(batch, StreamBatch::new(read));
    }

    /// A batch is over: its lane goes on with what was split off it, or with what waits.
    pub(super) fn end_batch(&mut self, id: BatchId) -> Option<LaneId> {
        let batch = self.streams.batches.remove(&id)?;
        let lane_id = LaneId::of(&batch.read);
        let source = self.mappings.get(&lane_id.reader.mapping);
        let source = source.and_then(|it| it.configuration.records());
        let reader = self.streams.readers.get_mut(&lane_id.reader)?;
        reader
            .lane_mut(lane_id.lane)?
            .batches
            .retain(|it| *it != id);
        reader.spread(source.map_or(1, |it| it.parallelization.max(1)));
        Some(lane_id)
    }
}
