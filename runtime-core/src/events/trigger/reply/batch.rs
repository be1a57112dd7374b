//! What of a batch is done, and what is tried again.
//!
//! Lambda developer guide, "Handling errors for an SQS event source in Lambda" and "Configuring partial
//! batch response with Kinesis Data Streams and Lambda", sections "Success and failure conditions".

use super::complaint::{Cause, Complaint};
use super::http::wrong;
use super::{Reply, Verdict};
use crate::events::trigger::kind::TriggerKind;
use serde_json::Value;
use std::collections::BTreeSet;

/// What of a batch is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchReply {
    /// Items that are finished with, in the order of the batch.
    pub done: Vec<String>,
    /// Items that are tried again, in the order of the batch.
    pub failed: Vec<String>,
    /// Of a stream: where it goes on, if not after the batch.
    pub checkpoint: Option<String>,
}

/// What of a batch of messages is done, by a response whose mapping reports item failures.
///
/// # Errors
/// Why the whole batch failed.
pub fn queue_batch(ids: &[String], response: &Value) -> Result<BatchReply, Cause> {
    let named = identifiers(response)?;
    all_known(&named, ids)?;
    // A batch may have ten thousand of them.
    let named: BTreeSet<&str> = named.into_iter().collect();
    let (failed, done) = ids
        .iter()
        .cloned()
        .partition(|id| named.contains(id.as_str()));
    Ok(BatchReply {
        done,
        failed,
        checkpoint: None,
    })
}

/// What of a batch of a stream's records is done: all before the lowest sequence number that is named.
///
/// # Errors
/// Why the whole batch failed.
pub fn stream_batch(ids: &[String], response: &Value) -> Result<BatchReply, Cause> {
    let named = identifiers(response)?;
    // The page does not say what becomes of an unknown number; that it fails the batch, as a
    // queue's, is a choice of this model.
    all_known(&named, ids)?;
    let checkpoint = named.into_iter().min_by(|a, b| order(a).cmp(&order(b)));
    let (failed, done) = ids
        .iter()
        .cloned()
        .partition(|id| checkpoint.is_some_and(|checkpoint| order(id) >= order(checkpoint)));
    Ok(BatchReply {
        done,
        failed,
        checkpoint: checkpoint.map(str::to_owned),
    })
}

fn all_known(named: &[&str], ids: &[String]) -> Result<(), Cause> {
    let known: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    match named.iter().find(|id| !known.contains(*id)) {
        Some(unknown) => Err(Cause::UnknownItem((*unknown).to_owned())),
        None => Ok(()),
    }
}

/// Sequence numbers are larger than any integer: longer ones are higher, then digit by digit.
fn order(number: &str) -> (usize, &str) {
    let digits = number.trim_start_matches('0');
    (digits.len(), digits)
}

/// The items that a response names.
fn identifiers(response: &Value) -> Result<Vec<&str>, Cause> {
    let items = items(response)?.iter().enumerate();
    let named = items.map(|(index, item)| {
        let text = item["itemIdentifier"].as_str().filter(|id| !id.is_empty());
        text.ok_or_else(|| wrong(place(index), "an item's id"))
    });
    named.collect()
}

/// Where in a response the id of an item is.
pub(super) fn place(index: usize) -> String {
    format!("batchItemFailures[{index}].itemIdentifier")
}

/// The items of a response's list. A null or empty response, or one without a list, has none.
pub(super) fn items(response: &Value) -> Result<&[Value], Cause> {
    match response {
        Value::Null => Ok(&[]),
        Value::Object(fields) => match fields.get("batchItemFailures") {
            None | Some(Value::Null) => Ok(&[]),
            Some(Value::Array(list)) => Ok(list),
            Some(_) => Err(wrong("batchItemFailures", "a list")),
        },
        // It cannot be read as an EventResponse; that this is a failure is a choice of this model.
        _ => Err(wrong("", "a JSON object")),
    }
}

type Read = fn(&[String], &Value) -> Result<BatchReply, Cause>;

pub(super) fn judge(given: Result<Value, Cause>, ids: &[String], read: Read) -> Reply {
    match given.and_then(|response| read(ids, &response)) {
        Ok(reply) => Reply::plain(Verdict::Batch(reply)),
        Err(cause) => failed(ids.to_vec(), cause),
    }
}

/// Sources without partial batch responses: the response is not read.
pub(super) fn whole(given: Result<Value, Cause>, ids: Vec<String>) -> Reply {
    match given {
        Err(Cause::FunctionError) => failed(ids, Cause::FunctionError),
        _ => Reply::plain(Verdict::Batch(BatchReply {
            done: ids,
            ..BatchReply::default()
        })),
    }
}

pub(super) fn failed(ids: Vec<String>, cause: Cause) -> Reply {
    let batch = BatchReply {
        failed: ids,
        ..BatchReply::default()
    };
    Reply::refused(Verdict::Batch(batch), Complaint::new(None, cause))
}

/// Ids of messages of SQS.
pub(super) fn message_ids(event: &Value) -> Vec<String> {
    each(&event["Records"], |record| text(&record["messageId"]))
}

/// Sequence numbers of a stream's records.
pub(super) fn sequence_numbers(event: &Value, part: &str, name: &str) -> Vec<String> {
    each(&event["Records"], |record| text(&record[part][name]))
}

/// What shows which messages of a broker a batch had.
pub(super) fn places(kind: TriggerKind, event: &Value) -> Vec<String> {
    match kind {
        TriggerKind::RabbitMq => of_lists(&event["rmqMessagesByQueue"], |name, index, _| {
            format!("{name} message {}", index + 1)
        }),
        TriggerKind::ActiveMq => each(&event["messages"], |it| text(&it["messageID"])),
        _ => each(&event["events"], |it| text(&it["event"]["_id"]["_data"])),
    }
}

fn of_lists(lists: &Value, name: impl Fn(&str, usize, &Value) -> String) -> Vec<String> {
    let lists = lists.as_object().into_iter().flatten();
    lists
        .flat_map(|(list, records)| {
            let records = records.as_array().into_iter().flatten().enumerate();
            records
                .map(|(index, record)| name(list, index, record))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn each(list: &Value, id: impl Fn(&Value) -> String) -> Vec<String> {
    list.as_array().into_iter().flatten().map(id).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
