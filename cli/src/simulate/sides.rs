//! A service and a function with the same requests: both results as a table, and as one JSON document.

use super::text::{Table, grouped, in_seconds, percent};
use crate::failure::Failure;
use rayon::prelude::*;
use runtime_core::billing::{FargatePrices, PriceBook};
use runtime_core::simulator::{
    Histogram, Interval, Percentiles, Side, Sides, SidesFile, SidesPlan, side_by_side,
    side_intervals,
};
use runtime_core::units::Span;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Instant;

type Prices<'a> = (&'a PriceBook, &'a FargatePrices);

/// Runs it so many times, with seeds of their own; what the first one came to, and how sure that is, as text.
pub(super) fn run(
    file: &SidesFile,
    prices: Prices<'_>,
    replications: u32,
    json: bool,
) -> Result<String, Failure> {
    let begin = Instant::now();
    let now = || Span::from_nanos(u64::try_from(begin.elapsed().as_nanos()).unwrap_or(u64::MAX));
    let run = |plan: &SidesPlan| side_by_side(plan, (&file.name, &file.about), prices, now);
    let first = run(&file.plan);
    let others = (1..replications).into_par_iter();
    // In the order of their numbers, whichever ended first: sums come to the same each time.
    let others: Vec<Sides> = others.map(|n| run(&file.plan.replication(n))).collect();
    let intervals = |side: fn(&Sides) -> &Side| match others.is_empty() {
        true => Vec::new(),
        false => {
            let all = std::iter::once(&first).chain(&others);
            side_intervals(&all.map(|it| side(it).clone()).collect::<Vec<_>>())
        }
    };
    let intervals = [intervals(|it| &it.lambda), intervals(|it| &it.fargate)];
    match json {
        true => document(&first, intervals),
        false => Ok(table(file, &first, &intervals)),
    }
}

/// The same scenario makes the same document, byte for byte: it says nothing of the machine.
#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    seed: u64,
    length: Span,
    /// Of the stretches of both sides.
    width: Span,
    lambda: &'a Side,
    fargate: &'a Side,
    /// Where prices are from: region and the day they were read.
    source: &'a str,
    /// Of percentiles, relative.
    percentile_error: f64,
    /// Over replications: what each figure is on average, and how sure that is. Times are seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    intervals: Option<Intervals>,
}

#[derive(Serialize)]
struct Intervals {
    lambda: BTreeMap<&'static str, Interval>,
    fargate: BTreeMap<&'static str, Interval>,
}

fn document(
    it: &Sides,
    [lambda, fargate]: [Vec<(&'static str, Interval)>; 2],
) -> Result<String, Failure> {
    let intervals = (!lambda.is_empty()).then(|| Intervals {
        lambda: lambda.into_iter().collect(),
        fargate: fargate.into_iter().collect(),
    });
    let document = Document {
        version: 1,
        seed: it.compared.seed,
        length: it.compared.length,
        width: it.compared.width,
        lambda: &it.lambda,
        fargate: &it.fargate,
        source: &it.compared.source,
        percentile_error: Histogram::ERROR,
        intervals,
    };
    let text = serde_json::to_string_pretty(&document);
    text.map(|text| text + "\n")
        .map_err(|error| Failure::Broken(format!("could not write the result: {error}")))
}

fn table(file: &SidesFile, it: &Sides, intervals: &[Vec<(&'static str, Interval)>; 2]) -> String {
    let (service, lambda) = (&file.plan.service, &file.plan.lambda);
    let (left, right) = (&it.lambda, &it.fargate);
    let mut table = Table::default();
    table.line(&format!(
        "{} of {} on Lambda ({}) and on Fargate ({}) simulated in {:.2} s, seed {}\n",
        it.compared.length,
        service.name,
        lambda.memory,
        service.definition.size,
        it.taken.as_nanos() as f64 / 1e9,
        it.compared.seed
    ));
    let mut row = |name: &str, left: String, right: String| {
        table.line(&format!("{name:<28}{left:>18}{right:>18}"));
    };
    row("", "Lambda".to_owned(), "Fargate".to_owned());
    let mut counts = |name: &str, of: fn(&Side) -> u64, always: bool| {
        let (left, right) = (of(left), of(right));
        if always || left + right > 0 {
            row(name, grouped(left), grouped(right));
        }
    };
    counts("Requests", |it| it.requests, true);
    counts("  sent again", |it| it.again, false);
    counts("Served", |it| it.served, true);
    counts("Rejected", |it| it.rejected.all(), true);
    counts("  429 throttled", |it| it.rejected.throttled, false);
    counts("  timeouts", |it| it.rejected.timed_out, false);
    counts("  502 Bad Gateway", |it| it.rejected.bad_gateway, false);
    counts("  503 Unavailable", |it| it.rejected.unavailable, false);
    counts("  504 Timeout", |it| it.rejected.gateway_timeout, false);
    counts("Not finished", |it| it.unfinished, false);
    counts("At once, at most", |it| it.most_at_once, true);
    let mut latency = |name: &str, of: fn(Percentiles) -> Span| {
        let shown = |side: &Side| side.latency.map_or("-".to_owned(), |it| in_seconds(of(it)));
        row(name, shown(left), shown(right));
    };
    latency("Latency, p50", |it| it.p50);
    latency("  p95", |it| it.p95);
    latency("  p99", |it| it.p99);
    latency("  max", |it| it.most);
    row(
        "Cold starts; tasks started",
        grouped(left.starts),
        grouped(right.starts),
    );
    let mean = |it: &Side| format!("{:.2}", it.capacity.units.mean);
    row("Environments; tasks, mean", mean(left), mean(right));
    let peak = |it: &Side| grouped(it.capacity.units.peak);
    row("  peak", peak(left), peak(right));
    let provided =
        |it: &Side, unit: &str| format!("{} {unit}", grouped(it.capacity.provided as u64));
    row(
        "Capacity",
        provided(left, "environment-s"),
        provided(right, "vCPU-s"),
    );
    let idle = |it: &Side| it.capacity.idle_share().map_or("-".to_owned(), percent);
    row("  idle", idle(left), idle(right));
    let total = |it: &Side| format!("${}", it.cost.total);
    row("Cost at list prices", total(left), total(right));
    for (side, cost) in [("Lambda", &left.cost), ("Fargate", &right.cost)] {
        for (what, dollars) in &cost.lines {
            table.line(&format!("  {side}, {what} = ${dollars}"));
        }
    }
    for (side, intervals) in ["Lambda", "Fargate"].iter().zip(intervals) {
        if !intervals.is_empty() {
            table.line(&format!("\n{side}"));
        }
        table.intervals(intervals);
    }
    table.into_text()
}
