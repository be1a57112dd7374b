//! Why a task stopped, as AWS words it (Amazon ECS developer guide, "Stopped tasks error codes" and
//! "CannotPullContainer task errors").

use super::StopCode;
use crate::units::{DeploymentId, SubnetId, TargetGroupId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// `stoppedReason` of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoppedReason {
    /// No subnet has a free address.
    NoFreeAddress {
        /// The one that was tried.
        subnet: SubnetId,
        /// Whether the interface was to have a public address.
        public: bool,
    },
    /// The agent could not get ready for the pull.
    Initialization(InitializationFailure),
    /// An image could not be pulled.
    CannotPull(PullFailure),
    /// A container could not be started: the runtime says why.
    CannotStart,
    /// An essential container ended.
    EssentialContainerExited,
    /// The target group found it unhealthy.
    FailedTargetChecks(TargetGroupId),
    /// Its containers' own checks failed.
    FailedContainerChecks,
    /// The scheduler had too many, or a newer deployment took its place.
    Scaling(DeploymentId),
    /// It was moved to another Availability Zone.
    Rebalancing,
    /// StopTask.
    User,
    /// Spot capacity was taken back.
    SpotInterruption,
    /// Its ReplicaSet had too many pods.
    PodDeleted(DeploymentId),
}

/// What kept the agent from getting ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InitializationFailure {
    /// There is no way to the API of ECR.
    RegistryUnreachable,
    /// The execution role may not ask ECR for a token.
    RegistryDenied,
    /// There is no way to Secrets Manager.
    SecretsUnreachable,
    /// The execution role may not read the secrets.
    SecretsDenied,
    /// There is no way to CloudWatch Logs.
    LogsUnreachable,
    /// The execution role may not make a stream of logs.
    LogsDenied,
}

/// What kept an image from being pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PullFailure {
    /// There is no way to the registry.
    RegistryUnreachable,
    /// There is no way to S3, where ECR's layers are.
    LayersUnreachable,
    /// There is no such image.
    NotFound,
    /// The registry has had too many pulls.
    TooManyRequests,
    /// The task's disk is full.
    NoSpace,
}

impl StoppedReason {
    /// `stopCode`.
    pub const fn code(self) -> StopCode {
        match self {
            Self::NoFreeAddress { .. }
            | Self::Initialization(_)
            | Self::CannotPull(_)
            | Self::CannotStart => StopCode::TaskFailedToStart,
            Self::EssentialContainerExited => StopCode::EssentialContainerExited,
            Self::FailedTargetChecks(_)
            | Self::FailedContainerChecks
            | Self::Scaling(_)
            | Self::Rebalancing
            | Self::PodDeleted(_) => StopCode::ServiceSchedulerInitiated,
            Self::User => StopCode::UserInitiated,
            Self::SpotInterruption => StopCode::SpotInterruption,
        }
    }

    /// What to do about it, if anything is.
    pub const fn hint(self) -> Option<&'static str> {
        Some(match self {
            Self::NoFreeAddress { .. } => {
                "Each task takes one address, also while it starts and stops: use larger subnets, or more \
                 of them."
            }
            Self::Initialization(failure) => failure.hint(),
            Self::CannotPull(failure) => failure.hint(),
            Self::CannotStart => "Look at the image's command, entry point and architecture.",
            Self::EssentialContainerExited => {
                "Look at the container's exit code and logs; what ends by design is not essential."
            }
            Self::FailedTargetChecks(_) => {
                "Look at the check's port and path and at security groups; a task that takes long to start \
                 needs a health check grace period."
            }
            Self::FailedContainerChecks => {
                "Look at the check's command; a container that takes long to start needs a start period."
            }
            Self::SpotInterruption => {
                "Handle SIGTERM, set the stop timeout to 120 seconds, and give the strategy a base of \
                 FARGATE: nothing falls back to it by itself."
            }
            Self::Scaling(_) | Self::Rebalancing | Self::User | Self::PodDeleted(_) => {
                return None;
            }
        })
    }
}

impl fmt::Display for StoppedReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFreeAddress { subnet, public } => {
                let assigned = if *public { "enabled" } else { "disabled" };
                write!(
                    f,
                    "Unexpected EC2 error while attempting to Create Network Interface with public IP \
                     assignment {assigned} in subnet '{subnet}': InsufficientFreeAddressesInSubnet"
                )
            }
            Self::Initialization(failure) => {
                write!(f, "ResourceInitializationError: {failure}")
            }
            Self::CannotPull(failure) => write!(f, "CannotPullContainerError: {failure}"),
            Self::CannotStart => {
                f.write_str("CannotStartContainerError: failed to create the container's process")
            }
            Self::EssentialContainerExited => f.write_str("Essential container in task exited"),
            Self::FailedTargetChecks(group) => {
                write!(f, "Task failed ELB health checks in (target-group {group})")
            }
            Self::FailedContainerChecks => f.write_str("Task failed container health checks"),
            Self::Scaling(deployment) => {
                write!(f, "Scaling activity initiated by (deployment {deployment})")
            }
            Self::Rebalancing => f.write_str("Availability Zone rebalancing initiated a task stop"),
            Self::User => f.write_str("Task stopped by user"),
            Self::PodDeleted(replica_set) => {
                write!(f, "Deleted by replica set {}", replica_set.0)
            }
            Self::SpotInterruption => f.write_str("Your Spot Task was interrupted."),
        }
    }
}

impl InitializationFailure {
    const fn hint(self) -> &'static str {
        match self {
            Self::RegistryUnreachable => {
                "A task in a public subnet needs a public IP, one in a private subnet a NAT gateway, or \
                 endpoints for ecr.api and ecr.dkr and S3's gateway endpoint. Its security group lets it out \
                 on port 443."
            }
            Self::RegistryDenied => {
                "The execution role needs AmazonECSTaskExecutionRolePolicy. The task role is another one: it \
                 counts once the code runs."
            }
            Self::SecretsUnreachable => {
                "The subnet needs a NAT gateway or the endpoint secretsmanager, or the task a public IP. Its \
                 security group lets it out on port 443."
            }
            Self::SecretsDenied => {
                "The execution role, not the task role, needs secretsmanager:GetSecretValue."
            }
            Self::LogsUnreachable => {
                "The subnet needs a NAT gateway or the endpoint logs, or the task a public IP. Its security \
                 group lets it out on port 443."
            }
            Self::LogsDenied => {
                "The execution role needs logs:CreateLogStream and logs:PutLogEvents."
            }
        }
    }
}

impl fmt::Display for InitializationFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RegistryUnreachable => {
                "unable to pull secrets or registry auth: execution resource retrieval failed: unable to \
                 retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send \
                 request failed"
            }
            Self::RegistryDenied => {
                "unable to pull secrets or registry auth: execution resource retrieval failed: unable to \
                 retrieve ecr registry auth: service call has been retried 1 time(s): \
                 AccessDeniedException"
            }
            Self::SecretsUnreachable => {
                "unable to pull secrets or registry auth: execution resource retrieval failed: unable to \
                 retrieve secret from asm: service call has been retried 3 time(s): RequestError: send \
                 request failed"
            }
            Self::SecretsDenied => {
                "unable to pull secrets or registry auth: execution resource retrieval failed: unable to \
                 retrieve secret from asm: service call has been retried 1 time(s): AccessDeniedException"
            }
            Self::LogsUnreachable => {
                "failed to validate logger args: create stream has been retried 3 times: failed to create \
                 Cloudwatch log stream: RequestError: send request failed"
            }
            Self::LogsDenied => {
                "failed to validate logger args: create stream has been retried 1 times: failed to create \
                 Cloudwatch log stream: AccessDeniedException"
            }
        })
    }
}

impl PullFailure {
    const fn hint(self) -> &'static str {
        match self {
            Self::RegistryUnreachable => {
                "A task in a public subnet needs a public IP, one in a private subnet a NAT gateway; \
                 endpoints reach ECR only, through ecr.dkr. Its security group lets it out on port 443."
            }
            Self::LayersUnreachable => {
                "ECR's layers lie in S3: the subnet's route table needs its gateway endpoint."
            }
            Self::NotFound => "Look at the image's name and tag, and at its architecture.",
            Self::TooManyRequests => {
                "Log in to the registry, or keep the image in ECR: each task pulls it anew."
            }
            Self::NoSpace => {
                "Compressed and unpacked layers share the task's disk: set ephemeralStorage."
            }
        }
    }
}

impl fmt::Display for PullFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RegistryUnreachable => {
                "pull image manifest has been retried 5 time(s): failed to resolve ref: failed to do \
                 request: dial tcp: i/o timeout"
            }
            Self::LayersUnreachable => {
                "ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open: failed \
                 to do request: dial tcp: i/o timeout"
            }
            Self::NotFound => {
                "pull image manifest has been retried 1 time(s): failed to resolve ref: not found"
            }
            Self::TooManyRequests => {
                "pull image manifest has been retried 5 time(s): toomanyrequests: You have reached your pull \
                 rate limit."
            }
            Self::NoSpace => {
                "ref pull has been retried 1 time(s): failed to extract layer: no space left on device"
            }
        })
    }
}
