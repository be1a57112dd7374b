//! What scales a service: `[scaling]` and its policies.

use super::value::Seconds;
use crate::simulator::fargate::{
    AlarmPlan, BoundsChange, PolicyPlan, ScalingPlan, ServiceMetric, StepPlan, TrackingPlan,
};
use crate::timeline::{
    AdjustmentType, Aggregation, Comparison, MissingData, StepAdjustment, StepScaling,
    SuspendedState,
};
use crate::units::MetricValue;
use serde::{Deserialize, Deserializer, de};

/// The largest number of a metric that a file can name, and the smallest below zero.
const LARGEST: f64 = 1e9;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScalingModel {
    minimum: u32,
    maximum: u32,
    #[serde(default)]
    suspend: Vec<SuspendModel>,
    #[serde(default, rename = "policy")]
    policies: Vec<PolicyModel>,
    #[serde(default)]
    schedule: Vec<ScheduleModel>,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SuspendModel {
    ScaleIn,
    ScaleOut,
    Scheduled,
}

/// A policy of either kind.
#[derive(Deserialize)]
#[serde(try_from = "PolicyFields")]
struct PolicyModel(PolicyPlan);

/// The fields of both kinds: which of them belong to a policy is found out when all are read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFields {
    #[serde(default)]
    kind: KindModel,
    metric: MetricModel,
    target: Option<Number>,
    scale_out_cooldown: Option<Seconds>,
    scale_in_cooldown: Option<Seconds>,
    disable_scale_in: Option<bool>,
    adjustment: Option<AdjustmentModel>,
    steps: Option<Vec<StepModel>>,
    minimum_magnitude: Option<u32>,
    cooldown: Option<Seconds>,
    aggregation: Option<AggregationModel>,
    alarm: Option<AlarmModel>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindModel {
    #[default]
    TargetTracking,
    Step,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MetricModel {
    Cpu,
    Memory,
    #[serde(rename = "cpu_20s")]
    CpuHighResolution,
    #[serde(rename = "memory_20s")]
    MemoryHighResolution,
    Requests,
    BacklogPerTask,
    Backlog,
}

#[derive(Clone, Copy, Deserialize)]
enum AdjustmentModel {
    #[serde(rename = "change_in_capacity")]
    Change,
    #[serde(rename = "percent_change_in_capacity")]
    Percent,
    #[serde(rename = "exact_capacity")]
    Exact,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AggregationModel {
    Average,
    Minimum,
    Maximum,
}

/// Bounds are relative to the alarm's threshold.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepModel {
    lower: Option<Number>,
    upper: Option<Number>,
    adjustment: i32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlarmModel {
    comparison: ComparisonModel,
    threshold: Number,
    period: Option<Seconds>,
    evaluation_periods: Option<u32>,
    datapoints_to_alarm: Option<u32>,
    #[serde(default)]
    missing: MissingModel,
}

#[derive(Clone, Copy, Deserialize)]
enum ComparisonModel {
    #[serde(rename = "greater_than_threshold")]
    Greater,
    #[serde(rename = "greater_than_or_equal_to_threshold")]
    GreaterOrEqual,
    #[serde(rename = "less_than_threshold")]
    Less,
    #[serde(rename = "less_than_or_equal_to_threshold")]
    LessOrEqual,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MissingModel {
    #[default]
    Missing,
    Ignore,
    Breaching,
    NotBreaching,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScheduleModel {
    at: Seconds,
    minimum: Option<u32>,
    maximum: Option<u32>,
}

/// A number of a metric, exactly.
#[derive(Clone, Copy)]
struct Number(MetricValue);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        match (-LARGEST..=LARGEST).contains(&number) {
            true => Ok(Number(MetricValue::from_millionths(
                (number * 1e6).round() as i64
            ))),
            false => Err(de::Error::custom(format!(
                "{number} is no number from -1,000,000,000 to 1,000,000,000"
            ))),
        }
    }
}

impl ScalingModel {
    pub(super) fn plan(self) -> ScalingPlan {
        let suspended = |which| self.suspend.contains(&which);
        ScalingPlan {
            minimum: self.minimum,
            maximum: self.maximum,
            suspended: SuspendedState {
                scale_in: suspended(SuspendModel::ScaleIn),
                scale_out: suspended(SuspendModel::ScaleOut),
                scheduled: suspended(SuspendModel::Scheduled),
            },
            policies: self.policies.into_iter().map(|it| it.0).collect(),
            schedule: self
                .schedule
                .into_iter()
                .map(|it| BoundsChange {
                    at: it.at.0,
                    minimum: it.minimum,
                    maximum: it.maximum,
                })
                .collect(),
        }
    }
}

impl TryFrom<PolicyFields> for PolicyModel {
    type Error = String;

    fn try_from(fields: PolicyFields) -> Result<Self, String> {
        if let Some(field) = fields.of_the_other_kind() {
            return Err(match fields.kind {
                KindModel::TargetTracking => {
                    format!("{field} is of policies with kind = \"step\" only")
                }
                KindModel::Step => format!("a policy with kind = \"step\" has no {field}"),
            });
        }
        match fields.kind {
            KindModel::TargetTracking => fields.tracking().map(PolicyPlan::Tracking),
            KindModel::Step => fields.step().map(PolicyPlan::Step),
        }
        .map(PolicyModel)
    }
}

impl PolicyFields {
    /// A field that policies of this kind have not.
    fn of_the_other_kind(&self) -> Option<&'static str> {
        let tracking = [
            ("target", self.target.is_some()),
            ("scale_out_cooldown", self.scale_out_cooldown.is_some()),
            ("scale_in_cooldown", self.scale_in_cooldown.is_some()),
            ("disable_scale_in", self.disable_scale_in.is_some()),
        ];
        let step = [
            ("adjustment", self.adjustment.is_some()),
            ("steps", self.steps.is_some()),
            ("minimum_magnitude", self.minimum_magnitude.is_some()),
            ("cooldown", self.cooldown.is_some()),
            ("aggregation", self.aggregation.is_some()),
            ("alarm", self.alarm.is_some()),
        ];
        let others = match self.kind {
            KindModel::TargetTracking => &step[..],
            KindModel::Step => &tracking[..],
        };
        others
            .iter()
            .find_map(|(name, there)| there.then_some(*name))
    }

    fn tracking(self) -> Result<TrackingPlan, String> {
        let target = self
            .target
            .ok_or("a target tracking policy needs a target")?;
        Ok(TrackingPlan {
            metric: self.metric.metric(),
            value: target.0,
            scale_out_cooldown: self.scale_out_cooldown.map(|it| it.0),
            scale_in_cooldown: self.scale_in_cooldown.map(|it| it.0),
            disable_scale_in: self.disable_scale_in.unwrap_or(false),
        })
    }

    fn step(self) -> Result<StepPlan, String> {
        let needed = |field: &str| format!("a policy with kind = \"step\" needs {field}");
        let alarm = self.alarm.ok_or_else(|| needed("an alarm"))?;
        let adjustment = self.adjustment.ok_or_else(|| needed("an adjustment"))?;
        let steps = self.steps.ok_or_else(|| needed("steps"))?;
        Ok(StepPlan {
            metric: self.metric.metric(),
            alarm: alarm.plan(),
            scaling: StepScaling {
                adjustment: match adjustment {
                    AdjustmentModel::Change => AdjustmentType::ChangeInCapacity,
                    AdjustmentModel::Percent => AdjustmentType::PercentChangeInCapacity,
                    AdjustmentModel::Exact => AdjustmentType::ExactCapacity,
                },
                steps: steps.iter().map(StepModel::adjustment).collect(),
                least: self.minimum_magnitude,
                cooldown: self.cooldown.map(|it| it.0),
                aggregation: match self.aggregation {
                    None | Some(AggregationModel::Average) => Aggregation::Average,
                    Some(AggregationModel::Minimum) => Aggregation::Minimum,
                    Some(AggregationModel::Maximum) => Aggregation::Maximum,
                },
            },
        })
    }
}

impl StepModel {
    fn adjustment(&self) -> StepAdjustment {
        StepAdjustment {
            lower: self.lower.map(|it| it.0),
            upper: self.upper.map(|it| it.0),
            adjustment: self.adjustment,
        }
    }
}

impl AlarmModel {
    fn plan(&self) -> AlarmPlan {
        let periods = self.evaluation_periods.unwrap_or(1);
        AlarmPlan {
            comparison: match self.comparison {
                ComparisonModel::Greater => Comparison::GreaterThanThreshold,
                ComparisonModel::GreaterOrEqual => Comparison::GreaterThanOrEqualToThreshold,
                ComparisonModel::Less => Comparison::LessThanThreshold,
                ComparisonModel::LessOrEqual => Comparison::LessThanOrEqualToThreshold,
            },
            threshold: self.threshold.0,
            period: self.period.map(|it| it.0),
            evaluation_periods: periods,
            // All of them, as PutMetricAlarm has it.
            datapoints_to_alarm: self.datapoints_to_alarm.unwrap_or(periods),
            missing: match self.missing {
                MissingModel::Missing => MissingData::Missing,
                MissingModel::Ignore => MissingData::Ignore,
                MissingModel::Breaching => MissingData::Breaching,
                MissingModel::NotBreaching => MissingData::NotBreaching,
            },
        }
    }
}

impl MetricModel {
    const fn metric(self) -> ServiceMetric {
        match self {
            MetricModel::Cpu => ServiceMetric::Cpu,
            MetricModel::Memory => ServiceMetric::Memory,
            MetricModel::CpuHighResolution => ServiceMetric::CpuHighResolution,
            MetricModel::MemoryHighResolution => ServiceMetric::MemoryHighResolution,
            MetricModel::Requests => ServiceMetric::Requests,
            MetricModel::BacklogPerTask => ServiceMetric::BacklogPerTask,
            MetricModel::Backlog => ServiceMetric::Backlog,
        }
    }
}
