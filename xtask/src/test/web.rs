//! What needs a browser or the release build: conformance, end-to-end, budgets.

use super::count::Runner;
use super::native::END_TO_END;
use super::step::{Expect, Steps};
use crate::browser::{self, BROWSER_VARIABLE, Browser, DRIVER_VARIABLE};
use crate::cargo::{WHOLE_PROGRAMS, cargo, nextest};
use crate::console::command_text;
use crate::handlers::Sample;
use crate::tools::WASM_BINDGEN;
use crate::workspace::{self, WASM_TARGET, read};
use crate::{build, handlers, sizes, workers};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Runs all steps that need a browser or the release build.
pub(super) fn run(steps: &mut Steps) -> Result<()> {
    let mut found = None;
    steps.check("Chromium and its driver", || {
        found = Some(browser::ensure()?);
        Ok(())
    });
    if let Some(found) = &found {
        conformance(steps, found)?;
    }
    if steps.check("dist/", build::build) {
        if let Some(found) = &found {
            end_to_end(steps, found)?;
            conformance_command(steps, found)?;
            whole_programs(steps, found)?;
        }
        budgets(steps);
    }
    Ok(())
}

/// The same table of handlers and outcomes as natively, on the browser's own engine.
fn conformance(steps: &mut Steps, found: &Browser) -> Result<()> {
    let runner = WASM_BINDGEN.program_named("wasm-bindgen-test-runner")?;
    let variable = format!(
        "CARGO_TARGET_{}_RUNNER",
        WASM_TARGET.to_uppercase().replace('-', "_")
    );
    let mut tests = cargo("test");
    tests
        .args(["--package", "runtime-core", "--test", "conformance"])
        .args(["--features", "inspect,sandbox", "--target", WASM_TARGET])
        .env(variable, runner)
        // Seconds; on a busy machine the browser alone may take the default of 20.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    with_browser(&mut tests, found);
    steps.tests(
        "conformance in Chromium",
        Runner::Libtest,
        Expect::Tests,
        &mut tests,
    );
    Ok(())
}

fn end_to_end(steps: &mut Steps, found: &Browser) -> Result<()> {
    let mut tests = nextest("run", &handlers::samples()?)?;
    tests
        .arg("--no-fail-fast")
        .args(["--filterset", &format!("package({END_TO_END})")])
        .env("COLDSTART_DIST", workspace::dist());
    with_browser(&mut tests, found);
    steps.tests(
        "end-to-end in Chromium",
        Runner::Nextest,
        Expect::Tests,
        &mut tests,
    );
    Ok(())
}

/// Programs of other people, in the worker that was just built.
fn conformance_command(steps: &mut Steps, found: &Browser) -> Result<()> {
    let mut tests = nextest("run", &handlers::samples()?)?;
    tests
        .args(["--run-ignored", "only"])
        .args(["--filterset", "package(xtask)"]);
    with_browser(&mut tests, found);
    steps.tests(
        "conformance command in Chromium",
        Runner::Nextest,
        Expect::Tests,
        &mut tests,
    );
    Ok(())
}

/// The language runtimes by their tables of cases, programs of public toolchains, the command
/// line with a runtime, exported templates with their readers, and `bootstrap` with somebody else's
/// Lambda: what they all need is in `dist/`, made by a toolchain, or comes from a registry.
///
/// The binaries that nextest has built are run as they are: what they prepare serves all tests of a process, and
/// `cargo test` for a few of them would compile what they share once more, with other features.
fn whole_programs(steps: &mut Steps, found: &Browser) -> Result<()> {
    let samples = handlers::samples()?;
    let mut built = Vec::new();
    steps.check("binaries of whole programs", || {
        built = whole_program_binaries(&samples)?;
        Ok(())
    });
    for (name, binary) in built {
        let mut tests = Command::new(binary);
        tests.env("COLDSTART_DIST", workspace::dist());
        with_browser(&mut tests, found);
        steps.tests(
            &format!("whole programs: {name}"),
            Runner::Libtest,
            Expect::Tests,
            &mut tests,
        );
    }
    Ok(())
}

/// What [`WHOLE_PROGRAMS`] names, and where it is: built, if no step before has done that.
fn whole_program_binaries(samples: &[Sample]) -> Result<Vec<(String, PathBuf)>> {
    let mut list = nextest("list", samples)?;
    list.args(["--list-type", "binaries-only", "--message-format", "json"])
        .current_dir(workspace::root())
        .stderr(Stdio::inherit());
    let output = list.output()?;
    if !output.status.success() {
        bail!("`{}` failed ({})", command_text(&list), output.status);
    }
    let listed: Value = serde_json::from_slice(&output.stdout)?;
    WHOLE_PROGRAMS
        .iter()
        .map(|(package, test)| {
            let name = format!("{package}::{test}");
            let path = listed["rust-binaries"][&name]["binary-path"].as_str();
            let path = path.with_context(|| format!("nextest names no binary {name}"))?;
            Ok((name, PathBuf::from(path)))
        })
        .collect()
}

fn with_browser(command: &mut Command, found: &Browser) {
    command
        .env(BROWSER_VARIABLE, &found.browser)
        .env(DRIVER_VARIABLE, &found.driver);
}

fn budgets(steps: &mut Steps) {
    match sizes::measure(&workspace::dist()) {
        Ok(groups) => {
            for group in groups {
                steps.check(&format!("size budget: {}", group.name), || {
                    eprintln!("{group}");
                    match group.fits() {
                        true => Ok(()),
                        false => bail!("{} bytes over budget", group.size - group.budget),
                    }
                });
            }
        }
        Err(error) => {
            steps.check("size budgets", || Err(error));
        }
    }
    steps.check("no wasmer in the page", no_wasmer_in_the_page);
}

/// Looks for wasmer's functions in the names that the compiler leaves in a module. The
/// environment worker has them: if they are not found there, the search itself is broken.
fn no_wasmer_in_the_page() -> Result<()> {
    let worker = workers::ENVIRONMENT.compiled(build::Profile::Release)?;
    if !names_wasmer(&read(&worker)?) {
        bail!("wasmer was not found in the environment worker: the search is broken");
    }
    let page = workspace::target()?
        .join(WASM_TARGET)
        .join(build::Profile::Release.folder())
        .join("app.wasm");
    if names_wasmer(&read(&page)?) {
        bail!("the page links wasmer: only the environment worker may");
    }
    Ok(())
}

/// Whether a module's function names, as the compiler mangles them, are in the crate `wasmer`.
fn names_wasmer(wasm: &[u8]) -> bool {
    const MANGLED: &[u8] = b"6wasmer";
    wasm.windows(MANGLED.len()).any(|bytes| bytes == MANGLED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasmer_is_found_by_its_mangled_name() {
        assert!(names_wasmer(b"..._ZN6wasmer8instance3new17h0123E..."));
        assert!(names_wasmer(b"..._RNvNtCs1_6wasmer8instance3new..."));
        assert!(!names_wasmer(b"run by wasmer"));
    }
}
