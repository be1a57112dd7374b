//! `coldstart bill`: what a described month would cost.
//!
//! ```text
//! arguments  what can be asked for
//! text       the estimate as a table, or as one JSON document
//! ```

mod arguments;
mod text;

pub(crate) use arguments::BillArguments;

use crate::failure::Failure;
use crate::prices::{Prices, estimate_prices};
use crate::source::text_of;
use runtime_core::estimate::{PlanFileError, estimate, growth, read, requests_for};
use std::io::{self, Write};
use std::process::ExitCode;

/// Does what was asked for.
pub(crate) fn run(arguments: &BillArguments) -> Result<ExitCode, Failure> {
    let path = &arguments.file;
    let text = text_of("description", path)?;
    let wrong = |error: PlanFileError| Failure::Usage {
        path: path.clone(),
        error,
    };
    let plan = read(&text).map_err(wrong)?;
    let region = arguments.region.as_deref().or(plan.region.as_deref());
    let prices = estimate_prices(match (&arguments.prices, region) {
        (Some(path), _) => Prices::File(path),
        (None, Some(region)) => Prices::Region(region),
        (None, None) => Prices::Default,
    })?;
    let located = |error: runtime_core::estimate::EstimateError| {
        wrong(PlanFileError::located(&text, error.0))
    };
    let answer = text::Answer {
        estimate: estimate(&plan, &prices).map_err(located)?,
        requests_for: match arguments.requests_for {
            None => None,
            Some(amount) => {
                let amount = amount.times(1);
                let requests = requests_for(&plan, &prices, amount).map_err(located)?;
                Some((amount, requests))
            }
        },
        growth: match arguments.growth {
            None => Vec::new(),
            Some(percent) => growth(&plan, &prices, percent).map_err(located)?,
        },
    };
    let shown = match arguments.json {
        true => answer.json()?,
        false => answer.table(&plan.name, &prices),
    };
    io::stdout()
        .write_all(shown.as_bytes())
        .map(|()| ExitCode::SUCCESS)
        .map_err(|error| Failure::Broken(format!("the result could not be written: {error}")))
}
