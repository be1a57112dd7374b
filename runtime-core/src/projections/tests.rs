//! Golden log lines, and projections under random timelines.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::timeline::{
    Architecture, CaughtUp, ClockSetting, DEFAULT_HANDLER, Failure, FunctionConfiguration,
    HandlerKind, InitOutcome, LifecycleEvent, Outcome, Payloads, Projection, Runtime, SessionMeta,
    Signal, SnapStart, Start, Timeline, Trigger,
};
use crate::units::{
    ByteCount, EnvironmentId, FunctionId, MemoryMb, Moment, PackageId, RequestId, SessionSeed,
    Span, Version,
};
use proptest::prelude::*;

const F: FunctionId = FunctionId(1);
const E: EnvironmentId = EnvironmentId(1);
const R: RequestId = RequestId(1);
const SEED: SessionSeed = SessionSeed(7);

fn configured() -> LifecycleEvent {
    LifecycleEvent::FunctionConfigured {
        function: F,
        revision: 1,
        configuration: Box::new(FunctionConfiguration {
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
            snap_start: SnapStart::None,
            asynchronous: Default::default(),
            clock: ClockSetting::default(),
        }),
    }
}

/// One request through one new environment.
fn cold(init: InitOutcome, start: Start, outcome: Outcome, duration: Span) -> (Timeline, Payloads) {
    let mut payloads = Payloads::default();
    let (event, text, init_text) = (
        payloads.add(*b"{}"),
        payloads.add(*b"from the handler\n"),
        payloads.add(*b"from init\n"),
    );
    let mut timeline = Timeline::default();
    let facts = [
        LifecycleEvent::SessionOpened(SessionMeta {
            seed: SEED,
            unix_millis: 0,
        }),
        configured(),
        LifecycleEvent::RequestArrived {
            request: R,
            function: F,
            trigger: Trigger::Invoke,
            event,
            bytes: ByteCount::new(2),
        },
        LifecycleEvent::EnvironmentCreated {
            environment: E,
            function: F,
            revision: 1,
            version: Version::Latest,
            request: Some(R),
            provisioned: false,
        },
        LifecycleEvent::InitStarted { environment: E },
        LifecycleEvent::LogWritten {
            environment: E,
            request: None,
            text: init_text,
        },
        LifecycleEvent::InitFinished {
            environment: E,
            outcome: init,
            duration: Span::from_nanos(110_100_000),
        },
        LifecycleEvent::InvocationStarted {
            environment: E,
            request: R,
            start,
        },
        LifecycleEvent::LogWritten {
            environment: E,
            request: Some(R),
            text,
        },
        LifecycleEvent::InvocationFinished {
            environment: E,
            request: R,
            outcome,
            duration,
            max_memory: ByteCount::new(36 * 1_048_576),
            response: None,
        },
    ];
    for (n, fact) in facts.into_iter().enumerate() {
        timeline.push(Moment::from_nanos(n as u64 * 1_000), fact);
    }
    (timeline, payloads)
}

fn text(timeline: &Timeline, payloads: &Payloads) -> String {
    let mut invocations = CaughtUp::<Invocations>::default();
    let invocations = invocations.catch_up(timeline);
    log_text(invocations.get(R).unwrap(), payloads, SEED).replace(&R.uuid(SEED), "ID")
}

/// The sample of 2023 that was recorded against AWS, with today's billing of INIT: 114 ms.
#[test]
fn log_of_a_cold_start_to_the_letter() {
    let init = Span::from_nanos(110_100_000);
    let (timeline, payloads) = cold(
        InitOutcome::Succeeded,
        Start::Cold { init },
        Outcome::Succeeded,
        Span::from_nanos(3_010_000),
    );
    assert_eq!(
        text(&timeline, &payloads),
        "INIT_START Runtime Version: coldstart:reactor.v1\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:coldstart-reactor-v1\n\
         from init\n\
         START RequestId: ID Version: $LATEST\n\
         from the handler\n\
         END RequestId: ID\n\
         REPORT RequestId: ID\tDuration: 3.01 ms\tBilled Duration: 114 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tInit Duration: 110.10 ms\t\n"
    );
}

#[test]
fn failed_inits_and_invocations_say_their_status() {
    let crash = InitOutcome::Failed(Failure::Exited(1));
    let out_of_memory = Outcome::Failed(Failure::Killed(Signal::Killed));
    let (timeline, payloads) = cold(
        crash,
        Start::InitAgain,
        out_of_memory,
        Span::from_nanos(3_010_000),
    );
    let log = text(&timeline, &payloads);
    assert!(log.contains(
        "INIT_REPORT Init Duration: 110.10 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError\nSTART"
    ), "{log}");
    assert!(log.ends_with(
        "REPORT RequestId: ID\tDuration: 3.01 ms\tBilled Duration: 4 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB\tStatus: error\tError Type: Runtime.OutOfMemory\t\n"
    ), "{log}");
    let timed_out = Outcome::Failed(Failure::TimedOut);
    let (timeline, payloads) = cold(
        InitOutcome::TimedOut,
        Start::InitAgain,
        timed_out,
        Span::from_millis(3_000),
    );
    let log = text(&timeline, &payloads);
    assert!(log.contains("INIT_REPORT Init Duration: 110.10 ms\tPhase: init\tStatus: timeout\n"));
    assert!(
        log.contains("Max Memory Used: 36 MB\tStatus: timeout\t\n"),
        "{log}"
    );
}

#[test]
fn counts_are_lambdas_metrics() {
    let (timeline, _) = cold(
        InitOutcome::Succeeded,
        Start::Cold { init: Span::ZERO },
        Outcome::Failed(Failure::HandlerError),
        Span::from_millis(1),
    );
    let mut concurrency = CaughtUp::<Concurrency>::default();
    let counts = concurrency.catch_up(&timeline).now();
    let expected = Counts {
        in_use: 0,
        invocations: 1,
        cold: 1,
        warm: 0,
        throttles: 0,
        errors: 1,
    };
    assert_eq!(counts, expected);
    assert_eq!(concurrency.get().peak(), 1);
    assert_eq!(
        concurrency.get().durations(),
        [(Span::from_millis(1), true)]
    );
}

#[test]
fn lanes_have_no_gaps() {
    let (timeline, _) = cold(
        InitOutcome::Succeeded,
        Start::Cold { init: Span::ZERO },
        Outcome::Succeeded,
        Span::from_millis(1),
    );
    let mut environments = CaughtUp::<Environments>::default();
    let lane = environments.catch_up(&timeline).get(E).unwrap().clone();
    let phases: Vec<Phase> = lane.segments.iter().map(|segment| segment.phase).collect();
    assert_eq!(
        phases,
        [Phase::Starting, Phase::Init, Phase::Invoke, Phase::Frozen]
    );
    for pair in lane.segments.windows(2) {
        assert_eq!(pair[0].to, Some(pair[1].from));
    }
}

/// A random order of facts is no story that the platform would tell: projections must bear it,
/// since files are loaded from anywhere.
fn facts() -> impl Strategy<Value = Vec<LifecycleEvent>> {
    let (timeline, _) = cold(
        InitOutcome::Succeeded,
        Start::Cold { init: Span::ZERO },
        Outcome::Succeeded,
        Span::from_millis(1),
    );
    let all: Vec<_> = timeline
        .entries()
        .iter()
        .map(|entry| entry.event.clone())
        .collect();
    prop::collection::vec(prop::sample::select(all), 0..60)
}

fn from_scratch<P: Projection + Default>(timeline: &Timeline, until: Moment) -> P {
    let mut projection = P::default();
    for entry in timeline.entries().iter().filter(|entry| entry.at <= until) {
        projection.apply(entry);
    }
    projection
}

proptest! {
    #[test]
    fn caught_up_equals_from_scratch(facts in facts(), stops in prop::collection::vec(0u64..60, 1..6)) {
        let mut timeline = Timeline::default();
        for (n, fact) in facts.into_iter().enumerate() {
            timeline.push(Moment::from_nanos(n as u64), fact);
        }
        let (mut invocations, mut environments, mut concurrency) = (
            CaughtUp::<Invocations>::default(),
            CaughtUp::<Environments>::default(),
            CaughtUp::<Concurrency>::default(),
        );
        for stop in stops {
            let until = Moment::from_nanos(stop);
            let records: Vec<_> = invocations.at(&timeline, until).iter().cloned().collect();
            let expected: Invocations = from_scratch(&timeline, until);
            prop_assert_eq!(records, expected.iter().cloned().collect::<Vec<_>>());
            let lanes: Vec<_> = environments.at(&timeline, until).lanes().cloned().collect();
            let expected: Environments = from_scratch(&timeline, until);
            prop_assert_eq!(lanes, expected.lanes().cloned().collect::<Vec<_>>());
            let expected: Concurrency = from_scratch(&timeline, until);
            prop_assert_eq!(concurrency.at(&timeline, until).points(), expected.points());
        }
    }

    #[test]
    fn a_timeline_survives_its_file(facts in facts()) {
        let mut timeline = Timeline::default();
        for fact in facts {
            timeline.push(Moment::START, fact);
        }
        let text = serde_json::to_string(&timeline).unwrap();
        prop_assert_eq!(serde_json::from_str::<Timeline>(&text).unwrap(), timeline);
    }
}

#[test]
fn a_history_is_what_an_environment_did() {
    let init = Span::from_nanos(110_100_000);
    let (mut timeline, mut payloads) = cold(
        InitOutcome::Succeeded,
        Start::Cold { init },
        Outcome::Failed(Failure::TimedOut),
        Span::from_secs(3),
    );
    let (second, other) = (RequestId(2), EnvironmentId(2));
    let event = payloads.add(*b"2");
    let arrived = |request, event| LifecycleEvent::RequestArrived {
        request,
        function: F,
        trigger: Trigger::Invoke,
        event,
        bytes: ByteCount::new(1),
    };
    let finished = |environment, request, duration| LifecycleEvent::InvocationFinished {
        environment,
        request,
        outcome: Outcome::Succeeded,
        duration,
        max_memory: ByteCount::new(1),
        response: Some(event),
    };
    let facts = [
        LifecycleEvent::EnvironmentReset {
            environment: E,
            reason: crate::timeline::ResetReason::Timeout,
        },
        // Another environment is none of its business.
        LifecycleEvent::InitStarted { environment: other },
        arrived(second, event),
        LifecycleEvent::InvocationStarted {
            environment: E,
            request: second,
            start: Start::InitAgain,
        },
        finished(other, RequestId(3), Span::from_secs(9)),
        finished(E, second, Span::from_millis(5)),
        // Nor is what came later.
        LifecycleEvent::EnvironmentReset {
            environment: E,
            reason: crate::timeline::ResetReason::Crash,
        },
    ];
    for (n, fact) in facts.into_iter().enumerate() {
        timeline.push(Moment::from_nanos(1_000_000 + n as u64 * 1_000), fact);
    }
    assert_eq!(History::of(timeline.entries(), RequestId(4)), None);
    let whole = History::of(timeline.entries(), second).unwrap();
    assert_eq!(whole.environment, E);
    assert_eq!(whole.created, Moment::from_nanos(3_000));
    assert_eq!(whole.configuration.name, "f");
    assert_eq!(whole.took(), init + Span::from_millis(3_005));
    let first = |step: &Step| {
        matches!(
            step,
            Step::Invoke {
                request: R,
                init_first: false,
                ..
            }
        )
    };
    assert!(matches!(whole.steps[0], Step::Init { took, .. } if took == init));
    assert!(first(&whole.steps[1]));
    assert_eq!(whole.steps[2], Step::Reset);
    assert_eq!(
        whole.steps[3],
        Step::Invoke {
            request: second,
            shown: second,
            named: None,
            at: Moment::from_nanos(1_003_000),
            init_first: true,
            event,
            outcome: Outcome::Succeeded,
            took: Span::from_millis(5),
            response: Some(event),
        }
    );
    let short = History::of(timeline.entries(), R).unwrap();
    assert_eq!(short.steps, whole.steps[..2]);
}
