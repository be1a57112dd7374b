//! How fast a task is with so many requests.
//!
//! A task with a fixed number of requests, each of which computes and then waits for others, is a closed
//! network of a processor-sharing station and a delay. Its throughput depends on the means of work and waiting
//! alone (Baskett, Chandy, Muntz and Palacios 1975) and is computed exactly (Reiser and Lavenberg, "Mean-Value
//! Analysis of Closed Multichain Queuing Networks", 1980, with several servers).

/// Of more requests than this a task is as fast as with so many (model choice: far beyond what keeps all
/// vCPUs of a task busy, unless each waits thousands of times as long as it computes).
const MOST_HANDLED: usize = 1 << 14;

/// Requests a second that a task is done with, by how many it has.
#[derive(Clone, Debug)]
pub(super) struct Throughput {
    /// With one, two, three and so on; never falls. Not empty.
    rates: Vec<f64>,
    /// How many are handled at a time; others queue.
    at_once: f64,
    /// Seconds of a vCPU, and seconds of waiting.
    work: f64,
    wait: f64,
    /// Seconds that the work takes by itself.
    alone: f64,
}

impl Throughput {
    /// Of a task with so many vCPUs whose requests have such means, in seconds.
    pub(super) fn of(vcpus: f64, at_once: u32, work: f64, wait: f64) -> Throughput {
        // What takes no time at all would be infinitely fast: a nanosecond is the clock's step.
        let work = work.max(1e-9);
        let servers = vcpus.max(1.0) as usize;
        let alone = work / vcpus.min(1.0);
        let most = (at_once.max(1) as usize).min(MOST_HANDLED);
        let rates = match wait > 0.0 {
            true => with_waiting(servers, alone, wait, most),
            // Without a delay the station has them all.
            false => (1..=most.min(servers))
                .map(|handled| handled as f64 / alone)
                .collect(),
        };
        Throughput {
            rates,
            at_once: f64::from(at_once.max(1)),
            work,
            wait,
            alone,
        }
    }

    /// Requests a second with this many, which need not be a whole number.
    pub(super) fn rate(&self, handled: f64) -> f64 {
        let below = handled.max(0.0) as usize;
        let rate = |handled: usize| match handled {
            0 => 0.0,
            _ => self.rates.get(handled - 1).copied().unwrap_or(self.most()),
        };
        let (from, to) = (rate(below), rate(below + 1));
        from + (to - from) * (handled - below as f64).clamp(0.0, 1.0)
    }

    /// The rate with each whole number from one on, until it grows no more.
    pub(super) fn rates(&self) -> &[f64] {
        &self.rates
    }

    /// As fast as it gets.
    pub(super) fn most(&self) -> f64 {
        self.rates.last().copied().unwrap_or_default()
    }

    /// How many it handles at a time.
    pub(super) fn at_once(&self) -> f64 {
        self.at_once
    }

    /// Seconds of a vCPU that a request computes.
    pub(super) fn work(&self) -> f64 {
        self.work
    }

    /// Seconds that a request takes where there is no other.
    pub(super) fn alone(&self) -> f64 {
        self.alone + self.wait
    }

    /// How many times as long as its work it takes a request to compute it, among so many that are handled.
    pub(super) fn stretch(&self, handled: f64) -> f64 {
        let handled = handled.max(1.0);
        let computing = handled / self.rate(handled) - self.wait;
        (computing / self.work).max(self.alone / self.work)
    }

    /// Seconds in the queue with so many in the task already.
    pub(super) fn queueing(&self, before: f64) -> f64 {
        (before + 1.0 - self.at_once).max(0.0) / self.most()
    }
}

fn with_waiting(servers: usize, alone: f64, wait: f64, most: usize) -> Vec<f64> {
    let mut rates = Vec::with_capacity(most);
    // The probabilities that none, one and so on are computing, fewer than there are servers.
    let mut computing = vec![0.0; servers];
    if let Some(none) = computing.first_mut() {
        *none = 1.0;
    }
    let mut mean = 0.0;
    let many = servers as f64;
    for handled in 1..=most {
        let idle: f64 = computing
            .iter()
            .zip(1..servers)
            .map(|(share, computing)| (servers - computing) as f64 * share)
            .sum();
        let takes = alone / many * (1.0 + mean + idle);
        let rate = handled as f64 / (takes + wait);
        // Rounding must not make it slower with more.
        let rate = rate.max(rates.last().copied().unwrap_or_default());
        mean = rate * takes;
        let mut before = computing.first().copied().unwrap_or_default();
        let mut free = 0.0;
        for (place, share) in computing.iter_mut().enumerate().skip(1) {
            let now = alone / place as f64 * rate * before;
            before = std::mem::replace(share, now);
            free += (many - place as f64) * now;
        }
        if let Some(none) = computing.first_mut() {
            *none = (1.0 - (alone * rate + free) / many).max(0.0);
        }
        rates.push(rate);
    }
    rates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64) {
        assert!((found / wanted - 1.0).abs() < 1e-9, "{found} {wanted}");
    }

    /// The same by the product form itself: f(k) z^(n-k) / (n-k)!, with f(k) the product of what k have to
    /// share.
    fn product_form(servers: u32, alone: f64, wait: f64, handled: u32) -> f64 {
        let weight = |of: u32| {
            (0..=of).map(move |computing| {
                let shared = (1..=computing).map(move |k| alone / f64::from(k.min(servers)));
                let waiting = (1..=of - computing).map(move |k| wait / f64::from(k));
                shared.product::<f64>() * waiting.product::<f64>()
            })
        };
        weight(handled - 1).sum::<f64>() / weight(handled).sum::<f64>()
    }

    #[test]
    fn throughput_is_that_of_the_product_form() {
        for (vcpus, servers, work, wait) in [
            (0.25, 1, 0.02, 0.1),
            (1.0, 1, 0.05, 0.05),
            (2.0, 2, 0.1, 0.3),
            (4.0, 4, 0.1, 0.02),
            (16.0, 16, 0.1, 1.0),
        ] {
            let throughput = Throughput::of(vcpus, 60, work, wait);
            for handled in [1, 2, 3, 5, 17, 60] {
                let alone = work / vcpus.min(1.0);
                let wanted = product_form(servers, alone, wait, handled);
                close(throughput.rate(f64::from(handled)), wanted);
            }
        }
    }

    #[test]
    fn without_waiting_it_grows_until_all_vcpus_are_busy() {
        let throughput = Throughput::of(4.0, 100, 0.1, 0.0);
        close(throughput.rate(1.0), 10.0);
        close(throughput.rate(2.5), 25.0);
        close(throughput.rate(4.0), 40.0);
        close(throughput.rate(99.0), 40.0);
        close(throughput.stretch(3.0), 1.0);
        close(throughput.stretch(8.0), 2.0);
        close(throughput.queueing(139.0), 1.0);
        // A quarter of a vCPU: four times as long.
        close(Throughput::of(0.25, 100, 0.1, 0.0).stretch(1.0), 4.0);
    }
}
