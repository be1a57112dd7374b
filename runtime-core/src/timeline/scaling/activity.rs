//! What Application Auto Scaling has done and why, so that it can be explained number by number.

use super::{AdjustmentType, Datapoint, NotScaledReason, ScalableDimension};
use crate::units::{AlarmId, MetricValue, PolicyId, ScalableTargetId};
use serde::{Deserialize, Serialize};

/// A scaling activity: the desired capacity of a target was set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScalingActivity {
    /// Of what.
    pub target: ScalableTargetId,
    /// How much was running.
    pub running: u32,
    /// The desired capacity before.
    pub from: u32,
    /// The desired capacity from now on.
    pub to: u32,
    /// What caused it.
    pub cause: ScalingCause,
}

/// What caused a scaling activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ScalingCause {
    /// An alarm triggered a policy.
    Policy(PolicyDecision),
    /// The minimum is above what was desired.
    Minimum,
    /// The maximum is below what was desired.
    Maximum,
}

/// How a policy came to a capacity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyDecision {
    /// Which.
    pub policy: PolicyId,
    /// What triggered it.
    pub alarm: AlarmId,
    /// What it would have set.
    pub calculation: Calculation,
    /// What changed that, in this order.
    pub limits: Vec<Limit>,
}

/// How a policy calculates a capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum Calculation {
    /// `running * metric / value`, rounded up. AWS does not publish the formula, but says that it is
    /// proportional, begins at what is running and is rounded to the safe side.
    Proportional {
        /// What was running, or is counted as that ([`Limit::Counted`]).
        running: u32,
        /// The newest datapoint.
        datapoint: Datapoint,
        /// The value at which the metric is kept.
        value: MetricValue,
        /// What comes of it.
        capacity: u32,
    },
    /// The step whose bounds the metric is between.
    Step {
        /// What the datapoints come to (`MetricAggregationType`).
        metric: MetricValue,
        /// The alarm's.
        threshold: MetricValue,
        /// Which step, from 0.
        step: u32,
        /// What was running, or is counted as that ([`Limit::Counted`]).
        running: u32,
        /// What of it is set: `AdjustmentType` and `ScalingAdjustment`.
        adjustment: (AdjustmentType, i32),
        /// What that changes, as a whole number and no less than `MinAdjustmentMagnitude`.
        change: i64,
    },
    /// Nothing was running, and a datapoint was above the value: the smallest amount is added.
    FromZero {
        /// The datapoint.
        datapoint: Datapoint,
    },
}

/// What changes a capacity that was calculated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum Limit {
    /// What a scale-out has added that is not over counts as a part of what is added now: the capacity from
    /// before it is what it was calculated with.
    Counted {
        /// That capacity.
        before: u32,
    },
    /// Another policy that is ready to scale in needs more.
    LargestPolicy {
        /// Which.
        policy: PolicyId,
        /// What it needs.
        capacity: u32,
    },
    /// No more than this is left out at once.
    Gradual {
        /// So much at most.
        removed: u32,
        /// What comes of it.
        capacity: u32,
    },
    /// No less than the minimum.
    Minimum {
        /// The minimum.
        minimum: u32,
    },
    /// No more than the maximum.
    Maximum {
        /// The maximum.
        maximum: u32,
    },
    /// What was desired was below the minimum: it is first lifted to that.
    LiftedFirst {
        /// The minimum.
        minimum: u32,
    },
    /// What was desired was above the maximum: it is first lowered to that.
    LoweredFirst {
        /// The maximum.
        maximum: u32,
    },
}

/// How far a scaling activity is, and how it ended (Application Auto Scaling user guide, "Scaling activities").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActivityStatus {
    /// What is desired is not running yet.
    InProgress,
    /// It is.
    Successful,
    /// What is desired was set again before, or the target was deregistered.
    Overridden,
    /// It took too long.
    Unfulfilled,
}

impl ScalingActivity {
    /// `Description`.
    pub fn description(&self, dimension: ScalableDimension) -> String {
        format!("Setting {} to {}.", dimension.capacity(), self.to)
    }

    /// `Cause`: of a policy with the names of the alarm and the policy.
    pub fn cause(&self, alarm: &str, policy: &str) -> String {
        match self.cause {
            ScalingCause::Policy(_) => triggered(alarm, policy),
            ScalingCause::Minimum => format!("minimum capacity was set to {}", self.to),
            ScalingCause::Maximum => format!("maximum capacity was set to {}", self.to),
        }
    }

    /// `StatusMessage`. Those of an activity in progress and of one that was successful stand in the user
    /// guides (tutorials of 2019 in the awsdocs repository); the others are not known: plain words.
    pub fn status_message(&self, dimension: ScalableDimension, status: ActivityStatus) -> String {
        let (capacity, service) = (dimension.capacity(), dimension.namespace());
        let set = format!("Successfully set {capacity} to {}.", self.to);
        match status {
            ActivityStatus::InProgress => {
                format!("{set} Waiting for change to be fulfilled by {service}.")
            }
            ActivityStatus::Successful => {
                format!("{set} Change successfully fulfilled by {service}.")
            }
            ActivityStatus::Overridden => format!("{set} A newer scaling activity has changed it."),
            ActivityStatus::Unfulfilled => format!("{set} {service} has not fulfilled it in time."),
        }
    }

    /// The whole way from datapoints to the capacity, a sentence a step.
    pub fn explain(&self) -> Vec<String> {
        let mut steps = match &self.cause {
            ScalingCause::Policy(decision) => decision.explain(),
            ScalingCause::Minimum => vec![format!("The minimum is {}.", self.to)],
            ScalingCause::Maximum => vec![format!("The maximum is {}.", self.to)],
        };
        steps.push(format!("Desired: {} before, {} now.", self.from, self.to));
        steps
    }
}

impl ActivityStatus {
    /// `StatusCode`.
    pub const fn code(self) -> &'static str {
        match self {
            ActivityStatus::InProgress => "InProgress",
            ActivityStatus::Successful => "Successful",
            ActivityStatus::Overridden => "Overridden",
            ActivityStatus::Unfulfilled => "Unfulfilled",
        }
    }
}

/// `Cause` of what a policy does or does not do.
fn triggered(alarm: &str, policy: &str) -> String {
    format!("monitor alarm {alarm} in state ALARM triggered policy {policy}")
}

impl PolicyDecision {
    fn explain(&self) -> Vec<String> {
        let mut steps = vec![self.calculation.explain()];
        steps.extend(self.limits.iter().map(|limit| limit.explain()));
        steps
    }
}

impl Calculation {
    /// In a sentence.
    pub fn explain(&self) -> String {
        match *self {
            Calculation::Proportional {
                running,
                datapoint,
                value,
                capacity,
            } => {
                let work = i64::from(running).saturating_mul(datapoint.value.millionths());
                let exact = MetricValue::from_millionths(work).over(value);
                let exact = exact.unwrap_or_default();
                format!(
                    "{running} running x {} / {value} = {exact}, rounded up to {capacity}.",
                    datapoint.value
                )
            }
            Calculation::Step {
                metric,
                threshold,
                step,
                running,
                adjustment: (kind, by),
                change,
            } => {
                let difference = metric - threshold;
                let found = format!(
                    "{metric} is {difference} from the threshold of {threshold}: step {}",
                    step + 1
                );
                let capacity = i64::from(running).saturating_add(change);
                match kind {
                    AdjustmentType::ExactCapacity => format!("{found} sets {by}."),
                    AdjustmentType::ChangeInCapacity => {
                        format!("{found}, {by:+}. {running} running {change:+} = {capacity}.")
                    }
                    AdjustmentType::PercentChangeInCapacity => {
                        let part = i64::from(running).saturating_mul(by.into());
                        let part = MetricValue::from_millionths(part.saturating_mul(10_000));
                        format!(
                            "{found}, {by:+} %. Of {running} running that is {part}, in whole numbers {change:+}: {capacity}."
                        )
                    }
                }
            }
            Calculation::FromZero { datapoint } => format!(
                "Nothing is running, and a datapoint is {}: the smallest amount is added.",
                datapoint.value
            ),
        }
    }
}

impl Limit {
    fn explain(&self) -> String {
        match *self {
            Limit::Counted { before } => format!(
                "The last scale-out is not over, so that what it added counts: calculated with the {before} from before it."
            ),
            Limit::LargestPolicy { capacity, .. } => {
                format!("Another policy needs {capacity}: the largest capacity is taken.")
            }
            Limit::Gradual { removed, capacity } => {
                format!("{removed} at most are removed at once: {capacity}.")
            }
            Limit::Minimum { minimum } => format!("No less than the minimum of {minimum}."),
            Limit::Maximum { maximum } => format!("No more than the maximum of {maximum}."),
            Limit::LiftedFirst { minimum } => {
                format!("Less than the minimum was desired: first it is lifted to {minimum}.")
            }
            Limit::LoweredFirst { maximum } => {
                format!("More than the maximum was desired: first it is lowered to {maximum}.")
            }
        }
    }
}

/// A policy was triggered and has changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotScaled {
    /// Of what.
    pub target: ScalableTargetId,
    /// Which.
    pub policy: PolicyId,
    /// What triggered it.
    pub alarm: AlarmId,
    /// What it would have set, if it came so far.
    pub calculation: Option<Calculation>,
    /// What is desired, still.
    pub desired: u32,
    /// Why.
    pub reason: NotScaledReason,
}

impl NotScaled {
    /// `Description` ("Including not scaled activities").
    pub const DESCRIPTION: &str = "Attempting to scale due to alarm triggered";

    /// `StatusCode` (the same).
    pub const CODE: &str = "Failed";

    /// `Cause`, with the names of the alarm and the policy.
    pub fn cause(alarm: &str, policy: &str) -> String {
        triggered(alarm, policy)
    }

    /// The whole way, a sentence a step.
    pub fn explain(&self) -> Vec<String> {
        let calculated = self.calculation.iter().map(Calculation::explain);
        let reason = self.reason.to_string();
        let desired = format!("Desired: {} as before.", self.desired);
        calculated.chain([reason, desired]).collect()
    }
}
