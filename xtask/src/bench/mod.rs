//! `cargo xtask bench`: what Coldstart takes, against peers that do only what is necessary.
//!
//! ```text
//! mod       the rows, in order; where their numbers come from
//! site      dist/ with the measuring scripts of web/ beside it, and the bench worker
//! metering/ what metering costs: programs in pages of their own
//! native    the projections, by `cargo bench`
//! table     a row, medians, the table and its JSON
//! web/      the measuring scripts
//! ```
//!
//! Ours and the peer take turns in the same page or worker, so that a busy machine slows both. A
//! missed target is printed and is no failure: it may be the machine. Wrong results are.

mod metering;
mod native;
mod site;
mod table;

use crate::console::say;
use crate::visit::visit;
use crate::{build, sizes, tools, workspace};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use table::{Row, Unit, as_json, as_table};

/// What the user chose.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// JSON instead of a table.
    pub json: bool,
    /// Measure `dist/` as it is.
    pub no_build: bool,
    /// Measure only what metering costs, for which nothing is built.
    pub metering: bool,
}

/// A comparison in the browser: its key in what the page posts, its name, what it is measured
/// against, and the most that the ratio may be.
const COMPARISONS: [(&str, &str, &str, f64); 6] = [
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

/// Entries a second that catching up a projection shall reach.
const ENTRIES_A_SECOND: f64 = 10e6;

/// Measures everything and prints it.
///
/// # Errors
/// If something does not build or start, or the two sides of a comparison gave different results.
pub fn run(options: &Options) -> Result<()> {
    let rows = match options.metering {
        true => {
            tools::ensure_node_modules()?;
            metering::rows()?
        }
        false => all_rows(options)?,
    };
    match options.json {
        true => println!("{}", as_json(&rows)),
        false => print!("{}", as_table(&rows)),
    }
    Ok(())
}

fn all_rows(options: &Options) -> Result<Vec<Row>> {
    match options.no_build {
        false => build::build()?,
        true => tools::ensure_build_tools()?,
    }
    let dist = workspace::dist();
    if !dist.join("index.html").is_file() {
        bail!("there is no dist/ yet: run this without --no-build");
    }
    let site = site::make(&dist)?;
    say("measuring in Chromium (about a minute)");
    let measured = visit(&site, |posted| measured(&posted).map(Some))?;
    let mut rows = Vec::new();
    for (key, name, peer, limit) in COMPARISONS {
        rows.push(comparison(&measured[key], name, peer, limit).with_context(|| key.to_owned())?);
    }
    say("sizes");
    for group in sizes::measure(&dist)? {
        let name = format!("{}, Brotli", group.name);
        let (size, budget) = (group.size as f64, group.budget as f64);
        rows.push(Row::at_most(name, Unit::Bytes, size, budget));
    }
    say("projections, natively");
    for (name, rate) in native::projections()? {
        let name = format!("catching up {name}, 1 million entries");
        rows.push(Row::at_least(
            name,
            Unit::EntriesASecond,
            rate,
            ENTRIES_A_SECOND,
        ));
    }
    rows.extend(metering::rows()?);
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
    let rounds = |side: &str| -> Result<Vec<f64>> {
        let rounds = measured[side]
            .as_array()
            .context("no rounds were measured")?;
        Ok(rounds.iter().filter_map(Value::as_f64).collect())
    };
    if measured["same"] != true {
        bail!("{name}: ours gave another result than {peer}");
    }
    Row::comparison(name, peer, &rounds("ours")?, &rounds("peer")?, limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
