//! `cargo xtask test`: every check of the project, with one closing count.
//!
//! ```text
//! mod     the order of the steps, the closing count
//! step    one step: heading, time, result
//! count   tests counted from the output of nextest and of libtest
//! native  format, lints, native tests, documentation
//! web     what needs a browser or the release build: conformance, end-to-end, budgets
//! ```
//!
//! Nothing stops it: a failed step is counted, and the next one runs. One target folder and one
//! set of features, so that nothing is compiled twice.

mod count;
mod native;
mod step;
mod web;

use crate::console::{self, duration_text};
use crate::tools;
use anyhow::Result;
use count::Count;
use step::Steps;

/// Runs all checks; with `quick` only those without browser and without release build. Says
/// whether all have passed.
///
/// # Errors
/// If the checks cannot even begin.
pub fn run(quick: bool) -> Result<bool> {
    tools::ensure_targets()?;
    if tools::nextest_in_path().is_none() {
        tools::NEXTEST.ensure()?;
    }
    if !quick {
        tools::ensure_build_tools()?;
    }

    let mut steps = Steps::default();
    native::run(&mut steps)?;
    if quick {
        eprintln!("\nleft out (--quick): browser conformance, dist/, end-to-end, size budgets");
    } else {
        web::run(&mut steps)?;
    }

    let mut total = Count::default();
    println!("\nsummary, {}:", duration_text(console::elapsed()));
    for done in steps.done() {
        println!("  {done}");
        total += done.count;
    }
    println!("{total}");
    Ok(total.failed == 0)
}
