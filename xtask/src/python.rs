//! Programs in Python with all that they need, in an environment of their own in the user's cache.

use crate::console::{run_quietly, say};
use crate::tools;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder with the programs of what a file of requirements names, each in one version. The folder is
/// called by `name`, which says which versions those are.
///
/// # Errors
/// If there is no Python and none can be installed, or pip fails.
pub fn environment(name: &str, requirements: &Path) -> Result<PathBuf> {
    let folder = tools::cache_folder()?.join("tools").join(name);
    let programs = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    // Written last.
    let done = folder.join("done");
    if done.is_file() {
        return Ok(programs);
    }
    let with_venv = || {
        let mut names = ["python3", "python"].into_iter();
        let can = |name: &&str| {
            run_quietly(Command::new(name).args(["-c", "import ensurepip, venv"])).is_ok()
        };
        names.find(can)
    };
    if with_venv().is_none() {
        tools::install_with_apt(&["python3", "python3-venv"])?;
    }
    let Some(python) = with_venv() else {
        bail!(
            "Python with venv is missing: install it from https://python.org or your distribution"
        );
    };
    say(&format!("pip install: {name}"));
    run_quietly(
        Command::new(python)
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
    )?;
    run_quietly(
        Command::new(programs.join("python"))
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--requirement",
            ])
            .arg(requirements)
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
    )?;
    std::fs::write(&done, "").with_context(|| done.display().to_string())?;
    Ok(programs)
}
