//! The service scheduler: keeps the count of each service, and rolls deployments out (Amazon ECS developer guide,
//! "Amazon ECS services", "Rolling update"; ECS API reference, DeploymentConfiguration).
//!
//! ```text
//! mod        which tasks are to stop, and how many to start
//! launch     how tasks are started: limits, capacity providers, Availability Zones
//! health     how tasks count; failures, the circuit breaker
//! run_task   tasks of no service
//! services   services and deployments from their beginning to their end
//! shift      deployments that shift traffic from one revision to the next
//! replica_sets  the same for pods of EKS: a Deployment of Kubernetes decides
//! conclude   deployments that are complete, or stuck, or replaced
//! rebalance  tasks move from full to empty Availability Zones
//! ```

mod conclude;
mod health;
mod launch;
mod rebalance;
mod replica_sets;
mod run_task;
mod services;
mod shift;

pub use launch::PLACEMENT_RETRY;
pub use replica_sets::PROGRESS_DEADLINE;
pub(super) use replica_sets::Progress;
pub use run_task::MAX_RUN_TASK;

use super::Fargate;
use super::input::Out;
use super::roster::Roster;
use super::service::{Deployment, Rollout, Service};
use super::state::{Standing, State, Task};
use crate::timeline::{FargateFact, Health, ServiceEvent, StoppedReason, TaskGroup};
use crate::units::{DeploymentId, Moment, ServiceId, TaskId};

/// What a service has and what it may do.
#[derive(Clone, Copy, Debug)]
struct Plan {
    /// Tasks that are wanted of the primary deployment.
    desired: u32,
    /// What has to stay healthy.
    floor: u32,
    /// Of the primary deployment: those that are not unhealthy.
    good: u32,
    /// Of the primary deployment.
    healthy: u32,
    /// Of all deployments.
    all_healthy: u32,
    /// Of older deployments.
    old: u32,
    /// Tasks that are to be started.
    missing: u32,
    /// Tasks that may be started.
    room: u32,
    /// Whether the percentages of rolling updates count for nothing.
    shifts: bool,
}

impl Plan {
    fn of(service: &Service) -> Option<Plan> {
        let primary = service.primary()?;
        let settings = &service.configuration.deployment;
        let roster = &primary.roster;
        let count = |standing| roster.count(standing);
        let good = roster.good();
        let all: u32 = service.deployments.iter().map(|it| it.roster.all()).sum();
        let healthy = count(Standing::Healthy);
        let all_healthy = service
            .deployments
            .iter()
            .map(|it| it.roster.count(Standing::Healthy))
            .sum();
        // One more, while a task moves to another zone.
        let desired = service.desired + u32::from(service.moving.is_some());
        let (missing, cap) = match primary.shift {
            // A ReplicaSet's replicas are within their limits already.
            _ if service.is_eks() => {
                let lack = service.deployments.iter().map(Deployment::lacks);
                (lack.sum(), u32::MAX)
            }
            None => (primary.missing(desired), settings.cap(service.desired)),
            // The percentages are those of rolling updates: here both revisions have room.
            Some(_) => {
                let all = service.deployments.iter();
                let missing = all.map(|it| it.missing(service.wanted(it))).sum();
                (missing, service.desired.saturating_mul(2))
            }
        };
        Some(Plan {
            desired,
            floor: settings.floor(service.desired),
            good,
            healthy,
            all_healthy,
            old: all - roster.all(),
            missing,
            room: cap.saturating_sub(all),
            shifts: primary.shift.is_some(),
        })
    }

    /// How many healthy tasks may be stopped.
    fn spare(&self) -> u32 {
        self.all_healthy.saturating_sub(self.floor)
    }
}

impl Fargate {
    /// Does for a service what there is to do now: never more is started than the cap allows, and never is a
    /// healthy task stopped that the floor needs. Starts at most so many.
    pub(super) fn reconcile(&mut self, at: Moment, id: ServiceId, most: u32, out: &mut Out) {
        if self.services.get(&id).is_none_or(|it| it.deleted) {
            self.retire(id, out);
            return;
        }
        if self.services.get(&id).is_some_and(Service::is_eks) {
            return self.reconcile_pods(at, id, most, out);
        }
        let mut stopped = Vec::new();
        if self.shifts_traffic(id) {
            self.go_through_stages(at, id, out);
            self.stop_by_revision(at, id, &mut stopped, out);
        } else {
            self.stop_surplus(at, id, &mut stopped, out);
            self.stop_old(at, id, &mut stopped, out);
            self.stop_unhealthy(at, id, &mut stopped, out);
        }
        self.say_stopped(id, stopped, out);
        self.launch(at, id, most, out);
        self.conclude(at, id, out);
    }

    fn plan(&self, id: ServiceId) -> Option<Plan> {
        self.services.get(&id).and_then(Plan::of)
    }

    /// Scale-in: what the primary deployment has too many.
    fn stop_surplus(
        &mut self,
        at: Moment,
        id: ServiceId,
        stopped: &mut Vec<TaskId>,
        out: &mut Out,
    ) {
        let order = [Standing::Starting, Standing::Waiting, Standing::Healthy];
        while let Some(plan) = self.plan(id).filter(|plan| plan.good > plan.desired) {
            let Some(deployment) = self.services.get(&id).and_then(Service::primary) else {
                return;
            };
            let reason = StoppedReason::Scaling(deployment.id);
            let Some(victim) = self.victim(at, &deployment.roster, &order, plan.spare()) else {
                return;
            };
            self.stop(at, victim, reason, out);
            stopped.push(victim);
        }
    }

    /// Rolling update: tasks of older deployments, once new ones have taken their place or where the cap
    /// leaves no room for them.
    fn stop_old(&mut self, at: Moment, id: ServiceId, stopped: &mut Vec<TaskId>, out: &mut Out) {
        let order = [
            Standing::Starting,
            Standing::Unhealthy,
            Standing::Waiting,
            Standing::Healthy,
        ];
        while let Some(plan) = self.plan(id).filter(|plan| plan.old > 0) {
            let Some(service) = self.services.get(&id) else {
                return;
            };
            let (Some(primary), older) = (service.primary(), older(service)) else {
                return;
            };
            let kept = plan.desired.saturating_sub(plan.healthy);
            let surplus = plan.old.saturating_sub(kept);
            // Room is made only for what would not find any, so that starting comes first.
            let needed = plan.missing.saturating_sub(plan.room);
            let starting = older
                .iter()
                .any(|it| it.roster.count(Standing::Starting) > 0);
            if surplus.max(needed) == 0 && !starting {
                return;
            }
            let order = match surplus.max(needed) {
                0 => &order[..1],
                _ => &order[..],
            };
            let victims = order.iter().find_map(|standing| {
                let mut rosters = older.iter().map(|it| &it.roster);
                rosters.find_map(|roster| self.victim(at, roster, &[*standing], plan.spare()))
            });
            let Some(victim) = victims else {
                return;
            };
            let reason = StoppedReason::Scaling(primary.id);
            self.stop(at, victim, reason, out);
            stopped.push(victim);
        }
    }

    /// Unhealthy tasks go when others have taken their place; where the cap leaves no room for those, one
    /// after the other (ECS API reference, DeploymentConfiguration: `maximumPercent`).
    fn stop_unhealthy(
        &mut self,
        at: Moment,
        id: ServiceId,
        stopped: &mut Vec<TaskId>,
        out: &mut Out,
    ) {
        while let Some(plan) = self.plan(id) {
            let Some(primary) = self.services.get(&id).and_then(Service::primary) else {
                return;
            };
            let count = |standing| primary.roster.count(standing);
            let coming = count(Standing::Starting) + count(Standing::Waiting);
            let replaced = plan.healthy >= plan.desired || primary.rollout == Rollout::Failed;
            let crowded = plan.missing > 0 && plan.room == 0 && coming == 0;
            if count(Standing::Unhealthy) == 0 || !(replaced || crowded) {
                return;
            }
            let Some(victim) = primary.roster.victim(Standing::Unhealthy, |_| true) else {
                return;
            };
            let reason = self.why_unhealthy(victim);
            self.stop(at, victim, reason, out);
            stopped.push(victim);
        }
    }

    /// Which task to stop of a deployment, in this order; of healthy ones only if any can be spared.
    fn victim(
        &self,
        at: Moment,
        roster: &Roster,
        order: &[Standing],
        spare: u32,
    ) -> Option<TaskId> {
        let mut allowed = order
            .iter()
            .filter(|standing| **standing != Standing::Healthy || spare > 0);
        allowed.find_map(|standing| roster.victim(*standing, |task| !self.is_protected(at, task)))
    }

    /// Whether scale-in and deployments leave the task alone.
    pub(super) fn is_protected(&self, at: Moment, task: TaskId) -> bool {
        let until = self.tasks.get(&task).and_then(|task| task.protected);
        until.is_some_and(|until| until > at)
    }

    /// What checks say against a task.
    fn why_unhealthy(&self, id: TaskId) -> StoppedReason {
        let group = self.target_group(id);
        match self.tasks.get(&id) {
            Some(Task {
                state: State::Running(containers),
                ..
            }) if containers.container_health() != Some(Health::Unhealthy) => group
                .map_or(StoppedReason::FailedContainerChecks, |group| {
                    StoppedReason::FailedTargetChecks(group)
                }),
            _ => StoppedReason::FailedContainerChecks,
        }
    }

    fn say_stopped(&mut self, id: ServiceId, stopped: Vec<TaskId>, out: &mut Out) {
        if !stopped.is_empty() {
            out.fact(FargateFact::ServiceEvent {
                service: id,
                event: ServiceEvent::Stopped(stopped),
            });
        }
    }

    /// A service of ECS says something about one of its tasks.
    pub(super) fn tell_of(&self, task: TaskId, event: ServiceEvent, out: &mut Out) {
        if self.is_pod(task) {
            return;
        }
        if let Some((service, _)) = self.service_of(task) {
            say(service, event, out);
        }
    }

    pub(super) fn service_of(&self, task: TaskId) -> Option<(ServiceId, DeploymentId)> {
        match self.tasks.get(&task)?.group {
            TaskGroup::Service {
                service,
                deployment,
            } => Some((service, deployment)),
            TaskGroup::Standalone => None,
        }
    }
}

/// Deployments that a newer one replaces.
fn older(service: &Service) -> &[Deployment] {
    let primary = service.deployments.len().saturating_sub(1);
    service.deployments.get(..primary).unwrap_or_default()
}

fn say(service: ServiceId, event: ServiceEvent, out: &mut Out) {
    out.fact(FargateFact::ServiceEvent { service, event });
}
