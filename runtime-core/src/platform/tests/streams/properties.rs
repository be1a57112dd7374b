//! Streams under random input.

use super::*;
use proptest::prelude::*;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

#[derive(Clone, Debug)]
enum Step {
    Put { stream: u32, hash: u8 },
    Wait(u64),
    Reserve(Option<u32>),
    Fail(bool),
    FailFrom(u64),
    Factor(u32),
    Toggle,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (1..=2_u32, any::<u8>()).prop_map(|(stream, hash)| Step::Put { stream, hash }),
        5 => (1..20_000_u64).prop_map(Step::Wait),
        1 => prop_oneof![Just(None), (0..3_u32).prop_map(Some)].prop_map(Step::Reserve),
        2 => any::<bool>().prop_map(Step::Fail),
        1 => (1..5_u64).prop_map(Step::FailFrom),
        1 => (1..=10_u32).prop_map(Step::Factor),
        1 => Just(Step::Toggle),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec(step, 1..60)
}

type Key = (u32, u64);

/// What the timeline says of records: where they were put, and their ends for each mapping.
#[derive(Default)]
struct Recount {
    /// With what tells keys from each other: shard and hash.
    put: BTreeMap<RecordId, (StreamId, Key)>,
    batches: BTreeMap<u64, (MappingId, Vec<RecordId>)>,
    read: BTreeMap<(MappingId, Key), Vec<RecordId>>,
    ends: BTreeMap<(MappingId, RecordId), RecordEnd>,
    done: BTreeMap<(MappingId, Key), Vec<RecordId>>,
}

impl Recount {
    fn apply(&mut self, fact: &StreamFact) {
        match fact {
            StreamFact::RecordPut {
                record,
                stream,
                shard,
                hash,
                ..
            } => {
                let before = self.put.insert(*record, (*stream, (*shard, *hash)));
                assert!(before.is_none());
            }
            StreamFact::RecordsRead { batch, read } => {
                for record in &read.records {
                    let key = (read.mapping, self.put[record].1);
                    self.read.entry(key).or_default().push(*record);
                }
                let batch = self
                    .batches
                    .insert(batch.0, (read.mapping, read.records.clone()));
                assert!(batch.is_none(), "a batch's number is given out once");
            }
            StreamFact::BatchSplit {
                batch,
                rest,
                records,
            } => {
                let (mapping, all) = self.batches.get_mut(&batch.0).unwrap();
                assert!(all.ends_with(records) && all.len() > records.len());
                all.truncate(all.len() - records.len());
                let rest_of = (*mapping, records.clone());
                let rest = self.batches.insert(rest.0, rest_of);
                assert!(rest.is_none());
            }
            StreamFact::RecordsDone {
                batch,
                records,
                end,
            } => {
                let (mapping, all) = self.batches.get_mut(&batch.0).unwrap();
                for record in records {
                    assert!(all.contains(record), "done in a batch that it is not in");
                    all.retain(|it| it != record);
                    let twice = self.ends.insert((*mapping, *record), *end);
                    assert!(twice.is_none(), "done twice");
                    let key = (*mapping, self.put[record].1);
                    self.done.entry(key).or_default().push(*record);
                }
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// No record is lost or handled twice, those of a key keep their order, one part of a shard has one
    /// batch at a time, and a reopened session knows all of it.
    #[test]
    fn every_record_has_one_end(steps in steps()) {
        let failing = Rc::new(Cell::new(false));
        let fails = Rc::clone(&failing);
        let mut stage = Stage::new(move |n| match fails.get() {
            true => (ERROR, millis(u64::from(n % 7) * 300)),
            false => (OK, millis(u64::from(n % 5) * 400)),
        });
        let clicks = stage.stream(StreamConfiguration::kinesis("clicks", 2));
        let table = stage.stream(StreamConfiguration::table("orders", StreamView::KeysOnly));
        stage.function(G, None, AsyncConfiguration::default());
        let mut mapping = MappingConfiguration::reading(clicks, START, F);
        mapping.batch_size = 5;
        mapping.window = Span::from_millis(700);
        change(&mut mapping, |source| {
            source.failures.bisect = true;
            source.failures.maximum_retry_attempts = Some(2);
        });
        let first = stage.map(mapping);
        let mut mapping = MappingConfiguration::reading(table, START, G);
        mapping.report_failures = true;
        change(&mut mapping, |source| {
            source.tumbling_window = Some(Span::from_secs(7));
            source.failures.maximum_record_age = Some(Span::from_secs(600));
        });
        let second = stage.map(mapping);
        stage.unmatched = Box::new(|record| record.0 % 11 == 3);
        let set = |stage: &mut Stage, set: &dyn Fn(&mut MappingConfiguration)| {
            let mut configuration = stage.platform.mapping(first).unwrap().clone();
            set(&mut configuration);
            let configuration = Box::new(configuration);
            stage.input(Input::ConfigureMapping { mapping: first, configuration });
        };
        for step in steps {
            match step {
                Step::Put { stream, hash } => {
                    stage.put(StreamId(stream), u128::from(hash) << 120 | u128::from(hash % 16));
                }
                Step::Wait(span) => {
                    let until = stage.now + millis(span);
                    stage.run_until(until);
                }
                Step::Reserve(reserved) => {
                    stage.function(F, reserved, AsyncConfiguration::default());
                }
                Step::Fail(fail) => failing.set(fail),
                Step::FailFrom(n) => {
                    stage.readings = Box::new(move |records| {
                        let first = records.iter().find(|it| it.0 % n == 1);
                        (first.map_or(FailedRecords::None, |it| FailedRecords::From(*it)), 2)
                    });
                }
                Step::Factor(factor) => {
                    set(&mut stage, &|it| change(it, |it| it.parallelization = factor));
                }
                Step::Toggle => set(&mut stage, &|it| it.enabled = !it.enabled),
                Step::Reopen => stage.reopen(),
            }
        }
        // Once all is well again, all of it comes to its end.
        failing.set(false);
        stage.readings = Box::new(|_| (FailedRecords::None, 2));
        stage.function(F, None, AsyncConfiguration::default());
        stage.settle(first);
        set(&mut stage, &|it| it.enabled = true);
        let until = stage.now + Span::from_secs(3_600);
        stage.run_until(until);
        let mut recount = Recount::default();
        for fact in stage.stream_facts(|_, fact| Some(fact.clone())) {
            recount.apply(&fact);
        }
        for (record, (stream, _)) in &recount.put {
            let mapping = if *stream == clicks { first } else { second };
            prop_assert!(recount.ends.contains_key(&(mapping, *record)), "{record:?} is lost");
        }
        prop_assert_eq!(recount.ends.len(), recount.put.len());
        for order in recount.read.values() {
            prop_assert!(order.is_sorted(), "a key lost its order: {order:?}");
        }
        for ((mapping, key), order) in &recount.done {
            // What no filter matches is done before the others of its batch.
            let kept = |it: &&RecordId| recount.ends[&(*mapping, **it)] != RecordEnd::Filtered;
            let order: Vec<&RecordId> = order.iter().filter(kept).collect();
            prop_assert!(order.is_sorted(), "{key:?}: {order:?}");
        }
        for (_, left) in recount.batches.values() {
            prop_assert!(left.is_empty());
        }
        // And nothing is asked for any more.
        let waits = |timer: &Timer| matches!(timer, Timer::ReadShard { .. } | Timer::BatchRetry { .. });
        prop_assert_eq!(stage.planned(waits), 0);
    }
}
