//! How a task starts: PROVISIONING, PENDING, ACTIVATING, RUNNING (Amazon ECS developer guide, "Task lifecycle").

use super::Fargate;
use super::input::{Checked, Effect, Out, Timer};
use super::network::{Reach, obstacle};
use super::probe::Probe;
use super::state::{Containers, Standing, State, Task, bit};
use crate::timeline::{
    CapacityProvider, FargateFact, NetworkConfiguration, PullFailure, ServiceEvent, StoppedReason,
    TaskGroup, TaskStatus,
};
use crate::units::{Moment, Span, SubnetId, TaskDefinitionId, TaskId};

/// A task without any checks counts as healthy after so long (ECS API reference,
/// DeploymentConfiguration: `minimumHealthyPercent`).
pub const SETTLING: Span = Span::from_secs(40);

/// What a task is to be.
pub(super) struct Order<'a> {
    pub(super) definition: TaskDefinitionId,
    pub(super) group: TaskGroup,
    pub(super) provider: CapacityProvider,
    pub(super) network: &'a NetworkConfiguration,
    pub(super) subnet: SubnetId,
}

impl Fargate {
    /// Makes a task, which takes an address if there is one. The caller has looked at all limits.
    pub(super) fn create(
        &mut self,
        at: Moment,
        order: &Order<'_>,
        out: &mut Out,
    ) -> Option<TaskId> {
        let cpu = self.definitions.get(&order.definition)?.size.cpu;
        let subnet = self.subnets.get_mut(&order.subnet)?;
        let addressed = subnet.free() > 0;
        subnet.taken += u32::from(addressed);
        let zone = subnet.configuration.zone;
        let id = TaskId(self.next_task);
        self.next_task = self.next_task.saturating_add(1);
        self.capacity_mut(order.provider).used += u64::from(cpu.get());
        self.provisioning = self.provisioning.saturating_add(1);
        if order.group == TaskGroup::Standalone {
            *self.standalone.get_or_default(zone) += 1;
        }
        out.fact(FargateFact::TaskCreated {
            task: id,
            definition: order.definition,
            group: order.group,
            provider: order.provider,
            subnet: order.subnet,
            public_ip: order.network.public_ip,
        });
        out.effect(Effect::AttachInterface { task: id });
        let task = Task {
            definition: order.definition,
            group: order.group,
            provider: order.provider,
            cpu,
            subnet: order.subnet,
            zone,
            addressed,
            public_ip: order.network.public_ip,
            https: order.network.https,
            created: at,
            protected: None,
            state: State::Provisioning,
            standing: Standing::Gone,
            restarts: Default::default(),
        };
        self.tasks.insert(id, task);
        self.stand(id, Standing::Starting);
        Some(id)
    }

    pub(super) fn interface_attached(&mut self, at: Moment, id: TaskId, out: &mut Out) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        if !matches!(task.state, State::Provisioning) {
            return;
        }
        if !task.addressed {
            let reason = StoppedReason::NoFreeAddress {
                subnet: task.subnet,
                public: task.public_ip,
            };
            self.stop(at, id, reason, out);
            return;
        }
        let (Some(definition), Some(subnet)) = (
            self.definitions.get(&task.definition),
            self.subnets.get(&task.subnet),
        ) else {
            return;
        };
        let reach = Reach {
            route: subnet.configuration.route,
            public_ip: task.public_ip,
            https: task.https,
        };
        let obstacle = obstacle(definition, reach);
        task.state = match obstacle {
            Some(reason) => State::Failing(reason),
            None => State::Pulling,
        };
        self.provisioned();
        out.fact(FargateFact::TaskMoved {
            task: id,
            to: TaskStatus::Pending,
        });
        if !matches!(obstacle, Some(StoppedReason::Initialization(_))) {
            out.fact(FargateFact::PullStarted { task: id });
        }
        out.effect(match obstacle {
            Some(_) => Effect::ExhaustRetries { task: id },
            None => Effect::PullImages { task: id },
        });
    }

    pub(super) fn retries_exhausted(&mut self, at: Moment, id: TaskId, out: &mut Out) {
        if let Some(Task {
            state: State::Failing(reason),
            ..
        }) = self.tasks.get(&id)
        {
            let reason = *reason;
            if matches!(reason, StoppedReason::CannotPull(_)) {
                out.fact(FargateFact::PullStopped { task: id });
            }
            self.stop(at, id, reason, out);
        }
    }

    pub(super) fn images_pulled(
        &mut self,
        at: Moment,
        id: TaskId,
        failure: Option<PullFailure>,
        out: &mut Out,
    ) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        if !matches!(task.state, State::Pulling) {
            return;
        }
        if failure.is_some() && self.is_pod(id) {
            return self.back_off(at, id, false, out);
        }
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        out.fact(FargateFact::PullStopped { task: id });
        match failure {
            Some(failure) => self.stop(at, id, StoppedReason::CannotPull(failure), out),
            None => {
                task.state = State::Starting;
                out.effect(Effect::StartContainers { task: id });
            }
        }
    }

    pub(super) fn containers_started(
        &mut self,
        at: Moment,
        id: TaskId,
        failed: bool,
        out: &mut Out,
    ) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        if !matches!(task.state, State::Starting) {
            return;
        }
        if failed {
            match self.is_pod(id) {
                true => self.back_off(at, id, true, out),
                false => self.stop(at, id, StoppedReason::CannotStart, out),
            }
            return;
        }
        let Some(definition) = self.definitions.get(&task.definition) else {
            return;
        };
        let mut containers = Containers::default();
        for (place, container) in (0_u8..).zip(&definition.containers) {
            containers.running |= bit(place);
            if let Some(check) = container.health_check.filter(|_| container.essential) {
                let probe = Probe::of_container(&check, at);
                containers.probes.push((Checked::Container(place), probe));
            }
        }
        task.state = State::Activating(containers);
        out.fact(FargateFact::TaskMoved {
            task: id,
            to: TaskStatus::Activating,
        });
        self.plan_checks(id, out);
        match self.load_balancer(id).is_some() {
            true => out.effect(Effect::RegisterTarget { task: id }),
            false => self.run(at, id, out),
        }
    }

    pub(super) fn target_registered(&mut self, at: Moment, id: TaskId, out: &mut Out) {
        let Some(balancer) = self.load_balancer(id) else {
            return;
        };
        let probe = Probe::of_target(&balancer.check, at);
        let group = self.target_group(id).unwrap_or(balancer.target_group);
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        let State::Activating(containers) = &mut task.state else {
            return;
        };
        containers.registered = true;
        containers.probes.push((Checked::Target, probe));
        out.fact(FargateFact::TargetRegistered { task: id });
        self.tell_of(id, ServiceEvent::Registered(group), out);
        self.plan_check(id, Checked::Target, out);
        self.run(at, id, out);
    }

    /// From ACTIVATING to RUNNING.
    fn run(&mut self, at: Moment, id: TaskId, out: &mut Out) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        let State::Activating(containers) = &mut task.state else {
            return;
        };
        let mut containers = std::mem::take(containers);
        containers.since = at;
        let unchecked = containers.probes.is_empty();
        task.state = State::Running(containers);
        out.fact(FargateFact::TaskMoved {
            task: id,
            to: TaskStatus::Running,
        });
        let TaskGroup::Service {
            service,
            deployment,
        } = task.group
        else {
            return;
        };
        self.stand(id, Standing::Waiting);
        let Some(service) = self.services.get_mut(&service) else {
            return;
        };
        service.backoff = Default::default();
        service.said.impaired = None;
        let grace = service.configuration.grace_period;
        // A pod is available as soon as it is ready (`minReadySeconds` is 0).
        let settling = match service.configuration.orchestrator.is_eks() {
            true => Span::ZERO,
            false => SETTLING,
        };
        let Some(deployment) = service.deployment_mut(deployment) else {
            return;
        };
        deployment.ran = true;
        if unchecked {
            out.timer(at + settling, Timer::Settled(id));
        } else if grace > Span::ZERO {
            out.timer(at + grace, Timer::GraceOver(id));
        }
        // A container's check may have said something already.
        self.assess(at, id, out);
    }

    pub(super) fn settled(&mut self, at: Moment, id: TaskId, out: &mut Out) {
        if let Some(Task {
            state: State::Running(containers),
            ..
        }) = self.tasks.get_mut(&id)
        {
            containers.settled = true;
            self.assess(at, id, out);
        }
    }
}
