//! How long requests take: ranks that are spread evenly instead of draws.

use super::super::plan::RequestPlan;
use super::steady::PARTS;
use super::throughput::Throughput;
use crate::simulator::quantile::Quantiles;

/// The root of `x^5 = x + 1`: its powers spread points evenly in four dimensions (M. Roberts, "The Unreasonable
/// Effectiveness of Quasirandom Sequences", 2018).
const ROOT: f64 = 1.167_303_978_261_418_7;
/// 2 to the power of 64.
const WHOLE: f64 = 18_446_744_073_709_551_616.0;

/// Points in the unit cube of four dimensions, one after the other; none is drawn.
#[derive(Clone, Debug)]
pub(super) struct Points {
    steps: [u64; 4],
    next: [u64; 4],
}

impl Default for Points {
    fn default() -> Self {
        let mut power = 1.0;
        let steps = [(); 4].map(|()| {
            power /= ROOT;
            (power * WHOLE) as u64
        });
        Points {
            steps,
            next: [1 << 63; 4],
        }
    }
}

impl Points {
    /// The next one: more than 0 and less than 1 each.
    pub(super) fn next(&mut self) -> [f64; 4] {
        for (place, step) in self.next.iter_mut().zip(self.steps) {
            *place = place.wrapping_add(step);
        }
        self.next
            .map(|it| ((it >> 12) as f64 + 0.5) / (1_u64 << 52) as f64)
    }
}

/// What requests of a group find when they come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finds {
    /// How many others, by chance: the mean of each part of all requests.
    pub(super) seen: [f64; PARTS],
    /// How many more, at the beginning and at the end of a step.
    pub(super) backlog: (f64, f64),
}

/// Times of requests.
#[derive(Clone, Debug)]
pub(super) struct Latencies {
    work: Quantiles,
    wait: Quantiles,
    /// So many times as long as planned they wait for others.
    pub(super) slow: f64,
    points: Points,
}

impl Latencies {
    pub(super) fn of(requests: &RequestPlan) -> Latencies {
        Latencies {
            work: Quantiles::of(&requests.work),
            wait: Quantiles::of(&requests.wait),
            slow: 1.0,
            points: Points::default(),
        }
    }

    /// When a request comes, as a part of the step, and how many seconds it takes. It waits for those that are
    /// before it in the queue; then its work takes as many times longer as those that are handled with it make
    /// it, as if they were as many until it is done; then it waits for others.
    pub(super) fn next(&mut self, finds: &Finds, throughput: &Throughput) -> (f64, f64) {
        let [part, work, wait, comes] = self.points.next();
        let seen = finds.seen.get((part * PARTS as f64) as usize);
        let (first, last) = finds.backlog;
        let before = seen.copied().unwrap_or_default() + first + (last - first) * comes;
        let handled = (before + 1.0).min(throughput.at_once());
        let seconds = throughput.queueing(before)
            + self.work.seconds(work) * throughput.stretch(handled)
            + self.wait.seconds(wait) * self.slow;
        (comes, seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a thousand points each tenth of each dimension has about a tenth, and of each two dimensions a quarter
    /// its quarter.
    #[test]
    fn points_are_spread_evenly() {
        let mut points = Points::default();
        let all: Vec<[f64; 4]> = (0..1_000).map(|_| points.next()).collect();
        for place in 0..4 {
            for tenth in 0..10 {
                let of = |it: &&[f64; 4]| (it[place] * 10.0) as u32 == tenth;
                let count = all.iter().filter(of).count();
                assert!((90..=110).contains(&count), "{place} {tenth}: {count}");
            }
            for other in 0..place {
                let of = |it: &&[f64; 4]| it[place] < 0.5 && it[other] < 0.5;
                let count = all.iter().filter(of).count();
                assert!((220..=280).contains(&count), "{place} {other}: {count}");
            }
        }
    }
}
