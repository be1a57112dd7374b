//! QuickJS with the runtime of `handlers/runtimes/javascript`, compiled from source.
//!
//! QuickJS is C, so this needs a C compiler for WebAssembly, which nothing else of Coldstart does:
//! Debian's, which is installed if that can be done without asking.

use super::catalog::Built;
use super::frames::javascript::{Compiler, frames};
use super::names::Names;
use super::{outputs, write_metered};
use crate::browser::in_path;
use crate::cargo::cargo;
use crate::console::{run, say};
use crate::optimise::{Goal, optimised};
use crate::sizes::brotli_size;
use crate::tools;
use crate::workspace::{self, WASI_TARGET, read};
use anyhow::{Context, Result, bail};
use runtime_core::timeline::Runtime;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What compiles QuickJS, as `handlers/runtimes/javascript/.cargo/config.toml` names it.
const COMPILER: &str = "clang-19";
const ARCHIVER: &str = "llvm-ar-19";
/// The headers of the C library.
const HEADERS: &str = "/usr/include/wasm32-wasi";
/// What has them on Debian.
const PACKAGES: [&str; 5] = [
    "clang-19",
    "libclang-rt-19-dev-wasm32",
    "lld-19",
    "llvm-19",
    "wasi-libc",
];

/// How to get a compiler by hand.
pub const ADVICE: &str = "Debian: `apt-get install clang-19 lld-19 \
    libclang-rt-19-dev-wasm32 llvm-19 wasi-libc`; elsewhere set \
    CC_wasm32_wasip1, AR_wasm32_wasip1 and CFLAGS_wasm32_wasip1 for a clang that compiles C for \
    wasm32-wasi, such as that of the WASI SDK";

/// The variable that stands for a compiler of the user's own.
const COMPILER_VARIABLE: &str = "CC_wasm32_wasip1";

/// Builds `javascript.wasm` and says where it is.
///
/// # Errors
/// If there is no compiler and none can be installed, or compiling fails.
pub fn build() -> Result<Built> {
    tools::ensure_targets()?;
    tools::ensure_node_modules()?;
    ensure_compiler()?;
    let target = workspace::target()?;
    say("compiling javascript (QuickJS)");
    // From its own folder: it is a workspace of its own, with a configuration of its own.
    run(cargo("build")
        .args(["--quiet", "--locked", "--profile", "handler"])
        .args(["--target", WASI_TARGET, "--target-dir"])
        .arg(&target)
        .env("CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS", without_folders()?)
        .current_dir(sources()))?;
    let built = target.join(WASI_TARGET).join("handler/javascript.wasm");
    let optimised = optimised("javascript", &built, Goal::Speed)?;
    let output = outputs(Runtime::JavaScript, "javascript")?;
    let names = Names::of(&optimised)?;
    let quickjs = quickjs()?;
    let compiler = Compiler {
        command: compiler()?,
        source: &quickjs.join("quickjs.c"),
    };
    let frames = frames(&optimised, &names, compiler)?;
    if write_metered(&optimised, &names, Some(&frames), &output)? {
        let module = read(&output.module)?;
        let (raw, brotli) = (module.len() / 1000, brotli_size(&module)? / 1000);
        say(&format!("javascript: {raw} KB, {brotli} KB with Brotli"));
    }
    Ok(output)
}

/// The command that runs the crate's own tests, with the runtime built for this machine.
///
/// # Errors
/// If it is not known where cargo builds.
pub fn tests() -> Result<Command> {
    let mut command = cargo("test");
    command
        .args(["--quiet", "--locked", "--no-fail-fast", "--target-dir"])
        .arg(workspace::target()?)
        .current_dir(sources());
    Ok(command)
}

fn sources() -> PathBuf {
    workspace::root().join("handlers/runtimes/javascript")
}

/// The folder of QuickJS's source.
fn quickjs() -> Result<PathBuf> {
    let output = cargo("metadata")
        .args([
            "--format-version",
            "1",
            "--locked",
            "--filter-platform",
            WASI_TARGET,
        ])
        .current_dir(sources())
        .output()
        .context("cargo could not be run")?;
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).context("cargo metadata gave no JSON")?;
    let mut packages = metadata["packages"].as_array().into_iter().flatten();
    let package = packages.find(|package| package["name"] == "rquickjs-sys");
    let manifest = package.and_then(|package| package["manifest_path"].as_str());
    let manifest = Path::new(manifest.context("cargo metadata knows no rquickjs-sys")?);
    Ok(manifest.with_file_name("quickjs"))
}

/// The compiler with the flags that QuickJS is compiled with: those of its build script, and those
/// that `.cargo/config.toml` sets, as far as the environment does not.
fn compiler() -> Result<Command> {
    let configuration = read(&sources().join(".cargo/config.toml"))?;
    let configuration = String::from_utf8_lossy(&configuration);
    let setting = |name: &str| -> Result<String> {
        if let Ok(value) = std::env::var(name) {
            return Ok(value);
        }
        let mut lines = configuration.lines();
        let line = lines.find_map(|line| line.strip_prefix(name)?.trim().strip_prefix('='));
        let value = line.with_context(|| format!(".cargo/config.toml does not set {name}"))?;
        Ok(value.trim().trim_matches('"').to_owned())
    };
    let mut command = Command::new(setting(COMPILER_VARIABLE)?);
    command
        .args(setting("CFLAGS_wasm32_wasip1")?.split_whitespace())
        .args([
            "-D_GNU_SOURCE",
            "-DEMSCRIPTEN=1",
            "-DFE_DOWNWARD=0",
            "-DFE_UPWARD=0",
        ])
        .env("C_INCLUDE_PATH", sources().join("c"));
    Ok(command)
}

/// Flags that leave the builder's own folders out of the module, which names places in sources.
fn without_folders() -> Result<String> {
    let cargo = match std::env::var_os("CARGO_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => std::env::home_dir()
            .context("no home folder is known: set CARGO_HOME")?
            .join(".cargo"),
    };
    Ok(format!(
        "--remap-path-prefix={}=cargo",
        cargo.join("registry/src").display()
    ))
}

/// Whether QuickJS can be compiled.
pub fn has_compiler() -> bool {
    std::env::var_os(COMPILER_VARIABLE).is_some()
        || (in_path(COMPILER).is_some()
            && in_path(ARCHIVER).is_some()
            && Path::new(HEADERS).is_dir())
}

fn ensure_compiler() -> Result<()> {
    if !has_compiler() {
        tools::install_with_apt(&PACKAGES)?;
    }
    if !has_compiler() {
        bail!("no C compiler for WebAssembly was found. {ADVICE}");
    }
    Ok(())
}
