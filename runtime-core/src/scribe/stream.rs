//! The event of a batch of records.

use super::Desk;
use crate::events::pattern::FilterSource;
use crate::events::trigger::{Context, dynamodb, iso_millis, iso_seconds, kinesis};
use crate::platform::{Input, StreamBatchOrder};
use crate::timeline::{SessionMeta, StreamConfiguration, StreamKind, StreamView, WindowPart};
use crate::units::{ByteCount, Moment, RecordId, RequestId};
use serde_json::{Value, json};

/// Sequence numbers of Kinesis have 56 digits and grow; where they begin is its business.
const KINESIS_NUMBERS: &str = "495903382714902566085596925383615710";
/// Those of a table's stream have 21.
const TABLE_NUMBERS: u128 = 100_000_000_000_000_000_000;

/// The number by which an event shows a record of a stream.
pub(super) fn sequence_number(kind: StreamKind, record: RecordId) -> String {
    match kind {
        StreamKind::Kinesis(_) => format!("{KINESIS_NUMBERS}{:020}", record.0),
        _ => (TABLE_NUMBERS + u128::from(record.0)).to_string(),
    }
}

/// A shard's id: those of a table's stream have the time of its creation.
pub(super) fn shard_id(kind: StreamKind, shard: u32, unix_millis: u64) -> String {
    match kind {
        StreamKind::Kinesis(_) => format!("shardId-{shard:012}"),
        _ => format!("shardId-{unix_millis:020}-{shard:08x}"),
    }
}

/// The ARN of a stream: a table's has the time at which its stream was made.
pub fn stream_arn(stream: &StreamConfiguration, session: SessionMeta) -> String {
    let (context, name) = (Context::default(), &stream.name);
    match stream.kind {
        StreamKind::Table(_) => {
            let label = iso_millis(session.unix_millis).replace('Z', "");
            context.arn("dynamodb", &format!("table/{name}/stream/{label}"))
        }
        StreamKind::Kinesis(_) => context.arn("kinesis", &format!("stream/{name}")),
        StreamKind::Topic(_) => {
            let cluster = RequestId(0).uuid(session.seed);
            context.arn("kafka", &format!("cluster/coldstart/{cluster}-2"))
        }
        StreamKind::Broker(_) => {
            let broker = RequestId(1).uuid(session.seed);
            context.arn("mq", &format!("broker:coldstart:b-{broker}"))
        }
    }
}

impl Desk<'_> {
    pub(super) fn write_stream_batch(&mut self, order: StreamBatchOrder) -> Input {
        let batch = order.batch;
        let ids = &order.read.records;
        let (mut event, dropped) = match self.platform.stream_configuration(order.stream) {
            Some(stream) => self.stream_event(stream, &order),
            // It was deleted in between, and the batch with it.
            None => (Value::Null, ids.clone()),
        };
        if let Some(window) = order.read.window {
            self.add_window(&mut event, &order, window);
        }
        let bytes = event.to_string().into_bytes();
        let size = ByteCount::from(bytes.len());
        Input::StreamBatchWritten {
            batch,
            event: self.payloads.add(bytes),
            bytes: size,
            dropped,
        }
    }

    pub(super) fn stream_event(
        &self,
        stream: &StreamConfiguration,
        order: &StreamBatchOrder,
    ) -> (Value, Vec<RecordId>) {
        let arn = self.stream_arn(stream);
        let kind = stream.kind;
        if let StreamKind::Topic(_) | StreamKind::Broker(_) = kind {
            return self.broker_event(stream, order);
        }
        let all = order.read.records.iter().copied();
        let (ids, mut event): (Vec<RecordId>, Value) = match kind {
            StreamKind::Table(view) => {
                let read = all.filter_map(|id| Some((id, self.change(kind, view, order, id)?)));
                let (ids, records): (Vec<_>, Vec<_>) = read.unzip();
                (ids, dynamodb::event(&arn, &records))
            }
            _ => {
                let read = all.filter_map(|id| Some((id, self.kinesis_record(kind, order, id)?)));
                let (ids, records): (Vec<_>, Vec<_>) = read.unzip();
                let role = Context::default().role("function-role");
                (ids, kinesis::event(&arn, &role, &records))
            }
        };
        let source = match stream.kind {
            StreamKind::Table(_) => FilterSource::DynamoDb,
            _ => FilterSource::Kinesis,
        };
        let records = event["Records"].as_array_mut();
        let dropped = self.drop_unmatched(order.read.mapping, source, &ids, records);
        (event, dropped)
    }

    fn kinesis_record(
        &self,
        kind: StreamKind,
        order: &StreamBatchOrder,
        id: RecordId,
    ) -> Option<kinesis::Record> {
        let shard = order.read.shard;
        let record = self.platform.record(order.stream, shard, id)?;
        Some(kinesis::Record {
            shard,
            partition_key: record.key.unwrap_or_default().to_owned(),
            sequence_number: sequence_number(kind, id),
            data: self.payloads.get(record.data).to_vec(),
            arrival_unix_millis: self.millis(record.arrived),
        })
    }

    fn change(
        &self,
        kind: StreamKind,
        view: StreamView,
        order: &StreamBatchOrder,
        id: RecordId,
    ) -> Option<dynamodb::Record> {
        let record = self.platform.record(order.stream, order.read.shard, id)?;
        let stored = serde_json::from_slice(&self.payloads.get(record.data)).ok()?;
        let stored = dynamodb::Stored::from_json(&stored)?;
        let context = Context {
            seed: self.session.seed.0 ^ id.0,
            ..Context::default()
        };
        Some(dynamodb::Record {
            id: context.hex("event", 32),
            change: stored.change,
            keys: stored.keys,
            created_unix_seconds: self.millis(record.arrived) / 1_000,
            sequence_number: sequence_number(kind, id),
            view: match view {
                StreamView::KeysOnly => dynamodb::View::KeysOnly,
                StreamView::NewImage => dynamodb::View::NewImage,
                StreamView::OldImage => dynamodb::View::OldImage,
                StreamView::NewAndOldImages => dynamodb::View::NewAndOldImages,
            },
            expired: stored.expired,
        })
    }

    /// What an event says of its tumbling window, beside its records.
    fn add_window(&self, event: &mut Value, order: &StreamBatchOrder, window: WindowPart) {
        let Some(stream) = self.platform.stream_configuration(order.stream) else {
            return;
        };
        let state = order.state.map(|state| self.payloads.get(state));
        let state = state.and_then(|state| serde_json::from_slice::<Value>(&state).ok());
        let shard = shard_id(stream.kind, order.read.shard, self.session.unix_millis);
        let of = |moment| iso_seconds(self.millis(moment));
        event["window"] = json!({"start": of(window.start), "end": of(window.end)});
        event["state"] = state.unwrap_or_else(|| json!({}));
        event["shardId"] = json!(shard);
        event["eventSourceARN"] = json!(self.stream_arn(stream));
        event["isFinalInvokeForWindow"] = json!(window.last);
        event["isWindowTerminatedEarly"] = json!(window.early);
    }

    /// What is polled, as events name it.
    pub(super) fn stream_arn(&self, stream: &StreamConfiguration) -> String {
        stream_arn(stream, self.session)
    }

    pub(super) fn millis(&self, at: Moment) -> u64 {
        self.session.unix_nanos(at) / 1_000_000
    }
}
