use super::*;
use crate::timeline::{
    Architecture, DEFAULT_HANDLER, HandlerKind, LayerVersion, Origin, Runtime, SessionMeta,
    SnapStart,
};
use crate::units::{ByteCount, EnvironmentId, Moment, PackageId, SessionSeed, Version};

fn valid() -> FunctionConfiguration {
    FunctionConfiguration {
        name: "greeting".to_owned(),
        package: PackageId(0),
        runtime: Runtime::Provided,
        handler: DEFAULT_HANDLER.to_owned(),
        kind: HandlerKind::Reactor,
        code_size: ByteCount::new(1),
        unzipped_size: ByteCount::default(),
        layers: Vec::new(),
        initial_memory: ByteCount::new(0),
        memory: DEFAULT_MEMORY,
        timeout: DEFAULT_TIMEOUT,
        architecture: Architecture::X86_64,
        ephemeral_storage: *EPHEMERAL_STORAGE.start(),
        variables: Default::default(),
        reserved_concurrency: None,
        snap_start: SnapStart::None,
        asynchronous: Default::default(),
        clock: crate::timeline::ClockSetting::default(),
    }
}

fn errors(change: impl FnOnce(&mut FunctionConfiguration)) -> Vec<SettingError> {
    let mut configuration = valid();
    change(&mut configuration);
    validate(&configuration, [], 1_000)
}

fn messages(change: impl FnOnce(&mut FunctionConfiguration)) -> Vec<String> {
    let errors = errors(change);
    errors.iter().map(ToString::to_string).collect()
}

fn with_variables(pairs: &[(&str, &str)]) -> impl FnOnce(&mut FunctionConfiguration) {
    let variables = pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    |configuration| configuration.variables = variables
}

fn layer(name: &str, version: u32, unzipped: u64) -> LayerVersion {
    LayerVersion {
        name: name.to_owned(),
        version,
        package: PackageId(version),
        code_size: ByteCount::new(1),
        unzipped_size: ByteCount::new(unzipped),
    }
}

/// Messages as they are reported from AWS (aws/serverless-application-model#2124, bento-video/bento#1)
/// and recorded against it (LocalStack, `test_lambda_api`).
#[test]
fn layers_have_limits() {
    let many = |count: u32| -> Vec<_> {
        (1..=count)
            .map(|it| layer(&format!("l{it}"), 1, 1))
            .collect()
    };
    assert_eq!(errors(|it| it.layers = many(5)), []);
    assert_eq!(
        messages(|it| it.layers = many(6)),
        ["Cannot reference more than 5 layers."]
    );
    assert_eq!(
        messages(|it| it.layers = vec![layer("a", 1, 1), layer("b", 1, 1), layer("a", 2, 1)]),
        [
            "Two different versions of the same layer are not allowed to be referenced in the same function. arn:aws:lambda:us-east-1:123456789012:layer:a:1 and arn:aws:lambda:us-east-1:123456789012:layer:a:2 are versions of the same layer."
        ]
    );
    let sizes = |code: u64, layers: [u64; 2]| {
        messages(|it| {
            it.unzipped_size = ByteCount::new(code);
            it.layers = vec![layer("a", 1, layers[0]), layer("b", 1, layers[1])];
        })
    };
    assert_eq!(sizes(1, [262_143_000, 999]), [""; 0]);
    assert_eq!(
        sizes(2, [262_143_000, 999]),
        [
            "Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 262144001 bytes."
        ]
    );
    assert_eq!(
        sizes(0, [262_143_000, 1_001]),
        ["Layers consume more than the available size of 262144000 bytes"]
    );
}

#[test]
fn a_layer_is_refused_before_a_function_has_it() {
    let mut function = valid();
    let one_more = |function: &FunctionConfiguration, name: &str, size: u64| {
        layer_error(function, name, ByteCount::new(size)).map(|it| it.to_string())
    };
    for name in ["a", "b", "c", "d", "e"] {
        assert_eq!(one_more(&function, name, 1), None);
        function.put_layer(layer(name, 1, 1));
    }
    let said = Some("Cannot reference more than 5 layers.".to_owned());
    assert_eq!(one_more(&function, "f", 1), said);
    // The next version takes the place of the one before it, and its room.
    assert_eq!(one_more(&function, "b", 262_143_996), None);
    let too_large = one_more(&function, "b", 262_143_997);
    assert!(too_large.is_some_and(|it| it.starts_with("Layers consume more")));
    function.unzipped_size = ByteCount::new(1);
    let together = one_more(&function, "b", 262_143_996);
    assert!(together.is_some_and(|it| it.ends_with("The actual size is 262144001 bytes.")));
    function.put_layer(layer("b", 2, 1));
    let layers = function.layers.iter();
    let layers: Vec<_> = layers.map(|it| (it.name.as_str(), it.version)).collect();
    assert_eq!(layers, [("a", 1), ("b", 2), ("c", 1), ("d", 1), ("e", 1)]);
}

#[test]
fn the_ends_of_every_range_are_valid_and_one_beyond_is_not() {
    for megabytes in [128, 1_769, 10_240] {
        assert_eq!(errors(|it| it.memory = MemoryMb::new(megabytes)), []);
    }
    for seconds in [1, 900] {
        assert_eq!(errors(|it| it.timeout = Span::from_secs(seconds)), []);
    }
    for megabytes in [512, 10_240] {
        assert_eq!(
            errors(|it| it.ephemeral_storage = MemoryMb::new(megabytes)),
            []
        );
    }
    let refused = "1 validation error detected: Value";
    let cases = [
        (
            messages(|it| it.memory = MemoryMb::new(127)),
            "'127' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128",
        ),
        (
            messages(|it| it.memory = MemoryMb::new(10_241)),
            "'10241' at 'memorySize' failed to satisfy constraint: Member must have value less than or equal to 10240",
        ),
        (
            messages(|it| it.timeout = Span::ZERO),
            "'0' at 'timeout' failed to satisfy constraint: Member must have value greater than or equal to 1",
        ),
        (
            // As AWS answered to 1,200 seconds (public code and issues).
            messages(|it| it.timeout = Span::from_secs(1_200)),
            "'1200' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
        ),
        (
            messages(|it| it.timeout = Span::from_millis(2_500)),
            "'2.5' at 'timeout' failed to satisfy constraint: Member must be a whole number of seconds",
        ),
        (
            messages(|it| it.ephemeral_storage = MemoryMb::new(511)),
            "'511' at 'ephemeralStorage.size' failed to satisfy constraint: Member must have value greater than or equal to 512",
        ),
        (
            messages(|it| it.ephemeral_storage = MemoryMb::new(10_241)),
            "'10241' at 'ephemeralStorage.size' failed to satisfy constraint: Member must have value less than or equal to 10240",
        ),
    ];
    for (found, expected) in cases {
        assert_eq!(found, [format!("{refused} {expected}")]);
    }
}

#[test]
fn names_are_up_to_64_plain_characters() {
    assert_eq!(errors(|it| it.name = "Aa0-_".repeat(12)), []);
    assert_eq!(errors(|it| it.name = "a".repeat(64)), []);
    assert_eq!(errors(|it| it.name.clear()), [SettingError::NameEmpty]);
    let long = "a".repeat(65);
    assert_eq!(
        errors(|it| it.name = "a".repeat(65)),
        [SettingError::NameTooLong { name: long }]
    );
    for name in ["has space", "dot.ted", "grüße", "a/b"] {
        assert_eq!(
            messages(|it| it.name = name.to_owned()),
            [format!(
                "1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9-_]+"
            )]
        );
    }
    let other = valid();
    let found = validate(&valid(), [&other], 1_000);
    assert_eq!(
        found.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["Function already exist: greeting"]
    );
}

#[test]
fn variable_names_follow_the_pattern() {
    assert_eq!(
        errors(with_variables(&[
            ("Ab", ""),
            ("a_1", "x"),
            ("PATH", "/opt")
        ])),
        []
    );
    for key in ["", "a", "1a", "_a", "a-b", "a b", "ä1"] {
        assert_eq!(
            errors(with_variables(&[(key, "x")])),
            [SettingError::VariableName {
                key: key.to_owned()
            }]
        );
    }
}

#[test]
fn reserved_names_are_refused_together() {
    let found = messages(with_variables(&[
        ("AWS_REGION", "eu-west-1"),
        ("MINE", "1"),
        ("_HANDLER", "x"),
        ("AWS_SESSION_TOKEN", "x"),
    ]));
    assert_eq!(
        found,
        [
            "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION, AWS_SESSION_TOKEN, _HANDLER"
        ]
    );
    for key in RESERVED_VARIABLES {
        assert_eq!(errors(with_variables(&[(key, "x")])).len(), 1, "{key}");
    }
}

/// "Troubleshoot deployment issues in Lambda": 4,096 bytes, with quotes, commas and brackets.
#[test]
fn variables_are_measured_as_json() {
    // {"KEY":"..."} is 10 bytes around the value.
    let fits = "x".repeat(4_096 - 10);
    assert_eq!(errors(with_variables(&[("KEY", &fits)])), []);
    let one_more = format!("{fits}x");
    let found = messages(with_variables(&[("KEY", &one_more)]));
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("exceeded the 4KB limit. String measured: {\"KEY\":\"xxx"));
    assert!(found[0].len() < 400, "the message is readable");
    // A quote is escaped and a letter beyond ASCII takes two bytes.
    for two_bytes in ["\"", "é"] {
        let value = format!("{}{two_bytes}", &fits[2..]);
        assert_eq!(errors(with_variables(&[("KEY", &value)])), []);
        let value = format!("{}{two_bytes}", &fits[1..]);
        assert_eq!(errors(with_variables(&[("KEY", &value)])).len(), 1);
    }
}

/// "Configuring reserved concurrency": 100 of the account's concurrency stay unreserved.
#[test]
fn a_hundred_stay_unreserved() {
    assert_eq!(errors(|it| it.reserved_concurrency = Some(0)), []);
    assert_eq!(errors(|it| it.reserved_concurrency = Some(900)), []);
    assert_eq!(
        messages(|it| it.reserved_concurrency = Some(901)),
        [
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100]."
        ]
    );
    let mut other = valid();
    other.name = "other".to_owned();
    other.reserved_concurrency = Some(850);
    let mut configuration = valid();
    configuration.reserved_concurrency = Some(50);
    assert_eq!(validate(&configuration, [&other], 1_000), []);
    configuration.reserved_concurrency = Some(51);
    assert_eq!(
        validate(&configuration, [&other], 1_000),
        [SettingError::ReservedConcurrency {
            available: 50,
            minimum: 100
        }]
    );
    // A new account has ten, and can reserve none of them.
    configuration.reserved_concurrency = Some(0);
    assert_eq!(validate(&configuration, [], 10), []);
    configuration.reserved_concurrency = Some(1);
    assert_eq!(
        validate(&configuration, [], 10),
        [SettingError::ReservedConcurrency {
            available: 0,
            minimum: 10
        }]
    );
}

#[test]
fn every_error_has_its_place_and_a_hint() {
    let all = errors(|it| {
        it.name = "not a name".to_owned();
        it.memory = MemoryMb::new(1);
        it.timeout = Span::from_secs(901);
        it.ephemeral_storage = MemoryMb::new(1);
        it.variables.insert("AWS_REGION".to_owned(), String::new());
        it.variables.insert("1".to_owned(), "x".repeat(5_000));
        it.reserved_concurrency = Some(u32::MAX);
    });
    let places: Vec<Setting> = all.iter().map(SettingError::setting).collect();
    assert_eq!(
        places,
        [
            Setting::Name,
            Setting::Memory,
            Setting::Timeout,
            Setting::EphemeralStorage,
            Setting::Variables,
            Setting::Variables,
            Setting::Variables,
            Setting::ReservedConcurrency,
        ]
    );
    assert!(all.iter().all(|error| error.hint().ends_with('.')));
}

#[test]
fn a_handler_sees_reserved_variables_its_own_and_the_defaults() {
    let mut configuration = valid();
    with_variables(&[("TABLE", "t1"), ("TZ", "Europe/Berlin")])(&mut configuration);
    // Validation refuses this one; a damaged workspace file might still hold it.
    configuration
        .variables
        .insert("AWS_REGION".to_owned(), "mine".to_owned());
    let session = SessionMeta {
        seed: SessionSeed(7),
        unix_millis: 1_795_391_999_000,
    };
    let created = Moment::START + Span::from_secs(2);
    let stream = log_stream_name(session, Version::Latest, EnvironmentId(1), created);
    let (day, digits) = stream.split_at("2026/11/23/[$LATEST]".len());
    assert_eq!(day, "2026/11/23/[$LATEST]");
    assert_eq!(digits.len(), 32);
    assert_ne!(
        stream,
        log_stream_name(session, Version::Latest, EnvironmentId(2), created)
    );

    let variables = environment_variables(&configuration, Origin::default(), &stream);
    let expected = [
        ("AWS_LAMBDA_FUNCTION_NAME", "greeting"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/greeting"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", &stream),
        ("AWS_REGION", "us-east-1"),
        ("LAMBDA_TASK_ROOT", "/var/task"),
        ("LANG", "en_US.UTF-8"),
        ("TABLE", "t1"),
        ("TZ", "Europe/Berlin"),
        ("_HANDLER", "bootstrap"),
    ];
    for (key, value) in expected {
        assert_eq!(variables.get(key).map(String::as_str), Some(value), "{key}");
    }
    assert_eq!(variables.get("COLDSTART_RUNTIME_API"), None);
    let reserved = reserved_variables(&configuration, Origin::default(), &stream);
    assert!(
        reserved
            .keys()
            .all(|key| RESERVED_VARIABLES.contains(&key.as_str()))
    );
}

#[test]
fn a_managed_runtime_sees_its_handler_and_where_its_events_are() {
    let configuration = FunctionConfiguration {
        runtime: Runtime::Python312,
        handler: "app.run".to_owned(),
        kind: HandlerKind::Loop,
        ..valid()
    };
    let variables = reserved_variables(&configuration, Origin::default(), "stream");
    let value = |key: &str| variables.get(key).map(String::as_str);
    assert_eq!(value("_HANDLER"), Some("app.run"));
    assert_eq!(value("AWS_EXECUTION_ENV"), Some("AWS_Lambda_python3.12"));
    assert_eq!(value("COLDSTART_RUNTIME_API"), Some("/run/lambda"));
}

/// Lambda API reference, CreateFunction, Handler: `[^\s]+`, at most 128 characters.
#[test]
fn handler_strings_are_held_to_the_limits_of_the_api() {
    let error = |handler: &str| {
        let configuration = FunctionConfiguration {
            handler: handler.to_owned(),
            ..valid()
        };
        validate(&configuration, [], 1_000)
            .pop()
            .map(|it| it.to_string())
    };
    assert_eq!(error("src/index.handler"), None);
    assert_eq!(error(&"x".repeat(128)), None);
    let pattern = "1 validation error detected: Value 'a b' at 'handler' failed to satisfy constraint: Member must satisfy regular expression pattern: [^\\s]+";
    assert_eq!(error("a b").as_deref(), Some(pattern));
    assert!(error("").is_some());
    let long = error(&"x".repeat(129)).unwrap_or_default();
    assert!(
        long.ends_with("Member must have length less than or equal to 128"),
        "{long}"
    );
}

/// "Improving startup performance with Lambda SnapStart": not with more than 512 MB of `/tmp`.
#[test]
fn snapshots_go_with_the_smallest_tmp_only() {
    let mut configuration = valid();
    configuration.snap_start = SnapStart::PublishedVersions;
    configuration.ephemeral_storage = MemoryMb::new(512);
    assert_eq!(validate(&configuration, [], 1_000), []);
    configuration.ephemeral_storage = MemoryMb::new(513);
    let errors = validate(&configuration, [], 1_000);
    assert_eq!(errors, [SettingError::SnapStartStorage(MemoryMb::new(513))]);
    assert_eq!(errors[0].setting(), Setting::SnapStart);
}

/// "Working with Lambda environment variables"; "Monitoring for Lambda SnapStart".
#[test]
fn snapshots_know_no_log_stream() {
    let mut configuration = valid();
    let of = |configuration: &FunctionConfiguration| {
        reserved_variables(configuration, Origin::default(), "stream")
    };
    let kind = "AWS_LAMBDA_INITIALIZATION_TYPE";
    assert_eq!(of(&configuration).get(kind).unwrap(), "on-demand");
    assert_eq!(
        of(&configuration)
            .get("AWS_LAMBDA_LOG_STREAM_NAME")
            .unwrap(),
        "stream"
    );
    configuration.snap_start = SnapStart::PublishedVersions;
    let variables = of(&configuration);
    assert_eq!(variables.get(kind).unwrap(), "snap-start");
    assert!(
        variables
            .keys()
            .all(|key| !key.starts_with("AWS_LAMBDA_LOG_"))
    );
}
