//! Validation of settings, with the limits of AWS.

mod error;

pub use error::ScalingError;

use crate::timeline::{
    AdjustmentType, AlarmConfiguration, MetricConfiguration, PodAutoscalerConfiguration,
    PolicyConfiguration, PolicyKind, RateChange, ScalableDimension, ScalableTargetConfiguration,
    ScheduledActionConfiguration, StepAdjustment, StepScaling, TargetTracking, TrackedMetric,
};
use crate::units::{MetricValue, Span};
use std::ops::RangeInclusive;

/// The periods of an alarm below a minute (CloudWatch API reference, PutMetricAlarm, botocore 1.43.11 of
/// 2026: 10, 20, 30 and multiples of 60 seconds).
pub const SHORT_PERIODS: [Span; 3] = [
    Span::from_secs(10),
    Span::from_secs(20),
    Span::from_secs(30),
];
/// What an alarm looks at is a day at most (CloudWatch user guide, "Common features of CloudWatch alarms").
pub const LONGEST_WINDOW: Span = Span::from_secs(86_400);
/// The characters of a name (PutMetricAlarm: 1 to 255; PutScalingPolicy and PutScheduledAction: 1 to 256).
pub const ALARM_NAME: RangeInclusive<usize> = 1..=255;

/// The characters of a policy's and of a scheduled action's name.
pub const NAME: RangeInclusive<usize> = 1..=256;
/// The characters of a resource id (API reference, RegisterScalableTarget).
pub const RESOURCE: RangeInclusive<usize> = 1..=1_600;
/// Policies of a target (user guide, "Quotas for Application Auto Scaling", 2023).
pub const MAX_POLICIES: usize = 50;
/// Scheduled actions of a target (the same).
pub const MAX_ACTIONS: usize = 200;
/// `stabilizationWindowSeconds` is 0 to 3,600 (Kubernetes API reference, HPAScalingRules).
pub const LONGEST_STABILIZATION: Span = Span::from_secs(3_600);
/// `periodSeconds` is 1 to 1,800 (the same, HPAScalingPolicy).
pub const LONGEST_RATE_PERIOD: Span = Span::from_secs(1_800);
/// Step adjustments of a policy (the user guide's quotas).
pub const MAX_STEPS: usize = 20;
/// `MinCapacity`, `MaxCapacity` and cooldowns in seconds are integers of the API.
pub const LARGEST: u32 = i32::MAX.unsigned_abs();
/// The utilization at which provisioned concurrency is kept, 10 to 90 percent (Lambda developer guide,
/// "Configuring provisioned concurrency").
pub const UTILIZATION: RangeInclusive<MetricValue> =
    MetricValue::from_millionths(100_000)..=MetricValue::from_millionths(900_000);

const MINUTE: Span = Span::from_secs(60);

/// What is wrong with a metric's settings.
pub fn check_metric(metric: &MetricConfiguration) -> Vec<ScalingError> {
    let mut errors = Vec::new();
    let resolution = metric.resolution.as_nanos();
    let second = resolution > 0 && resolution.is_multiple_of(1_000_000_000);
    // What every period of an alarm can be made of.
    if !second || !MINUTE.as_nanos().is_multiple_of(resolution) {
        errors.push(ScalingError::Resolution(metric.resolution));
    }
    errors
}

/// What is wrong with an alarm's settings. `resolutions` are those of its metrics.
pub fn check_alarm(
    alarm: &AlarmConfiguration,
    resolutions: impl IntoIterator<Item = Span>,
) -> Vec<ScalingError> {
    let mut errors = Vec::new();
    if !ALARM_NAME.contains(&alarm.name.chars().count()) || !alarm.name.is_ascii() {
        errors.push(ScalingError::AlarmName(alarm.name.clone()));
    }
    let period = alarm.period.as_nanos();
    let minutes = period > 0 && period.is_multiple_of(MINUTE.as_nanos());
    if !minutes && !SHORT_PERIODS.contains(&alarm.period) {
        errors.push(ScalingError::Period(alarm.period));
    }
    for resolution in resolutions {
        let fits = resolution.as_nanos() > 0 && period.is_multiple_of(resolution.as_nanos());
        if !fits {
            errors.push(ScalingError::PeriodOfMetric {
                period: alarm.period,
                resolution,
            });
        }
    }
    let (periods, points) = (alarm.evaluation_periods, alarm.datapoints_to_alarm);
    if periods == 0 {
        errors.push(ScalingError::EvaluationPeriods);
    }
    if points == 0 || points > periods {
        errors.push(ScalingError::DatapointsToAlarm { points, periods });
    }
    if period.saturating_mul(periods.into()) > LONGEST_WINDOW.as_nanos() {
        errors.push(ScalingError::Window {
            period: alarm.period,
            periods,
        });
    }
    errors
}

/// What is wrong with a scalable target's settings.
pub fn check_target(target: &ScalableTargetConfiguration) -> Vec<ScalingError> {
    let mut errors = Vec::new();
    if !RESOURCE.contains(&target.resource.chars().count()) {
        errors.push(ScalingError::Resource(target.resource.clone()));
    }
    let (minimum, maximum) = (target.minimum, target.maximum);
    if minimum > maximum {
        errors.push(ScalingError::Bounds { minimum, maximum });
    }
    if maximum > LARGEST {
        errors.push(ScalingError::Capacity(maximum));
    }
    errors
}

/// What is wrong with a policy's settings. `others` are the other policies of its target.
pub fn check_policy<'a>(
    policy: &PolicyConfiguration,
    target: &ScalableTargetConfiguration,
    others: impl IntoIterator<Item = &'a PolicyConfiguration>,
) -> Vec<ScalingError> {
    let mut errors = Vec::new();
    if !NAME.contains(&policy.name.chars().count()) {
        errors.push(ScalingError::PolicyName(policy.name.clone()));
    }
    let mut count = 0;
    let mut taken = false;
    for other in others {
        count += 1;
        taken |= other.name == policy.name;
        if let (PolicyKind::TargetTracking(tracked), PolicyKind::TargetTracking(tracking)) =
            (&other.kind, &policy.kind)
            && tracked.metric == tracking.metric
        {
            errors.push(ScalingError::SameMetric(other.name.clone()));
        }
    }
    if count >= MAX_POLICIES {
        errors.push(ScalingError::TooManyPolicies);
    } else if taken {
        errors.push(ScalingError::NameTaken(policy.name.clone()));
    }
    errors.extend(match &policy.kind {
        PolicyKind::TargetTracking(tracking) => check_tracking(*tracking, target.dimension),
        PolicyKind::Step(steps) => check_steps(steps, target.dimension),
    });
    errors
}

fn check_tracking(tracking: TargetTracking, dimension: ScalableDimension) -> Vec<ScalingError> {
    let mut errors = Vec::new();
    let predefined = match tracking.metric {
        TrackedMetric::Predefined { kind, .. } => Some(kind),
        TrackedMetric::Customized(_) => None,
    };
    if let Some(kind) = predefined.filter(|it| it.dimension() != dimension) {
        errors.push(ScalingError::MetricOfOthers(kind));
    } else if predefined.is_some() && dimension == ScalableDimension::LambdaProvisionedConcurrency {
        if !UTILIZATION.contains(&tracking.value) {
            errors.push(ScalingError::Utilization(tracking.value));
        }
    } else if tracking.value <= MetricValue::ZERO {
        errors.push(ScalingError::TargetValue(tracking.value));
    }
    let cooldowns = [tracking.scale_out_cooldown, tracking.scale_in_cooldown];
    errors.extend(cooldowns.into_iter().flatten().filter_map(check_cooldown));
    errors
}

/// What is wrong with a scheduled action's settings, but for its schedule (`scribe::check_action_schedule`).
/// `others` are the other actions of its target.
pub fn check_action<'a>(
    action: &ScheduledActionConfiguration,
    others: impl IntoIterator<Item = &'a ScheduledActionConfiguration>,
) -> Vec<ScalingError> {
    let mut errors = Vec::new();
    if !NAME.contains(&action.name.chars().count()) {
        errors.push(ScalingError::ActionName(action.name.clone()));
    }
    let mut count = 0;
    let mut taken = false;
    for other in others {
        count += 1;
        taken |= other.name == action.name;
    }
    if count >= MAX_ACTIONS {
        errors.push(ScalingError::TooManyActions);
    } else if taken {
        errors.push(ScalingError::ActionTaken(action.name.clone()));
    }
    match (action.minimum, action.maximum) {
        (None, None) => errors.push(ScalingError::NoBounds),
        (Some(minimum), Some(maximum)) if minimum > maximum => {
            errors.push(ScalingError::Bounds { minimum, maximum });
        }
        (Some(_), _) | (None, Some(_)) => {}
    }
    let bounds = [action.minimum, action.maximum];
    let large = bounds.into_iter().flatten().find(|it| *it > LARGEST);
    errors.extend(large.map(ScalingError::Capacity));
    errors
}

/// What is wrong with the settings of an autoscaler of pods (Kubernetes API reference, autoscaling/v2
/// HorizontalPodAutoscaler and HPAScalingRules). `minReplicas` of 0 needs a feature gate that is alpha.
pub fn check_pods(pods: &PodAutoscalerConfiguration) -> Vec<ScalingError> {
    let mut errors = Vec::new();
    let (minimum, maximum) = (pods.minimum, pods.maximum);
    if minimum == 0 {
        errors.push(ScalingError::NoReplicas);
    }
    if minimum > maximum {
        errors.push(ScalingError::Bounds { minimum, maximum });
    }
    if maximum > LARGEST {
        errors.push(ScalingError::Capacity(maximum));
    }
    let targets = pods.metrics.iter().map(|it| it.target);
    let wrong = targets.filter(|it| *it <= MetricValue::ZERO);
    errors.extend(wrong.map(ScalingError::TargetValue));
    for rules in [&pods.up, &pods.down] {
        if rules.stabilization > LONGEST_STABILIZATION {
            errors.push(ScalingError::Stabilization(rules.stabilization));
        }
        for policy in &rules.policies {
            let nothing = matches!(policy.change, RateChange::Pods(0) | RateChange::Percent(0));
            if nothing || policy.period == Span::ZERO || policy.period > LONGEST_RATE_PERIOD {
                errors.push(ScalingError::RatePolicy);
            }
        }
    }
    errors
}

/// "The ranges of your step adjustments can't overlap or have a gap" and what else the user guide says of
/// them ("Step scaling policies", step adjustments; limitations: not for Lambda; 20 for each policy).
fn check_steps(policy: &StepScaling, dimension: ScalableDimension) -> Vec<ScalingError> {
    let mut errors = Vec::new();
    if dimension == ScalableDimension::LambdaProvisionedConcurrency {
        errors.push(ScalingError::StepsOfLambda);
    }
    if policy.steps.is_empty() || policy.steps.len() > MAX_STEPS {
        errors.push(ScalingError::Steps(policy.steps.len()));
    }
    let mut steps: Vec<&StepAdjustment> = policy.steps.iter().collect();
    let lower = |step: &StepAdjustment| step.lower.map_or(i64::MIN, MetricValue::millionths);
    steps.sort_by_key(|step| lower(step));
    let backwards = |step: &&StepAdjustment| match (step.lower, step.upper) {
        (None, None) => true,
        (Some(lower), Some(upper)) => lower >= upper,
        (Some(_), None) | (None, Some(_)) => false,
    };
    if steps.iter().any(backwards) {
        errors.push(ScalingError::StepBounds);
    } else if steps.windows(2).any(|pair| match pair {
        [one, next] => one.upper.is_none() || one.upper != next.lower,
        _ => false,
    }) {
        errors.push(ScalingError::StepGap);
    }
    let first = steps.first().and_then(|step| step.lower);
    let last = steps.last().and_then(|step| step.upper);
    if first.is_some_and(|lower| lower < MetricValue::ZERO)
        || last.is_some_and(|upper| upper > MetricValue::ZERO)
    {
        errors.push(ScalingError::StepEnd);
    }
    match policy.adjustment {
        AdjustmentType::PercentChangeInCapacity => {}
        AdjustmentType::ChangeInCapacity | AdjustmentType::ExactCapacity => {
            errors.extend(policy.least.map(ScalingError::LeastOfPercent));
        }
    }
    let exact = policy.adjustment == AdjustmentType::ExactCapacity;
    let negative = steps.iter().find(|step| exact && step.adjustment < 0);
    errors.extend(negative.map(|step| ScalingError::ExactCapacity(step.adjustment)));
    errors.extend(policy.cooldown.and_then(check_cooldown));
    errors
}

/// A cooldown is a number of seconds.
fn check_cooldown(cooldown: Span) -> Option<ScalingError> {
    let second = Span::from_secs(1).as_nanos();
    let nanos = cooldown.as_nanos();
    let fits = nanos.is_multiple_of(second) && nanos / second <= LARGEST.into();
    (!fits).then_some(ScalingError::Cooldown(cooldown))
}
