//! Pinned tools, and where they are installed.
//!
//! Tools go to a folder of the user, not of the checkout, one folder a version: the next checkout
//! finds them, and two versions do not get into each other's way.

use crate::browser::in_path;
use crate::console::{self, first_line, run, say};
use crate::workspace::{self, WASI_TARGET, WASM_TARGET};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program that `cargo install` builds.
pub struct Tool {
    /// The name of its crate.
    pub package: &'static str,
    /// The exact version.
    pub version: &'static str,
    /// Whether its own lockfile is used. (wasm-bindgen-cli's names a version that may be gone.)
    pub locked: bool,
    /// The program that proves that it is there.
    pub program: &'static str,
    /// How far it is optimised: not at all, if what it does is little beside what building it takes.
    pub opt_level: &'static str,
    /// How long building it takes, roughly, for a person who waits.
    pub minutes: u32,
}

/// Builds the page from `app/index.html`. 0.22 wants a newer rustc.
pub const TRUNK: Tool = Tool {
    package: "trunk",
    version: "0.21.14",
    locked: true,
    program: "trunk",
    opt_level: "0",
    minutes: 3,
};

/// Makes the JavaScript around a module. Must be the version of the `wasm-bindgen` crate.
pub const WASM_BINDGEN: Tool = Tool {
    package: "wasm-bindgen-cli",
    version: "0.2.130",
    locked: false,
    program: "wasm-bindgen",
    opt_level: "3",
    minutes: 2,
};

/// Runs native tests.
pub const NEXTEST: Tool = Tool {
    package: "cargo-nextest",
    version: "0.9.143",
    locked: true,
    program: "cargo-nextest",
    opt_level: "0",
    minutes: 4,
};

impl Tool {
    /// The folder of this version.
    ///
    /// # Errors
    /// If no home folder is known.
    pub fn folder(&self) -> Result<PathBuf> {
        tool_folder(self.package, self.version)
    }

    /// Where this tool's programs are, once it is installed.
    ///
    /// # Errors
    /// If no home folder is known.
    pub fn programs(&self) -> Result<PathBuf> {
        Ok(self.folder()?.join("bin"))
    }

    /// The path of one of its programs, once it is installed.
    ///
    /// # Errors
    /// If no home folder is known.
    pub fn program_named(&self, name: &str) -> Result<PathBuf> {
        Ok(self
            .programs()?
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
    }

    /// Whether this version is in the cache.
    pub fn is_installed(&self) -> bool {
        self.program_named(self.program)
            .is_ok_and(|program| program.is_file())
    }

    /// The command that installs it.
    ///
    /// # Errors
    /// If no home folder is known.
    pub fn install_command(&self) -> Result<Command> {
        let mut command = Command::new("cargo");
        command
            .arg("install")
            .arg(format!("{}@{}", self.package, self.version));
        if self.locked {
            command.arg("--locked");
        }
        command
            .arg("--root")
            .arg(self.folder()?)
            // A tool's own release profile may take minutes to save it milliseconds.
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level)
            .current_dir(workspace::root());
        Ok(command)
    }

    /// Installs it if it is missing.
    ///
    /// # Errors
    /// If it cannot be built, with what to do about it.
    pub fn ensure(&self) -> Result<()> {
        if self.is_installed() {
            return Ok(());
        }
        say(&format!(
            "building {} {}: about {} minutes on two cores, once per user",
            self.package, self.version, self.minutes
        ));
        let mut command = self.install_command()?;
        run(&mut command).with_context(|| {
            format!(
                "{} could not be installed; try `{}` by hand",
                self.package,
                console::command_text(&command)
            )
        })
    }
}

/// `COLDSTART_CACHE`, or `coldstart` in the user's cache folder.
///
/// # Errors
/// If no home folder is known.
pub fn cache_folder() -> Result<PathBuf> {
    cache_folder_from(|name| std::env::var_os(name).filter(|value| !value.is_empty()))
        .context("no home folder is known: set COLDSTART_CACHE to a folder for tools")
}

/// Where one version of a tool lies in it.
///
/// # Errors
/// If no home folder is known.
pub fn tool_folder(name: &str, version: &str) -> Result<PathBuf> {
    Ok(cache_folder()?
        .join("tools")
        .join(format!("{name}-{version}")))
}

fn cache_folder_from(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    if let Some(folder) = variable("COLDSTART_CACHE") {
        return Some(PathBuf::from(folder));
    }
    let users = variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .map(PathBuf::from)
        .or_else(|| variable("HOME").map(|home| Path::new(&home).join(".cache")))?;
    Some(users.join("coldstart"))
}

/// `PATH` with the pinned tools and node's programs in front.
///
/// # Errors
/// If a folder's name cannot be part of `PATH`.
pub fn search_path() -> Result<OsString> {
    let mut folders = vec![
        TRUNK.programs()?,
        WASM_BINDGEN.programs()?,
        workspace::root().join("node_modules").join(".bin"),
    ];
    if let Some(path) = std::env::var_os("PATH") {
        folders.extend(std::env::split_paths(&path));
    }
    std::env::join_paths(folders).context("a folder's name cannot be part of PATH")
}

/// The compilation targets that are not installed. None if rustup is not there to ask, as on
/// distributions with their own Rust: then cargo says what is missing.
pub fn missing_targets() -> Vec<&'static str> {
    let output = Command::new("rustup")
        .args(["target", "list", "--installed"])
        .current_dir(workspace::root())
        .output();
    let Ok(output) = output else {
        return Vec::new();
    };
    let installed = String::from_utf8_lossy(&output.stdout).into_owned();
    [WASM_TARGET, WASI_TARGET]
        .into_iter()
        .filter(|target| !installed.lines().any(|line| line.trim() == *target))
        .collect()
}

/// Installs the compilation targets. Asked for by name, since automatic installs may be off.
///
/// # Errors
/// If rustup cannot install them.
pub fn ensure_targets() -> Result<()> {
    let missing = missing_targets();
    if missing.is_empty() {
        return Ok(());
    }
    say(&format!("rustup installs {}", missing.join(" and ")));
    run(Command::new("rustup")
        .args(["target", "add"])
        .args(&missing)
        .current_dir(workspace::root()))
}

/// Whether `node_modules` holds what the lockfile asks for.
pub fn node_modules_are_current() -> bool {
    let root = workspace::root();
    // npm keeps what it installed last in a hidden lockfile; `ensure_node_modules` keeps a copy of
    // ours beside it, to compare byte by byte.
    let wanted = std::fs::read(root.join("package-lock.json"));
    let installed = std::fs::read(installed_lockfile());
    matches!((wanted, installed), (Ok(wanted), Ok(installed)) if wanted == installed)
}

fn installed_lockfile() -> PathBuf {
    workspace::root().join("node_modules/.coldstart-lock.json")
}

/// Installs npm's packages if they are missing or the lockfile has changed.
///
/// # Errors
/// If node is missing, or npm fails.
pub fn ensure_node_modules() -> Result<()> {
    if node_modules_are_current() {
        return Ok(());
    }
    if first_line(npm().arg("--version")).is_none() {
        bail!(
            "npm is missing: install Node 20 or newer from https://nodejs.org or your distribution"
        );
    }
    say("npm ci: wasm-opt, esbuild, the code editor");
    run(npm()
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(workspace::root()))?;
    std::fs::copy(
        workspace::root().join("package-lock.json"),
        installed_lockfile(),
    )
    .context("the lockfile could not be copied into node_modules")?;
    Ok(())
}

/// npm is a batch file on Windows, which must be called by its whole name.
pub fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// Everything that a build needs.
///
/// # Errors
/// If something is missing and cannot be installed.
pub fn ensure_build_tools() -> Result<()> {
    ensure_targets()?;
    ensure_node_modules()?;
    WASM_BINDGEN.ensure()?;
    TRUNK.ensure()
}

/// Installs Debian's packages, where that can be done without asking: on Debian, as root.
///
/// # Errors
/// If apt-get fails.
pub fn install_with_apt(packages: &[&str]) -> Result<()> {
    let is_root = first_line(Command::new("id").arg("-u")).as_deref() == Some("0");
    if in_path("apt-get").is_none() || !is_root {
        return Ok(());
    }
    say(&format!("installing {} with apt-get", packages.join(", ")));
    let apt = |arguments: &[&str]| {
        run(Command::new("apt-get")
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "--quiet"])?;
    let install = ["install", "--yes", "--quiet", "--no-install-recommends"];
    apt(&[&install[..], packages].concat())
}

/// The version of nextest in `PATH` or cargo's own folder, if it will do.
pub fn nextest_in_path() -> Option<String> {
    let line = first_line(Command::new("cargo").args(["nextest", "--version"]))?;
    let version = version_in(&line)?;
    is_at_least(version, NEXTEST.version).then(|| version.to_owned())
}

/// Whether version `found` is `wanted` or newer; both are like `1.2.3`.
pub fn is_at_least(found: &str, wanted: &str) -> bool {
    let numbers = |version: &str| -> Vec<u64> {
        version
            .split('.')
            .map(|part| part.parse().unwrap_or(0))
            .collect()
    };
    numbers(found) >= numbers(wanted)
}

/// The first `1.2.3` in a program's version line.
pub fn version_in(line: &str) -> Option<&str> {
    line.split(|c: char| c.is_whitespace() || c == '(' || c == 'v')
        .find(|word| {
            let mut parts = word.split('.');
            word.contains('.')
                && parts.all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_version_lines() {
        assert_eq!(version_in("trunk 0.21.14"), Some("0.21.14"));
        assert_eq!(version_in("wasm-bindgen 0.2.130"), Some("0.2.130"));
        assert_eq!(version_in("v20.20.2"), Some("20.20.2"));
        assert_eq!(
            version_in("Chromium 156.0.7420.1 built on Debian GNU/Linux 13"),
            Some("156.0.7420.1")
        );
        assert_eq!(
            version_in("cargo-nextest 0.9.143 (60fa45f63 2026-08-04)"),
            Some("0.9.143")
        );
        assert_eq!(version_in("no version here."), None);
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(is_at_least("0.9.143", "0.9.143"));
        assert!(is_at_least("0.10.0", "0.9.143"));
        assert!(!is_at_least("0.9.99", "0.9.143"));
        assert!(is_at_least("20.0.1", "20.0.0"));
    }

    #[test]
    fn the_cache_follows_the_usual_variables() {
        let folder = |set: &[(&str, &str)]| {
            cache_folder_from(|name| {
                set.iter()
                    .find(|(variable, _)| *variable == name)
                    .map(|(_, value)| OsString::from(value))
            })
        };
        let home = ("HOME", "/home/ada");
        assert_eq!(folder(&[home]), Some("/home/ada/.cache/coldstart".into()));
        assert_eq!(
            folder(&[home, ("XDG_CACHE_HOME", "/x")]),
            Some("/x/coldstart".into())
        );
        assert_eq!(
            folder(&[
                home,
                ("XDG_CACHE_HOME", "/x"),
                ("COLDSTART_CACHE", "/tools")
            ]),
            Some("/tools".into())
        );
        assert_eq!(folder(&[]), None);
    }

    /// The command line tool refuses modules that another version of the crate made.
    #[test]
    fn wasm_bindgen_is_pinned_to_the_crates_version() {
        let manifest = std::fs::read_to_string(workspace::root().join("Cargo.toml")).unwrap();
        let pin = format!("wasm-bindgen = \"={}\"", WASM_BINDGEN.version);
        assert!(manifest.contains(&pin), "Cargo.toml must say {pin}");
    }

    #[test]
    fn the_install_command_names_version_and_folder() {
        let text = console::command_text(&TRUNK.install_command().unwrap());
        assert!(
            text.starts_with("cargo install trunk@0.21.14 --locked --root "),
            "{text}"
        );
        assert!(text.ends_with("trunk-0.21.14"), "{text}");
        let text = console::command_text(&WASM_BINDGEN.install_command().unwrap());
        assert!(!text.contains("--locked"), "{text}");
    }
}
