//! How tasks are started: what limits them, on which capacity, in which Availability Zone (Amazon ECS developer
//! guide, "AWS Fargate throttling quotas", "AWS Fargate capacity providers").

use super::super::Fargate;
use super::super::input::{Out, Timer};
use super::super::lifecycle::Order;
use super::super::profiles::takes;
use super::super::roster::Roster;
use super::super::service::is_news;
use super::say;
use crate::timeline::{
    CapacityProvider, KubernetesEvent, Orchestrator, ServiceEvent, StrategyItem, TaskGroup,
    Unplaced,
};
use crate::units::{Moment, ServiceId, Span, SubnetId, TaskDefinitionId, TaskId, ZoneId};

/// When a task could not be placed for want of capacity, it is tried again after so long (model choice).
pub const PLACEMENT_RETRY: Span = Span::from_secs(60);

/// What keeps a task from being started.
enum Limit {
    /// Its tasks fail to start, or its own rate is used up: it goes on at a moment.
    Until(Option<Moment>),
    /// The account's launches: it waits for its turn.
    Launches(CapacityProvider),
    /// Another task has to go on first.
    Blocked,
    /// It cannot be placed.
    Unplaced(Unplaced),
}

impl Fargate {
    /// Starts what is missing, as far as limits allow, and sees to it that the rest comes later.
    pub(super) fn launch(&mut self, at: Moment, id: ServiceId, most: u32, out: &mut Out) {
        let mut started = Vec::new();
        let mut left = most;
        let limit = loop {
            let Some(plan) = self.plan(id) else {
                return;
            };
            if plan.missing.min(plan.room) == 0 {
                break None;
            }
            if left == 0 {
                break self.next_provider(id).map(Limit::Launches);
            }
            match self.launch_one(at, id, most, out) {
                Ok(task) => started.push(task),
                Err(limit) => break Some(limit),
            }
            left -= 1;
        };
        if !started.is_empty()
            && let Some(service) = self.services.get_mut(&id)
        {
            service.said.unplaced = None;
            if !service.is_eks() {
                say(id, ServiceEvent::Started(started), out);
            }
        }
        match limit {
            Some(limit) => self.wait(at, id, limit, out),
            None => {
                if let Some(service) = self.services.get_mut(&id) {
                    service.said.throttled = None;
                }
            }
        }
    }

    /// One task beside those that are wanted, so that another one can go.
    pub(super) fn launch_extra(
        &mut self,
        at: Moment,
        id: ServiceId,
        out: &mut Out,
    ) -> Option<TaskId> {
        match self.launch_one(at, id, u32::MAX, out) {
            Ok(task) => Some(task),
            Err(limit) => {
                self.wait(at, id, limit, out);
                None
            }
        }
    }

    fn wait(&mut self, at: Moment, id: ServiceId, limit: Limit, out: &mut Out) {
        match limit {
            Limit::Until(moment) => self.wake_at(id, moment, out),
            Limit::Launches(provider) => {
                let queue = self.capacity_mut(provider);
                if !queue.services.contains(&id) {
                    queue.services.push_back(id);
                }
                self.wake_launches(at, provider, out);
            }
            Limit::Blocked => {
                self.blocked.insert(id);
            }
            Limit::Unplaced(reason) => {
                if let Some(service) = self.services.get_mut(&id)
                    && is_news(&mut service.said.unplaced, at)
                {
                    let event = match service.is_eks() {
                        true => ServiceEvent::Kubernetes(KubernetesEvent::FailedScheduling(reason)),
                        false => ServiceEvent::Unplaced(reason),
                    };
                    say(id, event, out);
                }
                match reason {
                    Unplaced::VcpuLimit => {
                        self.blocked.insert(id);
                    }
                    Unplaced::AboveLimit | Unplaced::NoProfile => {}
                    Unplaced::NoCapacity(_) | Unplaced::InternalError | Unplaced::NoFreeAddress => {
                        self.wake_at(id, Some(at + PLACEMENT_RETRY), out);
                    }
                }
            }
        }
    }

    /// A service goes on at a moment, if not before.
    pub(super) fn wake_at(&mut self, id: ServiceId, moment: Option<Moment>, out: &mut Out) {
        let (Some(moment), Some(service)) = (moment, self.services.get_mut(&id)) else {
            return;
        };
        if service.wake.is_none_or(|wake| wake > moment) {
            service.wake = Some(moment);
            let timer = Timer::Service {
                service: id,
                planned: moment,
            };
            out.timer(moment, timer);
        }
    }

    /// What waits for launches goes on when there is one.
    fn wake_launches(&mut self, at: Moment, provider: CapacityProvider, out: &mut Out) {
        let queue = self.capacity_mut(provider);
        let next = match queue.bucket.look(at) {
            Ok(()) => Some(at),
            Err(next) => next,
        };
        let (Some(next), false) = (next, queue.services.is_empty()) else {
            return;
        };
        if queue.wake.is_none_or(|wake| wake > next || wake < at) {
            queue.wake = Some(next);
            let timer = Timer::Launch {
                provider,
                planned: next,
            };
            out.timer(next, timer);
        }
    }

    /// There may be launches again: each service that waits gets one, in turn.
    pub(in super::super) fn launches(
        &mut self,
        at: Moment,
        provider: CapacityProvider,
        planned: Moment,
        out: &mut Out,
    ) {
        if self.capacity_mut(provider).wake != Some(planned) {
            return;
        }
        self.capacity_mut(provider).wake = None;
        let waiting = self.capacity_mut(provider).services.len();
        for _ in 0..waiting {
            if self.capacity_mut(provider).bucket.look(at).is_err() {
                break;
            }
            let Some(service) = self.capacity_mut(provider).services.pop_front() else {
                break;
            };
            self.reconcile(at, service, 1, out);
        }
        self.wake_launches(at, provider, out);
    }

    pub(in super::super) fn service_woken(&mut self, id: ServiceId, planned: Moment) {
        if let Some(service) = self.services.get_mut(&id)
            && service.wake == Some(planned)
        {
            service.wake = None;
            self.touch(id);
        }
    }

    fn next_provider(&self, id: ServiceId) -> Option<CapacityProvider> {
        let deployment = self.services.get(&id)?.lacking()?;
        provider(&deployment.revision.strategy, &deployment.roster)
    }

    /// One task more of the deployment that lacks it; of the primary one, where none does.
    fn launch_one(
        &mut self,
        at: Moment,
        id: ServiceId,
        most: u32,
        out: &mut Out,
    ) -> Result<TaskId, Limit> {
        const NEVER: Limit = Limit::Until(None);
        let service = self.services.get(&id).ok_or(NEVER)?;
        if service.backoff.until > at {
            return Err(Limit::Until(Some(service.backoff.until)));
        }
        let deployment = service.lacking().or(service.primary()).ok_or(NEVER)?;
        let revision = &deployment.revision;
        let chosen = provider(&revision.strategy, &deployment.roster).ok_or(NEVER)?;
        if !self.capacity(chosen).available {
            return Err(Limit::Unplaced(Unplaced::NoCapacity(chosen)));
        }
        self.check_quota(revision.definition, chosen)
            .map_err(Limit::Unplaced)?;
        let pods = service.is_eks();
        if let Orchestrator::Eks(pods) = &service.configuration.orchestrator
            && !takes(pods)
        {
            return Err(Limit::Unplaced(Unplaced::NoProfile));
        }
        // A limit of clusters of ECS.
        if !pods && self.provisioning >= self.account.provisioning {
            return Err(Limit::Blocked);
        }
        let in_zone = |zone| deployment.roster.in_zone(zone);
        let subnet = self
            .place(&revision.network.subnets, in_zone)
            .ok_or(Limit::Unplaced(Unplaced::InternalError))?;
        // ECS makes a task that then fails; a pod stays Pending.
        if pods && self.free_addresses(subnet) == Some(0) {
            return Err(Limit::Unplaced(Unplaced::NoFreeAddress));
        }
        // Who waits for launches already comes first: only its turn lets a service pass.
        let queue = self.capacity(chosen);
        if most > 1 && queue.services.iter().any(|waiting| *waiting != id) {
            return Err(Limit::Launches(chosen));
        }
        let (network, definition) = (revision.network.clone(), revision.definition);
        let group = TaskGroup::Service {
            service: id,
            deployment: deployment.id,
        };
        if self.capacity_mut(chosen).bucket.look(at).is_err() {
            if let Some(service) = self.services.get_mut(&id)
                && !pods
                && is_news(&mut service.said.throttled, at)
            {
                say(id, ServiceEvent::Throttled, out);
            }
            return Err(Limit::Launches(chosen));
        }
        let service = self.services.get_mut(&id).ok_or(NEVER)?;
        // A limit of the service scheduler of ECS.
        if !pods {
            service.bucket.take(at).map_err(Limit::Until)?;
        }
        let order = Order {
            definition,
            group,
            provider: chosen,
            network: &network,
            subnet,
        };
        // It was looked at: there is one.
        let _ = self.capacity_mut(chosen).bucket.take(at);
        self.create(at, &order, out).ok_or(NEVER)
    }

    /// Whether the account's vCPUs allow one more task.
    pub(super) fn check_quota(
        &self,
        definition: TaskDefinitionId,
        provider: CapacityProvider,
    ) -> Result<(), Unplaced> {
        let quota = match provider {
            CapacityProvider::Fargate => self.account.on_demand,
            CapacityProvider::FargateSpot => self.account.spot,
        };
        let definition = self.definitions.get(&definition);
        let cpu = definition.map_or(0, |it| u64::from(it.size.cpu.get()));
        let quota = u64::from(quota.get());
        if cpu > quota {
            Err(Unplaced::AboveLimit)
        } else if self.capacity(provider).used + cpu > quota {
            Err(Unplaced::VcpuLimit)
        } else {
            Ok(())
        }
    }

    /// The subnet for one task more: of the Availability Zone that can be used and has the fewest tasks, the one
    /// with the most free addresses. Zones without any come last (model choice: AWS says only that it tries
    /// to keep zones in balance).
    pub(super) fn place(
        &self,
        subnets: &[SubnetId],
        in_zone: impl Fn(ZoneId) -> u32,
    ) -> Option<SubnetId> {
        let known = subnets.iter().filter_map(|id| {
            let subnet = self.subnets.get(id)?;
            let zone = subnet.configuration.zone;
            (!self.failed_zones.contains(&zone)).then_some((*id, zone, subnet.free()))
        });
        let best = known.min_by_key(|(_, zone, free)| {
            (*free == 0, in_zone(*zone), *zone, std::cmp::Reverse(*free))
        });
        best.map(|(id, _, _)| id)
    }
}

/// On which capacity the next task runs: the base comes first, then whichever has the fewest tasks above its
/// base for its weight (model choice where two have as few: the first of the strategy).
pub(super) fn provider(strategy: &[StrategyItem], roster: &Roster) -> Option<CapacityProvider> {
    if strategy.is_empty() {
        return Some(CapacityProvider::Fargate);
    }
    let below_base = |item: &&StrategyItem| roster.of(item.provider) < item.base;
    if let Some(item) = strategy.iter().find(below_base) {
        return Some(item.provider);
    }
    let above = |item: &StrategyItem| u64::from(roster.of(item.provider).saturating_sub(item.base));
    let weighted = strategy.iter().filter(|item| item.weight > 0);
    let best = weighted.reduce(|best, item| {
        let (left, right) = (
            above(item) * u64::from(best.weight),
            above(best) * u64::from(item.weight),
        );
        if left < right { item } else { best }
    });
    best.map(|item| item.provider)
}
