//! The platform against the rules it implements, and under random input.
#![allow(clippy::unwrap_used, clippy::panic)]

mod asynchronous;
mod queues;
mod stage;
mod streams;
mod versions;

use super::*;
use crate::timeline::{
    Architecture, DEFAULT_HANDLER, Failure, HandlerKind, InitOutcome, Outcome, Qualifier,
    Rejection, ResetReason, Runtime, Signal, SnapStart, Start, ThrottleReason, Timeline, Trigger,
    Uncapturable,
};
use crate::units::{ByteCount, MemoryMb, PackageId, PayloadId};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const F: FunctionId = FunctionId(1);
const G: FunctionId = FunctionId(2);
/// One with snapshots.
const SNAPPED: FunctionId = FunctionId(3);

pub(super) fn configuration(reserved: Option<u32>) -> Box<FunctionConfiguration> {
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
        reserved_concurrency: reserved,
        snap_start: SnapStart::None,
        asynchronous: crate::timeline::AsyncConfiguration::default(),
        clock: crate::timeline::ClockSetting::default(),
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
    fn with(functions: &[(FunctionId, Option<u32>)]) -> Self {
        let mut world = World::default();
        for (function, reserved) in functions {
            let configuration = configuration(*reserved);
            world.send(Input::ConfigureFunction {
                function: *function,
                configuration,
            });
        }
        world
    }

    /// Sends an input one millisecond later; returns the facts.
    fn send(&mut self, input: Input) -> Vec<LifecycleEvent> {
        self.now += 1_000_000;
        let mut out = Out::default();
        self.platform
            .handle(Moment::from_nanos(self.now), input, &mut out);
        for fact in &out.facts {
            self.timeline
                .push(Moment::from_nanos(self.now), fact.clone());
        }
        self.effects.extend(out.effects);
        out.facts
    }

    fn request(&mut self, function: FunctionId) -> (RequestId, Vec<LifecycleEvent>) {
        let request = self.platform.next_request();
        let facts = self.send(Input::Request(Arrival {
            request,
            function,
            qualifier: Qualifier::LATEST,
            trigger: Trigger::Invoke,
            event: PayloadId(0),
            bytes: ByteCount::new(2),
            refused: None,
        }));
        (request, facts)
    }

    /// Requests, and if an environment was created takes it through init. Returns where it runs.
    fn run(&mut self, function: FunctionId) -> (RequestId, EnvironmentId) {
        let (request, facts) = self.request(function);
        let created = facts.iter().find_map(|fact| match fact {
            LifecycleEvent::EnvironmentCreated { environment, .. } => Some(*environment),
            _ => None,
        });
        if let Some(environment) = created {
            self.send(Input::EnvironmentReady { environment });
            let duration = Span::from_millis(40);
            let outcome = InitOutcome::Succeeded;
            self.send(Input::InitFinished {
                environment,
                outcome,
                duration,
                restoring: Span::ZERO,
                snapshot: None,
            });
        }
        let environment = self
            .timeline
            .entries()
            .iter()
            .find_map(|entry| match entry.event {
                LifecycleEvent::InvocationStarted {
                    environment,
                    request: it,
                    ..
                } if it == request => Some(environment),
                _ => None,
            });
        (request, environment.unwrap())
    }

    fn finish(
        &mut self,
        (request, environment): (RequestId, EnvironmentId),
        outcome: Outcome,
        duration: Span,
    ) -> Vec<LifecycleEvent> {
        self.send(Input::InvocationFinished(InvocationEnd {
            environment,
            request,
            outcome,
            duration,
            max_memory: ByteCount::new(1_000_000),
            response: None,
        }))
    }

    fn succeed(&mut self, invocation: (RequestId, EnvironmentId)) {
        self.finish(invocation, Outcome::Succeeded, Span::from_millis(5));
    }

    fn start_of(&self, wanted: RequestId) -> Start {
        let starts = self
            .timeline
            .entries()
            .iter()
            .find_map(|entry| match entry.event {
                LifecycleEvent::InvocationStarted { request, start, .. } if request == wanted => {
                    Some(start)
                }
                _ => None,
            });
        starts.unwrap()
    }
}

/// The ten requests of the Lambda developer guide, "Understanding Lambda function scaling":
/// 1 to 5 create A to E; 6, 7, 8 reuse A, B, C; 9 creates F; 10 reuses D.
#[test]
fn ten_requests_of_the_developer_guide() {
    let mut world = World::with(&[(F, None)]);
    let first: Vec<_> = (0..5).map(|_| world.run(F)).collect();
    let names: Vec<u32> = first.iter().map(|(_, environment)| environment.0).collect();
    assert_eq!(names, [1, 2, 3, 4, 5]);
    let mut reused = Vec::new();
    for invocation in &first[..3] {
        world.succeed(*invocation);
        reused.push(world.run(F).1.0);
    }
    assert_eq!(reused, [1, 2, 3]);
    assert_eq!(world.run(F).1.0, 6);
    world.succeed(first[3]);
    assert_eq!(world.run(F).1.0, 4);
}

#[test]
fn cold_then_warm_and_the_most_recently_idle_first() {
    let mut world = World::with(&[(F, None)]);
    let (a, b) = (world.run(F), world.run(F));
    assert_eq!(
        world.start_of(a.0),
        Start::Cold {
            init: Span::from_millis(40)
        }
    );
    world.succeed(a);
    world.succeed(b);
    let next = world.run(F);
    assert_eq!(next.1, b.1);
    assert_eq!(world.start_of(next.0), Start::Warm);
}

#[test]
fn throttles_name_the_limit_that_was_met() {
    let mut world = World::with(&[(F, Some(1)), (G, None)]);
    world.send(Input::ConfigureAccount {
        concurrency: 3,
        idle_expiry: DEFAULT_IDLE_EXPIRY,
    });
    world.run(F);
    let (request, facts) = world.request(F);
    let reason = ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded;
    let rejection = Rejection::Throttled(reason);
    assert_eq!(
        facts.last(),
        Some(&LifecycleEvent::RequestRejected { request, rejection })
    );
    // One of three is reserved for F, so that G has two.
    world.run(G);
    world.run(G);
    let (request, facts) = world.request(G);
    let rejection = Rejection::Throttled(ThrottleReason::ConcurrentInvocationLimitExceeded);
    assert_eq!(
        facts.last(),
        Some(&LifecycleEvent::RequestRejected { request, rejection })
    );
}

/// "Lambda scaling behavior": 1,000 environments every 10 seconds, refilled continuously.
#[test]
fn a_function_gets_so_many_environments_and_no_faster() {
    let mut world = World::with(&[(F, None), (G, None)]);
    world.send(Input::ConfigureAccount {
        concurrency: 5_000,
        idle_expiry: DEFAULT_IDLE_EXPIRY,
    });
    let reason = ThrottleReason::FunctionInvocationRateLimitExceeded;
    let throttled = |facts: &[LifecycleEvent]| {
        facts.iter().any(|fact| {
            matches!(fact, LifecycleEvent::RequestRejected { rejection: Rejection::Throttled(it), .. } if *it == reason)
        })
    };
    // A request a millisecond: 119 environments are refilled after the first of them.
    let refused = (0..1_200)
        .filter(|_| throttled(&world.request(F).1))
        .count();
    assert_eq!(refused, 81);
    // Another function has an allowance of its own, and warm environments need none.
    assert!(!throttled(&world.request(G).1));
}

#[test]
fn reserved_zero_stops_a_function() {
    let mut world = World::with(&[(F, Some(0))]);
    let (_, facts) = world.request(F);
    assert!(matches!(
        facts.last(),
        Some(LifecycleEvent::RequestRejected { .. })
    ));
}

#[test]
fn an_init_of_more_than_ten_seconds_runs_again_under_the_functions_timeout() {
    let mut world = World::with(&[(F, None)]);
    let (request, _) = world.request(F);
    let environment = EnvironmentId(1);
    world.send(Input::EnvironmentReady { environment });
    world.now += 10_000_000_000;
    let facts = world.send(Input::TimerFired(Timer::InitLimit { environment }));
    assert!(matches!(
        facts[..],
        [
            LifecycleEvent::InitFinished {
                outcome: InitOutcome::TimedOut,
                ..
            },
            LifecycleEvent::EnvironmentReset {
                reason: ResetReason::InitTimeout,
                ..
            },
            LifecycleEvent::InvocationStarted {
                start: Start::InitAgain,
                ..
            },
        ]
    ));
    let deadline = Moment::from_nanos(world.now) + Span::from_secs(3);
    let invoke = Effect::Invoke {
        environment,
        request,
        init_first: true,
        deadline,
    };
    assert!(world.effects.contains(&invoke));
}

#[test]
fn timeout_and_crash_reset_the_environment_and_the_next_invocation_inits_again() {
    for (outcome, duration, reason) in [
        (
            Outcome::Succeeded,
            Span::from_nanos(3_000_000_001),
            ResetReason::Timeout,
        ),
        (
            Outcome::Failed(Failure::Exited(3)),
            Span::from_millis(1),
            ResetReason::Crash,
        ),
        (
            Outcome::Failed(Failure::Killed(Signal::Killed)),
            Span::from_millis(1),
            ResetReason::Crash,
        ),
    ] {
        let mut world = World::with(&[(F, None)]);
        let invocation = world.run(F);
        let facts = world.finish(invocation, outcome, duration);
        let environment = invocation.1;
        assert!(facts.contains(&LifecycleEvent::EnvironmentReset {
            environment,
            reason
        }));
        assert!(
            world
                .effects
                .contains(&Effect::ResetEnvironment { environment })
        );
        let next = world.run(F);
        assert_eq!(next.1, environment);
        assert_eq!(world.start_of(next.0), Start::InitAgain);
        // Only once: after a good invocation it is warm again.
        world.succeed(next);
        let warm = world.run(F);
        assert_eq!(world.start_of(warm.0), Start::Warm);
    }
}

#[test]
fn a_handlers_own_error_keeps_the_environment_warm() {
    let mut world = World::with(&[(F, None)]);
    let invocation = world.run(F);
    world.finish(
        invocation,
        Outcome::Failed(Failure::HandlerError),
        Span::from_millis(1),
    );
    let next = world.run(F);
    assert_eq!(world.start_of(next.0), Start::Warm);
}

#[test]
fn idle_environments_expire_unless_they_were_used_since() {
    let mut world = World::with(&[(F, None)]);
    let invocation = world.run(F);
    world.succeed(invocation);
    let timer = |world: &World| {
        let timers = world.effects.iter().rev().find_map(|effect| match effect {
            Effect::SetTimer {
                timer: timer @ Timer::IdleExpiry { .. },
                ..
            } => Some(*timer),
            _ => None,
        });
        timers.unwrap()
    };
    let stale = timer(&world);
    let next = world.run(F);
    world.succeed(next);
    assert!(world.send(Input::TimerFired(stale)).is_empty());
    let due = timer(&world);
    let facts = world.send(Input::TimerFired(due));
    let reason = ShutdownReason::IdleExpiry;
    let environment = invocation.1;
    assert_eq!(
        facts,
        [LifecycleEvent::EnvironmentShutDown {
            environment,
            reason
        }]
    );
}

#[test]
fn a_change_drains_but_reserved_concurrency_alone_does_not() {
    let mut world = World::with(&[(F, None)]);
    let (idle, busy) = (world.run(F), world.run(F));
    world.succeed(idle);
    let facts = world.send(Input::ConfigureFunction {
        function: F,
        configuration: configuration(Some(9)),
    });
    assert_eq!(facts.len(), 1, "{facts:?}");
    let mut changed = configuration(Some(9));
    changed.memory = MemoryMb::new(256);
    let facts = world.send(Input::ConfigureFunction {
        function: F,
        configuration: changed,
    });
    let shut = |environment| LifecycleEvent::EnvironmentShutDown {
        environment,
        reason: ShutdownReason::Updated,
    };
    assert!(facts.contains(&shut(idle.1)) && !facts.contains(&shut(busy.1)));
    let facts = world.finish(busy, Outcome::Succeeded, Span::from_millis(1));
    assert!(facts.contains(&shut(busy.1)));
}

#[test]
fn what_a_killed_environment_still_says_is_ignored() {
    let mut world = World::with(&[(F, None)]);
    let invocation = world.run(F);
    let (request, environment) = invocation;
    world.send(Input::TimerFired(Timer::InvocationTimeout {
        environment,
        request,
    }));
    assert!(
        world
            .finish(invocation, Outcome::Succeeded, Span::from_millis(1))
            .is_empty()
    );
    let text = PayloadId(0);
    let late = Input::LogWritten {
        environment,
        request: Some(request),
        text,
    };
    assert!(world.send(late).is_empty());
}

#[derive(Clone, Debug)]
enum Step {
    Request(FunctionId),
    Answer(usize, u8),
    Timer(usize),
    Recycle,
    Change(bool),
    Reclaim,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => prop_oneof![Just(F), Just(G), Just(SNAPPED)].prop_map(Step::Request),
        8 => (any::<usize>(), any::<u8>()).prop_map(|(which, how)| Step::Answer(which, how)),
        3 => any::<usize>().prop_map(Step::Timer),
        1 => Just(Step::Recycle),
        1 => any::<bool>().prop_map(Step::Change),
        1 => Just(Step::Reclaim),
    ]
}

impl World {
    /// Does what a driver with random luck might do.
    fn random_step(&mut self, step: Step) {
        let (mut open, mut timers) = (Vec::new(), Vec::new());
        for effect in &self.effects {
            match effect {
                Effect::SetTimer { timer, .. } => timers.push(*timer),
                other => open.push(other.clone()),
            }
        }
        match step {
            Step::Request(function) => {
                self.request(function);
            }
            Step::Answer(which, how) if !open.is_empty() => {
                match open[which % open.len()] {
                    Effect::StartEnvironment { environment, .. } if how % 16 == 0 => {
                        self.send(Input::EnvironmentFailed { environment });
                    }
                    Effect::StartEnvironment { environment, .. } => {
                        self.send(Input::EnvironmentReady { environment });
                    }
                    Effect::Init { environment, .. } => {
                        let outcome = match how % 4 {
                            0 => InitOutcome::Failed(Failure::Exited(1)),
                            _ => InitOutcome::Succeeded,
                        };
                        let duration = Span::from_millis(u64::from(how) * 50);
                        self.send(Input::InitFinished {
                            environment,
                            outcome,
                            duration,
                            restoring: duration,
                            snapshot: match how % 3 {
                                0 => None,
                                1 => Some(Ok(ByteCount::new(7))),
                                _ => Some(Err(Uncapturable::OnStack)),
                            },
                        });
                    }
                    Effect::Invoke {
                        environment,
                        request,
                        ..
                    } => {
                        let outcome = match how % 4 {
                            0 => Outcome::Failed(Failure::Killed(Signal::Aborted)),
                            1 => Outcome::Failed(Failure::HandlerError),
                            _ => Outcome::Succeeded,
                        };
                        let duration = Span::from_millis(u64::from(how) * 15);
                        self.finish((request, environment), outcome, duration);
                    }
                    _ => {}
                };
            }
            Step::Timer(which) if !timers.is_empty() => {
                self.send(Input::TimerFired(timers[which % timers.len()]));
            }
            Step::Recycle => {
                self.send(Input::Recycle { function: None });
            }
            Step::Change(bigger) => {
                let mut configuration = configuration(None);
                configuration.memory = MemoryMb::new(if bigger { 256 } else { 128 });
                self.send(Input::ConfigureFunction {
                    function: F,
                    configuration: configuration.clone(),
                });
                configuration.snap_start = SnapStart::PublishedVersions;
                self.send(Input::ConfigureFunction {
                    function: SNAPPED,
                    configuration,
                });
            }
            Step::Reclaim => {
                if let Some(environment) = self.platform.longest_idle() {
                    self.send(Input::Reclaim { environment });
                }
            }
            Step::Answer(..) | Step::Timer(..) => {}
        }
    }
}

proptest! {
    /// Each request ends at most once and only after it arrived; no environment handles two
    /// requests at a time or speaks after its end; concurrency never passes its limit.
    #[test]
    fn invariants_hold_under_random_input(steps in prop::collection::vec(step(), 0..200)) {
        let mut world = World::with(&[(F, Some(4)), (G, None)]);
        world.random_step(Step::Change(false));
        world.send(Input::ConfigureAccount { concurrency: 7, idle_expiry: DEFAULT_IDLE_EXPIRY });
        for step in steps {
            world.random_step(step);
            prop_assert!(world.platform.in_flight() <= 7);
            let (used, limit) = world.platform.unreserved();
            prop_assert!(used <= limit);
        }
        check(&world.timeline)?;
        // Reopening closes whatever was open.
        let mut out = Out::default();
        let reopened = Platform::reopen(&world.timeline, &mut out);
        // Nothing runs but what the snapshot needs.
        prop_assert!(reopened.is_pending(SNAPPED, Version::Latest));
        prop_assert_eq!(out.effects.len(), 1);
        let end = world.timeline.end();
        for fact in out.facts {
            world.timeline.push(end, fact);
        }
        let open = check(&world.timeline)?;
        prop_assert!(open.is_empty(), "still open: {:?}", open);
    }
}

/// Checks a timeline's invariants; returns the requests that have not ended.
fn check(timeline: &Timeline) -> Result<BTreeSet<RequestId>, TestCaseError> {
    let mut waiting = BTreeSet::new();
    let mut ended = BTreeSet::new();
    let mut running: BTreeMap<EnvironmentId, RequestId> = BTreeMap::new();
    let mut gone = BTreeSet::new();
    let mut last = Moment::START;
    for entry in timeline.entries() {
        prop_assert!(entry.at >= last);
        last = entry.at;
        match entry.event {
            LifecycleEvent::RequestArrived { request, .. } => {
                prop_assert!(waiting.insert(request) && !ended.contains(&request));
            }
            LifecycleEvent::RequestRejected { request, .. } => {
                prop_assert!(waiting.remove(&request) && ended.insert(request));
            }
            LifecycleEvent::InvocationStarted {
                environment,
                request,
                ..
            } => {
                prop_assert!(!gone.contains(&environment));
                prop_assert!(waiting.contains(&request));
                prop_assert!(running.insert(environment, request).is_none());
            }
            LifecycleEvent::InvocationFinished {
                environment,
                request,
                ..
            } => {
                prop_assert_eq!(running.remove(&environment), Some(request));
                prop_assert!(waiting.remove(&request) && ended.insert(request));
            }
            LifecycleEvent::EnvironmentShutDown { environment, .. } => {
                prop_assert!(!running.contains_key(&environment));
                prop_assert!(gone.insert(environment));
            }
            _ => {}
        }
    }
    Ok(waiting)
}
