//! What can be wrong with a source.

use crate::events::iot_sql::{IotRule, SqlError};
use crate::events::log_filter::{LogFilter, LogFilterError};
use crate::events::pattern::{Dialect, FilterPolicy, FilterPolicyScope, Pattern, PatternError};
use crate::events::schedule::{RuleSchedule, Schedule, ScheduleError, Zone, Zones};
use crate::platform::Platform;
use crate::timeline::{
    Destination, Interest, PoolTrigger, ScheduleOwner, SourceConfiguration, SourceKind, Wire,
};
use crate::units::SourceId;
use std::fmt;

/// Subscription filters of one log group (CloudWatch Logs quotas).
const MAX_FILTERS: usize = 2;

/// What is wrong with a source's settings. `Display` says the cause, in AWS's words where they are
/// known; [`SourceError::hint`] says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceError {
    /// Of which wire, from 0; `None` if it is about the source itself.
    pub wire: Option<usize>,
    /// What is wrong.
    pub fault: SourceFault,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceFault {
    /// The name does not follow the service's rules: these.
    Name(&'static str),
    /// Another source of its kind has the name.
    NameTaken,
    /// A schedule's expression.
    Schedule(ScheduleError),
    /// A schedule's time zone.
    Zone(ScheduleError),
    /// A rule with a time zone: rules are in UTC.
    ZoneOfRule,
    /// A schedule's input is not JSON.
    Input {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// An event pattern or a filter policy.
    Pattern(PatternError),
    /// The statement of an IoT rule.
    Sql(SqlError),
    /// A filter pattern of a log group.
    LogFilter(LogFilterError),
    /// A log group of a function that is not there.
    UnknownLogger,
    /// A function is to be told of its own log.
    OwnLog,
    /// More subscription filters than a log group may have.
    TooManyFilters,
    /// A log group's events are to go to a queue.
    LogsToQueue,
    /// A user pool is to ask a queue.
    PoolToQueue,
    /// A user pool has a function for this already.
    TriggerTaken(PoolTrigger),
    /// Two notifications of a bucket would both tell of the same object.
    Overlapping,
    /// What the target wants to know is nothing that this kind of source tells.
    OfAnotherKind,
    /// The target is not there.
    UnknownTarget,
    /// A FIFO queue: none of these sources writes to one here.
    FifoTarget,
}

impl SourceFault {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            SourceFault::Name(rule) => format!("Use {rule}."),
            SourceFault::NameTaken => "Choose another name, or change that source.".to_owned(),
            SourceFault::Schedule(error) | SourceFault::Zone(error) => error.hint(),
            SourceFault::ZoneOfRule => {
                "Use a schedule of EventBridge Scheduler instead.".to_owned()
            }
            SourceFault::Input { .. } => {
                "Write JSON, or leave it empty for the service's own event.".to_owned()
            }
            SourceFault::Pattern(error) => error.hint(),
            SourceFault::Sql(error) => error.hint(),
            SourceFault::LogFilter(error) => error.hint(),
            SourceFault::UnknownLogger => "Choose the function whose log it is.".to_owned(),
            SourceFault::OwnLog => {
                "Choose another function: what it logs then would be told to it again, and again."
                    .to_owned()
            }
            SourceFault::TooManyFilters => {
                format!("A log group has at most {MAX_FILTERS} subscription filters: remove one.")
            }
            SourceFault::LogsToQueue | SourceFault::PoolToQueue => "Choose a function.".to_owned(),
            SourceFault::TriggerTaken(_) => {
                "Remove that one, or choose another trigger.".to_owned()
            }
            SourceFault::Overlapping => {
                "Give one of them a prefix or suffix that excludes the other.".to_owned()
            }
            SourceFault::OfAnotherKind => "Choose what this source tells.".to_owned(),
            SourceFault::UnknownTarget => "Choose a function or a queue that is there.".to_owned(),
            SourceFault::FifoTarget => "Choose a standard queue.".to_owned(),
        }
    }
}

impl SourceError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        self.fault.hint()
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            SourceFault::Name(_) => f.write_str("That is no valid name."),
            SourceFault::NameTaken => f.write_str("A source of this kind has this name."),
            SourceFault::Schedule(error) => error.fmt(f),
            SourceFault::Zone(error) => write!(f, "The time zone: {}.", error.fault),
            SourceFault::ZoneOfRule => f.write_str("A rule's schedule is in UTC."),
            SourceFault::Input { line, column } => {
                write!(f, "The input is not JSON: line {line}, column {column}.")
            }
            SourceFault::Pattern(error) => error.fmt(f),
            SourceFault::Sql(error) => error.fmt(f),
            SourceFault::LogFilter(error) => error.fmt(f),
            SourceFault::UnknownLogger => f.write_str("There is no such function."),
            // CloudWatch Logs' words, as amplify-education/serverless-log-forwarding#13 reports them.
            SourceFault::OwnLog => f.write_str(
                "The log group provided is reserved for the function logs of the destination function.",
            ),
            // Those of LimitExceededException (PutSubscriptionFilter).
            SourceFault::TooManyFilters => f.write_str("Resource limit exceeded."),
            SourceFault::PoolToQueue => f.write_str("A user pool waits for answers: a queue gives none."),
            SourceFault::TriggerTaken(trigger) => {
                write!(f, "The user pool has a function for {}.", trigger.name())
            }
            SourceFault::LogsToQueue => {
                f.write_str("CloudWatch Logs sends log events to no queue.")
            }
            // S3's words (PutBucketNotificationConfiguration).
            SourceFault::Overlapping => f.write_str(
                "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.",
            ),
            SourceFault::OfAnotherKind => {
                f.write_str("The target waits for something that this source never tells.")
            }
            SourceFault::UnknownTarget => f.write_str("The target is not there."),
            SourceFault::FifoTarget => f.write_str("The target is a FIFO queue."),
        }
    }
}

/// Everything that is wrong with a source's settings; empty if they are valid. Time zones are those of
/// the program's own database.
pub fn check_source(
    id: SourceId,
    configuration: &SourceConfiguration,
    platform: &Platform,
) -> Vec<SourceError> {
    check_source_in(Zones::BuiltIn, id, configuration, platform)
}

/// The same with the host's time zones.
pub fn check_source_in(
    zones: Zones,
    id: SourceId,
    configuration: &SourceConfiguration,
    platform: &Platform,
) -> Vec<SourceError> {
    let SourceConfiguration { name, kind, wires } = configuration;
    let mut faults = Vec::new();
    let mut add = |wire, fault| faults.push(SourceError { wire, fault });
    if let Some(rule) = name_rule(kind, name) {
        add(None, SourceFault::Name(rule));
    }
    let same = |other: &SourceConfiguration| {
        other.kind.name() == kind.name() && other.name.eq_ignore_ascii_case(name)
    };
    if platform
        .sources()
        .any(|(other, it)| other != id && same(it))
    {
        add(None, SourceFault::NameTaken);
    }
    if let SourceKind::Schedule(schedule) = kind {
        let expression = &schedule.expression;
        let refused = match schedule.owner {
            ScheduleOwner::Rule => RuleSchedule::parse(expression).err(),
            ScheduleOwner::Scheduler => Schedule::parse(expression, Zone::UTC).err(),
        };
        if let Some(error) = refused {
            add(None, SourceFault::Schedule(error));
        }
        match (schedule.owner, schedule.zone.as_deref()) {
            (_, None) => {}
            (ScheduleOwner::Rule, Some(_)) => add(None, SourceFault::ZoneOfRule),
            (ScheduleOwner::Scheduler, Some(zone)) => {
                if let Err(error) = zones.find(zone) {
                    add(None, SourceFault::Zone(error));
                }
            }
        }
        let input = schedule.input.as_deref();
        let read = input.map(serde_json::from_str::<serde_json::Value>);
        if let Some(Err(error)) = read {
            let (line, column) = (error.line(), error.column());
            add(None, SourceFault::Input { line, column });
        }
    }
    if let SourceKind::LogGroup(function) = kind {
        if platform.configuration(*function).is_none() {
            add(None, SourceFault::UnknownLogger);
        }
        if wires.len() > MAX_FILTERS {
            add(Some(MAX_FILTERS), SourceFault::TooManyFilters);
        }
    }
    for (place, wire) in wires.iter().enumerate() {
        if let Some(fault) = log_fault(kind, wire.target) {
            add(Some(place), fault);
        }
        if let Interest::Trigger(trigger) = wire.interest
            && wires
                .iter()
                .take(place)
                .any(|it| it.interest == wire.interest)
        {
            add(Some(place), SourceFault::TriggerTaken(trigger));
        }
        if let Some(fault) = target_fault(wire.target, platform) {
            add(Some(place), fault);
        }
        if let Some(fault) = interest_fault(kind, &wire.interest) {
            add(Some(place), fault);
        }
        if wires.iter().take(place).any(|before| overlap(before, wire)) {
            add(Some(place), SourceFault::Overlapping);
        }
    }
    faults
}

/// Whether a log group can tell a target, and a user pool ask it.
fn log_fault(kind: &SourceKind, target: Destination) -> Option<SourceFault> {
    match (kind, target) {
        (SourceKind::LogGroup(_), Destination::Queue(_)) => Some(SourceFault::LogsToQueue),
        (SourceKind::UserPool, Destination::Queue(_)) => Some(SourceFault::PoolToQueue),
        (SourceKind::LogGroup(of), Destination::Function(to)) if *of == to => {
            Some(SourceFault::OwnLog)
        }
        _ => None,
    }
}

fn target_fault(target: Destination, platform: &Platform) -> Option<SourceFault> {
    match target {
        Destination::Function(function) => {
            let known = platform.configuration(function);
            known.is_none().then_some(SourceFault::UnknownTarget)
        }
        Destination::Queue(queue) => match platform.queue_configuration(queue) {
            None => Some(SourceFault::UnknownTarget),
            Some(queue) => queue.is_fifo().then_some(SourceFault::FifoTarget),
        },
    }
}

fn interest_fault(kind: &SourceKind, interest: &Interest) -> Option<SourceFault> {
    match (kind, interest) {
        (
            SourceKind::Schedule(_) | SourceKind::Topic | SourceKind::Bus | SourceKind::LogGroup(_),
            Interest::Everything,
        )
        | (SourceKind::Bucket, Interest::Objects { .. })
        | (SourceKind::UserPool, Interest::Trigger(_)) => None,
        (SourceKind::Topic, Interest::Messages { policy, on_body }) => {
            let scope = match on_body {
                true => FilterPolicyScope::MessageBody,
                false => FilterPolicyScope::MessageAttributes,
            };
            let refused = FilterPolicy::parse(policy, scope).err();
            refused.map(SourceFault::Pattern)
        }
        (SourceKind::Bus, Interest::Pattern(pattern)) => {
            let refused = Pattern::parse(pattern, Dialect::EventBridge).err();
            refused.map(SourceFault::Pattern)
        }
        (SourceKind::LogGroup(_), Interest::LogEvents(pattern)) => {
            LogFilter::parse(pattern).err().map(SourceFault::LogFilter)
        }
        (SourceKind::Iot, Interest::Sql(sql)) => IotRule::parse(sql).err().map(SourceFault::Sql),
        _ => Some(SourceFault::OfAnotherKind),
    }
}

/// Whether two notifications of a bucket would tell of the same object. One text that begins the
/// other overlaps with it, and so does one that ends the other.
fn overlap(one: &Wire, other: &Wire) -> bool {
    match (&one.interest, &other.interest) {
        (
            Interest::Objects {
                events,
                prefix,
                suffix,
            },
            Interest::Objects {
                events: other_events,
                prefix: other_prefix,
                suffix: other_suffix,
            },
        ) => {
            let prefixes = prefix.starts_with(other_prefix.as_str())
                || other_prefix.starts_with(prefix.as_str());
            let suffixes =
                suffix.ends_with(other_suffix.as_str()) || other_suffix.ends_with(suffix.as_str());
            events == other_events && prefixes && suffixes
        }
        _ => false,
    }
}

/// The rule that a name breaks, if it does: S3 user guide, "General purpose bucket naming rules"; SNS
/// API reference, CreateTopic; EventBridge API reference, CreateEventBus and PutRule; Scheduler API
/// reference, CreateSchedule.
fn name_rule(kind: &SourceKind, name: &str) -> Option<&'static str> {
    let length = name.chars().count();
    let (longest, allowed, rule): (usize, fn(char) -> bool, _) = match kind {
        SourceKind::Bucket => (
            63,
            |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-',
            "3 to 63 small letters, digits, dots and hyphens, beginning and ending with a letter or digit",
        ),
        SourceKind::Topic | SourceKind::Iot => (
            256,
            |c| c.is_ascii_alphanumeric() || c == '-' || c == '_',
            "1 to 256 letters, digits, hyphens and underscores",
        ),
        SourceKind::Bus => (
            256,
            |c| c.is_ascii_alphanumeric() || "/.-_".contains(c),
            "1 to 256 letters, digits, `/`, `.`, `-` and `_`",
        ),
        SourceKind::UserPool => (
            128,
            |c| c.is_alphanumeric() || "_ +=,.@-".contains(c),
            "1 to 128 letters, digits, spaces and `_+=,.@-`",
        ),
        SourceKind::LogGroup(_) => (
            512,
            |c| c.is_ascii_alphanumeric() || "._-/#".contains(c),
            "1 to 512 letters, digits, `.`, `_`, `-`, `/` and `#`",
        ),
        SourceKind::Schedule(_) => (
            64,
            |c| c.is_ascii_alphanumeric() || ".-_".contains(c),
            "1 to 64 letters, digits, `.`, `-` and `_`",
        ),
    };
    let edges = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let bucket = *kind != SourceKind::Bucket
        || (length >= 3 && name.starts_with(edges) && name.ends_with(edges));
    let valid = (1..=longest).contains(&length) && name.chars().all(allowed) && bucket;
    (!valid).then_some(rule)
}
