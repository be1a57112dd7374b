//! AWS's own SDK for JavaScript, bundled for what measures and tests the Lambda API. Nothing that is
//! served has any of it.

use crate::console::run_quietly;
use crate::workspace;
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// What the bundle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A script that puts `sdk`, all that `@aws-sdk/client-lambda` exports, into its scope.
    Script,
    /// A module that exports the same.
    Module,
}

/// Bundles the SDK; where it lies then.
///
/// # Errors
/// If the npm packages are not installed, or the bundler fails.
pub fn bundle(form: Form) -> Result<PathBuf> {
    let (name, format) = match form {
        Form::Script => ("sdk.js", "iife"),
        Form::Module => ("sdk.mjs", "esm"),
    };
    let output = workspace::target()?.join("coldstart").join(name);
    run_quietly(
        Command::new("node")
            .arg(workspace::root().join("tests/sdk/build.mjs"))
            .arg(&output)
            .arg(format),
    )?;
    Ok(output)
}
