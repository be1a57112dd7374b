//! What is told of a topic's records that are discarded.

use super::*;
use crate::scribe::broker::SERVERS;
use crate::timeline::{Failure, MappingConfiguration, Outcome, StartingPosition};

/// "Retain discarded batch records for an Amazon MSK event source": offsets and times by partition, and no address of
/// brokers of one's own has an ARN.
#[test]
fn what_is_discarded_of_a_topic_is_told() {
    let mut world = World::new(StreamConfiguration::topic("orders", 2));
    world.put("k", "tea");
    let arrived = |millis, offset| (Moment::START + Span::from_millis(millis), offset);
    let order = DiscardOrder {
        batch: BatchId(1),
        to: QueueId(1).into(),
        mapping: MappingId(1),
        function: FunctionId(1),
        stream: STREAM,
        shard: 1,
        end: RecordEnd::RetryAttemptsExhausted,
        records: vec![RecordId(1), RecordId(3)],
        first: (RecordId(1), arrived(250, 4)),
        last: (RecordId(3), arrived(1_500, 6)),
        invocations: 11,
        attempt: Some((RequestId(9), Outcome::Failed(Failure::HandlerError))),
    };
    let mut told = |order: &DiscardOrder, own: bool| {
        let start = StartingPosition::TrimHorizon;
        let mut mapping = MappingConfiguration::consuming(STREAM, start, FunctionId(1));
        if own {
            mapping.manage_oneself();
        }
        world.send(Input::ConfigureMapping {
            mapping: MappingId(1 + u32::from(own)),
            configuration: Box::new(mapping),
        });
        let order = DiscardOrder {
            mapping: MappingId(1 + u32::from(own)),
            ..order.clone()
        };
        match world.answer(Effect::WriteDiscard(Box::new(order))) {
            Input::DiscardWritten(written) => {
                let text = world.payloads.get(written.payload);
                serde_json::from_slice::<Value>(&text).unwrap()
            }
            other => panic!("{other:?}"),
        }
    };
    let mut batch = told(&order, false)["KafkaBatchInfo"].take();
    let size = batch["payloadSize"].take();
    assert!(size.as_u64() > Some(100), "{size}");
    assert_eq!(
        batch,
        json!({
            "batchSize": 2,
            "bootstrapServers": SERVERS,
            "payloadSize": null,
            "eventSourceArn": batch["eventSourceArn"],
            "recordsInfo": {"orders-1": {
                "firstRecordOffset": "4",
                "lastRecordOffset": "6",
                "firstRecordTimestamp": "2026-11-24T12:00:00.250Z",
                "lastRecordTimestamp": "2026-11-24T12:00:01.500Z",
            }},
        })
    );
    let arn = batch["eventSourceArn"].as_str().unwrap_or_default();
    assert!(
        arn.starts_with("arn:aws:kafka:us-east-1:123456789012:"),
        "{arn}"
    );
    let own = &told(&order, true)["KafkaBatchInfo"];
    assert_eq!(own.get("eventSourceArn"), None);
    assert_eq!(own["recordsInfo"], batch["recordsInfo"]);
}
