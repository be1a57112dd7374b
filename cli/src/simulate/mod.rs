//! `coldstart simulate`: a load on the platform, in no time.
//!
//! ```text
//! arguments  what can be asked for, and the scenario that it makes
//! sweep/     a scenario at many points, as CSV, JSON or a table
//! document   the result as one JSON document
//! service    a service on Fargate instead of functions
//! sides      a service and a function with the same requests
//! text       the result as a table
//! ```

mod arguments;
mod document;
mod service;
mod sides;
mod sweep;
mod text;

use arguments::Asked;

pub(crate) use arguments::SimulateArguments;
pub(crate) use text::grouped;

use crate::failure::Failure;
use crate::prices::{fargate_prices, prices};
use rayon::prelude::*;
use runtime_core::billing::{FreeTier, Usage, bill};
use runtime_core::simulator::{
    Estimate, Figures, Headline, Interval, Scenario, ServiceFile, SidesFile, intervals, simulate,
};
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

/// Does what was asked for.
pub(crate) fn run(arguments: &SimulateArguments) -> Result<ExitCode, Failure> {
    if let Some(path) = arguments
        .file
        .as_deref()
        .filter(|_| !arguments.sweep.is_empty())
    {
        return print(&sweep::run(path, arguments)?);
    }
    let scenario = match arguments.asked()? {
        Asked::Functions(scenario) => scenario,
        Asked::Service(file) => return run_service(&file, arguments),
        Asked::Sides(file) => return run_sides(&file, arguments),
    };
    let book = prices(arguments.prices.as_deref())?;
    check(&scenario, arguments)?;
    let begin = Instant::now();
    let mut figures = Figures::of(&scenario);
    simulate(&scenario, &mut figures);
    let taken = begin.elapsed();
    let usage = figures.usage(&book);
    let headline = figures.headline();
    let intervals = match arguments.replications {
        Some(many) => replicated(&scenario, many, headline.clone()),
        None => Vec::new(),
    };
    let result = Simulated {
        scenario: &scenario,
        headline,
        intervals,
        bill: bill(&book, &usage, &Usage::default(), FreeTier::Off),
        usage,
    };
    let text = match arguments.json {
        true => document::document(&result)?,
        false => text::text(&result, taken),
    };
    print(&text)
}

fn run_service(file: &ServiceFile, arguments: &SimulateArguments) -> Result<ExitCode, Failure> {
    check_size(file.plan.estimate(), arguments)?;
    let prices = fargate_prices(arguments.prices.as_deref())?;
    let replications = arguments.replications.unwrap_or(1);
    print(&service::run(file, &prices, replications, arguments.json)?)
}

fn run_sides(file: &SidesFile, arguments: &SimulateArguments) -> Result<ExitCode, Failure> {
    check_size(file.plan.estimate(), arguments)?;
    let path = arguments.prices.as_deref();
    let prices = (&prices(path)?, &fargate_prices(path)?);
    let replications = arguments.replications.unwrap_or(1);
    print(&sides::run(file, prices, replications, arguments.json)?)
}

fn print(text: &str) -> Result<ExitCode, Failure> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        // Whoever reads it has enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(Failure::Broken(format!("could not print: {error}"))),
        Ok(()) => Ok(ExitCode::SUCCESS),
    }
}

/// What a run came to.
struct Simulated<'a> {
    scenario: &'a Scenario,
    headline: Headline,
    /// Over replications, if there are any.
    intervals: Vec<(&'static str, Interval)>,
    usage: Usage,
    bill: runtime_core::billing::Bill,
}

/// The intervals of the figures over so many replications, of which the first has been run.
fn replicated(scenario: &Scenario, many: u32, first: Headline) -> Vec<(&'static str, Interval)> {
    let others = (1..many).into_par_iter().map(|number| {
        let scenario = scenario.replication(number);
        let mut figures = Figures::of(&scenario);
        simulate(&scenario, &mut figures);
        figures.headline()
    });
    // In the order of their numbers, whichever ended first: sums come to the same each time.
    let mut headlines = vec![first];
    headlines.extend(others.collect::<Vec<_>>());
    intervals(&headlines)
}

/// Whether it can be simulated, and is not more than was meant.
fn check(scenario: &Scenario, arguments: &SimulateArguments) -> Result<(), Failure> {
    let faults = scenario.check();
    if !faults.is_empty() {
        return Err(Failure::Scenario(faults));
    }
    check_size(scenario.estimate(), arguments)
}

/// Whether it is not more than was meant.
fn check_size(mut estimate: Estimate, arguments: &SimulateArguments) -> Result<(), Failure> {
    estimate.requests *= f64::from(arguments.replications.unwrap_or(1));
    if estimate.is_large() && !arguments.yes {
        return Err(Failure::TooMuch(estimate));
    }
    Ok(())
}
