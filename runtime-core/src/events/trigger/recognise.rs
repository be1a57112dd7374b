//! Which trigger an event looks like one of.

use super::kind::TriggerKind;
use serde_json::Value;

impl TriggerKind {
    /// The kind whose event this looks like, by what only that kind has. It need not be a valid one;
    /// events without an envelope (IoT rules, Step Functions) look like none.
    pub fn recognise(event: &Value) -> Option<TriggerKind> {
        let record = &event["Records"][0];
        let sources = ["eventSource", "EventSource"].map(|name| &record[name]);
        let source = sources.into_iter().chain([&event["eventSource"]]);
        let source = source.filter_map(Value::as_str).next();
        match source {
            Some("aws:s3") => return Some(TriggerKind::S3),
            Some("aws:sns") => return Some(TriggerKind::Sns),
            Some("aws:sqs") => return Some(TriggerKind::Sqs),
            Some("aws:dynamodb") => return Some(TriggerKind::DynamoDb),
            Some("aws:kinesis") => return Some(TriggerKind::Kinesis),
            Some("aws:ses") => return Some(TriggerKind::Ses),
            Some("aws:kafka") => return Some(TriggerKind::Msk),
            Some("SelfManagedKafka") => return Some(TriggerKind::Kafka),
            Some("aws:rmq") => return Some(TriggerKind::RabbitMq),
            Some("aws:mq") => return Some(TriggerKind::ActiveMq),
            Some("aws:docdb") => return Some(TriggerKind::DocumentDb),
            _ => {}
        }
        let context = &event["requestContext"];
        let has = |name: &str| event.get(name).is_some();
        if has("methodArn") && has("type") {
            Some(TriggerKind::ApiGatewayAuthorizer)
        } else if has("routeArn") && has("type") {
            Some(TriggerKind::ApiGatewayHttpAuthorizer)
        } else if context["elb"].is_object() {
            Some(TriggerKind::LoadBalancer)
        } else if context["connectionId"].is_string() {
            Some(TriggerKind::ApiGatewayWebSocket)
        } else if context["http"].is_object() {
            let host = context["domainName"].as_str().unwrap_or_default();
            Some(match host.contains(".lambda-url.") {
                true => TriggerKind::FunctionUrl,
                false => TriggerKind::ApiGatewayHttp,
            })
        } else if context.is_object() && has("httpMethod") && has("resource") {
            Some(TriggerKind::ApiGatewayRest)
        } else if has("awslogs") {
            Some(TriggerKind::CloudWatchLogs)
        } else if has("CodePipeline.job") {
            Some(TriggerKind::CodePipeline)
        } else if has("invokingEvent") && has("configRuleArn") {
            Some(TriggerKind::Config)
        } else if has("triggerSource") && has("userPoolId") {
            Some(TriggerKind::Cognito)
        } else if has("invocationId") && has("deliveryStreamArn") {
            Some(TriggerKind::Firehose)
        } else if has("detail-type") && has("detail") {
            Some(match event["source"].as_str() {
                Some("aws.scheduler") => TriggerKind::Scheduler,
                Some("aws.events") => TriggerKind::EventBridgeSchedule,
                _ => TriggerKind::EventBridgeRule,
            })
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::events::trigger::{Context, Fields, TriggerKind, build};
    use serde_json::json;

    #[test]
    fn each_kind_is_recognised_by_its_own_events() {
        for kind in TriggerKind::ALL {
            let event = build(kind, &Fields::new(), &Context::default()).unwrap();
            let wanted = match kind {
                TriggerKind::IotRule | TriggerKind::StepFunctions => None,
                kind => Some(kind),
            };
            assert_eq!(TriggerKind::recognise(&event), wanted);
        }
        for other in [
            json!(null),
            json!([]),
            json!({"name": "Ada"}),
            json!({"Records": 1}),
        ] {
            assert_eq!(TriggerKind::recognise(&other), None);
        }
        let fields = Fields::new().with("type", "REQUEST");
        let kind = TriggerKind::ApiGatewayAuthorizer;
        let event = build(kind, &fields, &Context::default()).unwrap();
        assert_eq!(TriggerKind::recognise(&event), Some(kind));
    }
}
