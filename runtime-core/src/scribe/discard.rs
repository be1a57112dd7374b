//! What an on-failure destination is told of records that were discarded: what they were, not what was in
//! them (Lambda developer guide, "Retain discarded batch records for a Kinesis Data Streams event source in
//! Lambda" and the same page for DynamoDB).

use super::Desk;
use super::broker::SERVERS;
use super::stream::{sequence_number, shard_id};
use crate::events::trigger::iso_millis;
use crate::platform::{DiscardOrder, Written};
use crate::timeline::{Outcome, RecordEnd, StreamKind, function_arn};
use crate::units::{ByteCount, Moment, RequestId, SessionSeed};
use serde_json::json;

impl Desk<'_> {
    pub(super) fn write_discard(
        &mut self,
        at: Moment,
        order: Box<DiscardOrder>,
    ) -> Written<DiscardOrder> {
        let record = self.discarded(at, &order).into_bytes();
        let bytes = ByteCount::from(record.len());
        Written {
            payload: self.payloads.add(record),
            bytes,
            attributes: None,
            order,
        }
    }

    fn discarded(&self, at: Moment, order: &DiscardOrder) -> String {
        let function = self.platform.configuration(order.function);
        let function = function_arn(function.map_or("", |it| it.name.as_str()));
        let seed = self.session.seed;
        // One that no handler had has an id too.
        let request = match order.attempt {
            Some((request, _)) => request.uuid(seed),
            None => RequestId(order.batch.0).uuid(SessionSeed(!seed.0)),
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
            let ((first, (began, offset)), (last, (ended, _))) = (order.first, order.last);
            if let StreamKind::Topic(_) = kind {
                record["KafkaBatchInfo"] = json!({
                    "batchSize": order.count,
                    "eventSourceArn": self.stream_arn(stream),
                    "bootstrapServers": SERVERS,
                    "recordInfo": {
                        "offset": offset.to_string(),
                        "timestamp": iso_millis(self.millis(began)),
                    },
                });
                return record.to_string();
            }
            let info = json!({
                "shardId": shard_id(kind, order.shard, self.session.unix_millis),
                "startSequenceNumber": sequence_number(kind, first),
                "endSequenceNumber": sequence_number(kind, last),
                "approximateArrivalOfFirstRecord": iso_millis(self.millis(began)),
                "approximateArrivalOfLastRecord": iso_millis(self.millis(ended)),
                "batchSize": order.count,
                "streamArn": self.stream_arn(stream),
            });
            let name = match kind {
                StreamKind::Table(_) => "DDBStreamBatchInfo",
                _ => "KinesisBatchInfo",
            };
            record[name] = info;
        }
        record.to_string()
    }
}
