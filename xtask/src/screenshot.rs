//! `cargo xtask screenshot`: pictures of the built page with a session in it, wide and narrow, light
//! and dark. The end-to-end tests' harness plays the session: see tests/src/bin/screenshots.rs.

use crate::console::run as run_command;
use crate::{browser, workspace};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

/// Takes all pictures of `dist/` into `out`.
///
/// # Errors
/// If there is no `dist/`, or no browser, or the browser fails.
pub fn run(out: &Path) -> Result<()> {
    let dist = workspace::dist();
    if !dist.join("index.html").is_file() {
        bail!("there is no dist/ yet: run `cargo xtask build` first");
    }
    let found = browser::ensure()?;
    run_command(
        Command::new("cargo")
            .args([
                "run",
                "--quiet",
                "--package",
                "coldstart-tests",
                "--bin",
                "screenshots",
                "--",
            ])
            .arg(workspace::root().join(out))
            .env("COLDSTART_DIST", &dist)
            .env(browser::BROWSER_VARIABLE, &found.browser)
            .env(browser::DRIVER_VARIABLE, &found.driver)
            .current_dir(workspace::root()),
    )
}
