//! A function logs, and subscription filters of its log group tell others.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use runtime_core::events::schedule::Zones;
use runtime_core::platform::*;
use runtime_core::projections::{InvocationRecord, Invocations, log_events};
use runtime_core::scribe::{Host, RequestLog, answer_in, check_source};
use runtime_core::timeline::*;
use runtime_core::units::*;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::Read;

const LOGS: FunctionId = FunctionId(1);
const TOLD: FunctionId = FunctionId(2);
const GROUP: SourceId = SourceId(1);

/// Two functions whose handlers log one text and are done.
struct World {
    platform: Platform,
    payloads: Payloads,
    session: SessionMeta,
    timeline: Timeline,
    log: &'static str,
    inputs: VecDeque<Input>,
}

impl World {
    fn new(log: &'static str) -> Self {
        let mut world = World {
            platform: Platform::default(),
            payloads: Payloads::default(),
            session: SessionMeta {
                seed: SessionSeed(1),
                // 2026-11-24T12:00:00Z
                unix_millis: 1_795_521_600_000,
            },
            timeline: Timeline::default(),
            log,
            inputs: VecDeque::new(),
        };
        for (function, name) in [(LOGS, "logs"), (TOLD, "told")] {
            world.input(Input::ConfigureFunction {
                function,
                configuration: Box::new(function_named(name)),
            });
        }
        world
    }

    fn input(&mut self, input: Input) {
        self.inputs.push_back(input);
        let mut steps = 0;
        while let Some(input) = self.inputs.pop_front() {
            steps += 1;
            assert!(steps < 2_000, "it goes on and on");
            let mut out = Out::default();
            self.platform.handle(Moment::START, input, &mut out);
            for fact in out.facts {
                self.timeline.push(Moment::START, fact);
            }
            for effect in out.effects {
                self.carry_out(effect);
            }
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::StartEnvironment { environment, .. } => {
                self.inputs
                    .push_back(Input::EnvironmentReady { environment });
            }
            Effect::Init { environment, .. } => self.inputs.push_back(Input::InitFinished {
                environment,
                outcome: InitOutcome::Succeeded,
                duration: Span::ZERO,
                restoring: Span::ZERO,
                snapshot: None,
            }),
            Effect::Invoke {
                environment,
                request,
                ..
            } => {
                self.inputs.push_back(Input::LogWritten {
                    environment,
                    request: Some(request),
                    text: self.payloads.add(self.log.as_bytes()),
                });
                self.inputs
                    .push_back(Input::InvocationFinished(InvocationEnd {
                        environment,
                        request,
                        outcome: Outcome::Succeeded,
                        duration: Span::from_millis(2),
                        max_memory: ByteCount::new(1),
                        response: None,
                    }));
            }
            effect => {
                let host = self.host(&effect);
                let (platform, payloads) = (&self.platform, &mut self.payloads);
                let at = Moment::START;
                let input = answer_in(host, platform, payloads, self.session, at, effect);
                self.inputs.extend(input);
            }
        }
    }

    /// What the page adds to an effect.
    fn host(&self, effect: &Effect) -> Host {
        let log = match effect {
            Effect::WriteSourceEvents {
                logged: Some(logged),
                ..
            } => self.record(logged.request).map(|record| RequestLog {
                stream: log_stream_name(
                    self.session,
                    logged.version,
                    logged.environment,
                    logged.created,
                ),
                lines: log_events(&record, &self.payloads, self.session.seed),
            }),
            _ => None,
        };
        let zones = Zones::BuiltIn;
        Host { zones, log }
    }

    fn record(&self, request: RequestId) -> Option<InvocationRecord> {
        let mut invocations = Invocations::default();
        for entry in self.timeline.entries() {
            invocations.apply(entry);
        }
        invocations.get(request).cloned()
    }

    fn subscribe(&mut self, id: SourceId, of: FunctionId, to: FunctionId, pattern: &str) {
        let configuration = group(of, vec![wire(Destination::Function(to), pattern)]);
        assert_eq!(check_source(id, &configuration, &self.platform), []);
        self.input(Input::ConfigureSource {
            source: id,
            configuration: Box::new(configuration),
        });
    }

    fn invoke(&mut self) {
        let request = self.platform.next_request();
        let event = self.payloads.add(*b"{}");
        self.input(Input::Request(Arrival {
            request,
            function: LOGS,
            qualifier: Qualifier::LATEST,
            trigger: Trigger::Invoke,
            event,
            bytes: ByteCount::new(2),
            refused: None,
        }));
    }

    /// What events of CloudWatch Logs hold that functions were told.
    fn told(&self) -> Vec<Value> {
        let entries = self.timeline.entries().iter();
        let events = entries.filter_map(|entry| match entry.event {
            LifecycleEvent::Async(AsyncFact::EventAccepted { event, .. }) => Some(event),
            _ => None,
        });
        events
            .map(|event| unpacked(&self.payloads.get(event)))
            .collect()
    }
}

fn function_named(name: &str) -> FunctionConfiguration {
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

fn group(of: FunctionId, wires: Vec<Wire>) -> SourceConfiguration {
    SourceConfiguration {
        name: format!("/aws/lambda/{}", if of == LOGS { "logs" } else { "told" }),
        kind: SourceKind::LogGroup(of),
        wires,
    }
}

fn wire(target: Destination, pattern: &str) -> Wire {
    Wire::new(target, Interest::LogEvents(pattern.to_owned()))
}

fn unpacked(event: &[u8]) -> Value {
    let event: Value = serde_json::from_slice(event).unwrap();
    let data = event["awslogs"]["data"].as_str().unwrap();
    let data = STANDARD.decode(data).unwrap();
    let mut text = String::new();
    let mut decoder = flate2::read::GzDecoder::new(&data[..]);
    decoder.read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn messages(data: &Value) -> Vec<&str> {
    let events = data["logEvents"].as_array().unwrap().iter();
    events.map(|it| it["message"].as_str().unwrap()).collect()
}

#[test]
fn a_filter_tells_of_the_lines_that_match() {
    let mut world = World::new("all is well\nERROR no tea\n{\"level\": \"ERROR\"}\n");
    world.subscribe(GROUP, LOGS, TOLD, "ERROR");
    world.invoke();
    let told = world.told();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["messageType"], "DATA_MESSAGE");
    assert_eq!(told[0]["owner"], "123456789012");
    assert_eq!(told[0]["logGroup"], "/aws/lambda/logs");
    let stream = told[0]["logStream"].as_str().unwrap();
    assert!(stream.starts_with("2026/11/24/[$LATEST]"), "{stream}");
    assert_eq!(told[0]["subscriptionFilters"], json!(["filter-1"]));
    assert_eq!(
        messages(&told[0]),
        ["ERROR no tea\n", "{\"level\": \"ERROR\"}\n"]
    );
    assert_eq!(told[0]["logEvents"][0]["timestamp"], 1_795_521_600_000_u64);
    assert_eq!(
        told[0]["logEvents"][0]["id"].as_str().map(str::len),
        Some(56)
    );
}

#[test]
fn where_nothing_matches_nobody_is_told() {
    let mut world = World::new("all is well\n");
    world.subscribe(GROUP, LOGS, TOLD, "{ $.level = \"ERROR\" }");
    world.invoke();
    assert_eq!(world.told(), [] as [Value; 0]);
}

#[test]
fn lambdas_own_lines_are_log_events_too() {
    let mut world = World::new("one\n");
    world.subscribe(GROUP, LOGS, TOLD, "");
    world.invoke();
    let told = world.told();
    let words = messages(&told[0]).into_iter();
    let words: Vec<_> = words
        .map(|it| it.split_whitespace().next().unwrap())
        .collect();
    assert_eq!(words, ["INIT_START", "START", "one", "END", "REPORT"]);
}

#[test]
fn words_of_a_report_line_can_be_asked_for() {
    let mut world = World::new("one\n");
    world.subscribe(GROUP, LOGS, TOLD, "[kind=REPORT, ..., unit=ms]");
    world.invoke();
    assert_eq!(messages(&world.told()[0]).len(), 1);
}

/// Told of each other's logs, functions would call each other for ever on AWS.
#[test]
fn a_loop_of_logs_is_stopped() {
    let mut world = World::new("one\n");
    world.subscribe(GROUP, LOGS, TOLD, "");
    world.subscribe(SourceId(2), TOLD, LOGS, "");
    world.invoke();
    let entries = world.timeline.entries().iter();
    let ends = entries.filter_map(|entry| match entry.event {
        LifecycleEvent::Async(AsyncFact::EventFinished { condition, .. }) => Some(condition),
        _ => None,
    });
    let ends: Vec<_> = ends.collect();
    let (last, handled) = ends.split_last().unwrap();
    assert_eq!(*last, Condition::RecursiveLoop);
    assert!(handled.iter().all(|it| *it == Condition::Success));
    assert!(handled.len() >= RECURSION_LIMIT, "{}", handled.len());
}

#[test]
fn what_cloudwatch_logs_refuses_is_refused() {
    let world = World::new("");
    let said = |wires: Vec<Wire>| {
        let errors = check_source(GROUP, &group(LOGS, wires), &world.platform);
        assert!(errors.iter().all(|error| !error.hint().is_empty()));
        let texts = errors.iter().map(ToString::to_string);
        texts.collect::<Vec<_>>().join("\n")
    };
    let told = |pattern: &str| wire(Destination::Function(TOLD), pattern);
    assert_eq!(said(vec![told("ERROR"), told("{ $.a = 1 }")]), "");
    assert_eq!(
        said(vec![wire(Destination::Function(LOGS), "")]),
        "The log group provided is reserved for the function logs of the destination function."
    );
    assert_eq!(
        said(vec![told(""), told(""), told("")]),
        "Resource limit exceeded."
    );
    assert!(
        said(vec![wire(Destination::Queue(QueueId(1)), "")])
            .starts_with("CloudWatch Logs sends log events to no queue.")
    );
    assert_eq!(
        said(vec![told("{ $.a == 1 }")]),
        "line 1, column 8: Invalid character(s) in value '='"
    );
}
