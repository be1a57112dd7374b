//! An Application Load Balancer's choice of a target (Elastic Load Balancing guide for Application Load
//! Balancers, "Target groups for your Application Load Balancers").

use super::super::draws::Draws;
use super::plan::BalancerPlan;
use super::sessions::{Client, Sessions};
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
    /// Any of them, each as often. Without anomaly mitigation, which is off by default.
    WeightedRandom,
}

impl Algorithm {
    /// As the API names it.
    pub const fn name(self) -> &'static str {
        match self {
            Algorithm::RoundRobin => "round_robin",
            Algorithm::LeastOutstandingRequests => "least_outstanding_requests",
            Algorithm::WeightedRandom => "weighted_random",
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

/// The targets of one group, and which of them is next.
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
    /// Where sessions are sticky.
    sessions: Option<Sessions>,
    /// Whether `open` and `ring` are what they should be: they are made when somebody is to be chosen.
    sorted: bool,
    draws: Numbers,
    drawn: u64,
}

impl Balancer {
    pub(super) fn new(plan: &BalancerPlan, draws: Numbers) -> Balancer {
        Balancer {
            algorithm: plan.algorithm,
            slow_start: plan.slow_start,
            targets: BTreeMap::new(),
            open: BTreeSet::new(),
            ring: Vec::new(),
            turn: 0,
            healthy: 0,
            sessions: plan.stickiness.map(Sessions::new),
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
    pub(super) fn choose(&mut self, at: Moment, client: Client) -> Option<TaskId> {
        if !self.sorted {
            self.sort();
        }
        let task = match self.stuck_to(at, client) {
            Some(task) => task,
            None => match self.algorithm {
                Algorithm::LeastOutstandingRequests => self.open.first().map(|(_, task)| *task),
                Algorithm::RoundRobin => self.next_in_turn(at),
                Algorithm::WeightedRandom => self.any(),
            }?,
        };
        if let Some(sessions) = &mut self.sessions {
            sessions.stick(at, client, task);
        }
        self.count(task, 1);
        Some(task)
    }

    /// The target of a client's session, if it is healthy and registered.
    fn stuck_to(&self, at: Moment, client: Client) -> Option<TaskId> {
        let task = self.sessions.as_ref()?.target(at, client)?;
        let target = self.targets.get(&task)?;
        (target.standing == Standing::Healthy).then_some(task)
    }

    fn any(&mut self) -> Option<TaskId> {
        self.drawn += 1;
        let place = Draws::of(self.draws, self.drawn).below(self.ring.len() as u64);
        self.ring.get(usize::try_from(place).ok()?).copied()
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
