//! ECS on Fargate as a pure state machine, beside Lambda's: [`Fargate::handle`] takes a moment and an input, and
//! gives facts for the timeline and effects for a driver.
//!
//! ```text
//! sizes      the 77 sizes that a task may have, and how they are written
//! pods       what a pod of EKS gets on Fargate
//! profiles   which pods a Fargate profile takes
//! restarts   containers of pods that are started again
//! settings   whether a task definition may be registered
//! service_settings  whether a service may be created
//! eks_settings  whether EKS could run it
//! input      Input, Effect, Timer, Out
//! state      tasks and their states
//! network    subnets: addresses that are left, what can be reached
//! account    the account's quotas, subnets and zones
//! probe      health checks, without a run of each
//! checks     what they say of tasks
//! lifecycle  how a task starts
//! stopping   how a task ends
//! bucket     token buckets
//! service    services and their deployments
//! roster     a deployment's tasks, by how they count
//! scheduler/ which tasks of a service are started and stopped, and when
//! view       what there is to read
//! ```
//!
//! It holds no clock and draws no lots: how long an interface, a pull, a start or an end takes, the driver says
//! by answering effects. All tasks are of one cluster.

mod account;
mod bucket;
mod checks;
mod eks_settings;
mod input;
mod lifecycle;
mod network;
mod pods;
mod probe;
mod profiles;
mod restarts;
mod roster;
mod scheduler;
mod service;
mod service_settings;
mod settings;
mod sizes;
mod state;
mod stopping;
mod view;

pub use account::{DEFAULT_PROTECTION, is_protection};
pub use eks_settings::OfEcs;
pub use input::{Checked, Effect, Input, Out, RunTask, Timer};
pub use lifecycle::SETTLING;
pub use pods::{LARGEST_POD_CPU, POD_OVERHEAD, PodRequests, PodTooLarge, capacity_provisioned};
pub use profiles::MAX_SELECTORS;
pub use restarts::{BACKOFF_RESET, FIRST_RESTART_DELAY, LONGEST_RESTART_DELAY};
pub use scheduler::{MAX_RUN_TASK, PLACEMENT_RETRY, PROGRESS_DEADLINE};
pub use service::{
    ALARM_BAKE, EVENT_SILENCE, FIRST_BACKOFF, IMPAIRED_AFTER, LONGEST_BACKOFF, LONGEST_STAGE,
    SERVICE_BURST,
};
pub use service_settings::{ServiceError, check_service, check_subnet};
pub use settings::{
    DEFAULT_STOP_TIMEOUT, MAX_CONTAINERS, RangedSetting, TaskDefinitionError, check_task_definition,
};
pub use sizes::{
    SizeError, is_task_size, read_cpu, read_memory, task_size_at_least, task_size_at_most,
    task_sizes,
};
pub use stopping::{SPOT_NOTICE, STOPPED_FOR};
pub use view::ServiceView;

use crate::timeline::{
    CapacityProvider, FargateAccount, FargateFact, StoppedReason, TaskDefinition,
};
use crate::units::{
    IdMap, Moment, OrderedMap, OrderedSet, ServiceId, SubnetId, TaskDefinitionId, TaskId, ZoneId,
};
use bucket::Bucket;
use network::Subnet;
use service::Service;
use state::Task;
use std::collections::VecDeque;

/// Tasks of one service (Amazon ECS service quotas).
pub const MAX_TASKS: u32 = 5_000;

/// RunTask calls a second, at once and in the long run (Amazon ECS developer guide, "AWS Fargate throttling
/// quotas").
pub const RUN_TASK_CALLS: u32 = 20;

/// ECS on Fargate of one account in one Region, with one cluster.
#[derive(Clone, Debug)]
pub struct Fargate {
    account: FargateAccount,
    definitions: OrderedMap<TaskDefinitionId, Box<TaskDefinition>>,
    subnets: OrderedMap<SubnetId, Subnet>,
    failed_zones: OrderedSet<ZoneId>,
    services: OrderedMap<ServiceId, Service>,
    tasks: IdMap<TaskId, Task>,
    /// Tasks of no service, by zone.
    standalone: OrderedMap<ZoneId, u32>,
    on_demand: Capacity,
    spot: Capacity,
    calls: Bucket,
    /// Tasks that are PROVISIONING.
    provisioning: u32,
    /// Services that go on when another task has.
    blocked: OrderedSet<ServiceId>,
    /// Services that have something to do before this input is taken in.
    touched: Vec<ServiceId>,
    next_task: u32,
    next_deployment: u32,
    last_service: u32,
    last_definition: u32,
    last_subnet: u32,
}

/// One capacity provider.
#[derive(Clone, Debug)]
struct Capacity {
    /// Whether there is any.
    available: bool,
    /// CPU units of its tasks.
    used: u64,
    bucket: Bucket,
    /// Services that wait for a launch, in turn.
    services: VecDeque<ServiceId>,
    /// When they were planned to go on.
    wake: Option<Moment>,
}

impl Capacity {
    fn new(account: &FargateAccount) -> Self {
        Capacity {
            available: true,
            used: 0,
            bucket: Bucket::new(account.launch_burst, a_minute(account)),
            services: VecDeque::new(),
            wake: None,
        }
    }
}

fn a_minute(account: &FargateAccount) -> u32 {
    account.launch_rate.saturating_mul(60)
}

impl Default for Fargate {
    fn default() -> Self {
        let account = FargateAccount::default();
        Fargate {
            account,
            definitions: OrderedMap::new(),
            subnets: OrderedMap::new(),
            failed_zones: OrderedSet::new(),
            services: OrderedMap::new(),
            tasks: IdMap::new(),
            standalone: OrderedMap::new(),
            on_demand: Capacity::new(&account),
            spot: Capacity::new(&account),
            calls: Bucket::new(RUN_TASK_CALLS, RUN_TASK_CALLS * 60),
            provisioning: 0,
            blocked: OrderedSet::new(),
            touched: Vec::new(),
            next_task: 1,
            next_deployment: 1,
            last_service: 0,
            last_definition: 0,
            last_subnet: 0,
        }
    }
}

impl Fargate {
    /// Takes one input in, at one moment. Facts and effects are appended to `out` in the order in which they are
    /// to be recorded and carried out. Inputs that no longer fit the state are nothing.
    pub fn handle(&mut self, at: Moment, input: Input, out: &mut Out) {
        self.take(at, input, out);
        while let Some(service) = self.touched.pop() {
            self.reconcile(at, service, u32::MAX, out);
        }
    }

    fn take(&mut self, at: Moment, input: Input, out: &mut Out) {
        match input {
            Input::ConfigureAccount(account) => self.configure_account(at, *account, out),
            Input::ConfigureSubnet {
                subnet,
                configuration,
            } => self.configure_subnet(subnet, configuration, out),
            Input::ChangeZone { zone, available } => self.change_zone(zone, available, out),
            Input::ChangeCapacity {
                provider,
                available,
            } => {
                self.capacity_mut(provider).available = available;
                out.fact(FargateFact::CapacityChanged {
                    provider,
                    available,
                });
                self.touch_all();
            }
            Input::RegisterTaskDefinition {
                definition,
                configuration,
            } => {
                // A revision never changes.
                if !self.definitions.contains_key(&definition) {
                    self.last_definition = self.last_definition.max(definition.0);
                    self.definitions.insert(definition, configuration.clone());
                    out.fact(FargateFact::TaskDefinitionRegistered {
                        definition,
                        configuration,
                    });
                }
            }
            Input::ConfigureService {
                service,
                configuration,
            } => self.configure_service(at, service, configuration, out),
            Input::SetDesiredCount { service, desired } => self.set_desired(service, desired, out),
            Input::DeploymentAlarm { service, in_alarm } => {
                self.deployment_alarm(service, in_alarm, out);
            }
            Input::DeleteService { service } => self.delete_service(at, service, out),
            Input::RunTask(order) => self.run_task(at, *order, out),
            Input::StopTask { task } => {
                self.stop(at, task, StoppedReason::User, out);
            }
            Input::ProtectTask { task, span } => self.protect(at, task, span, out),
            Input::InterfaceAttached { task } => self.interface_attached(at, task, out),
            Input::RetriesExhausted { task } => self.retries_exhausted(at, task, out),
            Input::ImagesPulled { task, failure } => self.images_pulled(at, task, failure, out),
            Input::ContainersStarted { task, failed } => {
                self.containers_started(at, task, failed, out);
            }
            Input::TargetRegistered { task } => self.target_registered(at, task, out),
            Input::Answering {
                task,
                checked,
                passes,
            } => self.answering(at, task, checked, passes, out),
            Input::ContainerExited {
                task,
                container,
                exit,
            } => self.container_exited(at, task, container, exit, out),
            Input::Interrupt { task } => self.interrupt(at, task, out),
            Input::InterfaceDetached { task } => self.interface_detached(at, task, out),
            Input::TimerFired(timer) => self.timer_fired(at, timer, out),
        }
    }

    fn timer_fired(&mut self, at: Moment, timer: Timer, out: &mut Out) {
        match timer {
            Timer::Settled(task) => self.settled(at, task, out),
            Timer::Verdict {
                task,
                checked,
                planned,
            } => self.verdict(at, task, checked, planned, out),
            Timer::GraceOver(task) => self.assess(at, task, out),
            Timer::Drained(task) => self.drained(at, task, out),
            Timer::Retry { task, planned } => self.retry(task, planned, out),
            Timer::Kill { task, container } => self.kill(at, task, container, out),
            Timer::Delete(task) => self.delete_task(task, out),
            Timer::Unprotect { task, until } => {
                let protected = self.tasks.get(&task).and_then(|it| it.protected);
                if protected == Some(until) {
                    self.protect(at, task, None, out);
                }
            }
            Timer::Service { service, planned } => self.service_woken(service, planned),
            Timer::Stage {
                service,
                deployment,
                planned,
            } => self.stage_over(service, deployment, planned, out),
            Timer::Launch { provider, planned } => self.launches(at, provider, planned, out),
        }
    }

    /// The service has something to do before this input is taken in.
    fn touch(&mut self, service: ServiceId) {
        if !self.touched.contains(&service) {
            self.touched.push(service);
        }
    }

    fn touch_all(&mut self) {
        self.touched = self.services.keys().copied().collect();
    }

    /// Something that others wait for is free.
    fn unblock(&mut self) {
        if !self.blocked.is_empty() {
            for service in std::mem::take(&mut self.blocked).iter() {
                self.touch(*service);
            }
        }
    }

    /// A task is not PROVISIONING any more.
    fn provisioned(&mut self) {
        self.provisioning = self.provisioning.saturating_sub(1);
        self.unblock();
    }

    fn capacity(&self, provider: CapacityProvider) -> &Capacity {
        match provider {
            CapacityProvider::Fargate => &self.on_demand,
            CapacityProvider::FargateSpot => &self.spot,
        }
    }

    fn capacity_mut(&mut self, provider: CapacityProvider) -> &mut Capacity {
        match provider {
            CapacityProvider::Fargate => &mut self.on_demand,
            CapacityProvider::FargateSpot => &mut self.spot,
        }
    }
}

#[cfg(test)]
mod tests;
