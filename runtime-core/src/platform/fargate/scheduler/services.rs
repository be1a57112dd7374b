//! Services and deployments from their beginning to their end (ECS API reference, CreateService, UpdateService,
//! DeleteService).

use super::super::Fargate;
use super::super::MAX_TASKS;
use super::super::input::{Out, Timer};
use super::super::service::{Deployment, Rollout, Service};
use super::super::state::{State, Task};
use super::say;
use super::shift::begin_shift;
use crate::timeline::{FargateFact, ServiceConfiguration, ServiceEvent, StoppedReason};
use crate::units::{DeploymentId, Moment, ServiceId, Span, TaskId};

impl Fargate {
    pub(in super::super) fn configure_service(
        &mut self,
        at: Moment,
        id: ServiceId,
        configuration: Box<ServiceConfiguration>,
        out: &mut Out,
    ) {
        if self.services.get(&id).is_some_and(|it| it.deleted) {
            return;
        }
        self.last_service = self.last_service.max(id.0);
        let rate = self.account.service_rate;
        out.fact(FargateFact::ServiceConfigured {
            service: id,
            configuration: configuration.clone(),
        });
        let service = self
            .services
            .get_or_insert_with(id, || Service::new(configuration.clone(), rate));
        if let Some(desired) = configuration.desired {
            service.desired = desired.min(MAX_TASKS);
        }
        let desired = service.desired;
        let deploys = service
            .primary()
            .is_none_or(|primary| is_another(&primary.revision, &configuration));
        let grace = configuration.grace_period;
        let another_grace = service.configuration.grace_period != grace;
        service.configuration = configuration.clone();
        out.fact(FargateFact::DesiredCountSet {
            service: id,
            desired,
        });
        if deploys {
            self.deploy(id, configuration, None, out);
        }
        if another_grace {
            self.regard_grace(at, id, grace, out);
        }
        self.touch(id);
    }

    /// The grace period is the service's, and no part of a deployment: tasks that run have it at once.
    fn regard_grace(&mut self, at: Moment, id: ServiceId, grace: Span, out: &mut Out) {
        let Some(service) = self.services.get(&id) else {
            return;
        };
        let deployments = service.deployments.iter();
        let tasks: Vec<TaskId> = deployments.flat_map(|it| it.roster.tasks()).collect();
        for task in tasks {
            if let Some(Task {
                state: State::Running(containers),
                ..
            }) = self.tasks.get(&task)
            {
                let over = containers.since + grace;
                if over > at {
                    out.timer(over, Timer::GraceOver(task));
                }
                self.assess(at, task, out);
            }
        }
    }

    /// A new deployment, which is PRIMARY from now on.
    fn deploy(
        &mut self,
        id: ServiceId,
        revision: Box<ServiceConfiguration>,
        after: Option<DeploymentId>,
        out: &mut Out,
    ) {
        let deployment = DeploymentId(self.next_deployment);
        self.next_deployment = self.next_deployment.saturating_add(1);
        self.call_traffic_back(id, out);
        let Some(service) = self.services.get_mut(&id) else {
            return;
        };
        let (target_group, shift) = begin_shift(service, &revision);
        let alarms = revision.deployment.alarms.is_some();
        out.fact(FargateFact::DeploymentStarted {
            service: id,
            deployment,
            definition: revision.definition,
            after,
        });
        service.deployments.push(Deployment {
            id: deployment,
            revision,
            after,
            rollout: Rollout::InProgress,
            roster: Default::default(),
            failed: 0,
            ran: false,
            target_group,
            shift,
            // What is in ALARM already says nothing of this deployment (Amazon ECS developer guide, "How CloudWatch
            // alarms detect Amazon ECS deployment failures").
            watched: alarms && !service.in_alarm,
            baked: None,
            replicas: 0,
            progress: Default::default(),
        });
        // "Resumes normal behavior" once it is updated ("Service event messages").
        service.backoff = Default::default();
        service.said = Default::default();
        service.steady = false;
        service.moving = None;
        service.rebalancing = false;
        self.begin_stages(id, out);
    }

    /// The last deployment that completed is PRIMARY again, with the tasks that it still has; if it has none,
    /// it is deployed anew.
    pub(super) fn roll_back(&mut self, id: ServiceId, failed: DeploymentId, out: &mut Out) {
        let Some(service) = self.services.get_mut(&id) else {
            return;
        };
        if let Some(blue) = service.primary().and_then(|it| it.shift.as_ref()?.from) {
            return self.shift_back(id, failed, blue, out);
        }
        let Some((to, revision)) = service.completed.clone() else {
            return;
        };
        say(id, ServiceEvent::RollingBack(to), out);
        let Some(place) = service.deployments.iter().position(|it| it.id == to) else {
            self.deploy(id, revision, Some(failed), out);
            return;
        };
        let mut deployment = service.deployments.remove(place);
        deployment.rollout = Rollout::InProgress;
        deployment.after = Some(failed);
        deployment.failed = 0;
        out.fact(FargateFact::DeploymentStarted {
            service: id,
            deployment: to,
            definition: deployment.revision.definition,
            after: Some(failed),
        });
        service.deployments.push(deployment);
        service.backoff = Default::default();
    }

    pub(in super::super) fn set_desired(&mut self, id: ServiceId, desired: u32, out: &mut Out) {
        let Some(service) = self.services.get_mut(&id).filter(|it| !it.deleted) else {
            return;
        };
        let desired = desired.min(MAX_TASKS);
        if service.desired == desired {
            return;
        }
        service.desired = desired;
        service.moving = None;
        out.fact(FargateFact::DesiredCountSet {
            service: id,
            desired,
        });
        self.touch(id);
    }

    pub(in super::super) fn delete_service(&mut self, at: Moment, id: ServiceId, out: &mut Out) {
        let Some(service) = self.services.get_mut(&id).filter(|it| !it.deleted) else {
            return;
        };
        service.deleted = true;
        service.desired = 0;
        out.fact(FargateFact::ServiceDeleted { service: id });
        let reason = service
            .primary()
            .map(|primary| StoppedReason::Scaling(primary.id));
        let deployments = service.deployments.iter();
        let tasks: Vec<TaskId> = deployments.flat_map(|it| it.roster.tasks()).collect();
        for task in &tasks {
            if let Some(reason) = reason {
                self.stop(at, *task, reason, out);
            }
        }
        self.say_stopped(id, tasks, out);
        self.touch(id);
    }

    /// A deleted service is INACTIVE once it has no tasks.
    pub(super) fn retire(&mut self, id: ServiceId, out: &mut Out) {
        let Some(service) = self.services.get(&id) else {
            return;
        };
        if service.deployments.iter().all(|it| it.roster.is_empty()) {
            self.services.remove(&id);
            out.fact(FargateFact::ServiceInactive { service: id });
        }
    }
}

/// Whether an update of a service is a new deployment: a change of what its tasks are, or one by force (ECS API
/// reference, UpdateService).
fn is_another(before: &ServiceConfiguration, now: &ServiceConfiguration) -> bool {
    before.definition != now.definition
        || before.strategy != now.strategy
        || before.network != now.network
        || before.load_balancer != now.load_balancer
        || before.forced != now.forced
        || before.orchestrator != now.orchestrator
}
