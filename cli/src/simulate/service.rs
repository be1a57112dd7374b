//! A service on Fargate: its result as a table, and as one JSON document.

use super::text::{Table, grouped, percent};
use crate::failure::Failure;
use rayon::prelude::*;
use runtime_core::billing::FargatePrices;
use runtime_core::simulator::fargate::{
    AlarmLine, Detail, Entry, ServiceCost, ServiceHeadline, ServiceSeries, ServiceSoFar, TaskLane,
    Weights, service_intervals, watch_service,
};
use runtime_core::simulator::{Interval, ServiceFile};
use runtime_core::units::Span;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Instant;

/// Entries that the table shows, from the first one on.
const SHOWN: usize = 40;

/// Runs it so many times, with seeds of their own; what the first one came to, and how sure that is, as text.
pub(super) fn run(
    file: &ServiceFile,
    prices: &FargatePrices,
    replications: u32,
    json: bool,
) -> Result<String, Failure> {
    let begin = Instant::now();
    let now = || Span::from_nanos(u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX));
    let so_far = watch_service(
        &file.plan,
        (&file.name, &file.about),
        Some(prices),
        now,
        |_| {},
    );
    let intervals = match replications {
        0..=1 => Vec::new(),
        many => replicated(file, prices, many, &so_far),
    };
    match json {
        true => document(&so_far, &intervals),
        false => Ok(table(&so_far, &intervals)),
    }
}

/// The intervals of the figures over so many replications, of which the first has been run.
fn replicated(
    file: &ServiceFile,
    prices: &FargatePrices,
    many: u32,
    first: &ServiceSoFar,
) -> Vec<(&'static str, Interval)> {
    let others = (1..many).into_par_iter().map(|number| {
        let plan = file.plan.replication(number);
        let words = (file.name.as_str(), file.about.as_str());
        let so_far = watch_service(&plan, words, Some(prices), || Span::ZERO, |_| {});
        (so_far.headline, so_far.cost)
    });
    // In the order of their numbers, whichever ended first: sums come to the same each time.
    let mut runs = vec![(first.headline, first.cost.clone())];
    runs.extend(others.collect::<Vec<_>>());
    service_intervals(&runs)
}

/// The same scenario makes the same document, byte for byte: it says nothing of the machine.
#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    seed: u64,
    detail: Detail,
    /// What the detail leaves out, if anything.
    approximation: Option<String>,
    headline: &'a ServiceHeadline,
    series: &'a ServiceSeries,
    tasks: &'a [TaskLane],
    more_tasks: u64,
    weights: &'a [Weights],
    entries: &'a [Entry],
    more_entries: u64,
    alarms: &'a [AlarmLine],
    cost: &'a ServiceCost,
    /// Over replications: what each figure is on average, and how sure that is. Times are seconds.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    intervals: BTreeMap<&'static str, Interval>,
}

fn document(it: &ServiceSoFar, intervals: &[(&'static str, Interval)]) -> Result<String, Failure> {
    let document = Document {
        version: 1,
        seed: it.seed,
        detail: it.detail,
        approximation: approximation(it.detail),
        headline: &it.headline,
        series: &it.series,
        tasks: &it.tasks,
        more_tasks: it.more_tasks,
        weights: &it.weights,
        entries: &it.entries,
        more_entries: it.more_entries,
        alarms: &it.alarms,
        cost: &it.cost,
        intervals: intervals.iter().copied().collect(),
    };
    let text = serde_json::to_string_pretty(&document);
    text.map(|text| text + "\n")
        .map_err(|error| Failure::Broken(format!("could not write the result: {error}")))
}

/// `fluid approximation, step 1 s: without ...`.
fn approximation(detail: Detail) -> Option<String> {
    let (what, left_out) = detail.approximation()?;
    Some(format!("{what}: without {left_out}"))
}

fn table(it: &ServiceSoFar, intervals: &[(&'static str, Interval)]) -> String {
    let headline = &it.headline;
    let seconds = it.taken.as_nanos() as f64 / 1e9;
    let a_second = headline.requests as f64 / seconds.max(1e-9);
    let mut table = Table::default();
    let what = match headline.queue {
        None => "requests",
        Some(_) => "messages",
    };
    table.line(&format!(
        "{} of {} ({}) simulated in {seconds:.2} s: {} {what} a second, seed {}\n",
        it.length,
        it.service.name,
        it.service.size,
        grouped(a_second as u64),
        it.seed
    ));
    if let Some(approximation) = approximation(it.detail) {
        table.line(&format!("{approximation}\n"));
    }
    let answers = headline.answers;
    let came = match headline.queue {
        None => "Requests",
        Some(_) => "Messages",
    };
    table.row(came, grouped(headline.requests));
    table.row("Served", grouped(answers.served));
    for (name, count) in [
        ("  502 Bad Gateway", answers.bad_gateway),
        ("  503 Unavailable", answers.unavailable),
        ("  504 Timeout", answers.timeout),
        ("Sent again", headline.again),
        ("Not finished", headline.unfinished),
    ] {
        table.row_unless_none(name, count);
    }
    if let Some(queue) = headline.queue {
        table.row("Backlog, at most", grouped(queue.most_visible));
        table.row("Oldest message, at most", queue.oldest.to_string());
        table.row_unless_none("Visible again", queue.returned);
        table.row_unless_none("Handled in vain", queue.in_vain);
        table.row_unless_none("Expired", queue.expired);
    }
    table.row("Tasks started", grouped(headline.started));
    table.row_unless_none("  failed", headline.failed);
    if let Some(pods) = &it.service.pods {
        let (paid, usable) = (&pods.provisioned, &pods.requested);
        table.row(
            "CapacityProvisioned",
            format!("{paid} each, of which {usable} can be used"),
        );
    }
    table.row(
        "Desired count",
        format!(
            "raised {} times, lowered {} times, at most {}",
            headline.scale_outs, headline.scale_ins, headline.most_desired
        ),
    );
    if let Some(cpu) = headline.cpu {
        table.row("CPU, mean", percent(cpu));
    }
    table.row_unless_none("Most queued in tasks", headline.most_queued);
    table.line("\n                            mean      peak");
    table.level("Running", headline.running);
    if let Some(latency) = headline.latency {
        table.line(
            "\nLatency       mean       p50       p90       p95       p99     p99.9       max",
        );
        table.percentiles("served", latency);
    }
    table.line("");
    table.row("Cost at list prices", format!("${}", it.cost.total));
    for (what, dollars) in &it.cost.lines {
        table.line(&format!("  {what} = ${dollars}"));
    }
    table.intervals(intervals);
    if !it.entries.is_empty() {
        table.line("\nWhat was said and decided, seconds since the start");
    }
    for entry in it.entries.iter().take(SHOWN) {
        let at = entry.at.as_nanos() / 1_000_000_000;
        table.line(&format!("{at:>7}  {}", entry.text));
        for because in &entry.because {
            table.line(&format!("         . {because}"));
        }
    }
    let more = it.entries.len().saturating_sub(SHOWN) as u64 + it.more_entries;
    if more > 0 {
        table.line(&format!(
            "         and {} more: --json has them",
            grouped(more)
        ));
    }
    table.into_text()
}
