//! What EKS on Fargate would not accept of a service (Amazon EKS user guide of 2024-12-18, "Simplify compute management
//! with AWS Fargate", considerations; "Define which Pods use Fargate when launched").

use super::profiles::MAX_SELECTORS;
use super::{Fargate, ServiceError};
use crate::timeline::{
    Architecture, DeploymentConfiguration, DeploymentStrategy, OperatingSystem, Orchestrator,
    Route, ServiceConfiguration,
};
use crate::units::Span;
use std::fmt;

/// What ECS has, and a Deployment of pods on Fargate has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfEcs {
    /// "Fargate Spot isn't supported"; nor are there capacity providers.
    Strategy,
    /// A rollout that fails is not rolled back.
    CircuitBreaker,
    /// Blue/green, linear and canary deployments, and alarms that end them.
    Deployment,
    /// `minimumHealthyPercent` and `maximumPercent`: a Deployment has `maxSurge` and `maxUnavailable`.
    Percentages,
    /// Windows.
    Windows,
    /// ARM64.
    Arm64,
    /// Public addresses: pods run in private subnets only.
    PublicIp,
    /// The same.
    PublicSubnet,
    /// `healthCheckGracePeriodSeconds`.
    GracePeriod,
    /// Rebalancing of Availability Zones.
    Rebalancing,
    /// More ephemeral storage (model choice: pods can ask for it, and get another amount).
    EphemeralStorage,
}

impl fmt::Display for OfEcs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Strategy => "EKS on Fargate has no Spot and no capacity providers",
            Self::CircuitBreaker => "a Deployment of Kubernetes has no circuit breaker",
            Self::Deployment => {
                "a Deployment of Kubernetes is updated in a rolling way, without alarms"
            }
            Self::Percentages => {
                "a Deployment of Kubernetes has maxSurge and maxUnavailable instead, 25 %"
            }
            Self::Windows => "EKS on Fargate has no Windows",
            Self::Arm64 => "EKS on Fargate has no ARM64",
            Self::PublicIp => "pods on Fargate have no public addresses",
            Self::PublicSubnet => {
                "pods on Fargate run in private subnets that reach the cluster only"
            }
            Self::GracePeriod => "a Deployment of Kubernetes has no health check grace period",
            Self::Rebalancing => "Kubernetes does not move pods between Availability Zones",
            Self::EphemeralStorage => {
                "a pod's ephemeral storage is not modelled beyond the 20 GiB included"
            }
        })
    }
}

impl OfEcs {
    /// What to do.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::PublicSubnet => "Take a NAT gateway or endpoints, or run the service on ECS.",
            _ => "Leave it out, or run the service on ECS.",
        }
    }
}

/// Everything about pods that is wrong.
pub(super) fn check_pods(fargate: &Fargate, it: &ServiceConfiguration) -> Vec<ServiceError> {
    let Orchestrator::Eks(pods) = &it.orchestrator else {
        return Vec::new();
    };
    let mut errors = Vec::new();
    let selectors = pods.profile.len();
    if !(1..=MAX_SELECTORS).contains(&selectors) {
        errors.push(ServiceError::Selectors(selectors));
    }
    let spaces = pods.profile.iter().map(|it| &it.namespace);
    if spaces.chain([&pods.namespace]).any(String::is_empty) {
        errors.push(ServiceError::NoNamespace);
    }
    let definition = fargate.task_definition(it.definition);
    let of_definition =
        |is: fn(&crate::timeline::TaskDefinition) -> bool| definition.is_some_and(is);
    let default = DeploymentConfiguration::default();
    let deployment = &it.deployment;
    let mut subnets = it
        .network
        .subnets
        .iter()
        .filter_map(|id| fargate.subnets.get(id));
    let private = |route: Route| matches!(route, Route::Nat | Route::Endpoints(_));
    let found = [
        (!it.strategy.is_empty(), OfEcs::Strategy),
        (deployment.circuit_breaker.is_some(), OfEcs::CircuitBreaker),
        (
            deployment.strategy != DeploymentStrategy::Rolling
                || deployment.alarms.is_some()
                || deployment.bake_time.is_some(),
            OfEcs::Deployment,
        ),
        (
            (
                deployment.minimum_healthy_percent,
                deployment.maximum_percent,
            ) != (default.minimum_healthy_percent, default.maximum_percent),
            OfEcs::Percentages,
        ),
        (
            of_definition(|it| it.operating_system == OperatingSystem::Windows),
            OfEcs::Windows,
        ),
        (
            of_definition(|it| it.architecture == Architecture::Arm64),
            OfEcs::Arm64,
        ),
        (
            of_definition(|it| it.ephemeral_storage.is_some()),
            OfEcs::EphemeralStorage,
        ),
        (it.network.public_ip, OfEcs::PublicIp),
        (
            subnets.any(|it| !private(it.configuration.route)),
            OfEcs::PublicSubnet,
        ),
        (it.grace_period > Span::ZERO, OfEcs::GracePeriod),
        (it.rebalancing, OfEcs::Rebalancing),
    ];
    let wrong = found.into_iter().filter(|(wrong, _)| *wrong);
    errors.extend(wrong.map(|(_, what)| ServiceError::OfEcs(what)));
    errors
}
