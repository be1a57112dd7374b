//! Scalable targets of Application Auto Scaling, and its scheduled actions.

use crate::timeline::ScheduleConfiguration;
use crate::units::ScalableTargetId;
use serde::{Deserialize, Serialize};

/// What is scaled, and between which bounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScalableTargetConfiguration {
    /// What of it is scaled.
    pub dimension: ScalableDimension,
    /// `ResourceId`: `service/CLUSTER/SERVICE`, `function:NAME:ALIAS`.
    pub resource: String,
    /// `MinCapacity`.
    pub minimum: u32,
    /// `MaxCapacity`.
    pub maximum: u32,
    /// `SuspendedState`.
    #[serde(default)]
    pub suspended: SuspendedState,
}

/// What of a scalable target is scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ScalableDimension {
    /// `ecs:service:DesiredCount`.
    EcsDesiredCount,
    /// `lambda:function:ProvisionedConcurrency`.
    LambdaProvisionedConcurrency,
}

impl ScalableDimension {
    /// `ScalableDimension`.
    pub const fn name(self) -> &'static str {
        match self {
            ScalableDimension::EcsDesiredCount => "ecs:service:DesiredCount",
            ScalableDimension::LambdaProvisionedConcurrency => {
                "lambda:function:ProvisionedConcurrency"
            }
        }
    }

    /// `ServiceNamespace`.
    pub const fn namespace(self) -> &'static str {
        match self {
            ScalableDimension::EcsDesiredCount => "ecs",
            ScalableDimension::LambdaProvisionedConcurrency => "lambda",
        }
    }

    /// What the capacity is called in the messages of activities: that of ECS stands in the user guide
    /// ("Scaling activities for Application Auto Scaling"), that of Lambda in an activity of 2022-07-02
    /// that is public in a repository (read 2026-11-30).
    pub const fn capacity(self) -> &'static str {
        match self {
            ScalableDimension::EcsDesiredCount => "desired count",
            ScalableDimension::LambdaProvisionedConcurrency => "desired concurrency",
        }
    }
}

/// What does not happen for now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SuspendedState {
    /// `DynamicScalingInSuspended`: policies do not scale in.
    pub scale_in: bool,
    /// `DynamicScalingOutSuspended`: policies do not scale out.
    pub scale_out: bool,
    /// `ScheduledScalingSuspended`: scheduled actions do nothing.
    pub scheduled: bool,
}

/// A scheduled action: bounds that a target gets at set times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduledActionConfiguration {
    /// `ScheduledActionName`, unique for its target.
    pub name: String,
    /// What gets the bounds.
    pub target: ScalableTargetId,
    /// `Schedule`, `Timezone`, `StartTime` and `EndTime`, in the syntax that EventBridge Scheduler has as well:
    /// `at(...)`, `rate(...)`, `cron(...)`.
    pub schedule: ScheduleConfiguration,
    /// `MinCapacity`; without it the target keeps its own.
    pub minimum: Option<u32>,
    /// `MaxCapacity`; without it the target keeps its own.
    pub maximum: Option<u32>,
}

/// What a scheduled action says when it is due ("Scaling activities", tutorials of 2019 in the awsdocs
/// repository).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum ActionOutcome {
    /// The target has these bounds.
    Set {
        /// `MinCapacity`.
        minimum: u32,
        /// `MaxCapacity`.
        maximum: u32,
    },
    /// The minimum would be above the maximum: the target keeps what it has.
    Refused {
        /// `MinCapacity`.
        minimum: u32,
        /// `MaxCapacity`.
        maximum: u32,
    },
    /// Scheduled scaling is suspended.
    Suspended,
}

impl ActionOutcome {
    /// `Description`.
    pub fn description(self) -> String {
        match self {
            ActionOutcome::Set { minimum, maximum }
            | ActionOutcome::Refused { minimum, maximum } => {
                format!("Setting min capacity to {minimum} and max capacity to {maximum}")
            }
            ActionOutcome::Suspended => "Scheduled scaling is suspended".to_owned(),
        }
    }

    /// `Cause`, with the name of the action.
    pub fn cause(name: &str) -> String {
        format!("scheduled action name {name} was triggered")
    }

    /// `StatusMessage`. That of one that was refused is not known: plain words.
    pub fn status_message(self) -> String {
        match self {
            ActionOutcome::Set { minimum, maximum } => {
                format!("Successfully set min capacity to {minimum} and max capacity to {maximum}")
            }
            ActionOutcome::Refused { minimum, maximum } => format!(
                "The minimum capacity of {minimum} would be above the maximum capacity of {maximum}."
            ),
            ActionOutcome::Suspended => "Scheduled scaling is suspended".to_owned(),
        }
    }
}
