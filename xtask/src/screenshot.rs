//! `cargo xtask screenshot`: pictures of the built page, wide and narrow, light and dark.

use crate::console::{run_quietly, say};
use crate::server::{Options, Server};
use crate::{browser, workspace};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Width and height in CSS pixels, with the name that goes into the file's.
const WINDOWS: [(&str, u32, u32); 2] = [("wide", 1440, 900), ("narrow", 390, 844)];

/// Chromium's numbers for `prefers-color-scheme`.
const SCHEMES: [(&str, u32); 2] = [("dark", 0), ("light", 1)];

/// Milliseconds that the page gets before its picture is taken.
const PATIENCE: u32 = 8_000;

/// Takes all pictures of `dist/` into `out`.
///
/// # Errors
/// If there is no `dist/`, or no browser, or the browser fails.
pub fn run(out: &Path) -> Result<()> {
    let dist = workspace::dist();
    if !dist.join("index.html").is_file() {
        bail!("there is no dist/ yet: run `cargo xtask build` first");
    }
    let chromium = browser::ensure()?.browser;
    let out = workspace::root().join(out);
    std::fs::create_dir_all(&out)
        .with_context(|| format!("{} could not be made", out.display()))?;
    let server = Server::start(dist, Options::default()).context("the server did not start")?;
    for (window, width, height) in WINDOWS {
        for (scheme, number) in SCHEMES {
            let picture = out.join(format!("{window}-{scheme}.png"));
            let profile = out.join(format!("profile-{window}-{scheme}"));
            let taken = run_quietly(
                Command::new(&chromium)
                    .args(browser::HEADLESS)
                    .arg(format!("--user-data-dir={}", profile.display()))
                    .arg(format!("--blink-settings=preferredColorScheme={number}"))
                    .arg(format!("--window-size={width},{height}"))
                    .arg("--hide-scrollbars")
                    .arg(format!("--timeout={PATIENCE}"))
                    .arg(format!("--screenshot={}", picture.display()))
                    .arg(&server.url),
            );
            // Left behind, it takes room and does no other harm.
            let _ = std::fs::remove_dir_all(&profile);
            taken?;
            say(&picture.display().to_string());
        }
    }
    Ok(())
}
