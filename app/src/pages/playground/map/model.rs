//! What the session says of its map, as the widget's plain values.

use super::keys::{Teller, key, teller_number};
use crate::session::Reading;
use crate::shapes::map::{
    Card, Edge, Kind, Line, Look, MapModel, Mark, Moved, Tone, card, flights,
};
use crate::shapes::text::grouped;
use runtime_core::projections::{
    EnvironmentMark, Map, Movement, Station, Story, Subject, Tone as Told, Traveller, Wire,
};
use runtime_core::units::{Moment, RequestId};
use std::collections::BTreeSet;

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

/// What belongs to the story of what is selected, and the ways that it went.
#[derive(Default)]
pub(super) struct Followed {
    travellers: BTreeSet<Traveller>,
    ways: BTreeSet<(Station, Station)>,
}

impl Followed {
    /// Through every attempt, queue and function.
    pub(super) fn of(map: &Map, story: &Story) -> Self {
        let subjects = story.segments.iter().map(|segment| segment.subject);
        let travellers: BTreeSet<_> = subjects.filter_map(traveller).collect();
        let ways = map
            .movements()
            .iter()
            .filter(|it| travellers.contains(&it.traveller));
        Followed {
            ways: ways.map(|it| (it.from, it.to)).collect(),
            travellers,
        }
    }

    fn went(&self, from: Station, to: Station) -> bool {
        self.ways.contains(&(from, to))
    }
}

/// What of a story travels.
fn traveller(subject: Subject) -> Option<Traveller> {
    Some(match subject {
        Subject::Request(request) => Traveller::Request(request),
        Subject::Event(first) => Traveller::Event(first),
        Subject::Message(message) => Traveller::Message(message),
        Subject::Batch(batch) => Traveller::Batch(batch),
        Subject::Record(record) => Traveller::Record(record),
        Subject::Happening(_) => return None,
    })
}

/// Whose story a traveller is part of.
pub(super) const fn subject(traveller: Traveller) -> Subject {
    match traveller {
        Traveller::Request(request) => Subject::Request(request),
        Traveller::Event(first) => Subject::Event(first),
        Traveller::Message(message) => Subject::Message(message),
        Traveller::Batch(batch) => Subject::Batch(batch),
        Traveller::Record(record) => Subject::Record(record),
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
        followed: followed.travellers.contains(&movement.traveller),
    }
}

fn of_station(map: &Map, station: Station, dead: bool, shown: Moment, followed: &Followed) -> Card {
    let tally = map.tally(station);
    let mark = |look, teller, request: Option<RequestId>| Mark {
        look,
        traveller: teller_number(teller),
        request: request.map(|it| it.0),
        followed: matches!(teller, Teller::Traveller(it) if followed.travellers.contains(&it)),
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
            let settings = map.mapping(mapping);
            settings.map_or_else(String::new, |it| match it.enabled {
                true => format!("Batches of {}", it.batch_size),
                false => "Switched off".to_owned(),
            })
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "these are tests")]
mod tests {
    use super::*;
    use runtime_core::projections::Traces;
    use runtime_core::timeline::{CaughtUp, LifecycleEvent, QueueFact, Sender, Timeline, Trigger};
    use runtime_core::units::{
        BatchId, ByteCount, FunctionId, MappingId, MessageId, PayloadId, QueueId,
    };

    #[test]
    fn a_request_is_followed_through_every_receive_of_its_messages() {
        let (queue, mapping, function) = (QueueId(0), MappingId(0), FunctionId(0));
        let sent = |message| QueueFact::MessageSent {
            message: MessageId(message),
            queue,
            sender: Sender::User,
            body: PayloadId(0),
            bytes: ByteCount::new(2),
            attributes: None,
            group: None,
            deduplication: None,
            visible: Moment::START,
        };
        let received = |batch, message| QueueFact::MessagesReceived {
            batch: BatchId(batch),
            mapping,
            queue,
            messages: vec![MessageId(message)],
            hidden: Moment::START,
        };
        let arrived = |request, batch| LifecycleEvent::RequestArrived {
            request: RequestId(request),
            function,
            trigger: Trigger::Mapping {
                mapping,
                batch: BatchId(batch),
            },
            event: PayloadId(0),
            bytes: ByteCount::new(2),
        };
        let mut timeline = Timeline::default();
        for fact in [
            sent(1).into(),
            sent(2).into(),
            received(1, 1).into(),
            arrived(1, 1),
            QueueFact::MessagesVisible {
                batch: BatchId(1),
                queue,
                messages: vec![MessageId(1)],
            }
            .into(),
            received(2, 1).into(),
            arrived(2, 2),
            received(3, 2).into(),
        ] {
            timeline.push(Moment::START, fact);
        }
        let (mut map, mut traces) = (CaughtUp::<Map>::default(), CaughtUp::<Traces>::default());
        let traces = traces.catch_up(&timeline);
        let story = traces.story(Subject::Request(RequestId(1)));
        let followed = Followed::of(map.catch_up(&timeline), &story);
        let all = &followed.travellers;
        assert!(all.contains(&Traveller::Message(MessageId(1))));
        assert!(all.contains(&Traveller::Batch(BatchId(1))));
        assert!(all.contains(&Traveller::Batch(BatchId(2))));
        assert!(!all.contains(&Traveller::Message(MessageId(2))));
        assert!(!all.contains(&Traveller::Batch(BatchId(3))));
        assert!(followed.went(Station::Queue(queue), Station::Mapping(mapping)));
        let nothing = Followed::of(map.get(), &Story::default());
        assert!(nothing.travellers.is_empty() && nothing.ways.is_empty());
    }
}
