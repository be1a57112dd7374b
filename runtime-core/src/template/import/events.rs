//! The `Events` of SAM functions (AWS SAM developer guide, "EventSource").

use super::super::trigger::{StreamKind, TriggerSource};
use super::builder::Builder;
use super::rules::Detail;
use super::{Found, Section};
use crate::units::FunctionId;

impl Builder<'_> {
    pub(super) fn events(&mut self, found: &[Found<'_>]) {
        for resource in found
            .iter()
            .filter(|it| it.kind == "AWS::Serverless::Function")
        {
            let Some((events, path)) = resource.property("Events") else {
                continue;
            };
            let Some(id) = self.stack.function_id(resource.logical) else {
                let why = "Left out: the function was refused.";
                self.log.skipped(events.at, &path, why);
                continue;
            };
            let events = Section::of(events, path, self.log);
            let here = resource.here(self.log);
            let here = here.and_then(|it| it.section("Events"));
            for name in events.keys() {
                let told = here.as_ref().and_then(|it| it.section(name));
                if let Some(event) = events.section(name) {
                    self.event(
                        name,
                        (id, resource.logical.to_owned()),
                        &event,
                        told.as_ref(),
                    );
                }
            }
        }
    }

    /// `told` is what an export of ours says beside the event's properties.
    fn event(
        &mut self,
        name: &str,
        function: (FunctionId, String),
        event: &Section<'_>,
        told: Option<&Section<'_>>,
    ) {
        let Some(kind) = event.text("Type") else {
            event.refuse("", "An event has a Type.");
            event.done_all();
            return;
        };
        let Some(section) = event.section("Properties") else {
            if kind == "HttpApi" {
                let logical = function.1;
                self.trigger(name, &logical, default_route());
            } else if kind == "AlexaSkill" {
                let logical = function.1;
                self.trigger(name, &logical, TriggerSource::Alexa { skill: None });
            } else {
                event.refuse("", format!("An event of type {kind} has Properties."));
            }
            return;
        };
        let section = &section;
        let polled = match kind.as_str() {
            "SQS" => return self.queue_mapping(name, function, section, "Queue"),
            "Kinesis" => Some((StreamKind::Kinesis, "Stream")),
            "DynamoDB" => Some((StreamKind::DynamoDb, "Stream")),
            "MSK" => Some((StreamKind::Msk, "Stream")),
            "SelfManagedKafka" => Some((StreamKind::Kafka, "KafkaBootstrapServers")),
            "MQ" => Some((StreamKind::Mq, "Broker")),
            "DocumentDB" => Some((StreamKind::DocumentDb, "Cluster")),
            _ => None,
        };
        if let Some((polled, key)) = polled {
            let partitions = told.and_then(|it| it.number("Partitions"));
            return self.stream_mapping(name, function, section, (polled, key, partitions));
        }
        let queued = section.mapping("SqsSubscription");
        if let Some(own) = queued.filter(|_| kind == "SNS") {
            return self.topic_by_queue(name, function, section, &own);
        }
        let logical = function.1;
        let source = match kind.as_str() {
            "Api" => self.rest_event(section),
            "HttpApi" => self.http_event(section),
            "S3" => self.bucket_event(section),
            "SNS" => self.topic_event(section),
            "Schedule" => self.rule(section, Detail::schedule("Schedule")),
            "EventBridgeRule" | "CloudWatchEvent" => self.rule(section, Detail::pattern("Pattern")),
            "ScheduleV2" => self.schedule(section, section),
            "CloudWatchLogs" => self.log_event(section, "LogGroupName"),
            "IoTRule" => self.iot_rule(section, "Sql"),
            "Cognito" => self.pool_event(section),
            "AlexaSkill" => Some(TriggerSource::Alexa {
                skill: section.text("SkillId"),
            }),
            other => {
                section.done_all();
                event.skip("Type", format!("{other} is not understood here."));
                None
            }
        };
        let own = match kind.as_str() {
            "Schedule" | "ScheduleV2" => section.text("Name"),
            _ => None,
        };
        let own = told.and_then(|it| it.text("Source")).or(own);
        if let Some(source) = source {
            self.named_trigger(name, &logical, source, own);
        }
    }
}

/// What SAM makes of an HttpApi event without properties.
pub(super) fn default_route() -> TriggerSource {
    TriggerSource::HttpApi {
        api: None,
        method: None,
        path: None,
        payload_format: "2.0".to_owned(),
    }
}
