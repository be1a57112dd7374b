//! `cargo xtask bench`: what Coldstart takes, against peers that do only what is necessary.
//!
//! ```text
//! mod       the groups of rows, in order; where their numbers come from
//! site      dist/ with the measuring scripts of web/ beside it, and the bench worker
//! runtimes  managed runtimes, cold, warm and for a long time
//! metering/ what metering costs: programs in pages of their own
//! map       the session whose map is measured
//! native    the projections, the platform and the simulator, by `cargo bench`
//! simfaas/  SimFaaS, the simulator's peer
//! table     a row, medians, the table and its JSON
//! web/      the measuring scripts
//! ```
//!
//! Ours and the peer take turns in the same page or worker, so that a busy machine slows both. A
//! missed target is printed and is no failure: it may be the machine. Wrong results are.

mod map;
mod metering;
mod native;
mod runtimes;
mod simfaas;
mod site;
mod table;

use crate::console::say;
use crate::visit::visit_tab;
use crate::{build, sizes, tools, workspace};
use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use serde_json::{Value, json};
use site::{Script, Site};
use table::{Row, Unit, as_json, as_table, median, percentile_95};

/// What the user chose.
#[derive(Clone, Debug)]
pub struct Options {
    /// JSON instead of a table.
    pub json: bool,
    /// Measure `dist/` as it is.
    pub no_build: bool,
    /// The groups to measure; all of them where none is named.
    pub only: Vec<Group>,
}

/// Rows that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Group {
    /// Invocations and cold starts of modules, against plain JavaScript and a WASI shim.
    Sandbox,
    /// AWS's SDK through the service worker.
    Api,
    /// A map of 30 stations with 500 dots.
    Map,
    /// Managed runtimes: cold, warm, ten thousand in a row.
    Runtimes,
    /// What visitors download.
    Sizes,
    /// Catching up with a long timeline, natively.
    Projections,
    /// Inputs of the platform, natively.
    Platform,
    /// Requests of the simulator, natively.
    Simulator,
    /// A function beside a service, natively.
    Sides,
    /// Bills and questions to the ledger, natively.
    Billing,
    /// What metering costs.
    Metering,
}

impl Group {
    /// Whether `dist/` is measured.
    fn needs_dist(self) -> bool {
        matches!(
            self,
            Group::Sandbox | Group::Api | Group::Map | Group::Runtimes | Group::Sizes
        )
    }
}

/// A comparison in the browser: its key in what the page posts, its name, what it is measured
/// against, and the most that the ratio may be.
const COMPARISONS: [(&str, &str, &str, f64); 7] = [
    (
        "warm",
        "warm invocation, reactor, 250 bytes, in the worker",
        "plain JavaScript, same exports and copies",
        1.3,
    ),
    (
        "page",
        "the same through the page, result in the timeline",
        "empty postMessage round trip",
        3.0,
    ),
    (
        "command",
        "command (WASI), 256 bytes, fresh instance",
        "@bjorn3/browser_wasi_shim, same module",
        1.25,
    ),
    (
        "large",
        "the same with an event of 1 MiB",
        "@bjorn3/browser_wasi_shim, same module",
        0.5,
    ),
    (
        "files",
        "files (WASI): open, write 4 KiB, read, close, 100 times",
        "@bjorn3/browser_wasi_shim, same module",
        1.0,
    ),
    (
        "spare",
        "cold start of a reactor, spare worker",
        "bare worker: fetch, compile, instantiate, call",
        1.5,
    ),
    (
        "started",
        "cold start of a reactor, worker started for it",
        "bare worker: fetch, compile, instantiate, call",
        1.5,
    ),
];

/// The same of the Lambda API.
const SDK: (&str, &str, f64) = (
    "Invoke of AWS's SDK, warm echo, through the service worker",
    "empty fetch that a service worker answers",
    3.0,
);

/// What the map shall do: the longest that all but one frame in twenty take, in microseconds, frames a
/// second, and at least so many dots meanwhile.
const FRAME: f64 = 17_000.0;
const FRAMES_A_SECOND: f64 = 60.0;
const DOTS: f64 = 450.0;

/// Entries a second that catching up a projection shall reach.
const ENTRIES_A_SECOND: f64 = 10e6;

/// Requests a second that the simulator shall come to, whatever the load.
const SIMULATED_A_SECOND: f64 = 10e6;

/// What the simulator calls its load that SimFaaS has too, and how many times as fast it shall be.
const SIMFAAS_LOAD: &str = "at-100";
const TIMES_SIMFAAS: f64 = 500.0;

/// What the simulator calls its run of a service as a flow, and the seconds that it may take natively: in a
/// browser it is 60.
const FLUID_SERVICE: &str = "fargate-fluid-seconds";
const FLUID_SECONDS: f64 = 20.0;

/// The seconds that one side may take of an hour at 100 requests a second, which is simulated again with every
/// move of a slider. In the page both sides run at the same time.
const SIDE_SECONDS: f64 = 0.1;

/// The seconds that the bill of ten million invocations may take, and a question to the ledger of a session of a
/// million.
const BILL_SECONDS: f64 = 1.0;
const QUESTION_SECONDS: f64 = 0.05;

/// Inputs a second that the platform shall take where the timeline is kept, and where it is not.
const INPUTS_A_SECOND_KEPT: f64 = 3e6;
const INPUTS_A_SECOND_STREAMED: f64 = 8e6;

/// Measures what was chosen and prints it.
///
/// # Errors
/// If something does not build or start, or the two sides of a comparison gave different results.
pub fn run(options: &Options) -> Result<()> {
    let groups: Vec<Group> = Group::value_variants()
        .iter()
        .copied()
        .filter(|group| options.only.is_empty() || options.only.contains(group))
        .collect();
    let rows = rows(&groups, options.no_build)?;
    match options.json {
        true => println!("{}", as_json(&rows)),
        false => print!("{}", as_table(&rows)),
    }
    Ok(())
}

fn rows(groups: &[Group], no_build: bool) -> Result<Vec<Row>> {
    let dist = workspace::dist();
    tools::ensure_node_modules()?;
    if groups.iter().any(|group| group.needs_dist()) {
        match no_build {
            false => build::build()?,
            true => tools::ensure_build_tools()?,
        }
        if !dist.join("index.html").is_file() {
            bail!("there is no dist/ yet: run this without --no-build");
        }
    }
    let visited = [Group::Sandbox, Group::Api, Group::Map, Group::Runtimes];
    let site = match groups.iter().any(|group| visited.contains(group)) {
        true => Some(Site::make(&dist)?),
        false => None,
    };
    let measure = |script: Script| {
        let site = site.as_ref().context("no site was made")?;
        let mut looks = Vec::new();
        visit_tab(site.with(script)?, |posted, tab| {
            let mut measured = measured(&posted)?;
            match measured.get("memory").cloned() {
                // The page says when; only its process can be looked at.
                Some(after) => {
                    looks.push(json!({ "after": after, "bytes": tab.memory() }));
                    Ok(None)
                }
                None => {
                    measured["looks"] = looks.clone().into();
                    Ok(Some(measured))
                }
            }
        })
    };
    let mut rows = Vec::new();
    for group in groups {
        match group {
            Group::Sandbox => {
                say("the sandbox in Chromium (about a minute)");
                let measured = measure(Script::Page)?;
                for (key, name, peer, limit) in COMPARISONS {
                    let row = comparison(&measured[key], name, peer, limit);
                    rows.push(row.with_context(|| key.to_owned())?);
                }
            }
            Group::Api => {
                say("AWS's SDK in Chromium");
                let measured = measure(Script::Api)?;
                let (name, peer, limit) = SDK;
                rows.push(comparison(&measured["sdk"], name, peer, limit)?);
            }
            Group::Map => {
                say("the map in Chromium");
                rows.extend(map_rows(&measure(Script::Map)?)?);
            }
            Group::Runtimes => {
                say("managed runtimes in Chromium (some minutes)");
                rows.extend(runtimes::rows(measure)?);
            }
            Group::Sizes => {
                for group in sizes::measure(&dist)? {
                    let name = format!("{}, Brotli", group.name);
                    let (size, budget) = (group.size as f64, group.budget as f64);
                    rows.push(Row::at_most(name, Unit::Bytes, size, budget));
                }
            }
            Group::Projections => {
                say("projections, natively");
                for (name, rate) in native::bench("projections")? {
                    let name = format!("catching up {name}, 1 million entries");
                    let unit = Unit::EntriesASecond;
                    rows.push(Row::at_least(name, unit, rate, ENTRIES_A_SECOND));
                }
            }
            Group::Platform => {
                say("the platform, natively");
                for (name, rate) in native::bench("platform")? {
                    let least = match name.as_str() {
                        "kept" => INPUTS_A_SECOND_KEPT,
                        _ => INPUTS_A_SECOND_STREAMED,
                    };
                    let name = format!("platform, mixed triggers, timeline {name}");
                    rows.push(Row::at_least(name, Unit::InputsASecond, rate, least));
                }
            }
            Group::Simulator => {
                say("the simulator, natively");
                for (name, rate) in native::bench("simulator")? {
                    if name == SIMFAAS_LOAD {
                        rows.push(Row::beyond(
                            "simulated Lambda requests at 100 a second",
                            "SimFaaS, same load",
                            Unit::RequestsASecond,
                            (rate, simfaas::speed()?),
                            TIMES_SIMFAAS,
                        ));
                    }
                    if name == FLUID_SERVICE {
                        let name =
                            "Fargate as a flow: 5,000 tasks, 50,000 requests a second, a day";
                        rows.push(Row::at_most(name, Unit::Seconds, rate, FLUID_SECONDS));
                        continue;
                    }
                    let load = name.replace('-', " ");
                    let name = format!("simulated Lambda requests {load} a second, whole runs");
                    let unit = Unit::RequestsASecond;
                    rows.push(Row::at_least(name, unit, rate, SIMULATED_A_SECOND));
                }
            }
            Group::Sides => {
                say("both sides of an hour, natively");
                for (name, millis) in native::bench_with("sides", "scenarios")? {
                    let side = name.replace('-', ", ");
                    let name = format!("an hour at 100 requests a second: {side}");
                    let seconds = millis / 1_000.0;
                    rows.push(Row::at_most(name, Unit::Seconds, seconds, SIDE_SECONDS));
                }
            }
            Group::Billing => {
                say("billing, natively");
                for (name, millis) in native::bench("billing")? {
                    let most = match name.starts_with("bill") {
                        true => BILL_SECONDS,
                        false => QUESTION_SECONDS,
                    };
                    let name = match name.strip_prefix("ledger-by-") {
                        Some(by) => format!("ledger of a million invocations, by {by}"),
                        None => "ten million invocations, billed one by one".to_owned(),
                    };
                    rows.push(Row::at_most(name, Unit::Seconds, millis / 1_000.0, most));
                }
            }
            Group::Metering => rows.extend(metering::rows()?),
        }
    }
    Ok(rows)
}

/// What the page measured.
fn measured(posted: &[u8]) -> Result<Value> {
    let measured: Value = serde_json::from_slice(posted).context("what the page posted")?;
    match measured["error"].as_str() {
        Some(error) => bail!("in the page: {error}"),
        None => Ok(measured),
    }
}

fn comparison(measured: &Value, name: &str, peer: &str, limit: f64) -> Result<Row> {
    if measured["same"] != true {
        bail!("{name}: ours gave another result than {peer}");
    }
    let (ours, peers) = (rounds(measured, "ours")?, rounds(measured, "peer")?);
    Row::comparison(name, peer, &ours, &peers, limit)
}

/// The rows of the map, of what its page measured.
fn map_rows(measured: &Value) -> Result<[Row; 2]> {
    let dots = median(&rounds(measured, "dots")?).context("no dots were counted")?;
    if dots < DOTS {
        bail!("the map showed {dots} dots: it is no map of 500");
    }
    let works = rounds(measured, "works")?;
    let frame = percentile_95(&works).context("no frames were measured")? * 1_000.0;
    let gaps = rounds(measured, "gaps")?;
    let seconds = gaps.iter().sum::<f64>() / 1_000.0;
    // A screen of 60 Hz has a frame more or less in a stretch of seconds: whole frames count.
    let rate = (gaps.len() as f64 / seconds).round();
    let name = format!("map, {} stations, {dots:.0} dots", map::STATIONS);
    Ok([
        Row::at_most(
            format!("{name}: 95th percentile of a frame's script and paint"),
            Unit::Micros,
            frame,
            FRAME,
        ),
        Row::at_least(name, Unit::FramesASecond, rate, FRAMES_A_SECOND),
    ])
}

/// What one side took, a number a round.
fn rounds(measured: &Value, side: &str) -> Result<Vec<f64>> {
    let rounds = measured[side]
        .as_array()
        .context("no rounds were measured")?;
    Ok(rounds.iter().filter_map(Value::as_f64).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_with_too_few_dots_is_an_error() {
        let frames = |dots: u32| json!({ "dots": [dots], "works": vec![9.0; 120], "gaps": vec![16.67; 120] });
        assert!(map_rows(&frames(500)).is_ok());
        assert!(map_rows(&frames(20)).is_err());
        assert!(map_rows(&json!({ "dots": [500], "works": [], "gaps": [] })).is_err());
    }

    #[test]
    fn different_results_are_an_error() {
        let rounds = json!({ "ours": [2.0, 1.0, 9.0], "peer": [1.0], "same": true });
        assert!(comparison(&rounds, "a", "b", 1.5).is_ok());
        let different = json!({ "ours": [1.0], "peer": [1.0], "same": false });
        let error = comparison(&different, "a", "b", 1.5).unwrap_err();
        assert_eq!(error.to_string(), "a: ours gave another result than b");
        assert!(comparison(&json!({ "same": true }), "a", "b", 1.5).is_err());
    }
}
