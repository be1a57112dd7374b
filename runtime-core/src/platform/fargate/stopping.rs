//! How a task ends: DEACTIVATING, STOPPING, DEPROVISIONING, STOPPED, DELETED (Amazon ECS developer guide, "Task
//! lifecycle").

use super::Fargate;
use super::input::{Checked, Effect, Out, Timer};
use super::settings::DEFAULT_STOP_TIMEOUT;
use super::state::{Containers, Standing, State, Task};
use crate::timeline::{
    CapacityProvider, Exit, FargateFact, ServiceEvent, StopCode, StoppedReason, TaskGroup,
    TaskStatus,
};
use crate::units::{Moment, Span, TaskId};

/// For how long a stopped task can be described (Amazon ECS developer guide, "Task lifecycle": at least an
/// hour).
pub const STOPPED_FOR: Span = Span::from_secs(60 * 60);

/// From the notice of an interruption to the end (Amazon ECS developer guide, "AWS Fargate capacity
/// providers": two minutes).
pub const SPOT_NOTICE: Span = Span::from_secs(120);

impl Fargate {
    /// `desiredStatus` becomes STOPPED, unless it is already.
    pub(super) fn stop(&mut self, at: Moment, id: TaskId, reason: StoppedReason, out: &mut Out) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        let requested = FargateFact::TaskStopRequested { task: id, reason };
        match &mut task.state {
            State::Deactivating(_)
            | State::Stopping(_)
            | State::Deprovisioning
            | State::Stopped => {}
            State::Provisioning
            | State::Failing(_)
            | State::Pulling
            | State::Starting
            | State::BackOff { .. } => {
                let provisioning = matches!(task.state, State::Provisioning);
                task.state = State::Deprovisioning;
                out.fact(requested);
                if provisioning {
                    self.provisioned();
                }
                self.failed_to_start(at, id, reason, out);
                self.stand(id, Standing::Gone);
                self.deprovision(at, id, out);
            }
            State::Activating(containers) => {
                let containers = std::mem::take(containers);
                out.fact(requested);
                self.failed_to_start(at, id, reason, out);
                self.stand(id, Standing::Leaving);
                self.end_containers(at, id, containers, out);
            }
            State::Running(containers) => {
                let containers = std::mem::take(containers);
                out.fact(requested);
                self.stand(id, Standing::Leaving);
                self.leave(at, id, containers, reason, out);
            }
        }
    }

    /// A running task goes: first its target is drained, then its containers are told.
    fn leave(
        &mut self,
        at: Moment,
        id: TaskId,
        mut containers: Containers,
        reason: StoppedReason,
        out: &mut Out,
    ) {
        containers.probes.retain(|(it, _)| *it != Checked::Target);
        let balancer = self.load_balancer(id);
        let balancer = balancer.filter(|_| containers.registered);
        let delay = balancer.map(|balancer| balancer.deregistration_delay);
        let Some((delay, group)) = delay.zip(self.target_group(id)) else {
            self.end_containers(at, id, containers, out);
            return;
        };
        out.fact(FargateFact::TargetDraining { task: id });
        self.tell_of(id, ServiceEvent::Draining(id), out);
        // What has ended or is told at once by Spot's notice does not wait until it is drained. A pod that is deleted
        // gets SIGTERM while it is taken out of the target group (kubernetes.io, "Pod Lifecycle", "Termination of
        // Pods": "At the same time as the kubelet is starting graceful shutdown of the Pod").
        let waits = delay > Span::ZERO
            && !self.is_pod(id)
            && !matches!(
                reason.code(),
                StopCode::EssentialContainerExited | StopCode::SpotInterruption
            );
        if waits {
            if let Some(task) = self.tasks.get_mut(&id) {
                task.state = State::Deactivating(containers);
            }
            out.fact(FargateFact::TaskMoved {
                task: id,
                to: TaskStatus::Deactivating,
            });
            out.timer(at + delay, Timer::Drained(id));
        } else {
            out.fact(FargateFact::TargetDeregistered { task: id });
            self.tell_of(id, ServiceEvent::Deregistered(group), out);
            self.end_containers(at, id, containers, out);
        }
    }

    pub(super) fn drained(&mut self, at: Moment, id: TaskId, out: &mut Out) {
        let Some(Task {
            state: State::Deactivating(containers),
            ..
        }) = self.tasks.get_mut(&id)
        else {
            return;
        };
        let containers = std::mem::take(containers);
        out.fact(FargateFact::TargetDeregistered { task: id });
        if let Some(group) = self.target_group(id) {
            self.tell_of(id, ServiceEvent::Deregistered(group), out);
        }
        self.end_containers(at, id, containers, out);
    }

    /// SIGTERM to all containers that run, and SIGKILL after their stop timeouts.
    fn end_containers(
        &mut self,
        at: Moment,
        id: TaskId,
        mut containers: Containers,
        out: &mut Out,
    ) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        out.fact(FargateFact::TaskMoved {
            task: id,
            to: TaskStatus::Stopping,
        });
        let definition = self.definitions.get(&task.definition);
        let definitions = definition.iter().flat_map(|it| &it.containers);
        for (container, settings) in (0_u8..).zip(definitions) {
            if containers.runs(container) {
                let timeout = settings.stop_timeout.unwrap_or(DEFAULT_STOP_TIMEOUT);
                out.effect(Effect::Terminate {
                    task: id,
                    container,
                });
                let timer = Timer::Kill {
                    task: id,
                    container,
                };
                // A stop timeout is 120 seconds at most: no task outlives Spot's notice.
                out.timer(at + timeout.min(SPOT_NOTICE), timer);
            }
        }
        // Nothing is asked of it any more.
        containers.probes.clear();
        let none = containers.running == 0;
        task.state = State::Stopping(containers);
        if none {
            self.deprovision(at, id, out);
        }
    }

    pub(super) fn container_exited(
        &mut self,
        at: Moment,
        id: TaskId,
        container: u8,
        exit: Exit,
        out: &mut Out,
    ) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        let Some(containers) = task.state.containers() else {
            return;
        };
        if !containers.end(container) {
            return;
        }
        let none = containers.running == 0;
        out.fact(FargateFact::ContainerExited {
            task: id,
            container,
            exit,
        });
        match &task.state {
            State::Activating(_) | State::Running(_) => {
                let definition = self.definitions.get(&task.definition);
                let settings = definition.and_then(|it| it.containers.get(usize::from(container)));
                if self.is_pod(id) {
                    self.restart(at, id, out);
                } else if settings.is_none_or(|it| it.essential) {
                    self.stop(at, id, StoppedReason::EssentialContainerExited, out);
                }
            }
            State::Deactivating(_) if none => self.drained(at, id, out),
            State::Stopping(_) if none => self.deprovision(at, id, out),
            _ => {}
        }
    }

    /// A container's stop timeout has passed.
    pub(super) fn kill(&mut self, at: Moment, id: TaskId, container: u8, out: &mut Out) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        let State::Stopping(containers) = &task.state else {
            return;
        };
        if containers.runs(container) {
            out.effect(Effect::Kill {
                task: id,
                container,
            });
            self.container_exited(at, id, container, Exit::Killed, out);
        }
    }

    /// Spot capacity is taken back: EventBridge is told, and SIGTERM comes at the same time (Amazon ECS
    /// developer guide, "AWS Fargate capacity providers").
    pub(super) fn interrupt(&mut self, at: Moment, id: TaskId, out: &mut Out) {
        let Some(task) = self.tasks.get(&id) else {
            return;
        };
        if task.provider != CapacityProvider::FargateSpot {
            return;
        }
        match task.state {
            State::Deactivating(_) => self.drained(at, id, out),
            _ => self.stop(at, id, StoppedReason::SpotInterruption, out),
        }
    }

    /// The interface goes; its address is free when it has gone.
    fn deprovision(&mut self, at: Moment, id: TaskId, out: &mut Out) {
        self.stand(id, Standing::Gone);
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        task.state = State::Deprovisioning;
        out.fact(FargateFact::TaskMoved {
            task: id,
            to: TaskStatus::Deprovisioning,
        });
        match task.addressed {
            true => out.effect(Effect::DetachInterface { task: id }),
            false => self.stopped(at, id, out),
        }
    }

    pub(super) fn interface_detached(&mut self, at: Moment, id: TaskId, out: &mut Out) {
        let task = self.tasks.get(&id);
        if task.is_some_and(|task| matches!(task.state, State::Deprovisioning)) {
            self.stopped(at, id, out);
        }
    }

    fn stopped(&mut self, at: Moment, id: TaskId, out: &mut Out) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        task.state = State::Stopped;
        let addressed = std::mem::take(&mut task.addressed);
        let (provider, cpu) = (task.provider, task.cpu);
        let (subnet, zone, group) = (task.subnet, task.zone, task.group);
        if let Some(subnet) = self.subnets.get_mut(&subnet).filter(|_| addressed) {
            subnet.taken = subnet.taken.saturating_sub(1);
        }
        let used = &mut self.capacity_mut(provider).used;
        *used = used.saturating_sub(u64::from(cpu.get()));
        match group {
            TaskGroup::Standalone => {
                let count = self.standalone.get_or_default(zone);
                *count = count.saturating_sub(1);
            }
            TaskGroup::Service { service, .. } => self.touch(service),
        }
        self.unblock();
        out.fact(FargateFact::TaskMoved {
            task: id,
            to: TaskStatus::Stopped,
        });
        out.timer(at + STOPPED_FOR, Timer::Delete(id));
    }

    pub(super) fn delete_task(&mut self, id: TaskId, out: &mut Out) {
        let stopped = |task: &Task| matches!(task.state, State::Stopped);
        if self.tasks.remove_if(&id, stopped).is_some() {
            out.fact(FargateFact::TaskMoved {
                task: id,
                to: TaskStatus::Deleted,
            });
        }
    }
}
