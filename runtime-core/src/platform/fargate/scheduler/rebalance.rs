//! Availability Zone rebalancing (Amazon ECS developer guide, "Balancing an Amazon ECS service across Availability
//! Zones"): a task is started in the emptiest zone; when it is healthy, one of the fullest is stopped.

use super::super::Fargate;
use super::super::input::Out;
use super::super::state::Standing;
use super::{Plan, say};
use crate::timeline::{ServiceEvent, StoppedReason};
use crate::units::{Moment, OrderedMap, ServiceId, TaskId, ZoneId};

impl Fargate {
    /// Of a service that has all its tasks: begins to move one, if that makes zones more even.
    pub(super) fn rebalance(&mut self, at: Moment, id: ServiceId, out: &mut Out) {
        let Some(service) = self.services.get_mut(&id) else {
            return;
        };
        let announced = service.rebalancing;
        if !self.is_uneven(at, id) {
            if announced && let Some(service) = self.services.get_mut(&id) {
                service.rebalancing = false;
                say(id, ServiceEvent::RebalancingCompleted, out);
            }
            return;
        }
        if !announced && let Some(service) = self.services.get_mut(&id) {
            service.rebalancing = true;
            say(id, ServiceEvent::RebalancingStarted, out);
        }
        if let Some(task) = self.launch_extra(at, id, out)
            && let Some(service) = self.services.get_mut(&id)
        {
            service.moving = Some(task);
            say(id, ServiceEvent::Started(vec![task]), out);
        }
    }

    /// Whether a task in the emptiest zone for one of the fullest would make a difference, and may be.
    fn is_uneven(&self, at: Moment, id: ServiceId) -> bool {
        let Some(service) = self.services.get(&id) else {
            return false;
        };
        let settings = &service.configuration;
        let allowed = settings.rebalancing
            && settings.deployment.maximum_percent > 100
            && settings.deployment.cap(service.desired) > service.desired;
        let Some(primary) = service.primary().filter(|_| allowed) else {
            return false;
        };
        let mut zones: OrderedMap<ZoneId, bool> = OrderedMap::new();
        for subnet in &primary.revision.network.subnets {
            let Some(subnet) = self.subnets.get(subnet) else {
                continue;
            };
            let zone = subnet.configuration.zone;
            if !self.failed_zones.contains(&zone) {
                *zones.get_or_default(zone) |= subnet.free() > 0;
            }
        }
        let count = |zone: &ZoneId| primary.roster.in_zone(*zone);
        let open = zones.iter().filter(|(_, free)| **free);
        let Some(least) = open.map(|(zone, _)| count(zone)).min() else {
            return false;
        };
        let may = |task: TaskId| !self.is_protected(at, task);
        let fullest = zones.keys().max_by_key(|zone| count(zone));
        fullest.is_some_and(|zone| {
            count(zone) >= least + 2
                && primary
                    .roster
                    .victim_in(*zone, Standing::Healthy, may)
                    .is_some()
        })
    }

    /// Once the extra task is healthy, one of the fullest zone goes.
    pub(super) fn finish_move(&mut self, at: Moment, id: ServiceId, out: &mut Out) {
        let Some(service) = self.services.get(&id) else {
            return;
        };
        let (Some(moving), Some(primary)) = (service.moving, service.primary()) else {
            return;
        };
        let healthy = self.tasks.get(&moving).map(|task| task.standing) == Some(Standing::Healthy);
        let spare = Plan::of(service).is_some_and(|plan| plan.spare() > 0);
        if !healthy || !spare {
            return;
        }
        let may = |task: TaskId| task != moving && !self.is_protected(at, task);
        let victim = primary.roster.victim(Standing::Healthy, may);
        if let Some(service) = self.services.get_mut(&id) {
            service.moving = None;
        }
        if let Some(victim) = victim {
            self.stop(at, victim, StoppedReason::Rebalancing, out);
            self.say_stopped(id, vec![victim], out);
        }
        self.touch(id);
    }
}
