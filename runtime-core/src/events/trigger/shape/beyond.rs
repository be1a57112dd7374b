//! What no rule says: digests, archives, ids that must agree.

use super::rule::{below, found, walk};
use super::rules::LOG_DATA;
use super::{ShapeError, ShapeProblem};
use crate::events::trigger::encoding::{from_base64, md5};
use crate::events::trigger::kind::TriggerKind;
use flate2::read::GzDecoder;
use serde_json::Value;
use std::io::Read;

/// The most that is unpacked, bytes: an event has at most 6 MB, and text seldom packs better than this.
const MAX_UNPACKED: u64 = 64 << 20;

pub(super) fn check(kind: TriggerKind, event: &Value) -> Result<(), ShapeError> {
    match kind {
        TriggerKind::Sqs => records(event, message),
        TriggerKind::Kinesis => records(event, shard),
        TriggerKind::DynamoDb => records(event, images),
        TriggerKind::S3 => records(event, key),
        TriggerKind::CloudWatchLogs => logs(event),
        TriggerKind::Msk | TriggerKind::Kafka => partitions(event),
        TriggerKind::ApiGatewayRest
        | TriggerKind::ApiGatewayHttp
        | TriggerKind::FunctionUrl
        | TriggerKind::LoadBalancer => body(event),
        _ => Ok(()),
    }
}

type Check = fn(&Value, &str) -> Result<(), ShapeError>;

fn records(event: &Value, check: Check) -> Result<(), ShapeError> {
    let records = event["Records"].as_array().into_iter().flatten();
    records
        .enumerate()
        .try_for_each(|(index, record)| check(record, &format!("Records[{index}]")))
}

fn message(record: &Value, path: &str) -> Result<(), ShapeError> {
    let digest = md5(record["body"].as_str().unwrap_or_default().as_bytes());
    match record["md5OfBody"].as_str() {
        Some(given) if given.eq_ignore_ascii_case(&digest) => Ok(()),
        _ => Err(disagrees(
            below(path, "md5OfBody"),
            format!("is not the MD5 digest of body, which is {digest}"),
        )),
    }
}

fn shard(record: &Value, path: &str) -> Result<(), ShapeError> {
    let number = record["kinesis"]["sequenceNumber"].as_str();
    let id = record["eventID"].as_str().unwrap_or_default();
    match id.split_once(':') {
        Some((_, end)) if Some(end) == number => Ok(()),
        _ => Err(disagrees(
            below(path, "eventID"),
            "is not the shard's id, a colon and kinesis.sequenceNumber".to_owned(),
        )),
    }
}

/// What happened, which images the stream holds, and which there are.
fn images(record: &Value, path: &str) -> Result<(), ShapeError> {
    let change = &record["dynamodb"];
    let view = change["StreamViewType"].as_str().unwrap_or_default();
    let name = record["eventName"].as_str().unwrap_or_default();
    for (image, views, never) in [
        ("NewImage", ["NEW_IMAGE", "NEW_AND_OLD_IMAGES"], "REMOVE"),
        ("OldImage", ["OLD_IMAGE", "NEW_AND_OLD_IMAGES"], "INSERT"),
    ] {
        let path = || below(&below(path, "dynamodb"), image);
        let held = views.contains(&view) && name != never;
        match (change.get(image).is_some(), held) {
            (true, false) => {
                let how = format!("does not go with {name} and the stream's {view}");
                return Err(disagrees(path(), how));
            }
            (false, true) => return Err(ShapeError::new(path(), ShapeProblem::Missing)),
            _ => {}
        }
    }
    Ok(())
}

/// A key is URL-encoded: it has no spaces, and each percent sign begins an escape.
fn key(record: &Value, path: &str) -> Result<(), ShapeError> {
    let key = record["s3"]["object"]["key"].as_str().unwrap_or_default();
    let escapes = key.split('%').skip(1).all(|rest| {
        let digits = rest.bytes().take(2);
        digits.clone().count() == 2 && digits.into_iter().all(|byte| byte.is_ascii_hexdigit())
    });
    if escapes && !key.contains(' ') && key.is_ascii() {
        return Ok(());
    }
    let problem = ShapeProblem::Not {
        wanted: "a URL-encoded key, with + for a space".to_owned(),
        found: found(&record["s3"]["object"]["key"]),
    };
    Err(ShapeError::new(below(path, "s3.object.key"), problem))
}

fn logs(event: &Value) -> Result<(), ShapeError> {
    let path = "awslogs.data";
    let packed = event["awslogs"]["data"].as_str().and_then(from_base64);
    let mut unpacked = Vec::new();
    let read = GzDecoder::new(packed.unwrap_or_default().as_slice())
        .take(MAX_UNPACKED)
        .read_to_end(&mut unpacked);
    let data = read
        .ok()
        .filter(|length| (*length as u64) < MAX_UNPACKED)
        .and_then(|_| serde_json::from_slice::<Value>(&unpacked).ok());
    match data {
        Some(data) => walk(&data, &LOG_DATA, path),
        None => {
            let problem = ShapeProblem::Not {
                wanted: "base64 of gzip of JSON".to_owned(),
                found: found(&event["awslogs"]["data"]),
            };
            Err(ShapeError::new(path, problem))
        }
    }
}

/// Records are in lists that are named after their topic and partition.
fn partitions(event: &Value) -> Result<(), ShapeError> {
    for (name, records) in event["records"].as_object().into_iter().flatten() {
        for (index, record) in records.as_array().into_iter().flatten().enumerate() {
            let topic = record["topic"].as_str().unwrap_or_default();
            let wanted = format!("{topic}-{}", record["partition"]);
            if *name != wanted {
                let how = format!("belongs into the list \"{wanted}\"");
                return Err(disagrees(format!("records.{name}[{index}]"), how));
            }
        }
    }
    Ok(())
}

fn body(event: &Value) -> Result<(), ShapeError> {
    let body = event["body"].as_str().unwrap_or_default();
    if event["isBase64Encoded"] == true && from_base64(body).is_none() {
        let how = "is not base64, and isBase64Encoded says that it is".to_owned();
        return Err(disagrees("body".to_owned(), how));
    }
    Ok(())
}

fn disagrees(path: String, how: String) -> ShapeError {
    ShapeError::new(path, ShapeProblem::Disagrees(how))
}
