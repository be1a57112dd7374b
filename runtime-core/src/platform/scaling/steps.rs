//! Step scaling: the capacity is changed by how far a metric is from an alarm's threshold (Application Auto
//! Scaling user guide, "Step scaling policies").
//!
//! Model choice: what the steps are compared with is the aggregate of the datapoints that took the alarm to
//! its state; AWS says "the most recent metric data points from CloudWatch".

use super::alarms::Evaluated;
use super::policies::Triggered;
use super::tracking::default_cooldown;
use super::{AutoScaling, Out};
use crate::timeline::{
    AdjustmentType, Calculation, NotScaledReason, PolicyKind, StepAdjustment, StepScaling,
};
use crate::units::{MetricValue, Moment};

/// The step for a difference from the threshold. "If the metric value is above the breach threshold, the lower
/// bound is inclusive and the upper bound is exclusive. If the metric value is below the breach threshold, the
/// lower bound is exclusive and the upper bound is inclusive." At the threshold itself it is as the alarm
/// compares.
fn step_for(
    steps: &[StepAdjustment],
    difference: MetricValue,
    alarm_is_greater: bool,
) -> Option<(usize, &StepAdjustment)> {
    let above = match difference {
        MetricValue::ZERO => alarm_is_greater,
        _ => difference > MetricValue::ZERO,
    };
    let within = |step: &StepAdjustment| {
        let lower = step.lower.is_none_or(|lower| match above {
            true => lower <= difference,
            false => lower < difference,
        });
        let upper = step.upper.is_none_or(|upper| match above {
            true => difference < upper,
            false => difference <= upper,
        });
        lower && upper
    };
    steps.iter().enumerate().find(|(_, step)| within(step))
}

/// What a percentage of a capacity is in whole numbers: "Values greater than 1 are rounded down. Values between
/// 0 and 1 are rounded to 1. Values between 0 and -1 are rounded to -1. Values less than -1 are rounded up."
fn whole_percent(capacity: u32, percent: i32) -> i64 {
    let hundredths = i64::from(capacity) * i64::from(percent);
    match hundredths {
        1..=99 => 1,
        -99..=-1 => -1,
        _ => hundredths / 100,
    }
}

/// What a step changes.
fn change(policy: &StepScaling, adjustment: i32, capacity: u32) -> i64 {
    match policy.adjustment {
        AdjustmentType::ChangeInCapacity => adjustment.into(),
        AdjustmentType::ExactCapacity => i64::from(adjustment) - i64::from(capacity),
        AdjustmentType::PercentChangeInCapacity => {
            let least = i64::from(policy.least.unwrap_or(0));
            let change = whole_percent(capacity, adjustment);
            match adjustment {
                0 => 0,
                1.. => change.max(least),
                _ => change.min(-least),
            }
        }
    }
}

impl AutoScaling {
    /// An alarm that names a step scaling policy is in ALARM.
    pub(super) fn step(
        &mut self,
        at: Moment,
        triggered: Triggered,
        evaluated: Evaluated,
        out: &mut Out,
    ) {
        let policy = self.policies.get(&triggered.policy);
        let Some(PolicyKind::Step(policy)) = policy.map(|it| &it.configuration.kind) else {
            return;
        };
        let target = self.targets.get(&triggered.target);
        let alarm = self.alarms.get(&triggered.alarm);
        let (Some(target), Some(alarm)) = (target, alarm) else {
            return;
        };
        let (comparison, threshold) = {
            let alarm = &alarm.configuration;
            (alarm.comparison, alarm.threshold)
        };
        let metric = evaluated.values.statistic(policy.aggregation.statistic());
        let found = metric.and_then(|metric| {
            let difference = metric - threshold;
            let step = step_for(&policy.steps, difference, comparison.is_greater())?;
            Some((metric, step))
        });
        let Some((metric, (step, adjustment))) = found else {
            let reason = NotScaledReason::NoStep { metric };
            self.not_scaled(triggered, None, reason, out);
            return;
        };
        let began = evaluated
            .newest
            .map_or(at, |it| it.until - evaluated.period);
        let before = target.before_scale_out(at, began);
        let calculate = |running: u32| {
            let change = change(policy, adjustment.adjustment, running);
            let capacity = i64::from(running).saturating_add(change).max(0);
            let calculation = Calculation::Step {
                metric,
                threshold,
                step: u32::try_from(step).unwrap_or(u32::MAX),
                running,
                adjustment: (policy.adjustment, adjustment.adjustment),
                change,
            };
            (calculation, u32::try_from(capacity).unwrap_or(u32::MAX))
        };
        let default = default_cooldown(target.configuration.dimension);
        let cooldown = policy.cooldown.unwrap_or(default);
        let nothing = match policy.adjustment {
            AdjustmentType::ExactCapacity => false,
            AdjustmentType::ChangeInCapacity | AdjustmentType::PercentChangeInCapacity => {
                adjustment.adjustment == 0
            }
        };
        if nothing {
            // Not even where more is running than is desired.
            let (calculation, _) = calculate(target.running);
            let reason = NotScaledReason::AlreadyAtDesiredCapacity;
            self.not_scaled(triggered, Some(calculation), reason, out);
            return;
        }
        let less = match policy.adjustment {
            AdjustmentType::ExactCapacity => calculate(target.running).1 < target.desired,
            AdjustmentType::ChangeInCapacity | AdjustmentType::PercentChangeInCapacity => {
                adjustment.adjustment < 0
            }
        };
        if less {
            let calculation = calculate(target.running);
            match self.keeps_from_scaling_in(at, triggered.target) {
                Some(reason) => self.not_scaled(triggered, Some(calculation.0), reason, out),
                None => self.scale_in(at, triggered, calculation, Vec::new(), cooldown, out),
            }
        } else {
            let calculation = calculate(before.unwrap_or(target.running));
            self.scale_out(at, triggered, calculation, before, cooldown, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// User guide, "Scaling adjustment types": 12.7 to 12, .67 to 1, -.58 to -1, -6.67 to -6.
    #[test]
    fn percentages_are_rounded_as_the_guide_says() {
        for (capacity, percent, whole) in [
            (127, 10, 12),
            (67, 1, 1),
            (58, -1, -1),
            (667, -1, -6),
            (10, 10, 1),
            (100, 1, 1),
            (10, 0, 0),
            (0, 50, 0),
            (u32::MAX, i32::MIN, -92_233_720_347_072_921),
        ] {
            assert_eq!(
                whole_percent(capacity, percent),
                whole,
                "{percent} % of {capacity}"
            );
        }
    }

    /// The same: of a capacity of 4, 25 percent are 1; with a minimum of 2 it is 2.
    #[test]
    fn the_least_adjustment_is_made_in_both_directions() {
        let mut policy = StepScaling::of(AdjustmentType::PercentChangeInCapacity, Vec::new());
        assert_eq!(change(&policy, 25, 4), 1);
        policy.least = Some(2);
        assert_eq!(
            [25, -25, 0].map(|percent| change(&policy, percent, 4)),
            [2, -2, 0]
        );
        assert_eq!(change(&policy, 100, 4), 4);
        // The guide's examples of the other types: 3 and 5 more, 3 and exactly 5.
        policy.adjustment = AdjustmentType::ChangeInCapacity;
        assert_eq!(change(&policy, 5, 3), 5);
        policy.adjustment = AdjustmentType::ExactCapacity;
        assert_eq!(change(&policy, 5, 3), 2);
    }

    #[test]
    fn bounds_are_inclusive_on_the_side_of_the_threshold() {
        let step = |lower: Option<i64>, upper: Option<i64>| StepAdjustment {
            lower: lower.map(MetricValue::whole),
            upper: upper.map(MetricValue::whole),
            adjustment: 0,
        };
        let out = [
            step(Some(0), Some(10)),
            step(Some(10), Some(20)),
            step(Some(20), None),
        ];
        let of = |steps: &[StepAdjustment], difference, greater| {
            let found = step_for(steps, MetricValue::whole(difference), greater);
            found.map(|(place, _)| place)
        };
        let found = [-1, 0, 9, 10, 19, 20, 50].map(|it| of(&out, it, true));
        assert_eq!(
            found,
            [None, Some(0), Some(0), Some(1), Some(1), Some(2), Some(2)]
        );
        let back = [
            step(Some(-10), Some(0)),
            step(Some(-20), Some(-10)),
            step(None, Some(-20)),
        ];
        let found = [1, 0, -9, -10, -19, -20, -50].map(|it| of(&back, it, false));
        assert_eq!(
            found,
            [None, Some(0), Some(0), Some(1), Some(1), Some(2), Some(2)]
        );
    }
}
