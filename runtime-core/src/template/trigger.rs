//! What invokes the functions of a template, apart from queues.

use super::model::Origin;
use crate::api::UrlCors;
use crate::events::trigger::TriggerKind;
use crate::timeline::TargetInput;
use crate::units::QueueId;
use serde::{Deserialize, Serialize};

/// A trigger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackTrigger {
    /// The event's name among the function's, or the resource's.
    pub name: String,
    /// The function's logical id.
    pub function: String,
    /// What it is and how it is set.
    pub source: TriggerSource,
    /// What the source itself is called, where that is more than a resource's name: a schedule, or topics
    /// of AWS IoT.
    #[serde(default)]
    pub source_name: Option<String>,
}

/// What sends messages to a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackDelivery {
    /// The resource's name.
    pub name: String,
    /// Where to.
    pub queue: QueueId,
    /// What it is and how it is set.
    pub source: TriggerSource,
    /// What the source itself is called, as with triggers.
    #[serde(default)]
    pub source_name: Option<String>,
}

/// A trigger's settings. Schedules, patterns, policies and SQL were read without a fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum TriggerSource {
    /// A method of a REST API.
    RestApi {
        /// The API; `None` for the one that SAM makes.
        api: Option<Origin>,
        /// `GET`, ... or `ANY`.
        method: String,
        /// As in `/orders/{id}`.
        path: String,
    },
    /// A route of an HTTP API.
    HttpApi {
        /// The API; `None` for the one that SAM makes.
        api: Option<Origin>,
        /// `GET`, ... or `ANY`; with the path `None` for the default route.
        method: Option<String>,
        /// As in `/orders/{id}`.
        path: Option<String>,
        /// `1.0` or `2.0`.
        payload_format: String,
    },
    /// A route of a WebSocket API.
    WebSocket {
        /// The API.
        api: Origin,
        /// As in `$connect`.
        route: String,
    },
    /// A function URL.
    FunctionUrl {
        /// `NONE` or `AWS_IAM`.
        auth: String,
        /// Whether responses are streamed.
        streamed: bool,
        /// What browsers on other sites may ask.
        #[serde(default)]
        cors: Option<UrlCors>,
    },
    /// A target group of a load balancer.
    LoadBalancer {
        /// The target group.
        target_group: String,
    },
    /// A bucket's notifications.
    S3 {
        /// The bucket.
        bucket: Origin,
        /// As in `s3:ObjectCreated:*`.
        events: Vec<String>,
        /// Keys begin with it.
        prefix: Option<String>,
        /// Keys end with it.
        suffix: Option<String>,
    },
    /// A topic's subscription.
    Sns {
        /// The topic.
        topic: Origin,
        /// The filter policy, JSON.
        filter_policy: Option<String>,
        /// Whether it filters by the body rather than by attributes.
        filter_body: bool,
    },
    /// A rule on a schedule.
    Schedule {
        /// `cron(...)` or `rate(...)`, in UTC.
        expression: String,
        /// What the function gets instead of the event.
        input: Option<String>,
        /// Switched on.
        enabled: bool,
    },
    /// A schedule of EventBridge Scheduler.
    Scheduler {
        /// `cron(...)`, `rate(...)` or `at(...)`.
        expression: String,
        /// The time zone.
        zone: String,
        /// The flexible window, in minutes.
        window_minutes: Option<u32>,
        /// Not before, as written.
        start: Option<String>,
        /// Not after, as written.
        end: Option<String>,
        /// The event.
        input: Option<String>,
        /// Switched on.
        enabled: bool,
    },
    /// A rule with an event pattern.
    EventBridge {
        /// The bus; `None` for the default one.
        bus: Option<Origin>,
        /// The pattern, JSON.
        pattern: String,
        /// What of the event the function gets.
        input: TargetInput,
        /// Switched on.
        enabled: bool,
    },
    /// A subscription of a log group.
    Logs {
        /// The group.
        group: Origin,
        /// The filter pattern.
        pattern: String,
    },
    /// A rule of AWS IoT.
    Iot {
        /// Its SELECT statement.
        sql: String,
    },
    /// A trigger of a user pool.
    Cognito {
        /// The pool.
        pool: Origin,
        /// As in `PreSignUp`.
        events: Vec<String>,
    },
    /// An Alexa skill.
    Alexa {
        /// Its id; `None` for any.
        skill: Option<String>,
    },
    /// A mapping that polls a stream or a broker.
    Stream(Box<StreamMapping>),
}

/// What a mapping polls that is no queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StreamKind {
    /// A Kinesis data stream.
    Kinesis,
    /// A DynamoDB table's stream.
    DynamoDb,
    /// Amazon MSK.
    Msk,
    /// Kafka of one's own.
    Kafka,
    /// Amazon MQ.
    Mq,
    /// A change stream of Amazon DocumentDB.
    DocumentDb,
}

/// An event source mapping of a stream or a broker (Lambda API reference, CreateEventSourceMapping).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamMapping {
    /// What is polled.
    pub polled: StreamKind,
    /// The stream, the cluster or the broker; for Kafka of one's own its servers, with commas between.
    pub source: Origin,
    /// Topics of Kafka, the queue of a broker, or a DocumentDB database.
    pub names: Vec<String>,
    /// Switched on.
    pub enabled: bool,
    /// `TRIM_HORIZON`, `LATEST` or `AT_TIMESTAMP`; brokers have none.
    pub starting_position: Option<String>,
    /// For `AT_TIMESTAMP`, seconds since 1970.
    pub starting_timestamp: Option<f64>,
    /// 1 to 10,000.
    pub batch_size: u32,
    /// 0 to 300 seconds; `None` for the default.
    pub window_seconds: Option<u32>,
    /// Batches of a shard at a time, 1 to 10.
    pub parallelization: u32,
    /// Whether a failed batch is split.
    pub bisect: bool,
    /// -1 for no limit, 0 to 10,000.
    pub maximum_retries: i64,
    /// -1 for no limit, 60 to 604,800 seconds.
    pub maximum_age_seconds: i64,
    /// 0 for none, to 900 seconds.
    pub tumbling_seconds: u32,
    /// `ReportBatchItemFailures`.
    pub report_failures: bool,
    /// Filter patterns, JSON.
    pub filters: Vec<String>,
    /// Where records of failed batches go.
    pub on_failure: Option<Origin>,
    /// How many partitions a topic has, where that is known.
    #[serde(default)]
    pub partitions: Option<u32>,
    /// RabbitMQ's virtual host; ActiveMQ has none.
    #[serde(default)]
    pub virtual_host: Option<String>,
}

impl StreamKind {
    /// The kind of trigger.
    pub const fn kind(self) -> TriggerKind {
        match self {
            StreamKind::Kinesis => TriggerKind::Kinesis,
            StreamKind::DynamoDb => TriggerKind::DynamoDb,
            StreamKind::Msk => TriggerKind::Msk,
            StreamKind::Kafka => TriggerKind::Kafka,
            StreamKind::Mq => TriggerKind::RabbitMq,
            StreamKind::DocumentDb => TriggerKind::DocumentDb,
        }
    }
}

impl TriggerSource {
    /// The kind of trigger, if there is one that makes its events.
    pub fn kind(&self) -> Option<TriggerKind> {
        Some(match self {
            TriggerSource::RestApi { .. } => TriggerKind::ApiGatewayRest,
            TriggerSource::HttpApi { payload_format, .. } if payload_format == "1.0" => {
                TriggerKind::ApiGatewayRest
            }
            TriggerSource::HttpApi { .. } => TriggerKind::ApiGatewayHttp,
            TriggerSource::WebSocket { .. } => TriggerKind::ApiGatewayWebSocket,
            TriggerSource::FunctionUrl { .. } => TriggerKind::FunctionUrl,
            TriggerSource::LoadBalancer { .. } => TriggerKind::LoadBalancer,
            TriggerSource::S3 { .. } => TriggerKind::S3,
            TriggerSource::Sns { .. } => TriggerKind::Sns,
            TriggerSource::Schedule { .. } => TriggerKind::EventBridgeSchedule,
            TriggerSource::Scheduler { .. } => TriggerKind::Scheduler,
            TriggerSource::EventBridge { .. } => TriggerKind::EventBridgeRule,
            TriggerSource::Logs { .. } => TriggerKind::CloudWatchLogs,
            TriggerSource::Iot { .. } => TriggerKind::IotRule,
            TriggerSource::Cognito { .. } => TriggerKind::Cognito,
            TriggerSource::Alexa { .. } => return None,
            TriggerSource::Stream(mapping) => mapping.polled.kind(),
        })
    }
}
