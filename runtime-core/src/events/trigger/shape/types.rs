//! The types of aws_lambda_events, which AWS's own Rust runtime reads events with.

use super::{ShapeError, ShapeProblem};
use crate::events::trigger::kind::TriggerKind;
use aws_lambda_events::{
    activemq, alb, apigw, cloudwatch_logs, codepipeline_job, cognito, config, documentdb, dynamodb,
    eventbridge, firehose, kafka, kinesis, lambda_function_urls, rabbitmq, s3, ses, sns, sqs,
};
use serde::Deserialize;
use serde_json::Value;

/// Reads an event as the crate's type of its kind; kinds without an envelope have none.
pub(super) fn read(kind: TriggerKind, event: &Value) -> Result<(), ShapeError> {
    match kind {
        TriggerKind::ApiGatewayRest => as_type::<apigw::ApiGatewayProxyRequest>(event),
        TriggerKind::ApiGatewayHttp => as_type::<apigw::ApiGatewayV2httpRequest>(event),
        TriggerKind::ApiGatewayWebSocket => {
            as_type::<apigw::ApiGatewayWebsocketProxyRequest>(event)
        }
        TriggerKind::ApiGatewayAuthorizer if event["type"] == "TOKEN" => {
            as_type::<apigw::ApiGatewayCustomAuthorizerRequest>(event)
        }
        TriggerKind::ApiGatewayAuthorizer => {
            as_type::<apigw::ApiGatewayCustomAuthorizerRequestTypeRequest>(event)
        }
        TriggerKind::ApiGatewayHttpAuthorizer => {
            as_type::<apigw::ApiGatewayV2CustomAuthorizerV2Request>(event)
        }
        TriggerKind::FunctionUrl => {
            as_type::<lambda_function_urls::LambdaFunctionUrlRequest>(event)
        }
        TriggerKind::LoadBalancer => as_type::<alb::AlbTargetGroupRequest>(event),
        TriggerKind::S3 => as_type::<s3::S3Event>(event),
        TriggerKind::Sns => as_type::<sns::SnsEvent>(event),
        TriggerKind::Sqs => as_type::<sqs::SqsEvent>(event),
        TriggerKind::DynamoDb => as_type::<dynamodb::Event>(event),
        TriggerKind::Kinesis => as_type::<kinesis::KinesisEvent>(event),
        TriggerKind::EventBridgeRule => as_type::<eventbridge::EventBridgeEvent>(event),
        TriggerKind::EventBridgeSchedule if event["source"] == "aws.events" => {
            as_type::<eventbridge::EventBridgeEvent>(event)
        }
        TriggerKind::Scheduler if event["source"] == "aws.scheduler" => {
            as_type::<eventbridge::EventBridgeEvent>(event)
        }
        TriggerKind::CloudWatchLogs => as_type::<cloudwatch_logs::LogsEvent>(event),
        TriggerKind::Cognito => user_pool(event),
        TriggerKind::CodePipeline => as_type::<codepipeline_job::CodePipelineJobEvent>(event),
        TriggerKind::Config => as_type::<config::ConfigEvent>(event),
        TriggerKind::Ses => as_type::<ses::SimpleEmailEvent>(event),
        TriggerKind::Msk | TriggerKind::Kafka => as_type::<kafka::KafkaEvent>(event),
        TriggerKind::RabbitMq => as_type::<rabbitmq::RabbitMqEvent>(event),
        TriggerKind::ActiveMq => as_type::<activemq::ActiveMqEvent>(event),
        TriggerKind::DocumentDb => as_type::<documentdb::DocumentDbEvent>(event),
        TriggerKind::Firehose => as_type::<firehose::KinesisFirehoseEvent>(event),
        TriggerKind::EventBridgeSchedule
        | TriggerKind::Scheduler
        | TriggerKind::IotRule
        | TriggerKind::StepFunctions => Ok(()),
    }
}

/// Each trigger of a user pool has a type of its own.
fn user_pool(event: &Value) -> Result<(), ShapeError> {
    let source = event["triggerSource"].as_str().unwrap_or_default();
    match source.split('_').next().unwrap_or_default() {
        "PreSignUp" => as_type::<cognito::CognitoEventUserPoolsPreSignup>(event),
        "PreAuthentication" => as_type::<cognito::CognitoEventUserPoolsPreAuthentication>(event),
        "PostConfirmation" => as_type::<cognito::CognitoEventUserPoolsPostConfirmation>(event),
        "PostAuthentication" => as_type::<cognito::CognitoEventUserPoolsPostAuthentication>(event),
        "TokenGeneration" => as_type::<cognito::CognitoEventUserPoolsPreTokenGen>(event),
        "CustomMessage" => as_type::<cognito::CognitoEventUserPoolsCustomMessage>(event),
        "DefineAuthChallenge" => {
            as_type::<cognito::CognitoEventUserPoolsDefineAuthChallenge>(event)
        }
        "CreateAuthChallenge" => {
            as_type::<cognito::CognitoEventUserPoolsCreateAuthChallenge>(event)
        }
        "VerifyAuthChallengeResponse" => {
            as_type::<cognito::CognitoEventUserPoolsVerifyAuthChallenge>(event)
        }
        "UserMigration" => as_type::<cognito::CognitoEventUserPoolsMigrateUser>(event),
        _ => Err(ShapeError::new(
            "triggerSource",
            ShapeProblem::Not {
                wanted: "a trigger source, as in PreSignUp_SignUp".to_owned(),
                found: format!("\"{source}\""),
            },
        )),
    }
}

fn as_type<'de, T: Deserialize<'de>>(event: &'de Value) -> Result<(), ShapeError> {
    serde_path_to_error::deserialize::<_, T>(event)
        .map(drop)
        .map_err(|error| {
            let path = match error.path().to_string() {
                path if path == "." => String::new(),
                path => path,
            };
            let why = error.into_inner().to_string();
            ShapeError::new(path, ShapeProblem::Unreadable(why))
        })
}
