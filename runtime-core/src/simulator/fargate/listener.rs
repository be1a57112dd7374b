//! The production listener's rule: to which target group a request goes, and there to which target (Elastic Load
//! Balancing guide for Application Load Balancers, "Listener rules", weighted target groups).
//!
//! Model choice: with weights in between, each request goes to any of the groups, as often as their weights say.

use super::super::draws::Draws;
use super::balancer::{Balancer, Standing};
use super::plan::{BalancerPlan, ServicePlan};
use super::sessions::Client;
use crate::generator::{Numbers, Seed};
use crate::timeline::TrafficShare;
use crate::units::{Moment, TargetGroupId, TaskId};

/// Target groups, and what each gets.
#[derive(Debug)]
pub(super) struct Listener {
    plan: BalancerPlan,
    seed: Seed,
    groups: Vec<(TargetGroupId, Balancer)>,
    /// What one of them gets, and the other not; nothing while there is only one.
    weights: Option<(TargetGroupId, TrafficShare)>,
    draws: Numbers,
    drawn: u64,
}

impl Listener {
    pub(super) fn of(plan: &ServicePlan) -> Listener {
        Listener {
            plan: plan.balancer,
            seed: plan.seed,
            groups: Vec::new(),
            weights: None,
            draws: Numbers::of(plan.seed, "target groups"),
            drawn: 0,
        }
    }

    /// From now on so much goes to a group, and the rest to the other one.
    pub(super) fn weigh(&mut self, group: TargetGroupId, share: TrafficShare) {
        self.weights = Some((group, share));
    }

    /// Targets that count as healthy.
    pub(super) fn healthy(&self) -> usize {
        self.groups.iter().map(|(_, it)| it.healthy()).sum()
    }

    pub(super) fn register(&mut self, group: TargetGroupId, task: TaskId) {
        let known = self.groups.iter().position(|(id, _)| *id == group);
        let place = known.unwrap_or_else(|| {
            // Each group has draws of its own; those of the first one are named as if it were alone.
            let name = match self.groups.len() {
                0 => "slow start".to_owned(),
                more => format!("slow start {}", more + 1),
            };
            let draws = Numbers::of(self.seed, &name);
            self.groups.push((group, Balancer::new(&self.plan, draws)));
            self.groups.len() - 1
        });
        if let Some((_, balancer)) = self.groups.get_mut(place) {
            balancer.register(task);
        }
    }

    pub(super) fn found(&mut self, at: Moment, task: TaskId, standing: Standing) {
        if let Some(balancer) = self.of_task(task) {
            balancer.found(at, task, standing);
        }
    }

    /// It gets no more requests.
    pub(super) fn deregister(&mut self, task: TaskId) {
        if let Some(balancer) = self.of_task(task) {
            balancer.deregister(task);
        }
    }

    /// What it is found to be, and since when it gets a growing share, if it does; `None` of what is no target.
    pub(super) fn target(&self, task: TaskId) -> Option<(Standing, Option<Moment>)> {
        self.groups.iter().find_map(|(_, it)| it.target(task))
    }

    /// The target that a request goes to. `None`: there is none in its group, and the response is 503.
    pub(super) fn choose(&mut self, at: Moment, client: Client) -> Option<TaskId> {
        let Some((group, share)) = self.weights else {
            return self.groups.first_mut()?.1.choose(at, client);
        };
        let there = match share {
            TrafficShare::ALL => true,
            TrafficShare::NONE => false,
            share => {
                self.drawn += 1;
                Draws::of(self.draws, self.drawn).fraction() <= share.fraction()
            }
        };
        let mut groups = self.groups.iter_mut();
        let chosen = groups.find(|(id, _)| (*id == group) == there);
        chosen?.1.choose(at, client)
    }

    /// A request that went to a target has its response.
    pub(super) fn answered(&mut self, task: TaskId) {
        if let Some(balancer) = self.of_task(task) {
            balancer.answered(task);
        }
    }

    fn of_task(&mut self, task: TaskId) -> Option<&mut Balancer> {
        let balancers = self.groups.iter_mut().map(|(_, it)| it);
        let mut of = balancers.filter(|it| it.target(task).is_some());
        of.next()
    }
}
