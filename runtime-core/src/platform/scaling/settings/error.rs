//! What can be wrong with metrics, alarms, scalable targets, policies and scheduled actions.

use super::{MAX_ACTIONS, MAX_POLICIES, MAX_STEPS};
use crate::timeline::PredefinedMetric;
use crate::units::{MetricValue, Span};
use std::fmt;

/// What is wrong with settings of what scales.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScalingError {
    /// A metric's datapoints cannot be of so much time.
    Resolution(Span),
    /// No alarm can have this name.
    AlarmName(String),
    /// No alarm can have this period.
    Period(Span),
    /// The metric's datapoints do not fit the alarm's.
    PeriodOfMetric {
        /// The alarm's.
        period: Span,
        /// The metric's.
        resolution: Span,
    },
    /// An alarm looks at one datapoint at least.
    EvaluationPeriods,
    /// More datapoints would have to breach than are looked at, or none.
    DatapointsToAlarm {
        /// So many would have to.
        points: u32,
        /// So many are looked at.
        periods: u32,
    },
    /// An alarm looks at more than a day.
    Window {
        /// Of each datapoint.
        period: Span,
        /// So many of them.
        periods: u32,
    },
    /// No scalable target has this id.
    Resource(String),
    /// The minimum is above the maximum.
    Bounds {
        /// `MinCapacity`.
        minimum: u32,
        /// `MaxCapacity`.
        maximum: u32,
    },
    /// Larger than the API can say.
    Capacity(u32),
    /// No policy can have this name.
    PolicyName(String),
    /// Another policy of the target has it.
    NameTaken(String),
    /// The target has as many policies as it can have.
    TooManyPolicies,
    /// Another policy of the target, with this name, tracks the metric.
    SameMetric(String),
    /// The metric is of another service.
    MetricOfOthers(PredefinedMetric),
    /// A metric cannot be kept at this value.
    TargetValue(MetricValue),
    /// The utilization of provisioned concurrency cannot be kept at this value.
    Utilization(MetricValue),
    /// Not a number of seconds.
    Cooldown(Span),
    /// Lambda's provisioned concurrency has no step scaling.
    StepsOfLambda,
    /// A policy cannot have so many steps.
    Steps(usize),
    /// A step has no bound, or its lower one is not below its upper one.
    StepBounds,
    /// Steps overlap, or there is something between them.
    StepGap,
    /// Beyond the last step away from the threshold there is none.
    StepEnd,
    /// Only a percentage has a least adjustment.
    LeastOfPercent(u32),
    /// A capacity is not negative.
    ExactCapacity(i32),
    /// No scheduled action can have this name.
    ActionName(String),
    /// Another scheduled action of the target has it.
    ActionTaken(String),
    /// The target has as many scheduled actions as it can have.
    TooManyActions,
    /// A scheduled action would change nothing.
    NoBounds,
    /// An autoscaler of pods keeps one at least.
    NoReplicas,
    /// A window of recommendations cannot be so long.
    Stabilization(Span),
    /// A rate of pods that allows nothing, or in no time, or in too much.
    RatePolicy,
}

impl fmt::Display for ScalingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScalingError::Resolution(span) => {
                write!(f, "A metric cannot have a datapoint every {span}.")
            }
            ScalingError::AlarmName(name) => write!(f, "\"{name}\" cannot be an alarm's name."),
            ScalingError::Period(span) => write!(f, "{span} cannot be an alarm's period."),
            ScalingError::PeriodOfMetric { period, resolution } => write!(
                f,
                "A period of {period} cannot be made of datapoints of {resolution}."
            ),
            ScalingError::EvaluationPeriods => write!(f, "The alarm looks at no datapoint."),
            ScalingError::DatapointsToAlarm { points, periods } => write!(
                f,
                "{points} of {periods} datapoints cannot be what takes the alarm to ALARM."
            ),
            ScalingError::Window { period, periods } => {
                write!(f, "{periods} periods of {period} are more than a day.")
            }
            ScalingError::Resource(id) => write!(f, "\"{id}\" cannot be a resource id."),
            ScalingError::Bounds { minimum, maximum } => write!(
                f,
                "The minimum capacity of {minimum} is above the maximum capacity of {maximum}."
            ),
            ScalingError::Capacity(capacity) => write!(f, "{capacity} is too large a capacity."),
            ScalingError::PolicyName(name) => write!(f, "\"{name}\" cannot be a policy's name."),
            ScalingError::NameTaken(name) => {
                write!(f, "The target has a policy \"{name}\" already.")
            }
            ScalingError::TooManyPolicies => {
                write!(f, "The target has {MAX_POLICIES} policies already.")
            }
            ScalingError::SameMetric(name) => {
                write!(f, "Policy \"{name}\" of the target tracks the same metric.")
            }
            ScalingError::MetricOfOthers(metric) => {
                write!(f, "{} says nothing of this target.", metric.name())
            }
            ScalingError::TargetValue(value) => {
                write!(f, "A metric cannot be kept at {value}.")
            }
            ScalingError::Utilization(value) => write!(
                f,
                "The utilization of provisioned concurrency cannot be kept at {value}."
            ),
            ScalingError::Cooldown(span) => write!(f, "{span} cannot be a cooldown."),
            ScalingError::StepsOfLambda => {
                write!(f, "Provisioned concurrency has no step scaling policies.")
            }
            ScalingError::Steps(count) => {
                write!(f, "A policy has 1 to {MAX_STEPS} steps, not {count}.")
            }
            ScalingError::StepBounds => {
                write!(
                    f,
                    "A step has a bound, and its lower one is below its upper one."
                )
            }
            ScalingError::StepGap => write!(f, "Steps overlap, or have a gap between them."),
            ScalingError::StepEnd => {
                write!(
                    f,
                    "The metric can be farther from the threshold than the last step."
                )
            }
            ScalingError::LeastOfPercent(_) => {
                write!(f, "Only a change by a percentage has a minimum magnitude.")
            }
            ScalingError::ExactCapacity(capacity) => {
                write!(f, "{capacity} cannot be a capacity.")
            }
            ScalingError::ActionName(name) => {
                write!(f, "\"{name}\" cannot be a scheduled action's name.")
            }
            ScalingError::ActionTaken(name) => {
                write!(f, "The target has a scheduled action \"{name}\" already.")
            }
            ScalingError::TooManyActions => {
                write!(f, "The target has {MAX_ACTIONS} scheduled actions already.")
            }
            ScalingError::NoBounds => write!(f, "The scheduled action sets no capacity."),
            ScalingError::NoReplicas => write!(f, "A HorizontalPodAutoscaler keeps one replica."),
            ScalingError::Stabilization(span) => {
                write!(f, "{span} cannot be a stabilization window.")
            }
            ScalingError::RatePolicy => write!(f, "A scaling policy changes nothing, or never."),
        }
    }
}

impl std::error::Error for ScalingError {}

impl ScalingError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            ScalingError::Resolution(_) => "Take 60 seconds, or a part of them such as 20.",
            ScalingError::AlarmName(_) => "Use 1 to 255 ASCII characters.",
            ScalingError::Period(_) => "Take 10, 20 or 30 seconds, or whole minutes.",
            ScalingError::PeriodOfMetric { .. } => {
                "Take a multiple of the metric's period, or a metric of higher resolution."
            }
            ScalingError::EvaluationPeriods => "Set EvaluationPeriods to 1 or more.",
            ScalingError::DatapointsToAlarm { .. } => {
                "Set DatapointsToAlarm to 1 or more, and to EvaluationPeriods at most."
            }
            ScalingError::Window { .. } => "Take a shorter period, or fewer of them.",
            ScalingError::Resource(_) => {
                "Write service/CLUSTER/SERVICE, or function:NAME:ALIAS, with 1,600 characters at most."
            }
            ScalingError::Bounds { .. } => "Lower MinCapacity, or raise MaxCapacity.",
            ScalingError::Capacity(_) => "Take a number up to 2,147,483,647.",
            ScalingError::PolicyName(_) => "Use 1 to 256 characters.",
            ScalingError::NameTaken(_) => "Take another name, or change that policy.",
            ScalingError::TooManyPolicies => "Delete a policy first.",
            ScalingError::SameMetric(_) => "Track another metric, or change that policy.",
            ScalingError::MetricOfOthers(_) => {
                "Take a metric of the service that is scaled, or a customized one."
            }
            ScalingError::TargetValue(_) => "Set TargetValue to more than 0.",
            ScalingError::Utilization(_) => "Set TargetValue to 0.1 to 0.9.",
            ScalingError::Cooldown(_) => "Take whole seconds.",
            ScalingError::StepsOfLambda => "Use target tracking, or scheduled actions.",
            ScalingError::Steps(_) => "Split the policy, or leave out steps.",
            ScalingError::StepBounds => {
                "Set MetricIntervalLowerBound below MetricIntervalUpperBound."
            }
            ScalingError::StepGap => "Let each step begin where the one before it ends.",
            ScalingError::StepEnd => {
                "Leave out the lower bound of the lowest step below the threshold, and the upper bound of the highest above it."
            }
            ScalingError::LeastOfPercent(_) => {
                "Leave MinAdjustmentMagnitude out, or take PercentChangeInCapacity."
            }
            ScalingError::ExactCapacity(_) => "Take 0 or more.",
            ScalingError::ActionName(_) => "Use 1 to 256 characters.",
            ScalingError::ActionTaken(_) => "Take another name, or change that action.",
            ScalingError::TooManyActions => "Delete a scheduled action first.",
            ScalingError::NoBounds => "Set MinCapacity, MaxCapacity or both.",
            ScalingError::NoReplicas => "Set minReplicas to 1 or more.",
            ScalingError::Stabilization(_) => "Set stabilizationWindowSeconds to 0 to 3,600.",
            ScalingError::RatePolicy => "Set value to 1 or more, and periodSeconds to 1 to 1,800.",
        }
    }
}
