//! Buckets, topics, buses, schedules, topics of IoT, log groups and user pools, and whom they tell.

use super::super::super::model::{DEFAULT_BUS, Origin, Source, SourceKind};
use super::super::super::trigger::{StackDelivery, TriggerSource};
use super::Gathering;
use crate::timeline::{
    Destination, Interest, ObjectEvents, ScheduleConfiguration, ScheduleOwner, SourceConfiguration,
    SourceKind as Kind, Wire,
};
use crate::units::SourceId;

/// All events of a bus: each has a source.
const EVERYTHING: &str = r#"{"source":[{"prefix":""}]}"#;

impl Gathering<'_> {
    /// Resources that are sources, whomever they tell.
    pub(super) fn source_resources(&mut self) {
        for (id, source) in self.session.platform.sources() {
            let SourceConfiguration { name, kind, wires } = source;
            let about = format!("{} {name}", kind.name());
            let own = match kind {
                Kind::Bucket => Some(("Bucket", SourceKind::Bucket)),
                Kind::Topic => Some(("Topic", SourceKind::Topic { fifo: false })),
                Kind::Bus if name == DEFAULT_BUS => {
                    let why = "Every account has it: it is not made.";
                    self.remark(&about, why);
                    self.is_destination(id).then_some(("Bus", SourceKind::Bus))
                }
                Kind::Bus => Some(("Bus", SourceKind::Bus)),
                Kind::UserPool => Some(("UserPool", SourceKind::UserPool)),
                Kind::LogGroup(_) => Some(("LogGroup", SourceKind::LogGroup)),
                Kind::Iot | Kind::Schedule(_) => {
                    if wires.is_empty() {
                        self.remark(&about, "It is left out: it tells nobody.");
                    }
                    None
                }
            };
            // Lambda writes to the group of the function's name.
            let logger = match kind {
                Kind::LogGroup(function) => self.session.platform.configuration(*function),
                _ => None,
            };
            let stem = logger.map_or(name, |it| &it.name);
            let name =
                &logger.map_or_else(|| name.clone(), |it| format!("/aws/lambda/{}", it.name));
            if let Some((word, kind)) = own {
                let place = u32::try_from(self.stack.sources.len()).unwrap_or(u32::MAX);
                self.sources.insert(id, SourceId(place));
                let logical_id = self.names.free(stem, word);
                self.stack.sources.push(Source {
                    logical_id,
                    name: name.clone(),
                    kind,
                });
            }
            if *kind == Kind::Bucket {
                let why = "Names of buckets are unique in all of AWS: the stack's own name for it is drawn.";
                self.remark(&about, why);
            }
        }
    }

    /// Whether records or dead letters of a function go there.
    fn is_destination(&self, id: SourceId) -> bool {
        let mut functions = self.session.platform.functions();
        functions.any(|(_, it)| {
            let settings = &it.asynchronous;
            [settings.on_success, settings.on_failure].contains(&Some(Destination::Source(id)))
        })
    }

    /// Whom sources tell.
    pub(super) fn sources(&mut self) {
        for (id, source) in self.session.platform.sources() {
            let SourceConfiguration { name, kind, wires } = source;
            let about = format!("{} {name}", kind.name());
            let own = self.source(id).and_then(|it| self.stack.source(it));
            // Rules of the bus that every account has name none.
            let own = own.filter(|it| !it.is_default_bus());
            let logical = own.map(|it| it.logical_id.clone());
            for wire in wires {
                match told(kind, logical.as_deref(), wire) {
                    Some(trigger) => self.wire(source, wire.target, trigger),
                    None => self.remark(
                        &about,
                        "One of its targets waits for something that it never tells.",
                    ),
                }
            }
        }
    }

    fn wire(&mut self, source: &SourceConfiguration, target: Destination, trigger: TriggerSource) {
        let name = &source.name;
        // Of others the resource has the name.
        let own = matches!(source.kind, Kind::Iot | Kind::Schedule(_)).then(|| name.clone());
        match target {
            Destination::Function(function) => {
                self.named_trigger(function, name, trigger, own);
            }
            Destination::Queue(id) => {
                let Some((queue, to)) = self.queue(id).zip(self.logical_queue(id)) else {
                    return;
                };
                let to = to.strip_suffix("Queue").unwrap_or(&to).to_owned();
                let name = self.names.free(&format!("{name} to {to}"), "Delivery");
                self.stack.deliveries.push(StackDelivery {
                    name,
                    queue,
                    source: trigger,
                    source_name: own,
                });
            }
            // None tells another (`check_source`).
            Destination::Source(_) => {}
        }
    }
}

/// What a target is told, as a template says it.
fn told(kind: &Kind, logical: Option<&str>, wire: &Wire) -> Option<TriggerSource> {
    let here = logical.map(|it| Origin::Here(it.to_owned()));
    Some(match (kind, &wire.interest) {
        (
            Kind::Bucket,
            Interest::Objects {
                events,
                prefix,
                suffix,
            },
        ) => TriggerSource::S3 {
            bucket: here?,
            events: vec![
                match events {
                    ObjectEvents::Created => "s3:ObjectCreated:*",
                    ObjectEvents::Removed => "s3:ObjectRemoved:*",
                }
                .to_owned(),
            ],
            prefix: Some(prefix.clone()).filter(|it| !it.is_empty()),
            suffix: Some(suffix.clone()).filter(|it| !it.is_empty()),
        },
        (Kind::Topic, Interest::Everything) => TriggerSource::Sns {
            topic: here?,
            filter_policy: None,
            filter_body: false,
        },
        (Kind::Topic, Interest::Messages { policy, on_body }) => TriggerSource::Sns {
            topic: here?,
            filter_policy: Some(policy.clone()),
            filter_body: *on_body,
        },
        (Kind::Bus, interest) => TriggerSource::EventBridge {
            bus: here,
            pattern: match interest {
                Interest::Everything => EVERYTHING.to_owned(),
                Interest::Pattern(pattern) => pattern.clone(),
                _ => return None,
            },
            input: wire.input.clone(),
            enabled: true,
        },
        (Kind::LogGroup(_), Interest::Everything) => TriggerSource::Logs {
            group: here?,
            pattern: String::new(),
        },
        (Kind::LogGroup(_), Interest::LogEvents(pattern)) => TriggerSource::Logs {
            group: here?,
            pattern: pattern.clone(),
        },
        (Kind::UserPool, Interest::Trigger(trigger)) => TriggerSource::Cognito {
            pool: here?,
            events: vec![trigger.name().to_owned()],
        },
        (Kind::Iot, Interest::Sql(sql)) => TriggerSource::Iot { sql: sql.clone() },
        (Kind::Schedule(schedule), Interest::Everything) => scheduled(schedule),
        _ => return None,
    })
}

fn scheduled(schedule: &ScheduleConfiguration) -> TriggerSource {
    let ScheduleConfiguration {
        owner,
        expression,
        zone,
        enabled,
        input,
        start,
        end,
        window_minutes,
    } = schedule.clone();
    match owner {
        ScheduleOwner::Rule => TriggerSource::Schedule {
            expression,
            input,
            enabled,
        },
        ScheduleOwner::Scheduler => TriggerSource::Scheduler {
            expression,
            zone: zone.unwrap_or_else(|| "UTC".to_owned()),
            window_minutes,
            start,
            end,
            input,
            enabled,
        },
    }
}
