//! Records of storage, queues, topics and streams.

use super::super::rule::Rule::{
    self, Base64, Batch, Begins, Digits, Filled, Is, Iso, Item, List, Map, Number, Object, OneOf,
    OrNull, Text, Whole,
};
use super::super::rule::{may, must};
use super::{ARN, TEXTS};

pub(super) const S3: Rule = Object(&[must(
    "Records",
    Batch(&Object(&[
        must("eventVersion", Filled),
        must("eventSource", Is("aws:s3")),
        must("awsRegion", Filled),
        must("eventTime", Iso),
        must("eventName", Filled),
        must("userIdentity", Object(&[must("principalId", Text)])),
        must(
            "requestParameters",
            Object(&[must("sourceIPAddress", Text)]),
        ),
        must("responseElements", TEXTS),
        must(
            "s3",
            Object(&[
                must("s3SchemaVersion", Filled),
                must("configurationId", Text),
                must(
                    "bucket",
                    Object(&[
                        must("name", Filled),
                        may("ownerIdentity", Object(&[must("principalId", Text)])),
                        must("arn", ARN),
                    ]),
                ),
                must(
                    "object",
                    Object(&[
                        must("key", Filled),
                        may("size", Whole),
                        may("eTag", Text),
                        may("versionId", OrNull(&Text)),
                        must("sequencer", Filled),
                    ]),
                ),
            ]),
        ),
    ])),
)]);

pub(super) const SNS: Rule = Object(&[must(
    "Records",
    Batch(&Object(&[
        must("EventVersion", Filled),
        must("EventSubscriptionArn", ARN),
        must("EventSource", Is("aws:sns")),
        must(
            "Sns",
            Object(&[
                must("Type", Is("Notification")),
                must("MessageId", Filled),
                must("TopicArn", ARN),
                may("Subject", OrNull(&Text)),
                must("Message", Text),
                must("Timestamp", Iso),
                must("SignatureVersion", OneOf(&["1", "2"])),
                must("Signature", Text),
                may("SigningCertUrl", Text),
                may("UnsubscribeUrl", Text),
                may(
                    "MessageAttributes",
                    Map(&Object(&[must("Type", Filled), must("Value", Text)])),
                ),
            ]),
        ),
    ])),
)]);

pub(super) const SQS: Rule = Object(&[must(
    "Records",
    Batch(&Object(&[
        must("messageId", Filled),
        must("receiptHandle", Filled),
        must("body", Text),
        must(
            "attributes",
            Object(&[
                must("ApproximateReceiveCount", Digits),
                must("SentTimestamp", Digits),
                must("SenderId", Text),
                must("ApproximateFirstReceiveTimestamp", Digits),
                may("MessageGroupId", Text),
                may("MessageDeduplicationId", Text),
                may("SequenceNumber", Digits),
            ]),
        ),
        must(
            "messageAttributes",
            Map(&Object(&[
                must("dataType", Filled),
                may("stringValue", OrNull(&Text)),
                may("binaryValue", OrNull(&Base64)),
                may("stringListValues", List(&Text)),
                may("binaryListValues", List(&Base64)),
            ])),
        ),
        must("md5OfBody", Filled),
        must("eventSource", Is("aws:sqs")),
        must("eventSourceARN", ARN),
        must("awsRegion", Filled),
    ])),
)]);

pub(super) const DYNAMODB: Rule = Object(&[must(
    "Records",
    Batch(&Object(&[
        must("eventID", Filled),
        must("eventName", OneOf(&["INSERT", "MODIFY", "REMOVE"])),
        must("eventVersion", Filled),
        must("eventSource", Is("aws:dynamodb")),
        must("awsRegion", Filled),
        must(
            "dynamodb",
            Object(&[
                may("ApproximateCreationDateTime", Number),
                must("Keys", Item),
                may("NewImage", Item),
                may("OldImage", Item),
                must("SequenceNumber", Digits),
                must("SizeBytes", Whole),
                must(
                    "StreamViewType",
                    OneOf(&["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]),
                ),
            ]),
        ),
        must("eventSourceARN", ARN),
        may(
            "userIdentity",
            OrNull(&Object(&[must("type", Text), must("principalId", Text)])),
        ),
    ])),
)]);

pub(super) const KINESIS: Rule = Object(&[must(
    "Records",
    Batch(&Object(&[
        must(
            "kinesis",
            Object(&[
                must("kinesisSchemaVersion", Filled),
                must("partitionKey", Filled),
                must("sequenceNumber", Digits),
                must("data", Base64),
                must("approximateArrivalTimestamp", Number),
            ]),
        ),
        must("eventSource", Is("aws:kinesis")),
        must("eventVersion", Filled),
        must("eventID", Begins("shardId-")),
        must("eventName", Is("aws:kinesis:record")),
        must("invokeIdentityArn", ARN),
        must("awsRegion", Filled),
        must("eventSourceARN", ARN),
    ])),
)]);
