//! When events come.
//!
//! ```text
//! mod     Arrivals: what is asked for; Flow: one event after the other
//! curve   a rate that follows a curve
//! bursts  a rate that jumps between states (MMPP)
//! trace   events that were recorded
//! volume  how many have come, where they are no longer told apart
//! ```

mod bursts;
mod curve;
mod trace;
mod volume;

#[cfg(test)]
mod tests;

pub use bursts::{BurstState, Bursts, MOST_SWITCHES};
pub use curve::Curve;
pub use trace::{MOST_TIMES, Trace};
pub(super) use volume::Volume;

use super::distribution::drawn;
use super::draws::Draws;
use crate::generator::{Numbers, Seed};
use crate::units::{Moment, Span};
use bursts::BurstsFlow;
use curve::{CurveFlow, gap};
use trace::TraceFlow;

/// The highest rate that can be asked for, in events a second: beyond it two events would often
/// come in the same microsecond.
pub const MOST_A_SECOND: f64 = 1e6;

/// When events come.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// At a rate that follows a curve.
    Curve {
        /// The rate over time.
        curve: Curve,
        /// Where they come, at that rate.
        spacing: Spacing,
    },
    /// At a rate that jumps between states.
    Bursts {
        /// The states.
        bursts: Bursts,
        /// Where they come, at the rate of the present state.
        spacing: Spacing,
    },
    /// As they were recorded.
    Trace {
        /// When, or how many in each minute.
        trace: Trace,
        /// Where they come within a minute of which only their number is known.
        spacing: Spacing,
    },
}

/// How events are spread at a given rate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spacing {
    /// Independently of each other, as from many visitors.
    #[default]
    Poisson,
    /// As evenly as the rate allows.
    Even,
}

impl Arrivals {
    /// How many events come until then, on average.
    pub fn events(&self, until: Span) -> f64 {
        match self {
            Arrivals::Curve { curve, .. } => curve.events(until),
            Arrivals::Bursts { bursts, .. } => bursts.events(until),
            Arrivals::Trace { trace, .. } => trace.events(until),
        }
    }
}

/// The arrivals of one load, one after the other. Never goes back.
#[derive(Clone, Debug)]
pub(super) struct Flow<'a> {
    numbers: Numbers,
    drawn: u64,
    next: Option<Moment>,
    spacing: Spacing,
    source: Source<'a>,
}

#[derive(Clone, Debug)]
enum Source<'a> {
    /// A curve that never changes: the mean gap in nanoseconds, if there is one.
    Steady(Option<f64>),
    Curve(CurveFlow),
    Bursts(BurstsFlow<'a>),
    Trace(TraceFlow<'a>),
}

impl<'a> Flow<'a> {
    /// The arrivals of a seed, for a name. Those after the end are for nobody.
    pub(super) fn begin(arrivals: &'a Arrivals, seed: Seed, name: &str, end: Moment) -> Flow<'a> {
        let (source, spacing) = match arrivals {
            Arrivals::Curve { curve, spacing } => match CurveFlow::begin(curve) {
                Ok(flow) => (Source::Curve(flow), *spacing),
                Err(rate) => (Source::Steady(gap(rate)), *spacing),
            },
            Arrivals::Bursts { bursts, spacing } => {
                let numbers = Numbers::of(seed, &format!("states of {name}"));
                (
                    Source::Bursts(BurstsFlow::begin(bursts, numbers, end)),
                    *spacing,
                )
            }
            Arrivals::Trace { trace, spacing } => {
                (Source::Trace(TraceFlow::begin(trace)), *spacing)
            }
        };
        let mut flow = Flow {
            numbers: Numbers::of(seed, name),
            drawn: 0,
            next: None,
            spacing,
            source,
        };
        flow.next = flow.after(Moment::START);
        flow
    }

    /// When the next one is. `None`: there is none any more.
    pub(super) fn due(&self) -> Option<Moment> {
        self.next
    }

    /// Takes the next one: the one after it is the next now.
    pub(super) fn take(&mut self) {
        self.next = self.next.and_then(|at| self.after(at));
    }

    fn after(&mut self, at: Moment) -> Option<Moment> {
        let number = self.drawn;
        self.drawn += 1;
        let mut draws = Draws::of(self.numbers, number);
        let spacing = self.spacing;
        let mut events = || match spacing {
            Spacing::Poisson => draws.exponential(),
            Spacing::Even => 1.0,
        };
        match &mut self.source {
            Source::Steady(gap) => {
                let nanos = (*gap)? * events();
                Some(at + drawn(nanos))
            }
            Source::Curve(flow) => flow.after(at, events()),
            Source::Bursts(flow) => flow.after(at, events()),
            Source::Trace(flow) => flow.next(spacing, &mut draws),
        }
    }
}
