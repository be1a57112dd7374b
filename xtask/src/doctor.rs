//! `cargo xtask doctor`: what is installed, what is missing, how to get it.

use crate::console::first_line;
use crate::runtimes::javascript;
use crate::tools::{self, NEXTEST, TRUNK, Tool, WASM_BINDGEN, is_at_least, version_in};
use crate::workspace;
use crate::{browser, server};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

/// How much it matters that something is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// The user must install it.
    Required,
    /// A command installs it when it is needed.
    Installed(&'static str),
}

/// What was found of one thing.
struct Finding {
    name: String,
    wanted: String,
    /// Its version, or where it is.
    found: Option<String>,
    /// Whether what was found will do.
    good: bool,
    need: Need,
    remedy: String,
}

impl Finding {
    fn line(&self) -> String {
        let state = match (self.good, self.need) {
            (true, _) => "ok",
            (false, Need::Required) => "MISSING",
            (false, Need::Installed(_)) => "later",
        };
        let found = self.found.as_deref().unwrap_or("not found");
        let mut line = format!(
            "{state:<8} {:<24} {found:<28} wanted: {}",
            self.name, self.wanted
        );
        if !self.good {
            if let Need::Installed(command) = self.need {
                line.push_str(&format!("\n         `{command}` installs it, or:"));
            }
            line.push_str(&format!("\n         {}", self.remedy));
        }
        line
    }
}

/// Says what is there.
///
/// # Errors
/// If something is missing that no command installs by itself.
pub fn run() -> Result<()> {
    let findings = findings()?;
    for finding in &findings {
        println!("{}", finding.line());
    }
    println!("\ntools are kept in {}", tools::cache_folder()?.display());
    println!("{}", isolation_text());
    let missing = findings
        .iter()
        .filter(|finding| !finding.good && finding.need == Need::Required)
        .count();
    if missing > 0 {
        bail!("{missing} required: see the lines that begin with MISSING");
    }
    Ok(())
}

fn findings() -> Result<Vec<Finding>> {
    let mut findings = vec![rust(), targets(), node(), npm_packages()];
    for tool in [&TRUNK, &WASM_BINDGEN] {
        findings.push(cached(tool, "cargo xtask build")?);
    }
    findings.push(nextest()?);
    let apt = Need::Installed("cargo xtask test (on Debian, as root)");
    for (name, found) in [
        ("Chromium or Chrome", browser::find_browser()),
        ("chromedriver", browser::find_driver()),
    ] {
        findings.push(Finding {
            name: name.to_owned(),
            wanted: "any of the last two years; only for the browser tests".to_owned(),
            good: found.is_some(),
            found: found.map(|path| version_of(&path)),
            need: apt,
            remedy: browser::ADVICE.to_owned(),
        });
    }
    findings.push(c_compiler());
    Ok(findings)
}

fn c_compiler() -> Finding {
    let good = javascript::has_compiler();
    Finding {
        name: "C for WebAssembly".to_owned(),
        wanted: "clang 19 with wasi-libc; only for the runtime javascript".to_owned(),
        found: good.then(|| "clang".to_owned()),
        good,
        need: Need::Installed("cargo xtask runtimes (on Debian, as root)"),
        remedy: javascript::ADVICE.to_owned(),
    }
}

fn version_of(program: &Path) -> String {
    let line = first_line(Command::new(program).arg("--version")).unwrap_or_default();
    match version_in(&line) {
        Some(version) => version.to_owned(),
        None => program.display().to_string(),
    }
}

fn rust() -> Finding {
    let wanted = oldest_rust().unwrap_or_default();
    let line = first_line(
        Command::new("rustc")
            .arg("--version")
            .current_dir(workspace::root()),
    );
    let found = line.as_deref().and_then(version_in).map(str::to_owned);
    Finding {
        name: "Rust".to_owned(),
        good: found
            .as_deref()
            .is_some_and(|found| is_at_least(found, &wanted)),
        wanted: format!("{wanted} or newer"),
        found,
        need: Need::Required,
        remedy: "https://rustup.rs, then `rustup update stable`".to_owned(),
    }
}

/// The workspace's `rust-version`.
fn oldest_rust() -> Option<String> {
    let text = std::fs::read_to_string(workspace::root().join("Cargo.toml")).ok()?;
    let line = text.lines().find(|line| line.starts_with("rust-version"))?;
    line.split('"').nth(1).map(str::to_owned)
}

fn targets() -> Finding {
    let missing = tools::missing_targets();
    Finding {
        name: "Rust's wasm targets".to_owned(),
        wanted: format!("{}, {}", workspace::WASM_TARGET, workspace::WASI_TARGET),
        good: missing.is_empty(),
        found: missing.is_empty().then(|| "both".to_owned()),
        need: Need::Installed("cargo xtask build"),
        remedy: format!("`rustup target add {}`", missing.join(" ")),
    }
}

fn node() -> Finding {
    let line = first_line(Command::new("node").arg("--version"));
    let npm = first_line(tools::npm().arg("--version"));
    let found = line.as_deref().and_then(version_in).map(str::to_owned);
    let good = npm.is_some()
        && found
            .as_deref()
            .is_some_and(|found| is_at_least(found, "20.0.0"));
    Finding {
        name: "Node and npm".to_owned(),
        wanted: "20 or newer".to_owned(),
        found: found.map(|node| format!("{node}, npm {}", npm.as_deref().unwrap_or("not found"))),
        good,
        need: Need::Required,
        remedy: "https://nodejs.org, or your distribution's packages nodejs and npm".to_owned(),
    }
}

fn npm_packages() -> Finding {
    let good = tools::node_modules_are_current();
    Finding {
        name: "npm packages".to_owned(),
        wanted: "as in package-lock.json".to_owned(),
        found: good.then(|| "node_modules".to_owned()),
        good,
        need: Need::Installed("cargo xtask build"),
        remedy: "`npm ci`".to_owned(),
    }
}

fn cached(tool: &Tool, command: &'static str) -> Result<Finding> {
    let good = tool.is_installed();
    Ok(Finding {
        name: tool.package.to_owned(),
        wanted: tool.version.to_owned(),
        found: good.then(|| tool.version.to_owned()),
        good,
        need: Need::Installed(command),
        remedy: format!(
            "`{}` (about {} minutes)",
            crate::console::command_text(&tool.install_command()?),
            tool.minutes
        ),
    })
}

fn nextest() -> Result<Finding> {
    let finding = cached(&NEXTEST, "cargo xtask test")?;
    let version = tools::nextest_in_path();
    Ok(match version {
        Some(version) if !finding.good => Finding {
            found: Some(version),
            good: true,
            wanted: format!("{} or newer", NEXTEST.version),
            ..finding
        },
        _ => finding,
    })
}

fn isolation_text() -> String {
    let isolated = server::Options::default().isolated;
    let state = if isolated { "is" } else { "is not" };
    format!(
        "the page that `cargo xtask serve` hosts {state} cross-origin isolated (COOP and COEP \
         headers): its clock steps by 5 µs.\nOn a host without these headers everything works \
         as well; the clock then steps by 100 µs, so that short durations are coarser.\n\
         dist/_headers asks Netlify and Cloudflare Pages for them; the page says which is in force."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(good: bool, need: Need) -> Finding {
        Finding {
            name: "trunk".to_owned(),
            wanted: "0.21.14".to_owned(),
            found: good.then(|| "0.21.14".to_owned()),
            good,
            need,
            remedy: "build it".to_owned(),
        }
    }

    #[test]
    fn lines_say_what_to_do_only_if_something_is_wrong() {
        assert!(finding(true, Need::Required).line().starts_with("ok "));
        assert!(!finding(true, Need::Required).line().contains("build it"));
        let line = finding(false, Need::Required).line();
        assert!(
            line.starts_with("MISSING") && line.contains("not found") && line.ends_with("build it")
        );
        let line = finding(false, Need::Installed("cargo xtask build")).line();
        assert!(line.starts_with("later") && line.contains("`cargo xtask build` installs it"));
    }

    #[test]
    fn the_wanted_rust_is_the_manifests() {
        let wanted = oldest_rust().unwrap();
        assert_eq!(version_in(&wanted), Some(wanted.as_str()));
        assert!(is_at_least("99.0.0", &wanted) && !is_at_least("1.0.0", &wanted));
    }
}
