//! What scales a service or provisioned concurrency, and why: alarms of CloudWatch, policies and activities
//! of Application Auto Scaling.
//!
//! ```text
//! alarm     alarms: settings, states, why a state changed in CloudWatch's words
//! target    what is scaled, and between which bounds
//! policy    policies: settings, predefined metrics
//! activity  what was done and why, number by number and in AWS's words
//! reason    why nothing was done
//! pods      the horizontal pod autoscaler of Kubernetes: settings, decisions
//! ```

mod activity;
mod alarm;
mod pods;
mod policy;
mod reason;
mod target;

pub use activity::{
    ActivityStatus, Calculation, Limit, NotScaled, PolicyDecision, ScalingActivity, ScalingCause,
};

pub use alarm::{
    AlarmChange, AlarmConfiguration, AlarmReason, AlarmState, Comparison, Datapoint,
    MetricConfiguration, MetricSource, MetricStatistic, MissingData, Statistic,
};

pub use pods::{
    PodAutoscalerConfiguration, PodCalculation, PodDecision, PodLimit, PodMetric, PodOutcome,
    RateChange, RatePolicy, ScalingRules, SelectPolicy,
};
pub use policy::{
    AdjustmentType, Aggregation, PolicyConfiguration, PolicyKind, PredefinedMetric, StepAdjustment,
    StepScaling, TargetTracking, TrackedMetric,
};
pub use reason::NotScaledReason;
pub use target::{
    ActionOutcome, ScalableDimension, ScalableTargetConfiguration, ScheduledActionConfiguration,
    SuspendedState,
};

use crate::units::{
    ActivityId, AlarmId, MetricId, MetricValue, Moment, PodAutoscalerId, PolicyId,
    ScalableTargetId, ScheduledActionId,
};
use serde::{Deserialize, Serialize};

/// What happened to what scales.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum ScalingFact {
    /// A metric is sampled from now on.
    MetricConfigured {
        /// Which.
        metric: MetricId,
        /// What it is.
        configuration: Box<MetricConfiguration>,
    },
    /// An alarm was created or changed. It has no state until it is evaluated.
    AlarmConfigured {
        /// Which.
        alarm: AlarmId,
        /// What it is set to from now on.
        configuration: Box<AlarmConfiguration>,
    },
    /// An alarm was deleted.
    AlarmDeleted {
        /// Which.
        alarm: AlarmId,
    },
    /// An alarm looked at its datapoints. If its state has changed, the next fact says so.
    AlarmEvaluated {
        /// Which.
        alarm: AlarmId,
        /// The end of the newest period that it looked at.
        until: Moment,
        /// That period's datapoint, if there is one.
        datapoint: Option<MetricValue>,
    },
    /// An alarm's state has changed.
    AlarmChanged {
        /// Which.
        alarm: AlarmId,
        /// From which state to which, and why.
        change: Box<AlarmChange>,
    },
    /// A target was registered or changed.
    TargetRegistered {
        /// Which.
        target: ScalableTargetId,
        /// What it is set to from now on.
        configuration: Box<ScalableTargetConfiguration>,
    },
    /// A target is not scaled any more; its policies are gone.
    TargetDeregistered {
        /// Which.
        target: ScalableTargetId,
    },
    /// A policy was created or changed.
    PolicyConfigured {
        /// Which.
        policy: PolicyId,
        /// What it is set to from now on.
        configuration: Box<PolicyConfiguration>,
    },
    /// A policy was deleted.
    PolicyDeleted {
        /// Which.
        policy: PolicyId,
    },
    /// The desired capacity of a target was set: the activity is in progress.
    ActivityStarted {
        /// New.
        activity: ActivityId,
        /// What was set, and why.
        change: Box<ScalingActivity>,
    },
    /// An activity came to its end.
    ActivityEnded {
        /// Which.
        activity: ActivityId,
        /// How.
        status: ActivityStatus,
    },
    /// A policy was triggered and has changed nothing. It is told again only for another reason, or after
    /// something has changed.
    NotScaled(Box<NotScaled>),
    /// A scheduled action was created or changed.
    ActionConfigured {
        /// Which.
        action: ScheduledActionId,
        /// What it is set to from now on.
        configuration: Box<ScheduledActionConfiguration>,
    },
    /// A scheduled action was deleted.
    ActionDeleted {
        /// Which.
        action: ScheduledActionId,
    },
    /// A scheduled action was due. What that changes of what is desired is an activity of its own.
    ActionTriggered {
        /// Which.
        action: ScheduledActionId,
        /// What came of it.
        outcome: ActionOutcome,
    },
    /// An autoscaler of pods was created or changed.
    PodAutoscalerConfigured {
        /// Which.
        autoscaler: PodAutoscalerId,
        /// What it is set to from now on.
        configuration: Box<PodAutoscalerConfiguration>,
    },
    /// An autoscaler of pods has changed their number, or was kept from it.
    PodsDecided {
        /// Which.
        autoscaler: PodAutoscalerId,
        /// What it has decided, and why.
        decision: Box<PodDecision>,
    },
}
