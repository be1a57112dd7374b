//! `coldstart simulate FILE --sweep ...`: a scenario at many points, on all cores.
//!
//! ```text
//! mod       runs all points, each as often as there are replications
//! csv       a line for each point
//! document  one JSON document
//! text      a table of the figures that are looked at most
//! ```

mod csv;
mod document;
mod text;

use super::SimulateArguments;
use super::arguments::{beside, read_file};
use crate::failure::Failure;
use crate::prices::prices;
use rayon::prelude::*;
use runtime_core::billing::{FreeTier, PriceBook, Usage, bill};
use runtime_core::generator::Seed;
use runtime_core::simulator::{
    Axis, Estimate, Figures, Headline, Interval, Number, Scenario, Sweep, intervals, simulate,
};
use std::path::Path;

/// The name of what a run costs, in dollars, among the figures.
const COST: &str = "cost";

/// What a sweep came to.
struct Swept<'a> {
    axes: &'a [Axis],
    /// The file's seed, or the one that was asked for.
    seed: u64,
    replications: u32,
    points: Vec<Point>,
}

/// What a point came to.
struct Point {
    values: Vec<Number>,
    figures: Vec<(&'static str, Interval)>,
}

impl Point {
    fn figure(&self, name: &str) -> Option<Interval> {
        let mut named = self.figures.iter().filter(|(it, _)| *it == name);
        named.next().map(|(_, interval)| *interval)
    }
}

/// What is to be printed.
pub(super) fn run(path: &Path, arguments: &SimulateArguments) -> Result<String, Failure> {
    let text = read_file(path)?;
    let open = beside(path);
    let replications = arguments.replications.unwrap_or(1);
    let sweep = Sweep::of(&text, &open, arguments.sweep.clone(), replications);
    let sweep = sweep.map_err(|error| Failure::Sweep {
        path: path.to_owned(),
        error,
    })?;
    let book = prices(arguments.prices.as_deref())?;
    let scenario = |point| -> Result<Scenario, Failure> {
        let scenario = sweep.scenario(point);
        let mut scenario = scenario.map_err(|error| Failure::Sweep {
            path: path.to_owned(),
            error,
        })?;
        if let Some(seed) = arguments.seed {
            scenario.seed = Seed(seed);
        }
        Ok(scenario)
    };
    let mut requests = 0.0;
    for point in 0..sweep.points() {
        requests += scenario(point)?.estimate().requests * f64::from(replications);
    }
    let estimate = Estimate {
        requests,
        steps: None,
    };
    if estimate.is_large() && !arguments.yes {
        return Err(Failure::TooMuch(estimate));
    }
    // Each replication of each point by itself, so that no core waits for a large point. In their order,
    // whichever ended first: the same sweep prints the same on however many cores.
    let runs = (0..sweep.points() * u64::from(replications)).into_par_iter();
    let runs = runs.map(|run| {
        let (point, replication) = (run / u64::from(replications), run % u64::from(replications));
        let scenario = scenario(point)?;
        let replication = u32::try_from(replication).unwrap_or_default();
        Ok(simulated(&scenario.replication(replication), &book))
    });
    let runs: Vec<(Headline, f64)> = runs.collect::<Result<_, Failure>>()?;
    let points = runs.chunks(replications as usize).zip(0..);
    let points = points.map(|(runs, point)| {
        let (headlines, costs): (Vec<Headline>, Vec<f64>) = runs.iter().cloned().unzip();
        let mut figures = intervals(&headlines);
        figures.extend(Interval::of(&costs).map(|it| (COST, it)));
        Point {
            values: sweep.values(point),
            figures,
        }
    });
    let swept = Swept {
        axes: sweep.axes(),
        seed: scenario(0)?.seed.0,
        replications,
        points: points.collect(),
    };
    match (arguments.json, arguments.csv) {
        (true, _) => document::document(&swept),
        (false, true) => Ok(csv::csv(&swept)),
        (false, false) => Ok(text::text(&swept)),
    }
}

/// What a run came to, and what it costs at list prices in dollars, to the millionth.
fn simulated(scenario: &Scenario, book: &PriceBook) -> (Headline, f64) {
    let mut figures = Figures::of(scenario);
    simulate(scenario, &mut figures);
    let usage = figures.usage(book);
    let bill = bill(book, &usage, &Usage::default(), FreeTier::Off);
    let cost = bill.total().decimal(6).parse();
    (figures.headline(), cost.unwrap_or_default())
}
