//! A session whose map has 30 stations and, while it is played, some 500 dots: a workspace that the
//! page takes up as any other.

use anyhow::{Context, Result};
use runtime_core::timeline::{
    Architecture, ClockSetting, DEFAULT_HANDLER, FunctionConfiguration, HandlerKind, InitOutcome,
    LifecycleEvent, MappingConfiguration, Outcome, QueueConfiguration, QueueFact, Redrive, Runtime,
    Sender, SessionMeta, SnapStart, Start, Timeline, Trigger,
};
use runtime_core::units::{
    BatchId, ByteCount, EnvironmentId, FunctionId, MappingId, MemoryMb, MessageId, Moment,
    PackageId, PayloadId, QueueId, RequestId, SessionSeed, Span, Version,
};
use serde_json::json;
use std::path::Path;

/// Who calls, who sends, and these: 30 stations.
pub(super) const STATIONS: usize = 2 + FUNCTIONS as usize + QUEUES as usize + MAPPED as usize;
const FUNCTIONS: u32 = 10;
const QUEUES: u32 = 10;
/// The queues that are polled; the others take dead letters.
const MAPPED: u32 = 8;
/// Environments for those who call; another one for each mapping.
const ENVIRONMENTS: u32 = 10;

/// How long the session is.
const LENGTH: Span = Span::from_secs(12);
const STEP: Span = Span::from_millis(10);
/// A dot is on its way for 0.62 s: so many messages in each step, and a request there and back in every
/// eighth, are about 500 dots. Most are messages, because what waits for its cause counts among the most
/// dots that a map has.
const MESSAGES_A_STEP: u64 = 8;
const STEPS_A_REQUEST: u64 = 8;
/// Every mapping takes what waits once in so many steps, one after the other.
const STEPS_A_ROUND: u64 = 200;
const WORK: Span = Span::from_millis(700);
const BATCH_WORK: Span = Span::from_millis(100);

/// Writes the workspace.
pub(super) fn write(path: &Path) -> Result<()> {
    let workspace = json!({
        "format": "coldstart-workspace",
        "version": 2,
        "document": { "events": {}, "selectedFunction": null, "freeTier": false },
        "packages": [],
        "timeline": timeline(),
        // `{}`: every event, body and response.
        "payloads": ["e30="],
    });
    let text = serde_json::to_vec(&workspace).context("the workspace")?;
    std::fs::write(path, text).context("the workspace")
}

/// Facts and when they happen; those of one moment stay in order.
#[derive(Default)]
struct Facts(Vec<(Moment, LifecycleEvent)>);

impl Facts {
    fn add(&mut self, at: Moment, fact: impl Into<LifecycleEvent>) {
        self.0.push((at, fact.into()));
    }
}

fn timeline() -> Timeline {
    let mut facts = Facts::default();
    facts.add(
        Moment::START,
        LifecycleEvent::SessionOpened(SessionMeta {
            seed: SessionSeed(1),
            unix_millis: 1_790_000_000_000,
        }),
    );
    set_up(&mut facts);
    let (mut request, mut message) = (0, 0);
    let begin = Moment::START + Span::from_millis(200);
    let mut waiting: Vec<Vec<MessageId>> = vec![Vec::new(); MAPPED as usize];
    for step in 0..LENGTH.as_nanos() / STEP.as_nanos() {
        let at = begin + Span::from_nanos(STEP.as_nanos() * step);
        for _ in 0..MESSAGES_A_STEP {
            let queue = message as u32 % MAPPED;
            facts.add(at, sent(MessageId(message), QueueId(queue), at));
            waiting[queue as usize].push(MessageId(message));
            message += 1;
        }
        let turn = step % STEPS_A_ROUND;
        if step % STEPS_A_REQUEST == 0 {
            let number = (step / STEPS_A_REQUEST) as u32;
            let environment = EnvironmentId(number % ENVIRONMENTS);
            let function = FunctionId(number % FUNCTIONS);
            let trigger = Trigger::Invoke;
            handled(
                &mut facts,
                (at, WORK),
                RequestId(request),
                function,
                environment,
                trigger,
            );
            request += 1;
        }
        if turn.is_multiple_of(25) && turn / 25 < u64::from(MAPPED) {
            let mapping = (turn / 25) as u32;
            let messages = std::mem::take(&mut waiting[mapping as usize]);
            let batch = BatchId(request);
            let queue = QueueId(mapping);
            let received = QueueFact::MessagesReceived {
                batch,
                mapping: MappingId(mapping),
                queue,
                messages: messages.clone(),
                hidden: at + Span::from_secs(30),
            };
            facts.add(at, received);
            let trigger = Trigger::Mapping {
                mapping: MappingId(mapping),
                batch,
            };
            let environment = EnvironmentId(ENVIRONMENTS + mapping);
            let function = FunctionId(mapping);
            handled(
                &mut facts,
                (at, BATCH_WORK),
                RequestId(request),
                function,
                environment,
                trigger,
            );
            request += 1;
            let deleted = QueueFact::MessagesDeleted {
                batch,
                queue,
                messages,
                filtered: false,
            };
            facts.add(at + BATCH_WORK, deleted);
        }
    }
    // Nothing goes on by itself once the page has taken the session up.
    let end = begin + LENGTH + Span::from_secs(2);
    for mapping in 0..MAPPED {
        facts.add(end, mapped(mapping, false));
    }
    facts.0.sort_by_key(|(at, _)| *at);
    let mut timeline = Timeline::default();
    for (at, fact) in facts.0 {
        timeline.push(at, fact);
    }
    timeline
}

fn set_up(facts: &mut Facts) {
    for function in 0..FUNCTIONS {
        facts.add(
            Moment::START,
            LifecycleEvent::FunctionConfigured {
                function: FunctionId(function),
                revision: 1,
                configuration: Box::new(configuration(function)),
            },
        );
    }
    for queue in (0..QUEUES).rev() {
        let dead = QueueId(MAPPED + queue % (QUEUES - MAPPED));
        let mut configuration = QueueConfiguration::named(format!("queue-{queue}"));
        configuration.redrive = (queue < MAPPED).then_some(Redrive {
            dead_letter_queue: dead,
            maximum_receives: 3,
        });
        let configured = QueueFact::QueueConfigured {
            queue: QueueId(queue),
            configuration: Box::new(configuration),
        };
        facts.add(Moment::START, configured);
    }
    for mapping in 0..MAPPED {
        facts.add(Moment::START, mapped(mapping, true));
    }
    let ready = Moment::START + Span::from_millis(100);
    for environment in 0..ENVIRONMENTS + MAPPED {
        let function = match environment.checked_sub(ENVIRONMENTS) {
            Some(mapping) => FunctionId(mapping),
            None => FunctionId(environment % FUNCTIONS),
        };
        let environment = EnvironmentId(environment);
        facts.add(
            Moment::START,
            LifecycleEvent::EnvironmentCreated {
                environment,
                function,
                revision: 1,
                version: Version::Latest,
                request: None,
                provisioned: false,
            },
        );
        facts.add(Moment::START, LifecycleEvent::InitStarted { environment });
        let finished = LifecycleEvent::InitFinished {
            environment,
            outcome: InitOutcome::Succeeded,
            duration: Span::from_millis(100),
        };
        facts.add(ready, finished);
    }
}

fn configuration(function: u32) -> FunctionConfiguration {
    FunctionConfiguration {
        name: format!("function-{function}"),
        package: PackageId(0),
        runtime: Runtime::Provided,
        handler: DEFAULT_HANDLER.to_owned(),
        kind: HandlerKind::Reactor,
        code_size: ByteCount::new(1_000),
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
        clock: ClockSetting::Modelled,
    }
}

fn mapped(mapping: u32, enabled: bool) -> QueueFact {
    let between = MappingConfiguration::between(QueueId(mapping), FunctionId(mapping));
    QueueFact::MappingConfigured {
        mapping: MappingId(mapping),
        configuration: Box::new(MappingConfiguration {
            enabled,
            batch_size: 100,
            ..between
        }),
    }
}

fn sent(message: MessageId, queue: QueueId, visible: Moment) -> QueueFact {
    QueueFact::MessageSent {
        message,
        queue,
        sender: Sender::User,
        body: PayloadId(0),
        bytes: ByteCount::new(2),
        attributes: None,
        group: None,
        deduplication: None,
        visible,
    }
}

/// A request that finds its environment, and is handled.
fn handled(
    facts: &mut Facts,
    (at, took): (Moment, Span),
    request: RequestId,
    function: FunctionId,
    environment: EnvironmentId,
    trigger: Trigger,
) {
    facts.add(
        at,
        LifecycleEvent::RequestArrived {
            request,
            function,
            trigger,
            event: PayloadId(0),
            bytes: ByteCount::new(2),
        },
    );
    facts.add(
        at,
        LifecycleEvent::InvocationStarted {
            environment,
            request,
            start: Start::Warm,
        },
    );
    facts.add(
        at + took,
        LifecycleEvent::InvocationFinished {
            environment,
            request,
            outcome: Outcome::Succeeded,
            duration: took,
            max_memory: ByteCount::new(1 << 20),
            response: Some(PayloadId(0)),
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_core::projections::Map;
    use runtime_core::timeline::CaughtUp;

    #[test]
    fn the_map_has_30_stations_and_enough_moves() {
        let timeline = timeline();
        let mut map = CaughtUp::<Map>::default();
        let map = map.catch_up(&timeline);
        assert_eq!(map.stations().len(), STATIONS);
        assert_eq!(STATIONS, 30);
        // What moves in the 0.62 s that a dot is on its way, in the middle of the session.
        let middle = Moment::START + Span::from_secs(6);
        let until = middle + Span::from_millis(620);
        let moving = map.movements().iter();
        let moving = moving.filter(|it| (middle..until).contains(&it.at)).count();
        assert!((490..560).contains(&moving), "{moving}");
        assert!(timeline.entries().windows(2).all(|it| it[0].at <= it[1].at));
    }
}
