//! The projections and the platform, by `cargo bench`.

use crate::workspace;
use anyhow::{Context, Result, bail};
use std::process::{Command, Stdio};

/// The lines of one of the core's benches: each a name, and how much of it is done in a second.
pub(super) fn bench(name: &str) -> Result<Vec<(String, f64)>> {
    bench_with(name, "default")
}

/// The same of one that needs a feature of the core.
pub(super) fn bench_with(name: &str, feature: &str) -> Result<Vec<(String, f64)>> {
    let output = Command::new("cargo")
        .args(["bench", "--quiet", "--package", "runtime-core"])
        .args(["--features", feature])
        .args(["--bench", name])
        .current_dir(workspace::root())
        .stderr(Stdio::inherit())
        .output()
        .context("cargo could not be run")?;
    if !output.status.success() {
        bail!("`cargo bench --bench {name}` failed ({})", output.status);
    }
    rates(&String::from_utf8_lossy(&output.stdout))
}

/// A line each: a name and a number.
fn rates(text: &str) -> Result<Vec<(String, f64)>> {
    let rates: Vec<_> = text
        .lines()
        .filter_map(|line| {
            let (name, rate) = line.split_once(' ')?;
            Some((name.to_owned(), rate.trim().parse().ok()?))
        })
        .collect();
    match rates.is_empty() {
        true => bail!("no rates in what the bench printed: {text:?}"),
        false => Ok(rates),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read() {
        let read = rates("concurrency 35699658\ninvocations 12\n\n").unwrap();
        let expected = [("concurrency", 35_699_658.0), ("invocations", 12.0)];
        assert_eq!(read, expected.map(|(name, rate)| (name.to_owned(), rate)));
        assert!(rates("").is_err());
    }
}
