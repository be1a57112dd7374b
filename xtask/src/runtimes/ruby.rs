//! CRuby 3.4 for WASI with the runtime of `handlers/runtimes/ruby`.

use super::capture::{Plan, Run, Start};
use super::catalog::Built;
use super::{Naming, Recipe};
use anyhow::Result;
use runtime_core::timeline::Runtime;

const EVAL: &str = "rb-eval-string-protect: func(str: string) -> tuple<handle<rb-abi-value>, s32>";

const RECIPE: Recipe = Recipe {
    runtime: Runtime::Ruby34,
    name: "ruby",
    interpreter: "@ruby/3.4-wasm-wasi/dist/ruby+stdlib.wasm",
    names: Naming::Section("@ruby/3.4-wasm-wasi/dist/ruby.debug+stdlib.wasm"),
    frames: None,
    capture: Plan {
        run: Run::Ruby {
            before: "require '/var/runtime/capture'",
            after: "Capture.resume",
        },
        arguments: &["ruby", "-EUTF-8", "-e_=0"],
        environment: &[],
        start: Start::RubyEval { export: EVAL },
    },
};

/// Builds `ruby.wasm` and says where it is.
///
/// # Errors
/// If the interpreter is not installed, or does not start.
pub fn build() -> Result<Built> {
    RECIPE.build()
}
