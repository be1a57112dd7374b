//! Tasks behind a load balancer: how many requests are in each at a rate, and at which rate they leave.
//!
//! A pointwise stationary fluid flow: requests leave a task at the rate at which, in the long run, there would
//! be as many in it as there are (Wang, Tipper and Banerjee, "A Simple Approximation for Modeling Nonstationary
//! Queues", 1996). What is known of the long run is for requests that come independently; a load balancer makes
//! them more regular, and there are fewer:
//!
//! - In turns, a task of `k` gets every `k`-th request: the variance of the time between two of its requests is
//!   `1/k` of its mean's square, and none where requests come evenly. Queues are shorter by what Krämer and
//!   Langenbach-Belz ("Approximate Formulae for the Delay in the Queueing System GI/G/1", 1976) give for that,
//!   with the weight that work has where it is shared (Gromoll, "Diffusion Approximation for a Processor Sharing
//!   Queue in Heavy Traffic", 2004).
//! - With the fewest outstanding requests, queues are those of one large task, divided by the number of tasks
//!   (Foschini and Salz, "A Basic Dynamic Routing Problem and Diffusion", 1978), by Sakasegawa's formula ("An
//!   Approximation Formula", 1977).

use super::super::balancer::Algorithm;
use super::steady::SteadyStates;
use super::throughput::Throughput;
use crate::simulator::Spacing;

/// What has to be known of requests and their way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Routing {
    pub(super) algorithm: Algorithm,
    pub(super) spacing: Spacing,
    /// Tasks that have a share.
    pub(super) targets: u32,
    /// The variance of the work over its mean's square.
    pub(super) variation: f64,
    pub(super) vcpus: f64,
}

/// The relation of load and rate of each of several tasks that are alike.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    routing: Routing,
    most: f64,
    alone: f64,
    /// Rates and the loads that belong to them, from none on.
    points: Vec<(f64, f64)>,
}

impl Crowd {
    pub(super) fn of(throughput: &Throughput, steady: &SteadyStates, routing: Routing) -> Crowd {
        let (most, alone) = (throughput.most(), throughput.alone());
        let points = steady.states().iter().map(|it| {
            let free = it.rate * alone;
            let queued = (it.load - free).max(0.0);
            let part = routing.part(it.rate / most, throughput.at_once());
            (it.rate, free + queued * part)
        });
        let mut points: Vec<(f64, f64)> = points.collect();
        // It never falls.
        let mut least = 0.0_f64;
        for (_, load) in &mut points {
            least = least.max(*load);
            *load = least;
        }
        Crowd {
            routing,
            most,
            alone,
            points,
        }
    }

    pub(super) fn routing(&self) -> Routing {
        self.routing
    }

    /// How many requests there are in the long run at a rate that is below the highest.
    pub(super) fn load(&self, rate: f64) -> f64 {
        let above = self.points.partition_point(|it| it.0 < rate);
        between(&self.points, above, |it| it.0 - rate, |it| it.1)
    }

    /// Seconds from arrival to end, on average, in the long run at a rate.
    pub(super) fn time(&self, rate: f64) -> f64 {
        match rate > 0.0 {
            true => (self.load(rate) / rate).max(self.alone),
            false => self.alone,
        }
    }

    /// The rate at which requests leave in the next seconds, of those that there are and that come meanwhile;
    /// the backward Euler step, which no step is too long for.
    pub(super) fn leaving(&self, requests: f64, seconds: f64) -> f64 {
        let missing = |it: &(f64, f64)| it.1 + it.0 * seconds - requests;
        let above = self.points.partition_point(|it| missing(it) < 0.0);
        match above < self.points.len() {
            true => between(&self.points, above, missing, |it| it.0),
            false => self.most,
        }
    }

    /// What comes in the next seconds to a task that has some requests, if it has so many at their end.
    pub(super) fn comes(&self, before: f64, after: f64, seconds: f64) -> f64 {
        let above = self.points.partition_point(|it| it.1 < after);
        let leaves = match above < self.points.len() {
            true => between(&self.points, above, |it| it.1 - after, |it| it.0),
            false => self.most,
        };
        (after + leaves * seconds - before).max(0.0)
    }

    /// The part of a load that is due to chance where requests come at a rate and leave at another. As far
    /// above the highest rate chance does as much as below it, as diffusions have it: what is there beyond that
    /// is a backlog, of which everyone has the same.
    pub(super) fn by_chance(&self, comes: f64, leaves: f64) -> f64 {
        let alike = match comes > self.most {
            true => (2.0 * self.most - comes).max(0.0),
            false => comes,
        };
        alike.min(leaves)
    }
}

/// What one thing is where another, which grows, is zero: on the line between two points.
fn between(
    points: &[(f64, f64)],
    above: usize,
    zero: impl Fn(&(f64, f64)) -> f64,
    what: impl Fn(&(f64, f64)) -> f64,
) -> f64 {
    let below = above.checked_sub(1).and_then(|it| points.get(it));
    match (below, points.get(above)) {
        (Some(below), Some(above)) => {
            let (from, to) = (zero(below), zero(above));
            let share = -from / (to - from).max(f64::MIN_POSITIVE);
            what(below) + (what(above) - what(below)) * share.clamp(0.0, 1.0)
        }
        (Some(only), None) | (None, Some(only)) => what(only),
        (None, None) => 0.0,
    }
}

impl Routing {
    /// How much of the queue of requests that come independently there is at this utilization.
    fn part(&self, busy: f64, at_once: f64) -> f64 {
        let targets = f64::from(self.targets.max(1));
        let servers = self.vcpus.max(1.0).min(at_once);
        let comes = match (self.spacing, self.algorithm) {
            // Each takes one of so many by chance: distances are geometric.
            (Spacing::Even, Algorithm::WeightedRandom) => 1.0 - 1.0 / targets,
            (Spacing::Even, _) => 0.0,
            (Spacing::Poisson, Algorithm::RoundRobin) => 1.0 / targets,
            (Spacing::Poisson, _) => 1.0,
        };
        let pooled = match self.algorithm {
            Algorithm::RoundRobin | Algorithm::WeightedRandom => 1.0,
            Algorithm::LeastOutstandingRequests => {
                let exponent = |servers: f64| (2.0 * (servers + 1.0)).sqrt();
                let more = exponent(servers * targets) - exponent(servers);
                libm::pow(busy, more) / targets
            }
        };
        let work = self.variation;
        // Where all that are handled share, long work is not waited for.
        let weight = match at_once > self.vcpus.max(1.0) {
            true if work.is_infinite() => 1.0,
            true => (comes + work) / (1.0 + work),
            false => f64::midpoint(comes, work),
        };
        let regular = match comes < 1.0 && comes + work > 0.0 {
            true => {
                let square = (1.0 - comes) * (1.0 - comes);
                libm::exp(-2.0 * (1.0 - busy) * square / (3.0 * busy.max(1e-9) * (comes + work)))
            }
            false => 1.0,
        };
        weight * regular * pooled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(algorithm: Algorithm, spacing: Spacing, targets: u32, variation: f64) -> Crowd {
        let throughput = Throughput::of(1.0, 1_000, 0.1, 0.0);
        let routing = Routing {
            algorithm,
            spacing,
            targets,
            variation,
            vcpus: 1.0,
        };
        Crowd::of(&throughput, &SteadyStates::of(&throughput), routing)
    }

    fn close(found: f64, wanted: f64, part: f64) {
        assert!((found / wanted - 1.0).abs() < part, "{found} {wanted}");
    }

    /// D/M/1: the time is S / (1 - s) with s = exp(-(1 - s) / rho), solved here.
    #[test]
    fn many_tasks_in_turn_are_d_m_1() {
        let crowd = crowd(Algorithm::RoundRobin, Spacing::Poisson, 5_000, 1.0);
        for busy in [0.5_f64, 0.7, 0.9, 0.95] {
            let mut seen = 0.5;
            for _ in 0..500 {
                seen = libm::exp((seen - 1.0) / busy);
            }
            close(crowd.time(busy * 10.0), 0.1 / (1.0 - seen), 0.01);
        }
    }

    #[test]
    fn one_task_is_m_m_1_with_any_algorithm() {
        for algorithm in [Algorithm::RoundRobin, Algorithm::LeastOutstandingRequests] {
            let crowd = crowd(algorithm, Spacing::Poisson, 1, 1.0);
            // Between the rates that are known lines are drawn.
            for busy in [0.3, 0.8, 0.99] {
                close(crowd.time(busy * 10.0), 0.1 / (1.0 - busy), 0.005);
            }
        }
    }

    /// Work that always takes as long and comes evenly never queues.
    #[test]
    fn what_is_even_does_not_queue() {
        let crowd = crowd(Algorithm::RoundRobin, Spacing::Even, 3, 0.0);
        close(crowd.time(9.9), 0.1, 1e-9);
    }

    /// Long steps come to what the long run is, and of too much the highest rate leaves.
    #[test]
    fn a_step_ends_where_it_should() {
        let crowd = crowd(Algorithm::RoundRobin, Spacing::Poisson, 1, 1.0);
        let mut load = 0.0;
        for _ in 0..20_000 {
            let leaves = crowd.leaving(load + 9.0, 1.0);
            load += 9.0 - leaves;
        }
        close(load, 9.0, 0.01);
        close(crowd.leaving(load + 9.0, 1.0), 9.0, 1e-6);
        close(crowd.leaving(1e6, 1.0), 10.0, 1e-9);
        // A step of a millisecond.
        let leaves = crowd.leaving(9.0, 0.001);
        close(leaves, 9.0, 0.01);
        // What has to come for a load is what leads to it.
        let comes = crowd.comes(3.0, 5.0, 1.0);
        close(3.0 + comes - crowd.leaving(3.0 + comes, 1.0), 5.0, 1e-6);
        close(crowd.comes(0.0, 1e6, 1.0), 1e6 + 10.0, 1e-9);
        close(crowd.by_chance(12.0, 10.0), 8.0, 1e-9);
        close(crowd.by_chance(5.0, 10.0), 5.0, 1e-9);
    }
}
