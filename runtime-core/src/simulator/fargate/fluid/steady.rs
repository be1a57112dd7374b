//! What a task is like in the long run at a rate.
//!
//! The number of requests in a task to which they come independently is a birth-death process whose death rates
//! are the task's throughput: the flow-equivalent server (Chandy, Herzog and Woo, "Parametric Analysis of Queuing
//! Networks", 1975). It is exact for M/G/1 with processor sharing and for M/M/c, and with waiting for others as
//! long as none queue.

use super::throughput::Throughput;

/// Rates for which it is known. They are nearer to each other the nearer they are to the highest one.
const RATES: usize = 128;
/// Into so many parts of the same weight the requests are divided by how many they find.
pub(super) const PARTS: usize = 32;
/// What is less likely is left out.
const NEGLIGIBLE: f64 = 1e-12;
/// Numbers of requests beyond the last whose rate differs are taken together, as long as the likelihood of
/// the last is this part of that of the first.
const TOGETHER: f64 = 0.98;

/// At one rate.
#[derive(Clone, Debug)]
pub(super) struct Steady {
    /// Requests a second.
    pub(super) rate: f64,
    /// How many requests there are on average.
    pub(super) load: f64,
    /// Seconds from arrival to end, on average.
    pub(super) time: f64,
    /// How many requests others find when they come: the mean of each part of all, in order.
    seen: [f64; PARTS],
}

/// At many rates, from none on.
#[derive(Clone, Debug)]
pub(super) struct SteadyStates {
    states: Vec<Steady>,
}

impl SteadyStates {
    pub(super) fn of(throughput: &Throughput) -> SteadyStates {
        let states = (0..RATES).map(|place| {
            let left = (RATES - place) as f64 / RATES as f64;
            let rate = throughput.most() * (1.0 - left * left);
            Steady::at(throughput, rate)
        });
        SteadyStates {
            states: states.collect(),
        }
    }

    pub(super) fn states(&self) -> &[Steady] {
        &self.states
    }

    /// How many requests others find when they come, where each takes so many seconds on average: the mean of
    /// each part of all, in order.
    pub(super) fn seen(&self, time: f64) -> [f64; PARTS] {
        let above = self.states.partition_point(|it| it.time < time);
        let below = above.checked_sub(1).and_then(|it| self.states.get(it));
        match (below, self.states.get(above)) {
            (Some(below), Some(above)) => {
                let share = (time - below.time) / (above.time - below.time).max(f64::MIN_POSITIVE);
                let mut seen = below.seen;
                for (seen, above) in seen.iter_mut().zip(&above.seen) {
                    *seen += (above - *seen) * share;
                }
                seen
            }
            (Some(only), None) | (None, Some(only)) => only.seen,
            (None, None) => [0.0; PARTS],
        }
    }
}

impl Steady {
    fn at(throughput: &Throughput, rate: f64) -> Steady {
        if rate <= 0.0 {
            return Steady {
                rate: 0.0,
                load: 0.0,
                time: throughput.alone(),
                seen: [0.0; PARTS],
            };
        }
        let likely = likelihoods(throughput, rate);
        let all: f64 = likely.iter().map(|it| it.0).sum();
        let load = likely.iter().map(|it| it.0 * it.1).sum::<f64>() / all;
        Steady {
            rate,
            load,
            time: load / rate,
            seen: parts(&likely, all),
        }
    }
}

/// How likely which number of requests is, in order; not normalised. Far out several are taken together, with
/// their mean.
fn likelihoods(throughput: &Throughput, rate: f64) -> Vec<(f64, f64)> {
    let rates = throughput.rates();
    // With so many it is the likeliest: one more would be done faster than they come.
    let mode = rates.partition_point(|it| *it < rate);
    let mut likely = Vec::new();
    let mut share = 1.0;
    for (fewer, faster) in rates.iter().take(mode).enumerate().rev() {
        share *= faster / rate;
        if share < NEGLIGIBLE {
            break;
        }
        likely.push((share, fewer as f64));
    }
    likely.reverse();
    likely.push((1.0, mode as f64));
    let mut share = 1.0;
    for (fewer, faster) in rates.iter().enumerate().skip(mode) {
        share *= rate / faster;
        if share < NEGLIGIBLE {
            return likely;
        }
        likely.push((share, (fewer + 1) as f64));
    }
    // From here on each number is as much less likely than the one before it.
    let ratio = rate / throughput.most();
    let block = (libm::log(TOGETHER) / libm::log(ratio)).max(1.0).floor();
    let (of_block, rest) = (libm::pow(ratio, block), 1.0 - ratio);
    let mean = ratio / rest - block * of_block / (1.0 - of_block);
    let mut first = rates.len() as f64 + 1.0;
    let mut share = share * ratio;
    while share > NEGLIGIBLE {
        likely.push((share * (1.0 - of_block) / rest, first + mean));
        first += block;
        share *= of_block;
    }
    likely
}

/// The means of parts that weigh the same.
fn parts(likely: &[(f64, f64)], all: f64) -> [f64; PARTS] {
    let part = all / PARTS as f64;
    let mut parts = [0.0; PARTS];
    let mut numbers = likely.iter().copied();
    let (mut left, mut number) = numbers.next().unwrap_or_default();
    for mean in &mut parts {
        let (mut wanted, mut sum) = (part, 0.0);
        while wanted > left {
            sum += left * number;
            wanted -= left;
            let Some(next) = numbers.next() else {
                // Rounding: the last one has the rest.
                left = f64::INFINITY;
                break;
            };
            (left, number) = next;
        }
        sum += wanted * number;
        left -= wanted;
        *mean = sum / part;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64, part: f64) {
        assert!((found / wanted - 1.0).abs() < part, "{found} {wanted}");
    }

    /// M/G/1 with processor sharing: load rho / (1 - rho), time S / (1 - rho), geometric numbers.
    #[test]
    fn a_vcpu_that_is_shared_has_geometric_numbers() {
        let throughput = Throughput::of(1.0, 50, 0.1, 0.0);
        let states = SteadyStates::of(&throughput);
        for steady in states.states().iter().skip(1) {
            let busy = steady.rate * 0.1;
            close(steady.load, busy / (1.0 - busy), 1e-6);
            close(steady.time, 0.1 / (1.0 - busy), 1e-6);
            let mean = steady.seen.iter().sum::<f64>() / PARTS as f64;
            close(mean, steady.load, 1e-6);
            assert!(steady.seen.is_sorted());
        }
        // Between two rates: at 0.9, half of all find no more than 6.
        let seen = states.seen(1.0);
        let median = f64::midpoint(seen[PARTS / 2 - 1], seen[PARTS / 2]);
        assert!((5.5..7.0).contains(&median), "{median}");
    }

    /// Erlang C: four vCPUs, one request each, 80 %.
    #[test]
    fn a_request_a_vcpu_is_m_m_c() {
        let throughput = Throughput::of(4.0, 4, 0.1, 0.0);
        let steady = Steady::at(&throughput, 32.0);
        let mut lost = 1.0;
        for k in 1..=4 {
            lost = 3.2 * lost / (f64::from(k) + 3.2 * lost);
        }
        let waits = lost / (1.0 - 0.8 * (1.0 - lost));
        close(steady.time, 0.1 + waits / 8.0, 1e-6);
    }

    /// Waiting for others adds its mean, whatever comes, while none queue.
    #[test]
    fn waiting_adds_itself() {
        let throughput = Throughput::of(1.0, 4_000, 0.02, 30.0);
        let steady = Steady::at(&throughput, 40.0);
        close(steady.time, 0.02 / 0.2 + 30.0, 1e-4);
    }
}
