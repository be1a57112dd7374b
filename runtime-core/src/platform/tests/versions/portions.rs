//! Up to 6,000 provisioned environments of a function are made a minute, and requests find none of them
//! before all are there ("Configuring provisioned concurrency for a function"). A portion a second is a
//! model choice.

use super::*;
use crate::timeline::InitOutcome;

fn counts(stage: &Stage) -> (u32, u32, ProvisionedStatus) {
    let view = stage.status();
    (view.allocated, view.available, view.status)
}

/// When the provisioned concurrency asked for was there, in seconds.
fn finished(stage: &Stage) -> Vec<u64> {
    stage.version_facts(|at, fact| match fact {
        VersionFact::ProvisioningFinished { .. } => Some(at.as_nanos() / 1_000_000_000),
        _ => None,
    })
}

fn made(stage: &Stage) -> usize {
    stage.made().into_iter().filter(|(_, _, it)| *it).count()
}

/// So much is asked for at the start; the first portion comes after `PROVISIONING_WAIT`.
fn asked_for(environments: u32) -> Stage {
    let mut stage = stage();
    stage.publish();
    stage.provision(version(1), environments);
    stage
}

#[test]
fn six_thousand_are_made_in_a_minute() {
    use ProvisionedStatus::{InProgress, Ready};
    // How many; the second in which the last are made; how many there are a second before.
    for (environments, last, before) in [
        (1, 90, 0),
        (100, 90, 0),
        (101, 91, 100),
        (6_000, 149, 5_900),
        (6_001, 150, 6_000),
    ] {
        let mut stage = asked_for(environments);
        stage.run_until(at(last - 1));
        assert_eq!(counts(&stage), (before, 0, InProgress), "{environments}");
        stage.run_until(at(last));
        assert_eq!(
            counts(&stage),
            (environments, environments, Ready),
            "{environments}"
        );
        stage.run_until(at(last + 300));
        assert_eq!(made(&stage), environments as usize);
        assert_eq!(finished(&stage), [last], "{environments}");
    }
}

#[test]
fn requests_find_none_of_them_before_all_are_there() {
    let mut stage = asked_for(250);
    stage.run_until(at(91));
    assert_eq!(counts(&stage), (200, 0, ProvisionedStatus::InProgress));
    stage.call(version(1));
    assert!(!stage.made().last().unwrap().2);
    stage.run_until(at(92));
    stage.call(version(1));
    assert_eq!(stage.starts().last(), Some(&Start::Warm));
    assert_eq!(stage.status().in_use, 1);
}

#[test]
fn given_up_half_way_no_more_are_made() {
    let mut stage = asked_for(1_000);
    stage.run_until(at(94));
    assert_eq!(stage.status().allocated, 500);
    stage.provision(version(1), 0);
    stage.run_until(at(500));
    assert_eq!(
        (stage.platform.provisioned(F).count(), made(&stage)),
        (0, 500)
    );
    let ended = stage.facts(|_, event| match event {
        LifecycleEvent::EnvironmentShutDown { reason, .. } => Some(*reason),
        _ => None,
    });
    assert_eq!(ended, [ShutdownReason::Deprovisioned; 500]);
    assert_eq!(finished(&stage), [] as [u64; 0]);
}

#[test]
fn where_an_init_fails_half_way_there_is_none() {
    let mut stage = asked_for(1_000);
    stage.inits = Box::new(|environment| match environment {
        EnvironmentId(450) => InitOutcome::TimedOut,
        _ => InitOutcome::Succeeded,
    });
    stage.run_until(at(93));
    assert_eq!(stage.status().allocated, 400);
    stage.run_until(at(94));
    assert_eq!(counts(&stage), (0, 0, ProvisionedStatus::Failed));
    stage.run_until(at(500));
    assert_eq!(made(&stage), 500);
    assert_eq!(stage.platform.unreserved(), (0, 1_000));
    assert!(!stage.platform.is_busy());
}

#[test]
fn what_is_added_comes_in_portions_and_fewer_forgoes_what_is_not_made() {
    use ProvisionedStatus::{InProgress, Ready};
    let mut stage = asked_for(50);
    stage.run_until(at(90));
    stage.provision(version(1), 400);
    stage.run_until(at(181));
    assert_eq!(counts(&stage), (250, 50, InProgress));
    // More is asked for while portions come: no faster.
    stage.provision(version(1), 500);
    assert_eq!(counts(&stage), (250, 50, InProgress));
    stage.run_until(at(182));
    assert_eq!(counts(&stage), (350, 50, InProgress));
    // Of the 150 that are still to be made 100 are not.
    stage.provision(version(1), 400);
    assert_eq!(counts(&stage), (350, 50, InProgress));
    stage.run_until(at(183));
    assert_eq!(counts(&stage), (400, 400, Ready));
    stage.run_until(at(500));
    assert_eq!((made(&stage), finished(&stage)), (400, vec![90, 183]));
    // As many as there are: what was to come does not, and nothing ends.
    stage.provision(version(1), 700);
    stage.run_until(at(590));
    stage.provision(version(1), 500);
    assert_eq!(counts(&stage), (500, 500, Ready));
    stage.run_until(at(900));
    assert_eq!(made(&stage), 500);
}

#[test]
fn versions_of_a_function_share_its_portions() {
    let mut stage = stage();
    stage.publish();
    stage.set_memory(512);
    stage.publish();
    stage.provision(version(1), 150);
    stage.provision(version(2), 150);
    let there =
        |stage: &Stage| -> u32 { stage.platform.provisioned(F).map(|it| it.allocated).sum() };
    for (second, allocated) in [(89, 0), (90, 100), (91, 200), (92, 300)] {
        stage.run_until(at(second));
        assert_eq!(there(&stage), allocated, "{second}");
    }
}

#[test]
fn thrown_away_half_way_they_are_made_again() {
    let mut stage = asked_for(150);
    stage.run_until(at(90));
    stage.input(Input::Recycle { function: Some(F) });
    // On their way again; no moment has passed yet.
    assert_eq!(counts(&stage), (0, 0, ProvisionedStatus::InProgress));
    stage.run_until(at(90));
    assert_eq!(counts(&stage), (100, 0, ProvisionedStatus::InProgress));
    stage.run_until(at(91));
    assert_eq!(counts(&stage), (150, 150, ProvisionedStatus::Ready));
}

#[test]
fn a_reopened_session_makes_them_in_portions() {
    let mut stage = asked_for(250);
    stage.run_until(at(91));
    stage.reopen();
    stage.run_until(at(92));
    assert_eq!(counts(&stage), (200, 0, ProvisionedStatus::InProgress));
    stage.run_until(at(93));
    assert_eq!(counts(&stage), (250, 250, ProvisionedStatus::Ready));
}
