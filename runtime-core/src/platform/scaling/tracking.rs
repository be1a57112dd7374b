//! Target tracking: a metric is kept at a value (Application Auto Scaling user guide, "Target tracking
//! scaling policies").
//!
//! The alarms are as exports of them in public repositories show them: above the value in 3 of 3 periods, below
//! nine tenths of it in 15 of 15, average, missing data is missing (3 and 15 are in
//! github.com/aws/containers-roadmap issue 1208, 2020, as well). Model choices: the formula, of
//! which AWS says only that it is proportional to the metric, begins at what is running, and rounds to the
//! safe side; how much is left out at once; the newest datapoint is the metric; of metrics with
//! 20-second datapoints the alarm for scaling in has periods of a minute; a policy that does not scale in
//! has no such alarm.

use super::alarms::Evaluated;
use super::policies::{Tracking, Triggered};
use super::{AutoScaling, Out};
use crate::timeline::{
    AlarmConfiguration, AlarmState, Calculation, Comparison, Limit, MissingData, PolicyKind,
    ScalableDimension, TargetTracking,
};
use crate::units::{AlarmId, Moment, PolicyId, ScalableTargetId, Span};

/// Datapoints above the value until it scales out: all of so many.
pub const HIGH_PERIODS: u32 = 3;
/// Datapoints below [`LOW_TENTHS`] of the value until it scales in: all of so many.
pub const LOW_PERIODS: u32 = 15;
/// The threshold for scaling in, in tenths of the value.
pub const LOW_TENTHS: u32 = 9;
/// How much is left out at once, in percent of what is running, rounded up to one at least. AWS says that it
/// "scales in more gradually", and of Lambda "in smaller periodic steps", but not how: model choice.
pub const SCALE_IN_PERCENT: u32 = 10;
/// The cooldown of ECS services (API reference, TargetTrackingScalingPolicyConfiguration).
pub const DEFAULT_COOLDOWN: Span = Span::from_secs(300);

const MINUTE: Span = Span::from_secs(60);

/// The cooldown without one in the settings: "a default value of 300" for ECS services, "for all other
/// scalable targets, the default value is 0", Lambda's provisioned concurrency among them (API reference,
/// TargetTrackingScalingPolicyConfiguration, read 2026-11-30).
pub const fn default_cooldown(dimension: ScalableDimension) -> Span {
    match dimension {
        ScalableDimension::EcsDesiredCount => DEFAULT_COOLDOWN,
        ScalableDimension::LambdaProvisionedConcurrency => Span::ZERO,
    }
}

impl AutoScaling {
    /// Creates the alarms of a policy.
    pub(super) fn create_alarms(
        &mut self,
        at: Moment,
        (target, policy): (ScalableTargetId, PolicyId),
        tracking: TargetTracking,
        out: &mut Out,
    ) -> Tracking {
        let high = self.next_alarm();
        let metric = tracking.metric;
        let alarm = AlarmConfiguration {
            name: self.alarm_name(target, "AlarmHigh", high),
            source: metric.source(),
            period: metric.period(),
            evaluation_periods: HIGH_PERIODS,
            datapoints_to_alarm: HIGH_PERIODS,
            comparison: Comparison::GreaterThanThreshold,
            threshold: tracking.value,
            missing: MissingData::Missing,
            actions: vec![policy],
        };
        self.configure_alarm(at, high, Box::new(alarm.clone()), out);
        let low = (!tracking.disable_scale_in).then(|| self.next_alarm());
        if let Some(low) = low {
            let alarm = AlarmConfiguration {
                name: self.alarm_name(target, "AlarmLow", low),
                period: alarm.period.max(MINUTE),
                evaluation_periods: LOW_PERIODS,
                datapoints_to_alarm: LOW_PERIODS,
                comparison: Comparison::LessThanThreshold,
                threshold: tracking.value.tenths(LOW_TENTHS),
                ..alarm
            };
            self.configure_alarm(at, low, Box::new(alarm), out);
        }
        Tracking { high, low }
    }

    /// `TargetTracking-service/my-cluster/my-service-AlarmHigh-d4f0770c-...` (API reference,
    /// DescribeScalingActivities), `TargetTracking-function:my-function:BLUE-AlarmLow-...` (Lambda developer
    /// guide).
    fn alarm_name(&self, target: ScalableTargetId, side: &str, alarm: AlarmId) -> String {
        let target = self.targets.get(&target);
        let resource = target.map_or("", |it| it.configuration.resource.as_str());
        format!(
            "TargetTracking-{resource}-{side}-{}",
            alarm.uuid(self.session.seed)
        )
    }

    /// An alarm of the policy was evaluated.
    pub(super) fn track(
        &mut self,
        at: Moment,
        triggered: Triggered,
        tracking: TargetTracking,
        (low, state): (bool, AlarmState),
        evaluated: Evaluated,
        out: &mut Out,
    ) {
        let Some(target) = self.targets.get(&triggered.target) else {
            return;
        };
        let default = default_cooldown(target.configuration.dimension);
        let running = target.running;
        let Some(datapoint) = evaluated.newest else {
            return;
        };
        let proportional = |running| {
            let capacity = datapoint.value.proportional(running, tracking.value);
            let capacity = capacity.unwrap_or(running);
            let calculation = Calculation::Proportional {
                running,
                datapoint,
                value: tracking.value,
                capacity,
            };
            (calculation, capacity)
        };
        if low {
            if state == AlarmState::Alarm {
                let cooldown = tracking.scale_in_cooldown.unwrap_or(default);
                self.track_in(at, triggered, proportional(running), cooldown, out);
            }
            return;
        }
        let cooldown = tracking.scale_out_cooldown.unwrap_or(default);
        if running == 0 && target.desired == 0 {
            // From zero it waits for one datapoint, then adds the smallest amount (Amazon ECS
            // developer guide, 2023, "Service auto scaling").
            if evaluated.breached {
                let calculation = (Calculation::FromZero { datapoint }, 1);
                self.scale_out(at, triggered, calculation, None, cooldown, out);
            }
        } else if state == AlarmState::Alarm {
            let before = target.before_scale_out(at, datapoint.until - evaluated.period);
            let calculation = proportional(before.unwrap_or(running));
            self.scale_out(at, triggered, calculation, before, cooldown, out);
        }
    }

    fn track_in(
        &mut self,
        at: Moment,
        triggered: Triggered,
        (calculation, mut capacity): (Calculation, u32),
        cooldown: Span,
        out: &mut Out,
    ) {
        if let Some(reason) = self.keeps_from_scaling_in(at, triggered.target) {
            self.not_scaled(triggered, Some(calculation), reason, out);
            return;
        }
        let Some(target) = self.targets.get(&triggered.target) else {
            return;
        };
        let running = target.running;
        let mut limits = Vec::new();
        // "Application Auto Scaling scales based on the policy that provides the largest capacity for both scale
        // in and scale out."
        for (policy, needed) in self.needed_by_others(triggered, running) {
            if needed > capacity {
                capacity = needed;
                limits.push(Limit::LargestPolicy {
                    policy,
                    capacity: needed,
                });
            }
        }
        let removed = share(running);
        let least = running.saturating_sub(removed);
        if capacity < least {
            capacity = least;
            limits.push(Limit::Gradual { removed, capacity });
        }
        self.scale_in(
            at,
            triggered,
            (calculation, capacity),
            limits,
            cooldown,
            out,
        );
    }

    /// What the other target tracking policies of a target that scale in need.
    fn needed_by_others(
        &self,
        triggered: Triggered,
        running: u32,
    ) -> impl Iterator<Item = (PolicyId, u32)> {
        self.policies.iter().filter_map(move |(id, policy)| {
            let PolicyKind::TargetTracking(tracking) = policy.configuration.kind else {
                return None;
            };
            let other = *id != triggered.policy && policy.configuration.target == triggered.target;
            let low = policy.alarms?.low.filter(|_| other)?;
            let newest = self.alarms.get(&low)?.newest?;
            Some((*id, newest.value.proportional(running, tracking.value)?))
        })
    }

    /// The first target tracking policy that scales in and is not ready to: "will scale in only if all of the
    /// target tracking policies (with the scale-in portion enabled) are ready to scale in". Model choice: a
    /// step scaling policy needs them as well.
    pub(super) fn disagrees(&self, target: ScalableTargetId) -> Option<PolicyId> {
        self.policies.iter().find_map(|(id, policy)| {
            let low = policy.alarms?.low?;
            let of_it = policy.configuration.target == target;
            let ready = self
                .alarms
                .get(&low)
                .is_some_and(|it| it.state == AlarmState::Alarm);
            (of_it && !ready).then_some(*id)
        })
    }
}

/// What is left out at once.
fn share(running: u32) -> u32 {
    let percent = u64::from(running) * u64::from(SCALE_IN_PERCENT);
    u32::try_from(percent.div_ceil(100)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::MetricValue;

    #[test]
    fn one_at_least_is_left_out() {
        assert_eq!([0, 1, 10, 11, 100].map(share), [0, 1, 1, 2, 10]);
    }

    /// Exports of policies' alarms in public repositories: 70 gives 63, 80 gives 72; Lambda developer guide,
    /// "Configuring provisioned concurrency": 0.7 gives 0.63.
    #[test]
    fn the_low_threshold_is_nine_tenths() {
        let tenths = |text| MetricValue::from_decimal(text).map(|it| it.tenths(LOW_TENTHS));
        assert_eq!(tenths("70"), MetricValue::from_decimal("63"));
        assert_eq!(tenths("80"), MetricValue::from_decimal("72"));
        assert_eq!(tenths("0.7"), MetricValue::from_decimal("0.63"));
    }
}
