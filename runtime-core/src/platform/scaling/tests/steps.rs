//! Step scaling.

use super::stage::{M, NOTHING, Stage, T, above, at, cpu, percent, service};
use crate::platform::scaling::{Input, ScalingError, check_policy};
use crate::timeline::{
    AdjustmentType, Aggregation, AlarmConfiguration, Comparison, NotScaledReason,
    PolicyConfiguration, PolicyKind, ScalableDimension, StepAdjustment, StepScaling,
};
use crate::units::{PolicyId, Span};

use AdjustmentType::{ChangeInCapacity, ExactCapacity, PercentChangeInCapacity};

fn step(lower: Option<i64>, upper: Option<i64>, adjustment: i32) -> StepAdjustment {
    StepAdjustment {
        lower: lower.map(percent),
        upper: upper.map(percent),
        adjustment,
    }
}

/// An alarm at 50 of one datapoint, which triggers a policy.
fn alarm(comparison: Comparison, policy: u32) -> AlarmConfiguration {
    let mut alarm = above(50, 1, 1);
    alarm.comparison = comparison;
    alarm.actions = vec![PolicyId(policy)];
    alarm
}

/// A service with one policy, whose alarm goes off at 50 or above.
fn stepped(capacity: u32, mut policy: StepScaling) -> Stage {
    let mut stage = Stage::new();
    stage.metric(M, 60);
    stage.register(service(1, 100), capacity);
    policy.cooldown = policy.cooldown.or(Some(Span::ZERO));
    stage.policy(1, PolicyKind::Step(policy));
    stage.alarm(1, alarm(Comparison::GreaterThanOrEqualToThreshold, 1));
    stage
}

/// Application Auto Scaling user guide (awsdocs/application-auto-scaling-user-guide, 2023), "Step scaling
/// policies", step adjustments: 10, 11, 14, 13, 10.
#[test]
fn the_guides_walk_through() {
    let out = vec![
        step(Some(0), Some(10), 0),
        step(Some(10), Some(20), 10),
        step(Some(20), None, 30),
    ];
    let back = vec![
        step(Some(-10), Some(0), 0),
        step(Some(-20), Some(-10), -10),
        step(None, Some(-20), -30),
    ];
    let mut stage = stepped(10, StepScaling::of(PercentChangeInCapacity, out));
    let mut back = StepScaling::of(PercentChangeInCapacity, back);
    back.cooldown = Some(Span::ZERO);
    stage.policy(2, PolicyKind::Step(back));
    stage.alarm(2, alarm(Comparison::LessThanOrEqualToThreshold, 2));
    // What has scaled once is there before the next value comes.
    stage.sampled_until(1_500, |second| {
        Some(percent(match second / 60 {
            5 => 60,
            10 => 70,
            15 => 40,
            20 => 30,
            minute => [59, 45, 55, 41][(minute % 4) as usize],
        }))
    });
    assert_eq!(stage.capacities(), [11, 14, 13, 10]);
    let activities = stage.activities();
    assert_eq!(
        activities[1].1.explain(),
        [
            "70.0 is 20.0 from the threshold of 50.0: step 3, +30 %. Of 11 running that is 3.3, in whole numbers +3: 14.",
            "Desired: 11 before, 14 now.",
        ]
    );
    assert!(
        activities[3].1.explain()[0]
            .ends_with("Of 13 running that is -3.9, in whole numbers -3: 10.")
    );
    assert_eq!(
        stage.reasons()[0],
        NotScaledReason::AlreadyAtDesiredCapacity
    );
}

/// The same page, "Cooldown period": 2 are added; a step of 3 within the cooldown adds 1.
#[test]
fn a_larger_step_within_the_cooldown_adds_the_difference() {
    let steps = vec![step(Some(0), Some(20), 2), step(Some(20), None, 3)];
    let mut policy = StepScaling::of(ChangeInCapacity, steps);
    policy.cooldown = Some(Span::from_secs(300));
    let mut stage = stepped(10, policy);
    stage.sampled_until(1_200, |second| match second {
        0..60 => Some(percent(60)),
        60..120 => Some(percent(80)),
        120..240 => Some(percent(60)),
        _ => Some(percent(10)),
    });
    assert_eq!(stage.capacities(), [12, 13]);
    assert_eq!(
        stage.activities()[1].1.explain()[0],
        "80.0 is 30.0 from the threshold of 50.0: step 2, +3. 10 running +3 = 13."
    );
    // After it, 2 more are 2 more.
    stage.sampled_until(1_500, |_| Some(percent(60)));
    assert_eq!(stage.desired, 15);
}

/// PutScalingPolicy (API reference): with a current capacity of 10, one policy adds 3 and another 200 percent:
/// 30, whichever is triggered first.
#[test]
fn the_policy_with_the_largest_capacity_wins() {
    for (first, second) in [(1, 2), (2, 1)] {
        let all = |kind, adjustment| StepScaling::of(kind, vec![step(Some(0), None, adjustment)]);
        let mut stage = Stage::new();
        stage.metric(M, 60);
        stage.register(service(1, 100), 10);
        stage.policy(1, PolicyKind::Step(all(ChangeInCapacity, 3)));
        stage.policy(2, PolicyKind::Step(all(PercentChangeInCapacity, 200)));
        let mut alarm = alarm(Comparison::GreaterThanThreshold, first);
        alarm.actions.push(PolicyId(second));
        stage.alarm(1, alarm);
        stage.sampled_until(400, |_| Some(percent(60)));
        assert_eq!(stage.desired, 30);
    }
}

/// A step of 0 is for values at which nothing is to change: not even where more is running than is desired,
/// as somebody has just lowered that.
#[test]
fn a_step_of_zero_changes_nothing() {
    for kind in [ChangeInCapacity, PercentChangeInCapacity] {
        let policy = StepScaling::of(kind, vec![step(Some(0), None, 0)]);
        let mut stage = stepped(10, policy);
        stage.tell(Input::DesiredSet {
            target: T,
            desired: 4,
        });
        stage.sampled_until(600, |_| Some(percent(60)));
        assert_eq!(stage.capacities(), NOTHING, "{kind:?}");
        let reason = NotScaledReason::AlreadyAtDesiredCapacity;
        assert_eq!(stage.reasons(), [reason], "{kind:?}");
    }
}

#[test]
fn an_exact_capacity_goes_in_both_directions() {
    let steps = vec![step(Some(0), Some(10), 4), step(Some(10), None, 12)];
    let mut stage = stepped(8, StepScaling::of(ExactCapacity, steps));
    stage.sampled_until(500, |second| {
        Some(percent(if second < 120 { 65 } else { 55 }))
    });
    assert_eq!(stage.capacities(), [12, 4]);
    assert!(stage.activities()[0].1.explain()[0].ends_with("step 2 sets 12."));
}

/// MetricAggregationType, of the three datapoints of an alarm: 52, 58 and 79 have a mean of 63.
#[test]
fn datapoints_are_aggregated() {
    for (aggregation, capacity) in [
        (Aggregation::Minimum, 11),
        (Aggregation::Average, 12),
        (Aggregation::Maximum, 15),
    ] {
        let steps = vec![
            step(Some(0), Some(10), 1),
            step(Some(10), Some(20), 2),
            step(Some(20), None, 5),
        ];
        let mut policy = StepScaling::of(ChangeInCapacity, steps);
        policy.aggregation = aggregation;
        let mut stage = stepped(10, policy);
        let mut three = above(50, 3, 3);
        three.actions = vec![PolicyId(1)];
        stage.alarm(1, three);
        stage.sampled_until(380, |second| match second {
            0..60 => Some(percent(52)),
            60..120 => Some(percent(58)),
            120..180 => Some(percent(79)),
            _ => Some(percent(10)),
        });
        assert_eq!(stage.capacities(), [capacity]);
    }
}

/// Scale-in is blocked until the cooldown has expired ("Cooldown period"), and by a target tracking policy
/// that scales in and is not ready (model choice).
#[test]
fn steps_down_wait_for_their_cooldown_and_for_target_tracking() {
    let down = || {
        let steps = vec![step(None, Some(0), -2)];
        let mut policy = StepScaling::of(ChangeInCapacity, steps);
        policy.cooldown = Some(Span::from_secs(200));
        let mut stage = Stage::new();
        stage.metric(M, 60);
        stage.register(service(1, 100), 10);
        stage.policy(1, PolicyKind::Step(policy));
        stage.alarm(1, alarm(Comparison::LessThanThreshold, 1));
        stage
    };
    let mut stage = down();
    stage.sampled_until(720, |_| Some(percent(30)));
    let times: Vec<_> = stage
        .activities()
        .iter()
        .map(|(at, it)| (*at, it.to))
        .collect();
    assert_eq!(times, [(at(213), 8), (at(453), 6), (at(693), 4)]);
    assert_eq!(
        stage.reasons()[0],
        NotScaledReason::Cooldown {
            until: Some(at(436))
        }
    );

    let mut stage = down();
    stage.track(2, cpu(40));
    stage.sampled_until(720, |_| Some(percent(38)));
    assert_eq!(stage.capacities(), NOTHING);
    let policy = PolicyId(2);
    assert_eq!(stage.reasons(), [NotScaledReason::Disagreement { policy }]);
}

#[test]
fn without_a_step_nothing_happens() {
    let mut stage = stepped(
        10,
        StepScaling::of(ChangeInCapacity, vec![step(Some(20), None, 5)]),
    );
    stage.sampled_until(300, |_| Some(percent(60)));
    assert_eq!(stage.capacities(), NOTHING);
    let metric = Some(percent(60));
    assert_eq!(stage.reasons(), [NotScaledReason::NoStep { metric }]);
    // A policy that is gone is not triggered any more.
    stage.tell(Input::DeletePolicy {
        policy: PolicyId(1),
    });
    stage.sampled_until(900, |_| Some(percent(90)));
    assert_eq!(stage.capacities(), NOTHING);
}

/// "Step scaling policies", step adjustments and limitations; 20 step adjustments (quotas); API reference,
/// StepScalingPolicyConfiguration.
#[test]
fn settings_of_steps_are_checked() {
    let check = |steps: Vec<StepAdjustment>, change: fn(&mut StepScaling)| {
        let mut policy = StepScaling::of(ChangeInCapacity, steps);
        change(&mut policy);
        let policy = PolicyConfiguration {
            name: "p".to_owned(),
            target: T,
            kind: PolicyKind::Step(policy),
        };
        check_policy(&policy, &service(1, 10), [])
    };
    let good = || vec![step(Some(10), None, 2), step(Some(0), Some(10), 1)];
    assert_eq!(check(good(), |_| {}), []);
    assert_eq!(check(vec![], |_| {}), [ScalingError::Steps(0)]);
    let many: Vec<_> = (0..21)
        .map(|it| step(Some(it), (it < 20).then_some(it + 1), 1))
        .collect();
    assert_eq!(check(many[1..].to_vec(), |_| {}), []);
    assert_eq!(check(many, |_| {}), [ScalingError::Steps(21)]);
    let gap = vec![step(Some(0), Some(10), 1), step(Some(11), None, 2)];
    assert_eq!(check(gap, |_| {}), [ScalingError::StepGap]);
    let overlap = vec![step(Some(0), Some(10), 1), step(Some(9), None, 2)];
    assert_eq!(check(overlap, |_| {}), [ScalingError::StepGap]);
    let two_ends = vec![step(Some(0), None, 1), step(Some(10), None, 2)];
    assert_eq!(check(two_ends, |_| {}), [ScalingError::StepGap]);
    assert_eq!(
        check(vec![step(None, None, 1)], |_| {}),
        [ScalingError::StepBounds]
    );
    assert_eq!(
        check(vec![step(Some(5), Some(5), 1)], |_| {})[0],
        ScalingError::StepBounds
    );
    assert_eq!(
        check(vec![step(Some(0), Some(10), 1)], |_| {}),
        [ScalingError::StepEnd]
    );
    assert_eq!(
        check(vec![step(Some(-10), Some(0), 1)], |_| {}),
        [ScalingError::StepEnd]
    );
    let least = check(good(), |it| it.least = Some(2));
    assert_eq!(least, [ScalingError::LeastOfPercent(2)]);
    let percent = check(good(), |it| {
        it.adjustment = PercentChangeInCapacity;
        it.least = Some(2);
    });
    assert_eq!(percent, []);
    let exact = check(vec![step(Some(0), None, -1)], |it| {
        it.adjustment = ExactCapacity
    });
    assert_eq!(exact, [ScalingError::ExactCapacity(-1)]);
    let mut alias = service(1, 10);
    alias.dimension = ScalableDimension::LambdaProvisionedConcurrency;
    let policy = PolicyConfiguration {
        name: "p".to_owned(),
        target: T,
        kind: PolicyKind::Step(StepScaling::of(ChangeInCapacity, good())),
    };
    let errors = check_policy(&policy, &alias, []);
    assert_eq!(errors, [ScalingError::StepsOfLambda]);
    assert_eq!(
        errors[0].to_string(),
        "Provisioned concurrency has no step scaling policies."
    );
    assert!(!errors[0].hint().is_empty());
}
