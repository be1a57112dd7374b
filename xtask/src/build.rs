//! `cargo xtask build`: `dist/`, static files for any host and any path.

use crate::console::{pass_start_on, run, say};
use crate::{sizes, tools, workspace};
use anyhow::{Context, Result};
use std::fs::File;
use std::process::Command;

/// How the page and its workers are compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Small and fast, slow to build.
    Release,
    /// Quick to build.
    Dev,
}

impl Profile {
    /// The cargo profile.
    pub fn cargo_name(self) -> &'static str {
        match self {
            Profile::Release => "wasm-release",
            Profile::Dev => "dev",
        }
    }

    /// The profile's folder below the target's.
    pub fn folder(self) -> &'static str {
        match self {
            Profile::Release => "wasm-release",
            Profile::Dev => "debug",
        }
    }
}

/// Builds `dist/` in release, after installing what that needs.
///
/// # Errors
/// If a tool cannot be installed or something does not build.
pub fn build() -> Result<()> {
    tools::ensure_build_tools()?;
    let _alone = lock()?;
    say("building dist/ (the first build compiles all dependencies: some minutes)");
    run(trunk()?.args(["build", "--release"]))?;
    say(&format!("done: {}", workspace::dist().display()));
    for group in sizes::measure(&workspace::dist())? {
        say(&group.to_string());
    }
    Ok(())
}

/// Two builds at once would write the same `dist/`. The lock ends with the file.
fn lock() -> Result<File> {
    let folder = workspace::target()?.join("coldstart");
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("{} could not be made", folder.display()))?;
    let file = File::create(folder.join("build.lock")).context("the build's lock")?;
    if file.try_lock().is_err() {
        say("waiting for another build of this checkout");
        file.lock().context("the build's lock")?;
    }
    Ok(file)
}

/// Trunk with the pinned tools in its path.
///
/// # Errors
/// If no cache folder is known.
pub fn trunk() -> Result<Command> {
    let mut command = Command::new(tools::TRUNK.program_named("trunk")?);
    command
        .args(["--log", "warn"])
        .current_dir(workspace::root())
        // Standard output is for what scripts read: the page's address.
        .stdout(std::io::stderr())
        .env("PATH", tools::search_path()?)
        // Where in Trunk an error arose tells nobody anything.
        .env("RUST_BACKTRACE", "0")
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        // Trunk takes no other values than true and false, and most people set 1.
        .env_remove("NO_COLOR");
    pass_start_on(&mut command);
    Ok(command)
}
