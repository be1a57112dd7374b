//! When something arrives: a process and a seed give moments of the session, always the same.

use super::random::{Numbers, Seed};
use crate::units::{Moment, Span};
use serde::{Deserialize, Serialize};
use std::fmt;

/// So many events in each second or minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// How many.
    pub events: u32,
    /// In which time.
    pub per: Per,
}

/// What a rate counts in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Per {
    /// A second.
    #[default]
    Second,
    /// A minute.
    Minute,
}

/// How events are spread over time. The first of a constant rate, a ramp or a burst comes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Process {
    /// At equal distances.
    Constant(Rate),
    /// Independently of each other, as from many visitors: the gaps are exponential.
    Poisson(Rate),
    /// A rate that grows or falls evenly, and then stays.
    Ramp {
        /// At the beginning.
        from: Rate,
        /// At the end and after it.
        to: Rate,
        /// How long that takes.
        over: Span,
    },
    /// Several at a moment.
    Bursts {
        /// How many.
        events: u32,
        /// From one burst to the next.
        every: Span,
    },
}

impl Per {
    /// Its length.
    pub const fn span(self) -> Span {
        match self {
            Per::Second => Span::from_secs(1),
            Per::Minute => Span::from_secs(60),
        }
    }
}

impl Rate {
    /// So many events a minute.
    pub const fn per_minute(self) -> u64 {
        self.events as u64
            * match self.per {
                Per::Second => 60,
                Per::Minute => 1,
            }
    }

    /// Events a nanosecond.
    fn per_nano(self) -> f64 {
        self.per_minute() as f64 / 60e9
    }
}

impl Process {
    /// The most events that come in a minute, on average.
    pub fn per_minute(self) -> u64 {
        match self {
            Process::Constant(rate) | Process::Poisson(rate) => rate.per_minute(),
            Process::Ramp { from, to, .. } => from.per_minute().max(to.per_minute()),
            Process::Bursts { events, every } => {
                let minute = Per::Minute.span().as_nanos();
                (u64::from(events) * minute).div_ceil(every.as_nanos().max(1))
            }
        }
    }

    /// How long after its beginning the event with this number comes, from 0. `None` if it never does,
    /// or if chance decides.
    fn after(self, number: u64) -> Option<Span> {
        match self {
            Process::Constant(rate) => {
                let span = u128::from(rate.per.span().as_nanos()) * u128::from(number);
                let nanos = span.checked_div(u128::from(rate.events))?;
                u64::try_from(nanos).ok().map(Span::from_nanos)
            }
            Process::Poisson(_) => None,
            Process::Ramp { from, to, over } => ramp(from, to, over, number as f64),
            Process::Bursts { events, every } => {
                let burst = number.checked_div(u64::from(events))?;
                let nanos = every.as_nanos().checked_mul(burst)?;
                Some(Span::from_nanos(nanos))
            }
        }
    }
}

/// How long it takes until this many events have come, of a rate that changes evenly: where the area below
/// it is that number. Only arithmetic and square roots, which are the same everywhere.
fn ramp(from: Rate, to: Rate, over: Span, number: f64) -> Option<Span> {
    // In events a minute and nanoseconds most of this is whole numbers, and exact.
    let minute = Per::Minute.span().as_nanos() as f64;
    let (from, to) = (from.per_minute() as f64, to.per_minute() as f64);
    let (over, area) = (over.as_nanos() as f64, number * minute);
    let during = (from + to) / 2.0 * over;
    let nanos = if area <= 0.0 {
        0.0
    } else if area <= during {
        let rate = (from * from + 2.0 * (to - from) * area / over)
            .max(0.0)
            .sqrt();
        2.0 * area / (from + rate)
    } else if to > 0.0 {
        over + (area - during) / to
    } else {
        return None;
    };
    (nanos.is_finite() && nanos < u64::MAX as f64).then(|| Span::from_nanos(nanos.round() as u64))
}

/// The arrivals of a process, one after the other. Never goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrivals {
    process: Process,
    numbers: Numbers,
    /// From where the process counts.
    origin: Moment,
    /// The number of the next since then.
    number: u64,
    /// Seeded numbers that were used.
    drawn: u64,
    last: Option<Moment>,
    next: Option<Moment>,
}

impl Arrivals {
    /// The arrivals of a process that begins at a moment.
    pub fn begin(process: Process, seed: Seed, at: Moment) -> Arrivals {
        let mut arrivals = Arrivals {
            process,
            numbers: Numbers::of(seed, "arrivals"),
            origin: at,
            number: 0,
            drawn: 0,
            last: None,
            next: None,
        };
        arrivals.find_next(at);
        arrivals
    }

    /// When the next one is. `None`: there is none any more.
    pub fn due(&self) -> Option<Moment> {
        self.next
    }

    /// Takes the next one: the one after it is the next now.
    pub fn take(&mut self) -> Option<Moment> {
        let taken = self.next?;
        self.last = Some(taken);
        self.number += 1;
        self.find_next(taken);
        Some(taken)
    }

    /// Goes on with another process from a moment on. What counts from the last event goes on counting from
    /// it: a rate that is changed often sends no more than it says.
    pub fn change(&mut self, process: Process, seed: Seed, now: Moment) {
        let numbers = Numbers::of(seed, "arrivals");
        if (process, numbers) == (self.process, self.numbers) {
            return;
        }
        (self.process, self.numbers) = (process, numbers);
        (self.origin, self.number) = match (process, self.last) {
            (Process::Constant(_), Some(last)) => (last, 1),
            (Process::Bursts { events, .. }, Some(last)) => (last, events.into()),
            (Process::Ramp { .. }, Some(_)) => (now, 1),
            (Process::Poisson(_), _) | (_, None) => (now, 0),
        };
        // What would have been before now is not made up for.
        let due = process.after(self.number).map(|it| self.origin + it);
        if due.is_some_and(|it| it < now) {
            (self.origin, self.number) = (now, 0);
        }
        self.find_next(now);
    }

    /// The next one is not before this moment.
    fn find_next(&mut self, earliest: Moment) {
        let next = match self.process {
            Process::Poisson(rate) => {
                let fraction = self.numbers.fraction(self.drawn);
                self.drawn += 1;
                let nanos = -libm::log(fraction) / rate.per_nano();
                (nanos < u64::MAX as f64).then(|| earliest + Span::from_nanos(nanos.round() as u64))
            }
            process => process.after(self.number).map(|it| self.origin + it),
        };
        self.next = next.map(|next| next.max(earliest));
    }
}

impl fmt::Display for Rate {
    /// `10 a second`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per = match self.per {
            Per::Second => "second",
            Per::Minute => "minute",
        };
        write!(f, "{} a {per}", self.events)
    }
}

impl fmt::Display for Process {
    /// `10 a second`, `5 every 2.00 s`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Process::Constant(rate) => rate.fmt(f),
            Process::Poisson(rate) => write!(f, "{rate}, Poisson"),
            Process::Ramp { from, to, over } => write!(f, "from {from} to {to} in {over}"),
            Process::Bursts { events, every } => write!(f, "{events} every {every}"),
        }
    }
}

#[cfg(test)]
#[path = "arrivals_tests.rs"]
mod tests;
