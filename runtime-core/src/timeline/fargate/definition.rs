//! Task definitions (Amazon ECS developer guide, "Task definition parameters"; ECS API reference,
//! RegisterTaskDefinition).

use crate::timeline::Architecture;
use crate::units::{CpuUnits, MemoryMb, Span, StorageGib};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a task's disk has without a setting of its own.
pub const INCLUDED_STORAGE: StorageGib = StorageGib::new(20);

/// CPU and memory of a task or a pod. Memory is in MiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskSize {
    /// CPU.
    pub cpu: CpuUnits,
    /// Memory, in MiB.
    pub memory: MemoryMb,
}

impl TaskSize {
    /// CPU units and MiB, as task definitions have them.
    pub const fn new(cpu: u32, memory: u32) -> Self {
        TaskSize {
            cpu: CpuUnits::new(cpu),
            memory: MemoryMb::new(memory),
        }
    }
}

impl fmt::Display for TaskSize {
    /// `1 vCPU and 3 GB`, `0.25 vCPU and 512 MB`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let memory = self.memory.get();
        match memory % 1_024 {
            0 if memory > 0 => write!(f, "{} and {} GB", self.cpu, memory / 1_024),
            _ => write!(f, "{} and {memory} MB", self.cpu),
        }
    }
}

/// `operatingSystemFamily` of a task definition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OperatingSystem {
    /// `LINUX`.
    #[default]
    Linux,
    /// One of the `WINDOWS_SERVER_...` families.
    Windows,
}

/// One revision of a task definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskDefinition {
    /// 1 to 255 letters, digits, `-` and `_`.
    pub family: String,
    /// One of the sizes that Fargate has.
    pub size: TaskSize,
    /// What the task runs on.
    pub operating_system: OperatingSystem,
    /// What the task runs on.
    pub architecture: Architecture,
    /// 21 to 200 GiB; `None` for the 20 GiB that are included.
    pub ephemeral_storage: Option<StorageGib>,
    /// What the agent may do before the code runs; `None` if there is no execution role.
    pub execution_role: Option<ExecutionRole>,
    /// 1 to 10.
    pub containers: Vec<ContainerDefinition>,
}

impl TaskDefinition {
    /// A Linux task of one essential container without checks, whose image lies in ECR.
    pub fn of(family: impl Into<String>, size: TaskSize) -> Self {
        let family = family.into();
        let container = ContainerDefinition::named(family.clone());
        TaskDefinition {
            family,
            size,
            operating_system: OperatingSystem::default(),
            architecture: Architecture::X86_64,
            ephemeral_storage: None,
            execution_role: Some(ExecutionRole::default()),
            containers: vec![container],
        }
    }

    /// Whether an image of it lies in Amazon ECR.
    pub fn uses_ecr(&self) -> bool {
        self.containers
            .iter()
            .any(|container| container.registry == Registry::Ecr)
    }

    /// Whether an image of it lies in a public registry on the internet.
    pub fn uses_public_registry(&self) -> bool {
        self.containers
            .iter()
            .any(|container| container.registry == Registry::Public)
    }

    /// Whether a container of it logs to CloudWatch Logs.
    pub fn uses_logs(&self) -> bool {
        self.containers
            .iter()
            .any(|container| container.log_driver == LogDriver::Awslogs)
    }

    /// Whether a container of it gets secrets of Secrets Manager.
    pub fn uses_secrets(&self) -> bool {
        self.containers.iter().any(|container| container.secrets)
    }
}

/// What the execution role's policies allow the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionRole {
    /// To get a token of ECR and to pull (`ecr:GetAuthorizationToken`, `ecr:BatchGetImage` ...).
    pub registry: bool,
    /// To make streams of logs and to write to them (`logs:CreateLogStream`, `logs:PutLogEvents`).
    pub logs: bool,
    /// To read the secrets of the task definition (`secretsmanager:GetSecretValue`).
    pub secrets: bool,
}

impl Default for ExecutionRole {
    /// What AWS's own AmazonECSTaskExecutionRolePolicy allows.
    fn default() -> Self {
        ExecutionRole {
            registry: true,
            logs: true,
            secrets: false,
        }
    }
}

/// One container of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerDefinition {
    /// 1 to 255 letters, digits, `-` and `_`; unique in the task definition.
    pub name: String,
    /// Where its image lies.
    pub registry: Registry,
    /// Whether the task stops when it does.
    pub essential: bool,
    /// CPU that is reserved for it, of the task's.
    pub cpu: Option<CpuUnits>,
    /// The memory at which it is killed, of the task's, in MiB: 6 at least.
    pub memory: Option<MemoryMb>,
    /// The port that it listens on.
    pub port: Option<u16>,
    /// How the agent finds out whether it is healthy. A `HEALTHCHECK` of the image counts for nothing.
    pub health_check: Option<HealthCheck>,
    /// How long its dependants wait for it: 2 to 120 seconds.
    pub start_timeout: Option<Span>,
    /// From SIGTERM to SIGKILL: 2 to 120 seconds; `None` for 30.
    pub stop_timeout: Option<Span>,
    /// Where its output goes.
    pub log_driver: LogDriver,
    /// Whether it gets secrets of Secrets Manager as variables.
    pub secrets: bool,
}

impl ContainerDefinition {
    /// An essential container of an image in ECR.
    pub fn named(name: impl Into<String>) -> Self {
        ContainerDefinition {
            name: name.into(),
            registry: Registry::Ecr,
            essential: true,
            cpu: None,
            memory: None,
            port: None,
            health_check: None,
            start_timeout: None,
            stop_timeout: None,
            log_driver: LogDriver::None,
            secrets: false,
        }
    }
}

/// Where an image lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Registry {
    /// In a private repository of Amazon ECR.
    Ecr,
    /// In a registry on the internet.
    Public,
}

/// Where a container's output goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LogDriver {
    /// Nowhere.
    None,
    /// To CloudWatch Logs.
    Awslogs,
    /// To Splunk.
    Splunk,
    /// To what a FireLens container makes of it.
    Awsfirelens,
}

/// A container's health check (ECS API reference, HealthCheck).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthCheck {
    /// 5 to 300 seconds.
    pub interval: Span,
    /// 2 to 60 seconds.
    pub timeout: Span,
    /// 1 to 10 failures in a row make it unhealthy.
    pub retries: u32,
    /// For how long failures do not count: 0 to 300 seconds.
    pub start_period: Span,
}

impl Default for HealthCheck {
    fn default() -> Self {
        HealthCheck {
            interval: Span::from_secs(30),
            timeout: Span::from_secs(5),
            retries: 3,
            start_period: Span::ZERO,
        }
    }
}
