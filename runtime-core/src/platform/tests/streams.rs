//! Streams and the mappings that read them against what the Kinesis, DynamoDB and Lambda developer guides
//! say of them.

mod properties;
mod windows;

use super::stage::{Stage, at, millis};
use super::{F, G};
use crate::platform::*;
use crate::timeline::{
    AsyncConfiguration, BrokerKind, EventSource, Failure, FailurePolicy, LifecycleEvent,
    MappingConfiguration, Outcome, QueueConfiguration, QueueFact, RecordEnd, ReturnReason,
    ShardBatch, SourceFact, SourceKind, StartingPosition, StreamConfiguration, StreamFact,
    StreamSource, StreamView,
};
use crate::units::{MappingId, Moment, PayloadId, RecordId, Span, StreamId};

const OK: Outcome = Outcome::Succeeded;
const ERROR: Outcome = Outcome::Failed(Failure::HandlerError);
const START: StartingPosition = StartingPosition::TrimHorizon;

fn change(mapping: &mut MappingConfiguration, change: impl FnOnce(&mut StreamSource)) {
    if let EventSource::Stream(source) = &mut mapping.source {
        change(source);
    }
}

/// A data stream that the function F is mapped to.
fn mapped(
    script: impl FnMut(u32) -> (Outcome, Span) + 'static,
    shards: u32,
    set: impl FnOnce(&mut MappingConfiguration, &mut StreamSource),
) -> (Stage, StreamId) {
    let mut stage = Stage::new(script);
    let stream = stage.stream(StreamConfiguration::kinesis("clicks", shards));
    let mut mapping = MappingConfiguration::reading(stream, START, F);
    let EventSource::Stream(mut source) = mapping.source else {
        panic!("a stream");
    };
    set(&mut mapping, &mut source);
    mapping.source = EventSource::Stream(source);
    stage.map(mapping);
    (stage, stream)
}

fn read(stage: &Stage) -> Vec<(Moment, ShardBatch)> {
    stage.stream_facts(|at, fact| match fact {
        StreamFact::RecordsRead { read, .. } => Some((at, ShardBatch::clone(read))),
        _ => None,
    })
}

/// When batches were read, and of how many records.
fn sizes(stage: &Stage) -> Vec<(Moment, usize)> {
    let sizes = |(at, read): (Moment, ShardBatch)| (at, read.records.len());
    read(stage).into_iter().map(sizes).collect()
}

fn ended(stage: &Stage, wanted: RecordEnd) -> Vec<u64> {
    let records = stage.stream_facts(|_, fact| match fact {
        StreamFact::RecordsDone { records, end, .. } if *end == wanted => Some(records.clone()),
        _ => None,
    });
    records.concat().into_iter().map(|it| it.0).collect()
}

fn handled(stage: &Stage) -> Vec<u64> {
    ended(stage, RecordEnd::Handled)
}

fn after(seconds: u64, more: u64) -> Moment {
    at(seconds) + millis(more)
}

/// Polling: once a second for Kinesis, four times for DynamoDB.
#[test]
fn shards_are_looked_at_at_their_base_rate() {
    let (mut stage, stream) = mapped(|_| (OK, millis(10)), 1, |_, _| {});
    let table = StreamConfiguration::table("orders", StreamView::NewAndOldImages);
    let table = stage.stream(table);
    stage.map(MappingConfiguration::reading(table, START, F));
    stage.run_until(after(0, 100));
    stage.put(stream, 0);
    stage.put(table, 0);
    stage.put(table, 0);
    stage.run_until(at(3));
    assert_eq!(sizes(&stage), [(after(0, 250), 2), (at(1), 1)]);
}

#[test]
fn hashes_choose_shards_in_equal_ranges() {
    let (mut stage, stream) = mapped(|_| (OK, millis(10)), 3, |_, _| {});
    // As ListShards shows them for three shards.
    let second = 113_427_455_640_312_821_154_458_202_477_256_070_485;
    let third = 226_854_911_280_625_642_308_916_404_954_512_140_970;
    for hash in [0, second - 1, second, third - 1, third, u128::MAX] {
        stage.put(stream, hash);
    }
    let shards = stage.stream_facts(|_, fact| match fact {
        StreamFact::RecordPut { shard, .. } => Some(*shard),
        _ => None,
    });
    assert_eq!(shards, [0, 0, 1, 1, 2, 2]);
    let four = stage.stream(StreamConfiguration::kinesis("four", 4));
    for quarter in 0..4_u128 {
        stage.put(four, quarter << 126);
        stage.put(four, (quarter << 126) + ((1 << 126) - 1));
    }
    let shards = stage.stream_facts(|_, fact| match fact {
        StreamFact::RecordPut { shard, stream, .. } if *stream == four => Some(*shard),
        _ => None,
    });
    assert_eq!(shards, [0, 0, 1, 1, 2, 2, 3, 3]);
}

#[test]
fn a_batch_is_full_by_count_by_bytes_or_by_its_window() {
    let (mut stage, stream) = mapped(
        |_| (OK, millis(10)),
        1,
        |mapping, _| {
            mapping.batch_size = 3;
            mapping.window = Span::from_secs(30);
        },
    );
    for _ in 0..4 {
        stage.put(stream, 0);
    }
    stage.run_until(at(40));
    assert_eq!(sizes(&stage), [(at(0), 3), (at(30), 1)]);
    for _ in 0..2 {
        stage.put_bytes(stream, 0, 2_000_000);
    }
    stage.run_until(at(80));
    assert_eq!(sizes(&stage)[2..], [(at(40), 1), (at(70), 1)]);
}

#[test]
fn reading_begins_where_it_is_set_to() {
    let mut stage = Stage::new(|_| (OK, millis(10)));
    let stream = stage.stream(StreamConfiguration::kinesis("clicks", 1));
    for second in 0..3 {
        stage.run_until(at(second));
        stage.put(stream, 0);
    }
    let timestamp = StartingPosition::AtTimestamp(at(1));
    for start in [START, timestamp, StartingPosition::Latest] {
        let function = stage.platform.next_function();
        stage.function(function, None, AsyncConfiguration::default());
        stage.map(MappingConfiguration::reading(stream, start, function));
    }
    stage.run_until(at(3));
    stage.put(stream, 0);
    stage.run_until(at(10));
    let mut counts = [0; 4];
    for (_, read) in read(&stage) {
        counts[read.mapping.0 as usize] += read.records.len();
    }
    assert_eq!(counts, [0, 4, 3, 1]);
}

/// A batch that fails is tried again, and nothing of its shard before it is done.
#[test]
fn a_failing_batch_blocks_its_shard_only() {
    let failing = |n| match n {
        0..4 => (ERROR, millis(10)),
        _ => (OK, millis(10)),
    };
    let (mut stage, stream) = mapped(failing, 2, |mapping, _| mapping.batch_size = 2);
    for _ in 0..3 {
        stage.put(stream, 0);
    }
    stage.run_until(after(0, 500));
    stage.put(stream, u128::MAX);
    stage.run_until(at(60));
    // Waits of 1, 2, 4 and 8 seconds after each end; the other shard's batch was one of the four.
    let returned = stage.stream_facts(|_, fact| match fact {
        StreamFact::BatchReturned {
            batch,
            reason,
            retries,
            due,
        } => Some((batch.0, *reason, *retries, *due)),
        _ => None,
    });
    let error = ReturnReason::FunctionError;
    assert_eq!(
        returned,
        [
            (1, error, 1, after(1, 10)),
            (2, error, 1, after(2, 10)),
            (1, error, 2, after(3, 20)),
            (2, error, 2, after(4, 20)),
        ]
    );
    assert_eq!(handled(&stage), [1, 2, 3, 4]);
    let third = sizes(&stage)[2];
    assert_eq!(third, (after(3, 30), 1), "read once its shard was free");
}

#[test]
fn retries_have_an_end_and_what_is_discarded_is_told() {
    let mut stage = Stage::new(|_| (ERROR, millis(10)));
    let dead = stage.queue(QueueConfiguration::named("dead"));
    let stream = stage.stream(StreamConfiguration::kinesis("clicks", 1));
    let mut mapping = MappingConfiguration::reading(stream, START, F);
    change(&mut mapping, |source| {
        source.failures.maximum_retry_attempts = Some(2);
        source.failures.on_failure = Some(dead.into());
    });
    stage.map(mapping);
    stage.put(stream, 0);
    stage.put(stream, 0);
    stage.run_until(at(60));
    assert_eq!(stage.started(), [at(0), after(1, 10), after(3, 20)]);
    assert_eq!(ended(&stage, RecordEnd::RetryAttemptsExhausted), [1, 2]);
    let order = &stage.discards[0];
    assert_eq!((order.records.len(), order.invocations), (2, 3));
    assert_eq!((order.first.0, order.last.0), (RecordId(1), RecordId(2)));
    let sent = stage.queue_facts(|at, fact| match fact {
        QueueFact::MessageSent { queue, .. } => Some((at, *queue)),
        _ => None,
    });
    assert_eq!(sent, [(after(3, 30), dead)]);
    assert_eq!(delivered(&stage), [true]);
}

/// "Retain discarded batch records for a Kinesis Data Streams event source in Lambda": any SNS topic, SQS queue or
/// S3 bucket.
#[test]
fn topics_and_buckets_are_told_of_what_is_discarded() {
    for (kind, fits) in [
        (SourceKind::Topic, true),
        (SourceKind::Bucket, true),
        (SourceKind::Bus, false),
    ] {
        let mut stage = Stage::new(|_| (ERROR, millis(10)));
        let source = stage.source("told", kind);
        let stream = stage.stream(StreamConfiguration::kinesis("clicks", 1));
        let mut mapping = MappingConfiguration::reading(stream, START, F);
        change(&mut mapping, |it| {
            it.failures.maximum_retry_attempts = Some(0);
            it.failures.on_failure = Some(source.into());
        });
        let errors = validate_mapping(&mapping, MappingId(1), &stage.platform);
        assert_eq!(errors.is_empty(), fits, "{errors:?}");
        if !fits {
            continue;
        }
        stage.map(mapping);
        stage.put(stream, 0);
        stage.run_until(at(10));
        assert_eq!(delivered(&stage), [true]);
        let happened = stage.facts(|_, event| match event {
            LifecycleEvent::Source(SourceFact::Happened {
                source,
                sender,
                happening,
                ..
            }) => Some((*source, *sender, *happening)),
            _ => None,
        });
        assert_eq!(happened, [(source, Some(F), Some(PayloadId(4)))]);
    }
}

fn delivered(stage: &Stage) -> Vec<bool> {
    stage.stream_facts(|_, fact| match fact {
        StreamFact::DiscardSent { delivered, .. } => Some(*delivered),
        _ => None,
    })
}

#[test]
fn a_destination_that_is_gone_loses_what_is_told() {
    let mut stage = Stage::new(|_| (ERROR, millis(10)));
    let dead = stage.queue(QueueConfiguration::named("dead"));
    let stream = stage.stream(StreamConfiguration::kinesis("clicks", 1));
    let mut mapping = MappingConfiguration::reading(stream, START, F);
    change(&mut mapping, |source| {
        source.failures.maximum_retry_attempts = Some(0);
        source.failures.on_failure = Some(dead.into());
    });
    stage.map(mapping);
    stage.input(Input::DeleteQueue { queue: dead });
    stage.put(stream, 0);
    stage.run_until(at(10));
    assert_eq!(delivered(&stage), [false]);
}

/// Records of before are too old at once; one that fails becomes it.
#[test]
fn records_grow_too_old() {
    let mut stage = Stage::new(|_| (ERROR, millis(10)));
    let stream = stage.stream(StreamConfiguration::kinesis("clicks", 1));
    stage.put(stream, 0);
    stage.run_until(at(100));
    stage.put(stream, 0);
    let mut mapping = MappingConfiguration::reading(stream, START, F);
    change(&mut mapping, |source| {
        source.failures.maximum_record_age = Some(Span::from_secs(60));
    });
    stage.map(mapping);
    stage.run_until(at(300));
    assert_eq!(ended(&stage, RecordEnd::RecordAgeExceeded), [1, 2]);
    // Waits of 1, 2, 4, 8, 16, 32 and 60 seconds: after the last it was too old.
    assert_eq!(stage.started().len(), 6 + 1 - 1);
}

/// "If your function is throttled": no retry is used up, and the shard is blocked all the same.
#[test]
fn throttles_use_up_no_retry() {
    let (mut stage, stream) = mapped(
        |_| (OK, millis(10)),
        1,
        |_, source| source.failures.maximum_retry_attempts = Some(0),
    );
    stage.function(F, Some(0), AsyncConfiguration::default());
    stage.put(stream, 0);
    stage.run_until(at(5));
    stage.function(F, None, AsyncConfiguration::default());
    stage.run_until(at(20));
    // Tried at 0, 1, 3 and 7 seconds.
    assert_eq!(stage.started(), [at(7)]);
    assert_eq!(handled(&stage), [1]);
}

/// As throttles do.
#[test]
fn environments_that_cannot_start_use_up_no_retry() {
    let (mut stage, stream) = mapped(
        |_| (OK, millis(10)),
        1,
        |_, source| source.failures.maximum_retry_attempts = Some(0),
    );
    stage.broken = Box::new(|it| it.0 <= 2);
    stage.put(stream, 0);
    stage.run_until(at(20));
    let reasons = stage.stream_facts(|_, fact| match fact {
        StreamFact::BatchReturned { reason, .. } => Some(*reason),
        _ => None,
    });
    assert_eq!(reasons, [ReturnReason::SystemError; 2]);
    assert_eq!(handled(&stage), [1]);
}

/// The bad record is found by halves; those beside it are handled once it is discarded.
#[test]
fn a_batch_is_bisected_down_to_what_fails() {
    let failing = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let seen = std::rc::Rc::clone(&failing);
    // Eight records, of which the third is bad: batches are 1-8, 1-4, 1-2, 3-4, 3, 3, 4, 5-8.
    let (mut stage, stream) = mapped(
        move |n| {
            seen.borrow_mut().push(n);
            match n {
                0 | 1 | 3 | 4 | 5 => (ERROR, millis(10)),
                _ => (OK, millis(10)),
            }
        },
        1,
        |_, source| {
            source.failures.bisect = true;
            source.failures.maximum_retry_attempts = Some(1);
        },
    );
    for _ in 0..8 {
        stage.put(stream, 0);
    }
    stage.run_until(at(60));
    assert_eq!(ended(&stage, RecordEnd::RetryAttemptsExhausted), [3]);
    assert_eq!(handled(&stage), [1, 2, 4, 5, 6, 7, 8]);
    assert_eq!(failing.borrow().len(), 8);
    let splits = stage.stream_facts(|_, fact| match fact {
        StreamFact::BatchSplit { records, .. } => Some(records.len()),
        _ => None,
    });
    assert_eq!(splits, [4, 2, 1]);
}

/// "Lambda uses the lowest sequence number as the checkpoint, and retries all records from there."
#[test]
fn a_response_moves_the_checkpoint() {
    let (mut stage, stream) = mapped(
        |_| (OK, millis(10)),
        1,
        |mapping, _| mapping.report_failures = true,
    );
    let mut tries = 0;
    stage.readings = Box::new(move |records| {
        tries += 1;
        let failed = match tries {
            1 => FailedRecords::From(RecordId(4)),
            2 => FailedRecords::All,
            _ => FailedRecords::None,
        };
        assert_eq!(records.len(), if tries == 1 { 5 } else { 2 });
        (failed, 0)
    });
    for _ in 0..5 {
        stage.put(stream, 0);
    }
    let result = |stage: &Stage| stage.platform.processing_result(MappingId(1));
    assert_eq!(result(&stage), Some(ProcessingResult::NoRecords));
    stage.run_until(after(0, 20));
    assert_eq!(handled(&stage), [1, 2, 3]);
    assert_eq!(result(&stage), Some(ProcessingResult::Failed));
    stage.run_until(at(10));
    assert_eq!(result(&stage), Some(ProcessingResult::Handled));
    assert_eq!(stage.started(), [at(0), after(1, 10), after(3, 20)]);
    assert_eq!(handled(&stage), [1, 2, 3, 4, 5]);
}

#[test]
fn filters_drop_before_anything_is_invoked() {
    let (mut stage, stream) = mapped(|_| (OK, millis(10)), 1, |_, _| {});
    stage.unmatched = Box::new(|record| record.0 % 2 == 1);
    stage.put(stream, 0);
    stage.run_until(at(1));
    assert_eq!(stage.started(), []);
    stage.put(stream, 0);
    stage.put(stream, 0);
    stage.run_until(at(2));
    assert_eq!(ended(&stage, RecordEnd::Filtered), [1, 3]);
    assert_eq!(handled(&stage), [2]);
    assert_eq!(stage.started(), [at(1)]);
}

/// Up to ten batches of a shard at a time, in order for each key.
#[test]
fn a_shard_is_read_by_as_many_as_the_factor_says() {
    let (mut stage, stream) = mapped(
        |_| (OK, Span::from_secs(2)),
        1,
        |mapping, source| {
            source.parallelization = 3;
            mapping.batch_size = 1;
        },
    );
    for hash in [0, 1, 2, 3, 4, 5] {
        stage.put(stream, hash);
    }
    stage.run_until(at(1));
    assert_eq!(stage.platform.in_flight(), 3);
    // While batches run, others would overtake them.
    let (mapping, configuration) = stage.platform.mappings().next().unwrap();
    let mut configuration = configuration.clone();
    change(&mut configuration, |source| source.parallelization = 1);
    stage.set_mapping(mapping, configuration);
    stage.run_until(at(3));
    assert_eq!(stage.platform.in_flight(), 1);
    stage.run_until(at(20));
    assert_eq!(handled(&stage), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_disabled_mapping_goes_on_where_it_stopped() {
    let failing = |n| match n {
        0 => (ERROR, millis(10)),
        _ => (OK, millis(10)),
    };
    let (mut stage, stream) = mapped(failing, 1, |mapping, _| mapping.batch_size = 1);
    let mapping = MappingId(1);
    let toggle = |stage: &mut Stage, enabled| {
        let configuration = stage.platform.mapping(mapping).unwrap().clone();
        let set = MappingConfiguration {
            enabled,
            ..configuration
        };
        stage.set_mapping(mapping, set);
    };
    stage.put(stream, 0);
    stage.put(stream, 0);
    stage.run_until(after(0, 500));
    toggle(&mut stage, false);
    stage.run_until(at(100));
    assert_eq!(stage.started(), [at(0)]);
    toggle(&mut stage, true);
    stage.run_until(at(101));
    assert_eq!(stage.started()[1..], [at(100), after(100, 10)]);
    assert_eq!(handled(&stage), [1, 2]);
}

/// A day for Kinesis and DynamoDB.
#[test]
fn a_stream_keeps_records_for_as_long_as_it_says() {
    let (mut stage, stream) = mapped(|_| (ERROR, millis(10)), 1, |_, _| {});
    stage.put(stream, 0);
    stage.run_until(at(3_600));
    stage.put(stream, 0);
    stage.run_until(at(86_400));
    let expired = stage.stream_facts(|at, fact| match fact {
        StreamFact::RecordsExpired { records, .. } => Some((at, records.clone())),
        _ => None,
    });
    assert_eq!(expired, [(at(86_400), vec![RecordId(1)])]);
    stage.run_until(at(86_500));
    assert_eq!(ended(&stage, RecordEnd::Expired), [1]);
    let next = read(&stage)[1].1.clone();
    assert_eq!(next.records, [RecordId(2)]);
}

#[test]
fn what_polls_goes_with_what_is_polled_or_invoked() {
    let (mut stage, stream) = mapped(|_| (OK, Span::from_secs(5)), 1, |_, _| {});
    stage.function(G, None, AsyncConfiguration::default());
    stage.map(MappingConfiguration::reading(stream, START, G));
    stage.put(stream, 0);
    stage.run_until(at(1));
    stage.input(Input::DeleteFunction { function: F });
    assert_eq!(stage.platform.mappings().count(), 1);
    stage.input(Input::DeleteStream { stream });
    assert_eq!(stage.platform.mappings().count(), 0);
    stage.put(stream, 0);
    stage.run_until(at(20));
    assert_eq!(stage.started().len(), 2);
    assert_eq!(handled(&stage), [] as [u64; 0]);
}

/// Partitions of a topic and a broker's queue; a broker's message is gone once it was handled.
#[test]
fn topics_and_brokers_are_read_in_their_own_ways() {
    let mut stage = Stage::new(|_| (OK, millis(10)));
    let topic = stage.stream(StreamConfiguration::topic("orders", 2));
    let broker = stage.stream(StreamConfiguration::broker("jobs", BrokerKind::RabbitMq));
    stage.map(MappingConfiguration::consuming(topic, START, F));
    let mut brokered = MappingConfiguration::brokered(broker, F);
    brokered.batch_size = 1;
    stage.map(brokered);
    for hash in [0, 1, 2] {
        stage.put(topic, hash);
    }
    stage.put(broker, 0);
    stage.put(broker, 0);
    stage.run_until(at(1));
    let sizes = |stream| {
        let of = |(at, it): (Moment, ShardBatch)| {
            let source = stage.platform.mapping(it.mapping)?.records()?;
            (source.stream == stream).then_some((at, it.shard, it.records.len()))
        };
        read(&stage).into_iter().filter_map(of).collect::<Vec<_>>()
    };
    // The default window of both is half a second.
    assert_eq!(sizes(topic), [(after(0, 500), 0, 2), (after(0, 500), 1, 1)]);
    assert_eq!(sizes(broker), [(at(0), 0, 1), (after(0, 10), 0, 1)]);
    assert!(stage.platform.record(topic, 0, RecordId(1)).is_some());
    assert!(stage.platform.record(broker, 0, RecordId(4)).is_none());
    let offset = |record| {
        stage
            .platform
            .record(topic, 0, RecordId(record))
            .map(|it| it.offset)
    };
    assert_eq!((offset(1), offset(3)), (Some(0), Some(1)));
}

/// A topic whose handler fails, with this policy.
fn failing_topic(set: impl FnOnce(&mut Stage, &mut FailurePolicy)) -> (Stage, StreamId) {
    let mut stage = Stage::new(|_| (ERROR, millis(10)));
    let topic = stage.stream(StreamConfiguration::topic("orders", 1));
    let mut mapping = MappingConfiguration::consuming(topic, START, F);
    let EventSource::Topic(mut source) = mapping.source else {
        panic!("a topic");
    };
    set(&mut stage, &mut source.failures);
    mapping.source = EventSource::Topic(source);
    let errors = validate_mapping(&mapping, MappingId(1), &stage.platform);
    assert_eq!(errors, []);
    stage.map(mapping);
    (stage, topic)
}

/// "Configuring error handling controls for Kafka event sources": without an end, a batch that fails blocks its
/// partition for good.
#[test]
fn a_topics_batch_is_tried_again_without_an_end() {
    let (mut stage, topic) = failing_topic(|_, _| {});
    stage.put(topic, 0);
    stage.put(topic, 0);
    stage.run_until(at(3_600));
    assert!(stage.started().len() > 40, "{}", stage.started().len());
    assert_eq!(
        ended(&stage, RecordEnd::RetryAttemptsExhausted),
        [] as [u64; 0]
    );
    assert_eq!(
        read(&stage).len(),
        1,
        "nothing else of the partition is read"
    );
}

/// Same page: "When you configure both infinite retries and an on-failure destination, Lambda automatically applies
/// a maximum of 10 retry attempts."
#[test]
fn a_topic_with_a_destination_is_retried_ten_times() {
    for (set, attempts) in [(None, 11), (Some(2), 3), (Some(12), 13)] {
        let mut dead = None;
        let (mut stage, topic) = failing_topic(|stage, failures| {
            let queue = stage.queue(QueueConfiguration::named("dead"));
            failures.maximum_retry_attempts = set;
            failures.on_failure = Some(queue.into());
            dead = Some(queue);
        });
        stage.put(topic, 0);
        stage.run_until(at(3_600));
        assert_eq!(stage.started().len(), attempts, "{set:?}");
        assert_eq!(ended(&stage, RecordEnd::RetryAttemptsExhausted), [1]);
        assert_eq!(delivered(&stage), [true]);
        let sent = stage.queue_facts(|_, fact| match fact {
            QueueFact::MessageSent { queue, .. } => Some(*queue),
            _ => None,
        });
        assert_eq!(Some(sent), dead.map(|it| vec![it]));
    }
    // A data stream goes on: the rule is Kafka's.
    let mut stage = Stage::new(|_| (ERROR, millis(10)));
    let queue = stage.queue(QueueConfiguration::named("dead"));
    let stream = stage.stream(StreamConfiguration::kinesis("clicks", 1));
    let mut mapping = MappingConfiguration::reading(stream, START, F);
    change(&mut mapping, |it| {
        it.failures.on_failure = Some(queue.into())
    });
    stage.map(mapping);
    stage.put(stream, 0);
    stage.run_until(at(3_600));
    assert!(stage.started().len() > 40);
}

#[test]
fn a_topics_batch_is_split_and_grows_old() {
    let (mut stage, topic) = failing_topic(|_, failures| {
        failures.bisect = true;
        failures.maximum_retry_attempts = Some(0);
    });
    for _ in 0..4 {
        stage.put(topic, 0);
    }
    stage.run_until(at(60));
    let lost = ended(&stage, RecordEnd::RetryAttemptsExhausted);
    assert_eq!(lost, [1, 2, 3, 4], "one by one, in order");
    let (mut stage, topic) = failing_topic(|_, failures| {
        failures.maximum_record_age = Some(Span::from_secs(60));
    });
    stage.put(topic, 0);
    stage.run_until(at(300));
    assert_eq!(ended(&stage, RecordEnd::RecordAgeExceeded), [1]);
}

/// Same page, "PartialBatchResponse": only what failed is tried again, and what came after it is not.
#[test]
fn a_topics_response_names_what_failed() {
    let mut stage = Stage::new(|_| (OK, millis(10)));
    let topic = stage.stream(StreamConfiguration::topic("orders", 1));
    let mut mapping = MappingConfiguration::consuming(topic, START, F);
    mapping.report_failures = true;
    assert_eq!(
        validate_mapping(&mapping, MappingId(1), &stage.platform),
        []
    );
    stage.map(mapping);
    let mut tries = 0;
    stage.readings = Box::new(move |records| {
        tries += 1;
        let ids: Vec<u64> = records.iter().map(|it| it.0).collect();
        let failed = match tries {
            1 => {
                assert_eq!(ids, [1, 2, 3, 4, 5]);
                FailedRecords::These(vec![RecordId(2), RecordId(4)])
            }
            2 => {
                assert_eq!(ids, [2, 4]);
                FailedRecords::These(vec![RecordId(2)])
            }
            3 => {
                assert_eq!(ids, [2]);
                FailedRecords::All
            }
            _ => FailedRecords::None,
        };
        (failed, 0)
    });
    for _ in 0..5 {
        stage.put(topic, 0);
    }
    stage.run_until(after(0, 600));
    assert_eq!(handled(&stage), [1, 3, 5]);
    stage.run_until(at(60));
    assert_eq!(handled(&stage), [1, 3, 5, 4, 2]);
    assert_eq!(stage.started().len(), 4);
}

/// What brokers' responses say is not read.
#[test]
fn a_broker_reports_no_failures() {
    let mut stage = Stage::new(|_| (OK, millis(10)));
    let broker = stage.stream(StreamConfiguration::broker("jobs", BrokerKind::ActiveMq));
    let mut mapping = MappingConfiguration::brokered(broker, F);
    mapping.report_failures = true;
    assert_eq!(
        validate_mapping(&mapping, MappingId(1), &stage.platform),
        [QueueError::Stream(StreamError::NoItemFailures)]
    );
}

/// The batch that a handler had is tried again at once; one that waited waits on.
#[test]
fn streams_outlive_the_tab() {
    let failing = |n| match n {
        0 => (ERROR, millis(10)),
        _ => (OK, Span::from_secs(3)),
    };
    let (mut stage, stream) = mapped(failing, 2, |mapping, _| mapping.batch_size = 1);
    stage.put(stream, 0);
    stage.put(stream, 0);
    stage.run_until(after(0, 500));
    stage.put(stream, u128::MAX);
    stage.run_until(after(0, 900));
    stage.reopen();
    let result = stage.platform.processing_result(MappingId(1));
    assert_eq!(result, Some(ProcessingResult::Failed));
    assert_eq!(stage.platform.next_stream(), StreamId(2));
    stage.run_until(at(2));
    stage.reopen();
    stage.run_until(at(30));
    let interrupted = stage.stream_facts(|at, fact| match fact {
        StreamFact::BatchReturned {
            batch,
            reason: ReturnReason::Interrupted,
            ..
        } => Some((at, batch.0)),
        _ => None,
    });
    assert_eq!(interrupted, [(at(2), 1), (at(2), 2)]);
    let mut done = handled(&stage);
    done.sort_unstable();
    assert_eq!(done, [1, 2, 3]);
}
