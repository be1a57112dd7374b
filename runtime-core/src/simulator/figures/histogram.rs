//! How often which length of time was seen, in constant memory.

use crate::units::Span;

/// Each doubling of the length is split into so many steps, as a power of two.
const STEP_BITS: u32 = 7;
const STEPS: usize = 1 << STEP_BITS;
const BUCKETS: usize = (64 - STEP_BITS as usize + 1) * STEPS;

/// A log-linear histogram. Lengths below 128 ns are exact; all others are told with an error of at most
/// one part in 256 ([`Histogram::ERROR`]), since each doubling is split into 128 equal steps and the
/// middle of a step is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    counts: Box<[u64]>,
    count: u64,
    /// Exact.
    sum: u128,
    least: Span,
    most: Span,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram {
            counts: vec![0; BUCKETS].into_boxed_slice(),
            count: 0,
            sum: 0,
            least: Span::from_nanos(u64::MAX),
            most: Span::ZERO,
        }
    }
}

impl Histogram {
    /// The largest relative error of a percentile.
    pub const ERROR: f64 = 1.0 / (2 * STEPS) as f64;

    /// One more.
    #[inline]
    pub fn record(&mut self, span: Span) {
        self.record_many(span, 1);
    }

    /// So many more of the same length; none changes nothing.
    #[inline]
    pub fn record_many(&mut self, span: Span, many: u64) {
        if many == 0 {
            return;
        }
        if let Some(count) = self.counts.get_mut(bucket(span.as_nanos())) {
            *count += many;
        }
        self.count += many;
        self.sum += u128::from(span.as_nanos()) * u128::from(many);
        self.least = self.least.min(span);
        self.most = self.most.max(span);
    }

    /// What was recorded since an earlier state of this histogram. Its shortest and its longest are known
    /// to a step only.
    pub fn since(&self, earlier: &Histogram) -> Histogram {
        let counts = self.counts.iter().zip(&earlier.counts);
        let counts: Box<[u64]> = counts.map(|(now, then)| now - then.min(now)).collect();
        let end = |place: Option<usize>| place.map_or(Span::ZERO, middle);
        let is_there = |count: &u64| *count > 0;
        Histogram {
            count: self.count.saturating_sub(earlier.count),
            sum: self.sum.saturating_sub(earlier.sum),
            least: end(counts.iter().position(is_there)),
            most: end(counts.iter().rposition(is_there)),
            counts,
        }
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The mean, rounded down; none of none.
    pub fn mean(&self) -> Option<Span> {
        let mean = self.sum.checked_div(self.count.into())?;
        u64::try_from(mean).ok().map(Span::from_nanos)
    }

    /// The shortest, exactly.
    pub fn least(&self) -> Option<Span> {
        (self.count > 0).then_some(self.least)
    }

    /// The longest, exactly.
    pub fn most(&self) -> Option<Span> {
        (self.count > 0).then_some(self.most)
    }

    /// The length that this many thousandths of all do not exceed (nearest rank); none of none.
    pub fn quantile(&self, thousandths: u32) -> Option<Span> {
        let all = u128::from(self.count);
        let rank = (all * u128::from(thousandths)).div_ceil(1_000).max(1);
        let mut seen = 0;
        let place = self.counts.iter().position(|count| {
            seen += u128::from(*count);
            seen >= rank
        })?;
        Some(middle(place).clamp(self.least, self.most))
    }
}

fn bucket(nanos: u64) -> usize {
    // The highest bit that is set, or the lowest one of those that are exact.
    let top = 63 - (nanos | (STEPS as u64 - 1)).leading_zeros();
    let shift = (top + 1).saturating_sub(STEP_BITS + 1);
    let step = (nanos >> shift) as usize;
    shift as usize * STEPS + step
}

fn middle(bucket: usize) -> Span {
    let (mut shift, mut step) = (bucket / STEPS, bucket % STEPS);
    if shift > 0 {
        (shift, step) = (shift - 1, step + STEPS);
    }
    let least = (step as u128) << shift;
    let wide = 1_u128 << shift;
    let middle = least + wide / 2;
    Span::from_nanos(u64::try_from(middle).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_came_since_is_what_was_recorded_since() {
        let mut histogram = Histogram::default();
        histogram.record(Span::from_secs(5));
        let earlier = histogram.clone();
        for millis in 1..=1_000 {
            histogram.record(Span::from_millis(millis));
        }
        let since = histogram.since(&earlier);
        assert_eq!(
            (since.count(), since.mean().unwrap()),
            (1_000, Span::from_nanos(500_500_000))
        );
        let near = |thousandths: u32, millis: f64| {
            let told = since.quantile(thousandths).unwrap().as_nanos() as f64 / 1e6;
            assert!((told / millis - 1.0).abs() <= Histogram::ERROR, "{told}");
        };
        near(500, 500.0);
        near(990, 990.0);
        assert_eq!(histogram.since(&histogram.clone()).quantile(500), None);
    }

    #[test]
    fn many_of_one_length_are_as_many_of_it() {
        let (mut one, mut many) = (Histogram::default(), Histogram::default());
        many.record_many(Span::from_secs(9), 0);
        for (millis, count) in [(5, 3), (700, 1), (1, 40)] {
            many.record_many(Span::from_millis(millis), count);
            (0..count).for_each(|_| one.record(Span::from_millis(millis)));
        }
        assert_eq!(one, many);
    }

    #[test]
    fn small_lengths_are_exact_and_none_has_no_quantile() {
        let mut histogram = Histogram::default();
        assert_eq!((histogram.quantile(500), histogram.mean()), (None, None));
        for nanos in 1..=100 {
            histogram.record(Span::from_nanos(nanos));
        }
        assert_eq!(histogram.quantile(500), Some(Span::from_nanos(50)));
        assert_eq!(histogram.quantile(990), Some(Span::from_nanos(99)));
        assert_eq!(histogram.quantile(1_000), Some(Span::from_nanos(100)));
        assert_eq!(histogram.mean(), Some(Span::from_nanos(50)));
    }

    proptest! {
        #[test]
        fn every_length_is_told_within_the_error(nanos in any::<u64>(), bits in 0..64_u32) {
            let nanos = nanos >> bits;
            let mut histogram = Histogram::default();
            histogram.record(Span::from_nanos(nanos));
            // Wider than the one: it does not hold the answer fast.
            histogram.record(Span::ZERO);
            histogram.record(Span::from_nanos(u64::MAX));
            let told = histogram.quantile(500).unwrap().as_nanos();
            prop_assert!(told.abs_diff(nanos) as f64 <= nanos as f64 * Histogram::ERROR, "{nanos} {told}");
        }

        #[test]
        fn quantiles_are_those_of_the_sorted_list(
            mut all in prop::collection::vec(0..10_000_000_000_u64, 1..300),
            thousandths in 1..=1_000_u32,
        ) {
            let mut histogram = Histogram::default();
            for nanos in &all {
                histogram.record(Span::from_nanos(*nanos));
            }
            all.sort_unstable();
            let rank = (all.len() * thousandths as usize).div_ceil(1_000);
            let exact = all[rank - 1];
            let told = histogram.quantile(thousandths).unwrap().as_nanos();
            prop_assert!(told.abs_diff(exact) as f64 <= exact as f64 * Histogram::ERROR);
            prop_assert_eq!(histogram.least(), all.first().copied().map(Span::from_nanos));
            prop_assert_eq!(histogram.most(), all.last().copied().map(Span::from_nanos));
        }
    }
}
