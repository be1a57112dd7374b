//! Provisioned concurrency in scenarios, as plain values; and what of it is told a platform and Application
//! Auto Scaling.

use super::set_up::{alias_id, function_id, number, place_of_number};
use crate::platform::{Input, scaling};
use crate::timeline::{
    AliasConfiguration, PolicyConfiguration, PolicyKind, PredefinedMetric, Qualifier,
    ScalableDimension, ScalableTargetConfiguration, ScheduleConfiguration, ScheduleOwner,
    ScheduledActionConfiguration, SuspendedState, TargetTracking, TrackedMetric,
};
use crate::units::{MetricId, MetricValue, Moment, ScalableTargetId, Span, Version};

/// The alias that has the provisioned concurrency, and that loads of the function go to.
const ALIAS: &str = "live";

/// Provisioned concurrency of an alias that names the function's only version. Loads of the function go
/// to the alias.
#[derive(Clone, Debug, PartialEq)]
pub struct Provisioning {
    /// Environments that there are at the start: they were asked for before.
    pub environments: u32,
    /// How Application Auto Scaling changes that, if it does.
    pub scaling: Option<ProvisionedScaling>,
}

/// A scalable target of Application Auto Scaling.
#[derive(Clone, Debug, PartialEq)]
pub struct ProvisionedScaling {
    /// `MinCapacity`.
    pub minimum: u32,
    /// `MaxCapacity`.
    pub maximum: u32,
    /// The `ProvisionedConcurrencyUtilization` at which a target tracking policy keeps it, 0.1 to 0.9; there
    /// is no policy without one.
    pub utilization: Option<MetricValue>,
    /// Scheduled actions.
    pub schedule: Vec<ScheduledBounds>,
}

/// A scheduled action: bounds that the target gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduledBounds {
    /// When, from the start.
    pub at: Span,
    /// How long after that again, and again; once only if `None`.
    pub every: Option<Span>,
    /// `MinCapacity`; the target keeps its own without one.
    pub minimum: Option<u32>,
    /// `MaxCapacity`; the target keeps its own without one.
    pub maximum: Option<u32>,
}

impl ScheduledBounds {
    /// When it is due next, later than this.
    pub(super) fn due_after(&self, after: Moment) -> Option<Moment> {
        let first = Moment::START + self.at;
        if first > after {
            return Some(first);
        }
        let every = self.every.filter(|it| *it > Span::ZERO)?.as_nanos();
        let rounds = after.since(first).as_nanos() / every + 1;
        Some(first + Span::from_nanos(every.saturating_mul(rounds)))
    }
}

impl Provisioning {
    /// What a platform is told, of the function at this place: a version, an alias of it, and how many
    /// environments it has.
    pub(super) fn set_up(&self, place: usize) -> Vec<Input> {
        let (function, alias) = (function_id(place), alias_id(place));
        let mut inputs = vec![
            Input::PublishVersion {
                function,
                description: String::new(),
            },
            Input::ConfigureAlias {
                alias,
                configuration: Box::new(AliasConfiguration {
                    function,
                    name: ALIAS.to_owned(),
                    version: Version::from(1),
                    additional: None,
                    description: String::new(),
                }),
            },
        ];
        inputs.extend((self.environments > 0).then(|| self.asked(place, self.environments)));
        inputs
    }

    /// So many environments are asked for.
    pub(super) fn asked(&self, place: usize, environments: u32) -> Input {
        Input::Provision {
            function: function_id(place),
            qualifier: Qualifier::Alias(alias_id(place)),
            environments,
        }
    }
}

/// The scalable target of the function at this place; its metric has the same number.
pub(super) fn target_id(place: usize) -> ScalableTargetId {
    ScalableTargetId(number(place))
}

/// The place of the function that a scalable target is of.
pub(super) fn place_of_target(target: ScalableTargetId) -> usize {
    place_of_number(target.0)
}

/// `ProvisionedConcurrencyUtilization` of the function at this place.
pub(super) fn metric_id(place: usize) -> MetricId {
    MetricId(number(place))
}

impl ProvisionedScaling {
    /// The scalable target of the function of this name.
    pub(super) fn target(&self, function: &str) -> ScalableTargetConfiguration {
        ScalableTargetConfiguration {
            dimension: ScalableDimension::LambdaProvisionedConcurrency,
            resource: format!("function:{function}:{ALIAS}"),
            minimum: self.minimum,
            maximum: self.maximum,
            suspended: SuspendedState::default(),
        }
    }

    /// Its policy, if it has one.
    pub(super) fn policy(&self, place: usize) -> Option<PolicyConfiguration> {
        let kind = PredefinedMetric::LambdaProvisionedConcurrencyUtilization;
        let metric = TrackedMetric::Predefined {
            kind,
            metric: metric_id(place),
        };
        let tracking = TargetTracking::of(metric, self.utilization?);
        Some(PolicyConfiguration {
            name: "utilization".to_owned(),
            target: target_id(place),
            kind: PolicyKind::TargetTracking(tracking),
        })
    }

    /// Its scheduled actions. When they are due, the simulation knows: a schedule's syntax is not needed.
    pub(super) fn actions(&self, place: usize) -> Vec<ScheduledActionConfiguration> {
        let action = |(number, it): (usize, &ScheduledBounds)| ScheduledActionConfiguration {
            name: format!("action-{}", number + 1),
            target: target_id(place),
            schedule: ScheduleConfiguration::of(
                ScheduleOwner::Scheduler,
                format!("{} after the start", it.at),
            ),
            minimum: it.minimum,
            maximum: it.maximum,
        };
        self.schedule.iter().enumerate().map(action).collect()
    }

    /// The most that it can set.
    pub(super) fn most(&self) -> u32 {
        let scheduled = self
            .schedule
            .iter()
            .filter_map(|it| it.maximum.max(it.minimum));
        scheduled.fold(self.maximum, u32::max)
    }

    /// What Application Auto Scaling would not accept of it.
    pub(super) fn errors(&self, function: &str) -> Vec<scaling::ScalingError> {
        let target = self.target(function);
        let mut errors = scaling::check_target(&target);
        if let Some(policy) = self.policy(0) {
            errors.extend(scaling::check_policy(&policy, &target, []));
        }
        let actions = self.actions(0);
        for (number, action) in actions.iter().enumerate() {
            let others = actions.iter().enumerate();
            let others = others.filter(|(other, _)| *other != number);
            let found = scaling::check_action(action, others.map(|(_, it)| it));
            errors.extend(found);
        }
        errors.dedup();
        errors
    }
}
