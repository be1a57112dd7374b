//! Bins of the charts: durations on a scale of 1, 2, 5, and counts over equal stretches of time.

/// One bin of a duration histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bin {
    /// Shortest duration, nanoseconds.
    pub from_ns: u64,
    /// Durations below this, nanoseconds.
    pub to_ns: u64,
    /// How many of the first kind (cold).
    pub cold: u32,
    /// How many of the second kind (warm).
    pub warm: u32,
}

impl Bin {
    /// How many in all.
    pub fn total(&self) -> u32 {
        self.cold.saturating_add(self.warm)
    }
}

/// A histogram of durations in nanoseconds (`true`: cold) in bins that grow by about 2: 1, 2, 5,
/// 10 ... so that a cold start of a second and a warm call of a millisecond fit one picture.
/// Begins and ends with a bin that is not empty; empty if there are no durations.
pub fn histogram(durations: &[(u64, bool)]) -> Vec<Bin> {
    let mut bins: Vec<Bin> = Vec::new();
    let Some(longest) = durations.iter().map(|&(nanos, _)| nanos).max() else {
        return bins;
    };
    let shortest = durations.iter().map(|&(nanos, _)| nanos).min().unwrap_or(0);
    let mut from = 0;
    let mut to = 1_000;
    loop {
        if to > shortest {
            bins.push(Bin {
                from_ns: from,
                to_ns: to,
                cold: 0,
                warm: 0,
            });
        }
        if to > longest || to == u64::MAX {
            break;
        }
        from = to;
        to = next(to);
    }
    for &(nanos, cold) in durations {
        let index = bins
            .partition_point(|bin| bin.to_ns <= nanos)
            .min(bins.len() - 1);
        if let Some(bin) = bins.get_mut(index) {
            let count = if cold { &mut bin.cold } else { &mut bin.warm };
            *count = count.saturating_add(1);
        }
    }
    bins
}

/// The number after `edge` in 1, 2, 5, 10 ...
fn next(edge: u64) -> u64 {
    let mut leading = edge;
    while leading >= 10 {
        leading /= 10;
    }
    match leading {
        2 => (edge / 2).saturating_mul(5),
        _ => edge.saturating_mul(2),
    }
}

/// Cold and warm starts in one stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Starts {
    /// Cold starts.
    pub cold: u32,
    /// Warm starts.
    pub warm: u32,
}

/// Counts starts (nanoseconds, `true`: cold) in `count` equal stretches of `from..to`.
/// What lies outside is left out.
pub fn over_time(starts: &[(u64, bool)], from: u64, to: u64, count: usize) -> Vec<Starts> {
    let mut bins = vec![Starts::default(); count];
    let long = to.saturating_sub(from);
    if long == 0 || count == 0 {
        return bins;
    }
    for &(at, cold) in starts {
        if at < from || at >= to {
            continue;
        }
        let index = (u128::from(at - from) * count as u128 / u128::from(long)) as usize;
        if let Some(bin) = bins.get_mut(index) {
            let count = if cold { &mut bin.cold } else { &mut bin.warm };
            *count = count.saturating_add(1);
        }
    }
    bins
}

/// The end of a time axis that shows `now` nanoseconds: somewhat later and round, so that a
/// chart of a running session is drawn anew now and then instead of sixty times a second.
pub fn calm_end(now: u64) -> u64 {
    const SHORTEST: u64 = 1_000_000_000;
    let now = now.max(SHORTEST);
    let mut step = SHORTEST / 10;
    while step.saturating_mul(20) < now {
        step = step.saturating_mul(2);
    }
    now.div_ceil(step).saturating_mul(step)
}

/// A round number at least as large as `value`, for the top of a count axis (never zero).
pub fn round_top(value: u32) -> u32 {
    let mut decade: u32 = 1;
    loop {
        for factor in [1, 2, 3, 4, 5, 6, 8] {
            let candidate = decade.saturating_mul(factor);
            if candidate >= value {
                return candidate;
            }
        }
        decade = decade.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    #[test]
    fn bins_follow_one_two_five_without_gaps() {
        let bins = histogram(&[(900, false), (40_000 * MS, true)]);
        assert!(bins.windows(2).all(|pair| pair[0].to_ns == pair[1].from_ns));
        let edges: Vec<_> = bins.iter().take(5).map(|bin| bin.to_ns).collect();
        assert_eq!(edges, [1_000, 2_000, 5_000, 10_000, 20_000]);
        assert_eq!(bins.last().map(|bin| bin.to_ns), Some(50_000 * MS));
    }

    #[test]
    fn every_duration_is_in_the_bin_that_contains_it() {
        let durations = [
            (0, false),
            (999, false),
            (1_000, true),
            (61 * MS, false),
            (u64::MAX, true),
        ];
        let bins = histogram(&durations);
        assert_eq!(bins.iter().map(Bin::total).sum::<u32>(), 5);
        assert_eq!((bins[0].warm, bins[1].cold), (2, 1));
        let middle = bins.iter().find(|bin| bin.from_ns == 50 * MS).unwrap();
        assert_eq!((middle.to_ns, middle.warm), (100 * MS, 1));
    }

    #[test]
    fn a_histogram_begins_and_ends_with_something() {
        let bins = histogram(&[(3 * MS, true), (70 * MS, false)]);
        assert!(bins.first().unwrap().total() > 0 && bins.last().unwrap().total() > 0);
        assert_eq!(histogram(&[]), []);
    }

    #[test]
    fn starts_are_counted_in_their_stretch() {
        let starts = [(0, true), (9, false), (10, false), (19, true), (20, true)];
        let bins = over_time(&starts, 0, 20, 2);
        assert_eq!(
            bins,
            [Starts { cold: 1, warm: 1 }, Starts { cold: 1, warm: 1 }]
        );
        assert_eq!(over_time(&starts, 5, 5, 3), [Starts::default(); 3]);
        assert_eq!(over_time(&starts, 0, 20, 0), []);
    }

    #[test]
    fn a_calm_end_is_near_and_seldom_moves() {
        let mut ends = std::collections::BTreeSet::new();
        for frame in 0..6_000_u64 {
            let now = frame * 16_666_667;
            let end = calm_end(now);
            assert!(end >= now && end as f64 <= (now as f64 * 1.1).max(1e9));
            ends.insert(end);
        }
        assert!(ends.len() < 120, "{} redraws in 100 seconds", ends.len());
    }

    #[test]
    fn tops_are_round() {
        for (value, top) in [
            (0, 1),
            (1, 1),
            (7, 8),
            (11, 20),
            (99, 100),
            (1_000, 1_000),
            (u32::MAX, u32::MAX),
        ] {
            assert_eq!(round_top(value), top);
        }
    }
}
