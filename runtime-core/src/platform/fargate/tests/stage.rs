//! A machine with a driver whose tasks behave as they are told: what is due happens at its moment. After each
//! input it looks at what must always be true.

use crate::platform::fargate::*;
use crate::timeline::{
    CapacityProvider, Exit, FargateAccount, FargateFact, LifecycleEvent, PullFailure, Route,
    ServiceConfiguration, ServiceEvent, StoppedReason, SubnetConfiguration, TaskDefinition,
    TaskGroup, TaskSize, TaskStatus,
};
use crate::units::{CpuUnits, Moment, ServiceId, Span, SubnetId, TaskDefinitionId, TaskId, ZoneId};
use std::collections::BTreeMap;

/// What becomes of a task.
#[derive(Clone, Copy, Debug)]
pub(super) struct Behaviour {
    pub(super) attach: Span,
    pub(super) pull: Span,
    pub(super) start: Span,
    pub(super) pull_failure: Option<PullFailure>,
    pub(super) start_fails: bool,
    /// From its start until its checks pass; never, if `None`.
    pub(super) boot: Option<Span>,
    /// From its start until its first container ends by itself.
    pub(super) exit: Option<(Span, Exit)>,
    /// From SIGTERM to its end; never, if `None`.
    pub(super) end: Option<Span>,
    pub(super) detach: Span,
}

impl Default for Behaviour {
    fn default() -> Self {
        Behaviour {
            attach: Span::from_secs(15),
            pull: Span::from_secs(5),
            start: Span::from_secs(3),
            pull_failure: None,
            start_fails: false,
            boot: Some(Span::from_secs(1)),
            exit: None,
            end: Some(Span::from_secs(1)),
            detach: Span::from_secs(4),
        }
    }
}

type Script = Box<dyn FnMut(TaskId, TaskDefinitionId) -> Behaviour>;

pub(super) struct Stage {
    pub(super) fargate: Fargate,
    pub(super) facts: Vec<(Moment, FargateFact)>,
    pub(super) now: Moment,
    due: BTreeMap<(Moment, u64), Input>,
    count: u64,
    pub(super) script: Script,
    behaviours: BTreeMap<TaskId, Behaviour>,
    booted: BTreeMap<TaskId, Option<Moment>>,
    statuses: BTreeMap<TaskId, TaskStatus>,
    groups: BTreeMap<TaskId, TaskGroup>,
    /// How many addresses there are.
    addresses: BTreeMap<SubnetId, u32>,
    /// Tasks that hold addresses, as facts tell.
    holders: BTreeMap<TaskId, SubnetId>,
    held: BTreeMap<SubnetId, u32>,
    /// Those of them that are PROVISIONING: what found no address holds none until its failure is known.
    provisioning: BTreeMap<SubnetId, u32>,
}

pub(super) const DEFINITION: TaskDefinitionId = TaskDefinitionId(1);
pub(super) const S: ServiceId = ServiceId(1);

pub(super) fn at(seconds: u64) -> Moment {
    Moment::START + Span::from_secs(seconds)
}

pub(super) fn secs(seconds: u64) -> Span {
    Span::from_secs(seconds)
}

pub(super) fn subnets(count: u32) -> Vec<SubnetId> {
    (1..=count).map(SubnetId).collect()
}

impl Stage {
    /// Three zones with a subnet of 1,019 addresses each, a quota that does not matter, and one task definition of
    /// 0.25 vCPU.
    pub(super) fn new() -> Self {
        let mut stage = Stage::empty(22);
        stage.account(FargateAccount {
            on_demand: CpuUnits::from_vcpus(10_000),
            spot: CpuUnits::from_vcpus(10_000),
            ..FargateAccount::default()
        });
        stage
    }

    pub(super) fn empty(prefix: u8) -> Self {
        let mut stage = Stage {
            fargate: Fargate::default(),
            facts: Vec::new(),
            now: Moment::START,
            due: BTreeMap::new(),
            count: 0,
            script: Box::new(|_, _| Behaviour::default()),
            behaviours: BTreeMap::new(),
            booted: BTreeMap::new(),
            statuses: BTreeMap::new(),
            groups: BTreeMap::new(),
            addresses: BTreeMap::new(),
            holders: BTreeMap::new(),
            held: BTreeMap::new(),
            provisioning: BTreeMap::new(),
        };
        for number in 1..=3_u8 {
            let subnet = stage.fargate.next_subnet();
            stage.input(Input::ConfigureSubnet {
                subnet,
                configuration: Box::new(SubnetConfiguration {
                    name: format!("private-{number}"),
                    zone: ZoneId(number - 1),
                    prefix,
                    route: Route::Nat,
                }),
            });
        }
        stage.define(TaskDefinition::of("web", TaskSize::new(256, 512)));
        stage
    }

    pub(super) fn account(&mut self, account: FargateAccount) {
        self.input(Input::ConfigureAccount(Box::new(account)));
    }

    pub(super) fn define(&mut self, definition: TaskDefinition) -> TaskDefinitionId {
        assert_eq!(check_task_definition(&definition), []);
        let id = self.fargate.next_task_definition();
        self.input(Input::RegisterTaskDefinition {
            definition: id,
            configuration: Box::new(definition),
        });
        id
    }

    /// A service with so many tasks in three zones.
    pub(super) fn web(desired: u32) -> ServiceConfiguration {
        ServiceConfiguration {
            desired: Some(desired),
            ..ServiceConfiguration::named("web", DEFINITION, subnets(3))
        }
    }

    pub(super) fn service(&mut self, configuration: ServiceConfiguration) -> ServiceId {
        let service = self.fargate.next_service();
        self.update(service, configuration);
        service
    }

    pub(super) fn update(&mut self, service: ServiceId, configuration: ServiceConfiguration) {
        self.input(Input::ConfigureService {
            service,
            configuration: Box::new(configuration),
        });
    }

    pub(super) fn desire(&mut self, service: ServiceId, desired: u32) {
        self.input(Input::SetDesiredCount { service, desired });
    }

    pub(super) fn plan(&mut self, at: Moment, input: Input) {
        self.count += 1;
        self.due.insert((at, self.count), input);
    }

    /// Goes on until a moment.
    pub(super) fn until(&mut self, seconds: u64) -> &mut Self {
        let end = at(seconds);
        while let Some(((when, _), _)) = self.due.first_key_value() {
            if *when > end {
                break;
            }
            let ((when, _), input) = self.due.pop_first().unwrap();
            assert!(when >= self.now);
            self.now = when;
            self.input(input);
        }
        self.now = end;
        self
    }

    pub(super) fn view(&self) -> ServiceView {
        self.fargate.service(S).unwrap()
    }

    pub(super) fn input(&mut self, input: Input) {
        let views = |fargate: &Fargate| -> BTreeMap<ServiceId, ServiceView> {
            let known = (1..=5).map(ServiceId);
            known
                .filter_map(|id| Some((id, fargate.service(id)?)))
                .collect()
        };
        let before = views(&self.fargate);
        let mut out = Out::default();
        self.fargate.handle(self.now, input, &mut out);
        let first = self.facts.len();
        for fact in out.facts {
            let LifecycleEvent::Fargate(fact) = fact else {
                unreachable!("a fact of ECS");
            };
            self.facts.push((self.now, fact));
        }
        let effects = out.effects;
        for effect in effects {
            self.carry_out(effect);
        }
        let new = self.facts.split_off(first);
        self.follow(&new);
        self.look(&before, &views(&self.fargate), &new);
        self.facts.extend(new);
    }

    /// Tasks go forward and end once, addresses are conserved.
    fn follow(&mut self, new: &[(Moment, FargateFact)]) {
        for (_, fact) in new {
            match fact {
                FargateFact::TaskCreated {
                    task,
                    subnet,
                    group,
                    ..
                } => {
                    let before = self.statuses.insert(*task, TaskStatus::Provisioning);
                    assert_eq!(before, None);
                    self.groups.insert(*task, *group);
                    self.holders.insert(*task, *subnet);
                    *self.held.entry(*subnet).or_default() += 1;
                    *self.provisioning.entry(*subnet).or_default() += 1;
                }
                FargateFact::SubnetConfigured {
                    subnet,
                    configuration,
                } => {
                    let addresses = configuration.addresses();
                    self.addresses.insert(*subnet, addresses);
                }
                FargateFact::TaskMoved { task, to } => {
                    let before = self.statuses.insert(*task, *to).unwrap();
                    // Containers of pods start again on their node.
                    let again = *to == TaskStatus::Pending && self.is_pod(*task);
                    assert!(
                        before < *to || again,
                        "{task} went from {before:?} to {to:?}"
                    );
                    if before == TaskStatus::Provisioning {
                        let subnet = self.holders[task];
                        *self.provisioning.get_mut(&subnet).unwrap() -= 1;
                    }
                    if *to == TaskStatus::Stopped {
                        self.release(*task);
                    }
                }
                _ => {}
            }
        }
    }

    fn is_pod(&self, task: TaskId) -> bool {
        let Some(TaskGroup::Service { service, .. }) = self.groups.get(&task) else {
            return false;
        };
        let service = self.fargate.service_configuration(*service);
        service.is_some_and(|it| it.orchestrator.is_eks())
    }

    fn release(&mut self, task: TaskId) {
        if let Some(subnet) = self.holders.remove(&task) {
            *self.held.get_mut(&subnet).unwrap() -= 1;
        }
    }

    fn look(
        &self,
        before: &BTreeMap<ServiceId, ServiceView>,
        after: &BTreeMap<ServiceId, ServiceView>,
        new: &[(Moment, FargateFact)],
    ) {
        for (id, view) in after {
            let settings = &self.fargate.service_configuration(*id).unwrap().deployment;
            let group = |task: &TaskId| match self.groups.get(task) {
                Some(TaskGroup::Service { service, .. }) => service == id,
                _ => false,
            };
            let created = new.iter().any(
                |(_, fact)| matches!(fact, FargateFact::TaskCreated { task, .. } if group(task)),
            );
            if created {
                let cap = settings.cap(view.desired);
                assert!(
                    view.running + view.pending <= cap,
                    "{view:?} is above {cap}"
                );
            }
            // Tasks that scheduler and nobody else has stopped.
            let scheduled = new.iter().any(|(_, fact)| {
                matches!(fact, FargateFact::TaskStopRequested { task, reason }
                    if group(task) && matches!(reason, StoppedReason::Scaling(_) | StoppedReason::Rebalancing))
            });
            let failed = new.iter().any(|(_, fact)| {
                matches!(
                    fact,
                    FargateFact::TargetChanged { .. }
                        | FargateFact::HealthChanged { .. }
                        | FargateFact::ContainerExited { .. }
                        | FargateFact::ServiceDeleted { .. }
                )
            });
            let was = before.get(id).map_or(0, |view| view.healthy);
            // What fails while traffic shifts is stopped however few others there are.
            let rolling = !settings.strategy.shifts_traffic();
            if rolling && scheduled && !failed && view.healthy < was {
                let floor = settings.floor(view.desired);
                assert!(view.healthy >= floor, "{view:?} is below {floor}");
            }
        }
        for (subnet, addresses) in &self.addresses {
            let of = |counts: &BTreeMap<SubnetId, u32>| counts.get(subnet).copied().unwrap_or(0);
            let (held, provisioning) = (of(&self.held), of(&self.provisioning));
            let taken = addresses - self.fargate.free_addresses(*subnet).unwrap();
            assert!(taken <= held && held <= taken + provisioning);
        }
    }

    fn behaviour(&mut self, task: TaskId) -> Behaviour {
        if let Some(behaviour) = self.behaviours.get(&task) {
            return *behaviour;
        }
        let definition = self.fargate.definition_of(task).unwrap();
        let behaviour = (self.script)(task, definition);
        self.behaviours.insert(task, behaviour);
        behaviour
    }

    fn carry_out(&mut self, effect: Effect) {
        let now = self.now;
        match effect {
            Effect::SetTimer { at, timer } => {
                assert!(at >= now);
                self.plan(at, Input::TimerFired(timer));
            }
            Effect::AttachInterface { task } => {
                let attach = self.behaviour(task).attach;
                self.plan(now + attach, Input::InterfaceAttached { task });
            }
            Effect::ExhaustRetries { task } => {
                self.plan(now + secs(60), Input::RetriesExhausted { task });
            }
            Effect::PullImages { task } => {
                let it = self.behaviour(task);
                let failure = it.pull_failure;
                self.plan(now + it.pull, Input::ImagesPulled { task, failure });
            }
            Effect::StartContainers { task } => self.start(task),
            Effect::RegisterTarget { task } => {
                self.plan(now, Input::TargetRegistered { task });
                if let Some(Some(booted)) = self.booted.get(&task).copied() {
                    let input = Input::Answering {
                        task,
                        checked: Checked::Target,
                        passes: true,
                    };
                    self.plan(booted.max(now), input);
                }
            }
            Effect::Terminate { task, container } => {
                if let Some(end) = self.behaviour(task).end {
                    let input = Input::ContainerExited {
                        task,
                        container,
                        exit: Exit::Terminated,
                    };
                    self.plan(now + end, input);
                }
            }
            Effect::Kill { .. } => {}
            Effect::DetachInterface { task } => {
                let detach = self.behaviour(task).detach;
                self.plan(now + detach, Input::InterfaceDetached { task });
            }
        }
    }

    fn start(&mut self, task: TaskId) {
        let it = self.behaviour(task);
        let started = self.now + it.start;
        let failed = it.start_fails;
        self.plan(started, Input::ContainersStarted { task, failed });
        let booted = it.boot.map(|boot| started + boot);
        self.booted.insert(task, booted);
        if let Some(booted) = booted {
            for container in 0..3 {
                let input = Input::Answering {
                    task,
                    checked: Checked::Container(container),
                    passes: true,
                };
                self.plan(booted, input);
            }
        }
        if let Some((life, exit)) = it.exit {
            let input = Input::ContainerExited {
                task,
                container: 0,
                exit,
            };
            self.plan(started + life, input);
        }
    }

    /// When a task's `lastStatus` changed, in tenths of a second.
    pub(super) fn moves(&self, task: u32) -> Vec<(u64, TaskStatus)> {
        let moves = self.facts.iter().filter_map(|(at, fact)| match fact {
            FargateFact::TaskMoved { task: it, to } if it.0 == task => Some((seconds(*at), *to)),
            _ => None,
        });
        moves.collect()
    }

    /// Why tasks stopped, in order.
    pub(super) fn stops(&self) -> Vec<(u64, TaskId, StoppedReason)> {
        let stops = self.facts.iter().filter_map(|(at, fact)| match fact {
            FargateFact::TaskStopRequested { task, reason } => Some((seconds(*at), *task, *reason)),
            _ => None,
        });
        stops.collect()
    }

    /// When tasks were created, and in which subnets.
    pub(super) fn created(&self) -> Vec<(Moment, TaskId, CapacityProvider, SubnetId)> {
        let created = self.facts.iter().filter_map(|(at, fact)| match fact {
            FargateFact::TaskCreated {
                task,
                provider,
                subnet,
                ..
            } => Some((*at, *task, *provider, *subnet)),
            _ => None,
        });
        created.collect()
    }

    /// What the first service says, in order.
    pub(super) fn events(&self) -> Vec<(u64, ServiceEvent)> {
        let events = self.facts.iter().filter_map(|(at, fact)| match fact {
            FargateFact::ServiceEvent { service, event } if *service == S => {
                Some((seconds(*at), event.clone()))
            }
            _ => None,
        });
        events.collect()
    }

    pub(super) fn says(&self, event: &ServiceEvent) -> usize {
        let events = self.events();
        events.iter().filter(|(_, it)| it == event).count()
    }
}

pub(super) fn seconds(at: Moment) -> u64 {
    at.as_nanos() / 1_000_000_000
}
