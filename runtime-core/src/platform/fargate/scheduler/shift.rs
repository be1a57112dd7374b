//! Deployments that shift traffic: BLUE_GREEN, LINEAR and CANARY (Amazon ECS developer guide, "Amazon ECS blue/green
//! service deployments workflow", "Amazon ECS linear deployments", "Amazon ECS canary deployments", read 2026-11-30).
//! A second revision, green, is started as large as the first one, blue. Then the weights of the production listener's
//! rule shift to its target group, both bake, and blue stops. Lifecycle hooks and test listeners there are none, so
//! that stages in which nothing else happens take no time (model choice).

use super::super::Fargate;
use super::super::input::{Out, Timer};
use super::super::service::{Deployment, LONGEST_STAGE, Rollout, Service, Shift};
use super::super::state::Standing;
use super::say;
use crate::timeline::{
    DeploymentLifecycleStage as Stage, FargateFact, ServiceConfiguration, ServiceEvent,
    StoppedReason, TrafficShare,
};
use crate::units::{DeploymentId, Moment, ServiceId, Span, TargetGroupId, TaskId};

impl Fargate {
    /// Whether its primary deployment shifts traffic.
    pub(super) fn shifts_traffic(&self, id: ServiceId) -> bool {
        let primary = self.services.get(&id).and_then(Service::primary);
        primary.is_some_and(|it| it.shift.is_some())
    }

    /// Before another deployment begins: what is not finished is not gone on with, so that there are never more than
    /// two revisions with tasks (model choice: AWS says only that RECONCILE_SERVICE is for that).
    pub(super) fn call_traffic_back(&mut self, id: ServiceId, out: &mut Out) {
        let Some(service) = self.services.get(&id) else {
            return;
        };
        let shift = service.primary().and_then(|it| it.shift.as_ref());
        let blue = shift.filter(|it| it.share > TrafficShare::NONE);
        if let Some(blue) = blue.and_then(Shift::blue) {
            weigh(id, service.deployment(blue), TrafficShare::ALL, out);
        }
    }

    /// The first stage of the primary deployment, if it has any.
    pub(super) fn begin_stages(&mut self, id: ServiceId, out: &mut Out) {
        let service = self.services.get(&id);
        let Some(primary) = service.and_then(Service::primary) else {
            return;
        };
        let Some(shift) = &primary.shift else {
            return;
        };
        if shift.from.is_none() {
            // The rule's weights are 1 and 0 from the start.
            weigh(id, Some(primary), TrafficShare::ALL, out);
        }
        out.fact(FargateFact::StageReached {
            service: id,
            deployment: primary.id,
            stage: shift.stage,
        });
    }

    pub(super) fn go_through_stages(&mut self, at: Moment, id: ServiceId, out: &mut Out) {
        while let Some(stage) = self.next_stage(at, id) {
            self.enter(at, id, stage, out);
        }
    }

    /// What follows now, if anything does. A shift in several steps follows on itself.
    pub(super) fn next_stage(&self, at: Moment, id: ServiceId) -> Option<Stage> {
        let service = self.services.get(&id).filter(|it| !it.deleted)?;
        let primary = service.primary()?;
        let shift = primary.shift.as_ref()?;
        if primary.rollout != Rollout::InProgress {
            return None;
        }
        let is_over = shift.until.is_none_or(|until| at >= until);
        let kept = |it: &Deployment| it.id == primary.id || Some(it.id) == shift.from;
        match shift.stage {
            Stage::ReconcileService => {
                let clean = service.deployments.iter().all(kept);
                clean.then_some(Stage::PreScaleUp)
            }
            Stage::PreScaleUp => Some(Stage::ScaleUp),
            Stage::ScaleUp => {
                let healthy = primary.roster.count(Standing::Healthy);
                (healthy >= service.desired).then_some(Stage::PostScaleUp)
            }
            Stage::PostScaleUp => Some(Stage::TestTrafficShift),
            Stage::TestTrafficShift => Some(Stage::PostTestTrafficShift),
            Stage::PostTestTrafficShift => Some(Stage::ProductionTrafficShift),
            Stage::ProductionTrafficShift => is_over.then_some(match shift.share {
                TrafficShare::ALL => Stage::PostProductionTrafficShift,
                _ => Stage::ProductionTrafficShift,
            }),
            Stage::PostProductionTrafficShift => Some(Stage::BakeTime),
            Stage::BakeTime => is_over.then_some(Stage::CleanUp),
            Stage::CleanUp => None,
        }
    }

    fn enter(&mut self, at: Moment, id: ServiceId, stage: Stage, out: &mut Out) {
        let service = self.services.get_mut(&id);
        let Some(primary) = service.and_then(Service::primary_mut) else {
            return;
        };
        let settings = &primary.revision.deployment;
        let (deployment, target_group) = (primary.id, primary.target_group);
        let Some(shift) = &mut primary.shift else {
            return;
        };
        if std::mem::replace(&mut shift.stage, stage) != stage {
            out.fact(FargateFact::StageReached {
                service: id,
                deployment,
                stage,
            });
        }
        let mut takes = None;
        match stage {
            Stage::ScaleUp => takes = Some(LONGEST_STAGE),
            Stage::ProductionTrafficShift if shift.share < TrafficShare::ALL => {
                let (share, bake) = settings.strategy.after(shift.share);
                shift.share = share;
                takes = (bake > Span::ZERO).then_some(bake);
                if let Some(target_group) = target_group {
                    out.fact(FargateFact::TrafficShifted {
                        service: id,
                        deployment,
                        target_group,
                        share,
                    });
                }
            }
            // A first deployment has nothing beside it.
            Stage::BakeTime if shift.from.is_some() => takes = settings.bake_time,
            _ => {}
        }
        shift.until = takes.map(|span| at + span);
        if let Some(planned) = shift.until {
            let timer = Timer::Stage {
                service: id,
                deployment,
                planned,
            };
            out.timer(planned, timer);
        }
    }

    /// A stage has lasted as long as was planned.
    pub(in super::super) fn stage_over(
        &mut self,
        id: ServiceId,
        deployment: DeploymentId,
        planned: Moment,
        out: &mut Out,
    ) {
        let service = self.services.get(&id).filter(|it| !it.deleted);
        let primary = service.and_then(Service::primary);
        let Some(primary) = primary.filter(|it| it.id == deployment) else {
            return;
        };
        let shift = primary.shift.as_ref();
        let late = shift.is_some_and(|it| it.stage == Stage::ScaleUp && it.until == Some(planned));
        if late && primary.rollout == Rollout::InProgress {
            let event = ServiceEvent::StageTimedOut(deployment, Stage::ScaleUp);
            self.fail_deployment(id, event, true, out);
        }
        self.touch(id);
    }

    /// An alarm of the service's deployments goes off, or not any more.
    pub(in super::super) fn deployment_alarm(
        &mut self,
        id: ServiceId,
        in_alarm: bool,
        out: &mut Out,
    ) {
        let Some(service) = self.services.get_mut(&id).filter(|it| !it.deleted) else {
            return;
        };
        service.in_alarm = in_alarm;
        let Some(primary) = service.primary() else {
            return;
        };
        let over = primary.shift.as_ref().is_some_and(Shift::is_over);
        let fails = in_alarm && primary.watched && !over && primary.rollout == Rollout::InProgress;
        if let Some(alarms) = primary.revision.deployment.alarms.filter(|_| fails) {
            let event = ServiceEvent::AlarmDetected(primary.id);
            self.fail_deployment(id, event, alarms.rollback, out);
        }
    }

    /// All traffic goes back to the revision that had it, at once; the failed one stops its tasks.
    pub(super) fn shift_back(
        &mut self,
        id: ServiceId,
        failed: DeploymentId,
        blue: DeploymentId,
        out: &mut Out,
    ) {
        let Some(service) = self.services.get_mut(&id) else {
            return;
        };
        let Some(place) = service.deployments.iter().position(|it| it.id == blue) else {
            return;
        };
        say(id, ServiceEvent::RollingBack(blue), out);
        let mut deployment = service.deployments.remove(place);
        deployment.rollout = Rollout::InProgress;
        deployment.after = Some(failed);
        deployment.failed = 0;
        deployment.watched = false;
        deployment.shift = Some(Shift {
            stage: Stage::CleanUp,
            from: None,
            share: TrafficShare::ALL,
            until: None,
        });
        out.fact(FargateFact::DeploymentStarted {
            service: id,
            deployment: blue,
            definition: deployment.revision.definition,
            after: Some(failed),
        });
        weigh(id, Some(&deployment), TrafficShare::ALL, out);
        service.deployments.push(deployment);
        service.backoff = Default::default();
    }

    /// Of each revision what it has too many, and what is unhealthy once others have taken its place; where there is
    /// no room for those, one after the other.
    pub(super) fn stop_by_revision(
        &mut self,
        at: Moment,
        id: ServiceId,
        stopped: &mut Vec<TaskId>,
        out: &mut Out,
    ) {
        let Some(service) = self.services.get(&id) else {
            return;
        };
        let all: Vec<DeploymentId> = service.deployments.iter().map(|it| it.id).collect();
        for deployment in all {
            while let Some((victim, reason)) = self.one_to_stop(at, id, deployment) {
                self.stop(at, victim, reason, out);
                stopped.push(victim);
            }
        }
    }

    fn one_to_stop(
        &self,
        at: Moment,
        id: ServiceId,
        deployment: DeploymentId,
    ) -> Option<(TaskId, StoppedReason)> {
        let plan = self.plan(id)?;
        let service = self.services.get(&id)?;
        let primary = service.primary()?;
        let it = service.deployment(deployment)?;
        let (wanted, roster) = (service.wanted(it), &it.roster);
        let scaling = StoppedReason::Scaling(primary.id);
        let failed = it.id == primary.id && it.rollout == Rollout::Failed;
        if roster.good() > wanted {
            let order = [Standing::Starting, Standing::Waiting, Standing::Healthy];
            let victim = self.victim(at, roster, &order, u32::MAX);
            if let Some(victim) = victim {
                return Some((victim, scaling));
            }
        }
        let coming = roster.count(Standing::Starting) + roster.count(Standing::Waiting);
        let replaced = roster.count(Standing::Healthy) >= wanted || failed;
        let crowded = it.missing(wanted) > 0 && plan.room == 0 && coming == 0;
        if roster.count(Standing::Unhealthy) == 0 || !(replaced || crowded) {
            return None;
        }
        let victim = roster.victim(Standing::Unhealthy, |_| true)?;
        let reason = match wanted {
            0 => scaling,
            _ => self.why_unhealthy(victim),
        };
        Some((victim, reason))
    }
}

/// Where the tasks of a new deployment are registered, and how its traffic begins to shift, if it does.
pub(super) fn begin_shift(
    service: &Service,
    revision: &ServiceConfiguration,
) -> (Option<TargetGroupId>, Option<Shift>) {
    let Some(balancer) = &revision.load_balancer else {
        return (None, None);
    };
    let blue = service.in_production();
    let known =
        |it: &TargetGroupId| *it == balancer.target_group || Some(*it) == balancer.alternate;
    let now = blue.and_then(|it| it.target_group).filter(known);
    let now = now.unwrap_or(balancer.target_group);
    let Some(other) = balancer
        .other(now)
        .filter(|_| revision.deployment.strategy.shifts_traffic())
    else {
        return (Some(now), None);
    };
    let from = blue.map(|it| it.id);
    let left = service.deployments.iter().any(|it| Some(it.id) != from);
    let shift = Shift {
        stage: match left {
            true => Stage::ReconcileService,
            false => Stage::PreScaleUp,
        },
        from,
        share: match from {
            Some(_) => TrafficShare::NONE,
            None => TrafficShare::ALL,
        },
        until: None,
    };
    let group = if from.is_some() { other } else { now };
    (Some(group), Some(shift))
}

/// So much of the production traffic goes to a deployment, and the rest to the other one.
fn weigh(id: ServiceId, to: Option<&Deployment>, share: TrafficShare, out: &mut Out) {
    if let Some((deployment, target_group)) = to.and_then(|it| Some((it.id, it.target_group?))) {
        out.fact(FargateFact::TrafficShifted {
            service: id,
            deployment,
            target_group,
            share,
        });
    }
}
