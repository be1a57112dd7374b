//! What metering costs: programs in Chromium, metered and as they were, in turns.
//!
//! ```text
//! mod          the programs, and the rows
//! work.c       lists, matrices, a state machine, CRC; clang compiles it
//! work.py      on CPython, from npm
//! javascript/  on QuickJS, compiled from source
//! web/         the page that runs them
//! ```
//!
//! C and QuickJS need Debian's clang-19, lld-19, llvm-19, wasi-libc and libclang-rt-19-dev-wasm32.
//! Where these are missing only CPython is measured.

use super::table::{Row, Unit};
use super::{comparison, measured, site};
use crate::console::{first_line, run_quietly, say};
use crate::visit::visit;
use crate::workspace::{self, WASI_TARGET};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The most that a program may take longer, and that all may in the geometric mean.
const WORST: f64 = 1.34;
const MEAN: f64 = 1.2;
/// The most that a module may grow to, custom sections aside.
const GROWTH: f64 = 1.4;
/// The longest that rewriting CPython may take, in microseconds.
const REWRITING: f64 = 300_000.0;

const PEER: &str = "the same module as it was";

/// A program that is measured.
struct Program {
    /// Its key in what the page posts, and its files' name.
    key: &'static str,
    name: &'static str,
    module: PathBuf,
}

/// Makes the programs, measures them and gives the rows.
pub(super) fn rows() -> Result<Vec<Row>> {
    let folder = workspace::target()?.join("coldstart/metering");
    std::fs::create_dir_all(&folder).context("the folder for metered programs")?;
    let programs = programs(&folder)?;
    let page = folder.join("site");
    if page.exists() {
        std::fs::remove_dir_all(&page).context("the former site")?;
    }
    site::copy(&sources().join("web"), &page)?;
    site::copy(&site::shim()?, &page.join("shim"))?;
    std::fs::copy(sources().join("work.py"), page.join("work.py")).context("work.py")?;
    say("metering, natively");
    let rewritten = rewrite(&programs, &page)?;
    say("metered programs in Chromium (about a minute)");
    let results = visit(&page, |posted| measured(&posted).map(Some))?;

    let mut rows = Vec::new();
    for (program, rewritten) in programs.iter().zip(&rewritten) {
        let of = |what: &str| format!("{what}, {}", program.name);
        let result = &results[program.key];
        rows.push(comparison(result, &of("metered"), PEER, WORST).context(program.key)?);
        rows.push(Row::at_most(
            of("size of the metered module"),
            Unit::Times,
            rewritten.growth,
            GROWTH,
        ));
    }
    let ratios: Vec<f64> = rows.iter().filter_map(Row::compared).collect();
    let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
    rows.push(Row::at_most(
        "metered, geometric mean",
        Unit::Times,
        mean,
        MEAN,
    ));
    if let Some(cpython) = rewritten.last() {
        rows.push(Row::at_most(
            "metering CPython, natively",
            Unit::Micros,
            cpython.micros,
            REWRITING,
        ));
    }
    Ok(rows)
}

fn sources() -> PathBuf {
    workspace::root().join("xtask/src/bench/metering")
}

/// CPython comes last.
fn programs(folder: &Path) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    if first_line(Command::new("clang-19").arg("--version")).is_some() {
        programs.push(Program {
            key: "c",
            name: "C",
            module: c(folder)?,
        });
        programs.push(Program {
            key: "javascript",
            name: "QuickJS",
            module: javascript(folder)?,
        });
    } else {
        say("no clang-19: C and QuickJS are not measured metered");
    }
    programs.push(Program {
        key: "python",
        name: "CPython",
        module: site::python(),
    });
    Ok(programs)
}

fn c(folder: &Path) -> Result<PathBuf> {
    let module = folder.join("work-c.wasm");
    run_quietly(
        Command::new("clang-19")
            .args(["--target=wasm32-wasi", "-O2", "-s"])
            .args([
                "-isystem",
                "/usr/include/wasm32-wasi",
                "-L/usr/lib/wasm32-wasi",
            ])
            .arg(sources().join("work.c"))
            .arg("-o")
            .arg(&module),
    )?;
    Ok(module)
}

fn javascript(folder: &Path) -> Result<PathBuf> {
    let target = folder.join("javascript");
    run_quietly(
        Command::new("cargo")
            .args(["build", "--release", "--target", WASI_TARGET])
            .arg("--target-dir")
            .arg(&target)
            .current_dir(sources().join("javascript")),
    )?;
    Ok(target
        .join(WASI_TARGET)
        .join("release/metering-javascript.wasm"))
}

/// What a module's rewriting took and made of it.
struct Rewritten {
    micros: f64,
    growth: f64,
}

/// Puts each program into the page's folder, as it was and metered.
fn rewrite(programs: &[Program], page: &Path) -> Result<Vec<Rewritten>> {
    let mut bench = Command::new("cargo");
    bench
        .args(["bench", "--quiet", "--package", "runtime-core"])
        .args(["--features", "inspect", "--bench", "metering", "--"])
        .current_dir(workspace::root())
        .stderr(Stdio::inherit());
    for Program { key, module, .. } in programs {
        std::fs::copy(module, page.join(format!("{key}.wasm")))
            .with_context(|| module.display().to_string())?;
        bench
            .arg(module)
            .arg(page.join(format!("{key}.metered.wasm")));
    }
    let output = bench.output().context("cargo could not be run")?;
    if !output.status.success() {
        bail!("`cargo bench --bench metering` failed ({})", output.status);
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let rewritten: Vec<Rewritten> = text.lines().filter_map(line).collect();
    match rewritten.len() == programs.len() {
        true => Ok(rewritten),
        false => bail!("`cargo bench --bench metering` printed {text:?}"),
    }
}

/// Seconds, and sizes before and after.
fn line(line: &str) -> Option<Rewritten> {
    let mut numbers = line.split(' ').map(str::parse::<f64>);
    let mut next = || numbers.next()?.ok();
    let (seconds, before, after) = (next()?, next()?, next()?);
    Some(Rewritten {
        micros: seconds * 1e6,
        growth: after / before,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read() {
        let read = line("0.25 1000 1100").unwrap();
        assert_eq!((read.micros, read.growth), (250_000.0, 1.1));
        assert!(line("0.25 1000").is_none());
        assert!(line("").is_none());
    }
}
