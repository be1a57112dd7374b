//! Replays the fuzz targets' seeds and the sample handlers.
#![cfg(feature = "inspect")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "these are tests"
)]

use runtime_core::sandbox::inspect;
use runtime_core::timeline::HandlerKind;
use std::fs;
use std::path::{Path, PathBuf};

#[allow(unreachable_pub, reason = "it is public in the fuzz targets' crate")]
#[path = "../fuzz/src/checks.rs"]
mod checks;

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn seeds_hold() {
    let seeds = files("fuzz/seeds");
    assert!(seeds.len() >= 10);
    for path in seeds {
        println!("{}", path.display());
        let bytes = fs::read(&path).unwrap();
        checks::inspection_holds(&bytes);
        checks::limiting_holds(&bytes);
        // The names say what inspection makes of them.
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(
            inspect(name, bytes).is_ok(),
            name.starts_with("good-"),
            "{name}"
        );
    }
}

#[test]
fn sample_handlers_are_accepted() {
    let mut kinds = Vec::new();
    for path in files("../public/handlers") {
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.ends_with(".wasm") || name.ends_with(".wat") || name.ends_with(".zip") {
            let bytes = fs::read(&path).unwrap();
            checks::inspection_holds(&bytes);
            checks::limiting_holds(&bytes);
            let handler = inspect(name, bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
            let language = handler.module().and_then(|module| module.facts.language());
            println!(
                "{name}: {:?}, {language:?}, {}",
                handler.kind(),
                handler.size
            );
            kinds.push(handler.kind());
        }
    }
    // The compiled ones are there once `cargo xtask build` has run; this one always is.
    assert!(kinds.contains(&HandlerKind::Reactor));
}
