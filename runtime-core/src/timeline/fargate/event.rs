//! Service events in AWS's words (Amazon ECS developer guide of 2023-06-15, "Service event messages"; ECS user
//! guide, "Amazon ECS service unhealthy event messages").

use super::{CapacityProvider, DeploymentLifecycleStage, KubernetesEvent};
use crate::units::{DeploymentId, TargetGroupId, TaskId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a service says of itself. `Display` is what follows on `(service NAME) `.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum ServiceEvent {
    /// All tasks are healthy, and as many as are wanted.
    SteadyState,
    /// Tasks were started.
    Started(Vec<TaskId>),
    /// Tasks were told to stop.
    Stopped(Vec<TaskId>),
    /// A task is registered with the target group.
    Registered(TargetGroupId),
    /// A task is not registered with it any more.
    Deregistered(TargetGroupId),
    /// A task's target is drained.
    Draining(TaskId),
    /// The target group found a task unhealthy.
    TargetUnhealthy {
        /// Which.
        task: TaskId,
        /// Its port.
        port: u16,
        /// Where.
        target_group: TargetGroupId,
    },
    /// A task's own checks failed.
    ContainerUnhealthy(TaskId),
    /// Tasks fail to start again and again: the scheduler waits longer and longer.
    StartImpaired,
    /// Launches are limited.
    Throttled,
    /// The percentages allow neither a start nor a stop.
    Stuck,
    /// A task could not be placed.
    Unplaced(Unplaced),
    /// A deployment is complete.
    DeploymentCompleted(DeploymentId),
    /// The circuit breaker ended a deployment.
    DeploymentFailed(DeploymentId),
    /// The last deployment that completed is deployed again.
    RollingBack(DeploymentId),
    /// Tasks are moved between Availability Zones (`SERVICE_REBALANCING_STARTED`).
    RebalancingStarted,
    /// They lie as evenly as they can (`SERVICE_REBALANCING_COMPLETED`).
    RebalancingCompleted,
    /// An alarm of a deployment ended it.
    AlarmDetected(DeploymentId),
    /// The circuit breaker ended a deployment that shifts traffic.
    BreakerTripped(DeploymentId),
    /// A stage of a deployment took more than a day.
    StageTimedOut(DeploymentId, DeploymentLifecycleStage),
    /// Of a Deployment of Kubernetes. [`ServiceEvent::message`] has all of it.
    Kubernetes(KubernetesEvent),
}

/// Why a task could not be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unplaced {
    /// The quota of vCPUs is used up.
    VcpuLimit,
    /// The task is larger than the quota.
    AboveLimit,
    /// There is no capacity.
    NoCapacity(CapacityProvider),
    /// No subnet lies in an Availability Zone that can be used.
    InternalError,
    /// No selector of the Fargate profile matches the pod.
    NoProfile,
    /// No subnet has an address left for a pod.
    NoFreeAddress,
}

impl ServiceEvent {
    /// The message as ECS shows it.
    pub fn message(&self, service: &str) -> String {
        match self {
            Self::Kubernetes(event) => event.message(service),
            _ => format!("(service {service}) {self}"),
        }
    }
}

impl fmt::Display for ServiceEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SteadyState => f.write_str("has reached a steady state."),
            Self::Started(tasks) => {
                write!(f, "has started {} tasks: ", tasks.len())?;
                named(f, tasks)
            }
            Self::Stopped(tasks) => {
                write!(f, "has stopped {} running tasks: ", tasks.len())?;
                named(f, tasks)
            }
            Self::Registered(group) => {
                write!(f, "registered 1 targets in (target-group {group})")
            }
            Self::Deregistered(group) => {
                write!(f, "deregistered 1 targets in (target-group {group})")
            }
            Self::Draining(_) => f.write_str("has begun draining connections on 1 tasks."),
            Self::TargetUnhealthy {
                task,
                port,
                target_group,
            } => write!(
                f,
                "(task {task}) (port {port}) is unhealthy in (target-group {target_group}) due to (reason \
                 Health checks failed)"
            ),
            Self::ContainerUnhealthy(task) => {
                write!(f, "(task {task}) failed container health checks.")
            }
            Self::StartImpaired => {
                f.write_str("is unable to consistently start tasks successfully.")
            }
            Self::Throttled => {
                f.write_str("operations are being throttled. Will try again later.")
            }
            Self::Stuck => f.write_str(
                "was unable to stop or start tasks during a deployment because of the service deployment \
                 configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
            ),
            Self::Unplaced(reason) => write!(f, "was unable to place a task. Reason: {reason}"),
            Self::DeploymentCompleted(deployment) => {
                write!(f, "(deployment {deployment}) deployment completed.")
            }
            Self::DeploymentFailed(deployment) => write!(
                f,
                "(deployment {deployment}) deployment failed: tasks failed to start."
            ),
            Self::RollingBack(to) => write!(f, "rolling back to deployment {to}."),
            Self::RebalancingStarted => {
                f.write_str("has started rebalancing tasks across Availability Zones.")
            }
            Self::RebalancingCompleted => {
                f.write_str("has completed rebalancing tasks across Availability Zones.")
            }
            Self::AlarmDetected(deployment) => {
                write!(f, "(deployment {deployment}) deployment failed: alarm detected.")
            }
            // The reason is in hashicorp/terraform-provider-aws, internal/service/ecs/service_test.go.
            Self::BreakerTripped(deployment) => write!(
                f,
                "(deployment {deployment}) deployment failed: Service deployment rolled back because the \
                 circuit breaker threshold was exceeded."
            ),
            // Nobody has published the words for this reason.
            Self::StageTimedOut(deployment, stage) => write!(
                f,
                "(deployment {deployment}) deployment failed: Service deployment rolled back because {} \
                 timed out.",
                stage.name()
            ),
            Self::Kubernetes(event) => f.write_str(event.reason()),
        }
    }
}

fn named(f: &mut fmt::Formatter<'_>, tasks: &[TaskId]) -> fmt::Result {
    for (place, task) in tasks.iter().enumerate() {
        let space = if place == 0 { "" } else { " " };
        write!(f, "{space}(task {task})")?;
    }
    f.write_str(".")
}

impl fmt::Display for Unplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::VcpuLimit => {
                "You've reached the limit on the number of vCPUs you can run concurrently"
            }
            Self::AboveLimit => "The requested CPU configuration is above your limit.",
            Self::NoCapacity(_) => {
                "Capacity is unavailable at this time. Please try again later or in a different \
                 availability zone."
            }
            Self::InternalError => "Internal error.",
            // Of pods only, which have words of their own.
            Self::NoProfile | Self::NoFreeAddress => "Unschedulable",
        })
    }
}
