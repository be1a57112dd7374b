//! Cargo commands. All that compile native code select the same packages with the same features, so
//! that nothing is compiled twice.

use crate::handlers::Sample;
use std::process::Command;

/// The parts of runtime-core that are off by default, for all native steps alike: one set of
/// features means one compilation.
const FEATURES: [&str; 2] = [
    "--features",
    "runtime-core/inspect,runtime-core/sandbox,runtime-core/scenarios,runtime-core/shapes,runtime-core/templates,runtime-core/zones",
];

/// Turns the tests on that need built runtimes, a browser, or tools that registries have.
pub(crate) const WHOLE_PROGRAMS: [&str; 2] = [
    "--features",
    "coldstart-programs/run,coldstart-cli/runtimes,coldstart-bootstrap/emulator",
];

/// A cargo command.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let mut command = Command::new("cargo");
    command.arg(subcommand);
    command
}

/// A cargo command for all packages that run natively.
pub(crate) fn native(subcommand: &str, samples: &[Sample]) -> Command {
    let mut command = cargo(subcommand);
    if subcommand == "nextest" {
        command.arg("run");
    }
    command.arg("--workspace").args(FEATURES);
    for sample in samples {
        command.args(["--exclude", &sample.package]);
    }
    command
}
