//! What holds for every bill and every price file.

use super::worked_examples::{SHIPPED, invocation, shipped};
use super::*;
use crate::timeline::{
    Architecture, CaughtUp, ClockSetting, DEFAULT_HANDLER, Entry, Failure, FunctionConfiguration,
    HandlerKind, LifecycleEvent, Outcome, Projection, Runtime, SnapStart, Start, Timeline,
};
use crate::units::{
    ByteCount, EnvironmentId, FunctionId, MemoryMb, Moment, Money, PackageId, RequestId, Span,
    Version,
};
use proptest::prelude::*;
use serde_json::Value;

fn architecture() -> impl Strategy<Value = Architecture> {
    prop_oneof![Just(Architecture::X86_64), Just(Architecture::Arm64)]
}

fn free_tier() -> impl Strategy<Value = FreeTier> {
    prop_oneof![Just(FreeTier::On), Just(FreeTier::Off)]
}

fn gb_seconds() -> impl Strategy<Value = GbSeconds> {
    (0u32..11, 0u64..10_000).prop_map(|(scale, n)| {
        let memory = MemoryMb::new(1_024);
        GbSeconds::of(memory, Span::from_millis(n)).times(10u64.pow(scale))
    })
}

fn per_architecture() -> impl Strategy<Value = PerArchitecture> {
    let both = (gb_seconds(), gb_seconds());
    both.prop_map(|(x86_64, arm64)| PerArchitecture { x86_64, arm64 })
}

/// Usage on every scale: below, around and above the free tier and the tiers' bounds.
fn usage() -> impl Strategy<Value = Usage> {
    let restores = (128u32..10_240, 0u64..1_000)
        .prop_map(|(memory, times)| Gigabytes::of(MemoryMb::new(memory), times));
    (
        0u64..3_000_000,
        gb_seconds(),
        gb_seconds(),
        gb_seconds(),
        gb_seconds(),
        restores,
        (per_architecture(), per_architecture()),
    )
        .prop_map(
            |(requests, x86_64, arm64, storage, cache, restores, (capacity, duration))| Usage {
                requests,
                x86_64,
                arm64,
                provisioned_capacity: capacity,
                provisioned_duration: duration,
                ephemeral_storage: storage,
                snapshot_cache: cache,
                snapshot_restores: restores,
            },
        )
}

proptest! {
    #[test]
    fn bills_of_parts_add_up_to_the_bill_of_the_whole(
        before in usage(), first in usage(), second in usage(), free_tier in free_tier(),
    ) {
        let book = shipped();
        let whole = bill(&book, &(first + second), &before, free_tier);
        let parts = [
            bill(&book, &first, &before, free_tier),
            bill(&book, &second, &(before + first), free_tier),
        ];
        let sum = |amount: fn(&Bill) -> Money| parts.iter().map(amount).sum::<Money>();
        prop_assert_eq!(whole.total(), sum(Bill::total));
        prop_assert_eq!(whole.compute(), sum(Bill::compute));
        prop_assert_eq!(whole.requests(), sum(Bill::requests));
        prop_assert_eq!(whole.ephemeral_storage(), sum(Bill::ephemeral_storage));
        prop_assert_eq!(whole.snap_start(), sum(Bill::snap_start));
        prop_assert_eq!(whole.provisioned(), sum(Bill::provisioned));
    }

    #[test]
    fn more_never_costs_less(
        before in usage(), less in usage(), more in usage(), free_tier in free_tier(),
    ) {
        let book = shipped();
        let total = |usage: Usage| bill(&book, &usage, &before, free_tier).total();
        prop_assert!(total(less + more) >= total(less));
        prop_assert!(!total(less).is_negative());
        let listed = bill(&book, &less, &before, FreeTier::Off).total();
        prop_assert!(total(less) <= listed);
    }

    #[test]
    fn a_bill_grows_with_duration_memory_and_requests(
        architecture in architecture(),
        memory in 128u32..10_240,
        nanos in 1u64..900_000_000_000,
        longer in 0u64..1_000_000_000,
        requests in 0u64..5_000_000,
        free_tier in free_tier(),
    ) {
        let book = shipped();
        let each = invocation(architecture, memory, Span::from_nanos(nanos));
        let total = month(&book, requests, &each, free_tier).total();
        let larger = invocation(architecture, memory + 1, Span::from_nanos(nanos));
        let slower = invocation(architecture, memory, Span::from_nanos(nanos + longer));
        prop_assert!(month(&book, requests, &larger, free_tier).total() >= total);
        prop_assert!(month(&book, requests, &slower, free_tier).total() >= total);
        prop_assert!(month(&book, requests + 1, &each, free_tier).total() >= total);
    }

    #[test]
    fn billed_time_is_whole_milliseconds_and_loses_nothing(
        init in 0u64..10_000_000_000, handler in 0u64..900_000_000_000,
    ) {
        let cold = BilledInvocation {
            init: Span::from_nanos(init),
            ..invocation(Architecture::X86_64, 128, Span::from_nanos(handler))
        };
        let time = cold.time();
        prop_assert_eq!(time.billed().as_nanos() % 1_000_000, 0);
        prop_assert!(time.rounding.as_nanos() < 1_000_000);
        prop_assert_eq!(time.billed_millis(), cold.billed_millis());
        prop_assert_eq!(time.billed_millis(), (init + handler).div_ceil(1_000_000));
        let bill = bill_invocation(&shipped(), &cold, &Usage::default(), FreeTier::Off);
        prop_assert_eq!(bill.bill.compute(), bill.per_millisecond.times(time.billed_millis()));
        prop_assert!(bill.warm.total() <= bill.bill.total());
    }

    #[test]
    fn a_session_costs_the_same_in_any_order(session in session()) {
        let book = shipped();
        let timeline = timeline(&session, false);
        let mut forwards = SessionUsage::default();
        timeline.entries().iter().for_each(|entry| forwards.apply(entry));
        let mut backwards = SessionUsage::default();
        self::timeline(&session, true).entries().iter().for_each(|entry| backwards.apply(entry));
        prop_assert_eq!(&forwards, &backwards);

        let expected: Usage = session
            .iter()
            .filter(|done| !done.interrupted)
            .map(|done| done.billed().usage(&book))
            .sum();
        prop_assert_eq!(forwards.total(&book), expected);
        let none = Usage::default();
        let whole = forwards.bill(&book, &none, FreeTier::On);
        prop_assert_eq!(&whole, &bill(&book, &expected, &none, FreeTier::On));
        let shares: Money = forwards.by_function(&book, &none).values().map(Bill::total).sum();
        prop_assert_eq!(shares, whole.before_free_tier());
    }

    #[test]
    fn caught_up_equals_from_scratch(session in session(), stops in prop::collection::vec(0u64..60, 0..6)) {
        let timeline = timeline(&session, false);
        let mut caught_up = CaughtUp::<SessionUsage>::default();
        for stop in stops {
            let until = Moment::from_nanos(stop);
            let mut scratch = SessionUsage::default();
            let end = timeline.position(until);
            timeline.entries()[..end].iter().for_each(|entry| scratch.apply(entry));
            prop_assert_eq!(caught_up.at(&timeline, until), &scratch);
        }
    }

    #[test]
    fn any_text_is_a_price_book_or_an_error(text in ".*") {
        let _ = PriceBook::parse(&text);
        let _ = FargatePrices::parse(&text);
    }

    /// The shipped file with one value replaced by any other or removed.
    #[test]
    fn a_damaged_file_is_a_price_book_or_a_named_error(
        target in 0usize..200, damage in damage(), remove in any::<bool>(),
    ) {
        let mut file: Value = serde_json::from_str(SHIPPED).unwrap_or_default();
        let mut left = target;
        spoil(&mut file, &mut left, &damage, remove);
        let text = file.to_string();
        let errors = [PriceBook::parse(&text).err(), FargatePrices::parse(&text).err()];
        for error in errors.into_iter().flatten() {
            prop_assert!(!error.to_string().is_empty() && !error.hint().is_empty());
            prop_assert!(error.to_string().len() < 400, "{}", error);
        }
    }
}

fn damage() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,300}".prop_map(Value::from),
        "-?[0-9.]{0,40}".prop_map(Value::from),
        Just(Value::Array(Vec::new())),
        Just(Value::Object(Default::default())),
    ]
}

/// Replaces or removes the value that is `left` steps into the tree.
fn spoil(value: &mut Value, left: &mut usize, damage: &Value, remove: bool) {
    let mut gone = None;
    let children: Box<dyn Iterator<Item = (String, &mut Value)>> = match value {
        Value::Object(members) => Box::new(
            members
                .iter_mut()
                .map(|(name, member)| (name.clone(), member)),
        ),
        Value::Array(items) => Box::new(items.iter_mut().map(|item| (String::new(), item))),
        _ => return,
    };
    for (name, child) in children {
        if *left == 0 {
            *left = usize::MAX;
            *child = damage.clone();
            gone = Some(name);
            break;
        }
        *left -= 1;
        spoil(child, left, damage, remove);
        if *left == usize::MAX {
            return;
        }
    }
    if let (true, Some(name), Value::Object(members)) = (remove, gone, value) {
        members.remove(&name);
    }
}

/// One finished invocation of a made-up session.
#[derive(Clone, Debug)]
pub(super) struct Done {
    function: u32,
    start: Start,
    nanos: u64,
    interrupted: bool,
}

impl Done {
    fn settings(&self) -> BilledSettings {
        BilledSettings::from(&configuration(self.function))
    }

    fn billed(&self) -> BilledInvocation {
        BilledInvocation {
            settings: self.settings(),
            init: match self.start {
                Start::Cold { init } => init,
                Start::Restored { billed, .. } => billed,
                Start::Warm | Start::InitAgain => Span::ZERO,
            },
            restored: matches!(self.start, Start::Restored { .. }),
            provisioned: false,
            handler: Span::from_nanos(self.nanos),
        }
    }
}

pub(super) fn session() -> impl Strategy<Value = Vec<Done>> {
    let start = prop_oneof![
        Just(Start::Warm),
        Just(Start::InitAgain),
        (0u64..10_000_000_000).prop_map(|nanos| Start::Cold {
            init: Span::from_nanos(nanos)
        }),
        (0u64..10_000_000_000).prop_map(|nanos| Start::Restored {
            restore: Span::from_nanos(nanos + 1_000),
            billed: Span::from_nanos(nanos),
        }),
    ];
    let done = (0u32..3, start, 0u64..900_000_000_000, any::<bool>()).prop_map(
        |(function, start, nanos, interrupted)| Done {
            function,
            start,
            nanos,
            interrupted,
        },
    );
    prop::collection::vec(done, 0..12)
}

pub(super) fn configuration(function: u32) -> FunctionConfiguration {
    FunctionConfiguration {
        name: format!("function-{function}"),
        package: PackageId(0),
        runtime: Runtime::Provided,
        handler: DEFAULT_HANDLER.to_owned(),
        kind: HandlerKind::Reactor,
        code_size: ByteCount::new(1),
        unzipped_size: ByteCount::default(),
        layers: Vec::new(),
        initial_memory: ByteCount::new(0),
        memory: MemoryMb::new(128 << function),
        timeout: Span::from_secs(900),
        architecture: match function {
            1 => Architecture::Arm64,
            _ => Architecture::X86_64,
        },
        ephemeral_storage: MemoryMb::new(512 + 100 * function),
        variables: Default::default(),
        reserved_concurrency: None,
        snap_start: SnapStart::None,
        asynchronous: Default::default(),
        clock: ClockSetting::default(),
    }
}

/// All invocations start, then finish in order or backwards: one environment each.
pub(super) fn timeline(session: &[Done], backwards: bool) -> Timeline {
    let mut timeline = Timeline::default();
    let mut push = |event| {
        let at = Moment::from_nanos(timeline.entries().len() as u64);
        timeline.push(at, event);
    };
    for function in 0..3 {
        push(LifecycleEvent::FunctionConfigured {
            function: FunctionId(function),
            revision: 1,
            configuration: Box::new(configuration(function)),
        });
    }
    let id = |index: usize| (EnvironmentId(index as u32), RequestId(index as u64));
    for (index, done) in session.iter().enumerate() {
        let (environment, request) = id(index);
        push(LifecycleEvent::EnvironmentCreated {
            environment,
            function: FunctionId(done.function),
            revision: 1,
            version: Version::Latest,
            request: Some(request),
            provisioned: false,
        });
        push(LifecycleEvent::InvocationStarted {
            environment,
            request,
            start: done.start,
        });
    }
    let mut order: Vec<usize> = (0..session.len()).collect();
    if backwards {
        order.reverse();
    }
    for index in order {
        let (environment, request) = id(index);
        push(LifecycleEvent::InvocationFinished {
            environment,
            request,
            outcome: match session[index].interrupted {
                true => Outcome::Failed(Failure::Interrupted),
                false => Outcome::Succeeded,
            },
            duration: Span::from_nanos(session[index].nanos),
            max_memory: ByteCount::new(0),
            response: None,
        });
    }
    timeline
}

#[test]
fn facts_about_unknown_ids_cost_nothing() {
    let mut usage = SessionUsage::default();
    usage.apply(&Entry {
        at: Moment::START,
        event: LifecycleEvent::InvocationFinished {
            environment: EnvironmentId(7),
            request: RequestId(7),
            outcome: Outcome::Succeeded,
            duration: Span::from_secs(1),
            max_memory: ByteCount::new(0),
            response: None,
        },
    });
    assert_eq!(usage, SessionUsage::default());
}

/// Each way in which a price file can be wrong is named with its field.
#[test]
fn what_is_wrong_with_a_file_is_named() {
    let cases = [
        (
            "\"version\": 1",
            "\"version\": 2",
            "the price file has version 2; version 1 is known",
        ),
        (
            "\"regionName\"",
            "\"regionname\"",
            "the price file lacks \"regionName\"",
        ),
        (
            "\"0.0000002\"",
            "\"-0.2\"",
            "\"requests.price\" is a negative price: -0.2",
        ),
        (
            "\"0.0000002\"",
            "-1",
            "\"requests.price\" is a negative price: -1",
        ),
        (
            "\"0.0000002\"",
            "0.2",
            "\"requests.price\" should be a decimal text in quotes and is 0.2",
        ),
        (
            "\"0.0000002\"",
            "\"NaN\"",
            "\"requests.price\": \"NaN\" is not a price: write dollars as 0.0000166667",
        ),
        (
            "USD per request",
            "EUR per request",
            "\"requests.unit\" is \"EUR per request\", a unit that is not known here; known is \"USD per request\"",
        ),
        (
            "\"from\": 6000000000",
            "\"from\": 5000000000",
            "\"duration.x86_64[1]\" begins before the tier above it ends",
        ),
        (
            "\"from\": 6000000000",
            "\"from\": 6000000001",
            "\"duration.x86_64[1]\" leaves a gap to the tier above it",
        ),
        (
            "\"to\": 6000000000",
            "\"to\": null",
            "\"duration.x86_64[1]\" has no end but is not the last tier",
        ),
        (
            "\"from\": 0, \"to\": 7500000000",
            "\"from\": 1, \"to\": 7500000000",
            "\"duration.arm64[0]\" does not begin at 0",
        ),
        (
            "\"to\": 6000000000",
            "\"to\": 0",
            "\"duration.x86_64[0]\" does not end after its beginning",
        ),
        (
            "\"read\": \"2026-11-23\"",
            "\"read\": \"23.11.2026\"",
            "\"sources.lambda-pricing.read\" is not a date: \"23.11.2026\"",
        ),
        (
            "\"lambda-pricing\": {",
            "\"pricing\": {",
            "\"requests.source\" names the source \"lambda-pricing\", which the file does not list",
        ),
        (
            "\"version\": 1,",
            "\"version\": 1",
            "the price file is not JSON at line 3, column 3: expected `,` or `}` at line 3 column 3",
        ),
    ];
    for (from, to, message) in cases {
        let json = SHIPPED.replacen(from, to, 1);
        assert_ne!(json, SHIPPED, "{from}");
        let found = PriceBook::parse(&json).map_err(|error| error.to_string());
        assert_eq!(found.err().as_deref(), Some(message), "{from} -> {to}");
    }
    let last_has_end = SHIPPED.replacen("\"to\": null", "\"to\": 99000000000", 1);
    assert_eq!(
        PriceBook::parse(&last_has_end).err(),
        Some(PriceBookError::Tiers {
            field: "duration.x86_64[2]".to_owned(),
            problem: TierProblem::LastHasEnd,
        })
    );
}
