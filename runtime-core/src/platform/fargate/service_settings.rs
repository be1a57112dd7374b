//! Whether a service may be created, or updated like that (ECS API reference, CreateService,
//! DeploymentConfiguration, CapacityProviderStrategyItem; Elastic Load Balancing guide, target groups).

use super::eks_settings::{OfEcs, check_pods};
use super::settings::is_name;
use super::{Fargate, LONGEST_STAGE, MAX_TASKS};
use crate::timeline::{
    CapacityProvider, DeploymentStrategy, LoadBalancer, OperatingSystem, ServiceConfiguration,
    SubnetConfiguration, Threshold, TrafficShare,
};
use crate::units::{Span, SubnetId, TargetGroupId, TaskDefinitionId};
use std::fmt;

/// Subnets of a service (Amazon ECS service quotas).
const MAX_SUBNETS: usize = 16;
const MAX_BASE: u32 = 100_000;
const MAX_WEIGHT: u32 = 1_000;
/// `stepPercent` of LINEAR: "multiples of 0.1 from 3.0 to 100.0".
const LEAST_STEP: TrafficShare = TrafficShare::from_tenths(30);
const MINUTE: Span = Span::from_secs(60);

/// Why a service is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceError {
    /// Not 1 to 255 letters, digits, `-` and `_`.
    Name(String),
    /// There is no such task definition.
    Definition(TaskDefinitionId),
    /// More than 5,000 tasks.
    Desired(u32),
    /// None, or more than 16.
    Subnets(usize),
    /// There is no such subnet.
    UnknownSubnet(SubnetId),
    /// The minimum is above 100, or the maximum below it.
    Percentages {
        /// `minimumHealthyPercent`.
        minimum: u32,
        /// `maximumPercent`.
        maximum: u32,
    },
    /// A threshold of nothing, or a percentage above 100.
    Threshold(Threshold),
    /// A capacity provider is named twice.
    ProviderTwice(CapacityProvider),
    /// A base above 100,000 or a weight above 1,000.
    StrategyRange(CapacityProvider),
    /// More than one capacity provider has a base.
    TwoBases,
    /// All weights are zero.
    NoWeight,
    /// Windows tasks have no Spot.
    WindowsSpot,
    /// No container listens on the port.
    Port(u16),
    /// A setting of the target group is out of its range.
    Target(&'static str),
    /// Zones cannot be rebalanced without room for one task more.
    RebalancingWithoutRoom,
    /// Not /16 to /28.
    Prefix(u8),
    /// Traffic cannot shift without a second target group of a load balancer.
    AdvancedConfiguration,
    /// Both target groups are the same.
    SameTargetGroup(TargetGroupId),
    /// BLUE_GREEN without a bake time.
    NoBakeTime,
    /// Not whole minutes, or more than a day.
    BakeTime(Span),
    /// LINEAR with steps below 3 %.
    StepPercent(TrafficShare),
    /// CANARY without any traffic.
    CanaryPercent(TrafficShare),
    /// Pods on Fargate have it not.
    OfEcs(OfEcs),
    /// A Fargate profile without a selector, or with more than five.
    Selectors(usize),
    /// Pods and selectors have a namespace.
    NoNamespace,
}

/// What is wrong with a subnet.
pub fn check_subnet(it: &SubnetConfiguration) -> Option<ServiceError> {
    let right = (16..=28).contains(&it.prefix);
    (!right).then_some(ServiceError::Prefix(it.prefix))
}

/// Everything that is wrong with a service, in the order of its settings.
pub fn check_service(fargate: &Fargate, it: &ServiceConfiguration) -> Vec<ServiceError> {
    let mut errors = Vec::new();
    let mut wrong = |wrong: bool, error: ServiceError| {
        if wrong {
            errors.push(error);
        }
    };
    wrong(!is_name(&it.name), ServiceError::Name(it.name.clone()));
    let definition = fargate.task_definition(it.definition);
    let unknown = ServiceError::Definition(it.definition);
    wrong(definition.is_none(), unknown);
    if let Some(desired) = it.desired {
        wrong(desired > MAX_TASKS, ServiceError::Desired(desired));
    }
    let subnets = &it.network.subnets;
    wrong(
        subnets.is_empty() || subnets.len() > MAX_SUBNETS,
        ServiceError::Subnets(subnets.len()),
    );
    for subnet in subnets {
        let unknown = fargate.free_addresses(*subnet).is_none();
        wrong(unknown, ServiceError::UnknownSubnet(*subnet));
    }
    let deployment = &it.deployment;
    let (minimum, maximum) = (
        deployment.minimum_healthy_percent,
        deployment.maximum_percent,
    );
    wrong(
        minimum > 100 || maximum < 100,
        ServiceError::Percentages { minimum, maximum },
    );
    wrong(
        it.rebalancing && maximum == 100,
        ServiceError::RebalancingWithoutRoom,
    );
    if let Some(breaker) = deployment.circuit_breaker {
        let right = match breaker.threshold {
            Threshold::BoundedPercent(percent) => (1..=100).contains(&percent),
            Threshold::UnboundedPercent(percent) => (1..=100).contains(&percent),
            Threshold::Count(count) => count > 0,
        };
        wrong(!right, ServiceError::Threshold(breaker.threshold));
    }
    check_shift(it, &mut errors);
    check_strategy(it, &mut errors);
    if let Some(definition) = definition {
        let windows = definition.operating_system == OperatingSystem::Windows;
        let spot = |provider| provider == CapacityProvider::FargateSpot;
        if windows && it.strategy.iter().any(|item| spot(item.provider)) {
            errors.push(ServiceError::WindowsSpot);
        }
        if let Some(balancer) = &it.load_balancer {
            let ports = definition.containers.iter().map(|it| it.port);
            if !ports.into_iter().any(|port| port == Some(balancer.port)) {
                errors.push(ServiceError::Port(balancer.port));
            }
        }
    }
    if let Some(balancer) = &it.load_balancer {
        check_target(balancer, &mut errors);
    }
    errors.extend(check_pods(fargate, it));
    errors
}

/// Deployments that shift traffic (ECS API reference, DeploymentConfiguration, LinearConfiguration,
/// CanaryConfiguration).
fn check_shift(it: &ServiceConfiguration, errors: &mut Vec<ServiceError>) {
    let deployment = &it.deployment;
    let mut wrong = |wrong: bool, error: ServiceError| {
        if wrong {
            errors.push(error);
        }
    };
    let balancer = it.load_balancer.as_ref();
    if let Some(balancer) = balancer {
        let group = balancer.target_group;
        let same = balancer.alternate == Some(group);
        wrong(same, ServiceError::SameTargetGroup(group));
    }
    let alternate = balancer.and_then(|it| it.alternate);
    let shifts = deployment.strategy.shifts_traffic();
    wrong(
        shifts && alternate.is_none(),
        ServiceError::AdvancedConfiguration,
    );
    let mut bakes = vec![deployment.bake_time];
    match deployment.strategy {
        DeploymentStrategy::Rolling => {}
        DeploymentStrategy::BlueGreen => {
            wrong(deployment.bake_time.is_none(), ServiceError::NoBakeTime);
        }
        DeploymentStrategy::Linear { step, bake } => {
            bakes.push(Some(bake));
            wrong(step < LEAST_STEP, ServiceError::StepPercent(step));
        }
        DeploymentStrategy::Canary { first, bake } => {
            bakes.push(Some(bake));
            let none = first == TrafficShare::NONE;
            wrong(none, ServiceError::CanaryPercent(first));
        }
    }
    for bake in bakes.into_iter().flatten() {
        let whole = bake.as_nanos().is_multiple_of(MINUTE.as_nanos());
        let right = whole && bake <= LONGEST_STAGE;
        wrong(!right, ServiceError::BakeTime(bake));
    }
}

fn check_strategy(it: &ServiceConfiguration, errors: &mut Vec<ServiceError>) {
    let strategy = &it.strategy;
    for (place, item) in strategy.iter().enumerate() {
        let provider = item.provider;
        if strategy
            .iter()
            .take(place)
            .any(|it| it.provider == provider)
        {
            errors.push(ServiceError::ProviderTwice(provider));
        }
        if item.base > MAX_BASE || item.weight > MAX_WEIGHT {
            errors.push(ServiceError::StrategyRange(provider));
        }
    }
    if strategy.iter().filter(|item| item.base > 0).count() > 1 {
        errors.push(ServiceError::TwoBases);
    }
    if !strategy.is_empty() && strategy.iter().all(|item| item.weight == 0) {
        errors.push(ServiceError::NoWeight);
    }
}

fn check_target(balancer: &LoadBalancer, errors: &mut Vec<ServiceError>) {
    let check = &balancer.check;
    let within = |span: Span, from: u64, to: u64| {
        (Span::from_secs(from)..=Span::from_secs(to)).contains(&span)
    };
    let settings = [
        (
            within(check.interval, 5, 300),
            "HealthCheckIntervalSeconds is 5 to 300.",
        ),
        (
            within(check.timeout, 2, 120),
            "HealthCheckTimeoutSeconds is 2 to 120.",
        ),
        (
            (2..=10).contains(&check.healthy),
            "HealthyThresholdCount is 2 to 10.",
        ),
        (
            (2..=10).contains(&check.unhealthy),
            "UnhealthyThresholdCount is 2 to 10.",
        ),
        (
            within(balancer.deregistration_delay, 0, 3_600),
            "deregistration_delay.timeout_seconds is 0 to 3600.",
        ),
    ];
    let wrong = settings.into_iter().filter(|(right, _)| !right);
    errors.extend(wrong.map(|(_, range)| ServiceError::Target(range)));
}

impl ServiceError {
    /// What to do.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Name(_) => "Use 1 to 255 letters, digits, hyphens and underscores.",
            Self::Definition(_) => "Register the task definition first.",
            Self::Desired(_) => "A service has at most 5,000 tasks; share them between services.",
            Self::Subnets(_) | Self::UnknownSubnet(_) => "Name 1 to 16 subnets of the VPC.",
            Self::Percentages { .. } => {
                "minimumHealthyPercent is 0 to 100, maximumPercent 100 or more."
            }
            Self::Threshold(_) => "A percentage is 1 to 100, a count at least 1.",
            Self::ProviderTwice(_) => "Give each capacity provider one item.",
            Self::StrategyRange(_) => "A base is 0 to 100,000, a weight 0 to 1,000.",
            Self::TwoBases => "Only one capacity provider can have a base.",
            Self::NoWeight => "At least one weight has to be above 0.",
            Self::WindowsSpot => "Use FARGATE for Windows tasks.",
            Self::Port(_) => "Name the port in a container's portMappings.",
            Self::Target(range) => range,
            Self::RebalancingWithoutRoom => {
                "Raise maximumPercent above 100, or turn rebalancing off."
            }
            Self::Prefix(_) => "A subnet's block is /16 to /28.",
            Self::AdvancedConfiguration => {
                "Give the service a load balancer with an alternate target group, or use ROLLING."
            }
            Self::SameTargetGroup(_) => "Give the load balancer two target groups.",
            Self::NoBakeTime => "Give bakeTimeInMinutes, 0 to 1440.",
            Self::BakeTime(_) => "Bake times are 0 to 1440 whole minutes.",
            Self::StepPercent(_) => "stepPercent is 3.0 to 100.0; the default is 10.0.",
            Self::CanaryPercent(_) => "canaryPercent is 0.1 to 100.0; the default is 5.0.",
            Self::OfEcs(what) => what.hint(),
            Self::Selectors(_) => "Give the Fargate profile 1 to 5 selectors.",
            Self::NoNamespace => "Give pods and each selector a namespace.",
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "Invalid service name: \"{name}\""),
            Self::Definition(_) => f.write_str("TaskDefinition not found."),
            Self::Desired(desired) => write!(f, "desiredCount cannot be {desired}"),
            Self::Subnets(count) => write!(f, "{count} subnets cannot be used"),
            Self::UnknownSubnet(subnet) => {
                write!(f, "The subnet ID '{subnet}' does not exist")
            }
            Self::Percentages { minimum, maximum } => {
                write!(f, "Percentages of {minimum} and {maximum} cannot be")
            }
            Self::Threshold(_) => f.write_str("The circuit breaker's threshold is out of range"),
            Self::ProviderTwice(provider) => {
                write!(f, "{} is in the strategy twice", provider.name())
            }
            Self::StrategyRange(provider) => {
                write!(f, "Base or weight of {} is out of range", provider.name())
            }
            Self::TwoBases => f.write_str("More than one capacity provider has a base"),
            Self::NoWeight => f.write_str("All weights of the strategy are 0"),
            Self::WindowsSpot => f.write_str("FARGATE_SPOT cannot run Windows tasks"),
            Self::Port(port) => write!(f, "No container of the task listens on port {port}"),
            Self::Target(_) => f.write_str("A setting of the target group is out of range"),
            Self::RebalancingWithoutRoom => {
                f.write_str("Availability Zone rebalancing cannot be with a maximumPercent of 100")
            }
            Self::Prefix(prefix) => write!(f, "A subnet of /{prefix} cannot be"),
            // Both in the words of Amazon ECS developer guide, "Troubleshooting Amazon ECS blue/green deployments".
            Self::AdvancedConfiguration => f.write_str(
                "advancedConfiguration field is required for all loadBalancers when using a \
                 non-ROLLING deployment strategy",
            ),
            Self::SameTargetGroup(group) => write!(f, "Duplicate targetGroupArn found: {group}"),
            Self::NoBakeTime => f.write_str("BLUE_GREEN needs a bakeTimeInMinutes"),
            Self::BakeTime(span) => write!(f, "A bake time of {span} cannot be"),
            Self::StepPercent(share) => write!(f, "A stepPercent of {share} cannot be"),
            Self::CanaryPercent(share) => write!(f, "A canaryPercent of {share} cannot be"),
            Self::OfEcs(what) => write!(f, "{what}"),
            Self::Selectors(count) => {
                write!(f, "A Fargate profile cannot have {count} selectors")
            }
            Self::NoNamespace => f.write_str("A namespace is missing"),
        }
    }
}
