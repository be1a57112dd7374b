//! What can invoke a function.

use std::fmt;
use std::str::FromStr;

/// A kind of trigger, named as AWS names the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TriggerKind {
    /// A REST API with Lambda proxy integration (payload format 1.0).
    ApiGatewayRest,
    /// An HTTP API with payload format 2.0.
    ApiGatewayHttp,
    /// A route of a WebSocket API.
    ApiGatewayWebSocket,
    /// A Lambda authorizer of a REST API.
    ApiGatewayAuthorizer,
    /// A Lambda authorizer of an HTTP API, payload format 2.0.
    ApiGatewayHttpAuthorizer,
    /// A function URL.
    FunctionUrl,
    /// An Application Load Balancer's target group.
    LoadBalancer,
    /// An S3 bucket's notification.
    S3,
    /// An SNS topic's subscription.
    Sns,
    /// An SQS queue's event source mapping.
    Sqs,
    /// A DynamoDB table's stream.
    DynamoDb,
    /// A Kinesis data stream.
    Kinesis,
    /// A rule of an EventBridge bus with an event pattern.
    EventBridgeRule,
    /// A rule of EventBridge that runs on a schedule.
    EventBridgeSchedule,
    /// A schedule of EventBridge Scheduler.
    Scheduler,
    /// A subscription filter of CloudWatch Logs.
    CloudWatchLogs,
    /// A trigger of a Cognito user pool.
    Cognito,
    /// A rule of AWS IoT.
    IotRule,
    /// A task of a Step Functions state machine.
    StepFunctions,
    /// An invoke action of a CodePipeline pipeline.
    CodePipeline,
    /// A custom rule of AWS Config.
    Config,
    /// A receipt rule of SES.
    Ses,
    /// A topic of Amazon MSK.
    Msk,
    /// A topic of a self-managed Kafka cluster.
    Kafka,
    /// A queue of Amazon MQ for RabbitMQ.
    RabbitMq,
    /// A queue of Amazon MQ for ActiveMQ.
    ActiveMq,
    /// A change stream of Amazon DocumentDB.
    DocumentDb,
    /// Data transformation in Amazon Data Firehose.
    Firehose,
}

/// How a trigger invokes a function (Lambda developer guide, "Invoking Lambda with events from other
/// AWS services").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// It waits for the response and uses it.
    Sync,
    /// It hands the event to Lambda's queue; the response goes to nobody.
    Async,
    /// Lambda itself reads from the source, in batches, and invokes synchronously.
    Poll,
}

impl TriggerKind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [TriggerKind; 28] = [
        TriggerKind::ApiGatewayRest,
        TriggerKind::ApiGatewayHttp,
        TriggerKind::ApiGatewayWebSocket,
        TriggerKind::ApiGatewayAuthorizer,
        TriggerKind::ApiGatewayHttpAuthorizer,
        TriggerKind::FunctionUrl,
        TriggerKind::LoadBalancer,
        TriggerKind::S3,
        TriggerKind::Sns,
        TriggerKind::Sqs,
        TriggerKind::DynamoDb,
        TriggerKind::Kinesis,
        TriggerKind::EventBridgeRule,
        TriggerKind::EventBridgeSchedule,
        TriggerKind::Scheduler,
        TriggerKind::CloudWatchLogs,
        TriggerKind::Cognito,
        TriggerKind::IotRule,
        TriggerKind::StepFunctions,
        TriggerKind::CodePipeline,
        TriggerKind::Config,
        TriggerKind::Ses,
        TriggerKind::Msk,
        TriggerKind::Kafka,
        TriggerKind::RabbitMq,
        TriggerKind::ActiveMq,
        TriggerKind::DocumentDb,
        TriggerKind::Firehose,
    ];

    /// What the command line and file names call it, as in `apigateway-rest`.
    pub const fn slug(self) -> &'static str {
        self.facts().0
    }

    /// What a screen calls it.
    pub const fn name(self) -> &'static str {
        self.facts().1
    }

    /// How it invokes.
    pub const fn class(self) -> Class {
        self.facts().2
    }

    const fn facts(self) -> (&'static str, &'static str, Class) {
        use Class::{Async, Poll, Sync};
        match self {
            Self::ApiGatewayRest => ("apigateway-rest", "API Gateway REST API", Sync),
            Self::ApiGatewayHttp => ("apigateway-http", "API Gateway HTTP API", Sync),
            Self::ApiGatewayWebSocket => {
                ("apigateway-websocket", "API Gateway WebSocket API", Sync)
            }
            Self::ApiGatewayAuthorizer => (
                "apigateway-authorizer",
                "Lambda authorizer (REST API)",
                Sync,
            ),
            Self::ApiGatewayHttpAuthorizer => (
                "apigateway-http-authorizer",
                "Lambda authorizer (HTTP API)",
                Sync,
            ),
            Self::FunctionUrl => ("function-url", "Function URL", Sync),
            Self::LoadBalancer => ("alb", "Application Load Balancer", Sync),
            Self::S3 => ("s3", "S3 notification", Async),
            Self::Sns => ("sns", "SNS topic", Async),
            Self::Sqs => ("sqs", "SQS queue", Poll),
            Self::DynamoDb => ("dynamodb", "DynamoDB stream", Poll),
            Self::Kinesis => ("kinesis", "Kinesis data stream", Poll),
            Self::EventBridgeRule => ("eventbridge-rule", "EventBridge rule", Async),
            Self::EventBridgeSchedule => {
                ("eventbridge-schedule", "EventBridge schedule rule", Async)
            }
            Self::Scheduler => ("scheduler", "EventBridge Scheduler", Async),
            Self::CloudWatchLogs => ("cloudwatch-logs", "CloudWatch Logs subscription", Async),
            Self::Cognito => ("cognito", "Cognito user pool", Sync),
            Self::IotRule => ("iot-rule", "IoT rule", Async),
            Self::StepFunctions => ("step-functions", "Step Functions task", Sync),
            Self::CodePipeline => ("codepipeline", "CodePipeline job", Async),
            Self::Config => ("config", "Config rule", Async),
            Self::Ses => ("ses", "SES receipt rule", Async),
            Self::Msk => ("msk", "Amazon MSK", Poll),
            Self::Kafka => ("kafka", "Self-managed Kafka", Poll),
            Self::RabbitMq => ("rabbitmq", "Amazon MQ (RabbitMQ)", Poll),
            Self::ActiveMq => ("activemq", "Amazon MQ (ActiveMQ)", Poll),
            Self::DocumentDb => ("documentdb", "DocumentDB change stream", Poll),
            Self::Firehose => ("firehose", "Firehose transformation", Sync),
        }
    }
}

impl fmt::Display for TriggerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no kind's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKind(pub String);

impl fmt::Display for UnknownKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no trigger \"{}\"", self.0)
    }
}

impl UnknownKind {
    /// The names that there are.
    pub fn hint(&self) -> String {
        let slugs: Vec<_> = TriggerKind::ALL.iter().map(|kind| kind.slug()).collect();
        format!("There are {}.", slugs.join(", "))
    }
}

impl FromStr for TriggerKind {
    type Err = UnknownKind;

    fn from_str(slug: &str) -> Result<Self, UnknownKind> {
        let found = TriggerKind::ALL.into_iter().find(|it| it.slug() == slug);
        found.ok_or_else(|| UnknownKind(slug.to_owned()))
    }
}

impl Class {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Class::Sync => "synchronous",
            Class::Async => "asynchronous",
            Class::Poll => "polled",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn slugs_lead_back_to_their_kinds() {
        let slugs: BTreeSet<_> = TriggerKind::ALL.iter().map(|kind| kind.slug()).collect();
        assert_eq!(slugs.len(), TriggerKind::ALL.len());
        for kind in TriggerKind::ALL {
            assert_eq!(kind.slug().parse(), Ok(kind));
        }
        let error = "sqz".parse::<TriggerKind>().unwrap_err();
        assert_eq!(error.to_string(), "there is no trigger \"sqz\"");
        assert!(error.hint().contains("sqs, dynamodb"));
    }

    /// "Invoking Lambda with events from other AWS services" (Lambda developer guide, 2026): how each
    /// service invokes. Authorizers are called by API Gateway as its integrations are.
    #[test]
    fn each_kind_invokes_as_its_service_does() {
        let table: [(Class, &[TriggerKind]); 3] = [
            (
                Class::Sync,
                &[
                    TriggerKind::ApiGatewayRest,
                    TriggerKind::ApiGatewayHttp,
                    TriggerKind::ApiGatewayWebSocket,
                    TriggerKind::ApiGatewayAuthorizer,
                    TriggerKind::ApiGatewayHttpAuthorizer,
                    TriggerKind::FunctionUrl,
                    TriggerKind::LoadBalancer,
                    TriggerKind::Cognito,
                    // A task can do either; its plain integration waits for the response.
                    TriggerKind::StepFunctions,
                    TriggerKind::Firehose,
                ],
            ),
            (
                Class::Async,
                &[
                    TriggerKind::S3,
                    TriggerKind::Sns,
                    TriggerKind::EventBridgeRule,
                    TriggerKind::EventBridgeSchedule,
                    TriggerKind::Scheduler,
                    TriggerKind::CloudWatchLogs,
                    TriggerKind::IotRule,
                    TriggerKind::CodePipeline,
                    TriggerKind::Config,
                    TriggerKind::Ses,
                ],
            ),
            (
                Class::Poll,
                &[
                    TriggerKind::Sqs,
                    TriggerKind::DynamoDb,
                    TriggerKind::Kinesis,
                    TriggerKind::Msk,
                    TriggerKind::Kafka,
                    TriggerKind::RabbitMq,
                    TriggerKind::ActiveMq,
                    TriggerKind::DocumentDb,
                ],
            ),
        ];
        let mut seen = BTreeSet::new();
        for (class, kinds) in table {
            for kind in kinds {
                assert_eq!(kind.class(), class, "{kind}");
                assert!(seen.insert(*kind), "{kind} twice");
            }
        }
        assert_eq!(seen, BTreeSet::from(TriggerKind::ALL));
    }
}
