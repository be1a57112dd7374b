//! Scheduled actions.

use super::stage::{NOTHING, Stage, T, at, cpu, percent, service};
use crate::platform::scaling::{Input, ScalingError, check_action};
use crate::timeline::{
    ActionOutcome, ScalingFact, ScheduleConfiguration, ScheduleOwner, ScheduledActionConfiguration,
};
use crate::units::{ScheduledActionId, Span};

fn action(minimum: Option<u32>, maximum: Option<u32>) -> ScheduledActionConfiguration {
    ScheduledActionConfiguration {
        name: "morning".to_owned(),
        target: T,
        schedule: ScheduleConfiguration::of(ScheduleOwner::Scheduler, "rate(10 minutes)"),
        minimum,
        maximum,
    }
}

fn configure(stage: &mut Stage, minimum: Option<u32>, maximum: Option<u32>) {
    stage.tell(Input::ConfigureAction {
        action: ScheduledActionId(1),
        configuration: Box::new(action(minimum, maximum)),
    });
}

fn outcomes(stage: &Stage) -> Vec<ActionOutcome> {
    let of = |(_, fact): &(_, ScalingFact)| match fact {
        ScalingFact::ActionTriggered { outcome, .. } => Some(*outcome),
        _ => None,
    };
    stage.facts.iter().filter_map(of).collect()
}

/// User guide, "Scheduled scaling": "During a cooldown period, when a scheduled action starts at the scheduled
/// time, it can trigger a scaling activity immediately", and the policies go on within the new bounds.
#[test]
fn actions_ignore_cooldowns_and_policies_go_on() {
    let mut stage = Stage::tracked((1, 20), 10, 50);
    let mut slow = cpu(50);
    slow.scale_out_cooldown = Some(Span::from_secs(3_600));
    stage.track(1, slow);
    stage.actions = vec![at(400), at(4_000)];
    configure(&mut stage, Some(18), Some(30));
    stage.sampled_until(1_000, |_| Some(percent(80)));
    // 10 at 80 are 16; at 400 s 18 are the minimum, and then 18 at 80 are 29.
    assert_eq!(stage.capacities()[..3], [16, 18, 29]);
    assert_eq!(stage.activities()[1].0, at(400));
    let set = ActionOutcome::Set {
        minimum: 18,
        maximum: 30,
    };
    assert_eq!(outcomes(&stage), [set]);
    stage.run_until(at(5_000));
    assert_eq!(outcomes(&stage), [set, set]);
    assert_eq!(
        set.description(),
        "Setting min capacity to 18 and max capacity to 30"
    );
}

#[test]
fn one_bound_can_be_left_as_it_is() {
    let mut stage = Stage::new();
    stage.register(service(2, 20), 10);
    stage.actions = vec![at(60)];
    configure(&mut stage, None, Some(6));
    stage.run_until(at(100));
    assert_eq!(stage.capacities(), [6]);
    // The minimum of a later action would be above the maximum: the target keeps what it has.
    stage.actions = vec![at(200)];
    configure(&mut stage, Some(7), None);
    stage.run_until(at(300));
    let refused = ActionOutcome::Refused {
        minimum: 7,
        maximum: 6,
    };
    assert_eq!(outcomes(&stage).last(), Some(&refused));
    assert_eq!(stage.capacities(), [6]);
    let kept = stage.scaling.target(T).map(|it| (it.minimum, it.maximum));
    assert_eq!(kept, Some((2, 6)));
}

/// "Application Auto Scaling does not initiate the scaling actions that are scheduled to run during the
/// suspension period. When you resume scheduled scaling, Application Auto Scaling only evaluates scheduled
/// actions whose execution time has not yet passed" (user guide, "Suspending and resuming scaling").
#[test]
fn suspended_actions_are_not_made_up_for() {
    let mut stage = Stage::new();
    let mut suspended = service(1, 20);
    suspended.suspended.scheduled = true;
    stage.register(suspended, 5);
    stage.actions = vec![at(60), at(600)];
    configure(&mut stage, Some(8), None);
    stage.run_until(at(300));
    assert_eq!(outcomes(&stage), [ActionOutcome::Suspended]);
    stage.register(service(1, 20), 5);
    assert_eq!(stage.capacities(), NOTHING);
    stage.run_until(at(700));
    assert_eq!(stage.capacities(), [8]);
}

#[test]
fn actions_that_are_gone_are_not_due() {
    let mut stage = Stage::new();
    stage.register(service(1, 20), 5);
    stage.actions = vec![at(60)];
    configure(&mut stage, Some(8), None);
    stage.tell(Input::DeleteAction {
        action: ScheduledActionId(1),
    });
    configure(&mut stage, Some(9), None);
    stage.tell(Input::DeregisterTarget { target: T });
    stage.run_until(at(700));
    assert_eq!(stage.capacities(), NOTHING);
    assert_eq!(outcomes(&stage), []);
    assert!(stage.scaling.action(ScheduledActionId(1)).is_none());
}

/// API reference, PutScheduledAction; 200 scheduled actions for each target (quotas).
#[test]
fn settings_of_actions_are_checked() {
    let good = action(Some(1), Some(2));
    assert_eq!(check_action(&good, []), []);
    assert_eq!(
        check_action(&action(None, None), []),
        [ScalingError::NoBounds]
    );
    let bounds = ScalingError::Bounds {
        minimum: 3,
        maximum: 2,
    };
    assert_eq!(check_action(&action(Some(3), Some(2)), []), [bounds]);
    let taken = ScalingError::ActionTaken("morning".to_owned());
    assert_eq!(check_action(&good, [&good]), [taken]);
    let many = check_action(&good, vec![&good; 200]);
    assert_eq!(many, [ScalingError::TooManyActions]);
    let mut nameless = good;
    nameless.name.clear();
    let name = ScalingError::ActionName(String::new());
    assert_eq!(check_action(&nameless, []), [name]);
}
