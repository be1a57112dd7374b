//! Which records of real events a filter drops: each source has its own data key ("Control which events Lambda sends to
//! your function", "Filter criteria examples").

use super::*;
use crate::timeline::{BrokerKind, MappingConfiguration, StartingPosition};

const START: StartingPosition = StartingPosition::TrimHorizon;

/// What a mapping with this filter drops of three records.
fn dropped(configuration: StreamConfiguration, data: [&str; 3], filter: &str) -> Vec<RecordId> {
    let mut mapping = match configuration.kind {
        StreamKind::Topic(_) | StreamKind::Broker(_) => {
            MappingConfiguration::consuming(STREAM, START, FunctionId(1))
        }
        _ => MappingConfiguration::reading(STREAM, START, FunctionId(1)),
    };
    mapping.filters = vec![filter.to_owned()];
    let mut world = World::new(configuration);
    world.send(Input::ConfigureFunction {
        function: FunctionId(1),
        configuration: Box::new(crate::scribe::tests::function("f")),
    });
    world.send(Input::ConfigureMapping {
        mapping: MappingId(1),
        configuration: Box::new(mapping),
    });
    for data in data {
        world.put("k", data);
    }
    let order = StreamBatchOrder {
        batch: BatchId(1),
        stream: STREAM,
        read: ShardBatch {
            mapping: MappingId(1),
            shard: 0,
            lane: 0,
            records: (1..=3).map(RecordId).collect(),
            window: None,
        },
        state: None,
    };
    match world.answer(Effect::WriteStreamBatch(Box::new(order))) {
        Input::StreamBatchWritten { event, dropped, .. } => {
            let event: Value = serde_json::from_slice(&world.payloads.get(event)).unwrap();
            let left = match &event {
                Value::Object(fields) => fields.values().find_map(|it| match it {
                    Value::Array(all) => Some(all.len()),
                    Value::Object(queues) => {
                        queues.values().find_map(Value::as_array).map(Vec::len)
                    }
                    _ => None,
                }),
                _ => None,
            };
            assert_eq!(left, Some(3 - dropped.len()), "{event}");
            dropped
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn records_are_dropped_by_the_data_key_of_their_source() {
    let json = [r#"{"n": 1}"#, r#"{"n": 2}"#, "no JSON"];
    let new =
        |n| format!(r#"{{"Keys": {{"id": {{"S": "a"}}}}, "NewImage": {{"n": {{"N": "{n}"}}}}}}"#);
    let (one, two, three) = (new(1), new(2), new(3));
    let table = [&*one, &two, &three];
    let rows: [(StreamConfiguration, [&str; 3], &str); 5] = [
        (
            StreamConfiguration::kinesis("clicks", 1),
            json,
            r#"{"data": {"n": [2]}}"#,
        ),
        (
            StreamConfiguration::table("orders", StreamView::NewImage),
            table,
            r#"{"dynamodb": {"NewImage": {"n": {"N": ["2"]}}}}"#,
        ),
        (
            StreamConfiguration::topic("orders", 1),
            json,
            r#"{"value": {"n": [2]}}"#,
        ),
        (
            StreamConfiguration::broker("jobs", BrokerKind::ActiveMq),
            json,
            r#"{"data": {"n": [2]}}"#,
        ),
        (
            StreamConfiguration::broker("jobs", BrokerKind::RabbitMq),
            json,
            r#"{"data": {"n": [2]}}"#,
        ),
    ];
    for (configuration, data, filter) in rows {
        let kind = configuration.kind;
        let dropped = dropped(configuration, data, filter);
        assert_eq!(dropped, [RecordId(1), RecordId(3)], "{kind:?}");
    }
}

/// The keys of other sources match nothing.
#[test]
fn another_sources_data_key_drops_everything() {
    let json = [r#"{"n": 1}"#, r#"{"n": 2}"#, r#"{"n": 2}"#];
    let all = [RecordId(1), RecordId(2), RecordId(3)];
    let kinesis = StreamConfiguration::kinesis("clicks", 1);
    assert_eq!(dropped(kinesis, json, r#"{"value": {"n": [2]}}"#), all);
    let topic = StreamConfiguration::topic("orders", 1);
    assert_eq!(dropped(topic, json, r#"{"data": {"n": [2]}}"#), all);
}
