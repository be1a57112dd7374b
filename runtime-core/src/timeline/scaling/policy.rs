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
