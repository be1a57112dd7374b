//! Alarms and activities at the moments that AWS has measured.

use super::*;
use crate::timeline::{
    AdjustmentType, Calculation, Comparison, MissingData, NotScaledReason, ScalingActivity,
    ScalingCause, StepAdjustment, StepScaling, TaskStatus,
};
use crate::units::MetricValue;

/// From 22 to 38 requests a second at the tenth minute: from 55 to 95 percent of four tasks.
fn step(metric: ServiceMetric, value: i64) -> ServicePlan {
    let mut plan = web(1_024, 2_048, 4, exponential(100), 22.0);
    plan.arrivals = Arrivals::Curve {
        curve: Curve {
            points: vec![(secs(0), 22.0), (secs(600), 22.0), (secs(600), 38.0)],
            repeats: false,
        },
        spacing: Spacing::Poisson,
    };
    plan.length = secs(1_800);
    plan.scaling = Some(tracked(metric, value));
    plan
}

pub(super) fn activities(kept: &Kept) -> Vec<(f64, ScalingActivity)> {
    let of = |(at, fact): &(Moment, ScalingFact)| match fact {
        ScalingFact::ActivityStarted { change, .. } => {
            Some((seconds(*at), ScalingActivity::clone(change)))
        }
        _ => None,
    };
    kept.scaling.iter().filter_map(of).collect()
}

/// When so many tasks run for the first time.
fn running(kept: &Kept, wanted: usize) -> Option<f64> {
    let mut running = 0;
    for (at, fact) in &kept.facts {
        match fact {
            FargateFact::TaskMoved {
                to: TaskStatus::Running,
                ..
            } => running += 1,
            FargateFact::TaskStopRequested { .. } => running -= 1,
            _ => continue,
        }
        if running == wanted {
            return Some(seconds(*at));
        }
    }
    None
}

/// AWS has measured 363 s to the scale-out and 386 s until all tasks run (containers-roadmap issue 2113,
/// 2026-09-15): 363 is the longest way, for a load that grows just after a minute has begun.
#[test]
fn with_metrics_of_a_minute_it_takes_five_to_six_minutes() {
    let kept = Kept::of(&step(ServiceMetric::Cpu, 60));
    let all = activities(&kept);
    let (at, first) = all.iter().find(|(at, _)| *at > 600.0).unwrap();
    assert!((300.0..=370.0).contains(&(at - 600.0)), "{at}");
    assert_eq!(first.from, 4);
    assert_eq!(first.to, 7, "4 at 95 % for a target of 60 %");
    let ready = running(&kept, 7).unwrap();
    assert!((15.0..=40.0).contains(&(ready - at)), "{ready} {at}");
}

/// The same benchmark with metrics of 20 seconds: 86 s and 109 s.
#[test]
fn with_metrics_of_twenty_seconds_it_takes_a_minute_and_a_half() {
    let kept = Kept::of(&step(ServiceMetric::CpuHighResolution, 60));
    let all = activities(&kept);
    let (at, _) = all.iter().find(|(at, _)| *at > 600.0).unwrap();
    assert!((66.0..=110.0).contains(&(at - 600.0)), "{at}");
}

/// Requests a minute and target: 38 a second are 2,280 a minute; of 300 each they need 8 tasks.
#[test]
fn requests_per_target_are_counted_for_a_minute() {
    let kept = Kept::of(&step(ServiceMetric::Requests, 300));
    let last = activities(&kept).pop().unwrap().1;
    assert!((8..=9).contains(&last.to), "{last:?}");
}

/// "During an in-progress deployment there is no scale-in"; at the end of the load 15 low minutes are waited
/// for, and the maximum is kept.
#[test]
fn scale_in_waits_for_fifteen_low_minutes() {
    let mut plan = step(ServiceMetric::Cpu, 60);
    plan.arrivals = Arrivals::Curve {
        curve: Curve {
            points: vec![(secs(0), 40.0), (secs(1_200), 40.0), (secs(1_200), 2.0)],
            repeats: false,
        },
        spacing: Spacing::Poisson,
    };
    plan.desired = 8;
    plan.length = secs(4_000);
    let kept = Kept::of(&plan);
    let all = activities(&kept);
    let (at, _) = all
        .iter()
        .find(|(at, it)| *at > 1_200.0 && it.to < it.from)
        .unwrap();
    assert!((900.0..=1_100.0).contains(&(at - 1_200.0)), "{at}");
}

#[test]
fn scheduled_bounds_apply_at_their_moment() {
    let mut plan = step(ServiceMetric::Cpu, 60);
    if let Some(scaling) = &mut plan.scaling {
        scaling.schedule.push(BoundsChange {
            at: secs(120),
            minimum: Some(9),
            maximum: None,
        });
    }
    let kept = Kept::of(&plan);
    let (at, first) = activities(&kept).into_iter().next().unwrap();
    assert_eq!((at, first.to), (120.0, 9));
}

/// A quota of 6 vCPUs, which new accounts have, ends all growth.
#[test]
fn the_quota_of_a_new_account_is_six_vcpus() {
    let mut plan = step(ServiceMetric::Cpu, 60);
    plan.account = FargateAccount::default();
    let kept = Kept::of(&plan);
    let most = activities(&kept).into_iter().map(|(_, it)| it.to).max();
    assert!(most > Some(6));
    assert_eq!(running(&kept, 7), None);
    assert!(running(&kept, 6).is_some());
}

/// An alarm of one datapoint at 60 percent; from 20 above it on three tasks are added, before that one.
fn stepped(comparison: Comparison) -> StepPlan {
    let step = |lower: i64, upper: Option<i64>, adjustment| StepAdjustment {
        lower: Some(MetricValue::whole(lower)),
        upper: upper.map(MetricValue::whole),
        adjustment,
    };
    StepPlan {
        metric: ServiceMetric::Cpu,
        alarm: AlarmPlan {
            comparison,
            threshold: MetricValue::whole(60),
            period: None,
            evaluation_periods: 1,
            datapoints_to_alarm: 1,
            missing: MissingData::Missing,
        },
        scaling: StepScaling::of(
            AdjustmentType::ChangeInCapacity,
            vec![step(0, Some(20), 1), step(20, None, 3)],
        ),
    }
}

/// With step scaling the alarm is the user's: one datapoint instead of three is two minutes less, and the lag of
/// metrics stays. 95 percent is 35 above the threshold, in the step from 20 on: bounds are relative to it (Application
/// Auto Scaling API reference in botocore 1.43.11 of 2026, StepAdjustment).
#[test]
fn a_step_follows_from_how_far_the_metric_is_above_the_threshold() {
    let mut plan = step(ServiceMetric::Cpu, 60);
    let scaling = plan.scaling.as_mut().unwrap();
    let stepped = stepped(Comparison::GreaterThanOrEqualToThreshold);
    scaling.policies = vec![PolicyPlan::Step(stepped)];
    let kept = Kept::of(&plan);
    let all = activities(&kept);
    let (at, first) = all.first().unwrap();
    assert!((150.0..=280.0).contains(&(at - 600.0)), "{at}");
    assert_eq!((first.from, first.to), (4, 7));
    let ScalingCause::Policy(decision) = &first.cause else {
        panic!("{first:?}");
    };
    assert!(matches!(
        decision.calculation,
        Calculation::Step {
            step: 1,
            change: 3,
            ..
        }
    ));
}

/// An alarm below the threshold finds no step above it, and nothing happens but that it is said.
#[test]
fn an_alarm_whose_side_has_no_step_changes_nothing() {
    let mut plan = step(ServiceMetric::Cpu, 60);
    let scaling = plan.scaling.as_mut().unwrap();
    scaling.policies = vec![PolicyPlan::Step(stepped(Comparison::LessThanThreshold))];
    let kept = Kept::of(&plan);
    assert_eq!(activities(&kept).len(), 0);
    assert!(kept.scaling.iter().any(|(_, fact)| matches!(
        fact,
        ScalingFact::NotScaled(it) if matches!(it.reason, NotScaledReason::NoStep { .. })
    )));
}

/// Target tracking and steps together: no alarm takes another's place, and steps are the first.
#[test]
fn steps_and_target_tracking_have_alarms_of_their_own() {
    let mut plan = step(ServiceMetric::Cpu, 60);
    let scaling = plan.scaling.as_mut().unwrap();
    let stepped = stepped(Comparison::GreaterThanOrEqualToThreshold);
    scaling.policies.push(PolicyPlan::Step(stepped));
    let kept = Kept::of(&plan);
    let mut alarms: Vec<crate::units::AlarmId> = kept
        .scaling
        .iter()
        .filter_map(|(_, fact)| match fact {
            ScalingFact::AlarmConfigured { alarm, .. } => Some(*alarm),
            _ => None,
        })
        .collect();
    alarms.sort();
    alarms.dedup();
    assert_eq!(alarms.len(), 3);
    let all = activities(&kept);
    let by_steps = |it: &ScalingActivity| {
        matches!(&it.cause, ScalingCause::Policy(decision)
            if matches!(decision.calculation, Calculation::Step { .. }))
    };
    // Its one datapoint is there before the three of target tracking.
    assert!(by_steps(&all.first().unwrap().1));
    assert!(all.iter().any(|(_, it)| it.to >= 7));
}

/// What tasks need without any requests does not become less with more tasks: memory is then no metric to track,
/// and the service grows to its maximum.
#[test]
fn memory_that_tasks_need_anyway_cannot_be_tracked() {
    let mut plan = step(ServiceMetric::Memory, 60);
    plan.requests.idle_memory = plan.memory() * 8 / 10;
    plan.scaling.as_mut().unwrap().maximum = 9;
    plan.length = secs(3_600);
    let kept = Kept::of(&plan);
    let to: Vec<u32> = activities(&kept).iter().map(|(_, it)| it.to).collect();
    // ceil(4 * 80 / 60), and so on.
    assert_eq!(to.first(), Some(&6));
    assert_eq!(to.last(), Some(&9));
}

#[test]
fn step_scaling_that_cannot_be_is_refused() {
    let mut plan = step(ServiceMetric::Cpu, 60);
    let mut stepped = stepped(Comparison::GreaterThanOrEqualToThreshold);
    stepped.alarm.period = Some(secs(45));
    stepped.alarm.datapoints_to_alarm = 2;
    stepped.scaling.least = Some(2);
    plan.scaling.as_mut().unwrap().policies = vec![PolicyPlan::Step(stepped)];
    let words: Vec<String> = plan.check().iter().map(ToString::to_string).collect();
    for wanted in ["45", "2 of 1 datapoints", "minimum magnitude"] {
        assert!(words.iter().any(|it| it.contains(wanted)), "{words:?}");
    }
}
