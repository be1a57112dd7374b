//! Export, then import: the same session.

use super::rebuilt::{of_session, of_stack};
use super::sessions::{self, Staged, golden, to_function, to_queue};
use proptest::prelude::*;
use runtime_core::platform::{Input, validate_mapping, validate_queue};
use runtime_core::scribe::check_source;
use runtime_core::template::{Imported, Inputs, NoticeKind, Stack, TriggerSource, import};
use runtime_core::timeline::*;
use runtime_core::units::*;
use serde_json::json;

pub(super) fn imported(session: &Staged) -> Imported {
    let export = session.export().unwrap();
    import(export.template(), &Inputs::default()).unwrap()
}

/// What an import says of a template of ours: only that permissions are not checked here, and which of our
/// runtimes runs what AWS calls something else.
fn is_expected(kind: NoticeKind, message: &str) -> bool {
    match kind {
        NoticeKind::Refused => false,
        NoticeKind::Changed => message.starts_with("Here "),
        NoticeKind::Skipped => {
            message.starts_with("Permissions are")
                || message.starts_with("Credentials and networks")
        }
    }
}

fn check(session: &Staged) -> Result<(), String> {
    let imported = imported(session);
    let template = || String::from_utf8_lossy(session.export().unwrap().template()).into_owned();
    for notice in &imported.notices {
        if !is_expected(notice.kind, &notice.message) {
            return Err(format!("{notice}\n{}", template()));
        }
    }
    if !imported.needed.is_empty() {
        return Err(format!("{:?}", imported.needed));
    }
    let (before, after) = (of_session(&session.platform), of_stack(&imported.stack));
    if before != after {
        return Err(format!("{before:#?}\n{after:#?}\n{}", template()));
    }
    Ok(())
}

#[test]
fn golden_sessions_come_back() {
    for (name, session) in golden() {
        if let Err(why) = check(&session) {
            panic!("{name}: {why}");
        }
    }
}

pub(super) fn function<'a>(
    stack: &'a Stack,
    name: &str,
) -> &'a runtime_core::template::StackFunction {
    let mut functions = stack.functions.iter();
    functions.find(|it| it.configuration.name == name).unwrap()
}

/// A bucket's resource names the functions that it notifies, and a function's role the bucket that its records
/// go to.
#[test]
fn a_bucket_that_notifies_the_function_is_no_destination_of_it() {
    let mut session = sessions::destinations();
    let own = session.platform.configuration(FunctionId(2)).unwrap();
    let mut own = own.clone();
    own.asynchronous.on_failure = Some(Destination::Source(SourceId(2)));
    session.function(2, own);
    let export = session.export().unwrap();
    let mut said = export.remarks.iter();
    assert!(said.any(|it| it.about == "function look" && it.message.contains("circle")));
    let stack = imported(&session).stack;
    let settings = function(&stack, "look").configuration.asynchronous;
    assert_eq!(settings.on_failure, None);
    assert!(settings.dead_letter_queue.is_some());
}

#[test]
fn what_the_api_knows_comes_back() {
    let session = sessions::greeting();
    let (before, after) = (session.export().unwrap().stack, imported(&session).stack);
    assert_eq!(before.triggers, after.triggers);
    assert!(matches!(
        &after.triggers[0].source,
        TriggerSource::FunctionUrl { streamed: true, cors: Some(cors), .. } if cors.max_age == Some(60)
    ));
    let (before, after) = (function(&before, "greeting"), function(&after, "greeting"));
    assert_eq!(after.description.as_deref(), Some("Says hello"));
    assert_eq!(before.tags, after.tags);
    assert!(after.traced);
}

#[test]
fn versions_without_an_alias_come_back() {
    let session = sessions::versions();
    let stack = imported(&session).stack;
    let provisioned = |name| function(&stack, name).version.map(|it| it.provisioned);
    assert_eq!(provisioned("alone"), Some(Some(5)));
    assert_eq!(provisioned("draft"), None, "it has changed since");
    assert_eq!(provisioned("newest"), None, "its alias publishes it");
}

/// Numbers and texts that a session is made of. What is left of them when they shrink is the smallest one.
pub(super) struct Dice {
    numbers: Vec<u32>,
    texts: Vec<String>,
    at: usize,
}

impl Dice {
    pub(super) const fn new(numbers: Vec<u32>, texts: Vec<String>) -> Self {
        Dice {
            numbers,
            texts,
            at: 0,
        }
    }

    fn below(&mut self, most: u32) -> u32 {
        let number = self.numbers.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        number % most
    }

    fn within(&mut self, least: u32, most: u32) -> u32 {
        least + self.below(most - least + 1)
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 1
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        let count = u32::try_from(all.len()).unwrap();
        (count > 0).then(|| all[self.below(count) as usize])
    }

    fn text(&mut self) -> String {
        let count = u32::try_from(self.texts.len().max(1)).unwrap();
        let index = self.below(count) as usize;
        self.texts.get(index).cloned().unwrap_or_default()
    }

    fn seconds(&mut self, least: u32, most: u32) -> Span {
        Span::from_secs(self.within(least, most).into())
    }
}

/// What records and dead letters go to.
const SINK_TOPIC: u32 = 21;
const SINK_BUS: u32 = 22;
const SINK_BUCKET: u32 = 23;
const DEFAULT_BUS: u32 = 24;

pub(super) fn session(dice: &mut Dice) -> Staged {
    let mut staged = Staged::default();
    let functions = dice.within(1, 4);
    let queues = dice.below(5);
    let mut standard = Vec::new();
    for id in 1..=functions {
        let plain = configuration(dice, id);
        staged.function(id, plain);
    }
    for id in 1..=queues {
        let fifo = dice.below(3) == 2;
        let name = format!("q-{id}{}", if fifo { ".fifo" } else { "" });
        let mut own = QueueConfiguration {
            visibility_timeout: dice.seconds(60, 43_200),
            delay: dice.seconds(0, 900),
            retention: dice.seconds(60, 1_209_600),
            content_based_deduplication: fifo && dice.coin(),
            ..QueueConfiguration::named(name)
        };
        if dice.coin() && id > 1 {
            own.redrive = Some(Redrive {
                dead_letter_queue: QueueId(dice.within(1, id - 1)),
                maximum_receives: dice.within(1, 1_000),
            });
        }
        if !validate_queue(&own, QueueId(id), &staged.platform).is_empty() {
            own.redrive = None;
        }
        if !fifo {
            standard.push(id);
        }
        staged.queue(id, own);
    }
    for (id, name, kind) in [
        (SINK_TOPIC, "sink-topic", SourceKind::Topic),
        (SINK_BUS, "sink-bus", SourceKind::Bus),
        (SINK_BUCKET, "sink-bucket", SourceKind::Bucket),
        (DEFAULT_BUS, "default", SourceKind::Bus),
    ] {
        staged.source(id, name, kind, Vec::new());
    }
    for id in 1..=functions {
        let own = staged.platform.configuration(FunctionId(id)).unwrap();
        let mut own = own.clone();
        own.asynchronous = asynchronous(dice, functions, &standard);
        staged.function(id, own);
    }
    versions(dice, functions, &mut staged);
    streams(dice, functions, &standard, &mut staged);
    for id in 10..10 + dice.below(4) {
        if queues == 0 {
            break;
        }
        let (queue, function) = (dice.within(1, queues), dice.within(1, functions));
        let mut own = MappingConfiguration::between(QueueId(queue), FunctionId(function));
        own.enabled = dice.coin();
        own.batch_size = dice.within(1, 10);
        own.report_failures = dice.coin();
        if dice.coin() {
            own.filters = vec![json!({ "body": { dice.text(): [dice.text()] } }).to_string()];
        }
        if dice.coin() {
            own.limit_concurrency(Some(dice.within(2, 1_000)));
        } else if dice.coin() {
            own.provision_pollers(Some(ProvisionedPollers {
                minimum: dice.within(2, 200),
                maximum: dice.within(200, 2_000),
            }));
        }
        if validate_mapping(&own, MappingId(id), &staged.platform).is_empty() {
            staged.mapping(id, own);
        }
    }
    for id in 1..=dice.below(6) {
        source(dice, id, functions, &standard, &mut staged);
    }
    staged
}

fn configuration(dice: &mut Dice, id: u32) -> FunctionConfiguration {
    let runtimes = [
        Runtime::JavaScript,
        Runtime::Provided,
        Runtime::Python312,
        Runtime::Ruby34,
    ];
    let runtime = dice.one_of(&runtimes).unwrap();
    let mut own = FunctionConfiguration {
        memory: MemoryMb::new(dice.within(128, 10_240)),
        timeout: dice.seconds(1, 60),
        ..sessions::function(&format!("f_{id}-x"), id, runtime)
    };
    own.architecture = match dice.coin() {
        true => Architecture::Arm64,
        false => Architecture::X86_64,
    };
    for _ in 0..dice.below(3) {
        let key = format!("KEY_{}", dice.below(9));
        own.variables.insert(key, dice.text());
    }
    if dice.coin() {
        own.reserved_concurrency = Some(dice.below(100));
    }
    match dice.below(3) {
        0 => {}
        1 => own.snap_start = SnapStart::PublishedVersions,
        _ => own.ephemeral_storage = MemoryMb::new(dice.within(512, 10_240)),
    }
    if dice.coin() {
        own.clock = ClockSetting::Measured;
    }
    own
}

fn asynchronous(dice: &mut Dice, functions: u32, queues: &[u32]) -> AsyncConfiguration {
    let to = |dice: &mut Dice, sinks: &[u32]| match dice.below(4) {
        0 => None,
        2 => dice
            .one_of(sinks)
            .map(|it| Destination::Source(SourceId(it))),
        1 => Some(Destination::Function(FunctionId(dice.within(1, functions)))),
        _ => dice
            .one_of(queues)
            .map(|it| Destination::Queue(QueueId(it))),
    };
    AsyncConfiguration {
        maximum_retry_attempts: dice.below(3),
        maximum_event_age: dice.seconds(60, 21_600),
        on_success: to(dice, &[SINK_TOPIC, SINK_BUS, DEFAULT_BUS]),
        on_failure: to(dice, &[SINK_TOPIC, SINK_BUS, DEFAULT_BUS, SINK_BUCKET]),
        dead_letter_queue: match dice.below(3) {
            0 => None,
            1 => Some(SourceId(SINK_TOPIC).into()),
            _ => dice.one_of(queues).map(|it| QueueId(it).into()),
        },
    }
}

fn versions(dice: &mut Dice, functions: u32, staged: &mut Staged) {
    let mut alias = 1;
    for id in 1..=functions {
        for _ in 0..dice.below(3) {
            let own = staged.platform.configuration(FunctionId(id)).unwrap();
            let own = FunctionConfiguration {
                memory: MemoryMb::new(dice.within(128, 10_240)),
                ..own.clone()
            };
            staged.function(id, own);
            staged.give(Input::PublishVersion {
                function: FunctionId(id),
                description: match dice.coin() {
                    true => dice.text(),
                    false => String::new(),
                },
            });
        }
        let last = staged.platform.versions(FunctionId(id)).count();
        let last = u32::try_from(last).unwrap();
        for name in 0..dice.below(3) {
            let version = dice.within(0, last);
            let other = dice.within(0, last);
            let weight = Weight::from_fraction(f64::from(dice.below(101)) / 100.0).unwrap();
            let weighted = dice.coin() && version > 0 && other > 0 && other != version;
            staged.give(Input::ConfigureAlias {
                alias: AliasId(alias),
                configuration: Box::new(AliasConfiguration {
                    function: FunctionId(id),
                    name: format!("alias{name}"),
                    version: Version::from(version),
                    additional: weighted.then_some((Version::from(other), weight)),
                    description: dice.text(),
                }),
            });
            if dice.coin() && version > 0 {
                staged.give(Input::Provision {
                    function: FunctionId(id),
                    qualifier: Qualifier::Alias(AliasId(alias)),
                    environments: dice.within(1, 20),
                });
            }
            alias += 1;
        }
    }
}

fn streams(dice: &mut Dice, functions: u32, queues: &[u32], staged: &mut Staged) {
    for id in 1..=dice.below(4) {
        let name = format!("s.{id}");
        let function = FunctionId(dice.within(1, functions));
        let start = match dice.coin() {
            true => StartingPosition::Latest,
            false => StartingPosition::TrimHorizon,
        };
        let stream = StreamId(id);
        let kind = dice.below(5);
        let configuration = match kind {
            0 => StreamConfiguration::kinesis(name, dice.within(1, 200)),
            1 if dice.coin() => StreamConfiguration::table(name, StreamView::OldImage),
            1 => StreamConfiguration::keyed_table(name, StreamView::NewImage, key(dice)),
            2 => StreamConfiguration::topic(name, dice.within(1, 200)),
            3 => StreamConfiguration::broker(name, BrokerKind::ActiveMq),
            _ => StreamConfiguration::broker(name, BrokerKind::RabbitMq),
        };
        staged.stream(id, configuration);
        if dice.coin() {
            continue;
        }
        let failures = FailurePolicy {
            maximum_retry_attempts: dice.coin().then(|| dice.below(10_001)),
            maximum_record_age: dice.coin().then(|| dice.seconds(60, 604_800)),
            bisect: dice.coin(),
            on_failure: match dice.below(4) {
                0 => None,
                1 => Some(SourceId(SINK_TOPIC).into()),
                2 => Some(SourceId(SINK_BUCKET).into()),
                _ => dice.one_of(queues).map(|it| QueueId(it).into()),
            },
        };
        let mut own = match kind {
            0 | 1 => {
                let mut own = MappingConfiguration::reading(stream, start, function);
                own.source = EventSource::Stream(StreamSource {
                    stream,
                    start: match (kind, dice.below(3)) {
                        (0, 2) => StartingPosition::AtTimestamp(Moment::from_nanos(
                            u64::from(dice.below(1_000_000)) * 1_000_000,
                        )),
                        _ => start,
                    },
                    parallelization: dice.within(1, 10),
                    tumbling_window: dice.coin().then(|| dice.seconds(1, 900)),
                    failures,
                });
                own.window = dice.seconds(0, 300);
                own
            }
            2 => {
                let mut own = MappingConfiguration::consuming(stream, start, function);
                let topic = stream;
                own.source = EventSource::Topic(TopicSource {
                    topic,
                    start,
                    failures,
                    self_managed: dice.coin(),
                });
                own.window =
                    [Span::from_millis(500), dice.seconds(0, 300)][usize::from(dice.coin())];
                own
            }
            _ => MappingConfiguration::brokered(stream, function),
        };
        own.batch_size = dice.within(1, 10);
        own.enabled = dice.coin();
        own.report_failures = kind < 3 && dice.coin();
        staged.mapping(100 + id, own);
    }
}

fn key(dice: &mut Dice) -> TableKey {
    let kinds = [KeyKind::S, KeyKind::N, KeyKind::B];
    let mut attribute = |name: &str| KeyAttribute {
        name: format!("{name}{}", dice.below(9)),
        kind: dice.one_of(&kinds).unwrap(),
    };
    let (partition, sort) = (attribute("p"), attribute("s"));
    TableKey {
        partition,
        sort: dice.coin().then_some(sort),
    }
}

/// A date that only a schedule of Scheduler has.
fn dated(dice: &mut Dice, owner: ScheduleOwner, date: &str) -> Option<String> {
    (owner == ScheduleOwner::Scheduler && dice.coin()).then(|| date.to_owned())
}

fn input(dice: &mut Dice) -> TargetInput {
    match dice.below(5) {
        3 => TargetInput::Transformed(Box::new(InputTransformer {
            paths: [("a".to_owned(), format!("$.detail.items[{}]", dice.below(9)))].into(),
            template: format!("[\"<a> <aws.events.rule-name>\", <a>, {}]", dice.below(9)),
        })),
        0 => TargetInput::Constant(json!({ dice.text(): [dice.text(), null, 1.5] }).to_string()),
        1 => TargetInput::Constant(json!(dice.below(9)).to_string()),
        2 => TargetInput::Path(format!("$.detail.items[{}]['a b']", dice.below(99))),
        _ => TargetInput::Event,
    }
}

fn source(dice: &mut Dice, id: u32, functions: u32, queues: &[u32], staged: &mut Staged) {
    let owner = match dice.coin() {
        true => ScheduleOwner::Rule,
        false => ScheduleOwner::Scheduler,
    };
    let logger = dice.within(1, functions);
    let kind = match dice.below(7) {
        0 => SourceKind::Bucket,
        1 => SourceKind::Topic,
        2 => SourceKind::Bus,
        3 => SourceKind::Iot,
        4 => SourceKind::LogGroup(FunctionId(logger)),
        5 => SourceKind::UserPool,
        _ => SourceKind::Schedule(ScheduleConfiguration {
            owner,
            expression: format!("rate({} minutes)", dice.within(2, 500)),
            zone: (owner == ScheduleOwner::Scheduler && dice.coin())
                .then(|| "Europe/Berlin".to_owned()),
            enabled: dice.coin(),
            input: dice.coin().then(|| json!([dice.text(), 1.5]).to_string()),
            start: dated(dice, owner, "2026-11-30T12:00:00Z"),
            end: dated(dice, owner, "2027-02-28T23:59:59Z"),
            window_minutes: (owner == ScheduleOwner::Scheduler && dice.coin())
                .then(|| dice.within(1, 1_440)),
        }),
    };
    let mut wires = Vec::new();
    for wire in 0..dice.below(4) {
        let interest = match &kind {
            SourceKind::Bucket => Interest::Objects {
                events: match dice.coin() {
                    true => ObjectEvents::Created,
                    false => ObjectEvents::Removed,
                },
                prefix: format!("{wire}/"),
                suffix: dice.text(),
            },
            SourceKind::Topic if dice.coin() => Interest::Messages {
                policy: json!({ format!("k{}", dice.text()): [dice.text(), dice.below(9), null] })
                    .to_string(),
                on_body: dice.coin(),
            },
            SourceKind::Bus if dice.coin() => Interest::Pattern(
                json!({ "detail": { format!("k{}", dice.text()): [dice.text(), true, null, 1.5e300] } })
                    .to_string(),
            ),
            SourceKind::Iot => Interest::Sql(format!(
                "SELECT *, '{}' AS x FROM 'a/+/b'",
                dice.text().replace(['\'', '\\'], "")
            )),
            SourceKind::LogGroup(_) if dice.coin() => Interest::LogEvents(dice.text()),
            SourceKind::UserPool => {
                Interest::Trigger(dice.one_of(&PoolTrigger::ALL).unwrap())
            }
            _ => Interest::Everything,
        };
        let mut wire = match (dice.coin(), dice.one_of(queues)) {
            (true, Some(queue)) => to_queue(queue, interest),
            _ => to_function(dice.within(1, functions), interest),
        };
        if kind == SourceKind::Bus {
            wire.input = input(dice);
        }
        wires.push(wire);
    }
    let configuration = SourceConfiguration {
        name: match kind {
            SourceKind::LogGroup(_) => format!("/aws/lambda/f_{logger}-x"),
            _ => format!("source-{id}"),
        },
        kind,
        wires,
    };
    if check_source(SourceId(id), &configuration, &staged.platform).is_empty() {
        staged.source(
            id,
            &configuration.name,
            configuration.kind,
            configuration.wires,
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_session_comes_back(
        numbers in prop::collection::vec(any::<u32>(), 0..300),
        texts in prop::collection::vec(prop_oneof![any::<String>(), "[ -~]{0,9}"], 0..8),
    ) {
        let session = session(&mut Dice::new(numbers, texts));
        if let Err(why) = check(&session) {
            prop_assert!(false, "{}", why);
        }
    }
}
