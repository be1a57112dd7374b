//! The tasks of one deployment, by how they count and by Availability Zone, so that the scheduler never looks
//! for one.

use super::state::Standing;
use crate::timeline::CapacityProvider;
use crate::units::{OrderedMap, TaskId, ZoneId};

type Set = OrderedMap<(ZoneId, TaskId), ()>;

/// Tasks of a deployment.
#[derive(Clone, Debug, Default)]
pub(super) struct Roster {
    starting: Set,
    waiting: Set,
    healthy: Set,
    unhealthy: Set,
    leaving: u32,
    /// Of those that are not to stop.
    zones: OrderedMap<ZoneId, u32>,
    fargate: u32,
    spot: u32,
}

impl Roster {
    /// How many tasks count like this.
    pub(super) fn count(&self, standing: Standing) -> u32 {
        match self.set(standing) {
            Some(set) => u32::try_from(set.len()).unwrap_or(u32::MAX),
            None if standing == Standing::Leaving => self.leaving,
            None => 0,
        }
    }

    /// Tasks that are not to stop, and not unhealthy.
    pub(super) fn good(&self) -> u32 {
        let good = [Standing::Starting, Standing::Waiting, Standing::Healthy];
        good.into_iter().map(|standing| self.count(standing)).sum()
    }

    /// Tasks that are not to stop.
    pub(super) fn all(&self) -> u32 {
        self.fargate + self.spot
    }

    /// Those of a zone.
    pub(super) fn in_zone(&self, zone: ZoneId) -> u32 {
        self.zones.get(&zone).copied().unwrap_or(0)
    }

    /// Those of a capacity provider.
    pub(super) fn of(&self, provider: CapacityProvider) -> u32 {
        match provider {
            CapacityProvider::Fargate => self.fargate,
            CapacityProvider::FargateSpot => self.spot,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all() == 0 && self.leaving == 0
    }

    /// Tasks that are not to stop.
    pub(super) fn tasks(&self) -> impl Iterator<Item = TaskId> {
        let sets = [
            &self.starting,
            &self.waiting,
            &self.healthy,
            &self.unhealthy,
        ];
        sets.into_iter()
            .flat_map(|set| set.keys().map(|(_, task)| *task))
    }

    /// A task counts differently from now on.
    pub(super) fn change(
        &mut self,
        (task, zone, provider): (TaskId, ZoneId, CapacityProvider),
        from: Standing,
        to: Standing,
    ) {
        self.forget((task, zone, provider), from);
        match to {
            Standing::Gone => return,
            Standing::Leaving => {
                self.leaving += 1;
                return;
            }
            _ => {}
        }
        if let Some(set) = self.set_mut(to) {
            set.insert((zone, task), ());
        }
        *self.zones.get_or_default(zone) += 1;
        *self.provider_mut(provider) += 1;
    }

    fn forget(
        &mut self,
        (task, zone, provider): (TaskId, ZoneId, CapacityProvider),
        from: Standing,
    ) {
        if from == Standing::Leaving {
            self.leaving = self.leaving.saturating_sub(1);
        }
        let removed = self.set_mut(from).and_then(|set| set.remove(&(zone, task)));
        if removed.is_some() {
            let in_zone = self.zones.get_or_default(zone);
            *in_zone = in_zone.saturating_sub(1);
            let of = self.provider_mut(provider);
            *of = of.saturating_sub(1);
        }
    }

    /// The task to stop of those that count like this: of the zone with the most tasks, the oldest that may be
    /// stopped (model choice: AWS says only that zones are kept in balance).
    pub(super) fn victim(
        &self,
        standing: Standing,
        may: impl Fn(TaskId) -> bool,
    ) -> Option<TaskId> {
        let set = self.set(standing)?;
        let mut best: Option<(u32, TaskId)> = None;
        for (zone, count) in self.zones.iter() {
            if best.is_some_and(|(most, _)| most >= *count) {
                continue;
            }
            if let Some(task) = first_in(set, *zone, &may) {
                best = Some((*count, task));
            }
        }
        best.map(|(_, task)| task)
    }

    /// The youngest task that counts like this.
    pub(super) fn youngest(&self, standing: Standing) -> Option<TaskId> {
        self.set(standing)?.keys().map(|(_, task)| *task).max()
    }

    /// The oldest task of a zone that counts like this and may be stopped.
    pub(super) fn victim_in(
        &self,
        zone: ZoneId,
        standing: Standing,
        may: impl Fn(TaskId) -> bool,
    ) -> Option<TaskId> {
        first_in(self.set(standing)?, zone, &may)
    }

    fn set(&self, standing: Standing) -> Option<&Set> {
        match standing {
            Standing::Starting => Some(&self.starting),
            Standing::Waiting => Some(&self.waiting),
            Standing::Healthy => Some(&self.healthy),
            Standing::Unhealthy => Some(&self.unhealthy),
            Standing::Leaving | Standing::Gone => None,
        }
    }

    fn set_mut(&mut self, standing: Standing) -> Option<&mut Set> {
        match standing {
            Standing::Starting => Some(&mut self.starting),
            Standing::Waiting => Some(&mut self.waiting),
            Standing::Healthy => Some(&mut self.healthy),
            Standing::Unhealthy => Some(&mut self.unhealthy),
            Standing::Leaving | Standing::Gone => None,
        }
    }

    fn provider_mut(&mut self, provider: CapacityProvider) -> &mut u32 {
        match provider {
            CapacityProvider::Fargate => &mut self.fargate,
            CapacityProvider::FargateSpot => &mut self.spot,
        }
    }
}

fn first_in(set: &Set, zone: ZoneId, may: &impl Fn(TaskId) -> bool) -> Option<TaskId> {
    set.iter_from(&(zone, TaskId(0)))
        .take_while(|((it, _), ())| *it == zone)
        .map(|((_, task), ())| *task)
        .find(|task| may(*task))
}
