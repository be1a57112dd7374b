//! `coldstart invoke`.
//!
//! ```text
//! input     package, event and prices from files, checked
//! layers    the layers of `--layer`, inspected
//! runtimes  the managed runtimes of a built site
//! result    the session, looked at request by request
//! text      ... for people
//! document  ... as JSON
//! ```

mod document;
mod input;
mod layers;
mod result;
mod runtimes;
mod text;

pub(crate) use runtimes::RuntimeError;

use crate::arguments::InvokeArguments;
use crate::driver::Driver;
use crate::failure::Failure;
use crate::prices::prices;
use result::SessionResult;
use runtime_core::billing::FreeTier;
use std::io::Write;
use std::process::ExitCode;

/// Invokes and prints; the exit code tells how it went.
///
/// # Errors
/// If the input is not valid, or our side could not do its job.
pub(crate) fn run(arguments: &InvokeArguments) -> Result<ExitCode, Failure> {
    let book = prices(arguments.account.prices.as_deref())?;
    let event = input::event(arguments)?;
    let setup = input::setup(arguments)?;
    let mut driver = Driver::new(setup);
    for round in 0..arguments.times {
        if round > 0
            && let Some(idle) = arguments.idle
        {
            driver.skip(idle).map_err(Failure::Broken)?;
        }
        driver
            .round(&event, arguments.concurrent)
            .map_err(Failure::Broken)?;
    }
    let free_tier = match arguments.account.free_tier {
        true => FreeTier::On,
        false => FreeTier::Off,
    };
    let result = SessionResult::new(&driver, &book, free_tier);
    let shown = match arguments.json {
        true => document::document(&result)
            .map_err(|error| Failure::Broken(format!("the result has no JSON form: {error}")))?,
        false => text::text(&result),
    };
    // A reader that has seen enough (`| head`) is no failure.
    let _ = std::io::stdout().lock().write_all(&shown);
    Ok(result.exit_code())
}
