//! What a handler's response says of its batch, by the ids that the batch's event showed.

use super::Desk;
use super::stream::sequence_number;
use crate::events::trigger::{TopicItem, failed_items, queue_batch, stream_batch};
use crate::platform::{FailedMessages, FailedRecords};
use crate::timeline::StreamKind;
use crate::units::{ByteCount, MessageId, PayloadId, RecordId, StreamId};
use serde_json::Value;

impl Desk<'_> {
    pub(super) fn read_response(
        &self,
        messages: &[MessageId],
        response: Option<PayloadId>,
    ) -> FailedMessages {
        let response = self.json_of(response);
        let seed = self.session.seed;
        let ids: Vec<String> = messages.iter().map(|message| message.uuid(seed)).collect();
        match response.map(|response| queue_batch(&ids, &response)) {
            Ok(Ok(reply)) => {
                // In the order of the batch too.
                let mut failed = reply.failed.iter().peekable();
                let both = messages.iter().zip(&ids);
                let these = both.filter(|(_, id)| failed.next_if_eq(id).is_some());
                FailedMessages::These(these.map(|(message, _)| *message).collect())
            }
            Ok(Err(_)) | Err(_) => FailedMessages::All,
        }
    }

    /// Where a stream's batch failed, and the state of its tumbling window, as far as they are wanted. A
    /// response without a state is a failure where one is wanted ("Implementing stateful Kinesis Data
    /// Streams processing in Lambda").
    pub(super) fn read_stream_response(
        &mut self,
        stream: StreamId,
        records: &[RecordId],
        response: Option<PayloadId>,
        (reports, state): (bool, bool),
    ) -> (FailedRecords, Option<(PayloadId, ByteCount)>) {
        let kind = self.platform.stream_configuration(stream).map(|it| it.kind);
        let (Ok(response), Some(kind)) = (self.json_of(response), kind) else {
            return (FailedRecords::All, None);
        };
        let mut failed = FailedRecords::None;
        if reports && let StreamKind::Topic(_) = kind {
            failed = self.failed_of_topic((stream, kind), records, &response);
        } else if reports {
            let number = |record: &RecordId| sequence_number(kind, *record);
            let ids: Vec<String> = records.iter().map(number).collect();
            failed = match stream_batch(&ids, &response) {
                Ok(reply) => {
                    let first = reply.checkpoint.as_ref();
                    let first = ids.iter().position(|id| Some(id) == first);
                    let first = first.and_then(|first| records.get(first));
                    first.map_or(FailedRecords::None, |first| FailedRecords::From(*first))
                }
                Err(_) => FailedRecords::All,
            };
        }
        if !state || failed == FailedRecords::All {
            return (failed, None);
        }
        match response.get("state") {
            Some(state) if !state.is_null() => {
                let state = state.to_string().into_bytes();
                let size = ByteCount::from(state.len());
                (failed, Some((self.payloads.add(state), size)))
            }
            _ => (FailedRecords::All, None),
        }
    }

    /// What failed of a topic's batch, by partition and offset.
    fn failed_of_topic(
        &self,
        (stream, kind): (StreamId, StreamKind),
        records: &[RecordId],
        response: &Value,
    ) -> FailedRecords {
        let topic = self.platform.stream_configuration(stream);
        let name = topic.map_or("", |it| it.name.as_str());
        // A batch is of one partition.
        let has = |shard: &u32, id| self.platform.record(stream, *shard, id).is_some();
        let first = records.first().copied();
        let shard = first.and_then(|first| (0..kind.shards()).find(|it| has(it, first)));
        let shard = shard.unwrap_or_default();
        let places = records.iter().filter_map(|id| {
            let record = self.platform.record(stream, shard, *id)?;
            Some(TopicItem {
                partition: format!("{name}-{shard}"),
                offset: record.offset,
            })
        });
        let places: Vec<TopicItem> = places.collect();
        match failed_items(&places, response) {
            // What is not there any more has no place: the whole batch fails.
            Ok(_) if places.len() != records.len() => FailedRecords::All,
            Ok(failed) if failed.is_empty() => FailedRecords::None,
            Ok(failed) => {
                let these = failed.into_iter().filter_map(|it| records.get(it).copied());
                FailedRecords::These(these.collect())
            }
            Err(_) => FailedRecords::All,
        }
    }

    fn json_of(&self, response: Option<PayloadId>) -> Result<Value, serde_json::Error> {
        let response = response.map(|id| self.payloads.get(id)).unwrap_or_default();
        // A handler of a custom runtime may answer with nothing at all.
        match response.is_empty() {
            true => Ok(Value::Null),
            false => serde_json::from_slice::<Value>(&response),
        }
    }
}
