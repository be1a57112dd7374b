//! What goes in and what comes out.

use super::Samples;
use crate::timeline::{
    AlarmConfiguration, MetricConfiguration, PolicyConfiguration, ScalableTargetConfiguration,
    ScalingFact, ScheduledActionConfiguration,
};
use crate::units::{
    ActivityId, AlarmId, MetricId, Moment, PodAutoscalerId, PolicyId, ScalableTargetId,
    ScheduledActionId,
};

/// What a driver tells. Settings were validated before.
#[derive(Clone, Debug)]
pub enum Input {
    /// A metric is sampled from now on; its former samples are forgotten.
    ConfigureMetric {
        /// New or existing.
        metric: MetricId,
        /// Valid settings.
        configuration: Box<MetricConfiguration>,
    },
    /// A metric was sampled: the samples are of the period that this moment is in. At the very end of a
    /// period they are of the next one.
    Sampled {
        /// Which.
        metric: MetricId,
        /// One sample, or several.
        samples: Samples,
    },
    /// Create an alarm, or change it.
    ConfigureAlarm {
        /// New or existing.
        alarm: AlarmId,
        /// Valid settings.
        configuration: Box<AlarmConfiguration>,
    },
    /// Delete an alarm.
    DeleteAlarm {
        /// Which.
        alarm: AlarmId,
    },
    /// Scale a target from now on, or change its bounds: what is desired is brought within them.
    RegisterTarget {
        /// New or existing.
        target: ScalableTargetId,
        /// Valid settings.
        configuration: Box<ScalableTargetConfiguration>,
        /// Of a new one, how much is running.
        running: u32,
        /// Of a new one, how much is desired.
        desired: u32,
    },
    /// Do not scale a target any more.
    DeregisterTarget {
        /// Which.
        target: ScalableTargetId,
    },
    /// Something has started or stopped.
    Running {
        /// Which target.
        target: ScalableTargetId,
        /// How much is running now.
        running: u32,
    },
    /// Somebody else has set what is desired: a person, a template. Not what [`Effect::SetDesired`] asked for.
    DesiredSet {
        /// Which target.
        target: ScalableTargetId,
        /// How much is desired now.
        desired: u32,
    },
    /// A deployment of the service began or ended.
    Deployment {
        /// Which target.
        target: ScalableTargetId,
        /// Whether one is in progress now.
        in_progress: bool,
    },
    /// Create a policy of a target that is registered, or change it.
    ConfigurePolicy {
        /// New or existing.
        policy: PolicyId,
        /// Valid settings.
        configuration: Box<PolicyConfiguration>,
    },
    /// Delete a policy, and the alarms that were created for it.
    DeletePolicy {
        /// Which.
        policy: PolicyId,
    },
    /// Create a scheduled action of a target that is registered, or change it.
    ConfigureAction {
        /// New or existing.
        action: ScheduledActionId,
        /// Valid settings.
        configuration: Box<ScheduledActionConfiguration>,
    },
    /// Delete a scheduled action.
    DeleteAction {
        /// Which.
        action: ScheduledActionId,
    },
    /// What [`Effect::PlanAction`] asked for.
    ActionPlanned {
        /// Which.
        action: ScheduledActionId,
        /// When it is due next; `None` if never again.
        due: Option<Moment>,
    },
    /// The moment of [`Effect::SetTimer`] has come.
    TimerFired(Timer),
}

/// What a driver is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Say [`Input::TimerFired`] at this moment.
    SetTimer {
        /// On the session clock.
        at: Moment,
        /// Comes back as it is.
        timer: Timer,
    },
    /// Find out when a scheduled action is due next; then [`Input::ActionPlanned`].
    PlanAction {
        /// Which.
        action: ScheduledActionId,
        /// When it was set so: rates count from then.
        created: Moment,
        /// Later than this.
        after: Moment,
    },
    /// Set the replicas of a [`PodAutoscaler`](super::PodAutoscaler)'s deployment.
    SetReplicas {
        /// Which autoscaler.
        autoscaler: PodAutoscalerId,
        /// To so many.
        replicas: u32,
    },
    /// Set the desired capacity; then [`Input::Running`] whenever more or less is running.
    SetDesired {
        /// Of which target.
        target: ScalableTargetId,
        /// To so much.
        capacity: u32,
    },
}

/// A timer carries the state that it was set for: if that has moved on, it is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// An alarm looks at its datapoints.
    Evaluate {
        /// Which.
        alarm: AlarmId,
        /// When it wanted to.
        due: Moment,
    },
    /// A scheduled action is due.
    Action {
        /// Which.
        action: ScheduledActionId,
        /// When.
        due: Moment,
    },
    /// What an activity has set should be running.
    Fulfilment {
        /// Which target.
        target: ScalableTargetId,
        /// Which activity.
        activity: ActivityId,
    },
}

/// Where answers go.
#[derive(Clone, Debug, Default)]
pub struct Out {
    /// For the timeline, each as a [`LifecycleEvent`](crate::timeline::LifecycleEvent).
    pub facts: Vec<ScalingFact>,
    /// For the driver.
    pub effects: Vec<Effect>,
}

impl Out {
    pub(super) fn fact(&mut self, fact: ScalingFact) {
        self.facts.push(fact);
    }

    pub(super) fn timer(&mut self, at: Moment, timer: Timer) {
        self.effects.push(Effect::SetTimer { at, timer });
    }
}
