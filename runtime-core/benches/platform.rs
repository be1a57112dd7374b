//! Inputs a second of the platform, with synchronous requests, asynchronous events and a queue.
//!
//! `cargo bench --package runtime-core --bench platform`: two lines, `kept` where facts go into a
//! timeline and `streamed` where they are looked at and forgotten, each with the median of inputs a
//! second over several rounds. `cargo xtask bench` reads these lines.
#![allow(clippy::print_stdout)]

use runtime_core::platform::{
    Arrival, AsyncArrival, Effect, Input, InvocationEnd, MAPPING_CHANGE, Out, Platform, Posting,
    Timer, Written,
};
use runtime_core::timeline::{
    Architecture, AsyncConfiguration, AsyncSource, ClockSetting, DEFAULT_HANDLER, Failure,
    FunctionConfiguration, HandlerKind, InitOutcome, MappingConfiguration, Outcome, Qualifier,
    QueueConfiguration, Runtime, Sender, SnapStart, Timeline, Trigger,
};
use runtime_core::units::{
    ByteCount, FunctionId, MappingId, MemoryMb, Moment, PackageId, PayloadId, QueueId, Span,
};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 7;
/// What comes from outside: a third of each kind.
const ARRIVALS: u64 = 150_000;
/// Between two of them.
const SPACING: Span = Span::from_nanos(200_000);
const SYNC: FunctionId = FunctionId(1);
const ASYNC: FunctionId = FunctionId(2);
const BATCHES: FunctionId = FunctionId(3);
const QUEUE: QueueId = QueueId(1);

fn main() {
    // What a driver says is played once and written down: what is measured is the platform alone.
    let inputs = record();
    // One after the other: a timeline that is given back leaves caches and page tables as no session that
    // keeps none would find them.
    for (name, kept) in [("kept", true), ("streamed", false)] {
        let rounds = (0..ROUNDS).map(|_| seconds(inputs.clone(), kept));
        let mut taken: Vec<f64> = rounds.collect();
        taken.sort_by(f64::total_cmp);
        let median = taken[taken.len() / 2];
        println!("{name} {:.0}", inputs.len() as f64 / median);
    }
}

fn seconds(inputs: Vec<(Moment, Input)>, kept: bool) -> f64 {
    let mut platform = Platform::default();
    let mut timeline = Timeline::default();
    let mut out = Out::default();
    let mut facts = 0;
    let begin = Instant::now();
    // Its memory is given back later: that is no part of what is measured.
    let mut inputs = inputs.into_iter();
    for (at, input) in inputs.by_ref() {
        platform.handle(at, input, &mut out);
        if kept {
            for fact in out.facts.drain(..) {
                timeline.push(at, fact);
            }
        } else {
            facts += out.facts.len();
            out.facts.clear();
        }
        out.effects.clear();
    }
    let taken = begin.elapsed().as_secs_f64();
    black_box((&platform, &timeline, facts, &inputs));
    taken
}

/// A session as a driver would live it.
#[derive(Default)]
struct Session {
    platform: Platform,
    due: BinaryHeap<Reverse<(Moment, u64)>>,
    waiting: BTreeMap<u64, Input>,
    planned: u64,
    handled: u64,
    inputs: Vec<(Moment, Input)>,
}

fn record() -> Vec<(Moment, Input)> {
    let mut session = Session::default();
    session.set_up();
    for n in 0..ARRIVALS {
        let at = Moment::START + Span::from_nanos(SPACING.as_nanos() * n);
        session.go_on_to(at);
        session.arrive(at, n);
    }
    session.go_on_to(Moment::START + Span::from_secs(3_600));
    session.inputs
}

impl Session {
    fn set_up(&mut self) {
        for (function, name) in [(SYNC, "sync"), (ASYNC, "async"), (BATCHES, "batches")] {
            self.take(
                Moment::START,
                Input::ConfigureFunction {
                    function,
                    configuration: Box::new(configuration(name)),
                },
            );
        }
        self.take(
            Moment::START,
            Input::ConfigureQueue {
                queue: QUEUE,
                configuration: Box::new(QueueConfiguration::named("queue")),
            },
        );
        self.take(
            Moment::START,
            Input::ConfigureMapping {
                mapping: MappingId(1),
                configuration: Box::new(MappingConfiguration::between(QUEUE, BATCHES)),
            },
        );
        // It was made some time ago.
        let timer = Timer::MappingChange {
            mapping: MappingId(1),
            due: Moment::START + MAPPING_CHANGE,
        };
        self.take(Moment::START, Input::TimerFired(timer));
    }

    fn arrive(&mut self, at: Moment, n: u64) {
        let (event, bytes) = (PayloadId(0), ByteCount::new(200));
        let input = match n % 3 {
            0 => Input::Request(Arrival {
                request: self.platform.next_request(),
                function: SYNC,
                qualifier: Qualifier::LATEST,
                trigger: Trigger::Invoke,
                event,
                bytes,
                refused: None,
            }),
            1 => Input::InvokeAsync(AsyncArrival {
                request: self.platform.next_request(),
                function: ASYNC,
                qualifier: Qualifier::LATEST,
                source: AsyncSource::Invoke,
                event,
                bytes,
                refused: None,
            }),
            _ => Input::SendMessage(Posting {
                queue: QUEUE,
                sender: Sender::User,
                body: event,
                bytes,
                attributes: None,
                group: None,
                deduplication: None,
                delay: None,
            }),
        };
        self.take(at, input);
    }

    fn plan(&mut self, at: Moment, input: Input) {
        self.planned += 1;
        self.due.push(Reverse((at, self.planned)));
        self.waiting.insert(self.planned, input);
    }

    fn go_on_to(&mut self, until: Moment) {
        while let Some(Reverse((at, number))) = self.due.peek().copied()
            && at <= until
        {
            self.due.pop();
            match self.waiting.remove(&number) {
                Some(Input::TimerFired(timer)) if !self.platform.awaits(timer) => {}
                Some(input) => self.take(at, input),
                None => {}
            }
        }
    }

    fn take(&mut self, at: Moment, input: Input) {
        let mut out = Out::default();
        self.inputs.push((at, input.clone()));
        self.platform.handle(at, input, &mut out);
        for effect in out.effects {
            self.carry_out(at, effect);
        }
    }

    fn carry_out(&mut self, at: Moment, effect: Effect) {
        match effect {
            Effect::StartEnvironment { environment, .. } => {
                self.plan(
                    at + Span::from_millis(125),
                    Input::EnvironmentReady { environment },
                );
            }
            Effect::Init { environment, .. } => self.plan(
                at + Span::from_millis(80),
                Input::InitFinished {
                    environment,
                    outcome: InitOutcome::Succeeded,
                    duration: Span::from_millis(80),
                    restoring: Span::ZERO,
                    snapshot: None,
                },
            ),
            Effect::Invoke {
                environment,
                request,
                ..
            } => {
                let duration = Span::from_millis(5 + request.0 % 40);
                let outcome = self.outcome();
                self.plan(
                    at + duration,
                    Input::InvocationFinished(InvocationEnd {
                        environment,
                        request,
                        outcome,
                        duration,
                        max_memory: ByteCount::new(1),
                        response: None,
                    }),
                );
            }
            Effect::SetTimer { at, timer } => self.plan(at, Input::TimerFired(timer)),
            Effect::WriteBatch { batch, .. } => self.take(
                at,
                Input::BatchWritten {
                    batch,
                    event: PayloadId(0),
                    bytes: ByteCount::new(2_000),
                    dropped: Vec::new(),
                },
            ),
            Effect::WriteRecord(order) => self.take(
                at,
                Input::RecordWritten(Written {
                    order,
                    payload: PayloadId(0),
                    bytes: ByteCount::new(400),
                    attributes: None,
                }),
            ),
            Effect::ReadBatchResponse { .. }
            | Effect::WriteStreamBatch(_)
            | Effect::ReadStreamResponse { .. }
            | Effect::WriteDiscard(_)
            | Effect::WriteChange { .. }
            | Effect::ResetEnvironment { .. }
            | Effect::StopEnvironment { .. }
            | Effect::PlanSchedule { .. }
            | Effect::WriteSourceEvents { .. } => {}
        }
    }

    /// One in fifty fails.
    fn outcome(&mut self) -> Outcome {
        self.handled += 1;
        match self.handled % 50 {
            0 => Outcome::Failed(Failure::HandlerError),
            _ => Outcome::Succeeded,
        }
    }
}

fn configuration(name: &str) -> FunctionConfiguration {
    FunctionConfiguration {
        name: name.to_owned(),
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
        asynchronous: AsyncConfiguration::default(),
        clock: ClockSetting::default(),
    }
}
