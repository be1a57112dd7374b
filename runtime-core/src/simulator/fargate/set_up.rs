//! A plan as what ECS and Application Auto Scaling are told before anything comes.

use super::check::PlanError;
use super::driver::{SERVICE, START_MILLIS, TARGET, metric_id};
use super::plan::{LEAD, ServiceMetric, ServicePlan, TrackingPlan};
use crate::platform::fargate::{
    Fargate, Input, Out, check_service, check_subnet, check_task_definition,
};
use crate::platform::scaling::{self, check_policy, check_target};
use crate::timeline::{
    LoadBalancer, MetricConfiguration, NetworkConfiguration, PolicyConfiguration, PolicyKind,
    PredefinedMetric, ScalableDimension, ScalableTargetConfiguration, ScheduleConfiguration,
    ScheduleOwner, ScheduledActionConfiguration, ServiceConfiguration, SubnetConfiguration,
    TargetTracking, TrackedMetric,
};
use crate::units::{
    Moment, PolicyId, ScheduledActionId, Span, SubnetId, TargetGroupId, TaskDefinitionId, ZoneId,
    civil_date,
};

const DEFINITION: TaskDefinitionId = TaskDefinitionId(1);
/// The port that the first container listens on, if its definition names none.
pub(crate) const PORT: u16 = 80;

impl ServicePlan {
    /// Everything that is wrong with it; empty if it can be simulated.
    pub fn check(&self) -> Vec<PlanError> {
        let mut errors = self.check_values();
        let definition = check_task_definition(&self.definition);
        errors.extend(definition.into_iter().map(PlanError::Definition));
        let mut fargate = Fargate::default();
        let mut out = Out::default();
        for input in self.foundations() {
            if let Input::ConfigureSubnet { configuration, .. } = &input {
                let wrong = check_subnet(configuration).map(PlanError::Service);
                errors.extend(wrong.filter(|error| !errors.contains(error)));
            }
            fargate.handle(Moment::START, input, &mut out);
        }
        let service = check_service(&fargate, &self.service());
        errors.extend(service.into_iter().map(PlanError::Service));
        if let Some(target) = self.target() {
            let wrong = check_target(&target).into_iter();
            errors.extend(wrong.map(PlanError::Scaling));
            let policies = self.policies();
            for (place, policy) in policies.iter().enumerate() {
                let others = policies.iter().take(place);
                let wrong = check_policy(policy, &target, others).into_iter();
                errors.extend(wrong.map(PlanError::Scaling));
            }
        }
        errors
    }

    /// Quotas, subnets and the task definition.
    fn foundations(&self) -> Vec<Input> {
        let mut inputs = vec![Input::ConfigureAccount(Box::new(self.account))];
        inputs.extend((0..self.network.zones).map(|zone| Input::ConfigureSubnet {
            subnet: SubnetId(u32::from(zone) + 1),
            configuration: Box::new(SubnetConfiguration {
                name: format!("zone-{zone}"),
                zone: ZoneId(zone),
                prefix: self.network.prefix,
                route: self.network.route,
            }),
        }));
        inputs.push(Input::RegisterTaskDefinition {
            definition: DEFINITION,
            configuration: Box::new(self.definition.clone()),
        });
        inputs
    }

    /// What ECS is told.
    pub(super) fn set_up(&self) -> Vec<Input> {
        let mut inputs = self.foundations();
        inputs.push(Input::ConfigureService {
            service: SERVICE,
            configuration: Box::new(self.service()),
        });
        inputs
    }

    /// The service as it is created.
    pub(super) fn service(&self) -> ServiceConfiguration {
        let subnets: Vec<SubnetId> = (1..=u32::from(self.network.zones)).map(SubnetId).collect();
        let first = self.definition.containers.first();
        let port = first.and_then(|it| it.port).unwrap_or(PORT);
        let balancer = &self.balancer;
        ServiceConfiguration {
            desired: Some(self.desired),
            strategy: self.strategy.clone(),
            network: NetworkConfiguration {
                subnets: subnets.clone(),
                public_ip: self.network.public_ip,
            },
            load_balancer: Some(LoadBalancer {
                check: balancer.check,
                deregistration_delay: balancer.deregistration_delay,
                ..LoadBalancer::of(TargetGroupId(1), port)
            }),
            grace_period: self.grace_period,
            deployment: self.deployment.clone(),
            rebalancing: self.rebalancing,
            ..ServiceConfiguration::named(self.name.clone(), DEFINITION, subnets)
        }
    }

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

    fn policies(&self) -> Vec<PolicyConfiguration> {
        let plans = self.scaling.iter().flat_map(|it| &it.policies);
        plans.map(|it| it.policy()).collect()
    }

    /// The metrics that policies look at, each once.
    pub(super) fn metrics(&self) -> Vec<ServiceMetric> {
        let mut metrics: Vec<ServiceMetric> = Vec::new();
        for policy in self.scaling.iter().flat_map(|it| &it.policies) {
            if !metrics.contains(&policy.metric) {
                metrics.push(policy.metric);
            }
        }
        metrics
    }

    /// What Application Auto Scaling is told.
    pub(super) fn scaling_set_up(&self) -> Vec<scaling::Input> {
        let mut inputs: Vec<scaling::Input> = self
            .metrics()
            .into_iter()
            .map(|metric| scaling::Input::ConfigureMetric {
                metric: metric_id(metric),
                configuration: Box::new(MetricConfiguration {
                    name: metric.name().to_owned(),
                    resolution: metric.predefined().period(),
                }),
            })
            .collect();
        inputs.extend(self.target().map(|target| scaling::Input::RegisterTarget {
            target: TARGET,
            configuration: Box::new(target),
            running: 0,
            desired: self.desired,
        }));
        let policies = self.policies().into_iter().zip(1..);
        inputs.extend(
            policies.map(|(policy, number)| scaling::Input::ConfigurePolicy {
                policy: PolicyId(number),
                configuration: Box::new(policy),
            }),
        );
        let changes = self.scaling.iter().flat_map(|it| &it.schedule).zip(1..);
        inputs.extend(
            changes.map(|(change, number)| scaling::Input::ConfigureAction {
                action: ScheduledActionId(number),
                configuration: Box::new(ScheduledActionConfiguration {
                    name: format!("scheduled-{number}"),
                    target: TARGET,
                    schedule: ScheduleConfiguration::of(
                        ScheduleOwner::Scheduler,
                        at_expression(change.at),
                    ),
                    minimum: change.minimum,
                    maximum: change.maximum,
                }),
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

impl TrackingPlan {
    fn policy(&self) -> PolicyConfiguration {
        PolicyConfiguration {
            name: self.metric.policy_name().to_owned(),
            target: TARGET,
            kind: PolicyKind::TargetTracking(TargetTracking {
                scale_out_cooldown: self.scale_out_cooldown,
                scale_in_cooldown: self.scale_in_cooldown,
                disable_scale_in: self.disable_scale_in,
                ..TargetTracking::of(
                    TrackedMetric::Predefined {
                        kind: self.metric.predefined(),
                        metric: metric_id(self.metric),
                    },
                    self.value,
                )
            }),
        }
    }
}

impl ServiceMetric {
    /// As policies name it.
    pub const fn predefined(self) -> PredefinedMetric {
        match self {
            ServiceMetric::Cpu => PredefinedMetric::ECSServiceAverageCPUUtilization,
            ServiceMetric::Memory => PredefinedMetric::ECSServiceAverageMemoryUtilization,
            ServiceMetric::CpuHighResolution => {
                PredefinedMetric::ECSServiceAverageCPUUtilizationHighResolution
            }
            ServiceMetric::MemoryHighResolution => {
                PredefinedMetric::ECSServiceAverageMemoryUtilizationHighResolution
            }
            ServiceMetric::Requests => PredefinedMetric::ALBRequestCountPerTarget,
        }
    }

    /// As CloudWatch names it.
    const fn name(self) -> &'static str {
        match self {
            ServiceMetric::Cpu | ServiceMetric::CpuHighResolution => "AWS/ECS CPUUtilization",
            ServiceMetric::Memory | ServiceMetric::MemoryHighResolution => {
                "AWS/ECS MemoryUtilization"
            }
            ServiceMetric::Requests => "AWS/ApplicationELB RequestCountPerTarget",
        }
    }

    const fn policy_name(self) -> &'static str {
        match self {
            ServiceMetric::Cpu => "cpu",
            ServiceMetric::Memory => "memory",
            ServiceMetric::CpuHighResolution => "cpu-20s",
            ServiceMetric::MemoryHighResolution => "memory-20s",
            ServiceMetric::Requests => "requests",
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
