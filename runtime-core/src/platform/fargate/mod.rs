//! ECS on Fargate as a pure state machine, beside Lambda's: [`Fargate::handle`] takes a moment and an input, and
//! gives facts for the timeline and effects for a driver.
//!
//! ```text
//! sizes      the 77 sizes that a task may have, and how they are written
//! pods       what a pod of EKS gets on Fargate
//! settings   whether a task definition may be registered
//! input      Input, Effect, Timer, Out
//! state      tasks and their states
//! network    subnets: addresses that are left, what can be reached
//! probe      health checks, without a run of each
//! lifecycle  how a task starts
//! stopping   how a task ends
//! bucket     token buckets
//! service    services and their deployments
//! roster     a deployment's tasks, by how they count
//! scheduler/ which tasks of a service are started and stopped, and when
//! ```
//!
//! It holds no clock and draws no lots: how long an interface, a pull, a start or an end takes, the driver says
//! by answering effects. All tasks are of one cluster.

mod bucket;
mod input;
mod lifecycle;
mod network;
mod pods;
mod probe;
mod roster;
mod scheduler;
mod service;
mod settings;
mod sizes;
mod state;
mod stopping;

pub use input::{Checked, Effect, Input, Out, RunTask, Timer};
pub use lifecycle::SETTLING;
pub use pods::{LARGEST_POD_CPU, POD_OVERHEAD, PodRequests, PodTooLarge};
pub use scheduler::{MAX_RUN_TASK, PLACEMENT_RETRY};
pub use service::{EVENT_SILENCE, FIRST_BACKOFF, IMPAIRED_AFTER, LONGEST_BACKOFF, SERVICE_BURST};
pub use settings::{
    DEFAULT_STOP_TIMEOUT, INCLUDED_STORAGE, MAX_CONTAINERS, RangedSetting, TaskDefinitionError,
    check_task_definition,
};
pub use sizes::{
    SizeError, is_task_size, read_cpu, read_memory, task_size_at_least, task_size_at_most,
    task_sizes,
};
pub use stopping::{SPOT_NOTICE, STOPPED_FOR};

use crate::timeline::{
    CapacityProvider, FargateAccount, FargateFact, ServiceConfiguration, SubnetConfiguration,
    TaskDefinition, TaskStatus,
};
use crate::units::{
    IdMap, Moment, OrderedMap, OrderedSet, ServiceId, Span, SubnetId, TaskDefinitionId, TaskId,
    ZoneId,
};
use bucket::Bucket;
use network::Subnet;
use service::Service;
use state::{Standing, Task};
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
            } => self.configure_service(service, configuration, out),
            Input::SetDesiredCount { service, desired } => self.set_desired(service, desired, out),
            Input::DeleteService { service } => self.delete_service(at, service, out),
            Input::RunTask(order) => self.run_task(at, *order, out),
            Input::StopTask { task } => {
                self.stop(at, task, crate::timeline::StoppedReason::User, out);
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
            Timer::Kill { task, container } => self.kill(at, task, container, out),
            Timer::Delete(task) => self.delete_task(task, out),
            Timer::Unprotect { task, until } => {
                let protected = self.tasks.get(&task).and_then(|it| it.protected);
                if protected == Some(until) {
                    self.protect(at, task, None, out);
                }
            }
            Timer::Service { service, planned } => self.service_woken(service, planned),
            Timer::Launch { provider, planned } => self.launches(at, provider, planned, out),
        }
    }

    fn configure_account(&mut self, at: Moment, account: FargateAccount, out: &mut Out) {
        self.account = account;
        for provider in [CapacityProvider::Fargate, CapacityProvider::FargateSpot] {
            let bucket = &mut self.capacity_mut(provider).bucket;
            bucket.limit(at, account.launch_burst, a_minute(&account));
        }
        for service in self.services.values_mut() {
            let bucket = &mut service.bucket;
            bucket.limit(at, SERVICE_BURST, account.service_rate);
        }
        out.fact(FargateFact::AccountConfigured(Box::new(account)));
        self.touch_all();
    }

    fn configure_subnet(
        &mut self,
        id: SubnetId,
        mut configuration: Box<SubnetConfiguration>,
        out: &mut Out,
    ) {
        self.last_subnet = self.last_subnet.max(id.0);
        match self.subnets.get_mut(&id) {
            Some(subnet) => {
                // A subnet's block and zone are what they were when it was made.
                configuration.prefix = subnet.configuration.prefix;
                configuration.zone = subnet.configuration.zone;
                subnet.configuration = configuration.clone();
            }
            None => {
                let subnet = Subnet {
                    configuration: configuration.clone(),
                    taken: 0,
                };
                self.subnets.insert(id, subnet);
            }
        }
        out.fact(FargateFact::SubnetConfigured {
            subnet: id,
            configuration,
        });
        self.touch_all();
    }

    fn change_zone(&mut self, zone: ZoneId, available: bool, out: &mut Out) {
        let changed = match available {
            true => self.failed_zones.remove(&zone),
            false => self.failed_zones.insert(zone),
        };
        if changed {
            out.fact(FargateFact::ZoneChanged { zone, available });
            self.touch_all();
        }
    }

    fn protect(&mut self, at: Moment, id: TaskId, span: Option<Span>, out: &mut Out) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        // Tasks of services only, and none that is to stop.
        if matches!(task.standing, Standing::Gone | Standing::Leaving) {
            return;
        }
        task.protected = span.map(|span| at + span);
        let until = task.protected;
        out.fact(FargateFact::ProtectionChanged { task: id, until });
        match until {
            Some(until) => out.timer(until, Timer::Unprotect { task: id, until }),
            None => {
                if let Some((service, _)) = self.service_of(id) {
                    self.touch(service);
                }
            }
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

#[cfg(test)]
mod tests;
