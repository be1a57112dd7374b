//! Format, lints, native tests, documentation.

use super::count::Runner;
use super::step::{Expect, Steps};
use crate::cargo::{WHOLE_PROGRAMS, cargo, native, nextest};
use crate::handlers::{self, Kind, Sample};
use crate::runtimes;
use crate::workers::WORKERS;
use crate::workspace::WASM_TARGET;
use anyhow::Result;

/// The package of the end-to-end tests: they need a browser and `dist/`.
pub(super) const END_TO_END: &str = "coldstart-tests";

/// One package that does not compile must not hide what is wrong with the others.
const KEEP_GOING: &str = "--keep-going";

/// Denies what the workspace's lints warn about.
const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// Runs all steps that need neither a browser nor the release build.
pub(super) fn run(steps: &mut Steps) -> Result<()> {
    let samples = handlers::samples()?;
    steps.check_command("format", cargo("fmt").args(["--all", "--check"]));
    steps.check("sample handlers", handlers::build);
    steps.check("language runtimes", || runtimes::build().map(|_| ()));
    lints(steps, &samples);
    steps.tests(
        "unit, property, golden and conformance tests",
        Runner::Nextest,
        Expect::Tests,
        nextest("run", &samples)?
            .arg("--no-fail-fast")
            .args(["--filterset", &format!("not ({})", of_other_steps())]),
    );
    steps.tests(
        "the JavaScript runtime's own tests",
        Runner::Libtest,
        Expect::Tests,
        &mut runtimes::javascript::tests()?,
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

/// What needs a browser, or built runtimes, in nextest's words. It is compiled all the same: another selection of
/// packages would be another set of features, and another compilation.
fn of_other_steps() -> String {
    let binaries =
        WHOLE_PROGRAMS.map(|(package, test)| format!("(package({package}) & binary({test}))"));
    format!("package({END_TO_END}) | {}", binaries.join(" | "))
}

fn lints(steps: &mut Steps, samples: &[Sample]) {
    steps.check_command(
        "lints, native",
        native("clippy", samples)
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
    // All at once: what each has of runtime-core would be checked anew for each.
    let features = WORKERS.map(|worker| worker.feature).join(",");
    let mut workers = cargo("clippy");
    workers.args(["--package", "app", "--no-default-features"]);
    for worker in WORKERS {
        workers.args(["--bin", worker.name]);
    }
    steps.check_command(
        "lints, workers",
        workers
            .args(["--features", &features])
            .args(["--target", WASM_TARGET])
            .args(DENY_WARNINGS),
    );
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
