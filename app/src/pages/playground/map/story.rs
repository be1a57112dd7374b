//! What is told of a station or of what travels.

use super::keys::{Teller, station, teller};
use super::model::title;
use crate::session::Reading;
use crate::widgets::Told;
use runtime_core::projections::{EnvironmentMark, Map, Movement, Stage, Station, Tone, Traveller};
use runtime_core::timeline::Outcome;
use runtime_core::units::RequestId;

/// The latest movements of a way that are told.
const STEPS: usize = 7;

type Rows = Vec<(String, String)>;

/// The title and the rows of a story; `None` if there is nothing of that name any more.
pub(super) fn story(reading: &Reading<'_>, map: &Map, told: Told) -> Option<(String, Rows)> {
    match told {
        Told::Station(key) => {
            let station = station(key)?;
            map.has(station)
                .then(|| (title(map, station), of_station(map, station)))
        }
        Told::Traveller(number) => match teller(number)? {
            Teller::Traveller(traveller) => Some(of_traveller(reading, map, traveller)),
            Teller::Environment(environment) => {
                let lanes = map.stations().into_iter().filter_map(|it| match it {
                    Station::Function(function) => Some(map.environments(function)),
                    _ => None,
                });
                let (_, mark, request) = lanes.flatten().find(|(id, ..)| *id == environment)?;
                let state = match mark {
                    EnvironmentMark::Starting => "starts",
                    EnvironmentMark::Busy => "at work",
                    EnvironmentMark::Frozen => "frozen",
                };
                let mut rows = vec![row("state", state)];
                rows.extend(request.map(|it| row("request", short(reading, it))));
                Some((format!("Environment {environment}"), rows))
            }
        },
    }
}

fn row(name: impl Into<String>, value: impl Into<String>) -> (String, String) {
    (name.into(), value.into())
}

fn short(reading: &Reading<'_>, request: RequestId) -> String {
    let record = reading.invocations().get(request);
    let shown = record.map_or(request, |record| record.shown());
    let uuid = shown.uuid(reading.session().seed);
    format!("{}…{}", &uuid[..4], &uuid[uuid.len() - 3..])
}

fn of_station(map: &Map, station: Station) -> Rows {
    let tally = map.tally(station);
    let mut rows: Rows = [
        ("waiting", tally.waiting),
        ("in flight", tally.in_flight),
        ("done", tally.done),
        ("failed", tally.failed),
        ("throttled", tally.throttled),
    ]
    .into_iter()
    .filter(|(name, count)| *count > 0 || matches!(*name, "waiting" | "in flight"))
    .map(|(name, count)| row(name, count.to_string()))
    .collect();
    if let Station::Function(function) = station {
        for (name, wanted) in [
            ("environments starting", EnvironmentMark::Starting),
            ("environments at work", EnvironmentMark::Busy),
            ("environments frozen", EnvironmentMark::Frozen),
        ] {
            let its = map
                .environments(function)
                .filter(|(_, mark, _)| *mark == wanted);
            rows.push(row(name, its.count().to_string()));
        }
    }
    rows
}

fn of_traveller(reading: &Reading<'_>, map: &Map, traveller: Traveller) -> (String, Rows) {
    let seed = reading.session().seed;
    let name = match traveller {
        Traveller::Request(request) => format!("Request {}", short(reading, request)),
        Traveller::Event(first) => format!("Asynchronous event {}", short(reading, first)),
        Traveller::Message(message) => format!("Message {}…", &message.uuid(seed)[..8]),
        Traveller::Batch(batch) => format!("Batch {}", batch.0),
        Traveller::Record(record) => format!("Record {}", record.0),
    };
    let way: Vec<&Movement> = map.way(traveller).collect();
    let untold = way.len().saturating_sub(STEPS);
    let mut rows: Rows = Vec::new();
    if untold > 0 {
        rows.push(row("before", format!("{untold} more steps")));
    }
    rows.extend(way.iter().skip(untold).map(|it| {
        let (from, to) = (title(map, it.from), title(map, it.to));
        let how = match it.tone {
            Tone::Going | Tone::Done => "",
            Tone::Failed => ", failed",
            Tone::Throttled => ", throttled",
        };
        row(it.at.to_string(), format!("{from} → {to}{how}"))
    }));
    let last = way.iter().rev().find_map(|it| it.request);
    let record = last.and_then(|request| reading.invocations().get(request));
    if let Some(record) = record {
        let state = match record.stage {
            Stage::Starting | Stage::Initializing => "waits for its environment".to_owned(),
            Stage::Invoking => "the handler has it".to_owned(),
            Stage::Finished(end) => match end.outcome {
                Outcome::Succeeded => format!("handled in {}", end.duration),
                Outcome::Failed(failure) => super::super::words::failure_words(failure).to_owned(),
            },
            Stage::Rejected { rejection, .. } => {
                format!("{} {}", rejection.status(), rejection.exception())
            }
        };
        rows.push(row("last request", state));
    }
    (name, rows)
}
