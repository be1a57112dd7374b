//! Everything that is no HTTP request.
//!
//! ```text
//! s3 sns sqs kinesis dynamodb   storage and messages; the last four make batches of records too
//! eventbridge                   rules, schedule rules, schedules of EventBridge Scheduler
//! logs                          CloudWatch Logs subscriptions
//! cognito                       triggers of a user pool
//! direct                        IoT rules and Step Functions: the payload is the event
//! code_pipeline config ses      jobs, rule evaluations, mail
//! kafka mq documentdb           brokers and change streams
//! firehose                      records to transform
//! ```

pub(super) mod code_pipeline;
pub(super) mod cognito;
pub(super) mod config;
pub(super) mod direct;
pub(super) mod documentdb;
pub(in crate::events::trigger) mod dynamodb;
pub(super) mod eventbridge;
pub(super) mod firehose;
pub(super) mod kafka;
pub(super) mod kinesis;
pub(super) mod logs;
pub(super) mod mq;
pub(super) mod s3;
pub(super) mod ses;
pub(super) mod sns;
pub(super) mod sqs;
