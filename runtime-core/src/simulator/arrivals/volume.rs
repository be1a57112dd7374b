//! How many events have come, where they are not simulated one by one.

use super::bursts::BurstsFlow;
use super::{Arrivals, Spacing};
use crate::generator::{Numbers, Seed};
use crate::units::{Moment, Span};

/// The events of one load as an amount that grows. Never goes back.
#[derive(Clone, Debug)]
pub(in crate::simulator) struct Volume<'a> {
    arrivals: &'a Arrivals,
    /// States that were gone through, until when, and what came in them. They are those of a
    /// [`Flow`](super::Flow) with the same seed and name.
    bursts: Option<(BurstsFlow<'a>, Moment, f64)>,
}

impl<'a> Volume<'a> {
    /// The arrivals of a seed, for a name. Those after the end are for nobody.
    pub(in crate::simulator) fn begin(
        arrivals: &'a Arrivals,
        seed: Seed,
        name: &str,
        end: Moment,
    ) -> Volume<'a> {
        let bursts = match arrivals {
            Arrivals::Bursts { bursts, .. } => {
                let numbers = Numbers::of(seed, &format!("states of {name}"));
                let flow = BurstsFlow::begin(bursts, numbers, end);
                Some((flow, Moment::START, 0.0))
            }
            Arrivals::Curve { .. } | Arrivals::Trace { .. } => None,
        };
        Volume { arrivals, bursts }
    }

    /// How many events come until then, on average over all draws but those of states.
    pub(in crate::simulator) fn until(&mut self, until: Span) -> f64 {
        let Some((flow, at, come)) = &mut self.bursts else {
            return self.arrivals.events(until);
        };
        let until = Moment::START + until;
        if until > *at {
            *come += flow.come_between(*at, until);
            *at = until;
        }
        *come
    }
}

impl Arrivals {
    /// How events are spread at a given rate.
    pub(in crate::simulator) fn spacing(&self) -> Spacing {
        match self {
            Arrivals::Curve { spacing, .. }
            | Arrivals::Bursts { spacing, .. }
            | Arrivals::Trace { spacing, .. } => *spacing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BurstState, Bursts, Flow};
    use super::*;

    /// The same states as those in which events come one by one.
    #[test]
    fn an_amount_of_bursts_is_that_of_its_events() {
        let state = |rate, seconds| BurstState {
            rate,
            stay: Span::from_secs(seconds),
        };
        let arrivals = Arrivals::Bursts {
            bursts: Bursts {
                states: vec![state(100.0, 300), state(4_000.0, 20), state(0.0, 60)],
            },
            spacing: Spacing::Even,
        };
        let length = Span::from_secs(3_600);
        let end = Moment::START + length;
        let mut volume = Volume::begin(&arrivals, Seed(5), "arrivals", end);
        let mut flow = Flow::begin(&arrivals, Seed(5), "arrivals", end);
        let mut come = 0.0;
        for second in 1..=3_600 {
            let until = Moment::START + Span::from_secs(second);
            while flow.due().is_some_and(|at| at <= until) {
                come += 1.0;
                flow.take();
            }
            let amount = volume.until(Span::from_secs(second));
            assert!((amount - come).abs() <= 1.001, "{second}: {amount} {come}");
        }
        assert!(come > 100_000.0, "{come}");
    }
}
