//! What a driver tells, and what it is asked for.

use crate::timeline::{
    CapacityProvider, Exit, FargateAccount, LifecycleEvent, NetworkConfiguration, PullFailure,
    ServiceConfiguration, SubnetConfiguration, TaskDefinition,
};
use crate::units::{
    DeploymentId, Moment, ServiceId, Span, SubnetId, TaskDefinitionId, TaskId, ZoneId,
};

/// What a driver tells. Settings are taken as they are: `check_...` say what is wrong with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The account has these quotas.
    ConfigureAccount(Box<FargateAccount>),
    /// Create or change a subnet. Its size stays what it was.
    ConfigureSubnet {
        /// Which.
        subnet: SubnetId,
        /// What it is set to from now on.
        configuration: Box<SubnetConfiguration>,
    },
    /// An Availability Zone failed or came back, for tasks that are to be started. What becomes of those that
    /// run there, their checks and containers tell.
    ChangeZone {
        /// Which.
        zone: ZoneId,
        /// Whether tasks can be started there.
        available: bool,
    },
    /// A capacity provider has run out of capacity, or has some again.
    ChangeCapacity {
        /// Which.
        provider: CapacityProvider,
        /// Whether tasks can be started.
        available: bool,
    },
    /// RegisterTaskDefinition.
    RegisterTaskDefinition {
        /// New.
        definition: TaskDefinitionId,
        /// What it says.
        configuration: Box<TaskDefinition>,
    },
    /// CreateService or UpdateService.
    ConfigureService {
        /// Which.
        service: ServiceId,
        /// What it is set to from now on.
        configuration: Box<ServiceConfiguration>,
    },
    /// UpdateService with a desired count alone, by hand or by Application Auto Scaling.
    SetDesiredCount {
        /// Which.
        service: ServiceId,
        /// How many tasks, 5,000 at most.
        desired: u32,
    },
    /// Whether an alarm of a service's deployments is in ALARM now.
    DeploymentAlarm {
        /// Which.
        service: ServiceId,
        /// Whether at least one is.
        in_alarm: bool,
    },
    /// DeleteService with `force`.
    DeleteService {
        /// Which.
        service: ServiceId,
    },
    /// RunTask.
    RunTask(Box<RunTask>),
    /// StopTask.
    StopTask {
        /// Which.
        task: TaskId,
    },
    /// UpdateTaskProtection.
    ProtectTask {
        /// Which.
        task: TaskId,
        /// For how long, 1 to 2,880 minutes; `None` to end it.
        span: Option<Span>,
    },
    /// Answers [`Effect::AttachInterface`].
    InterfaceAttached {
        /// Which.
        task: TaskId,
    },
    /// Answers [`Effect::ExhaustRetries`].
    RetriesExhausted {
        /// Which.
        task: TaskId,
    },
    /// Answers [`Effect::PullImages`].
    ImagesPulled {
        /// Which.
        task: TaskId,
        /// What went wrong that the platform cannot know.
        failure: Option<PullFailure>,
    },
    /// Answers [`Effect::StartContainers`].
    ContainersStarted {
        /// Which.
        task: TaskId,
        /// Whether a container could not be started.
        failed: bool,
    },
    /// Answers [`Effect::RegisterTarget`].
    TargetRegistered {
        /// Which.
        task: TaskId,
    },
    /// From now on a check passes, or fails. At first all fail.
    Answering {
        /// Which.
        task: TaskId,
        /// Which check.
        checked: Checked,
        /// Whether it passes.
        passes: bool,
    },
    /// A container ended, by itself or after [`Effect::Terminate`].
    ContainerExited {
        /// Which task's.
        task: TaskId,
        /// Its place in the task definition.
        container: u8,
        /// How.
        exit: Exit,
    },
    /// Spot capacity is taken back: the notice of two minutes. Nothing to a task that is not of Spot.
    Interrupt {
        /// Which.
        task: TaskId,
    },
    /// Answers [`Effect::DetachInterface`].
    InterfaceDetached {
        /// Which.
        task: TaskId,
    },
    /// What [`Effect::SetTimer`] asked for.
    TimerFired(Timer),
}

/// What a health check asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Checked {
    /// The agent asks a container, by its place in the task definition.
    Container(u8),
    /// The load balancer asks the target.
    Target,
}

/// Tasks that belong to no service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunTask {
    /// What they are made of.
    pub definition: TaskDefinitionId,
    /// 1 to 10.
    pub count: u32,
    /// What they run on.
    pub provider: CapacityProvider,
    /// Their network.
    pub network: NetworkConfiguration,
}

/// What the platform asks a driver to do. How long it takes is for the driver to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Get a machine and make an interface; then [`Input::InterfaceAttached`].
    AttachInterface {
        /// Which.
        task: TaskId,
    },
    /// The agent tries again and again in vain; then [`Input::RetriesExhausted`].
    ExhaustRetries {
        /// Which.
        task: TaskId,
    },
    /// Pull and unpack all images; then [`Input::ImagesPulled`].
    PullImages {
        /// Which.
        task: TaskId,
    },
    /// Make and start all containers; then [`Input::ContainersStarted`].
    StartContainers {
        /// Which.
        task: TaskId,
    },
    /// Register the task's address with the target group; then [`Input::TargetRegistered`].
    RegisterTarget {
        /// Which.
        task: TaskId,
    },
    /// Send SIGTERM; then [`Input::ContainerExited`], unless [`Effect::Kill`] comes first.
    Terminate {
        /// Which task's.
        task: TaskId,
        /// Its place in the task definition.
        container: u8,
    },
    /// Send SIGKILL. Nothing is reported back.
    Kill {
        /// Which task's.
        task: TaskId,
        /// Its place in the task definition.
        container: u8,
    },
    /// Detach and delete the interface; then [`Input::InterfaceDetached`].
    DetachInterface {
        /// Which.
        task: TaskId,
    },
    /// Say [`Input::TimerFired`] at this moment.
    SetTimer {
        /// On the session clock.
        at: Moment,
        /// Comes back as it is.
        timer: Timer,
    },
}

/// What a timer was set for; nothing if that has moved on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// A task without any checks has run for long enough to count as healthy.
    Settled(TaskId),
    /// A check says something new, if what it asks still answers as it did.
    Verdict {
        /// Which task's.
        task: TaskId,
        /// Which check.
        checked: Checked,
        /// When it was planned for.
        planned: Moment,
    },
    /// Failed checks of a task count from now on.
    GraceOver(TaskId),
    /// A task's target has been drained.
    Drained(TaskId),
    /// A container's stop timeout has passed.
    Kill {
        /// Which task's.
        task: TaskId,
        /// Its place in the task definition.
        container: u8,
    },
    /// A stopped task cannot be described any more.
    Delete(TaskId),
    /// A task's protection ends.
    Unprotect {
        /// Which.
        task: TaskId,
        /// Until when it was protected.
        until: Moment,
    },
    /// A service may go on starting tasks.
    Service {
        /// Which.
        service: ServiceId,
        /// When it was planned for.
        planned: Moment,
    },
    /// A stage of a deployment, or a step of it, is over.
    Stage {
        /// Whose.
        service: ServiceId,
        /// Which.
        deployment: DeploymentId,
        /// When it was planned for.
        planned: Moment,
    },
    /// A capacity provider may launch again.
    Launch {
        /// Which.
        provider: CapacityProvider,
        /// When it was planned for.
        planned: Moment,
    },
    /// A pod has waited for long enough to pull or to start again.
    Retry {
        /// Which.
        task: TaskId,
        /// When it was planned for.
        planned: Moment,
    },
}

/// What came of an input; used again for the next one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Out {
    /// For the timeline.
    pub facts: Vec<LifecycleEvent>,
    /// For the driver.
    pub effects: Vec<Effect>,
}

impl Out {
    pub(super) fn fact(&mut self, fact: impl Into<LifecycleEvent>) {
        self.facts.push(fact.into());
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(super) fn timer(&mut self, at: Moment, timer: Timer) {
        self.effects.push(Effect::SetTimer { at, timer });
    }
}
