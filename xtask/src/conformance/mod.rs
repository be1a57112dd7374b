//! `cargo xtask conformance DIR`: programs that no one here wrote, on our sandbox.
//!
//! ```text
//! mod      the command: a line each, and a count
//! suite    a folder laid out like WebAssembly/wasi-testsuite: programs and what is expected
//! files    a folder of this machine as a tree of files
//! outcome  what a program did, against what is expected
//! native   programs in `coldstart environment`, over pipes
//! chromium programs in the environment worker that visitors get, in headless Chromium
//! web/     the page that starts those workers
//! ```
//!
//! Both sides get the very messages that an environment gets from its driver: a program is a
//! handler of the command kind, its stdout is the response and its stderr the log. What a program
//! that fails has written to stdout is at the end of its log.

mod chromium;
mod files;
mod native;
mod outcome;
mod suite;

use crate::console::{duration_text, say};
use anyhow::{Result, bail};
use outcome::Ran;
use std::path::Path;
use std::time::Duration;
use suite::Program;

/// The longest that a program may take. Those of the suite take less than a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs every program of a folder; says whether all did what is expected of them.
///
/// # Errors
/// If there are no programs, or nothing to run them in.
pub fn run(folder: &Path, in_browser: bool) -> Result<bool> {
    let programs = suite::read(folder)?;
    if programs.is_empty() {
        bail!("{} has no *.wasm", folder.display());
    }
    let place = match in_browser {
        true => "in Chromium",
        false => "natively",
    };
    say(&format!("{} programs, {place}", programs.len()));
    let mut failed = 0;
    let mut report = |program: &Program, ran: Result<Ran>| match verdict(program, ran) {
        Ok(()) => println!("pass  {}", program.name),
        Err(why) => {
            failed += 1;
            println!("FAIL  {}: {why}", program.name);
        }
    };
    match in_browser {
        true => chromium::run(&programs, &mut report)?,
        false => {
            let executable = native::build()?;
            for program in &programs {
                report(program, native::run(&executable, program));
            }
        }
    }
    let passed = programs.len() - failed;
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0)
}

/// What is wrong, if anything.
fn verdict(program: &Program, ran: Result<Ran>) -> Result<(), String> {
    let case = program.case.as_ref().map_err(Clone::clone)?;
    let ran = ran.map_err(|error| format!("{error:#}"))?;
    ran.judge(&case.expected)
}

fn out_of_patience() -> String {
    format!("it was not done after {}", duration_text(PATIENCE))
}

#[cfg(test)]
mod tests;
