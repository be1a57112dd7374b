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
use crate::prices::{fargate_prices, prices};
use rayon::prelude::*;
use runtime_core::generator::Seed;
use runtime_core::simulator::{
    Axis, Estimate, Interval, Number, Sweep, SweptPlan, SweptRun, swept_intervals, swept_names,
};
use std::path::Path;

/// What a sweep came to.
struct Swept<'a> {
    axes: &'a [Axis],
    /// The names of all figures that a point can have, in order.
    names: Vec<&'static str>,
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
    let fargate = fargate_prices(arguments.prices.as_deref())?;
    let plan = |point| -> Result<SweptPlan, Failure> {
        let plan = sweep.plan(point).map_err(|error| Failure::Sweep {
            path: path.to_owned(),
            error,
        })?;
        Ok(match arguments.seed {
            Some(seed) => plan.seeded(Seed(seed)),
            None => plan,
        })
    };
    let (mut requests, mut steps) = (0.0, None);
    for point in 0..sweep.points() {
        let estimate = plan(point)?.estimate();
        requests += estimate.requests * f64::from(replications);
        if let Some(more) = estimate.steps {
            steps = Some(steps.unwrap_or(0.0) + more * f64::from(replications));
        }
    }
    let estimate = Estimate { requests, steps };
    if estimate.is_large() && !arguments.yes {
        return Err(Failure::TooMuch(estimate));
    }
    // Each replication of each point by itself, so that no core waits for a large point. In their order,
    // whichever ended first: the same sweep prints the same on however many cores.
    let runs = (0..sweep.points() * u64::from(replications)).into_par_iter();
    let runs = runs.map(|run| {
        let (point, replication) = (run / u64::from(replications), run % u64::from(replications));
        let replication = u32::try_from(replication).unwrap_or_default();
        Ok(plan(point)?.replication(replication).run((&book, &fargate)))
    });
    let runs: Vec<SweptRun> = runs.collect::<Result<_, Failure>>()?;
    let points = runs.chunks(replications as usize).zip(0..);
    let points = points.map(|(runs, point)| Point {
        values: sweep.values(point),
        figures: swept_intervals(runs),
    });
    let first = plan(0)?;
    let swept = Swept {
        axes: sweep.axes(),
        names: swept_names(&first),
        seed: first.seed().0,
        replications,
        points: points.collect(),
    };
    match (arguments.json, arguments.csv) {
        (true, _) => document::document(&swept),
        (false, true) => Ok(csv::csv(&swept)),
        (false, false) => Ok(text::text(&swept)),
    }
}
