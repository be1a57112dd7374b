//! What of a topic's batch is done, and what is tried again (Lambda developer guide, "Configuring error handling
//! controls for Kafka event sources", section "PartialBatchResponse").

use super::batch::{BatchReply, failed, items, place};
use super::complaint::Cause;
use super::http::wrong;
use super::{Reply, Verdict};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// What names a record of a topic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TopicItem {
    /// Topic and partition, as the event has them: `clicks-0`.
    pub partition: String,
    /// Its number in there.
    pub offset: u64,
}

impl fmt::Display for TopicItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} offset {}", self.partition, self.offset)
    }
}

/// The places in the batch of what a response says has failed, in order.
///
/// # Errors
/// Why the whole batch failed: one that was not in the batch is enough.
pub fn failed_items(batch: &[TopicItem], response: &Value) -> Result<Vec<usize>, Cause> {
    let places: BTreeMap<&TopicItem, usize> = batch.iter().zip(0..).collect();
    let named = items(response)?.iter().enumerate().map(|(index, item)| {
        let named = &item["itemIdentifier"];
        let partition = named["partition"].as_str();
        let item = partition.zip(named["offset"].as_u64());
        let (partition, offset) =
            item.ok_or_else(|| wrong(place(index), "a partition and an offset"))?;
        let item = TopicItem {
            partition: partition.to_owned(),
            offset,
        };
        let known = places.get(&item).copied();
        known.ok_or_else(|| Cause::UnknownItem(item.to_string()))
    });
    let mut named: Vec<usize> = named.collect::<Result<_, _>>()?;
    named.sort_unstable();
    named.dedup();
    Ok(named)
}

pub(super) fn judge(given: Result<Value, Cause>, event: &Value) -> Reply {
    let batch = of_event(event);
    let shown = || batch.iter().map(ToString::to_string);
    let named = match given.and_then(|response| failed_items(&batch, &response)) {
        Ok(named) => named,
        Err(cause) => return failed(shown().collect(), cause),
    };
    let mut reply = BatchReply::default();
    for (place, item) in shown().enumerate() {
        match named.binary_search(&place) {
            Ok(_) => reply.failed.push(item),
            Err(_) => reply.done.push(item),
        }
    }
    Reply::plain(Verdict::Batch(reply))
}

fn of_event(event: &Value) -> Vec<TopicItem> {
    let lists = event["records"].as_object().into_iter().flatten();
    let items = lists.flat_map(|(partition, records)| {
        let records = records.as_array().into_iter().flatten();
        records.map(|record| TopicItem {
            partition: partition.clone(),
            offset: record["offset"].as_u64().unwrap_or_default(),
        })
    });
    items.collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests {
    use super::*;
    use serde_json::json;

    fn batch() -> Vec<TopicItem> {
        let item = |(partition, offset): (&str, u64)| TopicItem {
            partition: partition.to_owned(),
            offset,
        };
        [("clicks-0", 7), ("clicks-0", 8), ("clicks-1", 7)]
            .map(item)
            .into()
    }

    fn named(items: &[(&str, u64)]) -> Value {
        let items = items.iter();
        let items = items.map(|(partition, offset)| {
            json!({"itemIdentifier": {"partition": partition, "offset": offset}})
        });
        json!({"batchItemFailures": items.collect::<Vec<_>>()})
    }

    /// "If you return an empty valid JSON or null, the event source mapping will consider a batch as successfully
    /// processed. Any invalid topic-partition_number or offset returned that was not present in the invoked event
    /// will be treated as failure and entire batch will be retried."
    #[test]
    fn only_what_is_named_has_failed() {
        let read = |response: Value| failed_items(&batch(), &response);
        for nothing in [json!(null), json!({}), named(&[])] {
            assert_eq!(read(nothing).unwrap(), [] as [usize; 0]);
        }
        let some = named(&[("clicks-1", 7), ("clicks-0", 7), ("clicks-1", 7)]);
        assert_eq!(read(some).unwrap(), [0, 2]);
        for unknown in [
            named(&[("clicks-0", 7), ("clicks-0", 9)]),
            named(&[("clicks-2", 7)]),
        ] {
            assert!(matches!(read(unknown), Err(Cause::UnknownItem(_))));
        }
        for wrong in [
            json!({"batchItemFailures": [{"itemIdentifier": "7"}]}),
            json!({"batchItemFailures": [{"itemIdentifier": {"partition": "clicks-0"}}]}),
            json!({"batchItemFailures": [{"itemIdentifier": {"partition": "clicks-0", "offset": -1}}]}),
            json!({"batchItemFailures": {}}),
            json!([]),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_reply_tells_what_is_tried_again() {
        let event = json!({"records": {
            "clicks-0": [{"offset": 7}, {"offset": 8}],
            "clicks-1": [{"offset": 7}],
        }});
        let reply = judge(Ok(named(&[("clicks-0", 8)])), &event);
        let Verdict::Batch(batch) = reply.verdict else {
            unreachable!("of a batch")
        };
        assert_eq!(batch.failed, ["clicks-0 offset 8"]);
        assert_eq!(batch.done, ["clicks-0 offset 7", "clicks-1 offset 7"]);
        let reply = judge(Err(Cause::FunctionError), &event);
        assert!(matches!(reply.verdict, Verdict::Batch(batch) if batch.failed.len() == 3));
    }
}
