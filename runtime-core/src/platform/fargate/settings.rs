//! Whether a task definition may be registered (Amazon ECS developer guide, "Task definition parameters";
//! ECS API reference, RegisterTaskDefinition, ContainerDefinition, HealthCheck).

use super::sizes::{SizeError, is_task_size};
use crate::timeline::{
    Architecture, ContainerDefinition, LogDriver, OperatingSystem, TaskDefinition, TaskSize,
};
use crate::units::{CpuUnits, MemoryMb, Span, StorageGib};
use std::fmt;
use std::ops::RangeInclusive;

/// Containers of a task definition (Amazon ECS service quotas).
pub const MAX_CONTAINERS: usize = 10;
/// Between SIGTERM and SIGKILL, where the container does not say how long (ECS API reference,
/// ContainerDefinition: `stopTimeout`).
pub const DEFAULT_STOP_TIMEOUT: Span = Span::from_secs(30);

const STORAGE: RangeInclusive<u32> = 21..=200;
const MIN_CONTAINER_MEMORY: MemoryMb = MemoryMb::new(6);

/// Why a task definition is refused. `Display` says the cause, as AWS words it where its wording is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskDefinitionError {
    /// Not 1 to 255 letters, digits, `-` and `_`.
    Family(String),
    /// There is no such size.
    Size(SizeError),
    /// Windows tasks have 1 to 4 vCPU.
    WindowsSize(TaskSize),
    /// Windows tasks run on x86 only.
    WindowsArchitecture,
    /// Not 21 to 200 GiB.
    EphemeralStorage(StorageGib),
    /// None, or more than ten.
    Containers(usize),
    /// No container is essential.
    NothingEssential,
    /// Not 1 to 255 letters, digits, `-` and `_`.
    ContainerName(String),
    /// Two containers have this name.
    ContainerTwice(String),
    /// Containers reserve more than the task has.
    ContainersCpu {
        /// What they reserve together.
        reserved: CpuUnits,
        /// What there is.
        task: CpuUnits,
    },
    /// A container has less than 6 MiB, or more than its task.
    ContainerMemory {
        /// Which.
        container: String,
        /// As given.
        memory: MemoryMb,
    },
    /// Something of a container is out of its range.
    Range {
        /// Which container.
        container: String,
        /// What.
        setting: RangedSetting,
    },
    /// ECR cannot be asked without an execution role.
    NoRoleForEcr,
    /// CloudWatch Logs cannot be written without an execution role.
    NoRoleForLogs,
    /// Secrets cannot be read without an execution role.
    NoRoleForSecrets,
}

/// A setting of a container that has a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangedSetting {
    /// 2 to 120 seconds.
    StartTimeout,
    /// 2 to 120 seconds.
    StopTimeout,
    /// 5 to 300 seconds.
    CheckInterval,
    /// 2 to 60 seconds.
    CheckTimeout,
    /// 1 to 10.
    CheckRetries,
    /// 0 to 300 seconds.
    CheckStartPeriod,
}

impl RangedSetting {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::StartTimeout => ("startTimeout", "2 to 120 seconds"),
            Self::StopTimeout => ("stopTimeout", "2 to 120 seconds"),
            Self::CheckInterval => ("healthCheck.interval", "5 to 300 seconds"),
            Self::CheckTimeout => ("healthCheck.timeout", "2 to 60 seconds"),
            Self::CheckRetries => ("healthCheck.retries", "1 to 10"),
            Self::CheckStartPeriod => ("healthCheck.startPeriod", "0 to 300 seconds"),
        }
    }
}

/// Everything that is wrong with a task definition, in the order of its settings.
pub fn check_task_definition(it: &TaskDefinition) -> Vec<TaskDefinitionError> {
    let mut errors = Vec::new();
    if !is_name(&it.family) {
        errors.push(TaskDefinitionError::Family(it.family.clone()));
    }
    if !is_task_size(it.size) {
        let error = SizeError::NoSuchSize(it.size);
        errors.push(TaskDefinitionError::Size(error));
    } else if it.operating_system == OperatingSystem::Windows
        && !(1_024..=4_096).contains(&it.size.cpu.get())
    {
        errors.push(TaskDefinitionError::WindowsSize(it.size));
    }
    if it.operating_system == OperatingSystem::Windows && it.architecture != Architecture::X86_64 {
        errors.push(TaskDefinitionError::WindowsArchitecture);
    }
    if let Some(storage) = it.ephemeral_storage
        && !STORAGE.contains(&storage.get())
    {
        errors.push(TaskDefinitionError::EphemeralStorage(storage));
    }
    check_containers(it, &mut errors);
    check_role(it, &mut errors);
    errors
}

fn check_containers(it: &TaskDefinition, errors: &mut Vec<TaskDefinitionError>) {
    let containers = &it.containers;
    if containers.is_empty() || containers.len() > MAX_CONTAINERS {
        errors.push(TaskDefinitionError::Containers(containers.len()));
    }
    if !containers.is_empty() && !containers.iter().any(|container| container.essential) {
        errors.push(TaskDefinitionError::NothingEssential);
    }
    for (place, container) in containers.iter().enumerate() {
        let name = &container.name;
        if !is_name(name) {
            errors.push(TaskDefinitionError::ContainerName(name.clone()));
        }
        if containers.iter().take(place).any(|it| it.name == *name) {
            errors.push(TaskDefinitionError::ContainerTwice(name.clone()));
        }
        check_container(it.size, container, errors);
    }
    let reserved = containers.iter().filter_map(|container| container.cpu);
    let reserved = reserved.fold(0, |sum: u32, cpu| sum.saturating_add(cpu.get()));
    if reserved > it.size.cpu.get() {
        errors.push(TaskDefinitionError::ContainersCpu {
            reserved: CpuUnits::new(reserved),
            task: it.size.cpu,
        });
    }
}

fn check_container(
    size: TaskSize,
    container: &ContainerDefinition,
    errors: &mut Vec<TaskDefinitionError>,
) {
    if let Some(memory) = container.memory
        && !(MIN_CONTAINER_MEMORY..=size.memory).contains(&memory)
    {
        errors.push(TaskDefinitionError::ContainerMemory {
            container: container.name.clone(),
            memory,
        });
    }
    let within = |span: Span, from: u64, to: u64| {
        (Span::from_secs(from)..=Span::from_secs(to)).contains(&span)
    };
    let timeout = |timeout: Option<Span>| timeout.is_none_or(|span| within(span, 2, 120));
    let check = container.health_check.unwrap_or_default();
    let wrong = [
        (
            timeout(container.start_timeout),
            RangedSetting::StartTimeout,
        ),
        (timeout(container.stop_timeout), RangedSetting::StopTimeout),
        (within(check.interval, 5, 300), RangedSetting::CheckInterval),
        (within(check.timeout, 2, 60), RangedSetting::CheckTimeout),
        (
            (1..=10).contains(&check.retries),
            RangedSetting::CheckRetries,
        ),
        (
            within(check.start_period, 0, 300),
            RangedSetting::CheckStartPeriod,
        ),
    ];
    for (_, setting) in wrong.into_iter().filter(|(right, _)| !right) {
        errors.push(TaskDefinitionError::Range {
            container: container.name.clone(),
            setting,
        });
    }
}

fn check_role(it: &TaskDefinition, errors: &mut Vec<TaskDefinitionError>) {
    if it.execution_role.is_some() {
        return;
    }
    if it.uses_ecr() {
        errors.push(TaskDefinitionError::NoRoleForEcr);
    }
    if it
        .containers
        .iter()
        .any(|container| container.log_driver == LogDriver::Awslogs)
    {
        errors.push(TaskDefinitionError::NoRoleForLogs);
    }
    if it.uses_secrets() {
        errors.push(TaskDefinitionError::NoRoleForSecrets);
    }
}

/// 1 to 255 letters, digits, `-` and `_`.
pub(super) fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=255).contains(&name.len()) && name.bytes().all(allowed)
}

impl TaskDefinitionError {
    /// What to do.
    pub fn hint(&self) -> String {
        match self {
            Self::Family(_) | Self::ContainerName(_) => {
                "Use 1 to 255 letters, digits, hyphens and underscores.".into()
            }
            Self::Size(error) => error.hint(),
            Self::WindowsSize(_) => "Choose 1, 2 or 4 vCPU.".into(),
            Self::WindowsArchitecture => "Choose X86_64.".into(),
            Self::EphemeralStorage(_) => {
                "Choose 21 to 200 GiB, or leave it out for the 20 GiB that are included.".into()
            }
            Self::Containers(_) => "A task definition has 1 to 10 containers.".into(),
            Self::NothingEssential => {
                "Mark the container as essential that the task is there for.".into()
            }
            Self::ContainerTwice(_) => "Name it differently.".into(),
            Self::ContainersCpu { task, .. } => {
                format!("Reserve at most {} CPU units together.", task.get())
            }
            Self::ContainerMemory { .. } => {
                "Give it at least 6 MiB, and at most what its task has.".into()
            }
            Self::Range { setting, .. } => {
                let (name, range) = setting.words();
                format!("{name} is {range}.")
            }
            Self::NoRoleForEcr | Self::NoRoleForLogs | Self::NoRoleForSecrets => {
                "Set executionRoleArn to a role with AmazonECSTaskExecutionRolePolicy.".into()
            }
        }
    }
}

impl fmt::Display for TaskDefinitionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Family(name) => write!(f, "Invalid family name: \"{name}\""),
            Self::Size(error) => error.fmt(f),
            Self::WindowsSize(size) => write!(f, "Windows tasks cannot have {size}"),
            Self::WindowsArchitecture => f.write_str("Windows tasks cannot run on ARM64"),
            Self::EphemeralStorage(storage) => {
                write!(f, "ephemeralStorage.sizeInGiB cannot be {}", storage.get())
            }
            Self::Containers(0) => f.write_str("Container list cannot be empty."),
            Self::Containers(count) => write!(f, "{count} containers are too many"),
            Self::NothingEssential => {
                f.write_str("Task definition does not have any essential containers")
            }
            Self::ContainerName(name) => write!(f, "Invalid container name: \"{name}\""),
            Self::ContainerTwice(name) => {
                write!(f, "Container name \"{name}\" is there more than once")
            }
            Self::ContainersCpu { reserved, task } => write!(
                f,
                "The containers reserve {} CPU units, and the task has {}",
                reserved.get(),
                task.get()
            ),
            Self::ContainerMemory { container, memory } => {
                write!(f, "Container \"{container}\" cannot have {memory}")
            }
            Self::Range { container, setting } => {
                let (name, _) = setting.words();
                write!(f, "{name} of container \"{container}\" is out of range")
            }
            Self::NoRoleForEcr => f.write_str(
                "Fargate requires task definition to have execution role ARN to support ECR images.",
            ),
            Self::NoRoleForLogs => f.write_str(
                "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
            ),
            Self::NoRoleForSecrets => f.write_str(
                "When you are specifying container secrets, you must also specify a value for \
                 'executionRoleArn'.",
            ),
        }
    }
}
