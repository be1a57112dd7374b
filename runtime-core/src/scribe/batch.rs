//! The event of a batch of messages.

use super::Desk;
use super::record::attributes;
use crate::events::pattern::{DEFAULT_FILTERS, FilterCriteria, FilterSource};
use crate::events::trigger::Context;
use crate::events::trigger::sqs::{Fifo, Message, event};
use crate::platform::{BatchedMessage, Input};
use crate::timeline::Sender;
use crate::units::{BatchId, ByteCount, MappingId, MessageId, QueueId};
use serde_json::Value;

/// The sender that AWS's examples show for a user ("Using Lambda with Amazon SQS").
const USER: &str = "AIDAIENQZJOLO23YVJ4VO";
/// Sequence numbers of FIFO queues have 20 digits and grow; where they begin is SQS's business.
const FIRST_SEQUENCE_NUMBER: u128 = 18_849_496_460_467_696_128;

impl Desk<'_> {
    pub(super) fn write_batch(
        &mut self,
        batch: BatchId,
        queue: QueueId,
        mapping: MappingId,
        messages: &[BatchedMessage],
    ) -> Input {
        let context = Context::default();
        let name = self
            .platform
            .queue_configuration(queue)
            .map(|it| it.name.as_str());
        let arn = context.arn("sqs", name.unwrap_or_default());
        let (ids, read): (Vec<MessageId>, Vec<Message>) = messages
            .iter()
            .filter_map(|it| Some((it.message, self.message(queue, it)?)))
            .unzip();
        let mut event = event(&arn, &read);
        let records = event["Records"].as_array_mut();
        let dropped = self.drop_unmatched(mapping, FilterSource::Sqs, &ids, records);
        let bytes = event.to_string().into_bytes();
        let size = ByteCount::from(bytes.len());
        Input::BatchWritten {
            batch,
            event: self.payloads.add(bytes),
            bytes: size,
            dropped,
        }
    }

    /// A message as its event shows it.
    fn message(&self, queue: QueueId, batched: &BatchedMessage) -> Option<Message> {
        let id = batched.message;
        let message = self.platform.message(queue, id)?;
        let millis = |at| self.session.unix_nanos(at) / 1_000_000;
        let body = self.payloads.get(message.body);
        let seed = self.session.seed;
        let context = Context {
            seed: seed.0 ^ id.0,
            ..Context::default()
        };
        let sender = match message.sender {
            Sender::User => USER.to_owned(),
            Sender::Source { .. } => context.digits("service", 12),
            Sender::Lambda { .. } => format!("AROA{}:awslambda", context.upper("role", 17)),
        };
        let fifo = message.group.map(|group| Fifo {
            group: group.to_owned(),
            deduplication: message.deduplication.unwrap_or_default().to_owned(),
            sequence_number: (FIRST_SEQUENCE_NUMBER + u128::from(id.0)).to_string(),
        });
        Some(Message {
            id: id.uuid(seed),
            receipt_handle: context.opaque(&format!("receipt-{}", batched.receives), 96),
            body: String::from_utf8_lossy(&body).into_owned(),
            attributes: message
                .attributes
                .map(|it| attributes(&self.payloads.get(it)))
                .unwrap_or_default(),
            sender,
            sent_unix_millis: millis(message.sent),
            first_received_unix_millis: millis(batched.first_received),
            receive_count: batched.receives,
            fifo,
        })
    }

    /// Takes those of an event's records out that no filter of the mapping matches.
    pub(super) fn drop_unmatched<Id: Copy>(
        &self,
        mapping: MappingId,
        source: FilterSource,
        ids: &[Id],
        records: Option<&mut Vec<Value>>,
    ) -> Vec<Id> {
        let Some(mapping) = self.platform.mapping(mapping) else {
            return Vec::new();
        };
        // Filters are checked before a mapping is made. Where a damaged file has others, nothing is
        // thrown away for it.
        let filters = &mapping.filters;
        let Ok(filters) = FilterCriteria::parse(filters, source, DEFAULT_FILTERS) else {
            return Vec::new();
        };
        let mut dropped = Vec::new();
        if let Some(records) = records {
            let mut ids = ids.iter();
            records.retain(|record| {
                let matches = filters.matches(record);
                let id = ids.next();
                dropped.extend(id.filter(|_| !matches));
                matches
            });
        }
        dropped
    }
}
