//! wasm-opt, with a cache of its results: it takes seconds, and most builds change nothing.

use crate::console::{run_quietly, say};
use crate::workspace::{self, content_hash, read};
use anyhow::{Context, Result};
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// What a module is optimised for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The fewest bytes.
    Size,
    /// The fewest instructions, at some cost in bytes; functions keep their names.
    Speed,
}

/// Modules below this size are optimised in one run: most of what the page's parts share is so small that
/// wasm-opt takes longer to start than to work.
const SMALL: usize = 8 * 1024;

impl Goal {
    /// The flags of one run after the other, for a module of so many bytes.
    fn runs(self, size: usize) -> &'static [&'static [&'static str]] {
        match self {
            Goal::Size if size < SMALL => &[&["--low-memory-unused", "-Oz"]],
            Goal::Size => &[
                // Rust's data begin after its stack, so that nothing that code means to reach is in the first
                // 1,024 bytes. Taking the code apart and building it up again finds what the first pass does not.
                &[
                    "-g",
                    "--low-memory-unused",
                    "-Oz",
                    "--flatten",
                    "--rereloop",
                    "-Oz",
                    "-Oz",
                ],
                // Copies of one generic function lie side by side, which Brotli likes. Then the names go.
                &["--reorder-functions-by-name"],
            ],
            Goal::Speed => &[&["-O3", "-g"]],
        }
    }
}

/// What rustc uses without being asked, and every browser of the last years has.
const FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// The module at `input`, optimised. `name` is unique to what is optimised.
///
/// # Errors
/// If wasm-opt is missing or does not accept the module.
pub fn optimised(name: &str, input: &Path, goal: Goal) -> Result<Vec<u8>> {
    let wasm = read(input)?;
    let lockfile = read(&workspace::root().join("package-lock.json"))?;
    let runs = goal.runs(wasm.len());
    let settings = format!("{}{}", runs.concat().concat(), FEATURES.concat());
    let key = content_hash([&wasm[..], &lockfile[..], settings.as_bytes()]);
    let folder = workspace::target()?.join("coldstart/optimised");
    let output = folder.join(format!("{name}-{key}.wasm"));
    if !output.is_file() {
        say(&format!("wasm-opt {name}"));
        std::fs::create_dir_all(&folder).context("the cache of optimised modules")?;
        remove_older(&folder, name);
        // Renamed when it is whole, so that an interrupted run leaves nothing that looks done.
        let partial = folder.join(format!("{name}-{key}.partial"));
        let mut from = input;
        for flags in runs {
            run_quietly(wasm_opt().args(*flags).args(FEATURES).args([
                from.as_os_str(),
                OsStr::new("-o"),
                partial.as_os_str(),
            ]))?;
            from = &partial;
        }
        std::fs::rename(&partial, &output).context("an optimised module could not be kept")?;
    }
    read(&output)
}

/// npm's program, run by node itself: the links in `.bin` differ between systems.
fn wasm_opt() -> Command {
    let mut command = Command::new("node");
    command.arg(workspace::root().join("node_modules/binaryen/bin/wasm-opt"));
    command
}

fn remove_older(folder: &Path, name: &str) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let file = entry.file_name();
        let is_ours = file.to_str().is_some_and(|file| {
            file.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('-'))
        });
        if is_ours {
            // What cannot be removed only takes room.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_older_results_of_the_same_name_go() {
        let folder = std::env::temp_dir().join(format!("coldstart-older-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for file in [
            "page-1.wasm",
            "page-2.partial",
            "page2-1.wasm",
            "worker-1.wasm",
        ] {
            std::fs::write(folder.join(file), b"").unwrap();
        }
        remove_older(&folder, "page");
        let mut left: Vec<_> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["page2-1.wasm", "worker-1.wasm"]);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
