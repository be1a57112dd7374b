//! What the session says of sources, as plain values.

use super::pool::PoolRow;
use super::told::{self, ToldRow};
use crate::session::{OwnProjection, Reading};
use runtime_core::events::schedule::UnixSeconds;
use runtime_core::projections::{AsyncEvents, SourceRecord, Sources};
use runtime_core::scribe::Objects;
use runtime_core::scribe::pool::Pool;
use runtime_core::timeline::{
    Destination, Interest, ObjectEvents, ScheduleConfiguration, SessionMeta, SourceConfiguration,
    SourceKind, TargetInput, Wire,
};
use runtime_core::units::{ByteCount, SourceId};
use std::collections::BTreeMap;

/// Objects that are listed.
const LISTED_OBJECTS: usize = 50;

/// A source.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SourceRow {
    pub(super) id: SourceId,
    pub(super) configuration: SourceConfiguration,
    /// What it is set to, in words.
    pub(super) settings: String,
    pub(super) counts: String,
    pub(super) wires: Vec<WireRow>,
    /// What is in a bucket, as far as it is listed.
    pub(super) objects: Vec<ObjectRow>,
    pub(super) more_objects: usize,
    /// What a user pool knows and was asked.
    pub(super) pool: PoolRow,
    /// What functions were told last.
    pub(super) told: Vec<ToldRow>,
}

/// An object in a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ObjectRow {
    pub(super) key: String,
    pub(super) size: String,
    pub(super) class: &'static str,
    pub(super) e_tag: String,
}

/// A target of a source.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WireRow {
    pub(super) target: String,
    pub(super) interest: String,
}

/// What the panel knows of the session.
#[derive(Default)]
pub(super) struct Known {
    session: SessionMeta,
    sources: OwnProjection<Sources>,
    events: OwnProjection<AsyncEvents>,
    buckets: BTreeMap<SourceId, Objects>,
    pools: BTreeMap<SourceId, Pool>,
}

impl Known {
    pub(super) fn rows(&mut self, reading: &Reading<'_>) -> Vec<SourceRow> {
        if self.session != reading.session() {
            self.session = reading.session();
            (self.buckets, self.pools) = (BTreeMap::new(), BTreeMap::new());
        }
        let (buckets, pools) = (&mut self.buckets, &mut self.pools);
        let events = self.events.of(reading);
        let records = self.sources.of(reading).iter();
        let rows = records.map(|(id, record)| {
            let (objects, more_objects) = objects(reading, id, record, buckets);
            SourceRow {
                id,
                settings: settings(reading, id, &record.configuration),
                counts: counts(record),
                wires: wires(reading, &record.configuration),
                configuration: (*record.configuration).clone(),
                objects,
                more_objects,
                pool: pool(reading, id, record, pools),
                told: told::rows(reading, events, id),
            }
        });
        rows.collect()
    }
}

fn wires(reading: &Reading<'_>, configuration: &SourceConfiguration) -> Vec<WireRow> {
    let wires = configuration.wires.iter().map(|wire| WireRow {
        target: target(reading, wire),
        interest: format!("{}{}", interest(&wire.interest), input(&wire.input)),
    });
    wires.collect()
}

/// What a user pool knows and was asked.
fn pool(
    reading: &Reading<'_>,
    id: SourceId,
    record: &SourceRecord,
    pools: &mut BTreeMap<SourceId, Pool>,
) -> PoolRow {
    if record.configuration.kind != SourceKind::UserPool {
        return PoolRow::default();
    }
    let pool = pools.entry(id).or_default();
    pool.catch_up(&record.happenings, reading.payloads());
    PoolRow::of(reading, pool)
}

/// What is in a bucket, as far as it is listed, and how much more there is.
fn objects(
    reading: &Reading<'_>,
    id: SourceId,
    record: &SourceRecord,
    buckets: &mut BTreeMap<SourceId, Objects>,
) -> (Vec<ObjectRow>, usize) {
    if record.configuration.kind != SourceKind::Bucket {
        return (Vec::new(), 0);
    }
    let known = buckets.entry(id).or_default();
    let there = known.catch_up(
        reading.session(),
        id,
        &record.happenings,
        reading.payloads(),
    );
    let listed = there.iter().take(LISTED_OBJECTS);
    let listed = listed.map(|(key, object)| ObjectRow {
        key: key.clone(),
        size: ByteCount::new(object.size).to_string(),
        class: object.class.name(),
        e_tag: object.e_tag.clone(),
    });
    (listed.collect(), there.len().saturating_sub(LISTED_OBJECTS))
}

fn settings(reading: &Reading<'_>, id: SourceId, configuration: &SourceConfiguration) -> String {
    let SourceKind::Schedule(schedule) = &configuration.kind else {
        return String::new();
    };
    let set = set(schedule);
    if !schedule.enabled {
        return format!("{set}, disabled");
    }
    let next = reading.platform().next_due(id).map(|due| {
        let left = due.since(reading.shown());
        let seconds = reading.session().unix_nanos(due) / 1_000_000_000;
        let due = UnixSeconds(i64::try_from(seconds).unwrap_or(i64::MAX));
        format!(", next in {left} ({due})")
    });
    let next = next.unwrap_or_else(|| ", never due again".to_owned());
    format!("{set}{next}")
}

/// When a schedule is due, as it is set.
fn set(schedule: &ScheduleConfiguration) -> String {
    let zone = schedule.zone.as_deref().unwrap_or("UTC");
    let mut parts = vec![format!("{} ({zone})", schedule.expression)];
    let dates = [("from", &schedule.start), ("until", &schedule.end)];
    parts.extend(
        dates
            .into_iter()
            .filter_map(|(word, date)| Some(format!("{word} {}", date.as_ref()?))),
    );
    parts.extend(
        schedule
            .window_minutes
            .map(|minutes| format!("within {minutes} min")),
    );
    parts.join(", ")
}

fn counts(record: &SourceRecord) -> String {
    let mut parts = vec![match record.happened {
        0 => "nothing happened yet".to_owned(),
        1 => "happened once".to_owned(),
        times => format!("happened {times} times"),
    }];
    for (count, what) in [(record.events, "event"), (record.messages, "message")] {
        match count {
            0 => {}
            1 => parts.push(format!("1 {what}")),
            many => parts.push(format!("{many} {what}s")),
        }
    }
    if record.undelivered > 0 {
        parts.push(format!("{} undelivered", record.undelivered));
    }
    parts.join(" · ")
}

fn target(reading: &Reading<'_>, wire: &Wire) -> String {
    let platform = reading.platform();
    let name = match wire.target {
        Destination::Function(function) => platform.configuration(function).map(|it| &it.name),
        Destination::Queue(queue) => platform.queue_configuration(queue).map(|it| &it.name),
        Destination::Source(source) => platform.source(source).map(|it| &it.name),
    };
    name.map_or_else(|| "deleted".to_owned(), String::clone)
}

/// What a target gets instead of the event.
fn input(input: &TargetInput) -> String {
    match input {
        TargetInput::Event => String::new(),
        TargetInput::Constant(text) => format!(", gets {text}"),
        TargetInput::Path(path) => format!(", gets {path}"),
        TargetInput::Transformed(transformer) => format!(", gets {}", transformer.template),
    }
}

fn interest(interest: &Interest) -> String {
    match interest {
        Interest::Everything => "everything".to_owned(),
        Interest::Objects {
            events,
            prefix,
            suffix,
        } => {
            let events = match events {
                ObjectEvents::Created => "ObjectCreated",
                ObjectEvents::Removed => "ObjectRemoved",
            };
            match (prefix.as_str(), suffix.as_str()) {
                ("", "") => events.to_owned(),
                _ => format!("{events} {prefix}*{suffix}"),
            }
        }
        Interest::Messages { policy, on_body } => match on_body {
            true => format!("body {policy}"),
            false => policy.clone(),
        },
        Interest::Pattern(pattern) => pattern.clone(),
        Interest::LogEvents(pattern) => pattern.clone(),
        Interest::Trigger(trigger) => trigger.name().to_owned(),
        Interest::Sql(sql) => sql.clone(),
    }
}
