//! Records of a Kinesis data stream. Lambda developer guide, "Using Lambda to process records from
//! Amazon Kinesis Data Streams".

use super::super::context::{Context, region_of};
use super::super::encoding::base64;
use super::super::form::{Field, FieldError, FieldKind, Form, field, text};
use crate::events::trigger::json::json;
use md5::{Digest, Md5};
use serde_json::Value;

/// A record as a shard holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The shard's number in its stream.
    pub shard: u32,
    /// What chose the shard.
    pub partition_key: String,
    /// Decimal digits; larger ones are later.
    pub sequence_number: String,
    /// What was put.
    pub data: Vec<u8>,
    /// When it was put, ms since 1970.
    pub arrival_unix_millis: u64,
}

/// The number that chooses the shard of a partition key: its MD5 digest (Kinesis API reference, PutRecord).
pub fn hash_key(partition_key: &str) -> u128 {
    u128::from_be_bytes(Md5::digest(partition_key.as_bytes()).into())
}

/// The event of a batch of records of a stream, which the function's role reads.
pub fn event(stream_arn: &str, role_arn: &str, records: &[Record]) -> Value {
    let records: Vec<_> = records
        .iter()
        .map(|record| {
            let sequence_number = &record.sequence_number;
            json!({
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": record.partition_key,
                    "sequenceNumber": sequence_number,
                    "data": base64(&record.data),
                    "approximateArrivalTimestamp": seconds(record.arrival_unix_millis),
                },
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventID": format!("shardId-{:012}:{sequence_number}", record.shard),
                "eventName": "aws:kinesis:record",
                "invokeIdentityArn": role_arn,
                "awsRegion": region_of(stream_arn),
                "eventSourceARN": stream_arn,
            })
        })
        .collect();
    json!({ "Records": records })
}

/// Seconds since 1970 with a fraction.
fn seconds(unix_millis: u64) -> f64 {
    unix_millis as f64 / 1_000.0
}

pub(in crate::events::trigger) const FORM: &[Field] = &[
    text("stream", "Stream", "clicks"),
    text("partitionKey", "Partition key", "visitor-7"),
    field(
        "data",
        "Data (a record a line)",
        FieldKind::Lines,
        "{\"page\": \"/tea\", \"ms\": 1200}",
    ),
    field(
        "shard",
        "Shard",
        FieldKind::Number {
            least: 0,
            most: 9_999,
        },
        "0",
    ),
];

pub(in crate::events::trigger) fn build(
    form: &Form<'_>,
    context: &Context,
) -> Result<Value, FieldError> {
    let stream = context.arn("kinesis", &format!("stream/{}", form.get("stream")));
    let lines = form.lines("data");
    // A record may be empty, a batch may not.
    let lines = if lines.is_empty() { vec![""] } else { lines };
    let sequence = context.digits("sequence", 48);
    let records: Vec<_> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| Record {
            shard: form.number("shard") as u32,
            partition_key: form.get("partitionKey").to_owned(),
            sequence_number: format!("496{sequence}{index:05}"),
            data: line.as_bytes().to_vec(),
            arrival_unix_millis: context.unix_millis.saturating_add(index as u64),
        })
        .collect();
    Ok(event(&stream, &context.role("function-role"), &records))
}

#[cfg(test)]
mod tests {
    use super::hash_key;

    /// RFC 1321, "Test suite".
    #[test]
    fn partition_keys_are_hashed_with_md5() {
        assert_eq!(hash_key("abc"), 0x9001_5098_3cd2_4fb0_d696_3f7d_28e1_7f72);
        assert_eq!(hash_key(""), 0xd41d_8cd9_8f00_b204_e980_0998_ecf8_427e);
    }
}
