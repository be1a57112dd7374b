//! What notifies functions: S3 buckets, SNS topics, log groups, IoT rules, user pools.

use super::super::model::Origin;
use super::super::resolve::Resolved;
use super::super::trigger::TriggerSource;
use super::builder::Builder;
use super::{Found, Section};
use crate::events::iot_sql::IotRule;
use crate::events::pattern::{FilterPolicy, FilterPolicyScope};
use crate::units::FunctionId;

impl Builder<'_> {
    pub(super) fn notifications(&mut self, found: &[Found<'_>]) {
        for resource in found {
            match resource.kind {
                "AWS::SNS::Subscription" => self.subscription(resource),
                "AWS::SNS::Topic" => self.topic_subscriptions(resource),
                "AWS::S3::Bucket" => self.bucket_notifications(resource),
                "AWS::Logs::SubscriptionFilter" => {
                    self.has_read(resource.logical);
                    let section = resource.section(self.log);
                    section.done(&["FilterName", "Distribution", "RoleArn"]);
                    if let Some((_, function)) = self.target(&section, "DestinationArn") {
                        let source = self.log_event(&section, "LogGroupName");
                        self.added(resource.logical, &function, source);
                    }
                }
                "AWS::IoT::TopicRule" => self.iot_resource(resource),
                "AWS::Cognito::UserPool" => self.pool_triggers(resource),
                _ => {}
            }
        }
        self.refuse_overlaps(found);
    }

    fn added(&mut self, name: &str, function: &str, source: Option<TriggerSource>) {
        if let Some(source) = source {
            self.trigger(name, function, source);
        }
    }

    pub(super) fn topic_event(&self, section: &Section<'_>) -> Option<TriggerSource> {
        section.leave(&["Region", "RedrivePolicy"], "Nothing here stands for it.");
        section.leave(
            &["SqsSubscription"],
            "The topic invokes the function without a queue between here: name one of the template's.",
        );
        let topic = self.origin(section.value("Topic")?)?;
        policy(section, topic)
    }

    /// A topic that tells a queue, which the function polls (AWS SAM developer guide, "SqsSubscriptionObject").
    pub(super) fn topic_by_queue(
        &mut self,
        name: &str,
        function: (FunctionId, String),
        section: &Section<'_>,
        own: &Section<'_>,
    ) {
        section.leave(&["Region", "RedrivePolicy"], "Nothing here stands for it.");
        own.done(&["QueueUrl", "QueuePolicyLogicalId"]);
        let topic = section.value("Topic").and_then(|it| self.origin(it));
        let source = topic.and_then(|topic| policy(section, topic));
        let queue = own.value("QueueArn").and_then(|it| self.queue(it));
        if let Some((source, queue)) = source.zip(queue) {
            self.delivery(name, queue, source, None);
        }
        self.queue_mapping(name, function, own, "QueueArn");
    }

    fn subscription(&mut self, resource: &Found<'_>) {
        self.has_read(resource.logical);
        let section = resource.section(self.log);
        let protocol = section.text("Protocol").unwrap_or_default();
        if !["lambda", "sqs"].contains(&protocol.as_str()) {
            section.done_all();
            section.skip(
                "Protocol",
                format!("Subscriptions with the protocol {protocol} are not modelled."),
            );
            return;
        }
        section.leave(
            &[
                "Region",
                "RedrivePolicy",
                "DeliveryPolicy",
                "RawMessageDelivery",
                "SubscriptionRoleArn",
                "ReplayPolicy",
            ],
            "Nothing here stands for it.",
        );
        let topic = section.value("TopicArn").and_then(|it| self.origin(it));
        if protocol == "sqs" {
            self.subscribed_queue(resource.logical, &section, topic);
            return;
        }
        let target = self.target(&section, "Endpoint");
        if let (Some((_, function)), Some(topic)) = (target, topic) {
            let source = policy(&section, topic);
            self.added(resource.logical, &function, source);
        } else {
            section.done_all();
        }
    }

    /// A queue as a topic's subscriber.
    fn subscribed_queue(&mut self, name: &str, section: &Section<'_>, topic: Option<Origin>) {
        let queue = section.value("Endpoint").and_then(|it| self.queue(it));
        let (Some(queue), Some(topic)) = (queue, topic) else {
            section.done_all();
            section.skip(
                "Endpoint",
                "Left out: this is no queue of this template that was taken over.",
            );
            return;
        };
        if let Some(source) = policy(section, topic) {
            self.delivery(name, queue, source, None);
        }
    }

    /// Subscriptions that are written in the topic itself.
    fn topic_subscriptions(&mut self, resource: &Found<'_>) {
        let Some((value, path)) = resource.property("Subscription") else {
            return;
        };
        let items: Vec<&Resolved> = value.items().unwrap_or_default().iter().collect();
        for (index, item) in items.into_iter().enumerate() {
            let section = Section::of(item, path.item(index), self.log);
            let protocol = section.text("Protocol").unwrap_or_default();
            if protocol == "sqs" {
                let topic = Origin::Here(resource.logical.to_owned());
                let name = format!("{}{}", resource.logical, index + 1);
                self.subscribed_queue(&name, &section, Some(topic));
                continue;
            }
            if protocol != "lambda" {
                section.done_all();
                section.skip(
                    "Protocol",
                    format!("Subscriptions with the protocol {protocol} are not modelled."),
                );
                continue;
            }
            if let Some((_, function)) = self.target(&section, "Endpoint") {
                let topic = Origin::Here(resource.logical.to_owned());
                let name = format!("{}{}", resource.logical, index + 1);
                self.added(&name, &function, policy(&section, topic));
            }
        }
    }

    pub(super) fn bucket_event(&self, section: &Section<'_>) -> Option<TriggerSource> {
        let bucket = section.value("Bucket")?;
        let bucket = self.origin(bucket)?;
        if let Origin::Elsewhere(name) = &bucket {
            let why = format!(
                "S3 events must reference an S3 bucket in the same template: {name} is none."
            );
            section.refuse("Bucket", why);
            return None;
        }
        notification(section, bucket, "Events")
    }

    fn bucket_notifications(&mut self, resource: &Found<'_>) {
        let Some((value, path)) = resource.property("NotificationConfiguration") else {
            return;
        };
        let section = Section::of(value, path, self.log);
        section.leave(
            &["TopicConfigurations", "EventBridgeConfiguration"],
            "Buckets notify functions and queues only here.",
        );
        for (index, own) in section.sections("QueueConfigurations").iter().enumerate() {
            let Some(queue) = own.value("Queue").and_then(|it| self.queue(it)) else {
                own.done_all();
                own.skip(
                    "Queue",
                    "Left out: this is no queue of this template that was taken over.",
                );
                continue;
            };
            let bucket = Origin::Here(resource.logical.to_owned());
            let name = format!("{}Queue{}", resource.logical, index + 1);
            if let Some(source) = notification(own, bucket, "Event") {
                self.delivery(&name, queue, source, None);
            }
        }
        for (index, own) in section.sections("LambdaConfigurations").iter().enumerate() {
            let Some((_, function)) = self.target(own, "Function") else {
                own.done_all();
                continue;
            };
            let bucket = Origin::Here(resource.logical.to_owned());
            let name = format!("{}{}", resource.logical, index + 1);
            let source = notification(own, bucket, "Event");
            self.added(&name, &function, source);
        }
    }

    /// Two notifications of one bucket for the same objects, which S3 refuses.
    fn refuse_overlaps(&mut self, found: &[Found<'_>]) {
        let mut kept: Vec<TriggerSource> = Vec::new();
        let log = self.log;
        self.stack.deliveries.retain(|delivery| {
            let clash = kept.iter().any(|other| overlap(other, &delivery.source));
            match (clash, &delivery.source) {
                (true, TriggerSource::S3 { bucket, .. }) => {
                    let owner = found.iter().find(|it| it.logical == bucket.text());
                    let path = super::Path::of(bucket.text())
                        .member("Properties.NotificationConfiguration");
                    log.refused(
                        owner.map(|it| it.at).unwrap_or_default(),
                        &path,
                        OVERLAPPING,
                    );
                }
                _ => kept.push(delivery.source.clone()),
            }
            !clash
        });
        self.stack.triggers.retain(|trigger| {
            let clash = kept.iter().any(|other| overlap(other, &trigger.source));
            if clash {
                let owner = found.iter().find(|it| it.logical == trigger.function);
                let path = super::Path::of(&trigger.function).member(&trigger.name);
                let at = owner.map(|it| it.at).unwrap_or_default();
                log.refused(at, &path, OVERLAPPING);
            } else {
                kept.push(trigger.source.clone());
            }
            !clash
        });
    }

    pub(super) fn log_event(&self, section: &Section<'_>, key: &str) -> Option<TriggerSource> {
        Some(TriggerSource::Logs {
            group: self.origin(section.value(key)?)?,
            pattern: section.text("FilterPattern").unwrap_or_default(),
        })
    }

    pub(super) fn iot_rule(&self, section: &Section<'_>, key: &str) -> Option<TriggerSource> {
        section.done(&["AwsIotSqlVersion", "Description"]);
        let sql = section.text(key)?;
        match IotRule::parse(&sql) {
            Ok(_) => Some(TriggerSource::Iot { sql }),
            Err(error) => {
                section.refuse(key, format!("{error} {}", error.hint()));
                None
            }
        }
    }

    fn iot_resource(&mut self, resource: &Found<'_>) {
        self.has_read(resource.logical);
        let section = resource.section(self.log);
        section.done(&["RuleName"]);
        let Some(payload) = section.section("TopicRulePayload") else {
            section.refuse("TopicRulePayload", "A rule has a TopicRulePayload.");
            return;
        };
        payload.leave(&["ErrorAction"], "Nothing here stands for it.");
        if payload.flag("RuleDisabled") == Some(true) {
            payload.skip("RuleDisabled", "The rule is disabled: it is left out.");
            return payload.done_all();
        }
        for action in payload.sections("Actions") {
            let own = resource.here_text("Source");
            if let Some(queue) = action.section("Sqs") {
                queue.leave(&["RoleArn"], "Permissions are not checked here.");
                queue.done(&["UseBase64"]);
                let place = queue.value("QueueUrl").and_then(|it| self.queue(it));
                if let Some((place, source)) = place.zip(self.iot_rule(&payload, "Sql")) {
                    self.delivery(resource.logical, place, source, own);
                }
                continue;
            }
            let Some(lambda) = action.section("Lambda") else {
                continue;
            };
            if let Some((_, function)) = self.target(&lambda, "FunctionArn")
                && let Some(source) = self.iot_rule(&payload, "Sql")
            {
                self.named_trigger(resource.logical, &function, source, own);
            }
        }
    }

    pub(super) fn pool_event(&self, section: &Section<'_>) -> Option<TriggerSource> {
        Some(TriggerSource::Cognito {
            pool: self.origin(section.value("UserPool")?)?,
            events: section.texts("Trigger"),
        })
    }

    fn pool_triggers(&mut self, resource: &Found<'_>) {
        let Some((value, path)) = resource.property("LambdaConfig") else {
            return;
        };
        let section = Section::of(value, path, self.log);
        for key in section.keys() {
            let named = section.value(key).filter(|it| it.text().is_some());
            let Some(value) = named else {
                section.skip(key, "Nothing here stands for it.");
                continue;
            };
            match self.function(value) {
                Some((_, function)) => {
                    let source = TriggerSource::Cognito {
                        pool: Origin::Here(resource.logical.to_owned()),
                        events: vec![key.to_owned()],
                    };
                    self.trigger(&format!("{}{key}", resource.logical), &function, source);
                }
                None => self.no_function(value, value.at, &section.path.member(key)),
            }
        }
    }
}

/// S3's words (PutBucketNotificationConfiguration).
const OVERLAPPING: &str = "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.";

fn policy(section: &Section<'_>, topic: Origin) -> Option<TriggerSource> {
    let filter_body = section.text("FilterPolicyScope").as_deref() == Some("MessageBody");
    let scope = match filter_body {
        true => FilterPolicyScope::MessageBody,
        false => FilterPolicyScope::MessageAttributes,
    };
    let filter_policy = section.json("FilterPolicy");
    if let Some(policy) = &filter_policy
        && let Err(error) = FilterPolicy::parse(policy, scope)
    {
        let why = format!("Invalid parameter: FilterPolicy: {error} {}", error.hint());
        section.refuse("FilterPolicy", why);
        return None;
    }
    Some(TriggerSource::Sns {
        topic,
        filter_policy,
        filter_body,
    })
}

fn notification(section: &Section<'_>, bucket: Origin, key: &str) -> Option<TriggerSource> {
    let events = section.texts(key);
    if events.is_empty() {
        section.refuse(key, "A notification has at least one event.");
        return None;
    }
    let (mut prefix, mut suffix) = (None, None);
    let filter = section.section("Filter").and_then(|it| it.section("S3Key"));
    for rule in filter.iter().flat_map(|it| it.sections("Rules")) {
        let value = rule.text("Value");
        match rule
            .text("Name")
            .map(|name| name.to_ascii_lowercase())
            .as_deref()
        {
            Some("prefix") => prefix = value,
            Some("suffix") => suffix = value,
            _ => rule.refuse("Name", "filter rule name must be either prefix or suffix"),
        }
    }
    Some(TriggerSource::S3 {
        bucket,
        events,
        prefix,
        suffix,
    })
}

/// Whether an object could be in both of two notifications of one bucket.
fn overlap(one: &TriggerSource, two: &TriggerSource) -> bool {
    let (
        TriggerSource::S3 {
            bucket,
            events,
            prefix,
            suffix,
        },
        TriggerSource::S3 {
            bucket: other,
            events: others,
            prefix: before,
            suffix: after,
        },
    ) = (one, two)
    else {
        return false;
    };
    let covers = |wide: &str, narrow: &str| match wide.strip_suffix('*') {
        Some(start) => narrow.starts_with(start),
        None => wide == narrow,
    };
    let mut pairs = events
        .iter()
        .flat_map(|one| others.iter().map(move |two| (one, two)));
    let same_event = pairs.any(|(one, two)| covers(one, two) || covers(two, one));
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (prefix, before) = (text(prefix), text(before));
    let (suffix, after) = (text(suffix), text(after));
    bucket == other
        && same_event
        && (prefix.starts_with(&before) || before.starts_with(&prefix))
        && (suffix.ends_with(&after) || after.ends_with(&suffix))
}
