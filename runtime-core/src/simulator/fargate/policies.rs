//! What scales a service: policies and scheduled actions as plain values, and what Application Auto Scaling is
//! told of them before anything comes.

use super::driver::{START_MILLIS, TARGET};
use super::measures::{Measure, ServiceMetric};
use super::plan::{LEAD, ServicePlan};
use crate::platform::scaling::{self, ScalingError, check_alarm, check_policy, check_target};
use crate::timeline::{
    AlarmConfiguration, Comparison, MetricConfiguration, MissingData, PolicyConfiguration,
    PolicyKind, ScalableDimension, ScalableTargetConfiguration, ScheduleConfiguration,
    ScheduleOwner, ScheduledActionConfiguration, StepScaling, SuspendedState, TargetTracking,
};
use crate::units::{AlarmId, MetricValue, Moment, PolicyId, ScheduledActionId, Span, civil_date};

/// What scales the service.
#[derive(Clone, Debug, PartialEq)]
pub struct ScalingPlan {
    /// `MinCapacity`.
    pub minimum: u32,
    /// `MaxCapacity`.
    pub maximum: u32,
    /// What does not happen for now.
    pub suspended: SuspendedState,
    /// Scaling policies.
    pub policies: Vec<PolicyPlan>,
    /// Scheduled actions.
    pub schedule: Vec<BoundsChange>,
}

/// A scaling policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyPlan {
    /// A metric is kept at a value.
    Tracking(TrackingPlan),
    /// An alarm changes the capacity by how far a metric is from its threshold.
    Step(StepPlan),
}

/// A target tracking policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrackingPlan {
    /// What is kept at the value.
    pub metric: ServiceMetric,
    /// Percent, requests a minute and target, or messages.
    pub value: MetricValue,
    /// `None` for the service's default.
    pub scale_out_cooldown: Option<Span>,
    /// `None` for the service's default.
    pub scale_in_cooldown: Option<Span>,
    /// Whether it never scales in.
    pub disable_scale_in: bool,
}

/// A step scaling policy and the alarm that triggers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepPlan {
    /// What the alarm looks at.
    pub metric: ServiceMetric,
    /// When it goes off.
    pub alarm: AlarmPlan,
    /// What is changed then.
    pub scaling: StepScaling,
}

/// An alarm that somebody creates for a step scaling policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlarmPlan {
    /// `ComparisonOperator`.
    pub comparison: Comparison,
    /// `Threshold`, in the metric's unit.
    pub threshold: MetricValue,
    /// `Period`; `None` for the period of the metric's datapoints.
    pub period: Option<Span>,
    /// `EvaluationPeriods`.
    pub evaluation_periods: u32,
    /// `DatapointsToAlarm`.
    pub datapoints_to_alarm: u32,
    /// `TreatMissingData`.
    pub missing: MissingData,
}

/// A scheduled action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundsChange {
    /// When, since the start; whole seconds.
    pub at: Span,
    /// `MinCapacity`, if it is set.
    pub minimum: Option<u32>,
    /// `MaxCapacity`, if it is set.
    pub maximum: Option<u32>,
}

impl ServicePlan {
    fn target(&self) -> Option<ScalableTargetConfiguration> {
        let scaling = self.scaling.as_ref()?;
        Some(ScalableTargetConfiguration {
            dimension: ScalableDimension::EcsDesiredCount,
            resource: format!("service/default/{}", self.name),
            minimum: scaling.minimum,
            maximum: scaling.maximum,
            suspended: scaling.suspended,
        })
    }

    /// Policies and their ids, in the plan's order.
    fn policy_plans(&self) -> impl Iterator<Item = (PolicyId, &PolicyPlan)> {
        let plans = self.scaling.iter().flat_map(|it| &it.policies);
        (1..).map(PolicyId).zip(plans)
    }

    fn policies(&self) -> Vec<PolicyConfiguration> {
        let all = self.policy_plans();
        all.map(|(id, it)| it.policy(id)).collect()
    }

    /// The alarms that target tracking does not create itself.
    pub(super) fn alarms(&self) -> Vec<(ServiceMetric, AlarmConfiguration)> {
        let steps = self.policy_plans().filter_map(|(id, it)| match it {
            PolicyPlan::Tracking(_) => None,
            PolicyPlan::Step(step) => Some((step.metric, step.alarm(&self.name, id))),
        });
        steps.collect()
    }

    /// What CloudWatch would not accept of the alarm of deployments.
    pub(super) fn check_deployment_alarm(&self) -> Vec<ScalingError> {
        let alarm = self.deployment_alarm.map(|it| it.alarm(&self.name));
        let checked = alarm.map(|it| check_alarm(&it, [Measure::Errors.period()]));
        checked.unwrap_or_default()
    }

    /// What Application Auto Scaling and CloudWatch would not accept.
    pub(super) fn check_scaling(&self) -> Vec<ScalingError> {
        let Some(target) = self.target() else {
            return Vec::new();
        };
        let mut errors = check_target(&target);
        let policies = self.policies();
        for (place, policy) in policies.iter().enumerate() {
            let others = policies.iter().take(place);
            errors.extend(check_policy(policy, &target, others));
        }
        for (metric, alarm) in self.alarms() {
            let resolutions = metric.measures().map(Measure::period);
            errors.extend(check_alarm(&alarm, resolutions));
        }
        errors
    }

    /// What policies need samples of, each once.
    pub(super) fn measures(&self) -> Vec<Measure> {
        let mut measures: Vec<Measure> = Vec::new();
        let of_deployments = self.deployment_alarm.map(|_| Measure::Errors);
        for measure in self
            .metrics()
            .flat_map(ServiceMetric::measures)
            .chain(of_deployments)
        {
            if !measures.contains(&measure) {
                measures.push(measure);
            }
        }
        measures
    }

    /// What policies look at.
    pub(super) fn metrics(&self) -> impl Iterator<Item = ServiceMetric> {
        self.policy_plans().map(|(_, policy)| policy.metric())
    }

    /// What Application Auto Scaling and CloudWatch are told.
    pub(super) fn scaling_set_up(&self) -> Vec<scaling::Input> {
        let measures = self.measures().into_iter();
        let mut inputs: Vec<scaling::Input> = measures
            .map(|measure| scaling::Input::ConfigureMetric {
                metric: measure.id(),
                configuration: Box::new(MetricConfiguration {
                    name: measure.name().to_owned(),
                    resolution: measure.period(),
                }),
            })
            .collect();
        inputs.extend(self.target().map(|target| scaling::Input::RegisterTarget {
            target: TARGET,
            configuration: Box::new(target),
            running: 0,
            desired: self.desired,
        }));
        // Before policies: target tracking gives its alarms the ids that are left.
        let of_steps = self.alarms().into_iter().map(|(_, alarm)| alarm);
        let of_deployments = self.deployment_alarm.map(|it| it.alarm(&self.name));
        let alarms = (1..).map(AlarmId).zip(of_steps.chain(of_deployments));
        inputs.extend(
            alarms.map(|(alarm, configuration)| scaling::Input::ConfigureAlarm {
                alarm,
                configuration: Box::new(configuration),
            }),
        );
        let policies = self.policy_plans();
        inputs.extend(
            policies.map(|(policy, plan)| scaling::Input::ConfigurePolicy {
                policy,
                configuration: Box::new(plan.policy(policy)),
            }),
        );
        let changes = self.scaling.iter().flat_map(|it| &it.schedule).zip(1..);
        inputs.extend(
            changes.map(|(change, number)| scaling::Input::ConfigureAction {
                action: ScheduledActionId(number),
                configuration: Box::new(change.action(number)),
            }),
        );
        inputs
    }

    /// When a scheduled action is due.
    pub(super) fn action_due(&self, action: ScheduledActionId) -> Option<Moment> {
        let place = (action.0 as usize).checked_sub(1)?;
        let change = self.scaling.as_ref()?.schedule.get(place)?;
        Some(Moment::START + LEAD + change.at)
    }
}

impl PolicyPlan {
    /// What it looks at.
    pub const fn metric(&self) -> ServiceMetric {
        match self {
            PolicyPlan::Tracking(tracking) => tracking.metric,
            PolicyPlan::Step(step) => step.metric,
        }
    }

    fn policy(&self, id: PolicyId) -> PolicyConfiguration {
        match self {
            PolicyPlan::Tracking(tracking) => tracking.policy(),
            PolicyPlan::Step(step) => PolicyConfiguration {
                name: step.name(id),
                target: TARGET,
                kind: PolicyKind::Step(step.scaling.clone()),
            },
        }
    }
}

impl TrackingPlan {
    fn policy(&self) -> PolicyConfiguration {
        PolicyConfiguration {
            name: self.metric.policy_name().to_owned(),
            target: TARGET,
            kind: PolicyKind::TargetTracking(TargetTracking {
                scale_out_cooldown: self.scale_out_cooldown,
                scale_in_cooldown: self.scale_in_cooldown,
                disable_scale_in: self.disable_scale_in,
                ..TargetTracking::of(self.metric.tracked(), self.value)
            }),
        }
    }
}

impl StepPlan {
    /// Several policies can look at the same metric.
    fn name(&self, id: PolicyId) -> String {
        format!("{}-step-{}", self.metric.policy_name(), id.0)
    }

    fn alarm(&self, service: &str, policy: PolicyId) -> AlarmConfiguration {
        let alarm = self.alarm;
        AlarmConfiguration {
            name: format!("{service}-{}", self.name(policy)),
            source: self.metric.source(),
            period: alarm.period.unwrap_or(self.metric.period()),
            evaluation_periods: alarm.evaluation_periods,
            datapoints_to_alarm: alarm.datapoints_to_alarm,
            comparison: alarm.comparison,
            threshold: alarm.threshold,
            missing: alarm.missing,
            actions: vec![policy],
        }
    }
}

impl BoundsChange {
    fn action(&self, number: u32) -> ScheduledActionConfiguration {
        let schedule = ScheduleConfiguration::of(ScheduleOwner::Scheduler, at_expression(self.at));
        ScheduledActionConfiguration {
            name: format!("scheduled-{number}"),
            target: TARGET,
            schedule,
            minimum: self.minimum,
            maximum: self.maximum,
        }
    }
}

/// `at(2026-01-01T00:10:00)`: so long after the start.
fn at_expression(after: Span) -> String {
    let seconds = START_MILLIS / 1_000 + after.as_nanos() / 1_000_000_000;
    let (year, month, day) = civil_date((seconds / 86_400).cast_signed());
    let of_day = seconds % 86_400;
    format!(
        "at({year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02})",
        of_day / 3_600,
        of_day / 60 % 60,
        of_day % 60
    )
}
