//! Services and what they run in (ECS API reference, CreateService; Elastic Load Balancing guide, "Health
//! checks for your target groups").

use super::{DeploymentConfiguration, Orchestrator};
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
    /// Who keeps the count of its tasks.
    #[serde(default)]
    pub orchestrator: Orchestrator,
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
                https: true,
            },
            load_balancer: None,
            grace_period: Span::ZERO,
            deployment: DeploymentConfiguration::default(),
            rebalancing: true,
            forced: 0,
            orchestrator: Orchestrator::Ecs,
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
    /// Whether its security groups let a task connect to port 443 of registries and AWS's own services.
    pub https: bool,
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
    /// `advancedConfiguration.alternateTargetGroupArn`: the other group of the production listener's rule, for
    /// deployments that shift traffic.
    #[serde(default)]
    pub alternate: Option<TargetGroupId>,
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
            alternate: None,
            port,
            check: TargetCheck::default(),
            deregistration_delay: Span::from_secs(300),
        }
    }

    /// The group of the two that is not this one; none, if there is only one.
    pub fn other(&self, group: TargetGroupId) -> Option<TargetGroupId> {
        match group == self.target_group {
            true => self.alternate,
            false => self.alternate.map(|_| self.target_group),
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
