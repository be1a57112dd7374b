//! An Application Load Balancer's choice of a target (Elastic Load Balancing guide for Application Load
//! Balancers, "Target groups for your Application Load Balancers").

use super::super::draws::Draws;
use crate::generator::Numbers;
use crate::units::{Moment, Span, TaskId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How a target is chosen (`load_balancing.algorithm.type`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// One after the other.
    #[default]
    RoundRobin,
    /// The one with the fewest requests that have no response yet.
    LeastOutstandingRequests,
}

impl Algorithm {
    /// As the API names it.
    pub const fn name(self) -> &'static str {
        match self {
            Algorithm::RoundRobin => "round_robin",
            Algorithm::LeastOutstandingRequests => "least_outstanding_requests",
        }
    }
}

/// What the target group knows of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    Initial,
    Healthy,
    Unhealthy,
}

#[derive(Clone, Copy, Debug)]
struct Target {
    standing: Standing,
    outstanding: u32,
    /// Since when it gets a growing share, if it does.
    slow_since: Option<Moment>,
}

/// The targets of a group, and which of them is next.
#[derive(Debug)]
pub(super) struct Balancer {
    algorithm: Algorithm,
    slow_start: Span,
    targets: BTreeMap<TaskId, Target>,
    /// Those that requests can go to, by how many they have: all that are healthy, or else all.
    open: BTreeSet<(u32, TaskId)>,
    /// The same in order of their ids.
    ring: Vec<TaskId>,
    turn: usize,
    healthy: usize,
    /// Whether `open` and `ring` are what they should be: they are made when somebody is to be chosen.
    sorted: bool,
    draws: Numbers,
    drawn: u64,
}

impl Balancer {
    pub(super) fn new(algorithm: Algorithm, slow_start: Span, draws: Numbers) -> Balancer {
        Balancer {
            algorithm,
            slow_start,
            targets: BTreeMap::new(),
            open: BTreeSet::new(),
            ring: Vec::new(),
            turn: 0,
            healthy: 0,
            sorted: true,
            draws,
            drawn: 0,
        }
    }

    /// Targets that count as healthy.
    pub(super) fn healthy(&self) -> usize {
        self.healthy
    }

    pub(super) fn register(&mut self, task: TaskId) {
        let target = Target {
            standing: Standing::Initial,
            outstanding: 0,
            slow_since: None,
        };
        self.targets.entry(task).or_insert(target);
        self.sorted = false;
    }

    pub(super) fn found(&mut self, at: Moment, task: TaskId, standing: Standing) {
        // Targets of a group in which nobody is healthy begin at once with their whole share.
        let alone = self.healthy == 0;
        let slow = self.slow_start > Span::ZERO && !alone;
        if let Some(target) = self.targets.get_mut(&task) {
            self.healthy -= usize::from(target.standing == Standing::Healthy);
            self.healthy += usize::from(standing == Standing::Healthy);
            let begins = target.standing == Standing::Initial && standing == Standing::Healthy;
            target.standing = standing;
            if begins && slow {
                target.slow_since = Some(at);
            }
        }
        self.sorted = false;
    }

    /// It gets no more requests.
    pub(super) fn deregister(&mut self, task: TaskId) {
        let target = self.targets.remove(&task);
        let healthy = target.is_some_and(|it| it.standing == Standing::Healthy);
        self.healthy -= usize::from(healthy);
        self.sorted = false;
    }

    /// What it is found to be, and since when it gets a growing share, if it does; `None` of what is no target.
    pub(super) fn target(&self, task: TaskId) -> Option<(Standing, Option<Moment>)> {
        let target = self.targets.get(&task)?;
        Some((target.standing, target.slow_since))
    }

    fn sort(&mut self) {
        self.sorted = true;
        let healthy = |it: &Target| it.standing == Standing::Healthy;
        // "If a target group contains only unhealthy registered targets, the load balancer routes requests
        // to all those targets, regardless of their health status" (fail open).
        let all = self.healthy == 0;
        self.ring.clear();
        self.open.clear();
        for (task, target) in &self.targets {
            if all || healthy(target) {
                self.ring.push(*task);
                self.open.insert((target.outstanding, *task));
            }
        }
    }

    /// The target that a request goes to. `None`: there is none, and the response is 503.
    pub(super) fn choose(&mut self, at: Moment) -> Option<TaskId> {
        if !self.sorted {
            self.sort();
        }
        let task = match self.algorithm {
            Algorithm::LeastOutstandingRequests => self.open.first().map(|(_, task)| *task),
            Algorithm::RoundRobin => self.next_in_turn(at),
        }?;
        self.count(task, 1);
        Some(task)
    }

    fn next_in_turn(&mut self, at: Moment) -> Option<TaskId> {
        // A target that is passed over for its share leaves the turn to the next one; somebody has to have
        // it in the end.
        for _ in 0..self.ring.len() {
            let task = self.take_turn()?;
            let since = self.targets.get(&task).and_then(|it| it.slow_since);
            let Some(since) = since else {
                return Some(task);
            };
            let share = at.since(since).as_nanos() as f64 / self.slow_start.as_nanos() as f64;
            if share >= 1.0 {
                if let Some(target) = self.targets.get_mut(&task) {
                    target.slow_since = None;
                }
                return Some(task);
            }
            self.drawn += 1;
            if Draws::of(self.draws, self.drawn).fraction() <= share {
                return Some(task);
            }
        }
        self.take_turn()
    }

    fn take_turn(&mut self) -> Option<TaskId> {
        if self.turn >= self.ring.len() {
            self.turn = 0;
        }
        let task = self.ring.get(self.turn).copied();
        self.turn += 1;
        task
    }

    /// A request that went to a target has its response.
    pub(super) fn answered(&mut self, task: TaskId) {
        self.count(task, -1);
    }

    fn count(&mut self, task: TaskId, more: i32) {
        let Some(target) = self.targets.get_mut(&task) else {
            return;
        };
        let before = target.outstanding;
        target.outstanding = before.saturating_add_signed(more);
        if self.algorithm == Algorithm::LeastOutstandingRequests
            && self.sorted
            && self.open.remove(&(before, task))
        {
            self.open.insert((target.outstanding, task));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::Seed;

    fn balancer(algorithm: Algorithm, slow_start: u64) -> Balancer {
        let draws = Numbers::of(Seed(1), "balancer");
        Balancer::new(algorithm, Span::from_secs(slow_start), draws)
    }

    fn at(seconds: u64) -> Moment {
        Moment::START + Span::from_secs(seconds)
    }

    fn chosen(balancer: &mut Balancer, seconds: u64, many: usize) -> Vec<u32> {
        let choose = || balancer.choose(at(seconds)).map(|task| task.0);
        std::iter::repeat_with(choose)
            .take(many)
            .flatten()
            .collect()
    }

    fn healthy(balancer: &mut Balancer, tasks: &[u32]) {
        for task in tasks {
            balancer.register(TaskId(*task));
            balancer.found(at(0), TaskId(*task), Standing::Healthy);
        }
    }

    #[test]
    fn without_targets_there_is_nobody() {
        assert_eq!(balancer(Algorithm::RoundRobin, 0).choose(at(0)), None);
    }

    #[test]
    fn round_robin_takes_healthy_targets_in_turn() {
        let mut balancer = balancer(Algorithm::RoundRobin, 0);
        healthy(&mut balancer, &[1, 2, 3]);
        assert_eq!(chosen(&mut balancer, 0, 5), [1, 2, 3, 1, 2]);
        balancer.found(at(1), TaskId(2), Standing::Unhealthy);
        assert_eq!(chosen(&mut balancer, 1, 4), [1, 3, 1, 3]);
        balancer.deregister(TaskId(1));
        assert_eq!(chosen(&mut balancer, 1, 2), [3, 3]);
    }

    #[test]
    fn if_all_are_unhealthy_requests_go_to_all() {
        let mut balancer = balancer(Algorithm::RoundRobin, 0);
        healthy(&mut balancer, &[1, 2]);
        for task in [1, 2] {
            balancer.found(at(1), TaskId(task), Standing::Unhealthy);
        }
        assert_eq!(balancer.healthy(), 0);
        assert_eq!(chosen(&mut balancer, 1, 4), [1, 2, 1, 2]);
    }

    #[test]
    fn least_outstanding_requests_takes_who_has_the_fewest() {
        let mut balancer = balancer(Algorithm::LeastOutstandingRequests, 0);
        healthy(&mut balancer, &[1, 2, 3]);
        assert_eq!(chosen(&mut balancer, 0, 3), [1, 2, 3]);
        balancer.answered(TaskId(2));
        assert_eq!(chosen(&mut balancer, 0, 2), [2, 1]);
    }

    #[test]
    fn in_slow_start_the_share_grows_with_time() {
        let mut balancer = balancer(Algorithm::RoundRobin, 100);
        healthy(&mut balancer, &[1]);
        balancer.register(TaskId(2));
        balancer.found(at(0), TaskId(2), Standing::Healthy);
        let mut share = |seconds| {
            let second = chosen(&mut balancer, seconds, 4_000);
            second.iter().filter(|it| **it == 2).count() as f64 / 4_000.0
        };
        // Of the turns that it has it takes a tenth: 0.1 of 1.1.
        assert!((share(10) - 0.1 / 1.1).abs() < 0.02);
        assert!((share(50) - 0.5 / 1.5).abs() < 0.02);
        assert!((share(100) - 0.5).abs() < 0.001);
    }

    #[test]
    fn the_first_targets_of_a_group_begin_with_their_whole_share() {
        let mut balancer = balancer(Algorithm::RoundRobin, 100);
        balancer.register(TaskId(1));
        balancer.found(at(0), TaskId(1), Standing::Healthy);
        assert_eq!(chosen(&mut balancer, 0, 2), [1, 1]);
    }
}
