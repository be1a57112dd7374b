//! Each kind's rule: what AWS always sends, by the pages that the builders name.
//!
//! ```text
//! http      requests, connections, authorizers
//! records   storage, queues, topics, streams
//! services  buses, logs, user pools, pipelines, rules, mail
//! brokers   brokers, change streams, records to transform
//! ```

mod brokers;
mod http;
mod records;
mod services;

use super::rule::Rule::{self, Any, Begins, Map, Text};
use crate::events::trigger::kind::TriggerKind;
use serde_json::Value;

pub(super) use services::LOG_DATA;

/// An object of texts.
const TEXTS: Rule = Map(&Text);
/// An ARN.
const ARN: Rule = Begins("arn:");

/// The rule of a kind; what it is of may depend on the event itself.
pub(super) fn of(kind: TriggerKind, event: &Value) -> Rule {
    match kind {
        TriggerKind::ApiGatewayRest => http::REST,
        TriggerKind::ApiGatewayHttp => http::VERSION2,
        TriggerKind::ApiGatewayWebSocket => http::WEBSOCKET,
        TriggerKind::ApiGatewayAuthorizer if event["type"] == "TOKEN" => http::TOKEN_AUTHORIZER,
        TriggerKind::ApiGatewayAuthorizer => http::REQUEST_AUTHORIZER,
        TriggerKind::ApiGatewayHttpAuthorizer => http::HTTP_AUTHORIZER,
        TriggerKind::FunctionUrl => http::FUNCTION_URL,
        TriggerKind::LoadBalancer if event.get("multiValueHeaders").is_some() => {
            http::BALANCER_SEVERAL
        }
        TriggerKind::LoadBalancer => http::BALANCER,
        TriggerKind::S3 => records::S3,
        TriggerKind::Sns => records::SNS,
        TriggerKind::Sqs => records::SQS,
        TriggerKind::DynamoDb => records::DYNAMODB,
        TriggerKind::Kinesis => records::KINESIS,
        TriggerKind::EventBridgeRule => services::BRIDGE,
        // A schedule with an input sends just that.
        TriggerKind::EventBridgeSchedule if event["source"] == "aws.events" => services::BRIDGE,
        TriggerKind::Scheduler if event["source"] == "aws.scheduler" => services::SCHEDULER,
        TriggerKind::CloudWatchLogs => services::LOGS,
        TriggerKind::Cognito => services::COGNITO,
        TriggerKind::CodePipeline => services::CODE_PIPELINE,
        TriggerKind::Config => services::CONFIG,
        TriggerKind::Ses => services::SES,
        TriggerKind::Msk => brokers::MSK,
        TriggerKind::Kafka => brokers::KAFKA,
        TriggerKind::RabbitMq => brokers::RABBIT,
        TriggerKind::ActiveMq => brokers::ACTIVE,
        TriggerKind::DocumentDb => brokers::DOCUMENTDB,
        TriggerKind::Firehose => brokers::FIREHOSE,
        TriggerKind::EventBridgeSchedule
        | TriggerKind::Scheduler
        | TriggerKind::IotRule
        | TriggerKind::StepFunctions => Any,
    }
}
