//! The result as a table.

use super::Simulated;
use runtime_core::simulator::{Interval, LevelFigures, Percentiles};
use runtime_core::units::Span;
use std::fmt::Write;
use std::time::Duration;

pub(super) fn text(result: &Simulated<'_>, taken: Duration) -> String {
    let it = &result.headline;
    let mut table = Table::default();
    let seconds = taken.as_secs_f64();
    let a_second = it.requests as f64 / seconds.max(1e-9);
    let _ = writeln!(
        table.0,
        "{} simulated in {seconds:.2} s: {} requests a second, seed {}\n",
        it.length,
        grouped(a_second as u64),
        result.scenario.seed.0
    );
    table.row("Requests", grouped(it.requests));
    table.row("Served", grouped(it.served));
    for (name, count) in [
        ("  function errors", it.errors),
        ("  timeouts", it.timeouts),
        ("  crashes", it.crashes),
    ] {
        table.row_unless_none(name, count);
    }
    let throttled = format!(
        "{} ({})",
        grouped(it.throttled),
        percent(it.throttled_share)
    );
    table.row("Throttled", throttled);
    for (name, count) in [
        ("  account concurrency", it.over_account_concurrency),
        ("  reserved concurrency", it.over_reserved_concurrency),
        ("  scaling rate", it.over_growth),
        ("  requests a second", it.over_rate),
        ("Refused", it.refused),
        ("Not finished", it.unfinished),
    ] {
        table.row_unless_none(name, count);
    }
    let cold = format!("{} ({})", grouped(it.cold_starts), percent(it.cold_share));
    table.row("Cold starts", cold);
    table.row_unless_none("  from a snapshot", it.restored);
    table.row_unless_none("INIT again", it.init_again);
    table.row_unless_none("Spilled over", it.spilled_over);
    table.0 += "\n                            mean      peak\n";
    table.level("Running", it.running);
    table.level("Idle environments", it.idle);
    table.level("Environments", it.environments);
    if let Some(provisioned) = it.provisioned {
        table.level("  provisioned", provisioned);
    }
    let lifespan = it.mean_lifespan.map_or("-".to_owned(), in_seconds);
    table.row("Lifespan, mean", lifespan);
    if let Some(latency) = it.latency {
        table.0 +=
            "\nLatency       mean       p50       p90       p95       p99     p99.9       max\n";
        table.percentiles("all", latency);
        if let Some(cold) = it.cold_latency {
            table.percentiles("cold", cold);
        }
    }
    for (name, accepted) in [("Events", it.events), ("Messages", it.messages)] {
        let Some(it) = accepted else {
            continue;
        };
        table.0.push('\n');
        table.row(name, grouped(it.accepted));
        table.row("  handled", grouped(it.handled));
        table.row_unless_none("  given up", it.lost);
        table.row_unless_none("  not finished", it.unfinished);
        table.row("  waiting, peak", grouped(it.most_waiting));
        if let Some(age) = it.age {
            table.percentiles("  age", age);
        }
    }
    table.0.push('\n');
    table.row(
        "Billed duration",
        format!("{} ms", grouped(it.billed_millis)),
    );
    let total = result.bill.total().decimal(2);
    table.row("Cost at list prices", format!("${total}"));
    if it.provisioned.is_some() {
        let provisioned = result.bill.provisioned().decimal(2);
        table.row("  provisioned", format!("${provisioned}"));
    }
    table.intervals(&result.intervals);
    table.0
}

#[derive(Default)]
pub(super) struct Table(String);

impl Table {
    pub(super) fn into_text(self) -> String {
        self.0
    }

    pub(super) fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    pub(super) fn row(&mut self, name: &str, value: String) {
        let _ = writeln!(self.0, "{name:<22}{value}");
    }

    pub(super) fn row_unless_none(&mut self, name: &str, count: u64) {
        if count > 0 {
            self.row(name, grouped(count));
        }
    }

    /// What figures are over replications; nothing without any.
    pub(super) fn intervals(&mut self, intervals: &[(&'static str, Interval)]) {
        if !intervals.is_empty() {
            self.0 += "\nOver replications           mean   95 % within\n";
        }
        for (name, it) in intervals {
            let mean = format!("{:.6}", it.mean);
            let half = it
                .half_width
                .map_or("-".to_owned(), |half| format!("+-{half:.6}"));
            let _ = writeln!(self.0, "{name:<20}{mean:>18}{half:>18}");
        }
    }

    pub(super) fn level(&mut self, name: &str, level: LevelFigures) {
        let (mean, peak) = (format!("{:.4}", level.mean), grouped(level.peak));
        let _ = writeln!(self.0, "{name:<22}{mean:>10}{peak:>10}");
    }

    pub(super) fn percentiles(&mut self, name: &str, it: Percentiles) {
        let spans = [it.mean, it.p50, it.p90, it.p95, it.p99, it.p999, it.most];
        let _ = write!(self.0, "{name:<8}");
        for span in spans {
            let _ = write!(self.0, "{:>10}", in_seconds(span));
        }
        self.0.push('\n');
    }
}

pub(super) fn in_seconds(span: Span) -> String {
    format!("{:.3} s", span.as_nanos() as f64 / 1e9)
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.4} %", share * 100.0)
}

/// `1,234,567`
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let shown = [0, 999, 1_000, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "1,234,567"]);
    }
}
