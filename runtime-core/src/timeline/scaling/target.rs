//! Scalable targets of Application Auto Scaling, and its scheduled actions.

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
