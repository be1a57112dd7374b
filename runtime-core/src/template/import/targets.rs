//! Resources that have targets: rules, schedules, target groups of load balancers.

use super::super::trigger::TriggerSource;
use super::Found;
use super::builder::Builder;
use super::rules::{DELIVERY, expression, input, pattern, scheduled_input};

impl Builder<'_> {
    pub(super) fn target_resources(&mut self, found: &[Found<'_>]) {
        for resource in found {
            match resource.kind {
                "AWS::Events::Rule" => self.rule_resource(resource),
                "AWS::Scheduler::Schedule" => self.schedule_resource(resource),
                "AWS::Scheduler::ScheduleGroup" => {
                    self.has_read(resource.logical);
                    let why = "Schedules are in one group here.";
                    self.log.skipped(resource.at, &resource.path(), why);
                }
                "AWS::ElasticLoadBalancingV2::TargetGroup" => self.target_group(resource),
                _ => {}
            }
        }
    }

    fn rule_resource(&mut self, resource: &Found<'_>) {
        self.has_read(resource.logical);
        let section = resource.section(self.log);
        section.done(&["Description"]);
        let own = section
            .text("Name")
            .filter(|_| section.has("ScheduleExpression"));
        let own = resource.here_text("Source").or(own);
        section.leave(&["RoleArn"], "Permissions are not checked here.");
        section.leave(&["Tags"], "Tags are not kept.");
        let enabled = section.text("State").as_deref() != Some("DISABLED");
        let bus = section.value("EventBusName").and_then(|it| self.origin(it));
        let bus = bus.filter(|it| it.text() != "default");
        let is_schedule = section.has("ScheduleExpression");
        let rule = match is_schedule {
            true => expression(&section, "ScheduleExpression"),
            false => pattern(&section, "EventPattern"),
        };
        let targets = section.sections("Targets");
        if targets.is_empty() {
            section.skip("", "Left out: the rule has no targets.");
        }
        for (index, target) in targets.iter().enumerate() {
            target.done(&["Id"]);
            target.leave(&DELIVERY, "Nothing here stands for it.");
            target.leave(&["RoleArn"], "Permissions are not checked here.");
            let Some(value) = target.value("Arn") else {
                target.refuse("Arn", "A target has an Arn.");
                continue;
            };
            let queue = self.queue(value);
            let function = self.function(value);
            if queue.is_none() && function.is_none() {
                target.done_all();
                self.no_function(value, value.at, &target.path);
                continue;
            }
            let Some(rule) = rule.clone() else {
                target.done_all();
                continue;
            };
            let Ok(input) = input(target) else {
                target.done_all();
                continue;
            };
            let source = match is_schedule {
                true => TriggerSource::Schedule {
                    expression: rule,
                    input: scheduled_input(target, input),
                    enabled,
                },
                false => TriggerSource::EventBridge {
                    bus: bus.clone(),
                    pattern: rule,
                    input,
                    enabled,
                },
            };
            let name = match index {
                0 => resource.logical.to_owned(),
                index => format!("{}{}", resource.logical, index + 1),
            };
            match (queue, function) {
                (Some(queue), _) => self.delivery(&name, queue, source, own.clone()),
                (None, Some((_, function))) => {
                    self.named_trigger(&name, &function, source, own.clone());
                }
                (None, None) => {}
            }
        }
    }

    fn schedule_resource(&mut self, resource: &Found<'_>) {
        self.has_read(resource.logical);
        let section = resource.section(self.log);
        let Some(target) = section.section("Target") else {
            section.refuse("Target", "A schedule has a Target.");
            section.done_all();
            return;
        };
        let own = resource
            .here_text("Source")
            .or_else(|| section.text("Name"));
        if let Some(queue) = target.value("Arn").and_then(|it| self.queue(it)) {
            if let Some(source) = self.schedule(&section, &target) {
                self.delivery(resource.logical, queue, source, own);
            }
            return;
        }
        let Some((_, function)) = self.target(&target, "Arn") else {
            section.done_all();
            target.done_all();
            return;
        };
        if let Some(source) = self.schedule(&section, &target) {
            self.named_trigger(resource.logical, &function, source, own);
        }
    }

    /// A load balancer's target group of functions; others are kept for services.
    fn target_group(&mut self, resource: &Found<'_>) {
        let kind = resource
            .properties
            .get("TargetType")
            .and_then(|it| it.text());
        if kind != Some("lambda") {
            return;
        }
        self.has_read(resource.logical);
        let section = resource.section(self.log);
        section.done(&["TargetType", "Name"]);
        let targets = section.sections("Targets");
        for target in &targets {
            if let Some((_, function)) = self.target(target, "Id") {
                let source = TriggerSource::LoadBalancer {
                    target_group: resource.logical.to_owned(),
                };
                self.trigger(resource.logical, &function, source);
            }
        }
    }
}
