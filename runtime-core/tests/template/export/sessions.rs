//! Sessions to export.

use runtime_core::api::Registry;
use runtime_core::platform::{Input, Out, Platform};
use runtime_core::sandbox::PackageFiles;
use runtime_core::template::{Export, ExportError, Session, export};
use runtime_core::timeline::*;
use runtime_core::units::*;
use serde_json::json;
use std::collections::BTreeMap;

/// A session without a page.
#[derive(Default)]
pub(super) struct Staged {
    pub(super) platform: Platform,
    pub(super) registry: Registry,
    pub(super) packages: OrderedMap<PackageId, PackageFiles>,
}

/// When the sessions began.
pub(super) const META: SessionMeta = SessionMeta {
    seed: SessionSeed(1),
    unix_millis: 1_764_432_000_500,
};

impl Staged {
    pub(super) fn give(&mut self, input: Input) {
        self.platform
            .handle(Moment::START, input, &mut Out::default());
    }

    pub(super) fn export(&self) -> Result<Export, ExportError> {
        export(&Session {
            platform: &self.platform,
            registry: &self.registry,
            meta: META,
            packages: &self.packages,
        })
    }

    pub(super) fn function(&mut self, id: u32, configuration: FunctionConfiguration) {
        let (name, text): (&str, &[u8]) = match configuration.runtime {
            Runtime::Provided => ("bootstrap.wasm", b"\0asm"),
            Runtime::Python312 => (
                "lambda_function.py",
                b"def lambda_handler(event, context): pass",
            ),
            Runtime::JavaScript => ("index.mjs", b"export const handler = async () => 1;"),
            Runtime::Ruby34 => (
                "lambda_function.rb",
                b"def lambda_handler(event:, context:) = 1",
            ),
        };
        let mut files = PackageFiles::default();
        files.insert(name, text.to_vec());
        self.packages.insert(configuration.package, files);
        self.give(Input::ConfigureFunction {
            function: FunctionId(id),
            configuration: Box::new(configuration),
        });
    }

    pub(super) fn queue(&mut self, id: u32, configuration: QueueConfiguration) {
        self.give(Input::ConfigureQueue {
            queue: QueueId(id),
            configuration: Box::new(configuration),
        });
    }

    pub(super) fn mapping(&mut self, id: u32, configuration: MappingConfiguration) {
        self.give(Input::ConfigureMapping {
            mapping: MappingId(id),
            configuration: Box::new(configuration),
        });
    }

    pub(super) fn stream(&mut self, id: u32, configuration: StreamConfiguration) {
        self.give(Input::ConfigureStream {
            stream: StreamId(id),
            configuration: Box::new(configuration),
        });
    }

    pub(super) fn source(&mut self, id: u32, name: &str, kind: SourceKind, wires: Vec<Wire>) {
        self.give(Input::ConfigureSource {
            source: SourceId(id),
            configuration: Box::new(SourceConfiguration {
                name: name.to_owned(),
                kind,
                wires,
            }),
        });
    }
}

pub(super) fn function(name: &str, package: u32, runtime: Runtime) -> FunctionConfiguration {
    FunctionConfiguration {
        name: name.to_owned(),
        package: PackageId(package),
        runtime,
        handler: runtime.default_handler().to_owned(),
        kind: match runtime.is_managed() {
            true => HandlerKind::Loop,
            false => HandlerKind::Reactor,
        },
        code_size: ByteCount::new(4),
        unzipped_size: ByteCount::default(),
        layers: Vec::new(),
        initial_memory: ByteCount::ZERO,
        memory: MemoryMb::new(128),
        timeout: Span::from_secs(3),
        architecture: Architecture::X86_64,
        ephemeral_storage: MemoryMb::new(512),
        variables: OrderedMap::new(),
        reserved_concurrency: None,
        snap_start: SnapStart::None,
        asynchronous: AsyncConfiguration::default(),
        clock: ClockSetting::Modelled,
    }
}

pub(super) fn to_function(id: u32, interest: Interest) -> Wire {
    Wire::new(Destination::Function(FunctionId(id)), interest)
}

pub(super) fn to_queue(id: u32, interest: Interest) -> Wire {
    Wire::new(Destination::Queue(QueueId(id)), interest)
}

pub(super) fn schedule(owner: ScheduleOwner, expression: &str, input: Option<&str>) -> SourceKind {
    SourceKind::Schedule(ScheduleConfiguration {
        input: input.map(str::to_owned),
        ..ScheduleConfiguration::of(owner, expression)
    })
}

/// One module with a function URL, as the first visit has it.
pub(super) fn greeting() -> Staged {
    let mut staged = Staged {
        registry: serde_json::from_value(json!({
            "functions": { "1": {
                "description": "Says hello",
                "role": "arn:aws:iam::123456789012:role/coldstart",
                "tags": { "team": "blue: \"42\"" },
                "runtime": null,
                "traced": true,
                "eventInvoke": null,
                "url": {
                    "created": 0, "modified": 0, "seed": 7, "signed": false, "streamed": true,
                    "cors": {
                        "credentials": false, "headers": ["x-custom"], "methods": ["GET", "POST"],
                        "origins": ["https://example.com"], "exposed": null, "maxAge": 60,
                    },
                },
            } },
            "digests": {},
            "mappings": {},
        }))
        .unwrap(),
        ..Staged::default()
    };
    let variables = [
        ("GREETING", "hello: \"world\""),
        ("COUNT", "007"),
        ("ON", "yes"),
    ];
    let variables = variables.map(|(key, value)| (key.to_owned(), value.to_owned()));
    staged.function(
        1,
        FunctionConfiguration {
            variables: variables.into(),
            architecture: Architecture::Arm64,
            memory: MemoryMb::new(512),
            ephemeral_storage: MemoryMb::new(1024),
            clock: ClockSetting::Measured,
            ..function("greeting", 1, Runtime::Provided)
        },
    );
    staged
}

/// Functions and queues that hand things on.
pub(super) fn orders() -> Staged {
    let mut staged = Staged::default();
    staged.function(2, function("accept", 1, Runtime::Python312));
    staged.function(
        5,
        FunctionConfiguration {
            reserved_concurrency: Some(20),
            ..function("work", 2, Runtime::JavaScript)
        },
    );
    staged.function(6, function("audit", 3, Runtime::Ruby34));
    staged.queue(1, QueueConfiguration::named("failed"));
    staged.queue(
        4,
        QueueConfiguration {
            visibility_timeout: Span::from_secs(60),
            delay: Span::from_secs(5),
            retention: Span::from_secs(3_600),
            redrive: Some(Redrive {
                dead_letter_queue: QueueId(1),
                maximum_receives: 3,
            }),
            ..QueueConfiguration::named("orders")
        },
    );
    staged.queue(
        5,
        QueueConfiguration {
            content_based_deduplication: true,
            ..QueueConfiguration::named("in-order.fifo")
        },
    );
    let accept = FunctionConfiguration {
        asynchronous: AsyncConfiguration {
            maximum_retry_attempts: 0,
            maximum_event_age: Span::from_secs(600),
            on_success: Some(Destination::Function(FunctionId(6))),
            on_failure: Some(Destination::Queue(QueueId(1))),
            dead_letter_queue: Some(QueueId(1).into()),
        },
        snap_start: SnapStart::PublishedVersions,
        ..function("accept", 1, Runtime::Python312)
    };
    staged.function(2, accept);
    // The two hand records to each other.
    for (id, name, package, other) in [(5, "work", 2, 6), (6, "audit", 3, 5)] {
        let runtime = if id == 5 {
            Runtime::JavaScript
        } else {
            Runtime::Ruby34
        };
        staged.function(
            id,
            FunctionConfiguration {
                reserved_concurrency: (id == 5).then_some(20),
                asynchronous: AsyncConfiguration {
                    on_success: Some(Destination::Function(FunctionId(other))),
                    ..AsyncConfiguration::default()
                },
                ..function(name, package, runtime)
            },
        );
    }
    staged.mapping(
        3,
        MappingConfiguration {
            batch_size: 100,
            window: Span::from_secs(5),
            report_failures: true,
            filters: vec![r#"{"body": {"kind": ["book", {"prefix": "e-"}]}}"#.to_owned()],
            source: EventSource::Queue(QueueSource {
                queue: QueueId(4),
                maximum_concurrency: Some(10),
                pollers: None,
            }),
            ..MappingConfiguration::between(QueueId(4), FunctionId(5))
        },
    );
    staged.mapping(
        4,
        MappingConfiguration {
            enabled: false,
            source: EventSource::Queue(QueueSource {
                queue: QueueId(5),
                maximum_concurrency: None,
                pollers: Some(ProvisionedPollers {
                    minimum: 3,
                    maximum: 30,
                }),
            }),
            ..MappingConfiguration::between(QueueId(5), FunctionId(5))
        },
    );
    staged
}

/// Every kind of source, with functions and queues behind it.
pub(super) fn sources() -> Staged {
    let mut staged = Staged::default();
    staged.function(1, function("collect", 1, Runtime::JavaScript));
    staged.function(2, function("watch", 2, Runtime::Python312));
    staged.queue(1, QueueConfiguration::named("all"));
    let objects = |events, prefix: &str, suffix: &str| Interest::Objects {
        events,
        prefix: prefix.to_owned(),
        suffix: suffix.to_owned(),
    };
    staged.source(
        1,
        "my.uploads",
        SourceKind::Bucket,
        vec![
            to_function(1, objects(ObjectEvents::Created, "in/", ".png")),
            to_function(2, objects(ObjectEvents::Created, "in/", ".jpg")),
            to_queue(1, objects(ObjectEvents::Removed, "", "")),
        ],
    );
    let policy = |on_body| Interest::Messages {
        policy:
            r#"{"store": ["berlin", {"anything-but": ["x"]}], "price": [{"numeric": [">", 1.5]}]}"#
                .to_owned(),
        on_body,
    };
    staged.source(
        2,
        "news",
        SourceKind::Topic,
        vec![
            to_function(1, Interest::Everything),
            to_function(2, policy(true)),
            to_queue(1, policy(false)),
        ],
    );
    let pattern = Interest::Pattern(r#"{"source": ["shop.orders"], "detail": {"total": [{"numeric": [">=", 100]}], "gift": [true, null]}}"#.to_owned());
    let with = |input: TargetInput, wire: Wire| Wire { input, ..wire };
    let fixed = || TargetInput::Constant("{\n  \"told\": [1.50, null]\n}".to_owned());
    let part = || TargetInput::Path("$.detail['the total'][0]".to_owned());
    let made = || {
        let variables = [("total", "$.detail.total"), ("first", "$.resources[0]")];
        let paths = variables.map(|(name, path)| (name.to_owned(), path.to_owned()));
        TargetInput::Transformed(Box::new(InputTransformer {
            paths: paths.into(),
            template: "{\n  \"said\": \"<total> by <aws.events.rule-name>\",\n  \"of\": <first>\n}"
                .to_owned(),
        }))
    };
    let plain = || {
        TargetInput::Transformed(Box::new(InputTransformer {
            paths: BTreeMap::new(),
            template: "\"<aws.events.rule-arn>\"".to_owned(),
        }))
    };
    for (id, name) in [(3, "shop"), (4, "default")] {
        let wires = vec![
            to_function(1, pattern.clone()),
            to_queue(1, Interest::Everything),
            with(fixed(), to_function(2, pattern.clone())),
            with(part(), to_function(2, pattern.clone())),
            with(fixed(), to_queue(1, pattern.clone())),
            with(part(), to_queue(1, pattern.clone())),
            with(made(), to_function(1, pattern.clone())),
            with(made(), to_queue(1, pattern.clone())),
            with(plain(), to_function(2, pattern.clone())),
        ];
        staged.source(id, name, SourceKind::Bus, wires);
    }
    let sql = |text: &str| Interest::Sql(text.to_owned());
    staged.source(
        5,
        "iot",
        SourceKind::Iot,
        vec![
            to_function(
                1,
                sql("SELECT celsius AS c FROM 'rooms/+/heat' WHERE celsius > 20"),
            ),
            to_queue(1, sql("SELECT * FROM 'rooms/#'")),
        ],
    );
    let told = |function| to_function(function, Interest::Everything);
    let rule = schedule(
        ScheduleOwner::Rule,
        "rate(5 minutes)",
        Some(r#"{"tick": 1}"#),
    );
    let wires = vec![told(1), told(2), to_queue(1, Interest::Everything)];
    staged.source(6, "every-five", rule, wires);
    let nightly = schedule(ScheduleOwner::Scheduler, "cron(0 2 * * ? *)", None);
    staged.source(7, "nightly", nightly, vec![told(2)]);
    let season = SourceKind::Schedule(ScheduleConfiguration {
        start: Some("2026-12-01T06:00:00Z".to_owned()),
        end: Some("2026-12-24T18:30:00Z".to_owned()),
        window_minutes: Some(15),
        ..ScheduleConfiguration::of(ScheduleOwner::Scheduler, "rate(6 hours)")
    });
    let wires = vec![told(1), to_queue(1, Interest::Everything)];
    staged.source(11, "season", season, wires);
    let yearly = schedule(ScheduleOwner::Scheduler, "cron(0 0 1 1 ? *)", Some("5"));
    let to_all = vec![to_queue(1, Interest::Everything)];
    staged.source(8, "yearly", yearly, to_all);
    let group = SourceKind::LogGroup(FunctionId(1));
    let filter = Interest::LogEvents("?ERROR ?WARN".to_owned());
    staged.source(
        9,
        "/aws/lambda/collect",
        group,
        vec![to_function(2, filter)],
    );
    let asks = |function, trigger| to_function(function, Interest::Trigger(trigger));
    let wires = vec![
        asks(1, PoolTrigger::PreSignUp),
        asks(2, PoolTrigger::PostConfirmation),
        asks(1, PoolTrigger::PreTokenGeneration),
        asks(2, PoolTrigger::DefineAuthChallenge),
        asks(1, PoolTrigger::CreateAuthChallenge),
        asks(1, PoolTrigger::VerifyAuthChallengeResponse),
    ];
    staged.source(10, "customers", SourceKind::UserPool, wires);
    staged
}

/// Records and dead letters to everything that takes them.
pub(super) fn destinations() -> Staged {
    let mut staged = Staged::default();
    let told = |target: u32| Some(Destination::Source(SourceId(target)));
    staged.source(1, "given-up", SourceKind::Topic, Vec::new());
    let created = Interest::Objects {
        events: ObjectEvents::Created,
        prefix: String::new(),
        suffix: String::new(),
    };
    staged.source(
        2,
        "records",
        SourceKind::Bucket,
        vec![to_function(2, created)],
    );
    staged.source(3, "results", SourceKind::Bus, Vec::new());
    staged.source(4, "default", SourceKind::Bus, Vec::new());
    staged.stream(1, StreamConfiguration::kinesis("clicks", 1));
    staged.stream(
        2,
        StreamConfiguration::table("orders", StreamView::NewImage),
    );
    for (id, name, on_success, on_failure) in [
        (1, "work", told(3), told(2)),
        (2, "look", told(4), told(1)),
        (3, "last", told(1), told(4)),
    ] {
        staged.function(
            id,
            FunctionConfiguration {
                asynchronous: AsyncConfiguration {
                    on_success,
                    on_failure,
                    dead_letter_queue: (id != 3).then_some(SourceId(1).into()),
                    ..AsyncConfiguration::default()
                },
                ..function(name, id, Runtime::Python312)
            },
        );
    }
    for (id, to) in [(1, 1), (2, 2)] {
        let start = StartingPosition::TrimHorizon;
        let mut own = MappingConfiguration::reading(StreamId(id), start, FunctionId(1));
        if let EventSource::Stream(source) = &mut own.source {
            source.failures.maximum_retry_attempts = Some(2);
            source.failures.on_failure = Some(SourceId(to).into());
        }
        staged.mapping(id, own);
    }
    staged
}

/// Streams of every kind.
pub(super) fn streams() -> Staged {
    let mut staged = Staged::default();
    staged.function(1, function("count", 1, Runtime::JavaScript));
    staged.function(2, function("copy", 2, Runtime::Python312));
    staged.queue(1, QueueConfiguration::named("discarded"));
    staged.stream(1, StreamConfiguration::kinesis("clicks", 4));
    let attribute = |name: &str, kind| KeyAttribute {
        name: name.to_owned(),
        kind,
    };
    let key = TableKey {
        partition: attribute("tenant", KeyKind::S),
        sort: Some(attribute("number", KeyKind::N)),
    };
    let table = StreamConfiguration::keyed_table("users", StreamView::NewAndOldImages, key);
    staged.stream(2, table);
    staged.stream(3, StreamConfiguration::topic("payments", 3));
    let broker = |kind| StreamConfiguration::broker("letters", kind);
    staged.stream(4, broker(BrokerKind::RabbitMq));
    staged.stream(
        5,
        StreamConfiguration::broker("parcels", BrokerKind::ActiveMq),
    );
    let kept = StreamConfiguration {
        retention: Some(Span::from_secs(48 * 3_600)),
        ..StreamConfiguration::kinesis("kept", 1)
    };
    staged.stream(6, kept);
    let table = StreamConfiguration::table("as-they-are", StreamView::KeysOnly);
    staged.stream(7, table);
    staged.mapping(
        1,
        MappingConfiguration {
            source: EventSource::Stream(StreamSource {
                stream: StreamId(1),
                start: StartingPosition::AtTimestamp(Moment::from_nanos(1_500_000_000)),
                parallelization: 2,
                tumbling_window: None,
                failures: FailurePolicy {
                    maximum_retry_attempts: Some(4),
                    maximum_record_age: Some(Span::from_secs(3_600)),
                    bisect: true,
                    on_failure: Some(QueueId(1).into()),
                },
            }),
            batch_size: 500,
            window: Span::from_secs(10),
            report_failures: true,
            filters: vec![r#"{"data": {"kind": ["buy"]}}"#.to_owned()],
            ..MappingConfiguration::reading(StreamId(1), StartingPosition::Latest, FunctionId(1))
        },
    );
    let window = MappingConfiguration {
        source: EventSource::Stream(StreamSource {
            stream: StreamId(2),
            start: StartingPosition::TrimHorizon,
            parallelization: 1,
            tumbling_window: Some(Span::from_secs(60)),
            failures: FailurePolicy::default(),
        }),
        enabled: false,
        ..MappingConfiguration::reading(StreamId(2), StartingPosition::Latest, FunctionId(2))
    };
    staged.mapping(2, window);
    let (latest, function) = (StartingPosition::Latest, FunctionId(2));
    staged.mapping(
        3,
        MappingConfiguration::consuming(StreamId(3), latest, function),
    );
    staged.mapping(
        4,
        MappingConfiguration::brokered(StreamId(4), FunctionId(2)),
    );
    staged.mapping(
        5,
        MappingConfiguration::brokered(StreamId(5), FunctionId(1)),
    );
    staged
}

/// Versions, aliases and provisioned concurrency.
pub(super) fn versions() -> Staged {
    let mut staged = Staged::default();
    let names = ["newest", "canary", "alone", "draft"];
    for (id, name) in (1..).zip(names) {
        staged.function(id, function(name, id, Runtime::Python312));
        let publish = |staged: &mut Staged| {
            staged.give(Input::PublishVersion {
                function: FunctionId(id),
                description: match name {
                    "newest" | "alone" => format!("As {name} as it gets."),
                    _ => String::new(),
                },
            });
        };
        publish(&mut staged);
        if name == "canary" {
            let larger = FunctionConfiguration {
                memory: MemoryMb::new(256),
                ..function(name, id, Runtime::Python312)
            };
            staged.function(id, larger);
            publish(&mut staged);
        }
    }
    let mut alias = |id, function, name: &str, version, additional, description: &str| {
        staged.give(Input::ConfigureAlias {
            alias: AliasId(id),
            configuration: Box::new(AliasConfiguration {
                function: FunctionId(function),
                name: name.to_owned(),
                version: Version::from(version),
                additional,
                description: description.to_owned(),
            }),
        });
    };
    alias(1, 1, "live", 1, None, "What customers see");
    alias(2, 1, "beta", 1, None, "Also that");
    alias(3, 1, "next", 0, None, "");
    let tenth = Weight::from_fraction(0.1).unwrap();
    alias(4, 2, "live", 1, Some((Version::from(2), tenth)), "");
    alias(5, 2, "old", 1, None, "");
    let mut provision = |function, qualifier, environments| {
        staged.give(Input::Provision {
            function: FunctionId(function),
            qualifier,
            environments,
        });
    };
    provision(1, Qualifier::Alias(AliasId(1)), 3);
    provision(2, Qualifier::Version(Version::from(1)), 2);
    provision(3, Qualifier::Version(Version::from(1)), 5);
    // Changed since it was published.
    let changed = FunctionConfiguration {
        timeout: Span::from_secs(10),
        ..function("draft", 4, Runtime::Python312)
    };
    staged.function(4, changed);
    staged
}

/// Those whose templates are kept beside the tests.
pub(super) fn golden() -> Vec<(&'static str, Staged)> {
    vec![
        ("destinations", destinations()),
        ("greeting", greeting()),
        ("layers", super::layers::layers()),
        ("orders", orders()),
        ("sources", sources()),
        ("streams", streams()),
        ("versions", versions()),
    ]
}
