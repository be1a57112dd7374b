//! What Lambda sends to a topic, a bus or a bucket, as what happens there: records of asynchronous events and
//! dead letters, and what is told of discarded batches (Lambda developer guide, "Capturing records of Lambda
//! asynchronous invocations" and "Retain discarded batch records for a Kinesis Data Streams event source in
//! Lambda", read in 2026).

use super::Desk;
use super::sources::{ETag, Happening, StorageClass};
use crate::events::trigger::{Context, iso_millis};
use crate::timeline::SourceKind;
use crate::units::{ByteCount, Moment, PayloadId, SourceId};
use serde_json::{Map, Value};

/// `source` of an event that a bus is sent.
const SOURCE: &str = "lambda";

/// A record on its way to a source.
pub(super) struct Sending {
    /// The record, JSON.
    pub(super) record: String,
    /// As a message's attributes.
    pub(super) attributes: Map<String, Value>,
    /// `Success` or `Failure`.
    pub(super) result: &'static str,
    /// The function that it is about, with its qualifier.
    pub(super) function: String,
    /// What an object's key begins with, up to its date.
    pub(super) folder: String,
    /// What an object's key ends with.
    pub(super) uuid: String,
}

impl Desk<'_> {
    /// What happens at the source then, and the size that its service counts.
    pub(super) fn send_to(
        &mut self,
        at: Moment,
        source: SourceId,
        sending: Sending,
    ) -> (PayloadId, ByteCount) {
        let Some(configuration) = self.platform.source(source) else {
            // It was deleted in between: the record is still there to be looked at.
            let size = ByteCount::from(sending.record.len());
            return (self.payloads.add(sending.record.into_bytes()), size);
        };
        let (name, kind) = (configuration.name.as_str(), &configuration.kind);
        let (happening, bytes) = match kind {
            SourceKind::Bus => event(name, sending),
            SourceKind::Bucket => object(self.millis(at), sending),
            // Others than topics take nothing (`Platform::takes`).
            _ => message(sending),
        };
        // A happening is names, texts and numbers: it can be written.
        let happening = serde_json::to_vec(&happening).unwrap_or_default();
        (self.payloads.add(happening), ByteCount::new(bytes))
    }
}

fn message(sending: Sending) -> (Happening, u64) {
    let attributes = sending.attributes.iter();
    let attributes = attributes.map(|(name, value)| name.len() + value.to_string().len());
    let bytes = sending.record.len() + attributes.sum::<usize>();
    let happening = Happening::Published {
        message: sending.record,
        subject: None,
        attributes: sending.attributes,
    };
    (happening, bytes as u64)
}

/// Its size is that of an entry of PutEvents.
fn event(bus: &str, sending: Sending) -> (Happening, u64) {
    let detail_type = format!("Lambda Function Invocation Result - {}", sending.result);
    let bus = Context::default().arn("events", &format!("event-bus/{bus}"));
    let resources = vec![bus, sending.function];
    let named = resources.iter().map(String::len).sum::<usize>();
    let bytes = SOURCE.len() + detail_type.len() + sending.record.len() + named;
    // PutEvents reads 1,000 levels of JSON, this 128: what is deeper is too large for a bus (model choice).
    let (detail, bytes) = match serde_json::from_str(&sending.record) {
        Ok(detail) => (detail, bytes as u64),
        Err(_) => (Map::new(), u64::MAX),
    };
    let happening = Happening::EventPut {
        source: SOURCE.to_owned(),
        detail_type,
        detail,
        resources,
    };
    (happening, bytes)
}

/// `FOLDER/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-UUID`.
fn object(unix_millis: u64, sending: Sending) -> (Happening, u64) {
    let Sending {
        record,
        folder,
        uuid,
        ..
    } = sending;
    let written = iso_millis(unix_millis);
    let (seconds, _) = written.split_once('.').unwrap_or((&written, ""));
    let (day, _) = seconds.split_once('T').unwrap_or((seconds, ""));
    let (day, seconds) = (day.replace('-', "/"), seconds.replace(':', "."));
    let size = record.len() as u64;
    let mut e_tag = ETag::default();
    e_tag.update(record.as_bytes());
    let happening = Happening::ObjectPut {
        key: format!("{folder}/{day}/{seconds}-{uuid}"),
        size,
        e_tag: Some(e_tag.finish()),
        class: StorageClass::Standard,
        body: Some(record),
    };
    (happening, size)
}
