//! A rate that jumps between states: a Markov-modulated Poisson process (Fischer and Meier-Hellstern, "The
//! Markov-modulated Poisson process (MMPP) cookbook", Performance Evaluation 18, 1993), whose states are left
//! for each of the others with the same probability.

use super::curve::gap;
use crate::generator::Numbers;
use crate::simulator::distribution::drawn;
use crate::simulator::draws::Draws;
use crate::units::{Moment, Span};

/// How often the state can change in a run, on average: each change takes as long to simulate as an event.
pub const MOST_SWITCHES: f64 = 1e8;

const NANOS_A_SECOND: f64 = 1e9;

/// A state: how many events come in it, and how long it stays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BurstState {
    /// Events a second.
    pub rate: f64,
    /// The mean of how long it stays, which is exponential.
    pub stay: Span,
}

/// States that follow each other by chance. The first is that at the start.
#[derive(Clone, Debug, PartialEq)]
pub struct Bursts {
    /// Two or more.
    pub states: Vec<BurstState>,
}

impl Bursts {
    /// Events a second over a long time. Each state is entered as often as any other.
    pub fn mean_rate(&self) -> f64 {
        let seconds = |it: &BurstState| it.stay.as_nanos() as f64 / NANOS_A_SECOND;
        let events: f64 = self.states.iter().map(|it| it.rate * seconds(it)).sum();
        events / self.states.iter().map(seconds).sum::<f64>().max(1e-9)
    }

    /// How many events come until then, on average over a long time.
    pub(super) fn events(&self, until: Span) -> f64 {
        self.mean_rate() * (until.as_nanos() as f64 / NANOS_A_SECOND)
    }

    /// How often the state changes until then, on average.
    pub fn switches(&self, until: Span) -> f64 {
        let stays: f64 = self.states.iter().map(|it| it.stay.as_nanos() as f64).sum();
        let mean = stays / (self.states.len() as f64).max(1.0);
        until.as_nanos() as f64 / mean.max(1.0)
    }
}

/// In which state the last event was.
#[derive(Clone, Debug)]
pub(super) struct BurstsFlow<'a> {
    states: &'a [BurstState],
    numbers: Numbers,
    /// How many states there were before this one.
    entered: u64,
    state: usize,
    until: Moment,
    /// No state is gone through after it.
    end: Moment,
}

impl<'a> BurstsFlow<'a> {
    pub(super) fn begin(bursts: &'a Bursts, numbers: Numbers, end: Moment) -> Self {
        let mut flow = BurstsFlow {
            states: &bursts.states,
            numbers,
            entered: 0,
            state: 0,
            until: Moment::START,
            end,
        };
        let mut draws = Draws::of(numbers, 0);
        flow.stay(Moment::START, &mut draws);
        flow
    }

    fn stay(&mut self, from: Moment, draws: &mut Draws) {
        let stay = self.states.get(self.state).map(|it| it.stay);
        let nanos = stay.unwrap_or_default().as_nanos() as f64 * draws.exponential();
        self.until = from + drawn(nanos);
    }

    /// The next state begins.
    fn switch(&mut self) {
        self.entered += 1;
        let mut draws = Draws::of(self.numbers, self.entered);
        let others = self.states.len().saturating_sub(1);
        let chosen = draws.below(others as u64) as usize;
        self.state = match chosen < self.state {
            true => chosen,
            false => (chosen + 1).min(others),
        };
        self.stay(self.until, &mut draws);
    }

    /// How many events come between two moments at the rates of the states, which are gone through.
    pub(super) fn come_between(&mut self, mut from: Moment, until: Moment) -> f64 {
        let mut come = 0.0;
        loop {
            let rate = self.states.get(self.state).map_or(0.0, |it| it.rate);
            let to = self.until.min(until);
            come += to.since(from).as_nanos() as f64 / NANOS_A_SECOND * rate;
            from = from.max(to);
            if until <= self.until || from >= self.end {
                return come;
            }
            self.switch();
        }
    }

    /// When so many events have come since this moment, which was that of the last one; `None` if that is after
    /// the end, and no states before it are left.
    pub(super) fn after(&mut self, at: Moment, mut events: f64) -> Option<Moment> {
        // There would be no end to it.
        self.states.iter().find(|it| it.rate > 0.0)?;
        let mut from = at;
        loop {
            let rate = self.states.get(self.state).map_or(0.0, |it| it.rate);
            let left = self.until.since(from).as_nanos() as f64;
            let in_it = left / NANOS_A_SECOND * rate;
            if events <= in_it
                && let Some(gap) = gap(rate)
            {
                return Some((from + drawn(gap * events)).min(self.until));
            }
            // What remains of an exponential number is one, whatever the state.
            events -= in_it;
            from = self.until.max(from);
            if from >= self.end {
                return None;
            }
            self.switch();
        }
    }
}
