//! Traces of sessions that the platform itself plays: every request is in one story, ends once, and
//! takes as long as its facts say.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use proptest::prelude::*;
use runtime_core::platform::{
    Arrival, AsyncArrival, Effect, FailedMessages, Input, InvocationEnd, MAPPING_CHANGE, Out,
    Platform, Posting, Timer, Written,
};
use runtime_core::projections::{AsyncEvents, Flag, PartKind, Subject, Traces};
use runtime_core::timeline::{
    Architecture, AsyncConfiguration, AsyncSource, CaughtUp, ClockSetting, DEFAULT_HANDLER,
    Destination, Failure, FunctionConfiguration, HandlerKind, InitOutcome, LifecycleEvent,
    MappingConfiguration, Outcome, Qualifier, QueueConfiguration, Redrive, Runtime, Sender,
    SnapStart, Timeline, Trigger,
};
use runtime_core::units::{
    ByteCount, FunctionId, MappingId, MemoryMb, Moment, PackageId, PayloadId, QueueId, RequestId,
    Span,
};
use std::collections::BTreeMap;

const F: FunctionId = FunctionId(0);
const G: FunctionId = FunctionId(1);
const DEAD: QueueId = QueueId(0);
const ORDERS: QueueId = QueueId(1);
const M: MappingId = MappingId(0);

/// F polls `orders`, whose dead letters go to `dead`; what G cannot handle goes to F and to `dead`.
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
        let redrive = Redrive {
            dead_letter_queue: DEAD,
            maximum_receives: 2,
        };
        let orders = QueueConfiguration {
            redrive: Some(redrive),
            ..QueueConfiguration::named("orders")
        };
        for (queue, configuration) in [(DEAD, QueueConfiguration::named("dead")), (ORDERS, orders)]
        {
            session.input(Input::ConfigureQueue {
                queue,
                configuration: Box::new(configuration),
            });
        }
        session.function(F, None, AsyncConfiguration::default());
        let sent_on = AsyncConfiguration {
            on_failure: Some(Destination::Function(F)),
            dead_letter_queue: Some(DEAD.into()),
            ..AsyncConfiguration::default()
        };
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

    fn invoke(&mut self) {
        let request = self.platform.next_request();
        self.input(Input::Request(Arrival {
            request,
            function: F,
            qualifier: Qualifier::LATEST,
            trigger: Trigger::Invoke,
            event: PayloadId(0),
            bytes: ByteCount::new(2),
            refused: None,
        }));
    }

    fn post(&mut self) -> RequestId {
        let request = self.platform.next_request();
        self.input(Input::InvokeAsync(AsyncArrival {
            request,
            function: G,
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
            _ => {}
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

    fn traces(&self) -> Traces {
        let mut traces = CaughtUp::<Traces>::default();
        traces.catch_up(&self.timeline).clone()
    }
}

#[test]
fn a_message_that_is_never_handled_is_told_from_its_sending_to_the_dead_letters() {
    let mut session = Session::new();
    session.fails = true;
    session.send();
    session.wait(Span::from_secs(300));
    let traces = session.traces();
    let message = traces.origins().next().unwrap();
    let story = traces.story(message.subject);
    let segments: Vec<_> = story
        .segments
        .iter()
        .map(|it| (it.depth, it.origin, it.attempt, it.flag))
        .collect();
    // Two receives, each with one request; then no more.
    let batch = |receive| (1, "event source mapping", receive, Flag::Fault);
    let request = (2, "AWS::Lambda::Function", 1, Flag::Fault);
    assert_eq!(
        segments,
        [
            (0, "AWS::SQS::Queue", 1, Flag::Fault),
            batch(1),
            request,
            batch(2),
            request
        ]
    );
    let parts: Vec<_> = story.segments[0].parts.iter().map(|it| it.kind).collect();
    assert!(parts.ends_with(&[PartKind::Moved(DEAD), PartKind::Queued(DEAD)]));
    assert_eq!(
        story.segments[0].to, None,
        "it lies in the dead-letter queue"
    );
    // A cold start is told once, by the request that it was for.
    let cold = |index: usize| {
        let mut parts = story.segments[index].parts.iter().map(|it| it.kind);
        parts.any(|it| it == PartKind::Initialization)
    };
    assert!(cold(2) && !cold(4));
    let requests: Vec<_> = story
        .segments
        .iter()
        .filter_map(|it| it.request())
        .collect();
    assert_eq!(traces.attempts(requests[0]), requests);
}

#[test]
fn what_a_failure_causes_elsewhere_belongs_to_its_story() {
    let mut session = Session::new();
    session.fails = true;
    let first = session.post();
    session.wait(Span::from_secs(60 * 60));
    let traces = session.traces();
    let story = traces.story(Subject::Request(first));
    let at_top: Vec<_> = story.segments.iter().filter(|it| it.depth == 1).collect();
    // Three attempts; F is told, which fails too; a dead letter.
    let kinds: Vec<_> = at_top.iter().map(|it| it.origin).collect();
    let lambda = "AWS::Lambda::Function";
    assert_eq!(
        kinds,
        [lambda, lambda, lambda, "AWS::Lambda", "AWS::SQS::Queue"]
    );
    assert_eq!(at_top[3].name, "function-0");
    let below = story.segments.iter().filter(|it| it.depth == 2);
    assert_eq!(below.count(), 3);
    assert_eq!(traces.attempts(first).len(), 3);
}

#[derive(Clone, Debug)]
enum Step {
    Send,
    Invoke,
    Post,
    Fail(bool),
    Reserve(Option<u32>),
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => Just(Step::Send),
        3 => Just(Step::Invoke),
        3 => Just(Step::Post),
        2 => any::<bool>().prop_map(Step::Fail),
        1 => prop_oneof![Just(None), Just(Some(0)), Just(Some(1))].prop_map(Step::Reserve),
        4 => (0..90_000_u64).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 0..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_request_ends_once_and_is_in_the_story_of_its_cause(steps in steps()) {
        let mut session = Session::new();
        for step in steps {
            match step {
                Step::Send => session.send(),
                Step::Invoke => session.invoke(),
                Step::Post => { session.post(); }
                Step::Fail(fails) => session.fails = fails,
                Step::Reserve(reserved) => session.reserve(reserved),
                Step::Wait(millis) => session.wait(Span::from_millis(millis)),
            }
        }
        let traces = session.traces();
        let mut ends: BTreeMap<RequestId, Vec<Moment>> = BTreeMap::new();
        for entry in session.timeline.entries() {
            match entry.event {
                LifecycleEvent::RequestArrived { request, .. } => { ends.entry(request).or_default(); }
                LifecycleEvent::RequestRejected { request, .. }
                | LifecycleEvent::InvocationFinished { request, .. } => {
                    ends.entry(request).or_default().push(entry.at);
                }
                _ => {}
            }
        }
        for (request, ends) in ends {
            let subject = Subject::Request(request);
            let node = traces.get(subject).unwrap();
            prop_assert!(ends.len() <= 1);
            prop_assert_eq!(node.to, ends.first().copied());
            let story = traces.story(subject);
            let here = story.segments.iter().filter(|it| it.subject == subject);
            prop_assert_eq!(here.count(), 1);
            // What begins a story has no cause, and nothing begins before what caused it.
            for segment in &story.segments {
                let parent = segment.parent.map(|it| &story.segments[it]);
                prop_assert!(parent.is_none_or(|it| it.from <= segment.from));
                let caused = traces.causes(segment.subject).next().is_some();
                prop_assert_eq!(parent.is_some(), caused);
                let lasting: Vec<_> = segment.parts.iter().filter(|it| it.to != Some(it.from)).collect();
                for pair in lasting.windows(2) {
                    prop_assert!(pair[0].to.is_some_and(|to| to <= pair[1].from));
                }
            }
            if let Some(cause) = traces.causes(subject).next() {
                let told = traces.story(cause.subject);
                prop_assert!(told.segments.iter().any(|it| it.subject == subject));
            }
        }
        let mut events = CaughtUp::<AsyncEvents>::default();
        for (first, record) in events.catch_up(&session.timeline).iter() {
            let attempts = match record.attempts.is_empty() {
                true => continue,
                false => &record.attempts,
            };
            prop_assert_eq!(&traces.attempts(first), attempts);
        }
    }
}
