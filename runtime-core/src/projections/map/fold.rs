//! The map as it stands, and what can be read from it.

use super::{Edge, Movement, Station, Tally, Traveller, Wire};
use crate::timeline::{
    AsyncConfiguration, Destination, MappingConfiguration, MappingState, Trigger,
};
use crate::units::{
    BatchId, EnvironmentId, FunctionId, MappingId, MessageId, Moment, OrderedMap, OrderedSet,
    QueueId, RecordId, RequestId, SourceId, StreamId,
};

/// The map of a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    pub(super) functions: OrderedMap<FunctionId, FunctionPlace>,
    pub(super) queues: OrderedMap<QueueId, QueuePlace>,
    pub(super) mappings: OrderedMap<MappingId, MappingPlace>,
    pub(super) sources: OrderedMap<SourceId, SourcePlace>,
    pub(super) streams: OrderedMap<StreamId, StreamPlace>,
    pub(super) callers: Tally,
    pub(super) senders: Tally,
    pub(super) producers: Tally,
    /// Whose each environment is.
    pub(super) owners: OrderedMap<EnvironmentId, FunctionId>,
    /// Requests that have not ended.
    pub(super) open: OrderedMap<RequestId, OpenRequest>,
    /// Asynchronous events in the internal queues.
    pub(super) events: OrderedMap<RequestId, OpenEvent>,
    /// Batches with messages that are still hidden.
    pub(super) batches: OrderedMap<BatchId, OpenBatch>,
    /// Batches of records that are not done.
    pub(super) reads: OrderedMap<BatchId, OpenRead>,
    pub(super) movements: Vec<Movement>,
    /// What has just been sent on: what happens next may be its arrival at a source.
    pub(super) sending: Option<Traveller>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FunctionPlace {
    pub(super) name: String,
    pub(super) asynchronous: AsyncConfiguration,
    pub(super) environments: OrderedMap<EnvironmentId, (EnvironmentMark, Option<RequestId>)>,
    pub(super) tally: Tally,
    /// Somebody has called it.
    pub(super) called: bool,
    /// Of its internal queue, once an event was in it.
    pub(super) internal: Option<Tally>,
    /// Somebody has invoked it asynchronously.
    pub(super) posted: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct QueuePlace {
    pub(super) name: String,
    pub(super) redrive: Option<QueueId>,
    pub(super) messages: OrderedMap<MessageId, WaitingMessage>,
    /// How many of them are hidden.
    pub(super) hidden: u64,
    pub(super) done: u64,
    pub(super) failed: u64,
    /// Somebody has sent messages to it.
    pub(super) sent: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct MappingPlace {
    pub(super) configuration: MappingConfiguration,
    pub(super) state: MappingState,
    pub(super) tally: Tally,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct SourcePlace {
    pub(super) name: String,
    /// Whom it tells.
    pub(super) targets: Vec<Destination>,
    pub(super) tally: Tally,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct StreamPlace {
    pub(super) name: String,
    /// Records that no mapping has read.
    pub(super) unread: OrderedSet<RecordId>,
    /// Records of batches that are not done.
    pub(super) in_flight: u64,
    pub(super) done: u64,
    pub(super) failed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OpenRead {
    pub(super) mapping: MappingId,
    pub(super) stream: StreamId,
    /// The latest request that it was sent with.
    pub(super) request: Option<RequestId>,
    /// It has not been sent yet, or waits to be sent again.
    pub(super) waits: bool,
    /// How many of its records are not done.
    pub(super) left: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OpenRequest {
    pub(super) function: FunctionId,
    pub(super) trigger: Trigger,
    /// A handler has it.
    pub(super) started: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OpenEvent {
    pub(super) function: FunctionId,
    /// The latest attempt.
    pub(super) attempt: Option<RequestId>,
    /// When the next attempt is due; `None` while one is made.
    pub(super) due: Option<Moment>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OpenBatch {
    pub(super) mapping: MappingId,
    pub(super) queue: QueueId,
    /// The latest request that it was sent with.
    pub(super) request: Option<RequestId>,
    /// It has not been sent yet, or waits to be sent again.
    pub(super) gathering: bool,
    /// How many of its messages are hidden.
    pub(super) left: u64,
}

/// What an environment is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EnvironmentMark {
    /// It is being started, or in its INIT or RESTORE phase.
    Starting,
    /// A handler runs in it.
    Busy,
    /// It waits for a request.
    Frozen,
}

/// A message in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitingMessage {
    /// When it can be received: now if that is in the past.
    pub visible: Moment,
    /// The batch that hides it, if one does.
    pub batch: Option<BatchId>,
    /// How often it was received.
    pub receives: u32,
    /// The latest request that it was part of.
    pub request: Option<RequestId>,
}

/// An event in an internal queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitingEvent {
    /// Its first attempt, or what that will be.
    pub first: RequestId,
    /// The latest attempt.
    pub attempt: Option<RequestId>,
    /// When the next attempt is due; `None` while one is made.
    pub due: Option<Moment>,
}

impl Map {
    /// All stations: sources first, then queues, mappings, functions, each in the order of creation.
    pub fn stations(&self) -> Vec<Station> {
        let mut stations = Vec::new();
        let edges = self.edges();
        for source in [Station::Callers, Station::Senders, Station::Producers] {
            if edges.iter().any(|edge| edge.from == source) {
                stations.push(source);
            }
        }
        stations.extend(self.sources.keys().map(|source| Station::Source(*source)));
        stations.extend(self.queues.keys().map(|queue| Station::Queue(*queue)));
        stations.extend(self.streams.keys().map(|it| Station::Stream(*it)));
        stations.extend(self.mappings.keys().map(|it| Station::Mapping(*it)));
        for (function, place) in &self.functions {
            if place.internal.is_some() {
                stations.push(Station::Internal(*function));
            }
            stations.push(Station::Function(*function));
        }
        stations
    }

    /// What is wired to what. Only what is there has edges; what nothing is wired to can be called, or
    /// sent messages to, so that every function and queue has a source.
    pub fn edges(&self) -> Vec<Edge> {
        let mut edges = Vec::new();
        let mut fed = OrderedSet::new();
        self.wires(|edge| {
            fed.insert(edge.to);
            edges.push(edge);
        });
        let open = |from, to, wire| Edge {
            from,
            to,
            wire,
            open: true,
        };
        for (id, function) in &self.functions {
            let (station, internal) = (Station::Function(*id), Station::Internal(*id));
            if function.called || !fed.contains(&station) {
                edges.push(open(Station::Callers, station, Wire::Invokes));
            }
            if function.posted {
                edges.push(open(Station::Callers, internal, Wire::Invokes));
            }
        }
        for (id, queue) in &self.queues {
            let station = Station::Queue(*id);
            if queue.sent || !fed.contains(&station) {
                edges.push(open(Station::Senders, station, Wire::Sends));
            }
        }
        for id in self.streams.keys() {
            let station = Station::Stream(*id);
            edges.push(open(Station::Producers, station, Wire::Sends));
        }
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    /// What settings say, and internal queues that are in use.
    fn wires(&self, mut add: impl FnMut(Edge)) {
        let mut wire = |from, to, wire, open| {
            if self.has(from) && self.has(to) {
                add(Edge {
                    from,
                    to,
                    wire,
                    open,
                });
            }
        };
        for (id, queue) in &self.queues {
            if let Some(to) = queue.redrive {
                wire(Station::Queue(*id), Station::Queue(to), Wire::Redrive, true);
            }
        }
        for (id, source) in &self.sources {
            for target in &source.targets {
                let to = self.place_of(*target);
                wire(Station::Source(*id), to, Wire::Tells, true);
            }
        }
        for (id, mapping) in &self.mappings {
            let settings = &mapping.configuration;
            let station = Station::Mapping(*id);
            let open = mapping.state.polls(settings.enabled);
            if let Some(queue) = settings.queue() {
                wire(Station::Queue(queue), station, Wire::Polls, open);
            }
            if let Some(source) = settings.records() {
                let stream = Station::Stream(source.stream);
                wire(stream, station, Wire::Polls, open);
                if let Some(target) = source.failures.on_failure {
                    let to = self.place_of(target.into());
                    wire(station, to, Wire::OnFailure, true);
                }
            }
            let function = Station::Function(settings.function);
            wire(station, function, Wire::Invokes, open);
        }
        for (id, function) in &self.functions {
            let (station, internal) = (Station::Function(*id), Station::Internal(*id));
            wire(internal, station, Wire::Invokes, true);
            let settings = &function.asynchronous;
            for (destination, reason) in [
                (settings.on_success, Wire::OnSuccess),
                (settings.on_failure, Wire::OnFailure),
                (
                    settings.dead_letter_queue.map(Destination::from),
                    Wire::DeadLetter,
                ),
            ] {
                let to = destination.map(|it| self.place_of(it));
                if let Some(to) = to {
                    wire(station, to, reason, true);
                }
            }
        }
    }

    /// Where a record goes: a function has it in its internal queue, once that is in use.
    fn place_of(&self, destination: Destination) -> Station {
        match destination {
            Destination::Queue(queue) => Station::Queue(queue),
            Destination::Source(source) => Station::Source(source),
            Destination::Function(function) => match self.has(Station::Internal(function)) {
                true => Station::Internal(function),
                false => Station::Function(function),
            },
        }
    }

    /// Whether a station is on the map.
    pub fn has(&self, station: Station) -> bool {
        match station {
            Station::Callers | Station::Senders | Station::Producers => true,
            Station::Stream(stream) => self.streams.contains_key(&stream),
            Station::Internal(function) => self
                .functions
                .get(&function)
                .is_some_and(|it| it.internal.is_some()),
            Station::Queue(queue) => self.queues.contains_key(&queue),
            Station::Mapping(mapping) => self.mappings.contains_key(&mapping),
            Station::Function(function) => self.functions.contains_key(&function),
            Station::Source(source) => self.sources.contains_key(&source),
        }
    }

    /// What a station counts.
    pub fn tally(&self, station: Station) -> Tally {
        match station {
            Station::Callers => self.callers,
            Station::Senders => self.senders,
            Station::Producers => self.producers,
            Station::Stream(stream) => {
                let place = self.streams.get(&stream);
                place.map_or(Tally::default(), |it| Tally {
                    waiting: it.unread.len() as u64,
                    in_flight: it.in_flight,
                    done: it.done,
                    failed: it.failed,
                    throttled: 0,
                })
            }
            Station::Internal(function) => {
                let place = self.functions.get(&function);
                place.and_then(|it| it.internal).unwrap_or_default()
            }
            Station::Queue(queue) => self
                .queues
                .get(&queue)
                .map_or(Tally::default(), |it| Tally {
                    waiting: (it.messages.len() as u64).saturating_sub(it.hidden),
                    in_flight: it.hidden,
                    done: it.done,
                    failed: it.failed,
                    throttled: 0,
                }),
            Station::Mapping(mapping) => {
                let place = self.mappings.get(&mapping);
                place.map(|it| it.tally).unwrap_or_default()
            }
            Station::Function(function) => {
                let place = self.functions.get(&function);
                place.map(|it| it.tally).unwrap_or_default()
            }
            Station::Source(source) => {
                let place = self.sources.get(&source);
                place.map(|it| it.tally).unwrap_or_default()
            }
        }
    }

    /// The name that a source, a function or a queue was given.
    pub fn name(&self, station: Station) -> Option<&str> {
        match station {
            Station::Function(function) | Station::Internal(function) => {
                Some(&self.functions.get(&function)?.name)
            }
            Station::Queue(queue) => Some(&self.queues.get(&queue)?.name),
            Station::Source(source) => Some(&self.sources.get(&source)?.name),
            Station::Stream(stream) => Some(&self.streams.get(&stream)?.name),
            Station::Callers | Station::Senders | Station::Producers | Station::Mapping(_) => None,
        }
    }

    /// What a mapping is set to.
    pub fn mapping(&self, mapping: MappingId) -> Option<&MappingConfiguration> {
        self.mappings.get(&mapping).map(|it| &it.configuration)
    }

    /// What a mapping is in.
    pub fn mapping_state(&self, mapping: MappingId) -> Option<MappingState> {
        self.mappings.get(&mapping).map(|it| it.state)
    }

    /// A function's environments: what each is at, and the request that it has or is made for.
    pub fn environments(
        &self,
        function: FunctionId,
    ) -> impl Iterator<Item = (EnvironmentId, EnvironmentMark, Option<RequestId>)> {
        let place = self.functions.get(&function);
        let environments = place.into_iter().flat_map(|it| it.environments.iter());
        environments.map(|(id, (mark, request))| (*id, *mark, *request))
    }

    /// A queue's messages in the order in which they were sent.
    pub fn messages(&self, queue: QueueId) -> impl Iterator<Item = (MessageId, WaitingMessage)> {
        let place = self.queues.get(&queue);
        let messages = place.into_iter().flat_map(|it| it.messages.iter());
        messages.map(|(id, message)| (*id, *message))
    }

    /// Records of a stream that no mapping has read, in the order in which they came.
    pub fn unread(&self, stream: StreamId) -> impl Iterator<Item = RecordId> {
        let place = self.streams.get(&stream);
        let unread = place.into_iter().flat_map(|it| it.unread.iter());
        unread.copied()
    }

    /// The events in a function's internal queue, in the order in which they came.
    pub fn events(&self, function: FunctionId) -> impl Iterator<Item = WaitingEvent> {
        let of_it = move |(_, event): &(&RequestId, &OpenEvent)| event.function == function;
        self.events
            .iter()
            .filter(of_it)
            .map(|(first, event)| WaitingEvent {
                first: *first,
                attempt: event.attempt,
                due: event.due,
            })
    }

    /// Everything that moved so far, in order.
    pub fn movements(&self) -> &[Movement] {
        &self.movements
    }

    /// The way of a traveller so far.
    pub fn way(&self, traveller: Traveller) -> impl Iterator<Item = &Movement> {
        let its = move |movement: &&Movement| movement.traveller == traveller;
        self.movements.iter().filter(its)
    }
}
