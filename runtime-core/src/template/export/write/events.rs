//! The `Events` of functions (SAM's schema; AWS SAM developer guide, "EventSource").

use super::super::super::model::StackFunction;
use super::super::super::trigger::{StackTrigger, TriggerSource};
use super::super::gather::seconds;
use super::super::node::Node;
use super::Writer;
use crate::timeline::{MappingConfiguration, TargetInput};
use crate::units::FunctionId;

/// A function's events.
pub(super) struct Events {
    pub(super) events: Node,
    /// What the template cannot say of them, by their names.
    pub(super) here: Node,
}

/// The dialect of IoT's SQL that has all of it (AWS IoT developer guide, "SQL versions").
pub(super) const IOT_SQL: &str = "2016-03-23";

impl Writer<'_> {
    pub(super) fn events(&mut self, id: FunctionId, function: &StackFunction) -> Events {
        let stack = self.stack;
        let mut events = Events {
            events: Node::map(),
            here: Node::map(),
        };
        for mapping in &stack.mappings {
            if mapping.configuration.function == id
                && let Some(properties) = self.queue_event(&mapping.configuration)
            {
                events.events.add(&mapping.name, event("SQS", properties));
            }
        }
        let own = stack.triggers.iter();
        for trigger in own.filter(|it| it.function == function.logical_id) {
            let mut here = Node::map();
            if let Some((kind, properties)) = self.event(trigger, &mut here) {
                events.events.add(&trigger.name, event(kind, properties));
                if !here.is_empty() {
                    events.here.add(&trigger.name, here);
                }
            }
        }
        events
    }

    fn queue_event(&self, mapping: &MappingConfiguration) -> Option<Node> {
        let queue = self.queue_arn(mapping.queue()?)?;
        let most = mapping.maximum_concurrency();
        let window = Some(seconds(mapping.window)).filter(|it| *it > 0);
        let own = Node::map()
            .with("Queue", queue)
            .with("BatchSize", mapping.batch_size)
            .with_some("MaximumBatchingWindowInSeconds", window)
            .with_some("Enabled", (!mapping.enabled).then_some(false))
            .with_some(
                "ScalingConfig",
                most.map(|most| Node::map().with("MaximumConcurrency", most)),
            )
            .with_some(
                "ProvisionedPollerConfig",
                mapping.pollers().map(|it| {
                    Node::map()
                        .with("MinimumPollers", it.minimum)
                        .with("MaximumPollers", it.maximum)
                }),
            )
            .with_some("FunctionResponseTypes", reports(mapping.report_failures))
            .with_some("FilterCriteria", filters(&mapping.filters));
        Some(own)
    }

    fn event(&mut self, trigger: &StackTrigger, here: &mut Node) -> Option<(&'static str, Node)> {
        let about = format!("{} of {}", trigger.name, trigger.function);
        Some(match &trigger.source {
            TriggerSource::S3 {
                bucket,
                events,
                prefix,
                suffix,
            } => {
                let properties = Node::map()
                    .with("Bucket", self.origin(bucket))
                    .with("Events", events.clone())
                    .with_some("Filter", keys(prefix.as_deref(), suffix.as_deref()));
                ("S3", properties)
            }
            TriggerSource::Sns {
                topic,
                filter_policy,
                filter_body,
            } => {
                let own = Node::map().with("Topic", self.origin(topic));
                let policy = filter_policy.as_deref();
                ("SNS", self.with_policy(own, &about, policy, *filter_body)?)
            }
            TriggerSource::EventBridge {
                bus,
                pattern,
                input,
                enabled,
            } => {
                let pattern = self.pattern(&about, pattern)?;
                let properties = Node::map()
                    .with_some("EventBusName", bus.as_ref().map(|it| self.origin(it)))
                    .with("Pattern", pattern)
                    .with_some("State", (!enabled).then_some("DISABLED"));
                ("EventBridgeRule", with_input(properties, input))
            }
            TriggerSource::Schedule {
                expression,
                input,
                enabled,
            } => {
                let name = self.schedule_name(trigger.source_name.as_deref(), here);
                let properties = Node::map()
                    .with_some("Name", name)
                    .with("Schedule", expression.as_str())
                    .with_some("State", (!enabled).then_some("DISABLED"))
                    .with_some("Input", input.clone());
                ("Schedule", properties)
            }
            TriggerSource::Scheduler {
                expression,
                zone,
                window_minutes,
                start,
                end,
                input,
                enabled,
            } => {
                let name = self.schedule_name(trigger.source_name.as_deref(), here);
                let properties = Node::map()
                    .with_some("Name", name)
                    .with("ScheduleExpression", expression.as_str())
                    .with("ScheduleExpressionTimezone", zone.as_str())
                    .with_some("FlexibleTimeWindow", window_minutes.map(flexible))
                    .with_some("StartDate", start.clone())
                    .with_some("EndDate", end.clone())
                    .with_some("State", (!enabled).then_some("DISABLED"))
                    .with_some("Input", input.clone());
                ("ScheduleV2", properties)
            }
            TriggerSource::Iot { sql } => {
                *here = std::mem::replace(here, Node::Null)
                    .with_some("Source", trigger.source_name.clone());
                let properties = Node::map()
                    .with("Sql", sql.as_str())
                    .with("AwsIotSqlVersion", IOT_SQL);
                ("IoTRule", properties)
            }
            TriggerSource::Stream(mapping) => {
                *here =
                    std::mem::replace(here, Node::Null).with_some("Partitions", mapping.partitions);
                let function = self.stack.function_id(&trigger.function)?;
                self.stream_event(function, mapping)
            }
            TriggerSource::Logs { group, pattern } => {
                let properties = Node::map()
                    .with("LogGroupName", self.origin(group))
                    .with("FilterPattern", pattern.as_str());
                ("CloudWatchLogs", properties)
            }
            TriggerSource::Cognito { pool, events } => {
                let properties = Node::map()
                    .with("UserPool", self.origin(pool))
                    .with("Trigger", events.clone());
                ("Cognito", properties)
            }
            // Said where the function is.
            TriggerSource::FunctionUrl { .. } => return None,
            TriggerSource::RestApi { .. }
            | TriggerSource::HttpApi { .. }
            | TriggerSource::WebSocket { .. }
            | TriggerSource::LoadBalancer { .. }
            | TriggerSource::Alexa { .. } => {
                self.remark(about, "It is left out: sessions have no such source.");
                return None;
            }
        })
    }

    /// A topic's filter policy; nothing if it cannot be said.
    pub(super) fn with_policy(
        &mut self,
        own: Node,
        about: &str,
        policy: Option<&str>,
        on_body: bool,
    ) -> Option<Node> {
        let Some(policy) = policy else {
            return Some(own);
        };
        let policy = self.pattern(about, policy)?;
        let scope = on_body.then_some("MessageBody");
        Some(
            own.with("FilterPolicy", policy)
                .with_some("FilterPolicyScope", scope),
        )
    }

    /// A name for a rule or schedule, which has one target in a template: where its own is taken by that of
    /// another target, the metadata has it.
    pub(super) fn schedule_name(&mut self, own: Option<&str>, here: &mut Node) -> Option<String> {
        let own = own?;
        let numbered = (1_u32..).map(|number| match number {
            1 => own.to_owned(),
            number => format!("{own}-{number}"),
        });
        let mut free = numbered.filter(|it| !self.schedules.contains(it));
        let name = free.next()?;
        if name != own {
            here.add("Source", own);
            self.remark(
                format!("schedule {own}"),
                format!("Each of its targets has a schedule of its own: {name} is one of them."),
            );
        }
        self.schedules.insert(name.clone());
        Some(name)
    }
}

fn event(kind: &str, properties: Node) -> Node {
    Node::map()
        .with("Type", kind)
        .with("Properties", properties)
}

pub(super) fn reports(reports: bool) -> Option<Node> {
    reports.then(|| Node::texts(["ReportBatchItemFailures"]))
}

pub(super) fn filters(patterns: &[String]) -> Option<Node> {
    let filters = patterns.iter();
    let filters = filters.map(|it| Node::map().with("Pattern", it.as_str()));
    let filters = Node::List(filters.collect()).filled()?;
    Some(Node::map().with("Filters", filters))
}

/// What keys begin and end with.
pub(super) fn keys(prefix: Option<&str>, suffix: Option<&str>) -> Option<Node> {
    let rule = |name: &str, value: &str| Node::map().with("Name", name).with("Value", value);
    let rules = prefix.map(|it| rule("prefix", it)).into_iter();
    let rules = rules.chain(suffix.map(|it| rule("suffix", it)));
    let rules = Node::List(rules.collect()).filled()?;
    Some(Node::map().with("S3Key", Node::map().with("Rules", rules)))
}

/// What of the event a rule's target gets.
pub(super) fn with_input(target: Node, input: &TargetInput) -> Node {
    match input {
        TargetInput::Event => target,
        TargetInput::Constant(text) => target.with("Input", text.as_str()),
        TargetInput::Path(path) => target.with("InputPath", path.as_str()),
        TargetInput::Transformed(transformer) => {
            let paths = transformer.paths.iter();
            let paths = paths.fold(Node::map(), |paths, (name, path)| {
                paths.with(name, path.as_str())
            });
            let paths = (!transformer.paths.is_empty()).then_some(paths);
            let own = Node::map()
                .with_some("InputPathsMap", paths)
                .with("InputTemplate", transformer.template.as_str());
            target.with("InputTransformer", own)
        }
    }
}

pub(super) fn flexible(minutes: u32) -> Node {
    Node::map()
        .with("Mode", "FLEXIBLE")
        .with("MaximumWindowInMinutes", minutes)
}
