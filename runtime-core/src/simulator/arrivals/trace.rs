//! Events that were recorded.

use super::Spacing;
use crate::simulator::draws::Draws;
use crate::units::{Moment, Span};

/// The most events of which each has a time of its own: they are kept in memory.
pub const MOST_TIMES: usize = 10_000_000;

const MINUTE: Span = Span::from_secs(60);

/// What was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trace {
    /// When each event came, in order.
    Times(Vec<Span>),
    /// How many came in each minute, from the start on.
    Minutes(Vec<u32>),
}

impl Trace {
    /// How many events come until then: all of a minute that has begun are counted by how much of it has
    /// passed.
    pub(super) fn events(&self, until: Span) -> f64 {
        match self {
            Trace::Times(times) => times.partition_point(|it| *it <= until) as f64,
            Trace::Minutes(counts) => {
                let (whole, rest) = (
                    until.as_nanos() / MINUTE.as_nanos(),
                    until.as_nanos() % MINUTE.as_nanos(),
                );
                let whole = usize::try_from(whole).unwrap_or(usize::MAX);
                let before: f64 = counts.iter().take(whole).copied().map(f64::from).sum();
                let last = counts.get(whole).copied().unwrap_or(0);
                before + f64::from(last) * rest as f64 / MINUTE.as_nanos() as f64
            }
        }
    }
}

/// How much of a trace has come.
#[derive(Clone, Debug)]
pub(super) enum TraceFlow<'a> {
    Times(std::slice::Iter<'a, Span>),
    Minutes {
        counts: &'a [u32],
        minute: usize,
        /// How many of the minute have come.
        come: u32,
        /// How far into the minute the last one came.
        into: Span,
    },
}

impl<'a> TraceFlow<'a> {
    pub(super) fn begin(trace: &'a Trace) -> Self {
        match trace {
            Trace::Times(times) => TraceFlow::Times(times.iter()),
            Trace::Minutes(counts) => TraceFlow::Minutes {
                counts,
                minute: 0,
                come: 0,
                into: Span::ZERO,
            },
        }
    }

    pub(super) fn next(&mut self, spacing: Spacing, draws: &mut Draws) -> Option<Moment> {
        match self {
            TraceFlow::Times(times) => times.next().map(|it| Moment::START + *it),
            TraceFlow::Minutes {
                counts,
                minute,
                come,
                into,
            } => {
                while *come >= *counts.get(*minute)? {
                    (*minute, *come, *into) = (*minute + 1, 0, Span::ZERO);
                }
                let count = *counts.get(*minute)?;
                let whole = MINUTE.as_nanos() as f64;
                let nanos = match spacing {
                    Spacing::Even => (f64::from(*come) + 0.5) / f64::from(count) * whole,
                    // So many independent moments, in order: the first of those that are left is where the
                    // smallest of as many fractions is (David and Nagaraja, "Order Statistics", 2003,
                    // section 2.5).
                    Spacing::Poisson => {
                        let left = f64::from(count - *come);
                        let passed = into.as_nanos() as f64;
                        let least = 1.0 - libm::pow(draws.fraction(), 1.0 / left);
                        passed + (whole - passed) * least
                    }
                };
                // Within the minute, whatever rounding does.
                let nanos = (nanos as u64).min(MINUTE.as_nanos() - 1);
                *into = Span::from_nanos(nanos).max(*into);
                *come += 1;
                let begun = MINUTE.as_nanos().saturating_mul(*minute as u64);
                Some(Moment::START + Span::from_nanos(begun) + *into)
            }
        }
    }
}
