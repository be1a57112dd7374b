//! Event source mappings of streams, tables' streams, topics and brokers' queues.

use crate::stage::{Stage, body, text};
use runtime_core::platform::{Input, MAPPING_CHANGE};
use runtime_core::scribe::{KAFKA_SERVERS, stream_arn};
use runtime_core::timeline::{
    BrokerKind, KeyAttribute, KeyKind, SessionMeta, SourceKind, StreamConfiguration, StreamView,
    TableKey,
};
use runtime_core::units::{SessionSeed, Span};
use serde_json::{Value, json};

const PATH: &str = "/2015-03-31/event-source-mappings";
const SESSION: SessionMeta = SessionMeta {
    seed: SessionSeed(7),
    unix_millis: 1_795_521_600_000,
};

fn table() -> StreamConfiguration {
    let key = TableKey {
        partition: KeyAttribute {
            name: "id".to_owned(),
            kind: KeyKind::S,
        },
        sort: None,
    };
    StreamConfiguration::keyed_table("orders", StreamView::NewAndOldImages, key)
}

/// A new stream's ARN.
fn stream(stage: &mut Stage, configuration: StreamConfiguration) -> String {
    let arn = stream_arn(&configuration, SESSION);
    let stream = stage.platform.next_stream();
    stage.input(Input::ConfigureStream {
        stream,
        configuration: Box::new(configuration),
    });
    arn
}

fn made(stage: &mut Stage, wanted: &Value) -> Value {
    let made = stage.send("POST", PATH, wanted);
    assert_eq!(made.status, 202, "{}", text(&made));
    body(&made)
}

#[test]
fn a_data_stream_is_mapped_with_all_its_settings() {
    let mut stage = Stage::with_echo();
    let queue = stage.queue("discards");
    let arn = stream(&mut stage, StreamConfiguration::kinesis("clicks", 2));
    assert_eq!(arn, "arn:aws:kinesis:us-east-1:123456789012:stream/clicks");
    let wanted = json!({
        "FunctionName": "echo",
        "EventSourceArn": arn,
        "StartingPosition": "AT_TIMESTAMP",
        "StartingPositionTimestamp": 1_795_521_630.5,
        "BatchSize": 50,
        "MaximumBatchingWindowInSeconds": 5,
        "ParallelizationFactor": 3,
        "BisectBatchOnFunctionError": true,
        "MaximumRetryAttempts": 2,
        "MaximumRecordAgeInSeconds": 120,
        "TumblingWindowInSeconds": 30,
        "DestinationConfig": {"OnFailure": {"Destination": queue}},
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "FilterCriteria": {"Filters": [{"Pattern": "{\"data\": {\"page\": [\"/tea\"]}}"}]},
    });
    let shown = made(&mut stage, &wanted);
    for (name, value) in wanted.as_object().unwrap() {
        if name != "FunctionName" {
            assert_eq!(&shown[name], value, "{name}");
        }
    }
    assert_eq!(shown["State"], "Creating");
    assert_eq!(shown["LastProcessingResult"], "No records processed");

    // What is not named stays; -1 and 0 are no end and no window.
    let one = format!("{PATH}/{}", shown["UUID"].as_str().unwrap());
    let change = json!({
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1,
        "TumblingWindowInSeconds": 0,
        "DestinationConfig": {"OnFailure": {}},
        "ParallelizationFactor": 1,
    });
    stage.pass(MAPPING_CHANGE);
    let changed = stage.send("PUT", &one, &change);
    assert_eq!(changed.status, 202, "{}", text(&changed));
    let shown = body(&stage.send("GET", &one, &Value::Null));
    for (name, value) in change.as_object().unwrap() {
        assert_eq!(&shown[name], value, "{name}");
    }
    assert_eq!(
        (&shown["StartingPosition"], &shown["BatchSize"]),
        (&json!("AT_TIMESTAMP"), &json!(50))
    );
    // "You can configure any Amazon SNS topic, Amazon SQS queue, or S3 bucket as a destination" ("Retain discarded
    // batch records for a Kinesis Data Streams event source in Lambda").
    let topic = stage.source("news", SourceKind::Topic);
    let bucket = stage.source("failures", SourceKind::Bucket);
    for arn in [topic, bucket] {
        let config = json!({"OnFailure": {"Destination": arn}});
        let change = json!({ "DestinationConfig": config });
        stage.pass(MAPPING_CHANGE);
        let changed = stage.send("PUT", &one, &change);
        assert_eq!(changed.status, 202, "{}", text(&changed));
        let shown = body(&stage.send("GET", &one, &Value::Null));
        assert_eq!(shown["DestinationConfig"], config);
    }
    stage.pass(MAPPING_CHANGE);
    let bus = stage.source("results", SourceKind::Bus);
    let change = json!({"DestinationConfig": {"OnFailure": {"Destination": bus}}});
    let refused = stage.send("PUT", &one, &change);
    assert_eq!(refused.status, 400, "{}", text(&refused));
    let refused = stage.send("PUT", &one, &json!({"StartingPosition": "LATEST"}));
    assert_eq!(refused.status, 400, "{}", text(&refused));

    let again = stage.send("POST", PATH, &wanted);
    assert_eq!(
        (again.status, again.header("x-amzn-ErrorType")),
        (409, Some("ResourceConflictException"))
    );
    let query = format!("{PATH}?EventSourceArn={}", arn.replace([':', '/'], "%3A"));
    let page = body(&stage.send("GET", &query, &Value::Null));
    assert_eq!(page["EventSourceMappings"], json!([]), "another ARN");
    let query = format!(
        "{PATH}?EventSourceArn={}",
        arn.replace(':', "%3A").replace('/', "%2F")
    );
    let page = body(&stage.send("GET", &query, &Value::Null));
    assert_eq!(page["EventSourceMappings"].as_array().unwrap().len(), 1);
}

#[test]
fn defaults_are_those_of_aws() {
    let mut stage = Stage::with_echo();
    let arn = stream(&mut stage, table());
    let wanted =
        json!({"FunctionName": "echo", "EventSourceArn": arn, "StartingPosition": "LATEST"});
    let shown = made(&mut stage, &wanted);
    for (name, value) in [
        ("BatchSize", json!(100)),
        ("MaximumBatchingWindowInSeconds", json!(0)),
        ("ParallelizationFactor", json!(1)),
        ("BisectBatchOnFunctionError", json!(false)),
        ("MaximumRetryAttempts", json!(-1)),
        ("MaximumRecordAgeInSeconds", json!(-1)),
        ("TumblingWindowInSeconds", json!(0)),
        ("DestinationConfig", json!({"OnFailure": {}})),
        ("FunctionResponseTypes", json!([])),
    ] {
        assert_eq!(shown[name], value, "{name}");
    }
    assert_eq!(shown.get("StartingPositionTimestamp"), None);
}

#[test]
fn topics_and_brokers_are_mapped_by_name() {
    let mut stage = Stage::with_echo();
    let cluster = stream(&mut stage, StreamConfiguration::topic("orders", 3));
    stream(&mut stage, StreamConfiguration::topic("returns", 1));
    let broker = stream(
        &mut stage,
        StreamConfiguration::broker("jobs", BrokerKind::RabbitMq),
    );
    let wanted = json!({
        "FunctionName": "echo",
        "EventSourceArn": cluster,
        "Topics": ["returns"],
        "StartingPosition": "TRIM_HORIZON",
    });
    let shown = made(&mut stage, &wanted);
    assert_eq!(shown["Topics"], json!(["returns"]));
    assert_eq!(shown.get("ParallelizationFactor"), None);
    let wanted = json!({"FunctionName": "echo", "EventSourceArn": broker, "Queues": ["jobs"]});
    let shown = made(&mut stage, &wanted);
    assert_eq!(shown["Queues"], json!(["jobs"]));
    assert_eq!(shown.get("StartingPosition"), None);
}

/// CreateEventSourceMapping, `MaximumBatchingWindowInSeconds`: 500 ms by default for Kafka and brokers, which
/// no number of seconds is; once it was set, there is no way back.
#[test]
fn half_a_second_is_a_window_that_cannot_be_asked_for() {
    let mut stage = Stage::with_echo();
    let cluster = stream(&mut stage, StreamConfiguration::topic("orders", 1));
    let wanted = json!({
        "FunctionName": "echo",
        "EventSourceArn": cluster,
        "Topics": ["orders"],
        "StartingPosition": "LATEST",
    });
    let name = "MaximumBatchingWindowInSeconds";
    let shown = made(&mut stage, &wanted);
    assert_eq!(shown.get(name), None);
    let window = |stage: &Stage| stage.platform.mappings().next().unwrap().1.window;
    assert_eq!(window(&stage), Span::from_millis(500));
    let one = format!("{PATH}/{}", shown["UUID"].as_str().unwrap());
    let refused = stage.send("PUT", &one, &json!({name: 0.5}));
    assert_eq!(refused.status, 400, "{}", text(&refused));
    // What is not named stays; what is, is whole seconds from now on.
    for (change, seconds) in [
        (json!({"BatchSize": 5}), None),
        (json!({name: 3}), Some(3)),
        (json!({"BatchSize": 6}), Some(3)),
        (json!({name: null}), Some(3)),
        (json!({name: 0}), Some(0)),
    ] {
        stage.pass(MAPPING_CHANGE);
        let changed = stage.send("PUT", &one, &change);
        assert_eq!(changed.status, 202, "{}", text(&changed));
        let shown = body(&stage.send("GET", &one, &Value::Null));
        assert_eq!(shown.get(name), seconds.map(|it| json!(it)).as_ref());
    }
    assert_eq!(window(&stage), Span::ZERO);
}

/// SelfManagedEventSource and SourceAccessConfiguration of the API reference: a cluster is known by its servers, and
/// has no ARN.
#[test]
fn kafka_of_ones_own_is_mapped_by_its_servers() {
    let mut stage = Stage::with_echo();
    let cluster = stream(&mut stage, StreamConfiguration::topic("orders", 1));
    let own = |servers: Value, more: Value| {
        let mut wanted = json!({
            "FunctionName": "echo",
            "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": servers}},
            "Topics": ["orders"],
            "StartingPosition": "TRIM_HORIZON",
        });
        let more = more.as_object().unwrap().clone();
        wanted.as_object_mut().unwrap().extend(more);
        wanted
    };
    let servers = json!([KAFKA_SERVERS]);
    let access =
        json!([{"Type": "BASIC_AUTH", "URI": "arn:aws:secretsmanager:us-east-1:1:secret:s"}]);
    let refused = [
        (
            own(json!(["b.example.com:9092"]), json!({})),
            "There is no Kafka cluster at",
        ),
        (own(json!([]), json!({})), "There is no Kafka cluster at"),
        (own(Value::Null, json!({})), "AFKA_BOOTSTRAP_SERVERS"),
        (
            own(servers.clone(), json!({"SelfManagedEventSource": {}})),
            "endpoints",
        ),
        (
            own(servers.clone(), json!({"Topics": ["none"]})),
            "There is no \\\"none\\\"",
        ),
        (own(servers.clone(), json!({"Topics": null})), "'topics'"),
        (
            own(servers.clone(), json!({"StartingPosition": null})),
            "startingPosition",
        ),
        (
            own(servers.clone(), json!({"EventSourceArn": cluster})),
            "EventSourceArn",
        ),
        (
            own(servers.clone(), json!({"ParallelizationFactor": 2})),
            "ParallelizationFactor",
        ),
        (
            own(
                servers.clone(),
                json!({"SourceAccessConfigurations": [{"Type": "NONE", "URI": "u"}]}),
            ),
            "enum value set",
        ),
        (
            own(servers.clone(), json!({"SelfManagedEventSource": null})),
            "Unrecognized event source",
        ),
    ];
    for (bad, why) in refused {
        let refused = stage.send("POST", PATH, &bad);
        assert_eq!(refused.status, 400, "{bad}: {}", text(&refused));
        assert!(text(&refused).contains(why), "{bad}: {}", text(&refused));
    }
    assert_eq!(stage.platform.mappings().count(), 0);

    let shown = made(
        &mut stage,
        &own(
            servers.clone(),
            json!({"SourceAccessConfigurations": access}),
        ),
    );
    let configured = json!({"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": servers}});
    assert_eq!(shown["SelfManagedEventSource"], configured);
    assert_eq!(shown["SourceAccessConfigurations"], access);
    assert_eq!(shown["Topics"], json!(["orders"]));
    assert_eq!(
        (shown.get("EventSourceArn"), &shown["BatchSize"]),
        (None, &json!(100))
    );
    // It is no mapping of the cluster's ARN.
    let listed = |stage: &mut Stage, query: &str| {
        let page = body(&stage.send("GET", &format!("{PATH}{query}"), &Value::Null));
        page["EventSourceMappings"].as_array().unwrap().len()
    };
    let encoded = cluster.replace(':', "%3A").replace('/', "%2F");
    assert_eq!(listed(&mut stage, &format!("?EventSourceArn={encoded}")), 0);
    assert_eq!(listed(&mut stage, "?FunctionName=echo"), 1);
    // Who reads can be changed, where it is read cannot.
    let one = format!("{PATH}/{}", shown["UUID"].as_str().unwrap());
    let change =
        json!({"SourceAccessConfigurations": [{"Type": "VPC_SUBNET", "URI": "subnet:subnet-1"}]});
    stage.pass(MAPPING_CHANGE);
    let changed = stage.send("PUT", &one, &change);
    assert_eq!(changed.status, 202, "{}", text(&changed));
    let shown = body(&stage.send("GET", &one, &Value::Null));
    assert_eq!(
        shown["SourceAccessConfigurations"],
        change["SourceAccessConfigurations"]
    );
    assert_eq!(shown["SelfManagedEventSource"], configured);
    stage.pass(MAPPING_CHANGE);
    let moved = stage.send("PUT", &one, &json!({"SelfManagedEventSource": configured}));
    assert_eq!(moved.status, 400, "{}", text(&moved));
}

#[test]
fn what_a_source_has_not_is_refused() {
    let mut stage = Stage::with_echo();
    let clicks = stream(&mut stage, StreamConfiguration::kinesis("clicks", 1));
    let orders = stream(&mut stage, table());
    let topic = stream(&mut stage, StreamConfiguration::topic("orders", 1));
    let broker = stream(
        &mut stage,
        StreamConfiguration::broker("jobs", BrokerKind::ActiveMq),
    );
    let of = |arn: &str, more: Value| {
        let mut wanted = json!({"FunctionName": "echo", "EventSourceArn": arn});
        let more = more.as_object().unwrap().clone();
        wanted.as_object_mut().unwrap().extend(more);
        wanted
    };
    let start = |more: Value| {
        let mut all = json!({"StartingPosition": "LATEST"});
        let more = more.as_object().unwrap().clone();
        all.as_object_mut().unwrap().extend(more);
        all
    };
    let table = [
        (of(&clicks, json!({})), "Value null at 'startingPosition'"),
        (
            of(&clicks, json!({"StartingPosition": "FIRST"})),
            "enum value set",
        ),
        (
            of(&clicks, json!({"StartingPosition": "AT_TIMESTAMP"})),
            "startingPositionTimestamp",
        ),
        (
            of(
                &orders,
                json!({"StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": 1}),
            ),
            "Unsupported starting position for arn type",
        ),
        (
            of(&format!("{clicks}x"), start(json!({}))),
            "Stream not found",
        ),
        (
            of(&clicks, start(json!({"ParallelizationFactor": 11}))),
            "less than or equal to 10",
        ),
        (
            of(&clicks, start(json!({"MaximumRetryAttempts": 10_001}))),
            "less than or equal to 10000",
        ),
        (
            of(&clicks, start(json!({"MaximumRecordAgeInSeconds": 59}))),
            "greater than or equal to 60",
        ),
        (
            of(&clicks, start(json!({"TumblingWindowInSeconds": 901}))),
            "less than or equal to 900",
        ),
        (of(&clicks, start(json!({"Topics": ["a"]}))), "Topics"),
        (
            of(
                &clicks,
                start(json!({"ScalingConfig": {"MaximumConcurrency": 2}})),
            ),
            "ScalingConfig",
        ),
        (
            of(
                &topic,
                start(
                    json!({"Topics": ["orders"], "ProvisionedPollerConfig": {"MinimumPollers": 2}}),
                ),
            ),
            "ProvisionedPollerConfig",
        ),
        (
            of(
                &clicks,
                start(
                    json!({"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sns:us-east-1:1:t"}}}),
                ),
            ),
            "destination ARN",
        ),
        (of(&topic, start(json!({}))), "'topics'"),
        (of(&topic, start(json!({"Topics": ["no"]}))), "There is no"),
        (
            of(&topic, start(json!({"Topics": ["orders", "b"]}))),
            "one member",
        ),
        (
            of(
                &topic,
                start(json!({"Topics": ["orders"], "ParallelizationFactor": 2})),
            ),
            "ParallelizationFactor",
        ),
        (
            of(
                &broker,
                json!({"Queues": ["jobs"], "MaximumRetryAttempts": 1}),
            ),
            "MaximumRetryAttempts",
        ),
        (
            of("arn:aws:s3:::bucket", start(json!({}))),
            "Unrecognized event source",
        ),
    ];
    for (bad, why) in table {
        let refused = stage.send("POST", PATH, &bad);
        assert_eq!(refused.status, 400, "{bad}: {}", text(&refused));
        assert!(text(&refused).contains(why), "{bad}: {}", text(&refused));
    }
    assert_eq!(stage.platform.mappings().count(), 0);
}
