//! SnapStart: the platform's rules, its log lines and its bill together.
#![allow(clippy::unwrap_used, clippy::panic)]

use runtime_core::billing::{GbSeconds, LEAST_SNAPSHOT_CACHE, PriceBook, SessionUsage};
use runtime_core::platform::{
    Arrival, Effect, Input, InvocationEnd, Out, Platform, RESTORE_LIMIT, SNAPSHOT_INIT_LIMIT,
    StartFrom, Timer,
};
use runtime_core::projections::{
    Invocations, SnapshotState, Snapshots, log_text, snapshot_log_lines,
};
use runtime_core::timeline::{
    Architecture, ClockSetting, DEFAULT_HANDLER, Failure, FunctionConfiguration, HandlerKind,
    InitOutcome, LifecycleEvent, Outcome, Payloads, Projection, Qualifier, Rejection, Runtime,
    SnapStart, Start, Timeline, Trigger, Uncapturable,
};
use runtime_core::units::{
    ByteCount, EnvironmentId, FunctionId, MemoryMb, Moment, PackageId, PayloadId, RequestId,
    SessionSeed, Span, Version,
};

const F: FunctionId = FunctionId(1);
const SIZE: ByteCount = ByteCount::new(4_096);

fn snapped() -> Box<FunctionConfiguration> {
    Box::new(FunctionConfiguration {
        name: "f".into(),
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
        reserved_concurrency: None,
        snap_start: SnapStart::PublishedVersions,
        asynchronous: Default::default(),
        clock: ClockSetting::default(),
    })
}

/// A platform with the timeline and the effects that it made.
#[derive(Default)]
struct World {
    platform: Platform,
    timeline: Timeline,
    effects: Vec<Effect>,
    now: u64,
}

impl World {
    /// Sends an input one millisecond later; returns the facts.
    fn send(&mut self, input: Input) -> Vec<LifecycleEvent> {
        self.now += 1_000_000;
        let at = Moment::from_nanos(self.now);
        let mut out = Out::default();
        self.platform.handle(at, input, &mut out);
        for fact in &out.facts {
            self.timeline.push(at, fact.clone());
        }
        self.effects.extend(out.effects);
        out.facts
    }

    fn request(&mut self) -> (RequestId, Vec<LifecycleEvent>) {
        let request = self.platform.next_request();
        let facts = self.send(Input::Request(Arrival {
            request,
            function: F,
            qualifier: Qualifier::LATEST,
            trigger: Trigger::Invoke,
            event: PayloadId(0),
            bytes: ByteCount::new(2),
            refused: None,
        }));
        (request, facts)
    }

    /// The request's handler succeeds.
    fn finish(&mut self, request: RequestId, duration: Span) {
        self.send(Input::InvocationFinished(InvocationEnd {
            environment: self.environment_of(request),
            request,
            outcome: Outcome::Succeeded,
            duration,
            max_memory: ByteCount::new(1_000_000),
            response: None,
        }));
    }

    fn environment_of(&self, request: RequestId) -> EnvironmentId {
        let invocations: Invocations = folded(self);
        invocations.get(request).unwrap().environment.unwrap()
    }

    fn start_of(&self, request: RequestId) -> Option<Start> {
        let invocations: Invocations = folded(self);
        let started = invocations.get(request).unwrap().started;
        started.map(|(_, start)| start)
    }

    /// A function with these settings; the effects of that.
    fn configure(&mut self, configuration: Box<FunctionConfiguration>) -> Vec<Effect> {
        self.effects.clear();
        self.send(Input::ConfigureFunction {
            function: F,
            configuration,
        });
        self.effects.clone()
    }

    /// The environment of the last effect that starts one, up to the end of its first phase.
    fn begin(
        &mut self,
        outcome: InitOutcome,
        duration: Span,
        restoring: Span,
        snapshot: Option<Result<ByteCount, Uncapturable>>,
    ) -> Vec<LifecycleEvent> {
        let started = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::StartEnvironment { environment, .. } => Some(*environment),
            _ => None,
        });
        let environment = started.unwrap();
        self.send(Input::EnvironmentReady { environment });
        self.send(Input::InitFinished {
            environment,
            outcome,
            duration,
            restoring,
            snapshot,
        })
    }

    /// Takes the function's snapshot.
    fn capture(&mut self) {
        let took = Span::from_nanos(41_250_000);
        self.begin(InitOutcome::Succeeded, took, Span::ZERO, Some(Ok(SIZE)));
    }

    /// A request's environment, restored.
    fn restore(&mut self) -> RequestId {
        let (request, _) = self.request();
        let (took, restoring) = (Span::from_nanos(8_600_000), Span::from_nanos(5_100_000));
        self.begin(InitOutcome::Succeeded, took, restoring, None);
        request
    }

    fn rejection(&self, wanted: RequestId) -> Option<Rejection> {
        let mut entries = self.timeline.entries().iter();
        entries.find_map(|entry| match entry.event {
            LifecycleEvent::RequestRejected { request, rejection } if request == wanted => {
                Some(rejection)
            }
            _ => None,
        })
    }
}

fn folded<P: Projection + Default>(world: &World) -> P {
    let mut projection = P::default();
    for entry in world.timeline.entries() {
        projection.apply(entry);
    }
    projection
}

#[test]
fn a_version_is_pending_until_its_snapshot_is_there() {
    let mut world = World::default();
    let effects = world.configure(snapped());
    assert!(matches!(
        effects[..],
        [Effect::StartEnvironment {
            beginning: StartFrom::Capture,
            ..
        }]
    ));
    let (early, _) = world.request();
    assert_eq!(world.rejection(early), Some(Rejection::SnapStartNotReady));
    assert_eq!(Rejection::SnapStartNotReady.status(), 409);
    assert!(
        world.platform.is_pending(F, Version::Latest)
            && !world.platform.has_snapshot(F, Version::Latest)
    );
    world.capture();
    assert!(
        !world.platform.is_pending(F, Version::Latest)
            && world.platform.has_snapshot(F, Version::Latest)
    );
    assert!(world.effects.iter().any(|effect| matches!(
        effect,
        Effect::Init { limit, .. } if *limit == SNAPSHOT_INIT_LIMIT
    )));
    let request = world.restore();
    assert!(world.effects.iter().any(|effect| matches!(
        effect,
        Effect::Init { limit, .. } if *limit == RESTORE_LIMIT
    )));
    let start = Start::Restored {
        restore: Span::from_nanos(8_600_000),
        billed: Span::from_nanos(3_500_000),
    };
    assert_eq!(world.start_of(request), Some(start));
    // The environment is an environment like any other from then on.
    world.finish(request, Span::from_millis(2));
    let (warm, _) = world.request();
    assert_eq!(world.start_of(warm), Some(Start::Warm));
}

/// A timeout of more than 130 seconds is the limit.
#[test]
fn long_inits_may_take_as_long_as_invocations() {
    let mut long = snapped();
    long.timeout = Span::from_secs(600);
    let mut world = World::default();
    world.configure(long);
    let took = Span::from_secs(599);
    world.begin(InitOutcome::Succeeded, took, Span::ZERO, Some(Ok(SIZE)));
    let snapshots: Snapshots = folded(&world);
    assert!(matches!(
        snapshots.get(F).unwrap().state,
        SnapshotState::Taken { size: SIZE, .. }
    ));
}

#[test]
fn without_a_snapshot_starts_are_cold() {
    let timed_out = (
        InitOutcome::Succeeded,
        Span::from_secs(131),
        Some(Ok(SIZE)),
        None,
    );
    let failed = InitOutcome::Failed(Failure::InitError);
    let refused = Uncapturable::OnStack;
    for (outcome, took, snapshot, reason) in [
        timed_out,
        (failed, Span::from_secs(1), None, None),
        (
            InitOutcome::Succeeded,
            Span::from_secs(1),
            Some(Err(refused.clone())),
            Some(refused),
        ),
    ] {
        let mut world = World::default();
        world.configure(snapped());
        world.begin(outcome, took, Span::ZERO, snapshot);
        let snapshots: Snapshots = folded(&world);
        let state = &snapshots.get(F).unwrap().state;
        assert_eq!(state, &SnapshotState::Refused(reason));
        world.request();
        let took = Span::from_millis(3);
        world.begin(InitOutcome::Succeeded, took, Span::ZERO, None);
        let last = world.timeline.entries().last().unwrap();
        assert!(matches!(
            last.event,
            LifecycleEvent::InvocationStarted {
                start: Start::Cold { .. },
                ..
            }
        ));
    }
}

#[test]
fn a_restore_that_fails_refuses_its_request() {
    let slow = (InitOutcome::Succeeded, Span::from_secs(11));
    let failed = InitOutcome::Failed(Failure::InitError);
    for ((outcome, took), rejection, status) in [
        (slow, Rejection::SnapStartTimedOut, 408),
        (
            (failed, Span::from_secs(1)),
            Rejection::SnapStartFailed,
            400,
        ),
    ] {
        let mut world = World::default();
        world.configure(snapped());
        world.capture();
        let (request, _) = world.request();
        world.begin(outcome, took, Span::ZERO, None);
        assert_eq!(world.rejection(request), Some(rejection));
        assert_eq!(rejection.status(), status);
        assert_eq!(world.platform.in_flight(), 0);
        assert!(!world.platform.is_busy());
    }
    // The timer says it too.
    let mut world = World::default();
    world.configure(snapped());
    world.capture();
    let (request, facts) = world.request();
    let environment = match facts.last() {
        Some(LifecycleEvent::EnvironmentCreated { environment, .. }) => *environment,
        other => panic!("an environment: {other:?}"),
    };
    world.send(Input::EnvironmentReady { environment });
    world.send(Input::TimerFired(Timer::InitLimit { environment }));
    assert_eq!(world.rejection(request), Some(Rejection::SnapStartTimedOut));
}

#[test]
fn a_changed_function_gets_another_snapshot() {
    let mut world = World::default();
    world.configure(snapped());
    world.capture();
    // Reserved concurrency is no part of an environment, and so none of a snapshot.
    let mut reserved = snapped();
    reserved.reserved_concurrency = Some(5);
    assert!(world.configure(reserved.clone()).is_empty());
    assert!(!world.platform.is_pending(F, Version::Latest));
    reserved.memory = MemoryMb::new(512);
    world.configure(reserved.clone());
    assert!(world.platform.is_pending(F, Version::Latest));
    // The older one that comes late is nobody's.
    let older = world.effects.clone();
    reserved.memory = MemoryMb::new(1_024);
    let newer = world.configure(reserved);
    world.effects = older;
    world.capture();
    assert!(world.platform.is_pending(F, Version::Latest));
    world.effects = newer;
    world.capture();
    assert!(!world.platform.is_pending(F, Version::Latest));
    world.send(Input::DeleteFunction { function: F });
    let last = world.timeline.entries().last().unwrap();
    assert_eq!(
        last.event,
        LifecycleEvent::SnapshotDeleted {
            function: F,
            version: Version::Latest,
        }
    );
}

#[test]
fn a_session_that_is_opened_again_takes_its_snapshots_again() {
    let mut world = World::default();
    world.configure(snapped());
    world.capture();
    let mut out = Out::default();
    let platform = Platform::reopen(&world.timeline, &mut out);
    assert!(platform.is_pending(F, Version::Latest));
    assert_eq!(out.effects.len(), 1);
}

#[test]
fn logs_are_worded_as_aws_words_them() {
    let mut world = World::default();
    world.configure(snapped());
    world.capture();
    let request = world.restore();
    world.finish(request, Span::from_nanos(13_820_000));
    let invocations: Invocations = folded(&world);
    let record = invocations.get(request).unwrap();
    let seed = SessionSeed(1);
    let uuid = request.uuid(seed);
    assert_eq!(
        log_text(record, &Payloads::default(), seed),
        format!(
            "RESTORE_START Runtime Version: coldstart:reactor.v1\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:coldstart-reactor-v1\n\
             RESTORE_REPORT Restore Duration: 8.60 ms\n\
             START RequestId: {uuid} Version: $LATEST\n\
             END RequestId: {uuid}\n\
             REPORT RequestId: {uuid}\tDuration: 13.82 ms\tBilled Duration: 18 ms\tMemory Size: 128 MB\tMax Memory Used: 1 MB\tRestore Duration: 8.60 ms\tBilled Restore Duration: 4 ms\t\n"
        )
    );
    let snapshots: Snapshots = folded(&world);
    let lines = snapshot_log_lines(snapshots.get(F).unwrap(), &Payloads::default());
    let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts[1], "INIT_REPORT Init Duration: 41.25 ms\n");
    assert_eq!(snapshots.get(F).unwrap().restores, 1);
}

/// INIT once, each restore, and three hours of the snapshot.
#[test]
fn a_session_pays_for_its_snapshots() {
    let mut world = World::default();
    world.configure(snapped());
    world.capture();
    let mut requests = 0;
    for _ in 0..3 {
        let request = world.restore();
        world.finish(request, Span::from_millis(10));
        world.send(Input::Recycle { function: None });
        requests += 1;
    }
    let book = PriceBook::parse(include_str!(
        "../../public/prices/lambda-us-east-1-2026-11-23.json"
    ))
    .unwrap();
    let memory = MemoryMb::new(128);
    let used = folded::<SessionUsage>(&world).total(&book);
    assert_eq!(used.requests, requests);
    // 42 ms of INIT; 10 ms and 3.5 ms of hooks each time.
    assert_eq!(
        used.x86_64,
        GbSeconds::of(memory, Span::from_millis(42 + 3 * 14))
    );
    assert_eq!(used.snapshot_restores.to_string(), "0.375");
    let kept = GbSeconds::of(memory, LEAST_SNAPSHOT_CACHE);
    assert_eq!(used.snapshot_cache, kept);
    // The next version has its own three hours.
    let mut larger = snapped();
    larger.memory = MemoryMb::new(256);
    world.configure(larger);
    world.capture();
    let used = folded::<SessionUsage>(&world).total(&book);
    assert_eq!(used.snapshot_cache, kept + kept.times(2));
}
