//! Programs that PyPI has, in exact versions, in the user's cache.

use crate::console::{run_quietly, say};
use crate::tools;
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// A package of PyPI, unpacked into a folder of its own, without what it depends on.
///
/// # Errors
/// If there is no pip and none can be installed, or pip fails.
pub fn package(name: &str, version: &str) -> Result<PathBuf> {
    let folder = tools::tool_folder(name, version)?;
    // pip writes it last.
    let done = folder.join(format!("{}-{version}.dist-info", name.replace('-', "_")));
    if done.is_dir() {
        return Ok(folder);
    }
    let with_pip = || {
        let mut names = ["python3", "python"].into_iter();
        names.find(|name| run_quietly(Command::new(name).args(["-m", "pip", "--version"])).is_ok())
    };
    if with_pip().is_none() {
        tools::install_with_apt(&["python3", "python3-pip"])?;
    }
    let Some(python) = with_pip() else {
        bail!(
            "Python is missing, whose pip has {name}: install it from https://python.org or your distribution"
        );
    };
    say(&format!("pip install: {name} {version}"));
    run_quietly(
        Command::new(python)
            .args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"])
            .arg(&folder)
            .arg(format!("{name}=={version}"))
            // Root in a container is nobody's system.
            .env("PIP_ROOT_USER_ACTION", "ignore")
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
    )?;
    Ok(folder)
}
