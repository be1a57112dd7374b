//! A platform with a driver that plays handlers from a script: what is due happens at its moment.

use super::{F, configuration};
use crate::platform::*;
use crate::timeline::{
    AsyncConfiguration, AsyncFact, AsyncSource, FunctionConfiguration, InitOutcome, LifecycleEvent,
    MappingConfiguration, Outcome, Qualifier, QueueConfiguration, QueueFact, Sender,
    SourceConfiguration, SourceKind, StreamConfiguration, StreamFact, Timeline,
};
use crate::units::{
    ByteCount, EnvironmentId, FunctionId, MappingId, MessageId, Moment, PayloadId, QueueId,
    RecordId, RequestId, SourceId, Span, StreamId,
};
use std::collections::BTreeMap;

/// What a handler does with the requests that it gets, one after the other.
pub(super) type Script = Box<dyn FnMut(u32) -> (Outcome, Span)>;

/// Which messages of a batch fail.
type Verdicts = Box<dyn FnMut(&[MessageId]) -> FailedMessages>;

/// Where a batch of records fails, and how large the state is that its handler returns.
type Readings = Box<dyn FnMut(&[RecordId]) -> (FailedRecords, u64)>;

pub(super) struct Stage {
    pub(super) platform: Platform,
    pub(super) timeline: Timeline,
    pub(super) now: Moment,
    due: BTreeMap<(Moment, u64), Input>,
    count: u64,
    script: Script,
    invoked: u32,
    /// What responses say of batches.
    pub(super) failed: Verdicts,
    /// How large records are.
    pub(super) record_bytes: u64,
    /// What no filter matches.
    pub(super) dropped: Box<dyn Fn(MessageId) -> bool>,
    /// What responses say of batches of records.
    pub(super) readings: Readings,
    /// Which records no filter matches.
    pub(super) unmatched: Box<dyn Fn(RecordId) -> bool>,
    /// What was told of discarded records.
    pub(super) discards: Vec<DiscardOrder>,
    /// The states that events had, and what they were.
    pub(super) states: Vec<Option<PayloadId>>,
    /// Which environments cannot be started.
    pub(super) broken: Box<dyn Fn(EnvironmentId) -> bool>,
    /// How INIT phases end.
    pub(super) inits: Box<dyn Fn(EnvironmentId) -> InitOutcome>,
}

pub(super) fn at(seconds: u64) -> Moment {
    Moment::START + Span::from_secs(seconds)
}

pub(super) fn millis(millis: u64) -> Span {
    Span::from_millis(millis)
}

impl Stage {
    pub(super) fn new(script: impl FnMut(u32) -> (Outcome, Span) + 'static) -> Self {
        let mut stage = Stage {
            platform: Platform::default(),
            timeline: Timeline::default(),
            now: Moment::START,
            due: BTreeMap::new(),
            count: 0,
            script: Box::new(script),
            invoked: 0,
            failed: Box::new(|_| FailedMessages::These(Vec::new())),
            record_bytes: 200,
            dropped: Box::new(|_| false),
            readings: Box::new(|_| (FailedRecords::None, 2)),
            unmatched: Box::new(|_| false),
            discards: Vec::new(),
            states: Vec::new(),
            broken: Box::new(|_| false),
            inits: Box::new(|_| InitOutcome::Succeeded),
        };
        stage.function(F, None, AsyncConfiguration::default());
        stage
    }

    pub(super) fn function(
        &mut self,
        function: FunctionId,
        reserved: Option<u32>,
        asynchronous: AsyncConfiguration,
    ) {
        let configuration = Box::new(FunctionConfiguration {
            asynchronous,
            ..*configuration(reserved)
        });
        self.input(Input::ConfigureFunction {
            function,
            configuration,
        });
    }

    pub(super) fn queue(&mut self, configuration: QueueConfiguration) -> QueueId {
        let queue = self.platform.next_queue();
        self.input(Input::ConfigureQueue {
            queue,
            configuration: Box::new(configuration),
        });
        queue
    }

    /// A source that tells nobody.
    pub(super) fn source(&mut self, name: &str, kind: SourceKind) -> SourceId {
        let source = self.platform.next_source();
        self.input(Input::ConfigureSource {
            source,
            configuration: Box::new(SourceConfiguration {
                name: name.to_owned(),
                kind,
                wires: Vec::new(),
            }),
        });
        source
    }

    pub(super) fn stream(&mut self, configuration: StreamConfiguration) -> StreamId {
        let stream = self.platform.next_stream();
        self.input(Input::ConfigureStream {
            stream,
            configuration: Box::new(configuration),
        });
        stream
    }

    /// A mapping that was made some time ago.
    pub(super) fn map(&mut self, configuration: MappingConfiguration) -> MappingId {
        let mapping = self.platform.next_mapping();
        self.set_mapping(mapping, configuration);
        mapping
    }

    /// A mapping is set otherwise, and that is over at once.
    pub(super) fn set_mapping(&mut self, mapping: MappingId, configuration: MappingConfiguration) {
        self.input(Input::ConfigureMapping {
            mapping,
            configuration: Box::new(configuration),
        });
        self.settle(mapping);
    }

    /// What is not over of a mapping's changes is over now.
    pub(super) fn settle(&mut self, mapping: MappingId) {
        let changes = self.due.values().filter_map(|input| match input {
            Input::TimerFired(timer @ Timer::MappingChange { mapping: of, .. }) => {
                (*of == mapping).then_some(*timer)
            }
            _ => None,
        });
        for timer in changes.collect::<Vec<_>>() {
            self.input(Input::TimerFired(timer));
        }
    }

    pub(super) fn put(&mut self, stream: StreamId, hash: u128) {
        self.put_bytes(stream, hash, 100);
    }

    pub(super) fn put_bytes(&mut self, stream: StreamId, hash: u128, bytes: u64) {
        self.input(Input::PutRecord(RecordPosting {
            stream,
            hash,
            key: Some("k".into()),
            data: PayloadId(0),
            bytes: ByteCount::new(bytes),
        }));
    }

    pub(super) fn send(&mut self, queue: QueueId, group: Option<&str>) {
        self.post(queue, group, None, 100);
    }

    /// A message of this size.
    pub(super) fn send_bytes(&mut self, queue: QueueId, bytes: u64) {
        self.post(queue, None, None, bytes);
    }

    /// To a FIFO queue, with a deduplication id.
    pub(super) fn send_as(&mut self, queue: QueueId, id: &str) {
        self.post(queue, Some("g"), Some(id), 100);
    }

    fn post(
        &mut self,
        queue: QueueId,
        group: Option<&str>,
        deduplication: Option<&str>,
        bytes: u64,
    ) {
        self.input(Input::SendMessage(Posting {
            queue,
            sender: Sender::User,
            body: PayloadId(0),
            bytes: ByteCount::new(bytes),
            attributes: None,
            group: group.map(Into::into),
            deduplication: deduplication.map(Into::into),
            delay: None,
        }));
    }

    pub(super) fn invoke_async(&mut self) -> RequestId {
        let request = self.platform.next_request();
        self.input(Input::InvokeAsync(AsyncArrival {
            request,
            function: F,
            qualifier: Qualifier::LATEST,
            source: AsyncSource::Invoke,
            event: PayloadId(0),
            bytes: ByteCount::new(2),
            refused: None,
        }));
        request
    }

    pub(super) fn input(&mut self, input: Input) {
        let mut out = Out::default();
        self.platform.handle(self.now, input, &mut out);
        self.follow(out);
    }

    fn follow(&mut self, out: Out) {
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
        let now = self.now;
        match effect {
            Effect::StartEnvironment { environment, .. } => {
                let started = match (self.broken)(environment) {
                    true => Input::EnvironmentFailed { environment },
                    false => Input::EnvironmentReady { environment },
                };
                self.plan(now, started);
            }
            Effect::Init { environment, .. } => self.plan(
                now,
                Input::InitFinished {
                    environment,
                    outcome: (self.inits)(environment),
                    duration: Span::ZERO,
                    restoring: Span::ZERO,
                    snapshot: None,
                },
            ),
            Effect::Invoke {
                environment,
                request,
                ..
            } => {
                let (outcome, duration) = (self.script)(self.invoked);
                self.invoked += 1;
                self.plan(
                    now + duration,
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
            Effect::WriteRecord(order) => self.input(Input::RecordWritten(Written {
                order,
                payload: PayloadId(1),
                bytes: ByteCount::new(self.record_bytes),
                attributes: None,
            })),
            Effect::WriteBatch {
                batch, messages, ..
            } => {
                let ids = messages.iter().map(|it| it.message);
                let dropped = ids.filter(|it| (self.dropped)(*it)).collect();
                self.input(Input::BatchWritten {
                    batch,
                    event: PayloadId(2),
                    bytes: ByteCount::new(300),
                    dropped,
                });
            }
            Effect::ReadBatchResponse {
                batch, messages, ..
            } => {
                let failed = (self.failed)(&messages);
                self.input(Input::BatchResponseRead { batch, failed });
            }
            Effect::WriteStreamBatch(order) => {
                self.states.push(order.state);
                let records = order.read.records.iter().copied();
                let dropped = records.filter(|it| (self.unmatched)(*it)).collect();
                self.input(Input::StreamBatchWritten {
                    batch: order.batch,
                    event: PayloadId(3),
                    bytes: ByteCount::new(300),
                    dropped,
                });
            }
            Effect::ReadStreamResponse {
                batch,
                records,
                state,
                ..
            } => {
                let (failed, bytes) = (self.readings)(&records);
                let returned = (PayloadId(100 + batch.0 as u32), ByteCount::new(bytes));
                self.input(Input::StreamResponseRead {
                    batch,
                    failed,
                    state: state.then_some(returned),
                });
            }
            Effect::WriteDiscard(order) => {
                self.discards.push((*order).clone());
                self.input(Input::DiscardWritten(Written {
                    order,
                    payload: PayloadId(4),
                    bytes: ByteCount::new(self.record_bytes),
                    attributes: None,
                }));
            }
            // What sources say is the scribe's: its tests play them.
            Effect::PlanSchedule { .. }
            | Effect::WriteSourceEvents { .. }
            | Effect::WriteChange { .. }
            | Effect::ResetEnvironment { .. }
            | Effect::StopEnvironment { .. } => {}
        }
    }

    /// Goes on to a moment, through everything that is due before.
    pub(super) fn run_until(&mut self, until: Moment) {
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

    /// How many timers of a kind are awaited.
    pub(super) fn planned(&self, kind: impl Fn(&Timer) -> bool) -> usize {
        let due = self.due.values().filter(|input| match input {
            Input::TimerFired(timer) => kind(timer) && self.platform.awaits(*timer),
            _ => false,
        });
        due.count()
    }

    /// As a reload does: environments are gone, what was due is what the new platform asks for.
    pub(super) fn reopen(&mut self) {
        let mut out = Out::default();
        self.platform = Platform::reopen(&self.timeline, &mut out);
        self.due.clear();
        self.follow(out);
    }

    pub(super) fn facts<T>(&self, pick: impl Fn(Moment, &LifecycleEvent) -> Option<T>) -> Vec<T> {
        let entries = self.timeline.entries().iter();
        entries
            .filter_map(|entry| pick(entry.at, &entry.event))
            .collect()
    }

    pub(super) fn async_facts<T>(&self, pick: impl Fn(&AsyncFact) -> Option<T>) -> Vec<T> {
        self.facts(|_, event| match event {
            LifecycleEvent::Async(fact) => pick(fact),
            _ => None,
        })
    }

    pub(super) fn queue_facts<T>(&self, pick: impl Fn(Moment, &QueueFact) -> Option<T>) -> Vec<T> {
        self.facts(|at, event| match event {
            LifecycleEvent::Queue(fact) => pick(at, fact),
            _ => None,
        })
    }

    pub(super) fn stream_facts<T>(
        &self,
        pick: impl Fn(Moment, &StreamFact) -> Option<T>,
    ) -> Vec<T> {
        self.facts(|at, event| match event {
            LifecycleEvent::Stream(fact) => pick(at, fact),
            _ => None,
        })
    }

    /// When handlers began.
    pub(super) fn started(&self) -> Vec<Moment> {
        self.facts(|at, event| {
            matches!(event, LifecycleEvent::InvocationStarted { .. }).then_some(at)
        })
    }
}
