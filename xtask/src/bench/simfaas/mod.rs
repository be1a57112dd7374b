//! The simulator's peer: SimFaaS, of PyPI, at the same load.

use super::table::median;
use crate::console::say;
use crate::{python, workspace};
use anyhow::{Context, Result, bail};
use std::process::{Command, Stdio};

/// SimFaaS in one version, and what it needs.
const NAME: &str = "simfaas-0.2.2";
/// The bench's load: requests a second, and the mean duration in seconds.
const RATE: f64 = 100.0;
const DURATION: f64 = 1.991;
/// Simulated seconds.
const LENGTH: f64 = 1_000.0;
const ROUNDS: usize = 3;

/// What one run said.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Run {
    requests: f64,
    seconds: f64,
    running: f64,
}

/// Requests a second of SimFaaS at 100 requests a second, the middle of some runs.
pub(super) fn speed() -> Result<f64> {
    let folder = workspace::root().join("xtask/src/bench/simfaas");
    let programs = python::environment(NAME, &folder.join("requirements.txt"))?;
    say("SimFaaS at 100 requests a second");
    let mut speeds = Vec::new();
    for _ in 0..ROUNDS {
        let output = Command::new(programs.join("python"))
            .arg(folder.join("run.py"))
            .args([RATE.to_string(), LENGTH.to_string()])
            .stderr(Stdio::inherit())
            .output()
            .context("SimFaaS could not be run")?;
        if !output.status.success() {
            bail!("SimFaaS failed ({})", output.status);
        }
        let run = read(&String::from_utf8_lossy(&output.stdout))?;
        check(run)?;
        speeds.push(run.requests / run.seconds);
    }
    median(&speeds).context("no rounds were measured")
}

fn read(line: &str) -> Result<Run> {
    let numbers: Vec<f64> = line
        .split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect();
    match numbers[..] {
        [requests, seconds, running] if seconds > 0.0 => Ok(Run {
            requests,
            seconds,
            running,
        }),
        _ => bail!("SimFaaS said {line:?}"),
    }
}

/// Little's law: it has simulated the load that ours simulates.
fn check(run: Run) -> Result<()> {
    let (requests, running) = (RATE * LENGTH, RATE * DURATION);
    let near = |it: f64, wanted: f64| (it - wanted).abs() < 0.05 * wanted;
    if !near(run.requests, requests) || !near(run.running, running) {
        bail!("SimFaaS has simulated another load: {run:?}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_is_read_and_checked() {
        let run = read("100012 7.5 198.7\n").unwrap();
        assert_eq!((run.requests, run.seconds), (100_012.0, 7.5));
        assert!(check(run).is_ok());
        assert!(
            check(Run {
                running: 150.0,
                ..run
            })
            .is_err()
        );
        assert!(
            check(Run {
                requests: 1e4,
                ..run
            })
            .is_err()
        );
        assert!(read("100012 7.5").is_err());
        assert!(read("100012 0 198.7").is_err());
    }
}
