//! Scaling policies of Application Auto Scaling.

use super::{MetricSource, MetricStatistic, ScalableDimension, Statistic};
use crate::units::{MetricId, MetricValue, ScalableTargetId, Span};
use serde::{Deserialize, Serialize};

/// What a scaling policy is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyConfiguration {
    /// `PolicyName`, unique for its target.
    pub name: String,
    /// What it scales.
    pub target: ScalableTargetId,
    /// How.
    pub kind: PolicyKind,
}

/// How a policy scales.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PolicyKind {
    /// `TargetTrackingScaling`.
    TargetTracking(TargetTracking),
    /// `StepScaling`, triggered by alarms that name the policy.
    Step(StepScaling),
}

/// A metric is kept at a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetTracking {
    /// Which.
    pub metric: TrackedMetric,
    /// `TargetValue`.
    pub value: MetricValue,
    /// `ScaleOutCooldown`; the service's default without it.
    pub scale_out_cooldown: Option<Span>,
    /// `ScaleInCooldown`; the service's default without it.
    pub scale_in_cooldown: Option<Span>,
    /// `DisableScaleIn`.
    pub disable_scale_in: bool,
}

impl TargetTracking {
    /// A predefined metric at a value, with the service's cooldowns.
    pub const fn of(metric: TrackedMetric, value: MetricValue) -> Self {
        TargetTracking {
            metric,
            value,
            scale_out_cooldown: None,
            scale_in_cooldown: None,
            disable_scale_in: false,
        }
    }
}

/// The metric of a target tracking policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TrackedMetric {
    /// `PredefinedMetricSpecification`.
    Predefined {
        /// `PredefinedMetricType`.
        kind: PredefinedMetric,
        /// Where its samples are.
        metric: MetricId,
    },
    /// `CustomizedMetricSpecification`: a metric or metric math, with datapoints of a minute.
    Customized(MetricSource),
}

impl TrackedMetric {
    /// Where its datapoints come from.
    pub const fn source(self) -> MetricSource {
        match self {
            TrackedMetric::Predefined { kind, metric } => MetricSource::Metric(MetricStatistic {
                metric,
                statistic: kind.statistic(),
            }),
            TrackedMetric::Customized(source) => source,
        }
    }

    /// How long its periods are while it scales out.
    pub const fn period(self) -> Span {
        match self {
            TrackedMetric::Predefined { kind, .. } => kind.period(),
            TrackedMetric::Customized(_) => MINUTE,
        }
    }
}

const MINUTE: Span = Span::from_secs(60);

/// A metric that Application Auto Scaling knows by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PredefinedMetric {
    /// Percent of the CPU that a service's tasks have.
    ECSServiceAverageCPUUtilization,
    /// Percent of the memory that a service's tasks have.
    ECSServiceAverageMemoryUtilization,
    /// The CPU, every 20 seconds (copy of "target-tracking-faster-auto-scaling", 2026-06).
    ECSServiceAverageCPUUtilizationHighResolution,
    /// The memory, every 20 seconds (the same).
    ECSServiceAverageMemoryUtilizationHighResolution,
    /// Requests a minute for each target of a load balancer. It is zero where none come, not missing.
    ALBRequestCountPerTarget,
    /// The part of provisioned concurrency that is in use, 0 to 1.
    LambdaProvisionedConcurrencyUtilization,
}

/// The capacity is changed by how far a metric is from an alarm's threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepScaling {
    /// `AdjustmentType`.
    pub adjustment: AdjustmentType,
    /// `StepAdjustments`.
    pub steps: Vec<StepAdjustment>,
    /// `MinAdjustmentMagnitude`, of a change by a percentage.
    pub least: Option<u32>,
    /// `Cooldown`; the service's default without it.
    pub cooldown: Option<Span>,
    /// `MetricAggregationType`.
    pub aggregation: Aggregation,
}

impl StepScaling {
    /// With the average of the metric and the service's cooldown.
    pub const fn of(adjustment: AdjustmentType, steps: Vec<StepAdjustment>) -> Self {
        StepScaling {
            adjustment,
            steps,
            least: None,
            cooldown: None,
            aggregation: Aggregation::Average,
        }
    }
}

/// What the number of a step means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AdjustmentType {
    /// So much more or less.
    ChangeInCapacity,
    /// So many percent more or less.
    PercentChangeInCapacity,
    /// So much.
    ExactCapacity,
}

/// What is changed between two bounds, which are relative to the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepAdjustment {
    /// `MetricIntervalLowerBound`; without it there is no end.
    pub lower: Option<MetricValue>,
    /// `MetricIntervalUpperBound`; without it there is no end.
    pub upper: Option<MetricValue>,
    /// `ScalingAdjustment`.
    pub adjustment: i32,
}

/// What of the datapoints is compared with the steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Aggregation {
    /// Their mean.
    #[default]
    Average,
    /// The smallest.
    Minimum,
    /// The largest.
    Maximum,
}

impl Aggregation {
    /// The same of samples.
    pub const fn statistic(self) -> Statistic {
        match self {
            Aggregation::Average => Statistic::Average,
            Aggregation::Minimum => Statistic::Minimum,
            Aggregation::Maximum => Statistic::Maximum,
        }
    }
}

impl PredefinedMetric {
    /// `PredefinedMetricType`.
    pub const fn name(self) -> &'static str {
        match self {
            PredefinedMetric::ECSServiceAverageCPUUtilization => "ECSServiceAverageCPUUtilization",
            PredefinedMetric::ECSServiceAverageMemoryUtilization => {
                "ECSServiceAverageMemoryUtilization"
            }
            PredefinedMetric::ECSServiceAverageCPUUtilizationHighResolution => {
                "ECSServiceAverageCPUUtilizationHighResolution"
            }
            PredefinedMetric::ECSServiceAverageMemoryUtilizationHighResolution => {
                "ECSServiceAverageMemoryUtilizationHighResolution"
            }
            PredefinedMetric::ALBRequestCountPerTarget => "ALBRequestCountPerTarget",
            PredefinedMetric::LambdaProvisionedConcurrencyUtilization => {
                "LambdaProvisionedConcurrencyUtilization"
            }
        }
    }

    /// What it can scale.
    pub const fn dimension(self) -> ScalableDimension {
        match self {
            PredefinedMetric::ECSServiceAverageCPUUtilization
            | PredefinedMetric::ECSServiceAverageMemoryUtilization
            | PredefinedMetric::ECSServiceAverageCPUUtilizationHighResolution
            | PredefinedMetric::ECSServiceAverageMemoryUtilizationHighResolution
            | PredefinedMetric::ALBRequestCountPerTarget => ScalableDimension::EcsDesiredCount,
            PredefinedMetric::LambdaProvisionedConcurrencyUtilization => {
                ScalableDimension::LambdaProvisionedConcurrency
            }
        }
    }

    /// Utilization is averaged ("Both of the Application Auto Scaling alarms use the average statistic by
    /// default", Lambda developer guide, "Configuring provisioned concurrency"); requests are counted.
    pub const fn statistic(self) -> Statistic {
        match self {
            PredefinedMetric::ALBRequestCountPerTarget => Statistic::Sum,
            PredefinedMetric::ECSServiceAverageCPUUtilization
            | PredefinedMetric::ECSServiceAverageMemoryUtilization
            | PredefinedMetric::ECSServiceAverageCPUUtilizationHighResolution
            | PredefinedMetric::ECSServiceAverageMemoryUtilizationHighResolution
            | PredefinedMetric::LambdaProvisionedConcurrencyUtilization => Statistic::Average,
        }
    }

    /// How long a period is.
    pub const fn period(self) -> Span {
        match self {
            PredefinedMetric::ECSServiceAverageCPUUtilizationHighResolution
            | PredefinedMetric::ECSServiceAverageMemoryUtilizationHighResolution => {
                Span::from_secs(20)
            }
            PredefinedMetric::ECSServiceAverageCPUUtilization
            | PredefinedMetric::ECSServiceAverageMemoryUtilization
            | PredefinedMetric::ALBRequestCountPerTarget
            | PredefinedMetric::LambdaProvisionedConcurrencyUtilization => MINUTE,
        }
    }
}
