//! The sample handlers, from `handlers/samples` to `public/handlers`.
//!
//! Each sample says in its Cargo.toml which kind of handler it is:
//! `[package.metadata.coldstart] kind = "reactor"` or `"command"`.

use crate::console::{run, say};
use crate::workspace::{self, WASI_TARGET, WASM_TARGET, read, write_if_changed};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How a handler is built and called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Stays alive between invocations.
    Reactor,
    /// Runs once per invocation.
    Command,
}

impl Kind {
    /// The compilation target of this kind.
    pub fn target(self) -> &'static str {
        match self {
            Kind::Reactor => WASM_TARGET,
            Kind::Command => WASI_TARGET,
        }
    }
}

/// A sample handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its package, and the name of the module in `public/handlers`.
    pub package: String,
    /// Its kind.
    pub kind: Kind,
}

/// All samples written in Rust, by package name.
///
/// # Errors
/// If a sample does not say its kind.
pub fn samples() -> Result<Vec<Sample>> {
    let folder = workspace::root().join("handlers").join("samples");
    let mut samples = samples_of(&workspace::metadata()?, &folder)?;
    samples.sort_by(|a, b| a.package.cmp(&b.package));
    Ok(samples)
}

fn samples_of(metadata: &Value, folder: &Path) -> Result<Vec<Sample>> {
    let packages = metadata["packages"].as_array().context("no packages")?;
    packages
        .iter()
        .filter(|package| {
            let manifest = package["manifest_path"].as_str().unwrap_or_default();
            Path::new(manifest).starts_with(folder)
        })
        .map(|package| {
            let name = package["name"].as_str().unwrap_or_default().to_owned();
            let kind = match package["metadata"]["coldstart"]["kind"].as_str() {
                Some("reactor") => Kind::Reactor,
                Some("command") => Kind::Command,
                other => bail!(
                    "{name}: its Cargo.toml must say [package.metadata.coldstart] \
                     kind = \"reactor\" or \"command\", not {other:?}"
                ),
            };
            Ok(Sample {
                package: name,
                kind,
            })
        })
        .collect()
}

/// Builds all samples and copies what has changed.
///
/// # Errors
/// If a sample does not build.
pub fn build() -> Result<()> {
    let samples = samples()?;
    say(&format!("{} sample handlers", samples.len()));
    let target = workspace::target()?;
    let public = workspace::root().join("public").join("handlers");
    for kind in [Kind::Reactor, Kind::Command] {
        let of_kind: Vec<&Sample> = samples.iter().filter(|s| s.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let mut cargo = Command::new("cargo");
        cargo.args(["build", "--profile", "handler", "--target", kind.target()]);
        for sample in &of_kind {
            cargo.args(["--package", &sample.package]);
        }
        run(cargo.current_dir(workspace::root()))?;
        for sample in of_kind {
            let folder = target.join(kind.target()).join("handler");
            let module = built_module(&folder, &sample.package)?;
            let copy = public.join(format!("{}.wasm", sample.package));
            write_if_changed(&copy, &read(&module)?)?;
        }
    }
    Ok(())
}

/// The same for whoever wants nothing else, with the compilation targets.
///
/// # Errors
/// If rustup fails or a sample does not build.
pub fn build_alone() -> Result<()> {
    crate::tools::ensure_targets()?;
    build()
}

/// A program keeps its package's name; a library's has underscores.
fn built_module(folder: &Path, package: &str) -> Result<PathBuf> {
    [package.to_owned(), package.replace('-', "_")]
        .iter()
        .map(|name| folder.join(format!("{name}.wasm")))
        .find(|path| path.is_file())
        .with_context(|| format!("{package} built no module in {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn metadata(kind: Value) -> Value {
        json!({ "packages": [
            { "name": "app", "manifest_path": "/c/app/Cargo.toml", "metadata": null },
            { "name": "greeting", "manifest_path": "/c/handlers/samples/greeting/Cargo.toml",
              "metadata": { "coldstart": { "kind": kind } } },
        ]})
    }

    #[test]
    fn samples_say_their_kind() {
        let folder = Path::new("/c/handlers/samples");
        let samples = samples_of(&metadata(json!("command")), folder).unwrap();
        assert_eq!(
            samples,
            [Sample {
                package: "greeting".to_owned(),
                kind: Kind::Command
            }]
        );
        let error = samples_of(&metadata(Value::Null), folder).unwrap_err();
        assert!(error.to_string().starts_with("greeting: "), "{error}");
    }
}
