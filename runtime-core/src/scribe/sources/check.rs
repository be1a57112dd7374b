//! What can be wrong with a source.

use super::fault::{SourceError, SourceFault};
use super::schedules::{self, LONGEST_INPUT, input_fault};
use super::tell::read_template;
use crate::events::iot_sql::IotRule;
use crate::events::json_path::JsonPath;
use crate::events::log_filter::LogFilter;
use crate::events::pattern::{Dialect, FilterPolicy, FilterPolicyScope, Pattern};
use crate::events::schedule::Zones;
use crate::platform::Platform;
use crate::timeline::{Destination, Interest, SourceConfiguration, SourceKind, TargetInput, Wire};
use crate::units::SourceId;

/// Subscription filters of one log group (CloudWatch Logs quotas).
pub(super) const MAX_FILTERS: usize = 2;

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
        let found = schedules::faults(zones, schedule);
        found.into_iter().for_each(|fault| add(None, fault));
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
        if let Some(fault) = wire_input_fault(kind, &wire.input) {
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
        // On AWS some can be; here only Lambda sends to sources.
        Destination::Source(_) => Some(SourceFault::SourceTarget),
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

fn wire_input_fault(kind: &SourceKind, input: &TargetInput) -> Option<SourceFault> {
    match (kind, input) {
        (_, TargetInput::Event) => None,
        (SourceKind::Bus, TargetInput::Constant(input)) => input_fault(input, LONGEST_INPUT),
        (SourceKind::Bus, TargetInput::Path(path)) => {
            JsonPath::parse(path).err().map(SourceFault::InputPath)
        }
        (SourceKind::Bus, TargetInput::Transformed(transformer)) => {
            let refused = read_template(transformer).err();
            refused.map(SourceFault::InputTransformer)
        }
        _ => Some(SourceFault::InputOfOther),
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
