//! What the session says of streams, as plain values.

use super::items::{ItemRow, KnownItems};
use super::readings::{ShardRow, shards, windows};
use crate::pages::playground::queues::model::whole;
use crate::session::{OwnProjection, Reading};
use crate::shapes::text::{clip, counted};
use runtime_core::projections::{PutRecord, ReaderRecord, StreamRecord, Streams};
use runtime_core::scribe::stream_arn;
use runtime_core::timeline::{
    BrokerKind, Entry, EventSource, FailureTarget, MappingConfiguration, MappingState, Projection,
    StartingPosition, StreamConfiguration, StreamKind, StreamView,
};
use runtime_core::units::{MappingId, RecordId, Span, StreamId, written_time};

/// Records that are told one by one, the newest.
const LISTED: usize = 8;
/// Items that are told.
const ITEMS: usize = 50;
/// Characters of data that are shown.
const PREVIEW: usize = 96;

/// A stream.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StreamRow {
    pub(super) id: StreamId,
    pub(super) configuration: StreamConfiguration,
    pub(super) counts: String,
    pub(super) settings: String,
    pub(super) arn: String,
    pub(super) records: Vec<RecordRow>,
    pub(super) more: usize,
    pub(super) items: Vec<ItemRow>,
    pub(super) more_items: usize,
    pub(super) readers: Vec<ReaderRow>,
}

/// A record.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RecordRow {
    pub(super) id: RecordId,
    pub(super) data: String,
    pub(super) about: String,
}

/// A mapping.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ReaderRow {
    pub(super) id: MappingId,
    pub(super) function: String,
    pub(super) text: String,
    pub(super) counts: String,
    pub(super) shards: Vec<ShardRow>,
    pub(super) windows: Vec<String>,
}

/// Streams, and what their tables' items were found to be.
#[derive(Default)]
pub(super) struct Known {
    streams: Streams,
    items: KnownItems,
}

impl Projection for Known {
    fn apply(&mut self, entry: &Entry) {
        self.streams.apply(entry);
    }
}

pub(super) fn rows(reading: &Reading<'_>, known: &mut OwnProjection<Known>) -> Vec<StreamRow> {
    let Known { streams, items } = known.of(reading);
    let all = streams.streams();
    all.map(|(id, stream)| row(reading, streams, items, id, stream))
        .collect()
}

fn row(
    reading: &Reading<'_>,
    streams: &Streams,
    known: &KnownItems,
    id: StreamId,
    stream: &StreamRecord,
) -> StreamRow {
    let configuration = &stream.configuration;
    let count = stream.record_count();
    let latest = stream.records().rev().take(LISTED);
    let (items, all_items) = known.first(reading, id, stream, ITEMS);
    let mut counts = Vec::new();
    if configuration.table.is_some() {
        counts.push(counted(all_items, "item"));
    }
    counts.push(counted(count, noun(configuration.kind)));
    StreamRow {
        id,
        counts: counts.join(" · "),
        settings: settings(configuration),
        arn: stream_arn(configuration, reading.session()),
        records: latest
            .map(|(id, record)| told(reading, configuration.kind, id, record))
            .collect(),
        more: count.saturating_sub(LISTED),
        more_items: all_items.saturating_sub(items.len()),
        items,
        readers: streams
            .readers(id)
            .filter_map(|(id, reader)| reader_row(reading, streams, stream, id, reader))
            .collect(),
        configuration: configuration.clone(),
    }
}

fn noun(kind: StreamKind) -> &'static str {
    match kind {
        StreamKind::Broker(_) => "message",
        StreamKind::Table(_) => "change",
        StreamKind::Kinesis(_) | StreamKind::Topic(_) => "record",
    }
}

/// What a stream is, in a word or two.
pub(super) fn kind_name(kind: StreamKind) -> &'static str {
    match kind {
        StreamKind::Kinesis(_) => "Kinesis",
        StreamKind::Table(_) => "DynamoDB",
        StreamKind::Topic(_) => "Kafka",
        StreamKind::Broker(BrokerKind::ActiveMq) => "ActiveMQ",
        StreamKind::Broker(BrokerKind::RabbitMq) => "RabbitMQ",
    }
}

/// `StreamViewType`.
pub(super) fn view_name(view: StreamView) -> &'static str {
    match view {
        StreamView::KeysOnly => "KEYS_ONLY",
        StreamView::NewImage => "NEW_IMAGE",
        StreamView::OldImage => "OLD_IMAGE",
        StreamView::NewAndOldImages => "NEW_AND_OLD_IMAGES",
    }
}

fn settings(configuration: &StreamConfiguration) -> String {
    let mut text = vec![match configuration.kind {
        StreamKind::Kinesis(count) => counted(count, "shard"),
        StreamKind::Topic(count) => counted(count, "partition"),
        StreamKind::Table(view) => view_name(view).to_owned(),
        StreamKind::Broker(_) => "messages stay until they are taken".to_owned(),
    }];
    if let Some(key) = &configuration.table {
        let key = key.attributes();
        let key = key.map(|it| format!("{} ({})", it.name, it.kind.name()));
        text.push(format!("key {}", key.collect::<Vec<_>>().join(", ")));
    }
    if let Some(kept) = configuration.retention {
        let hours = kept.as_nanos() / 3_600_000_000_000;
        text.push(format!("records are kept for {hours} h"));
    }
    text.join(" · ")
}

fn told(reading: &Reading<'_>, kind: StreamKind, id: RecordId, record: &PutRecord) -> RecordRow {
    let data = reading.payloads().get(record.data);
    let data = String::from_utf8_lossy(&data);
    let mut about = Vec::new();
    if let (Some(key), StreamKind::Kinesis(_) | StreamKind::Topic(_)) = (&record.key, kind) {
        about.push(format!("key {key}"));
    }
    match kind {
        StreamKind::Kinesis(_) => about.push(format!("shard {}", record.shard)),
        StreamKind::Topic(_) => about.push(format!("partition {}", record.shard)),
        StreamKind::Table(_) | StreamKind::Broker(_) => {}
    }
    about.push(format!("at {}", record.arrived));
    RecordRow {
        id,
        data: clip(&data, PREVIEW),
        about: about.join(" · "),
    }
}

fn reader_row(
    reading: &Reading<'_>,
    streams: &Streams,
    stream: &StreamRecord,
    id: MappingId,
    reader: &ReaderRecord,
) -> Option<ReaderRow> {
    let configuration = reader.configuration.as_ref()?;
    let functions = reading.functions();
    let function = functions.get(configuration.function);
    Some(ReaderRow {
        id,
        function: function.map_or_else(
            || "a deleted function".to_owned(),
            |it| it.configuration.name.clone(),
        ),
        text: mapping_text(reading, configuration, reader.state),
        counts: reader_counts(reader),
        shards: shards(reading, streams, stream, id, reader),
        windows: windows(reading, reader),
    })
}

fn reader_counts(reader: &ReaderRecord) -> String {
    let mut text = vec![format!("{} handled", reader.handled)];
    let others = [
        (reader.filtered, "filtered out"),
        (reader.discarded, "discarded"),
        (reader.expired, "expired"),
    ];
    text.extend(
        others
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}")),
    );
    if let Some(age) = reader.iterator_age {
        text.push(format!("iterator age {age}"));
    }
    text.join(" · ")
}

fn mapping_text(
    reading: &Reading<'_>,
    mapping: &MappingConfiguration,
    state: Option<MappingState>,
) -> String {
    let mut text = vec![format!("batches of up to {}", mapping.batch_size)];
    if let (Some(source), false) = (mapping.records(), is_broker(mapping)) {
        text.push(match source.start {
            StartingPosition::TrimHorizon => "TRIM_HORIZON".to_owned(),
            StartingPosition::Latest => "LATEST".to_owned(),
            StartingPosition::AtTimestamp(at) => {
                let seconds = reading.session().unix_nanos(at) / 1_000_000_000;
                format!("from {}", written_time(seconds))
            }
        });
        if source.parallelization > 1 {
            text.push(format!("{} a shard at a time", source.parallelization));
        }
        if let Some(window) = source.tumbling_window {
            text.push(format!("tumbling windows of {}", whole(window)));
        }
        let failures = source.failures;
        if failures.bisect {
            text.push("bisects batches".to_owned());
        }
        if let Some(retries) = failures.maximum_retry_attempts {
            text.push(match retries {
                1 => "1 retry".to_owned(),
                retries => format!("{retries} retries"),
            });
        }
        if let Some(age) = failures.maximum_record_age {
            text.push(format!("records up to {}", whole(age)));
        }
        if let Some(target) = failures.on_failure {
            let platform = reading.platform();
            let name = match target {
                FailureTarget::Queue(queue) => {
                    let queue = platform.queue_configuration(queue);
                    queue.map_or("a deleted queue", |it| &it.name)
                }
                FailureTarget::Source(source) => {
                    let source = platform.source(source);
                    source.map_or("a deleted source", |it| &it.name)
                }
            };
            text.push(format!("discards to {name}"));
        }
    }
    if mapping.window >= Span::from_secs(1) {
        text.push(format!("window {}", whole(mapping.window)));
    }
    if mapping.report_failures {
        text.push("reports batch item failures".to_owned());
    }
    if !mapping.filters.is_empty() {
        text.push(counted(mapping.filters.len(), "filter"));
    }
    if let Some(state) = state.filter(|it| *it != MappingState::Enabled) {
        text.push(state.name().to_lowercase());
    }
    text.join(" · ")
}

fn is_broker(mapping: &MappingConfiguration) -> bool {
    matches!(mapping.source, EventSource::Broker(_))
}
