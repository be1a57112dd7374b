//! ECS on Fargate: settings of tasks and services, and what happens to them.
//!
//! ```text
//! definition  TaskDefinition, TaskSize, containers and their health checks
//! service     services, capacity providers, target groups
//! deployment  how a service goes from one revision to the next
//! account     subnets, the account
//! task        what state a task is in; stop codes, exits
//! reason      why a task stopped
//! event       what a service says of itself
//! pods        EKS: Fargate profiles, what is said of Deployments and pods
//! ```

mod account;
mod definition;
mod deployment;
mod event;
mod pods;
mod reason;
mod service;
mod task;

pub use account::{Endpoints, FargateAccount, Route, SubnetConfiguration};
pub use definition::{
    ContainerDefinition, ExecutionRole, HealthCheck, INCLUDED_STORAGE, LogDriver, OperatingSystem,
    Registry, TaskDefinition, TaskSize,
};
pub use deployment::{
    BREAKER_CEILING, BREAKER_FLOOR, CircuitBreaker, DeploymentAlarms, DeploymentConfiguration,
    DeploymentLifecycleStage, DeploymentStrategy, Threshold, TrafficShare,
};
pub use event::{ServiceEvent, Unplaced};
pub use pods::{
    EksPods, KubernetesEvent, Label, Orchestrator, ProfileSelector, ReplicaReason, max_surge,
    max_unavailable,
};
pub use reason::{InitializationFailure, PullFailure, StoppedReason};
pub use service::{
    CapacityProvider, LoadBalancer, NetworkConfiguration, ServiceConfiguration, StrategyItem,
    TargetCheck,
};
pub use task::{Exit, Health, RunTaskRefusal, StopCode, TaskGroup, TaskStatus};

use crate::units::{
    DeploymentId, Moment, ServiceId, SubnetId, TargetGroupId, TaskDefinitionId, TaskId, ZoneId,
};
use serde::{Deserialize, Serialize};

/// What happens to services, tasks and what they run in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all_fields = "camelCase")]
pub enum FargateFact {
    /// The account's quotas were set.
    AccountConfigured(Box<FargateAccount>),
    /// A subnet was created or changed.
    SubnetConfigured {
        /// Which.
        subnet: SubnetId,
        /// What it is set to from now on.
        configuration: Box<SubnetConfiguration>,
    },
    /// An Availability Zone failed, or came back.
    ZoneChanged {
        /// Which.
        zone: ZoneId,
        /// Whether tasks can be started there.
        available: bool,
    },
    /// There is no more capacity of one kind, or there is again.
    CapacityChanged {
        /// Of which.
        provider: CapacityProvider,
        /// Whether tasks can be started.
        available: bool,
    },
    /// A revision of a task definition was registered.
    TaskDefinitionRegistered {
        /// New.
        definition: TaskDefinitionId,
        /// What it says.
        configuration: Box<TaskDefinition>,
    },
    /// A service was created or updated.
    ServiceConfigured {
        /// Which.
        service: ServiceId,
        /// What it is set to from now on.
        configuration: Box<ServiceConfiguration>,
    },
    /// A service was deleted: it is DRAINING for as long as it has tasks.
    ServiceDeleted {
        /// Which.
        service: ServiceId,
    },
    /// A deleted service has no tasks any more.
    ServiceInactive {
        /// Which.
        service: ServiceId,
    },
    /// A service is to run so many tasks.
    DesiredCountSet {
        /// Which.
        service: ServiceId,
        /// How many.
        desired: u32,
    },
    /// A deployment began: it is PRIMARY, and the ones before it ACTIVE for as long as they have tasks.
    DeploymentStarted {
        /// Whose.
        service: ServiceId,
        /// New.
        deployment: DeploymentId,
        /// What its tasks are made of.
        definition: TaskDefinitionId,
        /// The one that failed, if this one is a rollback.
        after: Option<DeploymentId>,
    },
    /// `rolloutState` is COMPLETED: all its tasks are healthy, and no others are left.
    DeploymentCompleted {
        /// Whose.
        service: ServiceId,
        /// Which.
        deployment: DeploymentId,
    },
    /// `rolloutState` is FAILED: its circuit breaker had enough, an alarm went off or a stage took too long.
    DeploymentFailed {
        /// Whose.
        service: ServiceId,
        /// Which.
        deployment: DeploymentId,
        /// How many of its tasks had failed.
        failed: u32,
    },
    /// A deployment that another one replaced has no tasks any more.
    DeploymentInactive {
        /// Whose.
        service: ServiceId,
        /// Which.
        deployment: DeploymentId,
    },
    /// A service said something of itself.
    ServiceEvent {
        /// Which.
        service: ServiceId,
        /// What.
        event: ServiceEvent,
    },
    /// A task was accepted: it is PROVISIONING.
    TaskCreated {
        /// New.
        task: TaskId,
        /// What it is made of.
        definition: TaskDefinitionId,
        /// What it is for.
        group: TaskGroup,
        /// What it runs on.
        provider: CapacityProvider,
        /// Where its address is from, and its Availability Zone.
        subnet: SubnetId,
        /// Whether its interface gets a public address (`assignPublicIp`).
        public_ip: bool,
    },
    /// RunTask did not start tasks.
    RunTaskRefused {
        /// What they were to be made of.
        definition: TaskDefinitionId,
        /// How many.
        count: u32,
        /// Why.
        refusal: RunTaskRefusal,
    },
    /// `lastStatus` changed.
    TaskMoved {
        /// Which.
        task: TaskId,
        /// To what.
        to: TaskStatus,
    },
    /// The pull of its images began. Billing begins here.
    PullStarted {
        /// Which.
        task: TaskId,
    },
    /// The pull of its images ended.
    PullStopped {
        /// Which.
        task: TaskId,
    },
    /// `desiredStatus` became STOPPED.
    TaskStopRequested {
        /// Which.
        task: TaskId,
        /// Why.
        reason: StoppedReason,
    },
    /// A container ended.
    ContainerExited {
        /// Which task's.
        task: TaskId,
        /// Its place in the task definition.
        container: u8,
        /// How.
        exit: Exit,
    },
    /// What its containers' own checks say changed.
    HealthChanged {
        /// Which.
        task: TaskId,
        /// To what.
        health: Health,
    },
    /// It was registered with its service's target group.
    TargetRegistered {
        /// Which.
        task: TaskId,
    },
    /// What the target group's checks say changed.
    TargetChanged {
        /// Which.
        task: TaskId,
        /// To what.
        health: Health,
    },
    /// It was deregistered, and is drained.
    TargetDraining {
        /// Which.
        task: TaskId,
    },
    /// It is not a target any more.
    TargetDeregistered {
        /// Which.
        task: TaskId,
    },
    /// It is protected from scale-in, or not any more.
    ProtectionChanged {
        /// Which.
        task: TaskId,
        /// Until when; `None` if it is not.
        until: Option<Moment>,
    },
    /// A deployment that shifts traffic came to a stage of its life.
    StageReached {
        /// Whose.
        service: ServiceId,
        /// Which.
        deployment: DeploymentId,
        /// `lifecycleStage`.
        stage: DeploymentLifecycleStage,
    },
    /// The production listener's rule has new weights: so much goes to one target group, the rest to the other.
    TrafficShifted {
        /// Whose.
        service: ServiceId,
        /// Whose tasks are in the target group.
        deployment: DeploymentId,
        /// Which.
        target_group: TargetGroupId,
        /// How much goes there.
        share: TrafficShare,
    },
}
