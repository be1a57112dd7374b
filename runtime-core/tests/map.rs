//! The map of sessions that the platform itself plays: what it counts is what the other projections
//! count, and what travels never jumps.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use proptest::prelude::*;
use runtime_core::platform::{
    Arrival, AsyncArrival, Effect, FailedMessages, Input, InvocationEnd, MAPPING_CHANGE, Out,
    Platform, Posting, Timer, Written,
};
use runtime_core::projections::{Map, Movement, Queues, Station, Tally, Tone, Traveller, Wire};
use runtime_core::timeline::{
    self, Architecture, AsyncConfiguration, AsyncFact, AsyncSource, CaughtUp, ClockSetting,
    DEFAULT_HANDLER, Destination, Entry, Failure, FunctionConfiguration, HandlerKind, InitOutcome,
    Interest, LifecycleEvent, MappingConfiguration, Outcome, Projection, Qualifier,
    QueueConfiguration, RecordKind, Redrive, Runtime, Sender, SnapStart, SourceConfiguration,
    SourceFact, SourceKind, Timeline, Trigger,
};
use runtime_core::units::{
    ByteCount, FunctionId, MappingId, MemoryMb, Moment, PackageId, PayloadId, QueueId, RequestId,
    SourceId, Span,
};
use std::collections::BTreeMap;

const F: FunctionId = FunctionId(0);
const G: FunctionId = FunctionId(1);
const DEAD: QueueId = QueueId(0);
const ORDERS: QueueId = QueueId(1);
const RESULTS: QueueId = QueueId(2);
const M: MappingId = MappingId(0);

/// A session: F polls `orders`, whose dead letters go to `dead`; G's successes go to `results`, its
/// failures to F.
struct Session {
    platform: Platform,
    timeline: Timeline,
    now: Moment,
    due: BTreeMap<(Moment, u64), Input>,
    count: u64,
    fails: bool,
}

impl Session {
    fn new() -> Self {
        let mut session = Session {
            platform: Platform::default(),
            timeline: Timeline::default(),
            now: Moment::START,
            due: BTreeMap::new(),
            count: 0,
            fails: false,
        };
        let queue = |name, redrive| QueueConfiguration {
            redrive,
            ..QueueConfiguration::named(name)
        };
        let redrive = Redrive {
            dead_letter_queue: DEAD,
            maximum_receives: 2,
        };
        session.function(F, None, AsyncConfiguration::default());
        let sent_on = AsyncConfiguration {
            on_success: Some(Destination::Queue(RESULTS)),
            on_failure: Some(Destination::Function(F)),
            dead_letter_queue: Some(DEAD.into()),
            ..AsyncConfiguration::default()
        };
        for (id, configuration) in [
            (DEAD, queue("dead", None)),
            (ORDERS, queue("orders", Some(redrive))),
            (RESULTS, queue("results", None)),
        ] {
            session.input(Input::ConfigureQueue {
                queue: id,
                configuration: Box::new(configuration),
            });
        }
        session.function(G, None, sent_on);
        session.input(Input::ConfigureMapping {
            mapping: M,
            configuration: Box::new(MappingConfiguration::between(ORDERS, F)),
        });
        // It was made some time ago.
        let due = session.now + MAPPING_CHANGE;
        let timer = Timer::MappingChange { mapping: M, due };
        session.input(Input::TimerFired(timer));
        session
    }

    fn function(&mut self, function: FunctionId, reserved: Option<u32>, it: AsyncConfiguration) {
        let configuration = FunctionConfiguration {
            name: format!("function-{}", function.0),
            package: PackageId(0),
            runtime: Runtime::Provided,
            handler: DEFAULT_HANDLER.to_owned(),
            kind: HandlerKind::Reactor,
            code_size: ByteCount::new(1),
            unzipped_size: ByteCount::default(),
            layers: Vec::new(),
            initial_memory: ByteCount::new(65_536),
            memory: MemoryMb::new(128),
            timeout: Span::from_secs(3),
            architecture: Architecture::X86_64,
            ephemeral_storage: MemoryMb::new(512),
            variables: Default::default(),
            reserved_concurrency: reserved,
            snap_start: SnapStart::None,
            asynchronous: it,
            clock: ClockSetting::default(),
        };
        self.input(Input::ConfigureFunction {
            function,
            configuration: Box::new(configuration),
        });
    }

    fn reserve(&mut self, reserved: Option<u32>) {
        let it = self.platform.configuration(F).unwrap().asynchronous;
        self.function(F, reserved, it);
    }

    fn send(&mut self) {
        self.input(Input::SendMessage(Posting {
            queue: ORDERS,
            sender: Sender::User,
            body: PayloadId(0),
            bytes: ByteCount::new(10),
            attributes: None,
            group: None,
            deduplication: None,
            delay: None,
        }));
    }

    fn invoke(&mut self, function: FunctionId) {
        let request = self.platform.next_request();
        self.input(Input::Request(Arrival {
            request,
            function,
            qualifier: Qualifier::LATEST,
            trigger: Trigger::Invoke,
            event: PayloadId(0),
            bytes: ByteCount::new(2),
            refused: None,
        }));
    }

    fn post(&mut self, function: FunctionId) -> RequestId {
        let request = self.platform.next_request();
        self.input(Input::InvokeAsync(AsyncArrival {
            request,
            function,
            qualifier: Qualifier::LATEST,
            source: AsyncSource::Invoke,
            event: PayloadId(0),
            bytes: ByteCount::new(2),
            refused: None,
        }));
        request
    }

    fn input(&mut self, input: Input) {
        let mut out = Out::default();
        self.platform.handle(self.now, input, &mut out);
        for fact in out.facts {
            self.timeline.push(self.now, fact);
        }
        for effect in out.effects {
            self.carry_out(effect);
        }
    }

    fn plan(&mut self, at: Moment, input: Input) {
        self.count += 1;
        self.due.insert((at, self.count), input);
    }

    fn carry_out(&mut self, effect: Effect) {
        let later = |millis| self.now + Span::from_millis(millis);
        match effect {
            Effect::StartEnvironment { environment, .. } => {
                self.plan(later(125), Input::EnvironmentReady { environment });
            }
            Effect::Init { environment, .. } => {
                let input = Input::InitFinished {
                    environment,
                    outcome: InitOutcome::Succeeded,
                    duration: Span::from_millis(40),
                    restoring: Span::ZERO,
                    snapshot: None,
                };
                self.plan(later(40), input);
            }
            Effect::Invoke {
                environment,
                request,
                ..
            } => {
                let outcome = match self.fails {
                    true => Outcome::Failed(Failure::HandlerError),
                    false => Outcome::Succeeded,
                };
                let end = InvocationEnd {
                    environment,
                    request,
                    outcome,
                    duration: Span::from_millis(700),
                    max_memory: ByteCount::new(1),
                    response: None,
                };
                self.plan(later(700), Input::InvocationFinished(end));
            }
            Effect::SetTimer { at, timer } => self.plan(at, Input::TimerFired(timer)),
            Effect::WriteRecord(order) => self.input(Input::RecordWritten(Written {
                order,
                payload: PayloadId(1),
                bytes: ByteCount::new(200),
                attributes: None,
            })),
            Effect::WriteBatch { batch, .. } => self.input(Input::BatchWritten {
                batch,
                event: PayloadId(2),
                bytes: ByteCount::new(300),
                dropped: Vec::new(),
            }),
            Effect::ReadBatchResponse { batch, .. } => self.input(Input::BatchResponseRead {
                batch,
                failed: FailedMessages::These(Vec::new()),
            }),
            Effect::WriteStreamBatch(_)
            | Effect::ReadStreamResponse { .. }
            | Effect::WriteDiscard(_)
            | Effect::WriteChange { .. }
            | Effect::PlanSchedule { .. }
            | Effect::WriteSourceEvents { .. }
            | Effect::ResetEnvironment { .. }
            | Effect::StopEnvironment { .. } => {}
        }
    }

    fn wait(&mut self, span: Span) {
        let until = self.now + span;
        while let Some((key, input)) = self.due.pop_first() {
            if key.0 > until {
                self.due.insert(key, input);
                break;
            }
            self.now = self.now.max(key.0);
            match input {
                Input::TimerFired(timer) if !self.platform.awaits(timer) => {}
                input => self.input(input),
            }
        }
        self.now = self.now.max(until);
    }

    fn map(&self) -> Map {
        let mut map = CaughtUp::<Map>::default();
        map.catch_up(&self.timeline).clone()
    }
}

fn ways(map: &Map, traveller: Traveller) -> Vec<(Station, Station, Tone)> {
    let way = map.way(traveller);
    way.map(|it| (it.from, it.to, it.tone)).collect()
}

#[test]
fn what_is_wired_is_on_the_map() {
    let session = Session::new();
    let map = session.map();
    // Nobody has been invoked asynchronously: there are no internal queues yet.
    let stations = [
        Station::Callers,
        Station::Senders,
        Station::Queue(DEAD),
        Station::Queue(ORDERS),
        Station::Queue(RESULTS),
        Station::Mapping(M),
        Station::Function(F),
        Station::Function(G),
    ];
    assert_eq!(map.stations(), stations);
    let edges: Vec<_> = map
        .edges()
        .iter()
        .map(|it| (it.from, it.to, it.wire))
        .collect();
    assert_eq!(
        edges,
        [
            (Station::Callers, Station::Function(G), Wire::Invokes),
            (Station::Senders, Station::Queue(ORDERS), Wire::Sends),
            (Station::Queue(ORDERS), Station::Queue(DEAD), Wire::Redrive),
            (Station::Queue(ORDERS), Station::Mapping(M), Wire::Polls),
            (Station::Mapping(M), Station::Function(F), Wire::Invokes),
            (Station::Function(G), Station::Queue(DEAD), Wire::DeadLetter),
            (
                Station::Function(G),
                Station::Queue(RESULTS),
                Wire::OnSuccess
            ),
            (Station::Function(G), Station::Function(F), Wire::OnFailure),
        ]
    );
}

#[test]
fn a_message_that_fails_goes_round_and_ends_in_the_dead_letter_queue() {
    let mut session = Session::new();
    session.fails = true;
    session.send();
    session.wait(Span::from_secs(10));
    let map = session.map();
    assert_eq!(
        map.tally(Station::Queue(ORDERS)),
        Tally {
            in_flight: 1,
            ..Tally::default()
        }
    );
    assert_eq!(map.tally(Station::Mapping(M)).failed, 1);
    session.wait(Span::from_secs(90));
    let map = session.map();
    assert_eq!(map.tally(Station::Queue(ORDERS)).failed, 1);
    assert_eq!(map.tally(Station::Queue(DEAD)).waiting, 1);
    assert_eq!(map.tally(Station::Function(F)).failed, 2);
    let (dead, message) = map.messages(DEAD).next().unwrap();
    assert_eq!(
        ways(&map, Traveller::Message(dead)),
        [
            (Station::Senders, Station::Queue(ORDERS), Tone::Going),
            (Station::Queue(ORDERS), Station::Queue(DEAD), Tone::Failed),
        ]
    );
    // The request to look at is the last one that it was part of.
    let last = map.movements().iter().filter_map(|it| it.request).max();
    assert_eq!(message.request, last);
}

#[test]
fn an_event_is_one_traveller_through_all_its_attempts() {
    let mut session = Session::new();
    session.fails = true;
    let first = session.post(G);
    session.wait(Span::from_secs(10));
    let internal = Station::Internal(G);
    let map = session.map();
    assert_eq!(
        map.tally(internal),
        Tally {
            waiting: 1,
            ..Tally::default()
        }
    );
    assert_eq!(map.events(G).count(), 1);
    session.fails = false;
    session.wait(Span::from_secs(60));
    let map = session.map();
    assert_eq!(
        map.tally(internal),
        Tally {
            done: 1,
            ..Tally::default()
        }
    );
    let g = Station::Function(G);
    assert_eq!(
        ways(&map, Traveller::Event(first)),
        [
            (Station::Callers, internal, Tone::Going),
            (internal, g, Tone::Going),
            (g, internal, Tone::Failed),
            (internal, g, Tone::Going),
        ]
    );
    let record = map.movements().last().unwrap();
    assert_eq!((record.from, record.to), (g, Station::Queue(RESULTS)));
}

#[derive(Clone, Debug)]
enum Step {
    Send(u8),
    Invoke(bool),
    Post(bool),
    Wait(u64),
    Fail(bool),
    Reserve(Option<u32>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (1..25_u8).prop_map(Step::Send),
        3 => any::<bool>().prop_map(Step::Invoke),
        3 => any::<bool>().prop_map(Step::Post),
        5 => (1..90_000_u64).prop_map(Step::Wait),
        2 => any::<bool>().prop_map(Step::Fail),
        2 => prop_oneof![Just(None), (0..3_u32).prop_map(Some)].prop_map(Step::Reserve),
    ];
    prop::collection::vec(step, 1..40)
}

fn play(steps: Vec<Step>) -> Session {
    let mut session = Session::new();
    let target = |first| if first { F } else { G };
    for step in steps {
        match step {
            Step::Send(count) => (0..count).for_each(|_| session.send()),
            Step::Invoke(first) => session.invoke(target(first)),
            Step::Post(first) => {
                session.post(target(first));
            }
            Step::Wait(millis) => session.wait(Span::from_millis(millis)),
            Step::Fail(fails) => session.fails = fails,
            Step::Reserve(reserved) => session.reserve(reserved),
        }
    }
    session
}

/// Where every traveller is, by its movements alone.
fn follow(movements: &[Movement]) -> BTreeMap<Traveller, Station> {
    let mut places: BTreeMap<Traveller, Station> = BTreeMap::new();
    for movement in movements {
        let place = places.insert(movement.traveller, movement.to);
        // More messages may join a batch that waits at its mapping.
        let joins = matches!(movement.traveller, Traveller::Batch(_)) && place == Some(movement.to);
        assert!(
            joins || place.is_none_or(|place| place == movement.from),
            "{movement:?} was at {place:?}"
        );
    }
    places
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_map_counts_what_there_is_and_nothing_jumps(steps in steps()) {
        let session = play(steps);
        let map = session.map();
        follow(map.movements());
        let mut queues = CaughtUp::<Queues>::default();
        for (id, queue) in queues.catch_up(&session.timeline).queues() {
            let (counts, tally) = (queue.counts(session.now), map.tally(Station::Queue(id)));
            prop_assert_eq!(tally.waiting, (counts.visible + counts.delayed) as u64);
            prop_assert_eq!(tally.in_flight, counts.hidden as u64);
            prop_assert_eq!(tally.done, queue.handled + queue.filtered);
        }
        let count = |wanted: &dyn Fn(&LifecycleEvent) -> bool| {
            session.timeline.entries().iter().filter(|entry| wanted(&entry.event)).count() as u64
        };
        let (f, g) = (map.tally(Station::Function(F)), map.tally(Station::Function(G)));
        let all = |it: Tally| it.waiting + it.in_flight + it.done + it.failed + it.throttled;
        let arrived = |event: &LifecycleEvent| matches!(event, LifecycleEvent::RequestArrived { .. });
        prop_assert_eq!(all(f) + all(g), count(&arrived));
        let called = |event: &LifecycleEvent| matches!(
            event,
            LifecycleEvent::RequestArrived { trigger: Trigger::Invoke, .. }
        );
        let callers = map.tally(Station::Callers);
        let posted = map.movements().iter().filter(|it| {
            it.from == Station::Callers && matches!(it.traveller, Traveller::Event(_))
        });
        prop_assert_eq!(all(callers), count(&called) + posted.count() as u64);
        for function in [F, G] {
            let tally = map.tally(Station::Internal(function));
            prop_assert_eq!(map.events(function).count() as u64, tally.waiting + tally.in_flight);
        }
        // Whatever moved went along an edge, one way or the other.
        let edges = map.edges();
        for it in map.movements() {
            let along = edges.iter().any(|edge| {
                (edge.from, edge.to) == (it.from, it.to) || (edge.to, edge.from) == (it.from, it.to)
            });
            prop_assert!(along, "{:?}", it);
        }
    }

    #[test]
    fn caught_up_equals_from_scratch(steps in steps(), stops in prop::collection::vec(0..400_u64, 1..6)) {
        let session = play(steps);
        let mut caught_up = CaughtUp::<Map>::default();
        for stop in stops {
            let until = Moment::START + Span::from_secs(stop);
            let mut scratch = Map::default();
            for entry in session.timeline.entries().iter().filter(|it| it.at <= until) {
                scratch.apply(entry);
            }
            prop_assert_eq!(caught_up.at(&session.timeline, until), &scratch);
        }
    }
}

#[test]
fn a_source_is_a_station_and_what_it_tells_leaves_from_there() {
    let source = SourceId(1);
    let function = FunctionId(1);
    let mut map = Map::default();
    let mut at = 0;
    let mut apply = |map: &mut Map, event: LifecycleEvent| {
        at += 1;
        let at = Moment::from_nanos(at);
        map.apply(&Entry { at, event });
    };
    let target = Destination::Function(function);
    let configuration = Box::new(SourceConfiguration {
        name: "orders".to_owned(),
        kind: SourceKind::Topic,
        wires: vec![timeline::Wire::new(target, Interest::Everything)],
    });
    let configured = SourceFact::SourceConfigured {
        source,
        configuration,
    };
    apply(&mut map, configured.into());
    assert_eq!(map.stations(), [Station::Source(source)]);
    assert_eq!(map.edges(), []);
    let happened = SourceFact::Happened {
        source,
        number: 1,
        happening: None,
        sender: None,
    };
    apply(&mut map, happened.into());
    assert_eq!(map.name(Station::Source(source)), Some("orders"));
    assert_eq!(map.tally(Station::Source(source)).done, 1);
    let accepted = AsyncFact::EventAccepted {
        request: RequestId(1),
        function,
        qualifier: Qualifier::LATEST,
        source: AsyncSource::Source { source },
        event: PayloadId(0),
        bytes: ByteCount::new(2),
    };
    apply(&mut map, accepted.into());
    let moved = map.movements().last().unwrap();
    assert_eq!(moved.from, Station::Source(source));
    apply(&mut map, SourceFact::SourceDeleted { source }.into());
    assert!(!map.has(Station::Source(source)));
}

/// The record of an event goes on to a topic: its dot does, and the way is drawn.
#[test]
fn a_record_moves_to_its_source() {
    let (function, source) = (FunctionId(1), SourceId(1));
    let mut map = Map::default();
    let mut at = 0;
    let mut apply = |map: &mut Map, event: LifecycleEvent| {
        at += 1;
        let at = Moment::from_nanos(at);
        map.apply(&Entry { at, event });
    };
    let configuration = Box::new(SourceConfiguration {
        name: "news".to_owned(),
        kind: SourceKind::Topic,
        wires: Vec::new(),
    });
    let configured = SourceFact::SourceConfigured {
        source,
        configuration,
    };
    apply(&mut map, configured.into());
    let happened = |sender| SourceFact::Happened {
        source,
        number: 1,
        happening: None,
        sender,
    };
    let sent = AsyncFact::RecordSent {
        request: RequestId(7),
        kind: RecordKind::OnFailure,
        destination: Destination::Source(source),
        delivered: true,
    };
    apply(&mut map, sent.into());
    apply(&mut map, happened(Some(function)).into());
    let moved = *map.movements().last().unwrap();
    assert_eq!(moved.traveller, Traveller::Event(RequestId(7)));
    assert_eq!(
        (moved.from, moved.to),
        (Station::Function(function), Station::Source(source))
    );
    // What a visitor does there moves nothing.
    let before = map.movements().len();
    apply(&mut map, happened(None).into());
    assert_eq!(map.movements().len(), before);
    assert_eq!(map.tally(Station::Source(source)).done, 2);
}
