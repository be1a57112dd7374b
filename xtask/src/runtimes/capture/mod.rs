//! An interpreter's memory after its start, as the beginning of a module.
//!
//! An interpreter needs tens of milliseconds to start, and its runtime's imports as much again:
//! the same work each time. Here it is done once. The interpreter runs at build time until its
//! runtime has been imported; its memory and globals become the module's data, and a new `_start`
//! hands the environment variables over and calls the runtime. What is captured is at rest: no
//! call into it has to return.
//!
//! ```text
//! survey   what of a module has to be known beforehand
//! prepare  the interpreter with its globals exported, and only WASI imported
//! image    the captured memory and globals
//! resume   the module that goes on from there
//! tests    a small interpreter, prepared and resumed
//! ```

pub mod image;
pub mod prepare;
pub mod resume;
pub mod survey;
#[cfg(test)]
mod tests;

use crate::console::run;
use crate::workspace::{self, read};
use anyhow::{Context, Result};
use image::Image;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The builder's sources: when they change, so may what they build.
pub const SOURCES: [&str; 7] = [
    include_str!("mod.rs"),
    include_str!("image.rs"),
    include_str!("prepare.rs"),
    include_str!("resume.rs"),
    include_str!("survey.rs"),
    include_str!("../../../../handlers/runtimes/capture.mjs"),
    include_str!("../../../../handlers/runtimes/files.mjs"),
];

/// What is run and where the module begins.
pub struct Plan {
    /// What happens before the memory is captured.
    pub run: Run,
    /// The process's arguments; the first is its name.
    pub arguments: &'static [&'static str],
    /// The process's environment variables while it is captured.
    pub environment: &'static [(&'static str, &'static str)],
    /// What `_start` does.
    pub start: Start,
}

/// What happens before the memory is captured.
#[derive(Clone, Copy, Debug)]
pub enum Run {
    /// The module is a command; it exits with status 0 where it is to be captured.
    Command,
    /// The module is Ruby's reactor.
    Ruby {
        /// Evaluated before the capture.
        before: &'static str,
        /// Evaluated by `_start`.
        after: &'static str,
    },
}

/// What `_start` does once the environment variables are in the mailbox.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    /// Calls a Python function; the mailbox holds the addresses of it and of its arguments.
    PythonCall,
    /// Calls this export of Ruby's with the text that [`Run::Ruby`] says.
    RubyEval {
        /// The export's name.
        export: &'static str,
    },
}

/// The module that goes on where `plan` has brought the interpreter. `sources` become
/// `/var/runtime`.
///
/// # Errors
/// If the interpreter is not as expected, or does not start.
pub fn captured(name: &str, interpreter: &[u8], sources: &Path, plan: &Plan) -> Result<Vec<u8>> {
    let folder = workspace::target()?.join("coldstart/capture").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).context("the last capture")?;
    }
    std::fs::create_dir_all(&folder).context("the capture's folder")?;
    let mut runtime = serde_json::Map::new();
    for file in files_below(sources)? {
        let name = file
            .strip_prefix(sources)?
            .to_string_lossy()
            .replace('\\', "/");
        runtime.insert(name, json!(file));
    }
    let prepared = prepare::prepared(interpreter)?;
    let module = folder.join("prepared.wasm");
    std::fs::write(&module, &prepared).context("the prepared interpreter")?;
    let (memory, report) = (folder.join("memory"), folder.join("report.json"));
    let run_how = match plan.run {
        Run::Command => json!({ "command": true }),
        Run::Ruby { before, after } => json!({ "ruby": before, "then": after }),
    };
    let environment: serde_json::Map<_, _> = plan
        .environment
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).into()))
        .collect();
    let settings = folder.join("plan.json");
    let text = json!({
        "module": module, "runtime": runtime, "args": plan.arguments, "env": environment,
        "run": run_how, "memory": memory, "report": report,
    });
    std::fs::write(&settings, text.to_string()).context("the capture's plan")?;
    run(Command::new("node")
        .arg("--no-warnings")
        .arg(workspace::root().join("handlers/runtimes/capture.mjs"))
        .arg(&settings))?;
    let image = Image::new(read(&memory)?, &read(&report)?)?;
    resume::resumed(&prepared, &image, plan.start)
}

/// All files that a runtime consists of: its folder's, but not its tests and notes.
///
/// # Errors
/// If a folder cannot be read.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = std::fs::read_dir(&next)
            .with_context(|| format!("{} could not be read", next.display()))?;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default();
            if path.is_dir() && name != "tests" && name != "__pycache__" {
                folders.push(path);
            } else if path.is_file() && path.extension().is_some_and(|kind| kind != "md") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
