//! What a stream and its mapping show, fact by fact.

use super::Streams;
use crate::timeline::{
    CaughtUp, LifecycleEvent, MappingConfiguration, QueueFact, RecordEnd, ReturnReason, ShardBatch,
    Start, StartingPosition, StreamConfiguration, StreamFact, Timeline, Trigger,
};
use crate::units::{
    BatchId, ByteCount, EnvironmentId, FunctionId, MappingId, Moment, PayloadId, RecordId,
    RequestId, Span, StreamId,
};

const STREAM: StreamId = StreamId(1);
const MAPPING: MappingId = MappingId(1);
const BATCH: BatchId = BatchId(1);

fn at(seconds: u64) -> Moment {
    Moment::START + Span::from_secs(seconds)
}

#[test]
fn a_mapping_shows_how_far_it_has_come() {
    let mut timeline = Timeline::default();
    let mut push = |second, fact: StreamFact| timeline.push(at(second), fact.into());
    push(
        0,
        StreamFact::StreamConfigured {
            stream: STREAM,
            configuration: Box::new(StreamConfiguration::kinesis("clicks", 2)),
        },
    );
    for record in 1..=3 {
        push(
            record,
            StreamFact::RecordPut {
                record: RecordId(record),
                stream: STREAM,
                shard: 1,
                hash: 0,
                key: None,
                data: PayloadId(0),
                bytes: ByteCount::new(1),
            },
        );
    }
    push(
        4,
        StreamFact::RecordsRead {
            batch: BATCH,
            read: Box::new(ShardBatch {
                mapping: MAPPING,
                shard: 1,
                lane: 0,
                records: vec![RecordId(1), RecordId(2)],
                window: None,
            }),
        },
    );
    let request = RequestId(1);
    timeline.push(
        at(5),
        LifecycleEvent::RequestArrived {
            request,
            function: FunctionId(1),
            trigger: Trigger::Mapping {
                mapping: MAPPING,
                batch: BATCH,
            },
            event: PayloadId(0),
            bytes: ByteCount::new(1),
        },
    );
    timeline.push(
        at(7),
        LifecycleEvent::InvocationStarted {
            environment: EnvironmentId(1),
            request,
            start: Start::Warm,
        },
    );
    let mut push = |second, fact: StreamFact| timeline.push(at(second), fact.into());
    push(
        8,
        StreamFact::BatchReturned {
            batch: BATCH,
            reason: ReturnReason::FunctionError,
            retries: 1,
            due: at(9),
        },
    );
    let done = |record, end| StreamFact::RecordsDone {
        batch: BATCH,
        records: vec![RecordId(record)],
        end,
    };
    push(10, done(1, RecordEnd::Handled));
    push(11, done(2, RecordEnd::RetryAttemptsExhausted));
    push(
        12,
        StreamFact::RecordsExpired {
            stream: STREAM,
            records: vec![RecordId(1)],
        },
    );
    let mut streams = CaughtUp::<Streams>::default();
    let blocked = streams
        .at(&timeline, at(8))
        .reader(MAPPING)
        .unwrap()
        .clone();
    assert_eq!(blocked.blocked.get(&BATCH), Some(&at(9)));
    assert_eq!(blocked.iterator_age, Some(Span::from_secs(5)));
    let streams = streams.at(&timeline, at(12));
    assert_eq!(streams.stream(STREAM).unwrap().shards, [0, 2]);
    let reader = streams.reader(MAPPING).unwrap();
    assert_eq!((reader.handled, reader.discarded), (1, 1));
    assert!(reader.blocked.is_empty());
    assert_eq!(streams.batches(MAPPING).count(), 0);
}

#[test]
fn a_mapping_shows_what_it_has_yet_to_read() {
    let mut timeline = Timeline::default();
    let put = |record, shard| StreamFact::RecordPut {
        record: RecordId(record),
        stream: STREAM,
        shard,
        hash: 0,
        key: Some("k".into()),
        data: PayloadId(0),
        bytes: ByteCount::new(1),
    };
    let map = |mapping, start| {
        LifecycleEvent::from(QueueFact::MappingConfigured {
            mapping: MappingId(mapping),
            configuration: Box::new(MappingConfiguration::reading(STREAM, start, FunctionId(1))),
        })
    };
    let configured = StreamFact::StreamConfigured {
        stream: STREAM,
        configuration: Box::new(StreamConfiguration::kinesis("clicks", 2)),
    };
    timeline.push(at(0), configured.into());
    timeline.push(at(1), put(1, 0).into());
    timeline.push(at(5), put(2, 1).into());
    timeline.push(at(6), map(1, StartingPosition::TrimHorizon));
    timeline.push(at(6), map(2, StartingPosition::Latest));
    timeline.push(at(6), map(3, StartingPosition::AtTimestamp(at(2))));
    timeline.push(at(7), put(3, 1).into());
    let mut streams = CaughtUp::<Streams>::default();
    let waiting = |streams: &Streams, mapping| {
        let reader = streams.reader(MappingId(mapping)).unwrap();
        let shards = reader.waiting.iter();
        shards.map(|it| it.len()).collect::<Vec<_>>()
    };
    let all = streams.catch_up(&timeline);
    assert_eq!(waiting(all, 1), [1, 2]);
    assert_eq!(waiting(all, 2), [0, 1]);
    assert_eq!(waiting(all, 3), [0, 2]);

    // A batch fails, is split, and its second half follows the first.
    let read = StreamFact::RecordsRead {
        batch: BATCH,
        read: Box::new(ShardBatch {
            mapping: MappingId(1),
            shard: 1,
            lane: 0,
            records: vec![RecordId(2), RecordId(3)],
            window: None,
        }),
    };
    timeline.push(at(8), read.into());
    let split = StreamFact::BatchSplit {
        batch: BATCH,
        rest: BatchId(2),
        records: vec![RecordId(3)],
    };
    timeline.push(at(9), split.into());
    let returned = StreamFact::BatchReturned {
        batch: BATCH,
        reason: ReturnReason::FunctionError,
        retries: 0,
        due: at(10),
    };
    timeline.push(at(9), returned.into());
    let expired = StreamFact::RecordsExpired {
        stream: STREAM,
        records: vec![RecordId(1)],
    };
    timeline.push(at(9), expired.into());
    let all = streams.catch_up(&timeline);
    assert_eq!(waiting(all, 1), [0, 0]);
    assert_eq!(all.reader(MappingId(1)).unwrap().expired, 1);
    let batches: Vec<_> = all
        .batches(MappingId(1))
        .map(|(id, it)| (id.0, it.read.records.len(), it.reason, it.queued))
        .collect();
    assert_eq!(
        batches,
        [
            (1, 1, Some(ReturnReason::FunctionError), false),
            (2, 1, None, true)
        ]
    );
}
