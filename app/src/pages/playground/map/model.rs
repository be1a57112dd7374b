//! What the session says of its map, as the widget's plain values.

use super::followed::Followed;
use super::keys::{Teller, key, teller_number};
use crate::session::Reading;
use crate::shapes::map::{
    Card, Edge, Kind, Line, Look, MapModel, Mark, Moved, Tone, card, flights,
};
use crate::shapes::text::grouped;
use runtime_core::projections::{
    EnvironmentMark, Map, Movement, Station, Tone as Told, Traveller, Wire,
};
use runtime_core::timeline::MappingState;
use runtime_core::units::{Moment, RequestId};

/// The map at the moment that is shown.
pub(super) fn model(reading: &Reading<'_>, map: &Map, followed: &Followed) -> MapModel {
    let edges = map.edges();
    let dead = |station: Station| {
        let into = |it: &&runtime_core::projections::Edge| it.to == station;
        let mut into = edges.iter().filter(into).peekable();
        into.peek().is_some() && into.all(|it| matches!(it.wire, Wire::Redrive | Wire::DeadLetter))
    };
    let stations = map.stations().into_iter();
    let cards = stations.map(|it| of_station(map, it, dead(it), reading.shown(), followed));
    let lines = edges.iter().map(|edge| Edge {
        from: key(edge.from),
        to: key(edge.to),
        line: match edge.wire {
            Wire::Invokes | Wire::Sends | Wire::Polls | Wire::Tells => Line::Way,
            Wire::OnSuccess => Line::Success,
            Wire::Redrive | Wire::OnFailure | Wire::DeadLetter => Line::Failure,
        },
        open: edge.open,
        followed: followed.went(edge.from, edge.to),
    });
    let moves = map.movements().len();
    let latest = map
        .movements()
        .iter()
        .skip(moves.saturating_sub(flights::MOST));
    MapModel {
        cards: cards.collect(),
        edges: lines.collect(),
        moves,
        moved: latest.map(|it| moved(it, followed)).collect(),
    }
}

fn moved(movement: &Movement, followed: &Followed) -> Moved {
    Moved {
        at: movement.at.as_nanos() as f64 / 1e6,
        traveller: teller_number(Teller::Traveller(movement.traveller)),
        from: key(movement.from),
        to: key(movement.to),
        tone: match movement.tone {
            Told::Going => Tone::Going,
            Told::Done => Tone::Done,
            Told::Failed => Tone::Failed,
            Told::Throttled => Tone::Throttled,
        },
        request: movement.request.map(|it| it.0),
        followed: followed.has(movement.traveller),
    }
}

fn of_station(map: &Map, station: Station, dead: bool, shown: Moment, followed: &Followed) -> Card {
    let tally = map.tally(station);
    let mark = |look, teller, request: Option<RequestId>| Mark {
        look,
        traveller: teller_number(teller),
        request: request.map(|it| it.0),
        followed: matches!(teller, Teller::Traveller(it) if followed.has(it)),
    };
    let (kind, marks, count): (_, Vec<Mark>, usize) = match station {
        Station::Callers | Station::Senders | Station::Producers | Station::Source(_) => {
            (Kind::Source, Vec::new(), 0)
        }
        Station::Stream(stream) => {
            let unread = map.unread(stream).take(card::MARKS);
            let marks = unread.map(|id| {
                let teller = Teller::Traveller(Traveller::Record(id));
                mark(Look::Waiting, teller, None)
            });
            (Kind::Stream, marks.collect(), tally.waiting as usize)
        }
        Station::Mapping(_) => (Kind::Mapping, Vec::new(), 0),
        Station::Queue(queue) => {
            let marks = map.messages(queue).take(card::MARKS).map(|(id, message)| {
                let look = match message.batch {
                    Some(_) => Look::Taken,
                    None if message.visible > shown => Look::Delayed,
                    None => Look::Waiting,
                };
                mark(
                    look,
                    Teller::Traveller(Traveller::Message(id)),
                    message.request,
                )
            });
            let kind = if dead { Kind::DeadLetters } else { Kind::Queue };
            let count = tally.waiting + tally.in_flight;
            (kind, marks.collect(), count as usize)
        }
        Station::Internal(function) => {
            let marks = map.events(function).take(card::MARKS).map(|event| {
                let look = match event.due {
                    None => Look::Taken,
                    Some(due) if due > shown => Look::Delayed,
                    Some(_) => Look::Waiting,
                };
                let teller = Teller::Traveller(Traveller::Event(event.first));
                mark(look, teller, event.attempt)
            });
            let count = tally.waiting + tally.in_flight;
            (Kind::Internal, marks.collect(), count as usize)
        }
        Station::Function(function) => {
            let mut all: Vec<_> = map.environments(function).collect();
            let count = all.len();
            // What is at work is seen however many there are.
            all.sort_by_key(|(id, mark, _)| (*mark == EnvironmentMark::Frozen, *id));
            let marks = all.into_iter().take(card::MARKS).map(|(id, at, request)| {
                let look = match at {
                    EnvironmentMark::Starting => Look::Starting,
                    EnvironmentMark::Busy => Look::Busy,
                    EnvironmentMark::Frozen => Look::Frozen,
                };
                mark(look, Teller::Environment(id), request)
            });
            (Kind::Function, marks.collect(), count)
        }
    };
    Card {
        key: key(station),
        kind,
        title: title(map, station),
        about: about(kind).to_owned(),
        now: [tally.waiting, tally.in_flight],
        past: [tally.done, tally.failed, tally.throttled],
        more: count.saturating_sub(marks.len()),
        marks,
    }
}

fn about(kind: Kind) -> &'static str {
    match kind {
        Kind::Source => "source",
        Kind::Queue => "queue",
        Kind::Stream => "stream",
        Kind::DeadLetters => "dead letters",
        Kind::Internal => "async queue",
        Kind::Mapping => "mapping",
        Kind::Function => "function",
    }
}

/// What a station is called.
pub(super) fn title(map: &Map, station: Station) -> String {
    match station {
        Station::Callers => "Invoke API".to_owned(),
        Station::Senders => "SendMessage".to_owned(),
        Station::Producers => "Producers".to_owned(),
        Station::Mapping(mapping) => {
            let (settings, state) = (map.mapping(mapping), map.mapping_state(mapping));
            match (settings, state) {
                (Some(it), Some(MappingState::Enabled)) => format!("Batches of {}", it.batch_size),
                (_, Some(MappingState::Disabled)) => "Switched off".to_owned(),
                (_, state) => state.map_or("", MappingState::name).to_owned(),
            }
        }
        Station::Internal(_)
        | Station::Queue(_)
        | Station::Function(_)
        | Station::Source(_)
        | Station::Stream(_) => map.name(station).unwrap_or("deleted").to_owned(),
    }
}

/// How many stations there are, and what is under way.
pub(super) fn summary(model: &MapModel) -> String {
    let all = |of: usize| -> u64 { model.cards.iter().map(|card| card.now[of]).sum() };
    format!(
        "{} stations · {} waiting · {} in flight",
        model.cards.len(),
        grouped(all(0)),
        grouped(all(1))
    )
}
