//! Brokers, change streams and records to transform.

use super::super::rule::Rule::{
    self, Any, Base64, Batch, Filled, Flag, Is, List, Map, Object, OneOf, OrNull, Text, Whole,
};
use super::super::rule::{may, must};
use super::{ARN, TEXTS};

const KAFKA_RECORDS: Rule = Map(&Batch(&Object(&[
    must("topic", Filled),
    must("partition", Whole),
    must("offset", Whole),
    must("timestamp", Whole),
    must("timestampType", Filled),
    may("key", OrNull(&Base64)),
    must("value", OrNull(&Base64)),
    must("headers", List(&Map(&List(&Any)))),
])));

pub(super) const MSK: Rule = Object(&[
    must("eventSource", Is("aws:kafka")),
    must("eventSourceArn", ARN),
    must("bootstrapServers", Filled),
    must("records", KAFKA_RECORDS),
]);

pub(super) const KAFKA: Rule = Object(&[
    must("eventSource", Is("SelfManagedKafka")),
    must("bootstrapServers", Filled),
    must("records", KAFKA_RECORDS),
]);

pub(super) const RABBIT: Rule = Object(&[
    must("eventSource", Is("aws:rmq")),
    must("eventSourceArn", ARN),
    must(
        "rmqMessagesByQueue",
        Map(&Batch(&Object(&[
            must(
                "basicProperties",
                Object(&[
                    may("contentType", OrNull(&Text)),
                    may("headers", OrNull(&Map(&Any))),
                    must("deliveryMode", Whole),
                    must("priority", OrNull(&Whole)),
                    must("bodySize", Whole),
                ]),
            ),
            must("redelivered", Flag),
            must("data", Base64),
        ]))),
    ),
]);

pub(super) const ACTIVE: Rule = Object(&[
    must("eventSource", Is("aws:mq")),
    must("eventSourceArn", ARN),
    must(
        "messages",
        Batch(&Object(&[
            must("messageID", Filled),
            must(
                "messageType",
                OneOf(&["jms/text-message", "jms/bytes-message"]),
            ),
            must("timestamp", Whole),
            must("deliveryMode", Whole),
            must("destination", Object(&[must("physicalName", Filled)])),
            must("redelivered", Flag),
            must("data", Base64),
            must("brokerInTime", Whole),
            must("brokerOutTime", Whole),
            may("properties", OrNull(&TEXTS)),
        ])),
    ),
]);

pub(super) const DOCUMENTDB: Rule = Object(&[
    must("eventSource", Is("aws:docdb")),
    must("eventSourceArn", ARN),
    must(
        "events",
        Batch(&Object(&[must(
            "event",
            Object(&[
                must("_id", Object(&[must("_data", Filled)])),
                must("clusterTime", Map(&Any)),
                must("operationType", Filled),
            ]),
        )])),
    ),
]);

pub(super) const FIREHOSE: Rule = Object(&[
    must("invocationId", Filled),
    must("deliveryStreamArn", ARN),
    must("region", Filled),
    must(
        "records",
        Batch(&Object(&[
            must("recordId", Filled),
            must("approximateArrivalTimestamp", Whole),
            must("data", Base64),
        ])),
    ),
]);
