//! How tasks of a service count, and what follows from their failures (ECS API reference,
//! DeploymentConfiguration; Amazon ECS developer guide, "How the deployment circuit breaker detects failures"
//! and "Service throttle logic").

use super::super::Fargate;
use super::super::input::Out;
use super::super::service::{Rollout, Service, Shift, is_news};
use super::super::state::{Standing, State, Task};
use super::say;
use crate::timeline::{
    FargateFact, Health, LoadBalancer, ServiceEvent, StopCode, StoppedReason, TaskGroup,
};
use crate::units::{Moment, ServiceId, TargetGroupId, TaskId};

impl Fargate {
    /// A task counts like this from now on; its service has something to do.
    pub(in super::super) fn stand(&mut self, id: TaskId, standing: Standing) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        let TaskGroup::Service {
            service,
            deployment,
        } = task.group
        else {
            return;
        };
        let before = std::mem::replace(&mut task.standing, standing);
        if before == standing {
            return;
        }
        let member = (id, task.zone, task.provider);
        if let Some(it) = self.services.get_mut(&service) {
            let gone = !matches!(
                standing,
                Standing::Starting | Standing::Waiting | Standing::Healthy
            );
            // What was to make a move possible is no use any more.
            if gone && it.moving == Some(id) {
                it.moving = None;
            }
            if let Some(deployment) = it.deployment_mut(deployment) {
                deployment.roster.change(member, before, standing);
            }
        }
        self.touch(service);
    }

    /// The target group of a task's deployment.
    pub(in super::super) fn load_balancer(&self, id: TaskId) -> Option<&LoadBalancer> {
        let (service, deployment) = self.service_of(id)?;
        let deployment = self.services.get(&service)?.deployment(deployment)?;
        deployment.revision.load_balancer.as_ref()
    }

    /// Where a task's address is registered.
    pub(in super::super) fn target_group(&self, id: TaskId) -> Option<TargetGroupId> {
        let (service, deployment) = self.service_of(id)?;
        self.services
            .get(&service)?
            .deployment(deployment)?
            .target_group
    }

    /// What its checks say now of a task that runs.
    pub(in super::super) fn assess(&mut self, at: Moment, id: TaskId, out: &mut Out) {
        let Some(Task {
            state: State::Running(containers),
            group: TaskGroup::Service { service, .. },
            standing: before,
            ..
        }) = self.tasks.get(&id)
        else {
            return;
        };
        let (service, before) = (*service, *before);
        let Some(it) = self.services.get(&service) else {
            return;
        };
        let grace = it.configuration.grace_period;
        let checks = [containers.container_health(), containers.target_health()];
        let standing = if checks.contains(&Some(Health::Unhealthy)) {
            // Within the grace period failed checks count for nothing.
            match at < containers.since + grace {
                true => Standing::Waiting,
                false => Standing::Unhealthy,
            }
        } else {
            let checked = checks != [None, None];
            let unknown = checks.contains(&Some(Health::Unknown));
            match if checked {
                !unknown
            } else {
                containers.settled
            } {
                true => Standing::Healthy,
                false => Standing::Waiting,
            }
        };
        if standing == before {
            return;
        }
        let target = checks[1] == Some(Health::Unhealthy);
        self.stand(id, standing);
        match standing {
            Standing::Unhealthy => {
                self.say_unhealthy(id, target, out);
                self.count_failure(service, id, true, out);
            }
            Standing::Healthy => self.count_success(service, id),
            _ => {}
        }
    }

    fn say_unhealthy(&self, id: TaskId, target: bool, out: &mut Out) {
        let balancer = self.load_balancer(id).filter(|_| target);
        let event = match balancer.zip(self.target_group(id)) {
            Some((balancer, target_group)) => ServiceEvent::TargetUnhealthy {
                task: id,
                port: balancer.port,
                target_group,
            },
            None => ServiceEvent::ContainerUnhealthy(id),
        };
        self.tell_of(id, event, out);
    }

    /// A task stopped before it ran. What stops for other reasons is no failure.
    pub(in super::super) fn failed_to_start(
        &mut self,
        at: Moment,
        id: TaskId,
        reason: StoppedReason,
        out: &mut Out,
    ) {
        let failed = matches!(
            reason.code(),
            StopCode::TaskFailedToStart | StopCode::EssentialContainerExited
        );
        let (Some(task), true) = (self.tasks.get(&id), failed) else {
            return;
        };
        let created = task.created;
        let Some((service, deployment)) = self.service_of(id) else {
            return;
        };
        let Some(it) = self.services.get_mut(&service) else {
            return;
        };
        if it.is_eks() || it.primary().is_none_or(|primary| primary.id != deployment) {
            return;
        }
        if it.backoff.fail(at, created) && is_news(&mut it.said.impaired, at) {
            say(service, ServiceEvent::StartImpaired, out);
        }
        self.count_failure(service, id, false, out);
    }

    /// The circuit breaker counts tasks that never ran, and once one has run those whose checks failed.
    fn count_failure(&mut self, id: ServiceId, task: TaskId, ran: bool, out: &mut Out) {
        let of = self.service_of(task).map(|(_, deployment)| deployment);
        let Some(service) = self.services.get_mut(&id) else {
            return;
        };
        let desired = service.desired;
        let breaker = service.configuration.deployment.circuit_breaker;
        let Some(deployment) = service.primary_mut() else {
            return;
        };
        // What is cleaned up has succeeded, and there is no way back any more.
        let over = deployment.shift.as_ref().is_some_and(Shift::is_over);
        let counts = deployment.rollout == Rollout::InProgress
            && !over
            && Some(deployment.id) == of
            && deployment.ran == ran;
        let (Some(breaker), true) = (breaker, counts) else {
            return;
        };
        deployment.failed = deployment.failed.saturating_add(1);
        if deployment.failed < breaker.threshold.tasks(desired) {
            return;
        }
        let of = deployment.id;
        // Where traffic shifts a deployment without a way back has no words of its own.
        let back = breaker.rollback && deployment.shift.as_ref().is_some_and(Shift::has_way_back);
        let event = match back {
            true => ServiceEvent::BreakerTripped(of),
            false => ServiceEvent::DeploymentFailed(of),
        };
        self.fail_deployment(id, event, breaker.rollback, out);
    }

    /// The primary deployment fails, and is rolled back if that is wanted.
    pub(super) fn fail_deployment(
        &mut self,
        id: ServiceId,
        event: ServiceEvent,
        rollback: bool,
        out: &mut Out,
    ) {
        let service = self.services.get_mut(&id);
        let Some(deployment) = service.and_then(Service::primary_mut) else {
            return;
        };
        deployment.rollout = Rollout::Failed;
        let (failed, again) = (deployment.failed, deployment.after.is_some());
        let deployment = deployment.id;
        out.fact(FargateFact::DeploymentFailed {
            service: id,
            deployment,
            failed,
        });
        say(id, event, out);
        self.touch(id);
        // A rollback that fails is not rolled back.
        if rollback && !again {
            self.roll_back(id, deployment, out);
        }
    }

    fn count_success(&mut self, id: ServiceId, task: TaskId) {
        let of = self.service_of(task).map(|(_, deployment)| deployment);
        let Some(service) = self.services.get_mut(&id) else {
            return;
        };
        let breaker = service.configuration.deployment.circuit_breaker;
        let Some(deployment) = service.primary_mut() else {
            return;
        };
        if Some(deployment.id) == of && breaker.is_some_and(|it| it.reset_on_healthy_task) {
            deployment.failed = 0;
        }
    }
}
