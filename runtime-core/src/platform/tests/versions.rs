//! Versions, aliases, provisioned concurrency, and limits on requests a second.

mod portions;
mod resize;

use super::stage::{Stage, at, millis};
use super::{F, configuration};
use crate::platform::*;
use crate::timeline::{
    AliasConfiguration, FunctionConfiguration, LifecycleEvent, Outcome, Qualifier, Rejection,
    ShutdownReason, SnapStart, Start, ThrottleReason, Timeline, Trigger, VersionFact, Weight,
};
use crate::units::{
    AliasId, ByteCount, EnvironmentId, MemoryMb, Moment, PayloadId, RequestId, Span, Version,
};

const LIVE: AliasId = AliasId(1);

fn stage() -> Stage {
    Stage::new(|_| (Outcome::Succeeded, millis(100)))
}

fn version(number: u32) -> Qualifier {
    Qualifier::Version(Version::from(number))
}

fn alias(main: u32, additional: Option<(u32, f64)>) -> Box<AliasConfiguration> {
    Box::new(AliasConfiguration {
        function: F,
        name: "live".to_owned(),
        version: Version::from(main),
        additional: additional
            .map(|(it, weight)| (Version::from(it), Weight::from_fraction(weight).unwrap())),
        description: String::new(),
    })
}

impl Stage {
    fn publish(&mut self) {
        self.input(Input::PublishVersion {
            function: F,
            description: String::new(),
        });
    }

    fn set_memory(&mut self, memory: u32) {
        self.input(Input::ConfigureFunction {
            function: F,
            configuration: Box::new(FunctionConfiguration {
                memory: MemoryMb::new(memory),
                ..*configuration(None)
            }),
        });
    }

    fn reserve(&mut self, reserved: u32) {
        self.input(Input::ConfigureFunction {
            function: F,
            configuration: configuration(Some(reserved)),
        });
    }

    fn set_alias(&mut self, main: u32, additional: Option<(u32, f64)>) {
        self.input(Input::ConfigureAlias {
            alias: LIVE,
            configuration: alias(main, additional),
        });
    }

    fn provision(&mut self, qualifier: Qualifier, environments: u32) {
        self.input(Input::Provision {
            function: F,
            qualifier,
            environments,
        });
    }

    fn call(&mut self, qualifier: Qualifier) -> RequestId {
        let request = self.platform.next_request();
        self.input(Input::Request(Arrival {
            request,
            function: F,
            qualifier,
            trigger: Trigger::Invoke,
            event: PayloadId(0),
            bytes: ByteCount::new(2),
            refused: None,
        }));
        request
    }

    fn version_facts<T>(&self, pick: impl Fn(Moment, &VersionFact) -> Option<T>) -> Vec<T> {
        self.facts(|at, event| match event {
            LifecycleEvent::Version(fact) => pick(at, fact),
            _ => None,
        })
    }

    /// Version and revision of every environment that was made.
    fn made(&self) -> Vec<(Version, u32, bool)> {
        self.facts(|_, event| match event {
            LifecycleEvent::EnvironmentCreated {
                version,
                revision,
                provisioned,
                ..
            } => Some((*version, *revision, *provisioned)),
            _ => None,
        })
    }

    fn rejections(&self) -> Vec<Rejection> {
        self.facts(|_, event| match event {
            LifecycleEvent::RequestRejected { rejection, .. } => Some(*rejection),
            _ => None,
        })
    }

    fn starts(&self) -> Vec<Start> {
        self.facts(|_, event| match event {
            LifecycleEvent::InvocationStarted { start, .. } => Some(*start),
            _ => None,
        })
    }

    fn spilled(&self) -> usize {
        self.version_facts(|_, fact| {
            matches!(fact, VersionFact::RequestSpilledOver { .. }).then_some(())
        })
        .len()
    }

    fn status(&self) -> ProvisionedView {
        self.platform.provisioned(F).next().unwrap()
    }
}

#[test]
fn a_version_keeps_what_latest_was() {
    let mut stage = stage();
    stage.publish();
    // Neither code nor settings have changed: no second version.
    stage.publish();
    stage.set_memory(512);
    stage.publish();
    let memory = |stage: &Stage, number| {
        let version = stage.platform.version(F, Version::from(number));
        version.map(|it| it.memory.get())
    };
    assert_eq!(memory(&stage, 1), Some(128));
    assert_eq!(memory(&stage, 2), Some(512));
    assert_eq!(memory(&stage, 3), None);

    // Each has environments of its own; `$LATEST` does not lend its.
    for qualifier in [version(1), version(2), Qualifier::LATEST, version(1)] {
        stage.call(qualifier);
        stage.run_until(stage.now + millis(200));
    }
    let (one, two) = (Version::from(1), Version::from(2));
    let made = [
        (one, 1, false),
        (two, 2, false),
        (Version::Latest, 2, false),
    ];
    assert_eq!(stage.made(), made);

    // A change of `$LATEST` ends its environments only.
    stage.set_memory(256);
    let ended: Vec<EnvironmentId> = stage.facts(|_, event| match event {
        LifecycleEvent::EnvironmentShutDown {
            environment,
            reason: ShutdownReason::Updated,
        } => Some(*environment),
        _ => None,
    });
    assert_eq!(ended, [EnvironmentId(3)]);

    // Numbers are not given out again.
    stage.input(Input::DeleteVersion {
        function: F,
        version: two,
    });
    stage.publish();
    assert_eq!(memory(&stage, 2), None);
    assert_eq!(memory(&stage, 3), Some(256));
    stage.call(version(2));
    assert_eq!(stage.rejections(), [Rejection::FunctionNotFound]);
}

#[test]
fn what_belongs_to_the_function_is_no_reason_for_a_version() {
    let mut stage = stage();
    stage.publish();
    stage.reserve(5);
    stage.publish();
    assert_eq!(stage.platform.versions(F).count(), 1);
}

#[test]
fn an_alias_sends_a_part_of_its_requests_to_a_second_version() {
    let mut stage = stage();
    stage.publish();
    stage.set_memory(512);
    stage.publish();
    stage.set_alias(1, Some((2, 0.1)));
    for _ in 0..1_000 {
        stage.call(Qualifier::Alias(LIVE));
        stage.run_until(stage.now + millis(200));
    }
    let to = |stage: &Stage, number| {
        let routed = stage.version_facts(|_, fact| match fact {
            VersionFact::RequestRouted {
                version,
                alias: Some(LIVE),
                ..
            } => Some(*version),
            _ => None,
        });
        let wanted = Version::from(number);
        routed.into_iter().filter(|it| *it == wanted).count()
    };
    // Binomial with a mean of 100 and a standard deviation of 9.5; the draw is fixed.
    assert_eq!(to(&stage, 1) + to(&stage, 2), 1_000);
    assert!((70..=130).contains(&to(&stage, 2)), "{}", to(&stage, 2));

    // All go to the other when the alias moves on.
    let before = to(&stage, 2);
    stage.set_alias(2, None);
    for _ in 0..10 {
        stage.call(Qualifier::Alias(LIVE));
        stage.run_until(stage.now + millis(200));
    }
    assert_eq!(to(&stage, 2), before + 10);

    // A version that an alias names stays.
    stage.input(Input::DeleteVersion {
        function: F,
        version: Version::from(2),
    });
    assert!(stage.platform.version(F, Version::from(2)).is_some());
    stage.input(Input::DeleteAlias { alias: LIVE });
    stage.call(Qualifier::Alias(LIVE));
    assert_eq!(stage.rejections(), [Rejection::FunctionNotFound]);
}

#[test]
fn provisioned_environments_are_there_after_a_while_all_at_once() {
    let mut stage = stage();
    stage.publish();
    stage.provision(version(1), 2);
    assert_eq!(
        stage.status(),
        ProvisionedView {
            qualifier: version(1),
            version: Version::from(1),
            requested: 2,
            allocated: 0,
            available: 0,
            status: ProvisionedStatus::InProgress,
            in_use: 0,
        }
    );
    // Until then requests start cold.
    stage.call(version(1));
    stage.run_until(at(89));
    assert_eq!(stage.made(), [(Version::from(1), 1, false)]);
    stage.run_until(at(90));
    let view = stage.status();
    assert_eq!(
        (view.allocated, view.available, view.status),
        (2, 2, ProvisionedStatus::Ready)
    );

    // Two at a time find one; the third spills over to the environment on demand, which is warm.
    for _ in 0..3 {
        stage.call(version(1));
    }
    stage.run_until(at(91));
    assert_eq!(stage.starts()[1..], [Start::Warm; 3]);
    assert_eq!(stage.spilled(), 1);
    assert_eq!(stage.made().len(), 3);

    // They are no part of `$LATEST`, and they do not expire.
    stage.call(Qualifier::LATEST);
    stage.run_until(at(10_000));
    stage.call(version(1));
    assert_eq!(stage.starts().last(), Some(&Start::Warm));

    // Thrown away, they are made again.
    stage.run_until(at(10_001));
    let before = stage.made().len();
    stage.input(Input::Recycle { function: Some(F) });
    stage.run_until(at(10_002));
    assert_eq!(stage.made().len(), before + 2);
    assert_eq!(stage.status().status, ProvisionedStatus::Ready);

    // Given up, they go.
    stage.provision(version(1), 0);
    assert_eq!(stage.platform.provisioned(F).count(), 0);
    assert_eq!(stage.platform.longest_idle(), None);
}

#[test]
fn more_than_ten_requests_a_second_for_each_spill_over() {
    let mut stage = Stage::new(|_| (Outcome::Succeeded, millis(1)));
    stage.publish();
    stage.provision(version(1), 1);
    stage.run_until(at(100));
    for _ in 0..15 {
        stage.call(version(1));
        stage.run_until(stage.now + millis(2));
    }
    // Ten at once, then one for every 100 ms: 15 requests take 28 ms.
    assert_eq!(stage.spilled(), 5);
}

/// "Understanding Lambda function scaling": what is more than provisioned spills over if there is room,
/// and is throttled otherwise. `ProvisionedConcurrencySpilloverInvocations` counts invocations ("Types of
/// metrics for Lambda functions").
#[test]
fn where_all_that_is_reserved_is_provisioned_nothing_spills_over() {
    let mut stage = stage();
    stage.publish();
    stage.reserve(2);
    stage.provision(version(1), 2);
    stage.run_until(at(100));
    for _ in 0..3 {
        stage.call(version(1));
    }
    stage.run_until(at(101));
    let reason = ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded;
    assert_eq!(stage.rejections(), [Rejection::Throttled(reason)]);
    assert_eq!(stage.starts(), [Start::Warm; 2]);
    assert_eq!(stage.spilled(), 0);
    // With room for one more, it does.
    stage.reserve(3);
    for _ in 0..4 {
        stage.call(version(1));
    }
    stage.run_until(at(102));
    assert_eq!(stage.rejections(), [Rejection::Throttled(reason); 2]);
    assert_eq!(stage.spilled(), 1);
}

#[test]
fn provisioned_concurrency_is_set_aside() {
    let mut stage = stage();
    stage.publish();
    stage.provision(version(1), 300);
    assert_eq!(stage.platform.unreserved(), (0, 700));
    assert_eq!(
        refuse_provisioned(&stage.platform, F, version(1), 900),
        None
    );
    assert_eq!(
        refuse_provisioned(&stage.platform, F, version(1), 901),
        Some(VersionError::BelowUnreserved {
            available: 900,
            minimum: 100
        })
    );
    // Of reserved concurrency it can be all: then nothing is left for `$LATEST`.
    stage.reserve(300);
    stage.call(Qualifier::LATEST);
    let reason = ThrottleReason::ReservedFunctionConcurrentInvocationLimitExceeded;
    assert_eq!(stage.rejections(), [Rejection::Throttled(reason)]);
    assert_eq!(
        refuse_provisioned(&stage.platform, F, version(1), 301),
        Some(VersionError::AboveReserved { available: 300 })
    );
}

#[test]
fn what_is_provisioned_cannot_be_reserved_as_well() {
    let mut stage = stage();
    stage.publish();
    stage.provision(version(1), 300);
    let refused = |function, reserved| refuse_reserved(&stage.platform, function, reserved);
    assert_eq!(
        refused(F, 299),
        Some(SettingError::BelowProvisioned { provisioned: 300 })
    );
    assert_eq!(refused(F, 300), None);
    assert_eq!(refused(F, 900), None);
    // What another function has provisioned is set aside for it.
    assert_eq!(refused(FunctionId(77), 600), None);
    assert_eq!(
        refused(FunctionId(77), 601),
        Some(SettingError::ReservedConcurrency {
            available: 600,
            minimum: 100
        })
    );
}

#[test]
fn an_alias_takes_its_provisioned_concurrency_along() {
    let mut stage = stage();
    stage.publish();
    stage.set_memory(512);
    stage.publish();
    stage.set_alias(1, None);
    stage.provision(Qualifier::Alias(LIVE), 1);
    stage.run_until(at(90));
    assert_eq!(
        refuse_provisioned(&stage.platform, F, version(1), 1),
        Some(VersionError::AliasHasIt)
    );
    stage.set_alias(2, None);
    assert_eq!(stage.status().status, ProvisionedStatus::InProgress);
    stage.run_until(at(180));
    assert_eq!(stage.status().version, Version::from(2));
    assert_eq!(
        stage.made(),
        [(Version::from(1), 1, true), (Version::from(2), 2, true)]
    );
    stage.call(Qualifier::Alias(LIVE));
    assert_eq!(stage.starts(), [Start::Warm]);
}

#[test]
fn a_provisioned_environment_that_is_given_up_at_work_finishes() {
    let mut stage = stage();
    stage.publish();
    stage.provision(version(1), 1);
    stage.run_until(at(90));
    stage.call(version(1));
    stage.provision(version(1), 0);
    assert_eq!(stage.platform.in_flight(), 1);
    stage.run_until(at(91));
    assert_eq!(stage.platform.in_flight(), 0);
    let ended = stage.facts(|_, event| match event {
        LifecycleEvent::EnvironmentShutDown { reason, .. } => Some(*reason),
        _ => None,
    });
    assert_eq!(ended, [ShutdownReason::Deprovisioned]);
}

#[test]
fn where_its_init_fails_there_is_none() {
    let mut stage = stage();
    stage.publish();
    stage.provision(version(1), 2);
    stage.run_until(at(89));
    let environment = EnvironmentId(1);
    let mut out = Out::default();
    let due = at(90);
    let timer = Timer::Provision {
        function: F,
        qualifier: version(1),
        due,
    };
    let platform = &mut stage.platform;
    for input in [
        Input::TimerFired(timer),
        Input::EnvironmentReady { environment },
        Input::InitFinished {
            environment,
            outcome: crate::timeline::InitOutcome::TimedOut,
            duration: Span::from_secs(130),
            restoring: Span::ZERO,
            snapshot: None,
        },
    ] {
        platform.handle(due, input, &mut out);
    }
    let view = platform.provisioned(F).next().unwrap();
    assert_eq!(
        (view.available, view.status),
        (0, ProvisionedStatus::Failed)
    );
    assert_eq!(platform.unreserved(), (0, 1_000));
    assert!(!platform.is_busy());
}

#[test]
fn reserved_concurrency_lets_in_ten_synchronous_requests_a_second() {
    let mut stage = Stage::new(|_| (Outcome::Succeeded, millis(1)));
    stage.reserve(1);
    for _ in 0..12 {
        stage.call(Qualifier::LATEST);
        stage.run_until(stage.now + millis(2));
    }
    let reason = ThrottleReason::ReservedFunctionInvocationRateLimitExceeded;
    assert_eq!(stage.rejections(), [Rejection::Throttled(reason); 2]);
    // Asynchronous invocation has no such limit.
    for _ in 0..12 {
        stage.invoke_async();
        stage.run_until(stage.now + millis(2));
    }
    assert_eq!(stage.rejections().len(), 2);
}

/// "Lambda quotas", invocation requests: ten synchronous requests a second for each unit of the account's
/// concurrency, over all functions; asynchronous ones have no such limit.
#[test]
fn an_account_lets_in_ten_synchronous_requests_a_second_for_each_unit() {
    let mut stage = Stage::new(|_| (Outcome::Succeeded, millis(1)));
    stage.input(Input::ConfigureAccount {
        concurrency: 1,
        idle_expiry: DEFAULT_IDLE_EXPIRY,
    });
    for _ in 0..11 {
        stage.call(Qualifier::LATEST);
        stage.run_until(stage.now + millis(2));
    }
    let reason = ThrottleReason::CallerRateLimitExceeded;
    assert_eq!(stage.rejections(), [Rejection::Throttled(reason)]);
    assert_eq!(stage.started().len(), 10);
    stage.invoke_async();
    stage.run_until(stage.now + millis(2));
    assert_eq!(stage.started().len(), 11);
    // A second later there is room again.
    stage.run_until(at(2));
    stage.call(Qualifier::LATEST);
    stage.run_until(at(3));
    assert_eq!(stage.started().len(), 12);
    assert_eq!(stage.rejections().len(), 1);
}

#[test]
fn all_of_it_outlives_the_tab() {
    let mut stage = stage();
    stage.publish();
    stage.set_memory(512);
    stage.publish();
    stage.set_alias(1, Some((2, 0.25)));
    stage.provision(version(2), 2);
    stage.run_until(at(90));
    stage.call(version(2));
    let (aliases, versions): (Vec<_>, Vec<_>) = {
        let platform = &stage.platform;
        let aliases = platform.aliases().map(|(id, it)| (id, it.clone()));
        let versions = platform.versions(F).map(|(id, it)| (id, it.clone()));
        (aliases.collect(), versions.collect())
    };
    stage.reopen();
    let platform = &stage.platform;
    assert!(
        platform
            .aliases()
            .map(|(id, it)| (id, it.clone()))
            .eq(aliases)
    );
    assert!(
        platform
            .versions(F)
            .map(|(id, it)| (id, it.clone()))
            .eq(versions)
    );
    assert_eq!(stage.status().status, ProvisionedStatus::InProgress);
    stage.run_until(at(91));
    assert_eq!(stage.status().status, ProvisionedStatus::Ready);
    stage.call(version(2));
    assert_eq!(stage.starts().last(), Some(&Start::Warm));
    stage.publish();
    assert_eq!(stage.platform.versions(F).count(), 2);
}

#[test]
fn what_is_wrong_with_aliases_is_said_as_aws_says_it() {
    let mut stage = stage();
    stage.publish();
    stage.set_memory(512);
    stage.publish();
    let check = |alias: &AliasConfiguration| {
        let errors = validate_alias(alias, None, &stage.platform);
        let said = errors.iter().map(ToString::to_string);
        said.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(check(&alias(1, Some((2, 0.5)))), "");
    for (name, end) in [
        (
            "7",
            "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
        ),
        (
            "a b",
            "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)",
        ),
        ("", "Member must have length greater than or equal to 1"),
        (
            &"a".repeat(129),
            "Member must have length less than or equal to 128",
        ),
    ] {
        let named = AliasConfiguration {
            name: name.to_owned(),
            ..*alias(1, None)
        };
        assert!(check(&named).ends_with(end), "{name}: {}", check(&named));
    }
    assert_eq!(
        check(&alias(7, None)),
        "Function not found: arn:aws:lambda:us-east-1:123456789012:function:f:7"
    );
    assert_eq!(
        check(&alias(0, Some((2, 0.5)))),
        "$LATEST is not supported for an alias pointing to more than 1 version"
    );
    assert_eq!(
        check(&alias(1, Some((1, 0.5)))),
        "Invalid function version 1. Function version 1 is already included in routing configuration."
    );
    assert!(check(&alias(1, Some((2, 1.0)))).contains("below 1.0"));
    assert_eq!(Weight::from_fraction(1.5), None);
    assert_eq!(Weight::from_fraction(f64::NAN), None);
    stage.set_alias(1, None);
    let taken = validate_alias(&alias(2, None), None, &stage.platform);
    assert_eq!(
        taken[0].to_string(),
        "Alias already exists: arn:aws:lambda:us-east-1:123456789012:function:f:live"
    );
    assert_eq!(
        validate_alias(&alias(2, None), Some(LIVE), &stage.platform),
        []
    );
    let in_use = refuse_version_deletion(&stage.platform, F, Version::from(1));
    assert!(matches!(in_use, Some(VersionError::VersionInUse { .. })));
}

#[test]
fn latest_and_snapshots_have_no_provisioned_concurrency() {
    let mut stage = stage();
    let refused = |stage: &Stage, qualifier| {
        refuse_provisioned(&stage.platform, F, qualifier, 1).map(|it| it.to_string())
    };
    assert_eq!(
        refused(&stage, Qualifier::LATEST).as_deref(),
        Some("Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
    );
    assert_eq!(
        refused(&stage, version(1)).as_deref(),
        Some("Function not found")
    );
    stage.input(Input::ConfigureFunction {
        function: F,
        configuration: Box::new(FunctionConfiguration {
            snap_start: SnapStart::PublishedVersions,
            ..*configuration(None)
        }),
    });
    stage.publish();
    assert!(refused(&stage, version(1)).unwrap().contains("SnapStart"));
}

#[test]
fn a_session_that_begins_anew_has_all_of_it() {
    let mut stage = stage();
    for memory in [256, 512, 1024] {
        stage.set_memory(memory);
        stage.publish();
    }
    stage.set_memory(2048);
    for number in [1, 3] {
        stage.input(Input::DeleteVersion {
            function: F,
            version: Version::from(number),
        });
    }
    stage.set_alias(2, None);
    stage.provision(Qualifier::Alias(LIVE), 3);
    stage.call(Qualifier::LATEST);

    let mut timeline = Timeline::default();
    for fact in stage.platform.set_up() {
        timeline.push(Moment::START, fact);
    }
    let mut out = Out::default();
    let anew = Platform::reopen(&timeline, &mut out);
    let kept = |platform: &Platform| {
        let own = |(id, it): (Version, &FunctionConfiguration)| (id, it.memory.get());
        let versions: Vec<_> = platform.versions(F).map(own).collect();
        let aliases: Vec<_> = platform
            .aliases()
            .map(|(id, it)| (id, it.clone()))
            .collect();
        let provisioned: Vec<_> = platform.provisioned(F).map(|it| it.requested).collect();
        let latest = platform.configuration(F).cloned();
        (
            versions,
            aliases,
            provisioned,
            latest,
            platform.next_alias(),
        )
    };
    assert_eq!(kept(&anew), kept(&stage.platform));
    assert_eq!(anew.versions(F).collect::<Vec<_>>().len(), 1);
    assert_eq!(anew.in_flight(), 0);

    // The next version is the fourth.
    let mut anew = anew;
    anew.handle(
        Moment::START,
        Input::PublishVersion {
            function: F,
            description: String::new(),
        },
        &mut out,
    );
    assert_eq!(
        anew.versions(F).last().map(|(it, _)| it),
        Some(Version::from(4))
    );
}
