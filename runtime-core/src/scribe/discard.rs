//! What an on-failure destination is told of records that were discarded: what they were, not what was in
//! them (Lambda developer guide, "Retain discarded batch records for a Kinesis Data Streams event source in
//! Lambda", the same page for DynamoDB, and "Capturing discarded batches for Amazon MSK and self-managed
//! Apache Kafka event sources").

use super::Desk;
use super::broker::SERVERS;
use super::sent::Sending;
use super::stream::{sequence_number, shard_id};
use crate::events::trigger::iso_millis;
use crate::platform::{DiscardOrder, StreamBatchOrder, Written};
use crate::timeline::{
    FailureTarget, Outcome, RecordEnd, ShardBatch, SourceKind, StreamKind, function_arn,
};
use crate::units::{ByteCount, Moment, RequestId, SessionSeed};
use serde_json::{Map, Value, json};

impl Desk<'_> {
    pub(super) fn write_discard(
        &mut self,
        at: Moment,
        order: Box<DiscardOrder>,
    ) -> Written<DiscardOrder> {
        let mut record = self.discarded(at, &order);
        let (payload, bytes) = match order.to {
            FailureTarget::Queue(_) => {
                let record = record.to_string().into_bytes();
                let bytes = ByteCount::from(record.len());
                (self.payloads.add(record), bytes)
            }
            FailureTarget::Source(source) => {
                let kind = self.platform.source(source).map(|it| &it.kind);
                if kind == Some(&SourceKind::Bucket) {
                    record["payload"] = self.whole_event(&order).into();
                }
                let sending = Sending {
                    record: record.to_string(),
                    attributes: Map::new(),
                    result: "Failure",
                    function: self.arn_of(&order),
                    folder: self.folder(&order),
                    uuid: self.drawn_id(&order),
                };
                self.send_to(at, source, sending)
            }
        };
        Written {
            payload,
            bytes,
            attributes: None,
            order,
        }
    }

    /// The event of these records as an escaped JSON text: what only a bucket gets (same pages, "Example Amazon
    /// S3 invocation record").
    fn whole_event(&self, order: &DiscardOrder) -> String {
        let Some(stream) = self.platform.stream_configuration(order.stream) else {
            return String::new();
        };
        let batch = StreamBatchOrder {
            batch: order.batch,
            stream: order.stream,
            read: ShardBatch {
                mapping: order.mapping,
                shard: order.shard,
                lane: 0,
                records: order.records.clone(),
                window: None,
            },
            state: None,
        };
        self.stream_event(stream, &batch).0.to_string()
    }

    /// `aws/lambda/ESM-UUID/SHARD-ID` (same pages). What stands for the shard of a topic is not published: model
    /// choice, topic and partition as events have them.
    fn folder(&self, order: &DiscardOrder) -> String {
        let mapping = order.mapping.uuid(self.session.seed);
        let stream = self.platform.stream_configuration(order.stream);
        let shard = stream.map_or_else(String::new, |stream| match stream.kind {
            StreamKind::Topic(_) | StreamKind::Broker(_) => {
                format!("{}-{}", stream.name, order.shard)
            }
            kind => shard_id(kind, order.shard, self.session.unix_millis),
        });
        format!("aws/lambda/{mapping}/{shard}")
    }

    /// An id that no request has.
    fn drawn_id(&self, order: &DiscardOrder) -> String {
        let first = order.records.first().map_or(0, |it| it.0);
        let kind = SessionSeed(!self.session.seed.0 ^ order.batch.0);
        RequestId(first).uuid(kind)
    }

    fn arn_of(&self, order: &DiscardOrder) -> String {
        let function = self.platform.configuration(order.function);
        function_arn(function.map_or("", |it| it.name.as_str()))
    }

    fn discarded(&self, at: Moment, order: &DiscardOrder) -> Value {
        let function = self.arn_of(order);
        // One that no handler had has an id too.
        let request = match order.attempt {
            Some((request, _)) => request.uuid(self.session.seed),
            None => self.drawn_id(order),
        };
        let condition = match order.end {
            RecordEnd::RecordAgeExceeded => "RecordAgeExceeded",
            _ => "RetryAttemptsExhausted",
        };
        let mut record = json!({
            "requestContext": {
                "requestId": request,
                "functionArn": function,
                "condition": condition,
                "approximateInvokeCount": order.invocations,
            },
            "version": "1.0",
            "timestamp": iso_millis(self.millis(at)),
        });
        if let Some((_, outcome)) = order.attempt {
            record["responseContext"] = json!({"statusCode": 200, "executedVersion": "$LATEST"});
            // A response that names items that failed is no function error.
            if outcome != Outcome::Succeeded {
                record["responseContext"]["functionError"] = json!("Unhandled");
            }
        }
        if let Some(stream) = self.platform.stream_configuration(order.stream) {
            let kind = stream.kind;
            let ((first, (began, offset)), (last, (ended, last_offset))) =
                (order.first, order.last);
            if let StreamKind::Topic(_) = kind {
                record["KafkaBatchInfo"] = json!({
                    "batchSize": order.records.len(),
                    "bootstrapServers": SERVERS,
                    "payloadSize": self.whole_event(order).len(),
                    "recordsInfo": {
                        format!("{}-{}", stream.name, order.shard): {
                            "firstRecordOffset": offset.to_string(),
                            "lastRecordOffset": last_offset.to_string(),
                            "firstRecordTimestamp": iso_millis(self.millis(began)),
                            "lastRecordTimestamp": iso_millis(self.millis(ended)),
                        },
                    },
                });
                if !self.is_self_managed(order.mapping) {
                    record["KafkaBatchInfo"]["eventSourceArn"] = json!(self.stream_arn(stream));
                }
                return record;
            }
            let info = json!({
                "shardId": shard_id(kind, order.shard, self.session.unix_millis),
                "startSequenceNumber": sequence_number(kind, first),
                "endSequenceNumber": sequence_number(kind, last),
                "approximateArrivalOfFirstRecord": iso_millis(self.millis(began)),
                "approximateArrivalOfLastRecord": iso_millis(self.millis(ended)),
                "batchSize": order.records.len(),
                "streamArn": self.stream_arn(stream),
            });
            let name = match kind {
                StreamKind::Table(_) => "DDBStreamBatchInfo",
                _ => "KinesisBatchInfo",
            };
            record[name] = info;
        }
        record
    }
}
