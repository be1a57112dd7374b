//! What a service's work comes to: deployments that are complete, or stuck, or replaced.

use super::super::Fargate;
use super::super::input::{Out, Timer};
use super::super::service::{ALARM_BAKE, Rollout, Shift, is_news};
use super::super::state::Standing;
use super::say;
use crate::timeline::{FargateFact, ServiceEvent};
use crate::units::{Moment, ServiceId};

impl Fargate {
    /// What has come to its end: older deployments, this one, what kept it from going on.
    pub(super) fn conclude(&mut self, at: Moment, id: ServiceId, out: &mut Out) {
        self.drop_old(at, id, out);
        self.finish_move(at, id, out);
        let Some(plan) = self.plan(id) else {
            return;
        };
        let Some(service) = self.services.get_mut(&id) else {
            return;
        };
        let alone = service.deployments.len() == 1;
        let Some(primary) = service.deployments.last_mut() else {
            return;
        };
        let unhealthy = primary.roster.count(Standing::Unhealthy);
        let leaving = primary.roster.count(Standing::Leaving);
        let settled = alone
            && primary.shift.as_ref().is_none_or(Shift::is_over)
            && plan.healthy == plan.desired
            && plan.good == plan.desired
            && unhealthy == 0
            && service.moving.is_none();
        if settled && primary.watched && primary.shift.is_none() && primary.baked.is_none() {
            let planned = at + ALARM_BAKE;
            primary.baked = Some(planned);
            let timer = Timer::Stage {
                service: id,
                deployment: primary.id,
                planned,
            };
            out.timer(planned, timer);
        }
        let complete = settled && primary.baked.is_none_or(|until| at >= until);
        if complete && primary.rollout == Rollout::InProgress {
            primary.rollout = Rollout::Completed;
            primary.watched = false;
            let (deployment, revision) = (primary.id, primary.revision.clone());
            service.completed = Some((deployment, revision));
            out.fact(FargateFact::DeploymentCompleted {
                service: id,
                deployment,
            });
            say(id, ServiceEvent::DeploymentCompleted(deployment), out);
        }
        let steady = complete && leaving == 0;
        if steady && !service.steady {
            say(id, ServiceEvent::SteadyState, out);
        }
        service.steady = steady;
        self.say_if_stuck(at, id, out);
        if complete {
            self.rebalance(at, id, out);
        }
    }

    /// The percentages allow neither a start nor a stop, and nothing is under way.
    fn say_if_stuck(&mut self, at: Moment, id: ServiceId, out: &mut Out) {
        let Some(plan) = self.plan(id) else {
            return;
        };
        let Some(service) = self.services.get_mut(&id) else {
            return;
        };
        let shifts = plan.shifts;
        let moving = service.deployments.iter().any(|it| {
            let count = |standing| it.roster.count(standing);
            count(Standing::Starting) + count(Standing::Waiting) + count(Standing::Leaving) > 0
        });
        let stuck = !shifts && plan.old > 0 && plan.missing > 0 && plan.room == 0 && !moving;
        if !stuck {
            service.said.stuck = None;
        } else if is_news(&mut service.said.stuck, at) {
            say(id, ServiceEvent::Stuck, out);
        }
    }

    /// Older deployments without tasks are INACTIVE.
    pub(super) fn drop_old(&mut self, at: Moment, id: ServiceId, out: &mut Out) {
        let Some(service) = self.services.get_mut(&id) else {
            return;
        };
        let primary = service.primary().map(|it| it.id);
        service.deployments.retain(|it| {
            let kept = Some(it.id) == primary || !it.roster.is_empty() || it.replicas > 0;
            if !kept {
                out.fact(FargateFact::DeploymentInactive {
                    service: id,
                    deployment: it.id,
                });
            }
            kept
        });
        if self.next_stage(at, id).is_some() {
            self.touch(id);
        }
    }
}
