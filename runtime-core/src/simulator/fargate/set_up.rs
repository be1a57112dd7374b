//! A plan as what ECS is told before anything comes.

use super::check::PlanError;
use super::driver::SERVICE;
use super::plan::ServicePlan;
use crate::platform::fargate::{
    Fargate, Input, Out, check_service, check_subnet, check_task_definition,
};
use crate::timeline::{
    LoadBalancer, NetworkConfiguration, Orchestrator, ServiceConfiguration, SubnetConfiguration,
};
use crate::units::{Moment, SubnetId, TargetGroupId, TaskDefinitionId, ZoneId};

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
        let alarm = self.check_deployment_alarm().into_iter();
        errors.extend(alarm.map(PlanError::DeploymentAlarm));
        errors.extend(self.check_eks().into_iter().map(PlanError::Eks));
        errors.extend(self.check_scaling().into_iter().map(PlanError::Scaling));
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
                https: self.security.task_reaches_services(),
            },
            load_balancer: match self.queue {
                None => Some(LoadBalancer {
                    alternate: self
                        .deployment
                        .strategy
                        .shifts_traffic()
                        .then_some(TargetGroupId(2)),
                    check: balancer.check,
                    deregistration_delay: balancer.deregistration_delay,
                    ..LoadBalancer::of(TargetGroupId(1), port)
                }),
                Some(_) => None,
            },
            grace_period: self.grace_period,
            deployment: self.deployment.clone(),
            rebalancing: self.rebalancing,
            orchestrator: match &self.eks {
                None => Orchestrator::Ecs,
                Some(eks) => eks.orchestrator(),
            },
            ..ServiceConfiguration::named(self.name.clone(), DEFINITION, subnets)
        }
    }
}
