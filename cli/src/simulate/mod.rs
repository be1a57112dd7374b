//! `coldstart simulate`: a load on the platform, in no time.
//!
//! ```text
//! arguments  what can be asked for, and the scenario that it makes
//! document   the result as one JSON document
//! text       the result as a table
//! ```

mod arguments;
mod document;
mod text;

pub(crate) use arguments::SimulateArguments;

use crate::failure::Failure;
use crate::prices::prices;
use runtime_core::billing::{FreeTier, Usage, bill};
use runtime_core::simulator::{Figures, Scenario, simulate};
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

/// Does what was asked for.
pub(crate) fn run(arguments: &SimulateArguments) -> Result<ExitCode, Failure> {
    let scenario = arguments.scenario()?;
    let book = prices(arguments.prices.as_deref())?;
    check(&scenario, arguments.yes)?;
    let begin = Instant::now();
    let mut figures = Figures::of(&scenario);
    simulate(&scenario, &mut figures);
    let taken = begin.elapsed();
    let usage = figures.usage(&book);
    let result = Simulated {
        scenario: &scenario,
        headline: figures.headline(),
        bill: bill(&book, &usage, &Usage::default(), FreeTier::Off),
        usage,
    };
    let text = match arguments.json {
        true => document::document(&result)?,
        false => text::text(&result, taken),
    };
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
    headline: runtime_core::simulator::Headline,
    usage: Usage,
    bill: runtime_core::billing::Bill,
}

/// Whether it can be simulated, and is not more than was meant.
fn check(scenario: &Scenario, asked: bool) -> Result<(), Failure> {
    let errors = scenario.check();
    if !errors.is_empty() {
        return Err(Failure::Scenario(errors));
    }
    let estimate = scenario.estimate();
    if estimate.is_large() && !asked {
        return Err(Failure::TooMuch(estimate));
    }
    Ok(())
}
