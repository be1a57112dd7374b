//! Samples of metrics, by period. What is kept of a period takes the same room however many samples it has.

use crate::timeline::Statistic;
use crate::units::{MetricValue, Span};
use std::collections::VecDeque;

/// What is known of samples that were taken together: enough for every statistic, and adding up in any
/// order (`StatisticSet` of PutMetricData).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    sum: MetricValue,
    count: u64,
    minimum: MetricValue,
    maximum: MetricValue,
}

impl Samples {
    /// No samples.
    pub const NONE: Samples = Samples {
        sum: MetricValue::ZERO,
        count: 0,
        minimum: MetricValue::ZERO,
        maximum: MetricValue::ZERO,
    };

    /// One sample.
    pub const fn one(value: MetricValue) -> Self {
        Samples {
            sum: value,
            count: 1,
            minimum: value,
            maximum: value,
        }
    }

    /// These and others.
    pub fn with(self, others: Samples) -> Samples {
        match (self.count, others.count) {
            (_, 0) => self,
            (0, _) => others,
            (count, more) => Samples {
                sum: self.sum + others.sum,
                count: count.saturating_add(more),
                minimum: self.minimum.min(others.minimum),
                maximum: self.maximum.max(others.maximum),
            },
        }
    }

    /// A statistic of them; none of no samples, whose count is no datapoint either.
    pub fn statistic(self, statistic: Statistic) -> Option<MetricValue> {
        if self.count == 0 {
            return None;
        }
        match statistic {
            Statistic::Average => self.sum.mean(self.count),
            Statistic::Sum => Some(self.sum),
            Statistic::Minimum => Some(self.minimum),
            Statistic::Maximum => Some(self.maximum),
            Statistic::SampleCount => {
                let count = i64::try_from(self.count).unwrap_or(i64::MAX);
                Some(MetricValue::whole(count))
            }
        }
    }
}

/// A metric's samples.
#[derive(Clone, Debug)]
pub(super) struct Metric {
    /// Nanoseconds of a period, one at least.
    resolution: u64,
    /// How many periods are kept.
    keep: usize,
    /// The number of the first period that is kept, counted since 1970.
    first: u64,
    periods: VecDeque<Samples>,
}

/// How many periods are kept for alarms that are created later.
const KEPT: usize = 32;

impl Metric {
    pub(super) fn new(resolution: Span) -> Self {
        Metric {
            resolution: resolution.as_nanos().max(1),
            keep: KEPT,
            first: 0,
            periods: VecDeque::new(),
        }
    }

    /// Whether its periods are shorter than those of standard resolution.
    pub(super) const fn is_high_resolution(&self) -> bool {
        self.resolution < Span::from_secs(60).as_nanos()
    }

    /// Keeps no more than it does for alarms that are created later.
    pub(super) const fn keep_least(&mut self) {
        self.keep = KEPT;
    }

    /// Keeps periods of so much time at least.
    pub(super) fn keep_for(&mut self, nanos: u64) {
        let periods = nanos.div_ceil(self.resolution).saturating_add(1);
        let periods = usize::try_from(periods).unwrap_or(usize::MAX);
        self.keep = self.keep.max(periods);
    }

    /// Takes samples of a moment in. Those of a period that is not kept any more are nothing.
    pub(super) fn add(&mut self, unix_nanos: u64, samples: Samples) {
        let number = unix_nanos / self.resolution;
        let end = self.first.saturating_add(self.periods.len() as u64);
        if number >= end.saturating_add(self.keep as u64) {
            // Nothing of what is there is kept beside it.
            self.periods.clear();
        }
        if self.periods.is_empty() {
            self.first = number;
        }
        let Some(place) = number.checked_sub(self.first) else {
            return;
        };
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        while self.periods.len() <= place {
            self.periods.push_back(Samples::NONE);
        }
        if let Some(there) = self.periods.get_mut(place) {
            *there = there.with(samples);
        }
        while self.periods.len() > self.keep {
            self.periods.pop_front();
            self.first += 1;
        }
    }

    /// A statistic of a span of time that is some whole periods.
    pub(super) fn statistic(
        &self,
        from: u64,
        until: u64,
        statistic: Statistic,
    ) -> Option<MetricValue> {
        let place = |nanos: u64| {
            let periods = (nanos / self.resolution).saturating_sub(self.first);
            usize::try_from(periods).unwrap_or(usize::MAX)
        };
        let (begin, end) = (place(from), place(until).min(self.periods.len()));
        let within = self.periods.iter().take(end).skip(begin);
        let all = within.fold(Samples::NONE, |all, more| all.with(*more));
        all.statistic(statistic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(units: i64) -> Samples {
        Samples::one(MetricValue::whole(units))
    }

    const MINUTE: u64 = 60_000_000_000;

    #[test]
    fn samples_are_of_the_period_in_which_they_were_taken() {
        let mut metric = Metric::new(Span::from_secs(60));
        for (at, units) in [(10, 1), (10, 5), (11, 9), (13, 2)] {
            metric.add(at * MINUTE + 59, value(units));
        }
        let of = |from: u64, until: u64, statistic| {
            metric.statistic(from * MINUTE, until * MINUTE, statistic)
        };
        assert_eq!(of(10, 11, Statistic::Average), Some(MetricValue::whole(3)));
        assert_eq!(of(10, 12, Statistic::Average), Some(MetricValue::whole(5)));
        assert_eq!(of(10, 12, Statistic::Sum), Some(MetricValue::whole(15)));
        assert_eq!(
            of(10, 12, Statistic::SampleCount),
            Some(MetricValue::whole(3))
        );
        assert_eq!(of(10, 14, Statistic::Minimum), Some(MetricValue::whole(1)));
        assert_eq!(of(10, 14, Statistic::Maximum), Some(MetricValue::whole(9)));
        assert_eq!(of(12, 13, Statistic::Sum), None);
        assert_eq!(of(0, 9, Statistic::SampleCount), None);
    }

    #[test]
    fn what_is_old_is_forgotten_and_not_taken_in_again() {
        let mut metric = Metric::new(Span::from_secs(60));
        let kept = KEPT as u64;
        for minute in 0..2 * kept {
            metric.add(minute * MINUTE, value(1));
        }
        metric.add(0, value(1));
        let all = metric.statistic(0, 9 * kept * MINUTE, Statistic::Sum);
        assert_eq!(all, Some(MetricValue::whole(kept.cast_signed())));
        metric.add(u64::MAX, value(1));
        assert_eq!(metric.periods.len(), 1);
    }

    proptest! {
        #[test]
        fn statistics_do_not_depend_on_the_order(mut values in prop::collection::vec(-1_000..1_000_i64, 1..20)) {
            let all = |values: &[i64]| {
                values.iter().fold(Samples::NONE, |all, it| all.with(value(*it)))
            };
            let before = all(&values);
            values.reverse();
            let middle = values.len() / 2;
            prop_assert_eq!(before, all(&values[..middle]).with(all(&values[middle..])));
        }
    }
}
