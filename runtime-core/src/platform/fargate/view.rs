//! What there is to read of the machine.

use super::Fargate;
use super::network::Subnet;
use super::service::Rollout;
use super::state::Standing;
use crate::timeline::{ServiceConfiguration, TaskDefinition, TaskStatus};
use crate::units::{ServiceId, SubnetId, TargetGroupId, TaskDefinitionId, TaskId};

/// What a service has at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServiceView {
    /// What is wanted.
    pub desired: u32,
    /// `runningCount`: RUNNING and not to stop.
    pub running: u32,
    /// `pendingCount`: not RUNNING yet.
    pub pending: u32,
    /// Those that count as healthy.
    pub healthy: u32,
    /// Those that failed their checks.
    pub unhealthy: u32,
    /// Those that are to stop and whose containers have not ended.
    pub leaving: u32,
    /// PRIMARY and ACTIVE ones.
    pub deployments: usize,
    /// Whether the primary one is IN_PROGRESS: scale-in is off meanwhile (Amazon ECS developer guide of
    /// 2023-06-15, "Service auto scaling").
    pub deploying: bool,
}

impl Fargate {
    /// A service at this moment.
    pub fn service(&self, id: ServiceId) -> Option<ServiceView> {
        let service = self.services.get(&id)?;
        let count = |standing| {
            let rosters = service.deployments.iter().map(|it| &it.roster);
            rosters.map(|roster| roster.count(standing)).sum::<u32>()
        };
        let (healthy, unhealthy) = (count(Standing::Healthy), count(Standing::Unhealthy));
        Some(ServiceView {
            desired: service.desired,
            running: count(Standing::Waiting) + healthy + unhealthy,
            pending: count(Standing::Starting),
            healthy,
            unhealthy,
            leaving: count(Standing::Leaving),
            deployments: service.deployments.len(),
            deploying: service
                .primary()
                .is_some_and(|primary| primary.rollout == Rollout::InProgress),
        })
    }

    /// What a service is set to.
    pub fn service_configuration(&self, id: ServiceId) -> Option<&ServiceConfiguration> {
        self.services
            .get(&id)
            .map(|service| &*service.configuration)
    }

    /// A revision of a task definition.
    pub fn task_definition(&self, id: TaskDefinitionId) -> Option<&TaskDefinition> {
        self.definitions.get(&id).map(|it| &**it)
    }

    /// The target group that a task of a service is registered with, or will be.
    pub fn target_group_of(&self, task: TaskId) -> Option<TargetGroupId> {
        self.target_group(task)
    }

    /// What a task is made of, while it can be described.
    pub fn definition_of(&self, task: TaskId) -> Option<TaskDefinitionId> {
        self.tasks.get(&task).map(|task| task.definition)
    }

    /// `lastStatus` of a task, while it can be described.
    pub fn task_status(&self, id: TaskId) -> Option<TaskStatus> {
        self.tasks.get(&id).map(|task| task.state.status())
    }

    /// All tasks that can be described, in order of creation, with `lastStatus`.
    pub fn tasks(&self) -> impl Iterator<Item = (TaskId, TaskStatus)> {
        self.tasks
            .iter()
            .map(|(id, task)| (*id, task.state.status()))
    }

    /// Addresses of a subnet that no interface has.
    pub fn free_addresses(&self, subnet: SubnetId) -> Option<u32> {
        self.subnets.get(&subnet).map(Subnet::free)
    }

    /// An id for a service that is to be created.
    pub fn next_service(&self) -> ServiceId {
        ServiceId(self.last_service.saturating_add(1))
    }

    /// An id for a task definition that is to be registered.
    pub fn next_task_definition(&self) -> TaskDefinitionId {
        TaskDefinitionId(self.last_definition.saturating_add(1))
    }

    /// An id for a subnet that is to be created.
    pub fn next_subnet(&self) -> SubnetId {
        SubnetId(self.last_subnet.saturating_add(1))
    }
}
