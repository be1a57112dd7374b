//! Topics, buckets, buses, IoT topics and schedules, with the functions that they tell.

use super::data::{NewSource, RemarkKind};
use super::names;
use super::plan::Planner;
use crate::platform::Input;
use crate::scribe::check_source;
use crate::template::{self, Origin, StackTrigger, TriggerSource};
use crate::timeline::{
    Destination, Interest, ObjectEvents, ScheduleConfiguration, ScheduleOwner, SourceConfiguration,
    SourceKind, Wire,
};
use crate::units::{FunctionId, SourceId};

/// The longest name of most sources.
const LONGEST: usize = 256;
/// The bus that every account has.
const DEFAULT_BUS: &str = "default";
/// What the topics of AWS IoT are called here.
const IOT: &str = "iot";

impl Planner<'_> {
    pub(super) fn sources(&mut self) {
        let stack = self.stack;
        for source in &stack.sources {
            self.source(source);
        }
        for trigger in &stack.triggers {
            let Some((function, name)) = self.function_called(&trigger.function) else {
                continue;
            };
            self.trigger(trigger, function, &name);
        }
        self.drop_refused();
    }

    /// A resource that is a source, whether or not it tells anyone.
    fn source(&mut self, source: &template::Source) {
        let kind = match source.kind {
            template::SourceKind::Topic { fifo: false } => SourceKind::Topic,
            template::SourceKind::Topic { fifo: true } => {
                let why = "FIFO topics are not modelled here.";
                return self.remark(RemarkKind::Skipped, &source.logical_id, why);
            }
            template::SourceKind::Bucket => SourceKind::Bucket,
            template::SourceKind::Bus => SourceKind::Bus,
            _ => return,
        };
        let place = self.new_source(&source.logical_id, &source.name, kind);
        self.places.insert(source.logical_id.clone(), place);
    }

    fn trigger(&mut self, trigger: &StackTrigger, function: FunctionId, name: &str) {
        let about = &trigger.function;
        let target = Destination::Function(function);
        match &trigger.source {
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
                self.wire(place, Wire { target, interest }, name);
            }
            TriggerSource::S3 {
                bucket,
                events,
                prefix,
                suffix,
            } => {
                let place = self.origin(bucket, SourceKind::Bucket);
                for kind in self.object_events(events, about) {
                    let interest = Interest::Objects {
                        events: kind,
                        prefix: prefix.clone().unwrap_or_default(),
                        suffix: suffix.clone().unwrap_or_default(),
                    };
                    self.wire(place, Wire { target, interest }, name);
                }
            }
            TriggerSource::EventBridge {
                bus,
                pattern,
                input,
                input_path,
                enabled,
            } => {
                if !enabled {
                    let why = format!("The rule {} is disabled: it is left out.", trigger.name);
                    return self.remark(RemarkKind::Skipped, about, why);
                }
                if input.is_some() || input_path.is_some() {
                    let why = format!(
                        "{}: the function gets the whole event here, without Input and InputPath.",
                        trigger.name
                    );
                    self.remark(RemarkKind::Changed, about, why);
                }
                let place = match bus {
                    Some(bus) => self.origin(bus, SourceKind::Bus),
                    None => self.shared(DEFAULT_BUS, SourceKind::Bus),
                };
                let interest = Interest::Pattern(pattern.clone());
                self.wire(place, Wire { target, interest }, name);
            }
            TriggerSource::Iot { sql } => {
                let place = self.shared(IOT, SourceKind::Iot);
                let interest = Interest::Sql(sql.clone());
                self.wire(place, Wire { target, interest }, name);
            }
            TriggerSource::Schedule {
                expression,
                input,
                enabled,
            } => {
                let schedule = ScheduleConfiguration {
                    owner: ScheduleOwner::Rule,
                    expression: expression.clone(),
                    zone: None,
                    enabled: *enabled,
                    input: input.clone(),
                };
                self.schedule(trigger, schedule, target, name);
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
                if window_minutes.is_some() || start.is_some() || end.is_some() {
                    let why = format!(
                        "{}: schedules have no flexible window, beginning or end here.",
                        trigger.name
                    );
                    self.remark(RemarkKind::Changed, about, why);
                }
                let schedule = ScheduleConfiguration {
                    owner: ScheduleOwner::Scheduler,
                    expression: expression.clone(),
                    zone: (zone != "UTC").then(|| zone.clone()),
                    enabled: *enabled,
                    input: input.clone(),
                };
                self.schedule(trigger, schedule, target, name);
            }
            // They are made of fields in the Event panel, called in the HTTP client, or polled.
            _ => {}
        }
    }

    /// A schedule of its own, called as SAM calls what it makes of an event.
    fn schedule(
        &mut self,
        trigger: &StackTrigger,
        schedule: ScheduleConfiguration,
        target: Destination,
        name: &str,
    ) {
        let wanted = match trigger.name.starts_with(&trigger.function) {
            true => trigger.name.clone(),
            false => format!("{}{}", trigger.function, trigger.name),
        };
        let place = self.new_source(&trigger.function, &wanted, SourceKind::Schedule(schedule));
        let interest = Interest::Everything;
        self.wire(Some(place), Wire { target, interest }, name);
    }

    /// `s3:ObjectCreated:Put` and the like, as far as there is something like it.
    fn object_events(&mut self, events: &[String], about: &str) -> Vec<ObjectEvents> {
        let mut kinds = Vec::new();
        for event in events {
            let kind = if event.starts_with("s3:ObjectCreated:") {
                ObjectEvents::Created
            } else if event.starts_with("s3:ObjectRemoved:") {
                ObjectEvents::Removed
            } else {
                let why = format!("Buckets do not tell of {event} here.");
                self.remark(RemarkKind::Skipped, about, why);
                continue;
            };
            if !event.ends_with(":*") {
                let why = format!("{event}: the function is told of all events of its kind here.");
                self.remark(RemarkKind::Changed, about, why);
            }
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        kinds
    }

    /// The place of a source among the new ones, by what a trigger calls it. What is of elsewhere gets a
    /// source here, so that something can happen at it.
    fn origin(&mut self, origin: &Origin, kind: SourceKind) -> Option<usize> {
        match origin {
            Origin::Here(logical_id) => self.places.get(logical_id).copied(),
            Origin::Elsewhere(arn) => {
                let name = arn.rsplit([':', '/']).next().unwrap_or(arn);
                self.shared(name, kind)
            }
        }
    }

    /// A source that others may use, too: one that is there gets further targets.
    fn shared(&mut self, name: &str, kind: SourceKind) -> Option<usize> {
        let alike = |it: &SourceConfiguration| it.name == name && it.kind.name() == kind.name();
        let mut made = self.set.sources.iter();
        if let Some(place) = made.position(|it| alike(&it.configuration)) {
            return Some(place);
        }
        let there = {
            let mut all = self.platform.sources();
            let there = all.find(|(_, it)| alike(it));
            there.map(|(id, it)| (id, it.clone()))
        };
        match there {
            Some((id, configuration)) => {
                self.set.sources.push(NewSource {
                    id,
                    exists: true,
                    taken: None,
                    configuration,
                    tells: Vec::new(),
                });
                Some(self.set.sources.len() - 1)
            }
            None => Some(self.new_source(name, name, kind)),
        }
    }

    fn new_source(&mut self, about: &str, wanted: &str, kind: SourceKind) -> usize {
        let alike = |it: &SourceConfiguration, name: &str| {
            it.kind.name() == kind.name() && it.name.eq_ignore_ascii_case(name)
        };
        let is_taken = |name: &str| {
            let mut there = self.platform.sources().map(|(_, it)| it);
            let mut made = self.set.sources.iter().map(|it| &it.configuration);
            there.any(|it| alike(it, name)) || made.any(|it| alike(it, name))
        };
        let (fitting, longest) = match kind {
            SourceKind::Bucket => (names::of_bucket(wanted), 63),
            SourceKind::Schedule(_) => (wanted.chars().take(64).collect(), 64),
            _ => (wanted.to_owned(), LONGEST),
        };
        let name = names::free(&fitting, longest, is_taken);
        let taken = (name != fitting).then(|| wanted.to_owned());
        let id = self.next.source;
        self.next.source = SourceId(id.0.saturating_add(1));
        let configuration = SourceConfiguration {
            name,
            kind,
            wires: Vec::new(),
        };
        for error in check_source(id, &configuration, &self.platform) {
            self.remark(RemarkKind::Refused, about, error.to_string());
        }
        self.set.sources.push(NewSource {
            id,
            exists: false,
            taken,
            configuration,
            tells: Vec::new(),
        });
        self.set.sources.len() - 1
    }

    /// Has a source tell a function, if its service would take that.
    fn wire(&mut self, place: Option<usize>, wire: Wire, name: &str) {
        let Some(source) = place.and_then(|place| self.set.sources.get(place)) else {
            return;
        };
        let mut configuration = source.configuration.clone();
        configuration.wires.push(wire);
        let own = configuration.wires.len() - 1;
        let errors = check_source(source.id, &configuration, &self.platform);
        let mut refused = errors.iter().filter(|error| error.wire == Some(own));
        if let Some(error) = refused.next() {
            let (about, why) = (source.configuration.name.clone(), error.to_string());
            return self.remark(RemarkKind::Refused, &about, why);
        }
        if let Some(source) = place.and_then(|place| self.set.sources.get_mut(place)) {
            source.configuration = configuration;
            if !source.tells.iter().any(|it| it == name) {
                source.tells.push(name.to_owned());
            }
        }
    }

    /// Leaves out what its service would not take at all; that was said when it was made.
    fn drop_refused(&mut self) {
        let sources = std::mem::take(&mut self.set.sources);
        for source in sources {
            let errors = check_source(source.id, &source.configuration, &self.platform);
            if !errors.is_empty() {
                continue;
            }
            self.make(Input::ConfigureSource {
                source: source.id,
                configuration: Box::new(source.configuration.clone()),
            });
            self.set.sources.push(source);
        }
    }
}
