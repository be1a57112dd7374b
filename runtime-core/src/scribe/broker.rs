//! The events of topics and brokers' queues (Lambda developer guide, "Using Lambda with Amazon MSK", "Using
//! Lambda with self-managed Apache Kafka" and "Using Lambda with Amazon MQ", sections "Example event").

use super::Desk;
use crate::events::pattern::FilterSource;
use crate::platform::{RecordView, StreamBatchOrder};
use crate::timeline::{BrokerKind, MappingConfiguration, StreamConfiguration, StreamKind};
use crate::units::{MappingId, RecordId};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

/// Where the brokers of a session's cluster are: names that lead nowhere.
pub const SERVERS: &str = "b-1.coldstart.kafka.us-east-1.amazonaws.com:9092";

impl Desk<'_> {
    /// The event, and which records no filter matches.
    pub(super) fn broker_event(
        &self,
        stream: &StreamConfiguration,
        order: &StreamBatchOrder,
    ) -> (Value, Vec<RecordId>) {
        let shard = order.read.shard;
        let all = order.read.records.iter().copied();
        let read = all.filter_map(|id| {
            let record = self.platform.record(order.stream, shard, id)?;
            Some((id, self.shown(stream, shard, id, record)))
        });
        let (ids, mut records): (Vec<RecordId>, Vec<Value>) = read.unzip();
        let filters = match stream.kind {
            StreamKind::Topic(_) => FilterSource::Kafka,
            _ => FilterSource::Mq,
        };
        let mapping = order.read.mapping;
        let dropped = self.drop_unmatched(mapping, filters, &ids, Some(&mut records));
        let (name, arn) = (&stream.name, self.stream_arn(stream));
        let event = match stream.kind {
            StreamKind::Broker(BrokerKind::ActiveMq) => json!({
                "eventSource": "aws:mq",
                "eventSourceArn": arn,
                "messages": records,
            }),
            StreamKind::Broker(BrokerKind::RabbitMq) => json!({
                "eventSource": "aws:rmq",
                "eventSourceArn": arn,
                "rmqMessagesByQueue": {format!("{name}::/"): records},
            }),
            _ if self.is_self_managed(mapping) => json!({
                "eventSource": "SelfManagedKafka",
                "bootstrapServers": SERVERS,
                "records": {format!("{name}-{shard}"): records},
            }),
            _ => json!({
                "eventSource": "aws:kafka",
                "eventSourceArn": arn,
                "bootstrapServers": SERVERS,
                "records": {format!("{name}-{shard}"): records},
            }),
        };
        (event, dropped)
    }

    /// Whether a mapping polls Kafka of one's own, which has no ARN.
    pub(super) fn is_self_managed(&self, mapping: MappingId) -> bool {
        let mapping = self.platform.mapping(mapping);
        mapping.is_some_and(MappingConfiguration::is_self_managed)
    }

    fn shown(
        &self,
        stream: &StreamConfiguration,
        shard: u32,
        id: RecordId,
        record: RecordView<'_>,
    ) -> Value {
        let (name, millis) = (&stream.name, self.millis(record.arrived));
        let bytes = self.payloads.get(record.data);
        let data = BASE64.encode(&bytes);
        match stream.kind {
            StreamKind::Broker(BrokerKind::ActiveMq) => json!({
                "messageID": format!("ID:b-coldstart-1.mq.us-east-1.amazonaws.com:1:1:1:{}", id.0),
                "messageType": "jms/text-message",
                "timestamp": millis,
                "deliveryMode": 1,
                "correlationID": "",
                "replyTo": "null",
                "destination": {"physicalName": name},
                "redelivered": false,
                "type": "",
                "expiration": 0,
                "priority": 0,
                "data": data,
                "brokerInTime": millis,
                "brokerOutTime": millis,
                "properties": {},
            }),
            StreamKind::Broker(BrokerKind::RabbitMq) => json!({
                "basicProperties": {
                    "contentType": "text/plain",
                    "contentEncoding": null,
                    "headers": {},
                    "deliveryMode": 1,
                    "priority": 0,
                    "correlationId": null,
                    "replyTo": null,
                    "expiration": null,
                    "messageId": null,
                    "timestamp": null,
                    "type": null,
                    "userId": null,
                    "appId": null,
                    "clusterId": null,
                    "bodySize": bytes.len(),
                },
                "redelivered": false,
                "data": data,
            }),
            _ => {
                let mut shown = json!({
                    "topic": name,
                    "partition": shard,
                    "offset": record.offset,
                    "timestamp": millis,
                    "timestampType": "CREATE_TIME",
                    "value": data,
                    "headers": [],
                });
                if let Some(key) = record.key {
                    shown["key"] = json!(BASE64.encode(key));
                }
                shown
            }
        }
    }
}
