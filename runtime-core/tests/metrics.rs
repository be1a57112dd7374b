//! Metrics are what a recount of the timeline says, for sessions that are drawn at random.
#![allow(clippy::unwrap_used, reason = "these are tests")]

use proptest::prelude::*;
use runtime_core::platform::*;
use runtime_core::projections::{AccountMetrics, Claims, Metrics, Statistics};
use runtime_core::timeline::*;
use runtime_core::units::*;
use std::collections::{BTreeMap, BTreeSet};

const F: FunctionId = FunctionId(1);
const NOWHERE: QueueId = QueueId(9);

/// What a test does to the function.
#[derive(Clone, Debug)]
enum Act {
    Invoke,
    InvokeVersion,
    InvokeAsync,
    /// A record of the stream that a mapping reads for the function; its key's hash.
    Put(u8),
    Wait(u64),
    Reserve(Option<u32>),
    Recycle,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::Invoke),
        2 => Just(Act::InvokeVersion),
        3 => Just(Act::InvokeAsync),
        3 => any::<u8>().prop_map(Act::Put),
        3 => (0u64..200).prop_map(Act::Wait),
        1 => prop_oneof![Just(None), (0u32..4).prop_map(Some)].prop_map(Act::Reserve),
        1 => Just(Act::Recycle),
    ]
}

/// A platform with handlers that take as long, and fail as often, as a list says.
struct Session {
    platform: Platform,
    timeline: Timeline,
    now: Moment,
    due: BTreeMap<(Moment, u64), Input>,
    planned: u64,
    handlers: Vec<(bool, u64)>,
    invoked: usize,
    on_success: Option<Destination>,
}

impl Session {
    fn new(handlers: Vec<(bool, u64)>, on_success: Option<Destination>) -> Self {
        let mut session = Session {
            platform: Platform::default(),
            timeline: Timeline::default(),
            now: Moment::START,
            due: BTreeMap::new(),
            planned: 0,
            handlers,
            invoked: 0,
            on_success,
        };
        session.configure(None);
        session.input(Input::PublishVersion {
            function: F,
            description: String::new(),
        });
        session.input(Input::Provision {
            function: F,
            qualifier: Qualifier::Version(Version::from(1)),
            environments: 2,
        });
        let stream = session.platform.next_stream();
        session.input(Input::ConfigureStream {
            stream,
            configuration: Box::new(StreamConfiguration::kinesis("clicks", 2)),
        });
        let start = StartingPosition::TrimHorizon;
        let mut mapping = MappingConfiguration::reading(stream, start, F);
        mapping.batch_size = 3;
        if let EventSource::Stream(source) = &mut mapping.source {
            source.failures.bisect = true;
            source.failures.maximum_retry_attempts = Some(2);
        }
        let id = session.platform.next_mapping();
        session.input(Input::ConfigureMapping {
            mapping: id,
            configuration: Box::new(mapping),
        });
        // It was made some time ago.
        let due = session.now + MAPPING_CHANGE;
        let timer = Timer::MappingChange { mapping: id, due };
        session.input(Input::TimerFired(timer));
        session
    }

    fn configure(&mut self, reserved_concurrency: Option<u32>) {
        self.input(Input::ConfigureFunction {
            function: F,
            configuration: Box::new(FunctionConfiguration {
                name: "f".to_owned(),
                package: PackageId(0),
                runtime: Runtime::Provided,
                handler: DEFAULT_HANDLER.to_owned(),
                kind: HandlerKind::Reactor,
                code_size: ByteCount::new(1),
                unzipped_size: ByteCount::default(),
                layers: Vec::new(),
                initial_memory: ByteCount::new(65_536),
                memory: MemoryMb::new(128),
                timeout: Span::from_secs(900),
                architecture: Architecture::X86_64,
                ephemeral_storage: MemoryMb::new(512),
                variables: Default::default(),
                reserved_concurrency,
                snap_start: SnapStart::None,
                asynchronous: AsyncConfiguration {
                    // There is no such queue: every dead letter is an error, and so is every record.
                    dead_letter_queue: Some(NOWHERE.into()),
                    on_failure: Some(Destination::Queue(NOWHERE)),
                    on_success: self.on_success,
                    ..AsyncConfiguration::default()
                },
                clock: ClockSetting::default(),
            }),
        });
    }

    fn plan(&mut self, at: Moment, input: Input) {
        self.planned += 1;
        self.due.insert((at, self.planned), input);
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

    fn carry_out(&mut self, effect: Effect) {
        let now = self.now;
        match effect {
            Effect::StartEnvironment { environment, .. } => {
                self.plan(now, Input::EnvironmentReady { environment });
            }
            Effect::Init { environment, .. } => {
                let input = Input::InitFinished {
                    environment,
                    outcome: InitOutcome::Succeeded,
                    duration: Span::from_secs(1),
                    restoring: Span::ZERO,
                    snapshot: None,
                };
                self.plan(now + Span::from_secs(1), input);
            }
            Effect::Invoke {
                environment,
                request,
                ..
            } => {
                let (fails, seconds) = self.handlers[self.invoked % self.handlers.len()];
                self.invoked += 1;
                let outcome = match fails {
                    true => Outcome::Failed(Failure::HandlerError),
                    false => Outcome::Succeeded,
                };
                let duration = Span::from_secs(seconds);
                let end = InvocationEnd {
                    environment,
                    request,
                    outcome,
                    duration,
                    max_memory: ByteCount::new(1),
                    response: None,
                };
                self.plan(now + duration, Input::InvocationFinished(end));
            }
            Effect::SetTimer { at, timer } => self.plan(at, Input::TimerFired(timer)),
            Effect::WriteRecord(order) => self.input(Input::RecordWritten(Written {
                order,
                payload: PayloadId(1),
                bytes: ByteCount::new(2),
                attributes: None,
            })),
            Effect::WriteStreamBatch(order) => self.input(Input::StreamBatchWritten {
                batch: order.batch,
                event: PayloadId(3),
                bytes: ByteCount::new(300),
                dropped: Default::default(),
            }),
            Effect::ReadStreamResponse { batch, .. } => self.input(Input::StreamResponseRead {
                batch,
                failed: FailedRecords::None,
                state: None,
            }),
            _ => {}
        }
    }

    fn run_until(&mut self, until: Moment) {
        while let Some(entry) = self.due.first_entry() {
            if entry.key().0 > until {
                break;
            }
            let ((at, _), input) = entry.remove_entry();
            self.now = self.now.max(at);
            match input {
                Input::TimerFired(timer) if !self.platform.awaits(timer) => {}
                input => self.input(input),
            }
        }
        self.now = self.now.max(until);
    }

    fn act(&mut self, act: &Act) {
        let request = self.platform.next_request();
        let (event, bytes) = (PayloadId(0), ByteCount::new(2));
        let invoke = |qualifier| {
            Input::Request(Arrival {
                request,
                function: F,
                qualifier,
                trigger: Trigger::Invoke,
                event,
                bytes,
                refused: None,
            })
        };
        match act {
            Act::Invoke => self.input(invoke(Qualifier::LATEST)),
            Act::InvokeVersion => self.input(invoke(Qualifier::Version(Version::from(1)))),
            Act::InvokeAsync => self.input(Input::InvokeAsync(AsyncArrival {
                request,
                function: F,
                qualifier: Qualifier::LATEST,
                source: AsyncSource::Invoke,
                event,
                bytes,
                refused: None,
            })),
            Act::Put(hash) => self.input(Input::PutRecord(RecordPosting {
                stream: StreamId(1),
                hash: u128::from(*hash) << 120,
                key: Some("k".into()),
                data: PayloadId(0),
                bytes: ByteCount::new(100),
            })),
            Act::Wait(seconds) => self.run_until(self.now + Span::from_secs(*seconds)),
            Act::Reserve(reserved) => self.configure(*reserved),
            Act::Recycle => self.input(Input::Recycle { function: Some(F) }),
        }
    }
}

/// Where records of successes go: nowhere, to what is not there, or to the function itself, which makes a
/// circle.
fn on_success() -> impl Strategy<Value = Option<Destination>> {
    prop_oneof![
        Just(None),
        Just(Some(Destination::Queue(NOWHERE))),
        Just(Some(Destination::Function(F))),
    ]
}

fn minute(at: Moment) -> u64 {
    at.as_nanos() / 60_000_000_000
}

/// How often something is so, by minute.
fn counted(timeline: &Timeline, is: impl Fn(&LifecycleEvent) -> bool) -> BTreeMap<u64, u64> {
    let mut counted = BTreeMap::new();
    for entry in timeline.entries() {
        if is(&entry.event) {
            *counted.entry(minute(entry.at)).or_default() += 1;
        }
    }
    counted
}

/// How old the last record of each batch was that a handler got, looked for in the whole timeline.
fn iterator_ages(timeline: &Timeline) -> Statistics {
    let entries = timeline.entries();
    let stream = |entry: &Entry| match &entry.event {
        LifecycleEvent::Stream(fact) => Some(fact.clone()),
        _ => None,
    };
    let mut ages = Statistics::default();
    for (place, started) in entries.iter().enumerate() {
        let LifecycleEvent::InvocationStarted { request, .. } = started.event else {
            continue;
        };
        let brought = entries.iter().find_map(|it| match it.event {
            LifecycleEvent::RequestArrived {
                request: arrived,
                trigger: Trigger::Mapping { batch, .. },
                ..
            } if arrived == request => Some(batch),
            _ => None,
        });
        let Some(wanted) = brought else { continue };
        // What the batch has by now: what was read, or split off, without what is done.
        let mut left: Vec<RecordId> = Vec::new();
        for fact in entries[..place].iter().filter_map(stream) {
            match fact {
                StreamFact::RecordsRead { batch, read } if batch == wanted => left = read.records,
                StreamFact::BatchSplit {
                    batch,
                    rest,
                    records,
                } => {
                    if rest == wanted {
                        left = records;
                    } else if batch == wanted {
                        left.retain(|it| !records.contains(it));
                    }
                }
                StreamFact::RecordsDone { batch, records, .. } if batch == wanted => {
                    left.retain(|it| !records.contains(it));
                }
                _ => {}
            }
        }
        let last = left.last().copied();
        let put = entries.iter().find(|entry| {
            matches!(stream(entry), Some(StreamFact::RecordPut { record, .. }) if Some(record) == last)
        });
        ages.add(started.at.since(put.unwrap().at));
    }
    ages
}

/// The most requests at a time in a minute: each holds concurrency from when an environment is made
/// for it or takes it, until it ends.
fn most_at_a_time(timeline: &Timeline) -> BTreeMap<u64, u32> {
    let mut spans: BTreeMap<RequestId, (usize, Option<usize>)> = BTreeMap::new();
    let entries = timeline.entries();
    for (place, entry) in entries.iter().enumerate() {
        match entry.event {
            LifecycleEvent::EnvironmentCreated {
                request: Some(request),
                ..
            }
            | LifecycleEvent::InvocationStarted { request, .. } => {
                spans.entry(request).or_insert((place, None));
            }
            LifecycleEvent::InvocationFinished { request, .. }
            | LifecycleEvent::RequestRejected { request, .. } => {
                if let Some((_, end)) = spans.get_mut(&request) {
                    *end = Some(place);
                }
            }
            _ => {}
        }
    }
    let last = entries.len();
    let mut most = BTreeMap::new();
    let changes: BTreeSet<usize> = spans
        .values()
        .flat_map(|(begin, end)| [*begin, end.unwrap_or(last)])
        .collect();
    let places: Vec<usize> = changes.into_iter().filter(|place| *place < last).collect();
    for (n, place) in places.iter().enumerate() {
        let holds = |(begin, end): &(usize, Option<usize>)| {
            begin <= place && end.is_none_or(|end| end > *place)
        };
        let now = u32::try_from(spans.values().filter(|span| holds(span)).count()).unwrap();
        let from = minute(entries[*place].at);
        let to = places
            .get(n + 1)
            .map_or(from, |next| minute(entries[*next].at));
        let to = if now == 0 { from } else { to };
        for minute in from..=to {
            let before = most.entry(minute).or_insert(0);
            *before = now.max(*before);
        }
    }
    most.retain(|_, most| *most > 0);
    most
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn metrics_are_a_recount_of_the_timeline(
        acts in prop::collection::vec(act(), 1..60),
        handlers in prop::collection::vec((any::<bool>(), 0u64..150), 1..6),
        on_success in on_success(),
    ) {
        let mut session = Session::new(handlers, on_success);
        for act in &acts {
            session.act(act);
        }
        session.run_until(session.now + Span::from_secs(3_600));
        let timeline = &session.timeline;
        let mut caught_up = CaughtUp::<Metrics>::default();
        let metrics = caught_up.catch_up(timeline);
        let shown = |read: fn(&runtime_core::projections::Datapoint) -> u64| {
            let minutes = metrics.minutes(F).map(|(minute, it)| (minute, read(it)));
            minutes.filter(|(_, count)| *count > 0).collect::<BTreeMap<_, _>>()
        };
        let recount = |is: fn(&LifecycleEvent) -> bool| counted(timeline, is);

        prop_assert_eq!(
            shown(|it| it.invocations),
            recount(|it| matches!(it, LifecycleEvent::InvocationStarted { .. }))
        );
        prop_assert_eq!(
            shown(|it| it.errors),
            recount(|it| matches!(
                it,
                LifecycleEvent::InvocationFinished { outcome: Outcome::Failed(_), .. }
            ))
        );
        prop_assert_eq!(
            shown(|it| it.throttles),
            recount(|it| matches!(
                it,
                LifecycleEvent::RequestRejected { rejection: Rejection::Throttled(_), .. }
            ))
        );
        prop_assert_eq!(
            shown(|it| it.async_events_received),
            recount(|it| matches!(it, LifecycleEvent::Async(AsyncFact::EventAccepted { .. })))
        );
        prop_assert_eq!(
            shown(|it| it.async_events_dropped),
            recount(|it| matches!(
                it,
                LifecycleEvent::Async(AsyncFact::EventFinished { condition, .. })
                    if *condition != Condition::Success
            ))
        );
        prop_assert_eq!(
            shown(|it| it.dead_letter_errors),
            recount(|it| matches!(
                it,
                LifecycleEvent::Async(AsyncFact::RecordSent {
                    kind: RecordKind::DeadLetter,
                    delivered: false,
                    ..
                })
            ))
        );
        prop_assert_eq!(
            shown(|it| it.destination_delivery_failures),
            recount(|it| matches!(
                it,
                LifecycleEvent::Async(AsyncFact::RecordSent {
                    kind: RecordKind::OnSuccess | RecordKind::OnFailure,
                    delivered: false,
                    ..
                })
            ))
        );
        prop_assert_eq!(
            shown(|it| it.recursive_invocations_dropped),
            recount(|it| matches!(
                it,
                LifecycleEvent::Async(AsyncFact::EventFinished {
                    condition: Condition::RecursiveLoop,
                    ..
                })
            ))
        );
        let provisioned: BTreeSet<EnvironmentId> = timeline
            .entries()
            .iter()
            .filter_map(|entry| match entry.event {
                LifecycleEvent::EnvironmentCreated { environment, provisioned: true, .. } => {
                    Some(environment)
                }
                _ => None,
            })
            .collect();
        prop_assert_eq!(
            shown(|it| it.provisioned_invocations),
            counted(timeline, |it| matches!(
                it,
                LifecycleEvent::InvocationStarted { environment, .. }
                    if provisioned.contains(environment)
            ))
        );
        prop_assert_eq!(
            shown(|it| it.spillover_invocations),
            recount(|it| matches!(
                it,
                LifecycleEvent::Version(VersionFact::RequestSpilledOver { .. })
            ))
        );
        let most = metrics.minutes(F).map(|(minute, it)| (minute, it.concurrent_executions));
        let most: BTreeMap<u64, u32> = most.filter(|(_, most)| *most > 0).collect();
        prop_assert_eq!(most, most_at_a_time(timeline));

        prop_assert_eq!(metrics.total(F).iterator_age, iterator_ages(timeline));

        let mut durations = Statistics::default();
        let mut ages = Statistics::default();
        let mut accepted = BTreeMap::new();
        let mut attempts = BTreeMap::new();
        for entry in timeline.entries() {
            match &entry.event {
                LifecycleEvent::InvocationFinished { duration, .. } => durations.add(*duration),
                LifecycleEvent::Async(AsyncFact::EventAccepted { request, .. }) => {
                    accepted.insert(*request, entry.at);
                }
                LifecycleEvent::RequestArrived {
                    request,
                    trigger: Trigger::Async { first, .. },
                    ..
                } => {
                    attempts.insert(*request, *first);
                }
                LifecycleEvent::InvocationStarted { request, .. } => {
                    if let Some(first) = attempts.get(request) {
                        ages.add(entry.at.since(accepted[first]));
                    }
                }
                _ => {}
            }
        }
        let total = metrics.total(F);
        prop_assert_eq!(total.duration, durations);
        prop_assert_eq!(total.async_event_age, ages);
    }
}

/// The account's metrics by what the platform goes by when it lets requests in.
fn claims(platform: &Platform) -> Claims {
    let (used, limit) = platform.unreserved();
    Claims {
        concurrent_executions: platform.in_flight(),
        unreserved_concurrent_executions: used,
        claimed_account_concurrency: used + platform.account_concurrency() - limit,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// "Monitoring concurrency": `ClaimedAccountConcurrency` is what no other invocation on demand can have.
    #[test]
    fn what_is_claimed_is_what_the_platform_lets_nobody_have(
        acts in prop::collection::vec(act(), 1..60),
        handlers in prop::collection::vec((any::<bool>(), 0u64..150), 1..6),
    ) {
        let mut session = Session::new(handlers, None);
        let mut metrics = CaughtUp::<AccountMetrics>::default();
        let mut most = 0;
        for act in &acts {
            session.act(act);
            let metrics = metrics.catch_up(&session.timeline);
            prop_assert_eq!(metrics.now(), claims(&session.platform));
            most = most.max(metrics.now().claimed_account_concurrency);
            prop_assert!(metrics.maximum().claimed_account_concurrency >= most);
        }
        let anew = CaughtUp::<AccountMetrics>::default().catch_up(&session.timeline).maximum();
        prop_assert_eq!(metrics.get().maximum(), anew);
    }
}

/// "Monitoring concurrency": unreserved concurrency in use, all that is reserved and all that is provisioned.
#[test]
fn reserved_and_provisioned_concurrency_is_claimed_whether_in_use_or_not() {
    let mut session = Session::new(vec![(false, 50)], None);
    let provision = |environments| Input::Provision {
        function: F,
        qualifier: Qualifier::Version(Version::from(1)),
        environments,
    };
    let mut metrics = CaughtUp::<AccountMetrics>::default();
    let mut of = |session: &Session| {
        let now = metrics.catch_up(&session.timeline).now();
        let Claims {
            concurrent_executions: all,
            unreserved_concurrent_executions: unreserved,
            claimed_account_concurrency: claimed,
        } = now;
        (all, unreserved, claimed)
    };
    // Two are provisioned: what is asked for is claimed before it is there.
    assert_eq!(of(&session), (0, 0, 2));
    session.act(&Act::Wait(100));
    // In one of the two, and on demand.
    session.act(&Act::InvokeVersion);
    session.act(&Act::Invoke);
    assert_eq!(of(&session), (2, 1, 3));
    // They are of the hundred from now on, and so is the request on demand.
    session.act(&Act::Reserve(Some(100)));
    assert_eq!(of(&session), (2, 0, 100));
    session.act(&Act::Reserve(None));
    session.act(&Act::Wait(100));
    assert_eq!(of(&session), (0, 0, 2));
    session.input(provision(5));
    assert_eq!(of(&session), (0, 0, 5));
    session.input(provision(0));
    assert_eq!(of(&session), (0, 0, 0));
    session.act(&Act::Reserve(Some(7)));
    session.input(Input::DeleteFunction { function: F });
    assert_eq!(of(&session), (0, 0, 0));
    let most = metrics.get().maximum();
    assert_eq!(most.claimed_account_concurrency, 100);
    assert_eq!(most.unreserved_concurrent_executions, 1);
}

/// "Types of metrics for Lambda functions": that which a recount of nothing would find as well.
#[test]
fn what_is_rare_is_counted() {
    let mut session = Session::new(vec![(false, 1)], Some(Destination::Function(F)));
    session.act(&Act::Wait(100));
    session.act(&Act::InvokeVersion);
    session.act(&Act::InvokeAsync);
    session.run_until(session.now + Span::from_secs(600));
    let mut caught_up = CaughtUp::<Metrics>::default();
    let total = caught_up.catch_up(&session.timeline).total(F);
    let circle = u64::try_from(RECURSION_LIMIT).unwrap();
    assert_eq!(total.invocations, circle + 1);
    assert_eq!(total.provisioned_invocations, 1);
    // The event that is dropped is told to nobody: both are errors.
    assert_eq!(total.async_events_dropped, 1);
    assert_eq!(total.recursive_invocations_dropped, 1);
    assert_eq!(total.destination_delivery_failures, 1);
    assert_eq!(total.dead_letter_errors, 1);
}
