//! QuickJS with the runtime of `handlers/runtimes/javascript`, compiled from source.
//!
//! QuickJS is C, so this needs a C compiler for WebAssembly, which nothing else of Coldstart does:
//! Debian's, which is installed if that can be done without asking.

use super::catalog::Built;
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
    if write_metered(&optimised, &Names::of(&optimised)?, &output)? {
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
