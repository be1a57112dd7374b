//! Another amount of provisioned concurrency (model choices: see `platform/versions/resize.rs`).

use super::*;
use proptest::prelude::*;

/// Two environments of version 1, which requests find.
fn two() -> Stage {
    let mut stage = stage();
    stage.publish();
    stage.provision(version(1), 2);
    stage.run_until(at(90));
    stage
}

fn counts(stage: &Stage) -> (u32, u32, u32, ProvisionedStatus) {
    let view = stage.status();
    (view.requested, view.allocated, view.available, view.status)
}

fn ended(stage: &Stage) -> Vec<ShutdownReason> {
    stage.facts(|_, event| match event {
        LifecycleEvent::EnvironmentShutDown { reason, .. } => Some(*reason),
        _ => None,
    })
}

#[test]
fn what_is_added_comes_later_and_requests_find_the_rest_until_then() {
    use ProvisionedStatus::{InProgress, Ready};
    let mut stage = two();
    stage.provision(version(1), 5);
    assert_eq!(counts(&stage), (5, 2, 2, InProgress));
    for _ in 0..3 {
        stage.call(version(1));
    }
    assert_eq!(stage.status().in_use, 2);
    assert_eq!(stage.spilled(), 1);
    stage.run_until(at(179));
    assert_eq!(counts(&stage), (5, 2, 2, InProgress));
    stage.run_until(at(180));
    assert_eq!(counts(&stage), (5, 5, 5, Ready));
    assert_eq!(ended(&stage), []);
    let made = stage.made().into_iter().filter(|(_, _, it)| *it).count();
    assert_eq!(made, 5);
    for _ in 0..5 {
        stage.call(version(1));
    }
    assert_eq!((stage.status().in_use, stage.spilled()), (5, 1));
}

#[test]
fn asked_for_again_it_comes_when_the_first_part_was_to_come() {
    let mut stage = two();
    stage.provision(version(1), 4);
    stage.run_until(at(150));
    stage.provision(version(1), 6);
    stage.run_until(at(180));
    assert_eq!(counts(&stage), (6, 6, 6, ProvisionedStatus::Ready));
    // Too little to wait for: what was to come does not.
    stage.provision(version(1), 9);
    stage.provision(version(1), 6);
    assert_eq!(counts(&stage), (6, 6, 6, ProvisionedStatus::Ready));
    stage.run_until(at(500));
    let made = stage.made().into_iter().filter(|(_, _, it)| *it).count();
    assert_eq!((made, ended(&stage).len()), (6, 0));
}

#[test]
fn of_what_is_given_up_the_idle_go_now_and_the_busy_finish() {
    let mut stage = two();
    stage.provision(version(1), 4);
    stage.run_until(at(180));
    for _ in 0..3 {
        stage.call(version(1));
    }
    stage.provision(version(1), 2);
    // The idle one, and one of the three at work.
    assert_eq!(ended(&stage), [ShutdownReason::Deprovisioned]);
    assert_eq!(counts(&stage), (2, 2, 2, ProvisionedStatus::Ready));
    assert_eq!((stage.status().in_use, stage.platform.in_flight()), (2, 3));
    stage.run_until(at(181));
    assert_eq!(ended(&stage), [ShutdownReason::Deprovisioned; 2]);
    assert_eq!((stage.status().in_use, stage.platform.in_flight()), (0, 0));
    // The room is the account's again.
    let (_, unreserved) = stage.platform.unreserved();
    assert_eq!(unreserved, stage.platform.account_concurrency() - 2);
}

proptest! {
    /// Whatever is asked for, and whenever: in the end there is as much as was asked for last, nothing is in
    /// use, and the whole account is accounted for.
    #[test]
    fn in_the_end_there_is_what_was_asked_for_last(
        steps in prop::collection::vec((0..8_u32, 0..130_u64, 0..4_u32), 1..12),
    ) {
        let mut stage = stage();
        stage.publish();
        let (mut now, mut last) = (0, 0);
        for (amount, wait, calls) in steps {
            stage.provision(version(1), amount);
            for _ in 0..calls {
                stage.call(version(1));
            }
            last = amount;
            now += wait;
            stage.run_until(at(now));
            for view in stage.platform.provisioned(F) {
                prop_assert!(view.available <= view.allocated && view.allocated <= view.requested);
                prop_assert!(view.in_use <= view.available);
            }
        }
        stage.run_until(at(now + 200));
        let there = stage.platform.provisioned(F).next();
        prop_assert_eq!(there.map_or(0, |it| it.available), last);
        prop_assert!(there.is_none_or(|it| it.status == ProvisionedStatus::Ready && it.in_use == 0));
        prop_assert_eq!(stage.platform.in_flight(), 0);
        let (_, unreserved) = stage.platform.unreserved();
        prop_assert_eq!(unreserved, stage.platform.account_concurrency() - last);
        // As many environments as that can be found at once.
        let spilled = stage.spilled();
        for _ in 0..last {
            stage.call(version(1));
        }
        prop_assert_eq!(stage.spilled(), spilled);
        prop_assert_eq!(there.map_or(0, |_| stage.status().in_use), last);
    }
}
