//! Tasks: what ECS asks for, and what becomes of them and of the requests that they have.

use super::autoscaler::PodNotes;
use super::balancer::Standing;
use super::driver::{Due, Simulation};
use super::machine::Machine;
use super::plan::Flaw;
use super::sink::{Answer, ServiceSink};
use crate::generator::Numbers;
use crate::platform::fargate::{Checked, Effect, Input};
use crate::simulator::Distribution;
use crate::simulator::draws::Draws;
use crate::timeline::{CapacityProvider, Exit, FargateFact, Health, PullFailure, TaskStatus};
use crate::units::{Moment, Span, TaskId};

/// How long the agent tries in vain to reach what it needs, or to be allowed to: sources say that calls are
/// made again three or five times, not how long that takes (model choice).
pub const AGENT_GIVES_UP: Span = Span::from_secs(60);
/// After how long a container of a revision with [`Flaw::Exits`] ends (model choice).
pub const EXITS_AFTER: Span = Span::from_secs(10);

/// What the driver knows of a task.
pub(super) struct Station {
    pub(super) machine: Machine,
    pub(super) zone: u8,
    pub(super) provider: CapacityProvider,
    pub(super) flaw: Option<Flaw>,
    pub(super) reach: Reach,
    /// Its code is up.
    pub(super) booted: bool,
    /// It is told to the load balancer's checks.
    registered: bool,
    /// What its checks were last told.
    pub(super) passes: bool,
    /// Its zone has failed.
    pub(super) dark: bool,
    /// It has been sent SIGTERM.
    pub(super) told_to_stop: bool,
    /// It has asked for messages, and has none yet.
    pub(super) waits_for_messages: bool,
    /// What the autoscaler of pods knows of it.
    pub(super) pod: PodNotes,
}

/// What becomes of a request that is sent to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Nothing listens.
    Refuses,
    Answers,
    /// Nothing comes back at all.
    Gone,
}

impl Station {
    /// What becomes of a request, other than a check.
    pub(super) fn serves(&self) -> Reach {
        match (self.reach, self.flaw) {
            (Reach::Answers, Some(Flaw::Errors)) => Reach::Refuses,
            (reach, _) => reach,
        }
    }

    /// Whether its queue decides what its target's checks are told.
    pub(super) fn is_checked(&self) -> bool {
        self.booted && self.registered && !self.dark
    }
}

impl<S: ServiceSink> Simulation<'_, S> {
    fn drawn(&self, what: &str, distribution: &Distribution, task: TaskId) -> Span {
        let numbers = Numbers::of(self.plan.seed, what);
        distribution.draw(&mut Draws::of(numbers, task.0.into()))
    }

    /// None of these tells ECS something at once: that would be in the middle of its effects.
    pub(super) fn carry_out(&mut self, at: Moment, effect: Effect) {
        let pace = &self.plan.pace;
        match effect {
            Effect::SetTimer { at, timer } => {
                self.put(at, Due::Fargate(Input::TimerFired(timer)));
            }
            Effect::AttachInterface { task } => {
                let span = self.drawn("interfaces", &pace.attach, task);
                self.put(at + span, Due::Fargate(Input::InterfaceAttached { task }));
            }
            Effect::ExhaustRetries { task } => {
                let given_up = Input::RetriesExhausted { task };
                self.put(at + AGENT_GIVES_UP, Due::Fargate(given_up));
            }
            Effect::PullImages { task } => {
                let span = self.drawn("pulls", &pace.pull, task);
                let flaw = self.stations.get(&task).and_then(|it| it.flaw);
                let failure = (flaw == Some(Flaw::NoImage)).then_some(PullFailure::NotFound);
                self.put(
                    at + span,
                    Due::Fargate(Input::ImagesPulled { task, failure }),
                );
            }
            Effect::StartContainers { task } => self.start(at, task),
            Effect::RegisterTarget { task } => {
                // Checks that a security group drops are told nothing: they time out.
                let reached = self.reaches_tasks;
                if let Some(station) = self.stations.get_mut(&task) {
                    station.registered = reached;
                    station.passes = false;
                }
                self.answers.push_back(Input::TargetRegistered { task });
                self.tell_checks(task);
                self.sort_task(at, task);
            }
            Effect::Terminate { task, container } => {
                if let Some(station) = self.stations.get_mut(&task) {
                    station.told_to_stop = true;
                }
                let span = self.drawn("ends", &pace.end, task);
                let ended = Input::ContainerExited {
                    task,
                    container,
                    exit: Exit::Terminated,
                };
                self.put(at + span, Due::Fargate(ended));
            }
            Effect::Kill { task, .. } => self.ended(at, task),
            Effect::DetachInterface { task } => {
                let span = self.drawn("detachments", &pace.detach, task);
                self.put(at + span, Due::Fargate(Input::InterfaceDetached { task }));
            }
        }
    }

    fn start(&mut self, at: Moment, task: TaskId) {
        let started = at + self.drawn("starts", &self.plan.pace.start, task);
        let flaw = self.stations.get(&task).and_then(|it| it.flaw);
        let failed = flaw == Some(Flaw::NoStart);
        let input = Input::ContainersStarted { task, failed };
        self.put(started, Due::Fargate(input));
        match flaw {
            Some(Flaw::Exits) => {
                let input = Input::ContainerExited {
                    task,
                    container: 0,
                    exit: Exit::Code(1),
                };
                self.put(started + EXITS_AFTER, Due::Fargate(input));
            }
            Some(Flaw::NoAnswer | Flaw::NoStart | Flaw::NoImage) => {}
            None | Some(Flaw::Errors) => {
                let boot = self.drawn("boots", &self.plan.pace.boot, task);
                self.put(started + boot, Due::Booted(task));
            }
        }
    }

    pub(super) fn booted(&mut self, at: Moment, task: TaskId) {
        let Some(station) = self.stations.get_mut(&task) else {
            return;
        };
        station.booted = true;
        if !station.dark {
            station.reach = Reach::Answers;
        }
        self.tell_checks(task);
        self.sort_task(at, task);
        self.go_on(at);
        self.poll(at, task);
    }

    /// Tells ECS's checks what a task answers, if that has changed; see [`Simulation::go_on`].
    pub(super) fn tell_checks(&mut self, task: TaskId) {
        let Some(station) = self.stations.get_mut(&task) else {
            return;
        };
        let passes = station.booted && station.reach == Reach::Answers;
        if passes == station.passes {
            return;
        }
        station.passes = passes;
        let mut all = vec![Checked::Container(0)];
        if station.registered {
            all.push(Checked::Target);
        }
        for checked in all {
            self.answers.push_back(Input::Answering {
                task,
                checked,
                passes,
            });
        }
    }

    /// Tells ECS what waits to be told.
    pub(super) fn go_on(&mut self, at: Moment) {
        if let Some(input) = self.answers.pop_front() {
            self.tell(at, input);
        }
    }

    /// Checks that a task does not answer in time, because requests wait in it, fail (model choice: a check
    /// waits as a request does).
    pub(super) fn look_at_checks(&mut self, at: Moment) {
        let timeout = self.plan.balancer.check.timeout;
        let mut changed = Vec::new();
        for (task, station) in self.stations.iter_mut() {
            if station.is_checked() {
                let passes = station.machine.longest_wait(at) <= timeout;
                if passes != station.passes && station.reach == Reach::Answers {
                    station.passes = passes;
                    changed.push((*task, passes));
                }
            }
        }
        for (task, passes) in changed {
            let checked = Checked::Target;
            let input = Input::Answering {
                task,
                checked,
                passes,
            };
            self.tell(at, input);
        }
    }

    /// More memory than the task has ends its container.
    pub(super) fn look_at_memory(&mut self, at: Moment, task: TaskId) {
        let used = self.memory_of(task);
        if used > self.plan.memory() {
            self.container_exited(at, task, Exit::OutOfMemory);
        }
    }

    /// A task's only container has ended.
    pub(super) fn container_exited(&mut self, at: Moment, task: TaskId, exit: Exit) {
        let input = Input::ContainerExited {
            task,
            container: 0,
            exit,
        };
        self.tell(at, input);
    }

    pub(super) fn memory_of(&self, task: TaskId) -> u64 {
        let handled = self
            .stations
            .get(&task)
            .map_or(0, |it| it.machine.handled());
        let requests = &self.plan.requests;
        let more = requests.memory.saturating_mul(handled as u64);
        requests.idle_memory.saturating_add(more)
    }

    /// What a fact means for tasks and the load balancer's targets.
    pub(super) fn follow(&mut self, at: Moment, fact: &FargateFact) {
        if self.autoscaler.is_some() {
            self.note_pod(at, fact);
        }
        let changed = match *fact {
            FargateFact::TaskCreated {
                task,
                definition,
                provider,
                subnet,
                ..
            } => {
                let station = Station {
                    machine: Machine::new(
                        at,
                        self.plan.vcpus(),
                        self.plan.requests.at_once as usize,
                    ),
                    zone: u8::try_from(subnet.0.saturating_sub(1)).unwrap_or(u8::MAX),
                    provider,
                    flaw: self.flaws.get(&definition).copied(),
                    reach: Reach::Refuses,
                    booted: false,
                    registered: false,
                    passes: false,
                    dark: false,
                    told_to_stop: false,
                    waits_for_messages: false,
                    pod: PodNotes::default(),
                };
                self.stations.insert(task, station);
                task
            }
            FargateFact::TargetRegistered { task } => {
                if let Some(group) = self.fargate.target_group_of(task) {
                    self.balancer.register(group, task);
                }
                task
            }
            FargateFact::TargetChanged { task, health } => {
                let standing = match health {
                    Health::Unknown => Standing::Initial,
                    Health::Healthy => Standing::Healthy,
                    Health::Unhealthy => Standing::Unhealthy,
                };
                self.balancer.found(at, task, standing);
                task
            }
            FargateFact::TargetDraining { task } | FargateFact::TargetDeregistered { task } => {
                self.balancer.deregister(task);
                task
            }
            FargateFact::ContainerExited {
                task, container: 0, ..
            } => {
                self.ended(at, task);
                task
            }
            FargateFact::TaskMoved {
                task,
                to: TaskStatus::Stopped,
            } => {
                self.ended(at, task);
                self.balancer.deregister(task);
                self.stations.remove(&task);
                task
            }
            FargateFact::TaskMoved { task, .. } => task,
            FargateFact::TrafficShifted {
                target_group,
                share,
                ..
            } => return self.balancer.weigh(target_group, share),
            _ => return,
        };
        self.sort_task(at, changed);
    }

    /// Its container has ended: connections are closed, and new ones refused.
    fn ended(&mut self, at: Moment, task: TaskId) {
        let flows = self.flows();
        let Some(station) = self.stations.get_mut(&task) else {
            return;
        };
        station.booted = false;
        station.reach = Reach::Refuses;
        if flows {
            self.lose_flow(at, task);
            self.sort_task(at, task);
        } else if station.machine.handled() + station.machine.queued() > 0 {
            for slot in self.slots_of(task) {
                self.lose(at, slot, Answer::BadGateway);
            }
            self.empty(at, task);
        }
    }

    /// It handles nothing any more.
    pub(super) fn empty(&mut self, at: Moment, task: TaskId) {
        let (vcpus, at_once) = (self.plan.vcpus(), self.plan.requests.at_once);
        if let Some(station) = self.stations.get_mut(&task) {
            station.machine = Machine::new(at, vcpus, at_once as usize);
        }
    }
}
