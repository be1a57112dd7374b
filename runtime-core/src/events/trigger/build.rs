//! From a filled-in form to an event.

use super::context::Context;
use super::form::{Field, FieldError, Fields, Form};
use super::http::{alb, authorizer, rest, version2, websocket};
use super::kind::TriggerKind;
use super::source::{
    code_pipeline, cognito, config, direct, documentdb, dynamodb, eventbridge, firehose, kafka,
    kinesis, logs, mq, s3, ses, sns, sqs,
};
use serde_json::Value;

type Build = fn(&Form<'_>, &Context) -> Result<Value, FieldError>;

impl TriggerKind {
    /// What its form asks, in the order in which it is shown.
    pub fn form(self) -> &'static [Field] {
        self.parts().0
    }

    fn parts(self) -> (&'static [Field], Build) {
        match self {
            Self::ApiGatewayRest => (rest::FORM, rest::build),
            Self::ApiGatewayHttp => (version2::HTTP_API, version2::http_api),
            Self::ApiGatewayWebSocket => (websocket::FORM, websocket::build),
            Self::ApiGatewayAuthorizer => (authorizer::REST, authorizer::rest),
            Self::ApiGatewayHttpAuthorizer => (authorizer::HTTP, authorizer::http),
            Self::FunctionUrl => (version2::FUNCTION_URL, version2::function_url),
            Self::LoadBalancer => (alb::FORM, alb::build),
            Self::S3 => (s3::FORM, s3::build),
            Self::Sns => (sns::FORM, sns::build),
            Self::Sqs => (sqs::FORM, sqs::build),
            Self::DynamoDb => (dynamodb::FORM, dynamodb::build),
            Self::Kinesis => (kinesis::FORM, kinesis::build),
            Self::EventBridgeRule => (eventbridge::RULE, eventbridge::rule),
            Self::EventBridgeSchedule => (eventbridge::SCHEDULE_RULE, eventbridge::schedule_rule),
            Self::Scheduler => (eventbridge::SCHEDULER, eventbridge::scheduler),
            Self::CloudWatchLogs => (logs::FORM, logs::build),
            Self::Cognito => (cognito::FORM, cognito::build),
            Self::IotRule => (direct::IOT, direct::iot),
            Self::StepFunctions => (direct::STEP_FUNCTIONS, direct::step_functions),
            Self::CodePipeline => (code_pipeline::FORM, code_pipeline::build),
            Self::Config => (config::FORM, config::build),
            Self::Ses => (ses::FORM, ses::build),
            Self::Msk => (kafka::MSK, kafka::msk),
            Self::Kafka => (kafka::SELF_MANAGED, kafka::self_managed),
            Self::RabbitMq => (mq::RABBIT, mq::rabbit),
            Self::ActiveMq => (mq::ACTIVE, mq::active),
            Self::DocumentDb => (documentdb::FORM, documentdb::build),
            Self::Firehose => (firehose::FORM, firehose::build),
        }
    }
}

/// The event that a trigger makes of its form.
///
/// # Errors
/// Names the first field that is not valid.
pub fn build(kind: TriggerKind, fields: &Fields, context: &Context) -> Result<Value, FieldError> {
    let (form, build) = kind.parts();
    build(&Form::new(form, fields)?, context)
}
