//! Tasks: what state they are in, why they stopped (Amazon ECS developer guide, "Task lifecycle"; ECS
//! API reference, Task).

use crate::units::{DeploymentId, ServiceId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// `lastStatus` of a task: what has happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TaskStatus {
    /// Its interface is being made.
    Provisioning,
    /// Its images are pulled and its containers made.
    Pending,
    /// Its containers have started; it is being registered with its target group.
    Activating,
    /// It runs. It need not be healthy.
    Running,
    /// Its target is drained.
    Deactivating,
    /// Its containers were told to end.
    Stopping,
    /// Its interface is being detached and deleted.
    Deprovisioning,
    /// It has ended, and can still be described.
    Stopped,
    /// It is gone.
    Deleted,
}

impl TaskStatus {
    /// As the API names it.
    pub const fn name(self) -> &'static str {
        match self {
            TaskStatus::Provisioning => "PROVISIONING",
            TaskStatus::Pending => "PENDING",
            TaskStatus::Activating => "ACTIVATING",
            TaskStatus::Running => "RUNNING",
            TaskStatus::Deactivating => "DEACTIVATING",
            TaskStatus::Stopping => "STOPPING",
            TaskStatus::Deprovisioning => "DEPROVISIONING",
            TaskStatus::Stopped => "STOPPED",
            TaskStatus::Deleted => "DELETED",
        }
    }
}

/// What a task was started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum TaskGroup {
    /// RunTask.
    Standalone,
    /// A service keeps its count.
    Service {
        /// Which.
        service: ServiceId,
        /// Of which deployment.
        deployment: DeploymentId,
    },
}

/// What health checks say.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Health {
    /// Nothing yet: `UNKNOWN` of a task, `initial` of a target.
    #[default]
    Unknown,
    /// They pass.
    Healthy,
    /// They fail.
    Unhealthy,
}

/// How a container ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Exit {
    /// It ended by itself, or after SIGTERM by its own handler.
    Code(u8),
    /// SIGTERM ended it: it has no handler.
    Terminated,
    /// SIGKILL ended it after its stop timeout.
    Killed,
    /// It needed more memory than it has.
    OutOfMemory,
}

impl Exit {
    /// `exitCode`: 128 and the signal's number where a signal ended it.
    pub const fn code(self) -> u8 {
        match self {
            Exit::Code(code) => code,
            Exit::Terminated => 128 + 15,
            Exit::Killed | Exit::OutOfMemory => 128 + 9,
        }
    }

    /// `reason` of the container, where it has one.
    pub const fn reason(self) -> Option<&'static str> {
        match self {
            Exit::OutOfMemory => Some("OutOfMemoryError: Container killed due to memory usage"),
            Exit::Code(_) | Exit::Terminated | Exit::Killed => None,
        }
    }
}

/// `stopCode` of a task (ECS API reference, TaskStopCode).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StopCode {
    /// It never ran.
    TaskFailedToStart,
    /// A container without which it is nothing has ended.
    EssentialContainerExited,
    /// StopTask.
    UserInitiated,
    /// Its service had one too many, or found it unhealthy.
    ServiceSchedulerInitiated,
    /// Spot capacity was taken back.
    SpotInterruption,
}

impl fmt::Display for StopCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StopCode::TaskFailedToStart => "TaskFailedToStart",
            StopCode::EssentialContainerExited => "EssentialContainerExited",
            StopCode::UserInitiated => "UserInitiated",
            StopCode::ServiceSchedulerInitiated => "ServiceSchedulerInitiated",
            StopCode::SpotInterruption => "SpotInterruption",
        })
    }
}

/// Why RunTask did not start a task (Amazon ECS developer guide, "API failure reasons").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RunTaskRefusal {
    /// More than 20 calls a second, or launches.
    Throttled,
    /// More than ten in a call, or none.
    Count,
    /// The quota of vCPUs is used up.
    VcpuLimit,
    /// There is no capacity.
    NoCapacity,
    /// There is no such task definition, or none of the subnets can be used.
    Unusable,
}

impl RunTaskRefusal {
    /// What to do.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Throttled => "Try again after a while, with fewer calls of more tasks each.",
            Self::Count => "Ask for 1 to 10 tasks in a call.",
            Self::VcpuLimit => {
                "Wait until tasks have stopped, or have the quota of Fargate vCPUs raised."
            }
            Self::NoCapacity => "Try again later, or in other Availability Zones, or On-Demand.",
            Self::Unusable => "Look at the task definition and at the subnets.",
        }
    }
}

impl fmt::Display for RunTaskRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Throttled => "ThrottlingException: Rate exceeded",
            Self::Count => "InvalidParameterException: count must be between 1 and 10.",
            Self::VcpuLimit => {
                "You've reached the limit on the number of vCPUs you can run concurrently"
            }
            Self::NoCapacity => {
                "Capacity is unavailable at this time. Please try again later or in a different \
                 availability zone"
            }
            Self::Unusable => "ClientException: TaskDefinition or subnets cannot be used.",
        })
    }
}
