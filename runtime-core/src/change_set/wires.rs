//! Whom sources tell what: functions and queues.

use super::plan::Planner;
use super::remark::RemarkKind;
use crate::scribe::check_source;
use crate::template::{Origin, StackDelivery, StackTrigger, TriggerSource};
use crate::timeline::{
    Destination, Interest, ObjectEvents, ScheduleConfiguration, ScheduleOwner, SourceKind,
    TargetInput, Wire,
};
use crate::units::{FunctionId, QueueId};
use std::fmt::Display;

/// The bus that every account has.
const DEFAULT_BUS: &str = "default";
/// What the topics of AWS IoT are called here.
const IOT: &str = "iot";

/// Who is told, and by whom.
pub(super) struct Told<'a> {
    /// The resource that remarks are about.
    pub(super) about: &'a str,
    /// What the template calls it.
    name: &'a str,
    /// What the source is called, if that is said.
    source_name: Option<&'a str>,
    target: Destination,
    /// The target's name in the session.
    target_name: String,
}

impl Told<'_> {
    fn word(&self) -> &'static str {
        match self.target {
            Destination::Function(_) => "function",
            Destination::Queue(_) => "queue",
            Destination::Source(_) => "source",
        }
    }

    /// What there is to say, with the trigger's name where that is not the resource's.
    fn says(&self, what: impl Display) -> String {
        match self.name == self.about {
            true => what.to_string(),
            false => format!("{}: {what}", self.name),
        }
    }
}

impl Planner<'_> {
    pub(super) fn wires(&mut self) {
        let stack = self.stack;
        for trigger in &stack.triggers {
            if let Some((function, name)) = self.function_called(&trigger.function) {
                let told = of_function(trigger, function, name);
                self.trigger(&trigger.source, &told);
            }
        }
        for delivery in &stack.deliveries {
            let queue = stack.queue(delivery.queue);
            let made = self.queue(delivery.queue);
            if let Some((queue, made)) = queue.zip(made) {
                let name = self.platform.queue_configuration(made);
                let name = name.map_or(&queue.configuration.name, |it| &it.name);
                let (name, about) = (name.clone(), self.about(delivery, &queue.logical_id));
                let told = of_queue(delivery, made, name, about);
                self.trigger(&delivery.source, &told);
            }
        }
    }

    /// The resource in which it is written that a queue is told.
    fn about<'a>(&self, delivery: &'a StackDelivery, queue: &'a str) -> &'a str {
        match &delivery.source {
            _ if self.has_line(&delivery.name) => &delivery.name,
            TriggerSource::S3 {
                bucket: Origin::Here(source),
                ..
            }
            | TriggerSource::Sns {
                topic: Origin::Here(source),
                ..
            } => source,
            _ => queue,
        }
    }

    fn trigger(&mut self, source: &TriggerSource, told: &Told<'_>) {
        match source {
            TriggerSource::Sns {
                topic,
                filter_policy,
                filter_body,
            } => {
                let interest = match filter_policy {
                    Some(policy) => Interest::Messages {
                        policy: policy.clone(),
                        on_body: *filter_body,
                    },
                    None => Interest::Everything,
                };
                let place = self.origin(topic, SourceKind::Topic);
                self.wire(place, interest, told);
            }
            TriggerSource::S3 {
                bucket,
                events,
                prefix,
                suffix,
            } => {
                let place = self.origin(bucket, SourceKind::Bucket);
                for kind in self.object_events(events, told) {
                    let interest = Interest::Objects {
                        events: kind,
                        prefix: prefix.clone().unwrap_or_default(),
                        suffix: suffix.clone().unwrap_or_default(),
                    };
                    self.wire(place, interest, told);
                }
            }
            TriggerSource::EventBridge {
                bus,
                pattern,
                input,
                enabled,
            } => {
                if !enabled {
                    let why = format!("The rule {} is disabled: it is left out.", told.name);
                    return self.remark(RemarkKind::Skipped, told.about, why);
                }
                let place = match bus {
                    Some(bus) => self.origin(bus, SourceKind::Bus),
                    None => self.shared(DEFAULT_BUS, SourceKind::Bus),
                };
                self.wire_with(
                    place,
                    Interest::Pattern(pattern.clone()),
                    input.clone(),
                    told,
                );
            }
            TriggerSource::Iot { sql } => {
                let place = self.shared(told.source_name.unwrap_or(IOT), SourceKind::Iot);
                self.wire(place, Interest::Sql(sql.clone()), told);
            }
            TriggerSource::Schedule {
                expression,
                input,
                enabled,
            } => {
                let schedule = ScheduleConfiguration {
                    enabled: *enabled,
                    input: input.clone(),
                    ..ScheduleConfiguration::of(ScheduleOwner::Rule, expression)
                };
                self.schedule(schedule, told);
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
                let schedule = ScheduleConfiguration {
                    zone: (zone != "UTC").then(|| zone.clone()),
                    enabled: *enabled,
                    input: input.clone(),
                    start: start.clone(),
                    end: end.clone(),
                    window_minutes: *window_minutes,
                    ..ScheduleConfiguration::of(ScheduleOwner::Scheduler, expression)
                };
                self.schedule(schedule, told);
            }
            TriggerSource::Logs { group, pattern } => self.log_events(group, pattern, told),
            TriggerSource::Cognito { pool, events } => self.pool_triggers(pool, events, told),
            // They are made of fields in the Event panel, called in the HTTP client, or polled.
            _ => {}
        }
    }

    /// A schedule of its own. One without a name is called as SAM calls what it makes of an event; one that
    /// tells several is there once.
    fn schedule(&mut self, schedule: ScheduleConfiguration, told: &Told<'_>) {
        let wanted = match told.source_name {
            Some(own) => own.to_owned(),
            None if told.name.starts_with(told.about) => told.name.to_owned(),
            None => format!("{}{}", told.about, told.name),
        };
        let kind = SourceKind::Schedule(schedule);
        let named = told.source_name.is_some();
        let mut made = self.set.sources.iter();
        let same = made.position(|it| {
            let own = it.taken.as_ref().unwrap_or(&it.configuration.name);
            named && it.configuration.kind == kind && *own == wanted
        });
        let place = same.unwrap_or_else(|| self.new_source(told.about, &wanted, kind));
        self.wire(Some(place), Interest::Everything, told);
    }

    /// `s3:ObjectCreated:Put` and the like, as far as there is something like it.
    fn object_events(&mut self, events: &[String], told: &Told<'_>) -> Vec<ObjectEvents> {
        let mut kinds = Vec::new();
        for event in events {
            let kind = if event.starts_with("s3:ObjectCreated:") {
                ObjectEvents::Created
            } else if event.starts_with("s3:ObjectRemoved:") {
                ObjectEvents::Removed
            } else {
                let why = format!("Buckets do not tell of {event} here.");
                self.remark(RemarkKind::Skipped, told.about, why);
                continue;
            };
            if !event.ends_with(":*") {
                let why = format!(
                    "{event}: the {} is told of all events of its kind here.",
                    told.word()
                );
                self.remark(RemarkKind::Changed, told.about, why);
            }
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds
    }

    /// Has a source tell its target, if its service would take that.
    pub(super) fn wire(&mut self, place: Option<usize>, interest: Interest, told: &Told<'_>) {
        self.wire_with(place, interest, TargetInput::Event, told);
    }

    /// The same for a target that does not get the whole event.
    fn wire_with(
        &mut self,
        place: Option<usize>,
        interest: Interest,
        input: TargetInput,
        told: &Told<'_>,
    ) {
        let Some(source) = place.and_then(|place| self.set.sources.get(place)) else {
            return;
        };
        let mut configuration = source.configuration.clone();
        configuration.wires.push(Wire {
            target: told.target,
            interest,
            input,
        });
        let own = configuration.wires.len() - 1;
        let errors = check_source(source.id, &configuration, &self.platform);
        let mut refused = errors.iter().filter(|error| error.wire == Some(own));
        if let Some(error) = refused.next() {
            let why = told.says(error);
            return self.remark(RemarkKind::Refused, told.about, why);
        }
        if let Some(source) = place.and_then(|place| self.set.sources.get_mut(place)) {
            source.configuration = configuration;
            if !source.tells.contains(&told.target_name) {
                source.tells.push(told.target_name.clone());
            }
        }
    }
}

fn of_function(trigger: &StackTrigger, function: FunctionId, name: String) -> Told<'_> {
    Told {
        about: &trigger.function,
        name: &trigger.name,
        source_name: trigger.source_name.as_deref(),
        target: Destination::Function(function),
        target_name: name,
    }
}

fn of_queue<'a>(
    delivery: &'a StackDelivery,
    queue: QueueId,
    name: String,
    about: &'a str,
) -> Told<'a> {
    Told {
        about,
        name: &delivery.name,
        source_name: delivery.source_name.as_deref(),
        target: Destination::Queue(queue),
        target_name: name,
    }
}
