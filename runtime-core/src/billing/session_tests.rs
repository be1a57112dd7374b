//! What sessions with provisioned concurrency and large events are billed.

use super::properties::configuration;
use super::worked_examples::shipped;
use super::*;
use crate::timeline::{
    AliasConfiguration, InitOutcome, LifecycleEvent, Outcome, Projection, Qualifier, Rejection,
    ShutdownReason, Start, ThrottleReason, Timeline, Trigger, VersionFact,
};
use crate::units::{
    AliasId, ByteCount, EnvironmentId, FunctionId, MemoryMb, Moment, Money, PayloadId, RequestId,
    Span, Version,
};

const FUNCTION: FunctionId = FunctionId(0);
const ALIAS: AliasId = AliasId(1);
const QUALIFIER: Qualifier = Qualifier::Alias(ALIAS);

fn at(seconds: u64) -> Moment {
    Moment::START + Span::from_secs(seconds)
}

/// A function of 128 MB whose alias has three provisioned environments from the 10th second on.
pub(super) fn provisioned() -> Timeline {
    let mut timeline = Timeline::default();
    let mut push = |event| {
        timeline.push(at(10), event);
    };
    push(LifecycleEvent::FunctionConfigured {
        function: FUNCTION,
        revision: 1,
        configuration: Box::new(configuration(0)),
    });
    push(LifecycleEvent::Version(VersionFact::VersionPublished {
        function: FUNCTION,
        version: Version::from(1),
        revision: 1,
        description: String::new(),
    }));
    push(LifecycleEvent::Version(VersionFact::AliasConfigured {
        alias: ALIAS,
        configuration: Box::new(AliasConfiguration {
            function: FUNCTION,
            name: "live".to_owned(),
            version: Version::from(1),
            additional: None,
            description: String::new(),
        }),
    }));
    push(LifecycleEvent::Version(VersionFact::ProvisioningStarted {
        function: FUNCTION,
        qualifier: QUALIFIER,
        environments: 3,
    }));
    timeline
}

/// An environment, its INIT phase of 200 ms and an invocation of 100 ms.
pub(super) fn serve(timeline: &mut Timeline, now: Moment, id: u32, provisioned: bool) {
    let (environment, request) = (EnvironmentId(id), RequestId(id.into()));
    let init = Span::from_millis(200);
    timeline.push(
        now,
        LifecycleEvent::EnvironmentCreated {
            environment,
            function: FUNCTION,
            revision: 1,
            version: Version::from(1),
            request: (!provisioned).then_some(request),
            provisioned,
        },
    );
    timeline.push(
        now,
        LifecycleEvent::InitFinished {
            environment,
            outcome: InitOutcome::Succeeded,
            duration: init,
        },
    );
    let start = match provisioned {
        true => Start::Warm,
        false => Start::Cold { init },
    };
    timeline.push(
        now,
        LifecycleEvent::InvocationStarted {
            environment,
            request,
            start,
        },
    );
    timeline.push(
        now,
        LifecycleEvent::InvocationFinished {
            environment,
            request,
            outcome: Outcome::Succeeded,
            duration: Span::from_millis(100),
            max_memory: Default::default(),
            response: None,
        },
    );
}

fn folded(timeline: &Timeline) -> SessionUsage {
    let mut usage = SessionUsage::default();
    for entry in timeline.entries() {
        usage.apply(entry);
    }
    usage
}

#[test]
fn provisioned_concurrency_is_billed_while_it_is_enabled() {
    let book = shipped();
    let mut timeline = provisioned();
    // Three times five minutes of an eighth of a GB.
    let capacity = |timeline: &Timeline| {
        let used = folded(timeline).total(&book);
        used.provisioned_capacity.x86_64.decimal(3)
    };
    assert_eq!(capacity(&timeline), "112.500");
    serve(&mut timeline, at(200), 1, true);
    serve(&mut timeline, at(200), 2, false);
    let used = folded(&timeline).total(&book);
    assert_eq!(used.requests, 2);
    // INIT and invocation, 300 ms, each at its own price.
    assert_eq!(used.provisioned_duration.x86_64.decimal(4), "0.0375");
    assert_eq!(used.x86_64.decimal(4), "0.0375");
    // A minute after the first five the next five are on the bill.
    timeline.push(
        at(370),
        LifecycleEvent::EnvironmentShutDown {
            environment: EnvironmentId(2),
            reason: ShutdownReason::IdleExpiry,
        },
    );
    assert_eq!(capacity(&timeline), "225.000");
    timeline.push(
        at(400),
        LifecycleEvent::Version(VersionFact::ProvisioningDeleted {
            function: FUNCTION,
            qualifier: QUALIFIER,
        }),
    );
    timeline.push(
        at(9_000),
        LifecycleEvent::EnvironmentShutDown {
            environment: EnvironmentId(1),
            reason: ShutdownReason::IdleExpiry,
        },
    );
    assert_eq!(capacity(&timeline), "225.000");
    // Shares of functions have it as well.
    let usage = folded(&timeline);
    let none = Usage::default();
    let shares = usage.by_function(&book, &none);
    let sum = shares.values().map(Bill::total).sum();
    assert_eq!(usage.bill(&book, &none, FreeTier::Off).total(), sum);
    assert!(usage.bill(&book, &none, FreeTier::On).provisioned() > Money::ZERO);
}

#[test]
fn large_events_are_several_requests() {
    let requests = |bytes| async_requests(ByteCount::new(bytes));
    assert_eq!(requests(0), 1);
    assert_eq!(requests(256 * 1_024), 1);
    assert_eq!(requests(256 * 1_024 + 1), 2);
    assert_eq!(requests(1_024 * 1_024), 13);
    let mut timeline = provisioned();
    for (id, trigger) in [
        (1, Trigger::Invoke),
        (
            2,
            Trigger::Async {
                first: RequestId(2),
                attempt: 1,
            },
        ),
        // The event is the same: only the invocation is another one.
        (
            3,
            Trigger::Async {
                first: RequestId(2),
                attempt: 2,
            },
        ),
    ] {
        let arrived = LifecycleEvent::RequestArrived {
            request: RequestId(id),
            function: FUNCTION,
            trigger,
            event: PayloadId(0),
            bytes: ByteCount::new(1_024 * 1_024),
        };
        timeline.push(at(20), arrived);
        serve(&mut timeline, at(20), id as u32, false);
    }
    assert_eq!(folded(&timeline).total(&shipped()).requests, 1 + 13 + 1);
    // One that was throttled at first.
    for (id, attempt) in [(4, 1), (5, 2), (6, 3)] {
        let first = RequestId(4);
        let arrived = LifecycleEvent::RequestArrived {
            request: RequestId(id),
            function: FUNCTION,
            trigger: Trigger::Async { first, attempt },
            event: PayloadId(0),
            bytes: ByteCount::new(320 * 1_024),
        };
        timeline.push(at(30), arrived);
        if attempt < 3 {
            let reason = ThrottleReason::ConcurrentInvocationLimitExceeded;
            let rejected = LifecycleEvent::RequestRejected {
                request: RequestId(id),
                rejection: Rejection::Throttled(reason),
            };
            timeline.push(at(30), rejected);
        }
    }
    assert_eq!(folded(&timeline).total(&shipped()).requests, 15);
    serve(&mut timeline, at(30), 6, false);
    assert_eq!(folded(&timeline).total(&shipped()).requests, 15 + 2);
}

#[test]
fn an_alias_of_another_version_is_billed_by_that_ones_settings() {
    let book = shipped();
    let mut timeline = provisioned();
    let mut larger = configuration(0);
    larger.memory = MemoryMb::new(1_024);
    timeline.push(
        at(20),
        LifecycleEvent::FunctionConfigured {
            function: FUNCTION,
            revision: 2,
            configuration: Box::new(larger),
        },
    );
    timeline.push(
        at(20),
        LifecycleEvent::Version(VersionFact::VersionPublished {
            function: FUNCTION,
            version: Version::from(2),
            revision: 2,
            description: String::new(),
        }),
    );
    timeline.push(
        at(110),
        LifecycleEvent::Version(VersionFact::AliasConfigured {
            alias: ALIAS,
            configuration: Box::new(AliasConfiguration {
                function: FUNCTION,
                name: "live".to_owned(),
                version: Version::from(2),
                additional: None,
                description: String::new(),
            }),
        }),
    );
    // 100 s of three times an eighth of a GB, and what is missing to five minutes of three GB.
    let used = folded(&timeline).total(&book);
    assert_eq!(used.provisioned_capacity.x86_64.decimal(1), "637.5");
}

#[test]
fn what_is_provisioned_costs_while_nothing_happens() {
    let book = shipped();
    let usage = folded(&provisioned());
    let capacity = |seconds| {
        let used = usage.total_until(&book, at(seconds));
        used.provisioned_capacity.x86_64
    };
    // Three environments of 128 MB, in steps of five minutes, whatever the last fact's moment is.
    let five_minutes = GbSeconds::of(MemoryMb::new(3 * 128), Span::from_secs(300));
    assert_eq!(capacity(0), five_minutes);
    assert_eq!(capacity(10 + 300), five_minutes);
    assert_eq!(capacity(10 + 301), five_minutes.times(2));
    assert_eq!(usage.total(&book), usage.total_until(&book, at(0)));
}
