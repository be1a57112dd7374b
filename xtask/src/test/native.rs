//! Format, lints, native tests, documentation.

use super::count::Runner;
use super::step::{Expect, Steps};
use crate::handlers::{self, Kind, Sample};
use crate::workers::WORKERS;
use crate::workspace::WASM_TARGET;
use anyhow::Result;
use std::process::Command;

/// The package of the end-to-end tests: they need a browser and `dist/`.
pub(super) const END_TO_END: &str = "coldstart-tests";

/// The parts of runtime-core that are off by default, for all native steps alike: one set of
/// features means one compilation.
const FEATURES: [&str; 2] = ["--features", "runtime-core/inspect,runtime-core/sandbox"];

/// Turns the tests on that need built runtimes and a browser.
pub(super) const WHOLE_PROGRAMS: [&str; 2] = [
    "--features",
    "coldstart-programs/run,coldstart-cli/runtimes",
];

/// One package that does not compile must not hide what is wrong with the others.
const KEEP_GOING: &str = "--keep-going";

/// Denies what the workspace's lints warn about.
const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// Runs all steps that need neither a browser nor the release build.
pub(super) fn run(steps: &mut Steps) -> Result<()> {
    let samples = handlers::samples()?;
    steps.check_command("format", cargo("fmt").args(["--all", "--check"]));
    steps.check("sample handlers", handlers::build);
    lints(steps, &samples);
    steps.tests(
        "unit, property, golden and conformance tests",
        Runner::Nextest,
        Expect::Tests,
        native("nextest", &samples).args(["--exclude", END_TO_END, "--no-fail-fast"]),
    );
    steps.tests(
        "documentation tests",
        Runner::Libtest,
        Expect::Anything,
        native("test", &samples).arg("--doc"),
    );
    steps.check_command(
        "documentation",
        native("doc", &samples)
            .arg("--no-deps")
            .env("RUSTDOCFLAGS", "-D warnings"),
    );
    Ok(())
}

fn lints(steps: &mut Steps, samples: &[Sample]) {
    steps.check_command(
        "lints, native",
        native("clippy", samples)
            .args(WHOLE_PROGRAMS)
            .args(["--all-targets", KEEP_GOING])
            .args(DENY_WARNINGS),
    );
    steps.check_command(
        "lints, page",
        cargo("clippy")
            .args(["--package", "app", "--lib", "--bin", "app"])
            .args(["--target", WASM_TARGET])
            .args(DENY_WARNINGS),
    );
    for worker in WORKERS {
        steps.check_command(
            &format!("lints, {}", worker.name),
            cargo("clippy")
                .args(["--package", "app", "--bin", worker.name])
                .args(["--no-default-features", "--features", worker.feature])
                .args(["--target", WASM_TARGET])
                .args(DENY_WARNINGS),
        );
    }
    for kind in [Kind::Reactor, Kind::Command] {
        let of_kind = samples.iter().filter(|sample| sample.kind == kind);
        let mut clippy = cargo("clippy");
        for sample in of_kind {
            clippy.args(["--package", &sample.package]);
        }
        steps.check_command(
            &format!("lints, sample handlers for {}", kind.target()),
            clippy.args(["--target", kind.target()]).args(DENY_WARNINGS),
        );
    }
}

pub(super) fn cargo(subcommand: &str) -> Command {
    let mut command = Command::new("cargo");
    command.arg(subcommand);
    command
}

/// A cargo command for all packages that run natively.
pub(super) fn native(subcommand: &str, samples: &[Sample]) -> Command {
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
