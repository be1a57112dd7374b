//! A rate that follows a curve.

use crate::simulator::distribution::drawn;
use crate::units::{Moment, Span};

const NANOS_A_SECOND: f64 = 1e9;

/// A rate over time: straight lines between points; the first point's rate before it, and the last
/// one's after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// When, in order, and how many events a second. Two of the same moment make a step.
    pub points: Vec<(Span, f64)>,
    /// Whether it begins anew after the last point.
    pub repeats: bool,
}

impl Curve {
    /// Always the same rate.
    pub fn steady(rate: f64) -> Curve {
        Curve {
            points: vec![(Span::ZERO, rate)],
            repeats: false,
        }
    }

    /// The lines of one round: when they begin, how long they are, and both rates. Without the one that
    /// has no end.
    fn lines(&self) -> impl Iterator<Item = Line> {
        let first = self.points.first().copied();
        let lead = first.filter(|(at, _)| *at > Span::ZERO);
        let lead = lead.map(|(at, rate)| Line::new(Span::ZERO, at, rate, rate));
        let pairs = self.points.iter().zip(self.points.iter().skip(1));
        let between = pairs.map(|(from, to)| Line::new(from.0, to.0, from.1, to.1));
        lead.into_iter().chain(between)
    }

    fn last(&self) -> (Span, f64) {
        self.points.last().copied().unwrap_or_default()
    }

    /// How many events come until then, on average.
    pub fn events(&self, until: Span) -> f64 {
        let (period, rate) = self.last();
        let within = |until: Span| {
            let lines = self.lines().map(|line| line.before(until).area());
            lines.sum::<f64>()
        };
        let seconds = |span: Span| span.as_nanos() as f64 / NANOS_A_SECOND;
        if self.repeats && period > Span::ZERO {
            let (until, period) = (until.as_nanos(), period.as_nanos());
            let rounds = (until / period) as f64;
            let whole = within(Span::from_nanos(period));
            rounds * whole + within(Span::from_nanos(until % period))
        } else {
            within(until) + rate * seconds(until.saturating_sub(period))
        }
    }
}

/// A piece of a curve.
#[derive(Clone, Copy, Debug)]
struct Line {
    from: Span,
    to: Span,
    /// At both ends, in events a second.
    rates: (f64, f64),
}

impl Line {
    fn new(from: Span, to: Span, first: f64, last: f64) -> Line {
        Line {
            from,
            to,
            rates: (first, last),
        }
    }

    fn seconds(&self) -> f64 {
        self.to.saturating_sub(self.from).as_nanos() as f64 / NANOS_A_SECOND
    }

    fn area(&self) -> f64 {
        (self.rates.0 + self.rates.1) / 2.0 * self.seconds()
    }

    /// By how much the rate grows in a second.
    fn slope(&self) -> f64 {
        match self.seconds() {
            0.0 => 0.0,
            seconds => (self.rates.1 - self.rates.0) / seconds,
        }
    }

    fn rate(&self, at: Span) -> f64 {
        let into = at.saturating_sub(self.from).as_nanos() as f64 / NANOS_A_SECOND;
        (self.rates.0 + self.slope() * into).max(0.0)
    }

    fn before(&self, until: Span) -> Line {
        let to = self.to.min(until).max(self.from);
        Line::new(self.from, to, self.rates.0, self.rate(to))
    }

    fn after(&self, from: Span) -> Line {
        let from = self.from.max(from).min(self.to);
        Line::new(from, self.to, self.rate(from), self.rates.1)
    }

    /// How long it takes from its beginning until so many events have come; `None` if they do not.
    fn time_for(&self, events: f64) -> Option<Span> {
        if events > self.area() {
            return None;
        }
        let (rate, slope) = (self.rates.0, self.slope());
        // What is below the line is rate * x + slope * x^2 / 2; in this form nothing is lost where the
        // slope is small.
        let root = (rate * rate + 2.0 * slope * events).max(0.0).sqrt();
        let nanos = 2.0 * events / (rate + root) * NANOS_A_SECOND;
        let span = self.to.saturating_sub(self.from);
        Some(drawn(nanos).min(span))
    }
}

/// Where the last event of a curve was.
#[derive(Clone, Debug)]
pub(super) struct CurveFlow {
    lines: Vec<Line>,
    /// Which line the last event was on.
    line: usize,
    /// When the round began.
    round: Moment,
    tail: Tail,
}

/// What comes after a curve's last point.
#[derive(Clone, Copy, Debug)]
enum Tail {
    Repeats {
        period: Span,
        /// The events of a round; more than none.
        area: f64,
    },
    /// Events a second from then on.
    Stays(f64),
}

impl CurveFlow {
    /// From the start; the rate by itself of a curve that never changes.
    pub(super) fn begin(curve: &Curve) -> Result<CurveFlow, f64> {
        let (period, rate) = curve.last();
        let lines: Vec<Line> = curve.lines().collect();
        if lines.is_empty() {
            return Err(rate);
        }
        // A round without events would be gone through for ever.
        let area: f64 = lines.iter().map(Line::area).sum();
        let tail = match curve.repeats && area > 0.0 {
            true => Tail::Repeats { period, area },
            false => Tail::Stays(if curve.repeats { 0.0 } else { rate }),
        };
        Ok(CurveFlow {
            lines,
            line: 0,
            round: Moment::START,
            tail,
        })
    }

    /// When so many events have come since this moment, which was that of the last one.
    pub(super) fn after(&mut self, at: Moment, mut events: f64) -> Option<Moment> {
        let mut from = at;
        loop {
            let Some(current) = self.lines.get(self.line) else {
                match self.tail {
                    Tail::Repeats { period, area } => {
                        // Rounds that the event is beyond are not gone through.
                        let beyond = (events / area).floor();
                        events -= beyond * area;
                        let rounds = (beyond as u64).saturating_add(1);
                        let on = period.as_nanos().saturating_mul(rounds);
                        (self.line, self.round) = (0, self.round + Span::from_nanos(on));
                        from = self.round;
                        continue;
                    }
                    Tail::Stays(rate) => {
                        let nanos = gap(rate)? * events;
                        return Some(from + drawn(nanos));
                    }
                }
            };
            let rest = current.after(from.since(self.round));
            if let Some(span) = rest.time_for(events) {
                return Some(self.round + rest.from + span);
            }
            events -= rest.area();
            from = self.round + current.to;
            self.line += 1;
        }
    }
}

/// The mean time between two events in nanoseconds.
pub(super) fn gap(rate: f64) -> Option<f64> {
    (rate > 0.0).then(|| NANOS_A_SECOND / rate)
}
