//! How far a mapping has come in each shard of its stream.

use crate::pages::playground::queues::model::left;
use crate::session::Reading;
use crate::shapes::text::clip;
use crate::shapes::text::counted;
use runtime_core::projections::{BatchRecord, ReaderRecord, StreamRecord, Streams};
use runtime_core::timeline::{ReturnReason, StreamKind};
use runtime_core::units::{BatchId, MappingId, RecordId, written_time};

/// Shards that are told: those where something waits.
const LISTED: usize = 16;
/// Records of a shard that are drawn.
const DRAWN: usize = 120;
/// Characters of a window's state that are shown.
const PREVIEW: usize = 160;

/// A shard, as a mapping reads it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ShardRow {
    pub(super) shard: u32,
    pub(super) name: String,
    pub(super) state: String,
    /// `waits`, `sent`, `blocked` or `done`.
    pub(super) kind: &'static str,
    /// One for each record, the oldest first.
    pub(super) places: Vec<Place>,
    /// Requests of its batches, the latest attempts.
    pub(super) request: Option<runtime_core::units::RequestId>,
}

/// Where a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It is still to be read.
    Waiting,
    /// It is in a batch that is handled or about to be.
    Sent,
    /// Its batch failed and waits.
    Blocked,
}

impl Place {
    pub(super) fn class(self) -> &'static str {
        match self {
            Place::Waiting => "message message-visible",
            Place::Sent => "message message-hidden",
            Place::Blocked => "message message-blocked",
        }
    }
}

pub(super) fn shards(
    reading: &Reading<'_>,
    streams: &Streams,
    stream: &StreamRecord,
    mapping: MappingId,
    reader: &ReaderRecord,
) -> Vec<ShardRow> {
    let kind = stream.configuration.kind;
    let rows = (0..kind.shards()).filter_map(|shard| {
        let batches = streams.batches(mapping);
        let batches: Vec<_> = batches.filter(|(_, it)| it.read.shard == shard).collect();
        let waiting = reader.waiting.get(shard as usize);
        let waits = waiting.map_or(0, |it| it.len());
        if batches.is_empty() && waits == 0 && kind.shards() > 1 {
            return None;
        }
        let first = waiting.and_then(|it| it.iter().next()).copied();
        Some(row(reading, stream, reader, shard, &batches, waits, first))
    });
    rows.take(LISTED).collect()
}

fn row(
    reading: &Reading<'_>,
    stream: &StreamRecord,
    reader: &ReaderRecord,
    shard: u32,
    batches: &[(BatchId, &BatchRecord)],
    waits: usize,
    first: Option<RecordId>,
) -> ShardRow {
    let now = reading.shown();
    let mut text = Vec::new();
    let mut places = Vec::new();
    let mut blocked = false;
    for (id, batch) in batches {
        let count = batch.read.records.len();
        let due = reader.blocked.get(id);
        let place = match due {
            Some(_) => Place::Blocked,
            None => Place::Sent,
        };
        blocked |= due.is_some();
        places.extend(std::iter::repeat_n(place, count));
        let of = match batch.read.window.is_some_and(|it| it.last) {
            true => format!("batch {} closes a window", id.0),
            false => format!("batch {} of {}", id.0, counted(count, "record")),
        };
        let attempt = batch.attempts + 1;
        text.push(match (due, batch.reason) {
            (Some(due), reason) => {
                let why = match reason {
                    Some(ReturnReason::Throttled) => "throttled",
                    Some(ReturnReason::SystemError) => "system error",
                    Some(ReturnReason::Interrupted) => "the tab was closed",
                    Some(ReturnReason::FunctionError) | None => "function error",
                };
                let wait = left(now, *due);
                format!("{of} blocks it: {why}, attempt {attempt} in {wait}")
            }
            (None, _) if batch.queued => format!("{of} follows"),
            (None, _) => format!("{of}: attempt {} under way", batch.attempts.max(1)),
        });
    }
    if waits > 0 {
        let arrived = first.and_then(|it| stream.record(it)).map(|it| it.arrived);
        let age = arrived.map(|it| format!(", the oldest for {}", left(it, now)));
        text.push(format!("{waits} waiting{}", age.unwrap_or_default()));
    }
    places.extend(std::iter::repeat_n(Place::Waiting, waits));
    places.truncate(DRAWN);
    if text.is_empty() {
        text.push("all read".to_owned());
    }
    ShardRow {
        shard,
        name: match stream.configuration.kind {
            StreamKind::Topic(_) => format!("partition {shard}"),
            StreamKind::Broker(_) => "queue".to_owned(),
            StreamKind::Kinesis(_) | StreamKind::Table(_) => format!("shard {shard}"),
        },
        state: text.join(" · "),
        kind: match (blocked, batches.is_empty(), waits) {
            (true, ..) => "blocked",
            (false, false, _) => "sent",
            (false, true, 0) => "done",
            (false, true, _) => "waits",
        },
        places,
        request: batches.iter().find_map(|(_, batch)| batch.request),
    }
}

/// Tumbling windows that are open, with their states.
pub(super) fn windows(reading: &Reading<'_>, reader: &ReaderRecord) -> Vec<String> {
    let session = reading.session();
    let time = |at| {
        let time = written_time(session.unix_nanos(at) / 1_000_000_000);
        // The day is that of the session.
        time.split_once('T')
            .map_or(String::new(), |(_, it)| it.to_owned())
    };
    let windows = reader.windows.iter().map(|((shard, _), window)| {
        let state = window.state.map(|it| {
            let state = reading.payloads().get(it);
            clip(&String::from_utf8_lossy(&state), PREVIEW)
        });
        let (start, end) = (time(window.part.start), time(window.part.end));
        let state = state.unwrap_or_else(|| "no state yet".to_owned());
        format!("window {start} to {end}, shard {shard}: {state}")
    });
    windows.collect()
}
