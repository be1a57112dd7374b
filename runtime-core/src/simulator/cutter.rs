//! Cuts a run into stretches while its figures are counted.

use super::figures::{Figures, Histogram, LevelFigures, Totals};
use super::series::{STRETCHES, Series, Stretch};
use crate::units::{Moment, Span};

/// A run over time that is on its way.
#[derive(Clone, Debug)]
pub(super) struct Cutter {
    series: Series,
    end: Moment,
    /// When the stretch that is counted ends.
    next: Moment,
    /// What the figures were when it began.
    before: Before,
    most_running: u64,
    most_environments: u64,
}

#[derive(Clone, Debug)]
struct Before {
    at: Moment,
    totals: Totals,
    running: u128,
    environments: u128,
    latencies: Histogram,
}

impl Cutter {
    pub(super) fn of(length: Span) -> Cutter {
        let width = Span::from_nanos(length.as_nanos().div_ceil(STRETCHES).max(1));
        Cutter {
            series: Series {
                width,
                stretches: Vec::new(),
            },
            end: Moment::START + length,
            next: Moment::START + width,
            before: Before {
                at: Moment::START,
                totals: Totals::default(),
                running: 0,
                environments: 0,
                latencies: Histogram::default(),
            },
            most_running: 0,
            most_environments: 0,
        }
    }

    pub(super) fn series(&self) -> &Series {
        &self.series
    }

    /// Nothing more happens before this moment: stretches that ended until then are cut off.
    #[inline]
    pub(super) fn reach(&mut self, at: Moment, figures: &Figures) {
        while at >= self.next && self.before.at < self.end {
            self.cut(figures);
        }
    }

    /// Something has happened, and the figures know of it.
    #[inline]
    pub(super) fn happened(&mut self, figures: &Figures) {
        let (running, environments) = (figures.running(), figures.environments());
        self.most_running = self.most_running.max(running.now());
        self.most_environments = self.most_environments.max(environments.now());
    }

    fn cut(&mut self, figures: &Figures) {
        let to = self.next.min(self.end);
        let (running, environments) = (figures.running(), figures.environments());
        let now = Before {
            at: to,
            totals: figures.totals(),
            running: running.area(to),
            environments: environments.area(to),
            latencies: figures.latencies().clone(),
        };
        let span = to.since(self.before.at).as_nanos() as f64;
        let level = |now: u128, before: u128, peak| LevelFigures {
            mean: now.saturating_sub(before) as f64 / span.max(1.0),
            peak,
        };
        let ended = now.latencies.since(&self.before.latencies);
        self.series.stretches.push(Stretch {
            counted: now.totals.since(&self.before.totals),
            running: level(now.running, self.before.running, self.most_running),
            environments: level(
                now.environments,
                self.before.environments,
                self.most_environments,
            ),
            latency: ended.quantile(500).zip(ended.quantile(990)),
        });
        (self.most_running, self.most_environments) = (running.now(), environments.now());
        self.before = now;
        self.next = self.next + self.series.width;
    }
}
