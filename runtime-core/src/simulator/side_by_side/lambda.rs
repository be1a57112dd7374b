//! Counts the function's side.

use super::sides::{Rejected, Side, SideCapacity, SideCost, SideStretch};
use crate::billing::{BillLine, BillQuantity, FreeTier, PriceBook, Usage, bill};
use crate::simulator::cutter::Cutter;
use crate::simulator::{Figures, Scenario, Sink, Stretch, simulate};
use crate::timeline::LifecycleEvent;
use crate::units::{Moment, Span};

/// Decimals of what is said of costs.
pub(super) const DECIMALS: u32 = 6;

struct LambdaSide {
    figures: Figures,
    cutter: Cutter,
    again: u64,
}

impl Sink for LambdaSide {
    #[inline]
    fn fact(&mut self, at: Moment, fact: &LifecycleEvent) {
        self.cutter.reach(at, &self.figures);
        self.figures.fact(at, fact);
        self.cutter.happened(&self.figures);
    }

    fn sent_again(&mut self) {
        self.again += 1;
    }
}

/// Runs the function's scenario to its end.
pub(super) fn run(scenario: &Scenario, book: &PriceBook) -> Side {
    let mut side = LambdaSide {
        figures: Figures::of(scenario),
        cutter: Cutter::of(scenario.length),
        again: 0,
    };
    simulate(scenario, &mut side);
    let end = Moment::START + scenario.length;
    side.cutter.reach(end, &side.figures);
    side.came_to(scenario.length, book)
}

impl LambdaSide {
    fn came_to(&self, length: Span, book: &PriceBook) -> Side {
        let headline = self.figures.headline();
        let seconds = length.as_nanos() as f64 / 1e9;
        let stretch = |it: &Stretch| SideStretch {
            served: it.counted.served.saturating_sub(it.counted.failed),
            rejected: it.counted.throttled + it.counted.failed,
            p99: it.latency.map(|(_, most)| most),
        };
        Side {
            requests: headline.requests,
            again: self.again,
            served: headline.succeeded,
            rejected: Rejected {
                throttled: headline.throttled,
                timed_out: headline.timeouts,
                ..Rejected::default()
            },
            unfinished: headline.unfinished,
            latency: headline.latency,
            starts: headline.cold_starts,
            most_at_once: headline.running.peak,
            capacity: SideCapacity {
                units: headline.environments,
                provided: headline.environments.mean * seconds,
                idle: headline.idle.mean * seconds,
            },
            cost: cost(&self.figures.usage(book), book),
            stretches: self.cutter.series().stretches.iter().map(stretch).collect(),
        }
    }
}

fn cost(usage: &Usage, book: &PriceBook) -> SideCost {
    let bill = bill(book, usage, &Usage::default(), FreeTier::Off);
    let line = |it: &BillLine| (words(it), it.amount.decimal(DECIMALS));
    SideCost {
        lines: bill.lines.iter().map(line).collect(),
        total: bill.total().decimal(DECIMALS),
    }
}

/// `compute, x86_64: 1500.25 GB-s × $0.0000166667`.
fn words(line: &BillLine) -> String {
    let quantity = match line.quantity {
        BillQuantity::Requests(count) => count.to_string(),
        BillQuantity::GbSeconds(amount) => format!("{} GB-s", amount.decimal(2)),
        BillQuantity::Gigabytes(amount) => format!("{} GB", amount.decimal(2)),
    };
    format!("{}: {quantity} × ${}", line.subject, line.price)
}
