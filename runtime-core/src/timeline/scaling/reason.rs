//! Why a policy that was triggered has changed nothing.

use crate::units::{MetricValue, Moment, PolicyId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a policy has changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum NotScaledReason {
    /// The maximum is in the way.
    AlreadyAtMaxCapacity {
        /// `MaxCapacity`.
        maximum: u32,
    },
    /// The minimum is in the way.
    AlreadyAtMinCapacity {
        /// `MinCapacity`.
        minimum: u32,
    },
    /// What was calculated is desired already.
    AlreadyAtDesiredCapacity,
    /// With less, the metric would be above its value again.
    AnticipatedFlapping,
    /// The cooldown of the last activity is not over.
    Cooldown {
        /// When it is; `None` while that activity is in progress.
        until: Option<Moment>,
    },
    /// A target tracking policy that scales in is not ready to do so.
    Disagreement {
        /// Which.
        policy: PolicyId,
    },
    /// A deployment of the service is in progress.
    Deployment,
    /// Scaling in this direction is suspended.
    Suspended,
    /// No step is for this metric, or there is no datapoint.
    NoStep {
        /// What the datapoints come to.
        metric: Option<MetricValue>,
    },
}

impl NotScaledReason {
    /// `Code` ("Understanding not scaled reason codes"), where AWS has one. That a deployment is told as
    /// this is a model choice.
    pub const fn code(self) -> Option<&'static str> {
        match self {
            NotScaledReason::AlreadyAtMaxCapacity { .. } => Some("AlreadyAtMaxCapacity"),
            NotScaledReason::AlreadyAtMinCapacity { .. } => Some("AlreadyAtMinCapacity"),
            NotScaledReason::AlreadyAtDesiredCapacity => Some("AlreadyAtDesiredCapacity"),
            NotScaledReason::AnticipatedFlapping => Some("AutoScalingAnticipatedFlapping"),
            NotScaledReason::Deployment => Some("TargetServicePutResourceAsUnscalable"),
            NotScaledReason::Cooldown { .. }
            | NotScaledReason::Disagreement { .. }
            | NotScaledReason::Suspended
            | NotScaledReason::NoStep { .. } => None,
        }
    }
}

impl fmt::Display for NotScaledReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotScaledReason::AlreadyAtMaxCapacity { maximum } => {
                write!(f, "The maximum is {maximum}.")
            }
            NotScaledReason::AlreadyAtMinCapacity { minimum } => {
                write!(f, "The minimum is {minimum}.")
            }
            NotScaledReason::AlreadyAtDesiredCapacity => {
                write!(f, "What was calculated is no change.")
            }
            NotScaledReason::AnticipatedFlapping => {
                write!(f, "With less, the metric would be above its target again.")
            }
            NotScaledReason::Cooldown { until: Some(until) } => {
                write!(f, "The last scale-in's cooldown ends at {until}.")
            }
            NotScaledReason::Cooldown { until: None } => {
                write!(f, "The last scale-in is still in progress.")
            }
            NotScaledReason::Disagreement { .. } => write!(
                f,
                "Another target tracking policy is not ready to scale in, and all have to be."
            ),
            NotScaledReason::Deployment => {
                write!(f, "There is no scale-in while a deployment is in progress.")
            }
            NotScaledReason::Suspended => write!(f, "Scaling in this direction is suspended."),
            NotScaledReason::NoStep {
                metric: Some(metric),
            } => write!(f, "No step is for {metric}."),
            NotScaledReason::NoStep { metric: None } => write!(f, "There is no datapoint."),
        }
    }
}
