//! Cargo commands. All that compile native code select the same packages with the same features, so
//! that nothing is compiled twice.

use crate::handlers::Sample;
use crate::tools::{self, NEXTEST};
use anyhow::Result;
use std::process::Command;

/// What is off by default, for all native steps alike: one set of features means one compilation. The tests that need
/// built runtimes, a browser, or tools that registries have are on too; [`WHOLE_PROGRAMS`] names them.
const FEATURES: [&str; 2] = [
    "--features",
    "runtime-core/inspect,runtime-core/sandbox,runtime-core/scenarios,runtime-core/shapes,runtime-core/templates,runtime-core/zones,coldstart-programs/run,coldstart-cli/runtimes,coldstart-bootstrap/emulator",
];

/// Test binaries that need more than this machine's compiler, and their packages: a step of their own runs them.
pub(crate) const WHOLE_PROGRAMS: [(&str, &str); 6] = [
    ("coldstart-programs", "cases"),
    ("coldstart-programs", "profiles"),
    ("coldstart-programs", "programs"),
    ("coldstart-programs", "templates"),
    ("coldstart-cli", "bad_input"),
    ("coldstart-bootstrap", "emulator"),
];

/// A cargo command.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let mut command = Command::new("cargo");
    command.arg(subcommand);
    command
}

/// A cargo command for all packages that run natively. Some of them are left out by what a test runner is told, not
/// here: fewer packages would ask for other features of what they share, which would be compiled anew.
pub(crate) fn native(subcommand: &str, samples: &[Sample]) -> Command {
    of_native(cargo(subcommand), samples)
}

/// nextest with a subcommand of its own, for the same packages: the machine's own, or else the one that
/// [`crate::tools`] has installed, where cargo does not look for its subcommands.
pub(crate) fn nextest(subcommand: &str, samples: &[Sample]) -> Result<Command> {
    let mut command = match tools::nextest_in_path() {
        Some(_) => cargo("nextest"),
        None => {
            let mut command = Command::new(NEXTEST.program_named(NEXTEST.program)?);
            command.arg("nextest");
            command
        }
    };
    command.arg(subcommand);
    Ok(of_native(command, samples))
}

fn of_native(mut command: Command, samples: &[Sample]) -> Command {
    command.arg("--workspace").args(FEATURES);
    for sample in samples {
        command.args(["--exclude", &sample.package]);
    }
    command
}
