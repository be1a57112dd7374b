//! Replays the fuzz targets' seeds and the sample handlers.
#![cfg(feature = "inspect")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "these are tests"
)]

use runtime_core::protocol::encode;
use runtime_core::sandbox::{
    FileChange, FileContent, FileId, FileTime, FileTree, TmpChange, inspect,
};
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

/// Messages that are nearly right: a good one with each of its bytes changed.
#[test]
fn damaged_mirrors_hold() {
    let mut tree = FileTree::default();
    let file = tree.insert("d/f", FileContent::File(b"text".to_vec().into()));
    let path = |path: &str| path.to_owned();
    let changes = [
        FileChange::Make {
            path: path("l"),
            file: FileId(9),
            content: FileContent::Symlink(path("d/f")),
        },
        FileChange::Link {
            file,
            path: path("h"),
        },
        FileChange::Write {
            file,
            offset: 7,
            bytes: b"more".to_vec().into(),
        },
        FileChange::Rename(path("d"), path("e")),
        FileChange::Remove(path("h")),
    ];
    let at = FileTime::from_unix_nanos(1);
    let changes = changes.map(|change| TmpChange { at, change }).to_vec();
    let good = encode(&(tree, changes));
    assert_eq!(checks::mirror_holds(&good), Some(5));
    let mut understood = 0;
    for at in 0..good.len() {
        for byte in [0, 1, 2, 5, 9, 127, 128, 255] {
            let mut bad = good.clone();
            bad[at] = byte;
            understood += usize::from(checks::mirror_holds(&bad).is_some());
        }
    }
    assert!(understood > 100, "{understood}");
}

#[test]
fn seeds_hold() {
    let seeds = files("fuzz/seeds");
    assert!(seeds.len() >= 10);
    for path in seeds {
        println!("{}", path.display());
        let bytes = fs::read(&path).unwrap();
        checks::inspection_holds(&bytes);
        checks::metering_holds(&bytes);
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
            checks::metering_holds(&bytes);
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
