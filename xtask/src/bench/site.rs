//! The site that is measured: `dist/` as it is, with the measuring scripts beside it in `bench/`.

use crate::console::{run, run_quietly, say};
use crate::optimise::{Goal, optimised};
use crate::tools::WASM_BINDGEN;
use crate::workspace::{self, WASM_TARGET, read};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

const WORKER: &str = "bench_worker";
const SCRIPT: &str = "<script type=\"module\" src=\"./bench/page.js\"></script>\n</body>";

/// Makes the site anew and tells where it is.
pub(super) fn make(dist: &Path) -> Result<PathBuf> {
    let site = workspace::target()?.join("coldstart/bench");
    if site.exists() {
        std::fs::remove_dir_all(&site).context("the former site")?;
    }
    copy(dist, &site)?;
    let page = site.join("index.html");
    let html = String::from_utf8(read(&page)?).context("index.html")?;
    std::fs::write(&page, measuring(&html)?).context("index.html")?;

    let scripts = site.join("bench");
    copy(&workspace::root().join("xtask/src/bench/web"), &scripts)?;
    copy(&shim()?, &scripts.join("shim"))?;
    worker(&scripts)?;
    Ok(site)
}

/// The page with the measuring script at its end.
fn measuring(html: &str) -> Result<String> {
    match html.matches("</body>").count() {
        1 => Ok(html.replace("</body>", SCRIPT)),
        _ => bail!("index.html has not one </body>"),
    }
}

/// The WASI shim that `package-lock.json` names.
pub(super) fn shim() -> Result<PathBuf> {
    let folder = workspace::root().join("node_modules/@bjorn3/browser_wasi_shim/dist");
    match folder.join("index.js").is_file() {
        true => Ok(folder),
        false => bail!("@bjorn3/browser_wasi_shim is not installed: run `npm ci`"),
    }
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
        let html = measuring("<html><body><main></main></body></html>").unwrap();
        assert!(html.ends_with("src=\"./bench/page.js\"></script>\n</body></html>"));
        assert!(measuring("<html>").is_err());
    }
}
