//! Services and what they run in (ECS API reference, CreateService; Elastic Load Balancing guide, "Health
//! checks for your target groups").

use crate::units::{Span, SubnetId, TargetGroupId, TaskDefinitionId};
use serde::{Deserialize, Serialize};

/// What a service is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceConfiguration {
    /// 1 to 255 letters, digits, `-` and `_`.
    pub name: String,
    /// What its tasks are made of.
    pub definition: TaskDefinitionId,
    /// How many tasks it runs; `None` for 1 in a new service, and for what it is in an older one.
    pub desired: Option<u32>,
    /// Where its tasks run; empty for `FARGATE` alone.
    pub strategy: Vec<StrategyItem>,
    /// Its tasks' network.
    pub network: NetworkConfiguration,
    /// The target group in which its tasks are registered.
    pub load_balancer: Option<LoadBalancer>,
    /// For how long after its start a task's failed checks count for nothing.
    pub grace_period: Span,
    /// How it is deployed.
    pub deployment: DeploymentConfiguration,
    /// Whether tasks are moved from full to empty Availability Zones.
    pub rebalancing: bool,
    /// Counts with each `forceNewDeployment`.
    pub forced: u32,
}

impl ServiceConfiguration {
    /// CreateService's defaults: one task, 100 and 200 percent, no circuit breaker, rebalancing on.
    pub fn named(
        name: impl Into<String>,
        definition: TaskDefinitionId,
        subnets: impl Into<Vec<SubnetId>>,
    ) -> Self {
        ServiceConfiguration {
            name: name.into(),
            definition,
            desired: None,
            strategy: Vec::new(),
            network: NetworkConfiguration {
                subnets: subnets.into(),
                public_ip: false,
            },
            load_balancer: None,
            grace_period: Span::ZERO,
            deployment: DeploymentConfiguration::default(),
            rebalancing: true,
            forced: 0,
        }
    }
}

/// `awsvpcConfiguration`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkConfiguration {
    /// 1 to 16.
    pub subnets: Vec<SubnetId>,
    /// Whether a task's interface has a public address (`assignPublicIp`).
    pub public_ip: bool,
}

/// One of Fargate's two capacity providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CapacityProvider {
    /// `FARGATE`: On-Demand.
    Fargate,
    /// `FARGATE_SPOT`: cheaper, and taken back with a notice of two minutes.
    FargateSpot,
}

impl CapacityProvider {
    /// As the API names it.
    pub const fn name(self) -> &'static str {
        match self {
            CapacityProvider::Fargate => "FARGATE",
            CapacityProvider::FargateSpot => "FARGATE_SPOT",
        }
    }
}

/// One item of a capacity provider strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StrategyItem {
    /// Which.
    pub provider: CapacityProvider,
    /// How many tasks it gets before any weights count: 0 to 100,000.
    pub base: u32,
    /// Its share of the others: 0 to 1,000.
    pub weight: u32,
}

/// A service's target group, of targets by address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadBalancer {
    /// Which.
    pub target_group: TargetGroupId,
    /// The container's port that is registered.
    pub port: u16,
    /// How targets are checked.
    pub check: TargetCheck,
    /// How long a deregistered target is drained: 0 to 3,600 seconds.
    pub deregistration_delay: Span,
}

impl LoadBalancer {
    /// The defaults of target groups.
    pub fn of(target_group: TargetGroupId, port: u16) -> Self {
        LoadBalancer {
            target_group,
            port,
            check: TargetCheck::default(),
            deregistration_delay: Span::from_secs(300),
        }
    }
}

/// A target group's health check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetCheck {
    /// 5 to 300 seconds.
    pub interval: Span,
    /// 2 to 120 seconds.
    pub timeout: Span,
    /// 2 to 10 passes in a row make an unhealthy target healthy; a new target needs one.
    pub healthy: u32,
    /// 2 to 10 failures in a row make a target unhealthy.
    pub unhealthy: u32,
}

impl Default for TargetCheck {
    fn default() -> Self {
        TargetCheck {
            interval: Span::from_secs(30),
            timeout: Span::from_secs(5),
            healthy: 5,
            unhealthy: 2,
        }
    }
}

/// How a service is deployed: a rolling update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentConfiguration {
    /// Of the desired count, rounded up: what has to stay healthy.
    pub minimum_healthy_percent: u32,
    /// Of the desired count, rounded down: what may run or start.
    pub maximum_percent: u32,
    /// `None` if it is not enabled.
    pub circuit_breaker: Option<CircuitBreaker>,
}

impl Default for DeploymentConfiguration {
    fn default() -> Self {
        DeploymentConfiguration {
            minimum_healthy_percent: 100,
            maximum_percent: 200,
            circuit_breaker: None,
        }
    }
}

impl DeploymentConfiguration {
    /// How many tasks have to stay healthy.
    pub fn floor(&self, desired: u32) -> u32 {
        let hundredths = u64::from(desired) * u64::from(self.minimum_healthy_percent);
        u32::try_from(hundredths.div_ceil(100)).unwrap_or(u32::MAX)
    }

    /// How many tasks may run or start.
    pub fn cap(&self, desired: u32) -> u32 {
        let hundredths = u64::from(desired) * u64::from(self.maximum_percent);
        u32::try_from(hundredths / 100).unwrap_or(u32::MAX)
    }
}

/// What ends a deployment whose tasks keep failing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CircuitBreaker {
    /// Whether the last deployment that completed is deployed again.
    pub rollback: bool,
    /// How many failed tasks are too many.
    pub threshold: Threshold,
    /// Whether a healthy task begins the count anew.
    pub reset_on_healthy_task: bool,
}

impl Default for CircuitBreaker {
    fn default() -> Self {
        CircuitBreaker {
            rollback: false,
            threshold: Threshold::BoundedPercent(50),
            reset_on_healthy_task: true,
        }
    }
}

/// `thresholdConfiguration` of a circuit breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Threshold {
    /// Of the desired count, rounded up: 3 at least and 200 at most.
    BoundedPercent(u32),
    /// Of the desired count, rounded up: 1 at least.
    UnboundedPercent(u32),
    /// So many tasks.
    Count(u32),
}

/// Fewer failed tasks never end a deployment (API_ServiceDeploymentCircuitBreaker page; it was 10 in the
/// developer guide of 2023-06-15).
pub const BREAKER_FLOOR: u32 = 3;
/// More always do (the same page).
pub const BREAKER_CEILING: u32 = 200;

impl Threshold {
    /// The number of failed tasks that ends a deployment.
    pub fn tasks(self, desired: u32) -> u32 {
        self.tasks_from(BREAKER_FLOOR, desired)
    }

    /// The same with another floor than today's.
    pub fn tasks_from(self, floor: u32, desired: u32) -> u32 {
        let of = |percent: u32| {
            let hundredths = u64::from(desired) * u64::from(percent);
            u32::try_from(hundredths.div_ceil(100)).unwrap_or(u32::MAX)
        };
        match self {
            Threshold::BoundedPercent(percent) => {
                of(percent).max(floor).min(BREAKER_CEILING.max(floor))
            }
            Threshold::UnboundedPercent(percent) => of(percent).max(1),
            Threshold::Count(count) => count.max(1),
        }
    }
}
