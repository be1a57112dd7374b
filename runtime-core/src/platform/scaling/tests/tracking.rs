//! Target tracking.

use super::stage::{M, NOTHING, Stage, T, above, at, cpu, percent, service};
use crate::platform::scaling::{FULFILMENT_LIMIT, Input, ScalingError, check_policy, check_target};
use crate::timeline::{
    ActivityStatus, AdjustmentType, AlarmConfiguration, AlarmState, Calculation, Limit,
    MetricSource, MetricStatistic, MissingData, NotScaled, NotScaledReason, PolicyConfiguration,
    PolicyKind, PredefinedMetric, ScalableDimension, ScalableTargetConfiguration, ScalingCause,
    ScalingFact, Statistic, StepAdjustment, StepScaling, SuspendedState, TargetTracking,
    TrackedMetric,
};
use crate::units::{MetricId, MetricValue, PolicyId, Span};

use ActivityStatus::{Overridden, Successful, Unfulfilled};

/// The alarms that there are, in the order of their creation.
fn alarms(stage: &Stage) -> Vec<AlarmConfiguration> {
    let of = |(_, fact): &(_, ScalingFact)| match fact {
        ScalingFact::AlarmConfigured { configuration, .. } => {
            Some(AlarmConfiguration::clone(configuration))
        }
        _ => None,
    };
    stage.facts.iter().filter_map(of).collect()
}

/// An export of a policy's alarms, of which there are copies in public repositories: above 70 in 3 of 3
/// minutes, below 63 in 15 of 15, average, missing; 3 and 15 in github.com/aws/containers-roadmap issue 1208
/// (2020) as well. Names as in the API reference, DescribeScalingActivities.
#[test]
fn a_policy_creates_two_alarms() {
    let stage = Stage::tracked((1, 10), 2, 70);
    let [high, low] = &alarms(&stage)[..] else {
        panic!("two alarms");
    };
    let prefix = "TargetTracking-service/my-cluster/my-service-";
    assert!(
        high.name.starts_with(&format!("{prefix}AlarmHigh-")),
        "{}",
        high.name
    );
    assert!(
        low.name.starts_with(&format!("{prefix}AlarmLow-")),
        "{}",
        low.name
    );
    assert_eq!(low.name.len(), prefix.len() + "AlarmLow-".len() + 36);
    let said = |alarm: &AlarmConfiguration| {
        let seconds = alarm.period.as_nanos() / 1_000_000_000;
        let points = (alarm.datapoints_to_alarm, alarm.evaluation_periods);
        (alarm.threshold, alarm.comparison.words(), points, seconds)
    };
    assert_eq!(said(high), (percent(70), "greater than", (3, 3), 60));
    assert_eq!(said(low), (percent(63), "less than", (15, 15), 60));
    assert_eq!(
        (high.missing, low.missing),
        (MissingData::Missing, MissingData::Missing)
    );
    assert_eq!(high.actions, [PolicyId(1)]);
}

/// Lambda developer guide, "Configuring provisioned concurrency": target 0.7, alarms above 70 and below 63
/// percent, `TargetTracking-function:my-function:BLUE-AlarmHigh-...`. Messages of an activity of 2022-07-02
/// that is public in a repository.
#[test]
fn provisioned_concurrency_is_tracked_at_a_fraction() {
    let mut stage = Stage::new();
    stage.metric(M, 60);
    let mut alias = service(1, 100);
    alias.dimension = ScalableDimension::LambdaProvisionedConcurrency;
    alias.resource = "function:my-function:BLUE".to_owned();
    stage.register(alias, 100);
    let kind = PredefinedMetric::LambdaProvisionedConcurrencyUtilization;
    let value = MetricValue::from_decimal("0.7").unwrap();
    stage.track(
        1,
        TargetTracking::of(TrackedMetric::Predefined { kind, metric: M }, value),
    );
    let [high, low] = &alarms(&stage)[..] else {
        panic!("two alarms");
    };
    assert!(
        high.name
            .starts_with("TargetTracking-function:my-function:BLUE-AlarmHigh-")
    );
    assert_eq!(low.threshold, MetricValue::from_decimal("0.63").unwrap());
    // "Application Auto Scaling decreases provisioned concurrency in smaller periodic steps": there is no
    // cooldown by default, and a step is a tenth.
    let tenth = MetricValue::from_decimal("0.1").unwrap();
    stage.sampled_until(1_200, |_| Some(tenth));
    assert_eq!(stage.capacities(), [90, 81, 72]);
    let (_, change) = &stage.activities()[0];
    let lambda = ScalableDimension::LambdaProvisionedConcurrency;
    assert_eq!(
        change.description(lambda),
        "Setting desired concurrency to 90."
    );
    assert_eq!(
        change.status_message(lambda, Successful),
        "Successfully set desired concurrency to 90. Change successfully fulfilled by lambda."
    );
}

/// The running count times the metric, by the target (model choice); Nomad's documentation has an example of
/// the same law (10 at 80, 70: 12).
#[test]
fn capacity_is_proportional_to_what_runs_and_rounded_up() {
    for (running, metric, target, desired) in [
        (10, 80, 50, 16),
        (4, 90, 70, 6),
        (3, 51, 50, 4),
        (10, 80, 70, 12),
    ] {
        let mut stage = Stage::tracked((1, 100), running, target);
        stage.sampled_until(340, |_| Some(percent(metric)));
        assert_eq!(
            stage.capacities(),
            [desired],
            "{running} at {metric}, target {target}"
        );
    }
}

/// AWS has measured 363 s until it is triggered and 386 s until all tasks are up with 60-second metrics, 86
/// and 109 with 20-second metrics (github.com/aws/containers-roadmap issue 2113, 2026). Tasks take 23 s to
/// start.
#[test]
fn all_tasks_are_up_as_late_as_aws_has_measured() {
    use PredefinedMetric::*;
    for (kind, resolution, step, triggered, up) in [
        (ECSServiceAverageCPUUtilization, 60, 630, 363, 386),
        (
            ECSServiceAverageCPUUtilizationHighResolution,
            20,
            610,
            86,
            109,
        ),
    ] {
        let mut stage = Stage::new();
        stage.metric(M, resolution);
        stage.register(service(1, 20), 4);
        let metric = TrackedMetric::Predefined { kind, metric: M };
        stage.track(1, TargetTracking::of(metric, percent(70)));
        stage.sampled_until(1_100, |second| {
            Some(percent(if second < step { 40 } else { 95 }))
        });
        assert_eq!(stage.activities()[0].0, at(step + triggered));
        assert_eq!(stage.ends()[0], (at(step + up), Successful));
    }
}

/// Application Auto Scaling user guide, "Scaling activities" and API reference, DescribeScalingActivities.
#[test]
fn an_activity_is_told_in_awss_words_and_explained() {
    let mut stage = Stage::tracked((1, 5), 4, 70);
    stage.sampled_until(400, |_| Some(percent(90)));
    let (_, change) = &stage.activities()[0];
    let ecs = ScalableDimension::EcsDesiredCount;
    assert_eq!(change.description(ecs), "Setting desired count to 5.");
    let name = &alarms(&stage)[0].name;
    assert_eq!(
        change.cause(name, "policy-1"),
        format!("monitor alarm {name} in state ALARM triggered policy policy-1")
    );
    for (status, message) in [
        (
            ActivityStatus::InProgress,
            "Successfully set desired count to 5. Waiting for change to be fulfilled by ecs.",
        ),
        (
            Successful,
            "Successfully set desired count to 5. Change successfully fulfilled by ecs.",
        ),
    ] {
        assert_eq!(change.status_message(ecs, status), message);
    }
    assert_eq!(
        change.explain(),
        [
            "4 running x 90.0 / 70.0 = 5.142857, rounded up to 6.",
            "No more than the maximum of 5.",
            "Desired: 4 before, 5 now.",
        ]
    );
    // "the number of tasks is already at the maximum": once, although the alarm goes on.
    stage.sampled_until(1_500, |_| Some(percent(90)));
    let told = stage.not_scaled();
    let reason = NotScaledReason::AlreadyAtMaxCapacity { maximum: 5 };
    assert_eq!(stage.reasons(), [reason]);
    assert_eq!(reason.code(), Some("AlreadyAtMaxCapacity"));
    assert_eq!(
        NotScaled::DESCRIPTION,
        "Attempting to scale due to alarm triggered"
    );
    assert_eq!(
        NotScaled::cause("high", "p"),
        "monitor alarm high in state ALARM triggered policy p"
    );
    assert_eq!(
        told[0].explain()[1..],
        ["The maximum is 5.", "Desired: 5 as before."]
    );
}

/// User guide, "Cooldown period": what the last scale-out added counts until its cooldown is over, and a
/// larger request goes through. The cooldown begins when the activity has completed.
#[test]
fn what_was_added_counts_during_the_cooldown() {
    let mut stage = Stage::tracked((1, 100), 10, 50);
    let mut slow = cpu(50);
    slow.scale_out_cooldown = Some(Span::from_secs(900));
    stage.track(1, slow);
    stage.sampled_until(1_800, |second| match second {
        // 10 at 80: 16.
        0..360 => Some(percent(80)),
        // 10 at 60 are 12: fewer than there are.
        360..600 => Some(percent(60)),
        // 10 at 90 are 18.
        600..900 => Some(percent(90)),
        // After the cooldown nothing counts any more: 18 at 60 are 22.
        _ => Some(percent(60)),
    });
    assert_eq!(stage.capacities(), [16, 18, 22]);
    let activities = stage.activities();
    let (second, change) = &activities[1];
    assert_eq!(*second, at(660 + 153));
    let ScalingCause::Policy(decision) = &change.cause else {
        panic!("a policy");
    };
    assert_eq!(decision.limits, [Limit::Counted { before: 10 }]);
    assert_eq!(
        change.explain()[..2],
        [
            "10 running x 90.0 / 50.0 = 18.0, rounded up to 18.",
            "The last scale-out is not over, so that what it added counts: calculated with the 10 from before it.",
        ]
    );
    let (last, _) = activities[2];
    let over = stage.ends()[1].0 + Span::from_secs(900);
    assert!(last >= over && last < over + Span::from_secs(60));
    assert_eq!(
        stage.reasons()[0],
        NotScaledReason::AlreadyAtDesiredCapacity
    );
}

/// Without a cooldown, datapoints from before new tasks were there do not ask for them again (model choice).
#[test]
fn old_datapoints_do_not_count_twice() {
    let mut stage = Stage::tracked((1, 100), 10, 50);
    let mut quick = cpu(50);
    quick.scale_out_cooldown = Some(Span::ZERO);
    stage.track(1, quick);
    stage.worked_until(1_800, |_| 800);
    assert_eq!(stage.capacities(), [16]);
}

/// 15 low minutes, below nine tenths; then a tenth at once (model choice), 300 s apart, down to the minimum.
#[test]
fn scale_in_is_late_and_gradual() {
    let mut stage = Stage::tracked((17, 100), 20, 50);
    // 45 is not below 45.
    stage.sampled_until(1_800, |_| Some(percent(45)));
    assert_eq!(stage.capacities(), NOTHING);
    stage.sampled_until(5_400, |_| Some(percent(20)));
    assert_eq!(stage.capacities(), [18, 17]);
    let (first, change) = &stage.activities()[0];
    assert_eq!(*first, at(1_800 + 15 * 60 + 153));
    let ScalingCause::Policy(decision) = &change.cause else {
        panic!("a policy");
    };
    let gradual = Limit::Gradual {
        removed: 2,
        capacity: 18,
    };
    assert_eq!(decision.limits, [gradual]);
    let (second, _) = stage.activities()[1];
    // The first evaluation after 23 s until it was done and 300 s of cooldown.
    assert_eq!(second, *first + Span::from_secs(360));
    let minimum = NotScaledReason::AlreadyAtMinCapacity { minimum: 17 };
    assert_eq!(stage.reasons().last(), Some(&minimum));
}

/// "AutoScalingAnticipatedFlapping": 2 tasks at 60 are one at 120, with a target of 70.
#[test]
fn nothing_is_removed_that_would_be_added_again() {
    let mut stage = Stage::tracked((1, 10), 2, 70);
    stage.sampled_until(1_800, |_| Some(percent(60)));
    assert_eq!(stage.capacities(), NOTHING);
    assert_eq!(stage.reasons(), [NotScaledReason::AnticipatedFlapping]);
}

/// "if another alarm triggers a scale-out policy during the cooldown period after a scale-in event, Application
/// Auto Scaling scales out your scalable target immediately."
#[test]
fn a_scale_out_ends_the_cooldown_of_a_scale_in() {
    let mut stage = Stage::tracked((1, 100), 10, 50);
    let mut slow = cpu(50);
    slow.scale_in_cooldown = Some(Span::from_secs(3_600));
    stage.track(1, slow);
    stage.sampled_until(1_140, |_| Some(percent(20)));
    assert_eq!(stage.capacities(), [9]);
    stage.sampled_until(1_500, |_| Some(percent(90)));
    assert_eq!(stage.capacities(), [9, 17]);
}

#[test]
fn scale_in_can_be_disabled() {
    let mut stage = Stage::tracked((1, 100), 10, 50);
    let mut out_only = cpu(50);
    out_only.disable_scale_in = true;
    stage.track(1, out_only);
    stage.sampled_until(3_600, |_| Some(percent(1)));
    assert_eq!(stage.capacities(), NOTHING);
    assert_eq!(stage.reasons(), []);
}

const MEMORY: MetricId = MetricId(2);

/// A service with a policy on CPU and one on memory, which is at the same percentage all the time.
fn with_memory(disable_scale_in: bool, percentage: Option<i64>, minutes: u64) -> Stage {
    let mut stage = Stage::tracked((1, 100), 10, 50);
    stage.metric(MEMORY, 60);
    let kind = PredefinedMetric::ECSServiceAverageMemoryUtilization;
    let metric = TrackedMetric::Predefined {
        kind,
        metric: MEMORY,
    };
    let mut memory = TargetTracking::of(metric, percent(60));
    memory.disable_scale_in = disable_scale_in;
    stage.track(2, memory);
    for minute in 0..minutes {
        if let Some(percentage) = percentage {
            stage.sample(MEMORY, percent(percentage));
        }
        stage.sampled_until(60 * (minute + 1), |_| Some(percent(20)));
    }
    stage
}

/// "... will scale in only if all of the target tracking policies (with the scale-in portion enabled) are
/// ready to scale in"; a policy without data is not.
#[test]
fn all_policies_have_to_agree_to_scale_in() {
    let disagreement = NotScaledReason::Disagreement {
        policy: PolicyId(2),
    };
    for percentage in [Some(58), None] {
        let stage = with_memory(false, percentage, 40);
        assert_eq!(stage.capacities(), NOTHING, "{percentage:?}");
        assert_eq!(stage.reasons(), [disagreement]);
    }
    assert_eq!(with_memory(true, Some(58), 20).capacities(), [9]);
    assert_eq!(with_memory(false, Some(30), 20).capacities(), [9]);
}

/// "scales based on the policy that provides the largest capacity for both scale in and scale out": memory
/// at 53 with a target of 60 needs 9 of 10.
#[test]
fn the_largest_capacity_is_taken() {
    let mut stage = with_memory(false, Some(53), 15);
    stage.track(1, cpu(50));
    for minute in 15..33 {
        stage.sample(MEMORY, percent(53));
        stage.sampled_until(60 * (minute + 1), |_| Some(percent(20)));
    }
    assert_eq!(stage.capacities()[0], 9);
    let decisions = stage.activities();
    let ScalingCause::Policy(decision) = &decisions[0].1.cause else {
        panic!("a policy");
    };
    let largest = Limit::LargestPolicy {
        policy: PolicyId(2),
        capacity: 9,
    };
    assert_eq!(decision.limits, [largest]);
    // Both want more: the larger of 10 * 80 / 50 and 10 * 90 / 60.
    let mut stage = with_memory(false, Some(90), 1);
    for minute in 1..8 {
        stage.sample(MEMORY, percent(90));
        stage.sampled_until(60 * (minute + 1), |_| Some(percent(80)));
    }
    assert_eq!(stage.desired, 16);
}

/// ECS developer guide, "Service auto scaling": scale-in is off while a deployment is in progress, scale-out
/// is not.
#[test]
fn nothing_scales_in_during_a_deployment() {
    let mut stage = Stage::tracked((1, 100), 10, 50);
    let deployment = |in_progress| Input::Deployment {
        target: T,
        in_progress,
    };
    stage.tell(deployment(true));
    stage.sampled_until(1_800, |_| Some(percent(20)));
    assert_eq!(stage.capacities(), NOTHING);
    assert_eq!(stage.reasons(), [NotScaledReason::Deployment]);
    stage.tell(deployment(false));
    stage.sampled_until(1_860, |_| Some(percent(20)));
    assert_eq!(stage.capacities(), [9]);
    stage.tell(deployment(true));
    stage.sampled_until(2_400, |_| Some(percent(90)));
    assert_eq!(stage.capacities(), [9, 17]);
}

/// ECS developer guide: below the minimum a scale-out first lifts to it, and a scale-in changes nothing;
/// above the maximum the reverse.
#[test]
fn what_is_out_of_bounds_comes_back_first() {
    let capacities = |set: u32, percentage| {
        let mut stage = Stage::tracked((5, 20), 10, 50);
        stage.set_desired(set);
        stage.sampled_until(1_200, |_| Some(percent(percentage)));
        stage.capacities()
    };
    assert_eq!(capacities(2, 90)[..1], [5]);
    assert_eq!(capacities(2, 20), NOTHING);
    assert_eq!(capacities(30, 20)[..1], [20]);
    assert_eq!(capacities(30, 90), NOTHING);
}

/// Amazon ECS developer guide (2023), "Service auto scaling": from 0 it waits for one datapoint, then adds the
/// smallest amount.
#[test]
fn from_zero_one_datapoint_is_enough() {
    let mut stage = Stage::tracked((0, 10), 0, 50);
    stage.sampled_until(600, |_| None);
    assert_eq!(
        stage.capacities(),
        NOTHING,
        "without a datapoint nothing happens"
    );
    stage.sampled_until(900, |_| Some(percent(90)));
    let (first, change) = &stage.activities()[0];
    assert_eq!((*first, change.to), (at(660 + 153), 1));
    assert!(matches!(
        &change.cause,
        ScalingCause::Policy(it) if matches!(it.calculation, Calculation::FromZero { .. })
    ));
}

/// "It does not perform scale in because it does not interpret insufficient data as low utilization."
#[test]
fn missing_data_scales_nothing() {
    let mut stage = Stage::tracked((1, 10), 5, 50);
    stage.sampled_until(600, |_| Some(percent(45)));
    stage.sampled_until(7_200, |_| None);
    assert_eq!(stage.capacities(), NOTHING);
    let low = stage.states(2);
    assert_eq!(
        low.last().map(|it| it.1),
        Some(AlarmState::InsufficientData)
    );
    // Requests for each target are zero where none come: down to a minimum of 0.
    let mut stage = Stage::new();
    stage.metric(M, 60);
    stage.register(service(0, 10), 2);
    let kind = PredefinedMetric::ALBRequestCountPerTarget;
    stage.track(
        1,
        TargetTracking::of(
            TrackedMetric::Predefined { kind, metric: M },
            percent(1_000),
        ),
    );
    stage.sampled_until(2_400, |_| Some(MetricValue::ZERO));
    assert_eq!(stage.capacities(), [1, 0]);
}

/// User guide, "Suspending and resuming scaling".
#[test]
fn what_is_suspended_does_not_happen() {
    let suspended = |scale_in, scale_out| {
        let suspended = SuspendedState {
            scale_in,
            scale_out,
            scheduled: false,
        };
        ScalableTargetConfiguration {
            suspended,
            ..service(1, 100)
        }
    };
    let mut stage = Stage::tracked((1, 100), 10, 50);
    stage.register(suspended(true, false), 10);
    stage.sampled_until(1_800, |_| Some(percent(20)));
    assert_eq!(stage.reasons(), [NotScaledReason::Suspended]);
    stage.register(suspended(false, true), 10);
    // "When you resume scale in, Application Auto Scaling evaluates policies with alarm thresholds that are
    // currently in breach."
    stage.sampled_until(1_860, |_| Some(percent(20)));
    assert_eq!(stage.capacities(), [9]);
    stage.sampled_until(2_700, |_| Some(percent(90)));
    assert_eq!(stage.capacities(), [9]);
    stage.register(service(1, 100), 9);
    stage.sampled_until(2_760, |_| Some(percent(90)));
    assert_eq!(stage.capacities(), [9, 17]);
}

/// A queue's length for each task that is running, as metric math: 1,000 messages for 3 tasks with 100 each
/// are exactly 10.
#[test]
fn backlog_per_task_is_metric_math() {
    let (queue, tasks) = (MetricId(2), MetricId(3));
    let mut stage = Stage::new();
    stage.metric(queue, 60);
    stage.metric(tasks, 60);
    stage.register(service(1, 50), 3);
    let of = |metric, statistic| MetricStatistic { metric, statistic };
    let source = MetricSource::Quotient {
        dividend: of(queue, Statistic::Sum),
        divisor: of(tasks, Statistic::Average),
    };
    stage.track(
        1,
        TargetTracking::of(TrackedMetric::Customized(source), percent(100)),
    );
    for minute in 0..6 {
        stage.sample(queue, percent(1_000));
        stage.sample(tasks, percent(3));
        stage.run_until(at(60 * (minute + 1)));
    }
    assert_eq!(stage.capacities(), [10]);
}

/// User guide, "Scaling activities": Successful, Overridden, Unfulfilled.
#[test]
fn activities_come_to_an_end() {
    let mut stage = Stage::tracked((1, 100), 10, 50);
    stage.delay = Span::from_secs(400);
    stage.sampled_until(360, |_| Some(percent(80)));
    assert_eq!(stage.capacities(), [16]);
    // A larger request while nothing new is running.
    stage.sampled_until(600, |_| Some(percent(95)));
    assert_eq!(stage.capacities(), [16, 19]);
    assert_eq!(stage.ends(), [(at(573), Overridden)]);
    // Somebody sets it by hand.
    stage.set_desired(12);
    assert_eq!(stage.ends()[1].1, Overridden);

    let mut stage = Stage::tracked((1, 16), 10, 50);
    stage.delay = Span::from_secs(86_400);
    stage.sampled_until(3_000, |_| Some(percent(80)));
    assert_eq!(stage.ends(), [(at(333) + FULFILMENT_LIMIT, Unfulfilled)]);
}

/// Nobody waits for what a target that is gone was set to.
#[test]
fn an_activity_ends_with_its_target() {
    let mut stage = Stage::tracked((1, 100), 10, 50);
    stage.delay = Span::from_secs(400);
    stage.sampled_until(360, |_| Some(percent(80)));
    assert_eq!(stage.capacities(), [16]);
    stage.tell(Input::DeregisterTarget { target: T });
    assert_eq!(stage.ends(), [(at(360), Overridden)]);
    let gone = stage.facts.last().map(|(_, fact)| fact);
    assert_eq!(gone, Some(&ScalingFact::TargetDeregistered { target: T }));
    // Once, and not one that was over.
    stage.run_until(at(400) + FULFILMENT_LIMIT);
    assert_eq!(stage.ends().len(), 1);
    let mut stage = Stage::tracked((1, 100), 10, 50);
    stage.sampled_until(360, |_| Some(percent(80)));
    assert_eq!(stage.ends(), [(at(356), Successful)]);
    stage.tell(Input::DeregisterTarget { target: T });
    assert_eq!(stage.ends().len(), 1);
}

/// What a metric keeps is as much as the alarm needs that looks furthest back, whatever other alarms of it
/// there are: 15 minutes of 20-second datapoints for the alarm below the target.
#[test]
fn a_short_alarm_leaves_a_long_one_its_datapoints() {
    let mut stage = Stage::new();
    stage.metric(M, 20);
    stage.register(service(1, 20), 10);
    let kind = PredefinedMetric::ECSServiceAverageCPUUtilizationHighResolution;
    let metric = TrackedMetric::Predefined { kind, metric: M };
    stage.track(1, TargetTracking::of(metric, percent(70)));
    let steps = vec![StepAdjustment {
        lower: Some(MetricValue::ZERO),
        upper: None,
        adjustment: 2,
    }];
    let policy = StepScaling::of(AdjustmentType::ChangeInCapacity, steps);
    stage.policy(2, PolicyKind::Step(policy));
    let mut alarm = above(90, 3, 3);
    alarm.period = Span::from_secs(20);
    alarm.actions = vec![PolicyId(2)];
    let id = stage.scaling.next_alarm();
    assert_eq!(id.0, 3, "after those of the policy");
    stage.alarm(id.0, alarm);
    stage.sampled_until(1_000, |_| Some(percent(10)));
    assert_eq!(stage.capacities(), [9]);
}

/// With a load that is spread over what is running, it settles.
#[test]
fn it_settles_at_its_target() {
    let mut stage = Stage::tracked((1, 100), 10, 50);
    stage.worked_until(7_200, |second| if second < 1_800 { 480 } else { 960 });
    // 960 % of a task at 50 %: 20.
    assert_eq!((stage.desired, stage.running), (20, 20));
    // All but one are removed, more slowly the fewer there are.
    stage.worked_until(12 * 3_600, |_| 45);
    assert_eq!(stage.desired, 1);
    let sizes: Vec<u32> = stage.capacities();
    assert!(
        sizes
            .windows(2)
            .all(|it| it[1] > it[0] || it[0] - it[1] <= 2),
        "{sizes:?}"
    );
}

/// Policies, and the alarms that were created for them, go with their target.
#[test]
fn alarms_go_with_their_policy() {
    let mut stage = Stage::tracked((1, 100), 10, 50);
    stage.track(1, cpu(60));
    let deleted = |stage: &Stage| {
        let gone = |(_, fact): &&(_, ScalingFact)| matches!(fact, ScalingFact::AlarmDeleted { .. });
        stage.facts.iter().filter(gone).count()
    };
    assert_eq!(deleted(&stage), 2);
    assert_eq!(stage.scaling.policies(T).count(), 1);
    stage.tell(Input::DeregisterTarget { target: T });
    assert_eq!(deleted(&stage), 4);
    assert_eq!(stage.scaling.policies(T).count(), 0);
    assert!(stage.scaling.target(T).is_none());
    let told = stage.facts.len();
    stage.sampled_until(3_600, |_| Some(percent(90)));
    assert_eq!(stage.facts.len(), told);
}

/// User guide: bounds that are changed change what is desired; the messages are those of a tutorial of 2019.
#[test]
fn new_bounds_are_kept_at_once() {
    let mut stage = Stage::tracked((1, 100), 10, 50);
    stage.register(service(15, 20), 10);
    stage.run_until(at(100));
    stage.register(service(5, 12), 15);
    stage.run_until(at(200));
    assert_eq!(stage.capacities(), [15, 12]);
    let causes = stage.activities();
    let causes: Vec<_> = causes.iter().map(|(_, it)| it.cause("", "")).collect();
    assert_eq!(
        causes,
        [
            "minimum capacity was set to 15",
            "maximum capacity was set to 12"
        ]
    );
}

/// API reference, PutScalingPolicy and RegisterScalableTarget; user guide, quotas (50 policies for each
/// target) and "Target tracking" (each policy with another metric); Lambda developer guide (10 to 90 %).
#[test]
fn settings_of_targets_and_policies_are_checked() {
    let target = service(5, 20);
    assert_eq!(check_target(&target), []);
    let mut wrong = service(5, 4);
    wrong.resource.clear();
    assert_eq!(
        check_target(&wrong),
        [
            ScalingError::Resource(String::new()),
            ScalingError::Bounds {
                minimum: 5,
                maximum: 4
            }
        ]
    );
    let policy = |name: &str, tracking| PolicyConfiguration {
        name: name.to_owned(),
        target: T,
        kind: PolicyKind::TargetTracking(tracking),
    };
    let check = |policy: &PolicyConfiguration| check_policy(policy, &target, []);
    assert_eq!(check(&policy("p", cpu(70))), []);
    assert_eq!(
        check(&policy("", cpu(70))),
        [ScalingError::PolicyName(String::new())]
    );
    for value in [0, -1] {
        let errors = check(&policy("p", cpu(value)));
        assert_eq!(errors, [ScalingError::TargetValue(percent(value))]);
    }
    let mut odd = cpu(70);
    odd.scale_in_cooldown = Some(Span::from_millis(1_500));
    let cooldown = ScalingError::Cooldown(Span::from_millis(1_500));
    assert_eq!(check(&policy("p", odd)), [cooldown]);
    let kind = PredefinedMetric::LambdaProvisionedConcurrencyUtilization;
    let lambda = TargetTracking::of(TrackedMetric::Predefined { kind, metric: M }, percent(1));
    assert_eq!(
        check(&policy("p", lambda)),
        [ScalingError::MetricOfOthers(kind)]
    );
    let mut alias = service(1, 2);
    alias.dimension = ScalableDimension::LambdaProvisionedConcurrency;
    for (value, fits) in [("0.1", true), ("0.9", true), ("0.05", false), ("70", false)] {
        let value = MetricValue::from_decimal(value).unwrap();
        let tracking = TargetTracking { value, ..lambda };
        let errors = check_policy(&policy("p", tracking), &alias, []);
        let wrong = ScalingError::Utilization(value);
        assert_eq!(errors, if fits { vec![] } else { vec![wrong] });
    }
    let first = policy("first", cpu(70));
    let errors = check_policy(&policy("second", cpu(50)), &target, [&first]);
    assert_eq!(errors, [ScalingError::SameMetric("first".to_owned())]);
    let kind = PredefinedMetric::ECSServiceAverageMemoryUtilization;
    let memory = TargetTracking::of(TrackedMetric::Predefined { kind, metric: M }, percent(1));
    let others = vec![&first; 50];
    let errors = check_policy(&policy("p", memory), &target, others);
    assert_eq!(errors, [ScalingError::TooManyPolicies]);
    let errors = check_policy(&policy("first", memory), &target, [&first]);
    assert_eq!(errors, [ScalingError::NameTaken("first".to_owned())]);
    assert!(
        errors
            .iter()
            .all(|it| !it.hint().is_empty() && !it.to_string().is_empty())
    );
}

/// What happened goes into files (JSON) and to workers (postcard).
#[test]
fn facts_survive_their_encodings() {
    let mut stage = Stage::tracked((1, 12), 10, 50);
    stage.worked_until(7_200, |second| if second < 3_600 { 800 } else { 90 });
    assert!(stage.facts.len() > 200);
    for (_, fact) in &stage.facts {
        let text = serde_json::to_string(fact).unwrap();
        assert_eq!(&serde_json::from_str::<ScalingFact>(&text).unwrap(), fact);
        let bytes = postcard::to_stdvec(fact).unwrap();
        assert_eq!(&postcard::from_bytes::<ScalingFact>(&bytes).unwrap(), fact);
    }
}
