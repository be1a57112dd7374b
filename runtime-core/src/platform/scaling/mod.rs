//! Application Auto Scaling, and the alarms of CloudWatch under it, as a state machine of their own.
//!
//! ```text
//! input     Input: what a driver tells; Effect and Timer: what is asked for; Out: where answers go
//! metrics   samples of metrics, by period
//! alarms    alarms: when they look at their datapoints, and which
//! evaluate  which state follows from datapoints, and from those that are missing
//! targets   scalable targets: what is running and desired, activities, cooldowns
//! policies  what policies may change, and what keeps them from it
//! tracking  target tracking: the alarms that it creates, its formula
//! steps     step scaling: which step, and what it changes
//! actions   scheduled actions: bounds that a target gets at set times
//! pods      the horizontal pod autoscaler of Kubernetes, on its own
//! settings  validation of settings; error: what can be wrong with them
//! ```
//!
//! It has never heard of tasks or environments. A driver calls [`AutoScaling::handle`] with a moment and an
//! input, as it calls the platform, and gets facts and effects back.

mod actions;
mod alarms;
mod evaluate;
mod input;
mod metrics;
mod pods;
mod policies;
mod settings;
mod steps;
mod targets;
mod tracking;

#[cfg(test)]
mod tests;

pub use alarms::{
    HIGH_RESOLUTION_EVALUATION_LAG, HIGH_RESOLUTION_PUBLICATION_LAG, STANDARD_EVALUATION_LAG,
    STANDARD_PUBLICATION_LAG,
};
pub use evaluate::EXTRA_PERIODS;
pub use input::{Effect, Input, Out, Timer};
pub use metrics::Samples;
pub use pods::{
    CPU_INITIALIZATION, INITIAL_READINESS, PodAutoscaler, PodReadiness, PodUsage, SYNC_PERIOD,
    TOLERANCE_PERCENT,
};
pub use settings::{
    ALARM_NAME, LARGEST, LONGEST_RATE_PERIOD, LONGEST_STABILIZATION, LONGEST_WINDOW, MAX_ACTIONS,
    MAX_POLICIES, MAX_STEPS, NAME, RESOURCE, SHORT_PERIODS, ScalingError, UTILIZATION,
    check_action, check_alarm, check_metric, check_pods, check_policy, check_target,
};
pub use targets::FULFILMENT_LIMIT;
pub use tracking::{
    DEFAULT_COOLDOWN, HIGH_PERIODS, LOW_PERIODS, LOW_TENTHS, SCALE_IN_PERCENT, default_cooldown,
};

use crate::timeline::{
    AlarmConfiguration, AlarmState, PolicyConfiguration, ScalableTargetConfiguration, ScalingFact,
    ScheduledActionConfiguration, SessionMeta,
};
use crate::units::{
    AlarmId, MetricId, MetricValue, Moment, OrderedMap, PolicyId, ScalableTargetId,
    ScheduledActionId,
};
use actions::Action;
use alarms::Alarm;
use metrics::Metric;
use policies::Policy;
use targets::Target;

/// The alarms and scalable targets of one account in one region.
#[derive(Clone, Debug)]
pub struct AutoScaling {
    /// Periods begin at whole minutes of the wall clock.
    session: SessionMeta,
    metrics: OrderedMap<MetricId, Metric>,
    alarms: OrderedMap<AlarmId, Alarm>,
    targets: OrderedMap<ScalableTargetId, Target>,
    policies: OrderedMap<PolicyId, Policy>,
    actions: OrderedMap<ScheduledActionId, Action>,
    last_alarm: u32,
    next_activity: u64,
    /// The datapoints that an alarm looks at, the newest first: always the same list.
    window: Vec<Option<MetricValue>>,
}

impl AutoScaling {
    /// Nothing is scaled yet.
    pub fn new(session: SessionMeta) -> Self {
        AutoScaling {
            session,
            metrics: OrderedMap::new(),
            alarms: OrderedMap::new(),
            targets: OrderedMap::new(),
            policies: OrderedMap::new(),
            actions: OrderedMap::new(),
            last_alarm: 0,
            next_activity: 1,
            window: Vec::new(),
        }
    }

    /// Takes one input in, at one moment. Facts and effects are appended to `out` in the order in which
    /// they are to be recorded and carried out. What no longer fits the state is nothing.
    pub fn handle(&mut self, at: Moment, input: Input, out: &mut Out) {
        match input {
            Input::ConfigureMetric {
                metric,
                configuration,
            } => {
                let known = Metric::new(configuration.resolution);
                self.metrics.insert(metric, known);
                out.fact(ScalingFact::MetricConfigured {
                    metric,
                    configuration,
                });
                self.keep_enough();
            }
            Input::Sampled { metric, samples } => self.sampled(at, metric, samples),
            Input::ConfigureAlarm {
                alarm,
                configuration,
            } => self.configure_alarm(at, alarm, configuration, out),
            Input::DeleteAlarm { alarm } => self.delete_alarm(alarm, out),
            Input::TimerFired(Timer::Evaluate { alarm, due }) => {
                if let Some(evaluated) = self.evaluate(alarm, due, out) {
                    self.act(at, alarm, evaluated, out);
                }
            }
            Input::RegisterTarget {
                target,
                configuration,
                running,
                desired,
            } => self.register(at, target, configuration, (running, desired), out),
            Input::DeregisterTarget { target } => self.deregister(target, out),
            Input::Running { target, running } => self.running(at, target, running, out),
            Input::DesiredSet { target, desired } => self.desired(target, desired, out),
            Input::Deployment {
                target,
                in_progress,
            } => self.deploying(target, in_progress),
            Input::ConfigurePolicy {
                policy,
                configuration,
            } => self.configure_policy(at, policy, configuration, out),
            Input::DeletePolicy { policy } => self.delete_policy(policy, out),
            Input::ConfigureAction {
                action,
                configuration,
            } => self.configure_action(at, action, configuration, out),
            Input::DeleteAction { action } => self.delete_action(action, out),
            Input::ActionPlanned { action, due } => self.planned(action, due, out),
            Input::TimerFired(Timer::Action { action, due }) => {
                self.action_due(at, action, due, out);
            }
            Input::TimerFired(Timer::Fulfilment { target, activity }) => {
                self.unfulfilled(target, activity, out);
            }
        }
    }

    /// What an alarm is set to, and its state.
    pub fn alarm(&self, alarm: AlarmId) -> Option<(&AlarmConfiguration, AlarmState)> {
        let it = self.alarms.get(&alarm)?;
        Some((&it.configuration, it.state))
    }

    /// An id for an alarm that is to be created.
    pub fn next_alarm(&self) -> AlarmId {
        AlarmId(self.last_alarm.saturating_add(1))
    }

    /// What a target is set to.
    pub fn target(&self, target: ScalableTargetId) -> Option<&ScalableTargetConfiguration> {
        self.targets.get(&target).map(|it| &*it.configuration)
    }

    /// The policies of a target, in the order of their ids.
    pub fn policies(
        &self,
        target: ScalableTargetId,
    ) -> impl Iterator<Item = (PolicyId, &PolicyConfiguration)> {
        let all = self
            .policies
            .iter()
            .map(|(id, it)| (*id, &*it.configuration));
        all.filter(move |(_, policy)| policy.target == target)
    }

    /// A scheduled action.
    pub fn action(&self, action: ScheduledActionId) -> Option<&ScheduledActionConfiguration> {
        self.actions.get(&action).map(|it| &*it.configuration)
    }
}
