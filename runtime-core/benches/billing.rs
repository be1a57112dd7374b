//! What billing takes: ten million invocations one by one, and questions to the ledger of a session of a million.
//!
//! `cargo bench --package runtime-core --bench billing`: a line each, with the median of milliseconds over several
//! rounds.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use runtime_core::billing::{
    BilledInvocation, BilledSettings, By, FreeTier, Ledger, PriceBook, Selection, Usage, bill,
};
use runtime_core::timeline::{
    Architecture, ClockSetting, DEFAULT_HANDLER, Entry, Failure, FunctionConfiguration,
    HandlerKind, LifecycleEvent, Outcome, Projection, Runtime, SnapStart, Start, Trigger,
};
use runtime_core::units::{
    ByteCount, EnvironmentId, FunctionId, MemoryMb, Moment, PackageId, PayloadId, RequestId, Span,
    Version,
};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 5;
const PRICES: &str = include_str!("../../public/prices/lambda-us-east-1-2026-11-23.json");
const INVOCATIONS: u64 = 10_000_000;
const SESSION: u64 = 1_000_000;
const FUNCTIONS: u32 = 8;

fn main() {
    let book = PriceBook::parse(PRICES).unwrap();
    report("bill-of-10-million", || ten_million(&book));
    let ledger = ledger();
    for by in By::ALL {
        report(&format!("ledger-by-{by}"), || {
            let selection = Selection::default();
            let groups = ledger.groups(by, selection, &book, &Usage::default());
            assert!(!groups.is_empty());
            black_box(groups);
        });
    }
}

fn report(name: &str, run: impl Fn()) {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let begin = Instant::now();
            run();
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{name} {:.2}", times[ROUNDS / 2]);
}

fn ten_million(book: &PriceBook) {
    let mut usage = Usage::default();
    for number in 0..INVOCATIONS {
        let invocation = BilledInvocation {
            settings: BilledSettings {
                architecture: Architecture::X86_64,
                memory: MemoryMb::new(128 + (number % 7) as u32 * 256),
                ephemeral_storage: MemoryMb::new(512),
            },
            init: Span::ZERO,
            restored: false,
            provisioned: false,
            handler: Span::from_nanos(number % 900 * 1_234_567),
        };
        usage += invocation.usage(book);
    }
    let bill = bill(book, &usage, &Usage::default(), FreeTier::On);
    assert!(bill.total().as_f64() > 0.0);
    black_box(bill);
}

/// A million invocations of eight functions: some cold, some retried, some that failed.
fn ledger() -> Ledger {
    let mut ledger = Ledger::default();
    let mut apply = |at, event| ledger.apply(&Entry { at, event });
    for function in 0..FUNCTIONS {
        let id = FunctionId(function);
        apply(
            Moment::START,
            LifecycleEvent::FunctionConfigured {
                function: id,
                revision: 1,
                configuration: Box::new(configuration(function)),
            },
        );
        apply(
            Moment::START,
            LifecycleEvent::EnvironmentCreated {
                environment: EnvironmentId(function),
                function: id,
                revision: 1,
                version: Version::Latest,
                request: Some(RequestId(0)),
                provisioned: false,
            },
        );
    }
    for number in 1..=SESSION {
        let request = RequestId(number);
        let function = (number % u64::from(FUNCTIONS)) as u32;
        let environment = EnvironmentId(function);
        let at = Moment::from_nanos(number * 1_000_000);
        let attempt = 1 + (number % 3) as u32;
        apply(
            at,
            LifecycleEvent::RequestArrived {
                request,
                function: FunctionId(function),
                trigger: match number % 2 {
                    0 => Trigger::Invoke,
                    _ => Trigger::Async {
                        first: request,
                        attempt,
                    },
                },
                event: PayloadId(0),
                bytes: ByteCount::new(100),
            },
        );
        let start = match number % 100 {
            0 => Start::Cold {
                init: Span::from_millis(200),
            },
            _ => Start::Warm,
        };
        apply(
            at,
            LifecycleEvent::InvocationStarted {
                environment,
                request,
                start,
            },
        );
        apply(
            at,
            LifecycleEvent::InvocationFinished {
                environment,
                request,
                outcome: match number % 10 {
                    0 => Outcome::Failed(Failure::HandlerError),
                    _ => Outcome::Succeeded,
                },
                duration: Span::from_nanos(number % 700 * 1_111_111),
                max_memory: ByteCount::ZERO,
                response: None,
            },
        );
    }
    ledger
}

fn configuration(function: u32) -> FunctionConfiguration {
    FunctionConfiguration {
        name: format!("function-{function}"),
        package: PackageId(0),
        runtime: Runtime::Provided,
        handler: DEFAULT_HANDLER.to_owned(),
        kind: HandlerKind::Reactor,
        code_size: ByteCount::new(1),
        unzipped_size: ByteCount::default(),
        layers: Vec::new(),
        initial_memory: ByteCount::ZERO,
        memory: MemoryMb::new(128 << (function % 4)),
        timeout: Span::from_secs(900),
        architecture: Architecture::X86_64,
        ephemeral_storage: MemoryMb::new(512),
        variables: Default::default(),
        reserved_concurrency: None,
        snap_start: SnapStart::None,
        asynchronous: Default::default(),
        clock: ClockSetting::default(),
    }
}
