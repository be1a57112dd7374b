//! Catching projections up with a timeline of one million entries.
//!
//! `cargo bench --package runtime-core --bench projections`: one line a projection, its name and
//! the median of entries a second over several rounds. `cargo xtask bench` reads these lines.
#![allow(clippy::print_stdout)]

use runtime_core::billing::SessionUsage;
use runtime_core::projections::{Concurrency, Environments, Functions, Invocations};
use runtime_core::timeline::{
    Architecture, CaughtUp, ClockSetting, DEFAULT_HANDLER, FunctionConfiguration, HandlerKind,
    InitOutcome, LifecycleEvent, Outcome, Projection, Runtime, SessionMeta, ShutdownReason, Start,
    Timeline, Trigger,
};
use runtime_core::units::{
    ByteCount, EnvironmentId, FunctionId, MemoryMb, Moment, PackageId, PayloadId, RequestId, Span,
    Version,
};
use std::collections::VecDeque;
use std::hint::black_box;
use std::time::Instant;

const ENTRIES: usize = 1_000_000;
const ROUNDS: usize = 7;
const FUNCTIONS: u32 = 5;
/// Environments that are alive at a time, over all functions.
const ENVIRONMENTS: usize = 200;
/// Requests that an environment serves before it is recycled.
const REQUESTS_EACH: u32 = 50;

/// A measured projection: its name, and the seconds that one catching up takes.
type Measured = (&'static str, fn(&Timeline) -> f64);

const PROJECTIONS: [Measured; 5] = [
    ("concurrency", seconds::<Concurrency>),
    ("environments", seconds::<Environments>),
    ("functions", seconds::<Functions>),
    ("usage", seconds::<SessionUsage>),
    ("invocations", seconds::<Invocations>),
];

fn main() {
    let timeline = Session::default().run();
    let mut taken = [const { Vec::new() }; PROJECTIONS.len()];
    // Projections take turns, so that whatever else the machine does meets all of them.
    for _ in 0..ROUNDS {
        for (taken, (_, measure)) in taken.iter_mut().zip(PROJECTIONS) {
            taken.push(measure(&timeline));
        }
    }
    for (mut taken, (name, _)) in taken.into_iter().zip(PROJECTIONS) {
        taken.sort_by(f64::total_cmp);
        let median = taken[taken.len() / 2];
        println!("{name} {:.0}", timeline.entries().len() as f64 / median);
    }
}

fn seconds<P: Projection + Default>(timeline: &Timeline) -> f64 {
    let mut projection = CaughtUp::<P>::default();
    let begin = Instant::now();
    black_box(projection.catch_up(timeline));
    let taken = begin.elapsed().as_secs_f64();
    black_box(&projection);
    taken
}

/// Writes a timeline such as many busy environments leave: the oldest idle one takes the next
/// request, most requests write one piece of log, and requests of several environments overlap.
#[derive(Default)]
struct Session {
    timeline: Timeline,
    nanos: u64,
    next_request: u64,
    next_environment: u32,
    next_payload: u32,
    /// Each with the requests that it has served.
    idle: VecDeque<(EnvironmentId, u32)>,
    running: VecDeque<(EnvironmentId, u32, RequestId)>,
}

impl Session {
    fn run(mut self) -> Timeline {
        self.say(LifecycleEvent::SessionOpened(SessionMeta::default()));
        for function in 0..FUNCTIONS {
            self.say(LifecycleEvent::FunctionConfigured {
                function: FunctionId(function),
                revision: 1,
                configuration: Box::new(configuration(function)),
            });
        }
        while self.timeline.entries().len() < ENTRIES {
            self.request();
            if self.running.len() > ENVIRONMENTS / 2 {
                self.finish();
            }
        }
        self.timeline
    }

    fn say(&mut self, event: LifecycleEvent) {
        self.nanos += 50_000;
        self.timeline.push(Moment::from_nanos(self.nanos), event);
    }

    fn payload(&mut self) -> PayloadId {
        self.next_payload += 1;
        PayloadId(self.next_payload)
    }

    fn request(&mut self) {
        let request = RequestId(self.next_request);
        self.next_request += 1;
        let warm = match self.idle.len() + self.running.len() {
            alive if alive < ENVIRONMENTS => None,
            _ => self.idle.pop_front(),
        };
        let number = warm.map_or(self.next_environment, |(environment, _)| environment.0);
        let function = FunctionId(number % FUNCTIONS);
        let event = self.payload();
        self.say(LifecycleEvent::RequestArrived {
            request,
            function,
            trigger: Trigger::Invoke,
            event,
            bytes: ByteCount::new(250),
        });
        let (environment, served, start) = match warm {
            Some((environment, served)) => (environment, served, Start::Warm),
            None => (self.create(function, request), 0, COLD),
        };
        self.say(LifecycleEvent::InvocationStarted {
            environment,
            request,
            start,
        });
        let text = self.payload();
        self.say(LifecycleEvent::LogWritten {
            environment,
            request: Some(request),
            text,
        });
        self.running.push_back((environment, served + 1, request));
    }

    fn create(&mut self, function: FunctionId, request: RequestId) -> EnvironmentId {
        let environment = EnvironmentId(self.next_environment);
        self.next_environment += 1;
        self.say(LifecycleEvent::EnvironmentCreated {
            environment,
            function,
            revision: 1,
            version: Version::Latest,
            request: Some(request),
            provisioned: false,
        });
        self.say(LifecycleEvent::InitStarted { environment });
        self.say(LifecycleEvent::InitFinished {
            environment,
            outcome: InitOutcome::Succeeded,
            duration: INIT,
        });
        environment
    }

    fn finish(&mut self) {
        let Some((environment, served, request)) = self.running.pop_front() else {
            return;
        };
        let response = self.payload();
        self.say(LifecycleEvent::InvocationFinished {
            environment,
            request,
            outcome: Outcome::Succeeded,
            duration: Span::from_nanos(1_234_567 + self.nanos % 1_000_000),
            max_memory: ByteCount::new(2_000_000),
            response: Some(response),
        });
        if served < REQUESTS_EACH {
            self.idle.push_back((environment, served));
        } else {
            self.say(LifecycleEvent::EnvironmentShutDown {
                environment,
                reason: ShutdownReason::IdleExpiry,
            });
        }
    }
}

const INIT: Span = Span::from_millis(12);
const COLD: Start = Start::Cold { init: INIT };

fn configuration(function: u32) -> FunctionConfiguration {
    FunctionConfiguration {
        name: format!("function-{function}"),
        package: PackageId(function),
        runtime: Runtime::Provided,
        handler: DEFAULT_HANDLER.to_owned(),
        kind: HandlerKind::Reactor,
        code_size: ByteCount::new(100_000),
        unzipped_size: ByteCount::default(),
        layers: Vec::new(),
        initial_memory: ByteCount::new(1_114_112),
        memory: MemoryMb::new(128),
        timeout: Span::from_secs(3),
        architecture: Architecture::X86_64,
        ephemeral_storage: MemoryMb::new(512),
        variables: [("TABLE".to_owned(), "visits".to_owned())].into(),
        reserved_concurrency: None,
        snap_start: runtime_core::timeline::SnapStart::None,
        asynchronous: Default::default(),
        clock: ClockSetting::default(),
    }
}
